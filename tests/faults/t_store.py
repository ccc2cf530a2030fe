#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Delivery and the queue under kill -9, a full disk and errors of the disk, for good and for once, at every call by which penfold-store changes
files: what it called done is there whole afterwards, nothing is there in part, and the next run
goes on as if nothing had happened."""
import json
import os
import shutil
import signal

from killpoints import Killpoints
from penfold_test import Home, Tap

MOST = int(os.environ.get("FAULT_POINTS", 16))  # of each kind; evenly spread
LETTER = (b"From: Ann Example <ann@example.org>\r\nTo: Me <me@penfold.test>\r\nSubject: whole\r\n"
          b"Date: Sat, 21 Nov 2026 10:00:00 +0000\r\nMessage-ID: <fault@example.org>\r\n\r\n"
          + b"A line that is long enough to need more than one page of the disk.\r\n" * 200)
DRAFT = {"account": "b", "from": "Me <me@penfold.test>", "to": ["Ann <ann@penfold.test>"],
         "subject": "whole", "body": "text\n"}


def answer(output):
    """The last whole line that is a final answer, or {}."""
    for line in reversed(output.split(b"\n")):
        try:
            obj = json.loads(line)
        except ValueError:
            continue
        if "done" in obj or "error" in obj:
            return obj
    return {}


class Store:
    """A home whose state can be put back to where it was."""

    def __init__(self, home):
        self.home = home
        home.rc('[account "b"]', "address = Me <me@penfold.test>")
        with open(home.path("first"), "wb") as f:
            f.write(LETTER.replace(b"<fault@", b"<first@").replace(b"whole", b"first"))
        with open(home.path("letter"), "wb") as f:
            f.write(LETTER)
        self.ask({"op": "deliver", "account": "b", "path": home.path("first")})
        for name in ("Mail", "state"):
            shutil.copytree(home.path(name), home.path("kept", name), symlinks=True)

    def restore(self):
        for name in ("Mail", "state"):
            shutil.rmtree(self.home.path(name))
            shutil.copytree(self.home.path("kept", name), self.home.path(name), symlinks=True)

    def ask(self, request):
        answers = self.home.ask("penfold-store", request)
        return answers[-1] if answers else {}

    def files(self):
        """The contents of all messages in cur and new."""
        found = []
        for folder, _, names in os.walk(self.home.path("Mail", "b")):
            if os.path.basename(folder) in ("cur", "new"):
                for name in names:
                    with open(os.path.join(folder, name), "rb") as f:
                        found.append(f.read())
        return found

    def count(self, query):
        return self.ask({"op": "count", "query": query}).get("messages")


def is_letter(content):
    """Bytes as they came, or with the line ends of the disk."""
    return content.replace(b"\r\n", b"\n").endswith(LETTER.replace(b"\r\n", b"\n"))


def after_delivery(store, run):
    """What is wrong with the state, or None."""
    said_done = "done" in answer(run.process.stdout)
    files = store.files()
    whole = [f for f in files if is_letter(f)]
    first = [f for f in files if b"Subject: first" in f]
    if len(first) != 1 or len(whole) + len(first) != len(files):
        return f"{len(files)} files, {len(whole)} whole, {len(first)} that stood there before"
    if said_done and not whole:
        return "called done, and not there"
    if not said_done:
        again = store.ask({"op": "deliver", "account": "b", "path": store.home.path("letter")})
        if "done" not in again:
            return f"the next delivery fails: {again}"
    scanned = store.ask({"op": "scan"})
    if "done" not in scanned:
        return f"the next scan fails: {scanned}"
    count = store.count("id:fault@example.org"), store.count("id:first@example.org")
    return None if count == (1, 1) else f"the index has {count} messages"


def after_queueing(store, run):
    said = answer(run.process.stdout)
    listed = store.ask({"op": "queue-list"}).get("entries")
    if listed is None:
        return "the queue cannot be listed"
    if "done" in said and len(listed) != 1:
        return f"called queued, and {len(listed)} in the list"
    if "error" in said and listed and "may be in the outbox" not in said["error"]["message"]:
        return "called refused, and in the list"
    for entry in listed:
        shown = store.ask({"op": "queue-show", "queue_id": entry["id"]})
        if "done" not in shown or not os.path.exists(shown.get("path", "")):
            return f"in the list, and cannot be shown: {shown}"
        with open(shown["path"], "rb") as f:
            if b"Subject: whole" not in f.read():
                return "in the list, and not whole"
    again = store.ask({"op": "queue-add", "draft": DRAFT})
    return None if "done" in again else f"the next letter is refused: {again}"


def attack(tap, store, name, request, judge):
    line = (json.dumps({"id": 1, **request}) + "\n").encode()
    command = [store.home.program("penfold-store")]
    points = Killpoints("penfold-store", store.home.path(), store.home.path("calls"))
    for kind in ("kill", "killed-after", "ENOSPC", "EIO", "EIO-once"):
        wrong, n, hurt = [], 0, 0
        for run in points.each(command, store.home.env, store.restore, kind=kind, input=line, most=MOST):
            n += 1
            hurt += run.process.returncode == -signal.SIGKILL or "error" in answer(run.process.stdout)
            problem = judge(store, run)
            if problem:
                wrong.append(f"at {run.point} ({points_call(points, run)}): {problem}")
        tap.ok(hurt >= n // 3 and (hurt == n or kind.startswith("E")), f"{name}, {kind}: the program was hurt", f"{hurt} of {n}")
        tap.ok(not wrong, f"{name}, {kind}: {n} points, nothing lost", *wrong[:10])
    store.restore()


def points_call(points, run):
    calls = points.calls()
    return calls[run.point - 1] if run.point <= len(calls) else "?"


def main():
    tap = Tap()
    with Home() as home:
        store = Store(home)
        tap.same(store.count("*"), 1, "the store works without faults")
        attack(tap, store, "delivery", {"op": "deliver", "account": "b", "path": home.path("letter")},
               after_delivery)
        attack(tap, store, "queueing", {"op": "queue-add", "draft": DRAFT}, after_queueing)
    tap.done()


main()
