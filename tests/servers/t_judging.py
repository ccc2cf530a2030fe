#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""A pile of mail is judged with all its DNS questions under way together, a DNS that fails is asked again, and a
key that is gone is found in the archive. PENFOLD_BACKLOG sets the number of letters (400)."""
import base64
import json
import os
import signal
import subprocess
import time

from penfold_test import SERVERS, SOURCE, Home, Tap, wait_for

COUNT = int(os.environ.get("PENFOLD_BACKLOG", "400"))
DELAY_MS = 40
DATA = os.path.join(SOURCE, "tests/unit/auth/data")
tap = Tap()


class SlowDns:
    def __init__(self, home, zone, delay_ms=DELAY_MS):
        path = home.path("slow.json")
        with open(path, "w") as f:
            json.dump(zone, f)
        self.process = subprocess.Popen([os.path.join(SERVERS, "slow_dns.py"), path, str(delay_ms)],
                                        stdout=subprocess.PIPE, text=True)
        self.port = int(self.process.stdout.readline().split()[1])

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.terminate()
        self.process.wait()

    def say(self, signum):
        self.process.send_signal(signum)
        time.sleep(0)


def letter(i, body="hello"):
    """Its signature is syntactically right and wrong in fact; each has a domain of its own."""
    b = base64.b64encode(b"x" * 256).decode()
    return (f"DKIM-Signature: v=1; a=rsa-sha256; c=relaxed/relaxed; d=d{i}.example; s=s; h=from:subject;\r\n"
            f" bh={base64.b64encode(b'y' * 32).decode()}; b={b}\r\n"
            f"From: Ann <ann@d{i}.example>\r\nSubject: letter {i}\r\nMessage-ID: <{i}@d{i}.example>\r\n"
            f"Date: Sat, 28 Nov 2026 10:00:00 +0000\r\n\r\n{body}\r\n")


def account(home, port):
    home.rc('[account "work"]', "address = bjarni@example.net", "[dns]", f"server = 127.0.0.1@{port}")
    os.makedirs(home.path("Mail/work/INBOX/cur"), exist_ok=True)
    for part in ("new", "tmp"):
        os.makedirs(home.path("Mail/work/INBOX", part), exist_ok=True)


def put(home, name, text):
    path = home.path("Mail/work/INBOX/cur", f"{name}:2,S")
    with open(path, "wb") as f:
        f.write(text if isinstance(text, bytes) else text.encode())
    return path


def key_record():
    with open(os.path.join(DATA, "zone.json")) as f:
        return json.load(f)["s2048._domainkey.example.org"]["TXT"]


def test_parallel(home):
    zone = {"*": {"TXT": key_record()}}
    with SlowDns(home, zone) as dns:
        account(home, dns.port)
        paths = [put(home, f"m{i}", letter(i)) for i in range(COUNT)]
        start = time.monotonic()
        seen = 0
        for at in range(0, COUNT, 128):
            messages = [{"path": p, "sha256": f"{at + k:064x}", "account": "work"}
                        for k, p in enumerate(paths[at:at + 128])]
            answers = home.ask("penfold-auth", {"op": "judge-batch", "messages": messages}, args=("--serve",))
            verdicts = [a["verdict"] for a in answers if a.get("event") == "judged"]
            seen += len(verdicts)
            good = {(v["verdict"], v["dkim"][0]["result"]) for v in verdicts}
            tap.same(good, {("fail-soft", "fail")}, f"{len(verdicts)} letters from {at} on are judged")
        took = time.monotonic() - start
        asked = sum(len(v["queries"]) for v in verdicts) / len(verdicts) * COUNT
        one_by_one = asked * DELAY_MS / 1000
        tap.same(seen, COUNT, "every letter has its verdict")
        tap.ok(took < one_by_one / 8, f"{COUNT} letters, {asked:.0f} questions of {DELAY_MS} ms: {took:.1f} s, "
               f"one after the other {one_by_one:.0f} s")


def verdict_of(home, query="*"):
    rows, _ = home.json_lines("penfold", "search", "--json", query)
    return {r["id"]: r["verdict"] for r in rows}


def state(home, sql):
    import sqlite3
    with sqlite3.connect(home.path("state/penfold/state.db")) as db:
        return db.execute(sql).fetchall()


def signed_letter():
    with open(os.path.join(DATA, "rsa-relaxed.eml"), "rb") as f:
        return f.read()


def zone_file():
    with open(os.path.join(DATA, "zone.json")) as f:
        return json.load(f)


def test_kept(home):
    """Archive and re-judging, through the store, with a zone in a file."""
    zone = zone_file()
    path = home.path("zone.json")

    def publish(entries):
        with open(path, "w") as f:
            json.dump(entries, f)

    publish(zone)
    home.rc('[account "work"]', "address = bjarni@example.net", "[dns]", f"zone = {path}")
    run = subprocess.run([home.program("penfold"), "deliver"], input=signed_letter(), env=home.env)
    tap.same(run.returncode, 0, "a signed letter is delivered")
    home.run("penfold", "sync")
    tap.same(set(verdict_of(home).values()), {"pass"}, "and judged when it came")
    keys = state(home, "SELECT name, first_seen, last_seen FROM key")
    tap.same([k[0] for k in keys], ["s2048._domainkey.example.org"], "the key by which it held is in the archive")
    name = "id:" + next(iter(verdict_of(home)))
    rows, _ = home.json_lines("penfold", "search", "--json", "property:auth=pass")
    tap.same(len(rows), 1, "property:auth=pass finds it")

    publish({k: v for k, v in zone.items() if "_domainkey" not in k})
    run = home.run("penfold", "auth", "--recheck", "--json", name)
    verdict = json.loads(run.stdout)
    tap.same((verdict["verdict"], verdict["dkim"][0]["key_source"]), ("pass", "archive"),
             "the key is gone from the DNS: the archive has it, and the letter still passes")
    page = home.run("penfold", "auth", "--recheck", name).stdout
    tap.contains(page, "no longer published", "and the page says so")

    publish(dict.fromkeys(zone, "TIMEOUT"))
    home.run("penfold", "auth", "--recheck", "--json", name)
    tap.same(set(verdict_of(home).values()), {"pass"}, "a DNS that is silent does not undo the verdict")

    publish(zone)
    found = home.run("penfold", "show", "--json", name)
    file = json.loads(found.stdout)["path"]
    with open(file, "rb") as f:
        text = f.read()
    with open(file, "wb") as f:
        f.write(text.replace(b"\r\n\r\n", b"\r\n\r\nAdded later.\r\n", 1))
    verdict = json.loads(home.run("penfold", "auth", "--recheck", "--json", name).stdout)
    tap.same((verdict["verdict"], verdict["summary"]),
             ("modified", "was valid on arrival, changed since"), "a file changed since is told as that")


def test_retry(home):
    """A failing DNS: the verdict waits, and is tried again when it is due."""
    zone = zone_file()
    zone["s2048._domainkey.example.org"] = "SERVFAIL"
    path = home.path("zone.json")
    with open(path, "w") as f:
        json.dump(zone, f)
    home.rc('[account "work"]', "address = bjarni@example.net", "[dns]", f"zone = {path}")
    subprocess.run([home.program("penfold"), "deliver"], input=signed_letter(), env=home.env, check=True)
    home.run("penfold", "sync")
    tap.same(set(verdict_of(home).values()), {"temperror"}, "a failing DNS is a temporary error")
    attempts, wait = state(home, "SELECT attempts, next - strftime('%s', 'now') FROM retry")[0]
    tap.ok(attempts == 1 and 50 <= wait <= 60, "it is tried again in a minute", attempts, wait)
    with open(path, "w") as f:
        json.dump(zone_file(), f)
    home.run("penfold", "sync")
    tap.same(set(verdict_of(home).values()), {"temperror"}, "and not before")
    import sqlite3
    with sqlite3.connect(home.path("state/penfold/state.db")) as db:
        db.execute("UPDATE retry SET next = 0")
    home.run("penfold", "sync")
    tap.same(set(verdict_of(home).values()), {"pass"}, "when it is due, the verdict follows")
    tap.same(state(home, "SELECT * FROM retry"), [], "and nothing waits any more")


def test_silence(home):
    """No resolver at all: nothing is called an error, everything waits."""
    with SlowDns(home, {"*": {"TXT": key_record()}}, delay_ms=0) as dns:
        account(home, dns.port)
        zone = home.path("one.json")
        with open(zone, "w") as f:
            json.dump({"d1.example": "SERVFAIL", "s._domainkey.d1.example": "SERVFAIL",
                       "_dmarc.d1.example": "SERVFAIL", "_dmarc.example": "SERVFAIL"}, f)
        path = put(home, "silent", letter(1))
        request = {"op": "judge-batch", "messages": [{"path": path, "sha256": "0" * 64, "account": "work"}]}
        answers = home.ask("penfold-auth", request, args=("--serve", "--dns", zone))
        tap.same((answers[-1].get("is_deaf"), answers[0]["verdict"]["verdict"]), (False, "temperror"),
                 "a domain that fails is no silent resolver")
        dns.say(signal.SIGUSR1)
        answers = home.ask("penfold-auth", request, args=("--serve",))
        tap.same(answers[-1].get("is_deaf"), True, "a resolver that never answers is told from a failing name")


with Home() as home_:
    test_parallel(home_)
with Home() as home_:
    test_kept(home_)
with Home() as home_:
    test_retry(home_)
if os.environ.get("PENFOLD_BACKLOG"):
    with Home() as home_:
        test_silence(home_)
tap.done()
