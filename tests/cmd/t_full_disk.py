#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""On a disk that takes nothing more mail can still be read, what cannot be written is said with the system's reason, and
a helper that runs works again as soon as there is room. The limit on the size of files stands for the disk."""
import json
import resource
import signal
import subprocess

from penfold_test import Home, Tap

tap = Tap()
LETTER = "From: Bo <bo@example.net>\nTo: me@example.org\nSubject: full\nMessage-ID: <1@example.net>\nDate: Sat, 21 Nov 2026 10:00:00 +0000\n\nWords.\n"


def full():
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, resource.RLIM_INFINITY))


def run(home, *args):
    done = subprocess.run([home.program("penfold"), *args], env=home.env, capture_output=True, text=True, timeout=60,
                          stdin=subprocess.DEVNULL, preexec_fn=full)
    return done.returncode, done.stdout, done.stderr


with Home() as home:
    home.rc('[account "work"]', "address = Me <me@example.org>", "[dns]", "zone = " + home.path("zone"))
    with open(home.path("zone"), "w") as f:
        f.write("{}")
    home.run("penfold", "deliver", input=LETTER)
    home.run("penfold", "sync")
    tap.same(run(home, "count", "*"), (0, "1\n", ""), "mail is counted")
    tap.contains(run(home, "search", "*")[1], "full  (", "found")
    tap.contains(run(home, "show", "id:1@example.net")[1], "Words.", "and read")
    code, _, said = run(home, "tag", "+a", "--", "*")
    tap.ok(code in (74, 75) and len(said.splitlines()) == 1, "what is to be changed is not", code, said)
    tap.same(run(home, "queue", "list"), (0, "The outbox is empty.\n", ""), "the outbox is looked at")
    code, _, said = run(home, "send", "bo@example.net")
    tap.ok(code == 74 and "File too large" in said and "disk I/O" not in said, "the system's reason is told", code, said)
    done = subprocess.run([home.program("penfold"), "deliver"], input=LETTER + "x" * 100000, env=home.env, capture_output=True, text=True,
                          timeout=60, preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (50000, resource.RLIM_INFINITY)))
    tap.ok(done.returncode == 75 and "File too large" in done.stderr, "a letter over the limit of files is left to who delivers it", done)
    tap.same(home.run("penfold", "tag", "+a", "--", "*").returncode, 0, "later it is changed")

    with subprocess.Popen([home.program("penfold-store"), "--serve"], env=home.env, text=True, stdin=subprocess.PIPE,
                          stdout=subprocess.PIPE, stderr=subprocess.PIPE, preexec_fn=full) as store:
        def ask(**request):
            store.stdin.write(json.dumps({"id": 1, **request}) + "\n")
            store.stdin.flush()
            return json.loads(store.stdout.readline())

        tap.same(ask(op="count", query="*").get("messages"), 1, "a helper that was started then answers")
        tap.ok("error" in ask(op="tag", query="*", changes=["+b"]), "and changes nothing")
        resource.prlimit(store.pid, resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
        tap.same(ask(op="tag", query="*", changes=["+b"]).get("changed"), 1, "and does when there is room")
        store.stdin.close()
        tap.same(store.wait(20), 0, "and ends as ever")
tap.done()
