#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Whose Authentication-Results are believed: the provider's by the host, learnt ids after a word of the user's, and
the probe, on local accounts."""
import json
import os
import stat
import subprocess
import time
from email.utils import formatdate

from penfold_test import Home, Tap, wait_for
from screen import Screen

tap = Tap()


def judged(home, screen, i, wanted, name):
    """A letter comes, and what its verdict says of the fields in it: (trusted, used)."""
    subprocess.run([home.program("penfold"), "deliver"], input=letter(i), text=True, env=home.env, check=True)
    screen.send("$")
    screen.wait(f"letter {i}", f"letter {i} comes")
    verdict = wait_for(lambda: json.loads(home.run("penfold", "show", "--json", f"id:{i}@d.example").stdout).get("verdict"), 30,
                       "the verdict")
    tap.same([(f["trusted"], f["used"]) for f in verdict.get("authres", [])], wanted, name)


def letter(i, server="mx.me.example", forged=False):
    top = f"Authentication-Results: {server}; spf=pass smtp.mailfrom=d{i % 7}.example\n" if server else ""
    mine = "Authentication-Results: evil.example; dkim=pass header.d=bank.example\n" if forged else ""
    return (f"{top}Received: from out.example (out.example [192.0.2.8]) by mx.me.example; "
            f"Sat, 28 Nov 2026 10:00:00 +0000\n{mine}"
            f"From: Ann <ann@d{i % 7}.example>\nTo: me@me.example\nSubject: letter {i}\n"
            f"Message-ID: <{i}@d.example>\nDate: {formatdate(time.time() + i)}\n\nhi {i}\n")


def deliver(home, count, **more):
    for i in range(count):
        subprocess.run([home.program("penfold"), "deliver"], input=letter(i, **more), text=True, env=home.env,
                       check=True)
    home.run("penfold", "sync")


def trust(home, *args):
    run = home.run("penfold", "auth-trust", "--json", *args)
    return json.loads(run.stdout) if run.stdout else run


RC = ('# my own words', '[account "me"]', "address = me@me.example", "", "# and more", "[dns]", "zone = {zone}")

with Home() as home:
    zone = home.path("zone.json")
    with open(zone, "w") as f:
        f.write("{}")
    lines = [line.format(zone=zone) for line in RC]
    home.rc(*lines)
    deliver(home, 10, forged=True)
    tap.same([i["proposed"] for i in trust(home)["ids"]], [False], "ten letters propose nothing")
    deliver(home, 30, forged=True)
    ids = trust(home)["ids"]
    tap.same([(i["id"], i["share"], i["proposed"]) for i in ids], [("mx.me.example", 100, True)],
             "an id at the head of all is proposed, one that senders write is not even seen there")
    tap.contains(home.run("penfold", "auth-trust").stdout, "penfold auth-trust mx.me.example", "the page says how")
    with open(home.rc_path) as f:
        before = f.read()
    mode = stat.S_IMODE(os.stat(home.rc_path).st_mode)
    tap.same(home.run("penfold", "auth-trust", "mx.me.example").returncode, 0, "a word of the user's trusts it")
    with open(home.rc_path) as f:
        after = f.read()
    tap.same(after, before.replace("address = me@me.example\n", "address = me@me.example\nauthserv-id = mx.me.example\n"),
             "one line more in its section, all else as it was")
    tap.same(stat.S_IMODE(os.stat(home.rc_path).st_mode), mode, "and the file's mode")
    tap.same(trust(home)["trusted"], ["mx.me.example"], "from then on it counts")
    verdict = json.loads(home.run("penfold", "auth", "--json", "id:1@d.example").stdout)
    tap.same(verdict["spf"]["source"], "authres", "and its results are used")
    tap.same(home.run("penfold", "auth-trust", "two\nlines").returncode, 64, "what cannot stand in the file is 64")
    tap.same(home.run("penfold", "auth-trust", "--account", "x").returncode, 78, "an unknown account is 78")

    probe = home.run("penfold", "auth-probe", "--wait", "20", "--json")
    tap.same((probe.returncode, json.loads(probe.stdout or "{}").get("stripped")), (1, False),
             "the probe tells that nobody takes forged fields away from local mail")
    verdict = json.loads(home.run("penfold", "auth", "--json", "id:" + json.loads(probe.stdout)["message_id"]).stdout)
    tap.ok(not any(f["used"] and "invalid" in json.dumps(f) for f in verdict["authres"]) or
           verdict["verdict"] not in ("pass", "pass-spf"), "and they lift nothing", json.dumps(verdict["authres"]))

    for i, takeover in enumerate(("yes", "no")):
        home.rc(*lines, "[ui]", f"takeover = {takeover}")
        with Screen(tap, home, 24, 80, home.program("penfold")) as screen:
            screen.wait("letter 1", "a screen runs")
            judged(home, screen, 75 + i, [(False, False)], "a letter is judged without the server's word")
            told = home.run("penfold", "auth-trust", "mx.me.example").stdout
            if takeover == "yes":
                tap.contains(told, "the screen that runs knows", "the command reaches it")
                screen.wait("mx.me.example is trusted for me", "and it says so")
            judged(home, screen, 77 + i, [(True, True)], f"one that comes then by it, with takeover = {takeover}")
            screen.send("Q")

    home.rc('[account "g"]', "address = me@gmail.com", "imap = imaps://imap.gmail.com", "password = x")
    tap.same(trust(home)["trusted"], ["mx.google.com!"], "a large provider is known by its host")
    home.rc('[account "o"]', "address = me@outlook.com", "imap = imaps://outlook.office365.com", "password = x")
    bare = home.path("bare")
    with open(bare, "w") as f:
        f.write("Authentication-Results: spf=pass (sender IP is 192.0.2.8)\n smtp.mailfrom=d.example; dkim=none "
                "(message not signed)\n header.d=none;dmarc=pass action=none\n header.from=d.example;"
                "compauth=pass reason=100\n"
                "Received: from x.example (192.0.2.8) by y.outlook.com (10.0.0.1) with SMTP; "
                "Sat, 28 Nov 2026 10:00:00 +0000\nFrom: a@d.example\n\nhi\n")
    with open(zone, "w") as f:
        f.write("{}")
    run = home.run("penfold", "auth", "--dns", zone, "--account", "o", "--json", bare)
    verdict = json.loads(run.stdout)
    tap.same((verdict["authres"][0]["authserv_id"], verdict["verdict"]), ("outlook.com", "pass-spf"),
             "the topmost field without an id is Outlook's, for an account that trusts it")
tap.done()
