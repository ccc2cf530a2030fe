#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""The presets: what the manuals of other programs say of a key is what happens; and leaving a letter asks in all of
them."""
import os

from penfold_test import Home, Tap, wait_for
from screen import Screen

tap = Tap()


def fill(home, preset):
    home.rc('[account "test"]', "address = me@test.example", "[ui]", f"keys = {preset}",
            f"print-command = tee {home.path('printed')}")
    for number, subject in enumerate(("one", "two", "three")):
        letter = (f"From: Bo <bo@p.example>\nTo: me@test.example\nSubject: {subject}\nMessage-ID: <m{number}@p.example>\n"
                  f"Date: Sat, 28 Nov 2026 10:0{number}:00 +0000\n\nthe text of {subject}\n")
        done = home.run("penfold", "deliver", "--account", "test", input=letter.encode())
        assert done.returncode == 0, done.stderr


def write(screen):
    """A letter as far as the page where it is sent."""
    screen.send("cy@c.example\r")
    screen.wait("Subject:")
    screen.send("Hello\r")
    screen.wait("in clear, not signed")


def leave(screen):
    """The harmless way out of a letter is a question."""
    screen.send("q")
    screen.wait("discard")
    screen.send("d")
    screen.wait("1 of 3")


def mutt(screen, _home):
    screen.send("\x04")
    screen.wait("of 2", "C-d: delete-thread")
    screen.send("\x15")
    screen.wait("1 of 3", "C-u: undelete-thread")
    screen.send("Ywork\r")
    screen.wait("tagged", "Y: edit-label")
    screen.send("\r")
    screen.wait("the text of three")
    screen.send("e")
    screen.wait("Message-ID: <m2@", "e: the raw message")
    screen.send("x")
    screen.wait("1 of 3", "x: back to the index, and no further")
    screen.send("\r")
    screen.wait("the text of three")
    screen.send("i")
    screen.wait("1 of 3", "i: back to the index from the pager")
    screen.send("m")
    write(screen)
    leave(screen)
    screen.send("x")


def vim(screen, _home):
    screen.send("G")
    screen.wait("3 of 3")
    screen.send("gg")
    screen.wait("1 of 3", "gg: the first line")
    screen.send("m")
    write(screen)
    leave(screen)
    screen.send("ZZ")


def emacs(screen, home):
    screen.send("j")
    screen.wait("Folder:", "j: notmuch-jump-search")
    screen.send("\x07")
    screen.gone("Folder:")
    screen.send("G")
    screen.wait("sending what waits", "G: notmuch-poll")
    screen.send("\r")
    screen.wait("the text of three")
    screen.send("#")
    wait_for(lambda: os.path.exists(home.path("printed")), what="#: notmuch-show-print-message")
    screen.wait("Printing")
    screen.send("q")
    screen.wait("the text of three")
    screen.send("V")
    screen.wait("Message-ID: <m2@", "V: notmuch-show-view-raw-message")
    screen.send("q")
    screen.wait("1 of 3")
    screen.send("m")
    write(screen)
    leave(screen)
    screen.send("m")
    write(screen)
    screen.send("\x03\x03")
    screen.wait("Send all the same?", "C-c C-c: message-send-and-exit")
    screen.send("y")
    screen.wait("queued")
    screen.send("\x18\x03")


def alpine(screen, home):
    screen.send("E")
    screen.wait("Save the message as:", "E: Export")
    screen.send("\x15" + home.path("exported") + "\r")
    screen.wait("saved as")
    screen.send("Y")
    wait_for(lambda: os.path.exists(home.path("printed")), what="Y: Print")
    screen.wait("Printing")
    screen.send("<")
    screen.wait("1 of 3")
    screen.send(">")
    screen.wait("the text of three", "> : View Message")
    screen.send("B")
    screen.wait("Send on to:", "B: Bounce")
    screen.send("\x07<")
    screen.wait("1 of 3")
    screen.send("C")
    write(screen)
    leave(screen)
    screen.send("C")
    write(screen)
    screen.send("\x0f")
    screen.wait("Drafts   1", "C-o: Postpone")
    screen.send("Q")


def main():
    for preset in (mutt, vim, emacs, alpine):
        with Home() as home:
            fill(home, preset.__name__)
            with Screen(tap, home, 24, 100, home.program("penfold"), EDITOR="true") as screen:
                screen.wait("1 of 3", f"the preset {preset.__name__}")
                preset(screen, home)
                screen.exits(0)
    tap.done()


main()
