#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is said of a damaged index, of a folder that is a file and of certificates that are not there: what it is, and what
to do; and that doing so helps."""
import os
import shutil
import socket

from penfold_test import Home, Tap

tap = Tap()
LETTER = (b"From: Bo <bo@x.example>\r\nTo: a@b.example\r\nSubject: one\r\nDate: Sat, 28 Nov 2026 10:00:00 +0000\r\n"
          b"Message-ID: <m1@x.example>\r\n\r\nText.\r\n")


def main():
    with Home() as home:
        home.rc('[account "w"]', "address = a@b.example")
        home.run("penfold", "deliver", input=LETTER)
        xapian = home.path("Mail/.notmuch/xapian")
        with open(os.path.join(xapian, "iamglass"), "r+b") as f:
            f.truncate(7)
        process = home.run("penfold", "count", "*")
        tap.ok(process.returncode == 69 and "move .notmuch/xapian there away" in process.stderr and "penfold sync" in process.stderr,
               "a damaged index: what helps is said", process.returncode, process.stderr)
        shutil.move(xapian, home.path("away"))
        home.run("penfold", "sync")
        tap.same(home.run("penfold", "count", "*").stdout.strip(), "1", "and helps")
        shutil.rmtree(home.path("Mail"))
        with open(home.path("Mail"), "w"):
            pass
        process = home.run("penfold", "count", "*")
        tap.ok(f"{home.path('Mail')}: is no folder" in process.stderr, "a file in place of the mail's folder", process.stderr)
        os.unlink(home.path("Mail"))
        with socket.create_server(("127.0.0.1", 0)) as listener:
            home.rc('[account "w"]', "address = a@b.example", "password = x",
                    f"imap = imaps://127.0.0.1:{listener.getsockname()[1]}", "[tls]", f"ca-file = {home.path('no.pem')}")
            process = home.run("penfold", "sync")
        tap.ok(process.returncode == 78 and f"{home.path('no.pem')}: No such file or directory; ca-file" in process.stderr,
               "certificates that are not there", process.returncode, process.stderr)
    tap.done()


main()
