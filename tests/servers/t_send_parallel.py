#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Several SMTP connections at a time: when they pay, what a server that wants fewer gets, and that the laws of
the queue hold: each letter arrives once, as it was frozen, and the ledger knows what became of it."""
import collections
import os
import signal
import subprocess
import sys
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "lib"))
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from fake_smtp import FakeSmtp  # noqa: E402
from killpoints import PRELOAD  # noqa: E402
from penfold_test import SERVERS, Home, Tap, wait_for  # noqa: E402
from post import Post  # noqa: E402

tap = Tap()
LETTER = ("From: Ann <ann@example.org>\r\nTo: {to}\r\nSubject: letter {n}\r\nMessage-ID: <{n}@example.org>\r\n"
          "Date: Sat, 28 Nov 2026 10:00:00 +0000\r\n\r\nHello.\r\n")


def queue_to(post, *letters):
    """Queue letters in one process, the n-th to the n-th list of people; their ids."""
    requests = []
    os.makedirs(post.home.path("letters"), exist_ok=True)
    for n, people in enumerate(letters):
        path = post.home.path("letters", f"{n}.eml")
        with open(path, "w", newline="") as f:
            f.write(LETTER.format(n=n, to=", ".join(people)))
        requests.append({"op": "queue-add-raw", "path": path, "recipients": people})
    answers = post.home.ask("penfold-store", *requests, args=("--serve",))
    return [a["queue_id"] for a in answers if "queue_id" in a]


def queue_many(post, count, to="r{n}@example.net"):
    return queue_to(post, *([to.format(n=n)] for n in range(count)))


def queue_mixed(post, count, people):
    return queue_to(post, *([f"r{n % people}@example.net"] for n in range(count)))


def entries(post):
    return post.home.ask("penfold-store", {"op": "queue-list", "all": True}, args=("--serve",))[-1]["entries"]


def states(post):
    return dict(collections.Counter(e["state"] for e in entries(post)))


def check_once(post, server, ids, name):
    want = collections.Counter(post_bytes(post, ids))
    got = collections.Counter(l.data for l in server.letters)
    tap.same(states(post), {"sent": len(ids)}, f"{name}: all are sent, says the ledger")
    tap.ok(got == want, f"{name}: each arrives once, as it was frozen",
           f"{sum(got.values())} of {sum(want.values())} arrived, {len(got)} different")


def post_bytes(post, ids):
    """What was frozen: the bytes leave the queue with the letter, and lie in Sent."""
    return [open(p, "rb").read() for p in post.sent_files()]


def test_pays(ca):
    """It does for forty letters to forty people, not for three, nor for a series to one list."""
    for name, options, count, to, most in (
            ("DATA", {}, 40, "r{n}@example.net", 4), ("few letters", {}, 3, "r{n}@example.net", 1),
            ("a series to one list", {}, 40, "list@example.net", 1),
            ("CHUNKING carries forty by itself", {"chunking": True}, 40, "r{n}@example.net", 1),
            ("no PIPELINING", {"pipelining": False}, 40, "r{n}@example.net", 4)):
        with FakeSmtp(ca, slow_ms=20, **options) as server, Post(ca, server.port) as post:
            ids = queue_many(post, count, to)
            _, process = post.run()
            tap.same(process.returncode, 0, f"{name}: all leave")
            tap.same(server.most_sessions, most, f"{name}: {most} connections at a time")
            check_once(post, server, ids, name)


def test_setting(ca):
    with FakeSmtp(ca, slow_ms=20) as server, Post(ca, server.port, extra="connections = 2") as post:
        ids = queue_many(post, 40)
        post.run()
        tap.same(server.most_sessions, 2, "connections = 2: no more at a time")
        check_once(post, server, ids, "connections = 2")


def check_order(server, name):
    """Each reader has his letters in the order in which they were queued."""
    seen = collections.defaultdict(list)
    for letter in server.letters:
        for address in letter.recipients:
            seen[address].append(int(letter.data.split(b"Subject: letter ")[1].split(b"\r")[0]))
    wrong = {address: numbers for address, numbers in seen.items() if numbers != sorted(numbers)}
    tap.ok(not wrong, f"{name}: each reader gets his in order", wrong)


def test_order(ca):
    """Letters that have a recipient in common keep their order."""
    with FakeSmtp(ca, slow_ms=5) as server, Post(ca, server.port) as post:
        ids = queue_mixed(post, 60, 5)
        post.run()
        check_once(post, server, ids, "five readers of twelve letters each")
        check_order(server, "five readers of twelve letters each")


def test_chain(ca):
    """More for one reader than a session takes at once; behind them a letter to him and another, and what is for
    that other alone waits, too, and what waits for that."""
    a, b, c = (f"{name}@example.net" for name in ("ann", "bob", "cid"))
    others = [[f"r{n}@example.net"] for n in range(40)]
    with FakeSmtp(ca, slow_ms=10) as server, Post(ca, server.port) as post:
        ids = queue_to(post, *[[a]] * 30, [a, b], [b, c], [b], [c], *others)
        post.run()
        check_once(post, server, ids, "a letter that waits for one of two")
        check_order(server, "a letter that waits for one of two")


def test_broken_order(ca):
    """What a session that ended did not reach is not overtaken by what another one sends."""
    with FakeSmtp(ca, slow_ms=10, max_letters=7) as server, Post(ca, server.port) as post:
        ids = queue_mixed(post, 120, 12)
        post.run()
        check_once(post, server, ids, "sessions that end after seven letters")
        check_order(server, "sessions that end after seven letters")


def test_shares(ca):
    """A session takes all letters of some people and leaves the other people to the other sessions."""
    with FakeSmtp(ca, slow_ms=20) as server, Post(ca, server.port) as post:
        ids = queue_mixed(post, 160, 16)
        post.run()
        check_once(post, server, ids, "sixteen readers of ten letters each")
        check_order(server, "sixteen readers of ten letters each")
        shares = collections.Counter(letter.connection for letter in server.letters)
        tap.ok(len(shares) == 4 and min(shares.values()) >= 16, "and four connections share them", shares)


def test_refused(ca):
    """Connections that are refused, and whose processes take their time to end: the one that is open goes on."""
    with FakeSmtp(ca, slow_ms=20, max_sessions=1) as server, Post(ca, server.port) as post:
        ids = queue_many(post, 60)
        held = post.home.path("held")
        with open(held, "w"):
            pass
        run = subprocess.Popen([post.home.program("penfold-send")], stdout=subprocess.DEVNULL,
                               env=dict(post.home.env, LD_PRELOAD=PRELOAD, FAULT_HELD=held))
        wait_for(lambda: len(server.letters) == len(ids) or "QUIT" in server.commands, what="all letters")
        tap.same(len(server.letters), len(ids), "refused ones not gone yet: the open connection carries all")
        os.unlink(held)
        tap.same(run.wait(), 0, "refused ones not gone yet: all leave")
        check_once(post, server, ids, "refused ones not gone yet")


def test_fewer(ca):
    """A server that takes two connections gets two, and no letter is late for it."""
    for name, options in (("two at a time", {"max_sessions": 2}), ("one at a time", {"max_sessions": 1}),
                          ("421 after ten letters", {"max_letters": 10}),
                          ("421 after ten, two at a time", {"max_letters": 10, "max_sessions": 2})):
        with FakeSmtp(ca, slow_ms=10, **options) as server, Post(ca, server.port) as post:
            ids = queue_many(post, 60)
            _, process = post.run()
            tap.same(process.returncode, 0, f"{name}: all leave in one run")
            tap.same([e["attempts"] for e in entries(post) if not 1 <= e["attempts"] <= 6], [],
                     f"{name}: within few attempts each")
            check_once(post, server, ids, name)


def test_throttled(ca):
    with FakeSmtp(ca, slow_ms=10, throttle=10) as server, Post(ca, server.port) as post:
        ids = queue_many(post, 60)
        _, process = post.run()
        tap.same((process.returncode, states(post).get("deferred")), (75, 5), "450 4.7.0: five wait")
        post.run("--all")
        check_once(post, server, ids, "450 4.7.0, tried again")


def test_fates(ca):
    with FakeSmtp(ca, slow_ms=5) as server, Post(ca, server.port) as post:
        queue_many(post, 40)
        bad = post.queue(to=["gone@example.net", "later@example.net", "bob@example.net"])
        post.run()
        entry = post.entry(bad)
        fates = {r["address"]: r["state"] for r in entry["recipients"]}
        tap.same(fates, {"gone@example.net": "failed", "later@example.net": "deferred",
                         "bob@example.net": "sent"}, "mixed recipients keep their own fates")
        tap.ok("550" in str(entry) or "No such user" in str(entry), "with the server's words", entry)
        tap.same(len(server.letters), 41, "and the others leave")


def test_lost(ca):
    """The server takes letters and says nothing: what had its dot is uncertain, what had not is late."""
    with FakeSmtp(ca, cut="dot") as server, Post(ca, server.port) as post:
        queue_many(post, 40)
        post.run()
        counts = states(post)
        tap.ok(set(counts) <= {"uncertain", "deferred", "ready"}, "no reply to the dot: uncertain or late", counts)
        ids = {e["id"]: e["state"] for e in entries(post)}
        taken = {l.data for l in server.letters}
        for queue_id, state in ids.items():
            if post.eml(queue_id) in taken and state != "uncertain":
                tap.ok(False, "a letter that the server has is not called unsent", queue_id, state)
                break
        else:
            tap.ok(True, "a letter that the server has is not called unsent")


def test_killed(ca, whom):
    """kill -9 of the keeper, or of one of the processes that send, in the middle."""
    with FakeSmtp(ca, slow_ms=30) as server, Post(ca, server.port) as post:
        queue_many(post, 60)
        frozen = {e["id"]: post.eml(e["id"]) for e in entries(post)}
        run = subprocess.Popen([post.home.program("penfold-send"), "--all"], env=post.home.env,
                               stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        wait_for(lambda: len(server.letters) >= 12, what="some letters")
        hands = subprocess.run(["ps", "-o", "pid=", "--ppid", str(run.pid)], capture_output=True, text=True).stdout
        hands = [int(p) for p in hands.split()]
        tap.ok(len(hands) > 1, f"{whom} killed: there were several at work", hands)
        os.kill(run.pid if whom == "the keeper" else hands[0], signal.SIGKILL)
        run.wait()
        wait_for(lambda: not any(os.path.exists(f"/proc/{p}/exe") for p in hands), what="the hands to end")
        post.run("--all")
        counts = collections.Counter(l.data for l in server.letters)
        late = {e["id"]: e["state"] for e in entries(post)}
        wrong = [f"{i} is {s} and arrived {counts[frozen[i]]} times" for i, s in late.items()
                 if (s == "sent" and counts[frozen[i]] != 1) or (s == "uncertain" and counts[frozen[i]] > 1)
                 or s not in ("sent", "uncertain")]
        tap.ok(not wrong, f"{whom} killed: nothing lost, nothing twice", *wrong[:5])
        tap.ok(collections.Counter(late.values())["uncertain"] <= 4, f"{whom} killed: at most one uncertain a session",
               collections.Counter(late.values()))


def test_cancel(ca):
    """Who stops a run gets it stopped soon, and no letter is in between."""
    with FakeSmtp(ca, slow_ms=50) as server, Post(ca, server.port) as post:
        ids = queue_many(post, 60)
        helper = subprocess.Popen([post.home.program("penfold-send"), "--serve"], env=post.home.env,
                                  stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        helper.stdin.write(b'{"id":1,"op":"run"}\n')
        helper.stdin.flush()
        wait_for(lambda: len(server.letters) >= 8, what="some letters")
        start = time.monotonic()
        helper.stdin.write(b'{"op":"cancel","target":1}\n')
        helper.stdin.flush()
        helper.stdin.close()
        helper.stdout.read()
        helper.wait()
        tap.ok(time.monotonic() - start < 5, "a cancelled run ends soon", time.monotonic() - start)
        counts = states(post)
        tap.ok(set(counts) <= {"sent", "ready", "deferred"}, "nothing is uncertain by that", counts)
        post.run("--all")
        check_once(post, server, ids, "cancelled and run again")


def main():
    with Home() as shared:
        ca = shared.path("ca")
        subprocess.run([os.path.join(SERVERS, "mkca.sh"), ca], check=True)
        for test in (test_pays, test_setting, test_order, test_chain, test_broken_order, test_shares,
                     test_refused, test_fewer, test_throttled, test_fates, test_lost,
                     test_cancel):
            test(ca)
        for whom in ("the keeper", "a session"):
            test_killed(ca, whom)
    tap.done()


main()
