# SPDX-License-Identifier: GPL-3.0-or-later
"""post - a home with one account that sends through a given server, and what its queue says."""
import datetime
import glob
import json
import os
import time

from penfold_test import Home

PASSWORD = "alicepw"
DRAFT = {"from": "Ann Example <ann@example.org>", "to": ["bob@example.net"], "subject": "Grüße 日本",
         "body": "Hello\n.dot\n..two dots\n.\nend\n"}


class Post:
    """A home with one account whose server is the given one."""

    def __init__(self, ca, port, scheme="submission", host="localhost", extra=""):
        self.home = Home()
        self.home.rc(f"[tls]\nca-file = {ca}/ca.pem", '[account "office"]',
                     "address = Ann Example <ann@example.org>", f"password = {PASSWORD}",
                     f"smtp = {scheme}://alice@{host}:{port}", "imap = imaps://alice@localhost:9",
                     extra)

    def __enter__(self):
        return self

    def __exit__(self, *exc):
        self.home.__exit__(*exc)

    def queue(self, **changes):
        answer = self.home.ask("penfold-store", {"op": "queue-add", "draft": dict(DRAFT, **changes)},
                               args=("--serve",))[-1]
        return answer["queue_id"]

    def eml(self, queue_id):
        with open(self.home.path("state/penfold/queue", queue_id + ".eml"), "rb") as f:
            return f.read()

    def entry(self, queue_id):
        return self.home.ask("penfold-store", {"op": "queue-show", "queue_id": queue_id},
                             args=("--serve",))[-1]["entry"]

    def created(self, queue_id):
        text = self.entry(queue_id)["created"].replace("Z", "+00:00")
        return datetime.datetime.fromisoformat(text).timestamp()

    def set(self, queue_id, state):
        return self.home.ask("penfold-store", {"op": "queue-set", "queue_id": queue_id, "state": state},
                             args=("--serve",))[-1]

    def run(self, *args):
        events, process = self.home.json_lines("penfold-send", *args)
        return events, process

    def sent_files(self):
        return glob.glob(self.home.path("Mail/office/Sent/cur/*"))

    def sent_copies(self):
        return sorted(open(p, "rb").read() for p in self.sent_files())


class MxPost(Post):
    """A home that delivers by itself, to hosts that all are 127.0.0.1."""

    def __init__(self, ca, port, zone):
        super().__init__(ca, port)
        with open(self.home.path("zone.json"), "w") as f:
            json.dump(zone, f)
        self.home.rc(f"[tls]\nca-file = {ca}/ca.pem", f"[dns]\nzone = {self.home.path('zone.json')}",
                     '[account "office"]', "address = Ann Example <ann@example.org>", "smtp = mx",
                     "ehlo-name = out.example.org", f"mx-port = {port}", "imap = imaps://alice@localhost:9")

    def policy(self, domain, text):
        os.makedirs(self.home.path("state/penfold/mta-sts"), exist_ok=True)
        with open(self.home.path("state/penfold/mta-sts", domain), "w") as f:
            f.write(f"1 {int(time.time())}\n{text}")

    def fate(self, queue_id, address="bob@example.net"):
        return {r["address"]: r for r in self.entry(queue_id)["recipients"]}[address]
