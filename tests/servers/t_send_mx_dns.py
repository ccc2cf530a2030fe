#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Direct delivery with nothing assumed: mail hosts, addresses and keys over DNS that libunbound validates from a
trust anchor, policies of MTA-STS fetched over HTTPS from port 443. All of it in a network of its own."""
import hashlib
import http.server
import os
import ssl
import subprocess
import sys
import threading

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "lib"))
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from fake_smtp import FakeSmtp  # noqa: E402
from penfold_test import SERVERS, Home, Tap  # noqa: E402
from post import Post  # noqa: E402

tap = Tap()
# Policies are not fetched from addresses of the user's own networks: this one is the world's elsewhere, and here it
# is one more of the loopback interface in a network that has no other.
POLICY_ADDRESS = "11.11.11.11"


def spki_tlsa(ca, cert):
    """DANE-EE of the key (RFC 7672 3.1.1): 3 1 1."""
    der = subprocess.run(f"openssl x509 -in {ca}/{cert}.pem -pubkey -noout | openssl pkey -pubin -outform DER",
                         shell=True, check=True, capture_output=True).stdout
    return f"3 1 1 {hashlib.sha256(der).hexdigest()}"


def zone_records(domain, port, tlsa=None, sts=None):
    records = {domain: {"MX": [f"10 mx.{domain}."]}, f"mx.{domain}": {"A": ["127.0.0.1"]},
               f"mta-sts.{domain}": {"A": [POLICY_ADDRESS]}, f"_mta-sts.{domain}": {}, f"_{port}._tcp.mx.{domain}": {}}
    if tlsa:
        records[f"_{port}._tcp.mx.{domain}"] = {"TLSA": [tlsa]}
    if sts:
        records[f"_mta-sts.{domain}"] = {"TXT": [f'"v=STSv1; id={sts};"']}
    return records


class Sender(Post):
    def __init__(self, ca, port, dns):
        super().__init__(ca, port)
        with open(self.home.path("anchors"), "w") as f:
            f.write(dns.anchors())
        self.home.rc(f"[tls]\nca-file = {ca}/ca.pem", f"[dns]\nserver = 127.0.0.1@{dns.port}",
                     f"trust-anchor = {self.home.path('anchors')}", '[account "office"]',
                     "address = Ann Example <ann@example.org>", "smtp = mx", "ehlo-name = out.example.org",
                     f"mx-port = {port}", "imap = imaps://alice@localhost:9")


def test_dane(ca, signed_dns):
    cases = (("the key that the DNS names, in a certificate of nobody", "selfsigned", "selfsigned", {}, 1),
             ("another key", "server", "selfsigned", {}, 0),
             ("a zone whose signatures are wrong", "server", "server", {"bogus": True}, 0))
    for name, cert, named, more, arrives in cases:
        with FakeSmtp(ca, auth="", cert=cert) as mx:
            zone = signed_dns.Zone(zone_records("dane.test", mx.port, tlsa=spki_tlsa(ca, named)), signed=True, **more)
            with signed_dns.SignedDns({"dane.test": zone}) as dns, Sender(ca, mx.port, dns) as post:
                queue_id = post.queue(to=["bob@dane.test"])
                post.run()
                entry = post.entry(queue_id)
                tap.same((entry["state"], len(mx.letters)), ("sent" if arrives else "deferred", arrives),
                         f"DANE by DNSSEC, {name}: {'delivered' if arrives else 'not delivered'}")
                tap.ok(("dane.test", "MX") in dns.asked, f"DANE by DNSSEC, {name}: the DNS was asked", entry)
    # the same keys in a zone that nobody signed are no keys
    with FakeSmtp(ca, auth="", cert="server") as mx:
        zone = signed_dns.Zone(zone_records("plain.test", mx.port, tlsa=spki_tlsa(ca, "selfsigned")))
        with signed_dns.SignedDns({"plain.test": zone}) as dns, Sender(ca, mx.port, dns) as post:
            queue_id = post.queue(to=["bob@plain.test"])
            post.run()
            tap.same((post.entry(queue_id)["state"], len(mx.letters)), ("sent", 1),
                     "TLSA records that are not signed do not count")
    # no TLSA, and the DNS proves it: TLS where it works
    with FakeSmtp(ca, auth="", cert="selfsigned") as mx:
        zone = signed_dns.Zone(zone_records("dane.test", mx.port), signed=True)
        with signed_dns.SignedDns({"dane.test": zone}) as dns, Sender(ca, mx.port, dns) as post:
            queue_id = post.queue(to=["bob@dane.test"])
            post.run()
            tap.same((post.entry(queue_id)["state"], len(mx.letters)), ("sent", 1),
                     "a signed zone without keys asks for none")


class PolicyHost:
    """https://mta-sts.penfold.test/.well-known/mta-sts.txt on port 443."""

    def __init__(self, ca, text, cert="server", status=200, kind="text/plain"):
        self.fetched = []
        host = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_GET(self):
                host.fetched.append((self.headers["Host"], self.path))
                self.send_response(status)
                if status == 301:
                    self.send_header("Location", "https://mta-sts.penfold.test/other")
                self.send_header("Content-Type", kind)
                self.send_header("Content-Length", str(len(text)))
                self.end_headers()
                self.wfile.write(text.encode())

            def log_message(self, *_):
                pass

        class Server(http.server.ThreadingHTTPServer):
            allow_reuse_address = True

            def handle_error(self, *_):
                pass

        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(f"{ca}/{cert}.pem", f"{ca}/{cert}.key")
        self.server = Server((POLICY_ADDRESS, 443), Handler)
        self.server.socket = context.wrap_socket(self.server.socket, server_side=True)
        self.thread = threading.Thread(target=self.server.serve_forever, daemon=True)

    def __enter__(self):
        self.thread.start()
        return self

    def __exit__(self, *_):
        self.server.shutdown()
        self.server.server_close()
        self.thread.join()


POLICY = "version: STSv1\r\nmode: {}\r\nmx: {}\r\nmax_age: 86400\r\n"


def test_sts(ca, signed_dns):
    enforced, other = POLICY.format("enforce", "mx.penfold.test"), POLICY.format("enforce", "other.penfold.test")
    cases = (("a policy that is kept to", {}, enforced, {}, "sent", True),
             ("by a name with a star", {}, POLICY.format("enforce", "*.penfold.test"), {}, "sent", True),
             ("a host that it does not name", {}, other, {}, "deferred", True),
             ("a certificate of nobody", {"cert": "selfsigned"}, enforced, {}, "deferred", True),
             ("STARTTLS stripped", {"tls": "none"}, enforced, {}, "deferred", True),
             ("a policy that tests", {"tls": "none"}, POLICY.format("testing", "mx.penfold.test"), {}, "sent", True),
             ("a policy host with a wrong certificate is none", {}, other, {"cert": "wrong"}, "sent", False),
             ("nor one that sends elsewhere", {}, other, {"status": 301}, "sent", False),
             ("nor one that sends a page", {}, other, {"kind": "text/html"}, "sent", False),
             ("nor one that sends nothing", {}, "", {}, "sent", False))
    for name, options, text, host, state, is_kept in cases:
        with FakeSmtp(ca, auth="", **options) as mx, PolicyHost(ca, text, **host) as policy:
            zone = signed_dns.Zone(zone_records("penfold.test", mx.port, sts="1"))
            with signed_dns.SignedDns({"penfold.test": zone}) as dns, Sender(ca, mx.port, dns) as post:
                queue_id = post.queue(to=["bob@penfold.test"])
                post.run()
                tap.same((post.entry(queue_id)["state"], len(mx.letters)), (state, int(state == "sent")),
                         f"MTA-STS over HTTPS, {name}: {state}")
                tap.same(os.path.exists(post.home.path("state/penfold/mta-sts/penfold.test")), is_kept,
                         f"MTA-STS over HTTPS, {name}: {'remembered' if is_kept else 'not remembered'}")
                if name == "a policy that is kept to":
                    tap.same(policy.fetched, [("mta-sts.penfold.test", "/.well-known/mta-sts.txt")], "it was fetched once")
                    post.queue(to=["bob@penfold.test"])
                    post.run()
                    tap.same(len(policy.fetched), 1, "a second letter asks for the record only")


def test_remembered(ca, signed_dns):
    """A policy that was seen binds while its host is gone, and its record is suppressed (RFC 8461 5.1, 10.2)."""
    with FakeSmtp(ca, auth="") as mx:
        zone = signed_dns.Zone(zone_records("penfold.test", mx.port, sts="1"))
        with signed_dns.SignedDns({"penfold.test": zone}) as dns, Sender(ca, mx.port, dns) as post:
            with PolicyHost(ca, POLICY.format("enforce", "mx.penfold.test")):
                post.queue(to=["bob@penfold.test"])
                post.run()
            tap.same(len(mx.letters), 1, "MTA-STS remembered: the first letter")
            mx.options.tls = "none"
            zone.records["_mta-sts.penfold.test"] = {}
            queue_id = post.queue(to=["bob@penfold.test"])
            post.run()
            tap.same((post.entry(queue_id)["state"], len(mx.letters)), ("deferred", 1),
                     "who takes the record and STARTTLS away gets no letter")


def main():
    try:
        import signed_dns
    except ImportError as e:
        print(f"1..0 # SKIP {e}")
        return
    if os.environ.get("IN_NETNS") is None:
        code = subprocess.run([os.path.join(SERVERS, "netns.sh"), sys.executable, os.path.abspath(__file__)],
                              env=dict(os.environ, IN_NETNS="1")).returncode
        if code == 77:
            print("1..0 # SKIP the kernel allows no network of our own")
        sys.exit(0 if code == 77 else code)
    subprocess.run(["ip", "address", "add", POLICY_ADDRESS + "/32", "dev", "lo"], check=True)
    with Home() as shared:
        ca = shared.path("ca")
        subprocess.run([os.path.join(SERVERS, "mkca.sh"), ca], check=True)
        for test in (test_dane, test_sts, test_remembered):
            test(ca, signed_dns)
    tap.done()


main()
