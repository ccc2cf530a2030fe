#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Whatever mail or a mailbox's name says, the terminal gets only the sequences that Penfold emits
of itself. Each payload goes through From, To, Subject, a field of no meaning, the body, HTML, a file name and a
folder's name, to the command line and the list; then every byte written is read by a grammar. With CORPORA
the payloads of penfold-own/data/term go the same way."""
import base64
import glob
import os
import re
import subprocess
import time

from penfold_test import Home, Tap
from screen import Screen
from sequences import foreign

tap = Tap()
PAYLOADS = [b"\x1b]0;owned\x07", b"\x1b]2;owned\x1b\\", b"\x1b]52;c;cm0gLXJm\x07", b"\x1b]52;c;?\x07",
            b"\x1b]8;;http://e.example/\x1b\\link\x1b]8;;\x1b\\", b"\x1b[21t", b"\x1b[2J\x1b[H", b"\x1bc", b"\x1b[!p",
            b"\x1b[6n", b"\x1b[c", b"\x1b[?1049l", b"\x1b[?1003h", b"\x1b[?2004l", b"\x1b[8mhidden", b"\x1b[31mred",
            b"\x1bPq#0;2;0;0;0\x1b\\", b"\x1bP$qm\x1b\\", b"\x1b_Gf=100;AAAA\x1b\\", b"\x1b^pm\x1b\\", b"\x1bXsos\x1b\\",
            b"\x1b]1337;File=:AAAA\x07", b"\x1b]9;note\x07", b"\x1b]777;notify;a;b\x07", b"\x1b(0lqqk", b"\x0e\x0f",
            b"\x9b31m", b"\x9d0;owned\x9c", b"\xc2\x9b31m", b"\xc2\x9d0;owned\xc2\x9c", b"\xc2\x85\xc2\x84", b"abc\x08\x08\x08xyz",
            b"good\rEVIL", b"\x05\x07\x07", b"\x7f\x7f", b"\xe2\x80\xaegpj.exe", b"\xe2\x81\xa6x\xe2\x81\xa9",
            b"\xe2\x80\x8bzero\xe2\x80\x8d", b"\xef\xbb\xbfbom", b"\xf3\xa0\x81\xa1tag", b"a" + b"\xcc\x81" * 60,
            b"\xc0\x80\xc0\xaf", b"\xed\xa0\x80", b"\xf4\x90\x80\x80", b"\xff\xfe\x80", b"\x1b[201~dddd", b"\x1b[200~",
            b"\xe2\x80\xa8\xe2\x80\xa9", b"\x1b", b"\x1b["]


def corpus():
    folder = os.environ.get("CORPORA")
    found = []
    for path in sorted(glob.glob(os.path.join(folder, "penfold-own/data/term/*"))) if folder else []:
        with open(path, "rb") as f:
            found.append(f.read())
    return found


def word(payload):
    return b"=?utf-8?B?" + base64.b64encode(payload) + b"?="


def letter(number, p):
    """One letter with the payload wherever a letter has room; raw where a line may hold it, else encoded."""
    line = p.replace(b"\r", b"").replace(b"\n", b"")
    quoted = line.replace(b"\\", b"\\\\").replace(b'"', b'\\"')
    n = b"%d" % number
    return b"\n".join([
        b'From: "N' + quoted + b'" <a' + n + b"@p.example>", b"To: " + word(p) + b" <ann@penfold.test>",
        b"Cc: <" + line + b"@p.example>", b"Subject: S" + n + b" " + line + b" " + word(p),
        b"Date: Sat, 21 Nov 2026 10:%02d:00 +0000" % (number % 60), b"Message-ID: <e" + n + b"@p.example>",
        b"X-Evil: " + line + b" " + word(p), b"List-Id: " + line + b" <l.example>",
        b"Authentication-Results: mx.example; dkim=fail reason=" + line,
        b"MIME-Version: 1.0", b"Content-Type: multipart/mixed; boundary=b", b"",
        b"--b", b"Content-Type: text/plain; charset=utf-8", b"", b"body" + n + b" " + p, b"",
        b"--b", b"Content-Type: text/html; charset=utf-8", b"", b"<p title='" + p + b"'>" + p +
        b"<a href='http://x.example/" + line + b"'>" + p + b"</a>&#27;]0;owned&#7;&#155;31m", b"",
        b"--b", b'Content-Type: application/x-' + line + b'; name="' + quoted + b'"',
        b"Content-Disposition: attachment; filename*=utf-8''" +
        b"".join(b"%%%02X" % c for c in p), b"", b"x", b"--b--", b""])


def fill(home, payloads):
    for number, p in enumerate(payloads):
        folder = home.path("Mail", "local", "INBOX")
        for sub in ("cur", "new", "tmp"):
            os.makedirs(os.path.join(folder, sub), 0o700, exist_ok=True)
        with open(os.path.join(folder, "cur", f"17{number:08d}.e.test:2,S"), "wb") as f:
            f.write(letter(number, p))
        name = p.replace(b"/", b"_").replace(b"\0", b"_")[:60]
        for sub in (b"cur", b"new", b"tmp") if name.strip(b".") and number % 4 == 0 else ():
            os.makedirs(os.path.join(home.path("Mail", "local").encode(), b"F" + name, sub), 0o700, exist_ok=True)
        inner = os.path.join(home.path("Mail", "local").encode(), b"F" + name, b"cur")
        if os.path.isdir(inner):  # a folder with mail in it stands at the left
            with open(os.path.join(inner, b"17%08d.f.test:2,S" % number), "wb") as f:
                f.write(letter(number + 500, p))


def verified(name, raw, is_screen):
    bad = foreign(raw, is_screen)
    tap.ok(raw and not bad, f"{name}: only our own sequences", *[repr(b) for b in bad[:8]])


def command_line(home, payloads):
    for args in (["search", "*"], ["folders"], ["auth", home.path("evil\x1b]0;x\x07")],
                 ["count", "subject:\x1b]0;x\x07("], ["show", "id:\x1b]0;owned\x07"], ["\x1b]0;x\x07"]):
        done = subprocess.run([home.program("penfold"), *args], env=home.env, capture_output=True, check=False,
                              stdin=subprocess.DEVNULL, timeout=120)
        verified("penfold " + ascii(" ".join(args)), done.stdout + done.stderr, False)
    shown = b""
    for number in range(len(payloads)):
        done = subprocess.run([home.program("penfold"), "show", f"id:e{number}@p.example"], env=home.env,
                              capture_output=True, check=False, stdin=subprocess.DEVNULL, timeout=120)
        shown += done.stdout + done.stderr
    verified("penfold show of every letter", shown, False)


def screen_of(home):
    raw = home.path("raw")
    with Screen(tap, home, 60, 160, home.program("penfold"), TERM="xterm-256color") as screen:
        screen.wait("S47 ", "the list of threads")
        screen.send("G")
        screen.wait("S0 ", "all of it, down to the first")
        screen.send("\r")
        screen.wait("body", "a letter")
        screen.send("H")
        screen.wait("X-Evil", "with its whole header")
        screen.send("Hq")
        screen.gone("body0", "back in the list")
        screen.send("?")
        screen.wait("Keys", "help")
        screen.send("qQ")
        screen.exits(0)
        screen.ask("bell 0", "no letter rings")
        screen.tell(f"raw {raw}")  # when all is written: a sequence that is half there would be foreign
    with open(raw, "rb") as f:
        written = f.read()
    verified("the screen", written, True)


def other_places(home):
    """Preview, tabs, the thread's page, prompts and what completes them, the sender's page, attachments, an
    answer, a search that was pasted, kept searches, marks, notifications and remarks; at another size."""
    raw = home.path("raw2")
    with Screen(tap, home, 30, 120, home.program("penfold"), TERM="xterm-256color", EDITOR="true",
                VISUAL="true") as screen:
        screen.wait("1 of ", "the list again")
        screen.send("V")
        screen.wait("body", "a preview below it")
        for _ in range(12):
            screen.send("4j")
            screen.tell("idle 150")
        screen.send("V\x14")
        screen.tell("idle 100")
        screen.send("cF")
        screen.wait("F", "a folder is asked for")
        screen.send("\t\t\r")
        screen.tell("idle 200")
        for _ in range(6):
            screen.send("J")
            screen.tell("idle 60")
        screen.send("\x17")
        screen.wait("of ", "the first tab again")
        screen.send("=")
        screen.tell("paste \\e]0;owned\\x07\\e[31mS1")
        screen.send("\\")
        screen.wait("Search all mail")
        screen.tell("paste \\e]0;owned\\x07\\e[31m S1")
        screen.tell("idle 300")
        screen.send("\x1b")
        screen.tell("idle 150")
        screen.wait("1 of ", "a pasted search is given up")
        for keys in ("@", "v", "r", "H"):
            screen.send("\r")
            screen.wait("body", "a letter")
            screen.send(keys)
            screen.tell("idle 400")
            screen.send("qd" if keys == "r" else "q")
            screen.tell("idle 150")
            screen.send("q" if keys != "H" else "")
            screen.tell("idle 100")
            screen.send("jjj")
        screen.send("cInbox\r")
        screen.wait("1 of ")
        # the thread in one scroll, links, a list's menu, who would be asked for images, a copy's folder
        screen.send("Z")
        screen.wait("body", "the whole thread")
        screen.send("l")
        screen.wait("x.example", "its links")
        screen.send("q")
        for keys in ("A", "I\x1b", "C\x1b"):
            screen.send(keys)
            screen.tell("idle 300")
        screen.send("q")
        screen.wait("1 of ", "the list once more")
        screen.send(":usage\r")
        screen.wait("The store", "charts of the store")
        screen.send("qO")
        screen.tell("idle 300")
        screen.send("s")
        screen.tell("idle 300")
        screen.send("qcInbox\r")
        screen.wait("1 of ", "after the charts")
        screen.send("m")
        screen.wait("To:", "an address is asked for")
        screen.send("a1")
        screen.tell("idle 400")
        screen.send("\t\t\x1b")
        screen.tell("idle 200")
        screen.send("+x\r")
        screen.tell("idle 200")
        screen.send(":messages\r")
        screen.wait("Messages")
        screen.send("q")
        date = time.strftime("%a, %d %b %Y %H:%M:%S +0000", time.gmtime()).encode()
        evil = letter(900, b"\x1b]9;x\x07\x1b]0;owned\x07\x9d0;o\x9c;;").replace(
            b"Date: Sat, 21 Nov 2026 10:00:00 +0000", b"Date: " + date)
        done = home.run("penfold", "deliver", "--account", "local", input=evil)
        tap.same(done.returncode, 0, "one more letter arrives")
        screen.wait("new: ", "and is told")
        screen.tell("resize 12 40")
        screen.tell("idle 200")
        screen.send("Q")
        screen.exits(0)
        screen.tell(f"raw {raw}")
        screen.ask("seen \\e]9;", "the terminal's notification is ours")
        screen.ask("unseen \\e]0;owned", "and none of theirs")
    with open(raw, "rb") as f:
        written = f.read()
    # our own notification: text without controls between its borders
    written = re.sub(rb"\x1b\]9;[^\x00-\x1f\x7f;]*\x07", b"", written)
    written = written.replace(b"\x1b]104\x07", b"").replace(b"\x1b]11;?\x07", b"")  # colours as they were, and which
    written = written.replace(b"\x07", b"")  # rung when something is not possible
    verified("every other place of the screen", written, True)


def report(number, p):
    """A delivery report whose every word is the payload's."""
    line = p.replace(b"\r", b"").replace(b"\n", b"")
    n = b"%d" % number
    return b"\n".join([
        b"From: " + word(p) + b" <MAILER-DAEMON@mx.example>", b"To: ann@penfold.test", b"Subject: R" + n + b" " + word(p),
        b"Date: Sun, 22 Nov 2026 10:%02d:00 +0000" % (number % 60), b"Message-ID: <r" + n + b"@p.example>",
        b"List-Id: " + line + b" <l.example>", b"List-Help: <https://l.example/" + line + b">",
        b"List-Unsubscribe: <mailto:x@l.example?subject=" + line + b">", b"MIME-Version: 1.0",
        b"Content-Type: multipart/report; report-type=delivery-status; boundary=x", b"", b"--x", b"", b"said " + line,
        b"--x", b"Content-Type: message/delivery-status", b"", b"Reporting-MTA: dns; " + line, b"",
        b"Final-Recipient: rfc822; bo" + line + b"@c.example", b"Action: failed", b"Status: 5.1.1", b"Remote-MTA: dns; " + line,
        b"Diagnostic-Code: smtp; 550 5.1.1 " + line, b"", b"--x--", b""])


def newer_places(home, payloads):
    """Reports with their tables, the menu of a list, the file picker and what it attaches, linking, the log of an account,
    what is deferred and asked for; by the command line and on the screen."""
    raw, folder = home.path("raw3"), home.path("evil").encode()
    os.makedirs(folder, exist_ok=True)
    for number, p in enumerate(payloads):
        name = p.replace(b"/", b"_").replace(b"\0", b"_")[:80]
        with open(os.path.join(folder, b"f%02d" % number + name), "wb") as f:
            f.write(b"x")
        home.run("penfold", "deliver", "--account", "local", input=report(number, p))
    shown = b""
    for number in range(0, len(payloads), 4):
        done = subprocess.run([home.program("penfold"), "report", f"id:r{number}@p.example"], env=home.env,
                              capture_output=True, check=False, stdin=subprocess.DEVNULL, timeout=120)
        shown += done.stdout + done.stderr
    verified("penfold report", shown, False)
    with Screen(tap, home, 40, 120, home.program("penfold"), TERM="xterm-256color", EDITOR="true", VISUAL="true") as screen:
        screen.wait("R47 ", "the reports are in the list")
        screen.send("j\r")
        screen.wait("was not reached", "a report's table")
        for keys in ("n", "n", "n", "n", "n", "n"):
            screen.send(keys)
            screen.tell("idle 150")
        screen.send(":list-menu\r")
        screen.wait("Mailing list", "what a list offers")
        screen.send("q")
        screen.gone("Mailing list")
        screen.send("@")
        screen.wait("Who sent this", "their sender's page")
        screen.send("qq")
        screen.wait("R47 ", "the list")
        screen.send("tjtj&")
        screen.tell("idle 500")
        screen.send("u:log local\r")
        screen.tell("idle 400")
        screen.send("q")
        screen.tell("idle 100")
        screen.send("cInbox\rmbo@b.example\rfiles\r")
        screen.wait("Checks", "a letter")
        screen.send("a" + os.fsdecode(folder) + "\r")
        screen.wait("Attach", "the file picker")
        for _ in range(2):
            screen.send("t\x1b[6~")
            screen.tell("idle 150")
        screen.send("tjtj\r")
        screen.wait("files attached", "files with such names are attached")
        screen.tell("idle 500")
        screen.send("q")
        screen.tell("idle 300")
        screen.send("d")
        screen.tell("idle 300")
        screen.send("Q")
        screen.exits(0)
        screen.tell(f"raw {raw}")
    with open(raw, "rb") as f:
        written = f.read()
    written = re.sub(rb"\x1b\]9;[^\x00-\x1f\x7f;]*\x07", b"", written)  # our own notification
    written = written.replace(b"\x1b]104\x07", b"").replace(b"\x1b]11;?\x07", b"")  # colours as they were, and which
    written = written.replace(b"\x07", b"")  # rung when something is not possible
    verified("reports, the file picker and more", written, True)


def main():
    payloads = PAYLOADS + corpus()
    with Home() as home:
        with open(home.path("zone"), "w", encoding="ascii") as f:
            f.write("{}")
        home.rc("[dns]\nzone = " + home.path("zone"), '[account "local"]', "address = Ann <ann@penfold.test>", "[notify]",
                "terminal = osc9")
        fill(home, payloads)
        scanned = home.ask("penfold-store", {"op": "scan"})[-1]
        tap.ok(scanned.get("indexed", 0) >= len(payloads), "the letters are in the index", scanned)
        command_line(home, payloads)
        screen_of(home)
        other_places(home)
        newer_places(home, payloads)


main()
tap.done()
