#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Two clients and a server, random steps, and faults at random places: killed at a change of a file, a disk
error, the line cut. In the end all three are equal, and no letter is lost or there twice.

On a server without UIDPLUS what was moved stays in its old place, marked; two clients that move the same letter to
and fro may then each bring a copy up. There only that nothing is lost is claimed, and that all are equal.

MODEL_STEPS (200) and MODEL_SEED choose the walk; the seed is printed, and a walk that fails says where. A seed gives the
same steps again as far as the server's own timing allows; MODEL_TRACE writes them to files of that name.
MODEL_LETTER follows one letter through it, MODEL_SERVER (0 to 2) takes one kind of server alone. One walk of 10,000:
PENFOLD_TMP=/dev/shm TEST_TIMEOUT=99999 MODEL_SERVER=0 MODEL_STEPS=10000 tests/lib/run_test tests/servers/t_imap_model.py."""
import os
import random
import re
import subprocess

from killpoints import PRELOAD
from penfold_test import Home, Server, Tap
from imap_account import Account, local_files
from line import Line

FOLDERS = ("INBOX", "Archive", "Junk", "Lists", "Trash")
FLAGS = {"\\Answered": "R", "\\Flagged": "F", "\\Seen": "S", "\\Draft": "D", "$Forwarded": "P"}
STEPS = int(os.environ.get("MODEL_STEPS", "200"))
SEED = int(os.environ.get("MODEL_SEED", random.SystemRandom().randrange(1 << 30)))
LETTER = os.environ.get("MODEL_LETTER")  # where this one lies is told after every step
ONLY = os.environ.get("MODEL_SERVER")
CAPABILITIES = (None, "IMAP4rev1 LITERAL+ UIDPLUS AUTH=PLAIN", "IMAP4rev1 AUTH=PLAIN")
tap = Tap()


def letter(n):
    head = f"From: s{n}@example.org\r\nSubject: letter {n}\r\n"
    if n % 5:
        head += f"Message-ID: <model-{n}@example.org>\r\n"
    return (head + "\r\n" + f"text of {n}\r\n" * (n % 4)).encode()


def number(data):
    return int(data.split(b"letter ")[1].split(b"\r\n")[0])


def number_of(path):
    with open(path, "rb") as f:
        return number(f.read().replace(b"\r\n", b"\n").replace(b"\n", b"\r\n"))


class Client:
    def __init__(self, name, rng, port):
        self.name, self.rng, self.home = name, rng, Home()
        self.line = Line(port)
        self.home.rc('[account "work"]', "address = a@penfold.test", "password = alicepw",
                     f"imap = imap://alice@127.0.0.1:{self.line.port}", "tls = no",
                     *(f"folders = {f}" for f in FOLDERS))
        self.count = 0

    def files(self, folder):
        return local_files(self.home, folder)

    def letters(self):
        """(folder, number, flags) of all files."""
        out = []
        for folder in FOLDERS:
            for path in self.files(folder):
                flags = path.rsplit(":2,", 1)[1] if ":2," in path else ""
                if "T" not in flags:  # a server without UIDPLUS keeps it, marked
                    out.append((folder, number_of(path), flags))
        return sorted(out)

    def some(self):
        """One of the files of a folder: by its letter, so that a seed gives the same walk again."""
        folder = self.rng.choice(FOLDERS)
        files = sorted(self.files(folder), key=lambda path: number_of(path))
        return (folder, self.rng.choice(files)) if files else (folder, None)

    def path(self, folder, name):
        base = self.home.path("Mail/work", folder)
        for sub in ("cur", "new", "tmp"):
            os.makedirs(os.path.join(base, sub), exist_ok=True)
        return os.path.join(base, "cur", name)

    # what a person or another program does to files

    def flag(self):
        folder, path = self.some()
        if path:
            flags = "".join(sorted(f for f in "FRSP" if self.rng.random() < 0.4))
            os.rename(path, path.split(":2,")[0].replace("/new/", "/cur/") + ":2," + flags)
            return f"flag {number_of(path.split(':2,')[0].replace('/new/', '/cur/') + ':2,' + flags)} in {folder}"
        return "nothing"

    def move(self):
        folder, path = self.some()
        to = self.rng.choice(FOLDERS)
        n = number_of(path) if path else None
        if path and to != folder:
            os.rename(path, self.path(to, os.path.basename(path)))
        return f"move {n} from {folder} to {to}"

    def rename(self):
        """As mutt moves: under another name."""
        folder, path = self.some()
        to = self.rng.choice(FOLDERS)
        n = number_of(path) if path else None
        if path:
            self.count += 1
            flags = path.split(":2,")[1] if ":2," in path else ""
            os.rename(path, self.path(to, f"r{self.count}.{self.name}.host:2,{flags}"))
        return f"rename {n} from {folder} to {to}"

    def write(self, n):
        self.count += 1
        data = letter(n)
        if n % 3 == 0:
            data = data.replace(b"\r\n", b"\n")
        folder = self.rng.choice(FOLDERS[:4])
        with open(self.path(folder, f"n{self.count}.{self.name}.host:2,S"), "wb") as f:
            f.write(data)
        return f"write {n} to {folder}"

    def delete(self):
        folder, path = self.some()
        n = None
        if path:
            n = number_of(path)
            os.unlink(path)
        return folder, n

    def sync(self, fault=None):
        env = dict(self.home.env)
        if fault == "cut":
            way = self.rng.randrange(2)
            self.line.limits = (self.rng.randrange(200, 20000), None) if way == 0 else (None, self.rng.randrange(20, 3000))
        elif fault:
            env.update(LD_PRELOAD=PRELOAD, FAULT_PROGRAM="penfold-sync", FAULT_BELOW=self.home.path(),
                       FAULT_AT=str(self.rng.randrange(1, 120)), FAULT_KIND=fault, FAULT_LOG=self.home.path("log"))
        done = subprocess.run([self.home.program("penfold-sync"), "--yes", "work"], env=env, capture_output=True,
                              timeout=60, text=True, errors="replace")
        self.line.limits = (None, None)
        if fault is None and done.returncode:
            raise AssertionError(f"{self.name}: sync fails: {done.stderr}")
        return f"sync {fault or ''} -> {done.returncode}"


class Walk:
    def __init__(self, server, seed, is_poor):
        self.rng, self.account, self.is_poor = random.Random(seed), Account(server), is_poor
        for folder in FOLDERS:
            self.account.create(folder)
        self.clients = [Client(name, self.rng, server.IMAP_PORT) for name in "AB"]
        self.n, self.may_go, self.done = 0, set(), []
        self.may_double = False

    def close(self):
        for client in self.clients:
            client.line.close()
            client.home.__exit__()

    def server_letters(self):
        out = []
        for folder in FOLDERS:
            self.account.imap.select(self.account.quote(folder), readonly=True)
            _, data = self.account.imap.uid("FETCH", "1:*", "(FLAGS BODY.PEEK[])")
            for item, after in zip(data[::2], data[1::2]):
                if not isinstance(item, tuple):
                    continue
                text = (item[0] + after).decode()
                flags = text.split("FLAGS (")[1].split(")")[0].split()
                if "\\Deleted" not in flags:
                    out.append((folder, number(item[1]), "".join(sorted(FLAGS[f] for f in flags if f in FLAGS))))
        return sorted(out)

    def uids(self, folder):
        self.account.imap.select(self.account.quote(folder))
        return self.account.imap.uid("SEARCH", "ALL")[1][0].split()

    def at_server(self):
        folder = self.rng.choice(FOLDERS)
        uids = self.uids(folder)
        what = self.rng.choice(("append", "append", "flag", "move", "expunge"))
        if what == "append":
            self.n += 1
            self.account.append(folder, letter(self.n), flags=self.rng.choice(("", "\\Seen")))
            return f"append {self.n} to {folder}"
        if not uids:
            return "nothing"
        uid = self.rng.choice(uids).decode()
        if what == "flag":
            self.account.imap.uid("STORE", uid, self.rng.choice(("+FLAGS", "-FLAGS")),
                                  self.rng.choice(("\\Seen", "\\Flagged", "\\Answered")))
        elif what == "move":
            to = self.rng.choice(FOLDERS)
            if to != folder:
                self.account.imap.uid("COPY", uid, self.account.quote(to))
                self.account.imap.uid("STORE", uid, "+FLAGS", "\\Deleted")
                self.account.imap.expunge()
            return f"server moves {uid} from {folder} to {to}"
        else:
            _, data = self.account.imap.uid("FETCH", uid, "(BODY.PEEK[])")
            self.may_go.add(number(data[0][1]))
            self.account.imap.uid("STORE", uid, "+FLAGS", "\\Deleted")
            self.account.imap.expunge()
        return f"server: {what} {uid} in {folder}"

    def step(self):
        if self.rng.random() < 0.3:
            return self.at_server()
        client = self.rng.choice(self.clients)
        what = self.rng.choice(("flag", "move", "rename", "write", "delete", "sync", "sync", "fault", "fault"))
        if what == "sync":
            text = client.sync()
        elif what == "fault":
            text = client.sync(self.rng.choice(("kill", "kill", "EIO", "cut")))
        elif what == "write":
            self.n += 1
            text = client.write(self.n)
        elif what == "delete":
            folder, n = client.delete()
            self.may_go.add(n)
            text = f"delete {n} in {folder}"
        else:
            text = getattr(client, what)()
        return f"{client.name}: {text}"

    def whereabouts(self, n):
        return "; ".join(f"{name}: {' '.join(f'{f}:{x}' for f, m, x in letters if m == n)}" for name, letters in
                         [("server", self.server_letters())] + [(c.name, c.letters()) for c in self.clients])

    def settle(self):
        """Until nothing moves any more."""
        for _ in range(6):
            for client in self.clients:
                client.sync()
            if not self.wrong():
                return

    def wrong(self):
        there, out = self.server_letters(), []
        count = {}
        for _, n, _ in there:
            count[n] = count.get(n, 0) + 1
        out += [f"letter {n} is lost" for n in range(1, self.n + 1) if n not in count and n not in self.may_go]
        if self.may_double:
            return out + [w for c in self.clients for w in self.difference(c, there) if "twice" not in w]
        out += [f"letter {n} is there {c} times" for n, c in count.items() if c > 1 and n not in self.may_go]
        return out + [w for c in self.clients for w in self.difference(c, there)]

    def difference(self, client, there):
        here = client.letters()
        out = [f"{client.name} lacks {x}" for x in there if x not in here]
        # what the server lost lies in the local trash for a month; so does the second file of a letter whose
        # move a fault had left half done here: it is where the server has it as well
        spare = self.may_go if not self.is_poor else self.may_go | {n for _, n, _ in there}
        rest = [x for x in here if x not in there and not (x[0] == "Trash" and x[1] in spare)]
        out += [f"{client.name} alone has {x}" for x in rest]
        return out + [f"{client.name} has {x} twice" for x in set(here) if here.count(x) > 1 and x[1] not in self.may_go]

    def run(self, steps):
        for i in range(1, steps + 1):
            self.done.append(self.step())
            if LETTER is not None:
                self.done[-1] += "   " + self.whereabouts(int(LETTER))
            if i % 60 == 0 or i == steps:
                self.settle()
                wrong = self.wrong()
                if wrong:
                    suspects = sorted({int(x) for w in wrong for x in re.findall(r"(?:letter |, )(\d+)\b", w)})
                    wrong += [f"{n}: {self.whereabouts(n)}" for n in suspects]
                    return [f"after step {i}:"] + wrong + self.done[-(len(self.done) if LETTER else 60):]
                self.done.append("-- all equal --")
        return []


def main():
    print(f"# MODEL_SEED={SEED} MODEL_STEPS={STEPS}", flush=True)
    faults = steps = 0
    for turn, capability in enumerate(CAPABILITIES):
        if ONLY not in (None, str(turn)):
            continue
        variant = {"PF_IMAP_CAPABILITY": capability} if capability else {}
        with Home() as home, Server("dovecot", home.path("d"), **variant) as server:
            walk = Walk(server, SEED + turn, turn > 0)
            walk.may_double = turn == 2
            try:
                wrong = walk.run(STEPS // (1 + 2 * turn))
            finally:
                walk.close()
                if os.environ.get("MODEL_TRACE"):
                    with open(f"{os.environ['MODEL_TRACE']}.{turn}", "w") as f:
                        f.write("\n".join(walk.done) + "\n")
            tap.ok(not wrong, f"two clients and a server ({capability or 'all extensions'}) are equal in the end",
                   f"MODEL_SEED={SEED}", *wrong)
            faults += sum(line.split("   ")[0].rsplit(" ", 1)[-1] in ("-9", "74", "75", "76") for line in walk.done)
            steps += len(walk.done)
    tap.ok(faults > steps // 60, "and faults have really happened", faults, steps)
    tap.done()


main()
