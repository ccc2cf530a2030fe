#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Interrupted anywhere, the next run goes on: killed at the calls by which it changes files, disk errors,
the line cut at any byte. In the end both sides are the same, and no message is there twice.

SYNC_POINTS (16) of each kind of fault, evenly spread; 0 stands for all."""
import glob
import json
import os
import shutil
import zlib

from killpoints import PRELOAD, Killpoints
from penfold_test import Home, Server, Tap
from chaos import Chaos
from imap_account import Account, digest, letter, local_bodies, local_files, rc_lines
from line import Line

MESSAGES = 90
COPIES = 2
POINTS = int(os.environ.get("SYNC_POINTS", 16)) or 1 << 30
tap = Tap()


def tell_difference(home, account):
    """What is not the same on both sides; an empty list when all is well."""
    wrong = []
    for folder in ("INBOX", "Archive", "Sent", "Trash"):
        here, there = local_bodies(home, folder), account.bodies(folder)
        if here != there:
            wrong.append(f"{folder}: {len(here)} here, {len(there)} on the server, "
                         f"{len(set(here))} and {len(set(there))} different ones")
    return wrong


def fresh(home, account):
    """Nothing fetched yet, two letters to bring up, none of them on the server."""
    shutil.rmtree(home.path("Mail"), ignore_errors=True)
    shutil.rmtree(home.path("state"), ignore_errors=True)
    account.imap.select("Sent")
    account.imap.uid("STORE", "1:*", "+FLAGS", "\\Deleted")
    account.imap.expunge()
    os.makedirs(home.path("Mail/work/Sent/cur"))
    for name in ("new", "tmp"):
        os.makedirs(home.path("Mail/work/Sent", name))
    for n in range(COPIES):
        with open(home.path(f"Mail/work/Sent/cur/17000000{n}.x.host:2,S"), "wb") as f:
            f.write(letter(n, seed=6))


def rc(home, server, port=None):
    home.rc(*rc_lines(server, f"imaps://alice@localhost:{port or server.IMAPS_PORT}"))


def killed(home, server, account, kind):
    rc(home, server)
    points = Killpoints("penfold-sync", home.path(), f"/tmp/{os.path.basename(home.dir)}.log")
    command = [home.program("penfold-sync"), "work"]
    wrong, stopped = [], 0
    for run in points.each(command, home.env, lambda: fresh(home, account), kind=kind, most=POINTS):
        stopped += run.process.returncode != 0
        again = home.run("penfold-sync", "work")
        if again.returncode:
            wrong.append(f"point {run.point}: the next run fails: {again.stderr}")
        wrong += [f"point {run.point}: {text}" for text in tell_difference(home, account)]
        left = glob.glob(home.path("Mail/work/*/new/*"))
        wrong += [f"point {run.point}: {left} in new/" for _ in left[:1]]
    os.unlink(points.log)
    tap.ok(stopped * 2 > min(POINTS, 60), f"{kind}: the runs were really stopped", stopped)
    tap.same(wrong, [], f"{kind} at any change of a file: the next run makes both sides equal")


def disk_fails(home, server, account, kind):
    """While more letters come a process of its own waits for the disk: it is killed, or told of an error."""
    rc(home, server)
    fresh(home, account)
    points = Killpoints("penfold-sync", home.path(), f"/tmp/{os.path.basename(home.dir)}.log", child=True)
    run = points.run([home.program("penfold-sync"), "work"], home.env, at=1, kind=kind)
    told = [json.loads(line) for line in run.process.stdout.splitlines()]
    tap.same((run.process.returncode, [e["path"] for e in told if e["event"] == "message"]), (74, []),
             f"{kind} beside: no letter of it counts as fetched")
    tap.ok(not glob.glob(home.path("Mail/work/*/tmp/*")), f"{kind} beside: nothing is left of them")
    again = home.run("penfold-sync", "work")
    tap.same((again.returncode, tell_difference(home, account)), (0, []), f"{kind} beside: the next run makes both sides equal")
    os.unlink(points.log)


def through_proxy(home, server, account, rules):
    """One run through a proxy that fails; what it prints on both."""
    with Chaos(home, server.IMAPS_PORT, *rules) as proxy:
        rc(home, server, proxy.port)
        return home.run("penfold-sync", "work")


def cut(home, server, account):
    fresh(home, account)
    whole = sum(os.path.getsize(p) for p in fetched_sizes(home, server, account))
    broken = 0
    wrong = []
    fresh(home, account)
    for step in range(24):  # each run gets a little further than the one before
        process = through_proxy(home, server, account, [f"*:cut-s2c={3000 + whole * step // 20}" +
                                                        (",rst" if step % 3 == 0 else "")])
        broken += process.returncode == 75
        if process.returncode not in (0, 75, 76):
            wrong.append(f"step {step}: exit {process.returncode}: {process.stderr}")
    tap.same(wrong, [], "a cut line is told as such")
    tap.ok(broken >= 5, "the line was really cut", broken)
    rc(home, server)
    home.run("penfold-sync", "work")
    tap.same(tell_difference(home, account), [], "after two dozen cuts both sides are equal")
    for step in range(12):  # each from nothing, and one more run to mend it
        fresh(home, account)
        through_proxy(home, server, account, [f"*:cut-s2c={whole * (step + 1) // 13},cut-c2s={40000}"])
        rc(home, server)
        home.run("penfold-sync", "work")
        wrong += tell_difference(home, account)
    tap.same(wrong, [], "one cut anywhere and one more run")
    fresh(home, account)
    process = through_proxy(home, server, account, ["1:split=7"])
    tap.same((process.returncode, tell_difference(home, account)), (0, []),
             "a line in pieces of seven bytes changes nothing")


def lost_answers(home, server, account):
    """A letter goes up, and the line breaks before the answer comes, or before the letter has left. Until the next run
    another client, or another program here, has moved it on."""
    line = Line(server.IMAP_PORT)
    home.rc('[account "work"]', "address = Alice <alice@penfold.test>", "password = alicepw", "tls = no",
            f"imap = imap://alice@127.0.0.1:{line.port}")
    home.run("penfold-sync", "work")
    account.create("Done")
    text, copied = letter(70, seed=6, message_id=False), letter(71, seed=6, message_id=False)
    account.append("INBOX", copied)
    home.run("penfold-sync", "work")
    before, after = (0, b"APPENDUID", False), (1, b"APPEND", False)
    done, there, both = ("Done",), ("INBOX",), ("INBOX", "Archive")
    for what, data, word, name, want in (
            ("moved on there after the answer was lost", text, before, None, done),
            ("a copy of a letter that is here, and never left", copied, after, None, both),
            ("moved on here after the answer was lost", letter(72, seed=6), before, "", there),
            ("moved on here under another name", letter(73, seed=6), before, "another.host:2,S", there)):
        path = home.path("Mail/work/Archive/cur", f"{zlib.crc32(data)}.y.host:2,S")
        with open(path, "wb") as f:
            f.write(data)
        line.word = word
        process = home.run("penfold-sync", "work")
        tap.ok(process.returncode in (75, 76), f"{what}: the run is stopped", process.returncode, process.stderr)
        if data is text:
            account.move("Archive", account.uids("Archive")[-1], "Done")
        if name is not None:
            os.rename(path, home.path("Mail/work/INBOX/cur", name or os.path.basename(path)))
        process = home.run("penfold-sync", "work")
        copies = [(f, account.bodies(f).count(digest(data)), local_bodies(home, f).count(digest(data)))
                  for f in ("INBOX", "Archive", "Done")]
        tap.same((process.returncode, copies), (0, [(f, *([f in want] * 2)) for f, *_ in copies]),
                 f"{what}: each is where it is due, once, on both sides")
    line.close()


def fetched_sizes(home, server, account):
    rc(home, server)
    home.run("penfold-sync", "work")
    return local_files(home, "INBOX") + local_files(home, "Archive")


def main():
    with Home() as home, Server("dovecot", home.path("d")) as server:
        account = Account(server)
        account.append("INBOX", *[letter(n) for n in range(MESSAGES)])
        account.append("Archive", *[letter(n, seed=2) for n in range(20)])
        tap.ok(os.path.exists(PRELOAD), "the fault library is built", PRELOAD)
        disk_fails(home, server, account, "kill")
        disk_fails(home, server, account, "EIO")
        killed(home, server, account, "kill")
        killed(home, server, account, "EIO")
        cut(home, server, account)
        lost_answers(home, server, account)
    tap.done()


main()
