#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""A patch series that came in the wrong order, in two versions and with answers, is applied by one key; and
addresses come from aliases, cards and the user's own program."""
import glob
import os
import shutil
import subprocess

from penfold_test import Home, Tap, skip_all
from screen import Screen

if not shutil.which("git"):
    skip_all("git is not installed")
tap = Tap()


def git(home, repo, *args):
    env = dict(home.env, GIT_AUTHOR_NAME="A", GIT_AUTHOR_EMAIL="a@a.example", GIT_COMMITTER_NAME="A",
               GIT_COMMITTER_EMAIL="a@a.example", GIT_CONFIG_NOSYSTEM="1")
    return subprocess.run(["git", "-C", repo, *args], env=env, capture_output=True, text=True, check=True).stdout


def series(home):
    """Version 1 and 2 of three commits, as mail, the last first; the repository without them."""
    repo = home.path("repo")
    os.mkdir(repo)
    git(home, repo, "init", "-q", "-b", "main")
    git(home, repo, "config", "user.name", "A")
    git(home, repo, "config", "user.email", "a@a.example")
    with open(os.path.join(repo, "file"), "w", encoding="utf-8") as f:
        f.write("zero\n")
    git(home, repo, "add", "file")
    git(home, repo, "commit", "-qm", "zero")
    for version in ("1", "2"):
        git(home, repo, "checkout", "-q", "-b", "v" + version, "main")
        for n in ("one", "two", "three"):
            with open(os.path.join(repo, "file"), "a", encoding="utf-8") as f:
                f.write(f"From {n} of version {version}\n")
            git(home, repo, "commit", "-qam", f"{n}\n\nFrom here on a text.")
        git(home, repo, "format-patch", "-q", "--thread", "--cover-letter", "-v", version,
            "--in-reply-to", "<root@a.example>", "-o", home.path("out"), "main")
    git(home, repo, "checkout", "-q", "main")
    home.run("penfold", "deliver", input=b"From: a@a.example\nSubject: [PATCH] root talk\nMessage-ID: <root@a.example>\n"
             b"Date: Sat, 21 Nov 2026 09:00:00 +0000\n\nno patch\n".replace(b"[PATCH] ", b""))
    for path in sorted(glob.glob(home.path("out", "*.patch")), reverse=True):
        with open(path, "rb") as f:
            home.run("penfold", "deliver", input=f.read())
    home.run("penfold", "deliver", input=b"From: b@b.example\nSubject: Re: [PATCH v2 1/3] one\nMessage-ID: <re@b.example>\n"
             b"In-Reply-To: <root@a.example>\nDate: Sat, 21 Nov 2026 09:30:00 +0000\n\nLooks good.\n")
    return repo


def people(home):
    with open(home.path("aliases"), "w", encoding="utf-8") as f:
        f.write("alias boss Bo Example <bo@b.example>\nalias team Cy <cy@c.example>, Di <di@d.example>\n")
    os.mkdir(home.path("cards"))
    with open(home.path("cards", "x.vcf"), "w", encoding="utf-8") as f:
        f.write("BEGIN:VCARD\nFN:Erna \x1b]0;evil\x07 Ek\nEMAIL:erna@e.example\nEND:VCARD\n")
    with open(home.path("query"), "w", encoding="utf-8") as f:
        f.write("#!/bin/sh\nprintf 'found\\nfay@f.example\\tFay Foo\\tx\\n' | grep -i -e found -e \"$1\"\n")
    os.chmod(home.path("query"), 0o755)


def main():
    with Home() as home:
        people(home)
        home.rc('[account "test"]', "address = Ann Test <ann@test.example>", "[addresses]",
                f"alias-file = {home.path('aliases')}", f"vcard-folder = {home.path('cards')}",
                f"query-command = {home.path('query')}")
        repo = series(home)
        with Screen(tap, home, 24, 80, home.program("penfold"), GIT_CONFIG_NOSYSTEM="1",
                    VISUAL="no-editor") as screen:
            screen.wait("1 of 1")
            screen.send("\x1bp\x15" + repo + "\r")
            screen.wait("Applying: three")
            screen.ask("row 0 git am, 3 patches")
            screen.send("q")
            screen.wait("1 of 1")
            for typed, offered in (("boss", "Bo Example <bo@b.example>"), ("team", "Cy <cy@c.example>, Di"),
                                   ("erna", "<erna@e.example>"), ("fay", "Fay Foo <fay@f.example>")):
                screen.send("m" + typed)
                screen.wait(offered)
                screen.send("\x1b")
                screen.gone("To:")
            screen.ask("unseen \\e]0;evil")
            screen.send("\x1bp/no/such/place\r")
            screen.wait("not applied: the folder /no/such/place: No such file", "a folder that is not there: told")
            screen.send("m\r\r")
            screen.wait('the editor "no-editor" cannot be started: there is no such', "and an editor that is not there")
            screen.send("qd")
            screen.wait("1 of 1")
            screen.send("Q")
            screen.exits()
        log = git(home, repo, "log", "--format=%s", "--reverse").split()
        tap.same(log, ["zero", "one", "two", "three"], "the series in its order")
        with open(os.path.join(repo, "file"), encoding="utf-8") as f:
            tap.contains(f.read(), "From two of version 2", "the newest version")
    tap.done()


main()
