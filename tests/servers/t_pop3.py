#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""POP3 against Dovecot: TLS both ways, all log-ins, nothing twice, deletion when it is due and not before,
and interrupted anywhere the next run goes on."""
import os
import shutil

from killpoints import Killpoints
from penfold_test import Home, Server, Tap
from chaos import Chaos
from imap_account import Account, digest, events, letter, local_bodies, local_files, memory

tap = Tap()
MESSAGES = 120
POINTS = int(os.environ.get("POP3_POINTS", "16"))


def rc(home, server, url, *extra):
    home.rc("[tls]", f"ca-file = {server.CA}", '[account "work"]', "address = Alice <alice@penfold.test>",
            "password = alicepw", f"pop3 = {url}", *extra)


def sync(home):
    lines, process = home.json_lines("penfold", "sync", "work", "--json")
    return lines, process


def ordinary(home, server, account):
    rc(home, server, f"pop3s://alice@localhost:{server.POP3S_PORT}")
    lines, process = sync(home)
    tap.same(process.returncode, 0, "the first run is good")
    tap.same(local_bodies(home, "INBOX"), account.bodies("INBOX"), "every byte is here")
    done = events(lines, "done")[0]
    tap.same((done["new"], done["deleted"]), (MESSAGES, 0), "and counted")
    tap.ok(done["bytes"] > 100000 and done["seconds"] > 0 and 0 < done["round_trips"] < 20,
           "with bytes, seconds and few round trips", done)
    folder = events(lines, "folder")[0]
    tap.same((folder["folder"], folder["role"], folder["new"], folder["messages"]),
             ("INBOX", "inbox", MESSAGES, MESSAGES), "the folder is told as with IMAP")
    tap.same(home.run("penfold", "count", "tag:inbox and tag:unread").stdout.strip(), str(MESSAGES),
             "all are indexed as new mail of the inbox")
    lines, process = sync(home)
    tap.same((process.returncode, events(lines, "done")[0]["new"]), (0, 0), "the second run has nothing to do")
    account.append("INBOX", letter(900))
    rc(home, server, f"pop3://alice@localhost:{server.POP3_PORT}")
    lines, process = sync(home)
    tap.same((process.returncode, events(lines, "done")[0]["new"]), (0, 1), "one new letter, by STLS")
    tap.same(local_bodies(home, "INBOX"), account.bodies("INBOX"), "both sides are equal")
    os.unlink(local_files(home, "INBOX")[0])
    lines, _ = sync(home)
    tap.same(events(lines, "done")[0]["new"], 0, "a file that was deleted here does not come back")


def deletion(home, server, account):
    """In a fresh home: the server's copies go when they are due and indexed."""
    count = len(account.bodies("INBOX"))
    rc(home, server, f"pop3s://alice@localhost:{server.POP3S_PORT}", "pop3-delete-after = 2d")
    sync(home)
    tap.same(len(account.bodies("INBOX")), count, "what is not due stays on the server")
    rc(home, server, f"pop3s://alice@localhost:{server.POP3S_PORT}", "pop3-delete-after = 0")
    fresh(home)
    lines, process = home.json_lines("penfold-sync", "work")
    tap.same((process.returncode, events(lines, "done")[-1]["deleted"], len(account.bodies("INBOX"))),
             (0, 0, count), "nothing is deleted before it is indexed")
    home.json_lines("penfold-sync", "work")
    tap.same(len(account.bodies("INBOX")), count, "not even by the next run")
    fresh(home)
    lines, process = sync(home)
    tap.same((process.returncode, len(local_files(home, "INBOX")), account.bodies("INBOX")), (0, count, []),
             "0: gone from the server when it is indexed here")
    tap.same([x["deleted"] for x in events(lines, "done")], [0, count], "in the same command, and counted")
    account.append("INBOX", letter(901))
    sync(home)
    tap.same((len(local_files(home, "INBOX")), account.bodies("INBOX")), (count + 1, []), "new mail likewise")


def log_ins(home, server, ways=("auto", "plain", "login", "scram-sha-1", "scram-sha-256", "cram-md5", "password")):
    for auth in ways:
        rc(home, server, f"pop3s://alice@localhost:{server.POP3S_PORT}", f"auth = {auth}")
        process = home.run("penfold-sync", "work")
        tap.same(process.returncode, 0, f"auth = {auth} logs in")
        rc(home, server, f"pop3s://alice@localhost:{server.POP3S_PORT}", f"auth = {auth}", "password = wrong")
        process = home.run("penfold-sync", "work")
        tap.ok(process.returncode == 77 and "refused the log-in" in process.stderr,
               f"auth = {auth}: a wrong password is told", process.stderr)


def lacking(home, server):
    rc(home, server, f"pop3s://alice@localhost:{server.POP3S_PORT}", "auth = scram-sha-256-plus")
    process = home.run("penfold-sync", "work")
    tap.ok(process.returncode == 77 and "auth = scram-sha-256-plus" in process.stderr and "SCRAM" in process.stderr,
           "what the server lacks is told with what it has", process.stderr)


def fresh(home):
    shutil.rmtree(home.path("Mail"), ignore_errors=True)
    shutil.rmtree(home.path("state"), ignore_errors=True)


def killed(home, server, account, kind):
    rc(home, server, f"pop3s://alice@localhost:{server.POP3S_PORT}")
    points = Killpoints("penfold-sync", home.path(), f"/tmp/{os.path.basename(home.dir)}.log")
    there, wrong, stopped = account.bodies("INBOX"), [], 0
    for run in points.each([home.program("penfold-sync"), "work"], home.env, lambda: fresh(home), kind=kind,
                           most=POINTS):
        stopped += run.process.returncode != 0
        again = home.run("penfold-sync", "work")
        if again.returncode:
            wrong.append(f"point {run.point}: the next run fails: {again.stderr}")
        here = local_bodies(home, "INBOX")
        if here != there:
            wrong.append(f"point {run.point}: {len(here)} here, {len(there)} there, {len(set(here))} different")
    os.unlink(points.log)
    tap.ok(stopped > POINTS // 2, f"{kind}: the runs were really stopped", stopped)
    tap.same(wrong, [], f"{kind} at any change of a file: the next run makes both sides equal")


def cut(home, server, account):
    """Cut further on each time, with deletion on: nothing may be lost between here and there."""
    fresh(home)
    whole = {digest(letter(n, seed=3)) for n in range(60)}
    wrong, broken = [], 0
    for step in range(14):
        rules = f"*:cut-s2c={2500 + step * 12000}" + (",rst" if step % 3 == 0 else "")
        with Chaos(home, server.POP3S_PORT, rules) as proxy:
            rc(home, server, f"pop3s://alice@localhost:{proxy.port}", "pop3-delete-after = 0")
            process = home.run("penfold", "sync", "work")
        broken += process.returncode == 75
        both = set(local_bodies(home, "INBOX")) | set(account.bodies("INBOX"))
        if not whole <= both or process.returncode not in (0, 75):
            wrong.append(f"step {step}: exit {process.returncode}, {len(whole - both)} lost: {process.stderr}")
    tap.ok(broken >= 5, "the line was really cut", broken)
    tap.same(wrong, [], "however often the line is cut, each letter is here or there")
    rc(home, server, f"pop3s://alice@localhost:{server.POP3S_PORT}", "pop3-delete-after = 0")
    home.run("penfold", "sync", "work")
    here = local_bodies(home, "INBOX")
    tap.same((sorted(whole), account.bodies("INBOX")), (here, []), "and in the end all are here, once each")


def large(server, account):
    """Memory does not grow with the message."""
    account.append("INBOX", letter(1, size=50_000_000, seed=9))
    with Home() as home:
        rc(home, server, f"pop3s://alice@localhost:{server.POP3S_PORT}")
        end, peak, limit = memory(home)
        tap.same((end, local_bodies(home, "INBOX")), (True, account.bodies("INBOX")), "50 MB arrive whole")
        tap.ok(peak < limit * 1024, f"in less than {limit} MB of memory", peak)


def main():
    with Home() as home, Server("dovecot", home.path("d")) as server:
        account = Account(server)
        account.append("INBOX", *[letter(n) for n in range(MESSAGES)])
        ordinary(home, server, account)
        log_ins(home, server)
        lacking(home, server)
        killed(home, server, account, "kill")
        fresh(home)
        deletion(home, server, account)
        account.append("INBOX", *[letter(n, seed=3) for n in range(60)])
        cut(home, server, account)
        large(server, account)
    tap.done()


if __name__ == "__main__":
    main()
