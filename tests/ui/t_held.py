#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Much of a folder gone at once, as its user sees it: a question, on which nothing is removed before the answer, and
each answer does what it says on both sides. And a letter of which only the header is here is brought by a key."""
import os
import sys

from penfold_test import SERVERS, Home, Server, Tap, wait_for

sys.path.insert(0, SERVERS)
from screen import Screen
from imap_account import Account, letter, local_bodies, local_files, rc_lines

N = 70
tap = Tap()


def log(home):
    with open(home.path("state/penfold/log/work.log")) as f:
        return f.read()


def lost_there(screen, home, account):
    account.expunge("INBOX", "1:60")
    screen.send("$")
    screen.wait("work INBOX: the server lost 60 messages", "what the server lost is asked about", 30000)
    tap.same(len(local_files(home, "INBOX")), N, "nothing is removed before the answer")
    screen.send("n")
    wait_for(lambda: "60 pushed" in log(home), 60)  # the answer holds for all of that run
    tap.same((len(account.bodies("INBOX")), local_bodies(home, "INBOX")), (N, account.bodies("INBOX")), "(n) puts them back")
    account.expunge("INBOX", "71:125")  # as which they came back
    screen.send("$")
    screen.wait("the server lost", "it is asked again another time", 30000)
    screen.send("y")
    wait_for(lambda: "55 deleted" in log(home), 60)
    tap.same((local_bodies(home, "INBOX"), len(local_files(home, "Trash")) >= 50), (account.bodies("INBOX"), True),
             "(y) moves them to the trash")


def gone_here(screen, home, account):
    # at one blow: a run that comes in the middle would see a few gone, and those are no question
    folder, kept = os.path.dirname(local_files(home, "Archive")[0]), home.path("kept")
    os.mkdir(kept)
    for path in local_files(home, "Archive")[60:]:
        os.link(path, os.path.join(kept, os.path.basename(path)))
    os.rename(folder, home.path("gone"))
    os.rename(kept, folder)
    screen.send("$")
    screen.wait("messages are gone here", "what is gone here is asked about", 30000)  # perhaps while they still go
    tap.same(len(account.bodies("Archive")), N, "nothing is deleted there before the answer")
    screen.send("n")
    wait_for(lambda: len(local_files(home, "Archive")) == N, 30)
    tap.same(local_bodies(home, "Archive"), account.bodies("Archive"), "(n) fetches them again")


def whole(screen, home, account):
    account.append("INBOX", letter(900, size=90_000).replace(b"Tue, 01 Jul 2025", b"Sat, 01 Aug 2026"))
    screen.send("$")
    screen.wait("letter 900", "a large letter has its row", 30000)
    screen.send("=\r")
    screen.wait("only its header is here", "which opens as a header")
    screen.wait("judged when the whole letter is here", "and says that nobody judged it yet")
    screen.shot(os.environ.get("SHOTS", home.dir) + "/placeholder.ansi")
    screen.send("f")
    screen.wait("Only its header is here: (b)ring", "who forwards it is asked first")
    screen.send("n")
    screen.gone("(b)ring", "no is an answer")
    screen.send("r")
    screen.wait("Only its header is here: (b)ring", "and so is who answers")
    screen.send("b")
    screen.wait("is being fetched", "b has the rest fetched")
    wait_for(lambda: local_bodies(home, "INBOX") == account.bodies("INBOX"), 30)
    screen.gone("only its header is here", "the open page shows the whole when it has come", 30000)
    screen.wait("the whole letter is here", "and says so")
    screen.send("q")
    screen.wait("1 of ", "back")


def links(screen, account):
    account.append("INBOX", letter(901).replace(b"Tue, 01 Jul 2025", b"Sun, 02 Aug 2026") + b"\r\nhttps://www.example.org/early\r\n")
    screen.send("$")
    screen.wait("letter 901", "a letter with a link has its row", 30000)
    screen.send("=\rl")
    screen.wait("Links", "l, pressed before the letter was read, is not lost")
    screen.wait("www.example.org/early", "and shows its link")
    screen.send("q")


with Home() as house, Server("dovecot", house.path("d")) as server:
    mail = Account(server)
    mail.append("INBOX", *[letter(n, size=600) for n in range(N)])
    mail.append("Archive", *[letter(n, size=600, seed=3) for n in range(N)])
    house.rc(*rc_lines(server, f"imaps://alice@localhost:{server.IMAPS_PORT}"), '[folder "work/*"]', "header-above = 50k",
             "[notify]", "desktop = no")
    house.run("penfold", "sync")
    with Screen(tap, house, 24, 100, house.program("penfold")) as view:
        view.wait("1 of ", "the screen opens")
        lost_there(view, house, mail)
        gone_here(view, house, mail)
        whole(view, house, mail)
        links(view, mail)
        view.send("q")
tap.done()
