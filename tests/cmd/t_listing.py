#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a row says of a message: subjects in runs of base64 words are whole, and our own letters that come
back are known as ours, while a stranger's letter in our name is not."""
import hashlib
import json

from penfold_test import Home, Tap

tap = Tap()
WORDS = "=?utf-8?B?w6k=?=\n =?utf-8?B?w6liYw==?= end"
OWN = b"""From: Ann Example <ann@penfold.test>
To: ann@penfold.test
Subject: a note to myself
Date: Sat, 21 Nov 2026 10:00:00 +0000
Message-ID: <own-1@penfold.test>

Remember the milk.
"""
TRACE = b"Received: from mx.penfold.test by mx.penfold.test; Sat, 21 Nov 2026 10:00:01 +0000\n"


def deliver(home, raw, *args):
    taken = home.run("penfold", "deliver", *args, input=raw)
    tap.ok(taken.returncode == 0, "delivered", taken.stderr)


def rows(home, query):
    return home.json_lines("penfold", "search", "--json", query)[0]


with Home() as home:
    with open(home.path("zone"), "w") as f:
        f.write("{}")
    home.rc("[dns]\nzone = " + home.path("zone"), '[account "local"]',
            "address = Ann Example <ann@penfold.test>")

    deliver(home, (f"From: {WORDS} <w@x.example>\nSubject: {WORDS}\nMessage-ID: <w@x.example>\n"
                   "Date: Sat, 21 Nov 2026 09:00:00 +0000\n\nx\n").encode())
    row = rows(home, "id:w@x.example")[0]
    tap.same(row["subject"], "éébc end", "a subject in two base64 words is whole")
    tap.same(row["authors"], "éébc end", "so is the sender's name")
    shown = json.loads(home.run("penfold", "show", "--json", "id:w@x.example").stdout)
    tap.same(shown["headers"]["subject"], "éébc end", "and the message itself")

    deliver(home, b"From: Trick \x1b[31m<t@x.example>\nSubject: t\nMessage-ID: <t@x.example>\n"
                  b"Date: Sat, 21 Nov 2026 09:00:00 +0000\n\nx\n")
    tap.same(rows(home, "id:t@x.example")[0]["authors"], "Trick \x1b[31m", "an escape in a name is there, to be seen as such")

    deliver(home, OWN, "--folder", "Sent")
    deliver(home, TRACE + OWN)
    forged = OWN.replace(b"own-1", b"own-2")
    deliver(home, TRACE + forged)
    altered = OWN.replace(b"the milk", b"to pay")
    deliver(home, TRACE + altered)
    home.run("penfold", "sync")
    verdicts = {}
    for name, raw in (("came back", TRACE + OWN), ("forged", TRACE + forged),
                      ("altered", TRACE + altered)):
        digest = hashlib.sha256(raw).hexdigest()
        answer = home.ask("penfold-store", {"op": "verdict-get", "sha256": digest})[-1]
        verdicts[name] = answer["verdict"]
    tap.same(verdicts["came back"]["verdict"], "none", "our letter that came back is no forgery")
    tap.ok("submitted" in verdicts["came back"]["flags"], "and is known as sent by us")
    tap.same(verdicts["forged"]["verdict"], "suspect", "another in our name is suspect")
    tap.same(verdicts["altered"]["verdict"], "suspect",
             "and so is one with our Message-ID and another text")
tap.done()
