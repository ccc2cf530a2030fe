# SPDX-License-Identifier: GPL-3.0-or-later
"""What a verdict costs, beside OpenSSL's own primitives: processor time by bench_dkim. And a pile of mail judged
with a DNS that takes 40 ms: all of the store's path, beside what that DNS needs for as many questions alone, asked
in the same run, when 256 are under way, which is as many as Penfold asks at once. BENCH_JUDGED (2000): the letters."""
import json
import os
import socket
import struct
import subprocess
import time

import penfold_test
from backlog import SlowDns, account, key_record, letter, put

JUDGED = int(os.environ.get("BENCH_JUDGED", 2000))
AT_ONCE = 256
QUESTIONS = 2  # a letter of its own domain: the key and DMARC; the domain above is the same for all


def bench_cost(report):
    program = os.path.join(penfold_test.BUILD, "tests", "bench", "bench_dkim")
    rates = json.loads(subprocess.run([program], capture_output=True, check=True, text=True).stdout)
    for name, what, goal in (("signature", "an RSA signature, the key cached, CPU", None),
                             ("message", "the same with its letter of 4 kB", 2),
                             ("sign", "signing a letter, CPU", 1.05)):
        report.line(what, 1e6 / rates[name]["penfold"], 1e6 / rates[name]["openssl"], "OpenSSL", unit="us",
                    goal=goal)
    report.line("a whole verdict, CPU", 1e6 / rates["verdict"]["penfold"], 1000, "1 ms", unit="us", goal=1)
    body = rates["body_mb_s"]
    report.line("a megabyte of body, CPU", 1e6 / body["penfold"], 1e6 / body["sha256"], "SHA-256", unit="us")


def question(i):
    """The i-th, as it goes over the wire: TXT of a name of its own."""
    labels = b"".join(bytes([len(part)]) + part for part in (b"_dmarc", f"q{i}".encode(), b"example"))
    return struct.pack(">HHHHHH", i & 0xffff, 0x0100, 1, 0, 0, 0) + labels + struct.pack(">BHH", 0, 16, 1)


def dns_alone(port, n):
    """Seconds that this DNS takes for n questions, AT_ONCE of them under way."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as s:
        s.connect(("127.0.0.1", port))
        s.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1 << 20)
        s.settimeout(10)
        start, sent = time.monotonic(), 0
        for got in range(n):
            while sent < min(n, got + AT_ONCE):
                s.send(question(sent))
                sent += 1
            s.recv(4096)
        return time.monotonic() - start


def bench_backlog(report):
    with penfold_test.Home() as home, SlowDns(home, {"*": {"TXT": key_record()}}) as dns:
        account(home, dns.port)
        for i in range(JUDGED):
            put(home, f"m{i}", letter(i))
        home.run("penfold-store", "scan", timeout=600)
        alone = dns_alone(dns.port, JUDGED * QUESTIONS)
        start = time.monotonic()
        home.run("penfold", "sync", timeout=600)
        took = time.monotonic() - start
    report.line(f"{JUDGED} letters judged and kept", took, alone, "the DNS alone")


def bench_verdict(report):
    bench_cost(report)
    bench_backlog(report)
