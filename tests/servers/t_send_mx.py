#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Direct delivery (smtp = mx): mail hosts from the DNS, TLS where it works, and MTA-STS and DANE kept to.
The names come from a zone file; the hosts are servers of ours on loopback addresses."""
import hashlib
import json
import os
import socket
import ssl
import subprocess
import sys
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "lib"))
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from fake_smtp import FakeSmtp  # noqa: E402
from penfold_test import SERVERS, Home, Tap  # noqa: E402
from post import MxPost as Mx  # noqa: E402

tap = Tap()


def zone(mx=None, **more):
    mx = mx if mx is not None else [{"exchange": "localhost", "priority": 10}]
    return {"example.net": {"MX": mx}, "localhost": {"A": ["127.0.0.1"]}, **more}


def server(ca, **options):
    return FakeSmtp(ca, auth="", **options)


def test_plain_ways(ca):
    for name, options, tls in (("TLS", {}, True), ("no TLS offered", {"tls": "none"}, False),
                               ("TLS with a certificate of nobody", {"cert": "selfsigned"}, True),
                               ("TLS that is refused", {"tls": "refuse"}, False)):
        with server(ca, **options) as mx, Mx(ca, mx.port, zone()) as post:
            queue_id = post.queue()
            want = post.eml(queue_id)
            post.run()
            tap.same(post.fate(queue_id)["state"], "sent", f"{name}: the letter is delivered")
            tap.same([l.data for l in mx.letters], [want], f"{name}: the frozen bytes")
            log = json.loads(post.home.run("penfold", "queue", "show", "--json", queue_id).stdout)["log"]
            tap.same(log[0]["tls"] is not None, tls, f"{name}: the audit says whether it was encrypted")
            tap.contains(mx.commands[0], "EHLO out.example.org", f"{name}: greeted by the name of the rc")


def test_names(ca):
    null = [{"exchange": ".", "priority": 0}]
    cases = (("null MX", zone(mx=null), "failed", "takes no mail"), ("no such domain", {}, "failed", "does not exist"),
             ("the DNS is down", {"example.net": "TIMEOUT"}, "deferred", "no answer"),
             ("no MX: the domain's own address", {"example.net": {"A": ["127.0.0.1"]}}, "sent", "250"),
             ("a host without an address", zone(mx=[{"exchange": "nowhere.example", "priority": 1}]), "deferred",
              "no address"),
             ("the second host", zone(mx=[{"exchange": "dead.example", "priority": 1},
                                          {"exchange": "localhost", "priority": 2}],
                                      **{"dead.example": {"A": ["127.1.2.3"]}}), "sent", "250"))
    for name, answers, state, words in cases:
        with server(ca) as mx, Mx(ca, mx.port, answers) as post:
            queue_id = post.queue()
            post.run()
            fate = post.fate(queue_id)
            tap.same(fate["state"], state, f"{name}: {state}")
            tap.contains(fate["reply"], words, f"{name}: which is explained")


def black_hole(port):
    """Sockets that make connections to 127.1.2.3 wait for ever: nobody takes what is queued, and no more fits."""
    listener = socket.socket()
    listener.bind(("127.1.2.3", port))
    listener.listen(0)
    full = [listener]
    for _ in range(4):
        s = socket.socket()
        s.setblocking(False)
        s.connect_ex(("127.1.2.3", port))
        full.append(s)
    return full


def begin_slow(ca, server):
    """The first host lets wait until we give up, which takes longer than the DNS may: (post, letter, process)."""
    answers = zone(mx=[{"exchange": "dead.example", "priority": 1}, {"exchange": "localhost", "priority": 2}],
                   **{"dead.example": {"A": ["127.1.2.3"]}})
    post = Mx(ca, server.port, answers)
    queue_id = post.queue()
    return post, queue_id, subprocess.Popen([post.home.program("penfold-send")], env=post.home.env,
                                            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def end_slow(server, post, queue_id, process):
    process.wait()
    with post:
        tap.same((post.fate(queue_id)["state"], len(server.letters)), ("sent", 1),
                 "a first host that does not answer: the second one is found and has the letter")


def test_domains(ca):
    """One letter to two domains: each by its own server, one transaction each."""
    answers = {d: {"MX": [{"exchange": "localhost", "priority": 1}]} for d in ("example.net", "example.com")}
    answers["localhost"] = {"A": ["127.0.0.1"]}
    with server(ca) as mx, Mx(ca, mx.port, answers) as post:
        queue_id = post.queue(to=["bob@example.net", "eve@example.com", "later@example.com", "x@nowhere.test"])
        post.run()
        tap.same(sorted(l.recipients for l in mx.letters), [["bob@example.net"], ["eve@example.com"]],
                 "each domain gets its own transaction")
        tap.same({r["address"]: r["state"] for r in post.entry(queue_id)["recipients"]},
                 {"bob@example.net": "sent", "eve@example.com": "sent", "later@example.com": "deferred",
                  "x@nowhere.test": "failed"}, "each recipient has a fate")
        tap.same(len(post.sent_copies()), 1, "there is one Sent copy")


def test_many_domains(ca):
    """Several domains are sent to at a time; a letter to two of them is in one pair of hands at a time."""
    names = [f"d{n}.example" for n in range(8)]
    answers = {d: {"MX": [{"exchange": "localhost", "priority": 1}]} for d in names}
    answers["localhost"] = {"A": ["127.0.0.1"]}
    with server(ca, slow_ms=100) as mx, Mx(ca, mx.port, answers) as post:
        ids = [post.queue(subject=str(n), to=[f"bob@{names[n % 8]}", f"eve@{names[(n + 3) % 8]}"]) for n in range(16)]
        lost = post.queue(to=["bob@d0.example", "x@nowhere.test", "later@d1.example"])
        _, process = post.run()
        # a server hears of the end of a session a little late
        tap.ok(2 < mx.most_sessions <= 5, "many domains: four at a time", mx.most_sessions)
        tap.same([post.entry(i)["state"] for i in ids], ["sent"] * 16, "many domains: all letters are delivered")
        arrived = sorted((l.recipients[0], l.data.count(b"\r\nSubject: ")) for l in mx.letters)
        tap.same((len(arrived), len(mx.letters)), (33, 33), "many domains: each recipient got each letter once")
        tap.same({r["address"]: r["state"] for r in post.entry(lost)["recipients"]},
                 {"bob@d0.example": "sent", "x@nowhere.test": "failed", "later@d1.example": "deferred"},
                 "many domains: each recipient has a fate")


def test_order(ca):
    """A letter to two domains is in hand for one; what is for its reader in the other alone does not overtake it."""
    answers = {d: {"MX": [{"exchange": "localhost", "priority": 1}]} for d in ("example.net", "example.com")}
    answers["localhost"] = {"A": ["127.0.0.1"]}
    with server(ca, slow_ms=300) as mx, Mx(ca, mx.port, answers) as post:
        for n, to in enumerate((["bob@example.net", "eve@example.com"], ["bob@example.net"], ["eve@example.com"])):
            post.queue(to=to, subject=f"letter {n}")
        post.run()
        seen = {"bob@example.net": [], "eve@example.com": []}
        for letter in mx.letters:
            seen[letter.recipients[0]].append(int(letter.data.split(b"Subject: letter ")[1].split(b"\r")[0]))
        tap.same(seen, {"bob@example.net": [0, 1], "eve@example.com": [0, 2]}, "two domains: each reader in order")


def test_sts(ca):
    enforce = "version: STSv1\nmode: {}\nmx: {}\nmax_age: 86400\n"
    cases = (("a host of the policy", {}, "enforce", "localhost", "sent"),
             ("a host that is none", {}, "enforce", "mx.example.net", "deferred"),
             ("a certificate of nobody", {"cert": "selfsigned"}, "enforce", "localhost", "deferred"),
             ("a wrong name", {"cert": "wrong"}, "enforce", "localhost", "deferred"),
             ("STARTTLS stripped", {"tls": "none"}, "enforce", "localhost", "deferred"),
             ("a certificate of nobody, testing", {"cert": "selfsigned"}, "testing", "localhost", "sent"))
    for name, options, mode, host, state in cases:
        with server(ca, **options) as mx, Mx(ca, mx.port, zone()) as post:
            post.policy("example.net", enforce.format(mode, host))
            queue_id = post.queue()
            post.run()
            tap.same((post.fate(queue_id)["state"], len(mx.letters)), (state, int(state == "sent")),
                     f"MTA-STS, {name}: {state}")


def tlsa(ca, cert, usage=3):
    with open(os.path.join(ca, cert + ".pem")) as f:
        der = ssl.PEM_cert_to_DER_cert(f.read().split("-----END CERTIFICATE-----")[0] + "-----END CERTIFICATE-----\n")
    return f"{usage} 0 1 {hashlib.sha256(der).hexdigest()}"


def test_dane(ca):
    def secure(records, mx_secure=True):
        return {"example.net": {"MX": [{"exchange": "localhost", "priority": 1}], "SECURE": mx_secure},
                "localhost": {"A": ["127.0.0.1"], "SECURE": True}, "TLSA": {"TLSA": records, "SECURE": True}}
    cases = (("the key that the DNS names", {"cert": "selfsigned"}, [tlsa(ca, "selfsigned")], True, "sent"),
             ("another key", {}, [tlsa(ca, "selfsigned")], True, "deferred"),
             ("STARTTLS stripped", {"tls": "none"}, [tlsa(ca, "server")], True, "deferred"),
             ("a list that is not validated", {"cert": "selfsigned"}, [tlsa(ca, "server")], False, "sent"),
             ("keys that the DNS does not tell", {}, "TIMEOUT", True, "deferred"),
             ("records that cannot be used", {"cert": "selfsigned"}, ["1 0 1 " + "00" * 32], True, "sent"))
    for name, options, records, is_secure, state in cases:
        with server(ca, **options) as mx:
            answers = secure(records, is_secure)
            answers[f"_{mx.port}._tcp.localhost"] = answers.pop("TLSA")
            with Mx(ca, mx.port, answers) as post:
                queue_id = post.queue()
                post.run()
                tap.same((post.fate(queue_id)["state"], len(mx.letters)), (state, int(state == "sent")),
                         f"DANE, {name}: {state}")


def test_looked_at(ca):
    """penfold domain --connect: what the hosts show, without a letter."""
    hosts = [{"exchange": "localhost", "priority": 1}]
    cases = (("the key that the DNS names", {"cert": "selfsigned"}, "selfsigned", "ok", "fits its TLSA records (TLS"),
             ("another key", {}, "selfsigned", "fail", "fits none of its TLSA records: the certificate does not"),
             ("no keys named, a good certificate", {}, None, "ok", "localhost shows a certificate of its name that verifies"),
             ("nor a good one", {"cert": "selfsigned"}, None, "warn", "localhost shows no certificate that verifies: "),
             ("one of another name", {"cert": "wrong"}, None, "warn", "no certificate that verifies: "),
             ("no STARTTLS", {"tls": "none"}, None, "warn", "localhost offers no STARTTLS"),
             ("STARTTLS stripped", {"tls": "none"}, "server", "fail", "localhost offers no STARTTLS"))
    for name, options, named, result, words in cases:
        with server(ca, **options) as mx:
            zone = {"example.net": {"MX": hosts, "SECURE": True}, "localhost": {"A": ["127.0.0.1"], "SECURE": True}}
            if named:
                zone["_25._tcp.localhost"] = {"TLSA": [tlsa(ca, named)], "SECURE": True}
            with Mx(ca, mx.port, zone) as post:
                answer = post.home.run("penfold", "domain", "--json", "--connect", "--port", str(mx.port), "example.net")
                found = [c for c in json.loads(answer.stdout)["checks"] if c["name"] == "certificate"]
                tap.ok([c["result"] for c in found] == [result] and words in found[0]["text"] and not mx.letters,
                       f"looked at, {name}: {result}", found, answer.stderr)
    with server(ca) as mx:
        port = mx.port
    with Mx(ca, port, {"example.net": {"MX": hosts}, "localhost": {"A": ["127.0.0.1"]}}) as post:
        page = post.home.run("penfold", "domain", "--connect", "--port", str(port), "example.net").stdout
        tap.ok("localhost was not looked at: " in page, "looked at, nobody there: unknown", page)
        page = post.home.run("penfold", "domain", "example.net").stdout
        tap.ok("certificate " not in page, "without being asked to nobody connects", page)


def main():
    with Home() as shared:
        ca = shared.path("ca")
        subprocess.run([os.path.join(SERVERS, "mkca.sh"), ca], check=True)
        with server(ca) as slow:
            hole = black_hole(slow.port)
            waiting = begin_slow(ca, slow)
            for test in (test_plain_ways, test_names, test_domains, test_many_domains, test_order, test_sts, test_dane,
                         test_looked_at):
                test(ca)
            end_slow(slow, *waiting)
            for s in hole:
                s.close()
    tap.done()


main()
