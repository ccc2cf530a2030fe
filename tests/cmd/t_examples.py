#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""The examples of penfold(1) and of README.md, each run by a shell as it stands there, in a home with some mail."""
import json
import os
import re
import subprocess

from penfold_test import BUILD, SOURCE, Home, Tap

tap = Tap()
LETTER = """From: Ann Example <ann@example.org>
To: bo@example.net
Subject: The budget
Date: Thu, 26 Nov 2026 10:00:00 +0000
Message-ID: <some@message.id>

The figures.
"""
MX = {"MX": [{"exchange": "mx.example.org", "priority": 10}]}
ZONE = {"example.org": dict(MX, TXT=["v=spf1 ip4:192.0.2.1 -all"]), "_dmarc.example.org": {"TXT": ["v=DMARC1; p=reject"]},
        "example.net": MX, "mx.example.org": {"A": ["192.0.2.1"]}}
# Those whose exit code tells a finding: the domain of the zone lacks DKIM, a letter of 2026 is looked at later.
FINDING = ("penfold domain", "penfold check")


def of_manual():
    page = subprocess.run([os.path.join(BUILD, "penfold"), "config", "man", "penfold"], capture_output=True, text=True,
                          check=True).stdout
    part = page.split(".Sh EXAMPLES\n")[1].split(".Sh ")[0]
    return [m.replace(r"\(dq", '"').replace(r"\-", "-").replace(r"\e", "\\")
            for m in re.findall(r'^\.Dl "(.*)"$', part, flags=re.M)]


def of_readme():
    with open(os.path.join(SOURCE, "README.md")) as f:
        part = f.read().split("## The same, from a script")[1]
    return [line.split("  #")[0].rstrip() for line in part.split("```")[1].strip().splitlines()]


def set_up(home):
    home.rc('[account "work"]', "address = Me <me@example.org>", "[dns]", f"zone = {home.path('zone.json')}")
    with open(os.path.join(SOURCE, "contrib/demo/mail/bounce.eml"), "rb") as f:
        bounce = f.read()
    for name, text in (("zone.json", json.dumps(ZONE).encode()), ("letter.eml", LETTER.encode()), ("bounce.eml", bounce),
                       ("report.pdf", b"%PDF-1.4\n"), ("text", b"Attached.\n")):
        with open(home.path(name), "wb") as f:
            f.write(text)
    news = LETTER.replace("ann@example.org", "newsletter@example.net").replace("some@", "news@")
    for text in (LETTER, news):
        done = home.run("penfold", "deliver", input=text)
        assert done.returncode == 0, done.stderr
    done = home.run("penfold", "tag", "+flagged", "--", "from:ann")
    assert done.returncode == 0, done.stderr


with Home() as home:
    set_up(home)
    env = dict(home.env, PATH=BUILD + os.pathsep + home.env["PATH"])
    for origin, commands in (("penfold(1)", of_manual()), ("README.md", of_readme())):
        tap.ok(len(commands) >= 8, f"{origin} has examples", commands)
        for command in commands:
            done = subprocess.run(command, shell=True, cwd=home.dir, env=env, capture_output=True, text=True,
                                  timeout=120, stdin=subprocess.DEVNULL)
            good = (0, 1) if command.startswith(FINDING) else (0,)
            tap.ok(done.returncode in good, f"{origin}: {command}", f"exit {done.returncode}", done.stdout, done.stderr)
tap.done()
