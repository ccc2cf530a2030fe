#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Configurations as they grow over the years, of several programs at once: what is taken over, and that what is not is
said. No password goes to a server that it is not for."""
import os

from penfold_test import Home, Tap

tap = Tap()
SECRET = "S3cr3t-w0rd"


def put(home, name, text):
    os.makedirs(os.path.dirname(home.path(name)), exist_ok=True)
    with open(home.path(name), "w") as f:
        f.write(text)


def take(files, *names):
    """What is told, and the rc that is written, by sections."""
    with Home() as home:
        for name, text in files.items():
            put(home, name, text)
        args = [a for n in names for a in ("--from", home.path(n))]
        done = home.run("penfold", "setup", "--yes", "--no-test", *args)
        check = home.run("penfold", "config", "check")
        tap.same((done.returncode, check.returncode, SECRET in done.stdout + done.stderr), (0, 0, False),
                 f"{' '.join(names)}: taken, the rc is good, no password is shown")
        tap.diag(*([] if not check.returncode else [check.stdout, done.stdout, done.stderr]))
        sections, at = {}, None
        with open(home.rc_path) as f:
            for line in f.read().replace(home.dir, "HOME").splitlines():
                if line.startswith("["):
                    at = sections.setdefault(line, [])
                elif "=" in line and at is not None:
                    at.append(line)
        return done.stdout, sections


def told(text, *notes):
    tap.same([n for n in notes if n not in text], [], f"is told: {notes[0]} ...")


def has(sections, section, *lines):
    tap.same([x for x in lines if x not in sections.get(section, [])], [], f"{section} has {lines[0]} ...")


MUTT = """source ~/.mutt/colors
source ~/.mutt/accounts
set editor="vim -c 'set tw=72'" index_format="%4C %Z %s"
set query_command="khard email -p"
set crypt_autosign=yes
bind index G last-entry
bind index,pager R group-reply
macro index A "<save-message>=Archive<enter>" "archive"
color quoted green default
my_hdr Organization: The Garden Society
lists garden@lists.example.org
source ~/.mutt/aliases
source ~/.mutt/missing
"""
MUTT_FILES = {"muttrc": MUTT, ".mutt/colors": "color normal white black\n", ".mutt/aliases": "alias bo Bo <bo@example.net>\nalias eva eva@example.net\n",
              ".mutt/accounts": """set realname = "Ann Example" from = ann@example.org
set folder = imaps://ann%40example.org@imap.example.org/
set imap_pass = `pass show mail/work | head -1`
set smtp_url = "smtp://ann@smtp.example.org:587/" smtp_pass = $imap_pass
set record = "+Sent Items"
"""}


def mutt():
    text, rc = take(MUTT_FILES, "muttrc")
    has(rc, '[account "example"]', "password-command = sh -c 'pass show mail/work | head -1'", "sent = Sent Items", "sign = yes")
    has(rc, "[addresses]", "alias-file = HOME/.mutt/aliases", "query-command = khard email -p")
    told(text, "imap_pass: understood", "smtp_pass: understood", "muttrc:6  bind: ", "muttrc:8  macro: ", "color: ", "my_hdr: ", "lists: ",
         "editor: left out", "missing")
    tap.same((text.count("  bind: "), "no configuration of" in text, "in clear" in text), (1, False, False), "each kind once, and nothing that is not so")


MSMTP = f"""defaults
tls on
account work
host smtp.example.org
from ann@example.org
user ann@example.org
passwordeval pass mail/work
account old : work
host smtp.example.net
from ann@example.net
password {SECRET}
account here
host localhost
tls off
from ann@example.com
"""


def msmtp():
    text, rc = take({"msmtprc": MSMTP}, "msmtprc")
    has(rc, '[account "work"]', "password-command = pass mail/work")
    tap.same([x for x in rc['[account "old"]'] if "password" in x], [], "a password of its own: the command of the account that it is made after is not for that server")
    told(text, 'account "here": the file asks for no TLS')


MBSYNC = """IMAPAccount work
Host imap.example.org
User ann@example.org
PassCmd "pass mail/work"
TLSType IMAPS
IMAPStore r
Account work
MaildirStore l
Path ~/Mail/x/
Channel c
Far :r:
Near :l:
Sync Pull
"""


def together():
    text, rc = take({**MUTT_FILES, "mbsyncrc": MBSYNC, "msmtprc": MSMTP}, "muttrc", "mbsyncrc", "msmtprc")
    found = [s for s in rc if "account" in s and any("imap.example.org" in x for x in rc[s])]
    tap.same(len(found), 1, "one mailbox that two files name is one account")
    has(rc, found[0], "address = Ann Example <ann@example.org>", "smtp = submission://ann@smtp.example.org:587", "sent = Sent Items")
    told(text, "Sync: Penfold goes both ways")


AERC = f"""[Work]
source = imaps://ann%40example.org@imap.example.org
source-cred-cmd = pass mail/work
outgoing = smtp+starttls://ann@smtp.example.org
from = Ann Example <ann@example.org>
aliases = "Ann" <a@example.net>, <x@example.com>
[Local]
source = notmuch:///home/ann/Mail
from = Ann <ann@example.net>
[J]
source = jmap://x@api.example.com/.well-known/jmap
outgoing = jmap://
from = Ann <j@example.com>
[OA]
source = imaps+oauthbearer://g%40example.net:{SECRET}@imap.example.net/?client_id=a
from = g <g@example.net>
"""


def aerc():
    text, rc = take({"accounts.conf": AERC}, "accounts.conf")
    tap.same(sorted(s for s in rc if "account" in s), ['[account "OA"]', '[account "Work"]'], "only what Penfold can speak with is an account")
    has(rc, '[account "OA"]', "auth = oauth2")
    told(text, "source: notmuch:// is not for Penfold, and left out", "source: jmap:// is not", 'account "Local": no server', 'account "J": no server',
         "a password in clear")


OFFLINE = """[Account Uni]
localrepository = L
remoterepository = R
[Repository R]
type = Gmail
remoteuser = ann@gmail.com
remotepasseval = get_pass("x")
folderfilter = lambda f: f != 'Junk'
"""


def offlineimap():
    text, rc = take({"offlineimaprc": OFFLINE}, "offlineimaprc")
    has(rc, '[account "Uni"]', "imap = imaps://ann@gmail.com@imap.gmail.com")
    told(text, "remotepasseval: Python", "folderfilter: Python")


PREFS = r"""// Mozilla User Preferences
user_pref("mail.accountmanager.accounts", "account1,account2,account3");
user_pref("mail.account.account1.identities", "id1,id2");
user_pref("mail.account.account1.server", "server1");
user_pref("mail.account.account2.server", "server2");
user_pref("mail.account.account3.identities", "id3");
user_pref("mail.account.account3.server", "server3");
user_pref("mail.server.server1.type", "imap");
user_pref("mail.server.server1.hostname", "imap.example.org");
user_pref("mail.server.server1.userName", "ann@example.org");
user_pref("mail.server.server1.socketType", 3);
user_pref("mail.server.server1.authMethod", 10);
user_pref("mail.server.server1.name", "Work \"a\"");
user_pref("mail.server.server2.type", "none");
user_pref("mail.server.server2.name", "Local Folders");
user_pref("mail.server.server3.type", "pop3");
user_pref("mail.server.server3.hostname", "pop.example.net");
user_pref("mail.server.server3.userName", "ann");
user_pref("mail.server.server3.socketType", 2);
user_pref("mail.identity.id1.fullName", "Ann Ex\u00e4mple");
user_pref("mail.identity.id1.useremail", "ann@example.org");
user_pref("mail.identity.id1.smtpServer", "smtp1");
user_pref("mail.identity.id1.fcc_folder", "imap://ann%40example.org@imap.example.org/Sent%20Items");
user_pref("mail.identity.id1.draft_folder", "mailbox://nobody@Local%20Folders/Drafts");
user_pref("mail.identity.id1.attach_signature", true);
user_pref("mail.identity.id1.sig_file", "/home/ann/.signature");
user_pref("mail.identity.id2.fullName", "Ann, Club");
user_pref("mail.identity.id2.useremail", "ann@club.example");
user_pref("mail.identity.id3.useremail", "ann@example.net");
user_pref("mail.smtp.defaultserver", "smtp2");
user_pref("mail.smtpservers", "smtp1,smtp2");
user_pref("mail.smtpserver.smtp1.hostname", "smtp.example.org");
user_pref("mail.smtpserver.smtp1.port", 465);
user_pref("mail.smtpserver.smtp1.try_ssl", 3);
user_pref("mail.smtpserver.smtp1.username", "ann@example.org");
user_pref("mail.smtpserver.smtp2.hostname", "smtp.example.net");
user_pref("mail.smtpserver.smtp2.try_ssl", 2);
user_pref("broken", 
"""


def thunderbird():
    text, rc = take({"p/prefs.js": PREFS}, "p")
    has(rc, '[account "Work a"]', "address = Ann Exämple <ann@example.org>", "imap = imaps://ann@example.org@imap.example.org", "auth = oauth2",
        "smtp = smtps://ann@example.org@smtp.example.org:465", "signature = /home/ann/.signature", "sent = Sent Items", 'aliases = "\\"Ann, Club\\" <ann@club.example>"')
    has(rc, '[account "ann"]', "pop3 = pop3://ann@pop.example.net", "smtp = submission://smtp.example.net", "address = ann@example.net")
    tap.same([x for x in rc['[account "Work a"]'] if "drafts" in x], [], "a folder of another account's is not taken for one of this")
    told(text, "Local Folders: ", "penfold import")


PINERC = """# Updated by Alpine
personal-name=Ann Example
user-domain=example.org
smtp-server=smtp.example.org:587/tls/user=ann, smtp2.example.org
inbox-path={imap.example.org/ssl/user=ann}INBOX
incoming-folders=Lists	{imap.example.net/ssl/user=ann}lists,
	"Old"	{pop.example.net/pop3/user=ann}INBOX
default-fcc={imap.example.org/ssl/user=ann}Sent Mail
postponed-folder=postponed-msgs
signature-file=.signature
feature-list=enable-msg-view-urls,
	quell-status-click
alt-addresses=ann@example.net, a@uni.example
"""


def alpine():
    text, rc = take({".pinerc": PINERC}, ".pinerc")
    has(rc, '[account "example"]', "address = Ann Example <ann@example.org>", "imap = imaps://ann@imap.example.org", "smtp = submission://ann@smtp.example.org:587",
        "sent = Sent Mail", "drafts = postponed-msgs", "aliases = ann@example.net", "aliases = a@uni.example", "signature = ~/.signature")
    told(text, ".pinerc:6  incoming-folders: ", "feature-list: not understood")


NOTMUCH = """[database]
path=/srv/mail
[user]
name=Ann Example
primary_email=ann@example.org
other_email=a@example.net;b@example.com;
[new]
tags=unread;inbox;
"""


def notmuch():
    text, rc = take({".notmuch-config": NOTMUCH, "mbsyncrc": MBSYNC}, "mbsyncrc", ".notmuch-config")
    has(rc, '[account "work"]', "address = Ann Example <ann@example.org>", "aliases = a@example.net", "aliases = b@example.com")
    told(text, "path: left out: [store] path")


for part in (mutt, msmtp, together, aerc, offlineimap, thunderbird, alpine, notmuch):
    try:
        part()
    except (KeyError, IndexError) as e:
        tap.ok(False, f"{part.__name__}: there is no {e}")
tap.done()
