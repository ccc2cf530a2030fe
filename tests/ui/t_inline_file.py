#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Files within a text (uuencode, yEnc): out of the text, in the list of parts, saved to the byte; not quoted."""
import base64
import binascii
import os
import quopri

from penfold_test import Home, Tap
from screen import Screen

tap = Tap()
DATA = bytes(range(256)) * 40


def uuencoded(name, data):
    lines = [f"begin 644 {name}\n".encode()]
    lines += [binascii.b2a_uu(data[at:at + 45], backtick=True) for at in range(0, len(data), 45)]
    return b"".join(lines) + b"`\nend\n"


def yenc(name, data):
    out = b""
    for byte in data:
        c = (byte + 42) % 256
        out += bytes([61, (c + 64) % 256]) if c in (0, 10, 13, 61) else bytes([c])
    lines, at = [], 0
    while at < len(out):
        end = at + 128 + (out[at + 127:at + 128] == b"=")
        lines.append(out[at:end])
        at = end
    return b"=ybegin line=128 size=%d name=%s\n" % (len(data), name.encode()) + b"\n".join(lines) + b"\n=yend size=%d\n" % len(data)


def letter():
    return (b"From: Bo <bo@b.example>\nTo: me@test.example\nSubject: old ways\nMessage-ID: <uu@l.example>\n"
            b"Date: Sat, 28 Nov 2026 10:00:00 +0000\n\nhere is the file\n" + uuencoded("old \x1b[31m way.bin", DATA) +
            b"and the other\n" + yenc("new.png", DATA) + b"that is all\n")


def encoded(how):
    """The same letter as programs of today send it."""
    head, text = letter().split(b"\n\n", 1)
    body = base64.encodebytes(text) if how == "base64" else quopri.encodestring(text, quotetabs=True)
    return (head.replace(b"uu@l", how.encode() + b"@l").replace(b"old ways", how.encode()) +
            f"\nMIME-Version: 1.0\nContent-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: {how}\n\n".encode() + body)


def todays(home):
    for how in ("base64", "quoted-printable"):
        done = home.run("penfold", "deliver", "--account", "test", input=encoded(how).decode("ascii"))
        assert done.returncode == 0, done.stderr
        shown, _ = home.json_lines("penfold", "show", "--json", f"id:{how}@l.example")
        tap.same([(a["part"], a["filename"], a["size"]) for a in shown[0]["attachments"]],
                 [("1~1", "old \x1b[31m way.bin", len(DATA)), ("1~2", "new.png", len(DATA))], f"{how}: both are attachments")
        tap.same(shown[0]["body"].split("\n")[:3], ["here is the file", "and the other", "that is all"],
                 f"{how}: the text is without them")


def main():
    with Home() as home:
        home.rc('[account "test"]', "address = me@test.example")
        todays(home)
        done = home.run("penfold", "deliver", "--account", "test", input=letter().decode("latin-1"), encoding="latin-1")
        assert done.returncode == 0, done.stderr
        shown, _ = home.json_lines("penfold", "show", "--json", "id:uu@l.example")
        tap.same([(a["part"], a["filename"], a["type"], a["size"]) for a in shown[0]["attachments"]],
                 [("1~1", "old \x1b[31m way.bin", "application/octet-stream", len(DATA)), ("1~2", "new.png", "image/png", len(DATA))],
                 "penfold show has both as attachments")
        tap.same(shown[0]["body"].split("\n")[:3], ["here is the file", "and the other", "that is all"], "the text is without them")
        with Screen(tap, home, 30, 100, home.program("penfold"), EDITOR="true") as screen:
            screen.wait("quoted-printable")
            screen.send("/base64\r\r")
            screen.wait("a file stands here within the text: new.png, part 1~2", "also where the text is encoded")
            screen.send("v")
            screen.wait("new.png")
            screen.send("S")
            screen.wait("Save all in folder")
            screen.send("\x15" + home.path("encoded") + "\r")
            screen.wait("2 attachments saved")
            with open(home.path("encoded", "new.png"), "rb") as f:
                tap.ok(f.read() == DATA, "saved to the byte")
            screen.send("qq/old ways\r\r")
            screen.wait("a file stands here within the text: old", "the place is told")
            screen.wait("that is all")
            screen.ask("unseen \\e[31m way", "its name reaches the terminal as text")
            screen.send("v")
            screen.wait("new.png", "they are in the list of parts")
            screen.send("S")
            screen.wait("Save all in folder")
            screen.send("\x15" + home.path("all") + "\r")
            screen.wait("2 attachments saved")
            saved = {}
            for name in os.listdir(home.path("all")):
                with open(home.path("all", name), "rb") as f:
                    saved[name] = f.read()
            tap.same({name: data == DATA for name, data in saved.items()}, {name: True for name in saved}, "saved to the byte")
            tap.ok(len(saved) == 2 and not any("\x1b" in name or "/" in name for name in saved), "by safe names", saved.keys())
            screen.send("q")
            screen.wait("that is all")
            screen.send("r")
            screen.wait("> here is the file", "an answer quotes the words")
            screen.ask("unseen M```", "and not the file")
            screen.send("q")
            screen.wait("discard")
            screen.send("dQ")
            screen.exits()
    tap.done()


main()
