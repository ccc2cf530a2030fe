#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Accounts of other programs: what `penfold setup --from` makes of their files, and that mail which mbsync has
fetched is neither fetched nor sent again."""
import os
import shlex
import shutil
import subprocess

from penfold_test import Home, Server, Tap
from imap_account import Account, letter, local_files

SECRET = "hunter2-in-clear"
tap = Tap()

MBSYNC = f"""# two accounts
IMAPAccount work
Host imap.example.org
Port 993
User ann@example.org
PassCmd "pass mail/work | head -1"
SSLType IMAPS

IMAPStore work-far
Account work
MaildirStore work-near
Path ~/old/work/
Inbox ~/old/work/INBOX
SubFolders Verbatim
Channel work
Far :work-far:
Near :work-near:
Patterns * !Spam*
Weird yes

IMAPAccount home
Host mail.example.net
User bob
Pass {SECRET}
TLSType STARTTLS
"""
MSMTP = f"""defaults
auth on
tls on
tls_trust_file /etc/ssl/certs/ca-certificates.crt
account work
host smtp.example.org
port 587
from ann@example.org
user ann@example.org
passwordeval pass mail/work
account home
host mail.example.net
tls_starttls off
from bob@example.net
user bob
password {SECRET}
account default : work
"""
MUTT = """set my_user = "ann@example.org"
set imap_user=$my_user imap_pass="`pass show mail`"
set folder = imaps://imap.example.org/
source more.rc
folder-hook work 'set from=x'
"""
MORE = """set from = "Ann Example <ann@example.org>" record="+Sent Mail" # a comment
set smtp_url = "smtp://ann@smtp.example.org:587/"
set signature=~/.signature
set attribution="On %{%d %B}, %n <%a> wrote (100%%):"
alternates ^ann@other\\\\.example$ .*@lists\\\\.example
"""
OFFLINE = f"""[general]
accounts = uni
[Account uni]
localrepository = near
remoterepository = far
[Repository near]
type = Maildir
localfolders = ~/uni
[Repository far]
type = IMAP
remotehost = imap.uni.example
remoteuser = carl@uni.example
remotepass = {SECRET}
"""
GETMAIL = """[retriever]
type = SimplePOP3SSLRetriever
server = pop.example.org
username = dora@example.org
password_command = ("pass", "mail/dora")
[destination]
type = Maildir
path = ~/Maildir/
[options]
delete_after = 7
"""
FETCHMAIL = f"""# two of one provider, and one that is off
set daemon 300
defaults proto pop3, no keep
poll pop.example.org via pop3.example.org port 995
  user "fay@example.org" there with password "{SECRET}" is fay here ssl
  user gus@example.org pass {SECRET} ssl keep, weird
poll mail.example.net proto IMAP: user 'hal@example.net' is hal here
  folders INBOX,Lists fetchall
skip old.example.org user nobody pass {SECRET}
"""
AERC = f"""[Personal]
source = imaps://eve%40example.org:{SECRET}@imap.example.org:993
outgoing = smtps+plain://eve%40example.org@smtp.example.org
outgoing-cred-cmd = pass mail/eve
from = "Eve E." <eve@example.org>
copy-to = Sent
aliases = eva@example.org,e@example.org
"""


def put(home, name, text):
    os.makedirs(os.path.dirname(home.path(name)), exist_ok=True)
    with open(home.path(name), "w") as f:
        f.write(text)
    return home.path(name)


def taken(what, files, wanted, notes=(), unwanted=(SECRET,)):
    """All lines are in the rc that is written, which is good; and all notes are told."""
    with Home() as home:
        args = []
        for name, text in files.items():
            path = put(home, name, text)
            args += [] if name == "more.rc" else ["--from", path]
        with open(home.rc_path) as f:
            before = f.read()
        shown = home.run("penfold", "setup", *args)
        with open(home.rc_path) as f:
            tap.same((shown.returncode, f.read()), (0, before), f"{what}: shown, and not written")
        done = home.run("penfold", "setup", "--yes", "--no-test", *args)
        with open(home.rc_path) as f:
            rc = f.read()
        missing = [line for line in wanted if line not in rc.splitlines()]
        tap.same((done.returncode, missing), (0, []), f"{what}: written")
        tap.same([n for n in notes if n not in done.stdout], [], f"{what}: every line is told")
        tap.same([w for w in unwanted if w in rc + done.stdout], [], f"{what}: no password is taken or shown")
        tap.same(home.run("penfold", "config", "check").returncode, 0, f"{what}: the rc is good")
        again = home.run("penfold", "setup", "--yes", "--no-test", *args)
        tap.same(again.returncode, 78, f"{what}: an account that is there is not written twice")


def commands():
    """A command of a shell gives the password it gave before."""
    with Home() as home:
        path = put(home, "mbsyncrc", 'IMAPAccount a\nHost localhost\nUser a@b.example\nTLSType IMAPS\n'
                   'PassCmd "printf \'%s\' \\"se;cr#et\\" | tr a-z A-Z"\n')
        home.run("penfold", "setup", "--yes", "--no-test", "--from", path)
        with open(home.rc_path) as f:
            line = [x for x in f if x.startswith("password-command")]
        words = shlex.split(line[0].partition("=")[2])
        given = subprocess.run(words, capture_output=True, text=True)
        tap.same((words[:2], given.stdout), (["sh", "-c"], "SE;CR#ET"), "a command with quotes and a pipe")
        tap.same(home.run("penfold", "config", "check").returncode, 0, "stands well in the rc")


def take_over(home, server):
    account = Account(server)
    account.append("INBOX", *[letter(n) for n in range(40)])
    account.append("Archive", *[letter(n, seed=2) for n in range(10)])
    box = home.path("Mail", "work")
    os.makedirs(box)
    path = put(home, "mbsyncrc", f"""IMAPAccount work
Host localhost
Port {server.IMAPS_PORT}
User alice
PassCmd "echo alicepw"
{"TLSType" if b"1.5" in subprocess.run(["mbsync", "--version"], capture_output=True).stdout else "SSLType"} IMAPS
CertificateFile {server.CA}

IMAPStore far
Account work

MaildirStore near
Path {box}/
Inbox {box}/INBOX
SubFolders Verbatim

Channel work
Far :far:
Near :near:
Patterns INBOX Archive
Create Near
SyncState *
""")
    done = subprocess.run(["mbsync", "-q", "-c", path, "work"], env=home.env, capture_output=True, text=True)
    tap.diag(done.stderr)
    files = sorted(os.listdir(box + "/INBOX/cur") + os.listdir(box + "/INBOX/new"))
    tap.same((done.returncode, len(files)), (0, 40), "mbsync has fetched")
    home.rc("[tls]", f"ca-file = {server.CA}")
    with open(path, "a") as f:
        f.write("\n")
    done = home.run("penfold", "setup", "--yes", "--from", path, "--from",
                    put(home, "msmtprc", "account work\nhost localhost\ntls on\nfrom alice@penfold.test\nuser alice\n"), "--no-test")
    tap.same(done.returncode, 0, "taken over")
    lines, _ = home.json_lines("penfold-sync", "work")
    tap.same((lines[-1].get("new"), lines[-1].get("pushed"), lines[-1].get("bytes")), (0, 0, 0), "nothing comes or goes again")
    tap.same(len(os.listdir(box + "/INBOX/cur") + os.listdir(box + "/INBOX/new")), 40, "each letter is there once")
    account.append("INBOX", letter(99))
    lines, _ = home.json_lines("penfold-sync", "work")
    tap.same((lines[-1].get("new"), lines[-1].get("pushed")), (1, 0), "and new mail comes")


def main():
    taken("mbsync and msmtp", {"mbsyncrc": MBSYNC, "msmtprc": MSMTP},
          ['[account "work"]', "address = ann@example.org", "imap = imaps://ann@example.org@imap.example.org:993",
           "smtp = submission://ann@example.org@smtp.example.org:587", "folders = *", "folders = !Spam*",
           '[account "home"]', "address = bob@example.net", "imap = imap://bob@mail.example.net",
           "smtp = smtps://bob@mail.example.net"],
          ["Weird: not understood", "Pass: a password in clear", "PassCmd: understood", "mbsyncrc:7"])
    taken("neomutt", {"neomuttrc": MUTT, "more.rc": MORE},
          ["address = Ann Example <ann@example.org>", "imap = imaps://ann@example.org@imap.example.org",
           "smtp = submission://ann@smtp.example.org:587", "password-command = pass show mail", "sent = Sent Mail",
           "signature = ~/.signature", "aliases = ann@other.example",
           "attribution = On ${date:%d %B}, ${name} <${address}> wrote (100%):"],
          ["folder-hook: hooks are not followed", "patterns are left out", "more.rc:1", "attribution: understood"])
    taken("an attribution with what is not known", {"neomuttrc": MUTT, "more.rc": MORE.replace("%n", "%-15.15F")},
          ["address = Ann Example <ann@example.org>"], ["attribution: not understood"])
    taken("offlineimap", {"offlineimaprc": OFFLINE}, ['[account "uni"]', "imap = imaps://carl@uni.example@imap.uni.example",
                                                      "address = carl@uni.example"], ["remotepass: a password in clear"])
    taken("a password's file with a blank in its name",
          {"offlineimaprc": OFFLINE.replace(f"remotepass = {SECRET}", "remotepassfile = ~/my keys/uni")},
          ["password-command = sh -c 'cat ~/'\\''my keys/uni'\\'''"])
    taken("a command whose word has one", {"getmailrc": GETMAIL.replace("mail/dora", "my mail/dora")},
          ["password-command = sh -c 'pass '\\''my mail/dora'\\'''"])
    taken("getmail", {"getmailrc": GETMAIL}, ["pop3 = pop3s://dora@example.org@pop.example.org", "pop3-delete-after = 7d",
                                              "password-command = pass mail/dora"])
    taken("fetchmail", {"fetchmailrc": FETCHMAIL},
          ['[account "fay"]', "address = fay@example.org", "pop3 = pop3s://fay@example.org@pop3.example.org:995", "pop3-delete-after = 0",
           "address = gus@example.org", "pop3 = pop3s://gus@example.org@pop3.example.org:995",
           "address = hal@example.net", "imap = imap://hal@example.net@mail.example.net", "folders = INBOX", "folders = Lists"],
          ["fetchmailrc:5  password: a password in clear", "fetchmailrc:6  weird: not understood", "skip: left out"],
          (SECRET, "nobody", "old.example"))
    taken("aerc", {"accounts.conf": AERC},
          ["imap = imaps://eve@example.org@imap.example.org:993", "smtp = smtps://eve@example.org@smtp.example.org",
           "aliases = eva@example.org", "aliases = e@example.org", 'address = "\\"Eve E.\\" <eve@example.org>"', "sent = Sent",
           "password-command = pass mail/eve"])
    commands()
    with Home() as home:
        process = home.run("penfold", "setup", "--from", put(home, "x", "what is this\n"))
        tap.same((process.returncode, "no configuration" in process.stderr), (65, True), "what is nobody's file is said")
    if shutil.which("mbsync"):
        with Home() as home, Server("dovecot", home.path("d")) as server:
            take_over(home, server)
    else:
        tap.ok(True, "taking over the mail of mbsync # SKIP it is not installed")
    tap.done()


main()
