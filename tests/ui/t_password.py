#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""An account whose password nobody knows: the screen asks, shows stars, asks again when it is refused, fetches,
and keeps it in no file."""
import os
import subprocess
import sys

from penfold_test import Home, Server, Tap
from screen import Screen

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "servers"))
from imap_account import Account, letter  # noqa: E402

tap = Tap()


def main():
    with Home() as home, Server("dovecot", home.path("d")) as server:
        Account(server).append("INBOX", letter(1))
        home.rc("[tls]", f"ca-file = {server.CA}", '[account "work"]', "address = Alice <alice@penfold.test>",
                f"imap = imaps://alice@localhost:{server.IMAPS_PORT}")
        home.env.pop("DBUS_SESSION_BUS_ADDRESS", None)
        home.env["XDG_RUNTIME_DIR"] = home.dir
        with Screen(tap, home, 24, 100, home.program("penfold")) as screen:
            screen.wait("Password of work:")
            screen.send("mistaken")
            screen.wait("********")
            screen.gone("mistaken")
            screen.send("\r")
            screen.wait("emember it until you leave")
            screen.send("r")
            screen.wait("Password of work:")
            screen.send("alicepw")
            screen.send("\r")
            screen.wait("emember it until you leave")
            screen.send("r")
            screen.wait("letter 1")
            screen.send("q")
        found = subprocess.run(["grep", "-rlE", "alicepw|mistaken", home.path("state"), home.path("Mail"), home.rc_path],
                               capture_output=True, text=True, check=False).stdout
        tap.same(found, "", "the password is in no file")
    tap.done()


main()
