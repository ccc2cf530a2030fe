# SPDX-License-Identifier: GPL-3.0-or-later
"""imap_account - for the tests of retrieval: alice's account on a test Dovecot, seen from both ends."""
import glob
import hashlib
import imaplib
import json
import os
import random
import re
import subprocess

WORDS = ("lantern harbour copper thistle meadow violin granite saffron ember willow compass "
         "marble kettle orchard falcon drizzle quartz ladder pepper tunnel").split()


def letter(n, size=2000, message_id=True, seed=1):
    """A letter as it travels: CRLF, some with 8-bit text, dots at line starts, long lines."""
    rng = random.Random(seed * 1000003 + n)
    lines = [f"From: Sender {n} <sender{n}@example.org>", "To: alice@penfold.test",
             f"Subject: letter {n} {rng.choice(WORDS)}",
             "Date: Tue, 01 Jul 2025 10:00:00 +0000"]
    if message_id:
        lines.append(f"Message-ID: <letter-{seed}-{n}@example.org>")
    if n % 7 == 0:
        lines += ["MIME-Version: 1.0", "Content-Type: text/plain; charset=utf-8",
                  "Content-Transfer-Encoding: 8bit"]
    lines.append("")
    length = sum(map(len, lines))
    while length < size:
        lines.append(" ".join(rng.choice(WORDS) for _ in range(rng.randint(1, 14))))
        length += len(lines[-1]) + 2
    lines += ["..", ".", "gr\u00fc\u00dfe" if n % 7 == 0 else "regards", ""]
    return "\r\n".join(lines).encode("utf-8")


class Account:
    """The server's side, through Python's own client in clear (the server counts loopback as safe)."""

    def __init__(self, server, user="alice"):
        self.server, self.user = server, user
        self.connect()

    def connect(self):
        self.imap = imaplib.IMAP4("127.0.0.1", self.server.IMAP_PORT)
        self.imap.login(self.user, self.user + "pw")

    @staticmethod
    def quote(name):
        return '"' + name.replace("\\", "\\\\").replace('"', '\\"') + '"'

    def append(self, folder, *letters, flags=""):
        for text in letters:
            kind, data = self.imap.append(self.quote(folder), flags, None, text)
            assert kind == "OK", data

    def create(self, folder):
        return self.imap.create(self.quote(folder))[0] == "OK"

    def folders(self):
        kind, data = self.imap.list()
        assert kind == "OK"
        names = []
        for line in data:
            if isinstance(line, tuple):  # the name came as a literal
                names.append(line[1].decode())
                continue
            if not line:
                continue
            attributes, rest = line.decode().split(") ", 1)
            if "noselect" in attributes.lower() or "nonexistent" in attributes.lower():
                continue
            name = rest.split(" ", 1)[1]
            if name.startswith('"'):
                name = name[1:-1].replace('\\"', '"').replace("\\\\", "\\")
            names.append(name)
        return names

    def bodies(self, folder):
        """Sorted hashes of all messages in the folder."""
        kind, data = self.imap.select(self.quote(folder), readonly=True)
        assert kind == "OK", (folder, data)
        kind, data = self.imap.uid("FETCH", "1:*", "(BODY.PEEK[])")
        return sorted(digest(item[1]) for item in data if isinstance(item, tuple))

    def all_flags(self, folder):
        """(hash, flags) of each message in the folder."""
        self.imap.select(self.quote(folder), readonly=True)
        _, data = self.imap.uid("FETCH", "1:*", "(FLAGS BODY.PEEK[])")
        out = []
        for item, after in zip(data, data[1:] + [b""]):
            if isinstance(item, tuple):
                text = (item[0] + (after if isinstance(after, bytes) else b"")).decode()
                flags = set(text.split("FLAGS (")[1].split(")")[0].split()) - {"\\Recent"}
                out.append((digest(item[1]), flags))
        return out

    def flags(self, folder):
        """Flags by the hash of the message, of what is not marked as deleted."""
        return {x: flags for x, flags in self.all_flags(folder) if "\\Deleted" not in flags}

    def alive(self, folder):
        """Sorted hashes of the messages that are not marked as deleted."""
        return sorted(x for x, flags in self.all_flags(folder) if "\\Deleted" not in flags)

    def uids(self, folder):
        self.imap.select(self.quote(folder), readonly=True)
        return [x.decode() for x in self.imap.uid("SEARCH", "ALL")[1][0].split()]

    def store(self, folder, uids, how, flags):
        self.imap.select(self.quote(folder))
        assert self.imap.uid("STORE", uids, how, flags)[0] == "OK"

    def expunge(self, folder, uids):
        self.store(folder, uids, "+FLAGS", "\\Deleted")
        assert self.imap.uid("EXPUNGE", uids)[0] == "OK"

    def move(self, folder, uids, to):
        self.imap.select(self.quote(folder))
        assert self.imap.uid("MOVE", uids, self.quote(to))[0] == "OK"


def digest(data):
    return hashlib.sha256(data).hexdigest()


def local_files(home, folder, account="work"):
    base = home.path("Mail", account, *folder.split("/"))
    return sorted(glob.glob(glob.escape(base) + "/cur/*") + glob.glob(glob.escape(base) + "/new/*"))


def local_bodies(home, folder, account="work"):
    while True:
        out = []
        try:
            for path in local_files(home, folder, account):
                with open(path, "rb") as f:
                    out.append(digest(f.read()))
            return sorted(out)
        except FileNotFoundError:
            pass  # it has just been replaced or renamed


def flags_of(path):
    return path.rsplit(":2,", 1)[1] if ":2," in path else ""


def rc_lines(server, url, ca=None, extra=()):
    return ["[tls]", f"ca-file = {ca or server.CA}", '[account "work"]',
            "address = Alice <alice@penfold.test>", "password = alicepw", f"imap = {url}", *extra]


def events(lines, name):
    return [line for line in lines if line.get("event") == name]


def memory(home):
    """(the run's last word, KB at the peak, MB that are allowed) of a run of penfold-sync. The kernel's own count is
    asked while the program waits for more: what wait(2) gives includes the parent as it was when it forked."""
    program = home.program("penfold-sync")
    with subprocess.Popen([program, "--serve", "work"], env=home.env, stdin=subprocess.PIPE,
                          stdout=subprocess.PIPE, text=True) as process:
        process.stdin.write('{"id": 1, "op": "sync"}\n')
        process.stdin.flush()
        end = next((word for word in map(json.loads, process.stdout) if "event" not in word), {})
        with open(f"/proc/{process.pid}/status") as f:
            peak = int(re.search(r"VmHWM:\s+(\d+)", f.read())[1])
        process.stdin.close()
    with open(program, "rb") as f:
        limit = 500 if b"__asan_init" in f.read() else 16  # the sanitizer keeps what was freed
    return end.get("done", end.get("error")), peak, limit
