#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""The main job from end to end, as its user does it: a letter with an attachment and a subject in other
scripts is written on the screen, leaves through a submission server with STARTTLS and log-in, comes back
by IMAP, and is read on the screen; the attachment is the same to the byte. Then the same with the server
stopped at the moment of sending and every Penfold process killed. Then with servers that hang.

The submission server is Postfix where we are root, else the stand-in of the sending tests."""
import glob
import hashlib
import imaplib
import json
import os
import signal
import socket
import subprocess
import threading

from penfold_test import SERVERS, Home, Server, Tap, port_answers, processes, wait_for
from screen import Screen

FAKE = os.path.join(SERVERS, "fake_smtp.py")
SUBJECT = "Grüße an 山田花子 über die Brücke"
tap = Tap()


def penfolds(home):
    """The pids of Penfold's programs that were started with this home."""
    return [pid for pid, name in processes(home).items() if name.startswith("penfold")]


def kill_all(home):
    for pid in penfolds(home):
        try:
            os.kill(pid, signal.SIGKILL)
        except ProcessLookupError:
            pass
    wait_for(lambda: not penfolds(home), what="the death of every process")


class StandIn:
    """The stand-in as a process of its own; what it takes is put into alice's INBOX, as a server would."""

    def __init__(self, out, imap):
        self.out, self.imap, self.CA = out, imap, imap.CA
        self.ending = threading.Event()

    def __enter__(self):
        os.mkdir(self.out)
        self.process = subprocess.Popen([FAKE, os.path.dirname(self.CA), self.out],
                                        stdin=subprocess.PIPE)
        env = os.path.join(self.out, "env")
        wait_for(lambda: os.path.exists(env) and "PORT=" in open(env).read(), what="the stand-in")
        with open(env) as f:
            self.SUBMISSION_PORT = int(f.read().split("PORT=")[1].split()[0])
        self.pid = self.process.pid
        self.thread = threading.Thread(target=self.deliver)
        self.thread.start()
        return self

    def __exit__(self, *_):
        self.ending.set()
        self.thread.join()
        self.process.stdin.close()
        self.process.wait()

    def deliver(self):
        done = set()
        while not self.ending.wait(0.1):
            for path in sorted(set(glob.glob(os.path.join(self.out, "*.json"))) - done):
                with open(path[:-5] + ".eml", "rb") as f:
                    letter = f.read()
                mailbox = imaplib.IMAP4("127.0.0.1", self.imap.IMAP_PORT)
                mailbox.login("alice", "alicepw")
                mailbox.append("INBOX", "", None, b"Received: by fake.penfold.test\r\n" + letter)
                mailbox.logout()
                done.add(path)


class Stopped:
    """A submission server that is not there."""

    def __init__(self, port, ca):
        self.SUBMISSION_PORT, self.CA = port, ca


def submission_server(home, name, imap):
    if os.geteuid() == 0:
        return Server("postfix", home.path(name), home.path("d"))
    return StandIn(home.path(name), imap)


def write_files(home):
    picture = hashlib.sha256(b"seed").digest() * 4096  # 128 KiB that no text encoding survives
    with open(home.path("bild-日本.bin"), "wb") as f:
        f.write(picture)
    with open(home.path("editor"), "w") as f:
        f.write("#!/bin/sh\nprintf 'Liebe Leute,\\n\\nof the lake: see the picture.\\n' >>\"$1\"\n")
    os.chmod(home.path("editor"), 0o755)
    return picture


def write_rc(home, imap, submission):
    with open(home.path("ca.pem"), "w") as f:
        for server in (imap, submission):
            with open(server.CA) as ca:
                f.write(ca.read())
    with open(home.path("zone"), "w", encoding="ascii") as f:
        json.dump({"penfold.test": {"MX": [{"exchange": "mx.penfold.test", "priority": 10}]},
                   "mx.penfold.test": {"A": ["192.0.2.1"]}}, f)
    home.rc("[dns]\nzone = " + home.path("zone"),
            f"[tls]\nca-file = {home.path('ca.pem')}", "[queue]\nundo-delay = 0", '[account "work"]',
            "address = Alice Example <alice@penfold.test>", "password = alicepw",
            f"imap = imap://alice@localhost:{imap.IMAP_PORT}",
            f"smtp = submission://alice@localhost:{submission.SUBMISSION_PORT}")


def start(home, rows=24, cols=80):
    return Screen(tap, home, rows, cols, home.program("penfold"), EDITOR=home.path("editor"),
                  VISUAL=home.path("editor"))


def compose(screen, home, subject):
    screen.send("m")
    screen.wait("To")
    screen.send("alice@penfold.test\r")
    screen.wait("Subject")
    screen.send(subject + "\r")
    screen.wait("Liebe Leute", "the editor's text is on the review page")
    screen.send("a")
    screen.wait("Attach")
    screen.send("\x15" + home.path("bild-日本.bin") + "\r")
    screen.wait("bild-日本.bin", "the attachment is on the review page")


def read_it(screen, home, picture, subject):
    screen.wait(subject[:14], "the letter came back by IMAP and is in the list", 30000)
    screen.send("\r")
    screen.wait("of the lake", "its text is read on the screen")
    screen.wait("山田花子", "its subject is decoded")
    screen.send("v")
    screen.wait("1 of 2", "its attachment is listed")
    saved = home.path("saved.bin")
    screen.send("j")
    screen.wait("2 of 2")
    screen.send("s")
    screen.wait("Save")
    screen.send("\x15" + saved + "\r")
    wait_for(lambda: os.path.exists(saved) and os.path.getsize(saved) >= len(picture),
             what="the saved attachment")
    with open(saved, "rb") as f:
        tap.ok(f.read() == picture, "the attachment is the same to the byte")


def journey(home, imap, submission):
    picture = write_files(home)
    write_rc(home, imap, submission)
    with start(home) as screen:
        screen.wait("Inbox")
        compose(screen, home, SUBJECT)
        screen.send("y")
        wait_for(lambda: home.json_lines("penfold", "search", "--json", "folder:work/INBOX")[0] or
                 screen.send("$"), 120, "the letter's return")
        read_it(screen, home, picture, SUBJECT)
        verdict = wait_for(lambda: home.json_lines("penfold", "search", "--json", "folder:work/INBOX")[0][0]["verdict"], 60,
                           "the verdict")
        tap.same(verdict, "none", "our own letter is not taken for a forgery")
        screen.send("qqq")
        screen.send("Q")
        screen.exits(0, "the screen ends well")
    sent = home.json_lines("penfold", "search", "--json", "folder:work/Sent")[0]
    tap.same(len(sent), 1, "one Sent copy")
    tap.same(home.run("penfold", "queue", "list").stdout, "The outbox is empty.\n",
             "nothing is left in the outbox")


def stopped(home, imap):
    held = socket.socket()  # bound and never listening: nobody else on this machine gets the port
    held.bind(("127.0.0.1", 0))
    port = held.getsockname()[1]
    write_rc(home, imap, Stopped(port, imap.CA))
    tap.ok(not port_answers(port), "the submission server is stopped")
    with start(home) as screen:
        screen.wait("Inbox")
        compose(screen, home, "Second letter")
        screen.send("y")
        screen.wait("outbox 1", "the letter is in the outbox", 20000)
        screen.wait(str(port), "the screen says which server does not answer")
        kill_all(home)
    waiting = home.json_lines("penfold", "queue", "list", "--json")[0][0]
    tap.ok([e["subject"] for e in waiting if e["state"] in ("ready", "deferred")] ==
           ["Second letter"], "after kill -9 of everything the letter waits in the outbox", waiting)
    with start(home) as screen:
        screen.wait("Inbox")
        screen.send("O")
        screen.wait("Second letter", "the outbox shows it on the next start")
        screen.send("Q")
        screen.exits(0)


def family(pid):
    """A process and all that descend from it."""
    children = {}
    for name in os.listdir("/proc"):
        if name.isdigit():
            try:
                with open(f"/proc/{name}/stat") as f:
                    parent = int(f.read().rsplit(")", 1)[1].split()[1])
                children.setdefault(parent, []).append(int(name))
            except (OSError, IndexError):
                continue
    found, wanted = [], [pid]
    while wanted:
        found.append(wanted.pop())
        wanted += children.get(found[-1], [])
    return found


def signal_all(servers, what):
    for server in servers:
        for pid in family(server.pid):
            try:
                os.kill(pid, what)
            except ProcessLookupError:
                pass


LIMIT_MS = 100


def hanging(home, imap, submission):
    """Both servers stop in the middle of a conversation: every key answers all the same."""
    write_rc(home, imap, submission)
    # a letter whose next try is due would leave before the servers stop
    waiting = home.json_lines("penfold", "queue", "list", "--json")[0][0][0]["id"]
    tap.same(home.run("penfold", "queue", "hold", waiting).returncode, 0, "the letter is held")
    with start(home) as screen:
        screen.wait("Inbox")
        screen.wait("1 of 1", "the list is there")
        signal_all((imap, submission), signal.SIGSTOP)
        try:
            screen.send("$")
            keys(screen, home)
        finally:
            signal_all((imap, submission), signal.SIGCONT)
        screen.send("Q")
        screen.exits(0, "it ends well with stopped servers behind it")


def keys(screen, home):
    for _ in range(3):
        screen.timed("?", "Keys;", "help", LIMIT_MS)
        screen.timed("q", "1 of 1", "back to the list", LIMIT_MS)
        screen.timed("\r", "of the lake", "open the letter", LIMIT_MS)
        screen.timed("H", "Received", "all header fields", LIMIT_MS)
        screen.timed("HH", "of the lake", "the usual fields", LIMIT_MS)
        screen.timed("q", "1 of 1", "back to the list", LIMIT_MS)
        screen.timed("O", "Second letter", "the outbox", LIMIT_MS)
        screen.timed("q", "1 of 1", "back to the list", LIMIT_MS)
        screen.timed("m", "To:", "a new letter", LIMIT_MS)
        screen.timed("\x07", "1 of 1", "which is not written", LIMIT_MS)


def main():
    with Home() as home, Server("dovecot", home.path("d")) as imap:
        with submission_server(home, "p", imap) as submission:
            journey(home, imap, submission)
        stopped(home, imap)
        with submission_server(home, "p3", imap) as submission:
            hanging(home, imap, submission)
            write_rc(home, imap, submission)
            home.run("penfold", "queue", "release", home.json_lines("penfold", "queue", "list", "--json")[0][0][0]["id"])
            home.run("penfold", "queue", "run")
            tap.same(home.run("penfold", "queue", "list").stdout, "The outbox is empty.\n",
                     "the letter leaves when a server is back")
    tap.done()


main()
