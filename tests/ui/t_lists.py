#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Lists as a person uses them with years of mail: results while a search is being typed, the word shown in the
letter that is opened, a search that is given up, branches of the folder tree that fold and stay folded, marks by
pattern and what is done to them, fifty steps back and on again."""
import os
import re

from penfold_test import Home, Tap
from screen import Screen

tap = Tap()
LETTERS = 400
FOLDERS = ("INBOX", "Lists/git", "Lists/notmuch/dev", "Projects")
MATCH = 179  # the background of a hit, in the dark theme


def fill(home):
    for i in range(LETTERS):
        folder = home.path("Mail", "test", FOLDERS[0] if i % 4 else FOLDERS[1 + i // 4 % 3])
        for sub in ("cur", "new", "tmp"):
            os.makedirs(os.path.join(folder, sub), 0o700, exist_ok=True)
        word = "porcupine" if i % 50 == 7 else "hedgehog" if i == 333 else "weasel"
        with open(os.path.join(folder, "cur", f"17{i:08d}.l.test:2,S"), "w", encoding="utf-8") as f:
            f.write(f"From: Sender {i % 20} <s{i % 20}@p.example>\nTo: ann@test.example\nSubject: letter {i}\n"
                    f"Date: {1 + i // 20:02d} Oct 2026 10:{i % 60:02d}:00 +0000\nMessage-ID: <l{i}@p.example>\n\n"
                    + "some words\n" * 40 + f"and a {word} at the end\n")


def searching(screen, home):
    screen.send("\\")
    screen.wait("Search all mail")
    screen.send("hedge")
    screen.wait("letter 333", "found while the word is still being typed")
    screen.ask("norow 2 letter", "and nothing else")
    screen.send("\x1b")
    screen.gone("Search all mail")
    screen.wait("1 of 300", "given up: what was there is there again")
    screen.send("\\porcupine\r")
    screen.wait("1 of 8")
    screen.send("\r")
    screen.wait("some words")
    screen.send("n")
    screen.wait("porcupine at the end", "n finds what was searched for")
    screen.shot(home.path("hit"))
    screen.ask("row 1 From")
    with open(home.path("hit"), encoding="utf-8") as f:
        shown = re.findall(r"\x1b\[([0-9;]*)m(.)", f.read())
    tap.same("".join(c for style, c in shown if f"48;5;{MATCH}" in style), "porcupine", "the word is shown, it alone")
    screen.send("qq")
    screen.wait("of 300")
    screen.send("lfrom:s7\r")
    screen.wait("1 of 20", "a limit")
    screen.send("q")
    screen.wait("of 300")


def folding(screen, _):
    screen.wait("notmuch")
    screen.send("cLists\r")
    screen.wait("git")
    screen.send("zf")
    screen.gone("notmuch", "the branch is folded")
    screen.send("zf")
    screen.wait("notmuch")
    screen.send("zF")
    screen.gone("notmuch", "all are")


def still_folded(screen, _):
    screen.gone("notmuch", "and stay so")
    screen.send("zF")
    screen.wait("notmuch")
    screen.send("cInbox\r")
    screen.wait("of 300")


def marking(screen, _):
    screen.send("T~f s3@\r")
    screen.wait("20 marked")
    screen.send(";+zebra\r")
    screen.wait("20 threads tagged")
    screen.send("\\tag:zebra\r")
    screen.wait("of 20")
    screen.send("q")
    screen.wait("of 300")
    screen.send("T*\r")
    screen.wait("300 marked")
    screen.send(";a")
    screen.wait("300 threads archived")
    screen.wait("No mail here")
    screen.send("u")
    screen.wait("of 300", "three hundred come back")


def undoing(screen, _):
    """Fifty deeds of many kinds, all taken back in turn, and done again."""
    keys = ["d", "a", "F", "U", "+step\r", "sProjects\r", "CProjects\r", "M", "Stomorrow\r", "W3d\r"]
    screen.send("=")
    screen.wait("1 of 300")
    gone = 0
    for i in range(50):
        key = keys[i % len(keys)]
        screen.send(key)
        screen.tell("idle 60")
        gone += key[0] in "das" and key != "sProjects\r" or key.startswith("s") or key in ("M", "Stomorrow\r")
        if key[0] not in "dasMS":
            screen.send("j")
    screen.tell("idle 300")
    left = 300 - gone
    screen.wait(f"of {left}", f"{gone} are out of the inbox")
    for _ in range(50):
        screen.send("u")
    screen.wait("of 300", "fifty steps back: all is there")
    screen.wait("taken back: thread moved to the trash", "the first deed last")
    screen.send("u")
    screen.wait("taken back")
    for _ in range(50):
        screen.send("\x12")
    screen.wait(f"of {left}", "and fifty on again")
    for _ in range(50):
        screen.send("u")
    screen.wait("of 300", "and back for good")


def main():
    with Home() as home:
        home.rc('[account "test"]', "address = ann@test.example", "[ui]", "theme = dark", "[dns]",
                "zone = " + home.path("zone"))
        with open(home.path("zone"), "w", encoding="ascii") as f:
            f.write("{}")
        fill(home)
        steps = os.environ.get("STEPS", "searching folding still_folded marking undoing").split()
        for batch in ([s for s in steps if s in ("searching", "folding")], [s for s in steps if s not in ("searching", "folding")]):
            with Screen(tap, home, 24, 110, home.program("penfold")) as screen:
                screen.wait("of 300", ms=60000)
                for step in batch:
                    globals()[step](screen, home)
                screen.send("Q")
                screen.exits()
    tap.done()


main()
