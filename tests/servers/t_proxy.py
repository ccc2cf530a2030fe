#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Servers that are reached by a proxy alone: IMAP, POP3, SMTP and HTTPS, over SOCKS5 and CONNECT. The names are known
to nobody but the proxy; TLS is verified through it; where it fails nothing goes another way."""
import json
import os
import socket
import sys
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "lib"))
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from fake_smtp import FakeSmtp  # noqa: E402
from imap_account import Account, digest, letter, local_bodies  # noqa: E402
from oauth_server import OAuthServer  # noqa: E402
from penfold_test import Home, Server, Tap  # noqa: E402
from post import Post  # noqa: E402
from proxy_server import ProxyServer  # noqa: E402

tap = Tap()
IMAP, POP3, SMTP, WEB = "imap.penfold.test", "pop3.penfold.test", "smtp.penfold.test", "web.penfold.test"
NAMES = {name: "127.0.0.1" for name in (IMAP, POP3, SMTP, WEB)}


def rc(home, server, url, *extra, auth=("password = alicepw",), head=()):
    home.rc(*head, "[tls]", f"ca-file = {server.CA}", '[account "work"]', "address = Alice <alice@penfold.test>",
            *auth, f"{url.split(':')[0].rstrip('s')} = {url}", *extra)


def fetch(server):
    """Both schemes of both protocols by both kinds of proxy."""
    with ProxyServer(NAMES) as proxy:
        ways = [(f"socks5h://127.0.0.1:{proxy.port}", "name", None, f"imaps://alice@{IMAP}:{server.IMAPS_PORT}"),
                (f"socks5h://work%20mail@127.0.0.1:{proxy.port}", "name", "work mail",
                 f"imap://alice@{IMAP}:{server.IMAP_PORT}"),
                (f"http://localhost:{proxy.port}", "CONNECT", None, f"imaps://alice@{IMAP}:{server.IMAPS_PORT}"),
                (f"socks5h://127.0.0.1:{proxy.port}", "name", None, f"pop3s://alice@{POP3}:{server.POP3S_PORT}"),
                (f"http://127.0.0.1:{proxy.port}", "CONNECT", None, f"pop3://alice@{POP3}:{server.POP3_PORT}")]
        for by, kind, user, url in ways:
            what = f"{url.split(':')[0]} by {by.split(':')[0]}"
            host, port = url.split("@")[1].split(":")
            with Home() as home:
                proxy.asked.clear()
                rc(home, server, url, f"proxy = {by}")
                process = home.run("penfold-sync", "work")
                tap.same((process.returncode, local_bodies(home, "INBOX")), (0, [digest(letter(1))]),
                         f"{what}: the letter is here")
                tap.same(set(proxy.asked), {(kind, user, host, int(port))}, f"{what}: and only the proxy knew the name")


def choices(server):
    """Whose proxy it is; what is on this machine is reached without."""
    url, here = f"imaps://alice@{IMAP}:{server.IMAPS_PORT}", f"imaps://alice@localhost:{server.IMAPS_PORT}"
    with ProxyServer(NAMES) as proxy, Home() as home:
        net = ["[net]", f"proxy = socks5h://127.0.0.1:{proxy.port}"]
        rc(home, server, url, head=net)
        tap.same((home.run("penfold-sync", "work").returncode, len(proxy.asked)), (0, 1), "net.proxy is for all accounts")
        rc(home, server, url, "proxy = none", head=net)
        process = home.run("penfold-sync", "work")
        tap.ok(process.returncode == 75 and f'account "work": {IMAP}' in process.stderr and len(proxy.asked) == 1,
               "an account may do without", process.stderr)
        rc(home, server, here, head=net)
        tap.same((home.run("penfold-sync", "work").returncode, len(proxy.asked)), (0, 1), "what is here needs none")
        for bad, word in {"socks4://x:1": "socks5h:", "http://me@x:1": "in clear", "socks5h://a:b@x": "password",
                          "socks5h://x/path": "path", "socks5h://x:0": "port"}.items():
            rc(home, server, url, f"proxy = {bad}")
            process = home.run("penfold", "config", "check")
            tap.ok(process.returncode == 78 and word in process.stdout + process.stderr, f"{bad}: told by the check",
                   process.stdout, process.stderr)


def failures(server):
    """Every way in which it can fail is one sentence, 75, and no byte to anybody else."""
    url = f"imaps://alice@{IMAP}:{server.IMAPS_PORT}"
    no_answer = {"reply": [(2, "its rules do not allow"), (3, "network"), (4, "no such name"), (5, "refuses"),
                           (6, "in time"), (7, "cannot connect"), (8, "kind of address"), (99, "without saying")],
                 "method": [(255, "password"), (2, "password"), (9, "not SOCKS5")],
                 "raw": [(b"SSH-2.0-x\r\n", "not SOCKS5"), (b"\5\0\4\0\0\1\0", "not SOCKS5"), (b"\5\0\5\0\0\7x", "not SOCKS5")]}
    cases = [({option: value}, "socks5h", text) for option, list_ in no_answer.items() for value, text in list_]
    cases += [({"reply": "407 Proxy Authentication Required"}, "http", "wants a log-in"),
              ({"reply": "403 Forbidden \x1b[31m"}, "http", 'it says "403 Forbidden'), ({"raw": b"\5\0"}, "http", "no end"),
              ({"raw": b"HELLO\r\n\r\n"}, "http", "not HTTP"), ({"raw": b"HTTP/1.1 200 x\r\n" * 600}, "http", "no end")]
    bad = []
    with Home() as home:
        for options, scheme, text in cases:
            with ProxyServer(NAMES, **options) as proxy:
                rc(home, server, url, f"proxy = {scheme}://127.0.0.1:{proxy.port}")
                process = home.run("penfold-sync", "work")
                line = process.stderr.strip()
                if process.returncode != 75 or text not in line or "\n" in line or "\x1b" in line or \
                        not line.endswith("names it") or f'account "work": {IMAP}' not in line:
                    bad.append((options, process.returncode, line))
        tap.same(bad, [], f"{len(cases)} refusals and lies: each is told, with account, host and proxy")
        with ProxyServer(NAMES) as proxy:
            port = proxy.port
        rc(home, server, url, f"proxy = socks5h://127.0.0.1:{port}")
        process = home.run("penfold-sync", "work")
        tap.ok(process.returncode == 75 and "refused" in process.stderr and str(port) in process.stderr,
               "a proxy that is not there", process.stderr)
        broken = []
        for scheme, most in {"socks5h": 12, "http": 58}.items():
            for cut in range(0, most, 1 if scheme == "socks5h" else 6):
                with ProxyServer(NAMES, cut=cut) as proxy:
                    rc(home, server, url, f"proxy = {scheme}://127.0.0.1:{proxy.port}")
                    process = home.run("penfold-sync", "work")
                    if process.returncode != 75 or "ended the connection" not in process.stderr:
                        broken.append((scheme, cut, process.stderr))
        tap.same(broken, [], "cut after each byte of its answer")
        with ProxyServer(NAMES, refuse_user=True) as proxy:
            rc(home, server, url, f"proxy = socks5h://me@127.0.0.1:{proxy.port}")
            tap.contains(home.run("penfold-sync", "work").stderr, "does not know the user", "a user that it does not know")
        tap.same(os.path.exists(home.path("Mail/work/INBOX")) and local_bodies(home, "INBOX"), False, "and nothing was fetched")


def led_astray(ca):
    """A proxy that leads elsewhere finds TLS verified."""
    for cert in ("wrong", "selfsigned"):
        with FakeSmtp(ca, cert=cert, tls="implicit") as other, ProxyServer(NAMES, lead=("127.0.0.1", other.port)) as proxy, \
                Post(ca, 465, "smtps", SMTP, f"proxy = socks5h://127.0.0.1:{proxy.port}") as post:
            post.queue()
            post.run()
            tap.same((len(proxy.asked), other.letters, [c for c in other.commands if "AUTH" in c]), (1, [], []),
                     f"led to a server with another certificate ({cert}): not a word")


def sent(ca):
    for scheme in ("socks5h", "http"):
        with FakeSmtp(ca) as server, ProxyServer(NAMES) as proxy, \
                Post(ca, server.port, "submission", SMTP, f"proxy = {scheme}://127.0.0.1:{proxy.port}") as post:
            want = post.eml(post.queue())
            post.run()
            tap.same([l.data for l in server.letters], [want], f"a letter leaves by {scheme}, byte by byte")
            tap.same({host for _, _, host, _ in proxy.asked}, {SMTP}, "and only to its server")


def web(server, ca):
    """HTTPS of the account goes by its proxy: a token is renewed where only the proxy can go."""
    authority = OAuthServer(ca)
    base = f"https://{WEB}:{authority.port}"
    with ProxyServer(NAMES) as proxy, Home() as home:
        os.makedirs(home.path("state/penfold"), exist_ok=True)
        authority.refresh["refresh-0"] = True
        with open(home.path("state/penfold/oauth-work.json"), "w") as f:
            json.dump({"access_token": "old", "refresh_token": "refresh-0", "expires": int(time.time()) - 9}, f)
        os.chmod(f.name, 0o600)
        rc(home, server, f"imaps://alice@{IMAP}:{server.IMAPS_PORT}", f"proxy = http://127.0.0.1:{proxy.port}",
           f"oauth-token-url = {base}/token", "oauth-client-id = penfold-test",
           f"oauth-authorize-url = {base}/authorize", auth=("auth = oauth2",))
        home.env["NO_PROXY"] = "*"
        home.run("penfold-sync", "work")
        tap.ok(("CONNECT", None, WEB, authority.port) in proxy.asked, "a token is asked for by the proxy, whatever NO_PROXY says",
               proxy.asked)
        tap.same([form["grant_type"] for form in authority.asked], ["refresh_token"], "and given")


def unresolved():
    """The test's names are nobody's but the proxy's."""
    try:
        socket.getaddrinfo(IMAP, None)
        return False
    except OSError:
        return True


def main():
    tap.ok(unresolved(), "no resolver here knows the names")
    with Home() as house, Server("dovecot", house.path("d")) as server:
        Account(server).append("INBOX", letter(1))
        fetch(server)
        choices(server)
        failures(server)
        ca = os.path.dirname(server.CA)
        led_astray(ca)
        sent(ca)
        web(server, ca)
    tap.done()


main()
