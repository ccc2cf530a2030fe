#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""A thread in one scroll, as a person reads it; header fields as they came and by name; copies, and taking them
back, also into another account's folder."""
import os

from penfold_test import Home, Stopped, Tap, wait_for
from screen import Screen

tap = Tap()
WHO = ("Ann Example <ann@one.test>", "Bo <bo@two.test>", "Cy <cy@three.test>", "Dee <dee@four.test>")


def letter(number, who, lines, subject="Re: plans", parent=None, extra=""):
    body = "".join(f"{who.split()[0]} says {number}.{i}\r\n" for i in range(lines))
    reference = f"In-Reply-To: <m{parent}@test.example>\r\nReferences: <m{parent}@test.example>\r\n" if parent else ""
    return (f"X-Zebra: stripes\r\nFrom: {who}\r\nTo: me@test.example\r\nSubject: {subject}\r\n{reference}"
            f"Date: Sat, 28 Nov 2026 10:0{number}:00 +0000\r\nMessage-ID: <m{number}@test.example>\r\n"
            f"X-Apple: fruit\r\n{extra}\r\n{body}").encode()


def deliver(home, text, account="test", folder=None):
    done = home.run("penfold", "deliver", "--account", account, *(["--folder", folder] if folder else []), input=text)
    assert done.returncode == 0, done.stderr


def files(home, folder):
    found = []
    for sub in ("cur", "new"):
        at = home.path("Mail", folder, sub)
        found += [os.path.join(at, name) for name in sorted(os.listdir(at))] if os.path.isdir(at) else []
    return found


def scroll(screen, home):
    screen.send("/plans\rZ")
    screen.wait("4 messages")
    screen.wait(" 1/4 ")
    screen.wait("Ann says 1.0")
    screen.wait(" 2/4 ", "the next one follows below")
    screen.wait("Bo says 2.0")
    screen.ask("row 1 Ann Example <ann@one.test>", "the frame is that of the message in the first row")
    screen.ask("attr 4 1 bg=236", "what divides the messages has a style that no mail has")
    screen.send("J")
    screen.wait("2 of 4")
    screen.ask("row 1 Bo <bo@two.test>")
    screen.send("J")
    screen.wait("3 of 4")
    screen.ask("row 1 Cy <cy@three.test>")
    screen.send("K")
    screen.wait("2 of 4")
    # down line by line, over the border, and the frame goes along
    screen.send("jjjjjjj")
    screen.wait("3 of 4")
    screen.ask("row 1 Cy <cy@three.test>")
    # a word in another message
    screen.send("/Ann says 1.1\r")
    screen.wait("1 of 4")
    screen.wait("Ann says 1.1")
    screen.send("/says\r")
    screen.send("nnnn")
    screen.wait("2 of 4")
    screen.send("/nowhere at all\r")
    screen.wait('"nowhere at all" is not here')
    # the keys are those of an open message, for the one that is read
    screen.send("=")
    screen.wait("1 of 4")
    screen.send("H")
    screen.wait("Message-ID: <m1@test.example>")
    screen.send("HH")
    screen.gone("Message-ID: <m1@test.example>")
    screen.send("G")
    screen.wait("Dee says 4.29")
    screen.send("r")
    screen.wait("Re: plans")
    screen.wait("Dee wrote:")
    screen.send("q")
    screen.wait("Keep the draft")
    screen.send("d")
    screen.wait("4 of 4")
    # one alone, and all again
    screen.send("Z")
    screen.wait("4/4")
    screen.wait("Dee says 4.0")
    screen.send("Z")
    screen.wait("4 of 4")
    screen.send("q")
    screen.wait("of 3")
    screen.ask("row 3 Re: plans")
    screen.wait("Inbox    3", "what was seen is read")
    screen.tell("idle 200")
    screen.ask("norow 3 ●", "and so says its row")


def growing(screen, home):
    """A letter that arrives meanwhile takes its place; one that is thrown away is passed."""
    screen.send("/plans\rZ=")
    screen.wait("1 of 4")
    deliver(home, letter(5, "Eve <eve@five.test>", 3, parent=4))
    screen.send("$")
    screen.wait("1 of 5")
    screen.send("=d")
    screen.wait("moved to the trash")
    screen.wait("2 of 5")
    screen.send("u")
    screen.wait("taken back")
    screen.send("q")


def fields(screen, home):
    screen.send("/alone\r\r")
    screen.wait("Ann says 9.0")
    screen.send("H")
    screen.wait("all header fields as they came")
    screen.wait("X-Zebra: stripes")
    screen.ask("row 7 X-Zebra: stripes", "as they came")
    screen.send("H")
    screen.wait("by name")
    screen.tell("idle 300")
    screen.ask("row 7 Date: ", "by name")
    screen.send("H")
    screen.gone("X-Zebra: stripes")
    screen.send("q")


def copies(screen, home):
    screen.send("/alone\rC")
    screen.wait("Copy to:")
    screen.send("Projects\r")
    screen.wait("copied to Projects")
    screen.tell(f"run for i in $(seq 200); do ls {home.path('Mail/test/Projects/cur')}/* && break; sleep 0.05; done")
    screen.wait("Projects")
    tap.same(len(files(home, "test/Projects")), 1, "a copy lies there")
    screen.send("C")
    screen.wait("Copy to:")
    screen.send("Projects\r")
    screen.wait("a copy lies there already")
    screen.send("u")
    screen.wait("taken back")
    screen.send("u")
    screen.wait("taken back: thread copied to Projects")
    screen.tell(f"run for i in $(seq 200); do ls {home.path('Mail/test/Projects/cur')}/* || break; sleep 0.05; done")
    screen.ask("row 0 Penfold")
    tap.same(len(files(home, "test/Projects")), 0, "taken back it is gone")
    tap.same(len(files(home, "test/INBOX")), 7 + 1, "and the letter is where it was")
    screen.send("\x12")
    screen.wait("done again")
    screen.tell(f"run for i in $(seq 200); do ls {home.path('Mail/test/Projects/cur')}/* && break; sleep 0.05; done")
    screen.ask("row 0 Penfold")
    tap.same(len(files(home, "test/Projects")), 1, "and done again it is there again")
    # into another account, from the open message
    screen.send("\r")
    screen.wait("Ann says 9.0")
    screen.send("C")
    screen.send("home/Keep\r")
    screen.wait("copied to home/Keep")
    screen.tell(f"run for i in $(seq 200); do ls {home.path('Mail/home/Keep/cur')}/*9* && break; sleep 0.05; done")
    screen.ask("row 0 alone")
    tap.same(len(files(home, "home/Keep")), 2, "beside what lay in the other account")
    with open(files(home, "home/Keep")[0], "rb") as f, open(files(home, "home/Keep")[1], "rb") as g:
        tap.ok(letter(9, WHO[0], 3, "alone") in (f.read(), g.read()), "to the byte")
    # a move into another account is one
    screen.send("s")
    screen.wait("Move to:")
    screen.send("home/Other\r")
    screen.wait("moved to home/Other")
    screen.tell(f"run for i in $(seq 200); do ls {home.path('Mail/home/Other/cur')}/* && break; sleep 0.05; done")
    screen.ask("row 0 Inbox")
    tap.same(len(files(home, "home/Other")), 2, "moved over the border of the account")
    screen.send("u")
    screen.wait("taken back")
    screen.tell(f"run for i in $(seq 200); do test $(ls {home.path('Mail/test/INBOX')}/*/* | wc -l) = 8 && break; "
                "sleep 0.05; done")
    screen.ask("row 0 Inbox")
    tap.same(len(files(home, "test/INBOX")), 8, "and back to its own")


def attachments(screen, home):
    screen.send("/papers\r\r")
    screen.wait("of 2")
    screen.send("\x1bS")
    screen.wait("Save all of the thread in folder:")
    screen.send("\x15" + home.path("papers") + "\r")
    screen.wait("3 attachments saved")
    tap.same(sorted(os.listdir(home.path("papers"))), ["one (2).txt", "one.txt", "two.txt"],
             "the attachments of all its letters")
    screen.send("q")


def elsewhere(screen, _home):
    """c goes to a folder from within a thread, and from within a message."""
    screen.send("cInbox\r")
    screen.wait("Penfold  Inbox")
    for opened, text in (("Z", "5 messages"), ("\r\r", "Attached")):
        screen.send(f"/{'plans' if opened == 'Z' else 'papers'}\r{opened}")
        screen.wait(text)
        screen.send("c")
        screen.wait("Folder:")
        screen.send("All mail\r")
        screen.wait("Penfold  All mail")
        screen.send("cInbox\r")
        screen.wait("Penfold  Inbox")


def whole(screen, home, subject, count):
    """Find the thread when all of it is there, and open it."""
    wait_for(lambda: home.run("penfold", "count", f"subject:{subject}").stdout.strip() == str(count), what=subject)
    screen.send(f"\\subject:{subject}\r")
    screen.wait("1 of 1")
    screen.send("Z")
    screen.wait(f"of {count}")


def being_made(screen, home):
    """Nothing jumps back to the top while the messages below have no text yet."""
    # before they are there: else the first is made ready while the cursor rests on it
    with Stopped(home, "penfold-render"):
        for number, parent in ((1, None), (2, 1), (3, 1)):
            text = letter(number, WHO[number], 30, "slow", parent)
            deliver(home, text.replace(b"<m", b"<slow"))
        whole(screen, home, "slow", 3)
        screen.wait("1 of 3")
        screen.send("jjjj")
        screen.wait("2 of 3", "a step down stays down")
    screen.wait("Cy says 2.1")
    screen.send("qq")
    screen.wait("Penfold  Inbox")


def further_on(screen, home):
    """A word in a message that was never in sight."""
    for number in range(1, 7):
        text = letter(number, WHO[number % 4], 30, "far", number - 1 or None)
        deliver(home, text.replace(b"<m", b"<far"))
    whole(screen, home, "far", 6)
    screen.send("=")
    screen.wait("1 of 6")
    screen.send("/says 5.7\r")
    screen.wait("Bo says 5.7", "a word far below is found")
    screen.wait("5 of 6")
    screen.send("=/says 6.3\r")
    screen.wait("6 of 6", "and one in the last message")
    screen.send("/nowhere in it\r")
    screen.wait('"nowhere in it" is not here')
    screen.send("qq")
    screen.wait("Penfold  Inbox")


def to_the_end(screen, home):
    """G is at the end of the thread, also when the messages there had no text yet when it was pressed."""
    with Stopped(home, "penfold-render"):
        for number in range(1, 7):
            text = letter(number, WHO[number % 4], 9, "end", number - 1 or None)
            deliver(home, text.replace(b"<m", b"<end"))
        whole(screen, home, "end", 6)
        screen.send("G")
        screen.wait(" 6/6 ")
    screen.wait("Cy says 6.8", "the last line of the last message")
    screen.ask("row -3 Cy says 6.8")
    screen.ask("norow 4 Bo says 5.1")
    screen.send("k")
    screen.wait("Bo says 5.1")
    screen.ask("row -2 Cy says 6.8", "from which one goes up by a line")
    screen.send("qq")
    screen.wait("Penfold  Inbox")


def with_files(number, *names, parent=None):
    parts = "".join(f"--b\r\nContent-Type: text/plain\r\nContent-Disposition: attachment; filename={n}\r\n\r\n{n}\r\n"
                    for n in names)
    text = letter(number, WHO[1], 1, "papers", parent, "MIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=b\r\n")
    head, body = text.split(b"\r\n\r\n", 1)
    return head + b"\r\n\r\n--b\r\n\r\n" + body + parts.encode() + b"--b--\r\n"


def main():
    with Home() as home:
        home.rc('[account "test"]', "address = me@test.example", '[account "home"]', "address = me@home.example",
                "[queue]", "undo-delay = 5s")
        for number, parent, lines in ((1, None, 3), (2, 1, 3), (3, 2, 3), (4, 1, 30)):
            deliver(home, letter(number, WHO[number - 1], lines, "plans" if number == 1 else "Re: plans", parent))
        deliver(home, letter(9, WHO[0], 3, "alone"))
        deliver(home, with_files(6, "one.txt"))
        deliver(home, with_files(0, "two.txt", "one.txt", parent=6))
        deliver(home, letter(8, WHO[0], 3, "kept"), "home", "Keep")
        deliver(home, letter(7, WHO[0], 3, "other"), "home", "Other")
        with Screen(tap, home, 24, 80, home.program("penfold"), EDITOR="true") as screen:
            screen.wait("plans")
            for step in os.environ.get("STEPS", "scroll growing fields copies attachments elsewhere being_made further_on to_the_end").split():
                globals()[step](screen, home)
            screen.send("Q")
            screen.exits()
    tap.done()


main()
