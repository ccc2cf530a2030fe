#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Certificates that nobody vouches for, taken by their fingerprint on the user's word: never by themselves, of one
account and server and port, until another is shown; then not a word is sent."""
import json
import os
import pty
import select
import stat
import subprocess
import sys
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "lib"))
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from fake_smtp import FakeSmtp  # noqa: E402
from imap_account import Account, digest, letter, local_bodies  # noqa: E402
from penfold_test import Home, Server, Tap  # noqa: E402
from post import DRAFT  # noqa: E402
from screen import Screen  # noqa: E402

tap = Tap()
REFUSED = 76


def fingerprint(ca, name):
    text = subprocess.run(["openssl", "x509", "-in", f"{ca}/{name}.pem", "-noout", "-fingerprint", "-sha256"],
                          capture_output=True, text=True, check=True).stdout
    return text.strip().split("=")[1]


def rc(home, url, *more):
    """No authority of the test's: to this machine the certificates are strangers'."""
    home.rc('[account "work"]', "address = Alice <alice@penfold.test>", "password = alicepw",
            f"{url.split(':')[0].rstrip('s')} = {url}", *more)


def pins(home, account="work"):
    return home.path(f"state/penfold/certificates-{account}.json")


def look(home, *args):
    lines, process = home.json_lines("penfold", "certificate", "--json", *args)
    return lines[0]["servers"] if lines and "servers" in lines[0] else lines, process


def sync(home, account="work"):
    return home.run("penfold-sync", account)


def fetching(server, ca):
    """By hand: seen, compared, taken, told, forgotten."""
    mark = fingerprint(ca, "server")
    with Home() as home:
        rc(home, f"imaps://alice@localhost:{server.IMAPS_PORT}", '[account "other"]', "address = Al <al@penfold.test>",
           "password = alicepw", f"imap = imap://alice@localhost:{server.IMAP_PORT}")
        process = sync(home)
        tap.ok(process.returncode == REFUSED and "`penfold certificate work`" in process.stderr and
               f"localhost:{server.IMAPS_PORT}" in process.stderr, "nobody vouches for it: told, with what to do", process.stderr)
        seen, process = look(home)
        tap.same((process.returncode, [(s["state"], s["fingerprint"], s["pinned"]) for s in seen]),
                 (1, [("unknown", mark, None)]), "what it shows")
        process = home.run("penfold", "certificate", "work")
        tap.ok(process.returncode == 1 and mark in process.stdout and "NOT trusted" in process.stdout, "for people, too",
               process.stdout, process.stderr)
        wrong = mark[:-2] + ("00" if mark[-2:] != "00" else "11")
        process = home.run("penfold", "certificate", "--take", wrong)
        tap.ok(process.returncode != 0 and "nothing was taken" in process.stderr and not os.path.exists(pins(home)),
               "another fingerprint takes nothing", process.stderr)
        tap.same(sync(home).returncode, REFUSED, "and looking trusts nothing")
        tap.same(home.run("penfold", "certificate", "--take", mark.lower().replace(":", " ")).returncode, 0, "its own is taken")
        tap.same(stat.S_IMODE(os.stat(pins(home)).st_mode), 0o600, "the file is for the user alone")
        tap.same((sync(home).returncode, local_bodies(home, "INBOX")), (0, [digest(letter(1))]), "and mail is fetched")
        tap.same((look(home)[0][0]["state"], look(home)[1].returncode), ("pinned", 0), "it is told as taken")
        tap.same((sync(home, "other").returncode, look(home, "other")[0][0]["state"]), (REFUSED, "unknown"),
                 "not for another account")
        os.rename(pins(home), pins(home, "other"))
        tap.same(sync(home, "other").returncode, REFUSED, "nor for another port")
        os.rename(pins(home, "other"), pins(home))
        tap.contains(home.run("penfold", "doctor").stdout, "trusted by its fingerprint alone", "penfold doctor tells")
        with open(pins(home), "r+") as f:
            whole = f.read()
            for text in ("", "[]", "{", whole.replace('"sha256"', '"sha1"'), whole[:-20]):
                f.seek(0)
                f.truncate()
                f.write(text)
                f.flush()
                if sync(home).returncode != REFUSED:
                    tap.ok(False, "a broken file trusts nothing", text)
        tap.same(sync(home).returncode, REFUSED, "a broken file trusts nothing")
        tap.same(home.run("penfold", "certificate", "--take", mark).returncode, 0, "and is made anew")
        tap.same((home.run("penfold", "certificate", "--forget").returncode, sync(home).returncode), (0, REFUSED), "forgotten")
        rc(home, f"pop3://alice@localhost:{server.POP3_PORT}")
        tap.same((sync(home).returncode, look(home)[0][0]["fingerprint"]), (REFUSED, mark), "POP3 behind STLS: the same")
        home.run("penfold", "certificate", "--take", mark)
        tap.same(sync(home).returncode, 0, "and taken")


def queue(home):
    return home.ask("penfold-store", {"op": "queue-add", "draft": dict(DRAFT, **{"from": "Alice <alice@penfold.test>"})},
                    args=("--serve",))[-1]["queue_id"]


def sending(ca):
    for cert in ("selfsigned", "expired", "wrong"):
        for tls, scheme in (("implicit", "smtps"), ("starttls", "submission")):
            with Home() as home, FakeSmtp(ca, cert=cert, tls=tls) as server:
                rc(home, f"smtps://alice@localhost:{server.port}", f"smtp = {scheme}://alice@localhost:{server.port}")
                home.rc('[account "work"]', "address = Alice <alice@penfold.test>", "password = alicepw",
                        f"smtp = {scheme}://alice@localhost:{server.port}")
                queue(home)
                home.run("penfold-send")
                tap.same((len(server.letters), [c for c in server.commands if c.startswith("AUTH")]), (0, []),
                         f"{cert}, {tls}: not a word before it is taken")
                home.run("penfold", "certificate", "--take", fingerprint(ca, cert))
                home.run("penfold-send", "--all")
                tap.same(len(server.letters), 1, f"{cert}, {tls}: taken, the letter leaves")
        # another one in its place: as if somebody sat between
        with Home() as home, FakeSmtp(ca, cert="wrong") as server:
            home.rc('[account "work"]', "address = Alice <alice@penfold.test>", "password = alicepw",
                    f"smtp = submission://alice@localhost:{server.port}")
            os.makedirs(os.path.dirname(pins(home)), exist_ok=True)
            with open(pins(home), "w") as f:
                json.dump({f"localhost:{server.port}": {"sha256": fingerprint(ca, "server").replace(":", "").lower(),
                                                        "since": "2026-11-01T00:00:00Z"}}, f)
            letter_id = queue(home)
            home.run("penfold-send")
            entry = home.ask("penfold-store", {"op": "queue-show", "queue_id": letter_id}, args=("--serve",))[-1]["entry"]
            tap.ok(not server.letters and not [c for c in server.commands if c.startswith("AUTH")] and
                   "not the certificate that you took for this server's on 2026-11-01" in json.dumps(entry),
                   f"{cert}: another certificate than the one that was taken: not a word, and told", entry)
            tap.same(look(home)[0][0]["state"], "changed", "the command says that it changed")
            text = DRAFT["body"]
            check = home.run("penfold", "--json", "check", "--account", "work", "-", input="From: alice@penfold.test\nTo: b@example.net\n"
                             f"Subject: s\n\n{text}")
            tap.contains(check.stdout, "server-pinned", "penfold check tells of it")
    with Home() as home, FakeSmtp(ca) as server:
        home.rc(f"[tls]\nca-file = {ca}/ca.pem", '[account "work"]', "address = Alice <alice@penfold.test>", "password = alicepw",
                f"smtp = submission://alice@localhost:{server.port}")
        os.makedirs(os.path.dirname(pins(home)), exist_ok=True)
        with open(pins(home), "w") as f:
            json.dump({f"localhost:{server.port}": {"sha256": "0" * 64, "since": "2026-11-01T00:00:00Z"}}, f)
        queue(home)
        home.run("penfold-send")
        tap.same((len(server.letters), look(home)[0][0]["state"]), (1, "verified"),
                 "one that an authority vouches for is as good as ever")


def talk(home, args, answers, seconds=20):
    """Run penfold on a terminal; each answer when its question is there. All that was printed, and its exit code."""
    pid, fd = pty.fork()
    if pid == 0:
        os.environ.update(home.env, TERM="xterm-256color")
        os.execv(home.program("penfold"), ["penfold", *args])
    seen, end, answers = b"", time.monotonic() + seconds, list(answers)
    while time.monotonic() < end:
        if answers and answers[0][0] in seen:
            os.write(fd, answers.pop(0)[1])
        if select.select([fd], [], [], 0.05)[0]:
            try:
                seen += os.read(fd, 65536)
            except OSError:
                break
    os.close(fd)
    return seen.decode("utf-8", "replace"), os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])


def asking(server, ca):
    mark, url = fingerprint(ca, "server"), f"imaps://alice@localhost:{server.IMAPS_PORT}"
    with Home() as home:
        rc(home, url)
        seen, code = talk(home, ["certificate"], [(b"[n/y]", b"\n")])
        tap.ok(mark in seen and code == 1 and not os.path.exists(pins(home)), "asked; an empty answer takes nothing", seen)
        seen, code = talk(home, ["certificate"], [(b"[n/y]", b"y\n")])
        tap.ok(code == 0 and sync(home).returncode == 0, "y takes it", seen)
    with Home() as home:
        rc(home, url)
        with Screen(tap, home, 24, 80, home.program("penfold")) as screen:
            screen.wait("Inbox")
            screen.send(":certificate work\r")
            screen.wait("Take it if its operator")
            screen.wait(mark[:23], "the screen asks, with the fingerprint")
            screen.send("n")
            screen.wait("no certificate was taken", "n takes nothing")
            screen.send(":certificate work\r")
            screen.wait("Take it if its operator")
            screen.send("y")
            screen.wait("1 taken by the fingerprint", "y takes it")
            screen.send("$")
            screen.wait("letter 1", "and mail comes")
            screen.send("Q")
            screen.exits()
    with Home() as home:
        home.rc()
        args = ["setup", "--imap", url, "--account", "work", "Alice <alice@penfold.test>"]
        seen, code = talk(home, args, [(b"Password of", b"alicepw\n"), (b"[n/y]", b"y\n"), (b"[k/r]", b"r\n")])
        tap.ok(code == 0 and mark in seen and "is written" in seen, "the set-up asks as well, and goes on", seen)
        tap.same(sync(home).returncode, 0, "and the account works")


def main():
    with Home() as house, Server("dovecot", house.path("d")) as server:
        Account(server).append("INBOX", letter(1))
        ca = os.path.dirname(server.CA)
        fetching(server, ca)
        sending(ca)
        asking(server, ca)
    tap.done()


main()
