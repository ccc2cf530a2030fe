#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""The editor in its tab, on a terminal of its own: what it draws, what it hears, how it ends, and what the
mail beside it can do meanwhile."""
import os
import signal

from penfold_test import Home, Tap, wait_for
from screen import Screen

tap = Tap()

# An editor as far as a terminal can tell: it draws, asks for the mouse and for pastes, notes every byte.
EDITOR = r"""#!/usr/bin/python3
import os, signal, sys, termios, tty
path, home = sys.argv[1], os.environ["HOME"]
def draw(*_):
    size = os.get_terminal_size(0)
    sys.stdout.write("\x1b[H\x1b[2J\x1b[1;31mred and bold\x1b[0m \x1b[38;2;0;255;0mgreen\x1b[0m "
        "\x1b[4munder\x1b[0m\x1b[3;1H日本語|å\u0323|ok\x1b[4;1H\x1b[7mturned\x1b[0m"
        f"\x1b[5;1Hsize {size.lines}x{size.columns} TERM {os.environ['TERM']}"
        f"\x1b[{size.lines};{size.columns - 4}Hlast\x1b[6;3H")
    sys.stdout.flush()
with open(os.path.join(home, "pid"), "w") as f:
    f.write(str(os.getpid()))
old = termios.tcgetattr(0)
tty.setraw(0)
sys.stdout.write("\x1b[5 q\x1b[?1049h\x1b[?1000h\x1b[?1006h\x1b[?2004h\x1b]0;owned\x07\x1b]52;c;b3duZWQ=\x07")
signal.signal(signal.SIGWINCH, draw)
draw()
lines = 0
while True:
    got = os.read(0, 4096)
    with open(os.path.join(home, "typed"), "ab") as f:
        f.write(got)
    for key in got.decode("utf-8", "replace"):
        if key == "w":
            lines += 1
            with open(path, "a") as f:
                f.write(f"line {lines} of the letter\n")
            sys.stdout.write(f"\x1b[7;1Hwritten {lines}")
            sys.stdout.flush()
        elif key == "q":
            sys.exit(0)
        elif key == "x":
            sys.exit(3)
        elif key == "h":  # as nano does when its terminal closes
            def rescue(*_):
                with open(path) as old, open(path + ".save", "w") as new:
                    new.write(old.read() + "rescued by the editor\n")
                sys.exit(1)
            signal.signal(signal.SIGHUP, rescue)
"""


def typed(home):
    try:
        with open(home.path("typed"), "rb") as f:
            return f.read()
    except FileNotFoundError:
        return b""


def drafts(home):
    found = home.ask("penfold-store", {"op": "draft-list"})[-1]["drafts"]
    return [home.ask("penfold-store", {"op": "draft-get", "draft_id": d["draft_id"]})[-1]["draft"]
            for d in found]


def begin(home, *rc):
    home.rc('[account "test"]', "address = Ann Test <ann@test.example>", *rc)
    for n in range(3):
        home.run("penfold", "deliver",
                 input=f"From: a{n}@b.example\nSubject: letter {n}\n\nText of {n}.\n".encode())
    editor = home.path("editor")
    with open(editor, "w", encoding="utf-8") as f:
        f.write(EDITOR)
    os.chmod(editor, 0o755)
    return editor


def pictures(screen):
    screen.ask("row 1 red and bold")
    screen.ask("attr 1 0 bold fg=1")
    screen.ask("attr 1 13 fg=46", "true colour is drawn in the nearest of 256")
    screen.ask("attr 1 19 under")
    screen.ask("row 3 日本語|ạ̊|ok", "wide and combining characters stand in their columns")
    screen.ask("attr 3 0 width=2")
    screen.ask("attr 4 0 reverse")
    screen.ask("row 5 size 22x80 TERM xterm-256color")
    screen.ask("cursor 6 2", "the cursor is the editor's")
    screen.ask("waitseen 5000 \\e[5 q", "and has the editor's shape")
    screen.ask("row -1 C-] to the mail", "the last line says how to leave")
    screen.ask("unseen owned", "the title and the clipboard are not the editor's")


def keys(screen, home):
    """Every key as xterm sends it, but the one that leads back."""
    cases = [("send \\x08", b"\x08", "C-h"), ("send \\x7f", b"\x7f", "Backspace"), ("send \\x1a", b"\x1a", "C-z"),
             ("send \\x0c", b"\x0c", "C-l"), ("send \\x03", b"\x03", "C-c"), ("key Up", b"\x1b[A", "Up"),
             ("key F5", b"\x1b[15~", "F5"), ("send \\e", b"\x1b", "Esc"),
             ("send \\ef", b"\x1bf", "M-f"), ("send \\e[1;5C", b"\x1b[1;5C", "C-Right"),
             ("send \\e[3;2~", b"\x1b[3;2~", "S-Delete"), ("send \\x00", b"\x00", "C-Space"),
             ("send ü", "ü".encode(), "ü"), ("send ?:m", b"?:m", "keys that mean something in lists"),
             ("paste on\\nlines", b"\x1b[200~on\rlines\x1b[201~", "a paste, as one"),
             ("click 4 7", b"\x1b[<0;8;4M\x1b[<0;8;4m", "a click, in the editor's own cells")]
    for line, want, name in cases:
        before = len(typed(home))
        screen.tell(line)
        try:
            wait_for(lambda n=before, w=want: typed(home)[n:] == w, seconds=5, what=name)
            tap.ok(True, f"the editor hears {name}")
        except TimeoutError:
            tap.ok(False, f"the editor hears {name}", typed(home)[before:])


def beside(screen):
    """The mail is used while the letter is in the editor."""
    screen.send("w")
    screen.wait("written 1")
    screen.send("\x1d")
    screen.wait("letter 1", "C-] leads to the mail")
    screen.ask("waitseen 2000 \\e[0 q", "where the cursor is the terminal's own again")
    screen.ask("row 0 2 Side by side", "the first line has the letter")
    screen.send("\r")
    screen.wait("Text of", "a message is read beside the editor")
    screen.send("m")
    screen.wait("To:")
    screen.send("cy@c.example\rSecond\r")
    screen.wait("red and bold", "a second letter has an editor of its own")
    screen.ask("row 0 Second")
    screen.send("w\x1d")
    screen.wait("Text of", "and the mail is as it was left")
    screen.send("\x1d")
    screen.wait("written 1", "C-] comes back to the letter that was left last")
    screen.send("q")
    screen.wait("A letter: Second")
    screen.send("P")
    screen.wait("kept among the drafts")
    screen.ask("waitgone 5000 Second", "its tab is gone with it")
    screen.tell("click 0 28")
    screen.wait("written 1", "a click on the first line leads to a tab")
    screen.tell("resize 30 100")
    screen.wait("size 28x100", "the editor learns the new size")
    screen.tell("resize 24 80")
    screen.wait("size 22x80")


def leaving(screen, home):
    screen.send("\x1dQ")
    screen.wait("is in the editor", "leaving Penfold asks first")
    screen.send("n")
    screen.send("\x1d")
    screen.wait("last")
    screen.send("x")
    screen.wait("ended with status 3", "an editor that fails is told")
    screen.gone("line 1 of the letter", "and the letter is as before")
    screen.send("e")
    screen.wait("red and bold")
    screen.send("w")
    screen.wait("written 1")
    with open(home.path("pid"), encoding="ascii") as f:
        os.kill(int(f.read()), signal.SIGKILL)
    screen.wait("ended by signal 9", "one that is killed is told")
    screen.wait("line 1 of the letter", "and what it had written is there")
    screen.send("y")
    screen.wait("Text of", "a letter that is queued gives its tab back")
    screen.gone("Side by side")


def whole():
    with Home() as home:
        editor = begin(home)
        with Screen(tap, home, 24, 80, home.program("penfold"), EDITOR=editor) as screen:
            screen.wait("letter 1")
            screen.send("mbo@b.example\rSide by side\r")
            screen.wait("last")
            pictures(screen)
            keys(screen, home)
            beside(screen)
            leaving(screen, home)
            screen.send("Q")
            screen.exits()


def pasted():
    """More than an editor takes at once, while it does nothing: all of it arrives, and the end of the paste."""
    with Home() as home:
        editor = begin(home)
        with Screen(tap, home, 24, 80, home.program("penfold"), EDITOR=editor) as screen:
            screen.wait("letter 1")
            screen.send("mbo@b.example\rMuch\r")
            screen.wait("last")
            pid = int(open(home.path("pid"), encoding="ascii").read())
            os.kill(pid, signal.SIGSTOP)
            screen.send("\x1b[200~")
            for _ in range(200):
                screen.send("y" * 8000)
            screen.send("\x1b[201~\x1d")
            screen.wait("letter 1", "the mail answers while the editor does nothing", ms=60000)
            screen.send("\x1d")
            os.kill(pid, signal.SIGCONT)
            wait_for(lambda: typed(home).endswith(b"\x1b[201~"), what="the end of the paste")
            tap.same(typed(home).count(b"y"), 200 * 8000, "every character of 1.6 MB is pasted")
            screen.wait("last")
            screen.send("q")
            screen.wait("A letter")
            screen.send("Q")
            screen.exits()


def rest():
    """The other place by the rc, a key of one's own, a program that is not there."""
    with Home() as home:
        editor = begin(home, "[keys.editor]", "leave = C-a d, M-m", "tab-next = M-n")
        with Screen(tap, home, 24, 80, home.program("penfold"), EDITOR=editor) as screen:
            screen.wait("letter 1")
            screen.send("mbo@b.example\rKeys\r")
            screen.wait("last")
            screen.send("\x01d")
            screen.wait("letter 1", "two steps lead back, by the rc")
            screen.send("\x1d")
            screen.wait("last")
            screen.send("\x1bn")
            screen.wait("letter 1", "an action of every view is bound in the editor")
            screen.send("\x1d")
            screen.wait("last")
            screen.send("\x01z\x1d")
            wait_for(lambda: typed(home).endswith(b"\x01z\x1d"), what="keys that lead nowhere")
            screen.send("q")
            screen.wait("A letter")
            screen.send("Q")
            screen.exits()
        with Screen(tap, home, 24, 80, home.program("penfold"), "-o", "editor.where=screen",
                    EDITOR=editor) as screen:
            screen.wait("letter 1")
            screen.send("mbo@b.example\rWhole\r")
            screen.wait("size 24x80", "[editor] where = screen gives it all of the terminal")
            screen.send("q")
            screen.wait("A letter")
            screen.send("Q")
            screen.exits()
        with Screen(tap, home, 24, 80, home.program("penfold"), EDITOR="/nothing/there") as screen:
            screen.wait("letter 1")
            screen.send("mbo@b.example\rNone\r")
            screen.wait("/nothing/there", "an editor that does not exist is named")
            screen.wait("A letter", "and the letter is there all the same")
            screen.send("Q")
            screen.exits()


def places():
    """Editors that take +LINE begin where one writes, unless the user names a place himself."""
    with Home() as home:
        begin(home)
        nano = home.path("nano")
        with open(nano, "w", encoding="utf-8") as f:
            f.write('#!/bin/sh\necho "$@" >"$HOME/args"\n')
        os.chmod(nano, 0o755)
        cases = [(nano, "bo@b.example", "+7 /"), (f"env X=1 {nano} -w", "bo@b.example", "-w +7 /"),
                 (nano, "", "+2 /"), (f"{nano} +3", "bo@b.example", "+3 /")]
        for editor, to, want in cases:
            with Screen(tap, home, 24, 80, home.program("penfold"), EDITOR=editor) as screen:
                screen.wait("letter 1")
                screen.send(f"m{to}\rPlace\r")
                screen.wait("A letter")
                with open(home.path("args"), encoding="utf-8") as f:
                    args = f.read()
                tap.ok(args.startswith(want), f"{os.path.basename(editor)}, to {to or 'nobody'}: {want}", args)
                screen.send("qdQ")
                screen.exits()


def ended():
    """The terminal is closed over the editor: what it had written is in the draft at the next start."""
    with Home() as home:
        editor = begin(home)
        with Screen(tap, home, 24, 80, home.program("penfold"), EDITOR=editor) as screen:
            screen.wait("letter 1")
            screen.send("mbo@b.example\rCut off\r")
            screen.wait("last")
            screen.send("hwww")
            screen.wait("written 3")
            screen.tell("signal 1")
            screen.exits()
        pid = int(open(home.path("pid"), encoding="ascii").read())
        wait_for(lambda: not os.path.exists(f"/proc/{pid}"), what="the editor's end")
        with Screen(tap, home, 24, 80, home.program("penfold"), EDITOR=editor) as screen:
            screen.wait("among the drafts", "the next start has the letter")
            screen.send("Q")
            screen.exits()
        found = drafts(home)
        tap.ok(len(found) == 1 and "line 3 of the letter" in found[0]["body"] and
               "rescued by the editor" in found[0]["body"],
               "SIGHUP costs nothing that was written, nor what the editor rescued", found)
        wait_for(lambda: not os.listdir(home.path("state/penfold/edit")), what="the edit folder's emptiness")


whole()
pasted()
rest()
places()
ended()
tap.done()
