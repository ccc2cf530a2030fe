#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Every SMTP case of the EAST collection (servers that mangle STARTTLS), where CORPORA has it: whatever the
server says, no password and no letter goes out in clear or to a certificate that does not hold, the sender
ends, and the letter is sent or waits."""
import base64
import glob
import os
import re
import subprocess
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "lib"))
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import fake_smtp  # noqa: E402
from penfold_test import SERVERS, Home, Tap, skip_all  # noqa: E402
from post import PASSWORD, Post  # noqa: E402

tap = Tap()
SECRETS = [PASSWORD.encode(), base64.b64encode(b"\0alice\0alicepw"), base64.b64encode(b"alicepw"), b"AUTH", b"MAIL"]


def unescape(text):
    return text.encode().decode("unicode_escape")


class Case:
    """What a .ron file says, as far as a server needs it."""

    def __init__(self, path):
        with open(path) as f:
            text = re.sub(r"^\s*//.*$", "", f.read(), flags=re.M)
        head = re.search(r"capabilities:\s*\[(.*?)\]\s*,?\s*\n", text, re.S)
        self.offers_tls = "StartTLS" in (head.group(1) if head else "")
        found = re.search(r'\bgreeting:\s*"(.*?)"', text)
        self.greeting = unescape(found.group(1)) if found else None
        found = re.search(r'stls_response:\s*"(.*?)"', text)
        self.stls = unescape(found.group(1)) if found else None
        self.transition = "stls_make_transition: false" not in text
        self.overrides = {}
        block = re.search(r"override_response:\s*\{(.*?)\}", text, re.S)
        for key, value in re.findall(r'"(\w+)":\s*"(.*?)"', block.group(1) if block else ""):
            self.overrides[key.lower()] = unescape(value)
        self.hidden = re.findall(r'"(\w+)"', (re.search(r"hide_commands:\s*\[(.*?)\]", text) or [""])[0])
        self.implicit = "implicit_tls: true" in text
        self.cert = "selfsigned" if "self-signed" in text else "expired" if "expired" in text else \
            "server" if re.search(r"certs/example.org.pem", text) else "wrong"


class EastSession(fake_smtp.Session):
    def run(self):
        if self.server.case.greeting is not None:
            self.o.greeting = self.server.case.greeting.rstrip("\r\n")
        super().run()

    def line(self):
        line = super().line()
        verb = line.split(" ")[0].lower()
        case = self.server.case
        if verb in case.overrides and not self.encrypted:
            self.sock.sendall(case.overrides[verb].encode())
            return self.line()
        if verb in case.hidden:
            self.say("500 5.5.2 unknown command")
            return self.line()
        return line

    def on_helo(self, _):
        self.say("250 fake.penfold.test")

    def on_ehlo(self, rest):
        self.o.tls = "starttls" if self.server.case.offers_tls else "none"
        super().on_ehlo(rest)

    def on_starttls(self, rest):
        case = self.server.case
        if case.stls is None:
            super().on_starttls(rest)
            return
        self.sock.sendall(case.stls.encode())
        if case.transition:
            self.buffer = b""
            self.start_tls()


class EastServer(fake_smtp.FakeSmtp):
    def __init__(self, ca, case):
        super().__init__(ca, cert=case.cert, auth="PLAIN")
        self.case = case

    def session(self, sock):
        session = EastSession(self, sock)
        try:
            session.run()
        except (fake_smtp.Gone, OSError, ValueError):
            pass
        finally:
            session.sock.close()


def check(ca, root, path):
    case, name = Case(path), os.path.relpath(path, root)
    with EastServer(ca, case) as server, Post(ca, server.port) as post:
        queue_id = post.queue()
        post.home.run("penfold-send", "--all", timeout=60)
        state = post.entry(queue_id)["state"]
        good = state == ("sent" if server.letters else "deferred") and \
            not any(s in server.clear for s in SECRETS) and \
            (not server.letters or case.cert == "server")
        tap.ok(good, f"{name}: {state}, nothing in clear", server.clear, post.entry(queue_id)["reason"])
        return bool(server.letters)


def main():
    root = os.path.join(os.environ.get("CORPORA", "/nonexistent"), "fake-mail-server-EAST", "data")
    paths = [p for p in sorted(glob.glob(os.path.join(root, "**", "*.ron"), recursive=True)) if "/smtp/" in p]
    if not paths:
        skip_all("CORPORA names no folder that has the EAST cases")
    with Home() as shared:
        ca = shared.path("ca")
        subprocess.run([os.path.join(SERVERS, "mkca.sh"), ca], check=True)
        sent = sum(check(ca, root, p) for p in paths)
        tap.ok(len(paths) >= 63 and 0 < sent < len(paths), f"{len(paths)} cases; {sent} of them let the letter through")
    tap.done()


main()
