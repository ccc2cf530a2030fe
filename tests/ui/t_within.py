#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""What an open letter leads to draws no sequence of the mail's either: its links, its mailing list, each of
its parts (calendars, cards, rich text, a letter within it) and the questions about it."""
import os

from penfold_test import Home, Tap
from screen import Screen
from sequences import foreign

tap = Tap()
PAYLOADS = [b"\x1b]0;owned\x07", b"\x1b]52;c;cm0gLXJm\x07", b"\x1b[2J\x1b[H", b"\x1bPq#0;2;0;0;0\x1b\\",
            b"\xc2\x9b31m\x0e\x0f\x05\x08\xe2\x80\xaegpj.exe\x1b"]


def letter(number, p):
    line = p.replace(b"\r", b"").replace(b"\n", b"")
    n = b"%d" % number
    return b"\n".join([
        b"From: N" + n + b" <a" + n + b"@p.example>", b"To: ann@penfold.test", b"Subject: S" + n + b" " + line,
        b"Date: Sat, 21 Nov 2026 10:%02d:00 +0000" % number, b"Message-ID: <w" + n + b"@p.example>",
        b"List-Id: " + line + b" <l.example>", b"List-Post: <mailto:" + line + b">",
        b"List-Unsubscribe: <https://x.example/" + line + b">, <" + line + b">",
        b"MIME-Version: 1.0", b"Content-Type: multipart/mixed; boundary=b", b"",
        b"--b", b"Content-Type: text/plain; charset=utf-8", b"", b"body" + n + b" https://x.example/" + line, b"",
        b"--b", b"Content-Type: text/html; charset=utf-8", b"", b"<p>" + p + b"<a href='http://y.example/" + line +
        b"'>www.bank.example " + p + b"</a>", b"",
        b"--b", b"Content-Type: application/x-thing", b"Content-Disposition: attachment; filename*=utf-8''" +
        b"".join(b"%%%02X" % c for c in p), b"", b"x",
        b"--b", b"Content-Type: text/calendar; charset=utf-8", b"", b"BEGIN:VCALENDAR", b"METHOD:REQUEST", b"BEGIN:VEVENT",
        b"UID:" + line, b"SUMMARY:" + line, b"LOCATION:" + line, b"DTSTART;TZID=" + line.replace(b":", b"") + b":20261201T100000",
        b'ORGANIZER;CN="' + line.replace(b'"', b"") + b'":mailto:' + line + b"@o.example", b"DESCRIPTION:" + line,
        b"END:VEVENT", b"END:VCALENDAR",
        b"--b", b"Content-Type: text/vcard", b"Content-Disposition: attachment; filename=card.vcf", b"",
        b"BEGIN:VCARD", b"FN:" + line, b"EMAIL:" + line, b"NOTE;ENCODING=QUOTED-PRINTABLE:" +
        b"".join(b"=%02X" % c for c in p), b"END:VCARD",
        b"--b", b"Content-Type: text/enriched", b"Content-Disposition: attachment; filename=rich", b"", b"<bold>" + p + b"</bold>",
        b"--b", b"Content-Type: message/rfc822", b"", b"From: " + line, b"Subject: inner " + line, b"", p,
        b"--b--", b""])


def within(home):
    """What an open letter leads to: its links, its list, each of its parts, the letter within it, questions
    about it."""
    raw = home.path("raw3")
    with Screen(tap, home, 40, 110, home.program("penfold"), TERM="xterm-256color", EDITOR="true",
                MAILCAPS="/dev/null") as screen:
        screen.wait("1 of ", "the list for what is within")
        for number in range(len(PAYLOADS)):
            screen.send("\r")
            screen.wait("body", f"letter {number}")
            for keys in ("l", "\x1bl"):
                screen.send(keys)
                screen.tell("idle 100")
                screen.send("q")
                screen.tell("idle 60")
            screen.send("v")
            screen.wait("of 8", "its parts")
            for _ in range(8):
                screen.send("\r")
                screen.tell("idle 120")
                screen.send("q")
                screen.tell("idle 60")
                screen.send("j")
            screen.send("o")
            screen.tell("idle 100")
            screen.send("\x1bs\x1b")
            screen.tell("idle 60")
            screen.send("q")
            screen.tell("idle 60")
            for keys in ("w\x1b", "i\x1b", "T", "T", "A", "E", "E", "b\x1b"):
                screen.send(keys)
                screen.tell("idle 60")
            screen.send("q")
            screen.tell("idle 100")
            screen.send("j")
        screen.tell(f"raw {raw}")
        screen.ask("bell 0", "no letter rings within")
    with open(raw, "rb") as f:
        written = f.read()
    bad = foreign(written, True)
    tap.ok(written and not bad, "only our own sequences", *[repr(b) for b in bad[:8]])


def main():
    with Home() as home:
        with open(home.path("zone"), "w", encoding="ascii") as f:
            f.write("{}")
        home.rc("[dns]\nzone = " + home.path("zone"), '[account "local"]', "address = Ann <ann@penfold.test>")
        for number, p in enumerate(PAYLOADS):
            home.run("penfold", "deliver", "--account", "local", input=letter(number, p))
        within(home)
    tap.done()


main()
