#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""The file picker: folders, names as they are typed, hidden files, several at once; files dragged in; a cid
picture; and the letter that comes of it, to the byte."""
import email
import email.policy
import os

from penfold_test import Home, Tap, wait_for
from screen import Screen

tap = Tap()
PNG = (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\1\0\0\0\1\x08\6\0\0\0\x1f\x15\xc4\x89\0\0\0\rIDATx\x9cc\xf8\xcf\xc0\xf0\x1f"
       b"\0\5\0\1\xff\x89\x99=\x1d\0\0\0\0IEND\xaeB`\x82")
HOSTILE = "evil\x1b]0;owned\x07.txt"


def put(home, name, content=b"x"):
    path = home.path(name)
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, "wb") as f:
        f.write(content)
    return path


def begin(home):
    home.rc('[account "test"]', "address = Ann Test <ann@test.example>", "[queue]", "undo-delay = 0")
    home.run("penfold", "deliver", input=b"From: a@b.example\nSubject: hello there\n\nx\n")
    put(home, "docs/report 1.pdf", b"r" * 2048)
    put(home, "docs/report 2.pdf", b"s" * 9000)
    put(home, "docs/Notizen für März.txt", b"n")
    put(home, "docs/.secret", b"h")
    put(home, "docs/sub/picture.png", PNG)
    put(home, os.path.join("docs", HOSTILE), b"e")
    os.mkfifo(home.path("docs/pipe"))
    editor = home.path("editor")
    with open(editor, "w", encoding="utf-8") as f:
        f.write('#!/bin/sh\necho "See ![the picture](picture.png)." >>"$1"\n')
    os.chmod(editor, 0o755)
    return editor


def pick(screen, home):
    screen.send("a~/docs\r")
    screen.wait("Attach · ~/docs", "a folder's name in the prompt shows its files")
    screen.ask("wait 2000 report 2.pdf")
    screen.ask("row 1 sub/", "folders come first")
    screen.ask("wait 2000 Notizen für März.txt")
    screen.gone(".secret", "hidden files are not shown")
    screen.gone("pipe", "nor what is no file")
    screen.ask("unseen \\e]0;owned", "a file's name is text and nothing else")
    screen.send(".")
    screen.wait(".secret", ". shows hidden files")
    screen.send("/REP")
    screen.gone("Notizen", "names are chosen as they are typed, in any case")
    screen.send("\r")
    screen.wait("1 of 2")
    screen.send("tt")
    screen.wait("2 marked", "several are marked")
    screen.send("/\x15\r")
    screen.wait("Notizen")
    screen.ask("wait 1000 2 marked", "and stay so while others are shown")
    screen.send("\r")
    screen.wait("2 files attached", "Enter attaches them all")
    screen.wait("1  report 1.pdf")
    screen.wait("2  report 2.pdf")
    screen.send("A")
    screen.wait("~/docs", "A begins where one has been")
    screen.send("=\r")
    screen.wait("~/docs/sub", "Enter opens a folder")
    screen.send("\x7f")
    screen.wait("report 1", "Backspace goes up")
    screen.ask("row 1 sub/")
    screen.send("\r")
    screen.wait("picture.png")
    screen.send("\r")
    screen.wait("3  picture.png", "and a file alone")
    screen.send("A~")
    screen.wait("Attach · ~", "~ is the home")
    screen.send("c/nothing/here\r")
    screen.wait("No such file", "a folder that is not there is told")
    screen.send("q")


def drag(screen, home):
    path = home.path("docs/Notizen für März.txt")
    screen.tell("paste " + path.replace(" ", "\\\\ "))
    screen.wait("4  Notizen für März.txt", "a path as a terminal pastes it when a file is dragged in")
    screen.send("D4\r")
    screen.gone("4  Notizen")
    screen.tell("paste file://" + path.replace(" ", "%20").replace("ü", "%C3%BC").replace("ä", "%C3%A4"))
    screen.wait("4  Notizen für März.txt", "a file: URL, as file managers give it")
    screen.send("|echo measured\r")
    screen.wait("5  output.txt", "what a command prints")
    screen.send(":inline 3\r")
    screen.wait("shown within the letter")


def arrived(home):
    """The letter as it lies in the inbox, None when it is not there yet."""
    for base, _, names in os.walk(home.path("Mail")):
        for name in names:
            if "INBOX" in base and not base.endswith("tmp"):
                with open(os.path.join(base, name), "rb") as f:
                    letter = email.message_from_binary_file(f, policy=email.policy.default)
                if letter["subject"] == "with files":
                    return letter
    return None


def main():
    with Home() as home:
        editor = begin(home)
        with Screen(tap, home, 24, 100, home.program("penfold"), EDITOR=editor) as screen:
            screen.wait("hello there")
            screen.send("mann@test.example\rwith files\r")
            screen.wait("A letter")
            pick(screen, home)
            drag(screen, home)
            screen.send("My")
            screen.wait("hello there")
            screen.wait("of 2")
            screen.send("Qy")  # it may be sending still
            screen.exits()
        letter = wait_for(lambda: arrived(home), what="the letter")
        got = {p.get_filename(): p.get_content() for p in letter.walk() if p.get_filename()}
        tap.ok(got.get("report 2.pdf") == b"s" * 9000 and got.get("report 1.pdf") == b"r" * 2048 and
               got.get("picture.png") == PNG and got.get("Notizen für März.txt") == "n",
               "what arrives is what was chosen", list(got))
        picture = [p for p in letter.walk() if p.get_filename() == "picture.png"][0]
        related = [p for p in letter.walk() if p.get_content_type() == "multipart/related"]
        page = [p for p in letter.walk() if p.get_content_type() == "text/html"]
        cid = (picture["content-id"] or "").strip("<>")
        tap.ok(related and page and cid and f"cid:{cid}" in page[0].get_content(),
               "the picture stands within the page, by its cid", page and page[0].get_content(), cid)


main()
tap.done()
