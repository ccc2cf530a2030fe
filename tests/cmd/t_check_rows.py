#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Every row of what a submission agent is to check, and where Penfold does it: a letter that breaks the rule and
the finding that `penfold check` makes of it, what --fix makes of it, or the test that proves it elsewhere. The
rows are in the order of RFC 6409, 5322 and 2045, addresses, domains, transaction, and the writer's own slips."""
import email.utils
import json
import os
import re
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "lib"))
from penfold_test import SOURCE, Home, Tap  # noqa: E402

tap = Tap()
NOW = email.utils.formatdate()
HEAD = f"From: Ann Example <ann@example.org>\nTo: bob@example.net\nSubject: s\nDate: {NOW}\nMessage-ID: <1@example.org>\n"
ZONE = {"example.org": {"MX": [{"exchange": "mx.example.net", "priority": 1}]},
        "example.net": {"MX": [{"exchange": "mx.example.net", "priority": 1}]},
        "example.com": {"MX": [{"exchange": "mx.example.net", "priority": 1}]},
        "mx.example.net": {"A": ["192.0.2.1"]}, "null.example": {"MX": [{"exchange": ".", "priority": 0}]},
        "none.example": {"TXT": ["x"]}, "alias.example": {"MX": [{"exchange": "cname.example", "priority": 0}]},
        "literal.example": {"MX": [{"exchange": "192.0.2.1", "priority": 0}]},
        "cname.example": {"CNAME": "mx.example.net"}, "gmail.com": {"A": ["192.0.2.1"]},
        "gmial.com": {"A": ["192.0.2.1"]}, "lists.example.net": {"A": ["192.0.2.1"]},
        "temp.example": "SERVFAIL"}


def letter(more="", body="hello\n", **fields):
    """HEAD with fields changed (None: without), fields added and a body."""
    head = HEAD
    for name, value in fields.items():
        name = name.replace("_", "-")
        line = "" if value is None else f"{name}: {value}\n"
        head = re.sub(rf"^{name}: .*\n", lambda _: line, head, flags=re.M | re.I)
    return head + more + "\n" + body


def mime(parts, kind="mixed"):
    return letter(f"MIME-Version: 1.0\nContent-Type: multipart/{kind}; boundary=b\n",
                  "".join(f"--b\n{p}\n" for p in parts) + "--b--\n")


LONG = "word " * 260
# rule, letter, the finding
FOUND = (
    ("6409 4.2: envelope domains are fully qualified", letter(To="bob@localhost"), "domain-incomplete:error"),
    ("6409 5.1: address syntax", letter(To="bob@@example.net"), "address-syntax:error"),
    ("6409 6.1: the author is one of the account", letter(From="x@example.com"), "from-foreign:warn"),
    ("6409 6.5: 8-bit text is encoded", letter("MIME-Version: 1.0\nContent-Type: text/plain; charset=utf-8\n", "ü\n"),
     "eight-bit:fix"),
    ("6409 6.5: but not within a signature", mime(["Content-Type: text/plain; charset=utf-8\n\nü",
                                                  "Content-Type: application/pgp-signature\n\nx"], "signed"),
     "signed-eight-bit:error"),
    ("6409 8.1: several authors have a Sender", letter(From="ann@example.org, eve@example.net"), "sender-missing:fix"),
    ("6409 8.1: none that says the same as From", letter("Sender: ann@example.org\n"), "sender-same:fix"),
    ("6409 8.2: a Date", letter(Date=None), "date-missing:fix"),
    ("6409 8.3: a Message-ID", letter(Message_ID=None), "message-id-missing:fix"),
    ("5322 3.6: one From", letter("From: eve@example.net\n"), "field-repeated:error"),
    ("5322 3.6: one Subject", letter("Subject: again\n"), "field-repeated:error"),
    ("2045: one Content-Type", letter("MIME-Version: 1.0\nContent-Type: text/plain\nContent-Type: text/html\n"),
     "field-repeated:error"),
    ("5322 3.6.2: From is there", letter(From=None), "from-missing:error"),
    ("5322 3.6.2: and names someone", letter(From=""), "from-empty:error"),
    ("6854: a group in From", letter(From="us: ann@example.org;"), "from-group:warn"),
    ("5322 3.6.2: one Sender", letter("Sender: a@example.org, b@example.org\n"), "sender-several:error"),
    ("5322 3.6.3: a recipient", letter(To=None), "recipients-none:error"),
    ("5322 3.3: a Date in its form", letter(Date="yesterday"), "date-syntax:fix"),
    ("5322 3.3: a numeric zone", letter(Date="Mon, 21 Sep 2026 14:00:00 GMT"), "date-syntax:fix"),
    ("5322 3.3: near now", letter(Date="Mon, 20 Sep 2021 14:00:00 +0000"), "date-off:warn"),
    ("5322 3.3: not in the future", letter(Date=email.utils.formatdate(__import__("time").time() + 7200)),
     "date-off:warn"),
    ("5322 3.3: the weekday", letter(Date="Sun, 20 Sep 2021 14:00:00 +0000"), "date-weekday:fix"),
    ("5322 3.6.4: Message-ID syntax", letter(Message_ID="1@example.org"), "message-id-syntax:fix"),
    ("5322 3.6.4: not of localhost", letter(Message_ID="<1@localhost>"), "message-id-syntax:fix"),
    ("5322 3.6.4: at most 250 octets", letter(Message_ID=f"<{'a' * 250}@example.org>"), "message-id-syntax:fix"),
    ("5322 3.6.4: no comment within", letter(Message_ID="<1(x)@example.org>"), "message-id-syntax:fix"),
    ("5322 3.6.4: References hold ids", letter("References: <a@b> of yesterday\n"), "references-syntax:fix"),
    ("5322 2.1.1: a body line of 998", letter(body="x" * 999 + "\n"), "line-long:fix"),
    ("5322 2.1.1: a header line of 998", letter(f"X-A: {LONG}\n"), "header-long:fix"),
    ("5322 2.1.1: that cannot be folded", letter(f"X-A: {'x' * 999}\n"), "header-unfoldable:error"),
    ("5322 2.2.3: no continuation of blanks", letter("X-A: x\n \n y\n"), "field-blank-fold:fix"),
    ("5321 2.3.8: CR LF", letter(body="a\rb\n"), "line-ends:fix"),
    ("5322 4: no NUL", letter(body="a\0b\n"), "nul-byte:error"),
    ("5322 2.2: a name before the colon", letter("X A: x\n"), "field-syntax:error"),
    ("5322 2.2: no blank before the colon", letter("X-A : x\n"), "field-syntax:error"),
    ("header injection by a bare CR", letter("X-A: x\rBcc: eve@example.net\n"), "header-injection:error"),
    ("2047: text beyond ASCII is encoded", letter(Subject="Grüße"), "header-eight-bit:fix"),
    ("2047 2: an encoded word of 75", letter(Subject=f"=?utf-8?q?{'a' * 70}?="), "encoded-word-long:fix"),
    ("2047 5: not in a quoted string", letter('Cc: "=?utf-8?q?J=C3=B6?=" <j@example.net>\n'), "encoded-word-place:warn"),
    ("2231: not in a parameter", mime(["\ntext", 'Content-Type: image/png; name="=?utf-8?q?=C3=BC?="\n\nx']),
     "parameter-encoded-word:fix"),
    ("2231: no raw bytes in a parameter", mime(["\ntext", 'Content-Disposition: attachment; filename="ü"\n\nx']),
     "parameter-eight-bit:fix"),
    ("6532 3.1: valid UTF-8", letter().encode().replace(b"Subject: s", b"Subject: \xfc"), "header-charset:error"),
    ("6532 3.1: composed", letter(Subject="u\u0308"), "header-nfc:fix"),
    ("6532 3.1: no control characters", letter(Subject="a\x1b[1m"), "header-control:fix"),
    ("2045 4: a MIME-Version", letter("Content-Type: text/plain\n"), "mime-version-missing:fix"),
    ("2045 4: of 1.0", letter("MIME-Version: 2.0\n"), "mime-version-odd:fix"),
    ("2045 5.1: Content-Type syntax", letter("MIME-Version: 1.0\nContent-Type: text plain\n"), "content-type-syntax:error"),
    ("2046 5.1.1: a boundary", letter("MIME-Version: 1.0\nContent-Type: multipart/mixed\n"), "boundary-missing:error"),
    ("2046 5.1.1: of 1 to 70 characters", letter(
        f"MIME-Version: 1.0\nContent-Type: multipart/mixed; boundary={'b' * 71}\n"), "boundary-syntax:error"),
    ("2046 5.1.1: not ending in a blank", letter('MIME-Version: 1.0\nContent-Type: multipart/mixed; boundary="b "\n'),
     "boundary-syntax:error"),
    ("2046 5.1.2: not one around it", mime(["Content-Type: multipart/mixed; boundary=bb\n\n--bb\n\nx\n--bb--"]),
     "boundary-repeated:error"),
    ("2046 5.1.1: that divides something", letter("MIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=b\n"),
     "boundary-unused:error"),
    ("2046 5.1.1: and ends", letter("MIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=b\n", "--b\n\nx\n"),
     "part-not-closed:error"),
    ("2045 6.4: a multipart is not encoded", letter("Content-Transfer-Encoding: base64\nMIME-Version: 1.0\n"
     "Content-Type: multipart/mixed; boundary=b\n", "--b\n\nx\n--b--\n"), "encoding-composite:error"),
    ("2045 6.1: an encoding that there is", letter("MIME-Version: 1.0\nContent-Transfer-Encoding: 9bit\n"),
     "encoding-unknown:error"),
    ("2046 5.2.1: 8-bit in an attached message", mime(["\nx", "Content-Type: message/rfc822\n\nSubject: x\n\nü"]),
     "attached-eight-bit:warn"),
    ("2045 6.7: encoded lines of 76", letter("MIME-Version: 1.0\nContent-Transfer-Encoding: quoted-printable\n",
                                            "=41" * 30 + "\n"), "encoded-line-wide:fix"),
    ("2046 4.1.2: the charset is named", letter(body="ü\n"), "charset-label:fix"),
    ("2046 4.1.2: and right", letter("MIME-Version: 1.0\nContent-Type: text/plain; charset=utf-8\n").encode() + b"\xfc\n",
     "charset-wrong:warn"),
    ("5321 4.5.3.1.1: a local part of 64", letter(To="a" * 65 + "@example.net"), "address-syntax:error"),
    ("5321 4.5.3.1.2: a domain of 255", letter(To="a@" + "abcdefg." * 32 + "net"), "address-syntax:error"),
    ("1035 2.3.4: a label of 63", letter(To="a@" + "a" * 64 + ".net"), "address-syntax:error"),
    ("5321 4.1.2: no dot at an end of the local part", letter(To=".a@example.net"), "address-syntax:error"),
    ("5321 4.1.2: nor two together", letter(To="a..b@example.net"), "address-syntax:error"),
    ("5321 4.1.2: no quotes without need", letter(To='"bob"@example.net'), "address-quoted:fix"),
    ("5321 4.1.3: an address literal", letter(To="bob@[192.0.2.1]"), "recipient-literal:warn"),
    ("5321 2.3.5: letters, digits, hyphens", letter(To="a@b_c.net"), "address-syntax:error"),
    ("5890: an A-label that is none", letter(To="a@xn--99999999.net"), "address-syntax:error"),
    ("6531 3.4: a local part beyond ASCII", letter(To="jörg@example.net"), "recipient-utf8:warn"),
    ("5890 4.4: a domain of mixed scripts", letter(To="a@p\u0430ypal.net"), "domain-mixed:warn"),
    ("5321 2.3.5: a dot after the domain", letter(To="bob@example.net."), "address-dot:fix"),
    ("6068: mailto: before an address", letter(To="mailto:bob@example.net"), "address-mailto:fix"),
    ("5322 3.4: a semicolon between addresses", letter(To="bob@example.net; c@example.net"), "address-separator:fix"),
    ("5322 3.4: a missing >", letter(To="Bob <bob@example.net"), "address-bracket:fix"),
    ("5321 4.1.1.3: a recipient twice", letter(To="bob@example.net, bob@EXAMPLE.net"), "recipients-duplicate:fix"),
    ("5321 4.5.3.1.8: over 100 recipients", letter(To=",\n ".join(f"r{n}@example.net" for n in range(101))),
     "recipients-many:warn"),
    ("5322 3.6.3: over 20 see each other", letter(To=",\n ".join(f"r{n}@example.net" for n in range(21))),
     "recipients-visible:warn"),
    ("7505 3: the domain takes no mail", letter(To="a@null.example"), "domain-null-mx:error"),
    ("7505 4.2: nor does the author's", letter(From="ann@null.example"), "from-null-mx:error"),
    ("5321 5.1: neither MX nor address", letter(To="a@none.example"), "domain-no-mail:error"),
    ("5321 5.1: no such domain", letter(To="a@nowhere.example"), "domain-unknown:error"),
    ("5321 5.1: an MX that is an alias", letter(To="a@alias.example"), "mx-cname:warn"),
    ("one letter away from a known domain", letter(To="a@gmial.com"), "domain-slip:warn"),
    ("a stranger among people whom one knows", letter(To="ann@example.org, a@example.com"), "domain-new:warn"),
    ("1870: the server's limit", letter(body=("x" * 70 + "\n") * 2000), "server-size:error"),
    ("1870: over 25 MB", letter(body=("x" * 70 + "\n") * 370000), "large:warn"),
    ("6531 3.4: the server takes no SMTPUTF8", letter(To="jörg@example.net"), "server-utf8:error"),
    ("5321 7.2: no Bcc", letter("Bcc: eve@example.net\n"), "bcc-present:fix"),
    ("5322 3.6.6: Resent-From", letter("Resent-To: c@example.net\n"), "resent-from-missing:error"),
    ("5322 3.6.6: Resent-Date", letter("Resent-From: ann@example.org\n"), "resent-date-missing:fix"),
    ("an attachment forgotten", letter(body="See the attached file.\n"), "attachment-forgotten:warn"),
    ("in French", letter(body="Vous trouverez ci-joint le plan.\n"), "attachment-forgotten:warn"),
    ("in German", letter("MIME-Version: 1.0\nContent-Type: text/plain; charset=utf-8\n", "Im Anhang der Plan.\n"),
     "attachment-forgotten:warn"),
    ("in Spanish", letter(body="Adjunto el plano.\n"), "attachment-forgotten:warn"),
    ("in Portuguese", letter(body="Segue em anexo o plano.\n"), "attachment-forgotten:warn"),
    ("in Dutch", letter(body="Zie de bijlage.\n"), "attachment-forgotten:warn"),
    ("no subject", letter(Subject=""), "subject-empty:warn"),
    ("no text", letter(body=""), "body-empty:warn"),
    ("nothing but quoted text", letter(body="Bob wrote:\n> one\n> two\n"), "body-quoted:warn"),
    ("an attachment of no byte", mime(["\ntext", "Content-Disposition: attachment; filename=a\n\n"]), "attachment-empty:warn"),
    ("a receipt asked of a list", letter("Disposition-Notification-To: ann@example.org\n", To="tea@lists.example.net"),
     "receipt-list:warn"),
    ("marks of a template", letter(body="Dear {{name}},\n"), "template-left:warn"),
    ("marks of a merge", letter(body="one\n=======\ntwo\n>>>>>>> main\n"), "template-left:warn"),
    ("a private key", letter(body="-----BEGIN RSA PRIVATE KEY-----\nx\n"), "private-key:warn"),
    ("what is past a limit", letter("X-A: x\n" * 20000), "over-limit:warn"),
    ("5322 2.2: no mbox line", "From ann Sat\n" + letter(), "mbox-line:fix"),
    ("2049 3: no line that begins with From", letter(body="From here\n"), "from-line:fix"),
    ("2045 5: one Content-Type in a part", mime(["Content-Type: text/plain\nContent-Type: text/html\n\nx"]),
     "content-type-repeated:error"),
    ("6531 3.4: a field that cannot be encoded", letter(Message_ID="<\u00fc@example.org>"), "header-utf8:warn"),
    ("5322 2.1.1: a long line under a signature",
     mime(["\n" + "x" * 1000, "Content-Type: application/pgp-signature\n\nx"], "signed"), "line-fixed:error"),
    ("5321 4.5.3.1.3: a path of 256", letter(To="a" * 60 + "@" + "abcdefg." * 24 + "net"), "address-syntax:error"),
    ("5321 4.1.3: an IPv6 literal", letter(To="bob@[IPv6:2001:db8::1]"), "recipient-literal:warn"),
    ("5321 4.1.3: a literal that is none", letter(To="bob@[300.1.1.1]"), "address-syntax:error"),
    ("5322 3.6.6: no Resent-Bcc", letter(f"Resent-From: ann@example.org\nResent-Date: {NOW}\nResent-To: c@example.net\n"
                                         "Resent-Bcc: eve@example.net\n"), "bcc-present:fix"),
    ("6532 3.1: no C1 control", letter(Subject="a\u0085b"), "header-control:fix"),
    ("5321 5.1: the author's domain exists", letter(From="ann@nowhere.example"), "from-domain-unknown:error"),
    ("5321 5.1: and takes mail", letter(From="ann@none.example"), "from-no-mail:warn"),
    ("5321 5.1: an MX that is an address", letter(To="a@literal.example"), "mx-literal:warn"),
    ("an OpenPGP field of over 10 kB", letter("OpenPGP: " + "k\n " * 6000 + "k\n"), "autocrypt-large:warn"),
    ("an Autocrypt field of over 10 kB", letter("Autocrypt: " + "k\n " * 6000 + "k\n"), "autocrypt-large:warn"),
)
# letters that look like a slip and are none
QUIET = (
    ("a temporary failure of the DNS", letter(To="a@temp.example")),
    ("a quoted mention of an attachment", letter(body="> see the attached file\nThanks!\n")),
    ("one in the signature", letter(body="Thanks!\n-- \nall attached\n")),
    ("quotes with an answer", letter(body="Bob wrote:\n> one\nYes.\n")),
    ("a Sender that is another", letter("Sender: club@example.org\n")),
)
# rules that are kept elsewhere: the file that proves it, and words that stand in it
ELSEWHERE = (
    ("8314 3: no log-in in clear", "tests/servers/t_send_east.py", "clear"),
    ("6409 4.1: 554 and its kin in words", "tests/unit/net/test_smtp.c", "5.1.1"),
    ("6409 4.3: who must log in does", "tests/servers/t_send.py", "AUTH"),
    ("9525 6.6: a server that is pinned by the user: server-pinned", "tests/servers/t_certificate.py", "server-pinned"),
    ("6409 5.2: errors are kept without content", "tests/servers/t_send_after.py", "attempt"),
    ("6409 5.3: time limits", "tests/servers/t_send.py", "stall"),
    ("6409 8.7: headers are not rewritten", "tests/unit/net/test_msa_check.c", "test_fix_keeps"),
    ("6068: what a mailto: may set", "tests/unit/client/test_mailto.c", "attach"),
    ("3156 5: nothing changes after signing", "tests/cmd/t_crypto_send.py", "sign"),
    ("1870: SIZE before the letter", "tests/servers/t_send.py", "size"),
    ("3461: DSN parameters", "tests/servers/t_send_after.py", "notify"),
    ("5321 4.5.2: dots", "tests/servers/t_send.py", "dot"),
    ("per-recipient replies", "tests/servers/t_send.py", "later@"),
    ("Bcc and encryption", "tests/cmd/t_crypto_send.py", "bcc"),
    ("answers: elsewhere, blind, suspect, to a list", "tests/unit/net/test_msa_check.c", "reply-blind"),
    ("6409 6.1: the envelope's sender is of the author's domain", "tests/unit/net/test_msa_check.c", "sender-domain"),
    ("6409 6.1: a sender that was asked for and is not the account's", "tests/servers/t_sendmail.py", "sender-foreign"),
    ("DMARC of self", "tests/cmd/t_check.py", "dmarc-self"),
    ("shown while it is written: elsewhere, a list, a slip, DMARC", "tests/ui/t_checks_reply.py", "asks others to reject"),
    ("an attachment that changed", "tests/cmd/t_check.py", "attachment-changed"),
)


def main():
    with Home() as home:
        home.rc('[account "office"]', "address = Ann Example <ann@example.org>", "password = x", "dkim-selector = s",
                "imap = imaps://localhost", "smtp = smtps://mail.example.org", f"[dns]\nzone = {home.path('zone.json')}")
        with open(home.path("zone.json"), "w") as f:
            json.dump(ZONE, f)
        os.makedirs(home.path("state/penfold"), exist_ok=True)
        with open(home.path("state/penfold/offer-office.json"), "w") as f:
            json.dump({"host": "mail.example.org", "size": 100000, "smtputf8": False}, f)

        def check(text, *args):
            data = (text if isinstance(text, bytes) else text.encode()).replace(b"\n", b"\r\n")
            return home.run("penfold", "--json", "check", *args, "--account", "office", "-", input=data)

        def found(text):
            return {f"{f['code']}:{f['level']}" for f in json.loads(check(text).stdout)["findings"]}

        tap.same(found(letter()), set(), "the letter that all others are made of has no finding")
        for rule, text, want in FOUND:
            got = found(text)
            tap.ok(want in got, f"{rule}: {want}", f"found: {sorted(got)}")
            if want.endswith(":fix") and want not in ("line-ends:fix", "recipients-duplicate:fix"):
                mended = json.loads(check(text, "--fix").stdout).get("message", "")
                tap.ok(want not in found(mended.replace("\r\n", "\n")), f"{rule}: and mended", mended[:300])
        for name, text in QUIET:
            tap.same(found(text), set(), f"no finding: {name}")
        for body, charset in (("hello\n", b"us-ascii"), ("gr\u00fc\u00dfe\n", b"utf-8"), ("\u65e5\u672c\n", b"utf-8")):
            answer = home.ask("penfold-store", {"op": "queue-add", "hold": 999, "override": True, "draft": {
                "from": "ann@example.org", "to": ["bob@example.net"], "subject": "s", "body": body}}, args=("--serve",))
            with open(home.path("state/penfold/queue", answer[-1]["queue_id"] + ".eml"), "rb") as f:
                data = f.read()
            tap.ok(re.search(rb"^Content-Type: text/plain;(?:[^\n]|\n[ \t])*charset=\"?" + charset, data, re.M | re.I),
                   f"2046 4.1.2: the composer takes the smallest charset: {charset.decode()}", data[:600])
        for rule, path, words in ELSEWHERE:
            try:
                with open(os.path.join(SOURCE, path)) as f:
                    is_there = words.lower() in f.read().lower()
            except FileNotFoundError:
                is_there = False
            tap.ok(is_there, f"{rule}: proved by {path}")
        codes = {c["code"] for c in json.loads(home.run("penfold", "--json", "check", "--list").stdout)["checks"]}
        named = {want.split(":")[0] for _, _, want in FOUND}
        tap.ok(named <= codes, "each code is one of the table's", named - codes)
        with open(os.path.join(SOURCE, "tests/unit/net/test_msa_check.c")) as f:
            unit = f.read()
        others = [c for c in codes - named if f"{c}:" not in unit]
        with open(os.path.join(SOURCE, "tests/cmd/t_check.py")) as f:
            unit = f.read()
        others = [c for c in others if c not in unit]
        tap.same(sorted(others), [], "no row of the table is without a test")
    tap.done()


main()
