#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Round trips. What gpg, gpgsm and openssl sign and encrypt is read as they meant it, and what Penfold makes of the
same letters they verify and decrypt: attachments, UTF-8 in the header, blanks at line ends, "From " lines, long lines,
multiparts in one another."""
import base64
import json

from keyring import Keyring, crlf, lf
from penfold_test import Home, Tap

tap = Tap()
ANN, BOB = "Ann Example <ann@penfold.test>", "Bob Test <bob@penfold.test>"
NASTY = "Grüße aus Köln\ntrailing blanks  \t\nFrom here on\n>From there\n-- \n- dashes\n" + "long " * 300 + "\n" + "x" * 2000 + "\n.\n..\nend\n"
TEXT = "Content-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: 8bit\n\n" + NASTY
FILE = bytes(range(256)) * 9
ATTACHED = ('Content-Type: multipart/mixed; boundary="m"\n\n--m\n' + TEXT + "\n--m\nContent-Type: application/octet-stream\n"
            "Content-Disposition: attachment; filename*=utf-8''%C3%A4%20file.bin\nContent-Transfer-Encoding: base64\n\n" +
            base64.encodebytes(FILE).decode() + "--m--\n")
NESTED = ('Content-Type: multipart/mixed; boundary="o"\n\n--o\nContent-Type: multipart/alternative; boundary="i"\n\n--i\n' + TEXT +
          "\n--i\nContent-Type: text/html; charset=utf-8\n\n<p>Grüße</p>\n--i--\n\n--o\nContent-Type: message/rfc822\n\n"
          "From: x@y.example\nSubject: inner\n\nFrom inside  \n\n--o--\n")
LETTERS = {"a text": TEXT, "an attachment": ATTACHED, "multiparts in one another": NESTED}
SUBJECT = "=?utf-8?q?Gr=C3=BC=C3=9Fe_aus_K=C3=B6ln?="


def show(home, raw):
    done = home.run("penfold", "show", "--json", "-", input=raw)
    return json.loads(done.stdout) if done.returncode == 0 else {"security": {"shown_as": done.stderr}}


def check(home, raw, word, name, letter):
    shown = show(home, raw)
    good = shown["security"]["shown_as"] == word and shown["headers"]["subject"] == "Grüße aus Köln"
    for line in ("Grüße aus Köln", "From here on", "- dashes", "..", "end", "x" * 2000):
        good = good and line in shown["body"]
    if letter is ATTACHED:
        good = good and [a["filename"] for a in shown["attachments"]] == ["ä file.bin"]
    tap.ok(good, f"{name}: {word}", shown["security"], shown.get("body", "")[:200])


def read_all(home, keys, wrap):
    """Each letter through each way of a peer; wrap: name -> (function of the entity, what it is then)."""
    for what, letter in LETTERS.items():
        for name, (make, word) in wrap.items():
            head = keys.head(from_=ANN, to="bob@penfold.test", subject=SUBJECT)
            check(home, head + make(letter.encode()), word, f"{what}, {name}", letter)


def openpgp(home, keys):
    def signed(entity):
        return keys.signed_entity(entity, keys.detached(entity))

    def encrypted(entity):
        return keys.encrypted_entity(keys.cipher(entity))

    def both(entity):
        return keys.encrypted_entity(keys.cipher(entity, "--sign", "-u", "ann@penfold.test"))

    def within(entity):
        return keys.encrypted_entity(keys.cipher(signed(entity)))

    read_all(home, keys, {"signed by gpg": (signed, "signed"), "encrypted by gpg": (encrypted, "encrypted"),
                          "both by gpg": (both, "encrypted-signed"), "signed within, by gpg": (within, "encrypted-signed")})


def cms(kind, der, name="smime.p7m"):
    return (f"Content-Type: application/pkcs7-mime; smime-type={kind}; name={name}\nContent-Transfer-Encoding: base64\n\n").encode() + \
        base64.encodebytes(der)


def smime(home, keys):
    def detached(entity):
        der = keys.gpgsm("--detach-sign", "-u", "ann@penfold.test", input=crlf(entity))
        return (b'Content-Type: multipart/signed; micalg=sha-256; protocol="application/pkcs7-signature"; boundary="s"\n\n--s\n' +
                lf(entity) + b"\n--s\nContent-Type: application/pkcs7-signature\nContent-Transfer-Encoding: base64\n\n" +
                base64.encodebytes(der) + b"--s--\n")

    def opaque(entity):
        return cms("signed-data", keys.gpgsm("--sign", "-u", "ann@penfold.test", input=crlf(entity)))

    def sealed(entity):
        return cms("enveloped-data", keys.gpgsm("--encrypt", "-r", "bob@penfold.test", input=crlf(detached(entity))))

    def openssl(*args):
        def make(entity):
            with open(keys.path("in"), "wb") as f:
                f.write(crlf(entity))
            made = keys.openssl("cms", "-in", "in", *args)
            return lf(made)
        return make

    signer = ("-signer", "ann@penfold.test.pem", "-inkey", "ann@penfold.test.key")
    sign = openssl("-sign", "-binary", *signer)

    def both(entity):
        inner = sign(entity)
        return openssl("-encrypt", "-binary", "-aes128", "-outform", "SMIME", "bob@penfold.test.pem")(inner)

    def without_version(make):
        return lambda entity: make(entity).replace(b"MIME-Version: 1.0\n", b"", 1)

    read_all(home, keys, {
        "signed by gpgsm": (detached, "signed"), "opaque by gpgsm": (opaque, "signed"), "both by gpgsm": (sealed, "encrypted-signed"),
        "signed by openssl": (without_version(sign), "signed"),
        "opaque by openssl": (without_version(openssl("-sign", "-binary", "-nodetach", *signer)), "signed"),
        "both by openssl": (without_version(both), "encrypted-signed")})


def made(home, letter, *args):
    """What Penfold sends of a letter."""
    raw = f"From: {ANN}\nTo: {BOB}\nSubject: {SUBJECT}\nMIME-Version: 1.0\n{letter}".encode()
    done = home.run("penfold", "send", "--json", "-t", *args, input=raw)
    if done.returncode != 0:
        tap.ok(False, f"sent {args}", done.stderr)
        return b""
    ident = json.loads(done.stdout)["queue_id"]
    with open(home.ask("penfold-store", {"op": "queue-show", "queue_id": ident})[-1]["path"], "rb") as f:
        return f.read()


def split(raw):
    """The signed bytes and the decoded signature of a multipart/signed, by its boundary alone."""
    boundary = raw.split(b'boundary="', 1)[1].split(b'"', 1)[0]
    pieces = raw.split(b"\r\n--" + boundary)
    return pieces[1].split(b"\r\n", 1)[1], pieces[2].split(b"\r\n\r\n", 1)[1]


def write_openpgp(home, keys):
    for what, letter in LETTERS.items():
        text, signature = split(made(home, letter, "--sign"))
        with open(keys.path("sig"), "wb") as f:
            f.write(signature)
        status = keys.gpg("--status-fd", "1", "--verify", keys.path("sig"), "-", input=text, check=False)
        tap.contains(status, b"GOODSIG", f"{what}: gpg verifies Penfold's signature")
        raw = made(home, letter, "--sign", "--encrypt")
        plain = keys.gpg("--status-fd", "1", "--decrypt", input=raw[raw.index(b"-----BEGIN PGP"):], check=False)
        tap.ok(b"GOODSIG" in plain and b"GOODMDC" in plain and b"here on" in plain or b"RnJvbS" in plain,
               f"{what}: gpg decrypts what Penfold encrypts, and finds it signed", plain[:300])
        check(home, raw, "encrypted-signed", f"{what}: and Penfold reads it again", letter)


def write_smime(home, keys):
    for what, letter in LETTERS.items():
        text, signature = split(made(home, letter, "--sign"))
        with open(keys.path("sig"), "wb") as f:
            f.write(base64.b64decode(signature))
        status = keys.gpgsm("--status-fd", "1", "--verify", keys.path("sig"), "-", input=text, check=False)
        tap.contains(status, b"GOODSIG", f"{what}: gpgsm verifies Penfold's signature")
        with open(keys.path("raw"), "wb") as f:
            f.write(made(home, letter, "--encrypt"))
        inner = keys.openssl("cms", "-decrypt", "-in", "raw", "-recip", "bob@penfold.test.pem", "-inkey", "bob@penfold.test.key")
        with open(keys.path("inner"), "wb") as f:
            f.write(inner)
        keys.openssl("cms", "-verify", "-in", "inner", "-CAfile", "ca.pem", "-out", "out")
        tap.ok(True, f"{what}: openssl decrypts and verifies what Penfold makes")
        with open(keys.path("raw"), "rb") as f:
            body = f.read().split(b"\r\n\r\n", 1)[1]
        status = keys.gpgsm("--status-fd", "1", "--decrypt", input=base64.b64decode(body), check=False)
        tap.contains(status, b"multipart/signed", f"{what}: so does gpgsm")


with Home() as home:
    with open(home.path("zone"), "w") as f:
        f.write("{}")
    home.rc("[dns]\nzone = " + home.path("zone"), '[account "local"]', "address = " + ANN)
    with Keyring(home) as keys:
        for user in (ANN, BOB):
            keys.pgp(user)
        openpgp(home, keys)
        write_openpgp(home, keys)
    with Keyring(home) as keys:
        for name in ("ann", "bob"):
            keys.smime(f"{name}@penfold.test", name.title())
        smime(home, keys)
        write_smime(home, keys)
tap.done()
