#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Whatever a draft holds, the frozen letter is one by RFC 5322 to the letter, in 7 bits, and a second parser
(Python's email) reads the same addresses, subject, text and files from it. FROZEN_LETTERS=N: so many (300)."""
import email
import email.policy
import os
import random
import re
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "lib"))
from penfold_test import Home, Tap  # noqa: E402

tap = Tap()
COUNT = int(os.environ.get("FROZEN_LETTERS", "300"))
ONCE = ("from", "date", "sender", "reply-to", "to", "cc", "message-id", "in-reply-to", "references", "subject",
        "mime-version", "content-type", "content-transfer-encoding")
NAMES = ["", "Ann", "Ann Example", "Example, Ann", "A \"quoted\" Name", "back\\slash", "(in brackets)", "Jörg Müller",
         "日本 太郎", "Ünï " * 12, "=?utf-8?q?looks_encoded?=", "a.b", "semi; colon: at@", "x" * 120, "🖋 pen",
         "trailing ", "e\u0301", "שלום", "<angle>", "'single'"]
LOCALS = ["ann", "a.b", "a+tag", "o'brien", "_", "\"quoted local\"", "\"a@b\"", "x" * 64, "!#$%&*/=?^`{|}~"]
DOMAINS = {"example.org": "example.org", "EXAMPLE.net": "example.net", "bücher.example": "xn--bcher-kva.example",
           "sub." * 10 + "example.com": "sub." * 10 + "example.com", "[192.0.2.1]": "[192.0.2.1]",
           "[IPv6:2001:db8::1]": "[IPv6:2001:db8::1]"}
WORDS = ["budget", "Grüße", "日本語" * 9, "=?x?q?y?=", "From here", ".", "..", "-- ", "  spaced", "tab\there", "x" * 300,
         "trailing  ", ">quoted", "", "🖋🖋", "a=b", "z" * 1200, "\u00a0", "e\u0301\u0301", "~" * 80]


def quote(name):
    return '"' + name.replace("\\", "\\\\").replace('"', '\\"') + '" ' if name else ""


def mailbox(rng, plain=False):
    """(as it is typed, the name, the address as it must arrive)"""
    name, local = rng.choice(NAMES), rng.choice(LOCALS)
    domain = rng.choice(list(DOMAINS)) if not plain else "example.org"
    typed = f"{quote(name)}<{local}@{domain}>" if name or rng.random() < .5 else f"{local}@{domain}"
    return typed, " ".join(name.split()), f"{local}@{DOMAINS[domain]}"


def draft(rng, home, i):
    people = {"from": [mailbox(rng) for _ in range(1 if rng.random() < .9 else 2)],
              "to": [mailbox(rng) for _ in range(rng.choice([1, 1, 2, 5, 30]))]}
    if rng.random() < .4:
        people["cc"] = [mailbox(rng) for _ in range(rng.randint(1, 4))]
    if rng.random() < .2:
        people["reply_to"] = [mailbox(rng)]
    letter = {key: [m[0] for m in value] for key, value in people.items()}
    letter["from"] = ", ".join(letter["from"])
    letter["subject"] = " ".join(rng.choice(WORDS) for _ in range(rng.randint(1, 10)))
    letter["body"] = "\n".join(" ".join(rng.choice(WORDS) for _ in range(rng.randint(0, 9)))
                               for _ in range(rng.randint(1, 25))) + "\n"
    if rng.random() < .3:
        letter["references"] = " ".join(f"<{n}{'.r' * 40}@example.net>" for n in range(rng.randint(1, 30)))
        letter["in_reply_to"] = "<1@example.net>"
    files = []
    if rng.random() < .3:
        for n in range(rng.randint(1, 2)):
            name = rng.choice(["plain.bin", "файл.dat", "a b;c\"d.txt", "名" * 30 + ".pdf", "=?utf-8?q?x?=.bin", "=?utf-8?q?x?=" * 12])
            path = home.path(f"{i}-{n}-{name}")
            data = bytes(rng.randrange(256) for _ in range(rng.randint(1, 2000)))
            with open(path, "wb") as f:
                f.write(data)
            files.append((f"{i}-{n}-{name}", data))
        letter["attachments"] = [{"path": home.path(name)} for name, _ in files]
    return letter, people, files


def strict(data):
    """What is wrong with the bytes by RFC 5322, 2045 and 2047; empty for a letter as it must be."""
    faults = []
    if re.search(rb"(?<!\r)\n|\r(?!\n)|\0", data) or not data.endswith(b"\r\n"):
        faults.append("line ends")
    if not data.isascii():
        faults.append("8 bit")
    if max(len(line) for line in data.split(b"\r\n")) > 998:
        faults.append("line over 998")
    for part in email.message_from_bytes(data).walk():  # RFC 2045 6.7, 6.8
        if part.get("Content-Transfer-Encoding", "").lower() in ("quoted-printable", "base64"):
            faults += [f"encoded line of {len(line)}" for line in part.get_payload().splitlines() if len(line) > 76]
    head = data.split(b"\r\n\r\n", 1)[0].decode("latin1")
    fields = re.split(r"\r\n(?![ \t])", head)
    names = [f.split(":", 1)[0].lower() for f in fields]
    faults += [f"no field: {f[:40]!r}" for f in fields if not re.match(r"[!-9;-~]+:", f)]
    faults += [f"{n} repeated" for n in ONCE if names.count(n) > 1]
    faults += [f"{n} missing" for n in ("from", "date", "message-id", "mime-version", "to") if n not in names]
    for line in head.split("\r\n"):
        if not line.strip():
            faults.append("blank fold")
        if len(line) > 78 and " " in line.strip()[:70] and ":" not in line[:len(line) - 70]:
            faults.append(f"unfolded: {line[:60]!r}")
    faults += [f"encoded word: {w[:60]!r}" for w in re.findall(r"=\?[^? ]+\?[bqBQ]\?[^? ]*\?=", head) if len(w) > 75]
    values = dict(zip(names, (re.sub(r"\r\n", "", f.split(":", 1)[-1]).strip() for f in fields)))
    if not re.fullmatch(r"(Mon|Tue|Wed|Thu|Fri|Sat|Sun), \d\d? [A-Z][a-z]{2} \d{4} \d\d:\d\d:\d\d [+-]\d{4}",
                        values.get("date", "")):
        faults.append("date")
    if not re.fullmatch(r"<[\w!#$%&'*+/=?^`{|}~.-]+@[\w.\[\]:-]+>", values.get("message-id", "")):
        faults.append("message-id")
    return faults


def unflow(text):
    """RFC 3676 4.1 with DelSp=no: the lines as they were written."""
    out, flowing, before = [], False, ""
    for line in text.split("\n"):
        quotes = re.match(">*", line)[0]
        rest = line[len(quotes):]
        rest = rest[1:] if rest.startswith(" ") else rest
        if flowing and quotes == before:
            out[-1] += rest
        else:
            out.append(quotes + (" " if quotes and rest else "") + rest)
        flowing, before = rest.endswith(" ") and rest != "-- ", quotes
    return "\n".join(out)


def squeeze(text):
    """Blanks at line ends are not kept (RFC 3676 4.2), nor those behind a quote mark."""
    return [re.sub(r"^(>+) ?", r"\1", line).rstrip(" \t") for line in text.rstrip("\n").split("\n")]


def differences(data, letter, people, files):
    message = email.message_from_bytes(data, policy=email.policy.default)
    faults = [f"defect {d!r}" for part in message.walk() for d in part.defects]
    for key, value in people.items():
        header = message[key.replace("_", "-")]
        # Python puts a blank between two encoded words of one name, against RFC 2047 6.2: none counts
        got = [("".join(a.display_name.split()), a.addr_spec) for a in header.addresses]
        want = [("".join(name.split()), spec) for _, name, spec in value]
        if [g[1] for g in got] != [w[1] for w in want]:
            faults.append(f"{key}: {got} for {want}")
        elif [g[0] for g in got] != [w[0] for w in want]:
            faults.append(f"{key} names: {got} for {want}")
    if " ".join(str(message["Subject"] or "").split()) != " ".join(letter["subject"].split()):
        faults.append(f"subject: {message['Subject']!r} for {letter['subject']!r}")
    text = message.get_body(("plain",)).get_content().replace("\r\n", "\n")
    if squeeze(unflow(text)) != squeeze(letter["body"]):
        faults.append(f"body: {squeeze(unflow(text))} for {squeeze(letter['body'])}")
    got = [(part.get_filename(), part.get_payload(decode=True)) for part in message.iter_attachments()]
    if got != files:
        faults.append(f"files: {[g[0] for g in got]} for {[f[0] for f in files]}")
    return faults


def main():
    rng = random.Random(6409)
    with Home() as home:
        home.rc('[account "a"]', "address = Ann <ann@example.org>")
        drafts = [draft(rng, home, i) for i in range(COUNT)]
        answers = home.ask("penfold-store", *({"op": "queue-add", "override": True, "draft": d[0]} for d in drafts),
                           args=("--serve",), timeout=300)
        done = [a for a in answers if a.get("done") or a.get("error")]
        refused = [(a["error"]["message"], d[0]) for a, d in zip(done, drafts) if a.get("error")]
        tap.same(refused, [], f"{COUNT} drafts are frozen")
        broken, other, mended = [], [], []
        for answer, (letter, people, files) in zip(done, drafts):
            path = home.path("state/penfold/queue", answer["queue_id"] + ".eml")
            data = open(path, "rb").read()
            broken += [(fault, letter["subject"]) for fault in strict(data)]
            other += differences(data, letter, people, files)
        some = [home.path("state/penfold/queue", a["queue_id"] + ".eml") for a in done[:: max(1, COUNT // 10)]]
        for path in some:
            fixed = home.run("penfold", "check", "--fix", path, input=b"")
            if fixed.stdout != open(path, "rb").read():
                mended.append(fixed.stderr)
    tap.ok(not broken, "each is strict RFC 5322, 7-bit, within 998", *broken[:8])
    tap.ok(not other, "Python's email reads the same", *other[:8])
    tap.ok(not mended, "and there is nothing to mend", *mended[:3])
    tap.done()


main()
