#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Links that the terminal opens itself (OSC 8): only over words that name the true host, clean, gone where something else
is drawn over them, and not at all where they are not wanted."""
import os
import re

from penfold_test import Home, Tap
from screen import Screen

tap = Tap()

PLAIN = (b"From: Bo <bo@x.example>\r\nTo: ann@test.example\r\nSubject: plain links\r\nMessage-ID: <m1@x.example>\r\n"
         b"Date: Sat, 28 Nov 2026 10:05:00 +0100\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n"
         b"See https://good.example/a?b=1, please.\r\n"
         b"Not https://good.example@evil.example/x though.\r\n"
         b"Nor https://g\xc3\xb6\xc3\xb6d.example/y here.\r\n")
PAGE = (b"From: Bo <bo@x.example>\r\nTo: ann@test.example\r\nSubject: page links\r\nMessage-ID: <m2@x.example>\r\n"
        b"Date: Sat, 28 Nov 2026 10:06:00 +0100\r\nContent-Type: text/html; charset=utf-8\r\n\r\n"
        b"<p>Read <a href='https://true.example/p'>this</a>, or <a href='https://evil.example/q'>https://bank.example</a>, "
        b"or <a href='https://esc.example/%1b]8;;x&#27;&#7;'>that</a>.</p>\r\n")
TRICK = PLAIN.replace(b"From: Bo", b'From: "service@paypal.com"').replace(b"m1@", b"m3@").replace(b"plain", b"trick").replace(b"10:05", b"10:07")
OSC8 = re.compile(rb"\x1b\]8;([^;\x1b\x07]*);([^\x1b\x07]*)\x1b\\")


def links(home, screen):
    """What was opened, in order, and what stood between opening and closing."""
    raw = home.path("raw")
    screen.tell("idle 300")
    screen.tell(f"raw {raw}")
    screen.ask("count 0 no-such-text-anywhere", "the picture is read")
    with open(raw, "rb") as f:
        found = f.read()
    parts = OSC8.split(found)
    out, at = [], 0
    for m in OSC8.finditer(found):
        if m[2]:
            at = m.end()
            end = found.index(b"\x1b]8;;\x1b\\", at)
            text = re.sub(rb"\x1b\[[0-9;]*m", b"", found[at:end]).decode()
            out.append((m[2].decode("ascii"), text))
    tap.ok(len(parts) % 3 == 1, "every sequence is whole")
    return out


def shown(home):
    with Screen(tap, home, 24, 90, home.program("penfold"), "-o", "ui.hyperlinks=yes") as screen:
        screen.wait("plain links")
        screen.send("G\r")
        screen.wait("See https://good.example/a?b=1, please.")
        screen.wait("evil.example/x though")
        found = links(home, screen)
        tap.same({link for link in found if link[0].startswith("https://good.example/")},
                 {("https://good.example/a?b=1", "https://good.example/a?b=1")}, "a URL that names its host is a link")
        tap.ok(not [link for link in found if "evil.example" in link[0] or "xn--" in link[0] or "%C3" in link[0]],
               "one that seems to name another is none", found)
        screen.send("K")
        screen.wait("leads to evil.example", "a false word is told as ever")
        screen.wait("[2] evil.example")
        found = links(home, screen)
        tap.same([link[1].split()[:2] for link in found if link[0] == "https://true.example/p"][-1:],
                 [["[1]", "true.example"]], "the list at the end is links, beside their host")
        tap.ok(not [link for link in found if link[1] in ("this", "that", "https://bank.example")],
               "words that name no host, or a false one, are none", found)
        tap.ok(not [link for link in found if re.search(r"[^!-~]", link[0])], "only printable characters are in them", found)
        n = len(found)
        screen.send("?")
        screen.wait("An open message")
        tap.same(len(links(home, screen)), n, "what is drawn over it is no link")
        screen.send("q")
        screen.wait("leads to evil.example")
        screen.send("l")
        screen.wait("true.example")
        tap.ok(("https://true.example/p", "https://true.example/p") in links(home, screen), "and in the list of links")
        screen.send("Q")
        screen.exits()


def doubted(home):
    """A click asks nothing: a letter whose sender is doubted has none."""
    with Screen(tap, home, 24, 90, home.program("penfold"), "-o", "ui.hyperlinks=yes") as screen:
        screen.wait("trick links")
        screen.send("/trick\r\r")
        screen.wait("SUSPECT")
        screen.wait("See https://good.example/a?b=1, please.")
        tap.same(links(home, screen), [], "none in a doubted letter")
        screen.send("l")
        screen.wait("evil.example/x")
        tap.same(links(home, screen), [], "nor in its list")
        screen.send("Q")
        screen.exits()


def unwanted(home, wish, name, **environment):
    with Screen(tap, home, 24, 90, home.program("penfold"), "-o", f"ui.hyperlinks={wish}", **environment) as screen:
        screen.wait("plain links")
        screen.send("G\r")
        screen.wait("See https://good.example/a?b=1, please.")
        screen.tell("idle 300")
        screen.ask("unseen \x1b]8;".replace("\x1b", "\\e"), name)
        screen.send("Q")
        screen.exits()


def main():
    with Home() as home:
        with open(home.path("zone"), "w", encoding="ascii") as f:
            f.write("{}")
        home.rc('[account "test"]', "address = Ann Test <ann@test.example>", "[dns]", "zone = " + home.path("zone"))
        for letter in (PLAIN, PAGE, TRICK):
            done = home.run("penfold", "deliver", input=letter)
            assert done.returncode == 0, done.stderr
        for name in ("VTE_VERSION", "KONSOLE_VERSION", "WT_SESSION", "TERM_PROGRAM"):
            os.environ.pop(name, None)
            home.env.pop(name, None)
        shown(home)
        doubted(home)
        unwanted(home, "no", "none where they are not wanted, as by itself", VTE_VERSION="6003")
        unwanted(home, "auto", "nor on a terminal that is not known for them")
    tap.done()


main()
