#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""A run of the queue among others: what one letter leaves behind for the next one of its session, and what comes
while a run is about to end."""
import fcntl
import os
import subprocess
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "lib"))
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from fake_smtp import FakeSmtp  # noqa: E402
from penfold_test import SERVERS, Home, Tap  # noqa: E402
from post import DRAFT, Post  # noqa: E402

tap = Tap()


def test_refused_last(ca):
    """A letter that nobody gets, as the last that a session was given at a time: the next one is not refused for it."""
    for name, options in {"DATA": {}, "lockstep": {"pipelining": False}, "CHUNKING": {"chunking": True}}.items():
        with FakeSmtp(ca, **options) as server, Post(ca, server.port, extra="connections = 1") as post:
            to = ["gone" if n == 63 else f"r{n}" for n in range(66)]  # 64 are claimed at a time
            answers = post.home.ask("penfold-store", *({"op": "queue-add", "draft": dict(DRAFT, to=[f"{t}@example.net"])}
                                                       for t in to), args=("--serve",))
            ids = [a["queue_id"] for a in answers if "queue_id" in a]
            post.run()
            listed = post.home.ask("penfold-store", {"op": "queue-list", "all": True}, args=("--serve",))[-1]["entries"]
            fates = {e["id"]: e["recipients"][0] for e in listed}
            tap.same([(fates[i]["state"], fates[i]["reply"][:3]) for i in ids if fates[i]["state"] != "sent"],
                     [("failed", "the")], f"{name}: one is refused, and no other for it")
            tap.same(len(server.letters), 65, f"{name}: the others arrive")


def test_newcomer(ca):
    """A letter that is queued while a run is about to end, whose own run is refused, leaves with the one that ends."""
    with FakeSmtp(ca) as server, Post(ca, server.port) as post:
        post.home.ask("penfold-store", *({"op": "queue-add", "draft": dict(DRAFT, to=["gone@example.net"])}
                                         for _ in range(80)), args=("--serve",))
        run = subprocess.Popen([post.home.program("penfold-send")], env=post.home.env, stdout=subprocess.PIPE,
                               stderr=subprocess.DEVNULL, bufsize=0)
        fcntl.fcntl(run.stdout, 1031, 4096)  # F_SETPIPE_SZ: it waits for its reader among the reports
        while b'"delivered"' not in run.stdout.readline():
            pass
        queue_id = post.queue(subject="new")
        tap.same(post.home.run("penfold-send").returncode, 75, "a newcomer's own run is refused")
        tap.same(server.letters, [], "while the other one tells of what failed")
        run.stdout.read()
        run.wait()
        tap.same((post.entry(queue_id)["state"], len(server.letters)), ("sent", 1), "the newcomer leaves all the same")


def test_one(ca):
    """A run for one letter is for that one alone."""
    with FakeSmtp(ca) as server, Post(ca, server.port) as post:
        ids = [post.queue(subject=str(n)) for n in range(3)]
        want = post.eml(ids[1])
        process = post.run(ids[1])[1]
        tap.same((process.returncode, [l.data for l in server.letters]), (0, [want]), "a run for one letter sends that")
        tap.same([post.entry(i)["state"] for i in ids], ["ready", "sent", "ready"], "and leaves the others")
        tap.same(post.run("nosuchid")[1].returncode, 0, "a letter that is not there is no error: nothing is left of it")


def main():
    with Home() as shared:
        ca = shared.path("ca")
        subprocess.run([os.path.join(SERVERS, "mkca.sh"), ca], check=True)
        for test in (test_refused_last, test_newcomer, test_one):
            test(ca)
    tap.done()


main()
