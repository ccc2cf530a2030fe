#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""A ^C in an editor that has the whole terminal ends the editor, and no helper in the middle of its work."""
import os

from penfold_test import Home, Tap, children
from screen import Screen

tap = Tap()


def helpers(penfold):
    return {pid: name for pid, name in children(penfold).items() if name.startswith("penfold-")}


with Home() as home:
    with open(home.path("editor"), "w", encoding="utf-8") as file:
        file.write("#!/bin/sh\necho the terminal is mine\nexec sleep 60\n")
    os.chmod(home.path("editor"), 0o755)
    home.rc('[account "test"]', "address = Ann Test <ann@test.example>", "[editor]", "where = screen", "[ui]",
            f"editor = {home.path('editor')}")
    home.run("penfold", "deliver", input=b"From: a@b.example\nSubject: letter 1\n\nText.\n")
    with Screen(tap, home, 24, 80, home.program("penfold")) as screen:
        screen.wait("letter 1")
        screen.send("\r")
        screen.wait("Text.")
        screen.send("qm")
        screen.wait("To:")
        screen.send("bo@b.example\r")
        screen.wait("Subject:")
        screen.send("A letter\r")
        screen.wait("the terminal is mine")
        penfold = next(iter(children(screen.process.pid)))
        before = helpers(penfold)
        tap.ok("penfold-store" in before.values() and "penfold-render" in before.values(), "helpers run beside it", before)
        screen.send("\x03")
        screen.wait("A letter", "^C ends the editor")
        after = helpers(penfold)
        tap.ok(all(pid in after for pid in before), "and no helper", before, after)
        screen.send("P")
        screen.wait("kept among the drafts")
        screen.send("Q")
        screen.exits()
tap.done()
