#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Limits of age and size, a folder at a time: what is beyond stays on the server, comes when the limit is raised, and is
never taken for lost or for deleted here. On a server with every extension, on one with none, and on Dovecot."""
import time

from penfold_test import Home, Server, Tap
from imap_account import Account, digest, events, letter, local_bodies, local_files, rc_lines
from model_imap import ModelImap

DAY = 86400
FULL = "IMAP4rev1 SASL-IR ENABLE LIST-EXTENDED LIST-STATUS UIDPLUS MOVE ESEARCH CONDSTORE QRESYNC LITERAL+"
tap = Tap()


def sync(home, server, *extra):
    home.rc('[account "work"]', "address = a@penfold.test", "password = x", "tls = no",
            f"imap = imap://alice@127.0.0.1:{server.port}", *extra)
    return run(home)


def run(home):
    lines, process = home.json_lines("penfold-sync", "work")
    if process.returncode:
        tap.diag(process.stdout[-1500:], process.stderr)
    return lines


def model(what, capability):
    with ModelImap(capability) as server, Home() as home:
        box, lists = server.box("INBOX"), server.box("Lists/c")
        for n in range(40):
            for b in (box, lists):
                b.add(letter(n, size=400, seed=len(b.id) + (b is box)), date=time.time() - (40 - n) * DAY)
        box.add(letter(100, size=50_000))
        limits = ['[folder "work/Lists/*"]', "max-age = 10d", '[folder "*"]', "max-size = 20k"]
        lines = sync(home, server, *limits)
        n_lists = len(local_files(home, "Lists/c"))
        tap.same((len(local_files(home, "INBOX")), n_lists in (10, 11)), (40, True), f"{what}: what is within the limits comes")
        tap.ok(lines[-1]["round_trips"] <= (5 if capability == FULL else 6), f"{what}: for one round trip more", lines[-1])
        lines = sync(home, server, *limits)
        tap.same((lines[-1]["new"], lines[-1]["pushed"], lines[-1]["deleted"], events(lines, "error")), (0, 0, 0, []),
                 f"{what}: the rest is not missed")
        box.add(letter(101, size=60_000))
        box.add(letter(102, size=500))
        box.uids[3].flags.add("\\Flagged")
        box.touch(3)
        lines = sync(home, server, *limits)
        tap.same((lines[-1]["new"], lines[-1]["flags"]), (1, 1), f"{what}: nor when something changes")
        box.uidvalidity += 1
        lines = sync(home, server, *limits)
        tap.same((lines[-1]["new"], len(local_files(home, "INBOX"))), (0, 41), f"{what}: nor when all is renumbered")
        lines = sync(home, server, '[folder "work/Lists/*"]', "max-age = 20d")
        tap.same((len(local_files(home, "INBOX")), len(local_files(home, "Lists/c")) in (20, 21)), (43, True),
                 f"{what}: raised limits bring what was left out")
        lines = sync(home, server)
        tap.same((local_bodies(home, "INBOX"), local_bodies(home, "Lists/c")),
                 tuple(sorted(digest(m.data) for m in b.uids.values()) for b in (box, lists)), f"{what}: without limits all is here")
        lines = sync(home, server, *limits)
        tap.same((lines[-1]["new"], lines[-1]["deleted"], len(server.box("INBOX").uids), len(local_files(home, "INBOX"))),
                 (0, 0, 43, 43), f"{what}: a lower limit takes nothing away")


def real():
    with Home() as home, Server("dovecot", home.path("d")) as server:
        account = Account(server)
        account.append("INBOX", *[letter(n) for n in range(20)], letter(21, size=90_000))
        account.imap.append("INBOX", "", '"01-Jul-2020 10:00:00 +0000"', letter(22))
        home.rc(*rc_lines(server, f"imaps://alice@localhost:{server.IMAPS_PORT}"), '[folder "work/INBOX"]', "max-age = 52w",
                "max-size = 50k")
        tap.same(run(home)[-1]["new"], 20, "Dovecot: limits hold")
        tap.same(run(home)[-1]["new"], 0, "Dovecot: and stay")


model("every extension", FULL)
model("no extension", "IMAP4rev1 SASL-IR")
real()
tap.done()
