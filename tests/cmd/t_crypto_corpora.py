#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""The crypto folders of public test mail, below CORPORA. Without its owners' keys no message is opened, and none
is called signed. CORPORA_KEYS names their test keys, files separated by colons: OpenPGP (.asc), PKCS #12 without a
passphrase (.p12), authorities (.crt); then each is as they expect it."""
import glob
import json
import os
import subprocess

from keyring import Keyring
from penfold_test import Home, Tap, skip_all

ROOT = os.path.join(os.environ.get("CORPORA", ""), "notmuch-corpora/data/test/corpora")
KEYS = os.environ.get("CORPORA_KEYS")
FOLDERS = ("crypto", "pkcs7", "protected-headers")
# shown_as and the subject with the owners' key: {file: (word, subject)}
EXPECTED = {
    "basic-encrypted.eml": ("encrypted", "Here is the password"),
    "encrypted-signed.eml": ("encrypted-signed", None),
    "encrypted-signed-not-masked.eml": ("encrypted-signed", "Rhinoceros dinner"),
    "protected-header.eml": ("encrypted", "This is a protected header"),
    "protected-with-legacy-display.eml": ("encrypted-signed", "Interrupting Cow"),
    "misplaced-protected-header.eml": ("encrypted", "Subject Unavailable"),
    "no-protected-header-attribute.eml": ("encrypted", "Subject Unavailable"),
    "double-wrapped-with-phony-protected-header.eml": ("encrypted", "Subject Unavailable"),
    "nested-rfc822-message.eml": ("encrypted", "Subject Unavailable"),
    "phony-protected-header-bad-encryption.eml": ("none", "Subject Unavailable"),
    "wrapped-protected-header.eml": ("none", "[mailing-list] Subject Unavailable"),
    "signed-protected-header.eml": ("signed", "This is a signed message"),
    "simple-signed-mail.eml": ("signed", "This is a signed message"),
    "smime-onepart-signed.eml": ("signed", "The FooCorp contract"),
    "smime-multipart-signed.eml": ("signed", "The FooCorp contract"),
    "smime-sign+enc.eml": ("encrypted-signed", "BarCorp contract signed, let's go!"),
    "smime-sign+enc+legacy-disp.eml": ("encrypted-signed", "BarCorp contract signed, let's go!"),
    "smime-enc+legacy-disp.eml": ("none", "..."),  # without a signature within it is not shown
}

def take(keys, path):
    if path.endswith(".p12"):
        keys.gpgsm("--pinentry-mode", "loopback", "--passphrase-fd", "0", "--import", path, input=b"\n", check=False)
    elif path.endswith(".crt"):
        keys.gpgsm("--import", path)
        shown = subprocess.run(["openssl", "x509", "-in", path, "-noout", "-fingerprint", "-sha1"], capture_output=True, text=True)
        with open(keys.path("trustlist.txt"), "a") as f:
            f.write(shown.stdout.split("=")[1].strip() + " S relax\n")
        subprocess.run(["gpgconf", "--homedir", keys.dir, "--kill", "gpg-agent"], capture_output=True)
    else:
        keys.gpg("--import", path)
        fingerprint = [line.split(":")[9] for line in keys.gpg("--with-colons", "-K").decode().splitlines()
                       if line.startswith("fpr")][0]
        keys.gpg("--import-ownertrust", input=f"{fingerprint}:6:\n".encode())


if not os.path.isdir(ROOT):
    skip_all("CORPORA names no folder that has it")

tap = Tap()
with Home() as home, Keyring(home) as keys:
    home.rc('[account "local"]', "address = a@penfold.test")
    for key in filter(None, (KEYS or "").split(":")):
        take(keys, key)
    for path in sorted(p for folder in FOLDERS for p in glob.glob(os.path.join(ROOT, folder, "*"))):
        name = os.path.basename(path)
        done = home.run("penfold", "show", "--json", path)
        if not tap.ok(done.returncode == 0, name, done.stderr):
            continue
        shown = json.loads(done.stdout)
        security = shown["security"]
        if not KEYS:
            tap.same((security["shown_as"], security.get("opened", False)), ("none", False), f"{name}: without keys")
            tap.ok(not security["encrypted"] or not shown["body"].strip(), f"{name}: no text of an encrypted one")
        elif name in EXPECTED:
            word, subject = EXPECTED[name]
            tap.same(security["shown_as"], word, f"{name}: as its owners expect") or tap.diag(security)
            tap.ok(subject in (None, shown["headers"]["subject"]), f"{name}: its subject", shown["headers"]["subject"])
tap.done()
