#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Searches by what a message is worth: signed mail is verified when it has arrived, encrypted mail when it is read; and
the text of encrypted mail, which is found only on express wish."""
import json
import os

from keyring import Keyring, text
from penfold_test import Home, Tap

tap = Tap()
ANN, BOB = "Ann Example <ann@penfold.test>", "Bob Test <bob@penfold.test>"


def put(home, name, raw):
    """A file in the inbox that nobody has indexed."""
    for sub in ("cur", "new", "tmp"):
        os.makedirs(home.path("Mail", "local", "Inbox", sub), exist_ok=True)
    with open(home.path("Mail", "local", "Inbox", "new", name), "wb") as f:
        f.write(raw)


def count(home, query, *args):
    return home.run("penfold", "count", *args, query).stdout.strip()


def ident(raw):
    return [line for line in raw.decode().splitlines() if line.startswith("Message-ID")][0].split("<")[1][:-1]


def rc(home, *more):
    home.rc(*more, "[dns]\nzone = " + home.path("zone"), '[account "local"]', "address = " + ANN)
    with open(home.path("zone"), "w") as f:
        f.write("{}")


with Home() as home, Keyring() as other, Keyring(home) as keys:
    rc(home)
    keys.pgp(ANN)
    other.pgp(BOB)
    entity = text("found\n")
    good = keys.signed(entity, from_=ANN, to="ann@penfold.test", subject="good")
    bad = keys.signed(entity, from_=ANN, to="ann@penfold.test", subject="bad").replace(b"found", b"other")
    strange = keys.head(from_=BOB) + keys.signed_entity(entity, other.detached(entity, "bob@penfold.test"))
    closed = keys.head(from_=BOB) + keys.encrypted_entity(keys.cipher(text("the word is marzipan\n"), "--sign", "-u", "ann@penfold.test"))
    for name, raw in (("good", good), ("bad", bad), ("strange", strange), ("closed", closed)):
        put(home, name, raw)
    done = home.run("penfold", "sync")
    tap.ok(done.returncode == 0, "arrived", done.stderr)
    for word, number in (("signed", "1"), ("bad-signature", "1"), ("none", "1"), ("encrypted-signed", "0")):
        tap.same(count(home, f"property:security={word}"), number, f"property:security={word} when it has arrived")
    tap.same((count(home, "tag:signed"), count(home, "tag:encrypted")), ("3", "1"), "tags signed and encrypted")
    home.run("penfold", "show", f"id:{ident(closed)}")
    tap.same(count(home, "property:security=encrypted"), "1", "one that was opened")
    tap.same(count(home, "marzipan"), "0", "its text is not in the index")
    keys.gpg("--import", input=other.gpg("--export"))
    home.run("penfold", "key", "trust", keys.fingerprint(BOB))
    home.run("penfold", "show", f"id:{ident(strange)}")
    tap.same(count(home, "property:security=signed"), "2", "one whose key came later, when it is read")
    answers = home.ask("penfold-store", {"op": "complete", "what": "query", "prefix": "property:security="})
    tap.ok("property:security=encrypted-signed" in json.dumps(answers), "completion knows the words", answers)

with Home() as home, Keyring(home) as keys:
    keys.pgp(ANN)
    for wish, number in (("index-decrypted = yes", "1"), ("index-decrypted = no", "1"), ("", "1")):
        rc(home, "[store]\n" + wish)
        raw = keys.head(from_=BOB) + keys.encrypted_entity(keys.cipher(text(f"the word is marzipan {wish}\n")))
        put(home, wish.split()[-1] if wish else "default", raw)
        home.run("penfold", "sync")
        tap.same(count(home, "marzipan"), number, f"searchable after {wish or 'the default'}")
tap.done()
