#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""The first sync as its user sees it: 500 messages on a real server, most of them in the archive. The
first line counts them, the inbox can be read while the archive still comes, keys answer meanwhile,
unread counts are right, and a letter put on the server later comes by `$`."""
import os

from penfold_test import Home, Server, Tap
from screen import Screen

N_INBOX, N_ARCHIVE = 50, 450
LIMIT_MS = 100
tap = Tap()


def put(folder, number, is_seen):
    path = os.path.join(folder, "cur", f"{1700000000 + number}.M{number}.penfold.test:2,"
                        + ("S" if is_seen else ""))
    with open(path, "w") as f:
        f.write(f"From: Sender {number} <s{number}@b.example>\nTo: alice@penfold.test\n"
                f"Subject: Topic{number:04}\nMessage-ID: <{number}@b.example>\n"
                f"Date: Fri, {1 + number // 60 % 28:02} Oct 2026 {number // 60:02}:{number % 60:02}:00"
                f" +0000\n\nText of letter {number}.\n" + "More of it.\n" * 200)


def fill(home):
    box = home.path("d/mail/alice")
    owner = os.stat(home.path("d"))
    folders = {box: range(N_ARCHIVE, N_ARCHIVE + N_INBOX),
               os.path.join(box, ".Archive"): range(N_ARCHIVE)}
    for folder, numbers in folders.items():
        for name in ("cur", "new", "tmp"):
            os.makedirs(os.path.join(folder, name), exist_ok=True)
        for number in numbers:
            put(folder, number, number % 2 == 0)
    own(box, owner)


def own(box, owner):
    for root, folders, files in os.walk(box):
        for name in [root] + [os.path.join(root, f) for f in folders + files]:
            os.chown(name, owner.st_uid, owner.st_gid)


def first_sync(screen):
    screen.wait("↓ work", "the first line says that it fetches")
    screen.wait("/500", "and how many messages there are")
    screen.wait("/s", "and how fast they come")
    screen.wait("Topic0499", "the newest letter is there", 30000)
    screen.timed("\r", "s499@b.example", "it opens while others come", LIMIT_MS)
    screen.wait("Text of letter 499", "and is read")
    screen.timed("q", "1 of ", "back", LIMIT_MS)
    screen.timed("?", "Keys;", "help", LIMIT_MS)
    screen.timed("q", "1 of ", "back", LIMIT_MS)
    screen.timed("cAll mail\r", "Penfold  All mail", "all mail", LIMIT_MS)
    screen.timed("G", " of ", "its end", LIMIT_MS)
    screen.gone("↓ work", "the first sync is over", 120000)
    screen.send("=")
    screen.wait("1 of 500", "every message has its row")
    screen.wait("Archi… 225", "unread messages of the archive are counted")
    screen.wait("Inbox   24", "and of the inbox, where one has been read")


def afterwards(screen, home):
    screen.timed("G", "500 of 500", "to the end", LIMIT_MS)
    screen.wait("Topic0000", "the oldest letter stands there")
    screen.send("\\subject:Topic0123\r")
    screen.wait("search", "a search")
    screen.wait("Sender 123", "finds its letter")
    screen.send("q")
    screen.timed("cInbox\r", "Penfold  Inbox", "the inbox", LIMIT_MS)
    box = home.path("d/mail/alice")
    put(box, 500, False)
    own(box, os.stat(home.path("d")))
    screen.send("$")
    screen.wait("Topic0500", "a letter that came later is fetched by $", 30000)
    screen.wait("Inbox   25", "and counted")


def main():
    with Home() as home, Server("dovecot", home.path("d")) as imap:
        fill(home)
        home.rc(f"[tls]\nca-file = {imap.CA}", '[account "work"]',
                "address = Alice Example <alice@penfold.test>", "password = alicepw",
                f"imap = imap://alice@localhost:{imap.IMAP_PORT}")
        with Screen(tap, home, 24, 80, home.program("penfold")) as screen:
            first_sync(screen)
            afterwards(screen, home)
            screen.send("Q")
            screen.exits(0)
    tap.done()


main()
