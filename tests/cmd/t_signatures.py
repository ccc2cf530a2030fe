#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""DKIM and ARC against a second opinion. Letters signed by python3-dkim and by ourselves are changed in one
place each, and both verifiers must say the same, or the difference is one of those that EXPLAINED names.
With CORPORA=DIR the public samples too. PENFOLD_DIFFERENTIAL sets how many letters (400), PENFOLD_DIFFERENTIAL_SEED which."""
import base64
import glob
import json
import os
import random
import re
import time

from penfold_test import SOURCE, Home, Tap, skip_all
from signature_changes import mutate, reshape

try:
    import dkim
except ImportError:
    skip_all("python3-dkim is not installed")

DATA = os.path.join(SOURCE, "tests/unit/auth/data")
COUNT = int(os.environ.get("PENFOLD_DIFFERENTIAL", "400"))
SEED = int(os.environ.get("PENFOLD_DIFFERENTIAL_SEED", "20261129"))
NOW = int(time.time())
tap = Tap()

# Why the two may differ, by what ours says. Anything else is a bug of one of them.
EXPLAINED = {
    "RFC 8301: SHA-1 and short keys never count": r"sha1|bits",
    "a name in h=, s= or d= that is no name": r"no domain name|no selector|is not within|malformed",
    "i= and d= are compared as domain names": r"i= ",
    "t= is no time, or x= not after it": r"t= or x=",
    "l= is longer than the body": r"l= ",
    "the tag list: twice the same tag, or no name": r"tag",
    "base64 is read to the letter": r"base64",
    "v= must be 1, q= dns/txt": r"v= is|q= is",
    "an unknown algorithm is not looked at": r"unknown algorithm|canonicalization",
}


def key_records():
    with open(os.path.join(DATA, "zone.json")) as f:
        zone = json.load(f)
    return zone


ZONE = key_records()


def txt(name, timeout=5):
    """The answer for python3-dkim."""
    name = (name.decode() if isinstance(name, bytes) else name).rstrip(".").lower()
    for value in ZONE.get(name, {}).get("TXT", []):
        return (value if isinstance(value, str) else "".join(value)).encode()
    return None


def selector_of(kind):
    """(selector, domain) of our published key of this kind, and the private key as python3-dkim wants it."""
    wanted = "k=ed25519" if kind == "ed25519" else "k=rsa"
    for name, entry in ZONE.items():
        record = "".join(entry.get("TXT", [""])[0]) if isinstance(entry, dict) else ""
        if "._domainkey." not in name or wanted not in record:
            continue
        if kind == "rsa" and not name.startswith("s2048."):
            continue
        return name.split("._domainkey.")
    raise RuntimeError(f"no {kind} key in the zone")


def private_key(kind):
    with open(os.path.join(DATA, "rsa-2048.pem" if kind == "rsa" else "ed25519.pem"), "rb") as f:
        pem = f.read()
    if kind == "rsa":
        return pem
    der = base64.b64decode(b"".join(pem.split(b"\n")[1:2]))
    return base64.b64encode(der[-32:])


BODIES = [b"Hello.\r\n", b"", b"\r\n\r\n", b"A line  with   blanks \t\r\n\r\nand more\r\n\r\n\r\n",
          b"no line end", b"x\r\n" * 200, b" leading\r\n.\r\n..\r\n", bytes(range(1, 10)) + b"\r\n",
          "\u00e4\u00f6\u00fc of 8 bits\r\n".encode("latin-1"), b"x" * 5000 + b"\r\n", b"y" * 100000,
          b" " * 300 + b"\r\n\t\r\n", b"a \r\n" * 50 + b" \r\n" * 5, b"\0NUL\0\r\n", b"lone\rCR\r\n", b"lone\nLF\r\n"]
HEADERS = (b"Received: from a.example by b.example; Sat, 28 Nov 2026 10:00:00 +0000\r\n"
           b"From: Ann Example <ann@example.org>\r\nTo: bjarni@example.net,\r\n  carla@example.com\r\n"
           b"Subject:  A   letter\r\n\twith folds \r\nDate: Sat, 28 Nov 2026 10:00:00 +0000\r\n"
           b"Message-ID: <1@example.org>\r\nX-Twice: one\r\nX-Twice: two\r\n\r\n")
# the same with very long lines, with octets that are none of ASCII, with folds of blanks alone
MANY_HEADERS = [HEADERS, HEADERS.replace(b"A   letter", b"very long " * 300),
                HEADERS.replace(b"Ann Example", "J\u00f6rg \u65e5".encode()).replace(b"Subject:  A", b"sUbJeCt:\xff\xfe A"),
                HEADERS.replace(b"X-Twice: one", b"X-Twice:\r\n \r\n one").replace(b"To: ", b"To:\t\t")]


def sign(kind, headers, text, canonicalize, length=False):
    """By python3-dkim."""
    selector, domain = (part.encode() for part in selector_of(kind))
    message = headers + text
    return dkim.sign(message, selector, domain, private_key(kind), canonicalize=canonicalize, length=length,
                     signature_algorithm=b"ed25519-sha256" if kind == "ed25519" else b"rsa-sha256",
                     include_headers=[b"from", b"to", b"subject", b"date", b"x-twice", b"x-none"]) + message


def signed_letters():
    """One for each algorithm, canonicalization and body, and some of the headers."""
    out = []
    for kind in ("rsa", "ed25519"):
        for head in (b"relaxed", b"simple"):
            for body in (b"relaxed", b"simple"):
                for text in BODIES if kind == "ed25519" else BODIES[:3]:
                    headers = MANY_HEADERS[len(out) % len(MANY_HEADERS)]
                    out.append(sign(kind, headers, text, (head, body), len(out) % 5 == 4))
    return out


def second_opinion(letter):
    try:
        return bool(dkim.DKIM(letter, minkey=1024).verify(dnsfunc=txt))
    except (dkim.DKIMException, ValueError, IndexError, KeyError, TypeError, UnicodeError):
        return False


def judge(home, letters, zone):
    """Our verdicts."""
    requests = []
    for i, letter in enumerate(letters):
        path = home.path(f"letter{i}")
        with open(path, "wb") as f:
            f.write(letter)
        requests.append({"op": "judge", "path": path, "now": NOW})
    answers = home.ask("penfold-auth", *requests, args=("--serve", "--dns", zone))
    return [a["verdict"] for a in answers]


def is_explained(letter, ours, theirs):
    reason = ours["dkim"][0]["reason"] if ours["dkim"] else "no signature"
    if theirs and any(re.search(p, reason) for p in EXPLAINED.values()):
        return True
    head = letter.split(b"\r\n\r\n", 1)[0]
    # python3-dkim refuses a header with a line that is no field; ours ends the header there, as RFC 5322
    # readers do, and such a line can only move text from the header to the body
    broken = any(b":" not in line and not line[:1] in (b" ", b"\t") for line in re.split(rb"\r?\n", head))
    # it does not take the blank before a colon away (RFC 6376 section 3.4.2)
    blank = re.search(rb"(?m)^[A-Za-z-]+[ \t]+:", head) is not None
    # it refuses what has a second, unsigned From; ours says so by a flag, and the verdict is suspect
    second = bool(ours["dkim"]) and "from" in ours["dkim"][0]["added"] and ours["verdict"] == "suspect"
    # and to it a lone CR or LF, VT and FF are blanks; to RFC 6376 only SP and HTAB are
    lone = theirs and re.search(rb"\r(?!\n)|(?<!\r)\n|[\x0b\x0c]", letter) is not None
    # of a last line that does not end it keeps the blanks, which relaxed takes away from the end of each line (3.4.4)
    tail = letter[-1:] in (b" ", b"\t") and ours["dkim"] and ours["dkim"][0]["canonicalization"].endswith("/relaxed")
    return broken or lone or tail or not theirs and (blank or second)


def compare(home, letters, name):
    ours = judge(home, letters, os.path.join(DATA, "zone.json"))
    wrong, passes, explained = [], 0, 0
    for letter, verdict in zip(letters, ours):
        mine = bool(verdict["dkim"]) and verdict["dkim"][0]["result"] == "pass"
        theirs = second_opinion(letter)
        passes += mine
        if mine != theirs:
            if is_explained(letter, verdict, theirs):
                explained += 1
            else:
                wrong.append(f"ours {mine} ({verdict['dkim'][:1]}), theirs {theirs}: {letter[:1500]!r}")
    tap.ok(not wrong, f"{name}: {len(letters)} letters, {passes} pass, {explained} differences explained",
           *wrong[:4])
    return passes


def test_differential(home):
    random_ = random.Random(20261128)
    letters = signed_letters()
    tap.same(compare(home, letters, "as they were signed"), len(letters), "and all of them pass")
    changed = [mutate(random_, random_.choice(letters)) for _ in range(COUNT)]
    passes = compare(home, changed, "changed in one place")
    tap.ok(0 < passes < COUNT, "some changes are harmless, some are not")
    random_ = random.Random(SEED)
    passes = compare(home, [reshape(random_, random_.choice(letters)) for _ in range(COUNT)], "changed as on the road")
    tap.ok(0 < passes < COUNT, "some of these, too")


def own_letters(home):
    """Signed by `penfold dkim sign`, with both keys."""
    letters = []
    for kind, name in (("rsa", "rsa-2048.pem"), ("ed25519", "ed25519.pem")):
        selector, domain = selector_of(kind)
        key = home.path(name)
        with open(os.path.join(DATA, name), "rb") as f, open(key, "wb") as copy:
            copy.write(f.read())
        os.chmod(key, 0o600)  # a key that others can read is refused
        for body in BODIES[:4]:
            with open(home.path("own"), "wb") as f:
                f.write(HEADERS.replace(b"X-Twice: one\r\nX-Twice: two\r\n", b"") + body)
            run = home.run("penfold", "dkim", "sign", "--domain", domain, "--selector", selector,
                           "--key", key, home.path("own"), input=b"")
            if run.returncode:
                raise RuntimeError(run.stderr)
            letters.append(run.stdout)
    return letters


def test_own_signatures(home):
    random_ = random.Random(8463)
    letters = own_letters(home)
    tap.same(compare(home, letters, "signed by ourselves"), len(letters), "and all of them pass")
    compare(home, [mutate(random_, random_.choice(letters)) for _ in range(COUNT // 2)],
            "signed by ourselves and changed in one place")
    random_ = random.Random(SEED)
    compare(home, [reshape(random_, random_.choice(letters)) for _ in range(COUNT // 2)],
            "signed by ourselves and changed as on the road")


def sample(path):
    """A file of key records, an empty line and a message: (zone, message)."""
    with open(path, "rb") as f:
        keys, message = f.read().split(b"\n\n", 1)
    zone = {}
    for line in keys.decode().splitlines():
        name, record = line.split(" ", 1)
        zone.setdefault(name.lower(), {"TXT": []})["TXT"].append(record)
    return zone, re.sub(rb"\r?\n", b"\r\n", message)


def test_samples(home, kind, judge_one):
    paths = sorted(glob.glob(os.path.join(os.environ.get("CORPORA") or "/nonexistent", kind, "resources/*/*.txt")))
    if not paths:
        tap.ok(True, f"{kind} # SKIP CORPORA names no folder that has it")
    for path in paths:
        zone, message = sample(path)
        with open(home.path("zone.json"), "w") as f:
            json.dump(zone, f)
        with open(home.path("message"), "wb") as f:
            f.write(message)
        run = home.run("penfold", "auth", "--json", "--dns", home.path("zone.json"), "--now", "1667843664",
                       home.path("message"))
        judge_one(os.path.basename(path), json.loads(run.stdout))


def arc_chain():
    """Two sets over an unsigned letter, by python3-dkim."""
    selector, domain = (part.encode() for part in selector_of("rsa"))
    letter = HEADERS + BODIES[3]
    for word in (b"none", b"pass"):
        results = b"Authentication-Results: example.org; arc=" + word + b"; spf=pass smtp.mailfrom=a@x.example\r\n"
        fields = dkim.arc_sign(results + letter, selector, domain, private_key("rsa"), domain)
        if not fields:
            raise RuntimeError("python3-dkim makes no chain")
        letter = b"".join(fields) + letter
    return letter


def test_arc(home):
    zone = os.path.join(DATA, "zone.json")
    letter = arc_chain()
    cases = [("a chain of two passes", letter, "pass"),
             ("without its second seal it fails", re.sub(rb"(?s)^ARC-Seal:.*?\r\n(?=\S)", b"", letter), "fail"),
             ("a changed body breaks it", letter + b"more\r\n", "fail"),
             ("a changed claim breaks the seal", letter.replace(b"spf=pass", b"spf=fail", 1), "fail"),
             ("a changed Subject breaks it", letter.replace(b"letter", b"lettre"), "fail"),
             ("instance 9 out of order", letter.replace(b"i=2", b"i=9"), "fail"),
             ("cv=none in the second", letter.replace(b"cv=pass", b"cv=none"), "fail"),
             ("no chain is none", HEADERS + b"x\r\n", "none")]
    for (name, _, wanted), verdict in zip(cases, judge(home, [c[1] for c in cases], zone)):
        tap.same(verdict["arc"]["result"], wanted, f"ARC: {name}")
    verdict = judge(home, [letter], zone)[0]
    tap.same([(i["i"], i["cv"], i["d"], i["ams"], i["as"]) for i in verdict["arc"]["instances"]],
             [(1, "none", "example.org", "pass", "pass"), (2, "pass", "example.org", "pass", "pass")],
             "each set is told")
    tap.ok(verdict["verdict"] not in ("pass", "pass-spf", "pass-other"), "a chain alone is no green light",
           verdict["verdict"])


with Home() as home_:
    test_differential(home_)
    test_own_signatures(home_)
    test_arc(home_)
    test_samples(home_, "dkim-samples", lambda name, verdict: tap.same(
        verdict["dkim"][-1]["result"], "pass", f"sample {name}: its last signature passes"))
    test_samples(home_, "arc-samples", lambda name, verdict: tap.same(
        (verdict["arc"]["result"], {i["as"] for i in verdict["arc"]["instances"]}), ("pass", {"pass"}),
        f"sample {name}: the chain passes"))
tap.done()
