#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Folders with an order and columns of their own: only there, and elsewhere it is as the user left it."""
from penfold_test import Home, Tap
from screen import Screen

tap = Tap()


def deliver(home, folder, number, subject):
    done = home.run("penfold", "deliver", "--folder", folder,
                    input=f"From: Bo Builder <bo@x.example>\r\nSubject: {subject}\r\nMessage-ID: <{number}.{folder}@x.example>\r\n"
                    f"Date: Sat, 28 Nov 2026 10:0{number}:00 +0000\r\n\r\nText.\r\n")
    assert done.returncode == 0, done.stderr


def go(screen, place, shown):
    screen.send(f"c{place}\r")
    screen.wait(f"Penfold  {shown}")


def main():
    with Home() as home:
        home.rc('[account "test"]', "address = Ann Test <ann@test.example>",
                '[folder "test/Lists*"]', "sort = subject", "columns = subject domain:12",
                '[folder "Bills"]', "columns = date subject", '[search "Bills"]', "query = subject:bravo")
        for folder in ("INBOX", "Lists/one", "Projects"):
            for number, subject in enumerate(("bravo", "alpha", "charlie")):
                deliver(home, folder, number, subject)
        with Screen(tap, home, 24, 80, home.program("penfold")) as screen:
            screen.wait("of 3")
            screen.ask("row 1 charlie", "the inbox has the newest first")
            screen.ask("row 1 Bo Builder")
            go(screen, "test/Lists/one", "test/Lists/one")
            screen.wait("of 3")
            screen.ask("row 1 alpha", "a list is by subject")
            screen.ask("row 1 x.example", "with columns of its own")
            screen.ask("norow 1 Bo Builder")
            go(screen, "test/Projects", "test/Projects")
            screen.wait("of 3")
            screen.ask("row 1 charlie", "another folder is as usual")
            screen.ask("row 1 Bo Builder")
            screen.send("od")
            screen.wait("the other way round")
            screen.tell("idle 300")
            screen.ask("row 1 bravo", "turned round by the user")
            go(screen, "test/Lists/one", "test/Lists/one")
            screen.wait("of 3")
            screen.ask("row 1 alpha", "the list has its own order")
            go(screen, "Inbox", "Inbox")
            screen.wait("of 3")
            screen.ask("row 1 bravo", "and elsewhere it is as the user left it")
            go(screen, "Bills", "Bills")
            screen.wait("Sat bravo")
            screen.ask("norow 1 Bo Builder", "a saved search has its columns, too")
            screen.send("Q")
            screen.exits()
        home.rc('[account "test"]', "address = Ann Test <ann@test.example>", '[folder "test/*"]', "sort = shoesize")
        done = home.run("penfold", "config", "check")
        tap.ok(done.returncode == 78 and "sort" in done.stdout + done.stderr, "an order that is none is told", done.stdout)
    tap.done()


main()
