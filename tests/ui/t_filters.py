#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""The page of filters that a server runs: written, refused and written again, run, looked at, deleted; on Dovecot with
Pigeonhole."""
import glob
import os
import tempfile

from penfold_test import Home, Server, Tap
from screen import Screen

tap = Tap()


def editor(home, *texts):
    """An editor that puts the texts into the file, the next one each time."""
    for i, text in enumerate(texts):
        with open(home.path(f"edit{i}"), "w", encoding="utf-8") as f:
            f.write(text)
    path = home.path("editor")
    with open(path, "w", encoding="utf-8") as f:
        f.write(f"""#!/bin/sh
n=$(cat '{home.dir}/edits' 2>/dev/null || echo 0)
echo $((n + 1)) >'{home.dir}/edits'
cat '{home.dir}'/edit$n >"$1"
""")
    return path


def left():
    return glob.glob(os.path.join(tempfile.gettempdir(), "penfold-*.sieve"))


def use(home, screen):
    before = left()
    screen.wait("Inbox")
    screen.send(":sieve\r")
    screen.wait("keeps no script. n writes one", "an account without scripts says how to begin")
    screen.send("nlists\r")
    screen.wait("Edit it again? (y/n)", "what the server does not take is asked about")
    screen.wait("unknown command", "below what the server says of it")
    screen.send("y")
    screen.wait("the server has lists", "edited again it is kept")
    screen.wait("1 of 1", "and listed")
    tap.same(left(), before, "nothing is left in the temporary folder")
    screen.send("a")
    screen.wait("lists runs for all mail")
    screen.wait("runs   lists", "the one that runs is marked")
    screen.send("\r")
    screen.wait("keep;", "a look at it")
    screen.send("q")
    screen.wait("runs   lists")
    screen.send("e")
    screen.wait("Edit it again? (y/n)")
    screen.send("n")
    screen.wait("what you typed is in", "who does not edit again has his text all the same")
    new = [path for path in left() if path not in before]
    tap.same(len(new), 1, "in one file")
    for path in new:
        with open(path, encoding="utf-8") as f:
            tap.same(f.read(), "discard\n", "as it was typed")
        os.unlink(path)
    screen.send("qd")
    screen.wait("for ever? (y/n)")
    screen.send("y")
    screen.wait("it says", "the server does not delete the one that runs, and that is said")
    screen.send("a")
    screen.wait("lists runs no more")
    screen.send("dy")
    screen.wait("lists is gone from the server")
    screen.wait("keeps no script")
    screen.send("Q")
    screen.exits()


def main():
    os.environ["PF_SIEVE"] = "yes"
    with Home() as home, Server("dovecot", home.path("d")) as server:
        home.rc("[tls]", f"ca-file = {server.CA}", "[ui]", f"editor = sh {editor(home, 'frob;', 'keep;', 'discard' + chr(10))}",
                '[account "work"]', "address = alice@penfold.test", f"imap = imaps://alice@localhost:{server.IMAPS_PORT}",
                "password = alicepw", f"sieve = sieve://localhost:{server.SIEVE_PORT}")
        with Screen(tap, home, 24, 100, home.program("penfold")) as screen:
            use(home, screen)
    tap.done()


main()
