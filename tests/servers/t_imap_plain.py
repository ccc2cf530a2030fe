#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""A server with IMAP4rev1 alone: all that goes both ways. There, and with UIDPLUS but without MOVE, a deletion that is cut
off in the middle."""
import os

from penfold_test import Home, Server
from both_ways import everything, file_of, put, sync, tap
from imap_account import Account, digest, events, flags_of, letter, local_bodies, local_files, rc_lines
from line import Line

SERVERS = (("IMAP4rev1", "IMAP4rev1 AUTH=PLAIN"), ("UIDPLUS", "IMAP4rev1 LITERAL+ UIDPLUS AUTH=PLAIN"))


def cut_deletion(capability, what, word):
    """The line ends between COPY and STORE of a deletion."""
    with Home() as home, Server("dovecot", home.path("d"), PF_IMAP_CAPABILITY=capability) as server:
        account, line = Account(server), Line(server.IMAP_PORT)
        letters = [letter(n, seed=6, message_id=n % 2 == 0) for n in range(12)]
        account.append("INBOX", *letters)
        home.rc(*rc_lines(server, f"imap://alice@127.0.0.1:{line.port}", extra=["tls = no"]))
        sync(home)
        for n in (0, 1):
            os.unlink(file_of(home, "INBOX", letters[n]))
        line.word = (*word, False)
        _, process = sync(home, expected=75)
        tap.same((process.returncode, len(account.bodies("Trash")), len(account.alive("INBOX"))), (75, 2, 12),
                 f"{what}: cut, and both places have it")
        sync(home)
        sync(home)
        gone, rest = sorted(digest(t) for t in letters[:2]), sorted(digest(t) for t in letters[2:])
        tap.same((account.bodies("Trash"), account.alive("INBOX")), (gone, rest), f"{what}: then it is in the trash there, once")
        tap.same((local_bodies(home, "Trash"), local_bodies(home, "INBOX")), (gone, rest), "and here")
        lines, _ = sync(home)
        tap.same((lines[-1]["new"], lines[-1]["pushed"], events(lines, "error")), (0, 0, []), "and all is quiet")
        line.close()


def marked_and_renamed():
    """Two clients: one deletes a letter and brings it back to INBOX; the other, where it lies marked, renames it there itself."""
    with Home() as home, Home() as other, Server("dovecot", home.path("d"), PF_IMAP_CAPABILITY=SERVERS[0][1]) as server:
        account, text = Account(server), letter(1, seed=7)
        for folder in ("Archive", "Trash"):
            account.create(folder)
        account.append("Archive", text, flags="\\Seen")
        for h in (home, other):
            h.rc(*rc_lines(server, f"imap://alice@127.0.0.1:{server.IMAP_PORT}", extra=["tls = no"]))
            h.json_lines("penfold-sync", "work")
        os.unlink(file_of(other, "Archive", text))
        sync(other)
        sync(home)
        marked = file_of(home, "Archive", text)
        tap.ok(flags_of(marked) == "ST", "without UIDPLUS a letter that another client deleted is marked here", marked)
        account.imap.select("Archive")
        account.imap.expunge()
        os.rename(file_of(other, "Trash", text), put(other, "INBOX", text, "back.other.host"))
        os.rename(marked, put(home, "INBOX", text, "mine.host", flags="ST"))
        sync(other)
        sync(home)
        tap.same(([flags_of(x) for x in local_files(home, "INBOX")], account.alive("INBOX")), (["S"], [digest(text)]),
                 "renamed into a folder that is looked at for the first time, and is there too, it loses the mark of its old place")


def main():
    what, capability = SERVERS[0]
    with Home() as home, Server("dovecot", home.path("d"), PF_IMAP_CAPABILITY=capability) as server:
        home.rc(*rc_lines(server, f"imaps://alice@localhost:{server.IMAPS_PORT}"))
        everything(home, Account(server), what)
    for what, capability in SERVERS:
        cut_deletion(capability, f"{what}, COPY without its answer", (0, b"Copy completed"))
        cut_deletion(capability, f"{what}, COPY with its answer", (1, b"UID STORE"))
    marked_and_renamed()
    tap.done()


main()
