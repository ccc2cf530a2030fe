#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""The rc file while the screen runs: edited by a command of the screen, taken in when it is right, and told by its
line when it is not; a shell and a command's output; themes that come along are right."""
import glob
import os
import subprocess

from penfold_test import SOURCE, Home, Tap, wait_for
from screen import Screen

tap = Tap()


def script(home, name, text):
    with open(home.path(name), "w") as f:
        f.write("#!/bin/sh\n" + text)
    os.chmod(home.path(name), 0o755)
    return home.path(name)


def deliver(home, subject):
    letter = f"From: Bo <bo@b.example>\nTo: ann@test.example\nSubject: {subject}\nMessage-ID: <{subject}@b.example>\n\nHi\n"
    for folder in ("INBOX", "Lists"):
        subprocess.run([home.program("penfold"), "deliver", "--folder", folder], input=letter.replace("<", f"<{folder}"),
                       text=True, env=home.env, check=True)


def themes(home):
    for path in sorted(glob.glob(os.path.join(SOURCE, "contrib", "themes", "*"))):
        rc = home.path("rc-theme")
        with open(rc, "w") as f:
            f.write(f"include = {path}\n" + open(home.env["PENFOLD_RC"]).read())
        os.chmod(rc, 0o600)
        with Screen(tap, home, 24, 80, home.program("penfold"), "--rc", rc, COLORTERM="truecolor") as screen:
            screen.wait("hello", f"{os.path.basename(path)}: the list")
            screen.tell("idle 300")
            screen.ask("norow -1 theme", f"{os.path.basename(path)}: no complaint about a style")
            screen.send("Q")
            screen.exits(0)


def one_by_one(home):
    """Settings set from the screen: the one line of the file, checked beforehand, in force at once."""
    home.rc('[account "test"]', "address = Ann Test <ann@test.example>", "[ui]", "hints = yes  # for now", "mouse = no")
    rc = home.env["PENFOLD_RC"]
    before = open(rc).read()
    with Screen(tap, home, 24, 80, home.program("penfold")) as screen:
        screen.wait("? help", "hints are shown")
        screen.send(":set ui.hin\t")
        screen.wait("ui.hints", "a name is completed")
        screen.send("\x15set hints\r")
        screen.wait("hints = yes", "what it is set to is said")
        screen.wait("Show the most used keys", "and what it is for")
        screen.send(":set hints nix\r")
        screen.wait("nothing is changed", "what the table does not take is refused")
        tap.same(open(rc).read(), before, "and the file stays")
        screen.send(":set hints no\r")
        wait_for(lambda: open(rc).read() != before, what="the setting")
        screen.wait("1 of 1")
        screen.gone("? help", "set, it is in force")
        tap.same(open(rc).read(), before.replace("hints = yes  # for now", "hints = no  # for now"), "by one word of the file")
        screen.send(":set account.test.attribution ${name}:\r")
        screen.tell("idle 500")
        screen.send(":set account.test.attribution\r")
        screen.wait("account.test.attribution = ${name}:", "an account's too")
        screen.send(":set editor.where screen\r")
        screen.tell("idle 500")
        screen.send(":set account.test.password x\r")
        screen.wait("is set in the file itself", "a password is not typed here")
        screen.send(":set ui.colour x\r")
        screen.wait("there is no setting ui.colour")
        tap.ok(open(rc).read().endswith("\n\n[editor]\nwhere = screen\n"), "a section that was not there is at the end")
        screen.send("Q")
        screen.exits(0)
    with Screen(tap, home, 24, 80, home.program("penfold"), "-o", "ui.hints=yes") as screen:
        screen.wait("? help")
        screen.send(":set hints no\r")
        screen.wait("otherwise", "what -o says wins, and that is said")
        screen.send("Q")
        screen.exits(0)


def main():
    with Home() as home:
        editor = script(home, "editor", f'cp "{home.path("next")}" "$1"\n')
        good = ['[account "test"]', "address = Ann Test <ann@test.example>"]
        home.rc(*good)
        rc = home.env["PENFOLD_RC"]
        deliver(home, "hello")
        with Screen(tap, home, 24, 80, home.program("penfold"), EDITOR=editor, VISUAL=editor,
                    SHELL=script(home, "shell", "echo shell-was-here >\"$HOME/shell-ran\"\n")) as screen:
            screen.wait("hello", "the list")
            screen.send("cLists\r")
            screen.wait("Lists ", "another folder")
            with open(home.path("next"), "w") as f:
                f.write(open(rc).read().replace("address =", "adress ="))
            screen.send(":settings\r")
            screen.wait('unknown key "adress"', "a mistake is said")
            screen.wait("did you mean", "with what was meant")
            screen.wait("as before", "and the settings are as before")
            with open(home.path("next"), "w") as f:
                f.write(open(rc).read().replace("adress =", "address =") + '[search "Bo"]\nquery = from:bo\n')
            screen.send(":settings\r")
            screen.wait("~ Bo", "a search that was added is there")
            screen.wait("Lists ", "and the screen is where it was")
            screen.send(":shell echo one two\r")
            screen.wait("one two", "what a command prints is a page")
            screen.send("q")
            screen.send("!\r")
            screen.wait("~ Bo", "back from a shell")
            screen.send("Q")
            screen.exits(0)
        tap.ok(os.path.exists(os.path.join(home.env["HOME"], "shell-ran")), "the shell ran")
        themes(home)
        one_by_one(home)
    tap.done()


main()
