# SPDX-License-Identifier: GPL-3.0-or-later
"""reading - the screen beside neomutt, aerc and alot: the list of a mailbox, opening letters in it, tagging.

Each opening is measured several times in one run of each program, one program after the other. What is pressed
after a moment may have been read ahead; what is pressed at once may not."""
import contextlib
import os
import re
import shutil
import statistics
import subprocess
import time

import penfold_test
from terminal import Terminal, rows_shown

ROWS_WANTED = 40
OPENINGS = 9
MOMENT = 0.3  # seconds that a reader rests
TOKEN = re.compile(rb"tok[0-9a-f]{8}")  # in each body

NEOMUTTRC = """set folder="{mail}/b"
set spoolfile="{mail}/b/INBOX"
set mbox_type=Maildir
set sort=reverse-date
set mark_old=no
set sleep_time=0
set quit=yes
set wait_key=no
set timeout=600
set mail_check=600
set header_cache="{peer}/cache/"
set maildir_header_cache_verify=no
set pager_index_lines=0
set index_format="%4C %Z %d %-20.20L %s"
alternative_order text/plain text/html
push <first-entry>
"""

AERC = """[general]
log-file={peer}/log
[ui]
index-format=%D %-20.20n %s
sidebar-width=10
mouse-enabled=false
new-message-bell=false
[viewer]
pager=less -R
alternatives=text/plain,text/html
parse-http-links=false
[filters]
text/plain=cat
text/html=cat
"""

ALOT = """initial_command = search tag:inbox
prefer_plaintext = True
auto_remove_unread = False
bug_on_exit = False
[accounts]
[[me]]
realname = Me
address = me@penfold.example
"""


def write(path, text):
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, "w") as f:
        f.write(text)
    os.chmod(path, 0o600)


class KeptHome(penfold_test.Home):
    """A home in a folder that stays, for what takes long to make."""

    def __init__(self, folder):
        self.dir = os.path.abspath(folder)
        os.makedirs(self.dir, exist_ok=True)
        self.rc_path = self.path("rc")
        self.env = dict(os.environ, HOME=self.dir, PENFOLD_RC=self.rc_path, LC_ALL="C.UTF-8",
                        XDG_STATE_HOME=self.path("state"), XDG_CONFIG_HOME=self.path("config"))

    def is_complete(self):
        return os.path.exists(self.path("complete"))

    def complete(self):
        write(self.path("complete"), "")


class Program:
    """One of those that are compared; keys: of the newest letter, back, the next letter, the last row."""

    def __init__(self, argv, env, back=b"q", down=b"j", last=b"G"):
        self.argv, self.env, self.back, self.down, self.last = argv, env, back, down, last


def penfold(home):
    return Program([home.program("penfold")], home.env, down=b"J")


def neomutt(home):
    peer = home.path("neomutt")
    write(peer + "/rc", NEOMUTTRC.format(mail=home.path("Mail"), peer=peer))
    os.makedirs(peer + "/cache", exist_ok=True)
    return Program(["neomutt", "-n", "-F", peer + "/rc"], home.env, back=b"i", last=b"*")


def notmuch_config(home):
    write(home.path("notmuch-config"), f"[database]\npath={home.path('Mail')}\n[user]\nname=Me\n"
          "primary_email=me@penfold.example\n[maildir]\nsynchronize_flags=false\n")
    return home.path("notmuch-config")


def peer_home(home, name):
    peer = home.path(name)
    return peer, dict(home.env, HOME=peer, XDG_CONFIG_HOME=peer + "/.config", XDG_RUNTIME_DIR=peer,
                      XDG_CACHE_HOME=peer + "/.cache", XDG_DATA_HOME=peer, NOTMUCH_CONFIG=notmuch_config(home))


def aerc(home):
    peer, env = peer_home(home, "aerc")
    where = peer + "/.config/aerc/"
    write(where + "accounts.conf", f"[bench]\nsource = notmuch://{home.path('Mail')}\nquery-map = {where}map\n"
          "from = Me <me@penfold.example>\ndefault = INBOX\n")
    write(where + "map", "INBOX=tag:inbox\n")
    write(where + "aerc.conf", AERC.format(peer=peer))
    shutil.copy("/usr/share/aerc/binds.conf", where + "binds.conf")
    return Program(["aerc"], env)


def alot(home):
    peer, env = peer_home(home, "alot")
    write(peer + "/alot.conf", ALOT)
    return Program(["alot", "-n", env["NOTMUCH_CONFIG"], "-c", peer + "/alot.conf", "-l", peer + "/log"], env)


PEERS = {"neomutt": neomutt, "aerc": aerc, "alot": alot}


def programs(home, names):
    out = {"penfold": penfold(home)}
    for name in names:
        if shutil.which(name):
            out[name] = PEERS[name](home)
        else:
            print(f"{name} is not installed: its column stays empty")
    return out


def evict(folder):
    """The files of a folder leave the page cache, as far as nobody has them mapped."""
    for where, _, names in os.walk(folder):
        for name in names:
            with contextlib.suppress(OSError):
                fd = os.open(os.path.join(where, name), os.O_RDONLY)
                os.fsync(fd)
                os.posix_fadvise(fd, 0, 0, os.POSIX_FADV_DONTNEED)
                os.close(fd)


def start(program):
    """(the terminal, seconds to the list)."""
    terminal = Terminal(program.argv, program.env)
    return terminal, terminal.until(lambda text: rows_shown(text) >= ROWS_WANTED, timeout=120)


def list_once(program, cold_folder=None):
    """(seconds to the list, MB, seconds to the last row)."""
    if cold_folder:
        evict(cold_folder)
    terminal, paint = start(program)
    try:
        terminal.settle(1)
        terminal.press(program.last)
        last = terminal.until(lambda text: b"OldestRow000" in text, timeout=30)
        return paint, terminal.peak_mb(), last
    finally:
        terminal.close()


PAGES = 40


def pages_down(program):
    """(the median, the worst) of the seconds from PageDown to the first of the answer."""
    terminal, _ = start(program)
    seen = []
    try:
        for _ in range(PAGES):
            terminal.settle(0.1)
            terminal.press(b"\x1b[6~")
            seen.append(terminal.until(lambda text: len(text) > 0, timeout=10))
        return median(seen), max(s for s in seen if s is not None)
    finally:
        terminal.close()


def median(values):
    values = [v for v in values if v is not None]
    return statistics.median(values) if values else None


def open_all(programs_):
    """{name: (seconds of an opening after a moment, of the next letter after a moment)}, medians."""
    terminals = {name: start(p)[0] for name, p in programs_.items()}
    opened, moved = {n: [] for n in terminals}, {n: [] for n in terminals}
    try:
        for _ in range(OPENINGS):
            for name, terminal in terminals.items():
                terminal.settle(MOMENT)
                terminal.press(b"\r")
                opened[name].append(terminal.until(lambda text: b"BodyTokenQ7" in text, timeout=10))
                terminal.settle(MOMENT)
                terminal.press(programs_[name].down)
                moved[name].append(terminal.until(TOKEN.search, timeout=10))
                terminal.settle(MOMENT)
                terminal.press(programs_[name].back)
                terminal.settle(MOMENT)
                terminal.press(b"=" if name != "alot" else b"\x1b[H")
    finally:
        for terminal in terminals.values():
            terminal.close()
    return {name: (median(opened[name]), median(moved[name])) for name in terminals}


def open_at_once(program):
    """Seconds from the list, standing, to the newest letter's text: Return comes with no rest."""
    terminal, _ = start(program)
    try:
        terminal.press(b"\r")
        return terminal.until(lambda text: b"BodyTokenQ7" in text, timeout=10)
    finally:
        terminal.close()


def tag_all(program):
    """Seconds until a tag on every thread is on the screen."""
    terminal, _ = start(program)
    try:
        terminal.settle(1)
        terminal.press(b"T*\r")
        terminal.settle(MOMENT)
        terminal.press(b";+")
        terminal.settle(MOMENT)
        terminal.press(b"bench\r")
        return terminal.until(lambda text: b"bench" in text, timeout=20)
    finally:
        terminal.settle(1)
        terminal.close()


def timed(argv, env):
    """(seconds, seconds of processor)."""
    before, begin = os.times(), time.monotonic()
    subprocess.run(argv, env=env, check=True, capture_output=True)
    after = os.times()
    return time.monotonic() - begin, (after.children_user - before.children_user
                                      + after.children_system - before.children_system)


# ---- the measures

def bench_list(report, home, runs, cold=False):
    n = report.messages
    all_ = programs(home, ["neomutt"])
    for program in all_.values():
        list_once(program)  # warm: the page cache, the peer's header cache
    seen = {name: [] for name in all_}
    for _ in range(runs):
        for name, program in all_.items():
            seen[name].append(list_once(program, home.dir if cold else None))
    def pick(name, figure):
        return median([s[figure] for s in seen.get(name, [])])
    what = "the list from the disk," if cold else "the list of"
    report.line(f"start to {what} {n}", pick("penfold", 0), pick("neomutt", 0), "neomutt, header cache",
                goal=0.05 if cold else 0.1)
    if not cold:
        report.line("memory of the screen", pick("penfold", 1), pick("neomutt", 1), "neomutt", unit="MB")
        report.line("to the last row", pick("penfold", 2), pick("neomutt", 2), "neomutt", goal=1)


def bench_open(report, home, runs):
    all_ = programs(home, ["neomutt"])
    figures = open_all(all_)
    ours, theirs = figures["penfold"], figures.get("neomutt", (None, None))
    report.line("open the newest letter", ours[0], theirs[0], "neomutt", goal=0.7)
    report.line("go on to the next", ours[1], theirs[1], "neomutt", goal=0.7)
    seen = {name: [] for name in all_}
    for _ in range(runs):
        for name, program in all_.items():
            seen[name].append(open_at_once(program))
    report.line("Return the moment the list stands", median(seen["penfold"]), median(seen.get("neomutt", [])),
                "neomutt")


def bench_tag(report, home, runs):
    report.line(f"a tag on all {report.messages}, on the screen", median([tag_all(penfold(home)) for _ in range(runs)]),
                0.016, "a frame", goal=1)
    env = dict(home.env, NOTMUCH_CONFIG=notmuch_config(home))
    argv = {"penfold": [home.program("penfold"), "tag"], "notmuch": ["notmuch", "tag"]}
    if not shutil.which("notmuch"):
        del argv["notmuch"]
    seen = {name: [] for name in argv}
    for i in range(runs):
        for name, words in argv.items():
            seen[name].append(timed([*words, f"+{name}{i}", "--", "quarterly"], env))
    for figure, what in ((0, "wall"), (1, "CPU")):
        report.line(f"tag a tenth of {report.messages}, {what}", median([s[figure] for s in seen["penfold"]]),
                    median([s[figure] for s in seen.get("notmuch", [])]), "notmuch tag", goal=1.05)


def bench_big(report, home, runs):
    all_ = programs(home, list(PEERS))
    for program in all_.values():
        list_once(program)
    seen = {name: [] for name in all_}
    for _ in range(runs):
        for name, program in all_.items():
            seen[name].append(list_once(program))
    goals = {"neomutt": 0.0125, "alot": 0.025}
    for name in all_:
        if name == "penfold":
            continue
        for figure, what, unit, goal in ((0, f"start to the list of {report.messages}", "ms", goals.get(name)),
                                         (2, "to the last row", "ms", None),
                                         (1, "memory of the screen", "MB", 0.2 if name == "alot" else None)):
            report.line(what, median([s[figure] for s in seen["penfold"]]), median([s[figure] for s in seen[name]]),
                        name, unit=unit, goal=goal)
    paged = {name: pages_down(program) for name, program in all_.items()}
    for name in all_:
        for figure, what in ((0, "a page down, median"), (1, f"a page down, the worst of {PAGES}")):
            if name != "penfold":
                report.line(what, paged["penfold"][figure], paged[name][figure], name)
