#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""penfold as sendmail: what git, cron, mutt and scripts hand over arrives as they meant it."""
import email
import email.policy
import glob
import json
import os
import subprocess
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "lib"))
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from fake_smtp import FakeSmtp  # noqa: E402
from penfold_test import SERVERS, SOURCE, Home, Tap, wait_for  # noqa: E402

tap = Tap()
LETTER = "From: Ann Example <ann@example.org>\nTo: bob@example.net\nSubject: s\n\nhello\n"


class Post:
    """A home with two accounts on one server, and Penfold under its other names."""

    def __init__(self, ca, port):
        self.home = Home()
        server = ["password = alicepw", f"smtp = submission://alice@localhost:{port}",
                  "imap = imaps://alice@localhost:9"]
        self.home.rc(f"[tls]\nca-file = {ca}/ca.pem", "[queue]\nretry = 1d",
                     '[account "office"]', "address = Ann Example <ann@example.org>", *server,
                     '[account "club"]', "address = Ann <ann@club.example>",
                     "aliases = chair@club.example", *server)
        subprocess.run([os.path.join(SOURCE, "contrib/sendmail/install.sh"), self.home.dir], check=True,
                       env=dict(self.home.env, PENFOLD=self.home.program("penfold")), stdout=subprocess.DEVNULL)
        # the queue runs by hand: a run of its own would race with the test
        self.home.env["PENFOLD_LIBEXEC"] = os.path.dirname(self.home.program("penfold"))

    def __enter__(self):
        return self

    def __exit__(self, *exc):
        self.home.__exit__(*exc)

    def sendmail(self, *args, input=LETTER, **env):
        data = input if isinstance(input, bytes) else input.encode()
        return subprocess.run([self.home.path("sendmail"), *args], input=data, env=dict(self.home.env, **env),
                              capture_output=True, timeout=60)

    def run_queue(self):
        return self.home.run("penfold-send", timeout=60)


def arrived(server, post, *args, input=LETTER):
    """The letter at the server after one call, parsed; and the process."""
    server.letters.clear()
    process = post.sendmail(*args, input=input)
    for _ in range(20):
        post.run_queue()
        if server.letters or process.returncode:
            break
    letter = server.letters[0] if server.letters else None
    return letter, process


def parsed(letter):
    return email.message_from_bytes(letter.data, policy=email.policy.default)


def test_letters(ca):
    with FakeSmtp(ca) as server, Post(ca, server.port) as post:
        letter, process = arrived(server, post, "-oi", "-oem", "bob@example.net")
        tap.same((process.returncode, letter.recipients), (0, ["bob@example.net"]), "mutt's call arrives")
        tap.same(parsed(letter)["From"], "Ann Example <ann@example.org>", "with its author")

        bcc = LETTER.replace("Subject", "Cc: c@example.net\nBcc: Hidden <h@example.net>,\n other@example.net\nSubject")
        letter, _ = arrived(server, post, "-ti", input=bcc)
        tap.same(sorted(letter.recipients), ["bob@example.net", "c@example.net", "h@example.net", "other@example.net"],
                 "-t takes To, Cc and Bcc")
        tap.ok(b"hidden" not in letter.data.lower() and b"other@" not in letter.data, "Bcc does not leave")

        for sender, account in (("chair@club.example", "club"), ("ann@example.org", "office")):
            letter, _ = arrived(server, post, "-f", sender, "bob@example.net",
                                input=LETTER.replace("ann@example.org", sender))
            tap.same(letter.sender, sender, f"-f {sender} is the envelope's sender")
            sent = post.home.path(f"Mail/{account}/Sent/cur/*")
            tap.ok(wait_for(lambda pattern=sent: glob.glob(pattern)), f"and chooses the account {account}")
        letter, _ = arrived(server, post, "bob@example.net", input=LETTER.replace("ann@example.org", "ann@club.example"))
        tap.same(letter.sender, "ann@club.example", "without -f the author chooses the account")

        letter, _ = arrived(server, post, "-FAnn Somebody", "-f", "ann@club.example", "bob@example.net",
                            input="Subject: no author\n\nx\n")
        tap.same(parsed(letter)["From"], "Ann Somebody <ann@club.example>", "-F and -f make a From")

        resent = ("Resent-From: Ann <ann@example.org>\nResent-To: new@example.net\nResent-Bcc: h@example.net\n"
                  + LETTER.replace("ann@example.org", "carl@example.com"))
        letter, _ = arrived(server, post, "-t", input=resent)
        tap.same(sorted(letter.recipients), ["h@example.net", "new@example.net"],
                 "a letter sent on goes to its Resent fields alone")
        message = parsed(letter)
        tap.same(message["From"], "Ann Example <carl@example.com>", "its author stays")
        tap.ok(message["Resent-Date"] and "Resent-Bcc" not in message, "Resent-Date is added, Resent-Bcc removed")


def test_senders(ca):
    """-f: an address of the account, one that is not, none at all, a user of this machine."""
    with FakeSmtp(ca, dsn=True) as server, Post(ca, server.port) as post:
        letter, process = arrived(server, post, "-f", "boss@elsewhere.example", "bob@example.net")
        tap.same((process.returncode, letter.sender), (0, "ann@example.org"), "-f of a stranger: the account's own")
        for words in (b"sender-foreign", b"boss@elsewhere.example", b"ann@example.org"):
            tap.contains(process.stderr, words, f"-f of a stranger: which is said ({words.decode()})")
        for value in ("<>", ""):
            letter, process = arrived(server, post, "-f", value, "bob@example.net")
            tap.same((letter.sender, process.stderr), ("", b""), f"-f '{value}' is the null sender")
        letter, process = arrived(server, post, "-f", "<chair@club.example>", "bob@example.net")
        tap.same((letter.sender, b"sender-foreign" in process.stderr), ("chair@club.example", False), "-f with brackets")
        letter, process = arrived(server, post, "-f", "root", "bob@example.net")
        tap.same((letter.sender, process.stderr), ("ann@example.org", b""), "-f root, as cron has it: the account's own")
        server.commands.clear()
        letter, _ = arrived(server, post, "-N", "success,delay", "bob@example.net")
        tap.contains(" ".join(server.commands), "NOTIFY=SUCCESS,DELAY", "-N asks for reports")
        tap.same(post.sendmail("-N", "perhaps", "bob@example.net").returncode, 64, "a word of -N that is none is refused")
        inbox = post.home.path("Mail/office/INBOX/new/*")
        for args in (("-f", "<>"), ("-N", "never")):
            post.sendmail(*args, "gone@example.net")
            wait_for(lambda: post.run_queue() and not states(post) & {"ready", "sending", "dot"})
            tap.same((states(post), glob.glob(inbox)), ({"failed"}, []), f"{args}: it failed, and nothing comes back")
            post.home.run("penfold", "queue", "cancel", json.loads(listed(post))[0]["id"])
        post.sendmail("gone@example.net")
        wait_for(lambda: post.run_queue() and glob.glob(inbox), what="the report of a letter that asked for nothing")
        tap.same(len(glob.glob(inbox)), 1, "without these it is reported")


def listed(post):
    return post.home.run("penfold", "queue", "list", "--json").stdout


def states(post):
    return {e["state"] for e in json.loads(listed(post))}


def test_cron(ca):
    user = "root"  # there on every machine
    cron = (f"From: {user} (Cron Daemon)\nTo: {user}\nSubject: Cron <{user}@host> backup\nMIME-Version: 1.0\n"
            "Content-Type: text/plain; charset=UTF-8\nContent-Transfer-Encoding: 8bit\n"
            "X-Cron-Env: <SHELL=/bin/sh>\nAuto-Submitted: auto-generated\n\nläuft\n")
    with FakeSmtp(ca) as server, Post(ca, server.port) as post:
        letter, process = arrived(server, post, "-i", "-FCronDaemon", "-B8BITMIME", "-oem", user, input=cron)
        tap.same(process.returncode, 0, "cron's letter is queued")
        tap.same(letter.recipients, ["ann@example.org"], "a user of this machine is the account's owner")
        tap.same(parsed(letter)["From"], "Cron Daemon <ann@example.org>", "as is the author")
        tap.same(parsed(letter).get_content().strip(), "läuft", "its text is what it was")
        tap.ok(letter.data.isascii(), "in 7 bits")
        letter, _ = arrived(server, post, "no-such-user-here")
        tap.same(letter.recipients, ["no-such-user-here@example.org"], "any other name is one of the domain")


def test_dots(ca):
    with FakeSmtp(ca) as server, Post(ca, server.port) as post:
        text = LETTER + ".\nafter\n..two\n"
        for args in (("-i",), ("-oi",), ()):
            letter, _ = arrived(server, post, *args, "bob@example.net", input=text)
            body = letter.data.split(b"\r\n\r\n", 1)[1]
            tap.same(body, b"hello\r\n.\r\nafter\r\n..two\r\n", f"dots arrive as they are, with {args or 'nothing'}")
        letter, _ = arrived(server, post, "bob@example.net", input=LETTER + ".\n")
        tap.same(letter.data.split(b"\r\n\r\n", 1)[1], b"hello\r\n", "a last line with a dot is the end")
        letter, _ = arrived(server, post, "-i", "bob@example.net", input=LETTER + ".\n")
        tap.same(letter.data.split(b"\r\n\r\n", 1)[1], b"hello\r\n.\r\n", "and text with -i")


def test_bare(ca):
    with FakeSmtp(ca) as server, Post(ca, server.port) as post:
        for text, subject in (("hello\nyou: all\n", None), ("Subject: s\nhello you\nall\n", "s")):
            letter, _ = arrived(server, post, "bob@example.net", input=text)
            message = parsed(letter)
            tap.same((message["Subject"], message.get_content().replace("\r", "")), (subject, text.removeprefix("Subject: s\n")),
                     "text without an empty line before it is text")


def test_codes(ca):
    with FakeSmtp(ca) as server, Post(ca, server.port) as post:
        for args, text, code, name in (
                ((), LETTER, 64, "no recipient"), (("-Y", "x@y.example"), LETTER, 64, "an unknown letter"),
                (("bob@@example.net",), LETTER, 65, "a malformed recipient"),
                (("bob@example.net",), LETTER.replace("Subject", "To: x@example.net\nSubject"), 65, "a broken letter"),
                (("-bs",), "", 69, "-bs"), (("-t",), "Subject: s\n\nx\n", 65, "-t without any")):
            process = post.sendmail(*args, input=text)
            tap.same(process.returncode, code, f"{name} is {code}")
            tap.ok(process.stderr and b"\n" in process.stderr, f"{name}: and says why", process.stderr)
        tap.same(glob.glob(post.home.path("state/penfold/queue/*.eml")), [], "none of them is queued")
        broken = LETTER.replace("Subject", "To: x@example.net\nSubject")
        tap.same(post.sendmail("--override", "bob@example.net", input=broken).returncode, 0, "--override insists")
        queue = subprocess.run([post.home.path("mailq")], env=post.home.env, capture_output=True, text=True)
        tap.ok(queue.returncode == 0, "mailq lists the queue", queue.stderr)
        with open(post.home.path("no-folder"), "w"):
            pass
        with open(post.home.rc_path) as f:
            rc = f.read().replace(post.home.path("state/penfold"), post.home.path("no-folder/penfold"))
        with open(post.home.path("other.rc"), "w") as f:
            f.write(rc)
        os.chmod(post.home.path("other.rc"), 0o600)
        process = post.sendmail("bob@example.net", PENFOLD_RC=post.home.path("other.rc"))
        tap.ok(process.returncode >= 70, "a state that cannot be written is no success", process.returncode)


def test_taken_back(ca):
    """The queue has the only copy of a letter that another program handed over: taken back it is a message in Drafts."""
    with FakeSmtp(ca) as server, Post(ca, server.port) as post:
        home, letter = post.home, "From: Ann Example <ann@example.org>\nTo: Bob <bob@example.net>\nSubject: kept\n\nwords\n"
        post.sendmail("--at", "+2h", "-i", "bob@example.net", "Secret <secret@b\u00fccher.example>, <other@example.net>", input=letter)
        entry = json.loads(listed(post))[0]
        tap.same(sorted(r["address"] for r in entry["recipients"]), ["bob@example.net", "other@example.net", "secret@xn--bcher-kva.example"],
                 "an argument may be a list, with names and brackets")
        done = home.run("penfold", "queue", "cancel", entry["id"])
        kept = glob.glob(home.path("Mail/office/Drafts/cur/*:2,DS"))
        tap.ok(done.returncode == 0 and len(kept) == 1 and kept[0] in done.stdout, "taken back it lies in Drafts, and that is said", done, kept)
        with open(kept[0], "rb") as f:
            message = email.message_from_binary_file(f, policy=email.policy.default)
        tap.same((message["To"], message["Bcc"], message["Subject"], message.get_content().strip()),
                 ("Bob <bob@example.net>", "secret@xn--bcher-kva.example, other@example.net", "kept", "words"),
                 "whole, and with those whom its header did not name")
        tap.same(home.json_lines("penfold", "search", "--json", "subject:kept")[0][0]["tags"], ["draft"], "and is found")
        tap.same((home.run("penfold", "queue", "cancel", entry["id"]).returncode, len(glob.glob(home.path("Mail/office/Drafts/*/*")))),
                 (65, 1), "once")
        post.sendmail("--at", "+2h", "-i", "carl@example.net", input="Resent-From: ann@example.org\nResent-To: carl@example.net\n" + letter)
        home.run("penfold", "queue", "cancel", json.loads(listed(post))[0]["id"])
        tap.same(len(glob.glob(home.path("Mail/office/Drafts/*/*"))), 1, "what was sent on is not kept: it is where it was")
        tap.same(server.letters, [], "nothing left")


def test_recipients(ca):
    with FakeSmtp(ca) as server, Post(ca, server.port) as post:
        letter, process = arrived(server, post, "-t", input="To: a@example.net\nBcc: b@example.net,\n c@example.net\nbcc: d@example.net\n"
                                  "Bcc:\nSubject: s\n\nx\n")
        tap.ok(letter is not None and sorted(letter.recipients) == [f"{c}@example.net" for c in "abcd"] and b"cc:" not in letter.data.lower(),
               "-t: each of several Bcc is sent to, and none is told", letter and letter.recipients, process)
        done = post.sendmail("-t", input="To: " + ",\n ".join(f"user{n}@example.net" for n in range(6000)) + "\nSubject: s\n\nx\n")
        tap.ok(done.returncode == 65 and b"cannot be taken from its header" in done.stderr, "-t of a header past a limit: that is what is said", done)
        done = post.sendmail("-F", "a\nBcc: x@example.net", "a@example.net")
        tap.ok(done.returncode == 64 and b"-F: a name has no line breaks" in done.stderr, "-F with a line break is refused", done)
        done = post.sendmail("--priority", "urgent", "a@example.net")
        tap.ok(done.returncode == 64 and b"none of high, normal and low" in done.stderr, "a priority is one of three", done)


def git(*args, cwd, env, check=True, input=None):
    return subprocess.run(["git", *args], cwd=cwd, env=env, check=check, capture_output=True, input=input, timeout=120)


def test_git(ca):
    """A series by git send-email, applied again by git am: the trees and the authors are the same."""
    with FakeSmtp(ca) as server, Post(ca, server.port) as post:
        env = dict(post.home.env, GIT_CONFIG_NOSYSTEM="1", GIT_CONFIG_GLOBAL=post.home.path("gitconfig"),
                   GIT_TERMINAL_PROMPT="0")
        here, there = post.home.path("here"), post.home.path("there")
        for key, value in (("user.name", "Änn Example"), ("user.email", "ann@example.org"),
                           ("init.defaultBranch", "main"), ("sendemail.sendmailCmd", post.home.path("sendmail")),
                           ("sendemail.confirm", "never"), ("sendemail.assume8bitEncoding", "UTF-8")):
            git("config", "--global", key, value, cwd=post.home.dir, env=env)
        git("init", "-q", here, cwd=post.home.dir, env=env)
        if git("send-email", "--help", cwd=here, env=env, check=False).returncode and \
                git("send-email", "-h", cwd=here, env=env, check=False).returncode not in (0, 129):
            tap.ok(True, "git send-email # SKIP it is not installed")
            return

        def commit(name, content, subject):
            with open(os.path.join(here, name), "wb") as f:
                f.write(content)
            git("add", ".", cwd=here, env=env)
            git("commit", "-qm", subject, cwd=here, env=env)
        commit("a", b"one\n", "start")
        git("clone", "-q", here, there, cwd=post.home.dir, env=env)
        commit("a", "one\nzwei ü\n".encode(), "Größe: add a line that is not ASCII")
        commit("b", b"trailing \t \n.\n..\nFrom here\n=3D\n" + b"x" * 1200 + b"\n", "odd lines\n\nFrom the start\n.\nend")
        commit("a", b"one\nlatin \xfc\n", "bytes of Latin-1")
        commit("crlf", b"dos\r\nlines\r\n", "line ends of another system")
        sent = git("send-email", "--to", "bob@example.net", "--cc", "list@lists.example.net", "HEAD~4", cwd=here,
                   env=env, check=False)
        tap.ok(sent.returncode == 0, "git send-email hands four patches over", sent.stdout, sent.stderr)
        for _ in range(20):
            post.run_queue()
            if len(server.letters) == 4:
                break
        tap.same(len(server.letters), 4, "they arrive")
        letters = sorted(server.letters, key=lambda letter: parsed(letter)["Subject"])
        tap.ok(all(max(map(len, x.data.split(b"\r\n"))) <= 998 for x in letters), "no line is over 998")
        mbox = b"".join(b"From git@z Thu Jan  1 00:00:00 1970\n" + x.data.replace(b"\r\n", b"\n") + b"\n"
                        for x in letters)
        applied = git("am", "--keep-cr", "-", cwd=there, env=env, check=False, input=mbox)
        tap.ok(applied.returncode == 0, "git am applies them", applied.stdout, applied.stderr)
        tap.same(git("rev-parse", "HEAD^{tree}", cwd=there, env=env).stdout,
                 git("rev-parse", "HEAD^{tree}", cwd=here, env=env).stdout, "the trees are the same")
        log = ["log", "-4", "--format=%an <%ae> %s%n%b"]
        tap.same(git(*log, cwd=there, env=env).stdout.decode(), git(*log, cwd=here, env=env).stdout.decode(),
                 "the authors and the messages too")


def main():
    with Home() as shared:
        ca = shared.path("ca")
        subprocess.run([os.path.join(SERVERS, "mkca.sh"), ca], check=True)
        for test in (test_letters, test_senders, test_cron, test_bare, test_dots, test_codes, test_taken_back, test_recipients, test_git):
            test(ca)
    tap.done()


main()
