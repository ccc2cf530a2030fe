#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Leaving a list with one click: one POST as RFC 8058 wants it, to nobody but the host that a signature
stands for, and not because a letter merely says so."""
import json

from penfold_test import Home, Tap
from web import Web, self_signed

tap = Tap()
VERDICT = {"verdict": "pass", "dkim": [{"d": "list.example", "result": "pass", "signed": [
    "from", "list-unsubscribe", "list-unsubscribe-post"]}]}


def letter(home, url):
    path = home.path("letter")
    with open(path, "w") as f:
        f.write(f"From: news@list.example\nList-Unsubscribe: <{url}>, <mailto:leave@list.example>\n"
                "List-Unsubscribe-Post: List-Unsubscribe=One-Click\n\nNews.\n")
    return path


def ask(home, url, verdict=VERDICT, post=True):
    answer = home.ask("penfold-auth", {"op": "unsubscribe", "path": letter(home, url), "post": post,
                                       "verdict": verdict}, args=("--serve",))[-1]
    return answer.get("offer"), answer.get("error")


with Home() as home:
    certificate = self_signed(home.dir, "localhost")
    web = Web(certificate)
    url = f"https://localhost:{web.port}/leave?id=7"
    with open(home.path("zone"), "w") as f:
        f.write("{}")
    dns = ["[dns]", "zone = " + home.path("zone")]
    home.rc(*dns, "[tls]", "ca-file = " + certificate[0])

    offer, _ = ask(home, url, post=False)
    tap.same((offer["one_click"], offer["host"], offer["domain"], web.posted),
             (True, "localhost", "list.example", []), "an offer is shown, and nobody is asked")
    offer, _ = ask(home, url)
    tap.same((offer["done"], offer["status"]), (True, 200), "one click leaves the list")
    tap.same(web.posted, [("/leave?id=7", "application/x-www-form-urlencoded",
                           "List-Unsubscribe=One-Click", None, None)], "by one request without traces")
    web.posted.clear()
    unsigned = {"verdict": "pass", "dkim": [{"d": "list.example", "result": "pass", "signed": ["from"]}]}
    offer, _ = ask(home, url, unsigned)
    tap.same((offer["one_click"], web.posted), (False, []), "an offer that no signature covers is not followed")
    web.status = 302
    offer, _ = ask(home, url)
    tap.same((offer["done"], len(web.posted), web.asked), (False, 1, []), "a redirect is told, not followed")
    web.posted.clear()
    home.rc(*dns)
    _, error = ask(home, url)
    tap.ok(error and web.posted == [], "an address of this machine is refused", error)

    done = home.run("penfold", "unsubscribe", letter(home, url), "--json")
    offer = json.loads(done.stdout)
    tap.same((done.returncode, offer["one_click"]), (1, False), "the command judges what it is given")
tap.done()
