#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""mbsync and Penfold on one Maildir and one account, in turns and at once: neither loses a letter, doubles one or
brings back what is gone."""
import os
import random
import re
import subprocess

from imap_account import Account, digest, flags_of, letter, local_files
from penfold_test import Home, Server, Tap

FOLDERS = ("INBOX", "Archive", "Trash")
RC = """IMAPAccount a
Host 127.0.0.1
Port {port}
User alice
Pass alicepw
SSLType None
AuthMechs LOGIN

IMAPStore far
Account a

MaildirStore near
Path {mail}/
Inbox {mail}/INBOX
SubFolders Verbatim

Channel c
Far :far:
Near :near:
Patterns {folders}
Create Both
Expunge Both
Sync All
SyncState {state}/
"""
tap = Tap()


def plain(data):
    """A letter as such: mbsync changes the line ends and adds a field."""
    return digest(re.sub(rb"(?m)^X-TUID: .*\n", b"", data.replace(b"\r\n", b"\n"), count=1))


class Both:
    def __init__(self, home, server):
        self.home, self.account = home, Account(server)
        home.rc('[account "work"]', "address = a@penfold.test", "password = alicepw", "tls = no",
                f"imap = imap://alice@127.0.0.1:{server.IMAP_PORT}", *(f"folders = {f}" for f in FOLDERS))
        os.makedirs(home.path("Mail/work"))
        os.makedirs(home.path("mbsync"))
        with open(home.path("mbsyncrc"), "w") as f:
            f.write(RC.format(port=server.IMAP_PORT, mail=home.path("Mail/work"), state=home.path("mbsync"),
                              folders=" ".join(FOLDERS)))

    def penfold(self):
        done = self.home.run("penfold-sync", "--yes", "work")
        return done.stderr if done.returncode else ""

    def start_mbsync(self):
        return subprocess.Popen(["mbsync", "-q", "-c", self.home.path("mbsyncrc"), "c"], env=self.home.env,
                                stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)

    def mbsync(self):
        process = self.start_mbsync()
        out = process.communicate(timeout=60)[0]
        return out if process.returncode else ""

    def here(self):
        return {f: sorted(plain(open(p, "rb").read()) for p in local_files(self.home, f)) for f in FOLDERS}

    def there(self):
        self.account.connect()
        out = {}
        for f in FOLDERS:
            self.account.imap.select(f, readonly=True)
            data = self.account.imap.uid("FETCH", "1:*", "(BODY.PEEK[])")[1]
            out[f] = sorted(plain(item[1]) for item in data if isinstance(item, tuple))
        return out

    def differences(self):
        here, there = self.here(), self.there()
        return [f"{f}: {len(here[f])} here, {len(there[f])} there" for f in FOLDERS if here[f] != there[f]]


def kept(path):
    return os.path.basename(path).split(":2,")[0]


def moved(path):
    """The name of a file that goes to another folder: without mbsync's number there."""
    return re.sub(r",U=\d+", "", kept(path)) + ":2,S"


def in_turns(both):
    both.account.append("INBOX", *[letter(n, size=400, seed=60) for n in range(12)])
    both.account.append("Archive", letter(1, size=400, seed=61), flags="\\Seen")
    tap.same(both.mbsync(), "", "mbsync fetches")
    before = {f: set(map(kept, local_files(both.home, f))) for f in FOLDERS}
    tap.same(both.penfold(), "", "Penfold takes over")
    after = {f: set(map(kept, local_files(both.home, f))) for f in FOLDERS}
    tap.same((before, both.differences()), (after, []), "and fetches nothing twice")
    both.account.append("INBOX", letter(20, size=400, seed=60))
    tap.same(both.penfold(), "", "Penfold fetches a new one")
    tap.same((both.mbsync(), both.differences()), ("", []), "mbsync doubles it nowhere")
    paths = local_files(both.home, "INBOX")
    os.rename(paths[0], paths[0].split(":2,")[0].replace("/new/", "/cur/") + ":2,FS")
    tap.same((both.mbsync(), both.penfold(), both.differences()), ("", "", []), "a flag goes up once")
    gone = plain(open(paths[3], "rb").read())
    os.unlink(paths[3])
    tap.same((both.penfold(), both.mbsync(), both.differences()), ("", "", []), "a deleted one is gone for both")
    tap.ok(gone not in both.there()["INBOX"] and gone in both.there()["Trash"], "and in the trash")
    os.rename(paths[5], both.home.path("Mail/work/Archive/cur", moved(paths[5])))
    tap.same((both.penfold(), both.mbsync(), both.penfold(), both.differences()), ("", "", "", []), "a move, Penfold first")


def at_once(both, rounds=6):
    """Two programs that do not know of each other bring the same letter up twice at worst; none is lost."""
    rng, wrong = random.Random(4), []
    all_letters = set().union(*both.there().values())
    for n in range(rounds):
        both.account.append("INBOX", letter(100 + n, size=400, seed=62))
        all_letters.add(plain(letter(100 + n, size=400, seed=62)))
        paths = local_files(both.home, "INBOX")
        path = rng.choice(paths)
        os.rename(path, path.split(":2,")[0].replace("/new/", "/cur/") + ":2," + rng.choice(("S", "FS", "RS")))
        process = both.start_mbsync()
        wrong += [f"round {n}: {text}" for text in [both.penfold()] if text and "try again" not in text]
        process.communicate(timeout=60)
    for _ in range(3):
        both.mbsync()
        both.penfold()
    here, there = both.here(), both.there()
    tap.same(wrong, [], "at once: Penfold has no trouble with what mbsync does")
    tap.same(both.differences(), [], "and in the end both sides are equal")
    lost = all_letters - set().union(*here.values()) | all_letters - set().union(*there.values())
    tap.same(lost, set(), "no letter is lost")


def main():
    if subprocess.run(["sh", "-c", "command -v mbsync"], stdout=subprocess.DEVNULL).returncode:
        tap.ok(True, "beside mbsync # SKIP mbsync is not installed")
        tap.done()
    with Home() as home, Server("dovecot", home.path("d")) as server:
        both = Both(home, server)
        in_turns(both)
        at_once(both)
        tap.ok(all("T" not in flags_of(p) for f in FOLDERS for p in local_files(home, f)), "nothing is left marked")
    tap.done()


main()
