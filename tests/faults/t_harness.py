#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""The fault library itself, on a small writer: it counts, kills before and after, and gives errors."""
import os
import signal
import sys

from killpoints import Killpoints, PRELOAD
from penfold_test import Home, Tap

WRITER = """import os, sys
fd = os.open(sys.argv[1] + ".tmp", os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
os.write(fd, b"hello")
os.fsync(fd)
os.rename(sys.argv[1] + ".tmp", sys.argv[1])
os.write(1, b"done")"""

tap = Tap()
tap.ok(os.path.exists(PRELOAD), "the library is built", PRELOAD)
with Home() as home:
    os.mkdir(home.path("d"))
    target = home.path("d", "out")

    def clear():
        for path in (target, target + ".tmp"):
            if os.path.exists(path):
                os.unlink(path)

    def state():
        """What stands there: the content of the file, else of its draft, else None."""
        for path in (target, target + ".tmp"):
            if os.path.exists(path):
                with open(path) as f:
                    return os.path.basename(path) + ": " + f.read()
        return None

    name = os.path.basename(sys.executable)
    points = Killpoints(name, home.path("d"), home.path("log"))
    command = [sys.executable, "-c", WRITER, target]
    points.run(command, home.env)
    calls = [call.split()[0].replace("64", "").replace("at", "") for call in points.calls()]
    tap.same(calls, ["open", "write", "fsync", "rename"], "the calls below the folder are counted")
    tap.same(state(), "out: hello", "without a fault all is done")

    def killed(kind):
        seen = []
        for run in points.each(command, home.env, clear, kind=kind):
            tap.same(run.process.returncode, -signal.SIGKILL, f"{kind} at {run.point}")
            seen.append(state())
        return seen

    tap.same(killed("kill"), [None, "out.tmp: ", "out.tmp: hello", "out.tmp: hello"],
             "killed before each call")
    tap.same(killed("killed-after"), ["out.tmp: ", "out.tmp: hello", "out.tmp: hello", "out: hello"],
             "killed after each call")
    clear()
    full = points.run(command, home.env, at=2, kind="ENOSPC").process
    tap.ok(full.returncode == 1 and b"No space left" in full.stderr, "a full disk is seen", full)
    tap.same(state(), "out.tmp: ", "and nothing is written")
    clear()
    once = points.run(command, home.env, at=3, kind="EIO-once").process
    tap.ok(once.returncode == 1 and b"Input/output error" in once.stderr, "an error of the disk is seen", once)
    clear()
    twice = "import os, sys\nfor i in range(2):\n    try:\n        os.mkdir(sys.argv[1])\n    except OSError as e:\n        print(e)"
    once = points.run([sys.executable, "-c", twice, home.path("d", "sub")], home.env, at=1, kind="EIO-once").process
    tap.ok(once.stdout.count(b"error") == 1 and os.path.isdir(home.path("d", "sub")), "once alone, where that is asked for", once)
    tap.same(points.run(["touch", home.path("d", "other")], home.env, at=1).process.returncode, 0,
             "another program is left alone")
tap.done()
