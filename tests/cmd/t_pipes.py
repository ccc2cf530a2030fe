#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""As scripts start it: with descriptors that are closed, with readers that leave, and with --json behind whatever prints."""
import json
import os
import subprocess

from penfold_test import Home, Tap, helpers, wait_for

tap = Tap()
N = 40


def letter(i):
    return (f"From ann@x.example Sat Nov 21 10:00:00 2026\nFrom: Ann Example <ann@x.example>\nSubject: letter {i}\n"
            f"Message-ID: <{i}@x.example>\nDate: Sat, 21 Nov 2026 10:00:00 +0000\n\n" + "words and more of them\n" * 400 + "\n")


def shell(home, script, *words):
    """$P is penfold, and its exit code is what is told."""
    env = dict(home.env, P=home.program("penfold"), OUT=home.path("out"))
    return subprocess.run(["sh", "-c", script, "sh", *words], env=env, capture_output=True, text=True, timeout=60, stdin=subprocess.DEVNULL)


def closed(home):
    for words in (["count", "*"], ["count", "--json", "*"], ["search", "*"], ["config", "keys"], ["--version"]):
        done = shell(home, '"$P" "$@" >&-', *words)
        tap.ok(done.returncode == 74 and done.stderr.startswith("penfold: standard output cannot be written: ")
               and len(done.stderr.splitlines()) == 1, f"standard output is closed: {' '.join(words)}", done)
    tap.same(shell(home, '"$P" count "*" <&-').stdout, f"{N}\n", "standard input is closed and not wanted")
    for words in (["show", "-"], ["send", "bo@x.example"], ["deliver"], ["import", "-"], ["check", "-"]):
        done = shell(home, '"$P" "$@" <&-', *words)
        tap.ok(done.returncode in (65, 66, 74, 75) and "Bad file descriptor" in done.stderr and len(done.stderr.splitlines()) == 1,
               f"standard input is closed and wanted: {words[0]}", done)
    done = shell(home, '"$P" count nonsuch 2>&-; echo $?; "$P" nonsuch 2>&-; echo $?')
    tap.same(done.stdout, "0\n1\n64\n", "standard error is closed")
    tap.same(shell(home, '"$P" count "*" <&- >&- 2>&-').returncode, 74, "all are")
    done = shell(home, '"$P" tag +a -- "*" <&- >&- 2>&-; "$P" count tag:a')
    tap.same(done.stdout, f"{N}\n", "and what was to be done is done")


def leaving(home):
    for words in (["search", "*"], ["search", "--json", "*"], ["export", "*"], ["thread", "show", "id:1@x.example"],
                  ["config", "show"], ["config", "keys", "--json"], ["config", "man", "penfold-rc"], ["check", "--list"]):
        done = shell(home, '{ "$P" "$@"; echo $? >"$OUT"; } | head -n 1 >/dev/null; cat "$OUT"', *words)
        tap.same((done.stdout, done.stderr), ("0\n", ""), f"a reader that leaves after a line: {' '.join(words)}")
    # nobody reads on: what is not printed yet is not asked for
    reader, writer = os.pipe()
    process = subprocess.Popen([home.program("penfold"), "export", "*"], env=home.env, stdout=writer, stderr=subprocess.PIPE, text=True)
    os.close(writer)
    os.read(reader, 1)
    os.close(reader)
    tap.same((process.wait(timeout=30), process.stderr.read()), (0, ""), "the reader dies in the midst of a message")
    wait_for(lambda: not helpers(home, "penfold-store"), what="the end of the helpers")
    done = shell(home, '"$P" search --json "*" | sed -n "s/.*\\"thread\\":\\"\\([^\\"]*\\)\\".*/thread:\\1/p" | head -n 3 | xargs -n 1 "$P" count')
    tap.same(done.stdout.split(), ["1"] * 3, "search | head | xargs count")


def objects(home, *words):
    lines, process = home.json_lines("penfold", *words)
    return process.returncode, lines


def as_json(home):
    version = home.run("penfold", "--version").stdout.split()[1]
    for words in (["-v", "--json"], ["--json", "--version"]):
        tap.same(objects(home, *words), (0, [{"version": version}]), " ".join(words))
    tap.same(objects(home, "-A", "ann", "--json"), (0, [{"name": "Ann Example", "address": "ann@x.example"}]), "-A")
    tap.same(objects(home, "-A", "nobody", "--json"), (1, []), "-A that finds nothing")
    tap.same(objects(home, "--json", "-Q", "account.local.aliases"),
             (0, [{"section": "account", "name": "local", "key": "aliases", "value": ["me@x.example", "I <i@x.example>"], "default": False}]), "-Q of a list")
    code, lines = objects(home, "--json", "-OQ", "queue.undo-delay")
    tap.same((code, lines[0]["value"], lines[0]["default"], "help" in lines[0]), (0, ["10s"], True, True), "-OQ of a default")
    tap.same(home.run("penfold", "--json", "-Q", "account.local.password").returncode, 64, "-Q of a secret is refused")
    code, lines = objects(home, "config", "--json", "man", "penfold-keys")
    tap.same((code, lines[0]["page"], lines[0]["text"]), (0, "penfold-keys", home.run("penfold", "config", "man", "penfold-keys").stdout), "config man")
    text = home.run("penfold", "sync", "--json").stdout
    seconds = text.split('"seconds":')[1].split("}")[0].split(",")[0]
    tap.ok(len(seconds) < 12, "a number of seconds is written as a person would", text)
    json.loads(text.splitlines()[-1])


def mistakes(home):
    """What a script gets wrong: one line that names it, and nothing is done."""
    os.mkdir(home.path("folder"))
    for words, code, said in ((["tag", "+b", "--", ""], 64, "the query is empty"), (["tag", "+b", " "], 64, "the query is empty"),
                              (["show", home.path("folder")], 66, "folder: Is a directory"), (["check", home.path("folder")], 66, "folder: Is a directory"),
                              (["report", home.path("folder")], 66, "folder: Is a directory"), (["show", "id:none@x.example"], 1, "id:none@x.example: no such message"),
                              (["queue", "run", "nosuch"], 1, "no letter nosuch in the queue"), (["queue", "run", "--all"], 64, "usage"),
                              (["queue", "list", "--due"], 64, "usage"), (["queue", "--due"], 64, "usage"), (["stats", "--days", "7x"], 64, "usage")):
        done = home.run("penfold", *words)
        tap.ok(done.returncode == code and said in done.stderr and len(done.stderr.splitlines()) == 1 and not done.stdout, " ".join(words).replace(home.dir, ""), done)
    tap.same(home.run("penfold", "count", "tag:b").stdout, "0\n", "an empty query changes nothing")
    for body in (b"caf\xe9\n", b"no\0thing\n"):
        done = home.run("penfold", "me@x.example", "-s", "bytes", input=body)
        tap.ok(done.returncode == 65 and b"standard input: byte " in done.stderr and b"is no UTF-8" in done.stderr, f"a text of {body} is not put into other words", done)
    for words in (["-a", home.path("none")], ["-H", home.path("none")], ["-i", home.path("none")]):
        tap.same(home.run("penfold", "me@x.example", *words, input="x\n").returncode, 66, f"{words[0]}: a file that is not there")
    tap.same(home.run("penfold", "queue", "list", "--all").stdout, "The outbox is empty.\n", "and nothing is queued")
    home.run("penfold", "send", "--at", "+2h", "me@x.example", input="Subject: later\n\nx\n")
    at = json.loads(home.run("penfold", "queue", "--json").stdout)[0]["id"]
    done = home.run("penfold", "queue", "run", at)
    tap.same((done.returncode, done.stderr), (65, f"penfold: letter {at} waits for its time: release lets it go now, cancel takes it back\n"),
             "a run that does nothing for the letter says why")


with Home() as home:
    home.rc("[dns]\nzone = " + home.path("zone"), '[account "local"]', "address = Me <my@x.example>", "aliases = me@x.example", "aliases = I <i@x.example>")
    with open(home.path("zone"), "w") as f:
        f.write("{}")
    with open(home.path("in"), "w") as f:
        f.write("".join(letter(i) for i in range(N)))
    home.run("penfold", "import", home.path("in"))
    closed(home)
    leaving(home)
    as_json(home)
    mistakes(home)
tap.done()
