#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Letters to oneself that come back by IMAP: `penfold dkim selftest` tells whether the way leaves a signature whole,
`penfold auth-probe` whether the provider takes forged Authentication-Results away."""
import json
import os
import re
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "lib"))
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from fake_smtp import FakeSmtp  # noqa: E402
from imap_account import Account  # noqa: E402
from penfold_test import Home, Server, Tap  # noqa: E402

tap = Tap()


class Provider(FakeSmtp):
    """What it takes it delivers to the mailbox, after doing something to it."""

    def __init__(self, ca, mailbox, change):
        super().__init__(ca)
        self.mailbox, self.change = mailbox, change

    def keep(self, letter):
        super().keep(letter)
        self.mailbox.append("INBOX", self.change(letter.data))


def whole(data):
    return b"Received: from x (y [192.0.2.1]) by mx.penfold.test; Sat, 28 Nov 2026 10:00:00 +0000\r\n" + data


def with_footer(data):
    return whole(data) + b"-- \r\nsent by a list\r\n"


def rewritten(data):
    return whole(re.sub(rb"^Subject: ", b"Subject: [list] ", data, flags=re.M))


def stripped(data):
    return (b"Authentication-Results: mx.penfold.test; dkim=none\r\n" +
            whole(re.sub(rb"^Authentication-Results:.*\r\n(?:[ \t].*\r\n)*", b"", data, flags=re.M)))


def rc(home, server, smtp, *more):
    home.rc("[tls]", f"ca-file = {server.CA}", '[account "work"]', "address = Alice <alice@penfold.test>",
            "password = alicepw", f"imap = imaps://alice@localhost:{server.IMAPS_PORT}",
            f"smtp = submission://alice@localhost:{smtp.port}", "authserv-id = mx.penfold.test", *more)


def main():
    with Home() as shared, Server("dovecot", shared.path("d")) as server:
        mailbox = Account(server)
        ca = os.path.dirname(server.CA)
        for name, change, code, results in (("a way that leaves it whole", whole, 0, ["pass"]),
                                            ("a list that adds a footer", with_footer, 1, ["fail"]),
                                            ("one that changes the subject", rewritten, 1, ["fail"])):
            with Provider(ca, mailbox, change) as smtp, Home() as home:
                rc(home, server, smtp)
                key = json.loads(home.run("penfold", "--json", "dkim", "keygen", "penfold.test", "sel").stdout)["keys"][0]
                with open(home.path("zone.json"), "w") as f:
                    json.dump({key["name"]: {"TXT": [[key["record"][:200], key["record"][200:]]]}}, f)
                rc(home, server, smtp, f"dkim-key = {key['path']}", "dkim-selector = sel",
                   f"[dns]\nzone = {home.path('zone.json')}")
                process = home.run("penfold", "--json", "dkim", "selftest", "--wait", "60")
                answer = json.loads(process.stdout or "{}")
                tap.same((process.returncode, [d["result"] for d in answer.get("dkim", [])]), (code, results),
                         f"selftest over IMAP, {name}: {results[0]}")
                tap.same(len(smtp.letters), 1, f"selftest over IMAP, {name}: one letter was sent")
                process = home.run("penfold", "dkim", "selftest", "--wait", "60")
                tap.ok(process.stdout.strip() or process.stderr.strip(), f"selftest over IMAP, {name}: told in words",
                       process)
        for name, change, code in (("a provider that strips forged fields", stripped, 0),
                                   ("one that lets them through", whole, 1)):
            with Provider(ca, mailbox, change) as smtp, Home() as home:
                rc(home, server, smtp)
                process = home.run("penfold", "--json", "auth-probe", "--wait", "60")
                answer = json.loads(process.stdout or "{}")
                tap.same((process.returncode, answer.get("stripped")), (code, code == 0), f"auth-probe over IMAP, {name}")
        with Provider(ca, mailbox, lambda data: data) as smtp, Home() as home:
            smtp.mailbox = type("Nowhere", (), {"append": lambda *_: None})()
            rc(home, server, smtp)
            process = home.run("penfold", "auth-probe", "--wait", "3")
            tap.same(process.returncode, 75, "a letter that does not come back is 75")
            tap.ok("did not come within 3 s" in process.stderr, "and that is said", process.stderr)
    tap.done()


main()
