#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""The demo in a terminal: the list is painted, q leaves, and nothing of the home stays; nor does it when the
terminal goes away."""

import fcntl
import os
import pty
import select
import shutil
import signal
import struct
import tempfile
import termios
import time

from penfold_test import SOURCE, Tap

DEADLINE_S = 60


class Demo:
    """The demo's script in a pseudo-terminal of 30 rows and 100 columns."""

    def __init__(self, tmp):
        self.seen = b""
        self.pid, self.fd = pty.fork()
        if self.pid == 0:
            os.environ.update(TERM="xterm-256color", TMPDIR=tmp, EDITOR="true")
            os.execv(SOURCE + "/contrib/demo/open.sh", ["open.sh"])
        fcntl.ioctl(self.fd, termios.TIOCSWINSZ, struct.pack("HHHH", 30, 100, 0, 0))

    def wait_for(self, text):
        end = time.monotonic() + DEADLINE_S
        while text not in self.seen and time.monotonic() < end:
            if not select.select([self.fd], [], [], 1)[0]:
                continue
            try:
                data = os.read(self.fd, 65536)
            except OSError:
                break
            if not data:
                break
            self.seen += data
        return text in self.seen

    def quit(self):
        """Press q, and y when it is asked whether the run of the queue may be cut short. The exit code; None
        when it did not end."""
        os.write(self.fd, b"q")
        if self.wait_for(b"Quit all the same?"):
            os.write(self.fd, b"y")
        self.wait_for(b"\0")  # which never comes: read to the end
        end = time.monotonic() + DEADLINE_S
        pid, status = os.waitpid(self.pid, os.WNOHANG)
        while not pid and time.monotonic() < end:
            select.select([], [], [], 0.02)
            pid, status = os.waitpid(self.pid, os.WNOHANG)
        if not pid:
            os.kill(self.pid, signal.SIGTERM)
        return os.waitstatus_to_exitcode(status) if pid else None


def empty(folder):
    """Does the folder become empty before the deadline?"""
    end = time.monotonic() + DEADLINE_S
    while os.listdir(folder) and time.monotonic() < end:
        select.select([], [], [], 0.02)
    return not os.listdir(folder)


tap = Tap()
tmp = tempfile.mkdtemp(prefix="pf.")
try:
    demo = Demo(tmp)
    tap.ok(demo.wait_for(b"Welcome: start here"), "the list is painted", demo.seen)
    tap.ok(demo.wait_for("春の打ち合わせについて".encode()), "other scripts too", demo.seen)
    tap.ok(os.listdir(tmp), "the home lies in TMPDIR")
    tap.ok(demo.quit() == 0, "q leaves with 0", demo.seen)
    tap.ok(b"\x1b[?1049l" in demo.seen, "the terminal is given back", demo.seen)
    tap.ok(empty(tmp), "nothing of the home stays")

    demo = Demo(tmp)
    tap.ok(demo.wait_for(b"Welcome: start here"), "it opens again", demo.seen)
    os.close(demo.fd)
    os.waitpid(demo.pid, 0)
    tap.ok(empty(tmp), "nothing stays when the terminal goes away")
finally:
    shutil.rmtree(tmp)
tap.done()
