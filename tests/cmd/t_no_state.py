#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""A state folder that cannot be made: each command says so in one line and ends soon with its exit code, and a helper
that runs works as soon as the folder can be made. Folders that can only be read, as of a backup: mail is read as ever,
and what cannot be done says why."""
import json
import os
import shlex
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


def only_read(home, folder, *words, input=""):
    """penfold, with a folder of the home that takes nothing: to root by a mount of its own."""
    command = [home.program("penfold"), *words]
    if os.geteuid() == 0:
        at = shlex.quote(home.path(folder))
        command = ["unshare", "-m", "sh", "-c", f"mount --bind {at} {at} && mount -o remount,bind,ro {at} && exec {shlex.join(command)}"]
    else:
        subprocess.run(["chmod", "-R", "a-w", home.path(folder)], check=True)
    try:
        return subprocess.run(command, env=home.env, input=input, capture_output=True, text=True, timeout=60)
    finally:
        if os.geteuid() != 0:
            subprocess.run(["chmod", "-R", "u+w", home.path(folder)], check=True)


def backup():
    with Home() as home:
        home.rc('[account "work"]', "address = Me <me@example.org>")
        home.run("penfold", "deliver", input=LETTER.replace("From", "Message-ID: <1@x.example>\nFrom"))
        home.run("penfold", "send", "--at", "+2h", "me@example.org", input="Subject: later\n\nx\n")
        usual = {words: home.run("penfold", *words).stdout for words in (("search", "*"), ("count", "*"), ("show", "id:1@x.example"), ("queue",))}
        for folder in ("Mail", "state"):
            for words, stdout in usual.items():
                done = only_read(home, folder, *words)
                tap.same((done.returncode, done.stdout, done.stderr), (0, stdout, ""), f"{folder} can only be read: penfold {' '.join(words)}")
        for folder, words, code, parts in (("Mail", ["tag", "+a", "--", "*"], 69, ["Mail/.notmuch/xapian cannot be written: ", "Mail can be read"]),
                                           ("Mail", ["deliver"], 75, ["Mail/work/INBOX/tmp/"]), ("state", ["deliver"], 75, ["the state folder takes nothing"]),
                                           ("state", ["send", "bo@example.net"], 74, ["state/penfold/queue/queue.db: "])):
            done = only_read(home, folder, *words, input=LETTER)
            tap.ok(done.returncode == code and all(p in done.stderr for p in parts) and len(done.stderr.splitlines()) == 1
                   and "move" not in done.stderr and "unable to open" not in done.stderr, f"{folder} can only be read: penfold {words[0]} says why not", done)


if os.geteuid() == 0 and subprocess.run(["unshare", "-m", "true"], capture_output=True).returncode:
    tap.ok(True, "folders that can only be read # SKIP no mounts of one's own here")
else:
    backup()
tap.done()
