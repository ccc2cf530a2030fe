#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""gen_corpus.py --n N --out DIR [--seed S] [--light] - a Maildir of invented mail, the same for ever.

DIR/cur gets N messages of one year: threads of a long-tailed length, mailing lists, four charsets, HTML
twins, attachments, a few malformed ones; --light leaves only short text. The newest 60 are threads of
one whose subjects start with MrkRow001 (the newest) to MrkRow060; the oldest subject holds
OldestRow000; the newest body holds BodyTokenQ7, every 10th the word "quarterly"."""
import argparse
import base64
import math
import os
import random
import time
import zlib

END = 1793491200  # 2026-11-01T00:00:00Z
YEAR = 365 * 86400
MARKED = 60
DOMAINS = ["example.org", "lists.example.net", "mail.example.com", "uni.example", "corp.example"]
LISTS = ["dev", "users", "announce", "bugs", "security", "commits"]
OTHER_TEXT = {
    "iso-2022-jp": ("これは日本語の本文です。", "会議の件"),
    "koi8-r": ("Привет, это письмо на русском языке.", "Встреча"),
    "iso-8859-1": ("Grüße aus Köln, bitte prüfen Sie die Änderungen.", "Über Köln"),
}


class Words:
    """An invented vocabulary with Zipf's frequencies, and lines made of it."""

    def __init__(self, seed):
        r = random.Random(seed)
        seen = {}
        while len(seen) < 20000:
            n = r.choice((1, 2, 2, 3, 3, 4))
            seen["".join(r.choice("bcdfghjklmnprstvwz") + r.choice("aeiou") for _ in range(n))
                 + r.choice(("", "", "n", "r", "s"))] = None
        self.words = list(seen)
        self.weights, total = [], 0.0
        for i in range(len(self.words)):
            total += 1.0 / (i + 3) ** 1.05
            self.weights.append(total)
        picked = self.pick(r, 4000 * 10)
        self.lines = [" ".join(picked[i:i + 10]).capitalize() + "." for i in range(0, len(picked), 10)]
        self.noise = base64.encodebytes(r.randbytes(1 << 18)).decode()

    def pick(self, r, n):
        return r.choices(self.words, cum_weights=self.weights, k=n)

    def text(self, r, size):
        out, n = [], 0
        while n < size:
            out.append(r.choice(self.lines))
            n += len(out[-1]) + 1
            if r.random() < 0.12:
                out.append("")
        return "\n".join(out) + "\n"

    def person(self, i):
        first, last = self.words[200 + i % 1700], self.words[2000 + i * 3 % 15000]
        return f"{first.title()} {last.title()}", f"{first}.{last}@{DOMAINS[i % len(DOMAINS)]}"


def rfc5322(seconds):
    return time.strftime("%a, %d %b %Y %H:%M:%S +0000", time.gmtime(seconds))


def encoded(text, charset):
    return f"=?{charset}?B?{base64.b64encode(text.encode(charset)).decode()}?="


def headers(r, words, m):
    """The header fields of a message as a list of lines."""
    name, address = words.person(m["author"])
    domain = address.split("@")[1]
    h = []
    if not m["light"]:
        h.append(f"Return-Path: <{address}>")
        h += [f"Received: from mx{k}.{domain} (mx{k}.{domain} [192.0.2.{r.randrange(255)}])\n"
              f"\tby mail.penfold.example with ESMTPS id {r.getrandbits(60):015x}\n"
              f"\tfor <me@penfold.example>; {rfc5322(m['time'] + 5 - k)}" for k in range(r.randrange(2, 5))]
        h.append(f"DKIM-Signature: v=1; a=rsa-sha256; c=relaxed/relaxed; d={domain}; s=s1;\n"
                 f"\th=from:to:subject:date:message-id; bh={words.noise[:43]}=;\n\tb="
                 + "\n\t".join(words.noise[i * 77:i * 77 + 76] for i in range(4)))
    result = "pass" if r.random() < 0.85 else r.choice(("fail", "none"))
    h.append(f"Authentication-Results: mail.penfold.example; dkim={result} header.d={domain};\n"
             f"\tspf={result} smtp.mailfrom={address}; dmarc={result} header.from={domain}")
    h.append(f"From: {encoded(name, 'utf-8') if r.random() < 0.1 else name} <{address}>")
    if m["list"]:
        h += [f"To: {m['list']}@lists.example.net", f"List-Id: <{m['list']}.lists.example.net>",
              f"List-Post: <mailto:{m['list']}@lists.example.net>", "Precedence: list"]
    else:
        h.append("To: Me <me@penfold.example>")
    subject = m["subject"]
    if m["charset"] in OTHER_TEXT and not m["marker"]:
        subject = encoded(OTHER_TEXT[m["charset"]][1], m["charset"]) + " " + subject
    h += [f"Subject: {subject}", f"Date: {rfc5322(m['time'])}", f"Message-ID: <{m['id']}>"]
    if m["references"]:
        h.append(f"In-Reply-To: <{m['references'][-1]}>")
        h.append("References: " + "\n\t".join(f"<{i}>" for i in m["references"][-20:]))
    h.append("MIME-Version: 1.0")
    return h


def body(r, words, m, size):
    text = "BodyTokenQ7\n" if m["marker"] == 1 else ""
    text += f"tok{zlib.crc32(m['id'].encode()):08x}" + (" quarterly" if m["number"] % 10 == 3 else "") + "\n"
    if m["charset"] in OTHER_TEXT:
        text += OTHER_TEXT[m["charset"]][0] + "\n"
    written = words.text(r, size)
    if m["references"] and r.random() < 0.7:
        half = written[:len(written) // 2].splitlines()
        written = "they wrote:\n" + "".join(f"> {line}\n" for line in half) + written[len(written) // 2:]
    return text + written


def part(content_type, raw, r):
    if r.random() < 0.4:
        return (f"Content-Type: {content_type}\nContent-Transfer-Encoding: base64\n\n"
                + base64.encodebytes(raw).decode()).encode()
    return f"Content-Type: {content_type}\nContent-Transfer-Encoding: 8bit\n\n".encode() + raw


def multipart(kind, parts):
    boundary = f"=_{zlib.crc32(parts[0]):08x}"
    line = f"\n--{boundary}\n".encode()
    return (f'Content-Type: multipart/{kind}; boundary="{boundary}"\n\n'.encode() + line.lstrip()
            + line.join(parts) + f"\n--{boundary}--\n".encode())


def message(r, words, m):
    size = r.randrange(200, 700) if m["light"] else min(int(r.lognormvariate(math.log(4000), 0.85)), 60000)
    text = body(r, words, m, size)
    content = part(f"text/plain; charset={m['charset']}", text.encode(m["charset"], "replace"), r)
    if not m["light"] and r.random() < 0.45:
        page = "<html><body>" + "".join(f"<p>{line}</p>\n" for line in text.split("\n")) + "</body></html>\n"
        content = multipart("alternative", [content, part("text/html; charset=utf-8", page.encode(), r)])
    if not m["light"] and r.random() < 0.07:
        size = min(int(r.lognormvariate(math.log(20000), 1)), len(words.noise))
        content = multipart("mixed", [content, (
            'Content-Type: application/pdf\nContent-Disposition: attachment; filename="f.pdf"\n'
            "Content-Transfer-Encoding: base64\n\n" + words.noise[:size - size % 77]).encode()])
    lines = headers(r, words, m)
    if not m["light"] and not m["marker"] and r.random() < 0.01:
        lines = r.choice(([h for h in lines if not h.startswith("Date:")],
                          lines + ["this line is no header field"], lines + ["From: second@dup.example"]))
    return "\n".join(lines).encode() + b"\n" + content


def thread(r, words, start, size, n, light, seed):
    """The messages of one thread as dicts."""
    marker = n - start if n - start <= MARKED else 0
    subject = " ".join(words.pick(r, r.randrange(2, 8)))
    if marker:
        subject = f"MrkRow{marker:03d} {subject[:30]}"
    elif start == 0:
        subject = "OldestRow000 " + subject
    posted = r.choice(LISTS) if r.random() < 0.4 and not marker else None
    people = [r.randrange(1500) for _ in range(min(size, 8))]
    at, ids, made = END - YEAR + YEAR * start // n, [], []
    for k in range(size):
        number = start + k
        ids.append(f"{seed}.{number}.{r.getrandbits(48):012x}@{DOMAINS[number % len(DOMAINS)]}")
        parent = k - 1 if r.random() < 0.6 or k == 0 else r.randrange(k)
        references = made[parent]["references"] + [ids[parent]] if k else []
        charset = r.choices(["utf-8", "us-ascii", *OTHER_TEXT], weights=(50, 35, 5, 5, 5))[0]
        made.append(dict(number=number, id=ids[k], references=references, light=light, marker=marker,
                         time=END - marker * 60 if marker else min(at, END - 86400 - (n - number)),
                         subject=subject if k == 0 else "Re: " + subject, list=posted,
                         charset="utf-8" if marker else charset, author=people[k % len(people)]))
        at += int(r.expovariate(1 / 9000)) + 30
    return made


def generate(n, out, seed=20261101, light=False):
    """Write the Maildir; nothing when it is there already."""
    done = os.path.join(out, "complete")
    if os.path.exists(done):
        return
    for name in ("cur", "new", "tmp"):
        os.makedirs(os.path.join(out, name), exist_ok=True)
    words, start = Words(seed), 0
    while start < n:
        r = random.Random(f"{seed}/{start}")
        size = 1 if r.random() < 0.45 else 2 + int(r.expovariate(1 / 3.9))
        if start == 0:  # the oldest has no answers, so that every list has it last
            size = 1
        if start and start % 5000 < 5:
            size = 200
        size = 1 if n - start <= MARKED else max(1, min(size, n - MARKED - start))
        for m in thread(r, words, start, size, n, light, seed):
            flags = ("F" if r.random() < 0.01 else "") + ("R" if r.random() < 0.08 else "")
            flags += "S" if r.random() > 0.05 else ""
            name = f"{m['time']}.M{m['number']:06d}P1.penfold:2,{flags}"
            with open(os.path.join(out, "cur", name), "wb") as f:
                f.write(message(r, words, m))
        start += size
    with open(done, "w") as f:
        f.write(f"{n}\n")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--n", type=int, required=True)
    parser.add_argument("--out", required=True)
    parser.add_argument("--seed", type=int, default=20261101)
    parser.add_argument("--light", action="store_true")
    options = parser.parse_args()
    generate(options.n, options.out, options.seed, options.light)
