#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Writing as a person does it: templates, signatures by sender, files dragged in and from commands, Markdown
with an image, a letter for later, one sent on as it is, spelling."""
import email
import email.policy
import glob
import os

from penfold_test import Home, Tap, wait_for
from screen import Screen

tap = Tap()
PNG = bytes.fromhex("89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c489")


def letters(home, folder):
    found = []
    for path in glob.glob(home.path("Mail", folder, "*", "*")):
        if os.path.isfile(path) and "/tmp/" not in path[len(home.dir):]:
            with open(path, "rb") as f:
                found.append(email.message_from_binary_file(f, policy=email.policy.default))
    return found


def arrived(home, subject, folder="bo/INBOX"):
    return wait_for(lambda: [m for m in letters(home, folder) if m["Subject"] == subject], 30, subject)[0]


def prepare(home):
    for name, text in (("editor", '#!/bin/sh\necho "![pic](<%s>) **bold**" >>"$1"\n' % home.path("a pic.png")),
                       ("speller", '#!/bin/sh\nsed -i s/bold/brave/ "$1"\n')):
        with open(home.path(name), "w", encoding="utf-8") as f:
            f.write(text)
        os.chmod(home.path(name), 0o755)
    with open(home.path("a pic.png"), "wb") as f:
        f.write(PNG)
    for name, text in (("sig-main", "Ann of the mill\n"), ("sig-list", "Ann, list member\n"),
                       ("weekly", "To: bo@b.example\nSubject: Weekly report\n\nThis week:\n")):
        with open(home.path(name), "w", encoding="utf-8") as f:
            f.write(text)
    home.rc('[account "test"]', "address = Ann Test <ann@test.example>", "aliases = Ann L <ann@list.example>",
            f"signature = {home.path('sig-main')}", '[identity "ann@list.example"]',
            f"signature = {home.path('sig-list')}", '[template "weekly"]', f"file = {home.path('weekly')}",
            '[account "bo"]', "address = bo@b.example", "[queue]", "undo-delay = 1s", "[ui]",
            f"editor = {home.path('editor')}", f"speller = {home.path('speller')}")
    home.run("penfold", "deliver", "--account", "test", input=b"From: Cy <cy@harbour.example>\nTo: ann@list.example\n"
             b"Subject: to the alias\nMessage-ID: <x1@harbour.example>\nDate: Sat, 21 Nov 2026 10:00:00 +0000\n\nHello\n")


def write(screen, home):
    screen.send("\x1bm\r")
    screen.wait("Weekly report")
    screen.wait("This week:")
    screen.wait("Ann of the mill")
    screen.wait("nothing to complain about")
    screen.send("f")
    screen.wait("Ann, list member")
    screen.gone("Ann of the mill")
    screen.tell("paste '" + home.path("a pic.png") + "'")
    screen.wait("1 file attached")
    screen.wait("1  a pic.png")
    screen.send("|echo measured\r")
    screen.wait("2  output.txt")
    screen.send("M")
    screen.wait("as a page")
    screen.send("i")
    screen.wait("**brave**")
    screen.wait("saved")
    screen.wait("nothing to complain about")
    screen.send("y")
    screen.wait("u takes it back")
    letter = arrived(home, "Weekly report")
    types = [part.get_content_type() for part in letter.walk()]
    tap.same(types, ["multipart/mixed", "multipart/alternative", "text/plain", "multipart/related", "text/html",
                     "image/png", "text/plain"], "text, page with its image, attachment")
    html = letter.get_body(("html",)).get_content()
    image = [part for part in letter.walk() if part.get_content_type() == "image/png"][0]
    tap.ok(f'src="cid:{image["Content-ID"].strip("<>")}"' in html and "<strong>brave</strong>" in html,
           "the page shows the image by its id", html)
    tap.ok(image.get_content() == PNG, "the image is whole")
    tap.ok("ann@list.example" in letter["From"] and "Ann, list member" in letter.get_body(("plain",)).get_content(),
           "sender and signature are the list's")


def later(screen, home):
    screen.send("mbo@b.example\rFor later\r")
    screen.wait("nothing to complain about")
    screen.send("Ytomorrow 9:00\r")
    screen.wait("to leave at its time")
    screen.send("u")
    screen.wait("For later")
    screen.send("qd")
    screen.gone("For later")


def send_on(screen, home):
    screen.send("/to the alias\r\r")
    screen.wait("Hello")
    screen.send("bbo@b.example\r")
    screen.wait("Send the message on to bo@b.example?")
    screen.send("y")
    screen.wait("queued for bo@b.example")
    letter = arrived(home, "to the alias")
    tap.ok(letter["From"] == "Cy <cy@harbour.example>" and letter["Resent-To"] == "bo@b.example" and
           "ann@test.example" in letter["Resent-From"], "as it was, with Resent fields", letter)
    screen.send("r")
    screen.wait("Ann, list member")
    screen.wait("ann@list.example")
    screen.send("qd")


def main():
    with Home() as home:
        prepare(home)
        with Screen(tap, home, 24, 80, home.program("penfold")) as screen:
            screen.wait("to the alias")
            for step in (write, later, send_on):
                step(screen, home)
            screen.send("Q")
            screen.exits()
    tap.done()


main()
