#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""What must be refused, and that not one byte of a credential was on the wire by then: bad certificates,
a stripped or stuffed STARTTLS, PREAUTH; and greetings and answers made to break a parser."""
import base64
import subprocess
import os

from penfold_test import SERVERS, Home, Server, Tap
from fake_imap import FakeImap
from imap_account import rc_lines

CAPS = b"* CAPABILITY IMAP4rev1 STARTTLS SASL-IR AUTH=PLAIN\r\nTAG OK done\r\n"
SECRETS = [b"alicepw", base64.b64encode(b"\0alice\0alicepw").rstrip(b"="), base64.b64encode(b"alicepw")]
VERBS = [b"LOGIN", b"AUTHENTICATE", b"alice"]
tap = Tap()


def attempt(home, port, scheme, ca, host="localhost"):
    home.rc("[tls]", f"ca-file = {ca}", '[account "work"]', "address = Alice <alice@penfold.test>",
            "password = alicepw", f"imap = {scheme}://alice@{host}:{port}")
    return home.run("penfold-sync", "work", timeout=60)


def refused(home, name, script, scheme, ca, code, words, host="localhost", talked=False):
    """The run ends with code and these words, and the server heard no credential."""
    with FakeImap(script) as fake:
        process = attempt(home, fake.port, scheme, ca, host)
        heard = fake.heard
    tap.same(process.returncode, code, f"{name}: refused")
    tap.ok(all(word in process.stderr for word in words) and 'account "work"' in process.stderr,
           f"{name}: said in words", process.stderr)
    leaked = [s for s in SECRETS + ([] if talked else VERBS) if s in heard]
    tap.same(leaked, [], f"{name}: no credential was sent")


def certificates(home, ca):
    for name, words in (("expired", ["expired on 2021-01-01"]), ("wrong", ['"other.invalid"', "not for localhost"]),
                        ("selfsigned", ["nobody whom this machine trusts"])):
        cert, key = f"{ca}/{name}.pem", f"{ca}/{name}.key"

        def implicit(c):
            c.tls(cert, key)
            c.serve([])

        def starttls(c):
            c.serve([(b"CAPABILITY", CAPS), (b"STARTTLS", upgrade)])

        def upgrade(c, tag, _):
            c.send(tag + b" OK go\r\n")
            c.tls(cert, key)

        refused(home, f"{name} certificate, implicit TLS", implicit, "imaps", f"{ca}/ca.pem", 76, words)
        refused(home, f"{name} certificate, STARTTLS", starttls, "imap", f"{ca}/ca.pem", 76, words)

    def good(c):
        c.tls(f"{ca}/server.pem", f"{ca}/server.key")
        c.serve([])

    refused(home, "an authority that the system does not know", good, "imaps", "/etc/ssl/certs/ca-certificates.crt",
            76, ["nobody whom this machine trusts", "ca-file"])


def plaintext(home, ca):
    ca_file = f"{ca}/ca.pem"
    no_starttls = [(b"CAPABILITY", b"* CAPABILITY IMAP4rev1 AUTH=PLAIN\r\nTAG OK done\r\n"),
                   (b"STARTTLS", b"TAG BAD unknown command\r\n")]
    refused(home, "STARTTLS stripped", lambda c: c.serve(no_starttls), "imap", ca_file, 76,
            ["refuses STARTTLS"])
    refused(home, "PREAUTH in clear", lambda c: c.serve([], b"* PREAUTH welcome\r\n"), "imap", ca_file,
            76, ["PREAUTH"])
    refused(home, "clear text on the TLS port", lambda c: c.serve([]), "imaps", ca_file, 76, ["TLS"])

    def preauth(c):
        c.tls(f"{ca}/server.pem", f"{ca}/server.key")
        c.serve([], b"* PREAUTH welcome\r\n")

    refused(home, "PREAUTH behind TLS", preauth, "imaps", ca_file, 76, ["PREAUTH"])
    for extra in (b"* OK injected\r\n", b"x", b"\r\n", b"9 OK CAPABILITY done\r\n", b"* CAPABILITY AUTH=PLAIN\r\n" * 40):
        def stuffed(c):
            c.serve([(b"CAPABILITY", CAPS), (b"STARTTLS", b"TAG OK go\r\n" + extra)])

        refused(home, f"{len(extra)} bytes after the answer to STARTTLS", stuffed, "imap", ca_file, 76,
                ["nothing was sent"])

    def closes(c):
        c.send(b"* OK ready\r\n")
        c.line()

    refused(home, "closed instead of STARTTLS", closes, "imap", ca_file, 75, ["closed the connection"])


def log_in(home, ca):
    def tls(answers, greeting=b"* OK ready\r\n"):
        def script(c):
            c.tls(f"{ca}/server.pem", f"{ca}/server.key")
            c.serve(answers, greeting)
        return script

    capability = (b"CAPABILITY", b"* CAPABILITY IMAP4rev1 SASL-IR AUTH=PLAIN\r\nTAG OK done\r\n")
    with FakeImap(tls([capability, (b"AUTHENTICATE", b"TAG NO [AUTHENTICATIONFAILED] no such user\r\n")])) as fake:
        process = attempt(home, fake.port, "imaps", f"{ca}/ca.pem")
    tap.same(process.returncode, 77, "a refused log-in is told by its own exit code")
    tap.contains(process.stderr, "it says: no such user", "in the server's words")
    with FakeImap(tls([capability, (b"AUTHENTICATE", b"TAG NO [UNAVAILABLE] the directory is down\r\n")])) as fake:
        process = attempt(home, fake.port, "imaps", f"{ca}/ca.pem")
    tap.same(process.returncode, 75, "a log-in that the server cannot judge now is tried again later")
    scram = (b"CAPABILITY", b"* CAPABILITY IMAP4rev1 SASL-IR AUTH=PLAIN AUTH=SCRAM-SHA-256\r\nTAG OK done\r\n")
    refused(home, "a server that skips SCRAM's proof", tls([scram, (b"AUTHENTICATE", b"TAG OK in\r\n")]), "imaps",
            f"{ca}/ca.pem", 77, ["impostor"], talked=True)
    fast = b"+ " + base64.b64encode(b"r=%s,s=QSXCR+Q6sek8bf92,i=1") + b"\r\n"
    refused(home, "a SCRAM challenge with a foreign nonce", tls([scram, (b"AUTHENTICATE", fast)]), "imaps",
            f"{ca}/ca.pem", 76, ["makes no sense"], talked=True)


HOSTILE = [
    (b'* OK [BADCHARSET ("x")] hi\r\n', None), (b"* OK [PERMANENTFLAGS (\\\r\n", None),
    (b"* OK [A] [PERMANENTFLAGS (\\\r\n", None), (b"* OK\r\n", None), (b"* OK \0\0\0 \xff\xfe\r\n", None),
    (b"* OK [CAPABILITY IMAP4rev1 " + b"(" * 5000 + b"\r\n", None),
    (b"* BYE go away\r\n", "go away"), (b"garbage\r\n", "no IMAP response"), (b"* OK {5}\r\n", None),
    (b"+ hello\r\n", ""), (b"1 OK hello\r\n", ""), (b"* 5 EXISTS\r\n", "greet"), (b"\r\n", ""),
    (b"* OK " + b"A" * 3000000 + b"\r\n", "line without end"),
    (b"* LIST {99999999999}\r\n", ""),
]


def hostile_greetings(home, ca):
    for greeting, words in HOSTILE:
        def script(c):
            c.serve([(b"CAPABILITY", CAPS), (b"STARTTLS", b"TAG NO not now\r\n")], greeting)

        with FakeImap(script) as fake:
            process = attempt(home, fake.port, "imap", f"{ca}/ca.pem")
        shown = greeting[:30]
        tap.ok(process.returncode in (65, 75, 76), f"greeting {shown!r} ends in an orderly refusal",
               process.returncode, process.stderr)
        if words is not None:
            tap.contains(process.stderr, words, f"greeting {shown!r} is told")


LIST = b'* LIST (\\HasNoChildren) "/" INBOX\r\n'
STATUS = b"* STATUS INBOX (MESSAGES 1 UIDNEXT 2 UIDVALIDITY 7)\r\n"
FETCHES = [
    (b"* 1 FETCH (UID 1 BODYSTRUCTURE " + b"(" * 30000 + b")" * 30000 + b")\r\nTAG OK done\r\n", 76),
    (b"* 1 FETCH (UID 1 BODY[] {4294967295}\r\n", 65),
    (b"* 1 FETCH (UID 1 BODY[] {99999999999999999999}\r\n", 65),
    (b"* 1 FETCH (UID 4294967297 BODY[] {2}\r\nhi)\r\nTAG OK done\r\n", 76),
    (b"* 1 FETCH (UID 1 FLAGS (\\Seen) BODY[] {2}\r\nhi\r\nTAG OK done\r\n", 76),
    (b"* 1 FETCH (UID 1 X {1000000}\r\n" + b"x" * 1000000 + b" BODY[] {2}\r\nhi)\r\nTAG OK done\r\n", 65),
    (b"* 1 FETCH (UID 1 BODY[] {2}\r\nhi BODY[] {2}\r\nho)\r\nTAG OK done\r\n", 0),
    (b"* 99999999999999999999 EXISTS\r\n* VANISHED 1:4294967295\r\n* SEARCH 99999999999\r\nTAG OK done\r\n", 0),
    (b"* 1 FETCH (UID 1 FLAGS () BODY[] NIL)\r\nTAG OK done\r\n", 0),
    (b"* 1 FETCH (UID 1 FLAGS () EMAILID (M1) X-NEW {3}\r\nabc BODY[] \"a \\\"b\\\"\")\r\nTAG OK done\r\n", 0),
    (b"TAG OK [UNCLOSED (\\\r\n", 0), (b"TAG BAD no\r\n", 0), (b"77 OK done\r\n", 76),
    (b"* BYE shutting down\r\n", 75), (b"* 1 FETCH (UID 1 BODY[] {100}\r\nshort", 75), (b"\xff\xfe\0\r\n", 76),
]


def hostile_answers(home, ca):
    for answer, code in FETCHES:
        def cut(c, tag, _):
            c.send(answer.replace(b"TAG", tag))
            if b"TAG" not in answer:
                c.sock.close()

        def script(c):
            c.tls(f"{ca}/server.pem", f"{ca}/server.key")
            c.serve([(b"CAPABILITY", b"* CAPABILITY IMAP4rev1 AUTH=PLAIN SASL-IR\r\nTAG OK done\r\n"),
                     (b"LIST", LIST + b"TAG OK done\r\n"), (b"STATUS", STATUS + b"TAG OK done\r\n"),
                     (b"UID FETCH", cut)])

        with FakeImap(script) as fake:
            process = attempt(home, fake.port, "imaps", f"{ca}/ca.pem")
        tap.ok(process.returncode == code, f"answer {answer[:40]!r}: exit {code}, no crash",
               process.returncode, process.stderr)
        subprocess.run(["rm", "-rf", home.path("state"), home.path("Mail")], check=True)


def main():
    with Home() as home:
        ca = home.path("ca")
        subprocess.run([os.path.join(SERVERS, "mkca.sh"), ca], check=True)
        certificates(home, ca)
        plaintext(home, ca)
        log_in(home, ca)
        hostile_greetings(home, ca)
        hostile_answers(home, ca)
    tap.done()


main()
