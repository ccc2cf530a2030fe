#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Every IMAP and POP3 case of the EAST collection (servers that mangle STARTTLS), where CORPORA has it:
whatever the server says in clear, no name and no password goes out in clear or to a certificate that does
not hold, the run ends with a sensible code, nothing that was said in clear is believed, and what a
server behind good TLS has is fetched."""
import base64
import os
import re
import subprocess

import east
from fake_imap import FakeImap
from fake_pop3 import stuffed
from imap_account import letter
from penfold_test import SERVERS, Home, Tap, skip_all

tap = Tap()
SECRETS = [b"alicepw", base64.b64encode(b"\0alice\0alicepw").rstrip(b"="), base64.b64encode(b"alicepw"), b"alice",
           b"LOGIN", b"AUTHENTICATE", b"PASS", b"SELECT", b"EXAMINE", b"RETR"]
CODES = (0, 69, 75, 76, 77)  # sysexits: unavailable, later, protocol, no permission
LETTER = letter(1, size=400)
KEYWORDS = {"Imap4Rev1": "IMAP4rev1", "StartTls": "STARTTLS", "LoginDisabled": "LOGINDISABLED",
            "MailboxReferrals": "MAILBOX-REFERRALS", "Idle": "IDLE", "Enable": "ENABLE", "Deflate": "COMPRESS=DEFLATE"}


def capability(item):
    word = east.leaf(item)
    if isinstance(item, tuple) and item[0] == "Auth":
        return f"AUTH={word}".upper()
    if isinstance(word, dict):
        word = next(iter(word.values()))
    return KEYWORDS.get(word, str(word))


class Peer:
    """One session of either protocol: clear text as the case wants it, an honest server behind TLS."""

    def __init__(self, connection, case, ca, record):
        self.c, self.case, self.ca, self.record = connection, case, ca, record
        self.is_tls = self.is_in = False
        self.overrides = {k.lower(): v for k, v in (case.get("override_response") or {}).items()}
        self.hidden = [str(x).lower() for x in case.get("hide_commands", [])]
        self.silent = [str(x).lower() for x in case.get("ignore_commands", [])]

    def start_tls(self):
        name = east.certificate(self.case)
        self.record["clear"] += self.c.fake.heard[self.record["seen"]:]
        self.c.tls(f"{self.ca}/{name}.pem", f"{self.ca}/{name}.key")
        self.record["seen"], self.is_tls = len(self.c.fake.heard), True
        self.c.buffer = b""

    def run(self):
        self.record["seen"] = len(self.c.fake.heard)
        if self.case.get("implicit_tls") == "true":
            self.start_tls()
        try:
            self.c.send(self.greeting().encode())
            while (line := self.c.line()) and self.answer(line.decode("latin-1").strip()) is not False:
                pass
        finally:
            if not self.is_tls:
                self.record["clear"] += self.c.fake.heard[self.record["seen"]:]


class Imap(Peer):
    SCHEMES = ("imaps", "imap")

    def greeting(self):
        if "greeting" in self.overrides:
            return self.overrides["greeting"]
        greeting, code = self.case["greeting"], ""
        value = greeting.get("code")
        if isinstance(value, tuple):
            kind = value[1]
            if isinstance(kind, tuple) and kind[0] == "Capability":
                code = "[CAPABILITY " + " ".join(map(capability, kind[1][1])) + "] "
            elif isinstance(kind, tuple) and kind[0] == "BadCharset":
                code = "[BADCHARSET (kkgIhdNV)] "
            else:
                code = f"[{str(east.leaf(kind)).upper()}] "
        return f"* {str(greeting['kind']).upper()} {code}{east.leaf(greeting['text'])}\r\n" + \
            (east.some(self.case.get("response_after_greeting")) or "")

    def answer(self, line):
        tag, _, rest = line.partition(" ")
        verb = rest.split(" ")[0].lower()
        if not self.is_tls and verb in self.silent:
            self.c.sock.settimeout(3)  # who still waits then has believed nothing
            return None
        if not self.is_tls and (verb in self.overrides or verb in self.hidden):
            text = self.overrides.get(verb, "<tag> BAD unknown command\r\n")
            self.c.send(text.replace("<tag>", tag).encode())
            return None
        if verb == "starttls" and not self.is_tls:
            self.starttls(tag)
            return None
        self.honest(tag, verb, rest)
        return verb != "logout"

    def starttls(self, tag):
        text = east.some(self.case.get("starttls_response")) or "<tag> OK begin TLS now\r\n"
        self.c.send(text.replace("<tag>", tag).encode())
        if self.case.get("starttls_transition") != "false":
            self.start_tls()

    def honest(self, tag, verb, rest):
        caps = {(0, 0): "caps", (1, 0): "caps_tls", (0, 1): "caps_auth", (1, 1): "caps_tls_auth"}[self.is_tls, self.is_in]
        untagged = {"capability": "* CAPABILITY " + (" ".join(map(capability, self.case[caps])) or "IMAP4rev1"),
                    "list": '* LIST () "/" INBOX', "status": "* STATUS INBOX (MESSAGES 1 UIDNEXT 2 UIDVALIDITY 7)",
                    "select": "* 1 EXISTS\r\n* OK [UIDVALIDITY 7] ok\r\n* OK [UIDNEXT 2] ok"}
        untagged["examine"] = untagged["select"]
        if verb in ("login", "authenticate"):
            if verb == "authenticate" and len(rest.split()) < 3:
                self.c.send(b"+ \r\n")
                self.c.line()
            self.is_in = True
            self.record["in"] += self.is_tls
        if verb in untagged:
            self.c.send(untagged[verb].encode() + b"\r\n")
        if rest.upper().startswith("UID FETCH"):
            body = b" BODY[] {%d}\r\n%s" % (len(LETTER), LETTER) if "BODY" in rest else b""
            self.c.send(b"* 1 FETCH (UID 1 FLAGS () RFC822.SIZE %d%s)\r\n" % (len(LETTER), body))
        self.c.send(f"{tag} OK done\r\n".encode())


class Pop3(Peer):
    SCHEMES = ("pop3s", "pop3")
    BODIES = {"uidl": b"+OK\r\n1 a\r\n.\r\n", "list": b"+OK\r\n1 %d\r\n.\r\n" % len(LETTER),
              "retr": b"+OK\r\n" + stuffed(LETTER)}

    def greeting(self):
        return self.overrides.get("greeting", self.case["greeting"])

    def answer(self, line):
        verb = line.split(" ")[0].lower()
        if not self.is_tls and (verb in self.overrides or verb in self.hidden):
            self.c.send(self.overrides.get(verb, "-ERR unknown command\r\n").encode())
        elif verb == "stls" and not self.is_tls:
            text = self.case.get("stls_response")
            self.c.send((east.some(text) or "+OK begin TLS now\r\n").encode())
            if self.case.get("stls_make_transition") != "false":
                self.start_tls()
        elif verb == "capa":
            name = "capa" + ("_tls" if self.is_tls else "") + ("_auth" if self.is_in else "")
            self.c.send(("+OK\r\n" + "".join(x + "\r\n" for x in self.case[name]) + ".\r\n").encode())
        elif verb == "auth":
            if len(line.split()) < 3:
                self.c.send(b"+ \r\n")
                self.c.line()
            self.is_in = True
            self.record["in"] += self.is_tls
            self.c.send(b"+OK\r\n")
        else:
            self.record["in"] += verb == "pass" and self.is_tls
            self.is_in |= verb == "pass"
            self.c.send(self.BODIES.get(verb, b"+OK\r\n"))
        return verb != "quit"


def files(home):
    return [os.path.join(folder, name) for folder, _, names in os.walk(home.path("Mail")) for name in names
            if os.path.basename(folder) in ("cur", "new")]


def folders(home):
    return {n for _, names, _ in os.walk(home.path("Mail")) for n in names} - {"cur", "new", "tmp", "work", ".notmuch",
                                                                             ".penfold", "stand-ins", "INBOX"}


def check(kind, ca, path):
    case, record = east.read(path), {"clear": b"", "seen": 0, "in": 0}
    scheme = kind.SCHEMES[case.get("implicit_tls") != "true"]
    with FakeImap(lambda c: kind(c, case, ca, record).run()) as fake, Home() as home:
        home.rc("[tls]", f"ca-file = {ca}/ca.pem", '[account "work"]', "address = Alice <alice@penfold.test>",
                "password = alicepw", f"{scheme[:4]} = {scheme}://alice@localhost:{fake.port}")
        done = home.run("penfold-sync", "work", timeout=60)
        mail = [open(p, "rb").read().replace(b"\r\n", b"\n") for p in files(home)]
        wrong = [f"{s!r} in clear" for s in SECRETS if s in record["clear"]]
        if east.certificate(case) != "server" and record["in"]:
            wrong.append("logged in to a certificate that does not hold")
        if done.returncode not in CODES or (done.returncode != 0) != bool(done.stderr):
            wrong.append(f"exit {done.returncode}: {done.stderr}")
        if mail != [LETTER.replace(b"\r\n", b"\n")] * (done.returncode == 0):
            wrong.append(f"exit {done.returncode}, and {len(mail)} letters here: {done.stderr}")
        wrong += [f"a folder {n!r} was believed" for n in folders(home)]
        if re.search(r"[\x00-\x09\x0b-\x1f\x7f]", done.stderr):
            wrong.append(f"raw control characters: {done.stderr!r}")
    name = os.path.relpath(path, east.ROOT)
    tap.ok(not wrong, f"{name}: {'fetched' if done.returncode == 0 else 'refused'}, nothing in clear", *wrong)
    if os.environ.get("EAST_SHOW"):
        tap.diag(f"{done.returncode} {done.stderr.strip()}")
    return done.returncode == 0


def main():
    plan = [(kind, path) for kind, word in ((Imap, "imap"), (Pop3, "pop3")) for path in east.cases(word)]
    if not plan:
        skip_all("CORPORA names no folder that has the EAST cases")
    with Home() as shared:
        ca = shared.path("ca")
        subprocess.run([os.path.join(SERVERS, "mkca.sh"), ca], check=True)
        for kind in (Imap, Pop3):
            passed = [check(kind, ca, path) for k, path in plan if k is kind]
            tap.ok(len(passed) >= 40 and 0 < sum(passed) < len(passed),
                   f"{kind.__name__}: {len(passed)} cases, {sum(passed)} of them let the letter through")
    tap.done()


main()
