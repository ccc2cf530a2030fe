#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""A terminal that is closed while the store is busy: what was done on the screen, and what was taken back, comes to
the disk all the same, though the hang-up comes twice, as it does where the window and the line both end."""
from penfold_test import Home, Tap, locked_index
from screen import Screen

tap = Tap()


def subjects(home, query):
    found, _ = home.json_lines("penfold", "search", "--json", query)
    return [row["subject"] for row in found]


def main():
    with Home() as home:
        home.rc('[account "test"]', "address = Ann Test <ann@test.example>")
        for n in (1, 2):
            home.run("penfold", "deliver", input=f"From: Bo <bo@x.example>\r\nTo: ann@test.example\r\nSubject: letter {n}\r\n"
                     f"Date: Sat, 28 Nov 2026 10:0{n}:00 +0000\r\nMessage-ID: <m{n}@x.example>\r\n\r\nHello.\r\n".encode())
        with Screen(tap, home, 24, 80, home.program("penfold")) as screen:
            screen.wait("1 of 2", "two letters are there")
            screen.tell("idle 500")
            with locked_index(home):
                screen.send("d")
                screen.wait("1 of 1", "one is deleted")
                screen.send("d")
                screen.wait("No mail", "the other, too")
                screen.send("u")
                screen.wait("of 1", "and that is taken back, before the store could do any of it")
                screen.tell("signal 1")
                screen.wait("being saved", "at the hang-up it says what it waits for")
                screen.tell("signal 1")
                screen.tell("idle 300")
            screen.exits(0, "and ends when that is done")
        tap.same(subjects(home, "tag:inbox and not tag:deleted"), ["letter 1"], "one is where it was")
        tap.same(subjects(home, "tag:deleted"), ["letter 2"], "and the other in the trash")
        with Screen(tap, home, 24, 80, home.program("penfold")) as screen:
            screen.wait("1 of 1", "the one again")
            screen.tell("idle 500")
            with locked_index(home):
                screen.send("d")
                screen.wait("No mail", "it is deleted")
                screen.send("u")
                screen.wait("1 of 1", "and that is taken back")
                screen.tell("signal 1")
                screen.wait("being saved", "at the signal it says what it waits for")
                screen.tell("hangup")
            screen.exits(0, "the window is closed, and it ends when that is done")
        tap.same(subjects(home, "tag:inbox and not tag:deleted"), ["letter 1"], "it is where it was")
    tap.done()


main()
