#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Are the keys of doc/TASKS.md those that the peers come with? Each is looked up in what the peer itself ships:
neomutt's manual, aerc's binds.conf, alot's default.bindings, notmuch's Emacs Lisp. Peers that are not installed
are passed over, and named. PEER_ROOT=DIR looks below DIR (an unpacked package) before /."""
import glob
import gzip
import os
import re
import sys

SOURCE = os.environ.get("PENFOLD_SOURCE") or os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..")


def found(pattern):
    for root in (os.environ.get("PEER_ROOT", ""), "/"):
        paths = sorted(glob.glob(os.path.join(root, pattern))) if root else []
        if paths:
            return paths
    return []


def read(path):
    opened = gzip.open(path, "rt", encoding="utf-8") if path.endswith(".gz") else open(path, encoding="utf-8")
    with opened as f:
        return f.read()


def neomutt():
    """{function: {keys}} of all its menus."""
    names = {"<Return>": "Enter", "<Tab>": "Tab", "<Space>": "Space", "<Backspace>": "Backspace"}
    keys = {}
    for path in found("usr/share/doc/neomutt/manual.txt*"):
        for line in read(path).splitlines():
            cells = [c.strip() for c in line.split("│")]
            if len(cells) < 4 or not re.fullmatch("<[a-z-]+>", cells[1]) or not cells[2]:
                continue
            key = names.get(cells[2], cells[2])
            key = re.sub(r"^Esc (?=\S)", "M-", key)
            key = re.sub(r"^\^([A-Z])$", lambda m: "C-" + m[1].lower(), key)
            keys.setdefault(cells[1][1:-1], set()).add(key)
    return keys


def aerc():
    keys = {}
    for path in found("usr/share/aerc/binds.conf"):
        for line in read(path).splitlines():
            m = re.match(r"(\S+) = :(.*)$", line)
            if m:
                key = re.sub("<C-(.)>", r"C-\1", m[1]).replace("<Enter>", "Enter")
                command = re.sub("<.*", "", m[2]).strip()
                keys.setdefault(command, set()).add(" ".join(key) if re.fullmatch("[A-Za-z]{2}", key) else key)
    return keys


def alot():
    keys = {}
    for path in found("usr/share/alot/alot/defaults/default.bindings"):
        for line in read(path).splitlines():
            m = re.match(r"\s*('[^']*'|\S+)\s*=\s*(.*?)\s*$", line)
            if m and not line.lstrip().startswith("["):
                key = m[1].strip("'")
                keys.setdefault(m[2].strip("'").strip(), set()).add({"enter": "Enter", " ": "Space"}.get(key, key))
    return keys


def notmuch():
    names = {"RET": "Enter", " ": "Space", "TAB": "Tab"}
    keys = {}
    for path in found("usr/share/emacs/site-lisp/elpa-src/notmuch-*/notmuch*.el"):
        for key, function in re.findall(r'\(define-key map (?:\(kbd )?"([^"]+)"\)? \'([a-z-]+)\)', read(path)):
            keys.setdefault(function, set()).add(names.get(key, key))
    return keys


# What these ask for is answered by one more key, which is no function: a sort order, a kept search.
ASKING = {("neomutt", "o"), ("neomutt", "O"), ("notmuch-emacs", "j")}
PEERS = {"neomutt": neomutt, "aerc": aerc, "alot": alot, "notmuch-emacs": notmuch}


def tables(text):
    """The tasks' claims [(peer, keys)] and the names [(peer, key, function)]."""
    claims, names = [], []
    for line in text.splitlines():
        cells = [c.strip().replace("\\|", "|") for c in re.split(r"(?<!\\)\|", line.rstrip())[1:-1]]
        if len(cells) == 7 and cells[0].isdigit() and ": " in cells[4 - 0]:
            peer, keys = cells[4].split(": ", 1)
            claims.append((peer, keys))
        elif len(cells) == 3 and cells[0] in PEERS:
            names.append((cells[0], cells[1], cells[2].strip("`")))
    return claims, names


def is_named(peer, token, names):
    return any(p == peer and k == token for p, k, _ in names)


def main():
    with open(os.path.join(SOURCE, "doc", "TASKS.md"), encoding="utf-8") as f:
        claims, names = tables(f.read())
    bad, skipped = [], []
    for peer, keys in claims:
        # what is typed into a prompt, and the key that ends it
        first = re.split("«", keys)[0].split()
        if first[:1] == [":"]:
            continue
        if len(first) == 2 and ((peer, first[0]) in ASKING or first[0].isdigit()):
            first = [t for t in first[:1] if not t.isdigit()] or first[1:]
        joined = " ".join(first)
        if not (is_named(peer, joined, names) or all(is_named(peer, t, names) for t in first)):
            bad.append(f"{peer}: {keys}: no row below says what these keys are")
    for peer, load in PEERS.items():
        keys = load()
        if not keys:
            skipped.append(peer)
            continue
        for p, key, function in names:
            if p == peer and key not in keys.get(function, ()):
                bad.append(f"{peer}: {function} is {sorted(keys.get(function, ['nothing']))}, not {key}")
    print(f"{len(claims)} tasks, {len(names)} keys" + (f"; not here: {', '.join(skipped)}" if skipped else ""))
    for line in bad:
        print("wrong: " + line)
    return 1 if bad else 0


sys.exit(main())
