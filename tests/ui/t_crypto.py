#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Signed and encrypted mail on the screen: the frame's line, the answer that stays encrypted, the keys of
the review page, and a passphrase that is typed into the pinentry and nowhere else."""
import glob
import json
import os

from keyring import Keyring, crlf, text
from penfold_test import Home, Tap, wait_for
from screen import Screen

tap = Tap()
ANN, BOB = "Ann Example <ann@penfold.test>", "Bob Test <bob@penfold.test>"


def deliver(home, raw):
    done = home.run("penfold", "deliver", input=raw)
    tap.ok(done.returncode == 0, "delivered", done.stderr)


def files(home, *parts):
    """All that stands in files below a folder."""
    out = b""
    for path in glob.glob(home.path(*parts, "**"), recursive=True):
        if os.path.isfile(path):
            with open(path, "rb") as f:
                out += f.read()
    return out


def reading(home, screen):
    screen.send("\r")
    screen.wait("signed by Bob Test <bob@penfold.test>", "the frame says by whom it is signed")
    screen.wait("hello from Bob")
    screen.shot(os.environ.get("SHOT", "/dev/null"))
    screen.send("q")


def answering(home, keys, screen):
    screen.wait("[...] hidden")
    screen.send("j\r")
    screen.shot(os.environ.get("SHOT", "/dev/null"))
    screen.wait("encrypted; signed by Bob Test", "an encrypted one says so")
    screen.wait("the real subject", "its subject comes from within")
    screen.wait("meet at noon", "its text is shown")
    screen.send("r")
    screen.wait("Security", "the answer's review page")
    screen.wait("OpenPGP: encrypted for bob@penfold.test", "an answer to an encrypted letter is encrypted")
    screen.wait("saved")
    tap.ok(b"meet at noon" not in files(home, "state"), "its draft is not readable on the disk")
    screen.send("y")
    screen.wait("queued")


def passphrase(tap):
    """A locked key: the real pinentry on the same terminal, which then is the screen's again."""
    agent = "pinentry-program /usr/bin/pinentry-curses\ndefault-cache-ttl 0\nmax-cache-ttl 0\n"
    with Home() as home, Keyring(home, agent=agent) as keys:
        home.rc("[queue]\nundo-delay = 0", '[account "local"]', "address = " + ANN, "[ui]", "editor = true")
        keys.pgp(ANN, passphrase="jqkd")
        deliver(home, keys.head(from_=BOB, to="ann@penfold.test", subject="locked") +
                keys.encrypted_entity(keys.cipher(text("opened by a passphrase\n"))))
        with Screen(tap, home, 24, 80, home.program("penfold"), TERM="xterm-256color") as screen:
            screen.wait("locked")
            screen.send("\r")
            screen.wait("Please enter the passphrase", "the pinentry has the terminal")
            screen.send("jqkd\r")
            screen.wait("opened by a passphrase", "the text is there")
            screen.wait("encrypted; nobody signed it", "and the frame")
            screen.send("q")
            screen.wait("Inbox", "keys are the screen's again")
            screen.send("mbob@penfold.test\rsubject\r")
            screen.wait("Security", "a letter")
            screen.send("S")
            screen.wait("signed by Ann Example", "that is to be signed")
            screen.send("y")
            screen.wait("Send all the same?")  # it has no text
            screen.send("y")
            screen.wait("Please enter the passphrase", "asks for the passphrase too")
            screen.send("\t\t\r")
            screen.wait("not sent: ", "giving up keeps the letter")
            screen.send("y")
            screen.wait("Send all the same?")
            screen.send("y")
            screen.wait("Please enter the passphrase")
            screen.send("jqkd\r")
            screen.wait("queued", "and once more it goes")
            screen.send("Q")


with Home() as home, Keyring(home) as keys:
    home.rc("[queue]\nundo-delay = 0", '[account "local"]', "address = " + ANN, "[ui]", "editor = true")
    keys.pgp(ANN)
    keys.pgp(BOB)
    deliver(home, keys.signed(text("hello from Bob\n"), "bob@penfold.test", from_=BOB, to="ann@penfold.test",
                              subject="signed letter"))
    inner = (b'Content-Type: text/plain; charset=utf-8; hp="cipher"\nFrom: Bob Test <bob@penfold.test>\n'
             b"To: ann@penfold.test\nSubject: the real subject\n\nmeet at noon\n")
    cipher = keys.cipher(inner, "--sign", "-u", "bob@penfold.test")
    deliver(home, keys.head(from_=BOB, to="ann@penfold.test", subject="[...] hidden") +
            keys.encrypted_entity(cipher))
    with Screen(tap, home, 24, 100, home.program("penfold"), TERM="xterm-256color") as screen:
        screen.wait("signed letter")
        reading(home, screen)
        answering(home, keys, screen)
        screen.send("Q")
passphrase(tap)
tap.done()
