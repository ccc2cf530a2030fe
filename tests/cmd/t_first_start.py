#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Several helpers start at once on an empty home, as they do when the screen opens for the first time: one
makes the database, and none trips over it while it is half made."""
import json
import os
import subprocess

from penfold_test import Home, Tap

tap = Tap()
ROUNDS = 12
QUESTIONS = [{"id": 1, "op": "count", "query": "*"}] * 3 + [{"id": 1, "op": "scan"}, {"id": 1, "op": "rows"}]


def first_start():
    """The errors among the answers."""
    with Home() as home:
        home.rc('[account "local"]', "address = ann@penfold.test")
        helpers = [subprocess.Popen([home.program("penfold-store")], env=home.env, text=True,
                                    stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
                   for _ in QUESTIONS]
        for helper, question in zip(helpers, QUESTIONS):
            helper.stdin.write(json.dumps(question) + "\n")
            helper.stdin.flush()
        answers = [helper.communicate(timeout=60)[0] for helper in helpers]
        made = os.path.isdir(home.path("Mail/.notmuch"))
    return [a for a in answers if '"error"' in a or '"done"' not in a] + ([] if made else ["no database"])


trouble = [t for _ in range(ROUNDS) for t in first_start()]
tap.same(trouble, [], f"{len(QUESTIONS)} helpers on an empty home, {ROUNDS} times")
tap.done()
