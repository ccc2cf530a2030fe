# SPDX-License-Identifier: GPL-3.0-or-later
"""fake_pop3 - a POP3 server that lies on purpose and writes down what it is sent.

    with FakePop3(letters=[b"..."], ids=["a"]) as fake: ...   fake.port, fake.heard

One maildrop. Everything that a test wants otherwise is an attribute; `answers` maps a command ("RETR 2" or
"RETR") to bytes or to function(connection, line)."""
from fake_imap import Connection, FakeImap

CAPA = ["TOP", "UIDL", "RESP-CODES", "PIPELINING", "USER", "SASL PLAIN"]


def stuffed(text):
    """The body of an answer, with its end."""
    if not text.endswith(b"\r\n"):
        text += b"\r\n"
    return b"\r\n".join(b"." + x if x.startswith(b".") else x for x in text.split(b"\r\n")) + b".\r\n"


class FakePop3(FakeImap):
    def __init__(self, letters=(), ids=None, sizes=None, capa=None, tls=None, answers=None, greeting=None):
        super().__init__(self.serve)
        self.letters, self.ids = list(letters), ids
        self.sizes, self.capa, self.tls = sizes, CAPA if capa is None else capa, tls
        self.answers, self.greeting = answers or {}, greeting or b"+OK ready\r\n"
        self.deleted, self.fetched, self.sessions = [], [], 0
        self.uid_of = None  # function(letter index) -> id, when ids is not a list

    def serve(self, c):
        self.sessions += 1
        if self.tls:
            c.tls(*self.tls)
        c.send(self.greeting)
        marked = []
        while True:
            line = c.line()
            if not line:
                return
            text = line.decode("latin-1").strip()
            verb, _, rest = text.partition(" ")
            answer = self.answers.get(text, self.answers.get(verb.upper()))
            if answer is not None:
                if callable(answer):
                    if answer(c, text) is False:
                        return
                else:
                    c.send(answer)
            elif self.default(c, verb.upper(), rest, marked) is False:
                return

    def default(self, c, verb, rest, marked):
        letters = [(n, x) for n, x in enumerate(self.letters, 1)]
        if verb == "CAPA":
            c.send(b"+OK\r\n" + "".join(x + "\r\n" for x in self.capa).encode() + b".\r\n")
        elif verb == "UIDL":
            ids = self.ids or [f"id{n}" for n, _ in letters]
            c.send(b"+OK\r\n" + "".join(f"{n} {ids[n - 1]}\r\n" for n, _ in letters).encode() + b".\r\n")
        elif verb == "LIST":
            sizes = self.sizes or [len(x) for _, x in letters]
            c.send(b"+OK\r\n" + "".join(f"{n} {sizes[n - 1]}\r\n" for n, _ in letters).encode() + b".\r\n")
        elif verb == "RETR":
            self.fetched.append(int(rest))
            c.send(b"+OK\r\n" + stuffed(self.letters[int(rest) - 1]))
        elif verb == "TOP":
            head = self.letters[int(rest.split()[0]) - 1].split(b"\r\n\r\n")[0] + b"\r\n\r\n"
            c.send(b"+OK\r\n" + stuffed(head))
        elif verb == "DELE":
            marked.append(int(rest))
            c.send(b"+OK\r\n")
        elif verb == "QUIT":
            self.deleted += marked
            if self.ids:
                self.ids = [x for n, x in enumerate(self.ids, 1) if n not in marked]
            else:
                self.ids = [f"id{n}" for n, _ in letters if n not in marked]
            if self.sizes:
                self.sizes = [x for n, x in enumerate(self.sizes, 1) if n not in marked]
            self.letters = [x for n, x in letters if n not in marked]
            c.send(b"+OK bye\r\n")
            return False
        else:
            c.send(b"+OK\r\n")
        return True


__all__ = ["Connection", "FakePop3", "stuffed"]
