# SPDX-License-Identifier: GPL-3.0-or-later
"""verdict_letters - letters for the table of verdicts: made from a few words, signed by python3-dkim with the
keys of tests/unit/auth/data, and the zone that all of them are judged with."""
import base64
import json
import os
import re
import time

import dkim
from penfold_test import SOURCE

DATA = os.path.join(SOURCE, "tests/unit/auth/data")
NOW = int(time.time())
CRLF = "\r\n"

with open(os.path.join(DATA, "zone.json")) as f_:
    _ZONE = json.load(f_)
RSA = _ZONE["s2048._domainkey.example.org"]["TXT"]
ED = next(v["TXT"] for k, v in _ZONE.items() if "ed25519" in json.dumps(v))


def _flat(txt):
    return txt[0] if isinstance(txt[0], str) else "".join(txt[0])


RECORDS = {"r": _flat(RSA), "e": _flat(ED)}


def _keys(*domains):
    """Under each domain: r RSA, e Ed25519, t a test key, s for no subdomains, g revoked, b broken, w busy."""
    out = {}
    for d in domains:
        out[f"r._domainkey.{d}"] = {"TXT": RSA}
        out[f"e._domainkey.{d}"] = {"TXT": ED}
        out[f"t._domainkey.{d}"] = {"TXT": [_flat(ED) + "; t=y"]}
        out[f"s._domainkey.{d}"] = {"TXT": [_flat(ED) + "; t=s"]}
        out[f"g._domainkey.{d}"] = {"TXT": ["v=DKIM1; k=ed25519; p="]}
        out[f"b._domainkey.{d}"] = {"TXT": ["v=DKIM1; k=rsa; p=!"]}
        out[f"w._domainkey.{d}"] = "TIMEOUT"
        out[f"x._domainkey.{d}"] = {"TXT": [_flat(ED) + "; s=other"]}
    return out


def _dmarc(domain, record):
    return {f"_dmarc.{domain}": {"TXT": [record]}, domain: {"A": ["192.0.2.80"]}}


ZONE = {
    **_keys("bank.example", "mail.bank.example", "quar.example", "soft.example", "none.example", "esp.example",
            "lists.example", "strict.example", "sub.strict.example", "paypa1.com", "xn--pypal-4ve.com",
            "rnicrosoft.com", "np.example", "psd.test", "co.psd.test", "me.example", "friend.example",
            "fr1end.example", "testing.example", "xn--bcher-kva.example", "seven.a.b.c.d.e.f.g.h.example"),
    **_dmarc("bank.example", "v=DMARC1; p=reject; rua=mailto:d@bank.example"),
    **_dmarc("quar.example", "v=DMARC1; p=quarantine"),
    **_dmarc("soft.example", "v=DMARC1; p=none; rua=mailto:d@soft.example"),
    **_dmarc("strict.example", "v=DMARC1; p=reject; adkim=s; aspf=s"),
    **_dmarc("np.example", "v=DMARC1; p=none; sp=quarantine; np=reject"),
    **_dmarc("testing.example", "v=DMARC1; p=reject; t=y"),
    **_dmarc("badp.example", "v=DMARC1; p=maybe"),
    **_dmarc("badrua.example", "v=DMARC1; p=maybe; rua=mailto:a@badrua.example"),
    **_dmarc("me.example", "v=DMARC1; p=reject"),
    **_dmarc("psd.test", "v=DMARC1; p=reject; psd=y"),
    **_dmarc("old.example", "v=DMARC1; p=reject; pct=0"),
    "there.np.example": {"A": ["192.0.2.1"]},
    "_dmarc.two.example": {"TXT": ["v=DMARC1; p=reject", "v=DMARC1; p=none"]},
    "_dmarc.slow.example": "TIMEOUT",
    "_dmarc.spfslow.example": {"TXT": ["v=DMARC1; p=reject"]},
    "_dmarc.psdyes.example": {"TXT": ["v=DMARC1; p=reject; psd=yes"]},
    "_dmarc.nop.example": {"TXT": ["v=DMARC1; sp=reject; rua=mailto:d@nop.example"]},
    "sub.nop.example": {"A": ["192.0.2.80"]},
    "w._domainkey.evilslow.example": "TIMEOUT",
    "bank.example": {"TXT": ["v=spf1 ip4:192.0.2.80 -all"], "A": ["192.0.2.80"]},
    "bounce.bank.example": {"TXT": ["v=spf1 ip4:192.0.2.80 -all"]},
    "soft.example": {"TXT": ["v=spf1 ip4:192.0.2.80 ~all"]},
    "none.example": {"TXT": ["v=spf1 ip4:192.0.2.80 ?all"]},
    "strict.example": {"TXT": ["v=spf1 ip4:192.0.2.80 -all"]},
    "sub.strict.example": {"TXT": ["v=spf1 ip4:192.0.2.80 -all"]},
    "esp.example": {"TXT": ["v=spf1 ip4:192.0.2.80 -all"]},
    "broken.example": {"TXT": ["v=spf1 nonsense -all"]},
    "spfslow.example": {"TXT": "TIMEOUT"},
    "out.esp.example": {"TXT": ["v=spf1 ip4:192.0.2.80 -all"]},
}

_PRIVATE = {}


def _private(kind):
    if kind not in _PRIVATE:
        with open(os.path.join(DATA, "rsa-2048.pem" if kind == "rsa" else "ed25519.pem"), "rb") as f:
            pem = f.read()
        _PRIVATE[kind] = pem if kind == "rsa" else base64.b64encode(base64.b64decode(pem.split(b"\n")[1])[-32:])
    return _PRIVATE[kind]


def date(ago=0):
    return time.strftime("%a, %d %b %Y %H:%M:%S +0000", time.gmtime(NOW - ago))


def hop(ip="192.0.2.80", ago=0, helo="out.esp.example", by="mx.me.example"):
    """The border server's Received field."""
    return f"Received: from {helo} ({helo} [{ip}]) by {by} with ESMTPS; {date(ago)}"


def path(address):
    return f"Return-Path: <{address}>"


def came(text, *fields, ago=0, ip="192.0.2.80", sender="x@nowhere.example"):
    """Through the border server, with what it wrote on top."""
    return under(text, *fields, path(sender), hop(ip, ago))


def ar(text, server="mx.me.example"):
    return f"Authentication-Results: {server}; {text}"


def letter(author="Ann <ann@bank.example>", body="Hello.\r\n", top=(), more=(), ago=0, to="me@me.example"):
    head = [*more, *([f"From: {author}"] if author is not None else []), f"To: {to}", "Subject: news",
            f"Date: {date(ago)}", f"Message-ID: <{abs(hash((author, body)))}@x.example>"]
    return (CRLF.join(head) + CRLF + CRLF + body).encode("utf-8", "surrogateescape")


def under(text, *fields):
    """The fields on top of it."""
    return "".join(f + CRLF for f in fields).encode("utf-8", "surrogateescape") + text


def sign(text, domain, selector="e", names=("from", "to", "subject", "date", "message-id"), length=False, ago=0,
         expires=None, canon="relaxed"):
    """Signed by domain; r and e are the kinds of key, the other selectors sign as e."""
    kind = "rsa" if selector == "r" else "ed25519"
    real = time.time
    time.time = lambda: NOW - ago  # what the signature says of its time
    try:
        signer = dkim.DKIM(text, signature_algorithm=b"rsa-sha256" if kind == "rsa" else b"ed25519-sha256")
        if expires is None:
            field = signer.sign(selector.encode(), domain.encode(), _private(kind),
                                canonicalize=(canon.encode(), canon.encode()),
                                include_headers=[n.encode() for n in names], length=length)
        else:
            field = _expiring(text, domain, selector, names, expires)
    finally:
        time.time = real
    return field + text


def _expiring(text, domain, selector, names, expires):
    """python3-dkim writes no x=: put one into q= of its template, which is signed with the rest."""
    real = dkim.DKIM.gen_header

    def with_x(self, fields, *args, **kwargs):
        fields = [(n, v) if n != b"q" else (b"x", str(expires).encode()) for n, v in fields]
        return real(self, fields, *args, **kwargs)

    dkim.DKIM.gen_header = with_x
    try:
        return dkim.DKIM(text, signature_algorithm=b"ed25519-sha256").sign(
            selector.encode(), domain.encode(), _private("ed25519"),
            include_headers=[n.encode() for n in names])
    finally:
        dkim.DKIM.gen_header = real


def seal(text, domain, server):
    """The first set of an ARC chain by domain, over what its server says in an Authentication-Results field."""
    return b"".join(dkim.arc_sign(text, b"r", domain.encode(), _private("rsa"), server.encode())) + text


def spoil(text):
    """One letter of the body changed."""
    head, body = text.split(b"\r\n\r\n", 1)
    return head + b"\r\n\r\n" + body.replace(b"Hello", b"Jello", 1)


def reword(text, old, new):
    out = text.replace(old.encode(), new.encode("utf-8", "surrogateescape"), 1)
    if out == text:
        raise ValueError(f"{old!r} is not in the letter")
    return out


def data(name):
    with open(os.path.join(DATA, name), "rb") as f:
        return re.sub(rb"\r?\n", b"\r\n", f.read())


def zone():
    return {**_ZONE, **ZONE}
