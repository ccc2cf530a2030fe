#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Log-ins without a password on the line: by a client's certificate (EXTERNAL) against a real server, and by
SCRAM bound to the TLS connection (-PLUS) against a server that knows what it is bound to."""
import base64
import hashlib
import hmac
import os
import ssl
import subprocess

from fake_imap import FakeImap
from imap_account import Account, letter, local_files
from penfold_test import SERVERS, Home, Server, Tap

tap = Tap()


def external(home, server):
    Account(server).append("INBOX", letter(1))
    ca = os.path.dirname(server.CA)
    own = ["auth = external", f"client-cert = {ca}/client.pem", f"client-key = {ca}/client.key"]
    for what, lines, code in (
            ("a certificate", own, 0), ("none", ["auth = external"], 77),
            ("another's key", [own[0], own[1], f"client-key = {ca}/server.key"], None)):
        for kind, url in (("imap", f"imaps://alice@localhost:{server.IMAPS_PORT}"),
                          ("imap", f"imap://alice@localhost:{server.IMAP_PORT}"),
                          ("pop3", f"pop3s://alice@localhost:{server.POP3S_PORT}")):
            home.rc("[tls]", f"ca-file = {server.CA}", f'[account "{kind}"]', "address = a@penfold.test",
                    f"{kind} = {url}", *lines)
            done = home.run("penfold-sync", kind)
            good = done.returncode == code if code is not None else done.returncode not in (0, 75)
            tap.ok(good and (code == 0 or f'account "{kind}"' in done.stderr),
                   f"{url.split(':')[0]}, EXTERNAL with {what}: exit {done.returncode}", done.stderr)
    tap.same([len(local_files(home, "INBOX", kind)) for kind in ("imap", "pop3")], [1, 1], "and the mail is here")


class Scram:
    """The server's side of SCRAM-SHA-256-PLUS (RFC 5802) with what the connection is bound to."""
    PASSWORD, SALT, ROUNDS = b"alicepw", b"0123456789ab", 4096

    def __init__(self, ca, is_in_the_middle=False, newest=ssl.TLSVersion.TLSv1_2):  # whose binding Python can give
        self.ca, self.is_in_the_middle, self.newest, self.names = ca, is_in_the_middle, newest, []

    def script(self, c):
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.maximum_version = self.newest
        context.load_cert_chain(f"{self.ca}/server.pem", f"{self.ca}/server.key")
        c.sock = context.wrap_socket(c.sock, server_side=True)
        c.serve([(b"CAPABILITY", b"* CAPABILITY IMAP4rev1 SASL-IR AUTH=PLAIN AUTH=SCRAM-SHA-256 "
                                 b"AUTH=SCRAM-SHA-256-PLUS\r\nTAG OK done\r\n"),
                 (b"AUTHENTICATE", self.authenticate), (b"LIST", b'* LIST () "/" INBOX\r\nTAG OK done\r\n'),
                 (b"STATUS", b"* STATUS INBOX (MESSAGES 0 UIDNEXT 1 UIDVALIDITY 7)\r\nTAG OK done\r\n")])

    @staticmethod
    def say(c, text):
        c.send(b"+ " + base64.b64encode(text) + b"\r\n")
        return base64.b64decode(c.line())

    def authenticate(self, c, tag, rest):
        self.names.append(rest.split()[1])
        if c.sock.version() == "TLSv1.3":  # as Cyrus says that it knows no binding of it
            c.send(tag + b" NO bad protocol / cancel\r\n")
            return
        first = base64.b64decode(rest.split()[2])
        header, bare = first[:first.index(b",,") + 2], first[first.index(b",,") + 2:]
        nonce = bare.split(b"r=")[1] + b"server"
        challenge = b"r=%s,s=%s,i=%d" % (nonce, base64.b64encode(self.SALT), self.ROUNDS)
        final = self.say(c, challenge)
        binding = c.sock.get_channel_binding("tls-unique")
        if self.is_in_the_middle:  # the real server sees another connection than the client
            binding = bytes(len(binding))
        without, proof = final.rsplit(b",p=", 1)
        message = b",".join([bare, challenge, without])
        salted = hashlib.pbkdf2_hmac("sha256", self.PASSWORD, self.SALT, self.ROUNDS)
        key = hmac.digest(salted, b"Client Key", "sha256")
        signature = hmac.digest(hashlib.sha256(key).digest(), message, "sha256")
        good = (without.startswith(b"c=" + base64.b64encode(header + binding) + b",") and
                bytes(a ^ b for a, b in zip(base64.b64decode(proof), signature)) == key)
        if not good:
            c.send(tag + b" NO [AUTHENTICATIONFAILED] the channel binding does not match\r\n")
            return
        self.say(c, b"v=" + base64.b64encode(hmac.digest(hmac.digest(salted, b"Server Key", "sha256"), message,
                                                         "sha256")))
        c.send(tag + b" OK in\r\n")


def plus(home, ca):
    def attempt(server, auth):
        with FakeImap(server.script) as fake:
            home.rc("[tls]", f"ca-file = {ca}/ca.pem", '[account "work"]', "address = a@penfold.test",
                    "password = alicepw", f"imap = imaps://alice@localhost:{fake.port}", f"auth = {auth}")
            return home.run("penfold-sync", "work")

    for auth in ("auto", "scram-sha-256-plus"):
        server = Scram(ca)
        done = attempt(server, auth)
        tap.same((done.returncode, set(server.names)), (0, {b"SCRAM-SHA-256-PLUS"}),
                 f"auth = {auth}: bound to the connection")
        server = Scram(ca, is_in_the_middle=True)
        done = attempt(server, auth)
        tap.ok(done.returncode == 77, f"auth = {auth}: somebody in the middle does not get through", done.stderr)
    tap.same(set(server.names), {b"SCRAM-SHA-256-PLUS"}, "and is given nothing else when the rc insists")
    for is_in_the_middle, code in ((False, 0), (True, 77)):
        server = Scram(ca, is_in_the_middle, ssl.TLSVersion.TLSv1_3)
        done = attempt(server, "scram-sha-256-plus")
        tap.same((done.returncode, server.names), (code, [b"SCRAM-SHA-256-PLUS"] * 2),
                 f"one that can bind to TLS 1.2 alone is asked so where the rc insists: exit {code}")


OFFER = b"IMAP4rev1 SASL-IR AUTH=PLAIN LIST-EXTENDED LIST-STATUS CONDSTORE"
LISTED = (b'* LIST () "/" INBOX\r\n* STATUS INBOX (MESSAGES 0 UIDNEXT 1 UIDVALIDITY 7 HIGHESTMODSEQ 1)\r\n')


def early(home, name, on_login, runs):
    """What goes along with the log-in, at a server that is not up to it: the connections of each of two runs."""
    with FakeImap(lambda c: c.serve([(b"AUTHENTICATE", on_login), (b"LIST", LISTED + b"TAG OK done\r\n"),
                                     (b"SELECT", b"TAG NO none\r\n")],
                                    b"* OK [CAPABILITY " + OFFER + b"] ready\r\n")) as fake:
        home.rc('[account "work"]', "address = Alice <alice@penfold.test>", "password = alicepw", "tls = no",
                f"imap = imap://alice@127.0.0.1:{fake.port}")
        seen = []
        for _ in range(2):
            before = fake.heard.count(b"AUTHENTICATE")
            process = home.run("penfold-sync", "work", timeout=60)
            seen.append((process.returncode, fake.heard.count(b"AUTHENTICATE") - before))
    tap.same(seen, runs, f"{name}: {process.stderr[-200:]}")


def accepted(c, tag):
    c.send(tag + b" OK [CAPABILITY " + OFFER + b"] in\r\n")


def ahead():
    def bears(c, tag, _):
        accepted(c, tag)

    def loses(c, tag, _):
        c.buffer = b""
        accepted(c, tag)

    def hangs_up(c, tag, _):
        if c.buffer:
            c.sock.close()
        else:
            accepted(c, tag)

    def refuses(c, tag, _):
        c.send(tag + b" NO [AUTHENTICATIONFAILED] wrong\r\n" + b"* BAD what?\r\n" * 5)

    for name, script, runs in (("a server that answers what came early", bears, [(0, 1)] * 2),
                               ("one that hangs up", hangs_up, [(0, 2)] * 2),
                               ("one that loses it, which is remembered", loses, [(0, 2), (0, 1)]),
                               ("a refused log-in is not tried twice", refuses, [(77, 1)] * 2)):
        with Home() as home:
            early(home, name, script, runs)


def main():
    ahead()
    with Home() as home, Server("dovecot", home.path("d"), PF_CLIENT_CERT="yes") as server:
        external(home, server)
    with Home() as home:
        subprocess.run([os.path.join(SERVERS, "mkca.sh"), home.path("ca")], check=True)
        plus(home, home.path("ca"))
    tap.done()


main()
