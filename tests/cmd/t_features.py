#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""doc/FEATURES.md: each key, action, command and setting that it names is the program's."""
import os
import re
import subprocess

from penfold_test import BUILD, SOURCE, Home, Tap

tap = Tap()


def run(home, *args):
    return subprocess.run([os.path.join(BUILD, "penfold"), *args], capture_output=True, text=True, check=True,
                          env=home.env).stdout


def bindings(home):
    """Every (key, action) of every view, before the presets."""
    page = run(home, "config", "man", "penfold-keys").split(".Sh PRESETS")[0]
    for roff, text in ((r"\-", "-"), (r"\e", "\\"), (r"\(ti", "~"), (r"\&", ""), (r"\(dq", '"')):
        page = page.replace(roff, text)
    for keys, name in re.findall(r'^\.It "?([^\n]*?)"?\n[^\n]*  \((\S+?)[ )]', page, flags=re.M):
        for key in keys.split(", "):
            yield key.replace(" ", ""), name


def main():
    with Home() as home:
        home.rc('[account "test"]', "address = ann@test.example")
        keys = set(bindings(home))
        actions = {name for _, name in keys}
        commands = set(re.findall(r'^\.Ss "(\S+?)"$', run(home, "config", "man", "penfold"), flags=re.M))
        settings = {f"{section}.{key}" for section, key in
                    re.findall(r'^\[(\S+?)(?: "\.\.\.")?\] (\S+) =', run(home, "config", "keys"), flags=re.M)}
        with open(os.path.join(SOURCE, "doc/FEATURES.md"), encoding="utf-8") as f:
            rows = [line for line in f if line.startswith("| ") and not line.startswith("|---")]
        n = 0
        for row in rows:
            for token in re.findall(r"`([^`]+)`", row.replace("\\|", "|")):
                n += 1
                words = token.split(" ")
                if words[0] == "penfold":
                    good = words[1] in commands
                elif token.startswith(":"):
                    good = token[1:] in actions
                elif len(words) == 2:
                    good = tuple(words) in keys
                else:
                    good = token in settings
                tap.ok(good, token)
        tap.ok(n > 100 and len(keys) > 100 and len(settings) > 100, "many of them", n, len(keys), len(settings))
    tap.done()


main()
