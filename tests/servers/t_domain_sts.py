#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""penfold domain and the policy of MTA-STS: fetched from port 443 of a web server of the test's own, in a network of
its own, by the addresses that the DNS names."""
import json
import os
import subprocess
import sys

from backlog import SlowDns
from penfold_test import SERVERS, Home, Tap, skip_all
from web import Web, self_signed

DOMAIN = "good.example"
POLICY = "version: STSv1\r\nmode: {mode}\r\nmx: {mx}\r\nmax_age: 604800\r\n"
WHERE = "/.well-known/mta-sts.txt"
ZONE = {DOMAIN: {"MX": [{"exchange": "mx.good.example", "priority": 10}], "TXT": ["v=spf1 mx -all"]},
        "mx.good.example": {"A": ["198.51.100.7"]}, "_mta-sts." + DOMAIN: {"TXT": ["v=STSv1; id=1;"]},
        "mta-sts." + DOMAIN: {"A": ["127.0.0.1"]}}
CASES = [
    ("enforced", POLICY.format(mode="enforce", mx="mx.good.example"), "ok", "must use verified TLS"),
    ("by a wildcard", POLICY.format(mode="enforce", mx="*.good.example"), "ok", "must use verified TLS"),
    ("testing", POLICY.format(mode="testing", mx="mx.good.example"), "warn", "mode testing"),
    ("none", "version: STSv1\nmode: none\nmax_age: 86400\n", "warn", "mode none"),
    ("for another host", POLICY.format(mode="enforce", mx="old.good.example"), "fail", "does not name the MX host mx.good"),
    ("a wildcard is one label", POLICY.format(mode="enforce", mx="*.example"), "fail", "does not name the MX host"),
    ("no policy", "<html>hello</html>", "fail", "is no policy"),
    ("without max_age", "version: STSv1\nmode: enforce\nmx: mx.good.example\n", "fail", "is no policy"),
    ("a redirect is not followed", "https://mta-sts.good.example/elsewhere", "fail", "answers 302"),
    ("not there", None, "fail", "answers 404"),
]


def main():
    tap = Tap()
    with Home() as home, SlowDns(home, ZONE, 0) as dns:
        certificate, key = self_signed(home.dir, "mta-sts." + DOMAIN)
        web = Web((certificate, key), 443)
        home.rc("[dns]", f"server = 127.0.0.1@{dns.port}", "[tls]", "ca-file = " + certificate)

        def sts(*options):
            run = home.run("penfold", "domain", "--json", *options, DOMAIN)
            return next(c for c in json.loads(run.stdout)["checks"] if c["name"] == "mta-sts")

        for name, policy, result, words in CASES:
            web.files[WHERE] = policy if policy is None or policy.startswith("https:") else policy.encode()
            check = sts()
            tap.ok(check["result"] == result and words in check["text"], f"{name}: {result}", check)
            tap.ok(check["fix"] or result == "ok", "and what to change", check)
        tap.same(set(web.asked), {WHERE}, "nothing else is asked for")
        os.makedirs(home.path("other"))
        other, other_key = self_signed(home.path("other"), "elsewhere.example")
        web.server.socket.context.load_cert_chain(other, other_key)
        home.rc("[dns]", f"server = 127.0.0.1@{dns.port}", "[tls]", "ca-file = " + other)
        check = sts()
        tap.ok(check["result"] == "fail" and "cannot be fetched" in check["text"], "a certificate of another name", check)
    del ZONE["mta-sts." + DOMAIN]
    with Home() as home, SlowDns(home, ZONE, 0) as dns:
        home.rc("[dns]", f"server = 127.0.0.1@{dns.port}")
        run = home.run("penfold", "domain", DOMAIN)
        tap.contains(run.stdout, "mta-sts.good.example, where the policy must lie, has no address", "no such host")
    tap.done()


if os.environ.get("STS_WITHIN"):
    main()
done = subprocess.run([os.path.join(SERVERS, "netns.sh"), sys.executable, __file__],
                      env=dict(os.environ, STS_WITHIN="1"), stdin=subprocess.DEVNULL, check=False)
if done.returncode == 77:
    skip_all("the kernel gives no name spaces, and port 443 is another's")
sys.exit(done.returncode)
