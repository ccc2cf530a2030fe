#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""The form of the text: licence line, purpose, header documentation, READMEs, words."""
import os
import re
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "lib"))
from penfold_test import Tap  # noqa: E402
import sources  # noqa: E402

SPDX = "SPDX-License-Identifier: GPL-3.0-or-later"
README_LINES = 30
COLUMNS = 130
TABLE_ROW = re.compile(r'\s*(\{|\[|")')
TOP = {".ci", ".clang-format", ".gitignore", "LICENSE", "Makefile", "README.md", "contrib", "doc", "mk", "src", "tests"}
LIFE_CYCLE = re.compile(r"_(new|free|init|fini|clear|close|ref|unref)$")
# Places on the machine of whoever wrote it, promises instead of code.
WORDS = [r"/wo" r"rk/(main|shared)", r"/tmp/pf[/b]", r"(/\*|#) *(TO" r"DO|FIX" r"ME|X{3})\b", r"\bissue #?\d"]


def has_licence(path):
    return any(SPDX in line for line in sources.read(path).splitlines()[:3])


def purpose_errors(paths):
    """Each C file says what it is for, before its first include."""
    errors = []
    for path in paths:
        head = re.split(r"^#", sources.read(path), maxsplit=1, flags=re.M)[0]
        said = " ".join(re.findall(r"/\*(.*?)\*/", head, flags=re.S)).replace(SPDX, "")
        if len(re.findall(r"\w+", said)) < 5:
            errors.append(path)
    return errors


def header_errors(paths):
    """A group of prototypes (between empty lines) says something in words. The words of a life cycle
    have one meaning everywhere."""
    errors = []
    for path in paths:
        text = sources.read(path)
        for block in re.split(r"\n\s*\n", text):
            names = re.findall(r"^(\w+)\([^;{]*\)[^;{]*;", block, flags=re.M)
            names = [n for n in names if not LIFE_CYCLE.search(n)]
            if names and "/*" not in block:
                errors.append(f"{path}: {names[0]}() has no docstring near it")
        stem = os.path.basename(path)[:-2].upper()
        if not re.search(rf"^#ifndef PENFOLD_\w+_{stem}_H$", text, flags=re.M):
            errors.append(f"{path}: the guard is not PENFOLD_ROOM_{stem}_H")
    return errors


def word_errors(paths):
    errors = []
    for path in paths:
        for number, line in enumerate(sources.read(path).splitlines(), 1):
            match = re.search("|".join(WORDS), line)
            if match:
                errors.append(f"{path}:{number}: {match[0]}")
    return errors


def width_errors(paths):
    """Rows of tables, and texts, may be longer."""
    return [f"{path}:{number}" for path in paths for number, line in enumerate(sources.read(path).splitlines(), 1)
            if len(line.expandtabs(8)) > COLUMNS and not TABLE_ROW.match(line)]


def readme_errors():
    errors = []
    folders = sorted({os.path.dirname(p) for p in sources.tracked("src/*/*.c")} | {"tests"})
    for folder in folders:
        path = folder + "/README.md"
        if not os.path.exists(os.path.join(sources.SOURCE, path)):
            errors.append(f"{path} is missing")
        elif sources.read(path).count("\n") >= README_LINES:
            errors.append(f"{path} has {sources.read(path).count(chr(10))} lines")
    return errors


def stray():
    """What a test or a trial left in the root."""
    return sorted({p.split("/")[0] for p in sources.tracked("*")} - TOP)


def main():
    tap = Tap()
    c_files = sources.tracked("src/*/*.c", "src/*/*.h")
    code = sources.tracked("*.c", "*.h", "*.sh", "*.py", "*.mk", "Makefile")
    texts = sources.tracked("*.c", "*.h", "*.sh", "*.py", "*.mk", "Makefile", "*.md", "*.txt", "*.1", "*.5")
    headers = [p for p in c_files if p.endswith(".h")]
    for name, errors in (
            ("each source has its licence line", [p for p in code if not has_licence(p)]),
            ("each C file says its purpose", purpose_errors(c_files)),
            ("each header is documented and guarded", header_errors(headers)),
            (f"each folder has a README under {README_LINES} lines", readme_errors()),
            (f"no line of a source is wider than {COLUMNS} columns", width_errors(c_files)),
            ("no words that do not belong here", word_errors(texts)),
            ("the root holds what it is said to hold", stray())):
        tap.ok(not errors, name, *errors)
    tap.done()


main()
