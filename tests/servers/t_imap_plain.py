#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""A server with less than others: IMAP4rev1 alone, and one with UIDPLUS but without MOVE."""
import os

from penfold_test import Home, Server, Tap
from imap_account import Account, digest, events, letter, local_bodies, local_files, rc_lines
from line import Line

tap = Tap()


def sync(home, *args, expected=0):
    lines, process = home.json_lines("penfold-sync", *args, "work")
    if expected is not None and process.returncode != expected:
        tap.diag(process.stdout[-2000:], process.stderr)
    return lines, process


def file_of(home, folder, text):
    found = [p for p in local_files(home, folder) if open(p, "rb").read() == text]
    assert len(found) == 1, (folder, found)
    return found[0]


def alive(account, folder):
    """Hashes of what is not marked as deleted."""
    account.imap.select(account.quote(folder), readonly=True)
    _, data = account.imap.uid("FETCH", "1:*", "(FLAGS BODY.PEEK[])")
    return sorted(digest(item[1]) for item, after in zip(data[::2], data[1::2])
                  if isinstance(item, tuple) and b"\\Deleted" not in item[0] + after)


def cut_deletion(capability, what, word, is_heard):
    """The line ends between COPY and STORE of a deletion."""
    with Home() as home, Server("dovecot", home.path("d"), PF_IMAP_CAPABILITY=capability) as server:
        account, line = Account(server), Line(server.IMAP_PORT)
        letters = [letter(n, seed=6, message_id=n % 2 == 0) for n in range(12)]
        account.append("INBOX", *letters)
        home.rc(*rc_lines(server, f"imap://alice@127.0.0.1:{line.port}", extra=["tls = no"]))
        sync(home)
        for n in (0, 1):
            os.unlink(file_of(home, "INBOX", letters[n]))
        line.word = (word[0], word[1], is_heard)
        _, process = sync(home, expected=None)
        tap.same((process.returncode, len(account.bodies("Trash")), len(alive(account, "INBOX"))), (75, 2, 12),
                 f"{what}: cut, and both places have it")
        sync(home)
        sync(home)
        gone, rest = sorted(digest(t) for t in letters[:2]), sorted(digest(t) for t in letters[2:])
        tap.same((account.bodies("Trash"), alive(account, "INBOX")), (gone, rest), f"{what}: then it is in the trash there, once")
        tap.same((local_bodies(home, "Trash"), local_bodies(home, "INBOX")), (gone, rest), "and here")
        lines, _ = sync(home)
        tap.same((lines[-1]["new"], lines[-1]["pushed"], events(lines, "error")), (0, 0, []), "and all is quiet")
        line.close()


def main():
    for capability, name in (("IMAP4rev1 LITERAL+ UIDPLUS AUTH=PLAIN", "UIDPLUS"), ("IMAP4rev1 AUTH=PLAIN", "IMAP4rev1")):
        cut_deletion(capability, f"{name}, COPY without its answer", (0, b"Copy completed"), False)
        cut_deletion(capability, f"{name}, COPY with its answer", (1, b"UID STORE"), False)
    tap.done()


main()
