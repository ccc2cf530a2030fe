#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Retrieval from a real Dovecot: every byte, flags, special use, hostile names, what the server moves,
loses and renumbers, and copies of sent letters going up."""
import glob
import os
import shutil

from penfold_test import Home, Server, Tap
from imap_account import (Account, digest, events, flags_of, letter, local_bodies, local_files,
                          memory, rc_lines)

MESSAGES = 300
HOSTILE = ["cur", "new", "tmp", "a/cur/b", "Entw&APw-rfe", 'quo"te', "back\\slash", "%2e%2e", "%2F",
           "&-", "x&-y", "; rm -rf $HOME", "`id`", "-rf", "..a", "\x07bell"]
tap = Tap()


def sync(home, expected=0):
    lines, process = home.json_lines("penfold-sync", "work")
    if process.returncode != expected:
        tap.diag(process.stdout[-2000:], process.stderr)
    return lines, process


def fetch_all(home, server, account):
    account.append("INBOX", *[letter(n) for n in range(MESSAGES)])
    account.append("INBOX", letter(9001, size=6_000_000),
                   b"\r\n\r\nno header at all\r\n", letter(9002, message_id=False))
    home.rc(*rc_lines(server, f"imaps://alice@localhost:{server.IMAPS_PORT}"))
    lines, process = sync(home)
    done = lines[-1]
    tap.same(process.returncode, 0, "a first run over implicit TLS succeeds")
    tap.same(done.get("new"), len(account.bodies("INBOX")), "done counts every message")
    tap.same(local_bodies(home, "INBOX"), account.bodies("INBOX"), "every byte is as on the server")
    tap.ok(done["round_trips"] <= 4, "the whole took few round trips", done)
    paths = [e["path"] for e in events(lines, "message")]
    tap.same(sorted(paths), local_files(home, "INBOX"), "each file was told by its final path")
    tap.same({e["role"] for e in events(lines, "folder")},
             {"inbox", "sent", "drafts", "trash", "junk", "archive"}, "roles come by special use")
    left = glob.glob(home.path("Mail/work/*/tmp/*"))
    tap.same(left, [], "nothing is left in tmp/")
    tap.same({oct(os.stat(p).st_mode & 0o777) for p in paths}, {"0o600"}, "files are private")
    lines, process = sync(home)
    tap.same((lines[-1]["new"], lines[-1]["received"] < 4000), (0, True), "a second run is small")
    tap.ok(lines[-1]["round_trips"] <= 2, "and takes two round trips by SCRAM, the list included",
           lines[-1])


def starttls(server, account):
    with Home() as home:
        home.rc(*rc_lines(server, f"imap://alice@localhost:{server.IMAP_PORT}"))
        _, process = sync(home)
        tap.same(process.returncode, 0, "a first run over STARTTLS succeeds")
        tap.same(local_bodies(home, "INBOX"), account.bodies("INBOX"), "with every byte")


def flags(home, account):
    account.store("INBOX", "5:104", "+FLAGS", "(\\Flagged \\Seen)")
    account.append("INBOX", *[letter(n, seed=2) for n in range(100)])
    lines, process = sync(home)
    tap.same((process.returncode, lines[-1]["new"], lines[-1]["flags"]), (0, 100, 100),
             "a hundred flags and a hundred new messages come down")
    tap.ok(lines[-1]["round_trips"] <= 5, "in few round trips", lines[-1])
    renamed = events(lines, "flags")
    tap.ok(all(flags_of(e["to"]) == "FS" and os.path.exists(e["to"]) and
               not os.path.exists(e["from"]) for e in renamed), "files are renamed, and it is told")
    path = local_files(home, "INBOX")[0]
    os.rename(path, path.split(":2,")[0] + ":2,RS")  # another program's change
    account.store("INBOX", "1:*", "+FLAGS", "\\Flagged")
    sync(home)
    now = [p for p in local_files(home, "INBOX")
           if os.path.basename(p).startswith(os.path.basename(path).split(":2,")[0])]
    tap.same([flags_of(p) for p in now], ["FRS"], "flags set here by another program stay")


def local_changes(home, account):
    files = local_files(home, "INBOX")
    os.unlink(files[0])
    os.rename(files[1], os.path.join(home.path("Mail/work/Archive/cur"), os.path.basename(files[1])))
    lines, _ = sync(home)
    tap.same((lines[-1]["new"], len(local_files(home, "INBOX"))), (1, len(files) - 2),
             "what was deleted here comes to the trash, what was moved does not come again")
    tap.same((len(account.bodies("INBOX")), len(account.bodies("Trash"))), (len(files) - 2, 1),
             "and is in the trash there")


def server_moves(home, account):
    before = len(local_files(home, "INBOX"))
    account.move("INBOX", "50:54", "Archive")
    account.expunge("INBOX", "60:61")
    lines, _ = sync(home)
    tap.same(len(local_files(home, "INBOX")), before - 7, "moved and expunged messages leave")
    tap.same((len(events(lines, "removed")), lines[-1]["deleted"]), (5, 2),
             "a moved one is not doubled, a lost one goes to the trash")
    tap.same(len(local_files(home, "Trash")), 3, "the local trash holds what the server lost")
    tap.ok(set(account.bodies("Archive")) <= set(local_bodies(home, "Archive")),
           "the archive has what was moved there")
    before = len(local_files(home, "INBOX"))
    account.expunge("INBOX", "100:180")
    lines, _ = sync(home)
    tap.same(len(local_files(home, "INBOX")), before + 2, "a mass expunge takes no local file away, and what went just before is back")
    tap.same([e.get("held_back") for e in events(lines, "error")], [83], "and is told")


def renumber(home, server, account):
    account.append("Junk", *[letter(n, seed=3) for n in range(40)],
                   *[letter(n, message_id=False, seed=4) for n in range(5)])
    sync(home)
    before = local_files(home, "Junk")
    account.imap.logout()
    for name in glob.glob(os.path.join(server.dir, "mail/alice/.Junk/dovecot*")):
        os.unlink(name)
    account.connect()
    account.append("Junk", letter(77, seed=3))
    lines, process = sync(home)
    after = local_files(home, "Junk")
    tap.same(process.returncode, 0, "a changed UIDVALIDITY is survived")
    tap.ok(any("renumbered" in e["message"] for e in events(lines, "error")), "and told", lines)
    tap.same(local_bodies(home, "Junk"), account.bodies("Junk"), "no message is lost or doubled")
    tap.ok(set(before) <= set(after), "the files stay as they were")
    lines, _ = sync(home)
    tap.same(lines[-1]["new"], 0, "and the next run is quiet")


def hostile_names(home, account):
    made = [name for name in HOSTILE if account.create(name)]
    tap.ok(len(made) >= 10, "the server takes hostile mailbox names", made)
    for n, name in enumerate(made):
        account.append(name, letter(n, seed=5))
    lines, process = sync(home)
    told = {e["folder"]: e["messages"] for e in events(lines, "folder")}
    tap.same(process.returncode, 0, "folders with hostile names are fetched")
    tap.same(len(events(lines, "message")), len(made), "one message of each")
    paths = [os.path.realpath(e["path"]) for e in events(lines, "message")]
    tap.same(len({os.path.dirname(p) for p in paths}), len(made), "each into a folder of its own")
    tap.ok(all(p.startswith(os.path.realpath(home.path("Mail/work")) + "/") for p in paths),
           "inside the account's folder", *paths)
    tap.ok("Entw\u00fcrfe" in told, "modified UTF-7 is decoded", told)


def sent(home, account):
    cur = home.path("Mail/work/Sent/cur")
    copies = [letter(n, seed=6) for n in range(3)] + [letter(8, message_id=False, seed=6)]
    account.append("Sent", copies[0])  # as a server does that files what was submitted
    for n, text in enumerate(copies):
        with open(os.path.join(cur, f"17000000{n}.x.host:2,S"), "wb") as f:
            f.write(text if n != 2 else text.replace(b"\r\n", b"\n"))  # on the wire it is CRLF
    lines, _ = sync(home)
    tap.same(lines[-1]["pushed"], 4, "letters of the local sent folder go up")
    tap.same(account.bodies("Sent"), sorted(map(digest, copies)), "each is there once")
    lines, _ = sync(home)
    tap.same((lines[-1]["pushed"], lines[-1]["new"]), (0, 0), "and neither goes up nor comes down again")
    account.imap.select("Sent", readonly=True)
    kind, data = account.imap.uid("SEARCH", "SEEN")
    tap.same(len(data[0].split()), 4, "with its flags")


def helper(home, account):
    """The same as a helper: requests in, events and one final answer out."""
    account.append("INBOX", letter(1, seed=8))
    answers = home.ask("penfold-sync", {"op": "sync", "folders": ["Archive"]}, {"op": "nonsense"},
                       {"op": "sync"}, args=("--serve", "work"))
    finals = [a for a in answers if "event" not in a]
    tap.same([a["re"] for a in finals], [1, 2, 3], "as a helper each request has one final answer")
    tap.same((finals[0]["new"], "error" in finals[1], finals[2]["new"]), (0, True, 1),
             "a run can be kept to some folders")
    tap.same([a["re"] for a in answers if a.get("event") == "message"], [3], "events name their request")


def large(server, account):
    """Memory does not grow with the message."""
    account.append("Drafts", letter(1, size=50_000_000, seed=9))
    with Home() as home:
        home.rc(*rc_lines(server, f"imaps://alice@localhost:{server.IMAPS_PORT}", extra=["folders = Drafts"]))
        end, peak, limit = memory(home)
        tap.same((end, local_bodies(home, "Drafts")), (True, account.bodies("Drafts")), "50 MB arrive whole")
        tap.ok(peak < limit * 1024, f"in less than {limit} MB of memory", peak)


def roles(server, account):
    """The rc decides what the server's marks do not, and over them."""
    account.create("Outgoing")
    for lines, folder in (([], "Sent"), (["sent = Outgoing"], "Outgoing")):
        with Home() as home:
            home.rc(*rc_lines(server, f"imaps://alice@localhost:{server.IMAPS_PORT}", extra=lines))
            events_seen, _ = sync(home)
            tap.same([e["folder"] for e in events(events_seen, "folder") if e["role"] == "sent"], [folder],
                     f"with {lines} the sent folder is {folder}")


def main():
    with Home() as home, Server("dovecot", home.path("d")) as server:
        account = Account(server)
        fetch_all(home, server, account)
        starttls(server, account)
        flags(home, account)
        local_changes(home, account)
        server_moves(home, account)
        renumber(home, server, account)
        hostile_names(home, account)
        sent(home, account)
        roles(server, account)
        helper(home, account)
        large(server, account)
        shutil.rmtree(home.path("state"))
        lines, process = sync(home)
        tap.same(process.returncode, 0, "a lost state is rebuilt by fetching again")
    with Home() as home, Server("dovecot", home.path("d"),
                                PF_IMAP_CAPABILITY="IMAP4rev1 LITERAL+ AUTH=PLAIN") as server:
        account = Account(server)
        account.append("INBOX", *[letter(n, seed=7) for n in range(30)])
        home.rc(*rc_lines(server, f"imaps://alice@localhost:{server.IMAPS_PORT}"))
        _, process = sync(home)
        tap.same((process.returncode, local_bodies(home, "INBOX")), (0, account.bodies("INBOX")),
                 "a server without any extension is served too")
        account.store("INBOX", "3:7", "+FLAGS", "\\Answered")
        account.expunge("INBOX", "9:10")
        lines, _ = sync(home)
        tap.same((lines[-1]["flags"], lines[-1]["deleted"]), (5, 2), "with flags and expunges")
    tap.done()


main()
