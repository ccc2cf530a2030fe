#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Mail made to kill mail programs: each is taken in, listed, read as raw text and deleted, in time.

The bombs are made here; with CORPORA=DIR those of penfold-own below it run as well."""
import glob
import json
import os
import time

from penfold_test import Home, Tap

LIMIT_S = 20  # for one file, every step of it together; ordinary mail takes a tenth of a second


def nested_multipart(depth):
    out = [b"From: a@x.example\nSubject: nested\nMIME-Version: 1.0\n"]
    for i in range(depth):
        out.append(b"Content-Type: multipart/mixed; boundary=b%d\n\n--b%d\n" % (i, i))
    return b"".join(out) + b"Content-Type: text/plain\n\nthe bottom\n"


def nested_message(depth):
    return b"From: a@x.example\nSubject: shells\n" + b"Content-Type: message/rfc822\n\n" * depth


def many_parts(count):
    part = b"--b\nContent-Type: text/plain\n\nx\n"
    return (b"From: a@x.example\nSubject: parts\nMIME-Version: 1.0\n"
            b"Content-Type: multipart/mixed; boundary=b\n\n" + part * count + b"--b--\n")


BOMBS = {
    "empty": b"",
    "no-header": b"just text, no header at all\n",
    "no-body": b"From: a@x.example\nSubject: no body",
    "groups": b"From: a@x.example\nTo: " + b"a:" * 50000 + b"\nSubject: groups\n\nx\n",
    "semicolons": b"From: a@x.example\nTo: a" + b";" * 100000 + b"\nSubject: semicolons\n\nx\n",
    "comments": b"From: a@x.example\nTo: " + b"(" * 110000 + b"\nSubject: comments\n\nx\n",
    "references": b"From: a@x.example\nReferences: " + b" ".join(
        b"<r%d@x.example>" % i for i in range(50000)) + b"\nSubject: references\n\nx\n",
    "fields": b"From: a@x.example\nSubject: fields\n" + b"X-F: y\n" * 50000 + b"\nx\n",
    "long-field": b"From: a@x.example\nSubject: " + b"A" * 3000000 + b"\n\nx\n",
    "multiparts": nested_multipart(5000),
    "shells": nested_message(28000),
    "parts": many_parts(100000),
    "nul": b"From: a@x.example\nSubject: n\0u\0l\n\n" + b"\0" * 5000,
    "boundary": b'From: a@x.example\nSubject: b\nContent-Type: multipart/mixed; boundary="\\""\n\nx',
    "cr": b"From: a@x.example\rSubject: bare cr\r\rx\r",
    "escape": b"From: =?utf-8?q?=1B]0;owned=07?= <a@x.example>\nSubject: \x1b[2J\x1b]52;c;eA==\x07hi\n"
              b"Content-Disposition: attachment; filename=\"../../\x1b[31m.bashrc\"\n\n\x9b31m\x1b[?1049h\n",
    "charset": b"From: a@x.example\nSubject: =?x-none?q?=FF=FE?=\n"
               b"Content-Type: text/plain; charset=../../etc/passwd\n\n\xff\xfe\xfd\n",
}

tap = Tap()


def corpus():
    folder = os.environ.get("CORPORA")
    if not folder:
        return {}
    found = {}
    for path in sorted(glob.glob(os.path.join(folder, "penfold-own/data/mime/*.eml"))):
        with open(path, "rb") as f:
            found["corpus " + os.path.basename(path)] = f.read()
    return found


def delete(home, message_id):
    answer = home.ask("penfold-store", {"op": "delete", "ids": [message_id]})[-1]
    return answer.get("done") is True


def begins_with_header(raw):
    field = raw.split(b"\n", 1)[0].split(b":", 1)
    return raw.startswith(b"From ") or len(field) == 2 and field[0].strip().replace(b"-", b"").isalnum()


def take_in(home, name, raw):
    """(path, id) of the message, delivered; an empty one is refused, for an empty input is a pipe that
    broke. What is no mail at all another program may still have put into the Maildir."""
    if raw:
        taken = home.run("penfold", "deliver", "--json", input=raw)
        if not tap.ok(taken.returncode == 0, f"{name}: taken in", taken.stderr):
            return None
        place = json.loads(taken.stdout)
        if begins_with_header(raw):
            return place["path"], place["id"]
        tap.ok(delete(home, place["id"]), f"{name}: deleted, to come again by another program")
    else:
        taken = home.run("penfold", "deliver", input=raw)
        kept = glob.glob(home.path("Mail/local/INBOX/*/*"))
        tap.ok(taken.returncode in (65, 75) and not kept, f"{name}: an empty input is not delivered",
               taken.returncode, kept)
    path = home.path("Mail/local/INBOX/new/1.1.host")
    with open(path, "wb") as f:
        f.write(raw)
    answers = home.ask("penfold-store", {"op": "index", "paths": [path]})
    tap.ok(answers[0].get("event") == "indexed" and answers[0]["standin"],
           f"{name}: a file of another program is listed by a stand-in", answers)
    return answers[0].get("path"), answers[0].get("id")


def ordeal(home, name, raw):
    start = time.monotonic()
    place = take_in(home, name, raw)
    if place is None:
        return
    path, message_id = place
    rows, search = home.json_lines("penfold", "search", "--json", "*")
    problems = []
    if len(rows) != 1:
        problems.append(f"listed {len(rows)} times: {search.stderr}")
    for row in rows:
        for key in ("subject", "authors"):
            if not isinstance(row[key], str):
                problems.append(f"the row's {key} is {row[key]!r}")
    shown = home.run("penfold", "show", "--json", path)
    if shown.returncode != 0 or not json.loads(shown.stdout).get("sha256"):
        problems.append(f"show: {shown.returncode} {shown.stderr}")
    plain = home.run("penfold", "show", "--text", path, input=b"")
    if any(byte < 32 and byte != 10 or byte == 127 for byte in plain.stdout):
        problems.append("a control character came out of show --text")
    if b"\x9b" in plain.stdout.decode("utf-8").encode("latin-1", "ignore"):
        problems.append("a C1 control came out of show --text")
    if home.run("penfold", "show", "--raw", path, input=b"").stdout != raw:
        problems.append("show --raw gives other bytes")
    judged = home.run("penfold", "auth", "--json", "--dns", home.path("zone"), path)
    if judged.returncode != 0 or "verdict" not in judged.stdout:
        problems.append(f"auth: {judged.returncode} {judged.stderr}")
    if not delete(home, message_id) or os.path.exists(path):
        problems.append("not deleted")
    took = time.monotonic() - start
    if took > LIMIT_S:
        problems.append(f"took {took:.1f} s")
    tap.ok(not problems, f"{name}: listed, shown, raw to the byte, judged, deleted", *problems)


with Home() as home:
    home.rc('[account "local"]', "address = Ann Example <ann@penfold.test>")
    with open(home.path("zone"), "w") as f:
        f.write("{}")
    for bomb, content in {**BOMBS, **corpus()}.items():
        ordeal(home, bomb, content)
    count = home.run("penfold", "count", "*")
    tap.same(count.stdout.strip(), "0", "nothing is left of them")
tap.done()
