#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""POP3 servers that lie, break off, or know half of the protocol: no letter is lost or doubled, nothing is
deleted that is not here, no credential leaves before TLS, and each refusal is said in words."""
import base64
import os
import shutil
import subprocess

from penfold_test import SERVERS, Home, Tap
from fake_pop3 import CAPA, FakePop3, stuffed
from imap_account import digest, events, letter, local_bodies

tap = Tap()
LETTERS = [letter(n, 500) for n in range(6)]
SECRETS = [b"alicepw", base64.b64encode(b"\0alice\0alicepw").rstrip(b"="), b"alice"]


def rc(home, fake, *extra, scheme="pop3", clear=True, ca=None):
    home.rc(*(["[tls]", f"ca-file = {ca}"] if ca else []), '[account "work"]',
            "address = Alice <alice@penfold.test>", "password = alicepw",
            f"pop3 = {scheme}://alice@localhost:{fake.port}", *(["tls = no"] if clear else []), *extra)


def run(home, fake, *extra, whole=False):
    rc(home, fake, *extra)
    if whole:
        return home.run("penfold", "sync", "work", timeout=60)
    return home.json_lines("penfold-sync", "work", timeout=60)


def fresh(home):
    for name in ("Mail", "state"):
        shutil.rmtree(home.path(name), ignore_errors=True)


def here(home):
    return local_bodies(home, "INBOX")


def whole(letters):
    return sorted(digest(x) for x in letters)


def half_a_protocol(home):
    for name, capa, answers in (
            ("without PIPELINING", [x for x in CAPA if x != "PIPELINING"], {}),
            ("without CAPA", CAPA, {"CAPA": b"-ERR unknown command\r\n"}),
            ("without UIDL", CAPA, {"UIDL": b"-ERR unknown command\r\n"}),
            ("without UIDL and TOP", ["USER"], {"UIDL": b"-ERR no\r\n", "TOP": b"-ERR no\r\n"}),
            ("with bare LFs all over", CAPA, "loose")):
        fresh(home)
        with FakePop3(LETTERS, capa=capa, answers={} if answers == "loose" else answers) as fake:
            if answers == "loose":
                fake.answers = {"CAPA": b"+OK\nUSER\nUIDL\n.\n", "UIDL": b"+OK\n1 a\n.\n", "LIST": b"+OK\n1 9\n.\n",
                                "RETR": b"+OK\nSubject: x\n\n..a\n.\n"}
            lines, process = run(home, fake)
            first = here(home)
            run(home, fake)
            want = whole([b"Subject: x\n\n.a\n"] if answers == "loose" else LETTERS)
            tap.same((process.returncode, first, here(home)), (0, want, want), f"{name}: all is fetched, and once")
            if "TOP" in name:
                tap.ok(any("neither UIDL nor TOP" in x["message"] for x in events(lines, "error")), f"{name}: told")


def identities(home):
    with FakePop3(LETTERS[:4], ids=["same", "same", "x", "same"]) as fake:
        fresh(home)
        run(home, fake)
        tap.same(here(home), whole(LETTERS[:4]), "one id for three messages: all are fetched")
        run(home, fake)
        tap.same(len(fake.fetched), 4, "and not again")
        fake.letters, fake.ids = LETTERS[1:4], ["same", "x", "same"]
        run(home, fake)
        tap.same(here(home), whole(LETTERS[:4]), "when one of them goes, nothing is lost or doubled")
    with FakePop3(LETTERS[:2], ids=["a", "b"]) as fake:
        fresh(home)
        run(home, fake)
        fake.letters, fake.ids = [LETTERS[0], LETTERS[2] + b"longer\r\n"], ["a", "b"]
        run(home, fake)
        tap.same(len(here(home)), 3, "an id that is used anew for another message: it is fetched")
        fake.ids = ["A2", "B2"]
        run(home, fake)
        tap.same(len(here(home)), 3, "all ids anew: nothing is here twice")
        fake.letters, fake.ids = [], []
        run(home, fake, "pop3-delete-after = 0")
        tap.same(len(here(home)), 3, "an emptied maildrop empties nothing here")
    with FakePop3(LETTERS, answers={"UIDL": b"+OK\r\n0 a\r\n-3 b\r\n3 c\r\n3 d\r\n99 z\r\n4294967297 y\r\n.\r\n",
                                    "RETR 99": b"-ERR no such message\r\n"}) as fake:
        fresh(home)
        lines, process = run(home, fake)
        told = [x["message"] for x in events(lines, "error")]
        tap.same((process.returncode, here(home)), (0, whole([LETTERS[2]])),
                 "numbers out of range, twice, or of no message: the good ones are fetched")
        tap.ok(any("makes no sense" in x for x in told) and any("message 99" in x for x in told),
               "and the odd ones told", told)


def sizes(home):
    with FakePop3(LETTERS, sizes=[1, 0, 10**12, 99999, 5, 700]) as fake:
        fresh(home)
        lines, process = run(home, fake)
        told = [x["message"] for x in events(lines, "error")]
        tap.same((process.returncode, here(home)), (0, whole([x for n, x in enumerate(LETTERS) if n != 2])),
                 "wrong sizes change nothing; a message said to be huge stays there")
        tap.ok(any("stays on the server" in x for x in told), "and is told", told)
    odd = [b"Subject: dots\r\n\r\na\n.\nb\n.\r\nc\r\n", b"\r\n.leading\r\n", b"Subject: nul\r\n\r\na\0b\r\n",
           b"Subject: \xff\xfe\r\n\r\n" + b"x" * 100000 + b"\r\n", b"\r\n"]
    with FakePop3(odd) as fake:
        fresh(home)
        _, process = run(home, fake)
        tap.same((process.returncode, here(home)), (0, whole(odd)),
                 "bare dots, NUL, 8 bits, a line of 100 kB, an empty message: to the byte")


def breaking_off(home):
    """A message on which the line breaks each time must not keep the others from coming."""
    def half(c, _):
        c.send(b"+OK\r\nSubject: half")
        return False

    with FakePop3(LETTERS, answers={"RETR 4": half}) as fake:
        fresh(home)
        codes = [run(home, fake)[1].returncode for _ in range(3)]
        good = whole([x for n, x in enumerate(LETTERS) if n != 3])
        tap.same((codes, here(home)), ([75, 75, 75], good), "the line breaks in one message: the others come")
        fake.answers = {}
        run(home, fake)
        tap.same(here(home), whole(LETTERS), "and it too when it can be had")
    with FakePop3(LETTERS, answers={"QUIT": lambda c, _: False}) as fake:
        fresh(home)
        run(home, fake, "pop3-delete-after = 0", whole=True)
        tap.same((len(here(home)), len(fake.letters)), (6, 6), "QUIT that is not answered: nothing counts as deleted")
        fake.answers = {}
        run(home, fake, "pop3-delete-after = 0", whole=True)
        tap.same((len(here(home)), fake.letters), (6, []), "the next run deletes")
    with FakePop3(LETTERS, answers={"DELE 2": b"-ERR no\r\n"}) as fake:
        fresh(home)
        run(home, fake, "pop3-delete-after = 0", whole=True)
        tap.same((len(here(home)), fake.letters), (6, [LETTERS[1]]), "one DELE refused: the others are deleted")


def words(home):
    big = b"+OK " + b"x" * 200000 + b"\r\n"
    for name, fake, code, text in (
            ("no POP3 at all", {"greeting": b"* OK IMAP4rev1\r\n"}, 76, "does not speak POP3"),
            ("a greeting without end", {"greeting": big}, 65, "line without end"),
            ("a server that is closed", {"greeting": b"-ERR [SYS/TEMP] later\r\n"}, 75, "later"),
            ("escape sequences", {"greeting": b"-ERR \x1b[31mred\x1b[0m\r\n"}, 75, "red"),
            ("another session", {"answers": {"PASS": b"-ERR [IN-USE] busy\r\n", "AUTH": b"-ERR [IN-USE] busy\r\n"}}, 75,
             "busy"),
            ("a wrong password", {"answers": {"AUTH": b"-ERR [AUTH] no\r\n"}}, 77, "refused the log-in"),
            ("a challenge without end", {"answers": {"AUTH": b"+ \r\n", "": b"+ \r\n"}}, 76, "PLAIN"),
            ("no list", {"answers": {"LIST": b"-ERR no\r\n"}}, 75, "does not list"),
            ("no mechanism", {"capa": ["SASL GSSAPI"]}, 77, "GSSAPI"),
            ("apop without timestamp", {}, 77, "apop")):
        with FakePop3(LETTERS, **fake) as server:
            _, process = run(home, server, *(["auth = apop"] if "apop" in name else []))
        tap.ok(process.returncode == code and text in process.stderr and 'account "work"' in process.stderr
               and "\x1b" not in process.stderr, f"{name}: told", process.returncode, process.stderr)
    with FakePop3(LETTERS, greeting=b"+OK <1896.697170952@dbc.mtview.ca.us>\r\n") as fake:
        fresh(home)
        _, process = run(home, fake, "auth = apop")
        tap.ok(process.returncode == 0 and b"APOP alice " in fake.heard and b"alicepw" not in fake.heard,
               "APOP when told", process.stderr)
    with FakePop3([], answers={"UIDL": lambda c, _: flood(c)}) as fake:
        _, process = run(home, fake)
        tap.ok(process.returncode == 65 and "500000" in process.stderr, "a list without end is ended", process.stderr)


def flood(c):
    c.send(b"+OK\r\n")
    for start in range(1, 600000, 10000):
        c.send(b"".join(b"%d id%d\r\n" % (n, n) for n in range(start, start + 10000)))
    return False


def before_tls(home, ca):
    for name, answers, scheme, text in (
            ("STLS refused", {"STLS": b"-ERR unknown command\r\n"}, "pop3", "refuses STLS"),
            ("bytes behind STLS", {"STLS": b"+OK go\r\n+OK injected\r\n"}, "pop3", "attacker"),
            ("clear text on the TLS port", {}, "pop3s", "TLS")):
        with FakePop3(LETTERS, answers=answers) as fake:
            rc(home, fake, scheme=scheme, clear=False, ca=f"{ca}/ca.pem")
            process = home.run("penfold-sync", "work", timeout=60)
        tap.ok(process.returncode == 76 and text in process.stderr, f"{name}: told", process.stderr)
        tap.same([s for s in SECRETS if s in fake.heard], [], f"{name}: no credential was sent")
    for name, word in (("expired", "expired on"), ("wrong", "not for localhost"), ("selfsigned", "nobody")):
        with FakePop3(LETTERS, tls=(f"{ca}/{name}.pem", f"{ca}/{name}.key")) as fake:
            rc(home, fake, scheme="pop3s", clear=False, ca=f"{ca}/ca.pem")
            process = home.run("penfold-sync", "work", timeout=60)
        tap.ok(process.returncode == 76 and word in process.stderr and fake.heard == b"",
               f"{name} certificate: refused", process.stderr)


def main():
    with Home() as home:
        ca = home.path("ca")
        subprocess.run([os.path.join(SERVERS, "mkca.sh"), ca], check=True, capture_output=True)
        half_a_protocol(home)
        identities(home)
        sizes(home)
        breaking_off(home)
        words(home)
        before_tls(home, ca)
    tap.done()


assert stuffed(b".") == b"..\r\n.\r\n"
main()
