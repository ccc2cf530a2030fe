#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""rttproxy.py PORTFILE TARGET_PORT RTT_MS STATSFILE - a TCP proxy on 127.0.0.1 that makes a line long.

What passes is delayed by half of RTT_MS in each direction, without narrowing the line. STATSFILE
gets JSON at each end of a connection: conns, bytes up and down, and turns, the times a client
spoke after the server had spoken: the round trips that it waited for, and one for each connection."""
import asyncio
import json
import os
import socket
import sys
import time

stats = {"conns": 0, "turns": 0, "up": 0, "down": 0}


async def receive(reader, queue, delay, is_client, line):
    try:
        while data := await reader.read(1 << 18):
            if is_client and line["last"] == "server":
                stats["turns"] += 1
            line["last"] = "client" if is_client else "server"
            stats["up" if is_client else "down"] += len(data)
            queue.put_nowait((time.monotonic() + delay, data))
    except OSError:
        pass
    queue.put_nowait((time.monotonic() + delay, None))


async def deliver(queue, writer):
    while True:
        due, data = await queue.get()
        wait = due - time.monotonic()
        if wait > 0:
            await asyncio.sleep(wait)
        if data is None:
            break
        writer.write(data)
        await writer.drain()
    writer.close()


async def handle(reader, writer, target, delay, stats_file):
    stats["conns"] += 1
    stats["turns"] += 1
    server_reader, server_writer = await asyncio.open_connection("127.0.0.1", target)
    line = {"last": None}
    tasks = []
    for source, sink, is_client in ((reader, server_writer, True), (server_reader, writer, False)):
        sink.get_extra_info("socket").setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        queue = asyncio.Queue()
        tasks += [receive(source, queue, delay, is_client, line), deliver(queue, sink)]
    await asyncio.gather(*tasks, return_exceptions=True)
    with open(stats_file + ".tmp", "w") as f:
        json.dump(stats, f)
    os.rename(stats_file + ".tmp", stats_file)


async def main():
    port_file, target, rtt, stats_file = sys.argv[1:]
    server = await asyncio.start_server(
        lambda r, w: handle(r, w, int(target), float(rtt) / 2000, stats_file), "127.0.0.1", 0)
    with open(port_file + ".tmp", "w") as f:
        f.write(str(server.sockets[0].getsockname()[1]))
    os.rename(port_file + ".tmp", port_file)
    await server.serve_forever()


asyncio.run(main())
