#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Keys that are faster than the message they are meant for: they wait for it, in order, and are done then; going back
after a look at the screen forgets them."""
import os

from backlog import account, put
from penfold_test import Home, Stopped, Tap, wait_for
from screen import Screen

ATTACHED = ('MIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary="b"\r\n\r\n--b\r\n\r\nsee the files\r\n--b\r\n'
            'Content-Type: text/x-one; name="one.txt"\r\nContent-Disposition: attachment; filename="one.txt"\r\n\r\n1\r\n'
            '--b\r\nContent-Type: text/x-two; name="two.txt"\r\nContent-Disposition: attachment; filename="two.txt"\r\n'
            "\r\n2\r\n--b--\r\n")
tap = Tap()


def letter(home, subject, minute, body="\r\nhello\r\n"):
    put(home, subject, f"From: Bo <bo@b.example>\r\nSubject: {subject}\r\nMessage-ID: <{subject}@b.example>\r\n"
        f"Date: Sat, 28 Nov 2026 10:{minute:02}:00 +0000\r\n{body}")


def searched(screen, home):
    """Keys behind a search are for what it finds."""
    with Stopped(home, "penfold-store"):
        screen.send("\\subject:letter-5\r\r")
        screen.wait("one moment: open follows as soon as it is found", "Enter behind a search waits for its hit")
    screen.wait("Subject  letter-5", "and opens it")
    screen.send("qq")
    screen.wait("1 of 8")
    with Stopped(home, "penfold-store"):
        screen.send("\\from:bo\rjjj\r")
        screen.wait("one moment: down and 3 more keys")
        screen.tell("idle 500")
        screen.send("\x1b")
        screen.gone("one moment", "Esc drops them")
        screen.send("jjj\r")
        screen.wait("one moment: down and 3 more keys")
    screen.wait("Subject  letter-3", "each key finds its row, though the rows come one by one")
    screen.send("qq")
    screen.wait("1 of 8")
    screen.send("/no such word\rd")
    screen.wait("is in no sender or subject here", "what is not found")
    screen.send("G")
    screen.wait("8 of 8", "is not deleted by a key that was meant for it")
    screen.send("=")


def opened(screen, home):
    """Keys behind one that opens a page from the mail are for that page."""
    with Stopped(home, "penfold-store"):
        screen.send("=@G")
        screen.wait("one moment: 1 key for what opens", "a page that waits for the mail has what is typed")
    screen.wait("Who sent this")
    screen.send("q")
    screen.wait("1 of 8", "and the list before it has not")
    with Stopped(home, "penfold-store"):
        screen.send("j\rrdear cy\r")
        screen.wait("one moment: reply and 8 more keys", "one that is not even asked for yet")
    screen.wait("nothing to complain about", "has them as well")
    screen.wait("dear cy")
    screen.send("qd")
    screen.wait("Subject  letter-1")
    screen.send("q")
    screen.wait("2 of 8")
    screen.send("=\r")
    screen.wait("Subject  letter-0")
    with Stopped(home, "penfold-render"):
        screen.send("rdear bo\r")
        screen.wait("one moment: 8 keys for what opens", "a letter is begun before its editor is there")
    screen.wait("nothing to complain about", "and the editor has it")
    screen.wait("dear bo")
    screen.send("qd")
    screen.wait("Subject  letter-0")
    screen.send("q")
    screen.wait("1 of 8", "nothing was deleted meanwhile")


def main():
    with Home() as home:
        account(home, 9)
        for number in range(8):
            letter(home, f"letter-{number}", 50 - number,
                   "\r\n" + "".join(f"line {n} of it\r\n" for n in range(1, 80)) if number == 7 else "\r\nhello\r\n")
        letter(home, "files", 10, ATTACHED)
        home.run("penfold-store", "scan")
        with open(home.path("editor"), "w", encoding="utf-8") as f:
            f.write('#!/bin/sh\nhead -n 1 >>"$1"\n')
        os.chmod(home.path("editor"), 0o755)
        with Screen(tap, home, 24, 80, home.program("penfold"), VISUAL=home.path("editor")) as screen:
            screen.wait("1 of 9")
            with Stopped(home, "penfold-store"):
                screen.send("5G\rd")
                screen.wait("one moment: delete follows", "a key for a message that is not there yet waits, and says so")
            screen.wait("of 8", "and is done when the message is there")
            screen.send("=")
            screen.wait("1 of 8")
            screen.ask("norow 5 letter-4", "to the message that it was meant for")
            with Stopped(home, "penfold-store"):
                screen.send("6G\rd")
                screen.wait("one moment: delete follows")
                screen.tell("idle 600")
                screen.send("q")
                screen.wait("6 of 8", "the way back works at once")
            screen.send("=")
            screen.wait("1 of 8")
            screen.tell("idle 500")
            screen.ask("wait 100 1 of 8", "and what waited is forgotten")
            searched(screen, home)
            opened(screen, home)
            with Stopped(home, "penfold-render"):
                screen.send("7G\r jj/line 70\r")
                screen.wait("one moment: read-on and", "turning the page waits for the text")
            screen.wait("line 70 of it", "and what is looked for in it is found")
            screen.send("q")
            screen.wait("7 of 8")
            with Stopped(home, "penfold-render"):
                screen.send("G\rvS")
                screen.wait("one moment: attachments and", "parts, and what is done with them, wait for the text")
                screen.tell("idle 600")
                screen.send(f"{home.path('out')}/q\r")
                screen.wait("Esc drops them", "a name that is typed slowly is no way back")
            wait_for(lambda: os.path.exists(home.path("out/q/two.txt")), what="the second file")
            tap.same(sorted(os.listdir(home.path("out/q"))), ["one.txt", "two.txt"], "all are saved")
            screen.send("Q")
            screen.exits()
    tap.done()


main()
