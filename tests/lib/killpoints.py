# SPDX-License-Identifier: GPL-3.0-or-later
"""killpoints - run a program again and again, each time stopped at another of the calls by which it
changes files (tests/faults/fault_preload.c).

    points = Killpoints(program="penfold-store", below=home.path())
    for run in points.each(command, env, prepare):      # prepare() makes the state anew
        ... run.point, run.kind, run.process: what the program still said; now judge the state"""
import os
import subprocess
from collections import namedtuple

import penfold_test

Run = namedtuple("Run", "point kind process")
PRELOAD = os.path.join(penfold_test.BUILD, "tests", "faults", "fault_preload.so")


def spread(count, most):
    """The numbers from 1 to count; where they are more than `most`, that many, evenly, with the first and the last."""
    return range(1, count + 1) if count <= most else \
        sorted({1 + i * (count - 1) // max(most - 1, 1) for i in range(most)})


def environment(program, below, log, at=0, kind="kill", **more):
    """For a program that is started otherwise than by Killpoints; more: ONCE=path and what else FAULT_ can say."""
    return dict(LD_PRELOAD=PRELOAD, FAULT_PROGRAM=program, FAULT_BELOW=below, FAULT_AT=str(at), FAULT_KIND=kind, FAULT_LOG=log,
                **{f"FAULT_{name}": value for name, value in more.items()})


class Killpoints:
    def __init__(self, program, below, log, timeout=60, sockets=False, child=False):
        """program: the name of the process that is hurt; below: the files that count; log: where
        the calls are noted, outside of `below`; sockets: reads and writes of them count, too; child: only
        what the program forks is hurt, each child at its own n-th call."""
        self.program, self.below, self.log, self.timeout = program, below, log, timeout
        self.count = 0  # calls of the run that nothing stopped, once each() has begun
        self.sockets = {"FAULT_SOCKETS": "1"} if sockets else {}
        self.sockets.update({"FAULT_CHILD": "1"} if child else {})

    def run(self, command, env, at=0, kind="kill", input=None):
        """Run once with the fault at call `at`; 0 for none. The log holds the calls."""
        if os.path.exists(self.log):
            os.unlink(self.log)
        env = dict(env, **environment(self.program, self.below, self.log, at, kind), **self.sockets)
        process = subprocess.run(command, env=env, input=input, capture_output=True,
                                 timeout=self.timeout)
        return Run(at, kind, process)

    def calls(self):
        """What the last run did: ["write /path", ...]."""
        with open(self.log) as f:
            return [line.rstrip("\n").split(" ", 1)[1] for line in f]

    def last_number(self):
        """The highest number of a call in the last run; of several processes, that of the busiest."""
        with open(self.log) as f:
            return max((int(line.split(" ", 1)[0]) for line in f), default=0)

    def each(self, command, env, prepare, kind="kill", input=None, most=400, good=(0,)):
        """good: exit codes of a run without a fault. Count the calls of a run that nothing stops, then yield a Run for each point; by spread()
        when there are more than `most`."""
        prepare()
        whole = self.run(command, env, input=input)
        if whole.process.returncode not in good:
            raise RuntimeError(f"fails without a fault: {whole.process.stderr!r}")
        self.count = count = self.last_number()
        for point in spread(count, most):
            prepare()
            yield self.run(command, env, at=point, kind=kind, input=input)
