#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Threads that are put off again, one or several together: of the time before nothing is left, neither in the tags nor in
what is shown, though the index does not know of it yet; and each is taken back as it was."""
import re

from penfold_test import Home, Tap, locked_index, wait_for
from screen import Screen

tap = Tap()
TIME = re.compile(r"^(?:snooze|reply-by)/")


def times(home, number):
    """The days that a letter's tags name."""
    rows, _ = home.json_lines("penfold", "search", "--json", f"id:m{number}@x.example")
    return [tag.split("T")[0] for tag in rows[0]["tags"] if TIME.match(tag)]


def has(home, number, *wanted):
    wait_for(lambda: times(home, number) == list(wanted), what=f"letter {number}: {wanted}; there are {times(home, number)}")
    tap.ok(True, f"letter {number}: {' '.join(wanted) or 'not put off'}")


def alone(home, screen):
    with locked_index(home):
        screen.send("=S2027-01-05\r")
        screen.wait("asleep until", "put off")
        screen.gone("letter 3")
        screen.send("cAll mail\r")
        screen.wait("letter 3")
        screen.send("=S2027-02-06\r")
        screen.wait("asleep until Sat 6 Feb", "and for longer, before the first was written")
    has(home, 3, "snooze/2027-02-06")
    screen.send("u")
    has(home, 3, "snooze/2027-01-05")
    screen.wait("taken back")
    screen.send("S")
    screen.wait("Asleep until Tue 5 Jan")
    screen.send("\r")
    screen.wait("awake")
    has(home, 3)


def several(home, screen):
    screen.send("cInbox\r")
    screen.wait("of 3")
    screen.send("=W2027-03-01\r")
    screen.wait("an answer is awaited")
    has(home, 3, "reply-by/2027-03-01")
    screen.send("=jW2027-03-02\r")
    has(home, 2, "reply-by/2027-03-02")
    screen.send("=tt;W2027-03-03\r")
    screen.wait("2 threads an answer is awaited")
    has(home, 3, "reply-by/2027-03-03")
    has(home, 2, "reply-by/2027-03-03")
    screen.send("u")
    screen.wait("taken back")
    has(home, 3, "reply-by/2027-03-01")
    has(home, 2, "reply-by/2027-03-02")
    screen.send("=ttt;W\r")
    screen.wait("3 threads waiting for no answer")
    has(home, 3)
    has(home, 2)
    has(home, 1)
    screen.send("u")
    has(home, 3, "reply-by/2027-03-01")
    has(home, 2, "reply-by/2027-03-02")


def main():
    with Home() as home:
        home.rc('[account "test"]', "address = Ann Test <ann@test.example>")
        for n in (1, 2, 3):
            home.run("penfold", "deliver", input=f"From: Bo <bo@x.example>\r\nTo: ann@test.example\r\nSubject: letter {n}\r\n"
                     f"Date: Sat, 28 Nov 2026 10:0{n}:00 +0000\r\nMessage-ID: <m{n}@x.example>\r\n\r\nHello.\r\n".encode())
        with Screen(tap, home, 24, 80, home.program("penfold")) as screen:
            screen.wait("of 3")
            screen.tell("idle 300")
            alone(home, screen)
            several(home, screen)
            screen.send("Q")
            screen.exits()
        done = home.run("penfold", "tag", "-reply-by/*", "--", "*")
        tap.same(done.stdout.strip(), "2 changed", "tag takes a whole family of tags away")
        has(home, 3)
    tap.done()


main()
