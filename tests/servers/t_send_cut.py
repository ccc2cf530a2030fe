#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""The connection cut after N bytes, in either direction, for many N: the letter arrives once, or is shown as
uncertain and is not sent again unasked. In clear, on loopback, so that each byte of the dialogue is one of
the protocol. SEND_CUTS=N cuts for each direction and way of sending (9); 0 for every byte."""
import os
import subprocess
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "lib"))
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from chaos import Chaos  # noqa: E402
from fake_smtp import FakeSmtp  # noqa: E402
from penfold_test import SERVERS, Home, Tap  # noqa: E402
from post import Post  # noqa: E402

CUTS = int(os.environ.get("SEND_CUTS", 9))
tap = Tap()


def aim(post, port):
    post.home.rc("[tls]", '[account "office"]', "address = Ann Example <ann@example.org>", "password = alicepw",
                 f"smtp = submission://alice@127.0.0.1:{port}", "tls = no", "imap = imap://alice@127.0.0.1:9")


def attempt(ca, options, rule):
    """(state after the cut, letters that arrived, state and letters after another run, bytes each way)."""
    with FakeSmtp(ca, tls="none", **options) as server, Post(ca, server.port) as post:
        with Chaos(post.home, server.port, *([rule] if rule else [])) as proxy:
            aim(post, proxy.port)
            queue_id = post.queue(to=["bob@example.net", "carol@example.net"])
            post.run()
            first = post.entry(queue_id)["state"], len(server.letters)
            passed = proxy.ended()[0] if not rule else None
            post.run("--all")
            return first, (post.entry(queue_id)["state"], len(server.letters)), passed


def is_right(first, second):
    if first[0] == "uncertain":
        return first[1] <= 1 and second == first
    return second == ("sent", 1) and first[0] in ("sent", "deferred")


def test_cuts(ca, name, options):
    passed = attempt(ca, options, None)[2]
    for direction in ("c2s", "s2c"):
        most = passed[direction]
        points = range(1, most) if CUTS == 0 else sorted({1 + i * (most - 2) // (CUTS - 1) for i in range(CUTS)})
        wrong, seen = [], set()
        for n in points:
            first, second, _ = attempt(ca, options, f"1:cut-{direction}={n}")
            seen.add(first[0])
            if not is_right(first, second):
                wrong.append(f"after {n} bytes: {first}, then {second}")
        tap.ok(not wrong, f"{name}, cut {direction} at {len(points)} of {most} bytes: once, or declared", *wrong)
        tap.ok(len(seen) > 1, f"{name}, {direction}: the cuts hit different moments", seen)


def main():
    with Home() as shared:
        ca = shared.path("ca")
        subprocess.run([os.path.join(SERVERS, "mkca.sh"), ca], check=True)
        test_cuts(ca, "DATA", {})
        test_cuts(ca, "CHUNKING", {"chunking": True})
    tap.done()


main()
