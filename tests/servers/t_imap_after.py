#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""A run is killed, and before the next one another program has its way with the file: under another name, in a third
folder, gone. In the end the letter is where it was put, once, on both sides.

AFTER_POINTS (4): so many kills for each of the cases, evenly spread; 0 stands for all. AFTER_CASE takes those that have this in
their name."""
import os

from killpoints import PRELOAD, Killpoints
from penfold_test import Home, Server
from both_ways import here, tap
from imap_account import Account, digest, letter, local_files, rc_lines
from stage_state import Folder, sessions_are_over

POINTS = int(os.environ.get("AFTER_POINTS", "4")) or 1 << 30
ONLY = os.environ.get("AFTER_CASE", "")
FOLDERS = ("INBOX", "Archive", "Lists", "Trash")
SERVERS = (("all extensions", None), ("UIDPLUS", "IMAP4rev1 LITERAL+ UIDPLUS AUTH=PLAIN"), ("IMAP4rev1", "IMAP4rev1 AUTH=PLAIN"))
LETTER = letter(1, size=300, message_id=False, seed=60)


class Scene:
    """A letter, and others beside it."""

    def __init__(self, server, is_poor):
        self.server, self.is_poor, self.home = server, is_poor, Home()
        self.home.rc(*rc_lines(server, f"imap://alice@127.0.0.1:{server.IMAP_PORT}", extra=["tls = no"]))
        self.log = self.home.dir + ".log"

    def close(self):
        self.home.__exit__()
        if os.path.exists(self.log):
            os.unlink(self.log)

    def keep(self):
        sessions_are_over(self.server)
        self.folders = [Folder(place) for place in
                        (self.home.path("Mail"), self.home.path("state"), os.path.join(self.server.dir, "mail", "alice"))]

    def reset(self):
        sessions_are_over(self.server)
        for folder in self.folders:
            folder.restore()

    def sync(self):
        process = self.home.run("penfold-sync", "--yes", "work")
        return [] if process.returncode == 0 else [f"sync fails: {process.stderr}"]

    def file(self):
        """The letter's path; None."""
        for folder in FOLDERS:
            for path in local_files(self.home, folder):
                with open(path, "rb") as f:
                    if digest(f.read()) == digest(LETTER):
                        return path
        return None

    def put(self, folder, name):
        """The file goes to the folder; its path, None when there is none."""
        path = self.file()
        if path is None:
            return None
        base, _, flags = os.path.basename(path).partition(":2,")
        for sub in ("cur", "new", "tmp"):
            os.makedirs(self.home.path("Mail/work", folder, sub), exist_ok=True)
        to = self.home.path("Mail/work", folder, "cur", f"{name or base}:2,{flags}")
        os.rename(path, to)
        return to

    def lie(self):
        """Folders that have the letter, here and there."""
        account = Account(self.server)
        there = [f for f in FOLDERS for x in account.alive(f) if x == digest(LETTER)]
        account.imap.logout()
        return [f for f in FOLDERS for x in here(self.home, f) if x == digest(LETTER)], there


def move_on(scene):
    return "Lists" if scene.put("Lists", None) else "INBOX"


def rename_on(scene):
    return "Lists" if scene.put("Lists", "r7.other.host") else "INBOX"


def rename_here(scene):
    path = scene.file()
    return scene.put(path.split("/")[-3], "r8.other.host").split("/")[-3] if path else "INBOX"


def delete(scene):
    path = scene.file()
    if path:
        os.unlink(path)
    return "Trash"


def move_back(scene):
    return scene.put("INBOX", None).split("/")[-3]


def nothing(_scene):
    return "Trash"


def arrive(_scene, account):
    """It comes."""
    account.append("INBOX", LETTER)


def move(scene, account):
    """It has been moved here."""
    account.append("INBOX", LETTER)
    assert scene.sync() == []
    scene.put("Archive", None)


def go(scene, account):
    """It has been deleted here."""
    move(scene, account)
    os.unlink(scene.file())


CASES = ((arrive, rename_on, "kill"), (arrive, rename_here, "kill"), (move, move_on, "killed-after"), (move, rename_on, "killed-after"),
         (move, delete, "killed-after"), (move, move_back, "killed-after"), (go, nothing, "killed-after"))


def play(server, what, turn, prepare, act, kind):
    name = f"{what}: {prepare.__name__}, {act.__name__}"
    if ONLY not in name:
        return
    scene, account = Scene(server, turn > 0), Account(server)
    for folder in FOLDERS:
        account.create(folder)
        account.imap.select(account.quote(folder))
        account.imap.uid("STORE", "1:*", "+FLAGS", "\\Deleted")
        account.imap.expunge()
    account.append("INBOX", *[letter(n, size=300, seed=61) for n in range(9)])
    assert scene.sync() == []
    prepare(scene, account)
    account.imap.logout()
    scene.keep()
    points, wrong, n = Killpoints("penfold-sync", scene.home.path(), scene.log, sockets=prepare is not arrive), [], 0
    for run in points.each([scene.home.program("penfold-sync"), "--yes", "work"], scene.home.env, scene.reset, kind=kind, most=POINTS):
        sessions_are_over(server)
        folder, n = act(scene), n + 1
        trouble = scene.sync() + scene.sync()
        lies = scene.lie()
        if folder == "INBOX":  # there was no file: it has come as if nothing had been
            folder = lies[0][0] if lies[0] else "nowhere"
        if trouble or lies != ([folder], [folder]):
            wrong.append((run.point, points.calls()[run.point - 1:run.point], folder, lies, *trouble))
    scene.close()
    tap.same(wrong, [], f"{name}, {kind} at {n} of {points.count} calls: it is there once")


def main():
    tap.ok(os.path.exists(PRELOAD), "the fault library is built", PRELOAD)
    for turn, (what, capability) in enumerate(SERVERS):
        variant = {"PF_IMAP_CAPABILITY": capability} if capability else {}
        with Home() as home, Server("dovecot", home.path("d"), **variant) as server:
            for case in CASES:
                play(server, what, turn, *case)
    tap.done()


main()
