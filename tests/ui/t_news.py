#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""What happens by itself: new mail is told by sender and subject, to hooks as JSON, to the terminal as safe
text; letters that left; start and exit; and a screen that runs takes over a letter that another start was
asked for."""
import json
import os
import stat
import subprocess
import time

from penfold_test import Home, Tap, wait_for
from screen import Screen

tap = Tap()


def deliver(home, number, sender, subject):
    date = time.strftime("%a, %d %b %Y %H:%M:%S +0000", time.gmtime())
    letter = (f"From: {sender}\nTo: ann@test.example\nSubject: {subject}\nDate: {date}\n"
              f"Message-ID: <{number}@x.example>\n\nText {number}.\n")
    done = home.run("penfold", "deliver", "--account", "test", input=letter)
    if done.returncode != 0:
        raise SystemExit(f"Bail out! {done.stderr}")


def told(home, name):
    """The JSON objects that a hook has been given."""
    try:
        with open(home.path(f"{name}.told")) as f:
            return [json.loads(line) for line in f if line.strip()]
    except (FileNotFoundError, json.JSONDecodeError):
        return []


def hook(home, name):
    path = home.path(f"hook-{name}")
    with open(path, "w") as f:
        f.write(f'#!/bin/sh\ncat >>"{home.path(name + ".told")}"\n[ $# -eq 1 ] && [ "$1" = "a b" ]\n')
    os.chmod(path, 0o755)
    return f'{name} = {path} "a b"'


def gets(home, name, count=1):
    try:
        wait_for(lambda: len(told(home, name)) >= count, what=name)
    except TimeoutError:
        pass
    return told(home, name)


def news(home, screen):
    deliver(home, 1, '"Evil: \x1b]0;owned\x07 Eve" <eve@x.example>', "semi;colon \x1b[31mred")
    screen.wait("new: ", "new mail is told in the last line")
    objects = gets(home, "new-mail")
    tap.same(len(objects), 1, "the hook is told once")
    tap.ok(objects and "eve@x.example" in json.dumps(objects[0]["from"]), "of the sender")
    tap.ok(objects and objects[0]["event"] == "new-mail" and objects[0]["id"] == "1@x.example",
           "and of the message")
    screen.ask("seen \\e]777;notify;", "the terminal is told by OSC 777")
    screen.ask("unseen \\e]0;owned", "no sequence of a letter reaches it")
    screen.ask("unseen \\e[31mred", "nor a colour")
    screen.ask("seen semi,colon", "and the sign that parts its fields is not in a text")
    objects = gets(home, "note")
    tap.ok(objects and "Eve" in objects[0]["summary"], "the notification has the sender, whatever sign is in it")
    tap.ok(objects and "semi;colon" in objects[0]["body"], "and the subject")
    for number in range(2, 7):
        deliver(home, number, f"S{number} <s{number}@x.example>", f"Subject {number}")
        screen.wait(f"Subject {number}")
    tap.same(len(gets(home, "new-mail", 6)), 6, "each of several letters is told to the hook")


def takes_over(home, screen):
    done = subprocess.run([home.program("penfold"), "mailto:bob@x.example?subject=Lunch"], env=home.env,
                          stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=60)
    # without a terminal its standard input would be the letter: so ask as a desktop does, from one
    tap.ok(done.returncode == 0, "a letter from a pipe is queued as ever", done.stderr)
    with Screen(tap, home, 24, 80, home.program("penfold"), "mailto:cy@x.example?subject=Dinner") as other:
        other.exits(0, "a second start ends at once")
    screen.wait("Dinner", "and its letter is open in the first")
    screen.wait("ann@test.example", "from the account")
    socket = home.path("state", "penfold", "screen.socket")
    tap.same(stat.S_IMODE(os.stat(socket).st_mode), 0o600, "the socket is the user's alone")
    screen.send("qd")
    screen.wait("Inbox")


def main():
    with Home() as home:
        home.env["EDITOR"] = home.env["VISUAL"] = "true"  # letters begin in the editor; here it ends at once
        home.rc('[account "test"]', "address = Ann Test <ann@test.example>", "[hooks]",
                *(hook(home, name) for name in ("new-mail", "sent", "start", "exit")),
                "[notify]", hook(home, "note").replace("note =", "command ="), "terminal = osc777",
                "[queue]", "undo-delay = 0s", "[dns]", f"zone = {home.path('zone.json')}")
        with open(home.path("zone.json"), "w") as f:
            f.write("{}")
        deliver(home, 0, "Bo <bo@x.example>", "Old news")
        with Screen(tap, home, 24, 80, home.program("penfold")) as screen:
            screen.wait("Old news")
            tap.same([o["event"] for o in gets(home, "start")], ["start"], "the hook start is run")
            news(home, screen)
            tap.ok(all(o["id"] != "0@x.example" for o in told(home, "new-mail")),
                   "what was there before is no news")
            takes_over(home, screen)
            screen.send("Q")
            screen.exits(0)
        tap.same([o["event"] for o in gets(home, "exit")], ["exit"], "and exit, at the end")
        tap.ok(not os.path.exists(home.path("state", "penfold", "screen.socket")), "the socket is gone")
    tap.done()


main()
