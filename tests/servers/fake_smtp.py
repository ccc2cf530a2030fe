#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""fake_smtp - a submission server for tests that runs as any user, misbehaves on request and keeps what it
was sent.

In a test:    with FakeSmtp(ca_dir, chunking=True) as server: ... server.port, server.letters
By hand:      fake_smtp.py CA_DIR OUT_DIR [key=value...]   writes OUT_DIR/env (PORT) and OUT_DIR/N.{eml,json};
              ends with its standard input.

Recipients decide their fate by their local part: later@ 450, full@ 452, gone@ 550, policy@ 554.
Log in as alice / alicepw (`user` names another, bob with bobpw). Options (class Options) are what the server offers and how it fails; `cut` names
the moment at which it drops the connection, `stall` the moment from which it says nothing more."""
import base64
import json
import os
import socket
import ssl
import sys
import threading

FATES = {"later": "450 4.2.1 Mailbox busy, try again later", "full": "452 4.2.2 Mailbox full",
         "gone": "550 5.1.1 No such user here", "policy": "554 5.7.1 Message refused by policy"}


class Options:
    tls = "starttls"        # "implicit", "none" (and no STARTTLS offered), "refuse" (454 to STARTTLS)
    cert = "server"         # name within the CA folder: server, expired, wrong, selfsigned
    auth = "PLAIN LOGIN"    # "" for none
    user = "alice"          # with this and "pw" for a password
    auth_no = "535 5.7.8 wrong user or password"
    auth_early = True       # offer AUTH before STARTTLS, too
    pipelining = True
    chunking = False
    eightbit = True
    utf8 = True
    size = 1000000          # 0: not offered
    dsn = False
    limits = ""             # "MAILMAX=2 RCPTMAX=3": kept to, as well
    rcpt_max = 0            # the same for recipients, without a word to EHLO
    requiretls = False
    tabs = False            # TAB in place of spaces in the reply to EHLO
    greeting = "220 fake.penfold.test ESMTP"
    data_reply = "354 go ahead"
    dot_reply = "250 2.0.0 queued as {n}"
    max_letters = 0         # per connection; then 421
    max_sessions = 0        # at a time; one more is refused with 421 in place of the greeting
    slow_ms = 0             # before each reply to a letter, as a server far away
    drip_ms = 0             # before each read of 64 kB: a thin line
    throttle = 0            # after so many letters in all, 450 4.7.0 to the next five MAIL
    cut = ""                # greeting, mail, rcpt, data, content, dot (the letter is taken, no reply)
    stall = ""              # mail, data, dot
    stall_after = 0         # letters that are taken before it stalls at the dot
    after_starttls = b""    # bytes that follow the OK in clear

    def login(self):
        return [self.user.encode(), self.user.encode() + b"pw"]


class Letter:
    def __init__(self, sender, recipients, data, user, connection):
        self.sender, self.recipients, self.data, self.user = sender, recipients, data, user
        self.connection = connection  # its number


class Gone(Exception):
    """The connection is over."""


class Session:
    def __init__(self, server, sock, number):
        self.server, self.o, self.sock, self.number = server, server.options, sock, number
        self.buffer, self.encrypted, self.user, self.count = b"", False, None, 0
        self.mails = 0
        self.reset()

    def reset(self):
        self.sender, self.recipients, self.chunks, self.bad = None, [], b"", False

    # --- the wire

    def fill(self):
        if self.o.drip_ms:
            self.server.stopping.wait(self.o.drip_ms / 1000)
        data = self.sock.recv(65536)
        if not data:
            raise Gone
        if not self.encrypted:
            self.server.clear += data
        self.buffer += data

    def line(self):
        while b"\n" not in self.buffer:
            self.fill()
        line, self.buffer = self.buffer.split(b"\n", 1)
        line = line.rstrip(b"\r").decode("utf-8", "replace")
        self.server.commands.append(line)
        return line

    def exactly(self, n):
        while len(self.buffer) < n:
            self.fill()
        data, self.buffer = self.buffer[:n], self.buffer[n:]
        return data

    def say(self, *lines):
        for i, line in enumerate(lines):
            more = i + 1 < len(lines)
            text = line if not more else line[:3] + "-" + line[4:]
            self.sock.sendall(text.encode() + b"\r\n")

    def hang_up(self, line):
        """As a polite server does: a close with unread bytes would be a reset, which eats what was said before."""
        self.say(line)
        self.sock.shutdown(socket.SHUT_WR)
        self.sock.settimeout(5)
        while self.sock.recv(65536):
            pass
        raise Gone

    def moment(self, name):
        if self.o.stall == name:
            self.server.reached.set()
            self.server.stopping.wait()
            raise Gone
        if self.o.cut == name:
            self.server.reached.set()
            raise Gone

    def limit(self, name):
        for word in self.o.limits.split():
            if word.startswith(name + "="):
                return int(word.split("=")[1])
        return 0

    # --- the dialogue

    def run(self):
        if self.o.tls == "implicit":
            self.start_tls()
        self.moment("greeting")
        if self.o.max_sessions and self.server.open_sessions > self.o.max_sessions:
            self.hang_up("421 4.7.0 too many connections from you")
        self.server.most_sessions = max(self.server.most_sessions, self.server.open_sessions)
        self.say(self.o.greeting)
        while True:
            words = self.line().split(" ", 1)
            verb, rest = words[0].upper(), words[1] if len(words) > 1 else ""
            handler = getattr(self, "on_" + verb.lower(), None)
            if handler is None:
                self.say("500 5.5.2 unknown command")
            else:
                handler(rest)

    def start_tls(self):
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        base = os.path.join(self.server.ca_dir, self.o.cert)
        context.load_cert_chain(base + ".pem", base + ".key")
        self.sock = context.wrap_socket(self.sock, server_side=True)
        self.encrypted = True

    def on_ehlo(self, _):
        sep = "\t" if self.o.tabs else " "
        lines = ["250 fake.penfold.test"]
        if self.o.tls in ("starttls", "refuse") and not self.encrypted:
            lines.append("250 STARTTLS")
        for flag, word in ((self.o.pipelining, "PIPELINING"), (self.o.chunking, "CHUNKING"),
                           (self.o.eightbit, "8BITMIME"), (self.o.utf8, "SMTPUTF8"),
                           (self.o.dsn, "DSN"), (self.o.requiretls, "REQUIRETLS"),
                           (self.o.limits, "LIMITS " + self.o.limits)):
            if flag:
                lines.append("250 " + word)
        if self.o.size:
            lines.append(f"250 SIZE{sep}{self.o.size}")
        if self.o.auth and (self.encrypted or self.o.auth_early):
            lines.append("250 AUTH" + sep + self.o.auth.replace(" ", sep))
        lines.append("250 ENHANCEDSTATUSCODES")
        self.say(*lines)

    def on_starttls(self, _):
        if self.o.tls == "refuse":
            self.say("454 4.7.0 TLS not available")
            return
        self.sock.sendall(b"220 2.0.0 ready\r\n" + self.o.after_starttls)
        self.buffer = b""
        self.start_tls()

    def on_auth(self, rest):
        words = rest.split(" ")
        if words[0].upper() == "PLAIN":
            if len(words) < 2:
                self.say("334 ")
                words.append(self.line())
            parts = base64.b64decode(words[1]).split(b"\0")
            good = parts[1:] == self.o.login()
        else:
            self.say("334 VXNlcm5hbWU6")
            user = base64.b64decode(self.line())
            self.say("334 UGFzc3dvcmQ6")
            good = [user, base64.b64decode(self.line())] == self.o.login()
        self.user = self.o.user if good else None
        self.say("235 2.7.0 welcome" if good else self.o.auth_no)

    def on_mail(self, rest):
        self.moment("mail")
        if self.o.max_letters and self.count >= self.o.max_letters:
            self.hang_up("421 4.7.0 too many letters")
        most = self.limit("MAILMAX")
        if most and self.mails >= most:
            self.hang_up("421 4.7.0 too many transactions")
        self.mails += 1
        if self.o.auth and self.user is None:
            self.say("530 5.7.0 log in first")
        elif self.sender is not None:
            self.say("503 5.5.1 nested MAIL")
        elif self.server.throttles():
            self.say("450 4.7.0 slow down")
        else:
            self.sender = rest.split("<", 1)[1].split(">", 1)[0]
            self.say("250 2.1.0 ok")

    def on_rcpt(self, rest):
        self.moment("rcpt")
        address = rest.split("<", 1)[1].rsplit(">", 1)[0]
        local = address.split("@")[0]
        if self.sender is None:
            self.say("503 5.5.1 need MAIL")
        elif self.limit("RCPTMAX") and len(self.recipients) >= self.limit("RCPTMAX"):
            self.say("452 4.5.3 too many recipients")
        elif self.o.rcpt_max and len(self.recipients) >= self.o.rcpt_max:
            self.say("452 4.5.3 too many recipients")
        elif self.limit("RCPTDOMAINMAX") and len({a.split("@")[1].lower() for a in [*self.recipients, address]}) > \
                self.limit("RCPTDOMAINMAX"):
            self.say("452 4.5.3 too many domains")
        elif local in FATES:
            self.say(FATES[local])
        else:
            self.recipients.append(address)
            self.say("250 2.1.5 ok")

    def on_rset(self, _):
        self.reset()
        self.say("250 2.0.0 ok")

    def on_data(self, _):
        self.moment("data")
        if not self.recipients:
            self.say("554 5.5.1 no valid recipients")
            return
        if not self.o.data_reply.startswith("354"):
            self.say(self.o.data_reply)
            return
        self.say(self.o.data_reply)
        if self.o.cut == "content":
            self.exactly(1)
        self.moment("content")
        data = bytearray()
        while not data.endswith(b"\r\n.\r\n"):
            while b"\n" not in self.buffer:
                self.fill()
            line, self.buffer = self.buffer.split(b"\n", 1)
            data += line + b"\n"
            if data == b".\r\n":
                break
        lines = bytes(data[:-3]).split(b"\r\n")
        self.accept(b"\r\n".join(l[1:] if l.startswith(b".") else l for l in lines))

    def on_bdat(self, rest):
        words = rest.split(" ")
        self.chunks += self.exactly(int(words[0]))
        is_last = len(words) > 1 and words[1].upper() == "LAST"
        if not self.recipients:
            self.say("503 5.5.1 no valid recipients")
        elif is_last:
            self.accept(self.chunks)
        else:
            self.say("250 2.0.0 more")

    def accept(self, data):
        if self.o.stall == "dot" and len(self.server.letters) >= self.o.stall_after:
            self.moment("dot")
        reply = self.o.dot_reply.format(n=len(self.server.letters) + 1)
        if reply.startswith("2"):
            self.server.keep(Letter(self.sender, self.recipients, data, self.user, self.number))
        self.count += 1
        self.reset()
        if self.o.slow_ms:
            self.server.stopping.wait(self.o.slow_ms / 1000)
        if self.o.cut == "dot":
            self.moment("dot")
        self.say(reply)

    def on_noop(self, _):
        self.say("250 2.0.0 ok")

    def on_quit(self, _):
        self.say("221 2.0.0 bye")
        raise Gone


class FakeSmtp:
    session_class = Session  # a test may have one of its own

    def __init__(self, ca_dir, port=0, out_dir=None, **options):
        self.ca_dir, self.out_dir, self.options = ca_dir, out_dir, Options()
        for key, value in options.items():
            if not hasattr(Options, key):
                raise KeyError(key)
            setattr(self.options, key, value)
        self.letters, self.commands, self.clear, self.connections = [], [], b"", 0
        self.open_sessions, self.most_sessions, self.throttled = 0, 0, 0
        self.reached, self.stopping, self.lock = threading.Event(), threading.Event(), threading.Lock()
        self.socket = socket.socket()
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        self.socket.bind(("127.0.0.1", port))
        self.socket.listen(64)
        self.port = self.socket.getsockname()[1]
        self.thread = threading.Thread(target=self.serve, daemon=True)

    def __enter__(self):
        self.thread.start()
        return self

    def __exit__(self, *_):
        self.stopping.set()
        try:
            self.socket.shutdown(socket.SHUT_RDWR)
        except OSError:
            pass
        self.socket.close()
        self.thread.join()

    def keep(self, letter):
        with self.lock:
            self.letters.append(letter)
            if self.out_dir:
                base = os.path.join(self.out_dir, str(len(self.letters)))
                with open(base + ".eml", "wb") as f:
                    f.write(letter.data)
                with open(base + ".json", "w") as f:
                    json.dump({"from": letter.sender, "to": letter.recipients, "user": letter.user}, f)

    def session(self, sock, number):
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        session = self.session_class(self, sock, number)
        with self.lock:
            self.open_sessions += 1
        try:
            session.run()
        except (Gone, OSError, ssl.SSLError):
            pass
        finally:
            with self.lock:
                self.open_sessions -= 1
            session.sock.close()

    def throttles(self):
        """Is this MAIL one too much?"""
        with self.lock:
            if self.options.throttle and len(self.letters) >= self.options.throttle and self.throttled < 5:
                self.throttled += 1
                return True
        return False

    def serve(self):
        while True:
            try:
                sock, _ = self.socket.accept()
            except OSError:
                return
            self.connections += 1
            threading.Thread(target=self.session, args=(sock, self.connections), daemon=True).start()


def main():
    options = {}
    for word in sys.argv[3:]:
        key, value = word.split("=", 1)
        kind = type(getattr(Options, key))
        options[key] = value == "1" if kind is bool else kind(value)
    with FakeSmtp(sys.argv[1], out_dir=sys.argv[2], **options) as server:
        with open(os.path.join(sys.argv[2], "env"), "w") as f:
            f.write(f"PORT={server.port}\n")
        sys.stdin.read()


if __name__ == "__main__":
    main()
