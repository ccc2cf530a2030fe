#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Functions that no room may call, state that no room may keep, lengths that none may exceed."""
import os
import re
import subprocess
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "lib"))
from penfold_test import Tap  # noqa: E402
import sources  # noqa: E402

FUNCTION_LINES = 80
FILE_LINES = 500  # a file with "lint: table" in its first comment may be longer

BANNED = {
    "no bounds": "strcpy strcat sprintf vsprintf strncpy strncat gets stpcpy "
                 "__strcpy_chk __strcat_chk __sprintf_chk __vsprintf_chk __strncpy_chk __strncat_chk",
    "a shell": "system popen g_spawn_command_line_sync g_spawn_command_line_async wordexp",
    "no error": "atoi atol atoll atof",
    "hidden state": "strtok localtime gmtime asctime ctime setjmp _setjmp longjmp rand srand",
    "a race": "tmpnam tempnam mktemp",
    "descriptors that every child inherits": "tmpfile pipe dup creat accept signalfd inotify_init",
    "threads": "pthread_create g_thread_new g_thread_try_new g_thread_pool_new thrd_create",
    "names from the network": "gethostbyname inet_addr inet_aton inet_ntoa",
}
BANNED = {name: why for why, names in BANNED.items() for name in names.split()}
# libetpan's TLS verifies nothing and its parsers do not survive received mail.
BANNED_PATTERNS = {
    r"mail(imap|smtp|pop3|nntp)_(ssl|socket)_\w+": "libetpan's own connections",
    r"mailstream_ssl_\w+|mailstream_socket_\w+|mailstream_low_ssl\w+|"
    r"mailstream_low_tls\w+|mailstream_low_cfstream\w+": "libetpan's own TLS and sockets",
    r"mailmime_\w+|mailimf_\w+": "libetpan's message parsers",
}
# File statics that may change: the log's sink, what signal handlers need to restore the terminal,
# and, in any file, their flags.
MAY_CHANGE = {"src/base/log.c", "src/ui/term.c"}
SIGNAL_FLAG = re.compile(r"volatile sig_atomic_t\s+\w")


def why_banned(symbol):
    if symbol in BANNED:
        return BANNED[symbol]
    for pattern, why in BANNED_PATTERNS.items():
        if re.fullmatch(pattern, symbol):
            return why
    return None


def banned_calls(symbols):
    errors = []
    for path, own in symbols.items():
        for symbol in (name for name, kind in own if kind == "U"):
            why = why_banned(symbol)
            if why:
                errors.append(f"{path}: {symbol}() ({why})")
    return errors


def banned_words(paths):
    """What leaves no symbol behind."""
    errors = []
    for path in paths:
        code = re.sub(r'"(\\.|[^"\\])*"', '""', re.sub(r"/\*.*?\*/", comment_lines, sources.read(path),
                                                      flags=re.S))
        for number, line in enumerate(code.splitlines(), 1):
            match = re.search(r"\b(alloca|g_alloca|g_newa|strdupa)\s*\(|//", line)
            if match:
                errors.append(f"{path}:{number}: {match[0]}")
    return errors


def comment_lines(match):
    return "\n" * match[0].count("\n")


def mutable_symbols(files):
    """{object file: names in sections that stay writable}; relocated constants are not."""
    out = subprocess.run(["objdump", "-t", *files], capture_output=True, text=True).stdout
    found, names = {}, []
    for line in out.splitlines():
        head = re.match(r"(\S+):\s+file format", line)
        if head:
            names = found.setdefault(head[1], [])
        match = re.match(r"\S+ .{7} (\.(?:data|bss|tdata|tbss)\S*)\s+\S+\s+(?:\.hidden )?(\S+)$", line)
        if match and not match[1].startswith(".data.rel.ro") and not match[2].startswith("."):
            names.append(match[2].split(".")[0])
    return found


def global_errors(objects):
    errors, mutable = [], mutable_symbols(objects.values())
    for path, file in objects.items():
        if path in MAY_CHANGE:
            continue
        text = sources.read(path)
        flags = {re.search(r"(\w+)\s*(=|;|\[)", line)[1] for line in text.splitlines()
                 if SIGNAL_FLAG.search(line) and re.search(r"(\w+)\s*(=|;|\[)", line)}
        errors += [f"{path}: {name} may change" for name in mutable.get(file, []) if name not in flags]
    return errors


def length_errors(paths):
    functions, files = [], []
    for path in paths:
        text = sources.read(path)
        lines = text.count("\n")
        if lines > FILE_LINES and "lint: table" not in text[:1500]:
            files.append(f"{path}: {lines} lines")
        functions += [f"{f.path}:{f.line}: {f.name}() has {f.length} lines"
                      for f in sources.functions(path) if f.length > FUNCTION_LINES]
    return functions, files


def dead_functions(symbols):
    """Public functions that no other object, no test and nothing in their own file calls."""
    defined, used = {}, set()
    for path, own in symbols.items():
        for name, kind in own:
            if kind == "T":
                defined[name] = path
            elif kind == "U":
                used.add(name)
    tests = " ".join(sources.read(p) for p in sources.tracked("tests/*/*.c", "tests/*/*.h", "tests/unit/*/*.c"))
    return [f"{path}: nobody calls {name}()" for name, path in sorted(defined.items(), key=lambda d: d[1])
            if name not in used and name != "main" and not re.search(rf"\b{name}\b", tests)
            and len(re.findall(rf"\b{name}\b", sources.read(path))) < 2]


def main():
    tap = Tap()
    objects, symbols = sources.objects(), sources.symbols()
    paths = sources.tracked("src/*/*.c", "src/*/*.h")
    missing = [p for p in paths if p.endswith(".c") and p not in objects]
    tap.ok(objects and not missing, "every source is built", *missing)
    for name, errors in (
            ("no banned function is called", banned_calls(symbols)),
            ("no alloca, no // comments", banned_words(paths)),
            ("no mutable globals", global_errors(objects)),
            ("no function without a caller", dead_functions(symbols)),
            (f"no function is longer than {FUNCTION_LINES} lines", length_errors(paths)[0]),
            (f"no file is longer than {FILE_LINES} lines", length_errors(paths)[1])):
        tap.ok(not errors, name, *errors)
    tap.done()


main()
