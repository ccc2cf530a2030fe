#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""penfold-send under kill -9, full disks and I/O errors, at every call by which it changes a file or moves
bytes over its connection: enqueued letters, sending, and what follows. A sink counts. No letter is lost;
a letter arrives twice only after it was shown as uncertain and the user asked for it again; each is filed
once. FAULT_SEND_POINTS=N: that many points for each kind of fault and server (3); 90 give over 2,000.
FAULT_SEND_ONLY=WORD: only the servers with this word in their names."""
import collections
import os
import shutil
import signal
import subprocess
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "servers"))
sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "lib"))
from fake_smtp import FakeSmtp  # noqa: E402
from killpoints import Killpoints  # noqa: E402
from penfold_test import SERVERS, Home, Tap  # noqa: E402
from post import MxPost, Post  # noqa: E402

MOST = int(os.environ.get("FAULT_SEND_POINTS", 3))
ONLY = os.environ.get("FAULT_SEND_ONLY", "")
KINDS = ("kill", "killed-after", "ENOSPC", "EIO", "EIO-once")
CHILD_KINDS = ("kill", "killed-after")  # they write no files
DOMAINS = [f"d{n}.example" for n in range(4)]


class Attack:
    """A home with letters in its outbox that can be put back to where it was."""

    def __init__(self, post, server, letters):
        self.post, self.server, self.home = post, server, post.home
        ids = [post.queue(subject=str(n), to=to) for n, to in enumerate(letters)]
        self.want = {i: (post.eml(i), to) for i, to in zip(ids, letters)}
        os.makedirs(self.home.path("Mail"), exist_ok=True)
        for name in ("Mail", "state"):
            shutil.copytree(self.home.path(name), self.home.path("kept", name), symlinks=True)

    def restore(self):
        for name in ("Mail", "state"):
            shutil.rmtree(self.home.path(name))
            shutil.copytree(self.home.path("kept", name), self.home.path(name), symlinks=True)
        self.server.letters.clear()

    def counts(self):
        """How often each recipient got each letter."""
        return collections.Counter((l.data, r) for l in self.server.letters for r in l.recipients)

    def entries(self):
        listed = self.home.ask("penfold-store", {"op": "queue-list", "all": True}, args=("--serve",))[-1]["entries"]
        return {e["id"]: e for e in listed}

    def fates(self):
        """{(queue id, address): (state, how often it arrived)}, or None where a letter is gone."""
        entries, counts = self.entries(), self.counts()
        if any(i not in entries for i in self.want):
            return None
        return {(i, r["address"]): (r["state"], counts[data, r["address"]])
                for i, (data, _) in self.want.items() for r in entries[i]["recipients"]}

    def problem(self):
        """What is wrong after a hurt run and the next one, or None."""
        self.post.run("--all")
        first = self.fates()
        if first is None or len(first) != sum(len(to) for _, to in self.want.values()):
            return "a letter or a recipient is not in the ledger any more"
        unsure = {i for (i, _), (state, _) in first.items() if state == "uncertain"}
        for (i, who), (state, n) in first.items():
            waits = i in unsure and state in ("uncertain", "pending", "deferred") and n <= (state == "uncertain")
            if not waits and (state, n) not in (("sent", 1), ("failed", 0)):
                return f"{i} {who} is {state} and arrived {n} times"
        if unsure:
            self.home.ask("penfold-store", *({"op": "queue-set", "queue_id": i, "state": "retry"} for i in unsure),
                          args=("--serve",))
            self.post.run("--all")
            for (i, who), (state, n) in self.fates().items():
                most = 2 if first[i, who][0] == "uncertain" else 1
                if not (state == "sent" and 1 <= n <= most) and (state, n) != ("failed", 0):
                    return f"{i} {who}: asked for again, {state}, {n} times"
        self.post.run()
        copies = collections.Counter(self.post.sent_copies())
        if any(copies[data] != 1 for data, _ in self.want.values()):
            return f"Sent copies: {sorted(copies[d] for d, _ in self.want.values())}"
        return None


def is_hurt(run):
    return run.process.returncode == -signal.SIGKILL or b'"error"' in run.process.stdout + run.process.stderr or \
        run.process.returncode not in (0, 75)


def attack(tap, name, post, server, letters, child=False):
    """child: the processes that hold a connection are hurt, and not the keeper of the ledger."""
    a = Attack(post, server, letters)
    points = Killpoints("penfold-send", post.home.path(), post.home.path("..", os.path.basename(
        post.home.path()) + ".calls"), sockets=True, child=child)
    for kind in CHILD_KINDS if child else KINDS:
        wrong, n, hurt = [], 0, 0
        for run in points.each([post.home.program("penfold-send"), "--all"], post.home.env, a.restore, kind=kind,
                               most=MOST, good=(0, 75)):
            n += 1
            hurt += is_hurt(run) or child and b"ended before its time" in run.process.stdout
            calls = points.calls()
            problem = a.problem()
            if problem:
                where = calls[run.point - 1] if run.point <= len(calls) else "?"
                wrong.append(f"at {run.point} ({where}): {problem}")
        # for once much is done another way: a copy for a link, a log that lacks a line
        tap.ok(hurt > n // 4 or kind.endswith("-once"), f"{name}, {kind}: the program was hurt", f"{hurt} of {n}")
        tap.ok(not wrong, f"{name}, {kind}: {n} points, nothing lost, nothing twice unasked", *wrong[:10])
    # of few letters each run has one, but the server may not have heard of the end of the last one yet
    tap.ok(server.most_sessions > 1 or len(letters) < 10, f"{name}: over several connections, where there are many letters",
           server.most_sessions)
    os.unlink(points.log)


def main():
    tap = Tap()
    few = [["bob@example.net"], ["carol@example.net", "gone@example.net"], ["bob@example.net"]]
    many = few + [[f"r{n}@example.net"] for n in range(15)]
    far = [[f"bob@{d}", f"eve@{DOMAINS[(n + 1) % 4]}"] for n, d in enumerate(DOMAINS)] + \
          [["gone@d0.example", "ann@d2.example"]] + [[f"r{n}@{DOMAINS[n % 4]}"] for n in range(6)]
    ways = (("DATA", {}, few, False), ("CHUNKING", {"chunking": True}, few, False),
            ("several connections", {"slow_ms": 2}, many, False),
            ("several connections, one of them", {"slow_ms": 2}, many, True),
            ("direct delivery", {"slow_ms": 2, "auth": ""}, far, False),
            ("direct delivery, one connection of several", {"slow_ms": 2, "auth": ""}, far, True))
    with Home() as shared:
        ca = shared.path("ca")
        subprocess.run([os.path.join(SERVERS, "mkca.sh"), ca], check=True)
        for name, options, letters, child in ways:
            if ONLY not in name:
                continue
            with FakeSmtp(ca, **options) as server:
                zone = {d: {"MX": [{"exchange": "localhost", "priority": 1}]} for d in DOMAINS}
                zone["localhost"] = {"A": ["127.0.0.1"]}
                with MxPost(ca, server.port, zone) if letters is far else Post(ca, server.port) as post:
                    attack(tap, name, post, server, letters, child)
    tap.done()


main()
