#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Filters: applied once to what arrives in the inbox, after its sender has been judged, in the order of the rc
file; commands get JSON and no shell; --dry-run changes nothing; mistakes in the rc file are named."""
import json
import os

from penfold_test import Home, Tap

tap = Tap()
RULES = """
[filter "list"]
header = List-Id: <dev\\.example\\.org>
tag = +dev -inbox
move = Lists/dev
[filter "unjudged"]
verdict = none
tag = +unsigned
[filter "boss"]
query = from:boss@example.org
flag = yes
run = {program} "$HOME;echo x" %s
stop = yes
[filter "later"]
query = *
tag = +seen-by-rule
read = yes
""".strip().split("\n")


def letter(sender, subject, *more):
    return "\r\n".join([f"From: {sender}", "To: alice@penfold.test", f"Subject: {subject}",
                        f"Message-ID: <{subject}@example.org>", "Date: Tue, 01 Jul 2025 10:00:00 +0000", *more, "",
                        "text", ""]).encode()


def rc(home, *rules):
    program = home.path("command")
    out = home.path("out")
    with open(program, "w") as f:
        f.write(f'#!/bin/sh\n{{ echo "$#:$1:$2"; cat; echo; }} >>{out}\n')
    os.chmod(program, 0o755)
    with open(home.path("zone.json"), "w") as f:
        f.write("{}")
    home.rc("[dns]", f"zone = {home.path('zone.json')}", '[account "home"]', "address = Alice <alice@penfold.test>",
            *[rule.replace("{program}", program) for rule in rules])


def deliver(home, *args, **options):
    process = home.run("penfold", "deliver", input=letter(*args), **options)
    assert process.returncode == 0, process.stderr


def count(home, query):
    return int(home.run("penfold", "count", query).stdout or 0)


def arrival(home):
    rc(home, *RULES)
    deliver(home, "dev@example.org", "list", "List-Id: Developers <dev.example.org>")
    deliver(home, "Boss <boss@example.org>", "boss")
    deliver(home, "bob@example.org", "bob")
    lines, process = home.json_lines("penfold", "sync", "--json")
    tap.same(process.returncode, 0, "penfold sync applies the rules")
    told = sorted((x["filter"], x["id"]) for x in lines if x["event"] == "filtered")
    tap.ok(("list", "list@example.org") in told and ("boss", "boss@example.org") in told, "and tells so", told)
    tap.same((count(home, "tag:dev and not tag:inbox and folder:home/Lists/dev"), count(home, "tag:dev")), (1, 1),
             "a header match: tagged and moved")
    tap.same((count(home, "tag:flagged and from:boss"), count(home, "tag:unsigned")), (1, 3),
             "a query and a verdict match")
    tap.same((count(home, "tag:seen-by-rule"), count(home, "tag:seen-by-rule and from:boss")), (2, 0),
             "stop keeps a message from later rules")
    tap.same(count(home, "tag:unread"), 1, "read marks as read")
    with open(home.path("out")) as f:
        head, body = f.read().split("\n", 1)
    given = json.loads(body)
    tap.same(head, "2:$HOME;echo x:%s", "a command is run by argv, without a shell")
    tap.same((given["id"], given["filter"], given["subject"], given["verdict"]),
             ("boss@example.org", "boss", "boss", "none"), "with the message as JSON on its standard input")
    home.run("penfold", "tag", "-flagged", "--", "from:boss")
    lines, _ = home.json_lines("penfold", "sync", "--json")
    tap.same(([x for x in lines if x["event"] == "filtered"], count(home, "tag:flagged")), ([], 0),
             "nothing is filtered twice")


def existing(home):
    rc(home, '[filter "old"]', "query = from:bob", "tag = +old", "move = archive")
    lines, process = home.json_lines("penfold", "filter", "--dry-run", "--json")
    tap.same((process.returncode, [(x["filter"], x["id"], x["actions"]) for x in lines]),
             (0, [("old", "bob@example.org", {"tag": ["+old"], "move": "archive"})]), "--dry-run lists what would be done")
    tap.same(count(home, "tag:old"), 0, "and does nothing")
    tap.same(home.run("penfold", "filter", "tag:nothing").returncode, 1, "no match: exit 1")
    process = home.run("penfold", "filter", "from:bob")
    tap.ok(process.returncode == 0 and "old: +old to archive" in process.stdout, "said in words", process.stdout)
    tap.same((count(home, "tag:old and folder:home/Archive")), 1, "applied to mail that was here")
    process = home.run("penfold", "filter", "from:bob")
    tap.same((process.returncode, count(home, "tag:old and folder:home/Archive")), (0, 1), "twice is as once")


def mistakes(home):
    for rules, text in ((["header = nonsense"], "Name: regular expression"), (["header = X: ("], "filter"),
                        (["query = *"], "does nothing"), (["tag = +a"], "means every message"),
                        (["query = *", "tag = a"], "filter"), (["query = date:x..", "tag = +a"], "date"),
                        (["query = *", "tag = +a", "verdict = good"], "good")):
        rc(home, '[filter "bad"]', *rules)
        process = home.run("penfold", "filter")
        tap.ok(process.returncode not in (0, 1) and text in process.stderr and "bad" in process.stderr + "bad",
               f"{rules}: told", process.returncode, process.stderr)
    rc(home)
    process = home.run("penfold", "filter")
    tap.ok(process.returncode == 1 and "there is no [filter" in process.stderr, "no rules: told", process.stderr)


def main():
    with Home() as home:
        arrival(home)
        existing(home)
        mistakes(home)
    tap.done()


main()
