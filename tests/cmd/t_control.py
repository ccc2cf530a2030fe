#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Control characters of a letter, of a tag, of a folder's name or of the command line reach no terminal by any command
that prints for people, and no rc file."""
from penfold_test import Home, Tap

tap = Tap()
ESC = "\x1b[31m"
WORD = "=?utf-8?q?evil=1b]0;x=07=1b[31m?="
LETTER = f"""Authentication-Results: evil{ESC}.example; dkim=pass
From: {WORD} <{{sender}}>
To: {WORD} <me@example.org>
Subject: {WORD}
Message-ID: <{{number}}{ESC}@x.example>
List-Unsubscribe: <https://x.example/{ESC}>
Date: Thu, 26 Nov 2026 10:00:00 +0000
MIME-Version: 1.0
Content-Type: multipart/mixed; boundary=b

--b

text{ESC}\x1b]0;x\x07
--b
Content-Type: text/x{ESC}; name="a{ESC}.txt"

x
--b--
"""


def set_up(home):
    home.rc('[account "work"]', "address = Me <me@example.org>", "[dns]", f"zone = {home.path('zone.json')}")
    with open(home.path("zone.json"), "w") as f:
        f.write("{}")
    letter = LETTER.format(sender="evil@x.example", number=1)
    with open(home.path("letter.eml"), "w") as f:
        f.write(letter)
    home.run("penfold", "deliver", input=letter)
    home.run("penfold", "deliver", "--folder", f"F{ESC}", input=LETTER.format(sender="evil@x.example", number=2))
    home.run("penfold", "tag", f"+x{ESC}y", "--", "*")
    home.run("penfold", "send", "--override", "--", "bo@example.net",
             input=LETTER.format(sender="me@example.org", number=3))


def commands(letter):
    """Of what is in the home, and of arguments."""
    return [["-A", ""], ["-A", "evil"], ["search", "*"], ["show", letter], ["auth", letter], ["check", letter],
            ["report", letter], ["unsubscribe", letter], ["dkim", "verify", letter], ["auth-trust"], ["queue"],
            ["queue", "list", "--all"], ["stats", "--log"], ["doctor"], ["filter", "--dry-run", "*"], ["config", "show"],
            *([*words.split(), ESC] for words in (
                "search", "count", "tag", "show", "queue show", "domain", "bimi", "dkim keygen", "auth-trust",
                "auth-trust --account", "key list", "sync", "login", "setup", "import", "help", "config man", "-Q", "-z -f",
                "deliver --account", "bo@example.net -a", "mailto:a@b.example?subject=s", "--rc", "spf --helo a --from b --ip")),
            ["setup", f"A{ESC} <a@b.example>", "--no-test", "--imap", "imaps://b.example", "--smtp", "smtps://b.example"],
            [f"mailto:a@b.example?x{ESC}=1"], ["-o", f"a{ESC}=b", "search", "x"], [ESC]]


with Home() as home:
    set_up(home)
    rc = open(home.rc_path).read()
    shown = home.json_lines("penfold", "--json", "search", "*")[0]
    tap.ok(len(shown) >= 2, "there is mail with control characters in it", shown)
    for command in commands(home.path("letter.eml")):
        done = home.run("penfold", *command, timeout=60)
        said = done.stdout + done.stderr
        bad = [c for c in said if (c < " " and c not in "\n\t") or "\x7f" <= c < "\xa0"]
        tap.ok(not bad and done.returncode >= 0, f"penfold {command!r}".replace(home.dir, "HOME"), done.returncode, repr(said[:600]))
    tap.same(open(home.rc_path).read(), rc, "the rc file is as it was")
tap.done()
