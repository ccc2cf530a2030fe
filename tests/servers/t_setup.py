#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""penfold setup: servers by autoconfig, SRV, the list of providers; the log-in tested; the account added at the
end of the rc file, whose other bytes stay as they are; the questions on an empty home."""
import http.server
import json
import os
import pty
import select
import ssl
import stat
import threading
import time

from penfold_test import Home, Server, Tap
from fake_smtp import FakeSmtp
from imap_account import Account, letter

tap = Tap()
XML = """<?xml version="1.0"?>
<clientConfig version="1.1"><emailProvider id="penfold.test">
  <domain>penfold.test</domain><displayName>Test &amp; co</displayName>
  <incomingServer type="imap"><hostname>localhost</hostname><port>1</port><socketType>plain</socketType>
    <authentication>password-cleartext</authentication></incomingServer>
  <incomingServer type="imap"><hostname>localhost</hostname><port>{imaps}</port><socketType>SSL</socketType>
    <username>{user}</username><authentication>password-cleartext</authentication></incomingServer>
  <outgoingServer type="smtp"><hostname>localhost</hostname><port>{smtps}</port><socketType>SSL</socketType>
    <username>{user}</username><authentication>password-cleartext</authentication></outgoingServer>
</emailProvider></clientConfig>
"""


class Https:
    """Answers one text, on a port of localhost."""

    def __init__(self, ca):
        self.text, self.asked = b"", []
        outer = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_GET(self):
                outer.asked.append(self.path)
                self.send_response(200 if outer.text else 404)
                self.send_header("Content-Length", str(len(outer.text)))
                self.end_headers()
                self.wfile.write(outer.text)

            def log_message(self, *_):
                pass

        self.server = http.server.HTTPServer(("127.0.0.1", 0), Handler)
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(f"{ca}/server.pem", f"{ca}/server.key")
        self.server.socket = context.wrap_socket(self.server.socket, server_side=True)
        self.port = self.server.server_address[1]
        threading.Thread(target=self.server.serve_forever, daemon=True).start()


def write_zone(home, records):
    with open(home.path("zone.json"), "w") as f:
        json.dump(records, f)


def settings(home, server, web):
    return ["[tls]", f"ca-file = {server.CA}", "[dns]", f"zone = {home.path('zone.json')}", "[setup]",
            f"autoconfig = https://localhost:{web.port}/%d.xml"]


def read(path):
    with open(path, encoding="utf-8") as f:
        return f.read()


def setup(home, *args, password="alicepw\n"):
    return home.run("penfold", "setup", *args, input=password)


def by_autoconfig(home, server, web, smtps):
    write_zone(home, {})
    home.rc(*settings(home, server, web), "# my own line; it stays", "[ui]", "ascii=yes   ")
    before = read(home.rc_path)
    web.text = XML.format(imaps=server.IMAPS_PORT, smtps=smtps, user="%EMAILLOCALPART%").encode()
    process = setup(home, "Alice Example <alice@penfold.test>")
    after = read(home.rc_path)
    tap.same(process.returncode, 0, "autoconfig: done")
    tap.ok(after.startswith(before), "what stood in the rc file stands there", after)
    added = after[len(before):]
    tap.ok("address = Alice Example <alice@penfold.test>" in added and
           f"imap = imaps://alice@localhost:{server.IMAPS_PORT}" in added and
           f"smtp = smtps://alice@localhost:{smtps}" in added and "password = alicepw" in added and
           '[account "penfold"]' in added and "autoconfig" in added, "the account is there, with a comment", added)
    tap.same(stat.S_IMODE(os.stat(home.rc_path).st_mode), 0o600, "and only its owner can read it")
    tap.same(web.asked, ["/penfold.test.xml"], "nothing but the domain was told")
    tap.ok("alicepw" not in process.stdout + process.stderr, "the password is shown nowhere", process.stderr)
    tap.same(home.run("penfold", "sync").returncode, 0, "penfold sync works at once")
    process = setup(home, "alice@penfold.test")
    tap.ok(process.returncode == 78 and 'account "penfold"' in process.stderr, "a second time: told", process.stderr)
    tap.same(read(home.rc_path), after, "and nothing is changed")


def by_dns(home, server, web, smtps):
    web.text = b""
    os.chmod(home.rc_path, 0o644)
    for suffix in ("penfold.test", "other.test"):
        home.rc(*settings(home, server, web))
        target = "localhost"
        write_zone(home, {f"_imaps._tcp.{suffix}": {"SRV": [
            {"target": "nowhere.invalid", "port": 993, "priority": 0, "weight": 9},
            {"target": target, "port": server.IMAPS_PORT, "priority": 1, "weight": 1}]},
            f"_submissions._tcp.{suffix}": {"SRV": [
                {"target": target, "port": smtps, "priority": 0, "weight": 1}]}})
        process = setup(home, f"alice@{suffix}")
        # localhost is not below the domain, and the answer is not signed
        tap.ok(process.returncode == 69 and "nobody signed" in process.stderr,
               f"{suffix}: an unsigned SRV record to another domain is not believed", process.stderr)
    home.rc(*settings(home, server, web))
    write_zone(home, {"_imaps._tcp.localhost": {"SRV": [
        {"target": "localhost", "port": server.IMAPS_PORT, "priority": 1, "weight": 1}]},
        "_submissions._tcp.localhost": {"SRV": [{"target": "localhost", "port": smtps, "priority": 0, "weight": 1}]}})
    process = home.run("penfold", "setup", "--json", "alice@localhost", input="alicepw\n")
    lines = [json.loads(x) for x in process.stdout.splitlines()]
    tap.ok(process.returncode == 0 and lines[-1]["event"] == "done" and
           lines[-1]["imap"] == f"imaps://localhost:{server.IMAPS_PORT}" and lines[-1]["source"] == "the DNS",
           "SRV within the domain, as JSON", process.stdout, process.stderr)


def refusals(home, server, web, smtps):
    home.rc(*settings(home, server, web))
    before = read(home.rc_path)
    write_zone(home, {})
    for args, password, code, text in (
            (["alice@nowhere.invalid"], "x\n", 69, "no mail server for nowhere.invalid"),
            (["alice@tuta.com"], "x\n", 69, "Tuta offers neither"),
            (["no address"], "x\n", 78, "no address"),
            (["--imap", f"imaps://localhost:{server.IMAPS_PORT}", "alice@penfold.test"], "wrong\n", 77, "refused"),
            (["--imap", f"imaps://localhost:{server.IMAPS_PORT}", "alice@penfold.test"], "", 77, "no password"),
            (["--imap", f"imaps://127.0.0.2:{server.IMAPS_PORT}", "alice@penfold.test"], "alicepw\n", 76, "certificate"),
            (["--imap", "imap.example.org", "alice@penfold.test"], "alicepw\n", 78, "imaps://"),
            (["--nonsense"], "", 64, "no option --nonsense"),
            ([], "", 64, "no address")):
        process = setup(home, *args, password=password)
        tap.ok(process.returncode == code and text in process.stderr, f"{args}: {code}, told", process.returncode,
               process.stderr)
    tap.same(read(home.rc_path), before, "and the rc file is as it was")
    process = setup(home, "--imap", f"imaps://localhost:{server.IMAPS_PORT}", "--smtp", f"smtps://localhost:{smtps}",
                    "--password-command", "printf alicepw", "--account", "mine", "alice@penfold.test", password="")
    tap.ok(process.returncode == 0 and '[account "mine"]' in read(home.rc_path) and
           "password-command = printf alicepw" in read(home.rc_path) and "password = " not in read(home.rc_path),
           "servers, name and password-command by options", process.stderr)


def talk(home, answers, until, seconds=20):
    """Run penfold on a terminal; each answer when its question is there. All that was printed."""
    pid, fd = pty.fork()
    if pid == 0:
        os.environ.update(home.env, TERM="xterm-256color")
        os.execv(home.program("penfold"), ["penfold"])
    seen, end, answers = b"", time.monotonic() + seconds, list(answers)
    while time.monotonic() < end and until not in seen:
        if answers and answers[0][0] in seen:
            os.write(fd, answers.pop(0)[1])
        if select.select([fd], [], [], 0.05)[0]:
            try:
                seen += os.read(fd, 65536)
            except OSError:
                break
    try:
        os.write(fd, b"q")
        while select.select([fd], [], [], 2)[0] and os.read(fd, 65536):
            pass
    except OSError:
        pass
    os.close(fd)
    os.waitpid(pid, 0)
    return seen.decode("utf-8", "replace")


def empty_home(home, server, web, smtps):
    home.rc(*settings(home, server, web))
    web.text = XML.format(imaps=server.IMAPS_PORT, smtps=smtps, user="%EMAILLOCALPART%").encode()
    seen = talk(home, [(b"mail address:", b"alice@penfold.test\n"), (b"are to see it", b"Alice Example\n"),
                       (b"Password of", b"wrong\n"), (b"refused the log-in", b"alicepw\n")], b"Inbox")
    tap.ok("Welcome" in seen and "wrong" not in seen and "alicepw" not in seen, "the questions; passwords are not shown",
           seen)
    tap.ok("refused the log-in" in seen and "Inbox" in seen, "a mistyped password is asked for again, then the screen",
           seen)
    tap.ok("Alice Example <alice@penfold.test>" in read(home.rc_path), "the account is written", read(home.rc_path))
    home.rc()
    seen = talk(home, [(b"mail address:", b"\n")], b"\x1b[?1049h")
    tap.ok("Welcome" in seen and "\x1b[?1049h" in seen, "an empty answer goes on without an account", seen)


def nobody_tells(home, server, web):
    """No source knows a server: the person is asked for it, and told why, before the screen covers that."""
    home.rc(*settings(home, server, web))
    web.text = b""
    write_zone(home, {})
    seen = talk(home, [(b"mail address:", b"alice@nowhere.invalid\n"), (b"are to see it", b"Alice Example\n"),
                       (b"fetched from", b"no host\n"), (b"no host\"", b"alice@elsewhere.invalid\n"),
                       (b"server for elsewhere.invalid was found", f"localhost:{server.IMAPS_PORT}\n".encode()),
                       (b"Password of", b"alicepw\n")], b"Inbox", 40)
    tap.ok("no mail server for nowhere.invalid was found" in seen and "fetched from" in seen and "Inbox" in seen,
           "nobody names a server: it is asked for, until there is one", seen)
    tap.ok(f"localhost:{server.IMAPS_PORT}" in read(home.rc_path) and "the servers are from you" in
           read(home.rc_path), "and the account is written", read(home.rc_path))
    tap.ok("alice@elsewhere.invalid" in read(home.rc_path) and "nowhere" not in read(home.rc_path),
           "with the address that was typed again", read(home.rc_path))
    home.rc(*settings(home, server, web))
    seen = talk(home, [(b"mail address:", b"alice@nowhere.invalid\n"), (b"are to see it", b"Alice\n"),
                       (b"fetched from", b"\n")], b"No account was written", 40)
    tap.ok("No account was written" in seen and "\x1b[?1049h" not in seen, "why there is none stays to be read", seen)


def self_signed(home, server, web):
    """A server that only a fingerprint vouches for: the person is asked, and nobody else."""
    home.rc(*settings(home, server, web))
    port = f"localhost:{server.IMAPS_PORT}"
    with open(home.rc_path) as f:
        text = f.read()
    with open(home.rc_path, "w") as f:
        f.write(text.replace(server.CA, os.path.dirname(server.CA) + "/selfsigned.pem"))
    seen = talk(home, [(b"mail address:", b"alice@nowhere.invalid\n"), (b"are to see it", b"Alice\n"),
                       (b"fetched from", port.encode() + b"\n"), (b"Password of", b"alicepw\n"), (b"Take it?", b"y\n")],
                b"Inbox", 40)
    tap.ok("NOT trusted" in seen and "Inbox" in seen and port in read(home.rc_path), "taken by its fingerprint", seen)
    home.rc(*settings(home, server, web))
    process = setup(home, "--imap", f"imaps://127.0.0.2:{server.IMAPS_PORT}", "alice@penfold.test")
    tap.ok("account" not in process.stderr and "`penfold setup` on a terminal shows it" in process.stderr,
           "no sentence names an account that is not there yet", process.stderr)


def others_home(home, server, web, smtps):
    """mbsync's and msmtp's files are in the home: one question, and they are taken."""
    home.rc(*settings(home, server, web))
    with open(home.path(".mbsyncrc"), "w") as f:
        f.write(f'IMAPAccount work\nHost localhost\nPort {server.IMAPS_PORT}\nUser alice\nSSLType IMAPS\nPassCmd "printf alicepw"\n')
    with open(home.path(".msmtprc"), "w") as f:
        f.write(f"account work\nhost localhost\nport {smtps}\ntls on\ntls_starttls off\nfrom alice@penfold.test\nuser alice\n")
    seen = talk(home, [(b"take accounts from there", b"y\n"), (b"are to see it", b"Alice Example\n"),
                       (b"Write this to", b"y\n")], b"Inbox")
    tap.ok("Found ~/.mbsyncrc and ~/.msmtprc" in seen and "Welcome" not in seen and "Inbox" in seen,
           "what other programs have is offered first", seen)
    tap.ok('[account "work"]' in read(home.rc_path) and "smtp = smtps://alice@localhost" in read(home.rc_path), "and written",
           read(home.rc_path))
    home.rc()
    seen = talk(home, [(b"take accounts from there", b"n\n"), (b"mail address:", b"\n")], b"\x1b[?1049h")
    tap.ok("Welcome" in seen, "no is an answer, too", seen)
    os.unlink(home.path(".mbsyncrc"))
    os.unlink(home.path(".msmtprc"))


def main():
    with Home() as home, Server("dovecot", home.path("d")) as server:
        Account(server).append("INBOX", letter(1))
        ca = os.path.dirname(server.CA)
        web = Https(ca)
        with FakeSmtp(ca, tls="implicit") as smtp:
            by_autoconfig(home, server, web, smtp.port)
            by_dns(home, server, web, smtp.port)
            refusals(home, server, web, smtp.port)
            empty_home(home, server, web, smtp.port)
            nobody_tells(home, server, web)
            self_signed(home, server, web)
            others_home(home, server, web, smtp.port)
    tap.done()


main()
