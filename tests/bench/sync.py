# SPDX-License-Identifier: GPL-3.0-or-later
"""sync - mail in: a first sync, one with nothing new, one with 100 new messages and 100 changed flags, each against
mbsync, offlineimap (IMAP) and getmail (POP3) where they are installed, with and without a round trip time, and the
round trips counted by the proxy. The homes of all runs are kept to the end: a file system is slow to make files
just after many were removed."""
import contextlib
import imaplib
import json
import os
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import time

import penfold_test

HERE = os.path.dirname(os.path.abspath(__file__))
CHANGES = 100
STEPS = ("first sync", "nothing new", "100 new, 100 flags")
FLOOR = "the raw client"  # imap_floor.py
RUNNERS = {"imap": ("penfold", "mbsync", "mbsync without fsync", "offlineimap", FLOOR), "pop3": ("penfold", "getmail")}
ONCE = {"offlineimap", "getmail"}  # slow: one run says enough

MBSYNC = """{fsync}IMAPAccount b
Host 127.0.0.1
Port {port}
User alice
Pass alicepw
SSLType None
AuthMechs LOGIN

IMAPStore far
Account b

MaildirStore near
Path {dir}/
Inbox {dir}/INBOX

Channel c
Far :far:
Near :near:
Patterns INBOX
Create Near
SyncState *
"""

OFFLINEIMAP = """[general]
accounts = b
metadata = {dir}/meta
ui = quiet
[Account b]
localrepository = near
remoterepository = far
[Repository near]
type = Maildir
localfolders = {dir}/Maildir
[Repository far]
type = IMAP
remotehost = 127.0.0.1
remoteport = {port}
remoteuser = alice
remotepass = alicepw
ssl = no
starttls = no
auth_mechanisms = LOGIN
folderfilter = lambda name: name == 'INBOX'
"""

GETMAIL = """[retriever]
type = SimplePOP3Retriever
server = 127.0.0.1
port = {port}
username = alice
password = alicepw
[destination]
type = Maildir
path = {dir}/Maildir/
{user}[options]
read_all = false
delete = false
verbose = 0
"""


class Line:
    """A proxy with a round trip time in front of the server, for one run; .turns when it is over."""

    def __init__(self, home, port, rtt):
        self.files = [home.path("proxy.port"), home.path("proxy.stats")]
        for file in self.files:
            if os.path.exists(file):
                os.unlink(file)
        self.process = subprocess.Popen([sys.executable, os.path.join(HERE, "rttproxy.py"),
                                         self.files[0], str(port), str(rtt), self.files[1]])
        self.turns = None

    def __enter__(self):
        penfold_test.wait_for(lambda: os.path.exists(self.files[0]), what="the proxy")
        with open(self.files[0]) as f:
            self.port = int(f.read())
        return self

    def __exit__(self, kind, *_):
        with contextlib.suppress(TimeoutError):
            penfold_test.wait_for(lambda: os.path.exists(self.files[1]), what="the end of a connection")
            with open(self.files[1]) as f:
                self.turns = json.load(f)["turns"]
        self.process.terminate()
        self.process.wait()


def timed(argv, env, input=None):
    """(wall seconds, CPU seconds) of a program with its children; SystemExit when it fails."""
    before, start = resource.getrusage(resource.RUSAGE_CHILDREN), time.monotonic()
    done = subprocess.run(argv, env=env, input=input, capture_output=True)
    wall, after = time.monotonic() - start, resource.getrusage(resource.RUSAGE_CHILDREN)
    if done.returncode or (input and b'"done"' not in done.stdout):
        sys.exit(f"{' '.join(argv)}: exit {done.returncode}\n{(done.stdout + done.stderr)[-500:].decode(errors='replace')}")
    return wall, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def command(name, kind, home, port):
    """What runs this program: argv and its input."""
    place = home.path("peer")
    for folder in ("Maildir/new", "Maildir/cur", "Maildir/tmp", "getmail"):
        os.makedirs(os.path.join(place, folder), exist_ok=True)
    texts = {"mbsync": MBSYNC, "mbsync without fsync": MBSYNC, "offlineimap": OFFLINEIMAP, "getmail": GETMAIL}
    if name == "penfold":
        home.rc('[account "b"]', "address = alice@penfold.test", f"{kind} = {kind}://alice@127.0.0.1:{port}",
                "tls = no", "password = alicepw", *(["folders = INBOX"] if kind == "imap" else []))
        return [home.program("penfold-sync"), "b"], b'{"id": 1, "op": "sync"}\n'
    if name == FLOOR:
        return [sys.executable, os.path.join(HERE, "imap_floor.py"), str(port), home.path("floor")], None
    rc, user = home.path("peer", "getmail", "rc"), ""
    if name == "getmail" and os.getuid() == 0:  # it does not deliver as root
        user = "user = nobody\n"
        subprocess.run(["chown", "-R", "nobody", os.path.join(place, "Maildir")], check=True)
        os.chmod(home.dir, 0o711)
    with open(rc, "w") as f:
        fsync = "FSync no\n\n" if name.endswith("fsync") else ""
        f.write(texts[name].format(port=port, dir=place + ("/Maildir" if name.startswith("mbsync") else ""), fsync=fsync, user=user))
    return {"offlineimap": ["offlineimap", "-o", "-c", rc], "getmail": ["getmail", "-q", "--getmaildir",
            os.path.dirname(rc), "--rcfile", rc]}.get(name, ["mbsync", "-q", "-c", rc, "c"]), None


class Mailbox:
    """alice's INBOX at the server, which holds the corpus."""

    def __init__(self, server, corpus):
        self.server, inbox = server, os.path.join(server.dir, "mail", "alice")
        os.makedirs(inbox, exist_ok=True)
        for name in ("cur", "new", "tmp"):
            shutil.copytree(os.path.join(corpus, name), os.path.join(inbox, name), dirs_exist_ok=True)
        if os.getuid() == 0:
            subprocess.run(["chown", "-R", "nobody", os.path.join(server.dir, "mail")], check=True)
        self.count = int(self.imap().select("INBOX")[1][0])

    def imap(self):
        imap = imaplib.IMAP4("127.0.0.1", self.server.IMAP_PORT)
        imap.login("alice", "alicepw")
        return imap

    def change(self):
        imap = self.imap()
        for n in range(CHANGES):
            imap.append("INBOX", "", None, f"From: a@example.org\r\nSubject: {n}\r\nMessage-ID: <new-{time.time_ns()}"
                        f"@example.org>\r\n\r\n".encode() + b"text of it\r\n" * 300)
        imap.select("INBOX")
        imap.store(f"1:{CHANGES}", "+FLAGS.SILENT", "\\Flagged")
        imap.logout()

    def restore(self):
        imap = self.imap()
        imap.select("INBOX")
        imap.store(f"1:{CHANGES}", "-FLAGS.SILENT", "\\Flagged")
        imap.store(f"{self.count + 1}:*", "+FLAGS.SILENT", "\\Deleted")
        imap.expunge()
        imap.logout()


def run_steps(name, kind, home, mailbox, rtt):
    """[(wall, CPU, round trips)] of the three steps."""
    out = []
    for step in STEPS[:1] if name == FLOOR else STEPS:
        if step == STEPS[2]:
            mailbox.change()
        port = mailbox.server.IMAP_PORT if kind == "imap" else mailbox.server.POP3_PORT
        with Line(home, port, rtt) as line:
            argv, input = command(name, kind, home, line.port)
            wall, cpu = timed(argv, home.env, input)
        out.append((wall, cpu, line.turns))
        if step == STEPS[0]:
            time.sleep(1.1)  # mbsync waits for a second of its own when files are younger
    if name != FLOOR:
        mailbox.restore()
    return out


def measure(kind, mailbox, rtt, runs, homes):
    path = os.environ.get("PATH", "") + ":/usr/sbin"
    names = [n for n in RUNNERS[kind] if n in ("penfold", FLOOR) or shutil.which(n.split()[0], path=path)]
    seen = {name: [] for name in names}
    for n in range(runs):
        for name in [x for x in names if n == 0 or x not in ONCE]:
            homes.append(penfold_test.Home())
            seen[name].append(run_steps(name, kind, homes[-1], mailbox, rtt))
    return {name: [[statistics.median(run[step][figure] or 0 for run in rounds) for figure in range(3)]
                   for step in range(len(rounds[0]))] for name, rounds in seen.items()}


def until_searchable(home, count):
    """(seconds until the index has all, until `penfold sync` ends, which judges them, too)."""
    config, start, seen = home.path("notmuch-config"), time.monotonic(), None
    with open(config, "w") as f:
        f.write(f"[database]\npath={home.path('Mail')}\n")
    with subprocess.Popen([home.program("penfold"), "sync"], env=home.env, stdout=subprocess.DEVNULL) as process:
        while process.poll() is None and seen is None:
            done = subprocess.run(["notmuch", f"--config={config}", "count", "*"], capture_output=True, text=True)
            if done.stdout.strip() == str(count):
                seen = time.monotonic() - start
            time.sleep(0.05)
    if process.returncode or seen is None:
        sys.exit(f"penfold sync: exit {process.returncode}, and not all is in the index")
    return seen, time.monotonic() - start


def searchable(mailbox, rtt, homes):
    """Seconds until all is searchable, until it is judged, too, of the download alone, and of indexing alone."""
    walls = []
    for is_whole in (True, False):
        homes.append(penfold_test.Home())
        home = homes[-1]
        with Line(home, mailbox.server.IMAP_PORT, rtt) as line:
            command("penfold", "imap", home, line.port)
            with open(home.rc_path, "a") as rc, open(home.path("zone.json"), "w") as zone:
                rc.write(f"[dns]\nzone = {home.path('zone.json')}\n")
                zone.write("{}")
            if is_whole:
                walls += until_searchable(home, mailbox.count)
            else:
                walls.append(timed([home.program("penfold-sync"), "b"], home.env)[0])
                walls.append(timed([home.program("penfold-store")], home.env, b'{"id": 1, "op": "scan"}\n')[0])
    return walls


def bench_searchable(report, mailbox, rtt, runs, homes):
    seen = [searchable(mailbox, rtt, homes) for _ in range(runs)]
    both, judged, download, index = (statistics.median(walls) for walls in zip(*seen))
    report.line(f"fetched and searchable, RTT {rtt:.0f}", both, download, "download alone")
    report.line(f"fetched and searchable, RTT {rtt:.0f}", both, index, "indexing alone", goal=1.05)
    report.line(f"fetched, searchable and judged, RTT {rtt:.0f}", judged, index, "indexing alone")


def tell(report, kind, rtt, figures):
    goals = {("first sync", "mbsync"): 0.15, ("first sync", "mbsync without fsync"): 0.35,
             ("nothing new", "mbsync without fsync"): 0.4, (STEPS[2], "mbsync without fsync"): 0.45,
             ("first sync", "getmail"): round(1 / 30, 3)} if rtt else {}
    for step, what in enumerate(STEPS):
        for peer in [name for name in figures if name != "penfold"]:
            if step >= len(figures[peer]):
                continue
            ours, theirs = figures["penfold"][step], figures[peer][step]
            report.line(f"{kind.upper()} {what}, RTT {rtt:.0f}", ours[0], theirs[0], peer, goal=goals.get((what, peer)))
            report.line("  CPU", ours[1], theirs[1], peer, goal=0.7 if step == 0 and peer == "mbsync" else None)
            report.line("  round trips", ours[2], theirs[2], peer, unit="")


def bench_sync(report, corpus, rtt, runs):
    directory, homes = tempfile.mkdtemp(prefix="pf.", dir="/tmp"), []
    try:
        os.chmod(directory, 0o711)
        with penfold_test.Server("dovecot", directory + "/d") as server:
            mailbox = Mailbox(server, corpus)
            if shutil.which("notmuch"):
                bench_searchable(report, mailbox, rtt, runs, homes)
            for delay in (rtt, 0):
                for kind in RUNNERS:
                    tell(report, kind, delay, measure(kind, mailbox, delay, runs, homes))
    finally:
        for home in homes:
            home.__exit__()
        shutil.rmtree(directory, ignore_errors=True)
