#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a doubtful letter asks for wants a second key: its links, its pictures, its parts. A sender who is blocked
and a server that is trusted are so from then on, while the screen runs."""
import json
import os

from penfold_test import Home, Tap, wait_for
from screen import Screen

tap = Tap()
ZONE = {"_dmarc.friend.example": {"TXT": ["v=DMARC1; p=reject"]}}
HOP = ("Received: from out.example (out.example [192.0.2.8]) by mx.me.example; Sat, 28 Nov 2026 10:00:00 +0000\n")
MIXED = """MIME-Version: 1.0
Content-Type: multipart/mixed; boundary=b

--b
Content-Type: text/plain

Pay at https://pay.example/now or else.
--b
Content-Type: image/svg+xml; name=bill.svg
Content-Disposition: attachment; filename=bill.svg

<svg xmlns="http://www.w3.org/2000/svg" width="8" height="8"><rect width="8" height="8" fill="#159"/></svg>
--b--
"""


def letter(i, sender, subject, body="\nhi\n", top=""):
    return (f"{top}{HOP}From: {sender}\nTo: me@me.example\nSubject: {subject}\nMessage-ID: <{i}@d.example>\n"
            f"Date: Sat, 28 Nov 2026 10:{i % 60:02}:00 +0000\n{body}")


def deliver(home, text):
    run = home.run("penfold", "deliver", input=text)
    tap.ok(run.returncode == 0, "a letter is delivered beside the screen", run.stderr)


def rows(home, query):
    return home.json_lines("penfold", "search", "--json", query)[0]


def junk(home):
    """The letters in the junk folder, by id."""
    found = []
    for folder, _, names in os.walk(home.path("Mail/me/Junk")):
        for name in names:
            with open(os.path.join(folder, name), errors="replace") as f:
                found += [line.split("<")[1].rstrip(">\n") for line in f if line.startswith("Message-ID:")]
    return sorted(found)


def doubtful(screen, opened):
    screen.wait("SUSPECT", "the letter is judged suspect")
    screen.wait("Pay at https")
    screen.send("l")
    screen.wait("Links", "its links")
    screen.wait("1 of 1")
    screen.send("\r")
    screen.wait("Open the link all the same? (y/n)", "a link of it wants a second key")
    screen.send("n")
    screen.gone("all the same")
    tap.ok(not os.path.exists(opened), "n opens nothing")
    screen.send("\r")
    screen.wait("all the same? (y/n)")
    screen.send("y")
    wait_for(lambda: os.path.exists(opened) and open(opened).read(), what="the link's program")
    with open(opened) as f:
        tap.same(f.read().strip(), "https://pay.example/now", "y opens it")
    screen.send("q")
    screen.gone("1 of 1")
    screen.send("v")
    screen.wait("bill.svg", "its parts")
    screen.send("j\r")
    screen.wait("Show the picture all the same? (y/n)", "a picture of it wants one too")
    screen.send("n")
    screen.gone("all the same")
    screen.send("o")
    screen.wait("Open it all the same? (y/n)", "and so does opening a part")
    screen.send("n")
    screen.send("q")
    screen.gone("Parts of")


def blocked(home, screen):
    screen.send("@")
    screen.wait("Who sent this")
    screen.send("B")
    screen.wait("Block x@none.example: its letters go to Junk", "B asks first")
    screen.send("y")
    screen.wait("blocked; what was here of this sender is in Junk")
    with open(home.rc_path) as f:
        tap.contains(f.read(), '[filter "block x@none.example"]\nquery = from:x@none.example\nmove = junk\nstop = yes\n',
                     "the rc has the rule")
    tap.same(junk(home), ["59@d.example"], "the letter went to Junk")
    screen.send("B")
    screen.wait("is blocked already", "a second time adds nothing")
    screen.send("q")
    deliver(home, letter(100, "x@none.example", "Once more"))
    wait_for(lambda: junk(home) == ["100@d.example", "59@d.example"], what="the next letter's way to Junk")
    tap.ok(True, "the next letter goes there by itself, while the screen runs")




def main():
    with Home() as home:
        zone, opened, opener = home.path("zone"), home.path("opened"), home.path("opener")
        with open(zone, "w") as f:
            json.dump(ZONE, f)
        with open(opener, "w") as f:
            f.write(f'#!/bin/sh\nprintf "%s\\n" "$1" > {opened}\n')
        os.chmod(opener, 0o755)
        home.rc('[account "me"]', "address = me@me.example", "[dns]", "zone = " + zone, "[ui]",
                "opener = " + opener, "[sync]", "interval = 1s")
        inbox = home.path("Mail/me/INBOX/cur")
        os.makedirs(inbox)
        for i in range(52):
            ar = "Authentication-Results: mx.me.example; spf=pass smtp.mailfrom=friend.example\n"
            with open(os.path.join(inbox, f"{i}:2,S"), "w") as f:
                f.write(letter(i, f"Ann <ann@d{i % 7}.example>", f"letter {i}", top=ar))
        deliver(home, letter(59, '"service@bank.example" <x@none.example>', "Your account", MIXED))
        with Screen(tap, home, 24, 100, home.program("penfold")) as screen:
            screen.wait("Your account")
            screen.wait("‼", "the list marks it")
            screen.send("\r")
            screen.wait("first letter from this address", "a newcomer is told as that")
            doubtful(screen, opened)
            blocked(home, screen)
            screen.send(":auth-trust\r")
            screen.wait("Trust what mx.me.example says of the senders of mail to me? (y/n)")
            screen.send("y")
            screen.wait("mx.me.example is trusted for me from now on")
            top = "Authentication-Results: mx.me.example; spf=pass smtp.mailfrom=friend.example\n"
            deliver(home, letter(101, "Carla <carla@friend.example>", "After that", top=top))
            wait_for(lambda: [r["verdict"] for r in rows(home, "id:101@d.example")] == ["pass-spf"],
                     what="a verdict by the server's word")
            tap.ok(True, "what comes then is judged by its word")
            screen.send("Q")
            screen.exits()
    tap.done()


main()
