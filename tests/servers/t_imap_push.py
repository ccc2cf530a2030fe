#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is done here to mail travels to the server: flags, moves by any program, undo; on servers with and
without MOVE and UIDPLUS; stopped anywhere, the next run makes both sides equal."""
import os
import shutil

from killpoints import Killpoints
from both_ways import quiet, sync, tap
from penfold_test import Home, Server
from imap_account import Account, digest, events, flags_of, letter, local_bodies, local_files, rc_lines

FOLDERS = ("INBOX", "Archive", "Trash")
POINTS = int(os.environ.get("SYNC_POINTS", 12)) or 1 << 30


def flags_there(account, folder):
    """Flags on the server by the hash of the message."""
    account.imap.select(account.quote(folder), readonly=True)
    _, data = account.imap.uid("FETCH", "1:*", "(FLAGS BODY.PEEK[])")
    out = {}
    for item, after in zip(data[::2], data[1::2]):
        text = (item[0] + after).decode()
        out[digest(item[1])] = {f for f in text.split("FLAGS (")[1].split(")")[0].split() if f != "\\Recent"}
    return out


def file_of(home, folder, text):
    """The local file with these bytes."""
    found = []
    for path in local_files(home, folder):
        with open(path, "rb") as f:
            if f.read() == text:
                found.append(path)
    assert len(found) == 1, (folder, found)
    return found[0]


def flag(home, folder, text, flags):
    path = file_of(home, folder, text)
    os.rename(path, path.split(":2,")[0] + ":2," + flags)


def put(home, folder, text, to):
    """Move by file name, as any program may."""
    path = file_of(home, folder, text)
    base = home.path("Mail/work", to)
    for sub in ("cur", "new", "tmp"):
        os.makedirs(os.path.join(base, sub), exist_ok=True)
    os.rename(path, os.path.join(base, "cur", os.path.basename(path)))


def difference(home, account, folders=FOLDERS):
    return [f"{f}: {len(local_bodies(home, f))} here, {len(account.bodies(f))} there"
            for f in folders if local_bodies(home, f) != account.bodies(f)]


def flags(home, account, letters):
    flag(home, "INBOX", letters[0], "S")
    flag(home, "INBOX", letters[1], "FRS")
    flag(home, "INBOX", letters[2], "P")
    lines, _ = sync(home)
    there = flags_there(account, "INBOX")
    tap.same([there[digest(t)] for t in letters[:3]],
             [{"\\Seen"}, {"\\Seen", "\\Flagged", "\\Answered"}, {"$Forwarded"}], "flags set here are set there")
    tap.same((lines[-1]["pushed"], lines[-1]["flags"]), (3, 0), "and counted")
    quiet(home, "flags")
    flag(home, "INBOX", letters[1], "")
    sync(home)
    tap.same(flags_there(account, "INBOX")[digest(letters[1])], set(), "and taken away")
    flag(home, "INBOX", letters[3], "T")
    sync(home)
    tap.same(flags_there(account, "INBOX")[digest(letters[3])], set(), "a mark to delete stays here")
    flag(home, "INBOX", letters[3], "")


def conflicts(home, account, letters):
    """Letter n has UID n + 1."""
    flag(home, "INBOX", letters[4], "S")
    account.store("INBOX", "5", "+FLAGS", "\\Seen")
    flag(home, "INBOX", letters[5], "S")
    account.store("INBOX", "6", "+FLAGS", "\\Flagged")
    account.store("INBOX", "7", "+FLAGS", "(\\Seen \\Flagged)")
    sync(home)
    flag(home, "INBOX", letters[6], "S")
    account.store("INBOX", "7", "+FLAGS", "\\Answered")
    sync(home)
    there = flags_there(account, "INBOX")
    tap.same([there[digest(t)] for t in letters[4:7]],
             [{"\\Seen"}, {"\\Seen", "\\Flagged"}, {"\\Seen", "\\Answered"}],
             "changes on both sides are both kept, there")
    tap.same([flags_of(file_of(home, "INBOX", t)) for t in letters[4:7]], ["S", "FS", "RS"], "and here")
    quiet(home, "conflicts")


def moves(home, account, letters):
    put(home, "INBOX", letters[0], "Archive")
    put(home, "INBOX", letters[7], "Archive")
    flag(home, "Archive", letters[7], "FS")
    lines, _ = sync(home)
    tap.same(difference(home, account), [], "a file renamed into another folder is a move there")
    tap.ok(digest(letters[0]) in account.bodies("Archive"), "to the folder meant")
    tap.same(flags_there(account, "Archive")[digest(letters[7])], {"\\Seen", "\\Flagged"}, "with its new flags")
    tap.same((lines[-1]["new"], lines[-1]["pushed"]), (0, 3), "without being fetched again")
    tap.same([(e["folder"], e.get("to"), e["messages"]) for e in events(lines, "pushed")],
             [("INBOX", None, 1), ("INBOX", "Archive", 2)], "and it is told")
    quiet(home, "a move")
    put(home, "Archive", letters[0], "INBOX")
    sync(home)
    tap.same(difference(home, account), [], "moving it back after a sync moves it back there")
    put(home, "INBOX", letters[0], "Trash")
    put(home, "Trash", letters[0], "INBOX")
    quiet(home, "moved and back before a sync")
    put(home, "INBOX", letters[0], "Archive")
    put(home, "Archive", letters[0], "Trash")
    sync(home)
    tap.same((difference(home, account), digest(letters[0]) in account.bodies("Trash")), ([], True),
             "moved twice while away, it goes where it lies")
    put(home, "INBOX", letters[1], "Projects/Penfold")
    sync(home)
    tap.same(account.bodies("Projects/Penfold"), [digest(letters[1])], "a folder that the server lacks is made")
    quiet(home, "a new folder")
    account.append("INBOX", letter(500))
    os.unlink(file_of(home, "INBOX", letters[2]))
    sync(home)
    tap.same((digest(letters[2]) in account.bodies("INBOX"), digest(letters[2]) in account.bodies("Trash")),
             (False, True), "a file that has vanished is in the trash there")
    tap.same(difference(home, account), [], "and in the trash here")
    os.unlink(file_of(home, "Trash", letters[2]))
    sync(home)
    tap.same(digest(letters[2]) in account.bodies("Trash"), False, "deleted from the trash it is gone")
    quiet(home, "deleted")


def crossed(home, account, letters):
    """Both sides move, or one moves what the other takes away."""
    put(home, "INBOX", letters[8], "Archive")
    account.move("INBOX", "9", "Archive")
    put(home, "INBOX", letters[9], "Archive")
    account.store("INBOX", "10", "+FLAGS", "\\Flagged")
    sync(home)
    sync(home)
    tap.same(difference(home, account, ["Archive"]), [], "moved on both sides, it is there once")
    tap.same((flags_of(file_of(home, "Archive", letters[9])),
              flags_there(account, "Archive")[digest(letters[9])]), ("F", {"\\Flagged"}),
             "a flag set there meets the file in its new place")
    quiet(home, "crossed")


def by_store(home, account, text, message_id):
    """The way of the screen: penfold-store moves, and undoes."""
    home.ask("penfold-store", {"op": "scan"})
    answers = home.ask("penfold-store", {"op": "move", "ids": [message_id], "role": "trash"})
    tap.same(len(answers[-1].get("moved", [])), 1, "penfold-store moves to the trash")
    sync(home)
    tap.same((difference(home, account, ["Trash"]), digest(text) in account.bodies("Trash"),
              digest(text) in account.bodies("INBOX")), ([], True, False),
             "deleted here, it is in the server's trash")
    home.ask("penfold-store", {"op": "move", "ids": [message_id], "folder": "INBOX"})
    sync(home)
    tap.same((difference(home, account, ["Trash"]), digest(text) in account.bodies("Trash"),
              digest(text) in account.bodies("INBOX")), ([], False, True), "undone, it is back")


def many(home, account):
    texts = [letter(n, size=400, seed=30) for n in range(250)]
    account.append("Junk", *texts)
    sync(home)
    for path in local_files(home, "Junk"):
        os.rename(path, path.replace("/Junk/", "/Archive/"))
    lines, _ = sync(home)
    tap.same((difference(home, account, ["Junk", "Archive"]), lines[-1]["pushed"]), ([], 250), "many at once")
    tap.ok(lines[-1]["round_trips"] <= 9, "in few round trips", lines[-1])
    tap.same(events(lines, "error"), [], "without a word of doubt")


def twins(home, account):
    """Of each letter two copies, one of them marked as deleted; another program renames and moves both."""
    texts = [letter(n, size=400, seed=31) for n in range(10)]
    for folder, flags in (("Twins", ""), ("Marked", "\\Deleted")):
        account.create(folder)
        account.append(folder, *texts, flags=flags)
    sync(home)
    for folder, to, flags in (("Twins", "INBOX", ""), ("Marked", "Archive", "T")):
        for n, text in enumerate(texts):
            os.rename(file_of(home, folder, text), home.path("Mail/work", to, "cur", f"{folder}{n}.host:2,{flags}"))
    sync(home)
    sync(home)
    for folder, flags, there in (("INBOX", "", False), ("Archive", "T", True)):
        tap.same([flags_of(file_of(home, folder, text)) for text in texts], [flags] * 10, f"twins in {folder} here")
        known = flags_there(account, folder)
        tap.same(["\\Deleted" in known[digest(text)] for text in texts], [there] * 10, "and on the server")


def whole(home, server):
    account = Account(server)
    letters = [letter(n) for n in range(60)]
    account.append("INBOX", *letters)
    home.rc(*rc_lines(server, f"imaps://alice@localhost:{server.IMAPS_PORT}"))
    sync(home)
    base = quiet(home, "at first")["round_trips"]
    flags(home, account, letters)
    conflicts(home, account, letters)
    moves(home, account, letters)
    crossed(home, account, letters)
    by_store(home, account, letters[20], "letter-1-20@example.org")
    many(home, account)
    twins(home, account)
    tap.same(quiet(home, "at last")["round_trips"], base, "with nothing to push no round trip is added")


def poor(capability, what, is_expunged):
    """A server that can do less."""
    with Home() as home, Server("dovecot", home.path("d"), PF_IMAP_CAPABILITY=capability) as server:
        account = Account(server)
        letters = [letter(n, seed=3, message_id=n % 2 == 0) for n in range(12)]
        account.append("INBOX", *letters)
        account.store("INBOX", "12", "+FLAGS", "\\Deleted")
        home.rc(*rc_lines(server, f"imaps://alice@localhost:{server.IMAPS_PORT}"))
        sync(home)
        for n in range(4):
            put(home, "INBOX", letters[n], "Archive")
        flag(home, "INBOX", letters[5], "S")
        lines, _ = sync(home)
        tap.same((lines[-1]["new"], lines[-1]["pushed"]), (0, 5), f"{what}: moved and flagged")
        tap.same(difference(home, account, ["Archive"]), [], "what was moved is in its new place, once")
        there = flags_there(account, "INBOX")
        tap.same("\\Deleted" in there[digest(letters[11])], True, "what others marked is not removed with it")
        if is_expunged:
            tap.same(len(there), 8, "it has left the old place")
        else:
            tap.same([f for t in letters[:4] for f in there[digest(t)]], ["\\Deleted"] * 4,
                     "it is marked as deleted in the old place")
            tap.ok(any("UIDPLUS" in e["message"] for e in events(lines, "error")), "and that is told", lines)
        quiet(home, what)
        put(home, "Archive", letters[0], "INBOX")
        put(home, "Archive", letters[1], "INBOX")
        sync(home)
        sync(home)
        quiet(home, f"{what}, moved back")
        left = [t for t, f in flags_there(account, "INBOX").items() if "\\Deleted" not in f]
        tap.ok({digest(letters[0]), digest(letters[1])} <= set(left), "moved back, it is alive there")
        tap.same(len(local_files(home, "INBOX")), 8 + 2, "and here once")


def deleted_poor(capability):
    """Without UIDPLUS a mark is all that is left: who takes it away has the letter again, here as well."""
    with Home() as home, Server("dovecot", home.path("d"), PF_IMAP_CAPABILITY=capability) as server:
        account = Account(server)
        letters = [letter(n, seed=5, message_id=n % 2 == 0) for n in range(12)]
        account.append("INBOX", *letters)
        home.rc(*rc_lines(server, f"imaps://alice@localhost:{server.IMAPS_PORT}"))
        sync(home)
        for n in (0, 1):
            os.unlink(file_of(home, "INBOX", letters[n]))
        put(home, "INBOX", letters[2], "Archive")
        for _ in range(3):
            sync(home)
        tap.same(account.bodies("Trash"), sorted(digest(t) for t in letters[:2]),
                 "deleted, a letter is in the server's trash once, however often is synchronised")
        for n in (0, 1):
            tap.same(flags_of(file_of(home, "Trash", letters[n])), "", "and in the trash here")
        quiet(home, "deleted without UIDPLUS")
        os.unlink(file_of(home, "Trash", letters[0]))
        sync(home)
        tap.same(flags_there(account, "Trash")[digest(letters[0])], {"\\Deleted"}, "deleted from the trash: marked")
        quiet(home, "deleted from the trash without UIDPLUS")
        account.store("INBOX", "3", "-FLAGS", "\\Deleted")
        account.store("Trash", "1:*", "-FLAGS", "\\Deleted")
        sync(home)
        tap.same(digest(letters[2]) in local_bodies(home, "INBOX"), True, "moved, and revived by another: it is here")
        tap.same(local_bodies(home, "Trash"), sorted(digest(t) for t in letters[:2]),
                 "deleted from the trash, and revived by another: it is here")
        tap.same(local_bodies(home, "Archive"), [digest(letters[2])], "and where it was moved to as well")
        quiet(home, "revived")
        there = flags_there(account, "INBOX")
        tap.same("\\Deleted" in there[digest(letters[2])], False, "and it is alive on the server")
        account.store("Trash", "1:*", "+FLAGS", "\\Deleted")
        sync(home)
        os.unlink(file_of(home, "Trash", letters[1]))
        account.store("Trash", "1:*", "-FLAGS", "\\Deleted")
        sync(home)
        tap.same(local_bodies(home, "Trash"), sorted(digest(t) for t in letters[:2]),
                 "marked by another and deleted here, then revived: it is here")
        quiet(home, "revived again")


def killed(capability, kind, what):
    """Stopped at each change of a file while three flags and six moves go up."""
    variant = {"PF_IMAP_CAPABILITY": capability} if capability else {}
    with Home() as home, Server("dovecot", home.path("d"), **variant) as server:
        account = Account(server)
        letters = [letter(n, seed=4, message_id=n % 3 != 0) for n in range(14)]
        home.rc(*rc_lines(server, f"imaps://alice@localhost:{server.IMAPS_PORT}"))

        def fresh():
            shutil.rmtree(home.path("Mail"), ignore_errors=True)
            shutil.rmtree(home.path("state"), ignore_errors=True)
            for folder in FOLDERS:
                account.imap.select(folder)
                account.imap.uid("STORE", "1:*", "+FLAGS", "\\Deleted")
                account.imap.expunge()
            account.append("INBOX", *letters)
            home.run("penfold-sync", "work")
            for n in range(6):
                put(home, "INBOX", letters[n], "Trash" if n % 2 else "Archive")
            for n in range(5, 8):
                flag(home, "Trash" if n == 5 else "INBOX", letters[n], "S")

        points = Killpoints("penfold-sync", home.path(), f"/tmp/{os.path.basename(home.dir)}.log")
        wrong, stopped = [], 0
        for run in points.each([home.program("penfold-sync"), "work"], home.env, fresh, kind=kind, most=POINTS):
            stopped += run.process.returncode != 0
            again = home.run("penfold-sync", "work")
            if again.returncode:
                wrong.append(f"point {run.point}: the next run fails: {again.stderr}")
            wrong += [f"point {run.point}: {text}" for text in difference(home, account)]
            if len(account.bodies("INBOX") + account.bodies("Archive") + account.bodies("Trash")) != 14:
                wrong.append(f"point {run.point}: lost or doubled")
            seen = {**flags_there(account, "INBOX"), **flags_there(account, "Trash")}
            wrong += [f"point {run.point}: flags of {n} are {seen[digest(letters[n])]}" for n in range(5, 8)
                      if seen.get(digest(letters[n])) != {"\\Seen"}]
        os.unlink(points.log)
        tap.ok(stopped > POINTS // 2, f"{what}, {kind}: the runs were really stopped", stopped)
        tap.same(wrong, [], f"{what}, {kind} anywhere: the next run makes both sides equal")


def main():
    with Home() as home, Server("dovecot", home.path("d")) as server:
        whole(home, server)
    poor("IMAP4rev1 LITERAL+ UIDPLUS AUTH=PLAIN", "without MOVE", True)
    poor("IMAP4rev1 LITERAL+ AUTH=PLAIN", "without MOVE and UIDPLUS", False)
    deleted_poor("IMAP4rev1 LITERAL+ AUTH=PLAIN")
    killed(None, "kill", "MOVE")
    killed(None, "EIO", "MOVE")
    killed("IMAP4rev1 LITERAL+ UIDPLUS AUTH=PLAIN", "kill", "COPY and EXPUNGE")
    tap.done()


main()
