#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""A pile of mail is judged with all its DNS questions under way together, a DNS that fails is asked again, and a
key that is gone is found in the archive. PENFOLD_BACKLOG sets the number of letters (400)."""
import contextlib
import json
import os
import resource
import signal
import sqlite3
import subprocess
import time

from backlog import DATA, DELAY_MS, SlowDns, account, key_record, letter, put, zone_file
from penfold_test import Home, Tap

COUNT = int(os.environ.get("PENFOLD_BACKLOG", "400"))
tap = Tap()


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


def test_late(home):
    """A name that nobody answers for holds up no other."""
    zone = {"*": {"TXT": key_record()}, "s._domainkey.d1.example": "SILENT", "_dmarc.d1.example": "SILENT"}
    with SlowDns(home, zone) as dns:
        account(home, dns.port)
        messages = [{"path": put(home, f"m{i}", letter(i)), "sha256": f"{i:064x}", "account": "work"}
                    for i in range(3)]
        request = {"op": "judge-batch", "messages": messages, "patience_ms": 1000}
        answers = home.ask("penfold-auth", request, args=("--serve",))
        told = sorted((a["event"], int(a["sha256"], 16)) for a in answers if "event" in a)
        tap.same(told, [("judged", 0), ("judged", 2), ("late", 1)], "the silent name's letter is told as late")
        if "PENFOLD_BACKLOG" not in os.environ:
            return  # the library gives a name up after 10 s
        home.run("penfold-store", "scan")
        start = time.monotonic()
        home.run("penfold", "sync")
        words = sorted(w for w, in state(home, "SELECT label FROM verdict"))
        tap.same(words, ["fail-soft", "fail-soft", "temperror"],
                 f"and with all patience it is a temporary error: {time.monotonic() - start:.1f} s")


def test_whole(home):
    """The same pile through the store: named, judged, kept, and shown in the list."""
    with SlowDns(home, {"*": {"TXT": key_record()}}) as dns:
        account(home, dns.port)
        for i in range(COUNT):
            put(home, f"m{i}", letter(i))
        home.run("penfold-store", "scan")
        start, before = time.monotonic(), resource.getrusage(resource.RUSAGE_CHILDREN)
        run = home.run("penfold", "sync", timeout=600)
        took, after = time.monotonic() - start, resource.getrusage(resource.RUSAGE_CHILDREN)
        cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
        tap.same((run.returncode, state(home, "SELECT label, count(*) FROM verdict GROUP BY label")),
                 (0, [("fail-soft", COUNT)]), "every letter of the store has its verdict")
        one_by_one = 2 * COUNT * DELAY_MS / 1000  # the key and DMARC; the domain above is one for all
        alone = one_by_one / 256
        tap.ok(took < one_by_one / 8, f"{COUNT} letters named, judged and kept in {took:.1f} s, {took / alone:.1f} times "
               f"what the DNS alone needs with 256 questions at a time ({alone:.1f} s; one after the other "
               f"{one_by_one:.0f} s); {cpu / COUNT * 1000:.2f} ms of processor a letter")


def test_brief(home):
    """Answers that may not be kept at all are good for the letter that they were asked for, step by step."""
    record = {"TXT": ["v=DMARC1; p=none"], "TTL": 0}
    zone = {"*": {"TXT": key_record(), "TTL": 0}, "_dmarc.d1.example": record, "_dmarc.b.d1.example": record}
    with SlowDns(home, zone) as dns:
        account(home, dns.port)
        text = letter(1).replace("ann@d1.example", "ann@a.d1.example").replace("d=d1.example", "d=b.d1.example")
        request = {"op": "judge-batch", "messages": [{"path": put(home, "m", text), "sha256": "0" * 64}],
                   "patience_ms": 2000}
        answers = home.ask("penfold-auth", request, args=("--serve",))
        tap.same([a.get("event") for a in answers], ["judged", None], "answers without a life suffice")
        tap.same(answers[0]["verdict"]["dkim"][0]["aligned"], "relaxed", "and the second step is taken")


def test_dying_judge(home):
    """The judge dies on a whole batch: each letter has its verdict all the same, and what it cannot judge is told."""
    with SlowDns(home, {"*": {"TXT": key_record()}}) as dns:
        account(home, dns.port)
        for i in range(20):
            put(home, f"m{i}", letter(i))
        home.run("penfold-store", "scan")
        process = subprocess.Popen([home.program("penfold"), "sync"], env=home.env)
        judges = wait_for(lambda: children_of(process.pid, "penfold-auth"))
        dns.say(signal.SIGUSR1)
        os.kill(judges[0], signal.SIGKILL)
        dns.say(signal.SIGUSR2)
        process.wait(120)
        tap.same(state(home, "SELECT count(*) FROM verdict"), [(20,)], "a judge that dies costs no letter its verdict")


def test_unreadable(home):
    """Files that cannot be opened are named again and again: that ends."""
    with SlowDns(home, {"*": {"TXT": key_record()}}, delay_ms=0) as dns:
        account(home, dns.port)
        paths = [put(home, f"m{i}", letter(i)) for i in range(3)]
        home.run("penfold-store", "scan")
        os.unlink(paths[0])
        run = home.run("penfold", "sync", timeout=60)
        tap.same((run.returncode, state(home, "SELECT count(*) FROM verdict")), (0, [(2,)]),
                 "a file that is gone holds nothing up")


def test_slow_listener(home):
    """Who is told of unjudged mail and takes his time over it keeps nobody from writing."""
    account(home, 9)
    for i in range(COUNT):
        put(home, f"m{i}", letter(i))
    home.run("penfold-store", "scan")
    store = subprocess.Popen([home.program("penfold-store"), "--serve"], env=home.env, stdin=subprocess.PIPE,
                             stdout=subprocess.PIPE, text=True)
    store.stdin.write('{"id": 1, "op": "unjudged", "limit": 4096}\n')
    store.stdin.flush()
    first = json.loads(store.stdout.readline())  # and the pipe fills up
    with contextlib.closing(sqlite3.connect(home.path("state/penfold/state.db"), timeout=0.5)) as db:
        try:
            db.execute("BEGIN IMMEDIATE")
            written = True
        except sqlite3.OperationalError as why:
            written = str(why)
    tap.same((first["event"], written), ("message", True), "while it tells of them others write")
    store.stdin.close()
    told = [json.loads(line) for line in store.stdout]
    store.wait()
    tap.same((len(told), told[-1]["messages"]), (COUNT, COUNT), "and then it tells the rest")
    known = [m["sha256"] for m in told[:-1]]
    answers = home.ask("penfold-store", {"op": "unjudged", "limit": 4096, "but": known}, args=("--serve",))
    tap.same([a.get("sha256") for a in answers], [first["sha256"], None], "those that are known are not named again")


def children_of(parent, name):
    """Process ids of the children whose name begins so."""
    found = []
    for pid in filter(str.isdigit, os.listdir("/proc")):
        try:
            with open(f"/proc/{pid}/stat") as f:
                fields = f.read()
        except OSError:
            continue
        comm, rest = fields[fields.index("(") + 1:fields.rindex(")")], fields[fields.rindex(")") + 2:].split()
        if comm == name and int(rest[1]) == parent:
            found.append(int(pid))
    return found


def wait_for(look, seconds=30):
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        found = look()
        if found:
            return found
    raise TimeoutError


def verdict_of(home, query="*"):
    rows, _ = home.json_lines("penfold", "search", "--json", query)
    return {r["id"]: r["verdict"] for r in rows}


def state(home, sql):
    with sqlite3.connect(home.path("state/penfold/state.db")) as db:
        return db.execute(sql).fetchall()


def signed_letter():
    with open(os.path.join(DATA, "rsa-relaxed.eml"), "rb") as f:
        return f.read()


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
    with sqlite3.connect(home.path("state/penfold/state.db")) as db:
        db.execute("UPDATE retry SET next = 0")
    home.run("penfold", "sync")
    tap.same(set(verdict_of(home).values()), {"pass"}, "when it is due, the verdict follows")
    tap.same(state(home, "SELECT * FROM retry"), [], "and nothing waits any more")


def test_no_resolver(home):
    """Nothing is judged without a DNS, that is said, and it is judged when there is one."""
    with SlowDns(home, {"*": {"TXT": key_record()}}, delay_ms=0) as dns:
        account(home, dns.port)
        for i in range(3):
            put(home, f"m{i}", letter(i))
        home.run("penfold-store", "scan")
        dns.say(signal.SIGUSR1)
        run = home.run("penfold", "sync")
        tap.same((state(home, "SELECT count(*) FROM verdict"), run.stderr),
                 ([(0,)], "penfold: No DNS server answers, so 3 messages have no verdict yet; the next sync asks again.\n"),
                 "a DNS that is silent is said")
        dns.say(signal.SIGUSR2)
        run = home.run("penfold", "sync")
        tap.same((state(home, "SELECT count(*) FROM verdict"), run.stderr), ([(3,)], ""), "and asked again")


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
for test in (test_late, test_brief, test_whole, test_dying_judge, test_no_resolver, test_unreadable, test_slow_listener,
             test_kept):
    with Home() as home_:
        test(home_)
with Home() as home_:
    test_retry(home_)
if os.environ.get("PENFOLD_BACKLOG"):
    with Home() as home_:
        test_silence(home_)
tap.done()
