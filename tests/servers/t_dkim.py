#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Letters signed with DKIM, from the key to the bytes at the server: what arrives is what was signed and
what lies in Sent, and two independent verifiers agree. DKIM_LETTERS=N makes more letters (200)."""
import glob
import json
import os
import random
import stat
import subprocess
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "lib"))
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from fake_smtp import FakeSmtp  # noqa: E402
from penfold_test import SERVERS, Home, Tap  # noqa: E402

try:
    import dkim
except ImportError:
    dkim = None

tap = Tap()
COUNT = int(os.environ.get("DKIM_LETTERS", "200"))
OPENDKIM = next((p for p in ("/usr/sbin/opendkim", "/usr/bin/opendkim") if os.path.exists(p)), None)
ACCOUNT = ['[account "office"]', "address = Ann Example <ann@example.org>", "password = alicepw"]


def rc(home, ca, port, *lines):
    home.rc(f"[tls]\nca-file = {ca}/ca.pem", *ACCOUNT, f"smtp = submission://alice@localhost:{port}",
            "imap = imaps://alice@localhost:9", *lines)


def keygen(home, *args):
    process = home.run("penfold", "--json", "dkim", "keygen", *args)
    return json.loads(process.stdout)["keys"] if process.returncode == 0 else process


def settings(keys):
    return [line for key in keys for line in
            (f"dkim-key = {key['path']}", f"dkim-selector = {key['selector']}")]


def verified_by_dkimpy(letter, records):
    """One answer a signature."""
    def txt(name, timeout=5):
        return records.get(name.decode().rstrip("."), "").encode() or None
    count = letter.count(b"DKIM-Signature:")
    return [dkim.DKIM(letter).verify(i, dnsfunc=txt) for i in range(count)]


def verified_by_opendkim(home, letters, records):
    """How many signatures pass, how many do not."""
    with open(home.path("keys"), "w") as f:
        f.writelines(f"{name} {record}\n" for name, record in records.items())
    with open(home.path("opendkim.conf"), "w") as f:
        f.write(f"Mode v\nSyslog no\nTestPublicKeys {home.path('keys')}\n")
    passed = others = 0
    for i, letter in enumerate(letters):
        path = home.path(f"letter{i}")
        with open(path, "wb") as f:
            f.write(letter)
        out = subprocess.run([OPENDKIM, "-x", home.path("opendkim.conf"), "-vv", "-t", path], text=True,
                             errors="replace", stdout=subprocess.PIPE, stderr=subprocess.STDOUT).stdout
        passed += out.count("dkim=pass")
        others += out.count("dkim=") - out.count("dkim=pass")
    return passed, others


def text(rng):
    words = ["budget", "tea", "Grüße", "日本語", "=?utf-8?q?x?=", "From here", ".", "..", "-- ", "  spaced  ",
             "tab\there", "x" * 200, "trailing   ", "été", ">quoted", "", "🖋"]
    lines = [" ".join(rng.choice(words) for _ in range(rng.randint(0, 12))) for _ in range(rng.randint(0, 30))]
    return "\n".join(lines) + rng.choice(["", "\n", "\n\n\n"])


def draft(rng, home, i):
    letter = {"from": rng.choice(["Ann Example <ann@example.org>", "\"Ann, of Example\" <ann@example.org>",
                                  "Änn <ann@example.org>", "ann@example.org"]),
              "to": rng.sample(["bob@example.net", "Jörg <j@example.net>", "c@lists.example.net",
                                "\"Very, Long\" <very.long@a.long.domain.example.net>"], rng.randint(1, 4)),
              "subject": " ".join(rng.choice(["Re:", "plan", "für", "日本", "a" * 60, "[list]", ""])
                                  for _ in range(rng.randint(1, 9))) or "s",
              "body": text(rng) or "x"}
    if rng.random() < .3:
        letter["cc"] = ["Dora <dora@example.com>"]
    if rng.random() < .3:
        letter["bcc"] = ["hidden@example.com"]
    if rng.random() < .3:
        letter["in_reply_to"], letter["references"] = "<a@example.net>", " ".join(
            f"<{n}.{'r' * 30}@example.net>" for n in range(rng.randint(1, 20)))
    if rng.random() < .2:
        path = home.path(f"файл {i}.bin")
        with open(path, "wb") as f:
            f.write(bytes(rng.randrange(256) for _ in range(rng.randint(1, 3000))))
        letter["attachments"] = [{"path": path}]
    return letter


def test_keys():
    with Home() as home:
        home.rc(*ACCOUNT)
        made = keygen(home, "--type", "both", "example.org")
        tap.same([k["type"] for k in made], ["rsa", "ed25519"], "keygen makes both kinds")
        tap.ok(all(stat.S_IMODE(os.stat(k["path"]).st_mode) == 0o600 for k in made), "readable by the owner alone")
        tap.ok(all(open(k["path"]).read().startswith("-----BEGIN PRIVATE KEY") for k in made), "as PKCS#8")
        strings = [part for k in made for part in k["zone"].split('"')[1::2]]
        tap.ok(all(len(s) <= 255 for s in strings) and len(strings) == 3, "zone lines in strings of 255", strings)
        tap.same("".join(strings), "".join(k["record"] for k in made), "which hold the record")
        before = open(made[0]["path"]).read()
        again = keygen(home, "example.org")
        tap.same(again.returncode, 74, "no key is overwritten")
        tap.same(open(made[0]["path"]).read(), before, "it stays")
        tap.same(keygen(home, "not a domain").returncode, 78, "a domain must be one")
        mine = keygen(home, "--folder", home.path("k"), "example.net", "sel")
        tap.ok(mine[0]["path"].startswith(home.path("k/sel._domainkey.example.net")), "folder and selector as told")
        home.rc(*ACCOUNT, *settings(made))
        told = home.run("penfold", "dkim", "record").stdout
        tap.same(told, "".join(k["zone"] + "\n" for k in made), "record prints the lines")
        letter = "From: ann@example.org\nTo: b@example.net\nSubject: s\n\nhello\n"
        home.rc(*ACCOUNT, *settings(made), "[dns]", f"zone = {zone(home, made)}")
        os.chmod(made[0]["path"], 0o640)
        process = home.run("penfold", "send", "-t", input=letter)
        tap.same(process.returncode, 78, "a key that others can read signs nothing")
        tap.contains(process.stderr, "chmod 600", "and the error says what to do")
        tap.same(glob.glob(home.path("state/penfold/queue/*.eml")), [], "nor is the letter queued unsigned")
        os.chmod(made[0]["path"], 0o600)
        foreign = home.run("penfold", "dkim", "sign", "-", input=letter.replace("ann@example.org", "x@example.com"))
        tap.same(foreign.returncode, 1, "a key does not speak for another domain")
        if dkim is not None:
            signed = home.run("penfold", "dkim", "sign", "-", input=letter.encode()).stdout
            tap.same(verified_by_dkimpy(signed, {k["name"]: k["record"] for k in made}), [True, True],
                     "penfold dkim sign: both signatures verify")


def test_passphrase():
    with Home() as home:
        home.rc(*ACCOUNT, "dkim-passphrase-command = printf 'open sesame'")
        made = keygen(home, "--account", "office", "example.org")
        tap.contains(open(made[0]["path"]).read(), "BEGIN ENCRYPTED PRIVATE KEY", "a key behind a passphrase")
        letter = "From: ann@example.org\nTo: b@example.net\nSubject: s\n\nhello\n"
        for command, code in (("printf 'open sesame'", 0), ("printf wrong", 78), ("false", 77), (None, 78)):
            home.rc(*ACCOUNT, *settings(made),
                    *([f"dkim-passphrase-command = {command}"] if command else []))
            process = home.run("penfold", "dkim", "sign", "--account", "office", "-", input=letter)
            tap.same(process.returncode, code, f"passphrase by {command}: exit {code}")


def zone(home, keys):
    path = home.path("zone.json")
    with open(path, "w") as f:
        json.dump({k["name"]: {"TXT": [[k["record"][:200], k["record"][200:]]]} for k in keys}, f)
    return path


def test_dns():
    letter = b"From: ann@example.org\nTo: b@example.net\nSubject: s\n\nhello\n"
    with Home() as home:
        home.rc(*ACCOUNT)
        made = keygen(home, "--type", "both", "example.org")
        home.rc(*ACCOUNT, *settings(made))
        signed = home.run("penfold", "dkim", "sign", "-", input=letter).stdout

        def ask(*args, input=b""):
            process = home.run("penfold", "--json", "dkim", *args, input=input)
            return process.returncode, json.loads(process.stdout)
        code, answer = ask("verify", "--dns", zone(home, made), "-", input=signed)
        tap.same((code, answer["ok"], [d["result"] for d in answer["dkim"]]), (0, True, ["pass", "pass"]),
                 "verify: both pass")
        code, answer = ask("verify", "--dns", zone(home, made), "-", input=signed.replace(b"hello", b"hullo"))
        tap.same((code, answer["ok"], [d["result"] for d in answer["dkim"]]), (1, False, ["fail", "fail"]),
                 "verify: a changed body fails")
        code, answer = ask("verify", "-", input=letter)
        tap.same((code, answer["dkim"]), (1, []), "verify: no signature is 1")
        code, answer = ask("check", "--dns", zone(home, made))
        tap.same((code, [k["state"] for k in answer["keys"]]), (0, ["match", "match"]), "check: published")
        other = keygen(home, "--folder", home.path("k"), "example.org", "pf000000r")[0]
        zones = {"missing": made[:1], "differs": [made[0], dict(made[1], record=other["record"])],
                 "differs (revoked)": [made[0], dict(made[1], record="v=DKIM1; k=ed25519; p=")]}
        for name, keys in zones.items():
            code, answer = ask("check", "--dns", zone(home, keys))
            tap.same((code, [k["state"] for k in answer["keys"]]), (1, ["match", name.split()[0]]), f"check: {name}")
        with open(home.path("zone.json"), "w") as f:
            json.dump({made[0]["name"]: "TIMEOUT", made[1]["name"]: {"TXT": [made[1]["record"], "second"]}}, f)
        code, answer = ask("check", "--dns", home.path("zone.json"))
        tap.same([k["state"] for k in answer["keys"]], ["unsure", "differs"], "check: no answer; two records")

        def queued(keys):
            process = home.run("penfold", "-o", "dns.zone=" + zone(home, keys), "send", "-t", input=letter)
            newest = max(glob.glob(home.path("state/penfold/queue/*.eml")), key=os.path.getmtime)
            return process.stderr.decode(), open(newest, "rb").read().count(b"DKIM-Signature:")
        told, count = queued([])
        tap.same(count, 0, "first use: a key that is nowhere published signs nothing")
        tap.contains(told, "no such record in the DNS", "and that is said")
        told, count = queued(made[:1])
        tap.same(count, 1, "the published one of two signs")
        tap.same(queued(made)[1], 2, "both once both are there")
        tap.same(queued([])[1], 2, "which is remembered")


def test_selftest():
    """A local account's letter comes back by itself: what lies in the inbox is verified."""
    with Home() as home:
        local = ['[account "here"]', "address = Ann <ann@example.org>"]
        home.rc(*local)
        tap.same(home.run("penfold", "dkim", "selftest").returncode, 78, "selftest: without a key it says so")
        made = keygen(home, "--type", "both", "example.org")
        home.rc(*local, *settings(made), "[dns]", f"zone = {zone(home, made)}")
        process = home.run("penfold", "--json", "dkim", "selftest", "--wait", "60")
        answer = json.loads(process.stdout or "{}")
        tap.same((process.returncode, [d["result"] for d in answer.get("dkim", [])]), (0, ["pass", "pass"]),
                 "selftest: the letter comes back with both signatures whole")
        home.rc(*local, *settings(made), "[dns]", f"zone = {zone(home, made[:1])}")
        os.unlink(home.path("state/penfold/dkim-published"))
        process = home.run("penfold", "--json", "dkim", "selftest", "--wait", "60")
        tap.same([d["result"] for d in json.loads(process.stdout)["dkim"]], ["pass"],
                 "selftest: an unpublished key does not sign")


def test_wire(ca):
    rng = random.Random(5322)
    with FakeSmtp(ca) as server, Home() as home:
        rc(home, ca, server.port)
        made = keygen(home, "--type", "both", "example.org")
        rc(home, ca, server.port, *settings(made), "[dns]", f"zone = {zone(home, made)}")
        records = {k["name"]: k["record"] for k in made}
        answers = home.ask("penfold-store", *({"op": "queue-add", "override": True, "draft": draft(rng, home, i)}
                                             for i in range(COUNT)), args=("--serve",), timeout=300)
        ids = [a["queue_id"] for a in answers if a.get("done")]
        tap.same(len(ids), COUNT, f"{COUNT} letters are queued")
        frozen = sorted(open(home.path("state/penfold/queue", i + ".eml"), "rb").read() for i in ids)
        process = home.run("penfold-send", timeout=300)
        tap.same(process.returncode, 0, "and leave")
        arrived = sorted(letter.data for letter in server.letters)
        tap.ok(arrived == frozen, "the signed bytes are the ones that arrive")
        kept = sorted(open(p, "rb").read() for p in glob.glob(home.path("Mail/office/Sent/cur/*")))
        tap.ok(kept == frozen, "and the ones in Sent")
        tap.ok(all(b"hidden@" not in data for data in arrived), "Bcc does not leave")
        tap.ok(all(data.count(b"DKIM-Signature:") == 2 for data in arrived), "each has two signatures")
        tap.ok(all(b"a=rsa-sha256" in data.split(b"DKIM-Signature:")[1] for data in arrived), "RSA on top")
        tap.ok(all(max(len(line) for line in data.split(b"\r\n")) <= 998 and data.isascii() for data in arrived),
               "7-bit, no line over 998")
        if dkim is None:
            tap.ok(True, "dkimpy verifies # SKIP python3-dkim is not installed")
        else:
            wrong = [data for data in arrived if verified_by_dkimpy(data, records) != [True, True]]
            tap.same(len(wrong), 0, f"dkimpy verifies both signatures of all {COUNT}")
            broken = arrived[0].replace(b"\r\nSubject: ", b"\r\nSubject: x", 1)
            tap.same(verified_by_dkimpy(broken, records), [False, False], "and neither of a changed one")
        if OPENDKIM is None:
            tap.ok(True, "opendkim verifies # SKIP it is not installed")
        else:
            sample = arrived[:: max(1, COUNT // 50)]
            tap.same(verified_by_opendkim(home, sample, records), (2 * len(sample), 0),
                     f"opendkim verifies {len(sample)} of them")


def main():
    test_keys()
    test_passphrase()
    test_dns()
    test_selftest()
    with Home() as shared:
        ca = shared.path("ca")
        subprocess.run([os.path.join(SERVERS, "mkca.sh"), ca], check=True)
        test_wire(ca)
    tap.done()


main()
