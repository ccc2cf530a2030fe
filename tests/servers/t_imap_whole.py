#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Large letters on demand: the header and a list of parts stand for a letter until it is asked for. A placeholder can
be read, found, flagged, moved and deleted, is not judged, never goes up, and is replaced as durably as any letter comes,
killed anywhere or not."""
import json
import os
import shutil
import subprocess

from killpoints import PRELOAD, Killpoints
from penfold_test import Home, Server, Tap, locked_index, wait_for
from chaos import Chaos
from imap_account import Account, digest, events, flags_of, letter, local_bodies, local_files, rc_lines

POINTS = int(os.environ.get("FAULT_POINTS", "16"))
LIMIT = ['[folder "work/*"]', "header-above = 30k"]
tap = Tap()


def large(n):
    parts = "\r\n".join(["--xx", "Content-Type: text/plain", "", "the text itself", "--xx",
                         f"Content-Type: image/png; name=\"photo-{n}.png\"", "Content-Transfer-Encoding: base64",
                         f"Content-Disposition: attachment; filename=\"photo-{n}.png\"", "",
                         *["QUJD" * 19 for _ in range(900)], "--xx--", ""])
    return (f"From: Ann <ann@example.org>\r\nTo: alice@penfold.test\r\nSubject: holiday {n}\r\n"
            f"Message-ID: <large-{n}@example.org>\r\nMIME-Version: 1.0\r\n"
            f"Content-Type: multipart/mixed;\r\n boundary=xx\r\n\r\n{parts}").encode()


def sync(home, *args, program="penfold-sync"):
    lines, process = home.json_lines(program, *(args or ("work",)))
    if process.returncode:
        tap.diag(process.stdout[-1500:], process.stderr)
    return lines


def parts(home, folder="INBOX"):
    return [p for p in local_files(home, folder) if ".part:" in p or p.endswith(".part")]


def rename(path, folder, flags, home):
    to = home.path("Mail/work", folder, "cur", os.path.basename(path).split(":2,")[0] + ":2," + flags)
    os.rename(path, to)
    return to


def first(home, account):
    lines = sync(home, "sync", "--json", program="penfold")
    tap.same((len(local_files(home, "INBOX")), len(parts(home))), (7, 2), "large letters come as their headers")
    tap.ok(events(lines, "done")[-1]["received"] < 60_000, "and as no more", lines[-1])
    text = home.run("penfold", "show", "id:large-1@example.org").stdout
    tap.ok("only its header is here" in text and "photo-1.png" in text and "image/png" in text, "which say what they are", text)
    found = json.loads(home.run("penfold", "search", "--json", "photo-1 and tag:partial").stdout.splitlines()[0])
    tap.same((found["subject"], found["verdict"]), ("holiday 1", None), "can be searched, and are not judged")
    lines = sync(home)
    tap.same((lines[-1]["new"], lines[-1]["pushed"], events(lines, "error")), (0, 0, []), "a second run is quiet")


def handled(home, account):
    one, two = parts(home)
    rename(one, "INBOX", "FS", home)
    rename(two, "Archive", "S", home)
    sync(home)
    lines = sync(home)
    tap.same((lines[-1]["new"], lines[-1]["pushed"], len(parts(home)), len(parts(home, "Archive"))), (0, 0, 1, 1),
             "flagged and moved they are the letters that they stand for")
    tap.same((len(account.bodies("INBOX")), len(account.bodies("Archive"))), (6, 1), "there too")
    copy = home.path("Mail/work/Archive/cur/9.copy:2,S")
    shutil.copy(parts(home)[0], copy)  # another program, under a name of its own
    lines = sync(home)
    tap.same((lines[-1]["pushed"], len(account.bodies("Archive"))), (0, 1), "a copy of one never goes up")
    os.unlink(copy)


def whole(home, account):
    path = parts(home)[0]
    name = [n for n in (1, 2) if f"holiday {n}".encode() in open(path, "rb").read()][0]
    lines = sync(home, "sync", "--json", "--whole", f"id:large-{name}@example.org", program="penfold")
    files = local_files(home, "INBOX")
    tap.same((parts(home), local_bodies(home, "INBOX")), ([], account.bodies("INBOX")), "asked for, the whole takes its place")
    tap.same(sorted(flags_of(p) for p in files).count("FS"), 1, "with the flags that it had")
    found = json.loads(home.run("penfold", "search", "--json", f"id:large-{name}@example.org").stdout.splitlines()[0])
    tap.ok("partial" not in found["tags"] and "flagged" in found["tags"] and found["count"] == 1, "and its tags", found)
    tap.ok("the text itself" in home.run("penfold", "show", f"id:large-{name}@example.org").stdout, "to be read")
    process = home.run("penfold", "sync", "--whole", f"id:large-{name}@example.org")
    tap.same(process.returncode, 65, "what is whole cannot be asked for")
    os.unlink(home.path("state/penfold/sync-work.db"))
    lines = sync(home)
    tap.same((lines[-1]["new"], lines[-1]["pushed"], len(parts(home, "Archive"))), (0, 0, 1),
             "with the state lost a placeholder is known again by its header")


def beside(home, account):
    """The index is at other letters while the whole takes its place."""
    account.append("INBOX", large(5))
    sync(home, "sync", "--json", program="penfold")
    home.run("penfold", "tag", "+keepsake", "--", "id:large-5@example.org")
    account.append("INBOX", letter(50))
    with locked_index(home):
        process = subprocess.Popen([home.program("penfold"), "sync", "--whole", "id:large-5@example.org"], env=home.env,
                                   stdout=subprocess.DEVNULL)
        wait_for(lambda: not parts(home), what="the whole")
    tap.same(process.wait(), 0, "asked for while others are indexed")
    tap.same(home.run("penfold", "count", "id:large-5@example.org and tag:keepsake").stdout.strip(), "1",
             "the whole has the tags that its header was given")


def renamed(home, server, account):
    """While the whole comes another program marks its header, again and again: that file has another name when it is due
    to go."""
    account.append("INBOX", large(6))
    sync(home, "sync", "--json", program="penfold")
    with Chaos(home, server.IMAPS_PORT, "1:split=7") as proxy:
        home.rc(*rc_lines(server, f"imaps://alice@localhost:{proxy.port}"), *LIMIT)
        process = subprocess.Popen([home.program("penfold"), "sync", "--whole", "id:large-6@example.org"], env=home.env,
                                   stdout=subprocess.DEVNULL)
        wait_for(lambda: os.listdir(home.path("Mail/work/INBOX/tmp")), what="the whole on its way", pause=0.001)
        flags = "F"
        while process.poll() is None:
            for path in parts(home):
                try:
                    rename(path, "INBOX", flags, home)
                except FileNotFoundError:
                    pass  # just gone
            flags = "F" if flags == "S" else "S"
        tap.same(process.wait(), 0, "asked for over a slow line")
    home.rc(*rc_lines(server, f"imaps://alice@localhost:{server.IMAPS_PORT}"), *LIMIT)
    tap.same((parts(home), local_bodies(home, "INBOX")), ([], account.bodies("INBOX")), "the header goes under the name that it has by then")


def killed(server, account):
    with Home() as home:
        home.rc(*rc_lines(server, f"imaps://alice@localhost:{server.IMAPS_PORT}"), *LIMIT)
        account.append("INBOX", large(3), large(4))
        sync(home)
        for name in ("Mail", "state"):
            shutil.copytree(home.path(name), home.path(name + ".kept"))

        def fresh():
            for name in ("Mail", "state"):
                shutil.rmtree(home.path(name), ignore_errors=True)
                shutil.copytree(home.path(name + ".kept"), home.path(name))

        ask = json.dumps({"id": 1, "op": "sync", "bodies": parts(home)}).encode() + b"\n"
        points = Killpoints("penfold-sync", home.path(), f"/tmp/{os.path.basename(home.dir)}.log")
        wrong, stopped = [], 0
        for run in points.each([home.program("penfold-sync"), "--serve", "work"], home.env, fresh, input=ask, most=POINTS):
            stopped += run.process.returncode != 0
            sync(home)
            left = parts(home)
            names = [digest(open(p, "rb").read()) for p in local_files(home, "INBOX") if p not in left]
            if len(names) + len(left) != len(account.bodies("INBOX")) or not set(names) <= set(account.bodies("INBOX")):
                wrong.append((run.point, len(names), len(left)))
            sync_again = home.ask("penfold-sync", {"op": "sync", "bodies": left}, args=("--serve", "work"))
            if local_bodies(home, "INBOX") != account.bodies("INBOX"):
                wrong.append((run.point, "not whole", sync_again[-1:]))
        os.unlink(points.log)
        tap.ok(stopped > POINTS // 2, "killed while the whole comes", stopped)
        tap.same(wrong, [], "each letter is there once, as header or whole, and whole when it is asked for again")
        tap.same(account.bodies("INBOX").count(digest(large(3))), 1, "and nothing went up")


def main():
    with Home() as home, Server("dovecot", home.path("d")) as server:
        account = Account(server)
        account.append("INBOX", *[letter(n) for n in range(5)], large(1), large(2))
        home.rc(*rc_lines(server, f"imaps://alice@localhost:{server.IMAPS_PORT}"), *LIMIT)
        first(home, account)
        handled(home, account)
        whole(home, account)
        beside(home, account)
        renamed(home, server, account)
        if os.path.exists(PRELOAD):
            killed(server, account)
        else:
            tap.ok(False, "the fault library is built", PRELOAD)
    tap.done()


main()
