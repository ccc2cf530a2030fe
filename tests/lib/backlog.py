# SPDX-License-Identifier: GPL-3.0-or-later
"""backlog - letters to be judged, each of a domain of its own, and a DNS that takes its time over them."""
import base64
import json
import os
import subprocess

from penfold_test import SERVERS, SOURCE

DELAY_MS = 40
DATA = os.path.join(SOURCE, "tests/unit/auth/data")


class SlowDns:
    """A DNS on a port of loopback whose every answer takes delay_ms."""

    def __init__(self, home, zone, delay_ms=DELAY_MS):
        path = home.path("slow.json")
        with open(path, "w") as f:
            json.dump(zone, f)
        self.process = subprocess.Popen([os.path.join(SERVERS, "slow_dns.py"), path, str(delay_ms)],
                                        stdout=subprocess.PIPE, text=True)
        self.port = int(self.process.stdout.readline().split()[1])

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.terminate()
        self.process.wait()

    def say(self, signum):
        """SIGUSR1 or SIGUSR2, when it has taken effect: of two that wait Python may serve the second first."""
        self.process.send_signal(signum)
        self.process.stdout.readline()


def letter(i, body="hello"):
    """Its signature is syntactically right and wrong in fact; each has a domain of its own."""
    b = base64.b64encode(b"x" * 256).decode()
    return (f"DKIM-Signature: v=1; a=rsa-sha256; c=relaxed/relaxed; d=d{i}.example; s=s; h=from:subject;\r\n"
            f" bh={base64.b64encode(b'y' * 32).decode()}; b={b}\r\n"
            f"From: Ann <ann@d{i}.example>\r\nSubject: letter {i}\r\nMessage-ID: <{i}@d{i}.example>\r\n"
            f"Date: Sat, 28 Nov 2026 10:00:00 +0000\r\n\r\n{body}\r\n")


def account(home, port):
    """A local account whose inbox is a Maildir, and that DNS."""
    home.rc('[account "work"]', "address = bjarni@example.net", "[dns]", f"server = 127.0.0.1@{port}")
    for part in ("cur", "new", "tmp"):
        os.makedirs(home.path("Mail/work/INBOX", part), exist_ok=True)


def put(home, name, text):
    path = home.path("Mail/work/INBOX/cur", f"{name}:2,S")
    with open(path, "wb") as f:
        f.write(text if isinstance(text, bytes) else text.encode())
    return path


def zone_file():
    with open(os.path.join(DATA, "zone.json")) as f:
        return json.load(f)


def key_record():
    return zone_file()["s2048._domainkey.example.org"]["TXT"]
