#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""penfold check: one object a run, what --fix prints, the domains, the letter that is answered, the list."""
import json
import os
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "lib"))
from penfold_test import Home, Tap  # noqa: E402

tap = Tap()
GOOD = ("From: Ann Example <ann@example.org>\r\nTo: {to}\r\nSubject: s\r\nDate: {date}\r\n"
        "Message-ID: <1@example.org>\r\n{more}\r\nhello\r\n")
MX = {"MX": [{"exchange": "mx.example.net", "priority": 10}]}
ZONE = {"example.org": dict(MX, TXT=["v=spf1 ip4:192.0.2.1 -all"]), "_dmarc.example.org": {"TXT": ["v=DMARC1; p=reject"]},
        "example.net": MX, "mx.example.net": {"A": ["192.0.2.1"]},
        "null.example": {"MX": [{"exchange": ".", "priority": 0}]}, "nothing.example": {"TXT": ["x"]},
        "address.example": {"AAAA": ["2001:db8::1"]}, "slow.example": "TIMEOUT", "broken.example": "SERVFAIL",
        "alias.example": {"MX": [{"exchange": "cname.example", "priority": 0}]},
        "cname.example": {"CNAME": "mx.example.net"},
        "literal.example": {"MX": [{"exchange": "192.0.2.9", "priority": 0}]},
        "gmial.com": MX, "gmail.com": MX, "friends.example": MX, "freinds.example": MX,
        "xn--bcher-kva.example": {"MX": [{"exchange": "", "priority": 0}]}}


def letter(to="bob@example.net", more="", date=None):
    import email.utils
    return GOOD.format(to=to, more=more, date=date or email.utils.formatdate(localtime=False))


class Checker:
    def __init__(self, home):
        self.home = home
        with open(home.path("zone.json"), "w") as f:
            json.dump(ZONE, f)

    def __call__(self, text, *args):
        data = text if isinstance(text, bytes) else text.encode()
        process = self.home.run("penfold", "--json", "check", "--dns", self.home.path("zone.json"), *args, "-",
                                input=data)
        lines = process.stdout.decode().splitlines()
        return process.returncode, json.loads(lines[0]) if len(lines) == 1 else lines

    def codes(self, text, *args):
        code, answer = self(text, *args)
        return code, sorted(f"{f['code']}:{f['level']}" for f in answer["findings"])


def test_contract(check):
    code, answer = check(letter())
    tap.same((code, answer), (0, {"ok": True, "findings": []}), "a good letter has no finding")
    code, answer = check(letter().replace("From", "X-From"))
    tap.same((code, answer["ok"], list(answer)), (1, False, ["ok", "findings"]), "one object also when it exits 1")
    tap.same(sorted(answer["findings"][0]), ["code", "level", "ref", "text", "where"], "a finding has five keys")
    tap.same([f["level"] for f in check(b"To: a;b\nX: \xff\r\n\n>")[1]["findings"]][0], "error", "errors come first")
    for data in (b"", b"\n", b"\0", b"\r\r\n:", b":" * 5000, b"Content-Type: multipart/x; boundary=" + b"a" * 99):
        code, answer = check(data)
        tap.ok(code in (0, 1) and isinstance(answer, dict), f"{data[:12]!r} is answered", answer)
    tap.same(check.home.run("penfold", "check").returncode, 64, "no file is 64")
    tap.same(check.home.run("penfold", "check", check.home.path("none")).returncode, 66, "a file that is not there is 66")
    tap.same(check.home.run("penfold", "check", "--dns", check.home.rc_path, "-", input=letter()).returncode, 78,
             "a zone that is none is 78")


def test_fix(check):
    bad = ("From ann Mon Sep 21 14:00:00 2026\nFrom: Änn <ann@example.org>\nTo: b@example.net; mailto:c@example.net.\n"
           "Bcc: h@example.net\nDate: yesterday\nReferences: <a@b> junk\n\nFrom here\nü\n" + "x" * 1200 + "\n")
    process = check.home.run("penfold", "check", "--fix", "--dns", check.home.path("zone.json"), "-", input=bad.encode())
    tap.same(process.returncode, 0, "--fix is 0 when no error is left")
    code, answer = check(process.stdout)
    tap.same([f for f in answer["findings"] if f["level"] == "fix"], [], "nothing more is to be mended")
    tap.ok(process.stdout.isascii() and b"Bcc" not in process.stdout, "7-bit, without Bcc", process.stdout)
    tap.ok(b"To: b@example.net, c@example.net\r\n" in process.stdout, "slips in addresses are mended")
    again = check.home.run("penfold", "check", "--fix", "--dns", check.home.path("zone.json"), "-", input=process.stdout)
    tap.same(again.stdout, process.stdout, "mending again changes nothing")
    code, answer = check(bad, "--fix")
    tap.ok(answer["ok"] and answer["findings"] and "=C3=BC" in answer["message"], "with --json all in one object", answer)


def test_domains(check):
    for to, want in (("a@address.example", []), ("a@slow.example, b@broken.example", []),
                     ("a@null.example", ["domain-null-mx:error"]), ("a@bücher.example", ["domain-null-mx:error",
                                                                                     "header-eight-bit:fix"]),
                     ("a@nothing.example", ["domain-no-mail:error"]), ("a@nowhere.example", ["domain-unknown:error"]),
                     ("a@alias.example", ["mx-cname:warn"]), ("a@literal.example", ["mx-literal:warn"]),
                     ("a@gmial.com", ["domain-slip:warn"]), ("a@gmail.com", []),
                     ("a@nowhere.example, b@nowhere.example", ["domain-unknown:error"]),
                     ("a@friends.example", []), ("a@freinds.example", ["domain-slip:warn"]),
                     ("a@friends.example, b@address.example", ["domain-new:warn"]), ("a@address.example, b@slow.example", []),
                     ("a@example.org, b@address.example", ["domain-new:warn"]),
                     ("a@friends.example, b@freinds.example", ["domain-slip:warn"])):
        code, found = check.codes(letter(to))
        tap.same(found, want, f"{to}: {', '.join(want) or 'nothing'}")
        tap.same(code, 1 if any(":error" in f for f in found) else 0, f"{to}: its exit code")
    for domain, want in (("null.example", "from-null-mx:error"), ("nowhere.example", "from-domain-unknown:error"),
                         ("nothing.example", "from-no-mail:warn")):
        _, found = check.codes(letter().replace("ann@example.org", "ann@" + domain))
        tap.ok(want in found, f"an author of {domain}: {want}", found)


def test_self(check, rc):
    account = ['[account "away"]', "address = Ann Example <ann@example.org>", "password = x", "imap = imaps://localhost"]
    check.home.rc(*account, "smtp = smtps://mail.provider.example")
    tap.same(check.codes(letter())[1], ["dmarc-self:warn"], "p=reject, foreign server, no key, SPF without it")
    check.home.rc(*account, "smtp = smtps://mail.example.org")
    tap.same(check.codes(letter())[1], [], "a server of the author's own house is fine")
    check.home.rc(*account, "smtp = smtps://mail.provider.example", "dkim-key = x", "dkim-selector = s")
    tap.same(check.codes(letter())[1], [], "so is a key")
    check.home.rc(*rc)


def test_answered(check):
    for name, fields in (("1", "Reply-To: sales@elsewhere.example\n"), ("2", "")):
        text = (f"From: Bob <bob@example.net>\nTo: ann@example.org\n{fields}Subject: s\nMessage-ID: <{name}@q>\n"
                "Date: Mon, 21 Sep 2026 14:00:00 +0000\n\nx\n")
        check.home.run("penfold", "deliver", "--account", "office", input=text)
    ZONE["elsewhere.example"] = MX
    check = Checker(check.home)
    _, found = check.codes(letter("sales@elsewhere.example", "In-Reply-To: <1@q>\r\n"))
    tap.same(found, ["reply-elsewhere:warn"], "an answer to another organization is warned about")
    _, answer = check(letter("bob@example.net", "In-Reply-To: <2@q>\r\n"))
    tap.same(answer["findings"], [], "an answer to the writer is not")


def test_changed(home):
    """A file that changes between attaching and sending is told of: what is sent is what lies there then."""
    path = home.path("plan.txt")
    with open(path, "w") as f:
        f.write("one\n")
    draft = {"from": "ann@example.org", "to": ["bob@example.net"], "subject": "s", "body": "see the attachment\n",
             "attachments": [{"path": path, "size": 4, "modified": int(os.stat(path).st_mtime)}]}
    codes = [f["code"] for f in home.ask("penfold-store", {"op": "check", "draft": draft}, args=("--serve",))[-1]["findings"]]
    tap.ok("attachment-changed" not in codes, "an attachment that is as it was: nothing", codes)
    with open(path, "w") as f:
        f.write("two, and longer\n")
    found = home.ask("penfold-store", {"op": "check", "draft": draft}, args=("--serve",))[-1]["findings"]
    tap.ok([f for f in found if f["code"] == "attachment-changed" and "plan.txt" in f["text"]],
           "attachment-changed: one that changed since is named", found)
    process = home.run("penfold", "--json", "check", "--account", "office", "-", input=letter().encode())
    tap.same(process.returncode in (0, 1), True, "and a letter of bytes knows nothing of it")


def test_keys(home, rc):
    """With a DKIM key: does it speak for the author, and does the DNS publish it?"""
    home.rc(*rc, f"[dns]\nzone = {home.path('zone.json')}")
    made = json.loads(home.run("penfold", "--json", "dkim", "keygen", "example.org", "sel").stdout)
    key = (made.get("keys") or [made])[0]["path"]
    draft = {"from": "ann@example.org", "to": ["bob@example.net"], "subject": "s", "body": "hello\n"}

    def findings(address):
        home.rc('[account "office"]', "address = ann@example.org", "aliases = ann@friends.example", f"dkim-key = {key}", "dkim-selector = sel",
                f"[dns]\nzone = {home.path('zone.json')}")
        answer = home.ask("penfold-store", {"op": "queue-add", "draft": dict(draft, **{"from": address}), "hold": 999},
                          args=("--serve",))
        return [f["code"] for line in answer for f in line.get("findings", [])]

    tap.ok("dkim-record" in findings("ann@example.org"), "dkim-record: a key that the DNS does not publish")
    tap.ok("dkim-unsigned" in findings("ann@friends.example"), "dkim-unsigned: a key of another domain")
    home.rc(*rc)


def test_pinned(home, rc):
    """The account's server has a certificate that the user took by its fingerprint."""
    home.rc(*rc, "smtp = smtps://mail.example.org")
    path = home.path("state/penfold/certificates-office.json")
    for server, want in (("mail.example.org:465", ["server-pinned:warn"]), ("mail.example.org:587", [])):
        with open(path, "w") as f:
            json.dump({server: {"sha256": "0" * 64, "since": "2026-11-01T00:00:00Z"}}, f)
        process = home.run("penfold", "--json", "check", "-", input=letter())
        tap.same([f"{f['code']}:{f['level']}" for f in json.loads(process.stdout)["findings"]], want, f"taken for {server}")
    os.unlink(path)
    home.rc(*rc)


def main():
    rc = ['[account "office"]', "address = Ann Example <ann@example.org>"]
    with Home() as home:
        home.rc(*rc)
        check = Checker(home)
        home.run("penfold", "deliver", "--account", "office", input="From: Fred <fred@friends.example>\nSubject: x\n"
                 "Message-ID: <f@q>\nDate: Mon, 21 Sep 2026 14:00:00 +0000\n\nx\n")
        home.run("penfold", "deliver", "--account", "office", "--folder", "Sent",
                 input="From: ann@example.org\nTo: fred@friends.example\nSubject: x\n"
                 "Message-ID: <g@q>\nDate: Mon, 21 Sep 2026 14:00:00 +0000\n\nx\n")
        test_contract(check)
        test_fix(check)
        test_domains(check)
        test_self(check, rc)
        test_answered(check)
        test_changed(home)
        test_keys(home, rc)
        test_pinned(home, rc)
        listed = json.loads(home.run("penfold", "--json", "check", "--list").stdout)["checks"]
        codes = [c["code"] for c in listed]
        tap.ok(len(codes) == len(set(codes)) and len(codes) > 90, "the list names each check once", codes)
        tap.ok(all(c["ref"].startswith("RFC ") and c["text"].endswith(".") for c in listed), "with reference and sentence")
    tap.done()


main()
