#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Settings of mutt, aerc, mbsync and msmtp as accounts of Penfold's: what comes out is an rc file that holds, no
password is in it, and what was not taken over is said by its line."""
import json
import os
import subprocess

from penfold_test import Home, Tap

tap = Tap()

FILES = {
    "muttrc": ("""# mine
set from = "ann@example.org"
set realname = 'Ann Example'
set folder = "imaps://ann@imap.example.org/"
set record = "+Sent Items"
set smtp_url = "smtp://ann%40example.org@smtp.example.org:587/"
set imap_pass = "`pass mail`"
set smtp_pass = "geheim"
set index_format="%4C"
""", ["address = Ann Example <ann@example.org>", "imap = imaps://ann@imap.example.org", "sent = Sent Items",
      "smtp = submission://ann%40example.org@smtp.example.org:587", "password-command = pass mail"],
        ['line 9: set index_format="%4C"']),
    "accounts.conf": ("""[Personal]
source = imaps+oauthbearer://ann%40example.org:geheim@imap.example.org
outgoing = smtps://ann%40example.org@smtp.example.org
outgoing-cred-cmd = pass mail
from = Ann <ann@example.org>
copy-to = Sent
[Work]
source = imap://bo@imap.w.example
from = Bo <bo@w.example>
pgp-auto-sign = true
""", ["auth = oauth2", "imap = imaps://ann%40example.org@imap.example.org", "[account \"Work\"]",
      "imap = imap://bo@imap.w.example", "password-command = pass mail"], ["line 10: pgp-auto-sign = true"]),
    "mbsyncrc": ("""IMAPAccount work
Host imap.w.example
User ann@w.example
PassCmd "pass w"
TLSType IMAPS

IMAPStore far
Account work
""", ["imap = imaps://ann%40w.example@imap.w.example", "password-command = pass w"], []),
    "msmtprc": ("""defaults
auth on
account work
host smtp.w.example
port 587
from ann@w.example
user ann
passwordeval pass w
account default : work
""", ["smtp = submission://ann@smtp.w.example:587", "address = ann@w.example"], []),
}


def main():
    with Home() as home:
        for name, (text, wanted, lost) in FILES.items():
            path = home.path(name)
            with open(path, "w") as f:
                f.write(text)
            done = subprocess.run([home.program("penfold"), "convert", path], capture_output=True, text=True,
                                  env=home.env, check=False)
            tap.same([line for line in wanted if line not in done.stdout.splitlines()], [], f"{name}: what it says")
            tap.ok("geheim" not in done.stdout, f"{name}: no password")
            tap.same([line for line in lost if line not in done.stdout], [], f"{name}: what was not taken over")
            rc = home.path("rc-" + name)
            with open(rc, "w") as f:
                f.write(done.stdout)
            os.chmod(rc, 0o600)
            check = subprocess.run([home.program("penfold"), "--rc", rc, "config", "check", "--json"],
                                   capture_output=True, text=True, env=home.env, check=False)
            errors = [line for line in check.stdout.splitlines() if '"error"' in line]
            if name != "mbsyncrc":  # which has no address
                tap.same(errors, [], f"{name}: penfold config check finds no mistake in it")
        found = subprocess.run([home.program("penfold"), "convert", "--json", home.path("muttrc")],
                               capture_output=True, text=True, env=home.env, check=False)
        tap.same(json.loads(found.stdout)["kind"], "mutt", "as JSON too")
        with open(home.path("other"), "w") as f:
            f.write("Hello.\n")
        other = subprocess.run([home.program("penfold"), "convert", home.path("other")], capture_output=True, text=True,
                               env=home.env, check=False)
        tap.ok(other.returncode == 1 and "is no muttrc" in other.stderr, "what it does not know it says")
    tap.done()


main()
