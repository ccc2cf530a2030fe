#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Any keys in any order, on the demo's mail: the screen lives, answers, and no helper has died. What was pressed is
told with the seed; PENFOLD_ANYKEY=SEED[,SEED...] presses others, PENFOLD_ANYKEY_KEYS so many of each (150). With
programs that were built with SAN=1 what the sanitizers find is a failure too."""
import glob
import os
import random

from penfold_test import SOURCE, Home, Tap, children, name_of, wait_for
from screen import Screen

SEEDS = [int(s) for s in os.environ.get("PENFOLD_ANYKEY", "3,8,11").split(",")]
KEYS = int(os.environ.get("PENFOLD_ANYKEY_KEYS", "150"))
SIZES = ((24, 80), (12, 40), (60, 200), (30, 104))
LETTERS = "jjjjkkkkabcdefghilmnoprstuvwxyzABCDEFGHIJKLMNOPRSTUVWXYZ0123456789;:/?@&#%$^*(){}[]<>,.-_=+~`'\""  # not q, Q, ! and |
NAMED = ("Up", "Down", "Left", "Right", "PageUp", "PageDown", "Home", "End", "F1", "Delete")
LINES = ("ann", "lunch", "tag:unread", "from:ann", "3", "12down", "x", "/tmp", "settings", "log", "help", "theme light",
         "tag +x", "reload", "stats", "limit ann", "sort date", "archive", "undo", "redo", "keys", "outbox", "drafts",
         "headers", "folder INBOX", "links", "sender", "attach /etc/hostname")
PASTES = ("/etc/hostname", "hello\u0301 \U0001f600 wide \u65e5\u672c", "a@b.example, c@d.example")
EDITOR = '#!/bin/sh\necho "some text" >>"$1"\n'
tap = Tap()


def step(chance, rows, cols):
    """One line for the driver."""
    kind = chance.random()
    if kind < 0.55:
        return f"send {chance.choice(LETTERS)}"
    if kind < 0.65:
        return f"key {chance.choice(NAMED)}"
    if kind < 0.75:
        return f"send {chance.choice((chr(92) + 'r', chr(92) + 'e', chr(92) + 't', chr(92) + 'x7f'))}"
    if kind < 0.85:
        return f"send {chance.choice(':/tL')}{chance.choice(LINES)}\\r"
    if kind < 0.88:
        return f"send \\x{chance.choice((1, 2, 4, 5, 6, 7, 8, 11, 12, 14, 15, 16, 18, 20, 21, 22, 23, 24, 25)):02x}"
    if kind < 0.91:
        return f"send \\e{chance.choice('abcdefghijklmnopqrstuvwxyz<>')}"
    if kind < 0.94:
        return f"click {chance.randrange(rows)} {chance.randrange(cols)}"
    if kind < 0.96:
        return "resize {} {}".format(*chance.choice(SIZES + ((5, 20), (2, 9))))
    return f"paste {chance.choice(PASTES)}" if kind < 0.98 else "idle 100"


def descendant(pid, name):
    """The process of that name below this one."""
    below = list(children(pid))
    while below:
        child = below.pop()
        if name_of(child) == name:
            return child
        below += children(child)
    return 0


def press(home, seed):
    chance = random.Random(seed)
    rows, cols = SIZES[seed % len(SIZES)]
    editor = home.path("editor")
    with open(editor, "w", encoding="ascii") as f:
        f.write(EDITOR)
    os.chmod(editor, 0o755)
    found = home.path("sanitizer")
    options = f"log_path={found}:detect_leaks=0:print_stacktrace=1"
    with Screen(tap, home, rows, cols, SOURCE + "/contrib/demo/open.sh", EDITOR=editor, TMPDIR=home.dir,
                ASAN_OPTIONS=options, UBSAN_OPTIONS=options) as screen:
        screen.reached("Penfold", 60000)
        program = wait_for(lambda: descendant(screen.process.pid, "penfold"), what="penfold")
        for i in range(KEYS):
            screen.tell(step(chance, rows, cols))
            if i % 10 == 9:
                screen.tell("idle 40")
            if i % 40 == 39:
                screen.tell("send \\e\\e")
        screen.tell("resize 24 80")
        screen.tell("idle 200")
        screen.ask("unseen was ended by", f"seed {seed}: no helper died")
        tap.same(descendant(screen.process.pid, "penfold"), program, f"seed {seed}: the screen lives after {KEYS} keys")
        for _ in range(6):
            screen.tell("send \\e")
            screen.tell("idle 60")
        screen.ask("answer 5000 :", f"seed {seed}: and it answers")
    reports = [open(name, encoding="utf-8", errors="replace").read() for name in glob.glob(found + "*")]
    tap.same(reports, [], f"seed {seed}: the sanitizers have nothing to say")


def counted(home):
    """A number before an action in the line for actions."""
    with Screen(tap, home, 24, 80, SOURCE + "/contrib/demo/open.sh", TMPDIR=home.dir) as screen:
        screen.wait("Welcome: start here", "the demo", 60000)
        screen.send(":3nonsense\r")
        screen.wait('there is no action "nonsense" here', "a number before an action is taken off")
        screen.send(":3\r")
        screen.wait("a number goes before an action", "a number alone is none")


for seed_ in SEEDS:
    with Home() as home_:
        os.chdir(home_.dir)  # where what is saved goes
        press(home_, seed_)
        os.chdir(SOURCE)
with Home() as home_:
    counted(home_)
tap.done()
