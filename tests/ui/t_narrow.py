#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""In a narrow window: the name beside a verified domain gives way before the domain does, and what is printed of a
domain breaks between words."""
from backlog import account, put
from penfold_test import Home, Tap
from screen import Screen

LONG = "bound the frames"
LETTERS = [("Ann Olsen", "ann@harbour.example", "Harbour"), ("Ann Olsen", "ann@f.example", "Far"),
           ("Bo", "bo@forge.example", f"Forge {LONG}")]
tap = Tap()


def prepare(home):
    account(home, 9)
    for name, address, subject in LETTERS:
        put(home, subject, f"From: {name} <{address}>\r\nSubject: {subject}\r\nMessage-ID: <{subject[:3]}@x.example>\r\n"
            "Date: Sat, 28 Nov 2026 10:00:00 +0000\r\n\r\nhello\r\n")
    home.run("penfold-store", "scan")
    files = [m for m in home.ask("penfold-store", {"op": "unjudged"}, args=("--serve",)) if "sha256" in m]
    verdicts = [{"sha256": m["sha256"], "verdict": {"verdict": "pass", "summary": "", "flags": []}} for m in files]
    done = home.ask("penfold-store", {"op": "verdict-put", "verdicts": verdicts}, args=("--serve",))[0]
    tap.same(done.get("kept"), len(LETTERS), "all of them are verified")


with Home() as home_:
    prepare(home_)
    with Screen(tap, home_, 24, 80, home_.program("penfold"), VISUAL="true") as screen:
        screen.wait("✓ Ann Olsen harbour.example  Harbour", "with room for it the name stands before the domain")
        screen.wait(f"Forge {LONG}  ", "where neither flag nor count stands the subject has their room")
        screen.send("? ")
        screen.wait("out of the inbox until then, or until somebody answers", "the help has a long sentence whole")
        screen.wait("snooze TIME", "and below it the action's name")
        screen.wait(" :save-search  ", "an action without a key is shown as it is typed")
        screen.ask("row -1 ? help  q back", "and the way back stands where no other hint takes its room")
        screen.send("q")
        screen.tell("resize 24 40")
        screen.wait("✓ harbour.example Harbour", "two letters of a name would cost the domain its own: it stands alone")
        screen.wait("✓ Ann … f.example Far", "as much of a name as says something stays")
        screen.wait("✓ forge.example   Forge", "a short one does not cut the domain either")
        screen.tell("resize 24 80")
        screen.send("mbo@b.example\r\r")
        screen.wait("The letter has no subject", "a finding on the review page")
        screen.tell("resize 24 44")
        screen.wait("The letter has", "is broken at a blank where the window is narrow")
        screen.wait(" subject.", "and stands there whole")
        screen.send("Q")
    with open(home_.path("none.json"), "w") as f:
        f.write("{}")
    command = [home_.program("penfold"), "domain", "--dns", home_.path("none.json"), "harbour.example"]
    with Screen(tap, home_, 40, 60, *command) as screen:
        screen.wait(" " * 18 + "for each service that sends for you", "advice goes on below where it began")
with Home() as home_, Screen(tap, home_, 24, 60, home_.program("penfold")) as screen:
    screen.wait("Your mail address:")
    screen.ask("row 5 FILE` takes accounts from", "the first questions break between words")
tap.done()
