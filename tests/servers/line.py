# SPDX-License-Identifier: GPL-3.0-or-later
"""line - the way to a server, which can be cut.

    line = Line(server.IMAP_PORT)        line.port is where the client goes
    line.limits = (None, 900)            the next connection ends when the client has said 900 bytes; (server, client)
    line.word = (0, b"COPYUID", False)   ... or when a side (0 the server) has said this; True: the other still hears it
    line.said, line.done                 of the last connection: bytes of each side, and its threads"""
import socket
import threading


class Line:
    def __init__(self, port):
        self.target, self.limits, self.word, self.said, self.done = port, (None, None), None, [0, 0], []
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = self.listener.getsockname()[1]
        self.thread = threading.Thread(target=self.accept, daemon=True)
        self.thread.start()

    def close(self):
        """The thread ends first: else it may go on with whatever has this descriptor next."""
        self.listener.shutdown(socket.SHUT_RDWR)
        self.thread.join(10)
        self.listener.close()

    def accept(self):
        while True:
            try:
                client, _ = self.listener.accept()
            except OSError:
                return
            server = socket.create_connection(("127.0.0.1", self.target))
            limits, self.limits, self.said = self.limits, (None, None), [0, 0]
            word, self.word = self.word, None
            self.done = [threading.Thread(target=self.pass_on, daemon=True, args=(
                a, b, way, limits[way], word[1:] if word and word[0] == way else None, self.said))
                for way, (a, b) in enumerate(((server, client), (client, server)))]
            for thread in self.done:
                thread.start()

    @staticmethod
    def pass_on(a, b, way, limit, word, said):
        heard = b""
        try:
            while data := a.recv(65536):
                data = data if limit is None else data[:limit - said[way]]
                said[way] += len(data)
                heard = heard[-100:] + data if word else b""
                is_end = said[way] == limit or bool(word and word[0] in heard)
                if not is_end or not word or word[1]:
                    b.sendall(data)
                if is_end:
                    break
        except OSError:
            pass
        for s in (a, b):
            try:
                s.shutdown(socket.SHUT_RDWR)
            except OSError:
                pass
