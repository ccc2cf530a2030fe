#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""To each person the letters of an account leave in the order in which they were queued: whatever the rate, the
server or the network does. One is overtaken only when it waits for a reason of its own (ARCHITECTURE.md)."""
import collections
import os
import sqlite3
import subprocess
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "lib"))
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from fake_smtp import FakeSmtp, Session  # noqa: E402
from penfold_test import SERVERS, Home, Tap  # noqa: E402
from post import DRAFT, MxPost, Post  # noqa: E402

tap = Tap()
LETTER = ("From: Ann <ann@example.org>\r\nTo: {to}\r\nSubject: letter {n}\r\nMessage-ID: <{n}@example.org>\r\n"
          "Date: Sat, 28 Nov 2026 10:00:00 +0000\r\n\r\nHello.\r\n")


def queue(post, first, *letters):
    """Queue letters in one process, numbered from `first`, each to a list of names; their ids."""
    requests = []
    os.makedirs(post.home.path("letters"), exist_ok=True)
    for n, names in enumerate(letters, first):
        path, people = post.home.path("letters", f"{n}.eml"), [f"{name}@example.net" for name in names]
        with open(path, "w", newline="") as f:
            f.write(LETTER.format(n=n, to=", ".join(people)))
        requests.append({"op": "queue-add-raw", "path": path, "recipients": people})
    answers = post.home.ask("penfold-store", *requests, args=("--serve",))
    return [a["queue_id"] for a in answers if "queue_id" in a]


def number(letter):
    return int(letter.data.split(b"Subject: letter ")[1].split(b"\r")[0])


def seen(server):
    """Person to the numbers of the letters in the order in which they came."""
    out = collections.defaultdict(list)
    for letter in server.letters:
        for address in letter.recipients:
            out[address.split("@")[0]].append(number(letter))
    return dict(out)


def later(post, seconds):
    """So much time passes for the queue."""
    with sqlite3.connect(post.home.path("state/penfold/queue/queue.db")) as db:
        db.execute("UPDATE letter SET next_try = max(1, next_try - ?) WHERE next_try > 0", (seconds,))
        db.execute("UPDATE recipient SET next_try = max(1, next_try - ?) WHERE next_try > 0", (seconds,))
        db.execute("UPDATE attempt SET time = time - ?", (seconds,))
    db.close()


def test_rate(ca):
    """A letter to many waits for room under the rate; smaller ones to its people wait behind it, in this run and in
    later ones, and those to others do not."""
    with FakeSmtp(ca) as server, Post(ca, server.port, extra="rate = 3") as post:
        queue(post, 0, ["ann"], ["bob", "cid", "dan"], ["bob"], ["eve"])
        post.run()
        tap.same(seen(server), {"ann": [0], "eve": [3]}, "rate: a letter that waits is not overtaken in the same run")
        queue(post, 4, ["cid"])
        post.run()
        tap.same(seen(server), {"ann": [0], "eve": [3]}, "rate: nor by one that is queued later")
        later(post, 70)
        post.run()
        later(post, 70)
        post.run()
        tap.same({k: v for k, v in seen(server).items() if k in ("bob", "cid", "dan")},
                 {"bob": [1, 2], "cid": [1, 4], "dan": [1]}, "rate: they leave in order")


def test_rate_priority(ca):
    """One of low priority that waits, too, changes nothing for those of normal priority before it."""
    with FakeSmtp(ca) as server, Post(ca, server.port, extra="rate = 2") as post:
        queue(post, 0, ["ann"], ["bob", "cid"])
        post.home.ask("penfold-store", {"op": "queue-add", "priority": "low", "draft": dict(
            DRAFT, to=["bob@example.net"], subject="letter 9")}, args=("--serve",))
        post.run()
        queue(post, 2, ["bob"])
        for _ in range(5):
            post.run()
            later(post, 70)
        tap.same(seen(server)["bob"], [1, 2, 9], "rate: a letter of low priority hides none that waits before it")


def test_away(ca):
    """What waits because no server could be reached leaves with, and before, what comes when it can be."""
    ports = subprocess.run([os.path.join(SERVERS, "freeports.py"), "1"], capture_output=True, text=True, check=True)
    port = int(ports.stdout)
    with Post(ca, port) as post:
        queue(post, 0, ["bob"], ["bob", "cid"])
        post.run()
        with FakeSmtp(ca, port=port) as server:
            queue(post, 2, ["bob"], ["cid"])
            post.run()
            tap.same(seen(server), {"bob": [0, 1, 2], "cid": [1, 3]}, "the server was away: order is kept")
    zone = {"example.net": {"MX": [{"exchange": "mx.example.net", "priority": 10}]},
            "mx.example.net": {"A": ["127.0.0.1"]}}
    with MxPost(ca, port, zone) as post:
        queue(post, 0, ["bob"], ["bob", "cid"])
        post.run()
        with FakeSmtp(ca, port=port, auth="") as server:
            queue(post, 2, ["bob"], ["cid"])
            post.run()
            tap.same(seen(server), {"bob": [0, 1, 2], "cid": [1, 3]}, "a domain's host was away: order is kept")


def test_portions(ca):
    """More than a session is given at once, and sessions that end before any answer: the rest is not tried before
    what was first."""
    with FakeSmtp(ca, cut="mail") as server, Post(ca, server.port, extra="connections = 1") as post:
        queue(post, 0, *[["bob"]] * 70)
        post.run()
        tap.ok(server.connections <= 4, "a server that answers nothing is not asked for each portion", server.connections)
        server.options.cut = ""
        later(post, 30)
        post.run("--online")
        tap.same(seen(server), {"bob": list(range(70))}, "once it answers order is kept")


def test_glitch(ca):
    """A connection that breaks over the first letter is made anew at once, and nothing is overtaken."""
    class Clumsy(Session):
        def on_rcpt(self, rest):
            self.moment("rcpt")
            if self.number == 1:
                self.server.reached.set()
                raise ConnectionResetError
            super().on_rcpt(rest)

    with FakeSmtp(ca) as server, Post(ca, server.port) as post:
        server.session_class = Clumsy
        ids = queue(post, 0, ["bob"], ["bob"], ["bob"])
        process = post.run()[1]
        tap.same((process.returncode, seen(server)), (0, {"bob": [0, 1, 2]}), "a session that broke once: all leave")
        tap.same([post.entry(i)["recipients"][0]["attempts"] for i in ids], [1, 1, 1], "that was no attempt")


def test_poison(ca):
    """A letter over which each session breaks does not keep the others from leaving, in any run."""
    class Poisoned(Session):
        def accept(self, data):
            if b"letter 0\r" in data:
                raise ConnectionResetError
            super().accept(data)

        def on_rcpt(self, rest):
            if "poison" in rest:
                raise ConnectionResetError
            super().on_rcpt(rest)

    with FakeSmtp(ca) as server, Post(ca, server.port) as post:
        server.session_class = Poisoned
        ids = queue(post, 0, ["poison"], ["bob"], ["bob"])
        post.run()
        tap.same(seen(server), {"bob": [1, 2]}, "a letter that breaks each session is left behind")
        entry = post.entry(ids[0])
        tap.same((entry["state"], entry["recipients"][0]["status"]), ("deferred", "4.4.2"), "and waits by itself")
        queue(post, 3, ["cid"])
        post.run()
        tap.same(seen(server), {"bob": [1, 2], "cid": [3]}, "what comes later is not kept by it")


def test_many_at_once(ca):
    """A letter to more people than the server takes at once: the rest of them has it before what comes later."""
    for name, options in (("told", {"limits": "RCPTMAX=2"}), ("refused", {"rcpt_max": 2})):
        with FakeSmtp(ca, **options) as server, Post(ca, server.port) as post:
            ids = queue(post, 0, ["ann", "bob", "cid", "dan", "eve"], ["eve", "ann"], ["cid"])
            process = post.run()[1]
            tap.same(process.returncode, 0, f"{name}: all leave in one run")
            got = seen(server) if name == "told" else {k: sorted(v) for k, v in seen(server).items()}
            tap.same(got, {"ann": [0, 1], "bob": [0], "cid": [0, 2], "dan": [0], "eve": [0, 1]},
                     f"{name}: each has his, once; in order where the limit is known before")
            tap.same({r["attempts"] for i in ids for r in post.entry(i)["recipients"]}, {1}, f"{name}: one attempt each")


def test_greylist(ca):
    """Put off by the same answer in the same run: they come again in order."""
    class Grey(Session):
        def on_rcpt(self, rest):
            if not self.server.reached.is_set():
                self.say("450 4.2.0 greylisted")
            else:
                super().on_rcpt(rest)

    with FakeSmtp(ca) as server, Post(ca, server.port) as post:
        server.session_class = Grey
        ids = queue(post, 0, *[["bob"]] * 12)
        post.run()
        tries = [post.entry(i)["recipients"][0]["next_try"] for i in ids]
        tap.same(tries, sorted(tries), "greylisted: the next tries are in order")
        server.reached.set()
        later(post, 400)
        post.run()
        tap.same(seen(server), {"bob": list(range(12))}, "greylisted: they come in order")


def main():
    with Home() as shared:
        ca = shared.path("ca")
        subprocess.run([os.path.join(SERVERS, "mkca.sh"), ca], check=True)
        for test in (test_rate, test_rate_priority, test_away, test_portions, test_glitch, test_poison, test_many_at_once, test_greylist):
            test(ca)
    tap.done()


main()
