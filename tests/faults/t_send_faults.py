#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""penfold-send under kill -9, full disks and I/O errors, at every call by which it changes a file or moves
bytes over its connection: enqueued letters, sending, and what follows. A sink counts. No letter is lost;
a letter arrives twice only after it was shown as uncertain and the user asked for it again; each is filed
once. FAULT_SEND_POINTS=N: that many points for each kind of fault and server (8); 300 give over 2,000."""
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
from post import Post  # noqa: E402

MOST = int(os.environ.get("FAULT_SEND_POINTS", 8))
KINDS = ("kill", "killed-after", "ENOSPC", "EIO")
CHILD_KINDS = ("kill", "killed-after")  # they write no files


class Attack:
    """A home with letters in its outbox that can be put back to where it was."""

    def __init__(self, post, server, many):
        self.post, self.server, self.home = post, server, post.home
        ids = [post.queue(subject="one"), post.queue(subject="two", to=["carol@example.net", "gone@example.net"]),
               post.queue(subject="three")]
        ids += [post.queue(subject=str(n), to=[f"r{n}@example.net"]) for n in range(many)]
        self.want = {i: post.eml(i) for i in ids}
        os.makedirs(self.home.path("Mail"), exist_ok=True)
        for name in ("Mail", "state"):
            shutil.copytree(self.home.path(name), self.home.path("kept", name), symlinks=True)

    def restore(self):
        for name in ("Mail", "state"):
            shutil.rmtree(self.home.path(name))
            shutil.copytree(self.home.path("kept", name), self.home.path(name), symlinks=True)
        self.server.letters.clear()

    def counts(self):
        return collections.Counter(l.data for l in self.server.letters)

    def entries(self):
        listed = self.home.ask("penfold-store", {"op": "queue-list", "all": True}, args=("--serve",))[-1]["entries"]
        return {e["id"]: e for e in listed}

    def problem(self):
        """What is wrong after a hurt run and the next one, or None."""
        self.post.run("--all")
        entries, counts, again = self.entries(), self.counts(), []
        for queue_id, data in self.want.items():
            entry = entries.get(queue_id)
            if entry is None:
                return f"{queue_id} is not in the ledger any more"
            state, n = entry["state"], counts[data]
            if state == "uncertain":
                if n > 1:
                    return f"{queue_id} is uncertain and arrived {n} times"
                again.append({"op": "queue-set", "queue_id": queue_id, "state": "retry"})
            elif state not in ("sent", "failed") or n != 1:
                return f"{queue_id} is {state} and arrived {n} times"
        if again:
            self.home.ask("penfold-store", *again, args=("--serve",))
            self.post.run("--all")
            late = self.entries()
            for queue_id, data in self.want.items():
                if late[queue_id]["state"] not in ("sent", "failed") or not 1 <= self.counts()[data] <= 2:
                    return f"{queue_id}: asked for again, {late[queue_id]['state']}, {self.counts()[data]} times"
        self.post.run()
        copies = collections.Counter(self.post.sent_copies())
        if any(copies[data] != 1 for data in self.want.values()):
            return f"Sent copies: {sorted(copies[d] for d in self.want.values())}"
        return None


def is_hurt(run):
    return run.process.returncode == -signal.SIGKILL or b'"error"' in run.process.stdout + run.process.stderr or \
        run.process.returncode not in (0, 75)


def attack(tap, ca, name, options, many=0, child=False):
    """many: so many more letters, for several connections at a time; child: the processes that hold one are hurt,
    and not the keeper of the ledger."""
    with FakeSmtp(ca, **options) as server, Post(ca, server.port) as post:
        a = Attack(post, server, many)
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
            tap.ok(hurt > n // 3, f"{name}, {kind}: the program was hurt", f"{hurt} of {n}")
            tap.ok(not wrong, f"{name}, {kind}: {n} points, nothing lost, nothing twice unasked", *wrong[:10])
        tap.same(server.most_sessions > 1, many > 0, f"{name}: over {'several connections' if many else 'one'}")
        os.unlink(points.log)


def main():
    tap = Tap()
    with Home() as shared:
        ca = shared.path("ca")
        subprocess.run([os.path.join(SERVERS, "mkca.sh"), ca], check=True)
        for name, options in (("DATA", {}), ("CHUNKING", {"chunking": True})):
            attack(tap, ca, name, options)
        attack(tap, ca, "several connections", {"slow_ms": 2}, many=15)
        attack(tap, ca, "several connections, one of them", {"slow_ms": 2}, many=15, child=True)
    tap.done()


main()
