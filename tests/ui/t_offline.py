#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""The screen without its server: refused, stopped, a wrong certificate, a wrong password, no such name.
The last line names account, host and trouble and keeps its end, what happens next, at 80 columns; the
first line keeps it in short; `:messages` has it in full; and the mail comes when the server is back."""
import os
import signal
import socket

from penfold_test import Home, Server, Tap
from screen import Screen

tap = Tap()
LIMIT_MS = 100


def rc(home, port, ca, password="alicepw", scheme="imap", host="localhost", interval="2s"):
    home.rc(f"[tls]\nca-file = {ca}", f"[sync]\ninterval = {interval}", '[account "work"]',
            "address = Alice Example <alice@penfold.test>", f"password = {password}",
            f"imap = {scheme}://alice@{host}:{port}")


def start(home, rows=24, cols=80):
    return Screen(tap, home, rows, cols, home.program("penfold"))


def put(home, number, subject):
    """Put a letter into the server's inbox."""
    folder = home.path("d/mail/alice/new")
    os.makedirs(folder, exist_ok=True)
    path = os.path.join(folder, f"{number}.penfold.test")
    with open(path, "w") as f:
        f.write(f"From: Bo <bo@b.example>\nTo: alice@penfold.test\nSubject: {subject}\n"
                f"Message-ID: <{number}@b.example>\nDate: Fri, 20 Nov 2026 10:00:00 +0000\n\nText.\n")
    parent = os.stat(home.path("d"))
    for name in (home.path("d/mail/alice"), folder, path):
        os.chown(name, parent.st_uid, parent.st_gid)


def family(pid):
    """A process and its children, for signals."""
    with open(f"/proc/{pid}/task/{pid}/children") as f:
        return [pid] + [int(child) for child in f.read().split()]


def refused(home, imap):
    """Nobody listens; then somebody does."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        port = taken.getsockname()[1]
        rc(home, port, imap.CA, interval="3s")
        with start(home) as screen:
            screen.wait("work offline, next try", "the first line keeps the state")
            screen.ask("attr 0 75 fg=179", "in the colour of a warning")
            screen.wait(f"localhost:{port}", "refused: the last line names the host")
            screen.wait("in 3 s", "and its end is on the screen")
            screen.timed("?", "Keys;", "help while offline", LIMIT_MS)
            screen.timed("q", "No mail here", "and back", LIMIT_MS)
            screen.send(":messages\r")
            screen.wait("trying again in", "the messages keep the whole sentence")
            screen.send("Q")
            screen.exits(0)


def wrong_password(home, imap):
    rc(home, imap.IMAP_PORT, imap.CA, password="wrong", interval="1h")
    with start(home) as screen:
        screen.wait("work log-in refused, next try", "wrong password: the first line says it")
        screen.wait("in 30", "a refused log-in is not repeated at once")
        screen.send("Q")
        screen.exits(0)


def wrong_certificate(home):
    with Server("dovecot", home.path("w"), PF_CERT="wrong") as other:
        rc(home, other.IMAPS_PORT, other.CA, scheme="imaps", interval="1h")
        with start(home) as screen:
            screen.wait("work server not trusted", "wrong certificate: the first line says it")
            screen.wait("certificate", "the last line says why")
            screen.wait("in 30 s", "and what happens next")
            screen.send("Q")
            screen.exits(0)


def no_name(home, imap):
    rc(home, imap.IMAP_PORT, imap.CA, host="nowhere.invalid", interval="1h")
    with start(home, 24, 60) as screen:
        screen.wait("nowhere.invalid", "no such name: the last lines name it at 60 columns, too")
        screen.wait("in 30 s", "and what happens next")
        screen.send("Q")
        screen.exits(0)


def back_again(home):
    """The server goes away and comes back on the same port, and the screen with it."""
    with Server("dovecot", home.path("d")) as imap:
        put(home, 1, "Before")
        rc(home, imap.IMAP_PORT, imap.CA)
        with start(home) as screen:
            screen.wait("Before", "the first letter is there", 30000)
            pids = family(imap.pid)
            for pid in pids:
                os.kill(pid, signal.SIGSTOP)
            try:
                screen.send("$")
                for _ in range(3):
                    screen.timed("\r", "bo@b.example", "open with a stopped server", LIMIT_MS)
                    screen.timed("q", "1 of 1", "and back", LIMIT_MS)
                screen.wait("work, quiet for 6 s", "the first line says that nothing is heard")
            finally:
                for pid in pids:
                    os.kill(pid, signal.SIGCONT)
            put(home, 2, "After the stop")
            screen.wait("After the stop", "mail comes by itself when it goes on", 60000)
            screen.send("Q")
            screen.exits(0)


def off_and_on(home):
    """Started without its server, which then comes up: mail comes without a key."""
    with Server("dovecot", home.path("d")) as imap:
        port = imap.IMAP_PORT
        put(home, 3, "When it was away")
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            relay_port = probe.getsockname()[1]
        rc(home, relay_port, imap.CA)
        with start(home) as screen:
            screen.wait("work offline, next try", "offline at first")
            relay = Relay(relay_port, port)
            try:
                screen.wait("When it was away", "it recovers by itself", 60000)
                screen.gone("offline", "and says so")
                screen.send("Q")
                screen.exits(0)
            finally:
                relay.stop()


def several(home):
    """Accounts with the same trouble share its words, and leave the title room; a narrow line only counts them."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    text = []
    for name in ("work", "club", "uni"):
        text += [f'[account "{name}"]', f"address = {name}@penfold.test", "password = x", f"imap = imaps://localhost:{port}"]
    home.rc(*text)
    with start(home) as screen:
        screen.wait("club, uni, work offline, next try", "three accounts, one reason")
        screen.ask("row 0 Inbox")
        screen.tell("resize 12 40")
        screen.wait("3 offline")
        screen.ask("norow 0 next")
        screen.send("Q")
        screen.exits(0)


class Relay:
    """A port that leads to another: the server that comes up late."""

    def __init__(self, port, to):
        import threading
        self.to, self.listener = to, socket.create_server(("127.0.0.1", port))
        self.threading = threading
        threading.Thread(target=self.accept, daemon=True).start()

    def accept(self):
        while True:
            try:
                client = self.listener.accept()[0]
            except OSError:
                return
            server = socket.create_connection(("127.0.0.1", self.to))
            for a, b in ((client, server), (server, client)):
                self.threading.Thread(target=self.pump, args=(a, b), daemon=True).start()

    @staticmethod
    def pump(source, sink):
        try:
            while data := source.recv(65536):
                sink.sendall(data)
            sink.shutdown(socket.SHUT_WR)
        except OSError:
            pass

    def stop(self):
        self.listener.close()


def main():
    with Home() as home:
        with Server("dovecot", home.path("x")) as imap:
            refused(home, imap)
            wrong_password(home, imap)
            no_name(home, imap)
        wrong_certificate(home)
        back_again(home)
        off_and_on(home)
        several(home)
    tap.done()


main()
