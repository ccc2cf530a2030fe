#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the texts and comments name is there: paths, files of a room, functions, programs, commands, make targets, operations.
And the other way round: each file of a room and each operation of a helper is named."""
import fnmatch
import os
import re
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "lib"))
from penfold_test import Tap  # noqa: E402
import sources  # noqa: E402

TEXTS = ["README.md", "contrib/rc.example", *sources.tracked("doc/*.md", "src/*/README.md", "tests/README.md", "contrib/*/README.md")]
PATH = re.compile(r"(?<![\w/.@~-])((?:src|tests|doc|contrib|mk)/[\w./*{},-]*[\w*}])")


def spread(path):
    """{a,b} to one each; words in capitals stand for any, but for the names of files that are written so."""
    match = re.search(r"\{([^}]*)\}", path)
    if match:
        return [p for part in match[1].split(",") for p in spread(path[:match.start()] + part + path[match.end():])]
    if re.search(r"/[A-Z]+(\.md)?$", path) and os.path.exists(os.path.join(sources.SOURCE, path)):
        return [path]
    return [re.sub(r"[A-Z]{2,}|(?<=_)X\b", "*", path)]


def is_there(path, files):
    if any(fnmatch.fnmatch(f, path) or f.startswith(path.rstrip("/") + "/") for f in files):
        return True
    return any(fnmatch.fnmatch(f, path + end) for f in files for end in (".c", ".h", ".py", ".sh"))


def path_errors(files):
    errors = []
    for text in TEXTS:
        for number, line in enumerate(sources.read(text).splitlines(), 1):
            for match in PATH.finditer(line):
                errors += [f"{text}:{number}: {match[1]}" for p in spread(match[1]) if not is_there(p, files)]
    return errors


def stems(room):
    return {os.path.basename(p)[:-2] for p in sources.tracked(f"src/{room}/*.c", f"src/{room}/*.h")}


def cells(readme):
    """The places of a room's README that name its files: the first cell of each row, and lines that begin with `-`
    or a name in backticks."""
    for line in sources.read(readme).splitlines():
        if line.startswith("| penfold-"):  # src/programs: programs first, then files
            yield " ".join(re.findall(r"`[^`]*`", line.split("|")[2]))
        elif line.startswith("|") and not re.match(r"\|[\s-]*\||\| *(files?|program) *\|", line):
            yield line.split("|")[1]
        elif re.match(r"- `|(`[^`]+`[ ,]*)+:|\w+: `", line):
            yield " ".join(re.findall(r"`[^`]*`", line))


def named(readme):
    """The names of files in there, as patterns."""
    for cell in cells(readme):
        for word in re.split(r"[\s,;`]+", cell.replace("\\", "")):
            if re.fullmatch(r"[a-zA-Z_][\w*]*(\.[ch])?", word):
                yield re.sub(r"[A-Z]{2,}", "*", re.sub(r"\.[ch]$", "", word))


def room_errors(room):
    readme = f"src/{room}/README.md"
    have, said = stems(room), set(named(readme))
    errors = [f"{readme}: no file {s}" for s in sorted(said) if not fnmatch.filter(have, s)]
    hidden = [s for s in sorted(have) if not any(fnmatch.fnmatch(s, p) for p in said)]
    # FILE_more.c beside a FILE.c that is named needs no word of its own
    open_ones = have - set(hidden)
    hidden = [s for s in hidden if not any(s.startswith(p + "_") for p in open_ones)]
    return errors + [f"{readme} does not name {s}" for s in hidden]


def commands():
    table = sources.read("src/cmd/table.c")
    return set(re.findall(r'^\t\{ ?(?:\.name = )?"([a-z][a-z-]*)",', table, flags=re.M))


def targets():
    text = "".join(sources.read(p) for p in ["Makefile", *sources.tracked("mk/*.mk")])
    return set(re.findall(r"^([a-z][a-z-]*)(?: [a-z -]+)?:(?!=)", text, flags=re.M)) | {
        word for line in re.findall(r"^\.PHONY:(.*)", text, flags=re.M) for word in line.split()}


def code_of(text):
    """What stands in backticks or in a block of code."""
    for block in re.split(r"^ *```.*$", text, flags=re.M)[1::2]:
        yield from block.splitlines()
    yield from re.findall(r"`([^`\n]+)`", text)


def word_errors():
    known, made, errors = commands() | {"help"}, targets(), []
    helpers = {os.path.basename(p)[8:-2] for p in sources.tracked("src/programs/penfold_*.c")}
    pages = {os.path.basename(p)[8:-2] for p in sources.tracked("doc/penfold-*.[57]")}
    for text in TEXTS:
        body = sources.read(text)
        for code in code_of(body):
            for word in re.findall(r"(?<![\w/-])penfold ([a-z][a-z-]*)(?![\w@.:-])", code):
                if word not in known:
                    errors.append(f"{text}: penfold {word}")
            for words in re.findall(r"(?:^|[^\w-])make((?: [a-z][a-z-]*(?![\w=]))+)", code):
                errors += [f"{text}: make {w}" for w in words.split() if w not in made and w != "open"]
        errors += [f"{text}: penfold-{w}" for w in set(re.findall(r"\bpenfold-([a-z]+)\b", body))
                   if w not in helpers | pages | {"queue", "watch"}]
    return errors


def operations(helper):
    text = sources.read(f"src/programs/penfold_{helper}.c")
    return set(re.findall(r'\{ ?"([a-z][a-z-]*)", [a-z]', text))


def told_operations():
    """{helper: operations} by the sections "### penfold-X" of ARCHITECTURE.md."""
    told, helper = {}, None
    for line in sources.read("doc/ARCHITECTURE.md").splitlines():
        match = re.match(r"#+ (?:penfold-(\w+))?", line)
        if match:
            helper = match[1]
        elif helper and line.startswith("| `"):
            cell = line.split("|")[1]
            while "{" in cell and "}" in cell:  # arguments
                cell = re.sub(r"\{[^{}]*\}", "", cell)
            told.setdefault(helper, set()).update(re.findall(r"`([a-z-]+)`", cell))
    return told


def operation_errors():
    errors = []
    told = told_operations()
    for path in sources.tracked("src/programs/penfold_*.c"):
        helper = os.path.basename(path)[8:-2]
        have, said = operations(helper), told.get(helper, set())
        errors += [f"penfold-{helper} has no {op}" for op in sorted(said - have)]
        errors += [f"penfold-{helper}: {op} is not in doc/ARCHITECTURE.md" for op in sorted(have - said)]
    return errors


def state_errors():
    """Names that the sources put into the state folder, held against the list of it."""
    said = sources.read("doc/ARCHITECTURE.md").split("## State on disk")[1].split("\n## ")[0]
    errors = []
    for path in sources.tracked("src/*/*.c"):
        text = sources.read(path)
        account = r'paths_of_account\([^,]+, "(\w+)", \w+, "(\w+)"\)'
        names = [f"{what}-ACCOUNT.{suffix}" for what, suffix in re.findall(account, text)]
        text = re.sub(account, "", text)
        names += re.findall(r'state_dir(?:\([^)]*\))?,\s*"/?([a-z][\w.-]+)"', text)
        if "rc_state_dir" in text:
            names += re.findall(r'g_build_filename\(\w+, "([a-z][\w.-]+)"', text)
        errors += [f"{path}: {name}" for name in set(names) if not re.search(rf"(?<![\w-]){re.escape(name)}(?![\w-])", said)]
    return errors


# Names of others that a comment or a text speaks of, and the example of one.
FOREIGN = {"c_rehash", "hcp_baseline", "invalid_token", "my_name", "check_host", "exec", "f", "getopt", "getaddrinfo", "gpgme_op_keylist_next", "gpgme_wait", "ub_resolve",
           "mailstream_low_free", "g_prefix_error"}
TOKEN = re.compile(r"""("(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])'|/\*.*?\*/)""", re.S)  # strings, signs, comments
FOREIGN_HEADERS = {"landlock.h", "gnutls.h", "unistd.h"}


def comment_errors():
    """Functions (`name()`) and files (`name.c`) that comments and texts name, held against the code."""
    c_files = sources.tracked("src/*/*.c", "src/*/*.h", "tests/*.c", "tests/*.h")
    comments, words, keys = {}, set(), set()  # keys: of JSON, in strings
    for path in c_files:
        text = sources.read(path)
        pieces = TOKEN.split(text)
        texts = [p for p in pieces[1::2] if not p.startswith("/*")]
        if path.startswith("src/"):
            comments[path] = "\n".join(p for p in pieces[1::2] if p.startswith("/*"))
        words.update(re.findall(r"\w+", " ".join(pieces[::2])))
        keys.update(words, re.findall(r"\w+", " ".join(texts)))
    names = {os.path.basename(p) for p in c_files} | FOREIGN_HEADERS
    stems_of_all = {os.path.basename(p).split(".")[0] for p in sources.tracked("*")}
    errors = []
    for path, text in comments.items():
        errors += [f"{path}: {w}" for w in
                   set(re.findall(r"\b(?!g_|gpgme_|notmuch_)[a-z]\w*_\w+[a-z]\b", text)) - keys - stems_of_all - FOREIGN]
    for path, text in [*comments.items(), *((p, sources.read(p)) for p in TEXTS)]:
        errors += [f"{path}: {f}()" for f in set(re.findall(r"\b([a-zA-Z_]\w*)\(\)", text)) - words - FOREIGN]
        errors += [f"{path}: {f}" for f in set(re.findall(r"(?<![\w*])([a-z][a-z0-9_]*\.[ch])\b", text)) - names]
    return errors


def main():
    tap = Tap()
    files = sources.tracked("*")
    rooms = sorted({p.split("/")[1] for p in sources.tracked("src/*/*.c")})
    for name, errors in (
            ("paths that the texts name are there", path_errors(files)),
            ("the READMEs name the files of their rooms", [e for r in rooms for e in room_errors(r)]),
            ("commands, targets and programs that the texts name are there", word_errors()),
            ("functions and files that comments and texts name are there", comment_errors()),
            ("doc/ARCHITECTURE.md has what lies in the state folder", state_errors()),
            ("doc/ARCHITECTURE.md has the operations of the helpers", operation_errors())):
        tap.ok(not errors, name, *errors)
    tap.done()


main()
