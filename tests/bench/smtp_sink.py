#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""smtp_sink.py PORTFILE [no-chunking] - takes letters over SMTP as fast as Python can, and forgets them.

It offers PIPELINING and CHUNKING, no TLS and no log-in, writes its port to PORTFILE by rename, and ends
when it is killed."""
import asyncio
import os
import sys


async def serve(reader, writer, chunking):
    count = 0
    caps = ["sink", "PIPELINING", "8BITMIME", "SMTPUTF8", "SIZE 50000000"] + (["CHUNKING"] if chunking else [])
    ehlo = "".join(f"250{'-' if c != caps[-1] else ' '}{c}\r\n" for c in caps).encode()
    writer.write(b"220 sink ESMTP\r\n")
    try:
        while line := await reader.readline():
            verb = line[:4].upper()
            if verb == b"EHLO":
                writer.write(ehlo)
            elif verb == b"DATA":
                writer.write(b"354 go\r\n")
                await writer.drain()
                await reader.readuntil(b"\r\n.\r\n")
                count += 1
                writer.write(b"250 2.0.0 queued %d\r\n" % count)
            elif verb == b"BDAT":
                await reader.readexactly(int(line.split()[1]))
                count += 1
                writer.write(b"250 2.0.0 queued %d\r\n" % count)
            elif verb == b"QUIT":
                writer.write(b"221 bye\r\n")
                break
            else:
                writer.write(b"250 2.0.0 ok\r\n")
            if not reader._buffer:
                await writer.drain()
        await writer.drain()
    except (asyncio.IncompleteReadError, ConnectionError):
        pass
    writer.close()


async def main():
    chunking = "no-chunking" not in sys.argv
    server = await asyncio.start_server(lambda r, w: serve(r, w, chunking), "127.0.0.1", 0, limit=1 << 24)
    with open(sys.argv[1] + ".new", "w") as f:
        f.write(str(server.sockets[0].getsockname()[1]))
    os.rename(sys.argv[1] + ".new", sys.argv[1])
    async with server:
        await server.serve_forever()


asyncio.run(main())
