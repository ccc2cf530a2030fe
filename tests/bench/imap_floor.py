#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""imap_floor.py PORT MAILDIR - the least that a first sync of alice's INBOX can take: it knows everything before it asks.
Log-in, selection and one FETCH of all go out together, behind the greeting; each message is a file; all are made
durable at once (syncfs, rename, fsync of the folder), as penfold-sync does it in lots."""
import ctypes
import os
import re
import socket
import sys

LITERAL = re.compile(rb"\{(\d+)\}\r\n$")


def main():
    port, box = int(sys.argv[1]), sys.argv[2]
    for name in ("cur", "new", "tmp"):
        os.makedirs(os.path.join(box, name))
    sock = socket.create_connection(("127.0.0.1", port))
    sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    stream = sock.makefile("rb", 1 << 18)
    stream.readline()
    sock.sendall(b"a LOGIN alice alicepw\r\nb EXAMINE INBOX\r\n"
                 b"c UID FETCH 1:* (UID FLAGS INTERNALDATE RFC822.SIZE BODY.PEEK[])\r\n")
    names = []
    while not (line := stream.readline()).startswith(b"c "):
        literal = LITERAL.search(line)
        if literal:
            name = f"{len(names)}.floor"
            with open(os.path.join(box, "tmp", name), "xb", buffering=0) as f:
                f.write(stream.read(int(literal[1])))
            names.append(name)
    folder = os.open(os.path.join(box, "cur"), os.O_RDONLY)
    ctypes.CDLL(None).syncfs(folder)
    for name in names:
        os.rename(os.path.join(box, "tmp", name), os.path.join(box, "cur", name + ":2,"))
    os.fsync(folder)


main()
