#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""fake_imap - a server that lies on purpose and writes down every byte that it is sent.

    with FakeImap(script) as fake: ...    fake.port, fake.heard (bytes, all connections)

script(connection) talks: connection.send(bytes), .line() (one line, b"" at the end), .tls(cert, key)."""
import socket
import ssl
import threading


class Connection:
    def __init__(self, sock, fake):
        self.sock, self.fake, self.buffer = sock, fake, b""

    def send(self, data):
        self.sock.sendall(data)

    def line(self):
        while b"\n" not in self.buffer:
            try:
                data = self.sock.recv(4096)
            except OSError:
                data = b""
            if not data:
                rest, self.buffer = self.buffer, b""
                return rest
            self.fake.heard += data
            self.buffer += data
        line, self.buffer = self.buffer.split(b"\n", 1)
        return line + b"\n"

    def tls(self, cert, key):
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(cert, key)
        self.sock = context.wrap_socket(self.sock, server_side=True)

    def drain(self):
        """Everything until the client closes."""
        while self.line():
            pass

    def serve(self, answers, greeting=b"* OK ready\r\n"):
        """Greet, then answer each command by the first of answers (word, bytes or function) that fits;
        TAG stands for the command's tag."""
        self.send(greeting)
        while True:
            line = self.line()
            if not line:
                return
            tag, _, rest = line.strip().partition(b" ")
            for word, answer in answers:
                if rest.upper().startswith(word):
                    if callable(answer):
                        answer(self, tag, rest)
                    else:
                        self.send(answer.replace(b"TAG", tag))
                    break
            else:
                self.send(tag + b" OK done\r\n")


class FakeImap:
    def __init__(self, script):
        self.script, self.heard, self.errors = script, b"", []
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = self.listener.getsockname()[1]
        self.thread = threading.Thread(target=self.run, daemon=True)

    def __enter__(self):
        self.thread.start()
        return self

    def __exit__(self, *_):
        self.listener.close()

    def run(self):
        while True:
            try:
                sock, _ = self.listener.accept()
            except OSError:
                return
            with sock:
                try:
                    self.script(Connection(sock, self))
                except (OSError, ssl.SSLError) as error:
                    self.errors.append(str(error))
