#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""The screen, or the store, is killed with signal 9 at any call by which it changes a file while a letter is written:
with the editor in its tab, while a file is attached, while the letter is postponed; in clear and encrypted. The letter
is there once, with all that the editor had written and all that was called saved; and where the store dies, nobody
notices. COMPOSE_POINTS says at how many calls of each kind (4; 0: at every one)."""
import glob
import os
import shutil
import signal

from keyring import Keyring
from killpoints import environment, spread
from penfold_test import Home, Tap, kill_all, number_in, wait_for
from screen import Screen

POINTS = int(os.environ.get("COMPOSE_POINTS", "4"))
tap = Tap()
ANN, BO = "Ann Example <ann@penfold.test>", "Bo Test <bo@penfold.test>"

EDITOR = """#!/bin/sh
# writes as editors do: a new file in place of the old one; what is in place is noted afterwards
line() {
	cp "$1" "$1~" && echo "line $2 of the letter" >>"$1~" && mv "$1~" "$1" && echo $2 >"$HOME/written"
}
line "$1" 1
i=0
until [ $i -gt 100 ] || ls "$HOME"/state/penfold/drafts/*.json; do
	i=$((i + 1))
	sleep 0.01
done >/dev/null 2>&1
line "$1" 2
line "$1" 3
"""


class Quiet(Tap):
    """The steps on the way are no tests of their own."""

    def ok(self, claim, name, *details):
        return bool(claim)


def write_letter(screen, home):
    """The steps that came to their end; a dead screen ends all of them."""
    steps = (("hello there", "mbo@penfold.test\rKilled\r", None), ("A letter", "", "  saved"),
             ("  saved", f"a{home.path('notes.txt')}\r", "Attached"), ("notes.txt", "", "  saved"),
             ("  saved", "P", "kept among the drafts"), ("hello there", "Q", None))
    names = ("begun", "edited", "attaching", "attached", "kept", "left")
    done = set()
    for name, (before, keys, after) in zip(names, steps):
        if not screen.reached(before, 8000):
            break
        screen.send(keys)
        if after and not screen.reached(after, 8000):
            break
        done.add(name)
    return done


def drafts(home):
    found = home.ask("penfold-store", {"op": "draft-list"})[-1]["drafts"]
    return [home.ask("penfold-store", {"op": "draft-get", "draft_id": d["draft_id"]})[-1]["draft"] for d in found]


def clear(home):
    for name in ("drafts", "edit", "open-draft"):
        path = home.path("state/penfold", name)
        shutil.rmtree(path, ignore_errors=True)
        if os.path.exists(path):
            os.unlink(path)
    for name in ("written", "calls", "struck"):
        if os.path.exists(home.path(name)):
            os.unlink(home.path(name))


def run(home, program, below, at=0, kind="kill"):
    """One letter with the fault at call `at`: (the steps that were done, the lines that the editor wrote)."""
    clear(home)
    fault = environment(program, below, home.path("calls"), at, kind, ONCE=home.path("struck"))
    with Screen(Quiet(), home, 24, 80, home.program("penfold"), EDITOR=home.path("editor"), **fault) as screen:
        done = write_letter(screen, home)
        kill_all(home, {screen.process.pid})
    return done, number_in(home.path("written"))


def start_again(home):
    for path in glob.glob(home.path("state/penfold/drafts/*.json.*")):
        os.utime(path, (0, 0))  # as after some hours
    with Screen(Quiet(), home, 24, 80, home.program("penfold")) as screen:
        screen.wait("hello there")
        wait_for(lambda: not glob.glob(home.path("state/penfold/edit/*")), what="the saved draft, and nothing else left")
        screen.send("Q")
        screen.exits()


def judge(home, name, done, lines, is_secret):
    found = [d for d in drafts(home) if d.get("subject") == "Killed"]
    body = found[0]["body"] if found else ""
    files = [a["path"] for a in found[0].get("attachments", [])] if found else []
    wrong = []
    if len(found) > 1 or (lines > 0 and not found):
        wrong.append(f"{len(found)} drafts")
    if body.count("of the letter") < lines:
        wrong.append(f"{body.count('of the letter')} of {lines} lines")
    if "attached" in done and files != [home.path("notes.txt")]:
        wrong.append(f"attached: {files}")
    if found and found[0]["to"] != ["bo@penfold.test"]:
        wrong.append(f"to {found[0]['to']}")
    left = glob.glob(home.path("state/penfold/drafts/*.*")) + glob.glob(home.path("state/penfold/edit/*"))
    if len(left) > len(found):
        wrong += left
    if is_secret:
        wrong += [f"{path} is readable" for path in glob.glob(home.path("state/**"), recursive=True)
                  if os.path.isfile(path) and b"of the letter" in open(path, "rb").read()]
    return tap.ok(not wrong, name, *wrong, *found)


def kill_at_each(home, what, program, below, is_secret):
    """True where the program changes files at all."""
    done, lines = run(home, program, below)
    tap.ok("left" in done and lines == 3, f"{what}: nothing dies", done, lines)
    judge(home, f"{what}: and the letter is whole", done, lines, is_secret)
    with open(home.path("calls"), encoding="utf-8", errors="replace") as f:
        calls = max(int(line.split(" ", 1)[0]) for line in f)
    tap.diag(f"{what}: {calls} calls")
    for at in spread(calls, POINTS or calls):
        done, lines = run(home, program, below, at, "kill" if at % 2 else "killed-after")
        name = f"{what}: {program} is killed at call {at}, after {'-'.join(sorted(done)) or 'nothing'}, {lines} lines"
        if program == "penfold-store" and "left" not in done:
            tap.ok(False, name + ": the screen goes on")
        start_again(home)
        judge(home, name, done, lines, is_secret)


def main():
    with Home() as home, Keyring(home) as keys:
        account = ['[account "test"]', "address = " + ANN]
        home.rc(*account)
        home.run("penfold", "deliver", input=b"From: a@b.example\nSubject: hello there\n\nx\n")
        with open(home.path("editor"), "w", encoding="utf-8") as f:
            f.write(EDITOR)
        os.chmod(home.path("editor"), 0o755)
        with open(home.path("notes.txt"), "w", encoding="utf-8") as f:
            f.write("notes\n")
        state = home.path("state/penfold")
        kill_at_each(home, "in clear", "penfold", state, False)
        kill_at_each(home, "in clear", "penfold-store", state + "/drafts", False)
        keys.pgp(ANN)
        keys.pgp(BO)
        home.rc(*account, "encrypt = yes")
        kill_at_each(home, "encrypted", "penfold", state, True)
        kill_at_each(home, "encrypted", "penfold-store", state + "/drafts", True)
    tap.done()


main()
