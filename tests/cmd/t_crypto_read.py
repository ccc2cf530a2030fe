#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Signed and encrypted mail of gpg, gpgsm and openssl, as `penfold show` reads it."""
import json

from keyring import Keyring, crlf, text
from penfold_test import Home, Tap

tap = Tap()
ANN = "Ann Example <ann@penfold.test>"


def show(home, raw, *args):
    done = home.run("penfold", "show", "--json", *args, "-", input=raw)
    if done.returncode:
        raise RuntimeError(done.stderr)
    return json.loads(done.stdout)


def expect(home, name, raw, shown_as, body, status=None, *args):
    shown = show(home, raw, *args)
    security = shown["security"]
    tap.same(security["shown_as"], shown_as, f"{name}: shown as {shown_as}") or tap.diag(security)
    tap.ok(body in shown["body"] if body else not shown["body"].strip(), f"{name}: the text",
           shown["body"])
    if status:
        tap.same([s["status"] for s in security["signatures"]], status, f"{name}: signatures")
    return shown


def openpgp(home, keys):
    entity = text("Grüße\ntrailing blanks  \nFrom here\n-- dash\n" + "x" * 900 + "\n")
    expect(home, "signed", keys.signed(entity), "signed", "Grüße", ["valid"])
    raw = keys.signed(entity)
    expect(home, "signed, CRLF", crlf(raw), "signed", "Grüße", ["valid"])
    shown = expect(home, "changed", raw.replace("Grüße".encode(), b"Hallo"), "bad-signature", "Hallo", ["invalid"])
    tap.contains(shown["security"]["summary"], "BAD SIGNATURE", "and the sentence says so")
    expect(home, "encrypted", keys.head() + keys.encrypted_entity(keys.cipher(entity)), "encrypted", "Grüße", [])
    both = keys.cipher(entity, "--sign", "-u", "ann@penfold.test")
    shown = expect(home, "both", keys.head() + keys.encrypted_entity(both), "encrypted-signed", "Grüße", ["valid"])
    tap.ok(shown["security"]["encrypted"] and shown["security"]["integrity"], "with its integrity known")
    inner = keys.signed_entity(entity, keys.detached(entity))
    expect(home, "signed within", keys.head() + keys.encrypted_entity(keys.cipher(inner)), "encrypted-signed",
           "Grüße", ["valid"])
    clear = keys.gpg("--clear-sign", "-u", "ann@penfold.test", input="Grüße inline\n- dash\n".encode())
    expect(home, "inline", keys.head() + text("") + clear, "signed", "- dash", ["valid"])
    expect(home, "inline with text around it", keys.head() + text("before\n") + clear + b"after\n",
           "partly-signed", "not signed by anybody", ["valid"])
    armor = keys.cipher("Grüße geheim\n".encode())
    expect(home, "inline encrypted", keys.head() + text("") + armor, "encrypted", "geheim", [])
    expect(home, "inline encrypted amid text", keys.head() + text("before\n") + armor, "none", "BEGIN PGP", [])
    mangled = (b'Content-Type: multipart/mixed; boundary="m"\n\n--m\nContent-Type: text/plain\n\n\n--m\n'
               b"Content-Type: application/pgp-encrypted\n\nVersion: 1\n\n--m\n"
               b"Content-Type: application/octet-stream\n\n" + keys.cipher(entity) + b"\n--m--\n")
    expect(home, "mangled by a gateway", keys.head() + mangled, "encrypted", "Grüße")


def statuses(home, keys):
    entity = text("hello\n")
    then = ("--faked-system-time", "20260101T000000!")
    keys.pgp("Old Owner <old@penfold.test>", "", "1d", *then)
    expired = keys.head(from_="old@penfold.test") + keys.signed_entity(
        entity, keys.detached(entity, "old@penfold.test", *then))
    with Keyring() as other:
        other.pgp("Mallory <mallory@penfold.test>")
        stranger = other.signed(entity, "mallory@penfold.test", from_="mallory@penfold.test")
        expect(home, "unknown key", stranger, "none", "hello", ["unknown-key"])
        keys.gpg("--import", input=other.gpg("--export"))
        expect(home, "key of nobody knows whom", stranger, "none", "hello", ["untrusted"])
    gone = keys.pgp("Gone <gone@penfold.test>")
    revoked = keys.signed(entity, "gone@penfold.test", from_="gone@penfold.test")
    with open(keys.path(f"openpgp-revocs.d/{gone}.rev")) as f:
        keys.gpg("--import", input=f.read().replace(":-----", "-----").encode())
    expect(home, "revoked key", revoked, "none", "hello", ["revoked"])
    shown = expect(home, "wrong author", keys.signed(entity, from_="bob@penfold.test"), "none", "hello", ["valid"])
    tap.ok(not shown["security"]["signatures"][0]["matches_from"], "and the signature is not the author's")
    expect(home, "expired key", expired, "none", "hello", ["expired"])


def smime(home, keys):
    keys.smime("ann@penfold.test", "Ann Example")
    entity = crlf(text("Grüße in S/MIME\n"))
    with open(keys.path("entity"), "wb") as f:
        f.write(entity)
    head = keys.head()
    signer = ("-signer", "ann@penfold.test.pem", "-inkey", "ann@penfold.test.key")
    signed = keys.openssl("smime", "-sign", "-in", "entity", *signer)
    expect(home, "openssl smime -sign", head + signed, "signed", "Grüße in S/MIME", ["valid"])
    expect(home, "changed", (head + signed).replace("Grüße".encode(), b"Hallo"), "bad-signature", "Hallo", ["invalid"])
    opaque = keys.openssl("cms", "-sign", "-nodetach", "-in", "entity", *signer)
    expect(home, "openssl cms -sign -nodetach", head + opaque, "signed", "Grüße in S/MIME", ["valid"])
    plain = keys.openssl("cms", "-encrypt", "-aes256", "-in", "entity", "ann@penfold.test.pem")
    shown = expect(home, "openssl cms -encrypt", head + plain, "none", "", [])
    tap.same((shown["security"]["encrypted"], shown["security"]["opened"]), (True, False), "it is not opened")
    shown = expect(home, "on express wish", head + plain, "none", "Grüße in S/MIME", [], "--unprotected")
    tap.same(shown["security"]["integrity"], False, "without integrity")
    with open(keys.path("signed"), "wb") as f:
        f.write(signed)
    both = keys.openssl("cms", "-encrypt", "-aes256", "-in", "signed", "ann@penfold.test.pem")
    expect(home, "signed, then encrypted", head + both, "encrypted-signed", "Grüße in S/MIME", ["valid"])


with Home() as home, Keyring(home) as keys:
    home.rc('[account "local"]', "address = " + ANN)
    keys.pgp(ANN)
    plain = show(home, keys.head() + text("just a text\n"))
    tap.same((plain["security"]["shown_as"], plain["security"]["signatures"]), ("none", []), "ordinary mail")
    openpgp(home, keys)
    statuses(home, keys)
    smime(home, keys)
tap.done()
