#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""POP3 from a real Cyrus: every byte, pipelined, mail left there and deleted when it is due, every log-in; the line cut,
and a maildrop that is in use, are another time's matter."""
import socket

from penfold_test import Home, Server, wait_for
from chaos import Chaos
from imap_account import Account, events, letter, local_bodies
from t_pop3 import MESSAGES, deletion, fresh, log_ins, ordinary, rc, sync, tap


def pipelined(home, server, account):
    """Few round trips for many letters, by what the client says."""
    fresh(home)
    rc(home, server, f"pop3s://alice@localhost:{server.POP3S_PORT}")
    lines, process = sync(home)
    done = events(lines, "done")[0]
    tap.ok(process.returncode == 0 and done["new"] == len(account.bodies("INBOX")) and done["round_trips"] < 12,
           "all letters in few round trips", done)


def in_use(home, server):
    """Another has the maildrop open (RFC 1939 section 4)."""
    with socket.create_connection(("127.0.0.1", server.POP3_PORT)) as other:
        file = other.makefile("rwb", buffering=0)
        file.readline()
        for line in (b"USER alice\r\n", b"PASS alicepw\r\n", b"STAT\r\n"):
            file.write(line)
            answer = file.readline()
        lines, process = sync(home)
        told = process.stderr
        file.write(b"QUIT\r\n")
        file.readline()
    tap.ok(answer.startswith(b"+OK") and process.returncode in (0, 75), "a maildrop in use is another time's matter",
           answer, process.returncode, told)
    _, process = sync(home)
    tap.same(process.returncode, 0, "and later it is free")


def cut(home, server, account):
    fresh(home)
    wrong, broken, there = [], 0, account.bodies("INBOX")
    for step in range(4):
        with Chaos(home, server.POP3S_PORT, f"*:cut-s2c={6000 + step * 30000}") as proxy:
            rc(home, server, f"pop3s://alice@localhost:{proxy.port}")
            process = home.run("penfold", "sync", "work")
        broken += process.returncode == 75
        here = local_bodies(home, "INBOX")
        if process.returncode not in (0, 75) or len(here) != len(set(here)) or not set(here) <= set(there):
            wrong.append(f"step {step}: exit {process.returncode}: {process.stderr}")
    tap.ok(broken >= 3, "the line was really cut", broken)
    rc(home, server, f"pop3s://alice@localhost:{server.POP3S_PORT}")
    wait_for(lambda: sync(home)[1].returncode == 0, what="a run that is let in")
    tap.same((wrong, local_bodies(home, "INBOX")), ([], there), "and in the end all are here, once each")


def main():
    with Home() as home, Server("cyrus", home.path("c")) as server:
        account = Account(server)
        account.append("INBOX", *[letter(n) for n in range(MESSAGES)])
        ordinary(home, server, account)
        log_ins(home, server, ("auto", "plain", "login", "scram-sha-1", "scram-sha-256", "password"))
        pipelined(home, server, account)
        in_use(home, server)
        cut(home, server, account)
        fresh(home)
        deletion(home, server, account)
    tap.done()


main()
