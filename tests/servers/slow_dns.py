#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""slow_dns.py ZONE.json DELAY_MS - a DNS server on a free port of 127.0.0.1 that answers every question after
that delay, as many at a time as are asked. Prints "port N". A zone's name "*" answers for all others; the value
"SILENT" never answers. SIGUSR1 makes it silent, SIGUSR2 lets it speak again, and it prints when it is so; at its end it
prints how many it was asked."""
import collections
import json
import select
import signal
import socket
import struct
import sys
import time

TYPES = {1: "A", 16: "TXT", 28: "AAAA", 15: "MX", 12: "PTR", 5: "CNAME", 2: "NS", 6: "SOA"}


def name_of(packet, at):
    labels = []
    while packet[at]:
        labels.append(packet[at + 1:at + 1 + packet[at]].decode("latin-1").lower())
        at += 1 + packet[at]
    return ".".join(labels), at + 1


def wire_name(name):
    return b"".join(bytes([len(p)]) + p.encode() for p in name.split(".") if p) + b"\0"


def data_of(kind, value):
    if kind == "TXT":
        parts = [value] if isinstance(value, str) else value
        raw = "".join(parts).encode()
        return b"".join(bytes([len(raw[i:i + 255])]) + raw[i:i + 255] for i in range(0, max(len(raw), 1), 255))
    if kind == "A":
        return socket.inet_aton(value)
    if kind == "AAAA":
        return socket.inet_pton(socket.AF_INET6, value)
    if kind == "MX":
        return struct.pack(">H", value["priority"]) + wire_name(value["exchange"])
    return wire_name(value)


def parts_of(entry, qtype):
    """The rest of the head, and the records, of every answer about this entry (None: there is no such name)."""
    kind = TYPES.get(struct.unpack(">H", qtype)[0])
    values = (entry or {}).get(kind, [])
    code = 3 if entry is None else 0
    records = b"".join(b"\xc0\x0c" + qtype + b"\0\1" + struct.pack(">IH", (entry or {}).get("TTL", 300), len(d)) + d
                       for d in (data_of(kind, v) for v in values))
    return struct.pack(">HHHHH", 0x8180 | code, 1, len(values), 0, 0), records


class Zone:
    """Answers, each made once: beside a program that is measured this one must not be what the machine works on."""

    def __init__(self, zone):
        self.zone = {name.lower(): entry for name, entry in zone.items()}
        self.parts = {}

    def answer(self, packet):
        """None: silence."""
        name, end = name_of(packet, 12)
        key = name if name in self.zone else "*"
        entry, qtype = self.zone.get(key), packet[end:end + 2]
        if entry == "SILENT":
            return None
        if (key, qtype) not in self.parts:
            self.parts[key, qtype] = parts_of(entry, qtype)
        head, records = self.parts[key, qtype]
        return packet[:2] + head + packet[12:end + 4] + records


def serve(zone, delay):
    server = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    server.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4 << 20)
    server.bind(("127.0.0.1", 0))
    server.setblocking(False)
    state = {"silent": False, "end": False, "asked": 0}

    def hush(signum, _):
        state["silent"] = signum == signal.SIGUSR1
        print("silent" if state["silent"] else "speaking", flush=True)

    signal.signal(signal.SIGUSR1, hush)
    signal.signal(signal.SIGUSR2, hush)
    signal.signal(signal.SIGTERM, lambda *_: state.update(end=True))
    print("port", server.getsockname()[1], flush=True)
    waiting = collections.deque()
    while not state["end"]:
        now = time.monotonic()
        timeout = max(0, waiting[0][0] - now) if waiting else 0.2
        ready, _, _ = select.select([server], [], [], timeout)
        while ready:
            try:
                packet, peer = server.recvfrom(4096)
            except BlockingIOError:
                break
            state["asked"] += 1
            reply = None if state["silent"] else zone.answer(packet)
            if reply is not None:
                waiting.append((time.monotonic() + delay, reply, peer))
        while waiting and waiting[0][0] <= time.monotonic():
            _, reply, peer = waiting.popleft()
            server.sendto(reply, peer)
    print("asked", state["asked"], flush=True)


with open(sys.argv[1]) as f:
    serve(Zone(json.load(f)), int(sys.argv[2]) / 1000)
