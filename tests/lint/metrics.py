#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""metrics.py [FOLDER] - lengths of functions and files by room, in lines."""
import statistics
import sys

import sources


def p95(values):
    return sorted(values)[int(0.95 * (len(values) - 1))]


def row(name, paths):
    lengths = [f.length for p in paths for f in sources.functions(p)]
    files = [sources.read(p).count("\n") for p in paths]
    if not lengths:
        return
    longest = max((f for p in paths for f in sources.functions(p)), key=lambda f: f.length)
    print(f"{name:10} {len(files):5} {sum(files):7} {statistics.median(files):7.0f} {max(files):6}"
          f" {len(lengths):6} {statistics.median(lengths):7.0f} {p95(lengths):5} {longest.length:5}"
          f"  {longest.name}")


def main():
    root = sys.argv[1] if len(sys.argv) > 1 else "src"
    paths = sources.tracked(root + "/*/*.c")
    print(f"{'room':10} {'files':>5} {'lines':>7} {'median':>7} {'max':>6} {'funcs':>6} {'median':>7}"
          f" {'p95':>5} {'max':>5}  longest")
    for room in sorted({sources.room_of(p) for p in paths}):
        row(room, [p for p in paths if sources.room_of(p) == room])
    row("all", paths)


main()
