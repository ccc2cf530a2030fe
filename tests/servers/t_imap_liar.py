#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""The liar's table: what a server may say wrongly, each as a scripted session with its expected outcome. Whatever
it says, what was fetched stays, and nothing is there twice."""
import os
import re

from fake_imap import FakeImap
from penfold_test import Home, Tap
from imap_account import digest, events, letter, local_bodies

tap = Tap()


class Box:
    """An honest mailbox; the lies are in what differs."""

    def __init__(self, n=5, uidvalidity=7):
        self.mail = {uid: letter(uid, size=300, seed=40) for uid in range(1, n + 1)}
        self.uidvalidity, self.capability, self.names = uidvalidity, b"IMAP4rev1", [b"INBOX"]
        self.status = self.examine = self.size = self.body = self.extra = None
        self.heard, self.fetched = [], []

    def uidnext(self):
        return max(self.mail, default=0) + 1

    def on_list(self, c, tag, _):
        for name in self.names:
            c.send(b'* LIST () "/" "%s"\r\n' % name)
        c.send(tag + b" OK done\r\n")

    def on_status(self, c, tag, rest):
        name = rest.split(b'"')[1]
        text = self.status or b"MESSAGES %d UIDNEXT %d UIDVALIDITY %d" % (
            len(self.mail), self.uidnext(), self.uidvalidity)
        c.send(b'* STATUS "%s" (%s)\r\n%s OK done\r\n' % (name, text, tag))

    def on_examine(self, c, tag, _):
        c.send(self.examine or b"* %d EXISTS\r\n* OK [UIDVALIDITY %d] ok\r\n* OK [UIDNEXT %d] ok\r\n"
               b"* OK [PERMANENTFLAGS (\\Seen \\*)] ok\r\n" % (len(self.mail), self.uidvalidity, self.uidnext()))
        c.send(tag + b" OK [READ-WRITE] done\r\n")

    def wanted(self, text):
        out = []
        for part in text.split(b","):
            first, _, last = part.partition(b":")
            last = last or first
            high = max(self.mail, default=0) if last == b"*" else int(last)
            out += [u for u in self.mail if int(first) <= u <= high]
        return out

    def on_fetch(self, c, tag, rest):
        for n, uid in enumerate(self.wanted(rest.split()[2])):
            if b"BODY" not in rest.upper():
                c.send(b"* %d FETCH (UID %d FLAGS ())\r\n" % (n + 1, uid))
                continue
            self.fetched.append(uid)
            body = self.mail[uid] if b"HEADER" not in rest.upper() else b"Message-ID: <letter-40-%d@example.org>\r\n\r\n" % uid
            if self.body:
                self.body(c, n + 1, uid, body)
                continue
            c.send(b"* %d FETCH (UID %d FLAGS () INTERNALDATE \"01-Jul-2025 10:00:00 +0000\" RFC822.SIZE %d "
                   b"BODY[] {%d}\r\n%s)\r\n" % (n + 1, uid, self.size or len(self.mail[uid]), len(body), body))
        if self.extra:
            c.send(self.extra)
        c.send(tag + b" OK done\r\n")

    def on_append(self, c, tag, rest):
        size = int(re.search(rb"\{(\d+)", rest)[1])
        c.send(b"+ go on\r\n")
        got = 0
        while got < size:
            got += len(c.line())
        if got == size:
            c.line()
        self.heard.append(b"APPEND")
        c.send(tag + b" OK stored, of course\r\n")

    def script(self, c):
        c.serve([(b"CAPABILITY", b"* CAPABILITY " + self.capability + b"\r\nTAG OK done\r\n"),
                 (b"LIST", self.on_list), (b"STATUS", self.on_status), (b"EXAMINE", self.on_examine),
                 (b"SELECT", self.on_examine), (b"UID FETCH", self.on_fetch),
                 (b"UID SEARCH", lambda c, tag, _: c.send(b"* SEARCH %s\r\n%s OK done\r\n" % (
                     b" ".join(b"%d" % u for u in self.mail), tag))), (b"APPEND", self.on_append)])


def run(home, box):
    with FakeImap(box.script) as fake:
        home.rc('[account "work"]', "address = a@penfold.test", "password = x", "tls = no",
                f"imap = imap://alice@127.0.0.1:{fake.port}")
        return home.json_lines("penfold-sync", "work")


def kept(home, box, n=5):
    return local_bodies(home, "INBOX") == sorted(digest(letter(u, size=300, seed=40)) for u in range(1, n + 1))


def told(lines, part):
    return any(part in e.get("message", "") for e in events(lines, "error"))


def twice(c, n, uid, body):
    for _ in range(2):
        c.send(b"* %d FETCH (UID %d FLAGS () RFC822.SIZE %d BODY[] {%d}\r\n%s)\r\n" % (n, uid, len(body), len(body), body))


def zero(c, n, uid, body):
    c.send(b"* %d FETCH (UID %d FLAGS () BODY[] {%d}\r\n%s)\r\n" % (n, 0 if uid == 3 else uid, len(body), body))


def huge(c, n, uid, body):
    c.send(b"* %d FETCH (UID %d FLAGS () BODY[] {%d}\r\n%s)\r\n" % (n, 2 ** 32 + uid if uid == 3 else uid, len(body), body))


def short(c, n, uid, body):
    if uid < 3:
        return twice(c, n, uid, body)
    c.send(b"* %d FETCH (UID %d FLAGS () BODY[] {%d}\r\n%s" % (n, uid, len(body) + 1000, body))
    raise OSError("and away")


def without_uid(c, n, uid, body):
    c.send(b"* %d FETCH (FLAGS () BODY[] {%d}\r\n%s)\r\n" % (n, len(body), body))


def first_runs():
    """A first look at the mailbox: the lie, the exit code, how many messages are here then."""
    table = [
        ("a size that is wrong", {"size": 99}, 0, 5),
        ("each message twice", {"body": twice}, 0, 5),
        ("UID 0", {"body": zero}, 76, None),
        ("a UID of 33 bits", {"body": huge}, 76, None),
        ("no UID at all", {"body": without_uid}, 76, None),
        ("the line ends within a message", {"body": short}, 75, None),
        ("MESSAGES of 33 bits", {"status": b"MESSAGES 4294967297 UIDNEXT 6 UIDVALIDITY 7"}, 0, 0),
        ("UIDVALIDITY of 33 bits", {"status": b"MESSAGES 5 UIDNEXT 6 UIDVALIDITY 4294967303"}, 0, 0),
        ("UIDNEXT that is far too high", {"status": b"MESSAGES 5 UIDNEXT 4294967295 UIDVALIDITY 7"}, 0, 5),
        ("UIDNEXT that is too low", {"status": b"MESSAGES 5 UIDNEXT 4 UIDVALIDITY 7"}, 0, 3),
        ("another UIDVALIDITY when it is opened", {"examine": b"* OK [UIDVALIDITY 8] ok\r\n"}, 0, 0),
        ("EXISTS of 67 bits", {"examine": b"* 99999999999999999999 EXISTS\r\n* OK [UIDVALIDITY 7] ok\r\n"}, 0, 5),
        ("an expunge in the middle", {"extra": b"* 1 EXPUNGE\r\n* 0 EXISTS\r\n"}, 0, 5),
        ("flags of messages that nobody knows", {"extra": b"* 9 FETCH (UID 900 FLAGS (\\Seen))\r\n"}, 0, 5),
        ("an end in the middle", {"extra": b"* BYE tired\r\n"}, 75, None),
        ("a result of no command", {"extra": b"999 OK surprise\r\n"}, 76, None),
        ("parentheses without end", {"extra": b"* 1 FETCH " + b"(" * 5000 + b"\r\n"}, 76, None),
        ("a literal of 99 GB", {"extra": b"* 1 FETCH (BODY[] {99999999999}\r\n"}, 65, None),
    ]
    for what, lies, code, n in table:
        with Home() as home:
            box = Box()
            vars(box).update(lies)
            lines, process = run(home, box)
            here = len(local_bodies(home, "INBOX"))
            if "size" in lies:
                tap.same([e["messages"] for e in events(lines, "sizes")], [5], f"first run, {what}: it is said")
            tap.same((process.returncode, here if n is not None else None, here == len(set(local_bodies(home, "INBOX")))),
                     (code, n, True), f"first run, {what}")
            lines, process = run(home, Box())
            tap.ok(process.returncode == 0 and kept(home, box), f"{what}: an honest run then has all, once",
                   process.stdout[-800:], process.stderr, local_bodies(home, "INBOX"))


def half(times):
    """The first so many fetches of message 3 end in the middle, well-formed."""
    left = [times]

    def body(c, n, uid, whole):
        data = whole
        if uid == 3 and left[0] > 0:
            left[0] -= 1
            data = whole[:len(whole) // 2]
        c.send(b"* %d FETCH (UID %d FLAGS () RFC822.SIZE %d BODY[] {%d}\r\n%s)\r\n" % (n, uid, len(whole), len(data), data))
    return body


def sizes():
    """Fewer bytes than announced: kept, said, fetched once more, and no more than that."""
    with Home() as home:
        box = Box()
        box.size = 99999
        lines, process = run(home, box)
        tap.same((process.returncode, kept(home, box), [e["messages"] for e in events(lines, "sizes")]), (0, True, [5]),
                 "more is announced than comes: it is kept, once, and said")
        tap.same(sorted(box.fetched), sorted([1, 2, 3, 4, 5] * 2), "and each is fetched once more")
        box.mail[6] = letter(6, size=300, seed=40)
        run(home, box)
        tap.same((box.fetched[10:], kept(home, box, 6)), ([6], True), "a server that only misjudges is not asked twice again")
        lines, _ = run(home, box)
        tap.same((box.fetched[11:], lines[-1]["new"]), ([], 0), "and then all is quiet")
    with Home() as home:
        box = Box()
        box.body = half(1)
        lines, process = run(home, box)
        tap.same((process.returncode, kept(home, box), sorted(box.fetched)), (0, True, [1, 2, 3, 3, 4, 5]),
                 "half a letter: fetched again it is whole, and there once")
        lines, _ = run(home, box)
        tap.same((lines[-1]["new"], lines[-1]["pushed"], len(box.fetched)), (0, 0, 6), "and then all is quiet")
    with Home() as home:
        box = Box()
        box.body = half(99)
        lines, process = run(home, box)
        tap.same((process.returncode, len(local_bodies(home, "INBOX")), sorted(box.fetched)), (0, 5, [1, 2, 3, 3, 4, 5]),
                 "half a letter, for ever: kept as it is")
        run(home, box)
        tap.same((len(box.fetched), box.heard), (6, []), "and not sent up, nor asked for again")


def gone(n):
    return {u: letter(u, size=300, seed=40) for u in range(n + 1, 6)}


def second_runs():
    """After an honest run: the lie, and what must be told. No file leaves its place."""
    reused = {u: letter(u + 50, size=300, seed=40) for u in range(1, 6)}
    table = [
        ("all messages gone", {"mail": {}}, "lost 5 of 5"),
        ("two of five gone", {"mail": gone(2)}, "lost 2 of 5"),
        ("the folder gone", {"names": []}, "no longer has this folder"),
        ("the UIDs reused for other messages", {"mail": reused}, None),
        ("renumbered, all the same", {"uidvalidity": 8}, "renumbered"),
        ("renumbered and emptied", {"uidvalidity": 8, "mail": {}}, "renumbered"),
        ("counters of zero", {"status": b"MESSAGES 0 UIDNEXT 0 UIDVALIDITY 0"}, None),
        ("no counters", {"status": b"X 1"}, None),
        ("VANISHED for all that there is", {"extra": b"* VANISHED 1:4294967295\r\n"}, None),
        ("it cannot be opened", {"examine": b"* NO [ALERT] busy\r\n"}, None),
    ]
    for what, lies, text in table:
        with Home() as home:
            run(home, Box())
            box = Box()
            vars(box).update(lies)
            lines, process = run(home, box)
            tap.ok(process.returncode == 0 and kept(home, box), f"second run, {what}: every file stays",
                   process.stdout[-800:], process.stderr, local_bodies(home, "INBOX"))
            if text:
                tap.ok(told(lines, text), f"and is told: {text}", *lines)
            run(home, Box())
            lines, process = run(home, Box())
            tap.ok(kept(home, box), f"{what}: honest again, all is as it was", *lines)


def names():
    """Names that want to be paths."""
    hostile = [b"..", b"../../evil", b"a/../../b", b"cur", b".notmuch/xapian", b"/etc/x", b"tmp", b"new/../x", b"&AC4ALg-"]
    with Home() as home:
        box = Box(1)
        box.names = [b"INBOX"] + hostile
        lines, process = run(home, box)
        root = os.path.realpath(home.path("Mail/work")) + "/"
        paths = [os.path.realpath(e["path"]) for e in events(lines, "message")]
        tap.ok(process.returncode == 0 and len(paths) >= 8, "hostile names are fetched", process.stderr, len(paths))
        tap.ok(all(p.startswith(root) for p in paths), "inside the account's folder", *paths)
        tap.same(len({os.path.dirname(p) for p in paths}), len(paths), "each into one of its own")
        tap.same(sorted(os.listdir(home.dir)), sorted(set(os.listdir(home.dir)) & {"Mail", "rc", "state", "config"}),
                 "and nothing beside it")


def append_lies():
    """OK to an APPEND that stores nothing: the letter stays here, and does not go up for ever."""
    with Home() as home:
        box = Box()
        run(home, box)
        with open(home.path("Mail/work/INBOX/cur/1.x.h:2,S"), "wb") as f:
            f.write(letter(99, size=300, seed=40))
        run(home, box)
        run(home, box)
        run(home, box)
        tap.same((box.heard, os.path.exists(home.path("Mail/work/INBOX/cur/1.x.h:2,S"))), ([b"APPEND"], True),
                 "a letter that the server only says it took stays here, and is sent once")


def main():
    first_runs()
    sizes()
    second_runs()
    names()
    append_lies()
    tap.done()


main()
