#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""A folder that is given another name here, by any program, is renamed on the server, with those below it. Where the server
refuses, or only some of it went, its messages are moved. Killed anywhere, the next run ends it."""
import os
import shutil

from killpoints import PRELOAD, Killpoints
from penfold_test import Home, Server
from both_ways import difference, put, quiet, sync, tap
from imap_account import Account, events, letter, local_bodies, local_files, rc_lines
from model_imap import ModelImap
from t_imap_rename import SOME, fill, rc, there

POINTS = int(os.environ.get("FAULT_POINTS", "12"))
BELOW = ("", "/a", "/a/b")


def words(server, *names):
    return [c.decode() for c in server.commands if c.split(b" ")[0].decode() in names or b"UID MOVE" in c]


def rename(home, old, new):
    os.makedirs(os.path.dirname(home.path("Mail/work", new)), exist_ok=True)
    os.rename(home.path("Mail/work", old), home.path("Mail/work", new))


def model():
    with ModelImap(SOME + " OBJECTID") as server, Home() as home:
        fill(server)
        rc(home, server)
        sync(home)
        ids = {n: server.boxes["Old" + n].id for n in BELOW}
        rename(home, "Old", "Pläne/neu")
        os.rename(local_files(home, "Pläne/neu")[0], local_files(home, "Pläne/neu")[0] + "F")
        put(home, "Pläne/neu", letter(1, seed=30), "1.a.h")
        server.box("Old").add(letter(2, seed=30))  # not here yet
        server.commands.clear()
        lines, _ = sync(home)
        new = ["Pläne/neu" + n for n in BELOW]
        tap.same((sorted(server.boxes), {n: server.boxes["Pläne/neu" + n].id for n in BELOW}),
                 (sorted(["INBOX", "Other", *new]), ids), "a folder that was renamed here is renamed there, with those below it")
        tap.same(words(server, "RENAME", "CREATE"), ['RENAME "Old" "Pl&AOQ-ne/neu"'], "by one command")
        tap.same((lines[-1]["new"], [local_bodies(home, f) for f in new]), (1, [there(server, f) for f in new]),
                 "nothing is fetched again but what is new, and what was done here meanwhile goes up")
        tap.same([sorted(m.flags) for m in server.boxes[new[0]].uids.values() if "\\Flagged" in m.flags], [["\\Flagged"]], "flags too")
        tap.same([(e["folder"], e["from"], e["side"]) for e in events(lines, "renamed")], [("Pläne/neu" + n, "Old" + n, "here") for n in BELOW], "it is told")
        tap.same((events(lines, "error"), os.path.exists(home.path("Mail/work/Old"))), ([], False), "nothing is asked, and the old one is gone")
        quiet(home, "renamed here")


def model_refuses():
    with ModelImap(SOME) as server, Home() as home:
        fill(server)
        rc(home, server)
        sync(home)
        rename(home, "Other", "New")
        server.on_command = lambda c: "NO [CANNOT] not this one" if c.startswith(b"RENAME") else None
        lines, _ = sync(home)
        tap.same((local_bodies(home, "New"), there(server, "Other"), lines[-1]["new"]), (there(server, "New"), [], 0),
                 "where that is refused the messages are moved")
        tap.ok(any("not this one" in e["message"] for e in events(lines, "error")), "which is told", events(lines, "error"))
        quiet(home, "refused")
        tap.same(sorted(server.boxes), ["INBOX", "New", "Old", "Old/a", "Old/a/b", "Other"], "the empty folder stays there")
        rename(home, "New", "Other")
        lines, _ = sync(home)
        tap.same((local_bodies(home, "Other"), there(server, "New"), lines[-1]["new"], events(lines, "error")), (there(server, "Other"), [], 0, []),
                 "given its old name again, they are moved back into it")
        quiet(home, "taken back")


def model_not():
    """What is no renaming of a folder: some letters of it, one below it stays, INBOX and folders that have a part to play."""
    with ModelImap(SOME) as server, Home() as home:
        fill(server)
        server.box("Sent").add(letter(1, seed=31))
        server.box("INBOX").add(letter(2, seed=31))
        rc(home, server)
        sync(home)
        rename(home, "Sent", "Sent 2020")
        rename(home, "INBOX", "In")
        os.makedirs(home.path("Mail/work/Part/cur"))
        for name in ("new", "tmp"):
            os.makedirs(home.path("Mail/work/Part", name))
        rename(home, "Old/cur", "Part/cur")  # the folders below stay
        for name in ("new", "tmp"):
            os.rmdir(home.path("Mail/work/Old", name))
        server.commands.clear()
        sync(home)
        tap.same((words(server, "RENAME")[:0], [c for c in words(server, "RENAME") if "RENAME" in c]), ([], []), "other things are no renaming")
        tap.same([local_bodies(home, f) for f in ("Sent 2020", "In", "Part", "Old/a")],
                 [there(server, f) for f in ("Sent 2020", "In", "Part", "Old/a")], "their messages are moved")


def killed():
    with ModelImap(SOME) as server, Home() as home:
        fill(server)
        rc(home, server)
        sync(home)
        rename(home, "Old", "New")
        for name in ("Mail", "state"):
            shutil.copytree(home.path(name), home.path(name + ".kept"))

        def fresh():
            for name in ("Mail", "state"):
                shutil.rmtree(home.path(name), ignore_errors=True)
                shutil.copytree(home.path(name + ".kept"), home.path(name))
            if "New" in server.boxes:
                server.boxes.pop("Old", None)
                server.rename("New", "Old")

        points = Killpoints("penfold-sync", home.path(), f"/tmp/{os.path.basename(home.dir)}.log", sockets=True)
        wrong, stopped = [], 0
        for run in points.each([home.program("penfold-sync"), "work"], home.env, fresh, kind="killed-after", most=POINTS):
            stopped += run.process.returncode != 0
            lines, _ = sync(home)
            wrong += [(run.point, f) for f in ("New", "New/a", "New/a/b", "Other")
                      if local_bodies(home, f) != there(server, f) or lines[-1].get("new") or events(lines, "error")]
            wrong += [(run.point, sorted(server.boxes))] * (sorted(server.boxes) != ["INBOX", "New", "New/a", "New/a/b", "Other"])
        os.unlink(points.log)
        tap.ok(stopped > POINTS // 2, "killed while it renames", stopped)
        tap.same(wrong, [], "the next run ends it, with nothing lost or doubled")


def real():
    with Home() as home, Server("dovecot", home.path("d")) as server:
        account = Account(server)
        for name, n in (("Lists/penfold", 30), ("Lists/penfold/old", 3), ("Nothing", 0)):
            account.create(name)
            account.append(name, *[letter(i, seed=32 + n) for i in range(n)])
        home.rc(*rc_lines(server, f"imaps://alice@localhost:{server.IMAPS_PORT}"))
        sync(home)
        account.append("Lists/penfold", letter(7, seed=40))
        rename(home, "Lists/penfold", "Projects/penfold")
        rename(home, "Nothing", "Something")
        lines, _ = sync(home)
        tap.same((lines[-1]["new"], lines[-1]["pushed"], difference(home, account, ("Projects/penfold", "Projects/penfold/old", "Something"))),
                 (1, 0, []), "Dovecot: folders that were renamed here, one of them empty, nothing travels but what is new")
        tap.same([f for f in account.folders() if "Lists/penfold" in f or f == "Nothing"], [], "and no empty ones are left there")
        account.imap.rename("Projects/penfold", "Done/penfold")
        lines, _ = sync(home)
        tap.same((lines[-1]["new"], difference(home, account, ("Done/penfold", "Done/penfold/old")), os.path.exists(home.path("Mail/work/Projects/penfold"))),
                 (0, [], False), "renamed on there, it follows here")
        quiet(home, "Dovecot")


def main():
    model()
    model_refuses()
    model_not()
    real()
    if os.path.exists(PRELOAD):
        killed()
    else:
        tap.ok(False, "the fault library is built", PRELOAD)
    tap.done()


main()
