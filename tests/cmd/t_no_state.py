#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""A state folder that cannot be made: each command says so in one line and ends soon with its exit code, and a helper
that runs works as soon as the folder can be made."""
import json
import os
import subprocess

from penfold_test import Home, Tap

tap = Tap()
LETTER = "From: me@example.org\nTo: bo@example.net\nSubject: s\n\nx\n"

with Home() as home:
    with open(home.path("state"), "w"):
        pass  # a file where a folder should be, which stops root as well
    home.rc('[account "work"]', "address = Me <me@example.org>")
    for args, code in ((["search", "*"], 74), (["tag", "+a", "--", "*"], 74), (["queue"], 74), (["stats"], 74),
                       (["deliver"], 75), (["send", "bo@example.net"], 74), (["bo@example.net", "-s", "x"], 74)):
        done = home.run("penfold", *args, input=LETTER, timeout=20)
        tap.ok(done.returncode == code and done.stderr.count("\n") == 1 and home.path("state") in done.stderr,
               f"penfold {' '.join(args)}: {code} and one line", done.returncode, done.stdout, done.stderr)
    done = home.run("penfold", "sync", timeout=60)
    tap.ok(done.returncode == 75, "penfold sync: 75, and soon", done.returncode, done.stderr)

    with subprocess.Popen([home.program("penfold-store"), "--serve"], env=home.env, text=True, stdin=subprocess.PIPE,
                          stdout=subprocess.PIPE, stderr=subprocess.PIPE) as store:
        def ask():
            store.stdin.write('{"id": 1, "op": "count", "query": "*"}\n')
            store.stdin.flush()
            return json.loads(store.stdout.readline())

        tap.same(ask().get("error", {}).get("code"), "io", "a helper answers with the error")
        os.unlink(home.path("state"))
        tap.same(ask().get("messages"), 0, "and works when the folder can be made")
        store.stdin.close()
        tap.same(store.wait(20), 0, "and ends as ever")
tap.done()
