#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Every letter of mutt's command line: it does what it says, or says why not; alone, in a bundle, and behind
or before the others."""
import os
import subprocess

from penfold_test import Home, Tap, wait_for
from screen import Screen

tap = Tap()


def begin(home):
    home.rc('[account "test"]', "address = Ann Test <ann@test.example>", f"signature = {home.path('sig')}",
            "[queue]", "undo-delay = 0", "[addresses]", f"alias-file = {home.path('aliases')}",
            f"vcard-folder = {home.path('cards')}", f"query-command = {home.path('query')} -s")
    os.makedirs(home.path("cards"))
    with open(home.path("cards/zoe.vcf"), "w", encoding="utf-8") as f:
        f.write("BEGIN:VCARD\r\nVERSION:3.0\r\nFN:Zoë Card\r\nEMAIL;TYPE=work:zoe@card.example\r\nEND:VCARD\r\n")
    with open(home.path("query"), "w", encoding="utf-8") as f:
        f.write('#!/bin/sh\n[ "$1" = -s ] || exit 1\necho "one entry"\nprintf "%s@query.example\\tFound by %s\\tx\\n" "$2" "$2"\n')
    os.chmod(home.path("query"), 0o755)
    with open(home.path("aliases"), "w", encoding="utf-8") as f:
        f.write('alias me Ann Again <ann@test.example>\nalias boss "Boss, The" <bo@b.example>\n'
                "alias team me, boss\nalias self self\n")
    with open(home.path("sig"), "w", encoding="utf-8") as f:
        f.write("Ann's signature\n")
    for n in range(3):
        home.run("penfold", "deliver",
                 input=f"From: a{n}@b.example\nSubject: letter {n}\n\nText of {n}.\n".encode())
    editor = home.path("editor")
    with open(editor, "w", encoding="utf-8") as f:
        f.write('#!/bin/sh\necho "typed by hand" >>"$1"\n')
    os.chmod(editor, 0o755)
    return editor


def says(home, args, code, text, name=None, **more):
    done = subprocess.run([home.program("penfold"), *args], env=home.env, capture_output=True, text=True,
                          timeout=60, check=False, **{"stdin": subprocess.DEVNULL, **more})
    tap.ok(done.returncode == code and text in done.stdout + done.stderr, name or "penfold " + " ".join(args),
           done.returncode, done.stdout[-400:], done.stderr[-400:])


def printed(home):
    says(home, ["-v"], 0, "penfold ")
    says(home, ["-vv"], 0, "GPL")
    says(home, ["-h"], 0, "search")
    says(home, ["-nQ", "ui.theme"], 0, "auto")
    says(home, ["-O", "-Q", "ui.theme"], 0, "# The colours")
    says(home, ["-D"], 0, "ann@test.example")
    says(home, ["-D", "-S"], 0, "ann@test.example")
    says(home, ["-DO"], 0, "The colours")
    says(home, ["-A", "a1"], 0, "a1@b.example")
    says(home, ["-Aa1"], 0, "a1@b.example", "a value may follow its letter at once")
    says(home, ["-z", "-f", "Nothing"], 1, "Nothing has no message")
    says(home, ["-G"], 69, "no news")
    says(home, ["-g", "news.example"], 69, "no news")
    says(home, ["-m", "mbox"], 64, "Maildir")
    says(home, ["-d", "much"], 64, "level")
    says(home, ["-s"], 64, "value is missing")
    says(home, ["-k"], 64, "no such command")
    log = home.path("log")
    says(home, ["-d", "2", "-l", log, "-Q", "ui.theme"], 0, "auto")
    tap.ok(os.path.exists(log), "-l makes its file")


def sent(home):
    """-B, and options before, behind and among the addresses."""
    says(home, ["-nB", "-s", "by batch", "ann@test.example"], 0, "", "-B sends without a screen", stdin=None,
         input="the text\n")
    says(home, ["ann@test.example", "-n", "-s", "options behind", "-x", "-c", "ann@test.example"], 0, "",
         "options behind the address", stdin=None, input="the text\n")
    for subject in ("by batch", "options behind"):
        found = wait_for(lambda s=subject: home.run("penfold", "count", f'subject:"{s}"').stdout.strip() != "0",
                         what=subject)
        tap.ok(found, f"{subject}: has arrived")


def drive(home, editor, *args):
    return Screen(tap, home, 24, 80, home.program("penfold"), *args, EDITOR=editor)


def screens(home, editor):
    with drive(home, editor, "-nRf", "INBOX") as screen:
        screen.wait("letter 1", "-nRf FOLDER in one bundle")
        screen.send("d")
        screen.wait("started with -R", "-R changes nothing")
        screen.send("$")
        screen.wait("no mail is fetched")
        screen.send("\r")
        screen.wait("Text of")
        screen.send("Q")
        screen.exits()
    tap.ok(home.run("penfold", "count", "tag:unread and subject:letter").stdout.strip() == "3",
           "and what was read with -R is unread still")
    with drive(home, editor, "-y") as screen:
        screen.wait("Folder", "-y asks for a folder")
        screen.send("\x07")
        screen.gone("Folder:")
        screen.send("Q")
        screen.exits()
    with drive(home, editor, "-p") as screen:
        screen.wait("No drafts", "-p shows the drafts")
        screen.send("Q")
        screen.exits()
    with drive(home, editor, "-e", "sort subject", "-e", "mark") as screen:
        screen.wait("1 marked", "-e does actions, one after another")
        screen.send("Q")
        screen.exits()
    with drive(home, editor, "-s", "From a shell", "-b", "cy@c.example", "bo@b.example") as screen:
        screen.wait("typed by hand", "a letter opens in the editor")
        screen.ask("row 1 Ann Test")
        screen.wait("Ann's signature", "with the signature")
        screen.ask("wait 1000 cy@c.example")
        screen.send("q")
        screen.wait("Keep the draft")
        screen.send("d")
        screen.send("Q")
        screen.exits()


def aliases(home, editor):
    """A name that is typed and not completed is its people, as in mutt."""
    says(home, ["-s", "to an alias", "me"], 0, "", "an alias on the command line", stdin=None, input="text\n")
    tap.ok(wait_for(lambda: home.run("penfold", "count", 'subject:"to an alias" and to:ann@test.example').stdout.strip()
                    != "0", what="the letter to an alias"), "it has arrived at its people")
    with drive(home, editor) as screen:
        screen.wait("letter 1")
        screen.send("mteam, self, cy@c.example\rAliases\r")
        screen.wait('Ann Again <ann@test.example>, "Boss, The" <bo@b.example>, self',
                    "a group of aliases is its people; one that is itself ends")
        screen.send("qd")
        screen.wait("letter 1")
        for typed, want in (("bos", '"Boss, The" <bo@b.example>'), ("zo", "Zoë Card <zoe@card.example>"),
                            ("qux", "Found by qux <qux@query.example>"), ("a2", "a2@b.example")):
            screen.send(f"m{typed}\t")
            screen.wait(want, f"{typed} Tab: {want}")
            screen.send("\x07")
            screen.gone("To:")
        screen.send("Q")
        screen.exits()


def files(home, editor):
    draft, text = home.path("draft"), home.path("text")
    with open(draft, "w", encoding="utf-8") as f:
        f.write("To: ann@test.example\nSubject: a draft\n\nAs it was.\n")
    with open(text, "w", encoding="utf-8") as f:
        f.write("Only text.\n")
    with drive(home, editor, "-E", "-H", draft) as screen:
        screen.wait("typed by hand", "-E -H: the draft is edited")
        screen.gone("Ann's signature", "and is left as it is")
        screen.send("y")
        screen.wait("letter 1")
        screen.send("Qy")  # it may be sending still
        screen.exits()
    wait_for(lambda: "typed by hand" in open(draft, encoding="utf-8").read(), what="the draft's new text")
    tap.ok("Subject: a draft" in open(draft, encoding="utf-8").read(), "the file has the whole letter again")
    with drive(home, editor, "-E", "-i", text, "-s", "with text", "ann@test.example") as screen:
        screen.wait("Only text.", "-i: the text is there")
        screen.send("y")
        screen.wait("letter 1")
        screen.send("Qy")  # it may be sending still
        screen.exits()
    wait_for(lambda: "typed by hand" in open(text, encoding="utf-8").read(), what="the file's new text")
    tap.ok("Subject" not in open(text, encoding="utf-8").read(), "-E -i: the file has the text, not the header")
    with drive(home, editor, "-E", "bo@b.example") as screen:
        screen.exits(64, "-E without a file is refused")
    with open(draft, "rb") as f:
        before = f.read()
    with drive(home, editor, "-H", draft) as screen:
        screen.wait("A letter")
        screen.send("q")
        screen.wait("Keep the draft")
        screen.send("d")
        screen.send("Q")
        screen.exits()
    tap.ok(open(draft, "rb").read() == before, "-H alone leaves the file as it is")


with Home() as home:
    editor = begin(home)
    printed(home)
    screens(home, editor)
    files(home, editor)
    aliases(home, editor)
    sent(home)
tap.done()
