#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""A letter that cannot be saved is not said to be, and its page does not go; a time that was declined is forgotten;
a message goes into a folder by its own name; what an editor left behind comes back."""
import os
import shutil

from penfold_test import Home, Tap, wait_for
from screen import Screen

tap = Tap()


def drafts(home):
    return [d["subject"] for d in home.ask("penfold-store", {"op": "draft-list"})[-1]["drafts"]]


def unsaved(screen, home):
    folder = home.path("state/penfold/drafts")
    screen.send("m")
    screen.wait("To:")
    screen.send("bo@b.example\r")
    screen.wait("Subject:")
    screen.send("First\r")
    screen.wait("  saved")
    shutil.rmtree(folder)
    with open(folder, "w", encoding="utf-8") as f:
        f.write("no folder\n")
    screen.send("s")
    screen.wait("Subject:")
    screen.send(" and last\r")
    screen.wait("could not be saved")
    screen.send("j")
    screen.wait("not on disk", "a letter whose save failed is not called saved")
    screen.send("P")
    screen.wait("could not be saved", "to postpone it tries again, and says what went wrong")
    screen.wait("First and last", "the page stays")
    os.unlink(folder)
    screen.send("P")
    screen.wait("kept among the drafts")
    tap.ok(drafts(home) == ["First and last"], "once it can be saved it is", drafts(home))


def declined(screen):
    screen.send("R")
    screen.wait("First and last")
    screen.send("cbad address\r")
    screen.wait("error")
    screen.send("Y")
    screen.wait("Send at", "a time is asked for")
    screen.send("tomorrow 9:00\r")
    screen.wait("Send all the same?")
    screen.send("n")
    screen.send("c\x15\r")
    screen.gone("error")
    screen.send("y")
    screen.wait("Send all the same?")  # it has no text
    screen.send("y")
    screen.wait("it leaves in", "a time that was declined holds for no later y")
    screen.gone("to leave at its time")


def without_editor(screen, home):
    folder = home.path("state/penfold/edit")
    shutil.rmtree(folder, ignore_errors=True)
    with open(folder, "w", encoding="utf-8") as f:
        f.write("no folder\n")
    screen.send("mbo@b.example\rNo editor\r")
    screen.wait("Security", "a letter whose file cannot be written has its page")
    wait_for(lambda: "No editor" in drafts(home), what="the draft")
    screen.send("y")
    screen.wait("Send all the same?", "is saved, looked over, and can be sent")
    screen.send("n")
    os.unlink(folder)
    screen.send("q")
    screen.wait("(k/d")
    screen.send("d")
    screen.wait("1 of 1")


def save(screen, home):
    os.mkdir(home.path("mails"))
    screen.send("\r")
    screen.wait("Text.")
    screen.send("w\x15" + home.path("mails") + "\r")
    screen.wait("saved as", "a message goes into a folder")
    tap.ok(os.listdir(home.path("mails")) == ["letter 1.eml"], "by its own name", os.listdir(home.path("mails")))


def recovered(home):
    """What an editor left behind is found although another program has the number of its Penfold by now."""
    os.makedirs(home.path("state/penfold/edit"))
    with open(home.path("state/penfold/edit/letter-1-abcdef.eml"), "w", encoding="utf-8") as f:
        f.write("To: bo@b.example\nSubject: Left behind\n\nWritten for an hour.\n")
    with Screen(tap, home, 24, 80, home.program("penfold")) as screen:
        screen.wait("has been saved among the drafts")
        screen.send("Q")
        screen.exits()
    tap.ok(drafts(home) == ["Left behind"], "it is a draft", drafts(home))
    home.ask("penfold-store", {"op": "draft-delete", "draft_id": home.ask(
        "penfold-store", {"op": "draft-list"})[-1]["drafts"][0]["draft_id"]})


def main():
    with Home() as home:
        home.rc('[account "test"]', "address = Ann Test <ann@test.example>", "[queue]", "undo-delay = 60s", "[ui]",
                "editor = true")
        home.run("penfold", "deliver", input=b"From: a@b.example\nSubject: letter 1\n\nText.\n")
        recovered(home)
        with Screen(tap, home, 24, 80, home.program("penfold")) as screen:
            screen.wait("letter 1")
            unsaved(screen, home)
            declined(screen)
            without_editor(screen, home)
            save(screen, home)
            screen.send("Q")
            screen.exits()
    tap.done()


main()
