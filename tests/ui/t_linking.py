#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Threads put together and parted by hand: on the screen with &, # and u, by the command line, and after the index
was thrown away."""
import os
import shutil

from penfold_test import Home, Tap, wait_for
from screen import Screen

tap = Tap()


def deliver(home, number, who, subject, parent=None):
    reference = f"In-Reply-To: <m{parent}@test.example>\r\nReferences: <m{parent}@test.example>\r\n" if parent else ""
    text = (f"From: {who} <{who.lower()}@p.example>\r\nTo: me@test.example\r\nSubject: {subject}\r\n{reference}"
            f"Date: Sat, 28 Nov 2026 10:0{number}:00 +0000\r\nMessage-ID: <m{number}@test.example>\r\n\r\nbody {number}\r\n")
    done = home.run("penfold", "deliver", "--account", "test", input=text.encode())
    assert done.returncode == 0, done.stderr


def tree(home, message):
    """[(depth, number)] of the thread of a message."""
    found, _ = home.json_lines("penfold", "thread", "show", "--json", f"id:m{message}@test.example")
    return [(m["depth"], int(m["id"][1])) for m in found]


def on_screen(screen, home):
    screen.wait("of 3")
    screen.send("/Minutes\r")
    screen.wait("2 of 3")
    screen.send("&")
    screen.wait("mark the threads", "nothing is marked: it says what to do")
    # the two others hang below the minutes, which then hold five messages
    screen.send("=t")
    screen.wait("2 of 3")
    screen.send("G")
    screen.wait("3 of 3")
    screen.send("t/Minutes\r")
    screen.wait("2 of 3")
    screen.send("&")
    screen.wait("2 threads linked to this one; u takes it back")
    screen.wait("1 of 1")
    screen.wait(" 6  ", "one row of six messages")
    wait_for(lambda: sorted(n for _, n in tree(home, 3)) == [1, 2, 3, 4, 5, 6], what="one thread of all")
    screen.send("u")
    screen.wait("of 3", "taken back")
    screen.send("\x12")
    screen.wait("of 1", "and done again")
    screen.send("u")
    screen.wait("of 3")
    wait_for(lambda: len(tree(home, 4)) == 3, what="the store to have taken it back")
    screen.tell("idle 500")  # the list shows what the redo was, and then what it was before
    screen.wait("of 3")
    # parting: the answer that changed the subject
    screen.send("/Something\r\r")
    screen.wait("of 3")
    screen.wait("Cy")
    screen.send("=")
    screen.wait("1 of 3")
    screen.send("#")
    screen.wait("begins its thread already")
    screen.send("j")
    screen.wait("2 of 3")
    screen.send("#")
    screen.wait("made the first of its own thread")
    screen.wait("of 1", "the rest is one message")
    screen.send("q")
    screen.wait("of 4", "a row of its own in the list")
    screen.wait("Picnic")
    screen.send("u")
    screen.wait("of 3")
    screen.send("\x12")
    screen.wait("of 4")
    tap.same(tree(home, 5), [(0, 5), (1, 6)], "with its answer")
    # from the open message: what is marked in the list hangs below it
    screen.send("/Something\r")
    screen.send("t/Minutes\r\r")
    screen.wait("body 3")
    screen.send("&")
    screen.wait("linked to this one")
    screen.send("q")
    screen.wait("of 3")
    wait_for(lambda: tree(home, 3) == [(0, 3), (1, 5), (2, 6)], what="the thread below the message that was open")


def survives(home):
    shutil.rmtree(home.path("Mail", ".notmuch"))
    os.unlink(home.path("state", "penfold", "rows.idx"))
    home.ask("penfold-store", {"op": "scan"})
    tap.same(tree(home, 3), [(0, 3), (1, 5), (2, 6)], "it outlives the index")


def command_line(home):
    done = home.run("penfold", "thread", "break", "id:m5@test.example")
    tap.same((done.returncode, done.stdout), (0, "1 changed\n"), "penfold thread break")
    done = home.run("penfold", "thread", "link", "id:m1@test.example", "id:m3@test.example", "m6@test.example")
    tap.same((done.returncode, done.stdout), (0, "2 changed\n"), "penfold thread link")
    tap.same(tree(home, 6), [(0, 1), (1, 2), (1, 3), (1, 6)], "linked below one message")
    done = home.run("penfold", "thread", "link", "id:m6@test.example", "id:m1@test.example")
    tap.ok(done.returncode == 64 and "answer to its own answer" in done.stderr, "no circle", done.stderr)
    found, _ = home.json_lines("penfold", "search", "--json", "Minutes")
    listed, _ = home.json_lines("penfold", "search", "--json", f"thread:{found[0]['thread']}")
    tap.same([row["count"] for row in listed], [4], "thread:ID in a search is the thread that is shown")
    done = home.run("penfold", "thread", "reset", "m3@test.example", "m5@test.example", "m6@test.example")
    tap.same(tree(home, 6), [(0, 4), (1, 5), (2, 6)], "as their headers say again")
    done = home.run("penfold", "thread", "show", "id:m4@test.example")
    tap.ok("\n  2026-11-28T10:05  Cy <cy@p.example>" in done.stdout, "the tree for people", done.stdout)
    tap.same(home.run("penfold", "thread", "split").returncode, 64, "what it does not know is a usage error")


def main():
    with Home() as home:
        home.rc('[account "test"]', "address = me@test.example", "[dns]", "zone = " + home.path("zone"))
        with open(home.path("zone"), "w", encoding="ascii") as f:
            f.write("{}")
        for number, who, subject, parent in ((1, "Ann", "Agenda", None), (2, "Bo", "Re: Agenda", 1), (3, "Ann", "Minutes", None),
                                             (4, "Bo", "Picnic", None), (5, "Cy", "Something else", 4), (6, "Dee", "Re: Something else", 5)):
            deliver(home, number, who, subject, parent)
        with Screen(tap, home, 24, 100, home.program("penfold")) as screen:
            on_screen(screen, home)
            screen.send("Q")
            screen.exits(0)
        survives(home)
        command_line(home)
    tap.done()


main()
