# SPDX-License-Identifier: GPL-3.0-or-later
"""model_imap - an IMAP server in memory, honest, with just the extensions that a test asks for.

    with ModelImap("IMAP4rev1 UIDPLUS NAMESPACE") as server:      server.port; any user, any password
        server.box("INBOX").add(b"...", flags={"\\Seen"})         server.commands: what was asked, without tags
        server.rename("Old", "New")

GmailImap beside it has one store of messages, of which mailboxes are views by label."""
import base64
import calendar
import re
import socket
import threading
import time

ATOM = re.compile(rb'[^\s()"{\]]+(?:\[[^\]]*\])?(?:<[^>]*>)?')


class Message:
    def __init__(self, data, flags=(), date=None, labels=()):
        self.data, self.flags, self.labels = data, set(flags), set(labels)
        self.date, self.where = time.time() if date is None else date, "all"


class Mailbox:
    """UIDs to messages. A change of anything raises the server's one MODSEQ."""

    def __init__(self, server, attributes=()):
        self.server, self.attributes = server, list(attributes)
        server.last_validity += 1
        self.uidvalidity, self.uidnext = server.last_validity, 1
        self.id = f"M{self.uidvalidity}"
        self.uids, self.modseqs, self.expunged = {}, {}, {}
        self.is_read_only, self.permanent = False, "\\Seen \\*"

    def add(self, data, flags=(), date=None, labels=()):
        return self.put(Message(data, flags, date, labels))

    def put(self, message):
        uid = self.uidnext
        self.uidnext += 1
        self.uids[uid] = message
        self.touch(uid)
        return uid

    def touch(self, uid):
        self.server.modseq += 1
        self.modseqs[uid] = self.server.modseq

    def remove(self, uid):
        del self.uids[uid]
        self.server.modseq += 1
        self.expunged[uid] = self.server.modseq

    def modseq(self):
        return max([1, *self.modseqs.values(), *self.expunged.values()])


class ModelImap:
    def __init__(self, capability="IMAP4rev1", namespace='(("" "/")) NIL NIL', delimiter="/"):
        self.capability, self.namespace, self.delimiter = capability.split(), namespace, delimiter
        self.last_validity, self.modseq, self.commands, self.errors = 1000, 1, [], []
        self.lock, self.boxes, self.n_bodies = threading.RLock(), {}, 0
        self.on_command = None  # is told each command; what it returns is the answer, "BYE" ends the session
        self.box("INBOX")
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = self.listener.getsockname()[1]

    def __enter__(self):
        threading.Thread(target=self.accept, daemon=True).start()
        return self

    def __exit__(self, *_):
        self.listener.close()

    def accept(self):
        while True:
            try:
                sock, _ = self.listener.accept()
            except OSError:
                return
            threading.Thread(target=self.serve, args=(sock,), daemon=True).start()

    def serve(self, sock):
        try:
            with sock:
                Session(self, sock).run()
        except OSError:
            pass
        except Exception as error:  # a fault of the model, for the test to show
            self.errors.append(repr(error))
            raise

    def has(self, name):
        return name in self.capability

    def box(self, name, *attributes):
        with self.lock:
            if name not in self.boxes:
                self.boxes[name] = Mailbox(self, attributes)
            return self.boxes[name]

    def rename(self, old, new):
        with self.lock:
            for name in list(self.boxes):
                if name == old or name.startswith(old + self.delimiter):
                    self.boxes[new + name[len(old):]] = self.boxes.pop(name)

    # what a store of labels does otherwise
    def refresh(self):
        pass

    def touched(self, box, uid):
        box.touch(uid)

    def append(self, box, message):
        return box.put(message)

    def transfer(self, box, uid, to, is_move):
        new = to.put(box.uids[uid] if is_move else Message(
            box.uids[uid].data, box.uids[uid].flags, box.uids[uid].date))
        if is_move:
            box.remove(uid)
        return new

    def expunge(self, box, uid):
        box.remove(uid)

    def heard(self, word):
        return [c for c in self.commands if c.upper().startswith(word)]


class GmailImap(ModelImap):
    """One store; mailboxes show what bears their label. To leave a mailbox is to lose its label."""
    CAPABILITY = ("IMAP4rev1 SASL-IR UNSELECT NAMESPACE ID CHILDREN X-GM-EXT-1 UIDPLUS ENABLE MOVE CONDSTORE ESEARCH "
                  "UTF8=ACCEPT LIST-EXTENDED LIST-STATUS LITERAL- SPECIAL-USE")
    VIEWS = {"[Gmail]/All Mail": ("\\All", None), "[Gmail]/Drafts": ("\\Drafts", "\\Draft"),
             "[Gmail]/Sent Mail": ("\\Sent", "\\Sent"), "[Gmail]/Spam": ("\\Junk", None),
             "[Gmail]/Trash": ("\\Trash", None), "[Gmail]/Important": ("\\Important", "\\Important"),
             "[Gmail]/Starred": ("\\Flagged", "\\Starred"), "INBOX": (None, "\\Inbox")}

    def __init__(self, has_all_mail=True, labels=()):
        super().__init__(self.CAPABILITY)
        self.messages = []
        self.box("[Gmail]", "\\Noselect")
        for name, (attribute, _) in self.VIEWS.items():
            if name != "[Gmail]/All Mail" or has_all_mail:
                self.box(name, *([attribute] if attribute else []))
        for name in labels:
            self.box(name)

    def label_of(self, box):
        name = next(n for n, b in self.boxes.items() if b is box)
        return self.VIEWS[name][1] if name in self.VIEWS else name

    def place_of(self, box):
        name = next(n for n, b in self.boxes.items() if b is box)
        return {"[Gmail]/Spam": "spam", "[Gmail]/Trash": "trash"}.get(name, "all")

    def shows(self, box, message):
        if message.where != self.place_of(box):
            return False
        label = self.label_of(box)
        return label is None or label in message.labels

    def refresh(self):
        for name, box in self.boxes.items():
            if name == "[Gmail]":
                continue
            there = {id(m): uid for uid, m in box.uids.items()}
            wanted = [m for m in self.messages if self.shows(box, m)]
            for gone in set(there) - {id(m) for m in wanted}:
                box.remove(there[gone])
            for m in wanted:
                if id(m) not in there:
                    box.put(m)

    def post(self, data, *labels, where="all", flags=(), date=None):
        message = Message(data, flags, date, labels)
        message.where, message.number = where, len(self.messages)
        with self.lock:
            self.messages.append(message)
            self.refresh()
        return message

    def label(self, message, add=(), remove=()):
        """As in the browser."""
        with self.lock:
            message.labels = (message.labels | set(add)) - set(remove)
            self.touch_all(message)
            self.refresh()

    def touch_all(self, message):
        for box in self.boxes.values():
            for uid, m in box.uids.items():
                if m is message:
                    box.touch(uid)

    def touched(self, box, uid):
        self.touch_all(box.uids[uid])

    def store_labels(self, box, uid, how, labels):
        self.label(box.uids[uid], *((labels, ()) if how == "+" else ((), labels)))

    def transfer(self, box, uid, to, is_move):
        message = box.uids[uid]
        message.where = self.place_of(to)
        if message.where != "all":
            message.labels = set()
        elif self.label_of(to):
            message.labels.add(self.label_of(to))
        if is_move and self.label_of(box):
            message.labels.discard(self.label_of(box))
        self.refresh()
        return next(u for u, m in to.uids.items() if m is message)

    def append(self, box, message):
        label = self.label_of(box)
        made = self.post(message.data, *([label] if label else []), where=self.place_of(box), flags=message.flags)
        return next(u for u, m in box.uids.items() if m is made)

    def expunge(self, box, uid):
        if self.place_of(box) == "trash":
            self.messages.remove(box.uids[uid])
        else:
            box.uids[uid].labels.discard(self.label_of(box))
        self.refresh()


class Session:
    def __init__(self, server, sock):
        self.server, self.sock, self.file = server, sock, sock.makefile("rb")
        self.selected, self.is_writable, self.enabled = None, False, set()

    def send(self, text):
        data = text if isinstance(text, bytes) else text.encode()
        self.sock.sendall(data)

    def read_command(self):
        """The whole command with its literals in place; None at the end."""
        whole = b""
        while True:
            line = self.file.readline()
            if not line:
                return None
            whole += line
            literal = re.search(rb"~?\{(\d+)([+-]?)\}\r\n$", line)
            if not literal:
                return whole[:-2]
            size = int(literal[1])
            if literal[2]:
                allowed = self.server.has("LITERAL+") or (self.server.has("LITERAL-") and size <= 4096)
                assert allowed, "a literal without consent"
            else:
                self.send("+ go on\r\n")
            whole += self.file.read(size)

    def run(self):
        self.send(f"* OK [CAPABILITY {' '.join(self.server.capability)} AUTH=PLAIN] model ready\r\n")
        while True:
            whole = self.read_command()
            if whole is None:
                return
            tag, _, rest = whole.partition(b" ")
            with self.server.lock:
                self.server.commands.append(rest)
                self.server.refresh()
                answer = self.server.on_command(rest) if self.server.on_command else None
                if answer == "BYE":
                    self.send("* BYE shutting down\r\n")
                    return
                if answer:
                    self.send(tag + b" " + answer.encode() + b"\r\n")
                    continue
                word = rest.split(b" ")[0].upper()
                if word == b"UID":
                    word = b"UID_" + rest.split(b" ")[1].upper()
                handler = getattr(self, "on_" + word.decode("ascii", "replace").lower(), None)
                if word == b"LOGOUT":
                    self.send(b"* BYE bye\r\n" + tag + b" OK bye\r\n")
                    return
                result = handler(rest) if handler else "BAD unknown command"
                if result is None:
                    return
                self.send(tag + b" " + result.encode() + b"\r\n")

    @staticmethod
    def tokens(rest):
        """Atoms, strings and literals as bytes, parentheses as they are."""
        out, at = [], 0
        while at < len(rest):
            c = rest[at:at + 1]
            if c.isspace():
                at += 1
            elif c in (b"(", b")"):
                out.append(c)
                at += 1
            elif c == b'"':
                end = at + 1
                while rest[end:end + 1] != b'"':
                    end += 2 if rest[end:end + 1] == b"\\" else 1
                out.append(re.sub(rb"\\(.)", rb"\1", rest[at + 1:end]))
                at = end + 1
            elif re.match(rb"~?\{", rest[at:]):
                head = re.match(rb"~?\{(\d+)[+-]?\}\r\n", rest[at:])
                out.append(rest[at + head.end():at + head.end() + int(head[1])])
                at += head.end() + int(head[1])
            else:
                atom = ATOM.match(rest, at)
                if atom is None:
                    raise ValueError(rest[at:])
                out.append(atom[0])
                at = atom.end()
        return out

    # log-in
    def on_capability(self, _):
        self.send(f"* CAPABILITY {' '.join(self.server.capability)} AUTH=PLAIN\r\n")
        return "OK done"

    def on_authenticate(self, rest):
        if len(rest.split(b" ")) < 3:
            self.send("+ \r\n")
            base64.b64decode(self.file.readline())
        return f"OK [CAPABILITY {' '.join(self.server.capability)}] welcome"

    def on_login(self, _):
        return f"OK [CAPABILITY {' '.join(self.server.capability)}] welcome"

    def on_id(self, _):
        self.send('* ID ("name" "model")\r\n')
        return "OK done"

    def on_enable(self, rest):
        new = [n for n in rest.decode().upper().split()[1:] if self.server.has(n) or n == "UTF8=ACCEPT"]
        self.enabled |= set(new)
        self.send(f"* ENABLED {' '.join(new)}\r\n")
        return "OK done"

    def on_namespace(self, _):
        self.send(f"* NAMESPACE {self.server.namespace}\r\n")
        return "OK done"

    def on_noop(self, _):
        return "OK done"

    # mailboxes; names in the model are what goes over the wire in UTF-8, or in modified UTF-7 as they stand
    def quoted(self, name):
        if "UTF8=ACCEPT" not in self.enabled and not name.isascii():
            name = re.sub(r"[^\x20-\x7e]+", lambda m: "&" + base64.b64encode(m[0].encode("utf-16-be")).decode()
                          .rstrip("=").replace("/", ",") + "-", name)
        return '"' + name.replace("\\", "\\\\").replace('"', '\\"') + '"'

    def name(self, raw):
        name = raw.decode()
        if "UTF8=ACCEPT" not in self.enabled:
            name = re.sub(r"&([^-]+)-", lambda m: base64.b64decode(
                m[1].replace(",", "/") + "=" * (-len(m[1]) % 4)).decode("utf-16-be"), name)
        return "INBOX" if name.upper() == "INBOX" else name

    def status_text(self, box, rest):
        text = f"MESSAGES {len(box.uids)} UIDNEXT {box.uidnext} UIDVALIDITY {box.uidvalidity}"
        if self.server.has("CONDSTORE") or self.server.has("QRESYNC"):
            text += f" HIGHESTMODSEQ {box.modseq()}"
        if self.server.has("OBJECTID") and b"MAILBOXID" in rest:
            text += f" MAILBOXID ({box.id})"
        return text

    def on_list(self, rest):
        for name, box in self.server.boxes.items():
            self.send(f"* LIST ({' '.join(box.attributes)}) \"{self.server.delimiter}\" {self.quoted(name)}\r\n")
            if b"STATUS" in rest.upper():
                self.send(f"* STATUS {self.quoted(name)} ({self.status_text(box, rest)})\r\n")
        return "OK done"

    def on_status(self, rest):
        name = self.name(self.tokens(rest)[1])
        if name not in self.server.boxes:
            return "NO no such mailbox"
        self.send(f"* STATUS {self.quoted(name)} ({self.status_text(self.server.boxes[name], rest)})\r\n")
        return "OK done"

    def on_examine(self, rest, is_writable=False):
        box = self.server.boxes.get(self.name(self.tokens(rest)[1]))
        if box is None:
            return "NO no such mailbox"
        is_writable = is_writable and not box.is_read_only
        self.selected, self.is_writable = box, is_writable
        self.send(f"* {len(box.uids)} EXISTS\r\n* FLAGS (\\Seen)\r\n* OK [PERMANENTFLAGS ({box.permanent})] ok\r\n"
                  f"* OK [UIDVALIDITY {box.uidvalidity}] ok\r\n* OK [UIDNEXT {box.uidnext}] ok\r\n")
        return f"OK [READ-{'WRITE' if is_writable else 'ONLY'}] done"

    def on_select(self, rest):
        return self.on_examine(rest, True)

    def on_create(self, rest):
        name = self.name(self.tokens(rest)[1])
        personal = re.match(r'\(\("([^"]*)"', self.server.namespace)
        if personal and not name.startswith(personal[1]):
            return "NO [NOPERM] outside of your namespace"
        self.server.box(name)
        return "OK done"

    def on_rename(self, rest):
        _, old, new = (self.name(t) for t in self.tokens(rest))
        if old not in self.server.boxes or new in self.server.boxes:
            return "NO no such mailbox, or one that is there"
        self.server.rename(old, new)
        return "OK done"

    def on_subscribe(self, _):
        return "OK done"

    def on_unsubscribe(self, _):
        return "OK done"

    # messages
    def wanted(self, text):
        box, out = self.selected, set()
        for part in text.decode().split(","):
            first, _, last = part.partition(":")
            high = max(box.uids, default=0)
            a, b = (high if x == "*" else int(x) for x in (first, last or first))
            out |= {u for u in box.uids if min(a, b) <= u <= max(a, b)}
        return sorted(out)

    def section(self, message, item):
        """The bytes of BODY.PEEK[...]."""
        head, _, body = message.data.partition(b"\r\n\r\n")
        what = re.search(r"\[(.*)\]", item)[1].upper()
        if what == "":
            self.server.n_bodies += 1
            return message.data
        if what == "HEADER":
            return head + b"\r\n\r\n"
        fields = re.search(r"\((.*)\)", what)[1].lower().split()
        lines = re.split(rb"\r\n(?![ \t])", head)
        return b"".join(x + b"\r\n" for x in lines if x.split(b":")[0].decode().lower() in fields) + b"\r\n"

    def fetch_item(self, box, uid, item):
        m, word = box.uids[uid], item.upper()
        if word == "UID":
            return f"UID {uid}".encode()
        if word == "FLAGS":
            return f"FLAGS ({' '.join(sorted(m.flags))})".encode()
        if word == "RFC822.SIZE":
            return f"RFC822.SIZE {len(m.data)}".encode()
        if word == "INTERNALDATE":
            return time.strftime('INTERNALDATE "%d-%b-%Y %H:%M:%S +0000"', time.gmtime(m.date)).encode()
        if word == "MODSEQ":
            return f"MODSEQ ({box.modseqs[uid]})".encode()
        if word == "BODYSTRUCTURE":
            return b'BODYSTRUCTURE ("text" "plain" NIL NIL NIL "7bit" %d 1)' % len(m.data)
        if word == "X-GM-LABELS":
            return ("X-GM-LABELS (" + " ".join(self.label(x) for x in sorted(m.labels)) + ")").encode()
        if word == "X-GM-MSGID":
            return f"X-GM-MSGID {1000 + m.number}".encode()
        assert word.startswith("BODY"), item
        data = self.section(m, item)
        return f"{item.replace('.PEEK', '').replace('.peek', '')} {{{len(data)}}}\r\n".encode() + data

    def label(self, name):
        return name if name.startswith("\\") else self.quoted(name)

    def on_uid_fetch(self, rest):
        box = self.selected
        uids = self.wanted(rest.split(b" ")[2])
        text = rest.decode().split(" ", 3)[3]
        since = re.search(r"CHANGEDSINCE (\d+)", text)
        items = re.findall(r"[A-Za-z0-9.-]+(?:\[[^\]]*\])?", text.split("(CHANGEDSINCE")[0])
        if "UID" not in [i.upper() for i in items]:
            items.insert(0, "UID")
        if since:
            items.append("MODSEQ")
            uids = [u for u in uids if box.modseqs[u] > int(since[1])]
            gone = [u for u, m in box.expunged.items() if m > int(since[1])]
            if gone and "VANISHED" in text:
                self.send(f"* VANISHED (EARLIER) {','.join(map(str, gone))}\r\n")
        order = sorted(box.uids)
        for uid in uids:
            self.send(f"* {order.index(uid) + 1} FETCH (".encode() +
                      b" ".join(self.fetch_item(box, uid, i) for i in items) + b")\r\n")
        return "OK done"

    def on_uid_store(self, rest):
        if not self.is_writable:
            return "NO read-only"
        tokens = self.tokens(rest)
        how, words = tokens[3].decode().upper(), {t.decode() for t in tokens[4:] if t not in (b"(", b")")}
        for uid in self.wanted(tokens[2]):
            if "X-GM-LABELS" in how:
                self.server.store_labels(self.selected, uid, how[0], {self.name(w.encode()) for w in words})
                continue
            flags = self.selected.uids[uid].flags
            flags |= words if how[0] == "+" else set()
            flags -= words if how[0] == "-" else set()
            self.server.touched(self.selected, uid)
        return "OK done"

    def on_uid_search(self, rest):
        box, tokens, at = self.selected, self.tokens(rest), 2
        found, negate = set(box.uids), False
        if tokens[2].upper() == b"RETURN":
            at = tokens.index(b")") + 1

        while at < len(tokens):
            word = tokens[at].upper().decode()
            if word == "NOT":
                negate, at = True, at + 1
                continue
            arg = tokens[at + 1] if at + 1 < len(tokens) else b""
            if word == "UID":
                hits = set(self.wanted(arg))
            elif word == "X-GM-LABELS":
                hits = {u for u, m in box.uids.items() if self.name(arg) in m.labels}
            elif word == "LARGER":
                hits = {u for u, m in box.uids.items() if len(m.data) > int(arg)}
            elif word == "SINCE":
                day = calendar.timegm(time.strptime(arg.decode(), "%d-%b-%Y"))
                hits = {u for u, m in box.uids.items() if m.date >= day}
            elif word == "HEADER":
                hits = {u for u, m in box.uids.items() if tokens[at + 2] in m.data.split(b"\r\n\r\n")[0]}
                at += 1
            else:
                return f"BAD cannot search for {word}"
            found = found - hits if negate else found & hits
            negate, at = False, at + 2
        uids = sorted(found)
        if tokens[2].upper() == b"RETURN":
            self.send("* ESEARCH (TAG \"x\") UID" + (f" ALL {','.join(map(str, uids))}" if uids else "") + "\r\n")
        else:
            self.send("* SEARCH" + "".join(f" {u}" for u in uids) + "\r\n")
        return "OK done"

    def transfer(self, rest, is_move):
        tokens = self.tokens(rest)
        to = self.server.boxes.get(self.name(tokens[3]))
        if to is None:
            return "NO [TRYCREATE] no such mailbox"
        uids = self.wanted(tokens[2])
        new = [self.server.transfer(self.selected, uid, to, is_move) for uid in uids]
        code = f"[COPYUID {to.uidvalidity} {','.join(map(str, uids))} {','.join(map(str, new))}] "
        code = code if self.server.has("UIDPLUS") and uids else ""
        if is_move and code:
            self.send(f"* OK {code}moved\r\n")
        return "OK " + ("" if is_move else code) + "done"

    def on_uid_move(self, rest):
        return self.transfer(rest, True)

    def on_uid_copy(self, rest):
        return self.transfer(rest, False)

    def on_uid_expunge(self, rest):
        for uid in self.wanted(rest.split(b" ")[2]):
            if "\\Deleted" in self.selected.uids[uid].flags:
                self.server.expunge(self.selected, uid)
        return "OK done"

    def on_append(self, rest):
        tokens = self.tokens(rest)
        box = self.server.boxes.get(self.name(tokens[1]))
        if box is None:
            return "NO [TRYCREATE] no such mailbox"
        flags = {t.decode() for t in tokens[3:tokens.index(b")")]}
        data = tokens[-2] if tokens[-1] == b")" else tokens[-1]
        uid = self.server.append(box, Message(data, flags))
        return f"OK [APPENDUID {box.uidvalidity} {uid}] done" if self.server.has("UIDPLUS") else "OK done"
