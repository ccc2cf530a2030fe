#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Keys on the screen: those that came along are looked at, taken in and trusted; one is chosen for a reader; the own
one is attached; and what is kept of encrypted letters on the disk is not readable there, or it is said."""
import base64
import glob
import json
import os
import re

from keyring import Keyring, text
from penfold_test import Home, Tap, wait_for
from screen import Screen

tap = Tap()
ANN, BOB = "Ann Example <ann@penfold.test>", "Bob Test <bob@penfold.test>"
SHOTS = os.environ.get("SHOTS")


def deliver(home, raw):
    done = home.run("penfold", "deliver", input=raw)
    tap.ok(done.returncode == 0, "delivered", done.stderr)


def files(home, *parts):
    out = b""
    for path in glob.glob(home.path(*parts, "**"), recursive=True):
        if os.path.isfile(path):
            with open(path, "rb") as f:
                out += f.read()
    return out


def shot(screen, name):
    if SHOTS:
        screen.shot(os.path.join(SHOTS, name))


def queued(home):
    entries = [e for e in json.loads(home.run("penfold", "queue", "list", "--json").stdout)]
    with open(home.ask("penfold-store", {"op": "queue-show", "queue_id": entries[-1]["id"]})[-1]["path"], "rb") as f:
        return f.read()


def attached_key(home, keys, other):
    """A letter with a key: looked at, taken in, trusted; then it is chosen for its owner."""
    fingerprint = other.pgp(BOB)
    raw = other.head(from_=BOB, to="ann@penfold.test", subject="my key") + (
        b"Content-Type: multipart/mixed; boundary=b\n\n--b\n\nhere it is\n--b\nContent-Type: application/pgp-keys\n"
        b"Content-Transfer-Encoding: base64\n\n" + base64.encodebytes(other.gpg("--export")) + b"\n--b--\n")
    deliver(home, raw)
    with Screen(tap, home, 24, 80, home.program("penfold"), TERM="xterm-256color") as screen:
        screen.wait("my key")
        screen.send("\r")
        screen.wait("here it is")
        screen.send("\x1bk")
        screen.wait("Keys in the message: not taken in yet", "the keys that came along")
        screen.wait(" ".join(fingerprint[i:i + 4] for i in range(0, 40, 4)), "with the fingerprint")
        screen.wait("no expiry", "the expiry")
        screen.wait("not verified", "and the validity")
        shot(screen, "found")
        tap.same(keys.run("gpg", "-k", "bob@penfold.test", check=False), b"", "nothing is taken in unasked")
        screen.send("y")
        screen.wait("Take this key into the keyring?")
        screen.send("y")
        screen.wait("1 key is in the keyring now", "taken in")
        screen.send("t")
        screen.wait("Have you compared the fingerprint")
        screen.send("n")
        screen.wait("not verified", "no is no")
        screen.send("t")
        screen.wait("Have you compared the fingerprint")
        screen.send("y")
        screen.wait("trusted: a signature of yours", "trusted")
        shot(screen, "trusted")
        screen.send("qq")
        screen.wait("Inbox")
        screen.send("mbob@penfold.test\rsubject\r")
        screen.wait("in clear, not signed", "a letter")
        screen.send("E")
        screen.wait("OpenPGP: encrypted for bob@penfold.test (" + fingerprint[-16:] + ")", "with the trusted key")
        carol = other.pgp("Carol <carol@penfold.test>")
        keys.gpg("--import", input=other.gpg("--export", "carol@penfold.test"))
        screen.send("K")
        screen.wait("Choose the key for: bob@penfold.test")
        screen.send("\r")
        screen.wait("A key for bob@penfold.test", "the picker")
        screen.send("/\x15carol\r")
        screen.wait("Carol <carol@penfold.test>", "finds others, too")
        shot(screen, "picker")
        screen.send("\r")
        screen.wait(carol[-16:] + ", not", "the chosen key is used")
        screen.send("\x1bk")
        screen.wait("ann@penfold.test.asc", "the own key is attached")
        shot(screen, "review")
        screen.send("y")
        screen.wait("queued")
        screen.send(":keys\r")
        screen.wait("your own", "the keyring")
        shot(screen, "ring")
        screen.send("Q")
    sent = queued(home)
    plain = other.gpg("--decrypt", input=sent[sent.index(b"-----BEGIN PGP"):])
    tap.ok(b"application/pgp-keys" in plain and b"ann@penfold.test.asc" in plain, "and went along", plain[:600])


def forward(home, keys):
    """An encrypted letter with a file is sent on: the file is nowhere in clear."""
    secret = b"the secret file of Bob\n" * 40
    inner = (b"Content-Type: multipart/mixed; boundary=b\n\n--b\nContent-Type: text/plain\n\nsee the file\n--b\n"
             b'Content-Type: application/octet-stream\nContent-Disposition: attachment; filename="plan.bin"\n'
             b"Content-Transfer-Encoding: base64\n\n" + base64.encodebytes(secret) + b"--b--\n")
    deliver(home, keys.head(from_=BOB, to="ann@penfold.test", subject="a file") + keys.encrypted_entity(keys.cipher(inner)))
    os.mkdir(home.path("run"), 0o700)
    with Screen(tap, home, 24, 80, home.program("penfold"), TERM="xterm-256color", XDG_RUNTIME_DIR=home.path("run")) as screen:
        screen.wait("a file")
        screen.send("r")
        screen.wait("> see the file", "an answer from the list quotes what was opened for it")
        screen.wait("encrypted for bob@penfold.test", "and is encrypted, too")
        screen.send("q")
        screen.wait("discard")
        screen.send("d")
        screen.gone("> see the file")
        screen.send("p")
        screen.wait("Penfold  Printing")
        with open(home.path("printed"), encoding="utf-8") as f:
            text = f.read()
        tap.ok("\nsee the file\n" in text and text.count("Subject") == 1, "from the list, too, what lay within is printed", text)
        screen.send("q")
        screen.gone("see the file")
        screen.send("\r")
        screen.wait("see the file")
        screen.send("\x1bs")
        screen.wait("Save")
        screen.send("\x15" + home.path("saved") + "\r")
        screen.wait("1 attachment saved in")
        with open(home.path("saved", "plan.bin"), "rb") as f:
            tap.same(f.read(), secret, "what is saved is what lay within")
        screen.send("v")
        screen.wait("Parts of the message")
        screen.send("jjo")
        screen.wait("Open it all the same")
        screen.send("y")
        wait_for(lambda: os.path.exists(home.path("opened")), what="a program that was given the part")
        with open(home.path("opened")) as f:
            tap.ok(f.read().startswith(home.path("run")), "a program gets the part where no disk is")
        screen.send("q")
        screen.wait("see the file")
        screen.send("f")
        screen.wait("Attached 1  plan.bin", "the file goes along")
        screen.send("tbob@penfold.test\r")
        screen.wait("encrypted for bob@penfold.test", "to be encrypted")
        screen.wait("saved")
        tap.ok(b"secret file" not in files(home, "state"), "it is not readable on the disk")
        tap.ok(b"BEGIN PGP MESSAGE" in files(home, "state", "penfold", "drafts", "files"), "but sealed")
        shot(screen, "forward")
        screen.send("E")
        screen.wait("in clear, not signed")
        screen.send("y")
        screen.wait("answers an encrypted one", "in clear it does not leave")
        screen.send("Ey")
        screen.wait("queued")
        tap.ok(b"secret file" not in files(home, "state"), "nor is it afterwards")
        screen.send("Q")
    sent = queued(home)
    plain = keys.gpg("--decrypt", input=sent[sent.index(b"-----BEGIN PGP"):])
    tap.ok(base64.b64encode(secret)[:60] in plain.replace(b"\n", b""), "and Bob gets it", plain[:900])


def recommendation(home, other):
    """What Autocrypt recommends stands on the review page, and is done where both sides prefer it."""
    for user, extra in ((BOB, " prefer-encrypt=mutual;"), ("Carol <carol@penfold.test>", "")):
        other.pgp(user)
        address = user.split("<")[1][:-1]
        key = other.run("gpg", "--export", "--export-options", "export-minimal", address)
        data = base64.encodebytes(key).decode().replace("\n", "\n ").rstrip()
        field = f"Autocrypt: addr={address};{extra} keydata=\n {data}\n".encode()
        deliver(home, field + other.head(from_=user, to="ann@penfold.test", subject="with a key") + text("hello\n"))
    with Screen(tap, home, 24, 80, home.program("penfold"), TERM="xterm-256color") as screen:
        screen.wait("with a key")
        screen.send("mcarol@penfold.test\rsubject\r")
        screen.wait("in clear, not signed", "one who does not ask for it gets it in clear")
        screen.wait("Autocrypt: available", "and it is said that it could be")
        screen.send("t\x15bob@penfold.test\r")
        screen.wait("encrypted for bob@penfold.test (key by Autocrypt", "both prefer it: it is encrypted")
        screen.wait("recommended", "by recommendation")
        shot(screen, "autocrypt")
        screen.send("E")
        screen.wait("in clear, not signed", "and the user has the last word")
        screen.send("t\x15nobody@penfold.test\r")
        screen.gone("Autocrypt", "of one without a key nothing is recommended")
        screen.send("Q")


def no_key(home):
    with Screen(tap, home, 24, 80, home.program("penfold"), TERM="xterm-256color") as screen:
        screen.send("mbob@penfold.test\rsubject\r")
        screen.wait("in clear, not signed")
        screen.send("E")
        screen.wait("the draft is readable on this disk: ", "without a key of one's own the draft is in clear, and it is said")
        shot(screen, "inclear")
        screen.send("E")
        screen.gone("the draft is readable")
        screen.send("Q")


def setup(home, keys):
    """One's own key to another device: the code on the screen of the one, typed at the other."""
    with Screen(tap, home, 24, 80, home.program("penfold"), TERM="xterm-256color") as screen:
        screen.send(":keys\r")
        screen.wait("your own")
        screen.send("s")
        screen.wait("Send your secret key of ann@penfold.test")
        screen.send("y")
        screen.wait("kept nowhere", "the code is shown")
        if SHOTS:
            shot(screen, "code")
        screen.shot(home.path("page"))
        screen.send("Q")
    with open(home.path("page")) as f:
        code = re.search(r"(\d{4}-){8}\d{4}", re.sub("\x1b\\[[0-9;]*m", "", f.read())).group()
    tap.ok(code.replace("-", "").encode() not in files(home, "state") and code.encode() not in files(home, "state"),
           "and is nowhere on the disk")
    deliver(home, queued(home))
    with Keyring(home) as there:
        with Screen(tap, home, 24, 80, home.program("penfold"), TERM="xterm-256color") as screen:
            screen.wait("Autocrypt Setup Message")
            screen.send("\r")
            screen.wait("carries your OpenPGP key")
            screen.send("\x1bk")
            screen.wait("Setup code:")
            screen.send(code + "\r")
            screen.wait("the secret key is here", "the key has arrived")
            screen.send("Q")
        tap.contains(there.run("gpg", "-K"), b"ann@penfold.test", "in the other keyring")


with Home() as home, Keyring(home) as keys:
    # a server that nobody answers at: the letter stays in the queue
    home.rc('[account "work"]', "address = " + ANN, "smtp = smtps://ann@127.0.0.1:9", "password-command = echo x", "[ui]", "editor = true")
    keys.pgp(ANN)
    setup(home, keys)
with Home() as home, Keyring() as other, Keyring(home) as keys:
    home.rc("[queue]\nundo-delay = 60", '[account "local"]', "address = " + ANN, "[ui]", "editor = true")
    keys.pgp(ANN)
    attached_key(home, keys, other)
with Home() as home, Keyring(home) as keys:
    home.rc("[queue]\nundo-delay = 60", '[account "local"]', "address = " + ANN, "[ui]", "editor = true", "opener = " + home.path("opener"),
            "print-command = tee " + home.path("printed"))
    with open(home.path("opener"), "w") as f:
        f.write(f'#!/bin/sh\necho "$1" > {home.path("o")}\nmv {home.path("o")} {home.path("opened")}\n')
    os.chmod(home.path("opener"), 0o700)
    keys.pgp(ANN)
    keys.pgp(BOB)
    forward(home, keys)
with Home() as home, Keyring() as other, Keyring(home) as keys:
    home.rc('[account "local"]', "address = " + ANN, "autocrypt = mutual", "[ui]", "editor = true")
    keys.pgp(ANN)
    recommendation(home, other)
with Home() as home, Keyring(home) as keys:
    home.rc('[account "local"]', "address = " + ANN, "[ui]", "editor = true")
    no_key(home)
tap.done()
