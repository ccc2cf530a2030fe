#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""GPGME failing at each call, and agents that never answer: every message ends in time, and says that it
could not be verified."""
import concurrent.futures
import json
import os
import socket
import subprocess
import tempfile
import time

from keyring import Keyring, crlf, text
from penfold_test import BUILD, Home, Tap

tap = Tap()
SHIM = os.path.join(BUILD, "tests", "faults", "gpgme_preload.so")
ANN = "Ann Example <ann@penfold.test>"
LIMIT = 5
HARMLESS = {"gpgme_op_decrypt_result", "gpgme_op_sign_result", "gpgme_op_encrypt_result"}  # details only


def ask(home, request, letter=None, **environment):
    """One request; (answer, what failed, seconds). letter: bytes behind a first descriptor; a second takes what is
    made of it."""
    start = time.monotonic()
    here, there = socket.socketpair()
    said = tempfile.TemporaryFile("w+")  # a pipe would last as long as a gpg that hangs
    done = subprocess.Popen([home.program("penfold-crypt")], env=dict(home.env, **environment), stdin=there, stdout=there,
                            stderr=said, text=True)
    there.close()
    fds = []
    if letter is not None:
        fds = [os.memfd_create("letter"), os.memfd_create("made")]
        os.write(fds[0], letter)
    here.settimeout(60)
    socket.send_fds(here, [json.dumps({"id": 1, **request, "fds": len(fds)}).encode() + b"\n"], fds)
    line = here.makefile().readline()
    took = time.monotonic() - start
    here.close()
    done.wait(20)
    said.seek(0)
    failed = [line.strip().split(": ")[1] for line in said if line.startswith("failed: ")]
    made = os.fstat(fds[1]).st_size if fds else 0
    for fd in fds:
        os.close(fd)
    return (dict(json.loads(line), made=made) if line else None), failed, took


def each_call(home, name, request, is_bad, letter=None):
    """Fail the first call, the second, and so on, until there is none left to fail."""
    n = 0
    for n in range(1, 60):
        answer, failed, took = ask(home, request, letter, LD_PRELOAD=SHIM, PF_GPGME_FAIL=str(n))
        if not failed:
            break
        fine = answer is not None and took < LIMIT and (failed[0] in HARMLESS or is_bad(answer))
        tap.ok(fine, f"{name}: call {n}, {failed[0]}, {took:.1f} s", answer)
    tap.ok(n > 5, f"{name}: {n - 1} calls failed one after another", answer)


def unverified(answer):
    security = answer.get("security", {})
    words = json.dumps(answer)
    return security.get("shown_as") == "none" and "could not" in words


def unmade(answer):
    """Nothing was made, and the sentence says what could not be."""
    words = answer.get("error", {}).get("message", "")
    return answer["made"] == 0 and any(word in words for word in ("could not ", "cannot be ", "no secret "))


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
    letter = crlf(b"From: Ann Example <ann@penfold.test>\nTo: ann@penfold.test\nSubject: x\n\nhello\n")
    order = {"op": "protect", "author": "ann@penfold.test", "recipients": ["ann@penfold.test"], "hidden": []}
    each_call(home, "signing", {**order, "sign": True}, unmade, letter)
    each_call(home, "encrypting", {**order, "encrypt": "yes"}, unmade, letter)
    each_call(home, "both", {**order, "sign": True, "encrypt": "yes"}, unmade, letter)
    each_call(home, "a draft", {"op": "seal", "author": "ann@penfold.test"}, unmade, letter)
    each_call(home, "export", {"op": "key-export", "pattern": "ann@penfold.test"}, lambda a: "error" in a, b"")
    each_call(home, "setup message", {"op": "setup-make", "author": "ann@penfold.test"}, lambda a: "error" in a, b"")
    key = keys.gpg("--export")
    each_call(home, "import", {"op": "key-import"}, lambda a: "error" in a or not a["keys"], key)
    each_call(home, "look", {"op": "key-look"}, lambda a: "error" in a, key)
    each_call(home, "encrypted", put(home, "encrypted", keys.head() + keys.encrypted_entity(both)), none_or_unsigned)

with Home() as home, Keyring(home) as keys:
    home.rc('[account "local"]', "address = " + ANN)
    keys.smime("ann@penfold.test", "Ann Example")
    with open(keys.path("in"), "wb") as f:
        f.write(crlf(text("hello\n")))
    signed = keys.openssl("cms", "-sign", "-in", "in", "-signer", "ann@penfold.test.pem", "-inkey", "ann@penfold.test.key")
    each_call(home, "S/MIME", put(home, "smime", keys.head() + signed), unverified)
    each_call(home, "S/MIME signing", {**order, "sign": True, "protocol": "smime"}, unmade, letter)
    each_call(home, "S/MIME encrypting", {**order, "encrypt": "yes", "protocol": "smime"}, unmade, letter)


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


def mute_agent(keys):
    """A socket in the agent's place, at which nobody answers."""
    subprocess.run(["gpgconf", "--homedir", keys.dir, "--kill", "all"], capture_output=True)
    path = subprocess.run(["gpgconf", "--homedir", keys.dir, "--list-dirs", "agent-socket"], capture_output=True,
                          env=keys.env, text=True).stdout.strip()
    agent = socket.socket(socket.AF_UNIX)
    if os.path.exists(path):
        os.unlink(path)
    agent.bind(path)
    agent.listen(64)
    return agent


with Home() as home, Keyring(home) as keys:
    home.rc('[account "local"]', "address = " + ANN)
    keys.pgp(ANN)
    keys.smime("ann@penfold.test", "Ann Example")
    locked = put(home, "mute", keys.head() + keys.encrypted_entity(keys.cipher(text("hello\n"))))
    cases = {"decrypt": (locked, None), "sign": ({**order, "sign": True}, letter),
             "sign with S/MIME": ({**order, "sign": True, "protocol": "smime"}, letter),
             "encrypt": ({**order, "sign": True, "encrypt": "yes"}, letter),
             "list secret keys": ({"op": "key-list", "secret": True}, None)}
    agent = mute_agent(keys)
    with concurrent.futures.ThreadPoolExecutor(8) as pool:
        asked = {name: pool.submit(ask, home, *case) for name, case in cases.items()}
        for name, one in asked.items():
            answer, _, took = one.result()
            words = json.dumps(answer)
            tap.ok(took < 40 and "gpg-agent did not answer in time" in words and not answer["made"],
                   f"an agent that never answers: {name} ends after {took:.0f} s and says why", answer)
    left = subprocess.run(["pgrep", "-f", keys.dir], capture_output=True, text=True).stdout.split()
    tap.same(left, [], "and no engine is left waiting for it")
    agent.close()
tap.done()
