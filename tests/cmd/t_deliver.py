#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Local delivery beside others who write to the index: what is on the disk is taken, soon, and found."""
import os
import subprocess
import time

from penfold_test import Home, Tap, locked_index, wait_for

COUNT = 12
tap = Tap()


def letter(name, text="hello"):
    return f"From: Ann <ann@a.example>\nSubject: {name}\nMessage-ID: <{name.replace(' ', '')}@a.example>\n\n{text}\n"


def found(home):
    rows, _ = home.json_lines("penfold", "search", "--json", "subject:parallel or subject:locked")
    return sorted(r["subject"] for r in rows)


def test_locked(home):
    """Another program holds the lock and does not let go."""
    home.run("penfold", "deliver", input=letter("first"))
    with locked_index(home):
        start = time.monotonic()
        run = home.run("penfold", "deliver", "--json", input=letter("locked"), timeout=60)
        took = time.monotonic() - start
        tap.same((run.returncode, '"id":null' in run.stdout.replace(" ", "")), (0, True),
                 "an index that stays locked refuses no mail")
        tap.ok(took < 25, "and is not waited for as long as that", took)
        tap.same(len(os.listdir(home.path("Mail/work/INBOX/new")) + os.listdir(home.path("Mail/work/INBOX/cur"))), 2,
                 "it lies in the folder")
    home.run("penfold", "sync")
    tap.same(found(home), ["locked"], "and is found when the lock is free")
    rows, _ = home.json_lines("penfold", "search", "--json", "subject:locked")
    tap.ok({"inbox", "unread"} <= set(rows[0]["tags"]), "as new mail", rows)


def test_mistake(home):
    """A mistake in the rc file, or in who calls, refuses no mail for good."""
    for args in (["--account", "nobody"], ["-o", "nonsense.key=1"], ["--rc", home.path("none")]):
        done = home.run("penfold", "deliver", *args, input="From: a@b.example\n\nx\n")
        tap.ok(done.returncode == 75 and len(done.stderr.splitlines()) == 1, f"75: {args[0]}", done)


def test_copy(home):
    """A copy that cannot be indexed is none: nothing of it stays on the disk, to go up to a server."""
    request = {"op": "copy", "ids": ["first@a.example"], "role": "archive", "account": "work"}
    with locked_index(home):
        answer = home.ask("penfold-store", request)[-1]
    tap.same(("error" in answer, [os.path.join(at, n) for at, _, names in os.walk(home.path("Mail/work")) for n in names
                                  if "Archive" in at]), (True, []), "a copy that cannot be indexed leaves no file")
    tap.same(len(home.ask("penfold-store", request)[-1].get("copied", [])), 1, "and is made when the lock is free")


def test_moved(home):
    """Who looks after the folder has moved the letter on before the deliverer could index it, as a filter may."""
    inbox, junk = home.path("Mail/work/INBOX"), home.path("Mail/work/Junk/cur")
    os.makedirs(junk)
    before = set(os.listdir(inbox + "/new") + os.listdir(inbox + "/cur"))
    with open(home.path("moved"), "w+") as f, locked_index(home):
        f.write(letter("moved"))
        f.seek(0)
        run = subprocess.Popen([home.program("penfold"), "deliver"], env=home.env, stdin=f)
        wait_for(lambda: new_of(inbox, before), what="the letter in its folder")
        name = new_of(inbox, before)[0]
        os.rename(name, os.path.join(junk, os.path.basename(name).split(":")[0] + ":2,"))
    tap.same(run.wait(60), 0, "a letter that was moved on meanwhile is delivered, not refused")
    tap.same((len(os.listdir(junk)), new_of(inbox, before)), (1, []), "and there once")


def new_of(inbox, before):
    return [os.path.join(inbox, d, n) for d in ("new", "cur") for n in os.listdir(os.path.join(inbox, d))
            if n not in before]


def test_parallel(home):
    """Many deliveries at once, while the store takes up a folder."""
    folder = home.path("Mail/work/INBOX/cur")
    for i in range(1500):
        with open(os.path.join(folder, f"m{i}:2,S"), "w") as f:
            f.write(letter(f"old{i}", f"word{i} " * 40))
    scan = subprocess.Popen([home.program("penfold-store"), "scan"], env=home.env, stdout=subprocess.DEVNULL)
    runs = []
    for i in range(COUNT):
        with open(home.path(f"in{i}"), "w+") as f:
            f.write(letter(f"parallel {i:02d}"))
            f.seek(0)
            runs.append(subprocess.Popen([home.program("penfold"), "deliver"], env=home.env, stdin=f))
    tap.same([r.wait(120) for r in runs], [0] * COUNT, f"{COUNT} deliveries beside a scan are all taken")
    scan.wait(120)
    home.run("penfold-store", "scan")
    tap.same(found(home), ["locked"] + [f"parallel {i:02d}" for i in range(COUNT)], "and found, each once")


with Home() as home_:
    home_.rc('[account "work"]', "address = ann@a.example")
    test_locked(home_)
    test_mistake(home_)
    test_copy(home_)
    test_moved(home_)
    test_parallel(home_)
tap.done()
