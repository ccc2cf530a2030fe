#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""A digest: its messages by subject and author, read one after the other, one of them answered, one saved."""
import os

from penfold_test import Home, Tap
from screen import Screen

tap = Tap()
LETTERS = (("Bo <bo@b.example>", "one"), ("Cy <cy@c.example>", "two/\x1b[31m2"), ("Dee <dee@d.example>", "three"))


def digest():
    head = ("From: list-request@l.example\nTo: list@l.example\nSubject: list Digest, Vol 1, Issue 2\n"
            "Message-ID: <dig@l.example>\nMIME-Version: 1.0\nDate: Sat, 28 Nov 2026 10:00:00 +0000\n"
            "Content-Type: multipart/mixed; boundary=m\n\n--m\nContent-Type: text/plain\n\nToday's topics\n\n"
            "--m\nContent-Type: multipart/digest; boundary=d\n\n")
    parts = [f"--d\n\nFrom: {who}\nTo: list@l.example\nSubject: {subject}\nMessage-ID: <n{n}@l.example>\n"
             f"Date: Sat, 28 Nov 2026 0{n}:00:00 +0000\n\nthe text of {subject.split('/')[0]}\n\n"
             for n, (who, subject) in enumerate(LETTERS)]
    return (head + "".join(parts) + "--d--\n\n--m--\n").encode()


def read_on(screen):
    screen.send("\r")
    screen.wait("one, Bo", "its messages are listed by subject and author")
    screen.wait("the text of one", "and shown below each other")
    screen.ask("unseen \\e[31m2", "a subject within reaches the terminal as text")
    screen.send("v")
    screen.wait("2 of 7", "the first message is chosen, not the text before it")
    screen.wait("three, Dee")
    screen.send("\r")
    screen.wait("the text of one")
    screen.wait("Penfold  one", "a message within has its subject above it")
    screen.send("J")
    screen.wait("the text of two")
    screen.send(" ")
    screen.wait("the text of three", "Space goes on to the next")
    screen.send("J")
    screen.wait("this is the last message within")
    screen.send("KK")
    screen.wait("the text of one")


def answer_and_save(screen, home):
    screen.send("r")
    screen.wait("> the text of one", "one of them is answered")
    screen.wait("To       Bo <bo@b.example>")
    screen.send("q")
    screen.wait("discard")
    screen.send("d")
    screen.wait("Penfold  one")
    screen.send("w")
    screen.wait("Save the message as: ")
    screen.send("\x15" + home.path("one.eml") + "\r")
    screen.wait("saved as")
    with open(home.path("one.eml"), encoding="ascii") as f:
        text = f.read()
    tap.ok(text.startswith("From: Bo") and "the text of one" in text, "one of them is saved", text)
    screen.send("q")
    screen.wait("Parts of the message")
    screen.send("S")
    screen.wait("Save all in folder")
    screen.send("\x15" + home.path("all") + "\r")
    screen.wait("3 attachments saved")
    tap.same(sorted(os.listdir(home.path("all"))), ["one.eml", "three.eml", "two-[31m2.eml"], "all of them, by subject")


def main():
    with Home() as home:
        home.rc('[account "test"]', "address = me@test.example")
        done = home.run("penfold", "deliver", "--account", "test", input=digest())
        assert done.returncode == 0, done.stderr
        with Screen(tap, home, 30, 100, home.program("penfold"), EDITOR="true") as screen:
            screen.wait("list Digest")
            read_on(screen)
            answer_and_save(screen, home)
            screen.send("qQ")
            screen.send("Q")
            screen.exits(0)
    tap.done()


main()
