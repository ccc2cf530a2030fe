/* SPDX-License-Identifier: GPL-3.0-or-later */
/* rc_settings.c - the one table of settings: parser, errors, `penfold config` and
 * penfold-rc(5) all come from it. A setting stands here only when a program reads it. */
#include "base/rc.h"

#include <string.h>

/* clang-format off */
const struct rc_setting rc_settings[] = {
	{"account", "address", RC_MAILBOX, NULL, NULL, false, false,
	    "Who you are, as it stands in From: `Ann Example <ann@example.org>`. The one setting "
	    "that each account must have."},
	{"account", "aliases", RC_MAILBOX, NULL, NULL, true, false,
	    "A further address of yours. Mail to it is mail to you, and a reply to such mail is "
	    "written from it. The mailbox that a script of yours logs in with to write in your name belongs "
	    "here, too: without it such a letter is told as written by another."},
	{"account", "imap", RC_URL, "imaps|imap", NULL, false, false,
	    "The IMAP server: imaps: is TLS from the first byte, imap: requires STARTTLS."},
	{"account", "pop3", RC_URL, "pop3s|pop3", NULL, false, false,
	    "The POP3 server, for an account without imap: pop3s: is TLS from the first byte, pop3: requires "
	    "STLS. What arrives goes to the inbox; the server's copies stay there, see pop3-delete-after."},
	{"account", "pop3-delete-after", RC_DURATION, NULL, NULL, false, false,
	    "Delete messages on the POP3 server so long after they were first seen there (`14d`; `0` at once), "
	    "and never before they are on this disk and indexed. Without this setting they stay for ever."},
	{"account", "smtp", RC_URL, "smtps|submission|smtp|mx", NULL, false, false,
	    "The submission server: smtps: is TLS from the first byte, submission: and smtp: "
	    "require STARTTLS. `mx` delivers to each recipient's own servers (RFC 5321 5), with MTA-STS and "
	    "DANE enforced and TLS wherever it is offered. That is for a host with a fixed address, a matching "
	    "PTR record, SPF and DKIM: from a home line or a laptop such mail is refused or taken for spam."},
	{"account", "smtp-fallback", RC_URL, "smtps|submission|smtp", NULL, true, false,
	    "A further submission server, for when the ones before it cannot be reached. It is logged in to with "
	    "the account's password."},
	{"account", "sieve", RC_URL, "sieve", NULL, false, false,
	    "The server that keeps the account's filter scripts, for `penfold sieve`: ManageSieve (RFC 5804), and STARTTLS is "
	    "required. Without this setting it is the host that mail is fetched from, at port 4190."},
	{"account", "ehlo-name", RC_STRING, NULL, NULL, false, false,
	    "The host name to greet with when smtp = mx. The default is this machine's full name; a submission "
	    "server is never told one."},
	{"account", "mx-port", RC_INT, NULL, "25", false, false,
	    "The port of the recipients' servers when smtp = mx: another one is for tests and tunnels."},
	{"account", "rate", RC_INT, NULL, "0", false, false,
	    "Recipients a minute that this account sends to at most, in place of queue.rate; 0 for no limit."},
	{"account", "connections", RC_INT, NULL, "4", false, false,
	    "SMTP connections at a time at most, when there are letters enough for more than one to pay; with "
	    "smtp = mx, domains that are sent to at a time. A server that wants fewer gets fewer."},
	{"account", "warm-up", RC_STRING, NULL, NULL, false, false,
	    "The day, as 2026-11-28, on which a new sending domain began: it reaches 50 recipients on that day, "
	    "twice as many on each day after it, and all of them after two weeks."},
	{"account", "tls", RC_BOOL, NULL, "yes", false, false,
	    "`no` lets imap:, pop3:, submission: and smtp: go without TLS. It is accepted for servers on "
	    "this machine (loopback) only."},
	{"account", "proxy", RC_URL, RC_PROXY_SCHEMES, NULL, false, false,
	    "The proxy by which this account's servers are reached, in place of net.proxy: `socks5h:` and `http:` "
	    "(CONNECT) leave the names of hosts to the proxy, `socks5:` asks the resolver here. `none` goes there "
	    "directly, and so does what is on this machine. A user name for a SOCKS proxy parts one account from another, as Tor "
	    "has it; passwords are not for proxies, since they would go in clear. Where the proxy fails nothing goes another way."},
	{"account", "sent-copy", RC_CHOICE, "auto|yes|no", "auto", false, false,
	    "Whether Penfold puts a copy of what was sent into the sent folder. `auto` leaves it to the servers "
	    "that are known to do that themselves (Gmail, Exchange Online)."},
	{"account", "dsn", RC_CHOICE, "default|never|failure|late|always", "default", false, false,
	    "Which delivery reports to ask the server for (RFC 3461): its own choice, none, of failures, of "
	    "delays as well, or of deliveries, too."},
	{"account", "password", RC_STRING, NULL, NULL, false, true,
	    "The password in clear. Prefer password-command; a file with a password in it must be "
	    "readable by you alone (chmod 600)."},
	{"account", "password-command", RC_COMMAND, NULL, NULL, false, false,
	    "A program that prints the password as its first line, for example `pass mail/work`. "
	    "It is run without a shell, and has 60 seconds."},
	{"account", "auth", RC_CHOICE, "auto|password|oauth2|external|scram-sha-256-plus|scram-sha-256|"
	    "scram-sha-1-plus|scram-sha-1|plain|login|cram-md5|oauthbearer|xoauth2|apop", "auto", false, false,
	    "How to log in. `auto` and `password` take the strongest that the server offers: SCRAM, bound to "
	    "the TLS connection where both sides can, then PLAIN or LOGIN. A `-plus` is asked of TLS 1.2 as well, "
	    "where the server can bind to that alone. `oauth2` takes a token. `external` "
	    "shows client-cert. cram-md5 and apop are weak, and taken only when they stand here."},
	{"account", "oauth-client-id", RC_STRING, NULL, NULL, false, false,
	    "For auth = oauth2: the id of a client that you registered with the provider as a desktop program or "
	    "public client. `penfold login` then asks for permission."},
	{"account", "oauth-client-secret", RC_STRING, NULL, NULL, false, true,
	    "The secret of that client, where the provider gives one even to desktop programs."},
	{"account", "oauth-service", RC_STRING, NULL, NULL, false, false,
	    "The service in the list of providers (google, microsoft, ...) whose addresses are used; found by the "
	    "server's name when it is missing."},
	{"account", "oauth-authorize-url", RC_STRING, NULL, NULL, false, false,
	    "Where the browser goes; for providers that Penfold does not know. All three are https: URLs."},
	{"account", "oauth-token-url", RC_STRING, NULL, NULL, false, false,
	    "Where tokens are given out and renewed."},
	{"account", "oauth-device-url", RC_STRING, NULL, NULL, false, false,
	    "Where a code for another device is given out (RFC 8628)."},
	{"account", "oauth-scope", RC_STRING, NULL, NULL, false, false,
	    "What is asked for, as the provider calls it."},
	{"account", "client-cert", RC_PATH, NULL, NULL, false, false,
	    "A PEM file with a certificate that is shown to servers that ask for one."},
	{"account", "client-key", RC_PATH, NULL, NULL, false, false,
	    "The PEM file with its key, when that is not in the same file."},
	{"account", "labels", RC_CHOICE, "all|table", "all", false, false,
	    "Of Gmail: which labels are tags. `all`: those of [keywords] by their tags there, the others by names of their "
	    "own, in which a blank is `_`, and `%` with two hexadecimal digits stands for `_`, `%`, quotes, and the first "
	    "letter of what is a tag of its own (`unread`). Important is `important`. A tag that is put on or taken off "
	    "is so there. Each has a letter in the names of files, given once: for 56, those of [keywords] among them. What is "
	    "more stays on the server, untouched, and is told of once. `table`: those of [keywords] alone."},
	{"account", "folders", RC_STRING, NULL, NULL, true, false,
	    "Folders to fetch, as patterns with * and ?; a pattern that starts with ! leaves folders "
	    "out. The last pattern that matches decides; without any, all folders of your own are fetched. Those "
	    "of other users and shared ones (RFC 2342) are fetched where a pattern names them, and so are Gmail's labels, whose messages All Mail holds."},
	{"account", "inbox", RC_STRING, NULL, "INBOX", false, false,
	    "The folder where new mail arrives."},
	{"account", "sent", RC_STRING, NULL, "Sent", false, false,
	    "The folder for copies of what you sent. Without this setting the folder that the server "
	    "marks as such is used (RFC 6154); the same holds for the four below."},
	{"account", "drafts", RC_STRING, NULL, "Drafts", false, false, "The folder for drafts."},
	{"account", "trash", RC_STRING, NULL, "Trash", false, false,
	    "The folder that deleted messages are moved to."},
	{"account", "archive", RC_STRING, NULL, "Archive", false, false,
	    "The folder that archived messages are moved to."},
	{"account", "junk", RC_STRING, NULL, "Junk", false, false, "The folder for unwanted mail."},
	{"account", "authserv-id", RC_STRING, NULL, NULL, true, false,
	    "A server whose Authentication-Results you trust (RFC 8601): its exact id, or "
	    "`*.example.org` for all ids below a domain. With `!` at its end it is one that writes its field "
	    "into every message, failures included: then its first field counts even below its own Received. "
	    "What any other server claims is shown, and "
	    "not believed."},
	{"account", "signature", RC_PATH, NULL, NULL, false, false,
	    "A text file that is put below letters, after the line `-- `."},
	{"account", "attribution", RC_STRING, NULL, NULL, false, false,
	    "The line above what is quoted in an answer, with the variables of [template]: `On ${date:%d %B}, ${name} wrote:`."},

	{"account", "sign", RC_BOOL, NULL, "no", false, false,
	    "Sign letters with OpenPGP or S/MIME unless one says otherwise."},
	{"account", "encrypt", RC_CHOICE, "no|auto|yes", "no", false, false,
	    "Encrypt letters: auto when there is a key for every reader, yes or not at all."},
	{"account", "autocrypt", RC_CHOICE, "no|yes|mutual", "no", false, false,
	    "Send the public key along in the header (Autocrypt), and with mutual say that encryption is "
	    "preferred where both sides do; then letters are encrypted by themselves where Autocrypt recommends it, unless "
	    "encrypt says otherwise."},
	{"account", "openpgp-key", RC_STRING, NULL, NULL, false, false,
	    "The OpenPGP key to sign with, by fingerprint; without it, the newest secret key that names "
	    "the address of the letter."},
	{"account", "smime-key", RC_STRING, NULL, NULL, false, false,
	    "The S/MIME certificate to sign with, by fingerprint; without it, the newest that names the "
	    "address of the letter."},
	{"account", "dkim-key", RC_PATH, NULL, NULL, true, false,
	    "A private key that signs what this account sends with DKIM (`penfold dkim keygen` makes one). "
	    "Given twice, each letter has two signatures. The file must be readable by you alone."},
	{"account", "dkim-selector", RC_STRING, NULL, NULL, true, false,
	    "The selector of the dkim-key in the same place: the record stands at "
	    "SELECTOR._domainkey of the address's domain. The whole name is fine too, where it is another "
	    "domain's."},
	{"account", "dkim-passphrase-command", RC_COMMAND, NULL, NULL, false, false,
	    "A program that prints the passphrase of the dkim-key as its first line; run as "
	    "password-command is."},
	{"account", "dkim-list", RC_CHOICE, "auto|yes|no", "auto", false, false,
	    "Sign so that a mailing list may add its fields (`auto`: letters to a list). A list that changes "
	    "subject or text breaks any signature."},

	{"identity", "signature", RC_PATH, NULL, NULL, false, false,
	    "The signature of letters from this address, in place of the account's."},

	{"addresses", "alias-file", RC_PATH, NULL, NULL, false, false,
	    "A file of aliases as mutt has them (`alias boss Bo Example <bo@example.org>`); several addresses "
	    "make a group. Its people are offered first where addresses are typed."},
	{"addresses", "vcard-folder", RC_PATH, NULL, NULL, false, false,
	    "A folder of vCards (*.vcf), as khard and vdirsyncer keep them; their people are offered next."},
	{"addresses", "query-command", RC_COMMAND, NULL, NULL, false, false,
	    "A program that looks people up, as mutt's query_command: the word that was typed is its last "
	    "argument; after a first line each line that it prints is `address TAB name`."},

	{"template", "file", RC_PATH, NULL, NULL, false, false,
	    "A text file with the header on top (To, Cc, Bcc, Subject, Attach), an empty line and the text. A header may be missing. "
	    "People that it names are added."},
	{"template", "for", RC_CHOICE, "asked|new|reply|forward", "asked", false, false,
	    "Which letters begin with it by themselves; `asked`: only those for which it is named (`M-m`, or `:reply NAME`)."},
	{"template", "account", RC_STRING, NULL, NULL, false, false,
	    "With `for`: only letters of this account, before a template for all."},

	{"store", "path", RC_PATH, NULL, "~/Mail", false, false,
	    "The folder of all mail: Maildir folders with the notmuch database in it. An existing "
	    "notmuch database is used as it is."},
	{"store", "index-decrypted", RC_CHOICE, "notmuch|no|yes", "notmuch", false, false,
	    "Make the text of encrypted letters searchable as they arrive, as notmuch's own switch index.decrypt says "
	    "(which does not, unless it was set). With yes their words lie readable in the database, for whoever reads "
	    "this disk and long after the key is gone; gpg-agent may ask for a passphrase meanwhile on a graphical screen, never on the terminal. The "
	    "text that is there is not taken out by no: that needs `notmuch reindex`."},
	{"store", "state", RC_PATH, NULL, NULL, false, false,
	    "The folder for queue, drafts, verdicts and sync state. The default is "
	    "$XDG_STATE_HOME/penfold, or ~/.local/state/penfold. A backup holds it and the mail of one time: "
	    "beside older mail, what came since counts as deleted here, and goes to the server's trash."},

	{"ui", "theme", RC_CHOICE, "auto|dark|light|16|mono", "auto", false, false,
	    "The colours: for a dark or a light background, the terminal's own sixteen, or none. `auto` goes by "
	    "COLORFGBG, else it asks the terminal for its background. NO_COLOR in the environment means mono."},
	{"ui", "ascii", RC_BOOL, NULL, "no", false, false,
	    "Draw with ASCII characters only."},
	{"ui", "pictures", RC_CHOICE, "auto|kitty|sixel|symbols|none", "auto", false, false,
	    "How logos and pictures are shown: in pixels, by kitty's protocol or as sixels, where the "
	    "terminal has one of them; else as characters with two colours each; or not at all. `auto` "
	    "goes by what the terminal says of itself in the environment."},
	{"ui", "thread", RC_CHOICE, "tree|scroll", "tree", false, false,
	    "What opens a thread of several messages shows first: the tree of them, or all of them below each "
	    "other. The key Z changes between both."},
	{"ui", "inline-pictures", RC_BOOL, NULL, "yes", false, false,
	    "Show the pictures of a letter within its text. Those of the web are never loaded unless you ask for "
	    "them, or trust the sender."},
	{"ui", "hyperlinks", RC_CHOICE, "auto|yes|no", "no", false, false,
	    "Have the terminal know links (OSC 8), so that it opens them itself: those that stand beside their true host, or "
	    "name it, in letters that are not doubted. `auto`: if the terminal says in the environment that it can. A click there "
	    "asks nothing and is not shown where it leads, and so none are given unless you wish it."},
	{"ui", "mouse", RC_BOOL, NULL, "yes", false, false,
	    "A click opens a row, the wheel scrolls."},
	{"ui", "editor", RC_COMMAND, NULL, NULL, false, false,
	    "The editor for letters. The default is $VISUAL, then $EDITOR, then vi."},
	{"ui", "opener", RC_COMMAND, NULL, "xdg-open", false, false,
	    "The program that opens links, and attachments for which no mailcap has an entry. The link or "
	    "the file is its last argument."},
	{"ui", "print-command", RC_COMMAND, NULL, "lpr", false, false,
	    "The program that prints: it is given the message as text on standard input."},
	{"ui", "speller", RC_COMMAND, NULL, NULL, false, false,
	    "The program that checks spelling; the letter's file is its last argument. The default is the first "
	    "there is of aspell, hunspell and ispell."},
	{"ui", "sidebar", RC_BOOL, NULL, "yes", false, false,
	    "Show accounts and folders at the left where the terminal is wide enough."},
	{"ui", "keys", RC_CHOICE, "penfold|mutt|vim|emacs|alpine", "penfold", false, false,
	    "The keys that you are used to. Ours come from mutt; a preset changes those that another "
	    "program has elsewhere. The sections [keys.*] come before it."},
	{"ui", "sort", RC_CHOICE, "date|from|subject|size|count|unread", "date", false, false,
	    "The order of the list of threads at the start."},
	{"ui", "columns", RC_STRING, NULL, NULL, false, false,
	    "The columns of the list, in their order and each with its width if it needs another than the usual "
	    "one: `from:30 subject tags:12 count size date:16`. There are from, subject, tags, flags, count, "
	    "size, date, domain and account. Without this setting the list has what there is room for."},
	{"ui", "date-format", RC_STRING, NULL, NULL, false, false,
	    "How the list writes dates, in strftime's letters: `%Y-%m-%d %H:%M`. Without, short and by age."},
	{"ui", "preview", RC_CHOICE, "no|below|right", "no", false, false,
	    "Show the selected message below the list or at its right."},
	{"ui", "linear", RC_BOOL, NULL, "no", false, false,
	    "For screen readers and braille: a row is a sentence, words stand in place of signs, there is "
	    "nothing at the left, and the cursor stands at what is selected."},
	{"ui", "takeover", RC_BOOL, NULL, "yes", false, false,
	    "`penfold mailto:...` opens its letter in the screen that is running already, if there is one, and `penfold tell` "
	    "is heard there."},
	{"ui", "hints", RC_BOOL, NULL, "yes", false, false,
	    "Show the most used keys in the last line."},
	{"editor", "where", RC_CHOICE, "tab|screen", "tab", false, false,
	    "Where the editor runs: in a tab, with the mail beside it (C-] leads there and back, and a click on the "
	    "first line), or on the whole screen."},

	{"keys.index", "*", RC_STRING, NULL, NULL, false, false, NULL},
	{"keys.thread", "*", RC_STRING, NULL, NULL, false, false, NULL},
	{"keys.pager", "*", RC_STRING, NULL, NULL, false, false, NULL},
	{"keys.compose", "*", RC_STRING, NULL, NULL, false, false, NULL},
	{"keys.editor", "*", RC_STRING, NULL, NULL, false, false, NULL},
	{"keys.files", "*", RC_STRING, NULL, NULL, false, false, NULL},
	{"keys.outbox", "*", RC_STRING, NULL, NULL, false, false, NULL},
	{"keys.drafts", "*", RC_STRING, NULL, NULL, false, false, NULL},
	{"keys.attachments", "*", RC_STRING, NULL, NULL, false, false, NULL},
	{"keys.links", "*", RC_STRING, NULL, NULL, false, false, NULL},
	{"keys.detail", "*", RC_STRING, NULL, NULL, false, false, NULL},
	{"keys.sender", "*", RC_STRING, NULL, NULL, false, false, NULL},
	{"keys.picture", "*", RC_STRING, NULL, NULL, false, false, NULL},
	{"keys.keyring", "*", RC_STRING, NULL, NULL, false, false, NULL},
	{"keys.sieve", "*", RC_STRING, NULL, NULL, false, false, NULL},
	{"hooks", "new-mail", RC_COMMAND, NULL, NULL, false, false,
	    "A program to run for each new unread letter in the inbox. Like all hooks it is started by argv, "
	    "without a shell, and gets one JSON object on standard input: the letter as `penfold show` names it, "
	    "with account, folder, from, subject, id, thread and path."},
	{"hooks", "sent", RC_COMMAND, NULL, NULL, false, false,
	    "A program to run when a letter has left; it gets the entry as `penfold queue list` prints it."},
	{"hooks", "failed", RC_COMMAND, NULL, NULL, false, false,
	    "A program to run when a letter has failed or its fate is uncertain, be it for one of several; it gets the entry."},
	{"hooks", "start", RC_COMMAND, NULL, NULL, false, false, "A program to run when the screen has opened."},
	{"hooks", "exit", RC_COMMAND, NULL, NULL, false, false, "A program to run when the screen closes."},
	{"notify", "desktop", RC_BOOL, NULL, "yes", false, false,
	    "Tell the desktop of new mail, with sender and subject, where it has a notification service."},
	{"notify", "command", RC_COMMAND, NULL, NULL, false, false,
	    "A program that tells of new mail in place of the desktop's service: it gets {summary, body} as JSON "
	    "on standard input, and the message when it is a single one."},
	{"notify", "terminal", RC_CHOICE, "no|bell|osc9|osc777", "no", false, false,
	    "Tell the terminal of new mail: by its bell, or by the notification that some terminals know."},
	{"macro", "keys", RC_STRING, NULL, NULL, false, false,
	    "The keys that run the macro, as in [keys.index]. Without, `:macro NAME` runs it."},
	{"macro", "view", RC_CHOICE, "index|thread|pager|compose|outbox|attachments|detail|picture", NULL, false, false,
	    "The view that the keys are bound in; without, all of them."},
	{"macro", "do", RC_STRING, NULL, NULL, false, false,
	    "What it does: actions by their names, as after `:`, parted by semicolons: "
	    "`tag-add done; archive`."},
	{"macro", "type", RC_STRING, NULL, NULL, false, false,
	    "Keys that are typed after that, by their names and parted by blanks."},
	{"theme", "*", RC_STRING, NULL, NULL, false, false, NULL},
	{"keywords", "*", RC_STRING, NULL, NULL, false, false, NULL},

	{"search", "query", RC_STRING, NULL, NULL, false, false,
	    "The notmuch query of a search that stands in the sidebar under its name."},

	{"queue", "undo-delay", RC_DURATION, NULL, "10s", false, false,
	    "How long a letter from the screen waits before it leaves, so that you can take it back. "
	    "Leaving Penfold sends what would leave within a minute; what waits longer stays in the outbox."},
	{"queue", "retry", RC_DURATION, NULL, "5m", false, false,
	    "The first pause after a failed attempt; it doubles each time."},
	{"queue", "expire", RC_DURATION, NULL, "5d", false, false,
	    "After this long a letter that could not be sent is given up, and says so."},
	{"queue", "rate", RC_INT, NULL, "0", false, false,
	    "Recipients a minute that each account sends to at most; what is more waits. 0 for no limit."},
	{"queue", "answer-timeout", RC_DURATION, NULL, "10m", false, false,
	    "How long to wait for a server's answer to a whole letter, as RFC 5321 4.5.3.2.6 says. A letter without "
	    "one is uncertain: less time makes more of them."},
	{"queue", "warn", RC_DURATION, NULL, "4h", false, false,
	    "After this long a letter that still waits is told of by a message in the inbox; 0 for "
	    "never."},
	{"queue", "keep", RC_DURATION, NULL, "90d", false, false,
	    "How long the ledger remembers what was sent, for `penfold stats` and for matching reports "
	    "that come later; 0 for ever."},

	{"filter", "query", RC_STRING, NULL, NULL, false, false,
	    "The messages that a notmuch query means, such as `from:lists.example.org`; `*` means all. Where several "
	    "of these settings stand, all must fit."},
	{"filter", "header", RC_STRING, NULL, NULL, true, false,
	    "A header field, as `Name: regular expression`; case does not count."},
	{"filter", "account", RC_STRING, NULL, NULL, false, false, "Only messages of this account."},
	{"filter", "verdict", RC_CHOICE, "pass|pass-spf|pass-other|modified|fail|fail-soft|suspect|unverifiable|"
	    "temperror|permerror|none|unevaluated", NULL, true, false,
	    "A verdict on the sender; several stand for any of them."},
	{"filter", "sender-flag", RC_STRING, NULL, NULL, true, false,
	    "A flag of the verdict, such as first-time-sender; several stand for any of them."},
	{"filter", "tag", RC_STRING, NULL, NULL, true, false, "Tags to add and take away: `+lists -inbox`."},
	{"filter", "move", RC_STRING, NULL, NULL, false, false,
	    "The folder to move to: its name, or archive, trash or junk. The server follows."},
	{"filter", "read", RC_BOOL, NULL, "no", false, false, "Mark as read."},
	{"filter", "flag", RC_BOOL, NULL, "no", false, false, "Flag."},
	{"filter", "notify", RC_BOOL, NULL, "no", false, false, "Say so in the status line."},
	{"filter", "run", RC_COMMAND, NULL, NULL, false, false,
	    "A command for each message, without a shell and with a minute's time. Its standard input is the "
	    "message as one JSON object: id, path, from, subject, tags, verdict and what else `penfold filter "
	    "--json` prints. It is run again when Penfold was killed before it ended."},
	{"filter", "stop", RC_BOOL, NULL, "no", false, false, "Later rules do not see the message."},

	{"folder", "max-age", RC_DURATION, NULL, NULL, false, false,
	    "Messages that came longer ago than this (`365d`) are left on the server. What is here already stays."},
	{"folder", "max-size", RC_SIZE, NULL, NULL, false, false,
	    "Messages that are larger (`20M`) are left on the server."},
	{"folder", "header-above", RC_SIZE, NULL, NULL, false, false,
	    "Of messages that are larger (`5M`) only the header and a list of the parts are fetched at first. The "
	    "action `fetch-whole` of an open message and `penfold sync --whole` bring the rest."},

	{"folder", "sort", RC_CHOICE, "date|from|subject|size|count|unread", NULL, false, false,
	    "The order of the list of threads there, in place of ui.sort."},
	{"folder", "columns", RC_STRING, NULL, NULL, false, false,
	    "The columns of the list there, in place of ui.columns."},

	{"sync", "interval", RC_DURATION, NULL, "5m", false, false,
	    "How often all folders are looked at while Penfold is open; 0 for never. An IMAP server tells "
	    "of new mail by itself in between: of all folders by NOTIFY, or of the inbox by IDLE."},

	{"setup", "autoconfig", RC_STRING, NULL, NULL, true, false,
	    "Where `penfold setup` asks for the servers of a domain: an https: URL with %d for the domain, of an "
	    "autoconfig file. The default is the domain itself, then Thunderbird's database."},

	{"dns", "server", RC_STRING, NULL, NULL, false, false,
	    "The resolver to ask, as `address` or `address@port`. The default is /etc/resolv.conf."},
	{"dns", "trust-anchor", RC_PATH, NULL, NULL, false, false,
	    "A file with the DNSSEC trust anchor, as unbound reads it."},
	{"dns", "zone", RC_PATH, NULL, NULL, false, false,
	    "A JSON file that answers all DNS questions in place of the network."},

	{"bimi", "fetch", RC_CHOICE, "off|arrival", "off", false, false,
	    "Whether logos and mark certificates may be fetched: `arrival` asks the sender's server once a "
	    "day, within a quarter of an hour of mail (at once in a `penfold sync` that does not stay), and tells it by that "
	    "that mail came. They are never fetched because a "
	    "message is opened. What a trusted server put into the header is shown either way."},
	{"bimi", "require-mark", RC_BOOL, NULL, "yes", false, false,
	    "Show a logo only where a mark certificate vouches for it."},
	{"bimi", "revocation", RC_CHOICE, "soft|hard", "soft", false, false,
	    "`hard` shows no logo whose certificate's revocation list cannot be had."},
	{"bimi", "logs", RC_PATH, NULL, NULL, false, false,
	    "A file with the public logs that a mark certificate must stand in (OpenSSL's form: `enabled_logs`, and a "
	    "section with `description` and `key` for each), in place of those that come with Penfold."},
	{"bimi", "roots", RC_PATH, NULL, NULL, false, false,
	    "A PEM file with the authorities to trust for marks, in place of those that come with Penfold."},

	{"net", "proxy", RC_URL, RC_PROXY_SCHEMES, NULL, false, false,
	    "The proxy for all accounts without one of their own, and for all that is asked by HTTPS (set-up, log-in, logos, keys, "
	    "policies): written as account.proxy is. Questions to the DNS go to dns.server as ever. Without "
	    "this, HTTPS that you ask for yourself goes by what the environment says (HTTPS_PROXY)."},
	{"tls", "ca-file", RC_PATH, NULL, NULL, false, false,
	    "A PEM file with the certificate authorities to trust in place of the system's."},
};
const size_t rc_n_settings = G_N_ELEMENTS(rc_settings);

static const struct {
	const char *section, *help;
	bool named;
} sections[] = {
	{"account", "One mail account; the name is yours to choose, and names its folder. An account "
	    "with neither imap nor pop3 is local: its mail comes by `penfold deliver`, and what is "
	    "sent to it is delivered on the spot.", true},
	{"identity", "One address of yours, among those of the accounts; the name is the address.", true},
	{"addresses", "Where addresses come from, besides the mail itself.", false},
	{"template", "A letter to begin others with, by the action `template`; the name is yours to choose. The file may hold the "
	    "variables below, as in `Dear ${first-name},`; a variable that is unknown, or has no value there, is told with its line, "
	    "and by `penfold config check`.", true},
	{"store", "Where mail and state lie.", false},
	{"ui", "The screen.", false},
	{"editor", "The editor of letters; `ui.editor` names it.", false},
	{"keys.index", "Keys of the list of threads, by action: `archive = e`. A comma parts alternatives, "
	    "a blank the steps of one; Space, Enter, Comma, C-x and M-x are such names. The ? page has the "
	    "actions of each view.", false},
	{"keys.thread", "Keys of a thread.", false},
	{"keys.pager", "Keys of an open message.", false},
	{"keys.compose", "Keys of the review page of a letter.", false},
	{"keys.editor", "Keys that are Penfold's while the editor in its tab has all others: `leave = C-q`, or an action "
	    "of every view, `tab-next = M-n`.", false},
	{"keys.files", "Keys of the list of files to attach.", false},
	{"keys.outbox", "Keys of the outbox.", false},
	{"keys.attachments", "Keys of the list of attachments.", false},
	{"keys.links", "Keys of the list of links.", false},
	{"keys.detail", "Keys of a page of text, such as raw text or help.", false},
	{"keys.sender", "Keys of the page about a sender.", false},
	{"keys.picture", "Keys of a picture.", false},
	{"keys.drafts", "Keys of the page of letters that are not finished.", false},
	{"keys.keyring", "Keys of the page of OpenPGP keys and certificates.", false},
	{"keys.sieve", "Keys of the page of filters on a server.", false},
	{"hooks", "Programs that are told of events.", false},
	{"notify", "How new mail is told.", false},
	{"macro", "A macro: several actions behind one key.", true},
	{"theme", "Colours of single styles, over those of ui.theme: `quote1 = 109` or `bar = 252 on 236`, in the "
	    "terminal's numbers, `default` for its own. The styles: normal, dim, faint, strong, bar, bar-dim, "
	    "bar-strong, bar-key, bar-busy, bar-warn, error, unread, unread-mark, flag, tag, marked, match, good, good-dim, "
	    "info, warn, bad, suspect, muted, header, text, quote1, quote2, quote3, signature, link, heading, "
	    "code, diff-add, diff-del, diff-hunk, note, part, image. `\"#d75f5f\"` (in quotes) is a colour by its value: where COLORTERM "
	    "is truecolor it is shown as it is, else as the nearest that the terminal has. `selected = default on 238` is the ground of the "
	    "selected row. contrib/themes has whole ones.", false},
	{"keywords", "Which IMAP keyword is which tag: `a = $Important important`. Both then travel both ways. "
	    "The key is a letter from a to z that stands for the tag in the names of files, as in "
	    "Dovecot's Maildirs; do not give it another meaning later. On Gmail the keyword is a label, and "
	    "`$Important` its mark of importance.", false},
	{"search", "A saved search; the name is shown in the sidebar.", true},
	{"queue", "The outbox.", false},
	{"filter", "A rule for new mail of the inbox, applied when its sender has been judged, in the order of the "
	    "file. `penfold filter --dry-run` lists what the rules would do to the mail that is here.", true},
	{"folder", "What holds for the folders that the name fits, a pattern over account and folder: "
	    "`[folder \"work/Lists/*\"]`. Of several that fit, the last that has a setting decides. The limits are for IMAP accounts: a message "
	    "that was left out comes when the limit is raised. What is about the list holds for its other places as well, by "
	    "their names: `[folder \"Inbox\"]`, or that of a saved search.", true},
	{"sync", "Fetching of mail.", false},
	{"setup", "How `penfold setup` finds servers.", false},
	{"dns", "Name resolution for the verdict on senders.", false},
	{"bimi", "Logos of senders.", false},
	{"net", "The way to the network.", false},
	{"tls", "Connections to servers.", false},
};
/* clang-format on */

const struct rc_setting *
rc_setting_find(const char *section, const char *key)
{
	for (size_t i = 0; i < rc_n_settings; i++) {
		const struct rc_setting *s = &rc_settings[i];

		if (strcmp(s->section, section) == 0 &&
		    (strcmp(s->key, "*") == 0 || strcmp(s->key, key) == 0))
			return s;
	}
	return NULL;
}

const char *
rc_section_help(const char *section)
{
	for (size_t i = 0; i < G_N_ELEMENTS(sections); i++)
		if (strcmp(sections[i].section, section) == 0)
			return sections[i].help;
	return NULL;
}

bool
rc_section_is_named(const char *section)
{
	for (size_t i = 0; i < G_N_ELEMENTS(sections); i++)
		if (strcmp(sections[i].section, section) == 0)
			return sections[i].named;
	return false;
}

bool
rc_section_is_free(const char *section)
{
	for (size_t i = 0; i < rc_n_settings; i++)
		if (strcmp(rc_settings[i].section, section) == 0)
			return strcmp(rc_settings[i].key, "*") == 0;
	return false;
}
