#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Images within a letter: those that it carries are shown; those of the web are counted, and fetched from a real
HTTPS server only when the user says so, or for good for a sender whose letters prove to be his; never those
that are too small to be seen, never by a preview, and not for a forger without a second key."""
import base64
import json
import os
import struct
import zlib

from penfold_test import Home, Tap, wait_for
from screen import Screen
from web import Web, self_signed

tap = Tap()
HOST = "news.shop.test"


def png(width, height, rgb):
    def chunk(kind, data):
        body = kind + data
        return struct.pack(">I", len(data)) + body + struct.pack(">I", zlib.crc32(body))
    rows = b"".join(b"\0" + bytes(rgb) * width for _ in range(height))
    return (b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)) +
            chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b""))


RED, GREEN = png(160, 64, (255, 0, 0)), png(160, 64, (0, 255, 0))


def letter(number, subject, body, kind="text/html", author="Shop <news@shop.test>", extra=""):
    return (f"From: {author}\r\nTo: ann@test.example\r\nSubject: {subject}\r\n"
            f"Date: Sat, 28 Nov 2026 1{number}:00:00 +0000\r\nMessage-ID: <i{number}@shop.test>\r\n"
            f"MIME-Version: 1.0\r\n{extra}Content-Type: {kind}; charset=utf-8\r\n\r\n{body}")


def page(port):
    at = f"https://{HOST}:{port}"
    return (f'<p>Offers of the week</p><img src="{at}/a.png" alt="First offer" width=160 height=64>'
            f'<p>and</p><img src="http://{HOST}:{port}/moved.png" alt="Second offer">'
            f'<img src="{at}/pixel.gif?who=ann" width=1 height=1><p>Bye.</p>\r\n')


OWN = ("--b\r\nContent-Type: text/html\r\n\r\n<p>Look:</p><img src=\"cid:red@x\" alt=\"a red box\"><p>Nice.</p>\r\n"
       "--b\r\nContent-Type: image/png\r\nContent-ID: <red@x>\r\nContent-Disposition: inline\r\n"
       "Content-Transfer-Encoding: base64\r\n\r\n" + base64.encodebytes(RED).decode().replace("\n", "\r\n") +
       "--b--\r\n")
ATTACHED = ("--b\r\nContent-Type: text/plain\r\n\r\n" + "".join(f"line {i}\r\n" for i in range(9)) +
            "--b\r\nContent-Type: image/png; name=green.png\r\nContent-Disposition: attachment; filename=green.png\r\n"
            "Content-Transfer-Encoding: base64\r\n\r\n" + base64.encodebytes(GREEN).decode().replace("\n", "\r\n") +
            "--b--\r\n")


def signed(home, text):
    """Signed by shop.test, whose key is in the zone."""
    if "TXT" not in home.zone.get("s._domainkey.shop.test", {}):
        made = home.run("penfold", "dkim", "keygen", "shop.test", "s", "--json")
        key = json.loads(made.stdout)["keys"][0]
        home.zone["s._domainkey.shop.test"] = {"TXT": [key["record"]]}
        home.key = key["path"]
        write_zone(home)
        settings(home)
    done = home.run("penfold", "dkim", "sign", "--account", "shop", "-", input=text.encode())
    assert done.returncode == 0, done.stderr
    return done.stdout


def write_zone(home):
    with open(home.path("zone"), "w", encoding="utf-8") as f:
        json.dump(home.zone, f)


def settings(home, *more):
    home.rc('[account "test"]', "address = ann@test.example", '[account "shop"]', "address = news@shop.test",
            *([f"dkim-key = {home.key}", "dkim-selector = s"] if home.key else []),
            "[dns]", "zone = " + home.path("zone"), "[tls]", f"ca-file = {home.ca}", *more)


def deliver(home, text):
    done = home.run("penfold", "deliver", "--account", "test", input=text if isinstance(text, bytes) else text.encode())
    assert done.returncode == 0, done.stderr


def screen_of(home, rows=40, **environment):
    return Screen(tap, home, rows, 80, home.program("penfold"), **environment)


def open_letter(screen, subject):
    screen.send(f"/{subject}\r\r")
    screen.wait("From     ")


def own(home):
    """What the letter carries is there at once, in its place; nobody is asked."""
    with screen_of(home) as screen:
        screen.wait("carried")
        open_letter(screen, "carried")
        screen.wait("[a red box]")
        screen.wait("Nice.")
        screen.ask("waitseen 9000 48;5;196m")
        screen.gone("not checked yet")
        screen.ask("answer 5000 I", "the key hides them")
        screen.wait("Nice.")
        screen.tell("idle 300")
        screen.ask("row 13 Nice.")
        screen.send("Iq")
        open_letter(screen, "attached")
        screen.wait("[green.png]")
        screen.ask("waitseen 9000 48;5;46m")
        screen.send("Q")
        screen.exits()
    with screen_of(home, 24) as screen:
        screen.wait("carried")
        open_letter(screen, "attached")
        screen.wait("line 8")
        screen.send("G")
        screen.wait("[green.png]")
        screen.send("Q")
        screen.exits()


def linear(home):
    settings(home, "[ui]", "linear = yes")
    with screen_of(home) as screen:
        screen.wait("carried")
        open_letter(screen, "carried")
        screen.wait("Nice.")
        screen.ask("unseen 48;5;196m", "a screen reader is told the words, and shown no cells")
        screen.send("Q")
        screen.exits()
    settings(home)


def pixels(home):
    settings(home, "[ui]", "pictures = kitty")
    with screen_of(home) as screen:
        screen.wait("carried")
        open_letter(screen, "carried")
        screen.ask(r"waitseen 9000 \e_Ga=T")
        screen.send("Q")
        screen.exits()
    # too far down to be seen whole: in cells
    with screen_of(home, 18) as screen:
        screen.wait("attached")
        open_letter(screen, "attached")
        screen.wait("line 5")
        screen.send("jjj")
        screen.wait("[green.png]")
        screen.tell("idle 300")
        screen.send("jj")
        screen.ask("waitseen 9000 48;5;46m")
        screen.send("Q")
        screen.exits()
    settings(home)


def remote(home, web):
    with screen_of(home) as screen:
        screen.wait("true offers")
        open_letter(screen, "true offers")
        screen.wait("✓ shop.test")
        screen.wait("3 remote images, not loaded (I loads); 1 only tells that you read it")
        screen.wait("Bye.")
        tap.same(web.asked, [], "nothing is fetched because a letter is opened")
        screen.send("I")
        screen.wait(f"Load images? (y/n/a: always) {HOST} learns that you read this")
        screen.send("n")
        screen.gone("learns that you")
        tap.same(web.asked, [], "nor after a no")
        screen.send("I")
        screen.wait("a: always")
        screen.send("\x1b")
        screen.gone("learns that you")
        screen.wait("(I loads)")
        screen.tell("idle 500")
        screen.ask("row 0 true offers")
        tap.same(web.asked, [], "nor when the question is left by Esc")
        screen.send("I")
        screen.wait("a: always")
        screen.send("y")
        screen.ask("waitseen 9000 48;5;196m")
        screen.ask("waitseen 9000 48;5;46m")
        screen.wait("Second offer")
        screen.send("Q")
        screen.exits()
    tap.same(sorted(web.asked), ["/a.png", "/b.png", "/moved.png"], "those to be seen, over the redirect, no other")
    fields = {name.lower() for heard in web.heard for name in heard}
    tap.same(fields, {"host", "accept", "user-agent"}, "the host is told nothing of the user")
    tap.same({heard["User-Agent"] for heard in web.heard}, {"Penfold"}, "but the program's name")
    web.asked.clear()


def trusted(home, web):
    with screen_of(home) as screen:
        screen.wait("true offers")
        open_letter(screen, "true offers")
        screen.wait("✓ shop.test")
        screen.wait("(I loads)")
        tap.same(web.asked, [], "a yes was for one letter")
        screen.send("I")
        screen.wait("learns that you read this")
        screen.send("a")
        screen.ask("waitseen 9000 48;5;196m")
        wait_for(lambda: len(web.asked) == 3, what="all images")
        screen.send("q")
        web.asked.clear()
        open_letter(screen, "true offers")
        screen.wait("images of news@shop.test are loaded by themselves")
        wait_for(lambda: len(web.asked) == 3, what="images by themselves")
        screen.send("q")
        web.asked.clear()
        # the same name on a letter that is not his, and on one that nothing proves
        for subject in ("forged offers", "unproved offers"):
            open_letter(screen, subject)
            screen.gone("not checked yet")
            screen.wait("remote images")
            screen.wait("Bye.")
            screen.tell("idle 300")
            screen.ask("row 0 " + subject)
            tap.same(web.asked, [], f"{subject}: not by themselves")
            if subject == "forged offers":
                screen.send("I")
                screen.wait("Load images all the same?")
                screen.send("n")
                screen.gone("all the same")
            screen.send("q")
        # a preview is no reading
        screen.send("/true offers\rV")
        screen.wait("Offers of the week")
        screen.tell("idle 300")
        screen.ask("row 0 Inbox")
        tap.same(web.asked, [], "nor by the preview")
        screen.send("V")
        screen.send("\r")
        screen.wait("loaded by themselves")
        screen.send("I")
        screen.wait("Never again")
        screen.send("y")
        screen.wait("(I loads)")
        screen.send("Q")
        screen.exits()
    with open(home.path("state/penfold/images-from"), encoding="utf-8") as f:
        tap.same(f.read(), "", "the trust is taken back on the disk")


def refused(home, web):
    """A server without the file, one that is no server, a file that is no picture: said, and the rest is there."""
    web.files["/a.png"] = b"no picture"
    del web.files["/b.png"]
    with screen_of(home) as screen:
        screen.wait("true offers")
        open_letter(screen, "true offers")
        screen.wait("✓ shop.test")
        screen.wait("(I loads)")
        screen.send("I")
        screen.wait("learns that")
        screen.send("y")
        screen.wait("the server answers 404")
        screen.wait("this is no PNG")
        screen.wait("Bye.")
        screen.send("Q")
        screen.exits()


def main():
    with Home() as home:
        home.key, home.zone = None, {
            HOST: {"A": ["127.0.0.1"]}, "_dmarc.shop.test": {"TXT": ["v=DMARC1; p=reject"]},
            "shop.test": {"TXT": ["v=spf1 -all"]}}
        certificate, key = self_signed(home.dir, HOST)
        home.ca = certificate
        web = Web((certificate, key))
        web.files.update({"/a.png": RED, "/b.png": GREEN, "/pixel.gif?who=ann": RED,
                          "/moved.png": f"https://{HOST}:{web.port}/b.png"})
        web.types.update({"/a.png": "image/png", "/b.png": "image/png", "/pixel.gif?who=ann": "image/gif"})
        write_zone(home)
        settings(home)
        body = page(web.port)
        deliver(home, signed(home, letter(1, "true offers", body)))
        tampered = signed(home, letter(2, "forged offers", body)).replace(b"Bye", b"bye", 1)
        deliver(home, tampered.replace(b"bye", b"Bye. Bye", 1))
        deliver(home, letter(3, "unproved offers", body, author="News <news@none.test>"))
        related = 'multipart/related; boundary=b'
        deliver(home, letter(4, "carried", OWN, related))
        deliver(home, letter(5, "attached", ATTACHED, "multipart/mixed; boundary=b"))
        for step in os.environ.get("STEPS", "own linear pixels remote trusted refused").split():
            globals()[step](home, *([web] if step in ("remote", "trusted", "refused") else []))
    tap.done()


main()
