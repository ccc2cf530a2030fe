/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The commands: one descriptor each. Dispatch, help, completion and penfold(1) come from here. */
#include "cmd/cmd.h"
#include "cmd/foreign.h"

#include <string.h>

const struct cmd_option cmd_common_options[] = {
	{ "--json", NULL, "Print one JSON object, or one a line for streams." },
	{ "--rc", "RC", "Read this rc file; -F RC is the same." },
	{ "-o", "section.key=value", "Override a setting of the rc file; may be given again." },
	{ NULL, NULL, NULL },
};

/* What is said of a letter however it is handed over. */
#define HOW_IT_LEAVES \
	{ "--sign", NULL, "Sign it with OpenPGP or S/MIME; --no-sign does not, whatever the account says." }, \
	{ "--encrypt", NULL, "Encrypt it for all its readers, or not send it; --no-encrypt likewise." }, \
	{ "--at", "TIME", "Send then: 18:30, tomorrow 9:00, monday, 2026-12-24 18:00, +2h." }, \
	{ "--dsn", "WHEN", "Ask for delivery reports: never, or a list of success, failure, delay." }, \
	{ "--priority", "P", "high, normal or low: which letters leave first." }, \
	{ "--require-tls", NULL, "Every server on the way must use verified TLS (RFC 8689), or it fails." },

const struct cmd_option cmd_letter_options[] = {
	{ "-s", "SUBJECT", "The subject." },
	{ "-c", "ADDRESS", "A copy goes there; may be given again." },
	{ "-b", "ADDRESS", "The same, and no other reader sees it." },
	{ "-a", "FILE", "Attach this file; may be given again. With -- before the addresses several may follow one -a." },
	{ "-i", "FILE", "The text of the letter." },
	{ "-H", "FILE", "Begin with this draft: header, an empty line, text." },
	HOW_IT_LEAVES
	{ NULL, NULL, NULL },
};

static const struct cmd_option sync_options[] = {
	{ "--watch", NULL, "Stay: fetch when the server has something new, at intervals, and when the network comes back." },
	{ "--whole", "FILE", "Fetch the whole of a letter of which only the header is here; FILE is a path or id:MESSAGE-ID. Its "
	    "account is fetched, and no other." },
	{ "--yes", NULL, "Where much is gone on one side at once, remove it on the other as well." },
	{ "--no", NULL, "Where much is gone on one side at once, bring it back." },
	{ "--retry", NULL, "Offer the server again what it refused, without waiting." },
	{ NULL, NULL, NULL },
};

static const struct cmd_option search_options[] = {
	{ "--limit", "N", "Stop after N threads." },
	{ "--sort", "ORDER", "newest (the default) or oldest first." },
	{ NULL, NULL, NULL },
};

static const struct cmd_option show_options[] = {
	{ "--text", NULL, "Print readable text (the default)." },
	{ "--raw", NULL, "Print the bytes as they are." },
	{ "--width", "N", "Wrap to N columns; 80 by default, and not at all with --json." },
	{ "--unprotected", NULL, "Show also what was encrypted without protection against changes "
				"(S/MIME that nobody signed). It may be no letter of anybody's." },
	{ NULL, NULL, NULL },
};

static const struct cmd_option deliver_options[] = {
	{ "--folder", "F", "Into this folder; the account's inbox by default." },
	{ "--account", "A", "For this account; the first one by default." },
	{ NULL, NULL, NULL },
};

static const struct cmd_option import_options[] = {
	{ "--folder", "F", "Into this folder, and those below it; Import by default." },
	{ "--read", NULL, "Messages of which nothing says whether they were read are read." },
	{ "--account", "A", "For this account; the first one by default." },
	{ NULL, NULL, NULL },
};

static const struct cmd_option export_options[] = {
	{ "--dir", "DIR", "Write each message as a file of its own (.eml) into this folder." },
	{ "--threads", NULL, "With the other messages of the threads." },
	{ NULL, NULL, NULL },
};

static const struct cmd_option send_options[] = {
	{ "-t", NULL, "Take the recipients from To, Cc and Bcc, or from the Resent fields where there are any; Bcc is removed." },
	{ "-f", "FROM", "The envelope sender, which also chooses the account; <> for none, and then nothing is reported back. An address that no account has is not taken, and that is said. Without it the author's address chooses." },
	{ "-F", "NAME", "The full name of the author, where the message has no From." },
	{ "-N", "REPORTS", "As --dsn: never, or of success, failure and delay those that are to be reported." },
	{ "-i", NULL, "A last line with a single dot is text, not the end of the message; -oi is the same." },
	{ "-bp", NULL, "List the queue, as mailq does." },
	{ "-q", NULL, "Run the queue now." },
	{ "--override", NULL, "Queue it in spite of errors that the checks find." },
	{ "--account", "A", "Send by this account." },
	HOW_IT_LEAVES
	{ NULL, NULL, NULL },
};

static const struct cmd_option queue_options[] = {
	{ "--all", NULL, "list: those that are sent or taken back, too." },
	{ "--due", NULL, "run: only what is due, and what waits because no server could be reached." },
	{ NULL, NULL, NULL },
};

static const struct cmd_option stats_options[] = {
	{ "--days", "N", "Look back N days; 30 by default." },
	{ "--log", NULL, "Print the audit, one line an attempt." },
	{ NULL, NULL, NULL },
};

static const struct cmd_option key_options[] = {
	{ "--secret", NULL, "Of list: your own keys." },
	{ "--yes", NULL, "Import without asking." },
	{ "--smime", NULL, "Of import and export: certificates rather than OpenPGP keys." },
	{ "--minimal", NULL, "Of export: without the signatures of others." },
	{ "--output", "FILE", "Of setup-message: write it there, and send nothing." },
	{ "--server", "HOST", "Of fetch: ask this key server, and not the address's own domain." },
	{ NULL, NULL, NULL },
};

static const struct cmd_option auth_options[] = {
	{ "--dns", "ZONE", "Answer DNS questions from this JSON file, not from the network." },
	{ "--now", "TIME", "Judge as of this time (RFC 3339, or seconds since 1970)." },
	{ "--account", "A", "Trust what [account \"A\"] trusts." },
	{ "--recheck", NULL, "Keep this verdict in place of the one made at arrival." },
	{ NULL, NULL, NULL },
};

static const struct cmd_option trust_options[] = {
	{ "--account", "A", "For this account; the first one by default." },
	{ NULL, NULL, NULL },
};

static const struct cmd_option certificate_options[] = {
	{ "--take", "FINGERPRINT", "Take the certificate with this SHA-256 (64 hexadecimal digits) for its server's, if it shows it now." },
	{ "--forget", NULL, "Trust none of the account's by its fingerprint any more." },
	{ NULL, NULL, NULL },
};

static const struct cmd_option probe_options[] = {
	{ "--account", "A", "The account whose provider is tried; the first one by default." },
	{ "--via", "B", "Send by this account: another provider shows what a stranger can do." },
	{ "--wait", "SECONDS", "How long to wait for the letter; 120 by default." },
	{ NULL, NULL, NULL },
};

static const struct cmd_option domain_options[] = {
	{ "--selector", "S", "Look for this DKIM selector too; may be given again." },
	{ "--connect", NULL, "Ask the mail hosts on port 25 for their certificates: do they fit the TLSA records, or verify?" },
	{ "--port", "N", "Another port than 25 for that, where a network lets nobody out to it." },
	{ "--dns", "ZONE", "Answer DNS questions from this JSON file, not from the network." },
	{ NULL, NULL, NULL },
};

static const struct cmd_option spf_options[] = {
	{ "--ip", "IP", "The address of the host that sends." },
	{ "--helo", "NAME", "What it calls itself in HELO or EHLO." },
	{ "--from", "ADDRESS", "The address in MAIL FROM; \"\" is the null sender, for which NAME is asked." },
	{ "--dns", "ZONE", "Answer DNS questions from this JSON file, not from the network." },
	{ NULL, NULL, NULL },
};

static const struct cmd_option check_options[] = {
	{ "--fix", NULL, "Print the message with everything mended that can be." },
	{ "--domains", NULL, "Look the domains of author and recipients up in the DNS, too." },
	{ "--dns", "ZONE", "Look them up in this JSON file, not in the network." },
	{ "--account", "A", "Check as a letter of this account." },
	{ "--list", NULL, "List every check: its code, level and reference." },
	{ "--man", NULL, "With --list: as the source of penfold-checks(7)." },
	{ NULL, NULL, NULL },
};

static const struct cmd_option dkim_options[] = {
	{ "--account", "A", "The keys of this account; by default that of From, else the first with a key." },
	{ "--key", "FILE", "With --selector and --domain: this key, whatever the rc file says." },
	{ "--selector", "S", "The selector of --key." },
	{ "--domain", "D", "The domain of --key." },
	{ "--type", "TYPE", "keygen: rsa (the default), ed25519 or both." },
	{ "--folder", "DIR", "keygen: put the key here, not into the folder dkim beside the rc file." },
	{ "--dns", "ZONE", "verify, check: answer DNS questions from this JSON file." },
	{ "--wait", "SECONDS", "selftest: how long to wait for the letter (120)." },
	{ "--now", "TIME", "verify: as of this time (RFC 3339, or seconds since 1970)." },
	{ "--list", NULL, "sign: leave out what a mailing list adds." },
	{ NULL, NULL, NULL },
};

static const struct cmd_option unsubscribe_options[] = {
	{ "--yes", NULL, "Leave; without it only what would be done is printed." },
	{ NULL, NULL, NULL },
};

static const struct cmd_option bimi_options[] = {
	{ "--domain", "D", "mark: the domain that the certificate must be for." },
	{ "--selector", "S", "The selector of the record; default where none is given." },
	{ "--fetch", NULL, "DOMAIN: get logo and mark certificate now, and keep them." },
	{ "--roots", "PEM", "mark: trust these authorities for marks, and no others." },
	{ "--now", "TIME", "Judge as of this time (RFC 3339, or seconds since 1970)." },
	{ "--dns", "ZONE", "Answer DNS questions from this JSON file, not from the network." },
	{ NULL, NULL, NULL },
};

static const struct cmd_option setup_options[] = {
	{ "--account", "NAME", "Name the account so; by default after the domain." },
	{ "--imap", "URL", "Fetch from this server (imaps://user@host:port), and look for none; --pop3 likewise." },
	{ "--pop3", "URL", "Fetch from this POP3 server (pop3s://user@host:port)." },
	{ "--smtp", "URL", "Send through this server (smtps://host or submission://host)." },
	{ "--auth", "HOW", "Log in so; see auth in penfold-rc(5)." },
	{ "--password-command", "CMD", "Take the password from this command, now and later." },
	{ "--no-test", NULL, "Write the account without trying to log in." },
	{ "--from", "FILE", "Take accounts over from a file of " FOREIGN_PROGRAMS "; may be given again." },
	{ "--yes", NULL, "With --from: write what was shown without asking." },
	{ NULL, NULL, NULL },
};

static const struct cmd_option login_options[] = {
	{ "--device", NULL, "By a code that is typed in on any device; the default where the provider has it." },
	{ "--browser", NULL, "By a browser on this machine." },
	{ NULL, NULL, NULL },
};

static const struct cmd_option filter_options[] = {
	{ "--dry-run", NULL, "Only list what the rules would do." },
	{ NULL, NULL, NULL },
};

static const struct cmd_option help_options[] = {
	{ "--complete", NULL, "For shells: what may stand for the last of WORDS, a line each, with its meaning after a tab." },
	{ NULL, NULL, NULL },
};

const struct command cmd_table[] = {
	{ "setup", "[OPTIONS] [ADDRESS]", "add an account",
	    "Finds the servers of a mail address by the list of large providers, the provider's autoconfig "
	    "file, the DNS, or by guessing; tries each; logs in; and adds the account at the end of the rc "
	    "file, whose other lines it never changes. ADDRESS may carry the name: `Ann Example "
	    "<ann@example.org>`.\n\nOn a terminal it asks for what is missing, at most four questions. Without "
	    "one, the password is the first line of standard input. With --json each step is an object on a "
	    "line of its own, the last one `done`.\n\n--from takes accounts over from other programs: servers, names, "
	    "commands that give passwords, aliases, signatures, folders, and the mail that mbsync has here already. "
	    "Each line is told, understood or not; passwords in clear are never taken. What would be written is "
	    "shown, and written after a question, or with --yes.",
	    setup_options, cmd_setup },
	{ "login", "[--device | --browser] ACCOUNT", "give an account its permission or password",
	    "For an account with auth = oauth2: asks the provider for permission to use the mailbox, shows where "
	    "to consent, and keeps the tokens in the state folder, where penfold-sync and penfold-send renew them. "
	    "It needs oauth-client-id; see penfold-rc(5). For any other account: asks for the password and keeps "
	    "it in the keyring of the desktop.",
	    login_options, cmd_login },
	{ "sync", "[ACCOUNT...] [--watch] [--yes | --no | --retry]", "fetch mail, index and judge it",
	    "Fetches the mail of the named accounts, or of all, by IMAP or POP3; indexes and judges what "
	    "came. It can be stopped at any point: the next run goes on.\n\nWhat was done here goes to "
	    "the server as well, by Penfold or any other program: flags, files that lie in another "
	    "folder now, new letters and new folders. Deleting is a move to the trash, on both sides; "
	    "what is deleted from the trash is gone. What the server loses lies in the local trash for "
	    "30 days.\n\nWhen more than 50 messages or 20 % of a folder are gone on the server at "
	    "once, or much has vanished here, nothing is removed on the other side before you say "
	    "so: --yes follows, --no brings the messages back.\n\nA letter that the server does not take (quota, size), or cannot move for want of room, waits here "
	    "and is offered again after longer and longer times, up to a day, or as soon as the server tells of room; each run says "
	    "that it waits. --retry, or a fetch by key, does not wait.\n\nWith --json each event "
	    "is an object on a line of its own: started, folder, message, flags, pushed, progress, "
	    "error, done.",
	    sync_options, cmd_sync },
	{ "search", "[--limit N] [--sort ORDER] QUERY", "list the threads that match",
	    "QUERY is a notmuch query; see notmuch-search-terms(7). property:auth=fail finds what "
	    "failed its verdict. Exits 1 when nothing matches.",
	    search_options, cmd_search },
	{ "count", "QUERY", "count the messages that match",
	    "Prints the number of messages. Exits 1 when it is 0.", NULL, cmd_count },
	{ "tag", "+TAG -TAG -- QUERY", "add and remove tags",
	    "The changes apply to every message that matches QUERY. The tags unread, flagged, "
	    "replied and draft are the Maildir flags too. -TAG/* takes away every tag that begins with TAG/.",
	    NULL, cmd_tag },
	{ "thread", "show ID | link PARENT ID... | break ID... | reset ID...", "put threads together and part them",
	    "ID is id:MESSAGE-ID. show prints the thread of a message (or thread:ID) as a tree. link hangs messages, with "
	    "their answers, below PARENT, as & does on the screen; break makes each the first of a thread of its own, as # "
	    "does; reset leaves it to their headers again. No letter is changed by it, and it outlives the index.",
	    NULL, cmd_thread },
	{ "filter", "[--dry-run] [QUERY]", "apply the rules to mail that is here already",
	    "Applies each [filter \"name\"] of the rc file to the messages that match QUERY, or to all: tags, moves, "
	    "marks, and runs commands, as at arrival. With --dry-run nothing is changed or run. With --json each "
	    "match is an object on a line of its own. Exits 1 when no rule means any message.",
	    filter_options, cmd_filter },
	{ "show", "[--text | --json | --raw] [--width N] [--unprotected] FILE", "show a message",
	    "FILE is a file, - for standard input, or id:MESSAGE-ID. What the screen would show of "
	    "it: decoded headers, verdict, attachments, text. What signs or encrypts it is taken off first, and the "
	    "ids of its parts are those of what is left.",
	    show_options, cmd_show },
	{ "deliver", "[--folder F] [--account A]", "take a message in, as an MDA",
	    "Reads a message from standard input into the store. Exits 0 when it is on disk, and 75 "
	    "on any doubt, so that the MTA tries again. While another program keeps the index locked it is found a little "
	    "later: when a screen, or `penfold sync`, looks at the folders.",
	    deliver_options, cmd_deliver },
	{ "import", "[--folder F] [--account A] [--read] PATH...", "take old mail in: mbox, Maildir, MH",
	    "Each PATH is an mbox (RFC 4155: messages behind lines that begin with \"From \"), one message (.eml), or a folder: of "
	    "Maildir, of MH, or of any of these, with all below it, whose names it keeps; - is standard input. What was read, answered "
	    "or marked there is so here: flags of Maildir names, Status and X-Mozilla-Status, sequences of MH.\n\nA message whose "
	    "bytes the folder has already is passed over, so what was stopped can be done again. What cannot be taken in is named "
	    "and keeps nothing else back; the exit code is that of the first such error, and 1 when there was no message.",
	    import_options, cmd_import },
	{ "export", "[--dir DIR] [--threads] QUERY", "write messages out, as an mbox or as files",
	    "Prints the messages that match, oldest first, as an mbox in the form mboxrd: lines of a text that "
	    "begin with \"From \" get a > in front, and import takes it away. With --dir each becomes a file, and --json "
	    "prints {id, path} of each.",
	    export_options, cmd_export },
	{ "queue",
	    "[list | run [ID] | show ID | hold ID | release ID | cancel ID | retry ID | arrived ID | "
	    "addresses | forget ADDRESS]",
	    "the outbox",
	    "Lists what waits to be sent, or acts on it. run sends everything now, run --due only what "
	    "is due, which is for timers; its exit code is 75 when something is left. Each person has the "
	    "letters of an account in the order in which they were queued; a letter is overtaken only while it "
	    "is held, scheduled or uncertain, when the server put it off, or when you run another by its "
	    "ID. show tells all that is known of a letter, its attempts and what reports said of it. hold keeps it, release "
	    "lets it go, cancel takes it back among the drafts (what another program queued, as a message in their folder), "
	    "retry tries it again: those who wait for it, or, "
	    "where nobody does any more, those who were refused. A letter is uncertain when the "
	    "server's answer was lost: retry sends it again, and it may arrive twice; arrived settles it "
	    "as sent.\n\naddresses lists those that bounced or complained, which a letter to them is "
	    "warned about; forget clears one.",
	    queue_options, cmd_queue },
	{ "stats", "[--days N] [--log]", "what was sent, and how it went",
	    "Letters by account, domain and day, with replies, delays and what waits, over 30 days or "
	    "N. --log prints the audit instead: one line for each recipient of each attempt, as JSON "
	    "with --json. It holds no content, and is kept as long as queue.keep says.",
	    stats_options, cmd_stats },
	{ "send", "[-t] [-i] [-f FROM] [-F NAME] [ADDRESS...]", "queue a message, as sendmail does",
	    "Reads a message from standard input, mends and checks it, signs it where the account says so, and "
	    "queues it. Exits 0 only when it is on disk. Under the names sendmail and mailq it is those "
	    "programs: for git's sendemail.sendmailCmd, mutt's sendmail, cron. Other letters of sendmail are "
	    "taken and passed over.\n\nA name without a domain is completed: a user of this machine is the account's "
	    "own address, any other a name of its domain.",
	    send_options, cmd_send },
	{ "key", "[list [PATTERN] | import FILE | export PATTERN | fetch ADDRESS | trust FINGERPRINT | setup-message [ADDRESS]]",
	    "the keys that sign and encrypt",
	    "Works on the keyring of gpg and gpgsm. list shows validity, expiry and fingerprint. import takes a key file or "
	    "a message: the keys attached to it, else the one of its Autocrypt header. import and "
	    "fetch show what they found and ask before they take it in; fetch looks in the Web Key Directory "
	    "of the address's domain, and only then is anything asked of the network. trust says that a key "
	    "is its owner's, by a signature that stays on this machine.\n\n"
	    "setup-message sends your own secret key to yourself (Autocrypt), under a code that is shown once; import "
	    "opens such a message on the other device, and asks for the code.",
	    key_options, cmd_key },
	{ "tell", "ACTION [ARGUMENT]", "have the screen that runs do something",
	    "Does what `:` does there, such as `penfold tell folder Archive` or `penfold tell sync`: the names are those of the "
	    "view that is open, see penfold-keys(7). Exits 69 when no screen of yours runs on this state folder, when it is asking "
	    "something, or when it knows no such action there. `[ui] takeover = no` has a screen hear nothing.",
	    NULL, cmd_tell },
	{ "auth", "[--dns ZONE] [--now TIME] [--account A] [--recheck] FILE",
	    "judge who really sent a message",
	    "Prints the verdict with all that it rests on: signatures, records, hops, "
	    "Authentication-Results. FILE as in show.",
	    auth_options, cmd_auth },
	{ "auth-trust", "[--account A] [ID...]", "whose Authentication-Results are believed",
	    "Lists the servers whose Authentication-Results count for an account, and those that stand at "
	    "the head of its mail so far. What stands there in nine messages of ten, over at least 20 "
	    "messages of 5 domains, is proposed; with ID it is trusted, as `authserv-id` in the rc file. "
	    "Without any such line the ids of large providers are known by the host that mail is fetched "
	    "from.",
	    trust_options, cmd_auth_trust },
	{ "auth-probe", "[--account A] [--via B] [--wait SECONDS]",
	    "does the provider take forged fields away?",
	    "Sends a letter with forged Authentication-Results, under the ids that the account trusts, to "
	    "the account itself, fetches it, and says whether the fields came through. Exits 1 when they did.",
	    probe_options, cmd_auth_probe },
	{ "domain", "[--selector S...] [--connect [--port N]] [--dns ZONE] DOMAIN", "look a sending domain over",
	    "Checks what is published for a domain that sends mail: MX, SPF with its look-ups, DKIM keys, "
	    "DMARC, BIMI, MTA-STS with its policy, TLS-RPT, DANE, the names of its hosts (PTR and back), "
	    "and whether lists of spammers (DNSBL) have them. Each line says what was found and, after an "
	    "arrow, what to change. Selectors cannot be listed: the usual ones are tried, those of your "
	    "accounts, and those that you name. Exits 1 when a check fails.",
	    domain_options, cmd_domain },
	{ "sieve", "list ACCOUNT | get ACCOUNT NAME | put ACCOUNT NAME FILE | check ACCOUNT FILE | edit ACCOUNT NAME | activate ACCOUNT NAME | "
		   "deactivate ACCOUNT | delete ACCOUNT NAME", "the filter scripts on the server",
	    "The scripts (Sieve, RFC 5228) that the account's server keeps, and of which it runs one over each letter that comes. "
	    "list marks the one that runs; get prints one; put keeps FILE under a name, check only has the server look at it: "
	    "what it complains of is printed, and the exit code is 1 when it does not take the script. edit opens one, or a new one, in your editor, keeps it, and where the server does not take it opens it again. activate has it run from "
	    "now on, deactivate has none run. FILE may be - for standard input. The server is asked by ManageSieve, "
	    "with the account's log-in: see sieve in penfold-rc(5).",
	    NULL, cmd_sieve },
	{ "certificate", "[ACCOUNT] [--take FINGERPRINT | --forget]", "the certificates of an account's mail servers",
	    "Shows what each mail server of the account has for a certificate and whether it is trusted: verified up to an "
	    "authority of this machine (or of tls.ca-file) for the server's name, or taken by its fingerprint on your word. "
	    "Of one that is neither, signed by itself, over, or for another name, it asks whether to take it; compare the "
	    "fingerprint with what the server's operator tells you, since whoever sits between could have made it. What is taken "
	    "is that very certificate, for that server and port of that account, until --forget; when the server shows another one "
	    "that does not verify, nothing is sent and it is asked again. Exits 1 when one is not trusted.",
	    certificate_options, cmd_certificate },
	{ "spf", "--ip IP --helo NAME --from ADDRESS [--dns ZONE]",
	    "may this host send for this address?",
	    "Evaluates the Sender Policy Framework (RFC 7208) and prints the result, the term that "
	    "decided and the records that were read. What a domain explains of a fail is printed as "
	    "its own words.",
	    spf_options, cmd_spf },
	{ "unsubscribe", "[--yes] FILE", "leave the list that a message came through",
	    "With one click (RFC 8058): one request to the https address that the message names, if a "
	    "signature that holds covers the offer, and nothing about the message is suspect. Exits 1 where "
	    "one click is not offered or not believed; List-Unsubscribe may then name an address to write to.",
	    unsubscribe_options, cmd_unsubscribe },
	{ "bimi", "DOMAIN | svg FILE | mark PEM --domain D", "the logo of a domain, and who vouches for it",
	    "With DOMAIN: looks up the record (Brand Indicators for Message Identification) and the DMARC "
	    "policy that it needs; the result is pass, none, fail, temperror, declined or skipped. Nothing "
	    "is fetched without --fetch.\n\nsvg holds a drawing against the rules of SVG Tiny PS and names "
	    "each that is broken, with its line and what to do. mark judges a mark certificate (VMC or "
	    "CMC): its chain up to an authority for marks, its usage, its domain, its time, and the logo "
	    "within. Exits 1 where the result is not pass.",
	    bimi_options, cmd_bimi },
	{ "check", "[--fix] [--domains] [--dns ZONE] [--account A] FILE | --list", "check a letter before it is sent",
	    "Runs the checks of a mail submission agent (RFC 6409) over the message and prints each "
	    "finding: its level (error, warn, or fix for what is mended without asking), its code, the place and "
	    "a sentence. With --domains the domains are looked up in the DNS. Exits 1 when there is an error among the "
	    "findings; with --fix, when one is left.",
	    check_options, cmd_check },
	{ "report", "FILE", "read a delivery, abuse, DMARC or TLS report",
	    "Says what a machine reports about mail: delivery status (DSN), disposition (MDN), abuse "
	    "and authentication failure (ARF), DMARC aggregates, SMTP TLS reports. FILE as in show, or "
	    "the bare XML, JSON, gzip or zip of a report. A bounce of no standard form is read by its "
	    "wording, and marked as guessed. What the report says is its sender's word. Exits 1 when "
	    "it is no report.",
	    NULL, cmd_report },
	{ "dkim", "keygen DOMAIN [SELECTOR] | record | sign FILE | verify FILE | check | selftest",
	    "sign with DKIM",
	    "keygen makes a key and prints the record to publish; record prints the records of an account's "
	    "keys, ready for a zone file; sign prints the message, mended and signed; verify "
	    "judges the signatures of a message; check compares an account's keys with the DNS, and exits 1 "
	    "when they differ; selftest sends a signed letter to oneself, fetches it and verifies what came "
	    "back.\n\nLetters of an account with a dkim-key are signed when they are queued. "
	    "Before its first use a key is compared with the DNS; while another or none is published there, "
	    "letters leave unsigned and say so.",
	    dkim_options, cmd_dkim },
	{ "config", "[check | show | keys | man PAGE]", "the rc file",
	    "check names every mistake with its line, and exits 78 when there is one; show prints every "
	    "setting with its value, secrets hidden; keys prints every key that the file may hold, with "
	    "its default and its meaning; man prints the source of a manual page, as `man penfold-keys`.",
	    NULL, cmd_config },
	{ "doctor", "", "look the installation over",
	    "Prints the versions of the libraries, what the sandbox can do here, whether the "
	    "helpers, the rc file, the mail root and the index are in order.",
	    NULL, cmd_doctor },
	{ "help", "[COMMAND | --complete -- WORDS]", "say what a command does",
	    "Reads from the same table as penfold(1). --json prints {commands: [{name, usage, summary, help, options: [{name, "
	    "argument, help}]}]}.",
	    help_options, cmd_help },
};

const size_t cmd_n_commands = G_N_ELEMENTS(cmd_table);

const struct command *
cmd_find(const char *name)
{
	for (size_t i = 0; i < cmd_n_commands; i++)
		if (strcmp(cmd_table[i].name, name) == 0)
			return &cmd_table[i];
	return NULL;
}
