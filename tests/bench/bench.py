#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""bench.py [MEASURE...] - Penfold and its peers side by side, as ratios.

    sync index paint open cold tag mail send verdict      all of these without arguments
    big                    the list of BENCH_BIG (100000) messages beside neomutt, aerc and alot; makes them first

All that is compared runs alternately in one go on one machine; figures are medians. Peers that are
not installed are named and left out. Sizes by the environment: BENCH_MESSAGES (10000, of short text) for
the list, BENCH_INDEX (1000) and BENCH_SYNC (1000) of all kinds, BENCH_LETTERS (1000) for sending,
BENCH_RTT in ms (40), BENCH_RUNS (3)."""
import os
import platform
import shutil
import statistics
import subprocess
import sys
import time

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path[:0] = [HERE, os.path.join(HERE, "..", "lib")]
import big_mail  # noqa: E402
import penfold_test  # noqa: E402
import reading  # noqa: E402
from gen_corpus import generate  # noqa: E402
from send import bench_send  # noqa: E402
from sync import bench_sync  # noqa: E402
from verdict import bench_verdict  # noqa: E402

MESSAGES = int(os.environ.get("BENCH_MESSAGES", 10000))
INDEX = int(os.environ.get("BENCH_INDEX", 1000))
SYNC = int(os.environ.get("BENCH_SYNC", 1000))
RTT = float(os.environ.get("BENCH_RTT", 40))
RUNS = int(os.environ.get("BENCH_RUNS", 3))
CACHE = os.path.join(penfold_test.BUILD, "bench")
DEFAULT = ["sync", "index", "paint", "open", "cold", "tag", "mail", "send", "verdict"]
ALL = DEFAULT + ["big"]
BIG = int(os.environ.get("BENCH_BIG", 100000))


def installed(name):
    path = os.environ.get("PATH", "") + ":/usr/sbin"
    return shutil.which(name, path=path)


def corpus(n, light=False):
    out = os.path.join(CACHE, f"corpus-{n}" + ("-light" if light else ""))
    generate(n, out, light=light)
    return out


def timed(argv, env, input=None):
    """(wall seconds, CPU seconds) of a program with its children; SystemExit when it fails."""
    before, start = os.times(), time.monotonic()
    done = subprocess.run(argv, env=env, input=input, capture_output=True)
    wall, after = time.monotonic() - start, os.times()
    if done.returncode:
        sys.exit(f"{' '.join(argv)}: exit {done.returncode}\n{done.stderr.decode(errors='replace')}")
    return wall, (after.children_user - before.children_user
                  + after.children_system - before.children_system), done.stdout


def alternately(runners):
    """{name: [what runner() gave, RUNS times]}, one after the other in each round."""
    seen = {name: [] for name in runners}
    for _ in range(RUNS):
        for name, runner in runners.items():
            seen[name].append(runner())
    return seen


def median(values):
    values = [v for v in values if v is not None]
    return statistics.median(values) if values else None


class Report:
    def __init__(self):
        print(f"{platform.processor() or platform.machine()}, {os.cpu_count()} CPUs, load "
              f"{os.getloadavg()[0]:.1f}, {RUNS} runs, {time.strftime('%Y-%m-%d')}")
        print(f"{'':52} {'penfold':>10} {'peer':>10} {'ratio':>7}  {'goal':>6}")

    def line(self, what, ours, theirs, peer, unit="ms", goal=None):
        scale = 1000 if unit == "ms" else 1
        def show(value):
            return "-" if value is None else f"{value * scale:.1f} {unit}"
        ratio = f"{ours / theirs:7.3f}" if ours is not None and theirs else "      -"
        print(f"{what + ' / ' + peer:52} {show(ours):>10} {show(theirs):>10} {ratio}"
              f"  {'' if goal is None else goal:>6}", flush=True)


# ---- the store and the screen

def local_account(home):
    with open(home.path("zone.json"), "w") as f:
        f.write("{}")
    home.rc('[account "b"]', "address = Me <me@penfold.example>", "[dns]", f"zone = {home.path('zone.json')}")


def make_home(n, light):
    """A home with a local account that owns the corpus, not indexed yet."""
    home = penfold_test.Home()
    inbox = home.path("Mail", "b", "INBOX")
    shutil.copytree(corpus(n, light), inbox)
    os.unlink(os.path.join(inbox, "complete"))
    local_account(home)
    return home


# Half a million letters would be synced for hours. For making a mailbox alone: what is measured, syncs.
NO_SYNC = {"LD_PRELOAD": os.path.join(penfold_test.BUILD, "tests", "faults", "fault_preload.so"),
           "FAULT_PROGRAM": "none", "FAULT_NO_SYNC": "1"}


def index_penfold(home, environment=()):
    env = dict(home.env, **dict(environment))
    out = timed([home.program("penfold-store")], env, b'{"id": 1, "op": "scan"}\n')
    if b'"done"' not in out[2].splitlines()[-1]:
        sys.exit(f"penfold-store: {out[2][-500:].decode(errors='replace')}")
    return out[:2]


def index_notmuch(home):
    config = home.path("notmuch-config")
    with open(config, "w") as f:
        f.write(f"[database]\npath={home.path('Mail')}\n[user]\nname=Me\nprimary_email=me@penfold.example\n"
                "[new]\ntags=unread;inbox;\n[maildir]\nsynchronize_flags=true\n")
    return timed(["notmuch", "new", "--quiet"], dict(home.env, NOTMUCH_CONFIG=config))[:2]


def bench_index(report):
    def fresh(index):
        with make_home(INDEX, light=False) as home:
            return index(home)
    runners = {"penfold": lambda: fresh(index_penfold)}
    if installed("notmuch"):
        runners["notmuch"] = lambda: fresh(index_notmuch)
    seen = alternately(runners)
    for figure, name in ((1, "CPU"), (0, "wall")):
        report.line(f"index {INDEX} messages, {name}", median([s[figure] for s in seen["penfold"]]),
                    median([s[figure] for s in seen.get("notmuch", [])]), "notmuch new",
                    goal=0.9 if figure else None)


def bench_screen(report, wanted):
    with make_home(MESSAGES, light=True) as home:
        index_penfold(home)
        home.run("penfold", "sync", timeout=900)  # what is not judged yet would be, beside what is measured
        report.messages = MESSAGES
        if "paint" in wanted:
            reading.bench_list(report, home, RUNS)
        if "open" in wanted:
            reading.bench_open(report, home, RUNS)
        if "cold" in wanted:
            reading.bench_list(report, home, RUNS, cold=True)
        if "tag" in wanted:
            reading.bench_tag(report, home, RUNS)


def bench_mail(report):
    with make_home(200, light=True) as home:
        big_mail.write_all(home.path("Mail", "b", "INBOX"))
        index_penfold(home)
        program = reading.penfold(home)
        for what, name, _ in big_mail.KINDS:
            seen = [big_mail.open_one(program.argv, program.env, name) for _ in range(RUNS)]
            first, last, screen, renderer = (median([s[i] for s in seen]) for i in range(4))
            report.line(f"{what}: the first screen", first, 0.1, "0.1 s", goal=1)
            report.line(f"{what}: all of it", last, 1, "1 s", goal=1)
            report.line(f"{what}: memory of the screen", screen, 64, "64 MB", unit="MB", goal=1)
            report.line(f"{what}: memory of the renderer", renderer, 64, "64 MB", unit="MB", goal=1)


def bench_big(report):
    """The home is kept in build/bench, or BENCH_BIG_HOME: it takes long to make."""
    home = reading.KeptHome(os.environ.get("BENCH_BIG_HOME") or os.path.join(CACHE, f"big-{BIG}"))
    if not home.is_complete():
        generate(BIG, home.path("Mail", "b", "INBOX"), light=True)
        os.unlink(home.path("Mail", "b", "INBOX", "complete"))
        local_account(home)
        index_penfold(home, NO_SYNC)
        home.complete()
    report.messages = BIG
    reading.bench_big(report, home, RUNS)


def main():
    wanted = sys.argv[1:] or DEFAULT
    unknown = [w for w in wanted if w not in ALL]
    if unknown:
        sys.exit(f"bench.py: no such measure: {' '.join(unknown)}; there are: {' '.join(ALL)}")
    os.makedirs(CACHE, exist_ok=True)
    for peer in ("mbsync", "offlineimap", "getmail", "neomutt", "notmuch", "dovecot", "msmtp"):
        if not installed(peer):
            print(f"{peer} is not installed: " + ("sync is not measured" if peer == "dovecot"
                                                   else "its column stays empty"))
    report = Report()
    if "sync" in wanted and installed("dovecot"):
        bench_sync(report, corpus(SYNC), RTT, RUNS)
    if "index" in wanted:
        bench_index(report)
    if {"paint", "open", "cold", "tag"} & set(wanted):
        bench_screen(report, wanted)
    if "mail" in wanted:
        bench_mail(report)
    if "big" in wanted:
        bench_big(report)
    if "send" in wanted:
        bench_send(report, RTT, RUNS)
    if "verdict" in wanted:
        bench_verdict(report)


if __name__ == "__main__":
    main()
