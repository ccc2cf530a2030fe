#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Several helpers start at once on an empty home, as they do when the screen opens for the first time: one
makes the databases, and none trips over them while they are half made."""
import json
import os
import subprocess

from penfold_test import Home, Tap

tap = Tap()
ROUNDS = 12
QUESTIONS = [{"op": "count", "query": "*"}] * 3 + [{"op": "scan"}, {"op": "rows"}, {"op": "queue-list"}, {"op": "queue-list"}]


def ask(helper, question):
    try:
        helper.stdin.write(json.dumps({"id": 1, **question}) + "\n")
        helper.stdin.flush()
    except BrokenPipeError:
        pass  # it ended before it was asked: why, it says on stderr


def trouble_of(helper, question, timeout=120):
    """What a helper says instead of an answer; None when it answered."""
    try:
        out, err = helper.communicate(timeout=timeout)
    except subprocess.TimeoutExpired:
        helper.kill()
        out, err = helper.communicate()
        err += f" no answer within {timeout} s"
    if helper.returncode == 0 and '"done"' in out and '"error"' not in out:
        return None
    return f"{question['op']}: exit {helper.returncode}: {out.strip()} {err.strip()}"


def first_start():
    """What went wrong."""
    with Home() as home:
        home.rc('[account "local"]', "address = ann@penfold.test")
        helpers = [subprocess.Popen([home.program("penfold-store")], env=home.env, text=True,
                                    stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
                   for _ in QUESTIONS]
        for helper, question in zip(helpers, QUESTIONS):
            ask(helper, question)
        answers = [trouble_of(helper, question) for helper, question in zip(helpers, QUESTIONS)]
        made = os.path.isdir(home.path("Mail/.notmuch"))
    return [a for a in answers if a] + ([] if made else ["no database"])


trouble = [f"round {n}: {t}" for n in range(1, ROUNDS + 1) for t in first_start()]
tap.ok(not trouble, f"{len(QUESTIONS)} helpers on an empty home, {ROUNDS} times", *trouble)
tap.done()
