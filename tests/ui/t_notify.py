#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""The desktop is told of new mail, on a bus of the test's own: by sender and subject, as text; a service that
hangs, refuses or is not there costs nothing. The hooks of letters that left and that did not."""
import json
import os
import shutil
import subprocess
import sys
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "servers"))
from fake_smtp import FATES, FakeSmtp  # noqa: E402
from penfold_test import BUILD, Home, Tap, wait_for  # noqa: E402
from screen import Screen  # noqa: E402

tap = Tap()
NOTIFYD = os.path.join(BUILD, "tests", "ui", "notifyd")


class Bus:
    """A session bus, and a notification service on it whose lines are kept."""

    def __init__(self, home, how):
        self.daemon = subprocess.Popen(["dbus-daemon", "--session", "--nofork", "--print-address=1"],
                                       stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True,
                                       env=home.env)
        self.address = self.daemon.stdout.readline().strip()
        self.out = open(home.path("notified"), "w+", encoding="utf-8")
        env = dict(home.env, DBUS_SESSION_BUS_ADDRESS=self.address)
        self.service = subprocess.Popen([NOTIFYD, how], stdout=self.out, env=env)
        self.path = home.path("notified")
        wait_for(lambda: self.lines(0), what="the notification service")

    def lines(self, after=1):
        with open(self.path, encoding="utf-8") as f:
            return [json.loads(line) for line in f if line.endswith("\n")][after:]

    def __enter__(self):
        return self

    def __exit__(self, *_):
        for process in (self.service, self.daemon):
            process.terminate()
            process.wait()
        self.out.close()


def deliver(home, number, sender, subject):
    date = time.strftime("%a, %d %b %Y %H:%M:%S +0000", time.gmtime())
    home.run("penfold", "deliver", "--account", "test",
             input=f"From: {sender}\nTo: ann@test.example\nSubject: {subject}\nDate: {date}\n"
                   f"Message-ID: <{number}@x.example>\n\nText.\n")


def told(screen, home, bus):
    deliver(home, 1, "Bo Example <bo@x.example>", "<b>Lunch</b> & more \x1b[31m")
    lines = wait_for(bus.lines, what="a notification")
    tap.same(len(lines), 1, "one letter, one notification")
    tap.same(lines[0]["summary"], "Bo Example", "of the sender")
    tap.ok("&lt;b&gt;Lunch&lt;/b&gt; &amp; more" in lines[0]["body"], "a subject is text, and no markup", lines)
    tap.ok("\x1b" not in lines[0]["body"], "without controls", lines)
    tap.same(lines[0]["app"], "Penfold", "from Penfold")
    screen.wait("Lunch")


def suffers(how, words):
    with Home() as home:
        home.rc('[account "test"]', "address = Ann Test <ann@test.example>")
        deliver(home, 0, "A <a@x.example>", "Old news")
        with Bus(home, how) as bus, Screen(tap, home, 24, 80, home.program("penfold"),
                                          DBUS_SESSION_BUS_ADDRESS=bus.address) as screen:
            screen.wait("Old news")
            deliver(home, 1, "Bo <bo@x.example>", "Lunch")
            wait_for(bus.lines, what="a notification")
            screen.timed("?", "Keys;", f"{words} costs no key a moment", 500)
            screen.send("q")
            screen.wait("Lunch")
            screen.send("Q")
            screen.exits()


def hook(home, name):
    path = home.path(f"hook-{name}")
    with open(path, "w", encoding="utf-8") as f:
        f.write(f'#!/bin/sh\ncat >>"{home.path(name)}"\n')
    os.chmod(path, 0o755)
    return f"{name} = {path}"


def objects(home, name):
    try:
        with open(home.path(name), encoding="utf-8") as f:
            return [json.loads(line) for line in f if line.strip()]
    except (FileNotFoundError, json.JSONDecodeError):
        return []


def letters():
    """One letter that leaves, and one that has nowhere to go."""
    with Home() as home:
        editor = home.path("editor")
        with open(editor, "w", encoding="utf-8") as f:
            f.write('#!/bin/sh\necho text >>"$1"\n')
        os.chmod(editor, 0o755)
        home.rc('[account "test"]', "address = Ann Test <ann@test.example>", "[hooks]", hook(home, "sent"),
                hook(home, "failed"), "[queue]", "undo-delay = 0", "[notify]", "terminal = bell")
        deliver(home, 0, "A <a@x.example>", "Old news")
        with Screen(tap, home, 24, 80, home.program("penfold"), EDITOR=editor) as screen:
            screen.wait("Old news")
            for to, subject, name in (("ann@test.example", "Leaves", "sent"), ("bo@b.example", "Stays", "failed")):
                screen.send(f"m{to}\r{subject}\r")
                screen.wait("A letter")
                screen.wait("saved")
                screen.send("y")
                found = wait_for(lambda n=name: objects(home, n), what=name)
                tap.ok(found[0]["event"] == name and found[0]["subject"] == subject,
                       f"the hook {name} has the letter as JSON", found)
            tap.same((len(objects(home, "sent")), len(objects(home, "failed"))), (1, 1), "each once, and no other")
            deliver(home, 9, "Bo <bo@x.example>", "Ring")
            screen.wait("Ring")
            screen.ask("waitseen 5000 \\x07", "new mail rings the bell, where it is wanted")
            screen.send("Q")
            screen.exits()


def partly():
    """A letter that failed for one while it waits for another is told at once, and not again when that one has it."""
    with Home() as home, FakeSmtp(None, tls="none") as server:
        home.rc('[account "test"]', "address = Ann Test <ann@test.example>", "password = alicepw",
                f"smtp = submission://alice@127.0.0.1:{server.port}", "tls = no", "imap = imap://alice@127.0.0.1:9",
                "[hooks]", hook(home, "sent"), hook(home, "failed"), "[queue]", "undo-delay = 0", "retry = 2s")
        path = home.path("letter.eml")
        with open(path, "w", encoding="ascii", newline="") as f:
            f.write("From: ann@test.example\r\nTo: x@b.example\r\nSubject: To two\r\nMessage-ID: <1@test.example>\r\n"
                    "Date: Sat, 28 Nov 2026 10:00:00 +0000\r\n\r\nHello.\r\n")
        home.ask("penfold-store", {"op": "queue-add-raw", "path": path,
                                   "recipients": ["gone@b.example", "later@b.example"]}, args=("--serve",))
        deliver(home, 0, "A <a@x.example>", "Old news")
        with Screen(tap, home, 24, 80, home.program("penfold")) as screen:
            screen.wait("Old news")
            found = wait_for(lambda: objects(home, "failed"), what="the hook")
            tap.same([r["state"] for r in found[0]["recipients"]], ["failed", "deferred"],
                     "failed for one, waiting for another: the hook is told")
            del FATES["later"]
            screen.send("O")
            screen.wait("later@b.example  sent", "the other has it")
            screen.send("qQy")  # the run may not be over
            screen.exits()
        tap.same((len(objects(home, "failed")), len(objects(home, "sent"))), (1, 0), "once")


def main():
    letters()
    partly()
    if shutil.which("dbus-daemon") is None:
        tap.ok(True, "the desktop is told # SKIP there is no dbus-daemon here")
        tap.done()
        return
    with Home() as home:
        home.rc('[account "test"]', "address = Ann Test <ann@test.example>")
        deliver(home, 0, "A <a@x.example>", "Old news")
        with Bus(home, "answer") as bus, Screen(tap, home, 24, 80, home.program("penfold"),
                                               DBUS_SESSION_BUS_ADDRESS=bus.address) as screen:
            screen.wait("Old news")
            told(screen, home, bus)
            screen.send("Q")
            screen.exits()
    suffers("silent", "a service that does not answer")
    suffers("refuse", "a service that refuses")
    with Home() as home:
        home.rc('[account "test"]', "address = Ann Test <ann@test.example>")
        deliver(home, 0, "A <a@x.example>", "Old news")
        with Screen(tap, home, 24, 80, home.program("penfold"),
                    DBUS_SESSION_BUS_ADDRESS="unix:path=/nothing/here") as screen:
            screen.wait("Old news")
            deliver(home, 1, "Bo <bo@x.example>", "Lunch")
            screen.wait("Lunch", "without a bus mail is told on the screen alone")
            screen.send("Q")
            screen.exits()
    tap.done()


main()
