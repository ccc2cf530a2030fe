#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""A screen that runs does what a script asks of it, by the names of `:`, and nothing while it asks something itself."""
from penfold_test import Home, Tap
from screen import Screen

tap = Tap()


def main():
    with Home() as home:
        home.rc('[account "test"]', "address = me@test.example")
        done = home.run("penfold", "deliver", "--account", "test",
                        input=b"From: Bo <bo@p.example>\nTo: me@test.example\nSubject: one\nMessage-ID: <m1@p.example>\n\nthe text\n")
        assert done.returncode == 0, done.stderr

        def tell(*words):
            return home.run("penfold", "tell", *words).returncode

        tap.same(tell("sync"), 69, "no screen runs")
        tap.same(tell(), 64, "nothing to tell")
        with Screen(tap, home, 24, 80, home.program("penfold")) as screen:
            screen.wait("1 of 1")
            tap.same(tell(":folder", "All", "mail"), 0, "a folder is opened")
            screen.wait("Penfold  All mail")
            tap.same(tell("open"), 0, "a message is opened")
            screen.wait("the text")
            tap.same(tell("preview"), 69, "the list's action is none of an open message")
            tap.same(tell("close"), 0, "and closed")
            screen.wait("1 of 1")
            screen.send("l")
            screen.wait("Show only:")
            tap.same(tell("close"), 69, "a question that is open is left alone")
            screen.send("\x07")
            screen.gone("Show only:")
            tap.same(tell("quit"), 0, "told to leave")
            screen.exits(0)
        with Screen(tap, home, 24, 80, home.program("penfold"), "-o", "ui.takeover=no") as screen:
            screen.wait("1 of 1")
            tap.same(tell("sync"), 69, "a screen that is to hear nothing hears nothing")
            screen.send("Q")
            screen.exits(0)
    tap.done()


main()
