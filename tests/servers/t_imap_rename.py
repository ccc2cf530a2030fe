#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Folders renamed on the server are renamed here, nothing is fetched again and nothing is there twice: known by
MAILBOXID, or by UIDVALIDITY and Message-IDs. What only looks like it is asked about. Killed anywhere, the next run
ends it."""
import os
import shutil

from killpoints import PRELOAD, Killpoints
from penfold_test import Home, Server, Tap
from imap_account import Account, digest, events, letter, local_bodies, local_files, rc_lines
from model_imap import ModelImap

SOME = "IMAP4rev1 SASL-IR UIDPLUS MOVE LITERAL+"
POINTS = int(os.environ.get("FAULT_POINTS", "12"))
tap = Tap()


def rc(home, server):
    home.rc('[account "work"]', "address = a@penfold.test", "password = x", "tls = no",
            f"imap = imap://alice@127.0.0.1:{server.port}")


def sync(home):
    lines, process = home.json_lines("penfold-sync", "work")
    if process.returncode:
        tap.diag(process.stdout[-1500:], process.stderr)
    return lines


def fill(server):
    for name, n in (("Old", 12), ("Old/a", 5), ("Old/a/b", 3), ("Other", 2)):
        for i in range(n):
            server.box(name).add(letter(i, size=400, seed=len(name)))


def there(server, name):
    return sorted(digest(m.data) for m in server.boxes[name].uids.values())


def model(what, capability, renumber=False):
    with ModelImap(capability) as server, Home() as home:
        fill(server)
        rc(home, server)
        sync(home)
        before = {f: local_files(home, f) for f in ("Old", "Old/a", "Old/a/b")}
        os.rename(before["Old"][0], before["Old"][0] + "F")  # done here meanwhile
        server.rename("Old", "Neu \u00e4")
        if renumber:
            for name in server.boxes:
                if name.startswith("Neu"):
                    server.boxes[name].uidvalidity += 500
        server.commands.clear()
        lines = sync(home)
        new = ["Neu \u00e4", "Neu \u00e4/a", "Neu \u00e4/a/b"]
        tap.same([lines[-1]["new"]] + [local_bodies(home, f) for f in new], [0] + [there(server, f) for f in new],
                 f"{what}: a folder and those below it follow, nothing is fetched again")
        tap.same([local_files(home, f) for f in before] + [os.path.exists(home.path("Mail/work/Old"))], [[], [], [], False],
                 f"{what}: the old ones are gone")
        tap.same([e["from"] for e in events(lines, "renamed")], ["Old", "Old/a", "Old/a/b"], f"{what}: it is told")
        tap.same(({os.path.basename(p).split(":")[0] for p in local_files(home, new[0])},
                  [sorted(m.flags) for m in server.boxes[new[0]].uids.values() if m.flags]),
                 ({os.path.basename(p).split(":")[0] for p in before["Old"]}, [["\\Flagged"]]),
                 f"{what}: the files are the same, and what was done here meanwhile goes up")
        tap.same([e for e in events(sync(home), "error")], [], f"{what}: nothing is asked")


def lookalikes():
    with ModelImap(SOME) as server, Home() as home:
        fill(server)
        rc(home, server)
        sync(home)
        old = server.boxes.pop("Other")
        new = server.box("New")
        for i in range(3):
            new.add(letter(i + 50, size=400, seed=9))
        new.uidvalidity = old.uidvalidity
        lines = sync(home)
        tap.same((lines[-1]["new"], len(local_files(home, "Other")), [e.get("held_back") for e in events(lines, "error")]),
                 (3, 2, [2]), "the same UIDVALIDITY with other messages is another folder; the lost one is asked about")


def rubbish():
    """Cyrus 3.6 tells bytes of freed memory as the id of a mailbox that was just renamed: any, parentheses too."""
    for id in ("p)\u00df/\u00a4(U", "((((", "a b", '"', "p)"):
        with ModelImap(SOME + " OBJECTID LIST-EXTENDED LIST-STATUS") as server, Home() as home:
            fill(server)
            rc(home, server)
            sync(home)
            server.rename("Old", "Neu")
            new = ["Neu", "Neu/a", "Neu/a/b"]
            for name in new:
                server.boxes[name].id = id
            lines = sync(home)
            tap.same((lines[-1].get("new"), [local_bodies(home, f) for f in new], events(lines, "error")),
                     (0, [there(server, f) for f in new], []), f"an id such as {id!r} is none, and the folder follows all the same")


def real():
    with Home() as home, Server("dovecot", home.path("d")) as server:
        account = Account(server)
        account.create("Lists/penfold")
        account.append("Lists/penfold", *[letter(n) for n in range(60)])
        home.rc(*rc_lines(server, f"imaps://alice@localhost:{server.IMAPS_PORT}"))
        sync(home)
        account.imap.rename("Lists/penfold", "Projects/penfold/list")
        lines = sync(home)
        tap.same((lines[-1]["new"], local_bodies(home, "Projects/penfold/list"), events(lines, "error")),
                 (0, account.bodies("Projects/penfold/list"), []), "Dovecot: a renamed folder is followed")
        tap.same((lines[-1]["round_trips"] <= 6, "Lists/penfold" in account.folders()), (True, False), "and stays renamed")


def named_anew():
    """Folders that were fetched before the server's prefix was left out."""
    space = '(("INBOX." ".")) NIL NIL'
    with ModelImap(SOME, space, ".") as server, Home() as home:
        server.box("INBOX.Sent").add(letter(1))
        rc(home, server)
        sync(home)
        server.capability.append("NAMESPACE")
        lines = sync(home)
        tap.same((lines[-1]["new"], len(local_files(home, "Sent")), local_files(home, "INBOX/Sent"), events(lines, "error")),
                 (0, 1, [], []), "a folder that has a better name now keeps its messages")


def killed():
    with ModelImap(SOME + " OBJECTID") as server, Home() as home:
        fill(server)
        rc(home, server)
        sync(home)
        shutil.copytree(home.path("Mail"), home.path("Mail.kept"))
        shutil.copytree(home.path("state"), home.path("state.kept"))
        server.rename("Old", "New")

        def fresh():
            for name in ("Mail", "state"):
                shutil.rmtree(home.path(name), ignore_errors=True)
                shutil.copytree(home.path(name + ".kept"), home.path(name))

        points = Killpoints("penfold-sync", home.path(), f"/tmp/{os.path.basename(home.dir)}.log")
        wrong, stopped = [], 0
        for run in points.each([home.program("penfold-sync"), "work"], home.env, fresh, most=POINTS):
            stopped += run.process.returncode != 0
            lines = sync(home)
            wrong += [(run.point, f) for f in ("New", "New/a", "New/a/b", "Other")
                      if local_bodies(home, f) != there(server, f) or lines[-1].get("new") or local_files(home, "Old")]
        os.unlink(points.log)
        tap.ok(stopped > POINTS // 2, "killed while it follows", stopped)
        tap.same((wrong, sorted(server.boxes)), ([], ["INBOX", "New", "New/a", "New/a/b", "Other"]),
                 "the next run ends it, with nothing lost or doubled")


def main():
    rubbish()
    model("by MAILBOXID", SOME + " OBJECTID LIST-EXTENDED LIST-STATUS", renumber=True)
    model("by Message-IDs", SOME)
    lookalikes()
    real()
    named_anew()
    if os.path.exists(PRELOAD):
        killed()
    else:
        tap.ok(False, "the fault library is built", PRELOAD)
    tap.done()


if __name__ == "__main__":
    main()
