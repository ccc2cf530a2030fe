#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Who sends and leaves has sent: a letter that only waited to be taken back is on its way when the screen is gone. One
that was put off, or held back, stays."""
import os

from penfold_test import Home, Tap
from screen import Screen

tap = Tap()
ACCOUNTS = ('[account "test"]', "address = Ann Test <ann@test.example>", '[account "bo"]', "address = bo@b.example",
            "[ui]", "editor = sh -c 'echo Hello >>$0'", "[dns]")


def write(screen, subject):
    screen.send(f"mbo@b.example\r{subject}\r")
    screen.wait("nothing to complain about")


def queue(home):
    entries, _ = home.json_lines("penfold", "queue", "list", "--json")
    return sorted((e["subject"], e["state"]) for e in entries[0])


def letters(home):
    folder = home.path("Mail/bo/INBOX/new")
    return len(os.listdir(folder)) if os.path.isdir(folder) else 0


def main():
    with Home() as home:
        with open(home.path("zone"), "w", encoding="utf-8") as f:
            f.write('{"b.example": {"A": ["127.0.0.1"]}, "test.example": {"A": ["127.0.0.1"]}}')
        home.rc(*ACCOUNTS, f"zone = {home.path('zone')}", "[queue]", "undo-delay = 50s")
        with Screen(tap, home, 24, 80, home.program("penfold")) as screen:
            screen.wait("Inbox")
            write(screen, "at once")
            screen.send("y")
            screen.wait("u takes it back")
            write(screen, "kept")
            screen.send("y")
            screen.wait("outbox 2")
            screen.send("Q")
            screen.wait("sending 2 letters", "what was sent is on its way when one leaves")
            screen.exits(0)
        tap.same((letters(home), queue(home)), (2, []), "and has arrived")
        home.rc(*ACCOUNTS, f"zone = {home.path('zone')}", "[queue]", "undo-delay = 1h")
        with Screen(tap, home, 24, 80, home.program("penfold")) as screen:
            screen.wait("Inbox")
            write(screen, "in an hour")
            screen.send("y")
            screen.wait("u takes it back")
            screen.send("Q")
            screen.exits(0)
        tap.same((letters(home), queue(home)), (2, [("in an hour", "held")]), "a letter that is put off for long stays")
    tap.done()


main()
