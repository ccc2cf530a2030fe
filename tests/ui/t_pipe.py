#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""From the list: a thread's messages, or those of all marked threads, are piped, printed and saved, oldest first, and
every question says how many they are."""
import mailbox
import os

from penfold_test import Home, Tap, wait_for
from screen import Screen

tap = Tap()

LETTERS = (  # number, subject, parent, text
    (1, "Budget", None, "From here on: one\n"),
    (2, "Re: Budget", 1, ">From there: two\n"),
    (3, "Picnic", None, "three, without an end"),
    (4, "Alone", None, "four\n"),
)


def fill(home, letters=LETTERS):
    for number, subject, parent, text in letters:
        reference = f"In-Reply-To: <m{parent}@test.example>\n" if parent else ""
        letter = (f"From: Bo <bo@p.example>\nTo: me@test.example\nSubject: {subject}\n{reference}"
                  f"Date: Sat, 28 Nov 2026 10:0{number}:00 +0000\nMessage-ID: <m{number}@test.example>\n\n{text}")
        done = home.run("penfold", "deliver", "--account", "test", input=letter.encode())
        assert done.returncode == 0, done.stderr


def read(path):
    with open(path, "rb") as f:
        return f.read()


def numbers(path):
    """The messages of an mbox, in its order."""
    return [int(m["Message-ID"][2]) for m in mailbox.mbox(path, create=False)]


def piping(screen, home):
    out = home.path("piped")
    screen.send("/Budget\r|")
    screen.wait("Pipe 2 messages to:")
    screen.send(f"tee {out}.two\r")
    screen.wait("2 messages · tee", "what the command said is a page")
    screen.send("q")
    screen.wait("of 3")
    tap.same(numbers(out + ".two"), [1, 2], "a thread's messages, oldest first")
    tap.contains(read(out + ".two").decode(), "\n>From here on: one\n", "a line that looks like the next message is marked")
    tap.contains(read(out + ".two").decode(), "\n>>From there: two\n", "also one that is marked already")
    screen.send("/Alone\r|")
    screen.wait("Pipe the message to:")
    screen.send(f"tee {out}.one\r")
    screen.wait("Alone · tee")
    screen.send("q")
    screen.wait("of 3")
    tap.ok(read(out + ".one").startswith(b"From: Bo"), "one message goes as it is", read(out + ".one"))
    screen.send("=ttt;|")
    screen.wait("Pipe 4 messages to:")
    screen.send(f"tee {out}.all;id\r")
    screen.wait("4 messages · tee")
    screen.send("q")
    screen.wait("of 3")
    tap.same(numbers(out + ".all;id"), [1, 2, 3, 4], "all marked threads by date, and no shell")
    screen.send(f":pipe tee {out}.named\r")
    screen.wait("· tee")
    screen.send("q")
    screen.wait("of 3")
    wait_for(lambda: os.path.exists(out + ".named"), what="the command of :pipe")
    screen.send("|no-such-program-at-all\r")
    screen.wait('there is no program "no-such-program-at-all"')


def printing(screen, home):
    screen.send("/Budget\rp")
    screen.wait("Print 2 messages? (y/n)")
    screen.send("\r")
    screen.gone("Print 2 messages?")
    tap.ok(not os.path.exists(home.path("printed")), "Enter prints nothing")
    screen.send("p")
    screen.wait("Print 2 messages? (y/n)")
    screen.send("y")
    wait_for(lambda: os.path.exists(home.path("printed")) and read(home.path("printed")).count(b"Subject") == 2, what="two pages")
    text = read(home.path("printed")).decode()
    screen.wait("Penfold  Printing")
    screen.send("q")
    tap.ok(text.index("Subject  Budget") < text.index("\f") < text.index("Subject  Re: Budget"), "each on a page of its own", text)
    screen.send("/Alone\rp")
    wait_for(lambda: b"four" in read(home.path("printed")), what="one message without a question")
    screen.wait("Penfold  Printing")
    screen.send("q")


def saving(screen, home):
    screen.send("=;w")  # what was piped stayed marked: nothing was done to it
    screen.wait("Save 4 messages as: ")
    screen.wait(".mbox")
    screen.send("\x15" + home.path("four.mbox") + "\r")
    screen.wait("4 messages saved as")
    tap.same(numbers(home.path("four.mbox")), [1, 2, 3, 4], "saved as an mbox")
    screen.send(f"=:save-message {home.path('four.mbox')}\r")
    screen.wait("exists already")
    again = home.run("penfold", "import", "--folder", "Back", home.path("four.mbox"))
    tap.same((again.returncode, again.stdout), (0, "4 messages taken in\n"), "and taken in again")


def in_a_thread(screen, home):
    """Messages of one thread, marked in its page."""
    fill(home, ((5, "Series", None, "five\n"), (6, "Re: Series", 5, "six\n"), (7, "Re: Series", 5, "seven\n")))
    screen.wait("Inbox    7", "all three are there")
    screen.send("/Series\r\r")
    screen.wait("1 of 3")
    screen.send("=;")
    screen.wait("nothing is marked; t marks a message")
    screen.send("tt;")
    screen.wait("2 marked: the next key is for all of them")
    screen.send("|")
    screen.wait("Pipe 2 messages to:")
    screen.send(f"tee {home.path('marked')}\r")
    screen.wait("2 messages · tee")
    screen.send("q")
    screen.wait("of 3")
    tap.same(numbers(home.path("marked")), [5, 6], "the marked messages of a thread")
    screen.send("=jtt;F")
    screen.wait("flags changed")
    wait_for(lambda: "2\n" == home.run("penfold", "count", "tag:flagged and subject:Series").stdout, what="two flags")
    screen.send("=tt;d")
    screen.wait("2 messages moved to the trash")
    wait_for(lambda: "1\n" == home.run("penfold", "count", "subject:Series and folder:test/INBOX").stdout, what="one left")
    screen.send("u")
    screen.wait("taken back")
    wait_for(lambda: "3\n" == home.run("penfold", "count", "subject:Series and folder:test/INBOX").stdout, what="all are back")
    screen.send("T;w")
    screen.wait("Save 3 messages as: Series.mbox")
    screen.send("\x15" + home.path("series.mbox") + "\r")
    screen.wait("3 messages saved as")
    tap.same(numbers(home.path("series.mbox")), [5, 6, 7], "T marks all of them")
    os.mkdir(home.path("kept"))
    screen.send(";w")
    screen.wait("Save 3 messages as: Series.mbox")
    screen.send("\x15" + home.path("kept") + "\r")
    screen.wait("3 messages saved as")
    tap.same(numbers(home.path("kept/Series.mbox")), [5, 6, 7], "a folder gets them under their name")


def main():
    with Home() as home:
        home.rc('[account "test"]', "address = me@test.example", "[ui]", f"print-command = tee {home.path('printed')}")
        fill(home)
        with Screen(tap, home, 24, 100, home.program("penfold")) as screen:
            screen.wait("of 3")
            piping(screen, home)
            printing(screen, home)
            saving(screen, home)
            in_a_thread(screen, home)
            screen.send("Q")
            screen.exits(0)
    tap.done()


main()
