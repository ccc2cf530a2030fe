#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""A slow first sync that is stopped by a key, again and again: at once, wherever it is; what has come is there, nothing
is half, and `$` goes on until all is there, each letter once."""
import os
import sys

from penfold_test import SERVERS, Home, Server, Tap, wait_for
from screen import Screen

sys.path.insert(0, SERVERS)
from chaos import Chaos  # noqa: E402
from imap_account import Account, letter, local_bodies  # noqa: E402

N = 200
tap = Tap()


def here(home):
    return local_bodies(home, "INBOX")


def stop(screen, home, whole, round):
    before = len(here(home))
    wait_for(lambda: len(here(home)) > before, 60, "a letter that comes")
    if round == 1:
        screen.send("$")  # of somebody who waits no longer; it is stopped as well
    screen.send("\x07")
    screen.wait("fetching is being stopped", f"round {round}: the key is heard")
    screen.gone("↓ work", f"round {round}: fetching ends", 60000)
    now = here(home)
    tap.ok(before < len(now) <= len(whole) and len(set(now)) == len(now) and set(now) <= set(whole),
           f"round {round}: what has come is whole, and there once", before, len(now))
    left = [name for name in os.listdir(home.path("Mail/work/INBOX/tmp"))]
    tap.same(left, [], f"round {round}: nothing half is left")


def main():
    with Home() as home, Server("dovecot", home.path("d")) as server:
        account = Account(server)
        account.append("INBOX", *[letter(n, size=3000) for n in range(N)])
        whole = account.bodies("INBOX")
        with Chaos(home, server.IMAP_PORT, *(f"{n}:rate=20000,split=2000" for n in (1, 2, 3))) as proxy:
            home.rc(f"[tls]\nca-file = {server.CA}", '[account "work"]', "address = Alice Example <alice@penfold.test>",
                    "password = alicepw", f"imap = imap://alice@localhost:{proxy.port}")
            with Screen(tap, home, 24, 80, home.program("penfold")) as screen:
                screen.wait("↓ work", "it fetches", 30000)
                for round in range(3):
                    stop(screen, home, whole, round)
                    screen.send("$$" if round == 2 else "$")
                    screen.wait("↓ work", f"round {round}: and goes on by $", 30000)
                screen.gone("↓ work", "in the end it is done", 60000)
                tap.same(here(home), whole, "all is there, each letter once")
                screen.send("Q")
                screen.exits(0)
    tap.done()


main()
