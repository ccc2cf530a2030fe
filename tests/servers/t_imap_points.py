#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""One run that has everything to do in both directions, stopped at every place: killed before and after each call
by which it changes files or speaks, each such call failing for want of room or by a broken disk, the power cut at each,
the line cut after each byte of either side. What the runs after it end with is what one run that nothing stopped ends with.

Many places leave the same behind (stage_state.py says what is the same): each such end is judged once.

SYNC_POINTS (6) of each kind of fault and SYNC_CUTS (6) of each direction, evenly spread; 0 stands for all, none for none.
The servers with less than others get a third of it. SYNC_SERVER (0 to 2) takes one kind of server alone, SYNC_SHARE=K/N
of the cuts each N-th, from the K-th on (0 is the first): for several runs beside each other. All points are
over 2,000, all cuts over 30,000: PENFOLD_TMP=/dev/shm TEST_TIMEOUT=99999 SYNC_POINTS=0 SYNC_CUTS=0 tests/lib/run_test
tests/servers/t_imap_points.py."""
import os
import shutil

from killpoints import PRELOAD, Killpoints, spread
from penfold_test import Home, Server, Tap
from imap_account import Account, flags_of, digest, letter, local_files
from line import Line
from stage_state import Folder, sessions_are_over, summary



def wanted(name):
    value = os.environ.get(name, "6")
    return 0 if value == "none" else int(value) or 1 << 30


POINTS, CUTS = wanted("SYNC_POINTS"), wanted("SYNC_CUTS")
SHARE = [int(x) for x in os.environ.get("SYNC_SHARE", "0/1").split("/")]
ONLY = os.environ.get("SYNC_SERVER")
SERVERS = (("all extensions", None), ("UIDPLUS", "IMAP4rev1 LITERAL+ UIDPLUS AUTH=PLAIN"), ("IMAP4rev1", "IMAP4rev1 AUTH=PLAIN"))
FOLDERS = ("INBOX", "Archive", "Sent", "Trash", "Plans")
NAMES = {digest(letter(n, size=300, seed=seed)): f"{seed}-{n}" for seed in range(50, 54) for n in range(9)}
tap = Tap()


class Stage:
    """A client and a server that agreed once, and what has happened on both sides since."""

    def __init__(self, home, server, what, share):
        self.home, self.server, self.line = home, server, Line(server.IMAP_PORT)
        self.what, self.points, self.cuts = what, max(POINTS // share, 2), max(CUTS // share, 2)
        home.rc('[account "work"]', "address = Alice <alice@penfold.test>", "password = alicepw", "tls = no",
                f"imap = imap://alice@127.0.0.1:{self.line.port}")
        self.shadow, self.log = home.dir + ".shadow", home.dir + ".log"
        self.maildirs = os.path.join(server.dir, "mail", "alice")
        self.prepare()
        sessions_are_over(server)
        self.folders = [Folder(place) for place in (home.path("Mail"), home.path("state"), self.maildirs)]
        self.sync()
        self.end, self.judged = self.state(), {}

    def prepare(self):
        account = Account(self.server)
        account.append("INBOX", *[letter(n, size=300, seed=50) for n in range(8)])
        account.append("Archive", *[letter(n, size=300, seed=51) for n in range(2)])
        self.sync()
        inbox = self.numbered()
        self.rename(inbox[0], flags="FS")
        self.rename(inbox[1], folder="Archive")
        os.unlink(inbox[2])
        self.write("Sent", 1)
        self.write("Plans", 2)  # the server has no such folder
        account.store("INBOX", "4", "+FLAGS", "\\Flagged")
        account.move("INBOX", "5", "Archive")
        account.expunge("INBOX", "6")
        account.append("INBOX", *[letter(n, size=300, seed=52) for n in range(2)])
        account.append("Archive", letter(3, size=300, seed=52), flags="\\Seen")
        account.imap.logout()

    def numbered(self):
        found = {}
        for path in local_files(self.home, "INBOX"):
            with open(path, "rb") as f:
                found[int(f.read().split(b"letter ")[1].split()[0])] = path
        return found

    def rename(self, path, flags="", folder="INBOX"):
        name = os.path.basename(path).split(":2,")[0] + ":2," + flags
        os.rename(path, self.home.path("Mail/work", folder, "cur", name))

    def write(self, folder, n):
        for name in ("cur", "new", "tmp"):
            os.makedirs(self.home.path("Mail/work", folder, name), exist_ok=True)
        with open(self.home.path("Mail/work", folder, f"cur/170000000{n}.x.host:2,S"), "wb") as f:
            f.write(letter(n, size=300, seed=53))

    def sync(self):
        process = self.home.run("penfold-sync", "--yes", "work")
        if process.returncode:
            with open(os.path.join(self.server.dir, "dovecot.log")) as f:
                raise AssertionError(f"sync fails: {process.stderr}{f.read()[-600:]}")

    def here(self):
        out = []
        for folder in FOLDERS:
            for path in local_files(self.home, folder):
                with open(path, "rb") as f:
                    out.append((folder, name_of(f.read()), flags_of(path)))
        return sorted(out)

    def there(self):
        out, account = [], Account(self.server)
        for folder in FOLDERS:
            if account.imap.select(account.quote(folder), readonly=True)[0] != "OK":
                continue
            data = account.imap.uid("FETCH", "1:*", "(FLAGS BODY.PEEK[])")[1]
            for item, after in zip(data[::2], data[1::2]):
                flags = (item[0] + after).decode()
                if "\\Deleted" in flags:
                    continue
                letters = "".join(c for c, flag in (("F", "\\Flagged"), ("S", "\\Seen")) if flag in flags)
                out.append((folder, name_of(item[1]), letters))
        account.imap.logout()
        return sorted(out)

    def state(self):
        return self.here(), self.there()

    def reset(self):
        shutil.rmtree(self.shadow, ignore_errors=True)
        os.mkdir(self.shadow)
        sessions_are_over(self.server)
        for folder in self.folders:
            folder.restore()

    def judge(self, what, wrong):
        sessions_are_over(self.server)
        left = summary(self.home.path("Mail"), self.home.path("state/penfold/sync-work.db"), self.maildirs)
        if left not in self.judged:
            self.judged[left] = []
            self.judge_anew(what, self.judged[left])
        wrong += self.judged[left]

    def judge_anew(self, what, wrong):
        """Two more runs; then all must be as it is without a fault."""
        try:
            self.sync()
            if self.state() != self.end:
                self.sync()
            now = self.state()
        except AssertionError as error:
            wrong.append(f"{what}: {error}")
            return
        for side, is_now, should in zip(("here", "there"), now, self.end):
            wrong += [f"{what}: {side} lacks {x}" for x in should if x not in is_now]
            wrong += [f"{what}: {side} has {x}" for x in set(is_now) if is_now.count(x) != should.count(x)]


def name_of(data):
    return NAMES.get(digest(data), "a changed one")


def forget(stage):
    """A power cut: of the databases what was synced when it was synced is there, all else of them is not; all files
    are, as if the disk had written them first."""
    stage.folders[1].restore()
    for name in os.listdir(stage.shadow):
        if ".db" in name and not name.endswith("-shm"):
            shutil.move(os.path.join(stage.shadow, name), stage.home.path("state/penfold", name))


def stopped(stage, kind, after=lambda stage: None):
    points = Killpoints("penfold-sync", stage.home.path(), stage.log, sockets="kill" in kind)
    command = [stage.home.program("penfold-sync"), "--yes", "work"]
    wrong, hurt, n = [], 0, 0
    stage.judged.clear()
    env = dict(stage.home.env, **({"FAULT_SHADOW": stage.shadow} if after is forget else {}))
    for run in points.each(command, env, stage.reset, kind=kind, most=stage.points):
        hurt, n = hurt + (run.process.returncode != 0), n + 1
        after(stage)
        stage.judge(f"{kind} at {run.point}", wrong)
    kind = "power cut" if after is forget else kind
    tap.ok(hurt * 2 >= n, f"{stage.what}, {kind}: {hurt} of {n} runs were stopped by it")
    tap.same(wrong, [], f"{stage.what}, {kind} at {n} of {points.count} calls, {len(stage.judged)} ends: the next run ends as if nothing had been")


def cut(stage):
    stage.reset()
    stage.sync()
    for thread in stage.line.done:
        thread.join()
    whole = list(stage.line.said)
    for way, name in enumerate(("the server", "the client")):
        wrong, cuts = [], spread(whole[way], stage.cuts)[SHARE[0]::SHARE[1]]
        stage.judged.clear()
        for i, n in enumerate(cuts):
            if i % 500 == 499:
                tap.diag(f"{stage.what}: {i + 1} of {len(cuts)} cuts of {name}, {len(wrong)} wrong")
            stage.reset()
            stage.line.limits = (n, None) if way == 0 else (None, n)
            process = stage.home.run("penfold-sync", "--yes", "work")
            if process.returncode not in (0, 75, 76):
                wrong.append(f"cut at {n}: exit {process.returncode}: {process.stderr}")
            stage.judge(f"cut at {n}", wrong)
        tap.same(wrong, [], f"{stage.what}, cut after {len(cuts)} of the {whole[way]} bytes of {name}, {len(stage.judged)} ends: the next run ends "
                 "as if nothing had been")


def main():
    tap.ok(os.path.exists(PRELOAD), "the fault library is built", PRELOAD)
    for turn, (what, capability) in enumerate(SERVERS):
        if ONLY not in (None, str(turn)):
            continue
        variant = {"PF_IMAP_CAPABILITY": capability} if capability else {}
        with Home() as home, Server("dovecot", home.path("d"), **variant) as server:
            stage = Stage(home, server, what, 3 if turn else 1)
            here, there = stage.end
            tap.same([x[:2] for x in here if x[0] != "Trash"], [x[:2] for x in there if x[0] != "Trash"],
                     f"{what}: a run that nothing stops makes both sides equal")
            for kind in ("kill", "killed-after", "ENOSPC", "EIO") if POINTS else ():
                stopped(stage, kind)
            if POINTS:
                stopped(stage, "kill", forget)
            if CUTS:
                cut(stage)
            stage.line.close()
            shutil.rmtree(stage.shadow)
            if os.path.exists(stage.log):
                os.unlink(stage.log)
    tap.done()


main()
