# SPDX-License-Identifier: GPL-3.0-or-later
"""terminal - run a full-screen program in a pty and take the time until something is on the screen.

What the program writes is only searched while it runs: no terminal is emulated, so that the measuring
costs nothing. A marker counts when its bytes were written in one piece, as a list's first paint is."""
import fcntl
import os
import pty
import re
import select
import signal
import struct
import subprocess
import termios
import time

ROWS, COLS = 50, 160
ANSWERS = {b"\x1b[6n": b"\x1b[1;1R", b"\x1b[c": b"\x1b[?62;22c"}  # what programs ask a terminal


class Terminal:
    def __init__(self, argv, env):
        master, slave = pty.openpty()
        fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", ROWS, COLS, 0, 0))
        env = dict(env, TERM="xterm-256color", LC_ALL="C.UTF-8", LINES=str(ROWS), COLUMNS=str(COLS))
        self.start, self.fd, self.text = time.monotonic(), master, b""
        self.process = subprocess.Popen(
            argv, stdin=slave, stdout=slave, stderr=slave, env=env, start_new_session=True,
            preexec_fn=lambda: fcntl.ioctl(0, termios.TIOCSCTTY, 0))
        os.close(slave)

    def read(self, seconds):
        """More of what the program writes; False after `seconds` without any, None at its end."""
        if not select.select([self.fd], [], [], seconds)[0]:
            return False
        try:
            data = os.read(self.fd, 1 << 16)
        except OSError:
            return None
        for question, answer in ANSWERS.items():
            if question in data:
                os.write(self.fd, answer)
        self.text += data
        return True if data else None

    def until(self, is_there, timeout=60):
        """Seconds until is_there(what was written since the last until()) holds, or None."""
        begin, end = len(self.text), time.monotonic() + timeout
        while time.monotonic() < end:
            if is_there(self.text[begin:]):
                return time.monotonic() - self.start
            if self.read(0.5) is None:
                return None
        return None

    def settle(self, seconds=0.3):
        """Read until the program has been quiet that long."""
        while self.read(seconds):
            pass

    def press(self, keys):
        self.start = time.monotonic()
        os.write(self.fd, keys)

    def peak_mb(self):
        with open(f"/proc/{self.process.pid}/status") as f:
            return int(re.search(r"VmHWM:\s+(\d+)", f.read())[1]) / 1024

    def close(self):
        try:
            os.killpg(self.process.pid, signal.SIGTERM)
        except ProcessLookupError:
            pass
        end = time.monotonic() + 5
        while self.process.poll() is None and time.monotonic() < end:
            self.read(0.05)
        if self.process.poll() is None:
            os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()
        os.close(self.fd)


def rows_shown(text):
    """How many of the corpus's marked rows have been written."""
    return len(set(re.findall(rb"MrkRow\d\d\d", text)))
