# SPDX-License-Identifier: GPL-3.0-or-later
"""send - letters out: Penfold's queue, over one connection and over four, against msmtp and msmtpq, a process a
letter, and against a raw client that pipelines and keeps nothing, without and with a round trip time. Penfold's
time is that of the run, with its ledger on disk; what it takes to queue a letter durably is a line of its own."""
import json
import os
import shutil
import socket
import subprocess
import sys
import time

import penfold_test

HERE = os.path.dirname(os.path.abspath(__file__))
LETTERS = int(os.environ.get("BENCH_LETTERS", 1000))
MSMTP_SAMPLE = 20  # letters; a process each, so that the time for one is the time for one
MSMTPQ = next((p for p in ("/usr/libexec/msmtp/msmtpq/msmtpq", "/usr/bin/msmtpq") if os.path.isfile(p)), None)
LETTER = (b"From: Ann <ann@example.org>\r\nTo: b@example.org\r\nSubject: t\r\nMessage-ID: <%d@example.org>\r\n"
          b"Date: Sat, 28 Nov 2026 10:00:00 +0000\r\n\r\n" + (b"x" * 70 + b"\r\n") * 68)


class Process:
    """A program that writes its port to a file."""

    def __init__(self, home, name, *command):
        self.file = home.path(name)
        if os.path.exists(self.file):
            os.unlink(self.file)
        self.process = subprocess.Popen([sys.executable, *[self.file if c is None else str(c) for c in command]])

    def __enter__(self):
        penfold_test.wait_for(lambda: os.path.exists(self.file), what="a server")
        with open(self.file) as f:
            return int(f.read())

    def __exit__(self, *_):
        self.process.terminate()
        self.process.wait()


def queue_all(home, port):
    """Queue the letters; seconds for one."""
    home.rc('[account "office"]', "address = Ann <ann@example.org>", f"smtp = submission://ann@127.0.0.1:{port}",
            "tls = no", "imap = imap://ann@127.0.0.1:9", "[queue]\nkeep = 0")
    shutil.rmtree(home.path("state"), ignore_errors=True)
    shutil.rmtree(home.path("Mail"), ignore_errors=True)
    requests = []
    for i in range(LETTERS):
        path = home.path("letters", f"{i}.eml")
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "wb") as f:
            f.write(LETTER % i)
        requests.append({"op": "queue-add-raw", "path": path, "recipients": [f"b{i % 100}@example.org"]})
    start = time.monotonic()
    answers = home.ask("penfold-store", *requests, args=("--serve",), timeout=600)
    took = time.monotonic() - start
    if sum("queue_id" in a for a in answers) != LETTERS:
        sys.exit(f"not all letters were queued: {answers[-1]}")
    return took / LETTERS


def run_queue(home, connections):
    """Seconds for one letter, of a run that sends all."""
    start = time.monotonic()
    process = home.run("penfold-send", "-o", f"account.office.connections={connections}", "--all", timeout=600)
    took = time.monotonic() - start
    done = json.loads(process.stdout.splitlines()[-1])
    if done.get("sent") != LETTERS:
        sys.exit(f"not all letters were sent: {done}")
    return took / LETTERS


def run_msmtp(home, port, program="msmtp"):
    """Seconds for one letter by msmtp, or by msmtpq, which keeps a queue and starts msmtp at once."""
    rc = home.path("msmtprc")
    with open(rc, "w") as f:
        f.write(f"account default\nhost 127.0.0.1\nport {port}\nfrom ann@example.org\nauth off\ntls off\n")
    os.chmod(rc, 0o600)
    env = dict(home.env, EMAIL_CONN_TEST="x", MSMTPQ_Q=home.path("msmtpq"), MSMTPQ_LOG=home.path("msmtpq.log"))
    start = time.monotonic()
    for i in range(MSMTP_SAMPLE):
        subprocess.run([program, "-C", rc, "b@example.org"], input=LETTER % i, check=True, env=env,
                       stdout=subprocess.DEVNULL)
    return (time.monotonic() - start) / MSMTP_SAMPLE


def replies(f, n):
    for _ in range(n):
        while f.readline()[3:4] == b"-":
            pass


def run_raw(port):
    """One connection, PIPELINING (RFC 2920): one round trip a letter, nothing kept."""
    sock = socket.create_connection(("127.0.0.1", port))
    sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    f = sock.makefile("rb")
    envelope = b"MAIL FROM:<ann@example.org>\r\nRCPT TO:<b@example.org>\r\nDATA\r\n"
    replies(f, 1)
    sock.sendall(b"EHLO x\r\n")
    replies(f, 1)
    n = min(LETTERS, 200)
    start = time.monotonic()
    sock.sendall(envelope)
    for i in range(n):
        replies(f, 3)
        sock.sendall(LETTER % i + b".\r\n" + (envelope if i + 1 < n else b""))
        replies(f, 1)
    took = time.monotonic() - start
    sock.close()
    return took / n


# of msmtp: what is to be reached, by round trip time and way, over one connection and over four
GOALS = {"CHUNKING": (40, 40), "pipelined": (3.5, 12)}
GOALS_NEAR = (200, 200)


def middle(times):
    return sorted(times)[len(times) // 2] if times else None


def bench_way(report, home, runs, ms, way, port):
    ours, one, queued, raw, msmtp, msmtpq = [], [], [], [], [], []
    for _ in range(runs):
        queued.append(queue_all(home, port))
        one.append(run_queue(home, 1))
        queue_all(home, port)
        ours.append(run_queue(home, 4))
        raw.append(run_raw(port))
        if shutil.which("msmtp") is not None:
            msmtp.append(run_msmtp(home, port))
        if MSMTPQ is not None:
            msmtpq.append(run_msmtp(home, port, MSMTPQ))
    what = f"a letter out, {way}, {ms:g} ms RTT"
    for name, times, goal in (("", one, (GOALS[way] if ms else GOALS_NEAR)[0]),
                              (", four connections", ours, (GOALS[way] if ms else GOALS_NEAR)[1])):
        report.line(what + name, middle(times), middle(msmtp), "msmtp", goal=round(1 / goal, 3))
        report.line(what + name, middle(times), middle(msmtpq), "msmtpq")
        report.line(what + name, middle(times), middle(raw), "raw, pipelined")
    return middle(queued)


def bench_send(report, rtt, runs):
    queued = None
    with penfold_test.Home() as home:
        for ms in (0, rtt):
            for way, word in (("CHUNKING", "chunking"), ("pipelined", "no-chunking")):
                with Process(home, "sink.port", os.path.join(HERE, "smtp_sink.py"), None, word) as sink, \
                        Process(home, "line.port", os.path.join(HERE, "rttproxy.py"), None, sink, ms,
                                home.path("line.stats")) as port:
                    queued = bench_way(report, home, runs, ms, way, port)
        report.line("a letter queued, durable", queued, None, "-")
