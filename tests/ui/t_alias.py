#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""A sender gets a short name: asked for, written to the user's file of aliases, used for the next letter; a name that is
there is not given twice, and what a stranger calls himself stays a name."""
from penfold_test import Home, Tap, wait_for
from screen import Screen

tap = Tap()


def deliver(home, number, author):
    done = home.run("penfold", "deliver", input=f"From: {author}\r\nSubject: letter {number}\r\n"
                    f"Message-ID: <{number}@x.example>\r\nDate: Sat, 28 Nov 2026 10:0{number}:00 +0000\r\n\r\nText of {number}.\r\n")
    assert done.returncode == 0, done.stderr


def text(path):
    with open(path, encoding="utf-8") as f:
        return f.read()


def main():
    with Home() as home:
        aliases = home.path("conf", "aliases")
        account = ['[account "test"]', "address = Ann <ann@test.example>", "[ui]", "editor = true"]
        home.rc(*account)
        deliver(home, 1, "Bo Builder <bo@x.example>")
        deliver(home, 2, '"Eve # x, alias all" <eve@y.example>')
        with Screen(tap, home, 24, 90, home.program("penfold")) as screen:
            screen.wait("letter 1")
            screen.send("G\r")
            screen.wait("Text of 1")
            screen.send("\x1ba")
            screen.wait(":set addresses.alias-file", "without a file it is said how to name one")
            screen.send(f":set addresses.alias-file {aliases}\r")
            wait_for(lambda: "alias-file" in text(home.rc_path), what="the setting")
            screen.wait("of 2")
            screen.send("G\r")
            screen.wait("Text of 1")
            screen.send("\x1ba")
            screen.wait("Alias for bo@x.example: bo", "the part before the @ is offered")
            screen.send("\x15two words\r")
            screen.wait("an alias is one word")
            screen.send("\x1ba\r")
            screen.wait("bo is bo@x.example from now on")
            tap.same(text(aliases), "alias bo Bo Builder <bo@x.example>\n", "it stands in the file, which was made")
            screen.send("K")
            screen.wait("Text of 1")
            screen.send("q=\r")
            screen.wait("Text of 2")
            screen.send(":alias BO\r")
            screen.wait("there is one of that name: alias bo", "a name is given once")
            screen.send(":alias eve\r")
            screen.wait("eve is eve@y.example from now on")
            tap.same(text(aliases).splitlines()[1:], ['alias eve "Eve # x, alias all" <eve@y.example>'], "a name stays a name")
            screen.send("qmeve, bo\rHello\r")
            screen.wait('"Eve # x, alias all" <eve@y.example>, Bo Builder <bo@x.example>', "names become their people")
            screen.wait("Subject  Hello")
            screen.send("qd")
            screen.gone("y send")
            screen.send("Q")
            screen.exits()
    tap.done()


main()
