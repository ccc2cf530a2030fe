#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Letters out through a real Postfix (root only): STARTTLS and implicit TLS, log-in, each recipient's fate,
the bytes in the mailbox, and a server that is stopped at the moment of sending."""
import glob
import os
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "lib"))
from penfold_test import Home, Server, Tap, skip_all, wait_for  # noqa: E402

tap = Tap()


def rc(home, postfix, scheme, port):
    home.rc(f"[tls]\nca-file = {postfix.CA}", '[account "office"]',
            "address = Alice Example <alice@penfold.test>", "password = alicepw",
            f"smtp = {scheme}://alice@localhost:{port}", "imap = imaps://alice@localhost:9")


def ask(home, **request):
    return home.ask("penfold-store", request, args=("--serve",))[-1]


def queue(home, subject, to, **more):
    draft = {"from": "Alice Example <alice@penfold.test>", "to": to, "subject": subject,
             "body": "Grüße\n.dot\n\n..two\n", **more}
    answer = ask(home, op="queue-add", draft=draft)
    with open(home.path("state/penfold/queue", answer["queue_id"] + ".eml"), "rb") as f:
        return answer["queue_id"], f.read()


def entry(home, queue_id):
    return ask(home, op="queue-show", queue_id=queue_id)["entry"]


def inbox(dovecot_dir, message_id):
    """The delivered file that holds this Message-ID."""
    for path in glob.glob(os.path.join(dovecot_dir, "mail", "bob", "new", "*")):
        with open(path, "rb") as f:
            data = f.read()
        if message_id in data:
            return data
    return None


def message_id(letter):
    return letter.split(b"Message-ID: ", 1)[1].split(b"\r\n", 1)[0]


def test_arrives(home, postfix, dovecot_dir, scheme, port):
    rc(home, postfix, scheme, port)
    path = home.path("file ü.bin")
    with open(path, "wb") as f:
        f.write(bytes(range(256)) * 40)
    queue_id, letter = queue(home, f"Grüße über {scheme}", ["bob@penfold.test"],
                             bcc=["alice@penfold.test"], attachments=[{"path": path}])
    events, process = home.json_lines("penfold-send")
    tap.same(process.returncode, 0, f"{scheme}: accepted")
    tap.same(events[-1].get("sent"), 1, f"{scheme}: one letter sent")
    arrived = wait_for(lambda: inbox(dovecot_dir, message_id(letter)), what="the delivery")
    tap.ok(arrived.endswith(letter.replace(b"\r\n", b"\n")), f"{scheme}: the frozen bytes are in the mailbox")
    tap.ok(b"hidden" not in arrived and b"Bcc" not in arrived, f"{scheme}: without Bcc")
    copies = [open(p, "rb").read() for p in glob.glob(home.path("Mail/office/Sent/cur/*"))]
    tap.ok(letter in copies, f"{scheme}: and in the Sent folder")
    tap.same(entry(home, queue_id)["state"], "sent", f"{scheme}: kept as sent")


def test_fates(home):
    queue_id, _ = queue(home, "mixed", ["bob@penfold.test", "later@penfold.test", "gone@penfold.test",
                                        "full@penfold.test", "policy@penfold.test"])
    home.run("penfold-send")
    fates = {r["address"].split("@")[0]: r["state"] for r in entry(home, queue_id)["recipients"]}
    tap.same(fates, {"bob": "sent", "later": "deferred", "gone": "failed", "full": "deferred",
                     "policy": "failed"}, "each recipient has its own fate")
    ask(home, op="queue-set", queue_id=queue_id, state="hold")
    queue_id, _ = queue(home, "nobody", ["gone@penfold.test"])
    after, _ = queue(home, "after", ["bob@penfold.test"])
    home.run("penfold-send")
    tap.same([entry(home, i)["state"] for i in (queue_id, after)], ["failed", "sent"],
             "a letter that nobody gets does not disturb the next")


def test_many(home, dovecot_dir):
    letters = [queue(home, f"number {i}", ["bob@penfold.test"]) for i in range(30)]
    home.run("penfold-send")
    tap.same({entry(home, i)["state"] for i, _ in letters}, {"sent"}, "thirty letters in one run")
    arrived = [wait_for(lambda l=l: inbox(dovecot_dir, message_id(l))) for _, l in letters]
    tap.ok(all(a.endswith(l.replace(b"\r\n", b"\n")) for a, (_, l) in zip(arrived, letters)),
           "all thirty arrive as they were")


def test_stopped(home, postfix_dir, dovecot_dir):
    server = Server("postfix", postfix_dir, dovecot_dir)
    with server as postfix:
        rc(home, postfix, "submission", postfix.SUBMISSION_PORT)
    queue_id, letter = queue(home, "while it was down", ["bob@penfold.test"])
    process = home.run("penfold-send")
    tap.same(process.returncode, 75, "server stopped: try again later")
    tap.same(entry(home, queue_id)["state"], "deferred", "server stopped: the letter waits")
    with server as postfix:
        rc(home, postfix, "submission", postfix.SUBMISSION_PORT)
        home.run("penfold-send", "--all")
        tap.same(entry(home, queue_id)["state"], "sent", "server back: it leaves")
        tap.ok(wait_for(lambda: inbox(dovecot_dir, message_id(letter))), "and arrives")


def main():
    if os.getuid() != 0:
        skip_all("Postfix starts as root only; t_send.py covers the same with a stand-in")
    with Home() as home, Server("dovecot", home.path("d")):
        dovecot_dir = home.path("d")
        with Server("postfix", home.path("p"), dovecot_dir) as postfix:
            test_arrives(home, postfix, dovecot_dir, "submission", postfix.SUBMISSION_PORT)
            test_arrives(home, postfix, dovecot_dir, "smtps", postfix.SUBMISSIONS_PORT)
            test_fates(home)
            test_many(home, dovecot_dir)
        test_stopped(home, home.path("p2"), dovecot_dir)
    tap.done()


main()
