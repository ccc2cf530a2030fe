#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a server offers is used, and done without where it does not: NAMESPACE, ID, LITERAL-, UTF8=ACCEPT, and the
round trips that all of it takes."""
import os

from penfold_test import Home, Tap
from imap_account import digest, events, letter, local_bodies
from model_imap import ModelImap

FULL = ("IMAP4rev1 SASL-IR ENABLE ID NAMESPACE LIST-EXTENDED LIST-STATUS SPECIAL-USE UIDPLUS MOVE ESEARCH CONDSTORE "
        "QRESYNC LITERAL+")
tap = Tap()


def sync(home, server, *extra):
    home.rc('[account "work"]', "address = a@penfold.test", "password = x", "tls = no",
            f"imap = imap://alice@127.0.0.1:{server.port}", *extra)
    lines, process = home.json_lines("penfold-sync", "work")
    if process.returncode or server.errors:
        tap.diag(process.stdout[-2000:], process.stderr, *server.errors)
    return lines, process.returncode


def put(home, folder, name, data):
    path = home.path("Mail/work", folder)
    for sub in ("cur", "new", "tmp"):
        os.makedirs(os.path.join(path, sub), exist_ok=True)
    with open(os.path.join(path, "cur", name + ":2,S"), "wb") as f:
        f.write(data)


def namespace():
    space = '(("INBOX." ".")) (("user." ".")) (("shared." "."))'
    with ModelImap(FULL, space, ".") as server, Home() as home:
        for name in ("INBOX.Sent", "INBOX.Lists.c", "user.bob", "shared.news"):
            server.box(name).add(letter(1, seed=len(name)))
        lines, code = sync(home, server)
        tap.same((code, sorted(e["folder"] for e in events(lines, "folder"))), (0, ["INBOX", "Lists/c", "Sent"]),
                 "below a prefix folders have their own names, and those of others stay there")
        put(home, "Archive/2025", "1.a", letter(9))
        _, code = sync(home, server)
        tap.same((code, "INBOX.Archive.2025" in server.boxes), (0, True), "a new folder is made below the prefix")
        lines, _ = sync(home, server, "folders = *", "folders = !~shared/*")
        tap.same(sorted(e["folder"] for e in events(lines, "folder")),
                 ["Archive/2025", "INBOX", "Lists/c", "Sent", "~user/bob"], "a pattern may name those of others")
        lines, _ = sync(home, server)
        tap.same(events(lines, "error"), [], "left out again they are not missed")
    with ModelImap("IMAP4rev1", space, ".") as server, Home() as home:
        server.box("INBOX.Sent").add(letter(1))
        lines, code = sync(home, server)
        tap.same((code, sorted(e["folder"] for e in events(lines, "folder"))), (0, ["INBOX", "INBOX/Sent"]),
                 "without NAMESPACE names are as the server has them")
        tap.same([c for c in server.commands if c.split()[0] in (b"NAMESPACE", b"ID", b"ENABLE")], [],
                 "and nothing is asked that is not offered")


def identity():
    with ModelImap(FULL) as server, Home() as home:
        _, code = sync(home, server)
        said = server.heard(b"ID ")
        tap.same((code, len(said), said[0][:41]), (0, 1, b'ID ("name" "Penfold" "version" "0.1")'[:41]),
                 "the server learns name and version, and nothing else")


def literals():
    for offered, small, large in (("LITERAL+", b"+", b"+"), ("LITERAL-", b"+", b""), ("X", b"", b"")):
        with ModelImap(FULL.replace("LITERAL+", offered)) as server, Home() as home:
            put(home, "INBOX", "1.small", letter(1, size=1000))
            put(home, "INBOX", "2.large", letter(2, size=9000))
            _, code = sync(home, server)
            found = sorted((len(c), b"+" if c.split(b"\r\n")[0].endswith(b"+}") else b"") for c in server.heard(b"APPEND"))
            tap.same((code, [k for _, k in found]), (0, [small, large]), f"{offered}: small and large letters go up as it allows")
            tap.same(sorted(digest(m.data) for m in server.box("INBOX").uids.values()),
                     sorted([digest(letter(1, size=1000)), digest(letter(2, size=9000))]), "with every byte")


def utf8():
    name, text = "Entwürfe/日本語 & mehr", "From: J\u00f6rg <j\u00f6rg@example.org>\r\nSubject: gr\u00fc\u00dfe\r\n\r\nx\r\n".encode()
    seen = []
    for offered in ("", " UTF8=ACCEPT"):
        with ModelImap(FULL + offered) as server, Home() as home:
            server.box(name.replace("&", "&" if offered else "&-")).add(letter(3))
            lines, code = sync(home, server)
            seen.append(sorted(e["folder"] for e in events(lines, "folder")))
            put(home, "Neu/ä & ö", "1.utf8", text)
            _, again = sync(home, server)
            append = server.heard(b"APPEND")[-1].split(b"\r\n")[0]
            made = [n for n in server.boxes if n.startswith("Neu/")]
            tap.same((code, again, made), (0, 0, ["Neu/ä & ö" if offered else "Neu/ä &- ö"]),
                     f"{offered or 'without UTF8=ACCEPT'}: folders are made with names in UTF-8")
            tap.same((b"UTF8 (~{" in append, digest(text)), (bool(offered), digest(server.boxes[made[0]].uids[1].data)),
                     "a letter with a header in UTF-8 goes up as such")
            lines, _ = sync(home, server)
            tap.same((lines[-1]["new"], lines[-1]["pushed"], events(lines, "error")), (0, 0, []), "and all is quiet then")
    tap.same(seen, [["Entwürfe/日本語 & mehr", "INBOX"]] * 2, "the same folders either way")


def round_trips():
    for offered, extra in ((FULL, 0), (FULL.replace("LIST-STATUS ", ""), 1), ("IMAP4rev1 SASL-IR", 2)):
        with ModelImap(offered) as server, Home() as home:
            for i in range(100):
                server.box(f"folder {i:02}").add(letter(i, size=300))
            for i in range(1500):
                server.box("INBOX").add(letter(i, size=300, seed=2))
            lines, code = sync(home, server)
            short = "all extensions" if offered == FULL else offered if len(offered) < 30 else "no LIST-STATUS"
            tap.same((code, lines[-1]["new"]), (0, 1600), f"{short}: 101 folders with 1600 messages")
            first, before = lines[-1]["round_trips"], len(server.commands)
            lines, code = sync(home, server)
            # the log-in comes before, by PLAIN; the greeting tells what the server can do
            tap.ok(first <= 1 + 3 + extra, f"{short}: come in at most {3 + extra} round trips after log-in", first)
            tap.same((lines[-1]["new"], lines[-1]["round_trips"] <= 2 + extra, events(lines, "error")), (0, True, []),
                     f"{short}: nothing new is known in {1 + extra} after log-in ({lines[-1]['round_trips']} after the greeting)")
            if "CONDSTORE" in offered:
                opened = [c for c in server.commands[before:] if c.split()[0].upper() in (b"SELECT", b"EXAMINE")]
                tap.same(opened, [], "no folder is opened for that")


namespace()
identity()
literals()
utf8()
round_trips()
tap.done()
