#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Both ways: letters and folders that are new here go up, a Maildir of another program is taken up,
what is deleted on one side goes to the trash on the other, and much at once is asked about."""
import os

from penfold_test import Home, Server
from both_ways import everything, quiet, sync, tap
from imap_account import Account, digest, letter, local_bodies, local_files, rc_lines

def month(home, account):
    """What the server lost leaves the trash after thirty days."""
    account.append("INBOX", *[letter(n, seed=15) for n in range(12)])
    sync(home)
    account.imap.select("INBOX")
    last = account.imap.uid("SEARCH", "ALL")[1][0].split()[-1].decode()
    account.expunge("INBOX", last)
    sync(home)
    digests = local_bodies(home, "Trash")
    tap.ok(digest(letter(11, seed=15)) in digests, "what the server lost is in the trash")
    path = next(p for p in local_files(home, "Trash") if digest(open(p, "rb").read()) == digest(letter(11, seed=15)))
    quiet(home, "before the month is over")
    library = "/usr/lib/x86_64-linux-gnu/faketime/libfaketime.so.1"
    if not os.path.exists(library):
        tap.ok(True, "after a month # SKIP faketime is not installed")
        return
    home.env.update(LD_PRELOAD=library, FAKETIME="+31d", FAKETIME_DONT_FAKE_MONOTONIC="1")
    sync(home)
    del home.env["LD_PRELOAD"]
    tap.same(os.path.exists(path), False, "and no longer after a month")


def keywords(server):
    """A table in the rc: an IMAP keyword is a tag, both ways."""
    account = Account(server)
    account.create("Marked")
    account.append("Marked", *[letter(n, seed=17) for n in range(3)])
    account.store("Marked", "1", "+FLAGS", "($Important urgent)")
    with Home() as home:
        home.rc(*rc_lines(server, f"imaps://alice@localhost:{server.IMAPS_PORT}", extra=["folders = Marked"]),
                "[keywords]", "a = $Important important", "b = urgent urgent", "c = nonsense( no")

        def tags(n):
            answer = home.ask("penfold-store", {"op": "scan"},
                              {"op": "message", "message_id": f"letter-17-{n}@example.org"})[-1]
            return {"important", "urgent"} & set(answer["tags"])

        def there(uid):
            account.imap.select("Marked", readonly=True)
            text = account.imap.uid("FETCH", uid, "FLAGS")[1][0].decode()
            return {k for k in ("$Important", "urgent") if k in text}

        sync(home)
        tap.same((tags(0), tags(1)), ({"important", "urgent"}, set()), "keywords of the server are tags here")
        account.store("Marked", "1", "-FLAGS", "urgent")
        account.store("Marked", "2", "+FLAGS", "urgent")
        sync(home)
        tap.same((tags(0), tags(1)), ({"important"}, {"urgent"}), "and follow it")
        process = home.run("penfold", "tag", "+important", "-urgent", "--", "id:letter-17-1@example.org")
        tap.same(process.returncode, 0, "penfold tag")
        sync(home)
        tap.same((there("1"), there("2")), ({"$Important"}, {"$Important"}), "tags given here are keywords there")
        quiet(home, "keywords")


def main():
    with Home() as home, Server("dovecot", home.path("d")) as server:
        account = Account(server)
        home.rc(*rc_lines(server, f"imaps://alice@localhost:{server.IMAPS_PORT}"))
        everything(home, account, "all extensions")
        keywords(server)
        month(home, account)
    tap.done()


main()
