#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Questions in the last line: what is typed into one is neither lost nor taken for an answer to another, the keys that
answer are always seen, and what a question was about is what its answer is done to."""
import glob
import os

from penfold_test import Home, Stopped, Tap, wait_for
from screen import Screen

tap = Tap()
EDITOR = """#!/bin/sh
echo "typed: $1" >>"$HOME/edited"
echo "A line of the letter." >>"$1"
"""
TAB_EDITOR = """#!/bin/sh
stty -icanon -echo
printf 'the editor is here'
head -c 3 >"$HOME/keys"
"""


def script(home, name, text):
    with open(home.path(name), "w", encoding="utf-8") as f:
        f.write(text)
    os.chmod(home.path(name), 0o755)
    return home.path(name)


def deliver(home, number, subject, body="Hello.\r\n", kind="text/plain", folder="INBOX", who="Bo <bo@b.example>"):
    text = (f"From: {who}\r\nTo: ann@test.example\r\nSubject: {subject}\r\n"
            f"Date: Sat, 28 Nov 2026 {number:02}:00:00 +0000\r\nMessage-ID: <q{number}@b.example>\r\n"
            f"MIME-Version: 1.0\r\nContent-Type: {kind}\r\n\r\n{body}")
    done = home.run("penfold", "deliver", "--folder", folder, input=text.encode())
    assert done.returncode == 0, done.stderr


def screen_of(home, rows=24, cols=80, **environment):
    return Screen(tap, home, rows, cols, home.program("penfold"), **environment)


def typing(home):
    with screen_of(home) as screen:
        screen.wait("pictures")
        screen.send("+todo\r")
        screen.wait("+todo")
        screen.send("+later to")
        screen.wait("Tags: +later to")
        screen.tell("idle 500")
        screen.send("\x01\t")
        screen.wait("Tags:", "Tab at the beginning of a list of words is no end of the program")
        screen.send("\x1b")
        screen.gone("Tags:")
        screen.send("csent\r")
        screen.wait("Sent", "another folder")
        screen.send("cinb")
        screen.wait("Folder: inb")
        screen.tell("key Up")
        screen.wait("Folder: sent", "an older line")
        screen.tell("key Down")
        screen.wait("Folder: inb", "and back to the one that was being typed")
        screen.send("\r")
        screen.wait("pictures", "which is as good as before")
        screen.send("Q")
        screen.exits()


def seen(home):
    """In a narrow window the keys that answer are below the question's first line."""
    with screen_of(home, 24, 40) as screen:
        screen.wait("pictures")
        screen.send("ctrash\r")
        screen.wait("thrown")
        screen.send("d")
        screen.wait("Delete thread for ever? That cannot be", "the question")
        screen.wait("(y/n)", "and its keys, a line further down")
        screen.send("n")
        screen.gone("(y/n)")
        screen.wait("thrown", "nothing is deleted by a no")
        screen.send("Q")
        screen.exits()


def waiting(home):
    """A question that an answer of a helper leads to waits for the one that is open."""
    with screen_of(home) as screen:
        screen.wait("pictures")
        screen.send("=\r")
        screen.wait("remote image, not loaded")
        screen.wait("Verdict  none")
        with Stopped(home, "penfold-render"):
            screen.send("I/Hel")
            screen.wait("Search: Hel")
        screen.tell("idle 1500")
        screen.wait("Search: Hel", "what is being typed stays")
        screen.send("lo\r")
        screen.wait("Load images?", "then it is asked")
        screen.send("n")
        screen.gone("Load images?")
        # and so does a letter that another program asks for
        screen.send("/Hel")
        screen.wait("Search: Hel")
        with Screen(tap, home, 24, 80, home.program("penfold"), "mailto:cy@c.example?subject=handed") as other:
            other.exits(0, "the letter is handed over")
        screen.wait("Search: Hel", "the line is as it was")
        screen.send("\r")
        screen.wait("handed", "and the letter opens behind it")
        screen.wait("A line of the letter.")
        screen.send("q")
        screen.wait("(k/d")
        screen.send("d")
        screen.wait("Hello.")
        screen.send("Q")
        screen.exits()


def editor(home):
    """What is typed into an editor in its tab is no answer to a question that comes meanwhile."""
    tab = script(home, "tab-editor", TAB_EDITOR)
    with screen_of(home, EDITOR=tab, VISUAL=tab) as screen:
        screen.wait("pay at once")
        screen.send("/pay at once\r")
        screen.wait("‼", "a letter from somebody else than it says")
        with Stopped(home, "penfold-store"):
            screen.send("U")
            screen.send("r")
            screen.wait("one moment")
            screen.tell("idle 500")
            screen.tell("key Esc")
            screen.gone("one moment")
            screen.tell("idle 100")
            screen.send("mcy@c.example\rmeanwhile\r")
            screen.wait("the editor is here")
        screen.wait("a question waits until you leave the editor")
        screen.send("yyy")
        wait_for(lambda: os.path.exists(home.path("keys")) and os.path.getsize(home.path("keys")) == 3, what="the keys")
        screen.wait("Reply all the same? (y/n)", "it is asked when the editor has ended")
        screen.send("n")
        screen.gone("all the same")
        screen.send("q")
        screen.wait("(k/d")
        screen.send("d")
        screen.wait("pay at once", "and nothing was answered by what the editor got")
        screen.send("Q")
        screen.exits()


def stopped(home):
    """A search that waits for a change is stopped before it began, and does not come back as a failure."""
    with screen_of(home) as screen:
        screen.wait("pictures")
        with Stopped(home, "penfold-store"):
            screen.send("F")
            screen.send(":search-all from:bo\r")
            screen.wait("Searching")
            screen.send("\x07")
            screen.wait("the search is stopped")
            screen.wait("Nothing matches.")
        screen.tell("idle 1500")
        screen.wait("Nothing matches.")
        screen.send("q")
        screen.wait("pictures")
        screen.wait("⚑", "the change was made")
        screen.send("Q")
        screen.exits()


def edited(home):
    return glob.glob(home.path("state/penfold/edit/letter-*.eml"))


def write(screen, to, subject):
    screen.send(f"m{to}\r{subject}\r")
    screen.wait(subject)
    screen.wait("A line of the letter.")


def postponed(home):
    """A letter that is put away while it is being saved leaves no file of the editor's, from which a later start would
    bring back an older text."""
    with screen_of(home) as screen:
        screen.wait("pictures")
        screen.send("m")
        screen.wait("To: ")
        with Stopped(home, "penfold-store"):
            screen.send("cy@c.example\rput away\r")
            screen.wait("A line of the letter.")
            wait_for(lambda: edited(home), what="the editor's file")
            screen.send("P")
        screen.wait("kept among the drafts")
        wait_for(lambda: drafts(home), what="the draft")
        wait_for(lambda: not edited(home), what="the end of the editor's file")
        tap.same(edited(home), [], "the editor's file is gone as soon as its text is saved")
        screen.send("Q")
        screen.exits()
    with screen_of(home) as screen:
        screen.wait("pictures")
        screen.tell("idle 500")
        screen.ask("norow -1 has been saved among the drafts", "and no start brings it back")
        screen.send("Q")
        screen.exits()


def drafts(home):
    return glob.glob(home.path("state/penfold/drafts/*.json"))


def outputs(home):
    """What a command prints is attached to the letter that it was asked for, whichever is in front when it ends."""
    os.mkfifo(home.path("fifo"))
    with screen_of(home) as screen:
        screen.wait("pictures")
        write(screen, "cy@c.example", "the first")
        screen.send(f":attach-output cat {home.path('fifo')}\r")
        write(screen, "dee@d.example", "the second")
        with open(home.path("fifo"), "w", encoding="utf-8") as f:
            f.write("secret of the first\n")
        screen.tell("idle 1000")
        screen.ask("count 0 output.txt", "the other letter has it not")
        screen.wait("the second")
        screen.send("q")
        screen.wait("(k/d")
        screen.send("d")
        screen.send("\x1d")
        screen.wait("the first")
        screen.wait("output.txt", "the letter that it was for has it")
        screen.send("q")
        screen.wait("(k/d")
        screen.send("d")
        screen.send("Q")
        screen.exits()


def reload(home):
    """A new start that was declined does not happen at the next leaving."""
    home.rc('[account "test"]', "address = Ann Test <ann@test.example>", "[editor]", "where = tab")
    editor = script(home, "editor", TAB_EDITOR)
    with screen_of(home, EDITOR=editor, VISUAL=editor) as screen:
        screen.wait("pictures")
        screen.send("mcy@c.example\rheld\r")
        screen.wait("the editor is here")
        screen.send("\x1d")
        screen.wait("pictures")
        screen.send(":reload\r")
        screen.wait("what is not written there is lost")
        screen.wait("(y/n)")
        screen.send("n")
        screen.gone("(y/n)")
        screen.send("\x1d")
        screen.wait("the editor is here")
        screen.send("abc")
        screen.wait("Security")
        screen.send("q")
        screen.wait("(k/d")
        screen.send("d")
        screen.wait("pictures")
        screen.tell("idle 300")
        screen.tell("signal 15")
        screen.exits(0, "who ends it then ends it, and nothing starts again")


def pasted(home):
    """Much text in a question: no key in it is one, and it does not take for ever."""
    with Screen(tap, home, 24, 80, home.program("penfold")) as screen:
        screen.wait("Inbox")
        screen.send("m")
        screen.wait("To:")
        screen.send("\x1b[200~one@a.example,\r\x15\x03two@a.example\x1b[201~")
        screen.wait("To: one@a.example, two@a.example", "control characters that are pasted are no keys")
        screen.send("\x15\x1b[200~")
        for _ in range(50):
            screen.send("x" * 8000)
        screen.send("\x1b[201~")
        screen.timed("\x15bo@b", "To: bo@b", "the line can be edited after a paste of 400 kB", 4000)
        screen.send("\x1b")
        screen.wait("its first 65536 bytes", "that not all of it is there is said")
        screen.send("Q")
        screen.exits()


def main():
    with Home() as home:
        editor = script(home, "editor", EDITOR)
        home.env["EDITOR"] = home.env["VISUAL"] = editor
        home.rc('[account "test"]', "address = Ann Test <ann@test.example>", "[editor]", "where = tab", "[notify]",
                "desktop = no", "[dns]", f"zone = {script(home, 'zone', '{}')}")
        deliver(home, 1, "older")
        deliver(home, 2, "thrown", folder="Trash")
        deliver(home, 3, "pictures", '<p>Hello.</p><img src="https://x.test/a.png" width=90 height=90>', "text/html")
        deliver(home, 0, "pay at once", who='"service@paypal.com" <service@evil.example>')
        for step in os.environ.get("STEPS", "typing seen waiting editor stopped postponed outputs pasted reload").split():
            globals()[step](home)
    tap.done()


main()
