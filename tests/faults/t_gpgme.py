#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""GPGME failing at each call, and agents that never answer: every message ends in time, and says that it
could not be verified."""
import json
import os
import subprocess
import time

from keyring import Keyring, crlf, text
from penfold_test import BUILD, Home, Tap

tap = Tap()
SHIM = os.path.join(BUILD, "tests", "faults", "gpgme_preload.so")
ANN = "Ann Example <ann@penfold.test>"
LIMIT = 5
HARMLESS = {"gpgme_op_decrypt_result", "gpgme_op_sign_result"}  # details only


def ask(home, request, **environment):
    """One request; (answer, what failed, seconds)."""
    start = time.monotonic()
    done = subprocess.run([home.program("penfold-crypt")], input=json.dumps({"id": 1, **request}) + "\n",
                          env=dict(home.env, **environment), capture_output=True, text=True, timeout=60)
    lines = [json.loads(line) for line in done.stdout.splitlines()]
    failed = [line.split(": ")[1] for line in done.stderr.splitlines() if line.startswith("failed: ")]
    return (lines[-1] if lines else None), failed, time.monotonic() - start


def each_call(home, name, request, is_bad):
    """Fail the first call, the second, and so on, until there is none left to fail."""
    n = 0
    for n in range(1, 60):
        answer, failed, took = ask(home, request, LD_PRELOAD=SHIM, PF_GPGME_FAIL=str(n))
        if not failed:
            break
        fine = answer is not None and took < LIMIT and (failed[0] in HARMLESS or is_bad(answer))
        tap.ok(fine, f"{name}: call {n}, {failed[0]}, {took:.1f} s", answer)
    tap.ok(n > 5, f"{name}: {n - 1} calls failed one after another")


def unverified(answer):
    security = answer.get("security", {})
    words = json.dumps(answer)
    return security.get("shown_as") == "none" and "could not" in words


def put(home, name, raw):
    with open(home.path(name), "wb") as f:
        f.write(raw)
    return {"op": "open", "path": home.path(name)}


with Home() as home, Keyring(home) as keys:
    home.rc('[account "local"]', "address = " + ANN)
    keys.pgp(ANN)
    entity = text("hello\n")
    each_call(home, "signed", put(home, "signed", keys.signed(entity)), unverified)
    both = keys.cipher(entity, "--sign", "-u", "ann@penfold.test")
    def none_or_unsigned(answer):
        return answer["security"]["shown_as"] in ("none", "encrypted") and "signed by" not in json.dumps(answer)
    each_call(home, "encrypted", put(home, "encrypted", keys.head() + keys.encrypted_entity(both)), none_or_unsigned)

with Home() as home, Keyring(home) as keys:
    home.rc('[account "local"]', "address = " + ANN)
    keys.smime("ann@penfold.test", "Ann Example")
    with open(keys.path("in"), "wb") as f:
        f.write(crlf(text("hello\n")))
    signed = keys.openssl("cms", "-sign", "-in", "in", "-signer", "ann@penfold.test.pem", "-inkey", "ann@penfold.test.key")
    each_call(home, "S/MIME", put(home, "smime", keys.head() + signed), unverified)


with Home() as home, Keyring(home) as keys:
    home.rc('[account "local"]', "address = " + ANN)
    keys.pgp(ANN, passphrase="x")
    keys.write("pin", "HANG\n")
    request = put(home, "locked", keys.head() + keys.encrypted_entity(keys.cipher(text("hello\n"))))
    answer, _, took = ask(home, request)
    tap.ok(answer["passphrase"] and took < LIMIT, f"a locked key asks nobody unasked: {took:.1f} s", answer)
    helper = subprocess.Popen([home.program("penfold-crypt")], env=home.env, text=True, stdin=subprocess.PIPE,
                              stdout=subprocess.PIPE)
    helper.stdin.write(json.dumps({"id": 1, **request, "ask": True}) + "\n")
    helper.stdin.flush()
    log = keys.path("pin.log")
    end = time.monotonic() + 20
    while not os.path.exists(log) and time.monotonic() < end:
        time.sleep(0.02)
    start = time.monotonic()
    helper.stdin.write(json.dumps({"op": "cancel", "target": 1}) + "\n")
    helper.stdin.flush()
    answer = json.loads(helper.stdout.readline())
    took = time.monotonic() - start
    tap.ok(took < LIMIT and "could not decrypt" in json.dumps(answer),
           f"a pinentry that hangs is left when the user gives up: {took:.1f} s", answer)
    helper.stdin.close()
    helper.wait()
tap.done()
