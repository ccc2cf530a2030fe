#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""big_list - the screen's half of a big mailbox: a made-up row index of N threads (no mail behind it, and no
store that could look), and how the list answers to keys on it.

    big_list.py [N...]        10000 100000 500000 by default

Prints, per size: milliseconds from exec to the painted list; the answers to keys, moving through the whole
list (median, 99th percentile, worst); marking and tagging a thousand; memory that is the screen's own, and
with the pages of the index that it looks at."""
import os
import random
import re
import struct
import sys
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "lib"))
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import penfold_test  # noqa: E402
from terminal import Terminal  # noqa: E402

WORDS = "budget spring term release notes invoice harbour ring patch bound frame photos lake plan year".split()


def write_index(path, n, now):
    """rows.idx as src/base/row_index_format.h has it: header, rows, folders, blob."""
    chance = random.Random(7)
    blob, known = bytearray(b"\0"), {"": 0}

    def string(text):
        if text not in known:
            known[text] = len(blob)
            blob.extend(text.encode() + b"\0")
        return known[text]

    rows = bytearray()
    authors = [string(f"Person {i}") for i in range(500)]
    domain, tags, read_tags = string("x.example"), string("inbox unread"), string("inbox")
    for i in range(n):
        while len(blob) % 4:
            blob.append(0)
        counts = len(blob)
        unread = i % 5 == 0
        blob += struct.pack("=III", 0, 1, unread)
        words = " ".join(chance.choice(WORDS) for _ in range(5))
        offsets = []
        for text in (f"{i:016x}", f"{i}.bench@x.example", f"{words} {i}"):
            offsets.append(len(blob))
            blob += text.encode() + b"\0"
        rows += struct.pack("=qQIIII" + "IIIIII" + "II", now - i * 60, 3000 + i % 9000, 1, 1, int(unread), i % 12,
                            offsets[0], offsets[1], offsets[2], authors[i % 500], domain,
                            tags if unread else read_tags, counts, 1)
    account, folder, role = string("b"), string("INBOX"), string("inbox")
    folders = struct.pack("=IIIIII", account, folder, role, n, n // 5 + 1, 0)
    start = 8 + 8 + 48 + 8 + 8 + 32
    blob_at = (start + len(rows) + len(folders) + 7) // 8 * 8
    header = struct.pack("=8sII48sQIIQQQQ", b"PFROWS\r\n", 2, 0x01020304, b"bench", 1, n, 1, start,
                         start + len(rows), blob_at, len(blob))
    with open(path, "wb") as f:
        f.write(header + rows + folders)
        f.write(b"\0" * (blob_at - f.tell()) + blob)


def memory(pid):
    with open(f"/proc/{pid}/status") as f:
        text = f.read()
    return [int(re.search(name + r":\s+(\d+)", text)[1]) / 1024 for name in ("RssAnon", "VmRSS")]


def percentile(values, share):
    values = sorted(values)
    return values[min(int(len(values) * share), len(values) - 1)]


def press(terminal, keys, until=None):
    """Milliseconds from the keys to the first of the answer, or to a text in it."""
    terminal.settle(0.03)
    begin = len(terminal.text)
    terminal.press(keys)
    took = terminal.until(lambda text: (until in text) if until else len(text) > 0, timeout=20)
    assert begin is not None and took is not None, f"no answer to {keys!r}"
    return took * 1000


def measure(n):
    with penfold_test.Home() as home:
        home.rc('[account "b"]', "address = Me <me@x.example>")
        os.makedirs(home.path("state", "penfold"))
        os.makedirs(home.path("none"))
        write_index(home.path("state", "penfold", "rows.idx"), n, int(time.time()))
        # without helpers the made-up index stays what it is
        env = dict(home.env, PENFOLD_LIBEXEC=home.path("none"))
        terminal = Terminal([home.program("penfold")], env)
        try:
            paint = terminal.until(lambda text: text.count(b"Person") >= 30) * 1000
            terminal.settle(1)
            keys = [b"j"] * 60 + [b"\x1b[6~"] * 60 + [b"k"] * 30 + [b"\x1b[5~"] * 30
            moves = [press(terminal, key) for key in keys]
            last = press(terminal, b"G")
            first = press(terminal, b"=")
            order = press(terminal, b"os")
            terminal.settle(1)
            turn = press(terminal, b"od")
            terminal.settle(1)
            mark = press(terminal, b"Tbudget\r", b"marked")
            own, all_pages = memory(terminal.process.pid)
            print(f"{n:7} rows: painted {paint:6.1f} ms; {len(moves)} moves median {percentile(moves, .5):.1f} "
                  f"99 % {percentile(moves, .99):.1f} worst {max(moves):.1f} ms; last {last:.1f}, first {first:.1f}, "
                  f"by subject {order:.1f}, by date {turn:.1f}, mark by a word {mark:.1f} ms; "
                  f"memory {own:.1f} MB own, {all_pages:.1f} MB with mapped pages")
        finally:
            terminal.close()


if __name__ == "__main__":
    for size in [int(a) for a in sys.argv[1:]] or [10000, 100000, 500000]:
        measure(size)
