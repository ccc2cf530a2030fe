# SPDX-License-Identifier: GPL-3.0-or-later
"""big_mail - messages of 25 MB and of 10,000 parts: from the key to the first screen, to the last line, and what it
takes of memory. The list's cursor does not rest on them before they are opened, so that nothing is read ahead."""
import os
import random
import re

from terminal import Terminal

WORDS = "budget spring term release notes invoice harbour ring patch bound frame photos lake plan year".split()
MB = 1 << 20


def head(name, content_type):
    return (f"From: Ann <ann@x.example>\nTo: Me <me@penfold.example>\nSubject: Big {name}\n"
            f"Date: Mon, 5 Oct 2026 10:00:00 +0000\nMessage-ID: <{name}@x.example>\n"
            f"MIME-Version: 1.0\nContent-Type: {content_type}\n\n").encode()


def text(megabytes, chance):
    line = lambda: " ".join(chance.choice(WORDS) for _ in range(11))
    some = "\n".join(line() for _ in range(2000)) + "\n"
    body = "FirstLineQ8\n" + some * (int(megabytes * MB) // len(some) + 1)
    return (body[:int(megabytes * MB)] + "\nLastLineQ9\n").encode()


def of_text():
    return head("text", "text/plain; charset=utf-8") + text(25, random.Random(1))


def of_attachment():
    chance = random.Random(2)
    line = "".join(chance.choice("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz") for _ in range(76)) + "\n"
    return (head("attachment", 'multipart/mixed; boundary="b"') + b"--b\nContent-Type: text/plain\n\nFirstLineQ8\n"
            b"LastLineQ9\n--b\nContent-Type: application/zip; name=a.zip\nContent-Transfer-Encoding: base64\n\n"
            + (line * (25 * MB // len(line))).encode() + b"--b--\n")


def of_html():
    chance = random.Random(3)
    row = lambda: "<tr><td>" + "</td><td>".join(chance.choice(WORDS) for _ in range(8)) + "</td></tr>\n"
    some = "".join(row() for _ in range(1000))
    return (head("html", "text/html; charset=utf-8") + b"<p>FirstLineQ8</p><table>"
            + (some * (2 * MB // len(some))).encode() + b"</table><p>LastLineQ9</p>")


def of_parts():
    parts = "".join(f"--b\nContent-Type: text/plain\n\npart {i}{' FirstLineQ8' if i == 0 else ''}"
                    f"{' LastLineQ9' if i == 9999 else ''}\n" for i in range(10000))
    return head("parts", 'multipart/mixed; boundary="b"') + parts.encode() + b"--b--\n"


KINDS = [("25 MB of text", "text", of_text), ("25 MB, an attachment", "attachment", of_attachment),
         ("2 MB of HTML", "html", of_html), ("10,000 parts", "parts", of_parts)]


def write_all(inbox):
    for _, name, make in KINDS:
        with open(os.path.join(inbox, "cur", f"1.{name}.bench:2,S"), "wb") as f:
            f.write(make())


def peak(pid):
    with open(f"/proc/{pid}/status") as f:
        return int(re.search(r"VmHWM:\s+(\d+)", f.read())[1]) / 1024


def children(pid, name):
    with open(f"/proc/{pid}/task/{pid}/children") as f:
        for child in f.read().split():
            with open(f"/proc/{child}/comm") as comm:
                if comm.read().strip().startswith(name):
                    yield int(child)


def open_one(argv, env, name):
    """(seconds to the first screen, to the last line; MB of the screen and of the renderer)."""
    terminal = Terminal(argv, env)
    try:
        terminal.until(lambda seen: b"MrkRow" in seen)
        terminal.settle(0.5)
        terminal.press(f"lsubject:\"Big {name}\"\r".encode())
        terminal.until(lambda seen: f"Big {name}".encode() in seen, timeout=10)
        terminal.press(b"\r")
        first = terminal.until(lambda seen: b"FirstLineQ8" in seen, timeout=20)
        # all of it: the end is asked for while it comes, unless it is on the first screen
        begin, is_there = terminal.start, b"LastLineQ9" in terminal.text
        if not is_there:
            terminal.press(b"G")
            terminal.start = begin
        last = first if is_there else terminal.until(lambda seen: b"LastLineQ9" in seen, timeout=30)
        renderer = max((peak(p) for p in children(terminal.process.pid, "penfold-render")), default=0)
        return first, last, terminal.peak_mb(), renderer
    finally:
        terminal.close()
