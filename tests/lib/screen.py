# SPDX-License-Identifier: GPL-3.0-or-later
"""screen - drive a full-screen program from a Python test, through tests/ui/vtdrive.

    with Screen(tap, home, 24, 80, home.program("penfold")) as screen:
        screen.wait("Inbox")
        screen.send("m")
Every wait is a test line of `tap`; a screen that is not as expected is shown below it."""
import os
import subprocess
import threading
import time
from collections import namedtuple

from penfold_test import BUILD

DRIVER = os.environ.get("VTDRIVE") or os.path.join(BUILD, "tests", "ui", "vtdrive")
PATIENCE_MS = 15000
Pressed = namedtuple("Pressed", "sign wall net keys")


def pressed(path):
    """The keys in a file of VT_LATENCY: sign "" for one that was answered, "~" for one that changed nothing by itself,
    "-" for one after which nothing changed; ms to the answer, the same without the waits for a processor, the keys."""
    found = []
    with open(path, encoding="utf-8", errors="replace") as f:
        for line in f:
            ms, keys, queued = line.rstrip("\n").rsplit("\t", 2)
            wall = float(ms.strip("~-") or 0)
            found.append(Pressed(ms[0] if ms[0] in "~-" else "", wall, wall - float(queued), keys))
    return found


def at(values, share):
    """The value below which so many (0 to 1) of the sorted values are."""
    return values[min(int(len(values) * share), len(values) - 1)]


class Lateness:
    """How late the machine itself is: the worst oversleeping, in ms, of a short nap taken over and over, and by how
    much it makes everybody wait: what runs beside us for each processor, on average.
    What a busy machine takes is not the program's doing; what the program waits for does not show here."""

    OURS = 3  # that may run at a time: the screen, a helper, this thread

    def __enter__(self):
        self.worst, self.others, self.naps, self.ending = 0.0, 0, 0, threading.Event()
        self.thread = threading.Thread(target=self.nap)
        self.thread.start()
        return self

    def __exit__(self, *_):
        self.ending.set()
        self.thread.join()

    def nap(self):
        while not self.ending.is_set():
            start = time.monotonic()
            time.sleep(0.002)
            self.worst = max(self.worst, (time.monotonic() - start) * 1000 - 2)
            with open("/proc/loadavg", encoding="ascii") as f:
                self.others += max(int(f.read().split()[3].split("/")[0]) - self.OURS, 0)
            self.naps += 1

    def allowed(self, limit_ms):
        """The limit on a machine that is shared like this one: on a calm one, the limit."""
        late = self.worst if self.worst > limit_ms / 10 else 0
        return limit_ms * (1 + self.others / max(self.naps, 1) / os.cpu_count()) + 3 * late


class Screen:
    def __init__(self, tap, home, rows, cols, *command, **environment):
        self.tap = tap
        self.process = subprocess.Popen(
            [DRIVER, str(rows), str(cols), "--", *command], stdin=subprocess.PIPE,
            stdout=subprocess.PIPE, text=True, env=dict(home.env, **environment), bufsize=1)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.stdin.close()
        self.process.stdout.close()
        self.process.wait()

    def tell(self, line):
        self.process.stdin.write(line + "\n")
        self.process.stdin.flush()

    def ask(self, line, name=None):
        """A line of the driver's that answers with a test line; True when it held."""
        self.tell(line)
        shown = []
        while True:
            answer = self.process.stdout.readline()
            if not answer:
                return self.tap.ok(False, name or line, "the driver ended", *shown)
            if answer.startswith("#"):
                shown.append(answer[1:].rstrip("\n"))
            elif answer.startswith(("ok ", "not ok ")):
                break
        if answer.startswith("not ok"):
            # the driver prints the screen after the test line
            self.tell("dump")
            self.tell("mode 0 1")
            while True:
                more = self.process.stdout.readline()
                if not more or more.startswith(("ok ", "not ok ")):
                    break
                shown.append(more[1:].rstrip("\n"))
        return self.tap.ok(answer.startswith("ok"), name or line, *shown)

    def send(self, text):
        """Keys; control characters as they are."""
        escapes = {"\x1b": "\\e", "\r": "\\r", "\n": "\\n", "\t": "\\t", "\\": "\\\\"}
        self.tell("send " + "".join(escapes.get(c, c if c >= " " else f"\\x{ord(c):02x}")
                                    for c in text))

    def wait(self, text, name=None, ms=PATIENCE_MS):
        return self.ask(f"wait {ms} {text}", name)

    def gone(self, text, name=None, ms=PATIENCE_MS):
        return self.ask(f"waitgone {ms} {text}", name)

    def reached(self, text, ms=PATIENCE_MS):
        """As wait(), without a test line of its own; for many steps on the way."""
        self.tell(f"wait {ms} {text}")
        answer = "#"
        while answer.startswith("#"):
            answer = self.process.stdout.readline()
        return answer.startswith("ok ")

    def timed(self, keys, text, name, limit_ms):
        """The answer to these keys is on the screen within the limit; a machine that is busy with other things is
        given more (Lateness)."""
        with Lateness() as machine:
            start = time.monotonic()
            self.send(keys)
            self.tell(f"wait {PATIENCE_MS} {text}")
            answer = ""
            while not answer.startswith(("ok ", "not ok ")):
                answer = self.process.stdout.readline()
                if not answer:
                    break
            took = (time.monotonic() - start) * 1000
        allowed = machine.allowed(limit_ms)
        return self.tap.ok(answer.startswith("ok") and took <= allowed,
                           f"{name}: {took:.0f} ms", answer, f"allowed: {allowed:.0f} ms")

    def shot(self, path):
        self.tell(f"shot {path}")

    def exits(self, code=0, name=None):
        return self.ask(f"exit {code}", name)
