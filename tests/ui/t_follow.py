#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""A key does what it says to what the user sees: the selection stays with its letter when others come before it, marks
are for the list in which they were set and survive a change of mind, and of a long name the end is shown, which says
whose it is."""
import os

from penfold_test import Home, Stopped, Tap
from screen import Screen

tap = Tap()
LONG = "paypal.example.account.verify.login.secure.customer.service.evil.example"


def letter(home, number, who, subject, body="Hello.", parent=None, folder="INBOX", kind="text/plain"):
    fields = f"In-Reply-To: <f{parent}@b.example>\r\nReferences: <f{parent}@b.example>\r\n" if parent else ""
    text = (f"From: {who}\r\nTo: ann@test.example\r\nSubject: {subject}\r\nDate: Sat, 28 Nov 2026 {number:02}:00:00 +0000\r\n"
            f"Message-ID: <f{number}@b.example>\r\n{fields}MIME-Version: 1.0\r\nContent-Type: {kind}\r\n\r\n{body}\r\n")
    done = home.run("penfold", "deliver", "--folder", folder, input=text.encode())
    assert done.returncode == 0, done.stderr


def screen_of(home, *arguments, cols=80):
    return Screen(tap, home, 24, cols, home.program("penfold"), *arguments)


def tree(home):
    with screen_of(home) as screen:
        screen.wait("plans")
        screen.send("/plans\r\r")
        screen.wait("1 of 3", "the thread")
        screen.send("G")
        screen.wait("3 of 3")
        letter(home, 2, "Eve <eve@b.example>", "Re: plans", parent=1)
        screen.wait("Eve", "an answer comes before the selected one")
        screen.wait("4 of 4", "which stays selected")
        screen.send("Q")
        screen.exits()


def outbox(home):
    with screen_of(home) as screen:
        screen.wait("plans")
        for subject in ("the first", "the second"):
            screen.send(f"mbo@b.example\r{subject}\r")
            screen.wait("A line of the letter.")
            screen.wait("Checks")
            screen.send("y")
            if subject == "the first":
                screen.wait("queued; it leaves")
                screen.send("O")
                screen.wait("1 of 1")
        screen.wait("2 of 2", "a letter that is queued later comes above the selected one")
        screen.send("d")
        screen.wait("among the drafts")
        screen.send("R")
        screen.wait("the first", "and the selected one is taken back")
        screen.send("O")
        screen.wait("the second", "not the other")
        screen.send("Q")
        screen.exits()


def marks(home):
    with screen_of(home, cols=120) as screen:
        screen.wait("plans")
        screen.send("=tt")
        screen.wait("2 marked")
        screen.send(";s")
        screen.wait("Move to:")
        screen.send("\x1b")
        screen.gone("Move to:")
        screen.wait("2 marked", "who changes his mind keeps his marks")
        screen.send(";+todo work\r")
        screen.wait("tagged")
        screen.wait("+todo +work", "a word without a sign has that of the one before")
        screen.ask("count 2 +todo +work")
        with Stopped(home, "penfold-store"):
            screen.send("Tfrom:b.example\r")
            screen.send("\x07")
            screen.wait("is stopped", "marking what the store names can be stopped")
        screen.tell("idle 800")
        screen.ask("norow -1 marked", "and marks nothing afterwards")
        screen.send("Q")
        screen.exits()


def trash(home):
    with screen_of(home, "-f", "Trash") as screen:
        screen.wait("thrown")
        screen.send("=\r")
        screen.wait("Hello.")
        screen.send("d")
        screen.wait("for ever?", "d on an open letter of the trash asks")
        screen.send("y")
        screen.wait("deleted for ever")
        screen.gone("thrown", "and then it is gone")
        screen.send("Q")
        screen.exits()


def names(home):
    with screen_of(home, "-o", "ui.columns=domain:20 subject", "-o", "ui.sidebar=no") as screen:
        screen.wait("account")
        screen.wait("…", "a domain that is too long")
        screen.wait("evil.example ", "is seen by its end in the list")
        screen.send("/account\r\r")
        screen.wait("evil.example>", "and in the frame of the letter")
        screen.wait("Hello")
        screen.send("l")
        screen.wait("links.evil.example", "and so is the host of a link")
        screen.send("Q")
        screen.exits()


def main():
    with Home() as home:
        editor = home.path("editor")
        with open(editor, "w", encoding="utf-8") as f:
            f.write('#!/bin/sh\necho "A line of the letter." >>"$1"\n')
        os.chmod(editor, 0o755)
        home.env["EDITOR"] = home.env["VISUAL"] = editor
        home.rc('[account "test"]', "address = Ann Test <ann@test.example>", "smtp = submission://localhost:1",
                "[queue]", "undo-delay = 1h", "[notify]", "desktop = no", "[dns]", "zone = " + home.path("zone"))
        with open(home.path("zone"), "w", encoding="utf-8") as f:
            f.write('{"b.example": {"A": ["127.0.0.1"]}, "test.example": {"A": ["127.0.0.1"]}}')
        letter(home, 1, "Bo <bo@b.example>", "plans")
        letter(home, 3, "Cy <cy@b.example>", "Re: plans", parent=1)
        letter(home, 4, "Dee <dee@b.example>", "Re: plans", parent=3)
        letter(home, 5, f"Service <s@{LONG}>", "account",
               f"<p>Hello</p><a href='https://{LONG.replace('evil', 'links.evil')}/x'>log in</a>", kind="text/html")
        letter(home, 6, "Bo <bo@b.example>", "thrown", folder="Trash")
        for step in os.environ.get("STEPS", "tree outbox marks trash names").split():
            globals()[step](home)
    tap.done()


main()
