#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Letters out: from the queue through penfold-send to a submission server, with every kind of answer, and
with servers that lie, stall and vanish. What must hold is said in the names of the tests."""
import base64
import collections
import glob
import hashlib
import json
import os
import signal
import subprocess
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "lib"))
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from fake_smtp import FakeSmtp  # noqa: E402
from penfold_test import SERVERS, Home, Tap  # noqa: E402
from post import DRAFT, PASSWORD, Post  # noqa: E402

tap = Tap()
SECRETS = [PASSWORD.encode(), base64.b64encode(b"\0alice\0alicepw"), base64.b64encode(b"alicepw")]


def digests(letters):
    """Short names for bytes, so that a failure can be read."""
    return [f"{len(data)}:{hashlib.sha256(data).hexdigest()[:8]}" for data in letters]


def test_modes(ca):
    modes = {"DATA": {}, "no PIPELINING": {"pipelining": False}, "CHUNKING": {"chunking": True},
             "CHUNKING without PIPELINING": {"chunking": True, "pipelining": False},
             "TAB in EHLO": {"tabs": True}, "AUTH LOGIN": {"auth": "LOGIN"},
             "AUTH only after TLS": {"auth_early": False}}
    for name, options in modes.items():
        with FakeSmtp(ca, **options) as server, Post(ca, server.port) as post:
            ids = [post.queue(subject=f"letter {i}") for i in range(3)]
            want = [post.eml(i) for i in ids]
            _, process = post.run()
            tap.same(process.returncode, 0, f"{name}: three letters leave")
            tap.same(digests(l.data for l in server.letters), digests(want), f"{name}: the frozen bytes arrive")
            tap.same(digests(post.sent_copies()), digests(sorted(want)), f"{name}: the Sent copies are the same bytes")
            tap.same(server.connections, 1, f"{name}: over one connection")
            tap.same([post.entry(i)["state"] for i in ids], ["sent"] * 3, f"{name}: kept as sent")


def test_implicit(ca):
    with FakeSmtp(ca, tls="implicit") as server, Post(ca, server.port, "smtps") as post:
        post.queue()
        post.run()
        tap.same(len(server.letters), 1, "implicit TLS: the letter arrives")
        tap.same(server.clear, b"", "implicit TLS: no byte in clear")


def test_large(ca):
    for name, options in {"DATA": {}, "CHUNKING": {"chunking": True}}.items():
        with FakeSmtp(ca, **options) as server, Post(ca, server.port) as post:
            path = post.home.path("big.bin")
            with open(path, "wb") as f:
                f.write(os.urandom(400000))
            queue_id = post.queue(attachments=[{"path": path}])
            want = post.eml(queue_id)
            small = [post.queue(subject=str(i)) for i in range(2)]
            want_small = [post.eml(i) for i in small]
            events, _ = post.run()
            tap.same(digests(l.data for l in server.letters), digests([want] + want_small),
                     f"{name}: large and small letters arrive")
            sent = [e["sent"] for e in events if e["event"] == "progress" and e["queue_id"] == queue_id]
            tap.ok(len(sent) > 1 and sent[-1] == len(want), f"{name}: progress is told", sent)


def test_bcc(ca):
    for chunking in (False, True):
        with FakeSmtp(ca, chunking=chunking) as server, Post(ca, server.port) as post:
            post.queue(bcc=["hidden@example.net"])
            post.run()
            letter = server.letters[0]
            tap.same(letter.recipients, ["bob@example.net", "hidden@example.net"], "Bcc gets the letter")
            tap.ok(b"hidden" not in letter.data and b"bcc" not in letter.data.lower(),
                   "Bcc is not in the letter", letter.data)
            tap.ok(all(b"hidden" not in c for c in post.sent_copies()), "nor in the Sent copy")


def test_recipients(ca):
    modes = {"DATA": {}, "lockstep": {"pipelining": False}, "CHUNKING": {"chunking": True}}
    for name, options in modes.items():
        with FakeSmtp(ca, **options) as server, Post(ca, server.port) as post:
            mixed = post.queue(to=["bob@example.net", "later@example.net", "gone@example.net"])
            nobody = post.queue(to=["gone@example.net", "policy@example.net"])
            after = post.queue(subject="after")
            events, process = post.run()
            fates = {r["address"]: r for r in post.entry(mixed)["recipients"]}
            tap.same({a: r["state"] for a, r in fates.items()},
                     {"bob@example.net": "sent", "later@example.net": "deferred",
                      "gone@example.net": "failed"}, f"{name}: each recipient has a fate")
            tap.contains(fates["gone@example.net"]["reply"], "the mailbox does not exist (550 5.1.1",
                         f"{name}: the refusal is explained")
            tap.same([post.entry(i)["state"] for i in (mixed, nobody, after)],
                     ["deferred", "failed", "sent"], f"{name}: so has each letter")
            tap.same([l.recipients for l in server.letters], [["bob@example.net"]] * 2,
                     f"{name}: a refused letter does not disturb the next")
            tap.same(process.returncode, 75, f"{name}: the exit code says that something is left")
            tap.ok(post.entry(mixed)["next_try"], f"{name}: the next try is planned")
            tap.same(events[-1]["sent"], 1, f"{name}: done counts")
            path = glob.glob(post.home.path("state/penfold/log/*.log"))[0]
            with open(path) as f:
                log = f.read()
            tap.ok(all(x in log for x in ("bob@example.net: sent", "later@example.net: deferred; ",
                                          "gone@example.net: failed; ")) and PASSWORD not in log and
                   os.stat(path).st_mode & 0o077 == 0, f"{name}: the account's log tells each fate", log)
            server.letters.clear()
            post.run("--all")
            tap.same(server.letters, [], f"{name}: who has the letter does not get it again")
            tap.same(len(post.sent_copies()), 2, f"{name}: one Sent copy a letter")


def test_servers_no(ca):
    for option, reply, state in (("dot_reply", "554 5.6.0 no such content", "failed"),
                                 ("dot_reply", "451 4.3.0 try later", "deferred"),
                                 ("data_reply", "554 5.7.1 no", "failed"),
                                 ("data_reply", "421 4.3.2 shutting down", "deferred")):
        with FakeSmtp(ca, **{option: reply}) as server, Post(ca, server.port) as post:
            queue_id = post.queue()
            post.run()
            tap.same(post.entry(queue_id)["state"], state, f"{reply}: {state}")
            tap.same(post.sent_copies(), [], f"{reply}: no Sent copy")
    with FakeSmtp(ca, size=100) as server, Post(ca, server.port) as post:
        queue_id = post.queue()
        post.run()
        tap.same(post.entry(queue_id)["state"], "failed", "too large for the server: failed")
        tap.ok(not any(c.startswith("MAIL") for c in server.commands), "and not even offered")
    with FakeSmtp(ca, greeting="554 no service") as server, Post(ca, server.port) as post:
        queue_id = post.queue()
        post.run()
        tap.same(post.entry(queue_id)["state"], "deferred", "a server that does not serve: the letter waits")
    with FakeSmtp(ca, greeting="hello there") as server, Post(ca, server.port) as post:
        queue_id = post.queue()
        post.run()
        tap.contains(post.entry(queue_id)["reason"], "no SMTP reply", "no SMTP at all: told")
    with FakeSmtp(ca, greeting="220 " + "x" * 70000) as server, Post(ca, server.port) as post:
        queue_id = post.queue()
        post.run()
        tap.contains(post.entry(queue_id)["reason"], "line without end", "an endless line is refused")


def test_session_limit(ca):
    for chunking in (False, True):
        with FakeSmtp(ca, max_letters=3, chunking=chunking) as server, Post(ca, server.port) as post:
            ids = [post.queue(subject=f"letter {i}") for i in range(10)]
            post.run()
            tap.same(sorted(post.entry(i)["state"] for i in ids), ["sent"] * 10,
                     "a server that takes three letters a session gets all ten")
            tap.same(len({l.data for l in server.letters}), 10, "each once")
            tap.same(len(server.letters), 10, "and no more")


def refused(ca, name, options, scheme="submission", host="localhost", clear=None):
    with FakeSmtp(ca, **options) as server, Post(ca, server.port, scheme, host) as post:
        queue_id = post.queue()
        post.run()
        entry = post.entry(queue_id)
        tap.same(entry["state"], "deferred", f"{name}: the letter waits")
        tap.ok(not server.letters, f"{name}: nothing was sent")
        tap.ok(not any(s in server.clear for s in SECRETS) and b"AUTH" not in server.clear
               and b"MAIL" not in server.clear, f"{name}: no credential in clear", server.clear)
        tap.ok(not any(c.startswith(("AUTH", "MAIL")) for c in server.commands),
               f"{name}: no log-in was tried", server.commands)
        tap.contains(entry["reason"], f"localhost:{server.port}" if host == "localhost" else host,
                     f"{name}: the sentence names the server")
        return entry["reason"]


def test_tls(ca):
    for scheme, tls in (("submission", "starttls"), ("smtps", "implicit")):
        for cert in ("expired", "wrong", "selfsigned"):
            refused(ca, f"{cert} certificate, {tls}", {"tls": tls, "cert": cert}, scheme)
    refused(ca, "STARTTLS stripped", {"tls": "none"})
    refused(ca, "STARTTLS refused", {"tls": "refuse"})
    refused(ca, "bytes behind the STARTTLS reply", {"after_starttls": b"250 injected\r\n"})
    refused(ca, "no AUTH offered", {"auth": ""})
    refused(ca, "no known mechanism", {"auth": "NTLM GSSAPI"})


def test_refused_login(ca):
    for name, options, wanted in (
            ("a wrong password", {}, "of alice: user name or password is wrong (535 5.7.8 wrong user or password). Check"),
            ("a server that cannot look", {"auth_no": "454 4.7.0 the directory is away"},
             "of alice: the server takes it later (454 4.7.0 the directory is away). It may work later")):
        with FakeSmtp(ca, **options) as server, Post(ca, server.port) as post:
            post.home.rc(open(post.home.rc_path).read().replace(PASSWORD, "wrong"))
            queue_id = post.queue()
            _, process = post.run()
            entry = post.entry(queue_id)
            tap.same(entry["state"], "deferred", f"{name}: the letter waits")
            tap.contains(entry["reason"], wanted, f"{name}: and the reason says it")
            tap.ok("wrong\n" not in process.stderr and PASSWORD not in process.stderr, f"{name}: no secret in the log")


def test_no_server(ca):
    with FakeSmtp(ca) as server:
        port = server.port
    with Post(ca, port) as post:
        queue_id = post.queue()
        _, process = post.run()
        tap.same(post.entry(queue_id)["state"], "deferred", "server down: the letter waits")
        tap.same(process.returncode, 75, "server down: try later")
        tap.ok(os.path.exists(post.home.path("state/penfold/queue", queue_id + ".eml")),
               "server down: the bytes are kept")
        want = post.eml(queue_id)
        with FakeSmtp(ca, port=port) as server:
            post.run("--all")
            tap.same([l.data for l in server.letters], [want], "server back: it leaves, unchanged")


def test_lost_reply(ca):
    for name, options in {"DATA": {}, "CHUNKING": {"chunking": True}}.items():
        with FakeSmtp(ca, cut="dot", **options) as server, Post(ca, server.port) as post:
            queue_id = post.queue()
            want = post.eml(queue_id)
            post.run()
            entry = post.entry(queue_id)
            tap.same(entry["state"], "uncertain", f"{name}: reply lost after the dot is uncertain")
            tap.same(entry["recipients"][0]["state"], "uncertain", f"{name}: so is the recipient")
            post.run("--all")
            tap.same(len(server.letters), 1, f"{name}: it is not sent again by itself")
            server.options.cut = ""
            post.set(queue_id, "retry")
            post.run()
            tap.same([l.data for l in server.letters], [want, want],
                     f"{name}: on request the same bytes go again")
            tap.same(post.entry(queue_id)["state"], "sent", f"{name}: and it is sent")


def test_cut_before(ca):
    for moment in ("greeting", "mail", "rcpt", "data", "content"):
        with FakeSmtp(ca, cut=moment, size=0) as server, Post(ca, server.port) as post:
            queue_id = post.queue(body="x" * 60 + "\n" + "line\n" * 200000)
            post.run()
            tap.same(post.entry(queue_id)["state"], "deferred", f"cut at {moment}: safe to try again")
            server.options.cut = ""
            post.run("--all")
            tap.same(len(server.letters), 1, f"cut at {moment}: it leaves once")


def kill_while(ca, moment, **options):
    """penfold-send killed with SIGKILL while the server keeps it waiting at a moment."""
    server = FakeSmtp(ca, stall=moment, **options)
    with server, Post(ca, server.port) as post:
        queue_id = post.queue()
        want = post.eml(queue_id)
        process = subprocess.Popen([post.home.program("penfold-send")], env=post.home.env,
                                   stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        server.reached.wait(20)
        second = post.home.run("penfold-send")
        process.send_signal(signal.SIGKILL)
        process.wait()
        tap.same(second.returncode, 75, f"killed at {moment}: a second runner is refused meanwhile")
        server.options.stall = ""
        post.run()
        return post.entry(queue_id)["state"], [l.data for l in server.letters], want


def test_kill(ca):
    for moment in ("mail", "data"):
        state, letters, want = kill_while(ca, moment)
        tap.same((state, letters), ("sent", [want]), f"killed at {moment}: the next run sends it once")
    for chunking in (False, True):
        state, letters, want = kill_while(ca, "dot", chunking=chunking)
        tap.same((state, letters), ("uncertain", []), "killed at the dot: uncertain, and not sent again")


def kill_within(ca, slow_ms):
    """Of 20 small letters the server takes ten and then says nothing: how many of them are uncertain after a kill."""
    server = FakeSmtp(ca, stall="dot", stall_after=10, slow_ms=slow_ms)
    with server, Post(ca, server.port, extra="connections = 1") as post:
        want = {i: post.eml(i) for i in [post.queue(subject=str(n)) for n in range(20)]}
        process = subprocess.Popen([post.home.program("penfold-send")], env=post.home.env,
                                   stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        server.reached.wait(20)
        process.send_signal(signal.SIGKILL)
        process.wait()
        taken = {l.data for l in server.letters}
        server.options.stall = ""
        post.run()
        state = {i: post.entry(i)["state"] for i in want}
        tap.same([i for i in want if want[i] in taken and state[i] not in ("sent", "uncertain")], [],
                 f"killed among letters, {slow_ms} ms: what the server had is sent or uncertain")
        tap.same(collections.Counter(l.data for l in server.letters).most_common(1)[0][1], 1,
                 f"killed among letters, {slow_ms} ms: nothing arrives twice")
        return list(state.values()).count("uncertain")


def test_dots_in_common(ca):
    """A wait for the disk is shared only where answers come at once."""
    tap.same(kill_within(ca, 60), 1, "a server that is far: one letter at a time is uncertain")
    for _ in range(5):  # a loaded machine may seem far
        n = kill_within(ca, 0)
        if n > 1:
            break
    tap.ok(1 < n <= 16, "one that is near: few letters share a record of their dots", n)


def test_killed_copy(ca):
    """A Sent copy that lies there already, as after a kill between file and ledger, is not made twice."""
    with FakeSmtp(ca) as server, Post(ca, server.port) as post:
        os.makedirs(post.home.path("Mail/office"))
        with open(post.home.path("Mail/office/Sent"), "w") as f:
            f.write("in the way")
        queue_id = post.queue()
        want = post.eml(queue_id)
        events, _ = post.run()
        tap.same(post.entry(queue_id)["state"], "sent", "the letter is sent though its copy cannot be filed")
        tap.ok(any(e["event"] == "error" for e in events), "the trouble is told")
        os.unlink(post.home.path("Mail/office/Sent"))
        for sub in ("cur", "new", "tmp"):
            os.makedirs(post.home.path("Mail/office/Sent", sub))
        with open(post.home.path("Mail/office/Sent/cur/1.2.3:2,S"), "wb") as f:
            f.write(want)
        post.run()
        tap.same(len(post.sent_files()), 1, "a copy left by a killed run counts")
        post.run()
        tap.same(len(server.letters), 1, "the letter itself is not sent again")
        tap.ok(not os.path.exists(post.home.path("state/penfold/queue", queue_id + ".eml")),
               "the bytes leave the queue when all is done")


def test_changes(ca):
    with FakeSmtp(ca) as server, Post(ca, server.port) as post:
        held, cancelled, later = post.queue(), post.queue(), None
        post.set(held, "hold")
        answer = post.set(cancelled, "cancel")
        tap.same(answer["draft"]["subject"], DRAFT["subject"], "cancel gives the draft back")
        later = post.home.ask("penfold-store", {"op": "queue-add", "draft": DRAFT, "hold": 3600},
                              args=("--serve",))[-1]
        tap.same(later["state"], "held", "a letter that can be taken back is held")
        at = post.home.ask("penfold-store", {"op": "queue-add", "draft": DRAFT, "at": 4102444800},
                           args=("--serve",))[-1]
        tap.same(at["state"], "scheduled", "a letter for later is scheduled")
        events, _ = post.run()
        tap.same(server.letters, [], "held, cancelled and scheduled letters stay")
        tap.ok("next_try" in events[-1], "the run says when the next one is due", events[-1])
        post.set(held, "release")
        post.set(later["queue_id"], "release")
        post.run()
        tap.same(len(server.letters), 2, "released ones leave")
        tap.same(post.set(held, "cancel")["error"]["code"], "data", "what is sent cannot be taken back")


def test_taken_back(ca):
    """A large letter that is taken back while it goes up stops there; the next letter leaves all the same."""
    for name, options, many in (("DATA", {}, 0), ("CHUNKING", {"chunking": True}, 0), ("several connections", {}, 20)):
        with FakeSmtp(ca, size=0, drip_ms=60, **options) as server, Post(ca, server.port) as post:
            path = post.home.path("big.bin")
            with open(path, "wb") as f:
                f.write(os.urandom(6000000))
            big = post.queue(attachments=[{"path": path}])
            post.set(big, "hold")
            small = [post.queue(subject=str(n), to=[f"r{n}@example.net"]) for n in range(many or 1)]
            post.set(big, "release")
            run = subprocess.Popen([post.home.program("penfold-send")], env=post.home.env, stdout=subprocess.PIPE,
                                   stderr=subprocess.DEVNULL, text=True)
            told = []
            for line in run.stdout:
                event = json.loads(line)
                if event["event"] == "progress" and event["queue_id"] == big:
                    told.append(event["sent"])
                    if len(told) == 1:
                        post.set(big, "cancel")
            run.wait()
            tap.same(post.entry(big)["state"], "cancelled", f"{name}: a letter under way is taken back")
            tap.ok(told and told[-1] < 7400000, f"{name}: no more of it goes up", told)
            tap.same([post.entry(i)["state"] for i in small], ["sent"] * len(small), f"{name}: the others leave")
            tap.ok(all(len(l.data) < 10000 for l in server.letters), f"{name}: the server has not got it")


def test_draft_goes(ca):
    with Post(ca, 9) as post:
        def ask(**request):
            return post.home.ask("penfold-store", request, args=("--serve",))[-1]
        draft_id = ask(op="draft-save", draft=DRAFT)["draft_id"]
        ask(op="queue-add", draft=dict(DRAFT, to=["nobody"]), draft_id=draft_id)
        tap.same(len(ask(op="draft-list")["drafts"]), 1, "a draft that is not queued is kept")
        ask(op="queue-add", draft=DRAFT, draft_id=draft_id)
        tap.same(ask(op="draft-list")["drafts"], [], "a draft that is queued is a draft no more")


def test_tampered(ca):
    with FakeSmtp(ca) as server, Post(ca, server.port) as post:
        queue_id = post.queue()
        with open(post.home.path("state/penfold/queue", queue_id + ".eml"), "ab") as f:
            f.write(b"more\r\n")
        post.run()
        tap.same(post.entry(queue_id)["state"], "failed", "bytes that were changed are not sent")
        tap.same(server.letters, [], "not to anyone")


def test_raw(ca):
    raw = ("From: Ann <ann@example.org>\nTo: \"Doe, J.\" <bob@example.net>\nBcc: hidden@example.net\n"
           "Subject: from a script\n\n.one\n\n..two\n").encode()
    with FakeSmtp(ca) as server, Post(ca, server.port) as post:
        path = post.home.path("raw")
        with open(path, "wb") as f:
            f.write(raw)
        answer = post.home.ask("penfold-store", {"op": "queue-add-raw", "path": path, "extract": True,
                                                 "recipients": []}, args=("--serve",))[-1]
        want = post.eml(answer["queue_id"])
        post.run()
        tap.same(sorted(server.letters[0].recipients), ["bob@example.net", "hidden@example.net"],
                 "bytes made elsewhere: recipients from the header")
        tap.same(server.letters[0].data, want, "bytes made elsewhere: sent as queued")
        tap.ok(b"Message-ID:" in want and b"Date:" in want and b"Bcc" not in want
               and want.endswith(b"\r\n\r\n.one\r\n\r\n..two\r\n"), "mended before they are queued", want)


def test_refused_letter(ca):
    with Post(ca, 9) as post:
        answers = post.home.ask("penfold-store", {"op": "queue-add", "draft": dict(DRAFT, to=["bob@mail"])},
                                args=("--serve",))
        tap.same(answers[0].get("event"), "findings", "a letter with an error tells its findings")
        tap.same(answers[-1]["error"]["code"], "data", "and is not queued")
        tap.same(os.listdir(post.home.path("state/penfold/queue"))
                 if os.path.isdir(post.home.path("state/penfold/queue")) else [], [], "nothing is left")
        answers = post.home.ask("penfold-store", {"op": "queue-add", "override": True,
                                                  "draft": dict(DRAFT, to=["bob@mail"])},
                                args=("--serve",))
        tap.ok(answers[-1].get("queue_id"), "unless the user insists")


def test_utf8(ca):
    for utf8, state in ((True, "sent"), (False, "failed")):
        with FakeSmtp(ca, utf8=utf8) as server, Post(ca, server.port) as post:
            queue_id = post.queue(to=["jörg@bücher.example"])
            post.run()
            tap.same(post.entry(queue_id)["state"], state, f"SMTPUTF8 {utf8}: {state}")
            if utf8:
                tap.same(server.letters[0].recipients, ["jörg@xn--bcher-kva.example"],
                         "the domain goes in A-labels")
                tap.ok(any(c.startswith("MAIL") and "SMTPUTF8" in c for c in server.commands),
                       "MAIL says SMTPUTF8")


def test_local():
    with Home() as home:
        home.rc('[account "demo"]', "address = Dana <dana@demo.example>",
                '[account "other"]', "address = Otto <otto@demo.example>")

        def ask(*requests):
            return home.ask("penfold-store", *requests, args=("--serve",))
        queue_id = ask({"op": "queue-add", "draft": {
            "account": "demo", "from": "dana@demo.example", "subject": "s", "body": "b",
            "to": ["dana@demo.example", "otto@demo.example", "bob@example.net"]}})[-1]["queue_id"]
        with open(home.path("state/penfold/queue", queue_id + ".eml"), "rb") as f:
            want = f.read()
        events, _ = home.json_lines("penfold-send")
        delivered = [e["path"] for e in events if e["event"] == "delivered"]
        tap.same([open(p, "rb").read() for p in delivered[:2]], [want, want],
                 "a local account delivers on the spot")
        tap.same(sorted(os.path.relpath(p, home.path("Mail")).split("/")[0] for p in delivered),
                 ["demo", "demo", "other"], "into each one's inbox, and a report to the writer")
        entry = ask({"op": "queue-show", "queue_id": queue_id})[-1]["entry"]
        tap.same([r["state"] for r in entry["recipients"]], ["sent", "sent", "failed"],
                 "and to nobody else")
        tap.contains(entry["recipients"][2]["reply"], "no smtp server", "which it explains")
        tap.same(len(glob.glob(home.path("Mail/demo/Sent/cur/*"))), 1, "with a Sent copy")


def test_leaks(ca):
    with FakeSmtp(ca) as server, Post(ca, server.port) as post:
        queue_id = post.queue()
        letter = post.eml(queue_id)
        post.run()
        host = os.uname().nodename.encode()
        wire = "\n".join(server.commands).encode() + letter
        tap.ok(host not in wire, "the name of this machine does not leave it", wire)
        tap.contains(server.commands[0], "EHLO [127.0.0.1]", "EHLO is the same everywhere")


def main():
    with Home() as shared:
        ca = shared.path("ca")
        subprocess.run([os.path.join(SERVERS, "mkca.sh"), ca], check=True)
        for test in (test_modes, test_implicit, test_large, test_bcc, test_recipients, test_servers_no,
                     test_session_limit, test_tls, test_refused_login, test_no_server, test_lost_reply,
                     test_cut_before, test_kill, test_dots_in_common,
                     test_killed_copy, test_changes, test_taken_back, test_draft_goes, test_tampered,
                     test_raw,
                     test_refused_letter, test_utf8, test_leaks):
            test(ca)
    test_local()
    tap.done()


main()
