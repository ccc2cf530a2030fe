#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""A run of the queue among others: what one letter leaves behind for the next one of its session, and what comes
while a run is about to end."""
import datetime
import fcntl
import json
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


def tried(server, n=0):
    """Whom the server was asked about, from its n-th command on."""
    return [c.split("<")[1].split("@")[0] for c in server.commands[n:] if c.startswith("RCPT")]


def test_retry(ca):
    """Who is refused for good is not asked for again while others still wait, but when nobody else is left."""
    with FakeSmtp(ca) as server, Post(ca, server.port) as post:
        queue_id = post.queue(to=["gone@example.net", "later@example.net", "bob@example.net"])
        post.run()
        for name, change in (("--all", lambda: None), ("retry", lambda: post.set(queue_id, "retry"))):
            n = len(server.commands)
            change()
            post.run("--all")
            tap.same(tried(server, n), ["later"], f"{name}: one waits, one was refused: he who waits is tried")
        fates = {r["address"]: (r["state"], r["reply"]) for r in post.entry(queue_id)["recipients"]}
        tap.same((fates["gone@example.net"][0], "550" in fates["gone@example.net"][1]), ("failed", True),
                 "the other stays refused, and says why")
        queue_id = post.queue(to=["gone@example.net", "bob@example.net"])
        post.run()
        n = len(server.commands)
        post.run("--all")
        tap.same(tried(server, n), ["later"], "refused: the queue does not try again by itself")
        post.set(queue_id, "retry")
        post.run()
        tap.same(tried(server, n)[-1:], ["gone"], "refused: it does when it is asked to")
    with FakeSmtp(ca, cut="dot") as server, Post(ca, server.port) as post:
        queue_id = post.queue(to=["gone@example.net", "bob@example.net"])
        post.run()
        n = len(server.commands)
        post.set(queue_id, "retry")
        post.run()
        tap.same(tried(server, n), ["bob"], "uncertain and refused: the uncertain one is tried")


def test_refusals(ca):
    """What cannot be done with a letter is told with what can."""
    with FakeSmtp(ca) as server, Post(ca, server.port) as post:
        queue_id = post.queue()
        for state, word, want in (("hold", "retry", "release lets it go"), ("cancel", "hold", "taken back")):
            post.set(queue_id, state)
            tap.contains(post.set(queue_id, word)["error"]["message"], want, f"{state}, then {word}: why not")
        queue_id = post.queue()
        post.run()
        tap.contains(post.set(queue_id, "cancel")["error"]["message"], "sent already", "sent, then cancel: why not")


def test_told(ca):
    """What a session did not reach is no trouble where the next one takes it: nobody is told of it."""
    with FakeSmtp(ca, max_letters=1) as server, Post(ca, server.port) as post:
        for n in range(3):
            post.queue(subject=str(n))
        events = post.run()[0]
        tap.same([e["state"] for e in events if e["event"] == "recipient"], ["sent"] * 3,
                 "a server that takes one letter a session: three are sent, and nothing else is told")


def test_list(ca):
    """The outbox from the shell: a reason once, the clock of this place, and what can be done."""
    with FakeSmtp(ca, cert="expired") as server, Post(ca, server.port) as post:
        post.queue(to=["a@example.net", "b@example.net", "c@example.net"])
        post.run()
        post.home.env["TZ"] = "Etc/GMT-9"
        text = post.home.run("penfold", "queue", "list").stdout
        tap.same(text.count("the certificate expired"), 1, "what holds for all recipients is told once")
        entry = json.loads(post.home.run("penfold", "--json", "queue", "list").stdout)[0]
        utc = datetime.datetime.fromisoformat(entry["next_try"].replace("Z", "+00:00"))
        here = utc.astimezone(datetime.timezone(datetime.timedelta(hours=9))).strftime("%Y-%m-%d %H:%M:%S")
        tap.contains(text, f"next try {here}", "with the time by the clock of this place")
        tap.contains(text, "`penfold queue run --due` out of a timer", "and what will do it")
    with FakeSmtp(ca) as server, Post(ca, server.port, extra="rate = 1") as post:
        bad = post.queue(to=["gone@example.net"])
        post.run()
        tap.contains(post.home.run("penfold", "queue", "list").stdout, "penfold queue retry ID", "failed: what can be done")
        post.set(bad, "cancel")
        post.queue()
        post.queue()
        post.run()
        text = post.home.run("penfold", "queue", "list").stdout
        tap.contains(text, "recipients a minute at most", "one that waits for the rate says so")
        tap.contains(text, "  leaves 2", "and when it leaves")


def main():
    with Home() as shared:
        ca = shared.path("ca")
        subprocess.run([os.path.join(SERVERS, "mkca.sh"), ca], check=True)
        for test in (test_refused_last, test_newcomer, test_one, test_retry, test_refusals,
                     test_told, test_list):
            test(ca)
    tap.done()


main()
