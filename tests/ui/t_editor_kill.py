#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Penfold is killed, with signal 9, at many moments while an editor writes a letter: every line that the
editor had written before is in the one draft afterwards. KILLS says how often (4; a longer soak by hand)."""
import os
import random
import signal
import time

from penfold_test import Home, Tap, kill_all, number_in, wait_for
from screen import Screen

KILLS = int(os.environ.get("KILLS", "4"))
tap = Tap()

EDITOR = """#!/bin/sh
# writes as editors do: a new file in place of the old one; what is in place is noted afterwards
i=0
while [ $i -lt 400 ]; do
	i=$((i + 1))
	cp "$1" "$1~" && echo "line $i of the letter" >>"$1~" && mv "$1~" "$1" && echo $i >"$HOME/written"
	sleep 0.01
done
"""


class Quiet(Tap):
    """The steps on the way are no tests of their own; what fails among them is shown."""

    def ok(self, claim, name, *details):
        if not claim:
            self.diag(name, *details)
        return bool(claim)


def drafts(home):
    found = home.ask("penfold-store", {"op": "draft-list"})[-1]["drafts"]
    ids = [d["draft_id"] for d in found if d["subject"] == "Killed"]
    return [home.ask("penfold-store", {"op": "draft-get", "draft_id": i})[-1]["draft"] for i in ids]


def one(seed):
    chance = random.Random(seed)
    with Home() as home:
        home.rc('[account "test"]', "address = Ann Test <ann@test.example>")
        home.run("penfold", "deliver", input=b"From: a@b.example\nSubject: hello there\n\nx\n")
        editor = home.path("editor")
        with open(editor, "w", encoding="utf-8") as f:
            f.write(EDITOR)
        os.chmod(editor, 0o755)
        written = home.path("written")
        with Screen(Quiet(), home, 24, 80, home.program("penfold"), EDITOR=editor) as screen:
            screen.wait("hello there")
            screen.send("mbo@b.example\rKilled\r")
            wait_for(lambda: number_in(written) > 0, what="the editor's first line")
            time.sleep(chance.random() * 0.9)
            kill_all(home, {screen.process.pid})
        lines = number_in(written)
        with Screen(Quiet(), home, 24, 80, home.program("penfold")) as screen:
            screen.wait("among the drafts")
            wait_for(lambda: not [n for n in os.listdir(home.path("state/penfold/edit"))
                                  if n.endswith(".eml")], what="the saved draft")
            screen.send("Q")
        found = drafts(home)
        body = found[0]["body"] if found else ""
        has = body.count("of the letter")
        tap.ok(len(found) == 1 and has >= lines and found[0]["to"] == ["bo@b.example"],
               f"killed after {lines} lines: one draft, with {has}", found)


for run in range(KILLS):
    one(run)
tap.done()
