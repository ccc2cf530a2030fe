#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is usually forgotten is asked about before a letter leaves: a file, the subject, the text; also when y is faster
than the look at the letter."""
import os

from penfold_test import Home, Stopped, Tap
from screen import Screen

tap = Tap()


def write(screen, subject, shown):
    screen.send(f"mbo@b.example\r{subject}\r")
    screen.wait(shown)


def main():
    with Home() as home:
        editor = home.path("editor")
        with open(editor, "w", encoding="utf-8") as f:
            f.write('#!/bin/sh\ncat "$HOME/text" >>"$1"\n')
        os.chmod(editor, 0o755)
        home.rc('[account "test"]', "address = Ann Test <ann@test.example>", '[account "bo"]', "address = bo@b.example",
                "[queue]", "undo-delay = 1h", "[dns]", f"zone = {home.path('zone')}")
        with open(home.path("zone"), "w", encoding="utf-8") as f:
            f.write('{"b.example": {"A": ["127.0.0.1"]}, "test.example": {"A": ["127.0.0.1"]}}')
        with open(home.path("text"), "w", encoding="utf-8") as f:
            f.write("The plan is attached.\n")
        with Screen(tap, home, 24, 80, home.program("penfold"), VISUAL=editor) as screen:
            screen.wait("Inbox")
            write(screen, "the plan", "nothing is attached")
            screen.send("y")
            screen.wait("Send all the same? (y/n)", "a file that the text speaks of")
            screen.send("n")
            screen.gone("Send all")
            screen.ask("row 4 the plan", "the letter stays open")
            screen.send(f"a{editor}\r")
            screen.wait("nothing to complain about")
            screen.send("y")
            screen.wait("queued; it leaves in 60 min", "with the file it is no question")
            write(screen, "", "no subject")
            screen.send("y")
            screen.wait("And 1 more. Send all the same? (y/n)", "no subject, and no file: one question")
            screen.send("y")
            screen.wait("queued; it leaves", "that may be meant")
            write(screen, "early", "nothing is attached")
            with Stopped(home, "penfold-store"):
                screen.send("sagain\ry")
                screen.wait("looked over", "y before the letter is looked at")
                screen.ask("norow -1 queue")
            screen.wait("Send all the same? (y/n)", "is asked as well")
            screen.send("y")
            screen.wait("queued; it leaves")
            screen.send("Q")
            screen.exits()
        entries, _ = home.json_lines("penfold", "queue", "list", "--json")
        tap.same(len(entries[0]), 3, "three letters wait")
    tap.done()


main()
