#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""What Penfold signs and encrypts, as gpg, gpgsm and openssl read it, and as Penfold reads it again."""
import email
import email.policy
import json
import os

from keyring import Keyring, crlf
from penfold_test import Home, Tap

tap = Tap()
ANN, BOB = "Ann Example <ann@penfold.test>", "Bob Test <bob@penfold.test>"
NASTY = ("Grüße aus Köln\ntrailing blanks  \nFrom here on\n-- \n" + "long " * 300 + "\n" + "x" * 2000 +
         "\n=3D looks encoded\n.\n..\n")


def queued(home, answer):
    """The bytes that would be sent."""
    entry = home.ask("penfold-store", {"op": "queue-show", "queue_id": answer["queue_id"]})[-1]
    with open(entry["path"], "rb") as f:
        return f.read(), entry["entry"]


def letter(home, *args, body=NASTY):
    done = home.run("penfold", "--json", *args, input=body)
    if not tap.ok(done.returncode == 0, f"queued: {' '.join(args)}", done.stderr):
        return None, None
    return queued(home, json.loads(done.stdout))


def send(home, raw, *args):
    done = home.run("penfold", "send", "--json", "-t", *args, input=raw)
    if not tap.ok(done.returncode == 0, f"sent: {' '.join(args)}", done.stderr):
        return None, None
    return queued(home, json.loads(done.stdout))


def show(home, raw):
    return json.loads(home.run("penfold", "show", "--json", "-", input=raw).stdout)


def parts_of(raw):
    """The signed bytes and the signature of a multipart/signed, found by its boundary alone."""
    message = email.message_from_bytes(raw, policy=email.policy.SMTP)
    edge = b"\r\n--" + message.get_boundary().encode()
    pieces = raw.split(edge)
    return message, pieces[1].split(b"\r\n", 1)[1], pieces[2].split(b"\r\n\r\n", 1)[1]


def check_text(shown, name):
    for line in ("Grüße aus Köln", "From here on", "=3D looks encoded", "..", "x" * 2000):
        tap.ok(line in shown["body"], f"{name}: the text has {line[:20]!r}", shown["body"][:500])


def signed(home, keys):
    with open(home.path("ä file.bin"), "wb") as f:
        f.write(bytes(range(256)) * 20)
    raw, _ = letter(home, "bob@penfold.test", "-s", "Grüße", "-a", home.path("ä file.bin"), "--sign")
    tap.ok(all(b < 128 for b in raw), "what is signed is 7-bit")
    tap.ok(not any(line.endswith((b" ", b"\t")) or line.startswith(b"From ")
                   for line in raw.split(b"\r\n\r\n", 1)[1].split(b"\r\n")), "no blanks at line ends, no From line")
    _, text, signature = parts_of(raw)
    with open(keys.path("sig"), "wb") as f:
        f.write(signature)
    keys.gpg("--verify", keys.path("sig"), "-", input=text)
    tap.ok(True, "gpg verifies the bytes as they leave")
    shown = show(home, raw)
    tap.same(shown["security"]["shown_as"], "signed", "and so does Penfold")
    tap.same((shown["security"]["header_protection"], shown["headers"]["subject"]), ("rfc9788", "Grüße"),
             "its header is protected")
    tap.same([a["filename"] for a in shown["attachments"]], ["ä file.bin"], "its attachment")
    check_text(shown, "signed")
    lf_copy = raw.replace(b"\r\n", b"\n")
    tap.same(show(home, lf_copy)["security"]["shown_as"], "signed", "also as a mailbox keeps it")
    shown = show(home, raw.replace(b"Subject: ", b"Subject: Re: ", 1))
    tap.same([m["field"] for m in shown["security"]["header_mismatches"]], ["subject"], "a changed subject is told")


def encrypted(home, keys):
    raw, entry = letter(home, "bob@penfold.test", "-s", "secret plan", "-b", "carol@penfold.test", "--encrypt",
                        "--sign")
    for word in (b"secret plan", b"carol", "Grüße".encode(), b"trailing"):
        tap.ok(word not in raw, f"{word!r} is not in the open")
    tap.contains(raw, b"Subject: [...]", "the subject is hidden")
    tap.ok("secret" not in json.dumps(entry), "nor is it in the queue's ledger", entry)
    cipher = raw[raw.index(b"-----BEGIN PGP MESSAGE"):]
    listing = keys.run("gpg", "--list-packets", "--list-only", input=cipher, check=False)
    tap.ok(b"keyid 0000000000000000" in listing, "the reader of Bcc is hidden", listing)
    plain = keys.gpg("--decrypt", input=cipher)
    tap.contains(plain, b"Subject: secret plan", "gpg decrypts it, subject included")
    shown = show(home, raw)
    tap.same((shown["security"]["shown_as"], shown["headers"]["subject"]), ("encrypted-signed", "secret plan"),
             "Penfold reads it again")
    tap.same(shown["security"]["header_mismatches"], [], "with no mismatch")
    check_text(shown, "encrypted")
    raw, _ = letter(home, "bob@penfold.test", "-s", "x", "--encrypt")
    tap.same(show(home, raw)["security"]["shown_as"], "encrypted", "encrypted alone")
    done = home.run("penfold", "nobody@penfold.test", "-s", "x", "--encrypt", input="x\n")
    tap.ok(done.returncode != 0 and "nobody@penfold.test: no key" in done.stderr, "no key, no letter", done.stderr)


def raw_letters(home, keys):
    message = (f"From: {ANN}\nTo: {BOB}\nSubject: raw\nMIME-Version: 1.0\n"
               'Content-Type: multipart/mixed; boundary="a"\n\n--a\nContent-Type: multipart/alternative; boundary="b"\n\n'
               "--b\nContent-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: 8bit\n\n" + NASTY +
               "\n--b\nContent-Type: text/html; charset=utf-8\n\n<p>Hello</p>\n--b--\n\n--a\n"
               "Content-Type: message/rfc822\n\nFrom: x@y.example\nSubject: inner\n\nFrom inside  \n--a--\n")
    raw, _ = send(home, message, "--sign")
    shown = show(home, raw)
    tap.same(shown["security"]["shown_as"], "signed", "nested multiparts, 8-bit text, an attached letter")
    check_text(shown, "nested")
    raw, _ = send(home, message, "--encrypt", "--sign")
    tap.same(show(home, raw)["security"]["shown_as"], "encrypted-signed", "encrypted as well")


def automatic(home):
    raw, _ = letter(home, "bob@penfold.test", "-s", "x", "-o", "account.local.encrypt=auto")
    tap.same(show(home, raw)["security"]["shown_as"], "encrypted", "by itself when all keys are known")
    done = home.run("penfold", "--json", "nobody@penfold.test", "-s", "x", "-o", "account.local.encrypt=auto", input="x\n")
    raw, _ = queued(home, json.loads(done.stdout))
    tap.same(show(home, raw)["security"]["shown_as"], "none", "and in clear when not")
    tap.contains(done.stderr, "not encrypted", "which is told")


def smime(home, keys):
    for name in ("ann", "bob"):
        keys.smime(f"{name}@penfold.test", name.title())
    raw, _ = letter(home, "bob@penfold.test", "-s", "Grüße", "--sign")
    with open(keys.path("raw"), "wb") as f:
        f.write(raw)
    tap.contains(raw, b"application/pkcs7-signature", "S/MIME when there is no OpenPGP key")
    keys.openssl("cms", "-verify", "-in", "raw", "-CAfile", "ca.pem", "-out", "out")
    tap.ok(True, "openssl verifies it")
    tap.same(show(home, raw)["security"]["shown_as"], "signed", "and so does Penfold")
    raw, _ = letter(home, "bob@penfold.test", "-s", "secret plan", "--encrypt")
    with open(keys.path("raw"), "wb") as f:
        f.write(raw)
    inner = keys.openssl("cms", "-decrypt", "-in", "raw", "-recip", "bob@penfold.test.pem", "-inkey",
                         "bob@penfold.test.key")
    tap.contains(inner, b"multipart/signed", "openssl decrypts it; it is signed within")
    shown = show(home, raw)
    tap.same((shown["security"]["shown_as"], shown["headers"]["subject"]), ("encrypted-signed", "secret plan"),
             "and Penfold reads it")
    done = home.run("penfold", "bob@penfold.test", "-b", "ann@penfold.test", "-s", "x", "--encrypt", input="x\n")
    tap.ok(done.returncode != 0 and "Bcc" in done.stderr, "S/MIME does not hide readers, and says so", done.stderr)


with Home() as home:
    with open(home.path("zone"), "w") as f:
        f.write("{}")
    home.rc("[dns]\nzone = " + home.path("zone"), '[account "local"]', "address = " + ANN)
    with Keyring(home) as keys:
        for user in (ANN, BOB, "Carol <carol@penfold.test>"):
            keys.pgp(user)
        signed(home, keys)
        encrypted(home, keys)
        raw_letters(home, keys)
        automatic(home)
    with Keyring(home) as keys:
        smime(home, keys)
tap.done()
