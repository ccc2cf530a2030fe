#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Filter scripts on the server (ManageSieve): listed, kept, looked at, run, fetched to the byte and deleted, on Dovecot
with Pigeonhole; nothing without TLS; and servers that lie, drip or say too much."""
import os
import socket
import subprocess
import threading

from penfold_test import Home, Server, Tap
from screen import Screen

tap = Tap()

GOOD = b'require ["fileinto"];\r\nif header :contains "subject" "\xc3\xa4\\"{3}" {\r\n  fileinto "Lists";\r\n}\r\n'
BAD = b'if header :contains "subject" "x" {\n  fileinto "Lists"\n}\n'


def rc(home, server, *more, user="alice", password="alicepw"):
    home.rc("[tls]", f"ca-file = {server.CA}", '[account "work"]', "address = alice@penfold.test",
            f"imap = imaps://{user}@localhost:{server.IMAPS_PORT}", f"password = {password}",
            f"sieve = sieve://localhost:{server.SIEVE_PORT}", *more)


def sieve(home, *args, **more):
    return home.run("penfold", "sieve", *args, **more)


def script(home, name, data):
    path = home.path(name)
    with open(path, "wb") as f:
        f.write(data)
    return path


def all_of_it(home, server):
    rc(home, server)
    good, bad = script(home, "good.sieve", GOOD), script(home, "bad.sieve", BAD)
    done = sieve(home, "list", "work")
    tap.same((done.returncode, done.stdout), (0, ""), "at first there is none")
    done = sieve(home, "check", "work", good)
    tap.same((done.returncode, done.stdout), (0, ""), "a good script is taken without a word")
    done = sieve(home, "check", "work", bad)
    tap.ok(done.returncode == 1 and "line 2" in done.stdout or "line 3" in done.stdout, "a bad one is told with its lines",
           done.stdout, done.stderr)
    done = sieve(home, "put", "work", "bad", bad)
    tap.ok(done.returncode == 1 and "error" in done.stdout, "and is not kept", done.stdout, done.stderr)
    for name in ("lists", 'odd "name\\ ü'):
        done = sieve(home, "put", "work", name, good)
        tap.same((done.returncode, done.stdout, done.stderr), (0, "", ""), f"{name} is kept")
    found, _ = home.json_lines("penfold", "sieve", "--json", "list", "work")
    tap.same({s["name"]: s["active"] for s in found[0]["scripts"]}, {"lists": False, 'odd "name\\ ü': False},
             "both are listed, none runs")
    tap.ok("fileinto" in found[0]["extensions"].split(), "with what the server can", found)
    tap.same(sieve(home, "activate", "work", 'odd "name\\ ü').returncode, 0, "one runs")
    done = sieve(home, "list", "work")
    tap.same(sorted(done.stdout.splitlines()), ["  lists", '* odd "name\\ ü'], "and is marked")
    done = subprocess.run([home.program("penfold"), "sieve", "get", "work", "lists"], capture_output=True, env=home.env, check=False)
    tap.same(done.stdout, GOOD, "it comes back to the byte")
    done = sieve(home, "delete", "work", 'odd "name\\ ü')
    tap.ok(done.returncode == 65 and "it says" in done.stderr, "the one that runs is not deleted, and that is said", done.stderr)
    tap.same(sieve(home, "deactivate", "work").returncode, 0, "none runs any more")
    tap.same([sieve(home, "delete", "work", n).returncode for n in ("lists", 'odd "name\\ ü')], [0, 0], "both are deleted")
    done = sieve(home, "get", "work", "lists")
    tap.ok(done.returncode == 1 and "refuses to give the script" in done.stderr, "what is not there is said so",
           done.returncode, done.stderr)
    done = sieve(home, "put", "work", "piped", "-", input=GOOD.decode())
    tap.same((done.returncode, sieve(home, "list", "work").stdout), (0, "  piped\n"), "a script comes from a pipe, too")
    done = sieve(home, "put", "work", "large", script(home, "large", b"# " + b"x" * (1 << 20)))
    tap.ok(done.returncode != 0 and "1024 kB" in done.stderr, "one that is too large is not sent", done.stderr)


def editor(home, *lines):
    """An editor that puts the lines into the file, the next ones each time."""
    for i, line in enumerate(lines):
        with open(home.path(f"edit{i}"), "w", encoding="utf-8") as f:
            f.write(line)
    return script(home, "editor", f"""#!/bin/sh
n=$(cat '{home.path("edits")}' 2>/dev/null || echo 0)
echo $((n + 1)) >'{home.path("edits")}'
grep -q keep-me "$1" && echo seen >'{home.path("seen")}'
cat '{home.dir}'/edit$n >"$1"
""".encode())


def edited(home, server):
    rc(home, server, "[ui]", f"editor = sh {editor(home, '# keep-me' + chr(10), 'frob;' + chr(10), 'keep;' + chr(10))}")
    done = sieve(home, "edit", "work", "mine")
    tap.same((done.returncode, sieve(home, "get", "work", "mine").stdout), (0, "# keep-me\n"), "a new script is edited and kept")
    with Screen(tap, home, 24, 90, home.program("penfold"), "sieve", "edit", "work", "mine") as screen:
        screen.wait("unknown command", "what the server does not take is told")
        screen.wait("Edit it again?")
        screen.send("y\r")
        screen.exits()
    tap.ok(os.path.exists(home.path("seen")), "the editor had what was there")
    tap.same(sieve(home, "get", "work", "mine").stdout, "keep;\n", "edited again it is kept")
    with open(home.path("edits"), "w", encoding="utf-8") as f:
        f.write("1\n")
    done = sieve(home, "edit", "work", "mine")
    left = done.stderr.split("what was edited is in ")[-1].strip()
    with open(left, encoding="utf-8") as f:
        tap.same((done.returncode, f.read()), (1, "frob;\n"), "without a terminal what was typed is kept in its file")
    os.unlink(left)
    tap.same(sieve(home, "get", "work", "mine").stdout, "keep;\n", "and the server's script is as before")


def log_ins(home, server):
    for auth in ("auto", "plain", "login", "cram-md5", "scram-sha-256", "scram-sha-1"):
        rc(home, server, f"auth = {auth}")
        done = sieve(home, "list", "work")
        tap.same((done.returncode, done.stderr), (0, ""), f"auth = {auth}")
    rc(home, server, password="wrong")
    done = sieve(home, "list", "work")
    tap.ok(done.returncode == 77 and 'account "work"' in done.stderr, "a wrong password is told", done.stderr)


class Fake:
    """A server that says what it is told to, a line of ours for each of the client's."""

    def __init__(self, *answers):
        self.answers, self.heard = answers, []
        self.socket = socket.create_server(("127.0.0.1", 0))
        self.port = self.socket.getsockname()[1]
        threading.Thread(target=self.serve, daemon=True).start()

    def serve(self):
        try:
            c, _ = self.socket.accept()
            lines = c.makefile("rb")
            for answer in self.answers:
                c.sendall(answer)
                self.heard.append(lines.readline())
            c.close()
        except OSError:
            pass


def lies(home):
    caps = b'"SASL" "PLAIN"\r\n"STARTTLS"\r\n"SIEVE" "fileinto"\r\nOK\r\n'
    clear = b'"SASL" "PLAIN"\r\n"SIEVE" "fileinto"\r\nOK\r\n'
    for name, tls, answers, code, word in (
            ("STARTTLS is refused", True, [caps, b'NO "not today"\r\n'], 76, "not today"),
            ("bytes behind the answer to STARTTLS", True, [caps, b'OK\r\n"SASL" "PLAIN"\r\nOK\r\n'], 76, "in clear"),
            ("another protocol", False, [b"220 smtp.example ESMTP\r\n"], 76, "does not speak ManageSieve"),
            ("a log-in that does not end", False, [clear] + [b'""\r\n'] * 30, None, ""),
            ("a literal without end", False, [clear, b"OK\r\n", b"{2000000}\r\n"], None, "larger than"),
            ("a goodbye", False, [b'BYE (TRYLATER) "come back\x1b[31m later"\r\n'], 75, "come back"),
            ("a list that is none", False, [clear, b"OK\r\n", b"(((\r\nOK\r\n"], 76, "does not speak")):
        fake = Fake(*answers)
        home.rc('[account "work"]', "address = alice@penfold.test", "password = secret", f"tls = {'yes' if tls else 'no'}",
                f"sieve = sieve://127.0.0.1:{fake.port}")
        done = sieve(home, "list", "work")
        good = done.returncode == code if code is not None else done.returncode not in (0, 70)
        tap.ok(good and word in done.stderr and "\x1b" not in done.stderr, f"{name}: exit {done.returncode}", done.stderr)
        tap.ok(not tls or not any(b"AUTHENTICATE" in line for line in fake.heard), f"{name}: nothing went out in clear",
               fake.heard)


def wrong_calls(home, server):
    rc(home, server)
    for args, code in ((("list",), 64), (("list", "nobody"), 78), (("get", "work"), 64), (("frob", "work"), 64),
                       (("put", "work", "x", "/nonexistent"), 66)):
        done = sieve(home, *args)
        tap.same(done.returncode, code, f"sieve {' '.join(args)}")


def main():
    os.environ["PF_SIEVE"] = "yes"
    with Home() as home, Server("dovecot", home.path("d")) as server:
        all_of_it(home, server)
        edited(home, server)
        log_ins(home, server)
        wrong_calls(home, server)
        lies(home)
    tap.done()


main()
