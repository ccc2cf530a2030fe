#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""A letter that the server has no room for, as its user sees it: the first line says that it waits, as long as it does; that is a
complaint once, and the key that fetches offers it again."""
import os
import sys

from penfold_test import SERVERS, Home, Server, Tap, wait_for

sys.path.insert(0, SERVERS)
from screen import Screen
from imap_account import Account, letter, local_files, rc_lines

tap = Tap()


def main():
    with Home() as home, Server("dovecot", home.path("d"), PF_QUOTA="60K") as server:
        account = Account(server)
        account.append("Archive", letter(1, size=40000))
        home.rc(*rc_lines(server, f"imap://alice@127.0.0.1:{server.IMAP_PORT}", extra=["tls = no"]))
        home.run("penfold", "sync")
        for sub in ("cur", "new", "tmp"):
            os.makedirs(home.path("Mail/work/Notes", sub), exist_ok=True)
        with open(home.path("Mail/work/Notes/cur/17000001.x.host:2,S"), "wb") as f:
            f.write(letter(2, size=35000))
        with Screen(tap, home, 24, 110, home.program("penfold")) as screen:
            screen.wait("work 1 waits (server quota)", "the first line says that a letter waits, and why", 30000)
            screen.wait("the server did not take a letter", "the server's words are told")
            screen.shot(os.environ.get("SHOTS", home.dir) + "/refused.ansi")
            account.expunge("Archive", "1")
            screen.send("$")
            screen.gone("waits (server quota)", "with room, and a fetch by key, it goes up", 30000)
            wait_for(lambda: len(account.bodies("Notes")) == 1, 30)
            tap.same(len(local_files(home, "Notes")), 1, "it is on both sides")
    tap.done()


main()
