#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Each helper is asked each of its operations with arguments that are missing, of other types or nonsense: exactly one
done or error comes for each, and no helper ends before it is told to. REQUESTS: how often (3)."""
import json
import os
import random
import re
import socket
import subprocess
import tempfile
import threading

from penfold_test import SOURCE, Home, Tap

tap = Tap()
ROUNDS = int(os.environ.get("REQUESTS", "3"))
SEED = int(os.environ.get("REQUESTS_SEED", "1"))
WEIRD = [None, 5, -1, True, 0.5, "abc", "", "\u0001\u202e", [], [1], [{}], ["a", "b"], {}, {"a": 1}]
LEFT_OUT = {"id", "op", "fds", "re"} | {"url", "server", "fetch", "image"}  # the frame; and what leads into the world
HELPERS = ("store", "auth", "crypt", "send", "setup", "render", "picture")


def source(*names):
    text = ""
    for name in sorted(os.listdir(os.path.join(SOURCE, "src/programs"))):
        if name.endswith(".c") and name.startswith(names):
            with open(os.path.join(SOURCE, "src/programs", name)) as f:
                text += f.read()
    return text


def operations(helper):
    return sorted(set(re.findall(r'\{ ?"([a-z][a-z-]*)", [a-z]', source(f"penfold_{helper}.c"))))


def arguments(helper):
    """The names of arguments, as the sources read them."""
    found = re.findall(r'(?:jsonl_\w+|json_object_get|store_strings?|\w+_string)\([^;"]*"([a-z_0-9]+)"',
                       source(f"penfold_{helper}.c", f"{helper}_"))
    return sorted(set(found) - LEFT_OUT)


def requests(helper, paths):
    keys, out = arguments(helper), []
    for op in operations(helper) * ROUNDS:
        request = {key: random.choice(WEIRD) for key in keys if random.random() < 0.7}
        if random.random() < 0.7:
            request["path"] = random.choice(paths)
        out.append({"id": len(out) + 1, **request, "op": op})
    return [{"id": 0, "op": operations(helper)[0]}] + out


def write(ours, asked):
    try:
        ours.sendall("".join(json.dumps(request) + "\n" for request in asked).encode())
        ours.shutdown(socket.SHUT_WR)
    except OSError:
        pass  # it has ended: its exit code and what is not answered tell


def read(ours):
    text = b""
    try:
        while part := ours.recv(65536):
            text += part
    except ConnectionResetError:
        pass
    return text.decode(errors="replace")


def check(home, helper, asked):
    ours, theirs = socket.socketpair()
    argv = [home.program(f"penfold-{helper}"), *([] if helper == "render" else ["--serve"])]
    with tempfile.TemporaryFile("w+") as errors, ours, subprocess.Popen(
            argv, cwd=home.dir, env=home.env, stdin=theirs, stdout=theirs, stderr=errors) as process:
        theirs.close()
        writer = threading.Thread(target=write, args=(ours, asked))
        writer.start()
        answers = read(ours)
        writer.join()
        code = process.wait(60)
        errors.seek(0)
        said = errors.read()[-500:]
    final = [a["re"] for a in map(json.loads, answers.splitlines()) if "done" in a or "error" in a]
    wrong = [r for r in asked if final.count(r["id"]) != 1]
    tap.ok(not wrong and code == 0, f"penfold-{helper}: {len(asked)} requests, {len(operations(helper))} operations",
           f"seed {SEED}, exit {code}", said, *[json.dumps(r) for r in wrong[:1]])


random.seed(SEED)
with Home() as home:
    home.rc('[account "abc"]', "address = Me <me@example.org>", "[dns]", f"zone = {home.path('zone.json')}")
    with open(home.path("zone.json"), "w") as f:
        f.write("{}")
    with open(home.path("letter.eml"), "w") as f:
        f.write("From: a@example.org\nTo: b@example.org\n\nx\n")
    paths = [home.path("letter.eml"), home.path("zone.json"), home.dir, "/nonexistent", ""]
    for helper in HELPERS:
        check(home, helper, requests(helper, paths))
tap.done()
