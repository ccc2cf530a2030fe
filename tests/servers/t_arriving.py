#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Mail that waits for the index is judged meanwhile, and its verdict goes into the index with it: once, whatever is
killed, and without a message waiting for it. PENFOLD_ARRIVING sets the number of letters (300)."""
import contextlib
import json
import os
import random
import signal
import sqlite3
import subprocess

from backlog import DATA, SlowDns, account, key_record, letter, put, zone_file
from imap_account import WORDS, Account
from penfold_test import Home, Server, Tap, children, kill_all, wait_for

COUNT = int(os.environ.get("PENFOLD_ARRIVING", "300"))
PART = 3  # of them at least one in so many is judged before it is indexed
tap = Tap()


def database(home):
    return contextlib.closing(sqlite3.connect(home.path("state/penfold/state.db"), timeout=30))


def state(home, sql):
    with database(home) as db:
        return db.execute(sql).fetchall()


def prepare(home, imap, dns):
    """An account, and a state that notes which verdict was put how often, and which files came with one."""
    home.rc('[account "b"]', "address = alice@penfold.test", f"imap = imap://alice@127.0.0.1:{imap.IMAP_PORT}",
            "tls = no", "password = alicepw", "folders = INBOX", "[dns]", f"server = 127.0.0.1@{dns.port}")
    home.run("penfold-store", "scan")
    with database(home) as db:
        db.executescript("CREATE TABLE put(sha256); CREATE TABLE ahead(key);"
                         "CREATE TRIGGER t1 AFTER INSERT ON verdict BEGIN INSERT INTO put VALUES(NEW.sha256); END;"
                         "CREATE TRIGGER t2 AFTER INSERT ON file WHEN NEW.judged = 1"
                         " BEGIN INSERT INTO ahead VALUES(NEW.key); END;")


def body(i):
    rng = random.Random(i)
    return "\r\n".join(" ".join(rng.choice(WORDS) for _ in range(10)) for _ in range(250))


def check_all(home, what):
    twice = state(home, "SELECT sha256, count(*) FROM put GROUP BY sha256 HAVING count(*) > 1")
    numbers = [state(home, f"SELECT count(*) FROM {table}")[0][0] for table in ("file", "verdict")]
    tap.same((numbers, twice), ([COUNT, COUNT], []), f"{what}: all are there, each with one verdict, put once")
    found = home.run("penfold-store", "count", "query=property:auth=fail-soft").stdout
    tap.same(json.loads(found.splitlines()[-1])["messages"], COUNT, "and the index has them all")


def test_ahead(home, imap):
    with SlowDns(home, {"*": {"TXT": key_record()}}) as dns:
        prepare(home, imap, dns)
        run = home.run("penfold", "sync", timeout=600)
        tap.same((run.returncode, run.stderr), (0, ""), "a first sync")
        check_all(home, "afterwards")
        ahead = state(home, "SELECT count(*) FROM ahead")[0][0]
        tap.ok(ahead >= COUNT / PART, f"{ahead} of {COUNT} came into the index with their verdicts")


def test_killed(home, imap):
    """All of it is killed in the middle, three times."""
    with SlowDns(home, {"*": {"TXT": key_record()}}) as dns:
        prepare(home, imap, dns)
        for part in (0.1, 0.4, 0.7):
            process = subprocess.Popen([home.program("penfold"), "sync"], env=home.env, stderr=subprocess.DEVNULL)
            wait_for(lambda part=part: process.poll() is not None or
                     state(home, "SELECT count(*) FROM verdict")[0][0] >= COUNT * part, 60, "a part of it")
            kill_all(home, but=(dns.process.pid,))
            process.wait()
        run = home.run("penfold", "sync", timeout=600)
        tap.same((run.returncode, run.stderr), (0, ""), "the sync after three that were killed")
        check_all(home, "afterwards")


def test_dying_judge(home, imap):
    """A judge that dies on mail that waits costs nothing but time."""
    with SlowDns(home, {"*": {"TXT": key_record()}}) as dns:
        prepare(home, imap, dns)
        process = subprocess.Popen([home.program("penfold"), "sync"], env=home.env, stderr=subprocess.DEVNULL)
        wait_for(lambda: state(home, "SELECT count(*) FROM verdict")[0][0] > 0, 60, "the first verdict")
        for pid in (p for p, name in children(process.pid).items() if name == "penfold-auth"):
            os.kill(pid, signal.SIGKILL)
        tap.same(process.wait(600), 0, "the judge is killed")
        check_all(home, "afterwards")


def test_silent(home, imap):
    """With a DNS that is silent mail is in the index as soon as ever, without a verdict."""
    with SlowDns(home, {"*": {"TXT": key_record()}}) as dns:
        prepare(home, imap, dns)
        dns.say(signal.SIGUSR1)
        process = subprocess.Popen([home.program("penfold"), "sync"], env=home.env, stderr=subprocess.PIPE, text=True)
        wait_for(lambda: state(home, "SELECT count(*) FROM file")[0][0] == COUNT, 60, "all mail in the index")
        tap.same((process.poll(), state(home, "SELECT count(*) FROM verdict")), (None, [(0,)]),
                 "all is in the index while the judge still waits")
        told = process.communicate(timeout=120)[1]
        tap.contains(told, f"so {COUNT} messages have no verdict yet", "that is said once, of all of them")
        tap.same(told.count("No DNS"), 1, "and once")
        dns.say(signal.SIGUSR2)
        home.run("penfold", "sync", timeout=600)
        check_all(home, "when it speaks again")


def named(home, *paths):
    answers = home.ask("penfold-store", {"op": "arriving", "paths": list(paths)}, args=("--serve",))
    return [(os.path.basename(a["path"]).split(":")[0], a["account"]) for a in answers if "path" in a]


def test_which(home):
    """Only what is plainly new and a stranger's is judged before the index has it."""
    account(home, 9)
    put(home, "old", letter(1))
    home.run("penfold-store", "scan")
    report = "Return-Path: <>\r\n" + letter(3)
    paths = [put(home, "again", letter(1, "other text")), put(home, "new", letter(2)), put(home, "report", report),
             put(home, "own", letter(4).replace("ann@d4.example", "BJARNI@example.net")),
             put(home, "nameless", letter(5).replace("Message-ID", "X-Other")),
             home.path("Mail/work/INBOX/cur/gone:2,S"), "/etc/passwd"]
    tap.same(named(home, *paths), [("new", "work")], "only one of these is judged ahead")


def test_put_ahead(home):
    """A verdict that is there before its message; one that was made at its first arrival stays."""
    path = home.path("zone.json")
    with open(path, "w") as f:
        json.dump(zone_file(), f)
    home.rc('[account "work"]', "address = bjarni@example.net", "[dns]", f"zone = {path}")
    os.makedirs(home.path("Mail/work/INBOX/cur"))
    with open(os.path.join(DATA, "rsa-relaxed.eml"), "rb") as f:
        file = put(home, "m", f.read())
    request = {"op": "judge-batch", "messages": [{"path": file, "account": "work"}, {"path": file + "x"}]}
    gone, judged, done = sorted(home.ask("penfold-auth", request, args=("--serve",)), key=lambda a: a.get("event", "x"))
    tap.same((judged["event"], judged["path"], gone["event"], gone["path"], done["done"]),
             ("judged", file, "gone", file + "x", True), "a message without a hash is named by its path")
    sha256, verdict = judged["sha256"], judged["verdict"]

    def keep(verdict, **more):
        item = {"sha256": sha256, "verdict": verdict, **more}
        return home.ask("penfold-store", {"op": "verdict-put", "verdicts": [item]}, args=("--serve",))[0]["kept"]

    tap.same((verdict["verdict"], keep(verdict, ahead=True)), ("pass", 1), "its verdict is kept before it is indexed")
    home.run("penfold-store", "scan")
    count = home.run("penfold-store", "count", "query=property:auth=pass").stdout
    tap.same(json.loads(count.splitlines()[-1])["messages"], 1, "and comes into the index with it")
    answers = home.ask("penfold-store", {"op": "unjudged"}, args=("--serve",))
    tap.same(answers[-1]["messages"], 0, "it is not to be judged again")
    other = dict(verdict, verdict="fail")
    tap.same((keep(other, ahead=True), keep(other)), (0, 1), "made ahead it takes no other's place, made again it does")


for test in (test_which, test_put_ahead):
    with Home() as home_:
        test(home_)
with Home() as home_, Server("dovecot", home_.path("d")) as server:
    Account(server).append("INBOX", *(letter(i, body(i)).encode() for i in range(COUNT)))
    for test in (test_ahead, test_killed, test_dying_judge, test_silent):
        with Home() as own:
            test(own, server)
tap.done()
