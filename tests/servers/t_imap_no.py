#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""A server that says NO, BAD or BYE: to each command of a run that has everything to do in both directions. The run ends
in order and says so; the next ones end with both sides equal, nothing lost and nothing twice. And what a server refuses
for good, with what the user is told: a mailbox that is read-only, a full one, a letter that is too large, flags that it does
not keep.

NO_POINTS (8) of each answer and kind of server, evenly spread; 0 stands for all commands."""
import os
import sqlite3

from imap_account import Account, digest, events, flags_of, letter, local_files, rc_lines
from killpoints import spread
from model_imap import Mailbox, Message, ModelImap
from penfold_test import Home, Server, Tap
from stage_state import Folder

FULL = "IMAP4rev1 SASL-IR ENABLE LIST-EXTENDED LIST-STATUS UIDPLUS MOVE ESEARCH CONDSTORE QRESYNC LITERAL+ NAMESPACE ID"
FOLDERS = ("INBOX", "Archive", "Trash", "Plans")
POINTS = int(os.environ.get("NO_POINTS", 8)) or 1 << 30
tap = Tap()


def rc(home, server):
    home.rc('[account "work"]', "address = a@penfold.test", "password = x", "tls = no",
            f"imap = imap://alice@127.0.0.1:{server.port}")


def sync(home, *args):
    return home.json_lines("penfold-sync", *args, "work")


def by_number(home, folder):
    found = {}
    for path in local_files(home, folder):
        with open(path, "rb") as f:
            found[int(f.read().split(b"letter ")[1].split()[0])] = path
    return found


def write(home, folder, n):
    for name in ("cur", "new", "tmp"):
        os.makedirs(home.path("Mail/work", folder, name), exist_ok=True)
    with open(home.path("Mail/work", folder, f"cur/17000000{n}.x.host:2,S"), "wb") as f:
        f.write(letter(n, size=300))


def here(home):
    out = []
    for folder in FOLDERS:
        for path in local_files(home, folder):
            if "T" not in flags_of(path):
                with open(path, "rb") as f:
                    out.append((folder, digest(f.read()), "F" in flags_of(path)))
    return sorted(out)


def there(server):
    return sorted((folder, digest(m.data), "\\Flagged" in m.flags) for folder in FOLDERS if folder in server.boxes
                  for m in server.boxes[folder].uids.values() if "\\Deleted" not in m.flags)


class Stage:
    """Both sides agreed once, and both have changed since."""

    def __init__(self, server, home):
        self.server, self.home = server, home
        inbox, archive = server.box("INBOX"), server.box("Archive")
        server.box("Trash")
        for n in range(8):
            inbox.add(letter(n, size=300))
        archive.add(letter(20, size=300))
        rc(home, server)
        sync(home)
        files = by_number(home, "INBOX")
        os.rename(files[0], files[0].split(":2,")[0] + ":2,FS")
        os.rename(files[1], home.path("Mail/work/Archive/cur", os.path.basename(files[1])))
        os.unlink(files[2])
        write(home, "Archive", 30)
        write(home, "Plans", 31)  # the server has no such folder
        inbox.uids[4].flags.add("\\Flagged")
        inbox.touch(4)
        inbox.remove(5)
        inbox.add(letter(40, size=300))
        self.folders = [Folder(home.path("Mail")), Folder(home.path("state"))]
        self.boxes = {name: (box.attributes, dict(vars(box)), {u: (m.data, set(m.flags), m.date) for u, m in box.uids.items()})
                      for name, box in server.boxes.items()}
        self.modseq = server.modseq

    def reset(self):
        for folder in self.folders:
            folder.restore()
        self.server.boxes, self.server.commands = {}, []
        for name, (attributes, values, messages) in self.boxes.items():
            box = self.server.boxes[name] = Mailbox(self.server, attributes)
            vars(box).update(values, modseqs=dict(values["modseqs"]), expunged=dict(values["expunged"]),
                             uids={u: Message(data, set(flags), date) for u, (data, flags, date) in messages.items()})
        self.server.modseq, self.server.on_command = self.modseq, None

    def answer(self, n, text):
        """The n-th command is answered so."""
        count = [0]

        def on_command(_):
            count[0] += 1
            return text if count[0] == n else None

        self.server.on_command = on_command


def each(what, capability):
    with ModelImap(capability) as server, Home() as home:
        stage = Stage(server, home)
        stage.reset()
        sync(home, "--yes")
        commands, end = list(server.commands), (here(home), there(server))
        tap.same(end[0], sorted(end[1] + [x for x in end[0] if x[0] == "Trash" and x not in end[1]]),
                 f"{what}: without refusals both sides are equal")
        for text in ("NO not now", "BAD what?", "BYE"):
            wrong, hurt = [], 0
            for n in spread(len(commands), POINTS):
                stage.reset()
                stage.answer(n, text)
                lines, process = sync(home, "--yes")
                hurt += process.returncode != 0 or events(lines, "error") != []
                asked = commands[n - 1][:40].decode()
                if process.returncode not in (0, 65, 69, 75, 76, 77):
                    wrong.append(f"{asked}: exit {process.returncode} {process.stderr[-200:]}")
                server.on_command = None
                for _ in range(2):
                    process = sync(home, "--yes")[1]
                now = (here(home), there(server))
                if process.returncode or now != end:
                    wrong.append(f"{asked}: {process.returncode} {process.stderr[-200:]} lacks "
                                 f"{[x for a, b in zip(end, now) for x in a if x not in b]} has "
                                 f"{[x for a, b in zip(end, now) for x in b if a.count(x) != b.count(x)]}")
            tap.same(wrong, [], f"{what}: {text} to each of {len(commands)} commands: then both sides are as without it")
            tap.ok(hurt >= 3, f"{what}: {text} is told, where it matters", hurt)
        tap.same(server.errors, [], f"{what}: the server had no trouble")


def told(lines):
    return [e["message"] for e in events(lines, "error")]


def fresh(server, home):
    box = server.box("INBOX")
    server.box("Trash")
    server.box("Archive")
    for n in range(3):
        box.add(letter(n, size=300))
    rc(home, server)
    sync(home)
    return box, by_number(home, "INBOX")


def read_only():
    with ModelImap(FULL) as server, Home() as home:
        box, files = fresh(server, home)
        box.is_read_only = True
        os.rename(files[0], files[0].split(":2,")[0] + ":2,FS")
        os.rename(files[1], home.path("Mail/work/Archive/cur", os.path.basename(files[1])))
        for what in ("told", "and again, until it changes"):
            lines, process = sync(home)
            tap.ok(process.returncode == 0 and len(told(lines)) == 1 and "read-only" in told(lines)[0],
                   f"a read-only mailbox: {what}", told(lines), process.stderr)
        tap.same((len(box.uids), len(server.box("Archive").uids), flags_of(by_number(home, "INBOX")[0])), (3, 0, "FS"),
                 "nothing is tried there, and what was done here stays")
        box.is_read_only = False
        sync(home)
        tap.same((sorted(box.uids[1].flags), len(box.uids), len(server.box("Archive").uids)), (["\\Flagged", "\\Seen"], 2, 1),
                 "it goes up as soon as it may")


def full(code, capability, words, reason):
    """What does not fit stays here, is told with the server's words each time, and goes up later."""
    with ModelImap(capability) as server, Home() as home:
        box, _ = fresh(server, home)
        write(home, "INBOX", 9)
        server.on_command = lambda rest: f"NO [{code}] {words}" if rest.upper().startswith(b"APPEND") else None
        box.add(letter(50, size=300))
        lines, process = sync(home)
        tap.ok(process.returncode == 0 and lines[-1]["new"] == 1 and len(told(lines)) == 1 and words in told(lines)[0],
               f"{code}: told in the server's words, and the rest of the run is as ever", told(lines), process.stderr)
        tap.same((len(local_files(home, "INBOX")), len(box.uids)), (5, 4), f"{code}: the letter stays here")
        for turn in range(2):
            server.commands.clear()
            lines, process = sync(home)
            waits = [(e["waiting"], e["reason"], "--retry work" in e["message"]) for e in events(lines, "error")]
            tap.same((process.returncode, waits, [c for c in server.commands if c.startswith(b"APPEND")]), (0, [(1, reason, True)], []),
                     f"{code}: later runs say that it waits, and do not send it in vain")
        server.on_command = None
        lines, _ = sync(home, "--retry")
        tap.same((len(local_files(home, "INBOX")), len(box.uids), told(lines)), (5, 5, []), f"{code}: when a person wishes it goes up")
        tap.same(told(sync(home)[0]), [], f"{code}: and that is the end of it")


def full_elsewhere(capability, verb):
    """A move that is refused for want of room waits like a letter; its flags do not."""
    with ModelImap(capability) as server, Home() as home:
        box, files = fresh(server, home)
        server.on_command = lambda rest: "NO [OVERQUOTA] Trash is full" if rest.upper().startswith(verb) else None
        os.makedirs(home.path("Mail/work/Archive/cur"), exist_ok=True)
        os.rename(files[0], files[0].replace("/INBOX/", "/Archive/").split(":2,")[0] + ":2,FS")
        lines, process = sync(home)
        tap.ok(process.returncode == 0 and [("Trash is full" in line, "--retry work" in line) for line in told(lines)] ==
               [(True, False), (False, True)], f"{verb.decode()}: told in the server's words, and what comes of it", told(lines), process.stderr)
        for turn in range(2):
            server.commands.clear()
            lines, process = sync(home)
            waits = [(e["folder"], e["waiting"], e["reason"], "--retry work" in e["message"]) for e in events(lines, "error")]
            tap.same((process.returncode, waits, [c for c in server.commands if c.upper().startswith(verb)]),
                     (0, [("INBOX", 1, "server quota", True)], []), f"{verb.decode()}: later runs say that it waits, and do not ask")
        tap.same((len(box.uids), "\\Flagged" in box.uids[1].flags, len(local_files(home, "Archive"))), (3, True, 1),
                 "nothing is moved there, a flag is set, and here it stays where it is")
        later(home, 3600)
        server.on_command = None
        lines, _ = sync(home)
        tap.same((len(box.uids), len(server.box("Archive").uids), told(lines)), (2, 1, []), "in time it is moved")
        tap.same((told(sync(home)[0]), len(local_files(home, "Archive")), len(local_files(home, "INBOX"))), ([], 1, 2),
                 "and that is the end of it")


def later(home, seconds):
    """As if so much time had gone by."""
    db = sqlite3.connect(home.path("state/penfold/sync-work.db"))
    db.execute("UPDATE refused SET next = next - ?", (seconds,))
    db.commit()
    tries = db.execute("SELECT tries FROM refused").fetchall()
    db.close()
    return [t for t, in tries]


def longer_and_longer():
    with ModelImap("IMAP4rev1 SASL-IR") as server, Home() as home:
        fresh(server, home)
        write(home, "INBOX", 9)
        server.on_command = lambda rest: "NO not now" if rest.upper().startswith(b"APPEND") else None
        sync(home)
        sync(home)  # at once
        sent = []
        for minutes in (9, 2, 11, 10, 39, 2):
            tries = later(home, minutes * 60)
            server.commands.clear()
            sync(home)
            sent.append((tries, any(c.startswith(b"APPEND") for c in server.commands)))
        tap.same(sent, [([2], False), ([2], True), ([3], False), ([3], True), ([4], False), ([4], True)],
                 "a letter that was refused is offered again in the next run, then after 10, 20, 40 minutes")


def room():
    """Dovecot, whose quota is full: the letter goes up as soon as there is room, and not before."""
    with Home() as home, Server("dovecot", home.path("d"), PF_QUOTA="60K") as server:
        account = Account(server)
        account.append("INBOX", letter(1, size=40000))
        home.rc(*rc_lines(server, f"imaps://alice@localhost:{server.IMAPS_PORT}"))
        sync(home)
        for name, size in (("1", 35000), ("2", 36000), ("3", 300)):
            with open(home.path(f"Mail/work/INBOX/cur/1700000{name}.x.host:2,S"), "wb") as f:
                f.write(letter(20 + size % 7, size=size, seed=int(name)))
        lines, _ = sync(home)
        tap.same(len(account.bodies("INBOX")), 2, "the server has no room for two of three letters")
        lines, _ = sync(home)
        tap.same([(e["waiting"], e["reason"]) for e in events(lines, "error")], [(2, "server quota")], "they wait")
        account.expunge("INBOX", "1")
        lines, _ = sync(home, "--yes")
        tap.same((len(account.bodies("INBOX")), [(e["waiting"], e["reason"]) for e in events(lines, "error")]), (2, [(1, "server quota")]),
                 "when there is room, one goes up without being asked to")
        tap.same(len(local_files(home, "INBOX")), 3, "and the other stays")


def too_large():
    """APPENDLIMIT (RFC 7889): what is larger is told of, and not sent again and again."""
    with ModelImap(FULL + " APPENDLIMIT=10000") as server, Home() as home:
        box, _ = fresh(server, home)
        write(home, "INBOX", 9)
        with open(home.path("Mail/work/INBOX/cur/17000001.large.host:2,S"), "wb") as f:
            f.write(letter(10, size=11000))
        for turn in range(2):
            server.commands.clear()
            lines, process = sync(home)
            sent = [c for c in server.commands if c.upper().startswith(b"APPEND")]
            tap.ok(process.returncode == 0 and len(told(lines)) == 1 and "takes 10000 at most" in told(lines)[0] and
                   len(sent) == 1 - turn, f"run {turn}: a letter that is too large for the server stays, and is not sent",
                   told(lines), len(sent), process.stderr)
        tap.same((len(box.uids), len(local_files(home, "INBOX"))), (4, 5), "the others go up")


def forgetful():
    """PERMANENTFLAGS without keywords: what cannot be kept there stays here."""
    with ModelImap(FULL) as server, Home() as home:
        box, files = fresh(server, home)
        box.permanent = "\\Seen \\Flagged \\Answered"
        home.rc('[account "work"]', "address = a@penfold.test", "password = x", "tls = no",
                f"imap = imap://alice@127.0.0.1:{server.port}", "[keywords]", "a = Work work")
        os.rename(files[0], files[0].split(":2,")[0] + ":2,FPa")
        lines, _ = sync(home)
        tap.same((sorted(box.uids[1].flags), flags_of(by_number(home, "INBOX")[0]), told(lines)), (["\\Flagged"], "FPa", []),
                 "flags that the server does not keep stay here")
        lines, _ = sync(home)
        tap.same((lines[-1]["pushed"], flags_of(by_number(home, "INBOX")[0])), (0, "FPa"), "and are not sent again and again")
        box.permanent = "\\Seen \\Flagged \\Answered \\*"
        sync(home)
        tap.same(sorted(box.uids[1].flags), ["$Forwarded", "Work", "\\Flagged"], "a server that learns it gets them")


each("every extension", FULL)
each("IMAP4rev1 alone", "IMAP4rev1 SASL-IR")
read_only()
full("OVERQUOTA", FULL, "Quota exceeded (mailbox for user is full)", "server quota")
full("TOOBIG", "IMAP4rev1 SASL-IR", "Maximum message size exceeded", "too large for the server")
full_elsewhere(FULL, b"UID MOVE")
full_elsewhere("IMAP4rev1 SASL-IR UIDPLUS", b"UID COPY")
longer_and_longer()
room()
too_large()
forgetful()
tap.done()
