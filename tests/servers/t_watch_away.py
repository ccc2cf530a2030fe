#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a watch notices by itself, within seconds: that the machine was suspended, that the line swallows what is sent,
that there is another network."""
import json
import os
import socket
import subprocess
import sys
import threading
import time

from penfold_test import BUILD, SERVERS, Home, Server, Tap
from imap_watch import Watch
from imap_account import Account, letter, local_files, rc_lines

tap = Tap()
PRELOAD = os.path.join(BUILD, "tests/faults/fault_preload.so")


class Swallower:
    """A proxy; once it is deaf, what goes over the connections that it has is lost without a sign. New ones work."""

    def __init__(self, target):
        self.target, self.deaf, self.count = target, 0, 0
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = self.listener.getsockname()[1]
        threading.Thread(target=self.run, daemon=True).start()

    def run(self):
        while True:
            near, _ = self.listener.accept()
            self.count += 1
            far = socket.create_connection(("127.0.0.1", self.target))
            for a, b in ((near, far), (far, near)):
                threading.Thread(target=self.pump, args=(a, b, self.count), daemon=True).start()

    def pump(self, source, sink, number):
        try:
            while data := source.recv(65536):
                if number > self.deaf:
                    sink.sendall(data)
            if number > self.deaf:
                sink.shutdown(socket.SHUT_WR)
        except OSError:
            pass


def rc(home, server, port=None):
    home.rc(*rc_lines(server, f"imaps://alice@localhost:{port or server.IMAPS_PORT}"), "[sync]", "interval = 1h")


def settled(watch):
    return watch.until("done") and watch.until("started", seconds=1) is None


def asleep(home, server):
    rc(home, server)
    mark = home.path("asleep")
    home.env.update(LD_PRELOAD=PRELOAD, FAULT_ASLEEP=mark)
    with Watch(home) as watch:
        tap.ok(settled(watch), "it watches", watch.seen)
        start = time.monotonic()
        with open(mark, "w"):
            pass
        tap.ok(watch.until("done", seconds=25), "after a suspend it looks at the server", watch.seen)
        tap.ok(time.monotonic() - start < 20, "within seconds", time.monotonic() - start)
        tap.ok(watch.until("started", seconds=1) is None, "once", watch.seen)
    del home.env["LD_PRELOAD"], home.env["FAULT_ASLEEP"]


def swallowed(home, server, account):
    line = Swallower(server.IMAPS_PORT)
    rc(home, server, line.port)
    with Watch(home) as watch:
        tap.ok(settled(watch), "it watches", watch.seen)
        line.deaf = line.count
        account.append("INBOX", letter(7, seed=30))
        path = local_files(home, "INBOX")[0]
        start = time.monotonic()
        os.rename(path, path.split(":2,")[0] + ":2,FS")
        tap.ok(watch.until("pushed", seconds=30), "what was done here goes up although the line swallows it", watch.seen)
        tap.ok(watch.until("done") and time.monotonic() - start < 20, "within seconds", time.monotonic() - start)
        tap.same((line.count, len(local_files(home, "INBOX"))), (2, len(account.bodies("INBOX"))), "by a new connection")


def ip(words):
    return subprocess.run(["ip", *words.split()], stderr=subprocess.DEVNULL).returncode == 0


def inside():
    """In a network of its own: a default route appears."""
    with Home() as home, Server("dovecot", home.path("d")) as server:
        Account(server).append("INBOX", letter(1, seed=30))
        rc(home, server)
        with Watch(home) as watch:
            good = settled(watch)
            start = time.monotonic()
            if not any(ip("link add pf0 type " + kind) for kind in ("dummy", "veth peer name pf1", "bridge", "ifb")):
                print(json.dumps("this kernel has no kind of interface that can come"))
                return
            for words in ("addr add 10.9.9.2/24 dev pf0", "link set pf0 up", "route add default via 10.9.9.1 dev pf0"):
                if not ip(words):
                    print(json.dumps("this kernel refuses: ip " + words))
                    return
            again = watch.until("done", seconds=20) is not None
            print(json.dumps([bool(good), again, time.monotonic() - start]))


def network():
    done = subprocess.run([os.path.join(SERVERS, "netns.sh"), sys.executable, os.path.abspath(__file__), "inside"],
                          capture_output=True, text=True, timeout=120)
    seen = json.loads(done.stdout.splitlines()[-1]) if done.stdout else done.stderr[-200:]
    if done.returncode == 77 or isinstance(seen, str):
        tap.ok(True, f"another network # SKIP {'no namespaces here' if done.returncode == 77 else seen}")
        return
    tap.ok(seen[0] and seen[1] and seen[2] < 15, "another network is noticed within seconds", seen, done.stderr[-300:])


def main():
    if sys.argv[1:] == ["inside"]:
        inside()
        return
    with Home() as home, Server("dovecot", home.path("d")) as server:
        account = Account(server)
        account.append("INBOX", *[letter(n, seed=30) for n in range(3)])
        asleep(home, server)
        swallowed(home, server, account)
    network()
    tap.done()


main()
