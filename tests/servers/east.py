# SPDX-License-Identifier: GPL-3.0-or-later
"""east - reads the cases of the EAST collection (servers that mangle STARTTLS), where CORPORA has it.

    for path in east.cases("imap"): case = east.read(path)      a dict, as the .ron file has it

A struct is a dict, a tuple (Name, argument...), a bare word a Word, strings are str."""
import glob
import os
import re

TOKEN = re.compile(r'\s*(?://[^\n]*\n\s*)*("(?:\\.|[^"\\])*"|[A-Za-z_]\w*|\d+|[()\[\]{}:,]|$)')
ROOT = os.path.join(os.environ.get("CORPORA", "/nonexistent"), "fake-mail-server-EAST", "data")


class Word(str):
    """A word that is no string: Ok, None, true."""


def cases(protocol):
    return [p for p in sorted(glob.glob(os.path.join(ROOT, "**", "*.ron"), recursive=True)) if f"/{protocol}/" in p]


class Reader:
    def __init__(self, text):
        self.text, self.at, self.token = text, 0, None
        self.step()

    def step(self):
        last, found = self.token, TOKEN.match(self.text, self.at)
        if not found:
            raise ValueError(f"no RON at {self.text[self.at:self.at + 40]!r}")
        self.token, self.at = found.group(1), found.end()
        return last

    def value(self):
        token = self.step()
        if token[0] == '"':
            return re.sub(r"\\(.)", lambda m: {"r": "\r", "n": "\n", "t": "\t"}.get(m[1], m[1]), token[1:-1])
        if token in "([{":
            return self.group({"(": ")", "[": "]", "{": "}"}[token])
        word = Word(token)
        if self.token == "(":
            self.step()
            inner = self.group(")")
            return (word, *inner) if isinstance(inner, list) else (word, *inner.values())
        return word

    def group(self, end):
        items, named = [], {}
        while self.token != end:
            key = self.value()
            if self.token == ":":
                self.step()
                named[str(key)] = self.value()
            else:
                items.append(key)
            if self.token == ",":
                self.step()
        self.step()
        return named if named or end == "}" else items


def read(path):
    with open(path, encoding="utf-8") as f:
        return Reader(f.read()).value()


def some(value):
    """What Some(x) holds; None for None and for what is missing."""
    return value[1] if isinstance(value, tuple) and value[0] == "Some" else \
        value if isinstance(value, str) and not isinstance(value, Word) else None


def leaf(value):
    """The innermost word."""
    while isinstance(value, tuple):
        value = value[-1]
    return value


def certificate(case):
    """The name of our own certificate (mkca.sh) that fails as theirs does."""
    path = case["cert"][1] if "cert" in case else "example.org.pem"
    return "selfsigned" if "self-signed" in path or "unknown" in path else "expired" if "expired" in path else \
        "wrong" if "other." in path else "server"
