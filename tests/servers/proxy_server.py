# SPDX-License-Identifier: GPL-3.0-or-later
"""proxy_server - a SOCKS5 and HTTP proxy for tests on one port, the only one who knows certain names.

    with ProxyServer({"imap.penfold.test": "127.0.0.1"}) as proxy:   proxy.port, proxy.asked [(kind, user, host, port)]

What it does wrong: `reply` (the code of its SOCKS reply, or the status line of its HTTP answer), `method` (the SOCKS
method it picks), `raw` (bytes said in place of any answer), `cut` (ends after so many bytes of its own answers),
`refuse_user`, `lead` (host, port) where all connections go in truth."""
import contextlib
import socket
import struct
import threading


class Short(Exception):
    """The client is gone, or the proxy has said what it was to say."""


def exactly(sock, n):
    data = b""
    while len(data) < n:
        part = sock.recv(n - len(data))
        if not part:
            raise Short
        data += part
    return data


def pump(source, sink):
    with contextlib.suppress(OSError):
        while data := source.recv(65536):
            sink.sendall(data)
    with contextlib.suppress(OSError):
        sink.shutdown(socket.SHUT_WR)


class ProxyServer:
    def __init__(self, names, **options):
        self.names, self.asked = names, []
        self.reply = self.method = self.raw = self.cut = self.lead = None
        self.refuse_user = False
        self.__dict__.update(options)
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = self.listener.getsockname()[1]
        threading.Thread(target=self.accept, daemon=True).start()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.listener.shutdown(socket.SHUT_RDWR)  # else the accept() under way takes one more
        self.listener.close()

    def accept(self):
        with contextlib.suppress(OSError):
            while True:
                client, _ = self.listener.accept()
                threading.Thread(target=self.serve, args=(client,), daemon=True).start()

    def serve(self, client):
        with client, contextlib.suppress(OSError, Short):
            said = [0]

            def say(data):
                if self.cut is not None:
                    data = data[:max(0, self.cut - said[0])]
                said[0] += len(data)
                client.sendall(data)
                if self.cut is not None and said[0] >= self.cut:
                    raise Short

            first = exactly(client, 1)
            if self.raw is not None:
                client.sendall(self.raw)
                client.recv(65536)  # until the client goes
                return
            server = self.socks(client, say) if first == b"\x05" else self.http(client, first, say)
            with server:
                back = threading.Thread(target=pump, args=(server, client), daemon=True)
                back.start()
                pump(client, server)
                back.join()

    def reach(self, kind, user, host, port):
        self.asked.append((kind, user, host, port))
        if self.lead:
            return socket.create_connection(self.lead)
        try:
            socket.inet_pton(socket.AF_INET6 if ":" in host else socket.AF_INET, host)
        except OSError:
            host = self.names.get(host)
        return socket.create_connection((host, port)) if host else None

    def socks(self, client, say):
        methods, user = exactly(client, exactly(client, 1)[0]), None
        method = self.method if self.method is not None else 2 if 2 in methods else 0
        say(bytes([5, method]))
        if method == 2:
            exactly(client, 1)
            user = exactly(client, exactly(client, 1)[0]).decode()
            exactly(client, exactly(client, 1)[0])
            say(bytes([1, 1 if self.refuse_user else 0]))
        _, _, _, kind = exactly(client, 4)
        if kind == 3:
            host = exactly(client, exactly(client, 1)[0]).decode()
        else:
            host = socket.inet_ntop(*((socket.AF_INET, exactly(client, 4)) if kind == 1 else
                                      (socket.AF_INET6, exactly(client, 16))))
        port, = struct.unpack(">H", exactly(client, 2))
        server = self.reach("name" if kind == 3 else "address", user, host, port)
        code = self.reply if self.reply is not None else 0 if server else 4
        # an address of any kind may come back (RFC 1928 section 6)
        bound = b"\x03\x05proxy" if port % 3 == 0 else b"\x04" + bytes(16) if port % 3 == 1 else b"\x01" + bytes(4)
        say(bytes([5, code, 0]) + bound + struct.pack(">H", 1))
        if code or not server:
            raise Short
        return server

    def http(self, client, head, say):
        while not head.endswith(b"\r\n\r\n"):
            head += exactly(client, 1)
        method, target, _ = head.split(b"\r\n")[0].decode().split(" ")
        host, _, port = target.rpartition(":")
        server = self.reach(method, None, host.strip("[]"), int(port))
        line = self.reply or ("200 Connection established" if server else "502 Bad Gateway")
        say(f"HTTP/1.1 {line}\r\nProxy-Agent: test\r\n\r\n".encode())
        if not line.startswith("2") or not server:
            raise Short
        return server
