#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Always there: `penfold sync --watch` hears of new mail by NOTIFY or IDLE, sends up what other programs do
to files, comes back after a lost line, and leaves the account to a second Penfold."""
import os
import time

from penfold_test import Home, Server, Tap, wait_for
from chaos import Chaos
from imap_watch import Watch
from imap_account import Account, digest, letter, local_bodies, local_files, rc_lines

IDLE = "IMAP4rev1 LITERAL+ IDLE UIDPLUS MOVE AUTH=PLAIN"
tap = Tap()


def rc(home, server, port=None, extra=("interval = 1h",)):
    home.rc(*rc_lines(server, f"imaps://alice@localhost:{port or server.IMAPS_PORT}"), "[sync]", *extra)


def flag(path, flags):
    to = path.split(":2,")[0] + ":2," + flags
    os.rename(path, to)
    return to


def flags_there(account, folder, uid):
    account.imap.select(account.quote(folder), readonly=True)
    return account.imap.uid("FETCH", uid, "FLAGS")[1][0].decode()


def hears(home, account, watch, what, others):
    tap.ok(watch.until("done"), f"{what}: the first run ends", watch.seen)
    start = time.monotonic()
    account.append("INBOX", letter(1, seed=20))
    event = watch.until("message", lambda e: e["folder"] == "INBOX")
    tap.ok(event and time.monotonic() - start < 5, f"{what}: new mail is there at once", watch.seen[-3:])
    done = watch.until("done")
    tap.ok(done and done["new"] == 1 and done["round_trips"] <= 3, "by the connection that was open", done)
    if others:
        account.append("Archive", letter(2, seed=20))
        tap.ok(watch.until("message", lambda e: e["folder"] == "Archive"), f"{what}: in other folders too")
        watch.until("done")
    path = local_files(home, "INBOX")[0]
    flag(path, "FS")
    tap.ok(watch.until("pushed"), f"{what}: what another program does goes up by itself", watch.seen[-3:])
    watch.until("done")
    tap.ok("\\Flagged" in flags_there(account, "INBOX", "1:*"), "and is there")
    tap.ok(watch.until("started", seconds=1.5) is None, "its own changes wake it not", watch.seen[-3:])


def two(home, account, watch):
    """Another Penfold at the same time, and a third that watches as well."""
    with Watch(home) as other:
        tap.ok(other.until("done"), "a second Penfold watches the same account", other.seen)
        account.append("INBOX", letter(3, seed=20))
        wait_for(lambda: digest(letter(3, seed=20)) in local_bodies(home, "INBOX"), what="the letter")
        process = home.run("penfold", "sync", "--json")
        tap.same(process.returncode, 0, "and a third fetches")
    tap.same(local_bodies(home, "INBOX"), account.bodies("INBOX"), "each letter is there once")


def by_steps(home, account):
    """Much is deleted on the server while a watch looks on: it sees a part of it at a time."""
    account.create("Steps")
    account.append("Steps", *[letter(n, size=300, seed=22) for n in range(60)])
    with Watch(home) as watch:
        watch.until("done")
        for _ in range(3):
            account.expunge("Steps", ",".join(account.uids("Steps")[:5]))
            asked = watch.until("error", lambda e: "held_back" in e) if len(account.uids("Steps")) < 50 else None
            watch.until("done")
    tap.same((asked and (asked["folder"], asked["held_back"]), len(local_files(home, "Steps"))), (("Steps", 15), 60),
             "a mass deletion of which each run sees little is asked about, and nothing has left its place")
    process = home.run("penfold", "sync", "--yes")
    tap.same((watch.process.returncode, process.returncode, len(local_files(home, "Steps"))), (1, 0, 45),
             "that is a finding, and --yes lets it happen")


def lost(home, server, account):
    with Chaos(home, server.IMAPS_PORT) as proxy:
        rc(home, server, proxy.port)
        with Watch(home) as watch:
            tap.ok(watch.until("done"), "through a proxy")
            proxy.stop()
            error = watch.until("error")
            tap.ok(error and error.get("next", 0) > 0, "a line that is lost for good is told with the next try", error)


def kicked(home, server, account):
    with Watch(home) as watch:
        watch.until("done")
        for pid in imap_processes(server):
            os.kill(pid, 15)
        tap.ok(watch.until("done"), "thrown out by the server, it is back at once", watch.seen[-3:])
        account.connect()
        account.append("INBOX", letter(4, seed=20))
        tap.ok(watch.until("message"), "and hears again")
    tap.ok(watch.process.returncode == 0, "TERM ends it in peace", watch.process.returncode, watch.errors)


def imap_processes(server):
    """The imap processes of this Dovecot: children of its master."""
    found = []
    for name in os.listdir("/proc"):
        try:
            with open(f"/proc/{name}/stat") as f:
                text = f.read()
        except OSError:
            continue
        comm, rest = text.split("(", 1)[1].rsplit(")", 1)
        if comm == "imap" and int(rest.split()[1]) == server.pid:
            found.append(int(name))
    return found


def main():
    with Home() as home, Server("dovecot", home.path("d")) as server:
        account = Account(server)
        account.append("INBOX", *[letter(n, seed=21) for n in range(5)])
        rc(home, server)
        with Watch(home) as watch:
            hears(home, account, watch, "NOTIFY", True)
            two(home, account, watch)
        by_steps(home, account)
        kicked(home, server, account)
        lost(home, server, account)
    with Home() as home, Server("dovecot", home.path("d"), PF_IMAP_CAPABILITY=IDLE) as server:
        account = Account(server)
        account.append("INBOX", *[letter(n, seed=21) for n in range(5)])
        rc(home, server)
        with Watch(home) as watch:
            hears(home, account, watch, "IDLE", False)
        rc(home, server, extra=("interval = 2s",))
        with Watch(home) as watch:
            watch.until("done")
            account.append("Archive", letter(2, seed=20))
            tap.ok(watch.until("message", lambda e: e["folder"] == "Archive"), "IDLE: other folders by the clock")
    tap.done()


main()
