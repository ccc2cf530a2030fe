#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Whom the list shows is whom the judge speaks of, however From is written: no encoded word, comment, route or group
brings another's domain beside a verdict."""
import os

from penfold_test import Home, Tap

TRUE = "x@none.example"
AUTHORS = [  # From, name in the list, domain there
    (f"=?utf-8?q?Ann_=3Cservice=40bank.example=3E?= <{TRUE}>", "Ann <service@bank.example>", "none.example"),
    (f"=?utf-8?b?QW5uIDxzZXJ2aWNlQGJhbmsuZXhhbXBsZT4=?= <{TRUE}>", "Ann <service@bank.example>", "none.example"),
    (f"=?utf-8?q?=3Cservice=40bank.example=3E?= <{TRUE}>", "<service@bank.example>", "none.example"),
    (f"=?utf-8?q?service=40bank.example=2C?= <{TRUE}>", "service@bank.example,", "none.example"),
    (f"=?utf-8?q?=22service=40bank.example?= <{TRUE}>", '"service@bank.example', "none.example"),
    ("<=?utf-8?q?service=40bank=2Eexample=3E?=@none.example>", None, "none.example"),
    (f"{TRUE} (service@bank.example)", "service@bank.example", "none.example"),
    (f"(service@bank.example) {TRUE}", TRUE, "none.example"),
    (f"Ann (<service@bank.example>) <{TRUE}>", "Ann", "none.example"),
    (f"<@bank.example:{TRUE}>", TRUE, "none.example"),
    (f'"service@bank.example": {TRUE};', TRUE, "none.example"),
    ("Ann <x@=?utf-8?q?bank.example?=>", "Ann", ""),
    (f"PayPal, Inc. <{TRUE}>", "PayPal, Inc.", "none.example"),
    (f"bank.example <{TRUE}> (comment)", "bank.example", "none.example"),
    ('"Example, Ann" <ann@bank.example>', "Example, Ann", "bank.example"),
    ("Ann <ann@bank.example>, Bob <bob@bank.example>", "Ann", "bank.example"),
    ("=?utf-8?q?J=C3=BCrgen?= <j@bank.example>", "J\u00fcrgen", "bank.example"),
]
tap = Tap()

with Home() as home:
    home.rc('[account "me"]', "address = Me <me@me.example>")
    for part in ("cur", "new", "tmp"):
        os.makedirs(home.path("Mail/me/INBOX", part), exist_ok=True)
    zone = home.path("zone.json")
    with open(zone, "w") as f:
        f.write("{}")
    for i, (author, _, _) in enumerate(AUTHORS):
        with open(home.path("Mail/me/INBOX/cur", f"m{i}:2,S"), "w") as f:
            f.write(f"From: {author}\nTo: me@me.example\nSubject: {i}\nMessage-ID: <{i}@x.example>\n"
                    "Date: Sat, 28 Nov 2026 10:00:00 +0000\n\nHello.\n")
    home.run("penfold-store", "scan")
    rows, _ = home.json_lines("penfold", "search", "--json", "*")
    rows = {int(row["subject"]): row for row in rows}
    tap.same(len(rows), len(AUTHORS), "all are listed")
    requests = [{"op": "judge", "path": home.path("Mail/me/INBOX/cur", f"m{i}:2,S"), "account": "me"}
                for i in range(len(AUTHORS))]
    verdicts = home.ask("penfold-auth", *requests, args=("--serve", "--dns", zone))
    for i, (author, name, domain) in enumerate(AUTHORS):
        tap.same(rows[i]["domain"], domain, f"the domain of {author}")
        tap.same(verdicts[i]["verdict"]["author"]["domain"] or "", domain, "is the judge's")
        if name is not None:
            tap.same(rows[i]["author"][:1], [name], "and its name")

BROKEN = [  # header, name, subject and domain in the list: nothing from behind the line that ends the header
    (f"From: Ann <{TRUE}>\nSubject: above\nno field\nFrom: Bank <service@bank.example>\nSubject: below", "Ann",
     "above", "none.example"),
    ("To: me@me.example\nno field\nFrom: Bank <service@bank.example>\nSubject: below", "", "", ""),
    (f"From: Ann <{TRUE}>\nno field\nSubject: below", "Ann", "", "none.example"),
]
with Home() as home:
    home.rc('[account "me"]', "address = Me <me@me.example>")
    for i, (header, name, subject, domain) in enumerate(BROKEN):
        home.run("penfold", "deliver", "--account", "me", input=f"Message-ID: <{i}@x.example>\n{header}\n\nHello.\n".encode())
        rows, _ = home.json_lines("penfold", "search", "--json", f"id:{i}@x.example")
        shown, _ = home.json_lines("penfold", "show", "--json", f"id:{i}@x.example")
        tap.same([rows[0]["author"][:1], rows[0]["subject"], rows[0]["domain"]], [[name] if name else [], subject, domain],
                 f"a broken header is shown as far as it goes, {i}")
        tap.same(rows[0]["subject"], shown[0]["headers"]["subject"] or "", "as in the open letter")
tap.done()
