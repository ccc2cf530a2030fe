#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Reading as a person does it: quotes folded, links opened and copied, other forms of the text, attachments
saved, opened and warned of, invitations answered, messages within messages, lists, pipes."""
import base64
import os

from penfold_test import Home, Tap
from screen import Screen

ROWS, COLS = (int(n) for n in os.environ.get("SIZE", "24 80").split())
tap = Tap()

FLOWED = """From: Bo <bo@b.example>
To: ann@test.example
Subject: flowing
Date: Sat, 21 Nov 2026 10:00:00 +0000
Message-ID: <flow@b.example>
Content-Type: text/plain; charset=utf-8; format=flowed; delsp=yes

This is a paragraph that flows  
over two lines.
> quoted one
> quoted two
> quoted three
> quoted four
My answer, see https://b.example/page, or not.
\x1b[1;31mred\x1b[0m words
"""

PAGE = """From: Shop <news@shop.example>
To: ann@test.example
Subject: a page
Date: Sat, 21 Nov 2026 11:00:00 +0000
Message-ID: <page@shop.example>
List-Id: News <news.shop.example>
List-Post: <mailto:news@shop.example>
List-Unsubscribe: <https://shop.example/leave?u=1>, <mailto:leave@shop.example?subject=leave>
Content-Type: multipart/alternative; boundary=b

--b
Content-Type: text/plain

The plain form.
--b
Content-Type: text/html

<h1>The page form</h1><p>Go to <a href="https://evil.example/x">www.bank.example</a> or
<a href="https://shop.example/y">here</a>.<img src="https://track.example/1.gif"></p>
--b--
"""

INVITATION = """From: Bo <bo@b.example>
To: ann@test.example
Subject: budget
Date: Sat, 21 Nov 2026 12:00:00 +0000
Message-ID: <cal@b.example>
Content-Type: multipart/alternative; boundary=b

--b
Content-Type: text/plain

Please come.
--b
Content-Type: text/calendar; method=REQUEST; charset=utf-8

BEGIN:VCALENDAR
METHOD:REQUEST
BEGIN:VEVENT
UID:u1@b.example
DTSTART:20261201T100000
DTEND:20261201T113000
SUMMARY:Budget talk
LOCATION:Room 5
ORGANIZER;CN=Bo:mailto:bo@b.example
ATTENDEE;PARTSTAT=NEEDS-ACTION:mailto:ann@test.example
END:VEVENT
END:VCALENDAR
--b--
"""

INNER = """From: Cy <cy@c.example>
Subject: the inner letter
Content-Type: multipart/mixed; boundary=i

--i
Content-Type: text/plain

Inner words.
--i
Content-Type: text/plain; name=inner.txt
Content-Disposition: attachment; filename=inner.txt

inner file
--i--
"""

NESTED = """From: Bo <bo@b.example>
To: ann@test.example
Subject: many parts
Date: Sat, 21 Nov 2026 13:00:00 +0000
Message-ID: <nest@b.example>
Content-Type: multipart/mixed; boundary=b

--b
Content-Type: text/plain

Outer words.
--b
Content-Type: message/rfc822
Content-Transfer-Encoding: base64

%s
--b
Content-Type: application/octet-stream
Content-Disposition: attachment; filename="invoice.pdf.exe"

MZ
--b
Content-Type: text/x-penfold-test
Content-Disposition: attachment; filename="../../a b;c.txt"

for the viewer
--b
Content-Type: text/vcard
Content-Disposition: attachment; filename="cy.vcf"

BEGIN:VCARD
FN:Cy Young
EMAIL:cy@c.example
END:VCARD
--b--
""" % base64.encodebytes(INNER.encode()).decode()


def shot(screen, name):
    """A picture for people, where one is asked for."""
    if "SHOTS" in os.environ:
        screen.shot(os.path.join(os.environ["SHOTS"], f"{name}-{COLS}x{ROWS}.txt"))


def see(screen, text):
    """In the open letter. Where the window is small, the longest word of it is looked for."""
    if ROWS >= 24 and COLS >= 80:
        screen.wait(text)
        return
    word = max(text.split(), key=len)
    screen.send(f"/{word}\r")
    screen.wait(word, text)


def said(screen, text):
    """In the last line, which is cut at the window's width."""
    screen.wait(text[:COLS - 20], text)


def deliver(home, letter):
    home.run("penfold", "deliver", "--account", "test", input=letter.encode())


def open_letter(screen, subject):
    screen.send(f"/{subject}\r\r")
    screen.wait("From     ")


def reading(screen, home):
    open_letter(screen, "flowing")
    see(screen, "This is a paragraph that flows over two lines.")
    see(screen, "red words")
    screen.ask("unseen \\e[1;31mred")
    screen.send("=T")
    see(screen, "4 quoted lines")
    shot(screen, "folded")
    if ROWS >= 24:
        screen.ask("waitgone 2000 quoted two")
    screen.send("T")
    see(screen, "> quoted two")
    screen.send("/three\r")
    see(screen, "quoted three")
    screen.send("l")
    screen.wait("1 of 1")
    screen.ask("row 1 b.example  https://b.example/page")
    shot(screen, "links")
    screen.send("y")
    said(screen, "given to the terminal's clipboard")
    screen.ask("seen \\e]52;c;" + base64.b64encode(b"https://b.example/page").decode() + "\\x07")
    screen.send("\r")
    if COLS >= 80:  # else the opener's path leaves no room for it
        said(screen, "opens https://b.example/page")
    screen.tell(f"run for i in $(seq 200); do test -s {home.dir}/opened && break; sleep 0.05; done; "
               f"grep -qx https://b.example/page {home.dir}/opened && echo yes >{home.dir}/ok1")
    screen.send("qq")


def page(screen, home):
    open_letter(screen, "a page")
    see(screen, "The plain form.")
    screen.send("A")
    see(screen, "The page form")
    screen.wait("1 remote image, not loaded"[:COLS - 14])
    see(screen, "[1] evil.example")
    shot(screen, "page")
    screen.send("l")
    screen.wait("its words say www.bank.example" if COLS >= 80 else "! its words say")
    shot(screen, "lies")
    screen.send("o")
    said(screen, "The words say www.bank.example")
    screen.send("n")
    screen.ask("waitgone 2000 leads elsewhere")
    screen.send("q")
    screen.send("A")
    see(screen, "The plain form.")
    screen.send("\x1bl")
    screen.wait("Mailing list")
    screen.wait("leave@shop.exam")
    shot(screen, "listmenu")
    screen.send("qq")


def invitation(screen, home):
    open_letter(screen, "budget")
    see(screen, "Tue 2026-12-01 10:00 to 11:30")
    screen.wait("Budget talk")
    see(screen, "Please come.")
    shot(screen, "invitation")
    screen.send("i")
    said(screen, "Accept, tentative or decline?")
    screen.send("a")
    screen.wait("Accepted: Budget talk")
    screen.wait("nothing to complain about")
    screen.send("y")
    screen.wait("u takes it back" if COLS >= 80 else "Event")
    screen.send("q")


def parts(screen, home):
    open_letter(screen, "many parts")
    see(screen, "Outer words.")
    screen.send("v")
    screen.wait("1 of 5")
    shot(screen, "parts")
    screen.send("j\r")
    see(screen, "Inner words.")
    screen.wait("the inner letter")
    shot(screen, "nested")
    screen.send("v")
    screen.wait("inner.txt")
    screen.send("qq")
    screen.send("jo")
    said(screen, "it is not what its name pretends")
    screen.send("n")
    screen.send("jo")
    screen.wait("is given to")
    screen.tell(f"run for i in $(seq 200); do test -s {home.dir}/viewed && break; sleep 0.05; done; "
               f"grep -qx 'for the viewer' {home.dir}/viewed && echo yes >{home.dir}/ok2")
    screen.send("j\r")
    screen.wait("Cy Young")
    shot(screen, "card")
    screen.send("q")
    screen.send("|cat\r")
    screen.wait("BEGIN:VCARD")
    screen.send("qS\x15" + home.dir + "/all\r")
    said(screen, "4 attachments saved")
    screen.send("qq")


def main():
    with Home() as home:
        opened = os.path.join(home.dir, "opener")
        with open(opened, "w", encoding="utf-8") as f:
            f.write(f"#!/bin/sh\nprintf '%s\\n' \"$1\" >{home.dir}/opened\n")
        viewer = os.path.join(home.dir, "viewer")
        with open(viewer, "w", encoding="utf-8") as f:
            f.write(f"#!/bin/sh\ncat \"$1\" >{home.dir}/viewed\n")
        for path in (opened, viewer):
            os.chmod(path, 0o755)
        with open(os.path.join(home.dir, "mailcap"), "w", encoding="utf-8") as f:
            f.write(f"text/x-penfold-test; cat %s | sh\ntext/x-penfold-test; {viewer} %s\n")
        home.rc('[account "test"]', "address = Ann Test <ann@test.example>",
                '[account "bo"]', "address = Bo <bo@b.example>", "[ui]", f"opener = {opened}", "[queue]", "undo-delay = 5s")
        for letter in (FLOWED, PAGE, INVITATION, NESTED):
            deliver(home, letter)
        env = {"MAILCAPS": os.path.join(home.dir, "mailcap"), "EDITOR": "true"}
        with Screen(tap, home, ROWS, COLS, home.program("penfold"), **env) as screen:
            screen.wait("many parts")
            for step in [globals()[n] for n in os.environ.get("STEPS", "reading page invitation parts").split()]:
                step(screen, home)
            screen.send("Q")
            screen.ask("exit 0")
        for name in ("ok1", "ok2"):
            tap.ok(os.path.exists(os.path.join(home.dir, name)), "what was opened got its argument: " + name)
        saved = sorted(os.listdir(os.path.join(home.dir, "all")))
        tap.ok(saved == ["a b;c.txt", "attachment.eml", "cy.vcf", "invoice.pdf.exe"],
               "all attachments are saved under safe names", saved)
    tap.done()


main()
