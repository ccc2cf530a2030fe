#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Who is offered where an address is typed: nobody who only wrote under the name of another, and nobody of the junk."""
import json

from penfold_test import Home, Tap

tap = Tap()


def deliver(home, n, author, folder=None):
    done = home.run("penfold", "deliver", *(["--folder", folder] if folder else []),
                    input=f"From: {author}\r\nTo: ann@test.example\r\nSubject: letter {n}\r\n"
                    f"Date: Sat, 28 Nov 2026 10:0{n}:00 +0000\r\nMessage-ID: <m{n}@x.example>\r\n\r\nText.\r\n".encode())
    assert done.returncode == 0, done.stderr


def offered(home, word):
    return [line.split("\t")[0] for line in home.run("penfold", "-A", word).stdout.splitlines()]


with Home() as home:
    home.rc('[account "test"]', "address = Ann Test <ann@test.example>", "[dns]", f"zone = {home.path('zone')}")
    with open(home.path("zone"), "w", encoding="utf-8") as f:
        json.dump({name: {"MX": [{"exchange": "mx." + name, "priority": 1}]} for name in
                   ("example.org", "evil.example", "shop.example")}, f)
    deliver(home, 1, "Bo Berg <bo@example.org>")
    for n in (2, 3, 4):
        deliver(home, n, '"Bo Berg bo@example.org" <bo.berg@evil.example>')
    deliver(home, 5, "Bo's Pills <bo@shop.example>", "Junk")
    home.run("penfold", "sync")
    rows, _ = home.json_lines("penfold", "search", "--json", "from:evil.example")
    tap.same(sorted({row["verdict"] for row in rows}), ["suspect"], "letters under the name of another")
    tap.same([x for x in offered(home, "bo") if "evil" in x or "shop" in x], [], "their sender is not offered, nor one of the junk")
    tap.ok(any("bo@example.org" in x and "evil" not in x for x in offered(home, "bo")), "the real one is", offered(home, "bo"))
tap.done()
