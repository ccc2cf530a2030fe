#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""chaosproxy.py PORTFILE TARGET_PORT [RULE...] - a TCP proxy on 127.0.0.1 that fails on request.

It writes its own port to PORTFILE by rename, and one JSON line for each connection that ends
({"conn", "s2c", "c2s", "why"}, bytes that passed) to stdout. It works below TLS: byte counts are
those of the ciphertext there. A RULE is CONNECTION:FAULT[,FAULT...]; CONNECTION counts from 1 or
is `*`. Faults (s2c: from the server, c2s: from the client):
  cut-s2c=N cut-c2s=N       close after N bytes; with `rst`, by a reset
  cut-on=TEXT cut-on-c=TEXT close before TEXT passes from the server, from the client
  stall-s2c=N stall-c2s=N   stop forwarding after N bytes and keep the connection open
  garbage-s2c=N             the 64 bytes after N are noise
  replace=/OLD/NEW/         in what the server sends, within one read; alone in its rule
  delay=MS rate=BYTES_PER_SECOND split=N    slow, slower, in pieces of N bytes
  refuse                    reset at once
  blackhole                 accept and never answer"""
import asyncio
import json
import os
import socket
import struct
import sys

READ_SIZE = 65536


def parse_rules(words):
    rules = {}
    for word in words:
        number, spec = word.split(":", 1)
        faults = [spec] if spec.startswith("replace") else spec.split(",")
        for fault in faults:
            key, _, value = fault.partition("=")
            rules.setdefault(number, {})[key] = value
    return rules


def text_bytes(value):
    return value.encode().decode("unicode_escape").encode("latin1")


def reset(writer):
    s = writer.get_extra_info("socket")
    s.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    writer.transport.abort()


class Direction:
    """One direction of one connection: what passes, changed by the rule, until it ends."""

    def __init__(self, name, rule, state):
        self.name, self.rule, self.state = name, rule, state
        self.cut = int(rule.get("cut-" + name, -1))
        self.stall = int(rule.get("stall-" + name, -1))
        self.garbage = int(rule.get("garbage-" + name, -1))
        self.trigger = text_bytes(rule.get("cut-on" if name == "s2c" else "cut-on-c", ""))
        self.tail = b""

    def change(self, data):
        """The bytes to forward, and whether the connection ends after them."""
        seen = self.state[self.name]
        if self.name == "s2c" and "replace" in self.rule:
            _, old, new, _ = self.rule["replace"].split(self.rule["replace"][0])
            data = data.replace(text_bytes(old), text_bytes(new))
        if 0 <= self.garbage < seen + len(data):
            at = max(0, self.garbage - seen)
            noise = os.urandom(min(64, len(data) - at))
            data, self.garbage = data[:at] + noise + data[at + 64:], -1
        if 0 <= self.cut <= seen + len(data):
            self.state["why"] = "cut-" + self.name
            return data[:self.cut - seen], True
        return self.find_trigger(data)

    def find_trigger(self, data):
        if not self.trigger:
            return data, False
        at = (self.tail + data).find(self.trigger)
        if at >= 0:
            self.state["why"] = "trigger"
            return data[:max(0, at - len(self.tail))], True
        self.tail = (self.tail + data)[-(len(self.trigger) - 1):] if len(self.trigger) > 1 else b""
        return data, False

    async def pump(self, reader, writer, done):
        step = int(self.rule.get("split", READ_SIZE))
        try:
            while data := await reader.read(min(step, READ_SIZE)):
                if "delay" in self.rule:
                    await asyncio.sleep(int(self.rule["delay"]) / 1000)
                data, ends = self.change(data)
                if 0 <= self.stall <= self.state[self.name] + len(data):
                    writer.write(data[:self.stall - self.state[self.name]])
                    await writer.drain()
                    self.state["why"] = "stall"
                    await asyncio.Event().wait()
                self.state[self.name] += len(data)
                writer.write(data)
                await writer.drain()
                if "rate" in self.rule:
                    await asyncio.sleep(len(data) / int(self.rule["rate"]))
                if ends:
                    break
        except OSError:
            pass
        done.set()


class Proxy:
    def __init__(self, target, rules):
        self.target, self.rules, self.count = target, rules, 0

    async def forward(self, reader, writer, rule, state):
        server_reader, server_writer = await asyncio.open_connection("127.0.0.1", self.target)
        done = asyncio.Event()
        tasks = [
            asyncio.create_task(Direction("s2c", rule, state).pump(server_reader, writer, done)),
            asyncio.create_task(Direction("c2s", rule, state).pump(reader, server_writer, done)),
        ]
        await done.wait()
        for task in tasks:
            task.cancel()
        if "rst" in rule:
            reset(writer)
        else:
            writer.close()
        server_writer.close()

    async def handle(self, reader, writer):
        self.count += 1
        rule = {**self.rules.get("*", {}), **self.rules.get(str(self.count), {})}
        state = {"conn": self.count, "s2c": 0, "c2s": 0, "why": "eof"}
        writer.get_extra_info("socket").setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        if "refuse" in rule:
            reset(writer)
            state["why"] = "refuse"
        elif "blackhole" in rule:
            await reader.read(-1)
        else:
            try:
                await self.forward(reader, writer, rule, state)
            except OSError as e:
                state["why"] = str(e)
                writer.close()
        print(json.dumps(state), flush=True)


async def main():
    if len(sys.argv) < 3:
        sys.exit(__doc__)
    port_file = sys.argv[1]
    proxy = Proxy(int(sys.argv[2]), parse_rules(sys.argv[3:]))
    server = await asyncio.start_server(proxy.handle, "127.0.0.1", 0)
    with open(port_file + ".tmp", "w") as f:
        f.write(str(server.sockets[0].getsockname()[1]))
    os.rename(port_file + ".tmp", port_file)
    await server.serve_forever()


asyncio.run(main())
