#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Autocrypt: the key goes out and comes in, is used without an import, and what the store remembers follows
Level 1; and searches by what a message was opened as."""
import base64
import json

from keyring import Keyring, text
from penfold_test import Home, Tap

tap = Tap()
ANN, BOB = "Ann Example <ann@penfold.test>", "Bob Test <bob@penfold.test>"


def field(key, addr="bob@penfold.test", extra=" prefer-encrypt=mutual;"):
    data = base64.encodebytes(key).decode().replace("\n", "\n ").rstrip()
    return f"Autocrypt: addr={addr};{extra} keydata=\n {data}\n".encode()


def deliver(home, raw):
    done = home.run("penfold", "deliver", input=raw)
    tap.ok(done.returncode == 0, "delivered", done.stderr)


def plan(home, to="bob@penfold.test", **more):
    draft = {"from": ANN, "to": [to], "account": "local", "body": "x", "encrypt": True, **more}
    answer = home.ask("penfold-store", {"op": "protect-plan", "draft": draft})[-1]
    return answer.get("report", answer)


def queued(home, *args):
    done = home.run("penfold", "--json", *args, input="hello\n")
    if not tap.ok(done.returncode == 0, f"queued {args}", done.stderr):
        return b""
    answer = json.loads(done.stdout)
    with open(home.ask("penfold-store", {"op": "queue-show", "queue_id": answer["queue_id"]})[-1]["path"], "rb") as f:
        return f.read()


with Home() as home, Keyring() as bob, Keyring(home) as ann:
    with open(home.path("zone"), "w") as f:
        f.write("{}")
    home.rc("[dns]\nzone = " + home.path("zone"), '[account "local"]', "address = " + ANN, "autocrypt = mutual")
    ann.pgp(ANN)
    bob.pgp(BOB)
    key = bob.run("gpg", "--export", "--export-options", "export-minimal", "bob@penfold.test")
    tap.ok("error" in plan(home), "no key, no encryption")
    raw = field(key) + bob.head(from_=BOB, to="ann@penfold.test") + text("hello\n")
    deliver(home, raw)
    shown = json.loads(home.run("penfold", "show", "--json", "-", input=raw).stdout)
    tap.same(shown["security"]["autocrypt"], {"address": "bob@penfold.test", "prefer_encrypt": "mutual"}, "it is shown")
    report = plan(home)
    tap.same((report["recommendation"], report["recipients"][0]["source"]), ("encrypt", "autocrypt"),
             "both prefer it: encrypt, with the key that came along")
    letter = queued(home, "bob@penfold.test", "-s", "x", "--encrypt")
    tap.contains(bob.gpg("--decrypt", input=letter[letter.index(b"-----BEGIN PGP"):]), b"hello", "Bob reads it")
    tap.same(ann.run("gpg", "-k", "bob@penfold.test", check=False), b"", "and his key is not in the keyring")

    # the rules of updating
    deliver(home, field(b"x" * 60) + bob.head(from_="carol@penfold.test", to="ann@penfold.test") + text("a\n"))
    tap.ok("error" in plan(home, "carol@penfold.test"), "a field of another's address counts for nothing")
    both = field(key, "dan@penfold.test") * 2
    deliver(home, both + bob.head(from_="dan@penfold.test", to="ann@penfold.test") + text("a\n"))
    tap.ok("error" in plan(home, "dan@penfold.test"), "nor do two fields")
    late = bob.head(from_=BOB, to="ann@penfold.test").replace(b"28 Nov 2026", b"01 Jan 2025")
    deliver(home, field(key, extra="") + late + text("older\n"))
    tap.same(plan(home)["recommendation"], "encrypt", "an older message changes nothing")
    deliver(home, field(key, "eve@penfold.test", " critical=1;") + bob.head(from_="eve@penfold.test") + text("a\n"))
    tap.ok("error" in plan(home, "eve@penfold.test"), "an unknown attribute makes the field invalid")

    # out
    letter = queued(home, "bob@penfold.test", "-s", "x", "--no-encrypt")
    tap.contains(letter, b"Autocrypt: addr=ann@penfold.test; prefer-encrypt=mutual; keydata=", "our key goes along")
    data = letter.split(b"keydata=", 1)[1].split(b"\r\n", 1)[1]
    data = b"".join(line for line in data.split(b"\r\n") if line.startswith(b" ") and b":" not in line)
    bob.run("gpg", "--import", input=base64.b64decode(data.split()[0] if b";" in data else data.replace(b" ", b"")))
    tap.contains(bob.gpg("-k", "ann@penfold.test"), b"ann@penfold.test", "and gpg takes it")

    # gossip: a letter to two tells each the other's key, and none of Bcc
    with Keyring() as fay:
        for user in ("Fay <fay@penfold.test>", "Gus <gus@penfold.test>"):
            fay.pgp(user)
            ann.gpg("--import", input=fay.gpg("--export", user))
        letter = queued(home, "fay@penfold.test", "-c", "bob@penfold.test", "-b", "gus@penfold.test", "-s", "x", "--encrypt")
        inner = fay.gpg("--decrypt", input=letter[letter.index(b"-----BEGIN PGP"):])
        tap.ok(b"Autocrypt-Gossip: addr=fay@penfold.test" in inner and b"gus@penfold.test" not in inner,
               "gossip names those that the letter names", inner[:2000])
        hal = fay.pgp("Hal <hal@penfold.test>")
        data = base64.encodebytes(fay.run("gpg", "--export", "hal@penfold.test")).decode().replace("\n", "\n ").rstrip()
        told = (f"From: {BOB}\nTo: ann@penfold.test, hal@penfold.test\nAutocrypt-Gossip: addr=hal@penfold.test; keydata=\n {data}\n"
                f"Autocrypt-Gossip: addr=not@penfold.test; keydata=\n {data}\n"
                'Content-Type: text/plain; hp="cipher"\n\nmeet Hal\n').encode()
        head = bob.head(from_=BOB, to="ann@penfold.test")
        deliver(home, head + ann.encrypted_entity(ann.cipher(told)))
        ident = [line for line in head.decode().splitlines() if line.startswith("Message-ID")][0].split("<")[1][:-1]
        home.run("penfold", "show", f"id:{ident}")
        report = plan(home, "hal@penfold.test")
        tap.same(report.get("recommendation"), "discourage", "a key by hearsay can be used")
        tap.ok("error" in plan(home, "not@penfold.test"), "but not of one whom the letter does not go to")

# the setup message: one's own key to another device
with Home() as home, Keyring(home) as here:
    with open(home.path("zone"), "w") as f:
        f.write("{}")
    home.rc("[dns]\nzone = " + home.path("zone"), '[account "local"]', "address = " + ANN, "autocrypt = mutual",
            "smtp = smtps://ann@127.0.0.1:9", "password-command = echo x")  # nobody answers there: it stays in the queue
    fingerprint = here.pgp(ANN)
    path = home.path("setup.eml")
    done = home.run("penfold", "key", "setup-message", "--output", path)
    code = done.stdout.split()[2] if done.returncode == 0 else ""
    tap.ok([len(group) for group in code.split("-")] == [4] * 9, "a code of nine groups", done.stdout, done.stderr)
    with open(path, "rb") as f:
        letter = f.read()
    for word in (b"Autocrypt-Setup-Message: v1", b"application/autocrypt-setup", b"Passphrase-Format: numeric9x4",
                 b"Passphrase-Begin: " + code[:2].encode()):
        tap.contains(letter, word, f"the message has {word.decode()}")
    tap.ok(code.encode() not in letter and b"PRIVATE KEY" not in letter, "neither code nor key are in the open")
    armor = letter[letter.index(b"-----BEGIN PGP"):letter.index(b"</pre>")].replace(b"\r\n", b"\n")
    plain = here.gpg("--pinentry-mode", "loopback", "--passphrase", code, "--decrypt", input=armor)
    tap.contains(plain, b"Autocrypt-Prefer-Encrypt: mutual", "gpg opens it with the code")
    done = home.run("penfold", "key", "setup-message", "--json")
    queue = json.loads(home.run("penfold", "queue", "list", "--json").stdout)
    tap.ok(done.returncode == 0 and [q["to"] for q in queue] and "ann@penfold.test" in json.dumps(queue), "it is queued for oneself",
           done.stderr, queue)
    done = home.run("penfold", "key", "import", path, input="1111-" * 8 + "1111\n")
    tap.ok(done.returncode != 0 and "not its setup code" in done.stderr, "the agent has not kept the code", done.stdout, done.stderr)
    with Keyring(home) as there:
        done = home.run("penfold", "key", "import", path, input="1111-" * 8 + "1111\n")
        tap.ok(done.returncode != 0 and "not its setup code" in done.stderr, "another code does not open it", done.stderr)
        done = home.run("penfold", "key", "import", path, input="12\n")
        tap.ok(done.returncode == 64 and "nine groups" in done.stderr, "nor does half a code", done.stderr)
        tap.same(there.run("gpg", "-K", check=False), b"", "nothing is taken in")
        done = home.run("penfold", "key", "import", path, input=code.replace("-", "") + "\n")
        tap.ok(done.returncode == 0 and fingerprint in done.stdout, "the code does, without its dashes too", done.stdout, done.stderr)
        tap.contains(there.run("gpg", "-K"), fingerprint.encode(), "the secret key has arrived")
        # as others make them
        other = there.run("gpg", "--armor", "--pinentry-mode", "loopback", "--passphrase", code, "--symmetric", "--cipher-algo", "AES128",
                          input=here.gpg("--export-secret-keys", "--pinentry-mode", "loopback", "--passphrase", ""))
        strange = letter[:letter.index(b"-----BEGIN PGP")] + other + letter[letter.index(b"</pre>"):]
        there.gpg("--yes", "--delete-secret-and-public-key", fingerprint)
        done = home.run("penfold", "key", "import", "-", input=strange)
        tap.ok(done.returncode != 0, "without a code there is no import")
        with open(path, "wb") as f:
            f.write(strange)
        done = home.run("penfold", "key", "import", path, input=code + "\n")
        tap.ok(done.returncode == 0 and fingerprint in done.stdout, "one that gpg made, with AES-128", done.stdout, done.stderr)
tap.done()
