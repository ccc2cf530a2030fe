#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""In a first sync the inbox is judged before the folder of sent letters says whom the user writes to. Who looks like
one of those is told all the same, a letter of his own that a list sent back is no forgery, and nothing else is judged
twice."""
import contextlib
import json
import os
import re
import signal
import sqlite3
import sys

from backlog import SlowDns, letter
from imap_account import Account
from penfold_test import SOURCE, Home, Server, Tap, skip_all

sys.path.insert(0, os.path.join(SOURCE, "tests/cmd"))
try:
    import verdict_letters as v
except ImportError as why:
    skip_all(f"python3-dkim is not installed ({why})")

OTHERS = 40
LIST = ["List-Id: Talk <talk.lists.example>", "List-Post: <mailto:talk@lists.example>"]
# what is to be said of each, and may be said of it before anybody is known
LATER = {
    "lookalike": (v.letter("x@fr1end.example", "Pay me.\r\n"), "homoglyph", "none", "suspect"),
    "namesake": (v.letter("Carla Long <x@none.example>", "It is me.\r\n"), "dn-spoof", "none", "suspect"),
    "echo": (v.came(v.sign(v.letter("alice@penfold.test", "Hello, list.\r\n", more=LIST), "lists.example")), "list",
             "suspect", "pass-other"),
    "behind a list": (v.sign(v.letter('"C via Talk" <talk@lists.example>', "No.\r\n", more=[*LIST,
                      "Reply-To: carla@fr1end.example"]), "lists.example"), "lookalike", "pass", "pass"),
}
SENT = (b"From: alice@penfold.test\r\nTo: Carla Long <carla@friend.example>, talk@lists.example\r\nSubject: hello\r\n"
        b"Message-ID: <sent@penfold.test>\r\nDate: Sat, 28 Nov 2026 09:00:00 +0000\r\n\r\nHello.\r\n")
tap = Tap()


def state(home, sql):
    with contextlib.closing(sqlite3.connect(home.path("state/penfold/state.db"), timeout=30)) as db:
        return db.execute(sql).fetchall()


def prepare(home, imap, dns, *folders):
    home.rc('[account "b"]', "address = alice@penfold.test", f"imap = imap://alice@127.0.0.1:{imap.IMAP_PORT}",
            "tls = no", "password = alicepw", *(f"folders = {f}" for f in folders), "sent = Sent", "authserv-id = mx.me.example", "[dns]",
            f"server = 127.0.0.1@{dns.port}")


def verdicts(home):
    return [json.loads(text) for (text,) in state(home, "SELECT json FROM verdict")]


def of(home, name):
    """The verdict on that letter."""
    number = re.search(rb"Message-ID: <(.*?)>", LATER[name][0])[1].decode()
    return json.loads(state(home, "SELECT json FROM verdict JOIN file USING(sha256) WHERE message_id = '%s'" % number)[0][0])


def test_first_sync(home, imap):
    with SlowDns(home, v.zone()) as dns:
        prepare(home, imap, dns, "INBOX", "Sent")
        home.run("penfold-store", "scan")
        with contextlib.closing(sqlite3.connect(home.path("state/penfold/state.db"), timeout=30)) as db:
            db.executescript("CREATE TABLE put(sha256); CREATE TRIGGER t AFTER INSERT ON verdict"
                             " BEGIN INSERT INTO put VALUES(NEW.sha256); END;")
        run = home.run("penfold", "sync", timeout=120)
        tap.same((run.returncode, run.stderr), (0, ""), "a first sync")
        for name, (_, flag, _, word) in LATER.items():
            verdict = of(home, name)
            tap.same((flag in verdict["flags"], verdict["verdict"]), (True, word), f"{name}: {verdict['summary']}")
        twice = state(home, "SELECT count(*) FROM (SELECT sha256 FROM put GROUP BY sha256 HAVING count(*) > 1)")[0][0]
        tap.ok(twice <= len(LATER), f"{twice} of {OTHERS + len(LATER)} were judged again")
        found = home.run("penfold", "count", "property:auth=suspect").stdout
        tap.same(found.strip(), "2", "the index knows it too")


def test_later(home, imap):
    """The sent letters come another day, with a DNS that has fallen silent: what was seen before stays, and is not asked
    for over and over."""
    with SlowDns(home, v.zone()) as dns:
        prepare(home, imap, dns, "INBOX")
        home.run("penfold", "sync", timeout=120)
        for name, (_, _, word, _) in LATER.items():
            tap.same(of(home, name)["verdict"], word, f"{name}, while nobody is known")
        before = len(verdicts(home))
        digests = [sha for (sha,) in state(home, "SELECT sha256 FROM verdict")]
        dns.say(signal.SIGUSR1)
        answers = home.ask("penfold-store", {"op": "verdict-again", "sha256": digests + ["x", "0" * 64]}, args=("--serve",))
        tap.same(answers[0]["due"], before, "verdicts are planned anew, and only those")
        prepare(home, imap, dns, "INBOX", "Sent")
        run = home.run("penfold", "sync", timeout=200)
        tap.same(run.returncode, 0, "a sync with a DNS that is silent comes to its end")
        tap.same(len(verdicts(home)) >= before and of(home, "behind a list")["verdict"], "pass", "no pass is lost by it")


with Server("dovecot", os.path.join(os.environ.get("PENFOLD_TMP", "/tmp"), f"known{os.getpid()}")) as server:
    Account(server).append("INBOX", *(text for text, *_ in LATER.values()), *(letter(i).encode() for i in range(OTHERS)))
    Account(server).append("Sent", SENT)
    for test in (test_first_sync, test_later):
        with Home() as own:
            test(own, server)
tap.done()
