#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Retrieval from a real Cyrus, with its new and its old names of mailboxes: every byte, flags, moves, deletions and new
folders both ways, other users' mailboxes left alone, renamed folders followed, new mail heard of, POP3."""
import os
import smtplib

from penfold_test import Home, Server, Tap
from imap_account import Account, digest, events, flags_of, letter, local_bodies, local_files, rc_lines
from imap_watch import Watch

tap = Tap()


def sync(home, code=0):
    lines, process = home.json_lines("penfold-sync", "work")
    if process.returncode != code:
        tap.diag(process.stdout[-2000:], process.stderr)
    return lines, process.returncode


def deliver(server, *letters):
    with smtplib.LMTP("127.0.0.1", server.LMTP_PORT) as lmtp:
        for text in letters:
            lmtp.sendmail("x@penfold.test", ["alice"], text)


def both_ways(home, account, what, there):
    """there(name): what the server calls the folder."""
    lines, code = sync(home)
    tap.same((code, lines[-1]["new"], local_bodies(home, "INBOX")), (0, 120, account.bodies("INBOX")),
             f"{what}: the first run brings every byte")
    lines, code = sync(home)
    tap.same((lines[-1]["new"], lines[-1]["pushed"], events(lines, "error")), (0, 0, []), f"{what}: the second is quiet")

    account.store("INBOX", "1:20", "+FLAGS", "(\\Flagged $Forwarded)")
    account.append("INBOX", letter(901))
    account.move("INBOX", "21:30", there("Archive"))
    paths = {digest(open(p, "rb").read()): p for p in local_files(home, "INBOX")}
    flagged, moved, deleted = (paths[digest(letter(n))] for n in (50, 60, 61))
    os.rename(flagged, flagged.split(":2,")[0] + ":2,RS")
    for sub in ("cur", "new", "tmp"):
        os.makedirs(home.path("Mail/work/Lists/c", sub))
    os.rename(moved, home.path("Mail/work/Lists/c/cur", os.path.basename(moved)))
    os.unlink(deleted)
    sync(home)
    lines, code = sync(home)
    folders = {"INBOX": "INBOX", "Archive": there("Archive"), "Trash": there("Trash"), "Lists/c": there("Lists/c")}
    wrong = [f for f, wire in folders.items() if local_bodies(home, f) != account.bodies(wire)]
    tap.same((code, wrong), (0, []), f"{what}: flags, moves, a deletion, a new folder: both sides are equal")
    tap.same((account.bodies(folders["Lists/c"]), account.bodies(folders["Trash"])),
             ([digest(letter(60))], [digest(letter(61))]), f"{what}: what was done here is done there")
    kind, data = account.imap.select("INBOX"), account.imap.search(None, "ANSWERED")[1]
    flags = {digest(open(p, "rb").read()): flags_of(p) for p in local_files(home, "INBOX")}
    tap.same((kind[0], len(data[0].split()), flags[digest(letter(1))]), ("OK", 1, "FP"), f"{what}: flags too, both ways")


def renamed(home, account, what, there):
    before = {f: local_bodies(home, f) for f in ("Archive", "Lists/c")}
    account.imap.select("INBOX")
    account.imap.rename(account.quote(there("Archive")), account.quote(there("Kept")))
    account.imap.rename(account.quote(there("Lists/c")), account.quote(there("Lists/d")))
    lines, code = sync(home)
    tap.same((code, lines[-1]["new"], local_bodies(home, "Kept"), local_bodies(home, "Lists/d"), events(lines, "error")),
             (0, 0, before["Archive"], before["Lists/c"], []), f"{what}: renamed there, the folders are renamed here")
    tap.same(local_files(home, "Archive") + local_files(home, "Lists/c"), [], f"{what}: and nothing is there twice")


def cyrus(what, old):
    def there(name):
        return "INBOX." + name.replace("/", ".") if old else name

    with Home() as home, Server("cyrus", home.path("c"), PF_NETNEWS="yes" if old else "no") as server:
        account = Account(server)
        account.append("INBOX", *[letter(n) for n in range(120)])
        bob = Account(server, "bob")
        bob.append("INBOX", letter(777))
        bob.imap.setacl("INBOX", "alice", "lrs")
        home.rc(*rc_lines(server, f"imaps://alice@localhost:{server.IMAPS_PORT}"))
        tap.ok(any("bob" in f for f in account.folders()), f"{what}: another user's mailbox can be seen", account.folders())
        both_ways(home, account, what, there)
        tap.same([f for f in os.listdir(home.path("Mail/work")) if "bob" in f or "ther" in f], [],
                 f"{what}: and is not fetched unasked")
        renamed(home, account, what, there)
        if old:
            return
        for auth in ("scram-sha-256-plus", "scram-sha-1-plus", "scram-sha-256", "auto"):
            home.rc(*rc_lines(server, f"imaps://alice@localhost:{server.IMAPS_PORT}", extra=[f"auth = {auth}"]))
            tap.same(sync(home)[1], 0, f"{what}: auth = {auth}")
        with Watch(home) as watch:
            tap.ok(watch.until("done"), f"{what}: a watch begins")
            deliver(server, letter(950))
            tap.ok(watch.until("message"), f"{what}: new mail is heard of at once", watch.seen[-3:])
        with Home() as other:
            other.rc("[tls]", f"ca-file = {server.CA}", '[account "work"]', "address = alice@penfold.test",
                     "password = alicepw", f"pop3 = pop3s://alice@localhost:{server.POP3S_PORT}")
            lines, code = sync(other)
            tap.same((code, local_bodies(other, "INBOX")), (0, account.bodies("INBOX")), f"{what}: by POP3 as well")


if __name__ == "__main__":
    cyrus("Cyrus", False)
    cyrus("Cyrus with old names", True)
    tap.done()
