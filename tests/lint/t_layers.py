#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""The floors of doc/ARCHITECTURE.md, proved from the includes and from what the objects need."""
import glob
import os
import re
import subprocess
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "lib"))
from penfold_test import Tap  # noqa: E402
import sources  # noqa: E402

# A library's name in the table: its headers, its shared objects.
LIBRARIES = {
    "libseccomp": (r"seccomp\.h", ["seccomp"]),
    "GMime": (r"gmime/", ["gmime-3.0"]),
    "libxml2": (r"libxml/", ["xml2"]),
    "libarchive": (r"archive(_entry)?\.h", ["archive"]),
    "OpenSSL": (r"openssl/", ["ssl", "crypto"]),
    "libunbound": (r"unbound\.h", ["unbound"]),
    "notmuch": (r"notmuch\.h", ["notmuch"]),
    "sqlite3": (r"sqlite3\.h", ["sqlite3"]),
    "libetpan": (r"libetpan/", ["etpan"]),
    "ncursesw": (r"n?curses\w*(/curses)?\.h|term(cap)?\.h", ["ncursesw", "tinfo"]),
    "libvterm": (r"vterm\.h", ["vterm"]),
    "librsvg": (r"librsvg/|cairo", ["rsvg-2", "cairo"]),
    "gdk-pixbuf": (r"gdk-pixbuf/", ["gdk_pixbuf-2.0"]),
    "chafa": (r"chafa", ["chafa"]),
    "libcurl": (r"curl/", ["curl-gnutls", "curl"]),
    "GPGME": (r"gpgme\.h", ["gpgme"]),
    "zlib": (r"zlib\.h", ["z"]),
    "libidn2": (r"idn2\.h", ["idn2"]),
    "cmark": (r"cmark\.h", ["cmark"]),
}
EVERYWHERE = {"GLib", "jansson"}  # the base layer of all rooms
# programs/ joins rooms and so may set up the libraries of the rooms it joins.
GLUE = {"programs": {"GMime", "libxml2"}}

# Opening a conversation with the world: the room of the network, and that of questions.
WORLD = {"socket", "connect", "bind", "listen", "accept", "accept4", "getaddrinfo", "gethostbyname",
         "gethostbyname2", "getnameinfo", "res_query", "res_search", "g_socket_new",
         "g_socket_connect", "g_socket_client_new", "g_resolver_get_default"}


# A socket in the user's own state folder, which reaches nobody else.
LOCAL = {"src/client/takeover.c"}


def may_reach_world(path):
    return path.startswith("src/net/") or path.startswith("src/lookup/") or path in LOCAL


def include_errors(path, floor, rooms):
    errors = []
    for number, line in enumerate(sources.read(path).splitlines(), 1):
        own = re.match(r'\s*#\s*include\s+"([^"]+)"', line)
        foreign = re.match(r"\s*#\s*include\s+<([^>]+)>", line)
        if own:
            room = own[1].split("/")[0]
            if "/" not in own[1]:
                errors.append(f"{path}:{number}: {own[1]} is not named from src/")
            elif room in rooms and room not in floor.rooms:
                errors.append(f"{path}:{number}: src/{floor.room} may not include {own[1]}")
        if foreign:
            errors += library_errors(f"{path}:{number}", floor, foreign[1])
    return errors


def allowed(floor, library):
    return (library in floor.libraries or library in EVERYWHERE
            or library in GLUE.get(floor.room, set()))


def library_errors(where, floor, header):
    return [f"{where}: <{header}> belongs to {name}, which src/{floor.room} may not use"
            for name, (pattern, _) in LIBRARIES.items()
            if re.match(pattern, header) and not allowed(floor, name)]


def exports(name):
    """The symbols that a shared library defines."""
    cc = os.environ.get("CC", "cc").split()
    path = subprocess.run([*cc, f"-print-file-name=lib{name}.so"], capture_output=True,
                          text=True).stdout.strip()
    symbols = set()
    for file in glob.glob(path + "*"):
        symbols |= {s[0].split("@")[0] for s in sources.nm(file, "-D", "--defined-only")}
    return symbols


def symbol_errors(symbols, floors, owners):
    errors = []
    for path, own in symbols.items():
        floor = floors[sources.room_of(path)]
        for symbol in (name for name, kind in own if kind == "U"):
            library = owners.get(symbol)
            if library and not allowed(floor, library):
                errors.append(f"{path}: {symbol}() of {library}")
            if symbol in WORLD and not may_reach_world(path):
                errors.append(f"{path}: {symbol}() opens a conversation with the world")
    return errors


def main():
    tap = Tap()
    floors = sources.floors()
    paths = sources.tracked("src/*/*.c", "src/*/*.h")
    rooms = {sources.room_of(p) for p in paths}
    tap.ok(len(floors) >= 7, "doc/ARCHITECTURE.md has a table of floors")
    tap.ok(rooms <= set(floors), "each room stands in the table", rooms - set(floors))
    named = set().union(*(f.libraries for f in floors.values())) - EVERYWHERE
    tap.ok(named <= set(LIBRARIES), "each library of the table is known here", named - set(LIBRARIES))
    second = [f for f in floors.values() if f.number == 2]
    tap.ok(all(not (f.rooms & {g.room for g in second} - {f.room}) for f in second),
           "rooms of floor 2 never include each other")
    for room in sorted(rooms & set(floors)):
        errors = []
        for path in (p for p in paths if sources.room_of(p) == room):
            errors += include_errors(path, floors[room], rooms)
        tap.ok(not errors, f"src/{room} includes only what its floor allows", *errors)
    symbols = sources.symbols()
    tap.ok(symbols, "there are objects to look into", f"none below {sources.BUILD}/obj; run make first")
    owners = {}
    for library, (_, names) in LIBRARIES.items():
        found = set().union(*(exports(n) for n in names))
        tap.ok(found, f"the symbols of {library} are known")
        owners.update({symbol: library for symbol in found})
    errors = symbol_errors(symbols, floors, owners)
    tap.ok(not errors, "the objects need only the libraries of their floor", *errors)
    tap.done()


main()
