#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""The tasks of doc/TASKS.md, with the keys that the page says, one after another in one session; and the
numbers of the page: counted from its own keys."""
import os
import re
import subprocess

from penfold_test import BUILD, SOURCE, Tap

tap = Tap()
NAMES = {"Enter": "\\r", "Tab": "\\t", "Space": "\\x20", "Esc": "\\e", "\\": "\\\\"}
# what is pressed before a task so that it begins where it should; behind what takes deeds back, all rows are waited for
START = {
    1: '=j', 2: 'q =', 3: 'q =', 6: 'u =', 7: 'u =', 8: 'u =', 10: 'u =', 11: 'uuu =j', 12: 'u =',
    13: 'u =', 16: 'q', 19: 'q', 20: 'cInbox\\r', 21: 'q', 26: '=', 28: '=', 31: 'uuu = t t', 32: 'u =',
    33: 'u =', 34: 'u =', 35: 'u =', 36: 'V', 38: '=', 39: 'q =j', 40: '=', 41: 'q =', 42: 'H', 43: 'E',
    44: 'qd', 45: 'qd', 49: 'qd', 50: '\\e', 52: 'q',
}


def rows():
    with open(os.path.join(SOURCE, "doc", "TASKS.md")) as f:
        for line in f:
            cells = [c.strip().replace("\\|", "|") for c in re.split(r"(?<!\\)\|", line.rstrip())[1:-1]]
            if len(cells) == 7 and cells[0].isdigit():
                yield int(cells[0]), cells[1:]


def count(keys):
    return len(re.sub("«[^»]*»", "", keys).split())


def sent(keys):
    """The page's keys as vtdrive wants them."""
    out = []
    for token in re.findall("«[^»]*»|[^ ]+", keys):
        if token.startswith("«"):
            out.append(token[1:-1].replace("\\", "\\\\"))
        elif token.startswith("C-"):
            out.append(f"\\x{ord(token[2]) - 0x60:02x}")
        elif token.startswith("M-"):
            out.append("\\e" + token[2:])
        else:
            out.append(NAMES.get(token, token))
    return "".join(out)


def script(tasks):
    lines = ["wait 15000 A long letter", "wait 5000 of 12", "idle 200"]
    names = ["the list", "all of it"]
    for number, (task, keys, _, _, _, shows) in tasks:
        start = START.get(number, "")
        for part in start.split(" ") if start else []:
            lines += [f"send {part}", "idle 120"]
            if part == "uuu":
                lines.append("wait 6000 of 12")
                names.append(f"{number}. the rows are back")
        if shows:
            lines += [f"send {sent(keys)}", f"wait 6000 {shows}", "idle 60"]
            names.append(f"{number}. {task}: {keys}")
    return "\n".join(lines + ["send Q", "exit 0"]) + "\n", names + ["and leave"]


def drive(tasks):
    text, names = script(tasks)
    helper = os.path.join(SOURCE, "tests", "ui")
    shell = f'. "{helper}/home.sh"; home </dev/null; letters; cat >"$work/s"; drive 24 100 "$work/s"'
    done = subprocess.run(["sh", "-c", shell, os.path.join(helper, "t_tasks.py")], input=text, text=True,
                          capture_output=True, env=dict(os.environ, PENFOLD_BUILD=BUILD), timeout=280, check=False)
    answers = re.split(r"(?m)^(?=(?:not )?ok )", done.stdout)[1:]
    tap.same(len(answers), len(names), "every task is answered")
    for name, answer in zip(names, answers):
        tap.ok(answer.startswith("ok"), name, answer, done.stderr)


def main():
    tasks = list(rows())
    tap.ok(len(tasks) >= 50, f"{len(tasks)} tasks")
    wrong = [n for n, (_, keys, number, _, _, _) in tasks if count(keys) != int(number)]
    tap.same(wrong, [], "the page counts its keys right")
    drive(tasks)
    tap.done()


main()
