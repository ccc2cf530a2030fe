#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""The user's own beginnings of letters: variables of the letter that is answered and of the writer, by themselves or by
name, for all accounts or one; a mistake is told with its line, and a stranger's words stay words."""
import os

from penfold_test import Home, Tap
from screen import Screen

tap = Tap()

TEMPLATES = {
    "answer": "\nHello ${first-name},\n\n${attribution}\n${quote}\n\n${signature}\n",
    "thanks": "Subject: Thanks for \"${subject}\"\nCc: ${name} <${address}>\n\nThank you, ${name}.\nWritten ${date:%d.%m.%Y} to ${to}\n",
    "forward": "For you, from ${my-name} <${my-address}> (${account}):\n${quote}\n",
    "new": "Subject: Report of ${today:%Y}\n\nDear all,\n",
    "wrong": "\nHello,\nyour ${subjekt} is nice.\n",
    "sig": "Ann of the mill\n",
}
LETTER = (b"From: \"Doe, Bo\" <bo@x.example>\r\nTo: ann@test.example\r\nSubject: The ${to} mill\r\n"
          b"Date: Sat, 28 Nov 2026 10:05:00 +0100\r\nMessage-ID: <m1@x.example>\r\n\r\nSee the ${name} sluice.\r\n")
EVIL = (b"From: \"Eve>, all <all@evil.example\" <eve@x.example>\r\nTo: ann@work.example\r\nSubject: for work\r\n"
        b"Date: Sat, 28 Nov 2026 10:04:00 +0100\r\nMessage-ID: <m2@x.example>\r\n\r\nBcc: spy@evil.example\r\n")


def prepare(home):
    for name, text in TEMPLATES.items():
        with open(home.path(name), "w", encoding="utf-8") as f:
            f.write(text)
    with open(home.path("editor"), "w", encoding="utf-8") as f:
        f.write("#!/bin/sh\nexit 0\n")
    os.chmod(home.path("editor"), 0o755)
    home.rc('[account "test"]', "address = Ann Test <ann@test.example>", f"signature = {home.path('sig')}",
            '[account "work"]', "address = ann@work.example",
            "attribution = ${name} schrieb am ${date:%d.%m.%Y}:",
            '[template "answer"]', f"file = {home.path('answer')}", "for = reply", "account = test",
            '[template "thanks"]', f"file = {home.path('thanks')}",
            '[template "forward"]', f"file = {home.path('forward')}", "for = forward",
            '[template "new"]', f"file = {home.path('new')}", "for = new",
            '[template "wrong"]', f"file = {home.path('wrong')}",
            "[ui]", f"editor = {home.path('editor')}")
    for account, letter in (("test", LETTER), ("work", EVIL)):
        done = home.run("penfold", "deliver", "--account", account, input=letter)
        assert done.returncode == 0, done.stderr


def discard(screen):
    screen.send("qd")
    screen.gone("y send")


def answer(screen):
    screen.send("/mill\r\r")
    screen.wait("See the ${name} sluice.")
    screen.send("r")
    screen.wait("Hello Bo,", "an answer begins with the account's template")
    screen.wait("On 2026-11-28 10:05 +0100, Doe, Bo wrote:", "with the line above the quote")
    screen.wait("> See the ${name} sluice.", "what a letter says is no variable")
    screen.wait("Ann of the mill", "and the signature below")
    discard(screen)
    screen.send(":reply thanks\r")
    screen.wait("Thank you, Doe, Bo.", "another one by its name")
    screen.wait('Thanks for "The ${to} mill"', "with a subject of its own")
    screen.wait("Written 28.11.2026 to ann@test.example", "and a date as it is wanted")
    screen.wait('"Doe, Bo" <bo@x.example>', "a name with a comma is one mailbox")
    discard(screen)
    screen.send("f")
    screen.wait("For you, from Ann Test <ann@test.example> (test):", "what is sent on has its own")
    screen.wait("Forwarded message")
    discard(screen)
    screen.send("q")


def other_account(screen):
    screen.send("=/for work\r\r")
    screen.wait("SUSPECT")
    screen.send("r")
    screen.wait("Reply all the same?")
    screen.send("y")
    screen.wait("schrieb am 28.11.2026:", "an account has its own line above the quote")
    screen.wait("> Bcc: spy@evil.example")
    screen.ask("count 0 Hello", "and not the template of another account")
    discard(screen)
    screen.send(":reply thanks\r")
    screen.wait("Reply all the same?")
    screen.send("y")
    screen.wait("Thank you, Eve>")
    screen.wait('"Eve>, all <all@evil.example" <eve@x.example>', "a stranger's name adds nobody")
    discard(screen)
    screen.send("q")


def new(screen, home):
    screen.send("mbo@x.example\r\r")
    screen.wait("Dear all,", "a new letter begins with its template")
    screen.wait("Report of 20")
    discard(screen)
    screen.send("mbo@x.example\rTyped\r")
    screen.wait("Subject  Typed", "a subject that was typed stays")
    discard(screen)
    screen.send("\x1bm")
    screen.wait("Template: ")
    screen.send("\x15wro\t\r")
    screen.wait(f"{home.path('wrong')}:3: unknown variable ${{subjekt}}", "a mistake is told with its line")
    screen.wait("did you mean ${subject}?")
    screen.send(":template thanks\r")
    screen.wait("1: ${subject} is of a letter that is answered", "and so is what has no value here")


def main():
    with Home() as home:
        prepare(home)
        with Screen(tap, home, 30, 110, home.program("penfold")) as screen:
            screen.wait("mill")
            answer(screen)
            other_account(screen)
            new(screen, home)
            screen.send("Q")
            screen.exits()
        done = home.run("penfold", "config", "check")
        tap.same(done.returncode, 78, "config check finds it as well")
        tap.ok(f"{home.path('wrong')}:3: unknown variable ${{subjekt}}" in done.stdout + done.stderr,
               "with file and line", done.stdout, done.stderr)
    tap.done()


main()
