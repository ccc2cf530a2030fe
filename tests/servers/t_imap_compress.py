#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""COMPRESS=DEFLATE (RFC 4978) with a real Dovecot, below TLS and without: used where much comes from far away, not for
a little; every byte is right, both ways, and the line may end anywhere."""
import os

from penfold_test import Home, Server, Tap
from chaos import Chaos
from imap_account import Account, digest, letter, local_bodies, local_files, rc_lines

tap = Tap()
MANY = 340


def sync(home):
    lines, process = home.json_lines("penfold-sync", "work")
    return lines[-1] if lines else {}, process


def asked(server):
    """How often the client has asked for it; Dovecot writes down what comes after log-in."""
    folder, n = os.path.join(server.dir, "rawlog", "alice"), 0
    for name in os.listdir(folder):
        with open(os.path.join(folder, name), "rb") as f:
            n += f.read().count(b"COMPRESS DEFLATE\r\n") if name.endswith(".in") else 0
    return n


def fetched(server, account, what, scheme, port, flag):
    with Home() as home:
        with Chaos(home, port, "*:delay=15") as proxy:
            home.rc(*rc_lines(server, f"{scheme}://alice@localhost:{proxy.port}", extra=["tls = no"] if scheme == "imap" else []))
            before = asked(server)
            done, process = sync(home)
            tap.same((process.returncode, done.get("new"), local_bodies(home, "INBOX")), (0, MANY, account.bodies("INBOX")),
                     f"{what}: every byte is here")
            passed = sum(line["s2c"] for line in proxy.ended())
        tap.ok(asked(server) == before + 1 and 0 < passed < done["bytes"] * 2 // 3,
               f"{what}: and fewer came over the line", asked(server) - before, passed, done)
        with Chaos(home, port, "*:delay=15") as proxy:
            home.rc(*rc_lines(server, f"{scheme}://alice@localhost:{proxy.port}", extra=["tls = no"] if scheme == "imap" else []))
            path = local_files(home, "INBOX")[0]
            os.rename(path, path.split(":2,")[0].replace("/new/", "/cur/") + ":2," + flag)
            with open(home.path("Mail/work/Archive/cur/1.x.host:2,S"), "wb") as f:
                f.write(letter(900, size=60000))
            done, process = sync(home)
            tap.same((process.returncode, done["pushed"], asked(server)), (0, 2, before + 1), f"{what}: not for a little")
            tap.ok(digest(letter(900, size=60000)) in account.bodies("Archive"), f"{what}: which goes up as ever")
            account.expunge("Archive", "1:*")


def cut(server, account):
    """The line ends within the compressed stream, further on each time."""
    there, broken, wrong = account.bodies("INBOX"), 0, []
    with Home() as home:
        for step in range(5):
            with Chaos(home, server.IMAP_PORT, f"*:delay=15,cut-s2c={4000 + step * 9000}") as proxy:
                home.rc(*rc_lines(server, f"imap://alice@localhost:{proxy.port}", extra=["tls = no"]))
                _, process = sync(home)
                broken += process.returncode == 75
                here = local_bodies(home, "INBOX")
                if process.returncode not in (0, 75) or not set(here) <= set(there) or len(here) != len(set(here)):
                    wrong.append(f"step {step}: exit {process.returncode}: {process.stderr}")
        home.rc(*rc_lines(server, f"imap://alice@localhost:{server.IMAP_PORT}", extra=["tls = no"]))
        sync(home)
        tap.ok(broken >= 2, "the line was really cut", broken)
        tap.same((wrong, local_bodies(home, "INBOX")), ([], there), "cut within the compressed stream: the next run goes on")


def main():
    with Home() as house, Server("dovecot", house.path("d"), PF_COMPRESS="yes") as server:
        account = Account(server)
        account.append("INBOX", *[letter(n, size=1500) for n in range(MANY)])
        fetched(server, account, "in clear", "imap", server.IMAP_PORT, "F")
        fetched(server, account, "below TLS", "imaps", server.IMAPS_PORT, "FS")
        cut(server, account)
    tap.done()


main()
