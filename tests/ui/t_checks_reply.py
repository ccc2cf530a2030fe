#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""The slips that nobody sees in his own letter, while it is looked at on the review page, and the field marked: an
answer that goes elsewhere, a list told of a private letter, a domain one letter beside a known one, a letter that
the author's own DMARC record would have refused."""
import json

from penfold_test import Home, Tap
from screen import Screen

tap = Tap()
MX = {"MX": [{"exchange": "mx.example.net", "priority": 0}]}
ZONE = {"example.org": dict(MX, TXT=["v=spf1 -all"]), "_dmarc.example.org": {"TXT": ["v=DMARC1; p=reject"]},
        "mx.example.net": {"A": ["192.0.2.1"]},
        **{d: MX for d in ("example.net", "lists.example.net", "elsewhere.example", "friends.example", "freinds.example")}}
DRAFT = {"account": "away", "from": "Ann Example <ann@example.org>", "subject": "Re: tea", "body": "At five, then.\n"}


def begin(home):
    home.env.update(EDITOR="true", VISUAL="true")
    home.rc('[account "away"]', "address = Ann Example <ann@example.org>", "password = x",
            "smtp = smtps://ann@127.0.0.1:9",
            f"[dns]\nzone = {home.path('zone.json')}")
    with open(home.path("zone.json"), "w", encoding="utf-8") as f:
        json.dump(ZONE, f)
    for name, fields in (("1", "From: Bob <bob@example.net>\nReply-To: sales@elsewhere.example\n"),
                         ("2", "From: Fay <fay@friends.example>\n")):
        home.run("penfold", "deliver", "--account", "away", input=(
            f"{fields}To: ann@example.org\nSubject: tea\nMessage-ID: <{name}@q>\n"
            "Date: Mon, 21 Sep 2026 14:00:00 +0000\n\nx\n").encode())


def review(home, number, draft, *lines):
    """lines: what stands on the page; the first is the row that is marked with !, counted from 0."""
    path = home.path(f"draft{number}.json")
    with open(path, "w", encoding="utf-8") as f:
        json.dump(dict(DRAFT, **draft), f)
    with Screen(tap, home, 30, 100, home.program("penfold"), "-H", path) as screen:
        screen.wait("At five, then.")
        for row, mark, words in lines:
            screen.wait(words, ms=20000)
            screen.ask(f"row {row} {mark}", f"{words}: its field is marked")
        screen.send("q")
        screen.wait("Keep the draft")
        screen.send("d")
        screen.wait("Inbox")
        screen.send("Q")
        screen.exits(0)


def main():
    with Home() as home:
        begin(home)
        home.run("penfold", "deliver", "--account", "away", "--folder", "Sent", input=(
            "From: Ann Example <ann@example.org>\nTo: fay@friends.example\nSubject: last year\nMessage-ID: <s@example.org>\n"
            "Date: Mon, 21 Sep 2026 13:00:00 +0000\n\nx\n").encode())
        review(home, 1, {"to": ["sales@elsewhere.example"], "in_reply_to": "<1@q>"},
               (2, "To      !", "the answer goes to sales@elsewhere.example"), (1, "From    !", "asks others to reject mail"))
        review(home, 2, {"to": ["fay@friends.example"], "cc": ["tea@lists.example.net"], "in_reply_to": "<2@q>"},
               (3, "Cc      !", "looks like a mailing list"))
        review(home, 3, {"to": ["fay@freinds.example"]}, (2, "To      !", "did you mean friends.example?"))
    tap.done()


main()
