#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the queue tells afterwards: reports in the inbox, the audit and its figures, addresses that gave
trouble, pauses of single recipients, reports that arrive, letters of which nobody knows."""
import contextlib
import email
import email.policy
import email.utils
import json
import os
import sqlite3
import subprocess
import sys
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "lib"))
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from fake_smtp import FakeSmtp  # noqa: E402
from penfold_test import SERVERS, Home, Tap, wait_for  # noqa: E402
from post import Post  # noqa: E402

tap = Tap()


def report_of(home, path):
    return json.loads(home.run("penfold", "report", "--json", path).stdout)


def delivered(events):
    return [e["path"] for e in events if e["event"] == "delivered"]


def penfold(post, *args):
    return json.loads(post.home.run("penfold", *args, "--json").stdout)


def test_bounce(ca):
    """A refused letter is told of in the inbox, once, by a report that any program can read."""
    with FakeSmtp(ca) as server, Post(ca, server.port) as post:
        queue_id = post.queue(to=["bob@example.net", "gone@example.net", "policy@example.net"])
        paths = delivered(post.run()[0])
        tap.same(len(paths), 1, "a refused letter: one message in the inbox")
        report = report_of(post.home, paths[0])
        tap.same({r["address"]: (r["action"], r["status"]) for r in report["recipients"]},
                 {"gone@example.net": ("failed", "5.1.1"), "policy@example.net": ("failed", "5.7.1")},
                 "it names the failed recipients and their codes")
        tap.same(report["envelope_id"], queue_id, "and the letter")
        with open(paths[0], "rb") as f:
            message = email.message_from_binary_file(f, policy=email.policy.default)
        tap.same(message.get_content_type(), "multipart/report", "another parser reads it, too")
        tap.same([p.get_content_type() for p in message.iter_parts()],
                 ["text/plain", "message/delivery-status", "text/rfc822-headers"], "with its three parts")
        tap.contains(message.get_payload(0).get_content(), "the mailbox does not exist", "and says why in words")
        whole, *each = message.get_payload(1).get_payload()
        tap.same((whole["Reporting-MTA"], whole["Original-Envelope-Id"], len(each)), ("dns; localhost", queue_id, 2),
                 "RFC 3464 2.2: the fields of the letter")
        tap.same([(r["Final-Recipient"], r["Action"], r["Status"], r["Diagnostic-Code"].split(";")[0]) for r in each],
                 [("rfc822; gone@example.net", "failed", "5.1.1", "smtp"),
                  ("rfc822; policy@example.net", "failed", "5.7.1", "smtp")], "RFC 3464 2.3: and of each recipient")
        tap.ok(all(email.utils.parsedate_to_datetime(d) for d in [whole["Arrival-Date"], *(r["Last-Attempt-Date"] for r in each)]),
               "with dates that are some")
        tap.same((message["Auto-Submitted"], message.defects, [p.defects for p in message.walk() if p.defects]),
                 ("auto-replied", [], []), "nothing of it is out of form")
        tap.same(delivered(post.run("--all")[0]), [], "it is told once")
        tap.same([a["address"] for a in penfold(post, "queue", "addresses")], ["gone@example.net"],
                 "the address that is not there is remembered")
        answers = post.home.ask("penfold-store", {"op": "check", "draft": {
            "from": "ann@example.org", "to": ["Gone@example.net"], "subject": "again", "body": "b"}},
            args=("--serve",))[-1]
        tap.ok(answers["ok"] and [f["where"] for f in answers["findings"] if f["code"] == "recipient-bounced"] ==
               ["Gone@example.net".lower()], "and warned about on the next letter", answers)
        tap.same(post.home.run("penfold", "queue", "forget", "gone@example.net").returncode, 0, "it can be cleared")
        tap.same(penfold(post, "queue", "addresses"), [], "and is forgotten then")


def test_both(ca):
    """One recipient is refused and another put off: the first is told of at once, and both stand in the list."""
    with FakeSmtp(ca, dsn=True) as server, Post(ca, server.port) as post:
        queue_id = post.queue(to=['Bob <bob@example.net>, "Late, \\"L\\"" <later@example.net>'], cc=["gone@example.net"],
                              bcc=["dora@example.net"])
        paths = delivered(post.run()[0])
        tap.same([report_of(post.home, p)["recipients"][0]["address"] for p in paths], ["gone@example.net"],
                 "refused and put off: a report at once on who was refused")
        text = post.home.run("penfold", "queue", "list").stdout
        for words in ("deferred", "gone@example.net  failed: the mailbox does not exist",
                      "later@example.net  deferred: the mailbox is not in use", "bob@example.net  sent"):
            tap.contains(text, words, "the list has each of them: " + words.split(":")[0])
        entry = post.entry(queue_id)
        tap.same((entry["state"], entry["next_try"] is not None), ("deferred", True), "the letter goes on for who waits")
        tap.contains(entry["reason"], "does not exist", "and its reason is what is worse")
        tap.same(delivered(post.run("--all")[0]), [], "who was refused is not told of again")
        shown = post.home.run("penfold", "queue", "cancel", queue_id)
        tap.contains(shown.stdout, "kept among the drafts, without those who have the letter", "taken back: it is a draft")
        kept = post.home.ask("penfold-store", {"op": "draft-list"}, args=("--serve",))[-1]["drafts"]
        draft = post.home.ask("penfold-store", {"op": "draft-get", "draft_id": kept[0]["draft_id"]}, args=("--serve",))[-1]["draft"]
        tap.same((draft["to"], draft["cc"], draft["bcc"]), (['"Late, \\"L\\"" <later@example.net>'], ["gone@example.net"], []),
                 "to those who do not have it")
        again = post.queue(**{k: draft[k] for k in ("to", "cc", "bcc")})
        tap.same([r["address"] for r in post.entry(again)["recipients"]], ["later@example.net", "gone@example.net"],
                 "and it can be sent like that")
        held = post.queue(to=["bob@example.net"])
        answer = post.home.ask("penfold-store", {"op": "queue-set", "queue_id": held, "state": "cancel"}, args=("--serve",))[-1]
        tap.same((answer["draft"]["to"], answer["had"], "draft_id" in answer), (["bob@example.net"], [], False),
                 "one that nobody has comes back whole")


def test_late(ca):
    with FakeSmtp(ca) as server, Post(ca, server.port, extra="[queue]\nwarn = 1s") as post:
        queue_id = post.queue(to=["later@example.net"])
        told = delivered(post.run()[0])  # on a slow machine it is late by now
        written = post.created(queue_id)
        wait_for(lambda: time.time() - written > 2)
        told += [path for _ in range(3) for path in delivered(post.run("--all")[0])]
        tap.same(len(told), 1, "a letter that is late is told of, once")
        report = report_of(post.home, told[0])["recipients"][0]
        tap.same((report["action"], report["status"]), ("delayed", "4.2.1"), "as delayed")
        tap.ok(report["will_retry_until"], "with the end of the attempts")


def test_expire(ca):
    """After `expire` nothing is tried any more: who has the letter has it, the others are told of as failed."""
    with FakeSmtp(ca) as server, Post(ca, server.port, extra="[queue]\nexpire = 2s\nwarn = 0") as post:
        queue_id = post.queue(to=["later@example.net", "bob@example.net"])
        written = post.created(queue_id)
        told = delivered(post.run()[0])
        wait_for(lambda: time.time() - written > 3)
        told += delivered(post.run("--all")[0])
        entry = post.entry(queue_id)
        tap.same({r["address"]: r["state"] for r in entry["recipients"]},
                 {"later@example.net": "failed", "bob@example.net": "sent"}, "expiry: only who waited fails")
        tap.contains(entry["reason"], "the last answer was: the mailbox is not in use (450", "and it says why")
        tap.same(len(told), 1, "it is told of")
        report = report_of(post.home, told[0])["recipients"]
        tap.same([(r["address"], r["action"], r["status"]) for r in report], [("later@example.net", "failed", "5.4.7")],
                 "as a delivery time that expired")
        tap.same(penfold(post, "queue", "addresses"), [], "which says nothing against the address")
        n = len([c for c in server.commands if c.startswith("RCPT")])
        post.run("--all")
        tap.same(len([c for c in server.commands if c.startswith("RCPT")]), n, "and nobody is tried again")


def test_own_pace(ca):
    """Each recipient has a pause of its own; a run that is due does not hurry the others."""
    with FakeSmtp(ca) as server, Post(ca, server.port, extra="[queue]\nretry = 4h") as post:
        queue_id = post.queue(to=["later@example.net", "full@example.net", "bob@example.net"])
        post.run()
        entry = post.entry(queue_id)
        waits = {r["address"]: r["next_try"] for r in entry["recipients"]}
        tap.ok(waits["later@example.net"] != waits["full@example.net"], "pauses are spread", waits)
        tap.same(waits["bob@example.net"], None, "who has it waits for nothing")
        tap.same(entry["next_try"], min(w for w in waits.values() if w), "the letter is due with the first")
        n = len([c for c in server.commands if c.startswith("RCPT")])
        post.run()
        tap.same(len([c for c in server.commands if c.startswith("RCPT")]), n, "before that nobody is tried")


def test_audit(ca):
    with FakeSmtp(ca) as server, Post(ca, server.port) as post:
        queue_id = post.queue(to=["bob@example.net", "gone@example.net"], subject="secret plans")
        post.run()
        process = post.home.run("penfold", "stats", "--log", "--json")
        lines = [json.loads(line) for line in process.stdout.splitlines()]
        tap.same([(l["letter"], l["domain"], l["state"], l["code"]) for l in lines],
                 [(queue_id, "example.net", "sent", 250), (queue_id, "example.net", "failed", 550)],
                 "the audit has a line for each recipient")
        tap.ok(all(l["host"] == "localhost" and l["tls"].startswith("TLSv1") for l in lines),
               "with host and TLS version", lines)
        tap.ok("secret" not in process.stdout, "and no content")
        stats = penfold(post, "stats")
        tap.same((stats["totals"]["sent"], stats["totals"]["failed"]), (1, 1), "the figures count them")
        tap.same(stats["codes"], {"250 2.0.0": 1, "550 5.1.1": 1}, "and the replies")
        tap.contains(post.home.run("penfold", "stats").stdout, "example.net", "as a table for people, too")
        tap.same(len(penfold(post, "queue", "show", queue_id)["log"]), 2, "queue show tells what was tried")


def dsn(queue_id, address, action, status):
    return (f"Return-Path: <>\nFrom: MAILER-DAEMON@mx.example.net\nTo: ann@example.org\nSubject: report\n"
            f"Message-ID: <{queue_id}.{action}@mx.example.net>\nDate: Sat, 28 Nov 2026 10:00:00 +0000\n"
            "MIME-Version: 1.0\nContent-Type: multipart/report; report-type=delivery-status; boundary=b\n\n"
            "--b\nContent-Type: message/delivery-status\n\nReporting-MTA: dns; mx.example.net\n"
            f"Original-Envelope-Id: {queue_id}\n\nFinal-Recipient: rfc822; {address}\nAction: {action}\n"
            f"Status: {status}\nDiagnostic-Code: smtp; what the server said\n\n--b--\n")


def test_reports(ca):
    """Delivery reports that arrive are brought to the letter."""
    zone = os.path.join(ca, "zone.json")
    with open(zone, "w") as f:
        f.write("{}")
    with FakeSmtp(ca) as server, Post(ca, server.port, extra=f"[dns]\nzone = {zone}") as post:
        queue_id = post.queue(to=["bob@example.net", "eve@example.com"])
        penfold_run = post.home.run("penfold", "queue", "run")
        tap.same(penfold_run.returncode, 0, "the letter is sent")
        for text in (dsn(queue_id, "bob@example.net", "delivered", "2.1.5"),
                     dsn(queue_id, "eve@example.com", "failed", "5.1.1"),
                     dsn("strange1", "bob@example.net", "failed", "5.1.1")):
            tap.same(post.home.run("penfold", "deliver", "--account", "office", input=text).returncode, 0,
                     "a report is taken in")
        post.queue()
        post.home.run("penfold", "queue", "run")  # which looks at what arrived, too
        shown = penfold(post, "queue", "show", queue_id)
        tap.same({r["address"]: r["report"] and r["report"]["state"] for r in shown["recipients"]},
                 {"bob@example.net": "delivered", "eve@example.com": "failed"}, "queue show has what they say")
        rows = [json.loads(l) for l in
                post.home.run("penfold", "search", "--json", "tag:failed and tag:delivered").stdout.splitlines()]
        tap.same(len(rows), 1, "and the letter's own copy has it as tags")
        tap.same([a["address"] for a in penfold(post, "queue", "addresses")], ["eve@example.com"],
                 "the address that bounced is remembered")


def test_arrived(ca):
    with FakeSmtp(ca, cut="dot") as server, Post(ca, server.port) as post:
        queue_id = post.queue()
        post.run()
        tap.same(post.entry(queue_id)["state"], "uncertain", "the answer is lost: uncertain")
        tap.same(penfold(post, "queue", "arrived", queue_id)["state"], "sent", "the user can say that it arrived")
        post.run()
        tap.same((len(server.letters), len(post.sent_copies())), (1, 1), "then it is filed, and not sent again")


def test_found(ca):
    """The server filed what it took: the copy that a sync brings settles an uncertain letter."""
    with FakeSmtp(ca, cut="dot") as server, Post(ca, server.port) as post:
        queue_id = post.queue()
        want = post.eml(queue_id)
        post.run()
        ask = {"op": "queue-reconcile"}
        answer = post.home.ask("penfold-store", ask, args=("--serve",))[-1]
        tap.same((answer["found"], answer["uncertain"]), ([], 1), "without a copy nobody knows")
        folder = post.home.path("Mail/office/Sent")
        for sub in ("cur", "new", "tmp"):
            os.makedirs(os.path.join(folder, sub), exist_ok=True)
        with open(os.path.join(folder, "cur", "9.server:2,S"), "wb") as f:
            f.write(want)
        answers = post.home.ask("penfold-store", {"op": "scan"}, ask, args=("--serve",))
        tap.same(answers[-1]["found"], [queue_id], "with it, it was sent")
        tap.same(post.entry(queue_id)["state"], "sent", "which the ledger keeps")
        post.run()
        tap.same((len(server.letters), len(post.sent_copies())), (1, 1), "no second letter, no second copy")


def test_dsn_extension(ca):
    with FakeSmtp(ca, dsn=True) as server, Post(ca, server.port) as post:
        queue_id = post.queue(to=["a+b=c@example.net"], wishes={"notify": "success,failure"})
        post.run()
        mail = [c for c in server.commands if c.startswith("MAIL")][0]
        rcpt = [c for c in server.commands if c.startswith("RCPT")][0]
        tap.contains(mail, f" ENVID={queue_id} RET=HDRS", "DSN: the envelope has the letter's id")
        tap.contains(rcpt, " NOTIFY=SUCCESS,FAILURE ORCPT=rfc822;a+2Bb+3Dc@example.net",
                     "the recipient what is to be told, and the address as xtext")
    with FakeSmtp(ca) as server, Post(ca, server.port) as post:
        post.queue(wishes={"notify": "never"})
        post.run()
        tap.ok(not any("ENVID" in c or "NOTIFY" in c for c in server.commands), "not where it is not offered")
        answer = post.home.ask("penfold-store", {"op": "queue-add", "notify": "maybe",
                                                 "draft": {"to": ["b@example.net"], "from": "ann@example.org",
                                                           "subject": "s", "body": "b"}}, args=("--serve",))[-1]
        tap.contains(answer["error"]["message"], "delivery reports are", "a word that is none is refused")


def test_limits(ca):
    people = [f"p{i}@example.net" for i in range(7)]
    for pipelining in (True, False):
        with FakeSmtp(ca, limits="MAILMAX=2 RCPTMAX=3", pipelining=pipelining) as server, \
                Post(ca, server.port) as post:
            ids = [post.queue(to=people), post.queue(subject="two"), post.queue(subject="three")]
            post.run()
            tap.same([post.entry(i)["state"] for i in ids], ["sent"] * 3, "LIMITS: all letters leave in one run")
            tap.same(sorted(r for l in server.letters for r in l.recipients if r != "bob@example.net"), people,
                     "to each recipient once")
            tap.ok(all(len(l.recipients) <= 3 for l in server.letters), "in portions that the server takes")
            tap.ok(not any("421" in a["reply"] or "452" in a["reply"] for i in ids
                           for a in penfold(post, "queue", "show", i)["log"]), "without running into a refusal")


def test_domain_limit(ca):
    """RFC 9422 4: so many different domains in one transaction."""
    people = [f"p{i}@{d}" for i in range(2) for d in ("a.example", "b.example", "c.example", "A.example")]
    with FakeSmtp(ca, limits="RCPTDOMAINMAX=2") as server, Post(ca, server.port) as post:
        queue_id = post.queue(to=people)
        post.run()
        tap.same(post.entry(queue_id)["state"], "sent", "RCPTDOMAINMAX: the letter leaves in one run")
        got = sorted(r.lower() for l in server.letters for r in l.recipients)
        tap.same(got, sorted({p.lower() for p in people}), "RCPTDOMAINMAX: to each recipient once")
        tap.same([len({r.split("@")[1].lower() for r in l.recipients}) <= 2 for l in server.letters], [True, True],
                 "RCPTDOMAINMAX: in transactions of two domains")
        tap.ok(not any("452" in a["reply"] for a in penfold(post, "queue", "show", queue_id)["log"]),
               "RCPTDOMAINMAX: without running into a refusal")


def test_silent_after_dot(ca):
    """A server that takes the letter and says nothing more: after queue.answer-timeout the letter is uncertain."""
    for chunking in (False, True):
        with FakeSmtp(ca, stall="dot", chunking=chunking) as server, \
                Post(ca, server.port, extra="[queue]\nanswer-timeout = 2s") as post:
            ids = [post.queue(), post.queue(subject="two")]
            start = time.monotonic()
            post.run()
            took = time.monotonic() - start
            states = [post.entry(i)["state"] for i in ids]
            tap.same(states[0], "uncertain", "no answer after the dot: uncertain")
            tap.ok(states[1] in ("deferred", "ready", "uncertain"), "the next letter is not called sent", states)
            tap.ok(2 <= took < 40, "and the wait has an end", took)
            server.options.stall = ""
            post.run("--all")
            tap.same(post.entry(ids[0])["state"], "uncertain", "it is not sent again unasked")
    with Home() as home:
        listed = json.loads(home.run("penfold", "--json", "config", "show").stdout)
        tap.contains(json.dumps(listed), "answer-timeout", "the limit is a setting")


def test_online(ca):
    """When the network comes back, what no server was reached for leaves at once; a greylisted letter waits."""
    with FakeSmtp(ca) as gone:
        port = gone.port
    with Post(ca, port) as post:
        away = post.queue()
        post.run()
        entry = post.entry(away)
        tap.same(entry["state"], "deferred", "no server: the letter waits")
        with FakeSmtp(ca, port=port) as server:
            post.run()
            tap.same((post.entry(away)["state"], len(server.letters)), ("deferred", 0), "a run for what is due leaves it alone")
            post.run("--online")
            tap.same((post.entry(away)["state"], len(server.letters)), ("sent", 1), "the network is back: it leaves")
            grey = post.queue(to=["later@example.net"])
            post.run()
            post.run("--online")
            tap.same(post.entry(grey)["attempts"], 1, "what a server put off waits for its time")
        tap.same(post.home.run("penfold", "queue", "run", "--due").returncode in (0, 75), True, "by hand, too")


def test_warm_up(ca):
    """A new domain: fifty recipients on its first day, a hundred on the second, all after two weeks."""
    for days, count, left in ((0, 60, 10), (1, 110, 10), (20, 60, 0)):
        day = time.strftime("%Y-%m-%d", time.gmtime(time.time() - days * 86400))
        with FakeSmtp(ca, chunking=True) as server, Post(ca, server.port, extra=f"warm-up = {day}") as post:
            path = post.home.path("one.eml")
            with open(path, "w", newline="") as f:
                f.write("From: Ann <ann@example.org>\r\nTo: all@example.net\r\nSubject: s\r\n\r\nhello\r\n")
            post.home.ask("penfold-store", *({"op": "queue-add-raw", "path": path, "recipients": [f"r{n}@example.net"]}
                                             for n in range(count)), args=("--serve",))
            post.run()
            entries = post.home.ask("penfold-store", {"op": "queue-list", "all": True}, args=("--serve",))[-1]["entries"]
            waiting = [e for e in entries if e["state"] != "sent"]
            tap.same((len(server.letters), len(waiting)), (count - left, left), f"warm-up, day {days}: {count - left} go")
            tap.ok(all("warming up" in e["reason"] and e["next_try"] for e in waiting),
                   f"warm-up, day {days}: the others say why, and until when", waiting[:1])
            post.run("--all")
            tap.same(len(server.letters), count - left, f"warm-up, day {days}: not even by hand")


def test_sent_copy(ca):
    """sent-copy = auto: servers that file what they take are left to it."""
    for host, imap, setting, wants in (
            ("smtp.gmail.com", "imap.gmail.com", "auto", 0), ("SMTP.office365.com", "outlook.office365.com", "auto", 0),
            ("outlook.office365.com", "outlook.office365.com", "auto", 0), ("smtp.gmail.com", None, "auto", 1),
            ("smtp.gmail.com", "imap.gmail.com", "yes", 1), ("mail.example.org", "mail.example.org", "auto", 1),
            ("mail.example.org", "mail.example.org", "no", 0), ("smtp-relay.gmail.com", "imap.gmail.com", "auto", 1)):
        with Home() as home:
            home.rc('[account "office"]', "address = ann@example.org", "password = x", f"smtp = smtps://{host}",
                    f"imap = imaps://{imap}" if imap else "", f"sent-copy = {setting}")
            home.ask("penfold-store", {"op": "queue-add", "hold": 999, "draft": {
                "from": "ann@example.org", "to": ["bob@example.net"], "subject": "s", "body": "hello\n"}}, args=("--serve",))
            with contextlib.closing(sqlite3.connect(home.path("state/penfold/queue/queue.db"))) as db:
                got = db.execute("SELECT step_copy FROM letter").fetchone()[0]
            tap.same(got, wants, f"sent-copy {setting}, {host}, imap {imap}: {'a copy' if wants else 'none'} of ours")


def test_require_tls(ca):
    for offered, state in ((True, "sent"), (False, "failed")):
        with FakeSmtp(ca, requiretls=offered) as server, Post(ca, server.port) as post:
            queue_id = post.queue(wishes={"require_tls": True})
            post.run()
            tap.same(post.entry(queue_id)["state"], state, f"REQUIRETLS offered {offered}: {state}")
            tap.same(any("REQUIRETLS" in c for c in server.commands), offered, "and asked for only then")


def test_fallback(ca):
    with FakeSmtp(ca) as gone:
        dead = gone.port
    with FakeSmtp(ca, tls="none") as bare, FakeSmtp(ca) as server, \
            Post(ca, dead, extra="") as post:
        text = open(post.home.rc_path).read().replace(
            "imap =", f"smtp-fallback = submission://alice@localhost:{bare.port}\n"
                      f"smtp-fallback = submission://alice@localhost:{server.port}\nimap =")
        post.home.rc(text)
        queue_id = post.queue()
        post.run()
        tap.same(post.entry(queue_id)["state"], "sent", "fallbacks: the first that can be reached takes the letter")
        tap.same((len(server.letters), bare.letters), (1, []), "one that has no TLS is passed over")
        tap.ok(b"AUTH" not in bare.clear, "and hears no password")


def test_rate(ca):
    with FakeSmtp(ca) as server, Post(ca, server.port, extra="[queue]\nrate = 2") as post:
        ids = [post.queue(subject=str(i)) for i in range(3)]
        post.run()
        tap.same([post.entry(i)["state"] for i in ids], ["sent", "sent", "scheduled"], "rate: two a minute leave")
        entry = post.entry(ids[2])
        tap.contains(entry["reason"], "2 recipients a minute", "the third says why it waits")
        tap.ok(entry["next_try"], "and until when")
        tap.same(entry["attempts"], 0, "that was no attempt")


def test_priority(ca):
    with FakeSmtp(ca) as server, Post(ca, server.port) as post:
        for word in ("low", "normal", "high"):
            post.queue(subject=word, wishes={"priority": word})
        post.run()
        order = [email.message_from_bytes(l.data)["Subject"] for l in server.letters]
        tap.same(order, ["high", "normal", "low"], "letters leave by priority")


def main():
    with Home() as shared:
        ca = shared.path("ca")
        subprocess.run([os.path.join(SERVERS, "mkca.sh"), ca], check=True)
        for test in (test_bounce, test_both, test_late, test_expire, test_own_pace, test_audit, test_reports, test_arrived, test_found,
                     test_dsn_extension, test_limits, test_domain_limit, test_silent_after_dot, test_online, test_warm_up,
                     test_sent_copy, test_require_tls, test_fallback, test_rate, test_priority):
            test(ca)
    tap.done()


main()
