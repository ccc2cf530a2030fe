#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""freeports.py N - print N distinct loopback ports that are free for TCP and UDP, IPv4 and IPv6.

They lie below the kernel's ephemeral range, so that no outgoing connection can take one in the
meantime. Another server still can: whoever fails to bind asks again."""
import random
import socket
import sys

TRIES = 2000


def ephemeral_start():
    try:
        with open("/proc/sys/net/ipv4/ip_local_port_range") as f:
            return int(f.read().split()[0])
    except OSError:
        return 32768


def hold(port, has_ipv6):
    """Sockets that occupy the port on every family and type, or None when it is taken."""
    held = []
    families = [(socket.AF_INET, "127.0.0.1")] + ([(socket.AF_INET6, "::1")] if has_ipv6 else [])
    try:
        for family, address in families:
            for kind in (socket.SOCK_STREAM, socket.SOCK_DGRAM):
                s = socket.socket(family, kind)
                held.append(s)
                if family == socket.AF_INET6:
                    s.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
                s.bind((address, port))
    except OSError:
        for s in held:
            s.close()
        return None
    return held


def loopback6():
    try:
        with socket.socket(socket.AF_INET6) as s:
            s.bind(("::1", 0))
        return True
    except OSError:
        return False


def main():
    wanted = int(sys.argv[1])
    top = ephemeral_start()
    has_ipv6 = loopback6()
    ports, held = [], []
    for _ in range(TRIES):
        if len(ports) == wanted:
            break
        port = random.randrange(max(10240, top - 20000), top)
        sockets = hold(port, has_ipv6)
        if sockets:
            held += sockets
            ports.append(port)
    if len(ports) < wanted:
        sys.exit("freeports.py: no free ports")
    print(*ports)


main()
