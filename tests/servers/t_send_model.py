#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Many letters to few people, over a server that puts off, refuses, forgets to answer and hangs up at random: nothing
is lost, nothing comes twice but what was uncertain, and each person has his letters in the order in which they were
queued, but for those that the server itself put off or broke over. MODEL_SEED, MODEL_STEPS, MODEL_RUNS."""
import collections
import os
import random
import sqlite3
import subprocess
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "lib"))
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from fake_smtp import FakeSmtp, Gone, Session  # noqa: E402
from penfold_test import SERVERS, Home, Tap  # noqa: E402
from post import Post  # noqa: E402

tap = Tap()
LETTER = ("From: Ann <ann@example.org>\r\nTo: {to}\r\nSubject: letter {n}\r\nMessage-ID: <{n}@example.org>\r\n"
          "Date: Sat, 28 Nov 2026 10:00:00 +0000\r\n\r\nHello.\r\n")
PEOPLE = [f"p{n}@example.net" for n in range(6)]


class Moody(Session):
    """Says what the dice say, and remembers whom it put off."""

    def __init__(self, server, sock, number):
        super().__init__(server, sock, number)
        self.letter = None

    def dice(self, chance):
        with self.server.lock:
            return self.server.dice.random() < chance * self.server.mood

    def excuse(self, *people):
        self.server.excused.update((self.letter, person) for person in people)

    def breaks(self, chance):
        """In the middle of this letter."""
        if self.dice(chance):
            self.server.broken[self.letter] += 1
            raise Gone

    def run(self):
        if self.dice(0.05):
            self.hang_up("421 4.3.2 come back later")
        super().run()

    def on_mail(self, rest):
        self.letter = rest.split("ENVID=")[1].split(" ")[0]
        if self.dice(0.03):
            self.hang_up("421 4.7.0 enough for now")
        self.breaks(0.03)
        if self.dice(0.02):
            self.excuse(*PEOPLE)
            self.say("451 4.3.0 try again later")
        else:
            super().on_mail(rest)

    def on_rcpt(self, rest):
        person = rest.split("<", 1)[1].split(">", 1)[0]
        self.breaks(0.02)
        if self.sender is not None and self.dice(0.08):
            self.excuse(person)
            self.say("450 4.2.0 greylisted")
        else:
            super().on_rcpt(rest)

    def on_data(self, rest):
        self.breaks(0.02)
        super().on_data(rest)

    def accept(self, data):
        self.breaks(0.02)
        if self.dice(0.02):
            self.excuse(*PEOPLE)
            self.count += 1
            self.reset()
            self.say("451 4.3.0 not now")
            return
        if self.dice(0.02):
            self.server.keep_letter(self, data)
            raise Gone  # taken, and no reply
        self.server.keep_letter(self, data)
        self.count += 1
        self.reset()
        self.say("250 2.0.0 ok")


class MoodyServer(FakeSmtp):
    session_class = Moody

    def __init__(self, ca, seed, **options):
        super().__init__(ca, dsn=True, **options)
        self.dice, self.mood = random.Random(seed), 1
        self.excused, self.broken, self.taken = set(), collections.Counter(), []

    def keep_letter(self, session, data):
        with self.lock:
            self.taken.append((session.letter, int(data.split(b"Subject: letter ")[1].split(b"\r")[0]),
                               session.recipients))


def later(post, seconds):
    with sqlite3.connect(post.home.path("state/penfold/queue/queue.db")) as db:
        db.execute("UPDATE letter SET next_try = max(1, next_try - ?) WHERE next_try > 0", (seconds,))
        db.execute("UPDATE recipient SET next_try = max(1, next_try - ?) WHERE next_try > 0", (seconds,))
        db.execute("UPDATE attempt SET time = time - ?", (seconds,))
    db.close()


class Walk:
    def __init__(self, post, server, seed):
        self.post, self.server, self.dice = post, server, random.Random(seed)
        self.people, self.unsure = {}, set()  # id to its people

    def queue(self, count):
        requests, lists = [], []
        for n in range(len(self.people), len(self.people) + count):
            people = self.dice.sample(PEOPLE, self.dice.choice((1, 1, 1, 2, 3)))
            path = self.post.home.path(f"{n}.eml")
            with open(path, "w", newline="") as f:
                f.write(LETTER.format(n=n, to=", ".join(people)))
            requests.append({"op": "queue-add-raw", "path": path, "recipients": people})
            lists.append(people)
        if requests:
            answers = self.post.home.ask("penfold-store", *requests, args=("--serve",))
            self.people.update(zip([a["queue_id"] for a in answers if "queue_id" in a], lists))

    def entries(self):
        return self.post.home.ask("penfold-store", {"op": "queue-list", "all": True}, args=("--serve",))[-1]["entries"]

    def retry_uncertain(self):
        ids = [e["id"] for e in self.entries() if e["state"] == "uncertain"]
        self.unsure.update(ids)
        for queue_id in ids:
            self.post.set(queue_id, "retry")

    def walk(self, steps):
        self.queue(8)
        for _ in range(steps):
            self.queue(self.dice.choice((0, 1, 3, 8, 24)))
            if self.dice.random() < 0.5:
                later(self.post, self.dice.choice((20, 70, 400, 4000)))
            self.post.run(*self.dice.choice(((), (), (), ("--online",), ("--all",))))
            if self.dice.random() < 0.3:
                self.retry_uncertain()
        self.server.mood = 0
        for _ in range(50):
            self.retry_uncertain()
            later(self.post, 20000)
            self.post.run()
            if {e["state"] for e in self.entries()} <= {"sent"}:
                return

    def arrivals(self):
        """Person to letter numbers as they came, and how often each came to whom."""
        order, count = collections.defaultdict(list), collections.Counter()
        for _, n, people in self.server.taken:
            for person in people:
                count[n, person] += 1
                if count[n, person] == 1:
                    order[person].append(n)
        return order, count

    def check(self, name):
        ids = list(self.people)
        order, count = self.arrivals()
        left = [(e["id"], e["state"], e["reason"]) for e in self.entries() if e["state"] != "sent"]
        tap.ok(not left, f"{name}: all {len(ids)} leave", *left[:5])
        lost = [(n, p) for n, i in enumerate(ids) for p in self.people[i] if not count[n, p]]
        tap.ok(not lost, f"{name}: nothing is lost", lost[:5])
        twice = [(n, p) for (n, p), times in count.items() if times > 1 and ids[n] not in self.unsure]
        tap.ok(not twice, f"{name}: nothing comes twice but what was uncertain", twice[:5])
        tap.ok(not self.overtaken(ids, order), f"{name}: nobody's letters are out of order", *self.overtaken(ids, order)[:5])

    def overtaken(self, ids, order):
        wrong = []
        for person, numbers in order.items():
            excused = {n for n in numbers if (ids[n], person) in self.server.excused or ids[n] in self.unsure
                       or self.server.broken[ids[n]] > 1}
            wrong += [f"{person}: {a} came after {b}" for k, a in enumerate(numbers) for b in numbers[:k]
                      if a < b and a not in excused]
        return wrong


def main():
    first, runs = int(os.environ.get("MODEL_SEED", "1")), int(os.environ.get("MODEL_RUNS", "4"))
    steps = int(os.environ.get("MODEL_STEPS", "12"))
    ways = ({}, {"pipelining": False}, {"chunking": True}, {"limits": "RCPTMAX=2 MAILMAX=5"})
    with Home() as shared:
        ca = shared.path("ca")
        subprocess.run([os.path.join(SERVERS, "mkca.sh"), ca], check=True)
        for seed in range(first, first + runs):
            options, extra = ways[seed % len(ways)], "" if seed % 2 else "rate = 8"
            with MoodyServer(ca, seed, **options) as server, Post(ca, server.port, extra=extra) as post:
                walk = Walk(post, server, seed)
                walk.walk(steps)
                walk.check(f"seed {seed}, {options or 'DATA'}, {extra or 'no rate'}")
    tap.done()


main()
