# SPDX-License-Identifier: GPL-3.0-or-later
"""sources - what the lint tests share: the files of the tree, the floors, functions, objects."""
import glob
import os
import re
import subprocess
from collections import namedtuple

SOURCE = os.environ.get("PENFOLD_SOURCE") or os.path.dirname(
    os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
BUILD = os.environ.get("PENFOLD_BUILD") or os.path.join(SOURCE, "build")

Function = namedtuple("Function", "path name line length")
Floor = namedtuple("Floor", "room number rooms libraries")


def tracked(*patterns):
    """Paths below the root that match, tracked by git or not yet ignored; by glob without git."""
    try:
        out = subprocess.run(["git", "-C", SOURCE, "ls-files", "-co", "--exclude-standard", "--",
                              *patterns], capture_output=True, text=True, check=True).stdout
        paths = [p for p in out.splitlines() if os.path.exists(os.path.join(SOURCE, p))]
    except (OSError, subprocess.CalledProcessError):
        paths = []
        for pattern in patterns:
            paths += [os.path.relpath(p, SOURCE)
                      for p in glob.glob(os.path.join(SOURCE, "**", pattern), recursive=True)]
    return sorted(set(p for p in paths if not p.startswith("build/")))


def read(path):
    with open(os.path.join(SOURCE, path), encoding="utf-8", errors="replace") as f:
        return f.read()


def room_of(path):
    return path.split("/")[1]


def floors():
    """The table of doc/ARCHITECTURE.md: {room: Floor}. It is the law; this only reads it."""
    table, rows = {}, []
    for line in read("doc/ARCHITECTURE.md").splitlines():
        cells = [c.strip() for c in line.strip().strip("|").split("|")]
        if len(cells) == 4 and cells[0].startswith("src/"):
            rows.append((cells[0][4:], int(cells[1]), cells[2], cells[3]))
    for room, number, may, libraries in rows:
        span = re.fullmatch(r"floors (\d) to (\d)", may)
        if span:
            low, high = int(span[1]), int(span[2])
            rooms = {r[0] for r in rows if low <= r[1] <= high}
        else:
            rooms = {word.strip() for word in may.split(",")}
        names = {word.strip() for word in libraries.split(",")} - {"-", ""}
        table[room] = Floor(room, number, rooms | {room}, names)
    return table


def functions(path):
    """The functions of a C file, by the house's layout: braces of a body stand in column 0."""
    lines = read(path).splitlines()
    found, i = [], 0
    while i < len(lines):
        if lines[i] == "{":
            name, start = head_of(lines, i)
            end = next((k for k in range(i, len(lines)) if lines[k].startswith("}")), len(lines) - 1)
            if name:
                found.append(Function(path, name, start + 1, end - start + 1))
            i = end
        i += 1
    return found


def head_of(lines, brace):
    """(name, line) of the function whose body opens at lines[brace]."""
    start = brace - 1
    while start > 0 and not re.match(r"^\S.*\(", lines[start]):
        start -= 1
    match = re.match(r"(?:.*?[\s*])?(\w+)\(", lines[start])
    return (match[1] if match else None), start


def nm(path, *options):
    out = subprocess.run(["nm", "--format=posix", *options, path], capture_output=True, text=True)
    return [line.split() for line in out.stdout.splitlines() if line and not line.endswith(":")]


def symbols():
    """{source: [(name, kind)]} of all objects of the build, by one call of nm."""
    found = objects()
    by_file = {file: source for source, file in found.items()}
    table = {source: [] for source in found}
    out = subprocess.run(["nm", "--format=posix", "-A", *by_file], capture_output=True, text=True).stdout
    for line in out.splitlines():
        file, _, rest = line.partition(": ")
        words = rest.split()
        if file in by_file and len(words) >= 2:
            table[by_file[file]].append((words[0].split("@")[0], words[1]))
    return table


def objects():
    """The objects of the build by source: {"src/base/log.c": ".../base/log.o"}."""
    found = {}
    for source in tracked("src/*/*.c"):
        path = os.path.join(BUILD, "obj", source[4:-2] + ".o")
        if os.path.exists(path):
            found[source] = path
    return found
