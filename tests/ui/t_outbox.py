#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""The outbox on the screen: what failed is told in the first line, the reasons stand below the list, an
uncertain letter can be settled, and the charts show what was sent. SHOTS=DIR keeps pictures of the screen."""
import os
import subprocess
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "servers"))
sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "lib"))
from fake_smtp import FakeSmtp  # noqa: E402
from penfold_test import SERVERS, Home, Tap  # noqa: E402
from post import Post  # noqa: E402
from screen import Screen  # noqa: E402

tap = Tap()
SHOTS = os.environ.get("SHOTS")


def shot(screen, name):
    if SHOTS:
        screen.shot(os.path.join(SHOTS, name))


def test_upload(ca):
    """A large letter over a thin line: its row says how far it is, and it can be taken back before its end."""
    with FakeSmtp(ca, size=0, drip_ms=100) as server, Post(ca, server.port, extra="[ui]\ntheme = dark\n"
                                                                               "[sync]\ninterval = 0") as post:
        path = post.home.path("photos.bin")
        with open(path, "wb") as f:
            f.write(os.urandom(12000000))
        queue_id = post.queue(subject="photographs", attachments=[{"path": path}])
        with Screen(tap, post.home, 24, 80, post.home.program("penfold")) as screen:
            screen.wait("outbox 1", "one letter waits")
            screen.send("O")
            screen.send("r")
            screen.wait("k/s ", "upload: the row says how fast the letter goes")
            screen.wait("/16M", "how much of it is there")
            screen.wait("photo", "and still which it is")
            screen.wait(" left", "and how long that takes")
            shot(screen, "upload")
            screen.send("d")
            screen.wait("taken back", "upload: it can be taken back")
            screen.wait("Nothing waits to be sent", "and the outbox is empty")
            screen.gone("sending", "the sender has stopped")
            screen.send("h")
            screen.send("Q")
            screen.exits(0)
        tap.same(server.letters, [], "the server never had all of it")
        tap.same(post.entry(queue_id)["state"], "cancelled", "and the ledger says so")


def test_waiting(ca):
    """Why a letter waits that no server has seen yet, and what can be done about it."""
    with FakeSmtp(ca) as server, Post(ca, server.port, extra="rate = 1\n[ui]\ntheme = dark\n[sync]\ninterval = 0") as post:
        ids = [post.queue(subject=f"letter {n}") for n in range(3)]
        post.set(ids[0], "hold")
        post.run()
        with Screen(tap, post.home, 24, 80, post.home.program("penfold")) as screen:
            screen.wait("outbox 2", "two letters wait")
            screen.send("O")
            screen.wait("recipients a minute at most", "a letter that waits for the rate says so")
            screen.send("j")
            screen.wait("It is held.  h let it go", "one that is held says how it goes on")
            screen.send("h")
            screen.wait("released", "and it does")
            screen.send("h")
            screen.send("Q")
            screen.exits(0)


def test_next(ca):
    """Each letter's line says what comes next; one of another program's is not lost when it is taken back or edited."""
    with FakeSmtp(ca) as server, Post(ca, server.port, extra="[ui]\ntheme = dark\neditor = true\n[sync]\ninterval = 0\n[queue]\nretry = 2h") as post:
        post.queue(subject="greylisted", to=["later@example.net"])
        post.run()
        post.home.run("penfold", "send", "--at", "+50h", "cy@example.net", input="Subject: much later\n\nwords of a script\n")
        for n in range(2):
            post.home.run("penfold", "send", "--at", "+5h", "bo@example.net", input=f"Subject: from a script {n}\n\nwords of a script\n")
        with Screen(tap, post.home, 24, 100, post.home.program("penfold")) as screen:
            screen.wait("outbox 4 (next try at ", "the first that is tried, and when")
            screen.send("O")
            screen.wait("from a script 1")
            screen.wait("It leaves at ", "of one that waits for its time: when it leaves")
            screen.wait("r send it now  h hold it  e edit it  d take it back", "and what can be done")
            screen.send("d")
            screen.wait("the letter is taken back; it is in the folder Drafts", "one without a draft is kept, and where is said")
            screen.send("e")
            screen.wait("words of a script", "or edited: its text is there")
            screen.wait("bo@example.net", "and its recipient")
            screen.send("P")
            screen.wait("much later")
            screen.wait("It leaves", "back in the outbox")
            screen.send("j")
            screen.wait("It is tried again ", "of one that was put off: when it is tried again")
            screen.wait("450 4.2.1", "and why it was")
            screen.send("h")
            screen.send("Q")
            screen.exits(0)
        tap.same([len(post.home.json_lines("penfold", "search", "--json", "tag:draft and subject:script")[0]), server.letters], [2, []],
                 "both are in the store, and nothing left")


def test_others(ca):
    """What another program queues is seen on the screen, and leaves when it is due."""
    with FakeSmtp(ca) as server, Post(ca, server.port, extra="[sync]\ninterval = 0") as post:
        with Screen(tap, post.home, 24, 100, post.home.program("penfold")) as screen:
            screen.wait("No mail here")
            post.home.run("penfold", "send", "--at", "+6s", "bo@example.net", input="Subject: from outside\n\nwords\n")
            screen.wait("outbox 1 (leaves in ", "a letter that a script queues is counted")
            screen.gone("outbox 1", "and leaves at its time")
            screen.send("Q")
            screen.exits(0)
        tap.same(len(server.letters), 1, "by this screen")


def main():
    with Home() as shared:
        ca = shared.path("ca")
        subprocess.run([os.path.join(SERVERS, "mkca.sh"), ca], check=True)
        test_upload(ca)
        test_waiting(ca)
        test_next(ca)
        test_others(ca)
        with FakeSmtp(ca) as server, Post(ca, server.port, extra="[ui]\ntheme = dark\n[sync]\ninterval = 0") as post:
            for i in range(6):
                post.queue(subject=f"letter {i}", to=["bob@example.net", f"p{i}@example.com"])
            post.queue(subject="refused", to=["gone@example.net"])
            post.queue(subject="later", to=["later@example.net", "policy@example.net"])
            post.run()
            server.options.cut = "dot"
            post.queue(subject="nobody knows", to=["eve@example.com"])
            post.run()
            server.options.cut = ""
            with Screen(tap, post.home, 30, 100, post.home.program("penfold")) as screen:
                screen.wait("3 failed", "what waits for the user is told in the first line")
                screen.send("O")
                screen.wait("nobody knows", "the outbox lists the letter whose answer was lost")
                screen.wait("uncertain", "as uncertain")
                screen.wait("send it again  a it arrived", "with what the user can do about it")
                screen.wait("refused", "and the one that was refused")
                screen.wait("deferred !", "and the one that waits, and that somebody will not get")
                shot(screen, "outbox")
                screen.send("a")
                screen.wait("taken as sent", "the user settles the uncertain one")
                screen.wait("2 failed", "two troubles are left")
                screen.send("j")
                screen.wait("policy@example.net", "who will not get the one that waits stands below the list")
                screen.send("j")
                screen.wait("mailbox does not exist", "the reason of the refused one stands below the list")
                screen.wait("try again  e edit it", "with what the user can do about it")
                screen.send("\r")
                screen.wait("Message-ID", "Enter shows all that is known of it")
                screen.wait("(550 5.1.1 ", "the server's reply among it")
                shot(screen, "entry")
                screen.send("q")
                screen.send("s")
                screen.wait("The last 24 hours", "the charts open")
                screen.wait("By domain", "with what was sent where")
                shot(screen, "stats")
                screen.send("q")
                screen.wait("Outbox")
                screen.tell("resize 16 44")
                screen.send("kj")  # a word about the account that cannot be fetched goes with a key
                screen.wait("does not exist", "a narrow window has the reason to its end")
                screen.send("s")
                screen.wait("24 hours ago", "and its charts")
                screen.wait("now", "to theirs")
                screen.send("q")
                screen.wait("Outbox")
                screen.send("h")
                screen.send("Q")
                screen.exits(0)
    tap.done()


main()
