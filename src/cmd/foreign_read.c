/* SPDX-License-Identifier: GPL-3.0-or-later */
/* foreign_read.c - the files of mbsync, msmtp, offlineimap, getmail and aerc: a key and its value a line. */
#include "cmd/foreign.h"

#include <string.h>

/* The next line of *text, which is cut there; NULL at the end. */
static char *
next_line(struct foreign_line *l, char **text)
{
	char *line = *text, *end;

	if (line == NULL)
		return NULL;
	end = strchr(line, '\n');
	*text = end != NULL ? end + 1 : NULL;
	if (end != NULL)
		*end = '\0';
	l->number++;
	return g_strchomp(line);
}

/* --- mbsync --- */

static const struct foreign_word mbsync_words[] = {
	{"Host", KEY_IN_HOST}, {"Port", KEY_IN_PORT}, {"User", KEY_IN_USER}, {"PassCmd", KEY_IN_COMMAND},
	{"Pass", KEY_IN_PASSWORD}, {"SSLType", KEY_OTHER}, {"TLSType", KEY_OTHER}, {"Account", KEY_OTHER},
	{"Path", KEY_OTHER}, {"Far", KEY_OTHER}, {"Near", KEY_OTHER}, {"Master", KEY_OTHER}, {"Slave", KEY_OTHER},
	{"Inbox", KEY_NONE}, {"Create", KEY_NONE}, {"Expunge", KEY_NONE}, {"SyncState", KEY_NONE},
	{"Sync", KEY_OTHER}, {"Remove", KEY_NONE}, {"SubFolders", KEY_NONE}, {"CertificateFile", KEY_NONE}, {"AuthMechs", KEY_NONE},
	{"SSLVersions", KEY_NONE}, {"PipelineDepth", KEY_NONE}, {"CopyArrivalDate", KEY_NONE}, {"FSync", KEY_NONE},
	{"Channel", KEY_NONE}, {"Group", KEY_NONE}, {"Timeout", KEY_NONE}, {NULL, KEY_NONE},
};

struct mbsync {
	struct foreign_account *account;
	GHashTable *stores; /* name -> account of an IMAPStore, or "/path" of a MaildirStore; owned */
	char *store, *far;
};

/* ":store:box" -> what the store is; NULL. */
static const char *
store_of(struct mbsync *m, const char *value)
{
	char *name = g_strdup(value + (*value == ':'));
	const char *found;

	name[strcspn(name, ":")] = '\0';
	found = g_hash_table_lookup(m->stores, name);
	g_free(name);
	return found;
}

static void
mbsync_other(struct foreign_line *l, struct mbsync *m, const char *word, const char *value)
{
	bool is_tls = g_ascii_strcasecmp(word, "SSLType") == 0 || g_ascii_strcasecmp(word, "TLSType") == 0;
	const char *store;

	if (g_ascii_strcasecmp(word, "Sync") == 0) {
		foreign_note(l, word, g_ascii_strcasecmp(value, "All") == 0 || g_ascii_strcasecmp(value, "Full") == 0
			? "understood" : "Penfold goes both ways: what is done here goes up, and what is new there comes");
		return;
	}
	foreign_note(l, word, "understood");
	if (is_tls && m->account != NULL) {
		foreign_put(&m->account->in.scheme, g_ascii_strcasecmp(value, "IMAPS") == 0 ? "imaps" : "imap");
		m->account->in.is_clear = g_ascii_strcasecmp(value, "None") == 0;
	} else if (g_ascii_strcasecmp(word, "Account") == 0 || g_ascii_strcasecmp(word, "Path") == 0) {
		if (m->store != NULL)
			g_hash_table_insert(m->stores, g_strdup(m->store), g_strdup(value));
	} else if (g_ascii_strcasecmp(word, "Far") == 0 || g_ascii_strcasecmp(word, "Master") == 0) {
		foreign_put(&m->far, store_of(m, value));
	} else if (m->far != NULL && (store = store_of(m, value)) != NULL) {
		struct foreign_account *a = foreign_account(l->f, m->far);
		foreign_put(&a->maildir, store);
	}
}

static void
mbsync_line(struct foreign_line *l, struct mbsync *m, char **words)
{
	const char *value = words[1] != NULL ? words[1] : "";

	if (g_ascii_strcasecmp(words[0], "IMAPAccount") == 0) {
		m->account = foreign_account(l->f, value);
		foreign_put(&m->account->in.scheme, "imap"); /* mbsync's own default: STARTTLS */
		foreign_note(l, words[0], "an account");
	} else if (g_ascii_strcasecmp(words[0], "IMAPStore") == 0 ||
	    g_ascii_strcasecmp(words[0], "MaildirStore") == 0) {
		m->account = words[0][0] == 'I' || words[0][0] == 'i' ? foreign_account(l->f, value) : NULL;
		foreign_put(&m->store, value);
		g_hash_table_insert(m->stores, g_strdup(value), g_strdup(value));
		foreign_note(l, words[0], "understood");
	} else if (g_ascii_strcasecmp(words[0], "Patterns") == 0 || g_ascii_strcasecmp(words[0], "Pattern") == 0) {
		struct foreign_account *a = m->far != NULL ? foreign_account(l->f, m->far) : NULL;
		for (char **p = words + 1; a != NULL && *p != NULL; p++)
			g_ptr_array_add(a->folders, g_strdup(*p));
		foreign_note(l, words[0], "understood");
	} else if (foreign_take(l, mbsync_words, words[0], value, m->account != NULL ? m->account : foreign_account(l->f, ""))) {
		mbsync_other(l, m, words[0], value);
	}
}

void
foreign_read_mbsync(struct foreign_line *l, char *text)
{
	struct mbsync m = {.stores = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free)};
	char *line;

	while ((line = next_line(l, &text)) != NULL) {
		char **words = foreign_words(line);
		if (words[0] != NULL)
			mbsync_line(l, &m, words);
		g_strfreev(words);
	}
	for (guint i = 0; i < l->f->accounts->len; i++) {
		struct foreign_account *a = g_ptr_array_index(l->f->accounts, i);
		if (a->in.port == 993)
			foreign_put(&a->in.scheme, "imaps");
	}
	g_hash_table_unref(m.stores);
	g_free(m.store);
	g_free(m.far);
}

/* --- msmtp --- */

static const struct foreign_word msmtp_words[] = {
	{"host", KEY_OUT_HOST}, {"port", KEY_OUT_PORT}, {"user", KEY_OUT_USER}, {"passwordeval", KEY_OUT_COMMAND},
	{"password", KEY_OUT_PASSWORD}, {"from", KEY_ADDRESS}, {"from_full_name", KEY_DISPLAY}, {"account", KEY_OTHER},
	{"defaults", KEY_OTHER}, {"tls", KEY_OTHER}, {"tls_starttls", KEY_OTHER}, {"auth", KEY_NONE},
	{"tls_trust_file", KEY_NONE}, {"tls_certcheck", KEY_NONE}, {"logfile", KEY_NONE}, {"syslog", KEY_NONE},
	{"protocol", KEY_NONE}, {"timeout", KEY_NONE}, {"aliases", KEY_NONE}, {NULL, KEY_NONE},
};

/* What an account has by defaults, or by the one that it is made after. */
static void
inherit(struct foreign_account *a, const struct foreign_account *from)
{
	const struct foreign_server *s = &from->out;

	if (a == from)
		return;
	a->address = a->address != NULL ? a->address : g_strdup(from->address);
	a->display = a->display != NULL ? a->display : g_strdup(from->display);
	a->out.host = a->out.host != NULL ? a->out.host : g_strdup(s->host);
	a->out.user = a->out.user != NULL ? a->out.user : g_strdup(s->user);
	if (a->out.command == NULL && !a->out.has_password)
		a->out.command = g_strdup(s->command);
	a->out.scheme = a->out.scheme != NULL ? a->out.scheme : g_strdup(s->scheme);
	a->out.port = a->out.port != 0 ? a->out.port : s->port;
	a->out.is_clear = s->is_clear;
}

static bool
is_on(const char *value)
{
	return *value == '\0' || g_ascii_strcasecmp(value, "on") == 0;
}

static struct foreign_account *
msmtp_account(struct foreign_line *l, char **words)
{
	struct foreign_account *defaults = foreign_account(l->f, "(defaults of msmtp)"), *a, *base;
	bool is_default = words[1] == NULL || g_str_equal(words[1], "default");
	bool is_copy = words[1] != NULL && words[2] != NULL && words[3] != NULL;

	foreign_note(l, words[0], "understood");
	if (g_ascii_strcasecmp(words[0], "defaults") == 0)
		return defaults;
	if (is_copy && is_default) /* "account default : work": the same account again */
		return foreign_account(l->f, words[3]);
	a = foreign_account(l->f, words[1] != NULL ? words[1] : "default");
	base = is_copy ? foreign_account(l->f, words[3]) : defaults;
	inherit(a, base);
	return a;
}

static void
msmtp_tls(struct foreign_account *a, const char *word, const char *value)
{
	if (g_ascii_strcasecmp(word, "tls") == 0) {
		a->out.is_clear = !is_on(value);
		if (a->out.scheme == NULL)
			foreign_put(&a->out.scheme, "submission");
	} else {
		foreign_put(&a->out.scheme, is_on(value) ? "submission" : "smtps");
	}
}

/* All that stands behind the word, without quotes around it: a command need not have any. */
static char *
rest_of(const char *line)
{
	char *rest;

	line += strspn(line, " \t");
	line += strcspn(line, " \t");
	rest = g_strstrip(g_strdup(line));
	if (strlen(rest) > 1 && rest[0] == '"' && g_str_has_suffix(rest, "\"")) {
		rest[strlen(rest) - 1] = '\0';
		memmove(rest, rest + 1, strlen(rest));
	}
	return rest;
}

void
foreign_read_msmtp(struct foreign_line *l, char *text)
{
	struct foreign_account *a = foreign_account(l->f, "(defaults of msmtp)");
	char *line;

	a->out.is_clear = true; /* tls is off by default */
	while ((line = next_line(l, &text)) != NULL) {
		char **words = foreign_words(line);
		char *rest = rest_of(line);
		const char *value = words[0] == NULL || words[1] == NULL			    ? ""
				    : g_ascii_strcasecmp(words[0], "passwordeval") == 0 ? rest
											: words[1];
		bool is_ours = words[0] != NULL && foreign_take(l, msmtp_words, words[0], value, a);

		if (!is_ours) {
			;
		} else if (g_str_has_prefix(words[0], "tls")) {
			foreign_note(l, words[0], "understood");
			msmtp_tls(a, words[0], value);
		} else {
			a = msmtp_account(l, words);
		}
		g_free(rest);
		g_strfreev(words);
	}
}

/* --- sections in brackets: offlineimap, getmail, aerc --- */

static const struct foreign_word offlineimap_words[] = {
	{"remotehost", KEY_IN_HOST}, {"remoteport", KEY_IN_PORT}, {"remoteuser", KEY_IN_USER}, {"remotepass", KEY_IN_PASSWORD},
	{"remotepassfile", KEY_OTHER}, {"localfolders", KEY_MAILDIR}, {"ssl", KEY_OTHER}, {"starttls", KEY_OTHER},
	{"localrepository", KEY_OTHER}, {"remoterepository", KEY_OTHER}, {"type", KEY_OTHER},
	{"remotepasseval", KEY_OTHER}, {"remoteusereval", KEY_OTHER}, {"remotehosteval", KEY_OTHER}, {"folderfilter", KEY_OTHER},
	{"nametrans", KEY_OTHER}, {"folderincludes", KEY_OTHER}, {"pythonfile", KEY_OTHER}, {"accounts", KEY_NONE}, {"ui", KEY_NONE},
	{"sslcacertfile", KEY_NONE}, {"maxsyncaccounts", KEY_NONE}, {"autorefresh", KEY_NONE}, {"quick", KEY_NONE},
	{"realdelete", KEY_NONE}, {"metadata", KEY_NONE}, {"auth_mechanisms", KEY_NONE}, {NULL, KEY_NONE},
};
static const struct foreign_word getmail_words[] = {
	{"server", KEY_IN_HOST}, {"port", KEY_IN_PORT}, {"username", KEY_IN_USER}, {"password", KEY_IN_PASSWORD},
	{"password_command", KEY_OTHER}, {"type", KEY_OTHER}, {"path", KEY_MAILDIR}, {"delete_after", KEY_OTHER}, {"delete", KEY_OTHER},
	{"read_all", KEY_NONE}, {"verbose", KEY_NONE}, {"message_log", KEY_NONE}, {"mailboxes", KEY_NONE},
	{"delivered_to", KEY_NONE}, {"received", KEY_NONE}, {"ca_certs", KEY_NONE}, {NULL, KEY_NONE},
};
static const struct foreign_word aerc_words[] = {
	{"source", KEY_IN_URL}, {"source-cred-cmd", KEY_IN_COMMAND}, {"outgoing", KEY_OUT_URL}, {"outgoing-cred-cmd", KEY_OUT_COMMAND},
	{"from", KEY_FROM}, {"aliases", KEY_ALIASES}, {"signature-file", KEY_SIGNATURE}, {"copy-to", KEY_SENT},
	{"postpone", KEY_DRAFTS}, {"archive", KEY_ARCHIVE}, {"default", KEY_NONE}, {"smtp-starttls", KEY_NONE}, {"cache-headers", KEY_NONE},
	{"check-mail", KEY_NONE}, {"folders-sort", KEY_NONE}, {NULL, KEY_NONE},
};

static const struct foreign_word notmuch_words[] = {
	{"name", KEY_DISPLAY}, {"primary_email", KEY_ADDRESS}, {"other_email", KEY_OTHER}, {"path", KEY_OTHER}, {"tags", KEY_NONE},
	{"ignore", KEY_NONE}, {"exclude_tags", KEY_NONE}, {"synchronize_flags", KEY_NONE}, {NULL, KEY_NONE},
};

static const struct foreign_word *
ini_words(const char *section)
{
	static const char *const of_notmuch[] = {"database", "user", "new", "search", "maildir", "query", NULL};

	if (g_strv_contains(of_notmuch, section))
		return notmuch_words;
	if (g_str_has_prefix(section, "Repository ") || g_str_has_prefix(section, "Account ") ||
	    g_str_equal(section, "general"))
		return offlineimap_words;
	if (g_str_equal(section, "retriever") || g_str_equal(section, "destination") || g_str_equal(section, "options"))
		return getmail_words;
	return aerc_words;
}

/* As it stands in a command line. Owned. */
static char *
quoted(const char *word)
{
	return *word != '\0' && strpbrk(word, " \t'\"\\$`*?") == NULL ? g_strdup(word) : g_shell_quote(word);
}

/* ("pass", "mail/work") as a command. Owned. */
static char *
command_of_tuple(const char *value)
{
	char *plain = g_strdup(value), **words, *text;

	g_strdelimit(plain, "(),", ' ');
	words = foreign_words(plain);
	for (char **word = words; *word != NULL; word++) {
		char *own = *word;
		*word = quoted(own);
		g_free(own);
	}
	text = g_strjoinv(" ", words);
	g_strfreev(words);
	g_free(plain);
	return text;
}

/* The command that prints a file. Owned. */
static char *
command_of_file(const char *path)
{
	bool is_home = g_str_has_prefix(path, "~/"); /* which means nothing in quotes */
	char *name = quoted(path + (is_home ? 2 : 0)), *command = g_strconcat("cat ", is_home ? "~/" : "", name, NULL);

	g_free(name);
	return command;
}

/* Takes value. */
static void
put_owned(char **where, char *value)
{
	g_free(*where);
	*where = value;
}

/* What has no account's value in it; false: go on. */
static bool
ini_apart(struct foreign_line *l, const char *section, const char *key, const char *value, struct foreign_account *a)
{
	bool is_python = g_str_has_suffix(key, "eval") || g_str_equal(key, "folderfilter") || g_str_equal(key, "nametrans") ||
			 g_str_equal(key, "folderincludes") || g_str_equal(key, "pythonfile");

	if (is_python) {
		foreign_note(l, key, "Python, which is not run: left out; see password-command and folders in penfold-rc(5)");
	} else if (ini_words(section) == notmuch_words && g_str_equal(key, "path")) {
		foreign_note(l, key, "left out: [store] path in the rc file names the mail, and its database is used as it is");
	} else if (g_str_equal(key, "other_email")) {
		char **all = g_strsplit(value, ";", -1);
		for (char **p = all; *p != NULL; p++)
			if (*g_strstrip(*p) != '\0')
				g_ptr_array_add(a->aliases, g_strdup(*p));
		g_strfreev(all);
		foreign_note(l, key, "understood");
	} else {
		return false;
	}
	return true;
}

static void
ini_other(struct foreign_line *l, GHashTable *links, const char *section, const char *key, const char *value,
    struct foreign_account *a)
{
	struct foreign_server *s = &a->in;
	bool is_yes = g_ascii_strcasecmp(value, "yes") == 0 || g_ascii_strcasecmp(value, "true") == 0;

	if (ini_apart(l, section, key, value, a))
		return;
	foreign_note(l, key, "understood");
	if (g_str_equal(key, "type") && g_ascii_strcasecmp(value, "Gmail") == 0 && s->host == NULL)
		s->host = g_strdup("imap.gmail.com");
	else if (g_str_has_suffix(key, "repository")) /* [Account X] names its repositories */
		g_hash_table_insert(links, g_strdup(value), g_strdup(section + strlen("Account ")));
	else if (g_str_equal(key, "remotepassfile"))
		put_owned(&s->command, command_of_file(value));
	else if (g_str_equal(key, "ssl"))
		foreign_put(&s->scheme, is_yes ? "imaps" : "imap");
	else if (g_str_equal(key, "starttls") && (s->scheme == NULL || !g_str_equal(s->scheme, "imaps")))
		s->is_clear = !is_yes;
	else if (g_str_equal(key, "password_command"))
		put_owned(&s->command, command_of_tuple(value));
	else if (g_str_equal(key, "type") && strstr(value, "Retriever") != NULL)
		foreign_put(&s->scheme, strstr(value, "POP3SSL") != NULL ? "pop3s" : strstr(value, "POP3") != NULL ? "pop3"
			: strstr(value, "SSL") != NULL ? "imaps" : "imap");
	else if (g_str_equal(key, "delete_after") && g_ascii_strtoull(value, NULL, 10) > 0)
		put_owned(&a->delete_after, g_strconcat(value, "d", NULL));
	else if (g_str_equal(key, "delete") && is_yes && a->delete_after == NULL)
		a->delete_after = g_strdup("0");
}

/* Repositories of offlineimap are one account each, until it is known whose they are. */
static const char *
ini_name(GHashTable *links, const char *section)
{
	const char *rest = strchr(section, ' '), *owner;

	if (g_str_has_prefix(section, "Repository ")) {
		owner = g_hash_table_lookup(links, rest + 1);
		return owner != NULL ? owner : rest + 1;
	}
	if (g_str_has_prefix(section, "Account "))
		return rest + 1;
	if (ini_words(section) == notmuch_words)
		return "";
	return ini_words(section) == getmail_words ? "getmail" : section;
}

static void
ini_line(struct foreign_line *l, GHashTable *links, const char *section, char *line)
{
	size_t at = strcspn(line, "=:");
	char *key, *value;
	struct foreign_account *a;

	if (line[at] == '\0')
		return;
	key = g_strstrip(g_strndup(line, at));
	value = g_strstrip(line + at + 1);
	a = foreign_account(l->f, ini_name(links, section));
	if (ini_words(section) == offlineimap_words && a->in.scheme == NULL)
		foreign_put(&a->in.scheme, "imaps");
	if (foreign_take(l, ini_words(section), key, value, a))
		ini_other(l, links, section, key, value, a);
	g_free(key);
}

void
foreign_read_ini(struct foreign_line *l, char *text)
{
	GHashTable *links = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
	char *line, *section = g_strdup("general");

	while ((line = next_line(l, &text)) != NULL) {
		if (*line == '[') {
			g_free(section);
			section = g_strndup(line + 1, strcspn(line + 1, "]"));
		} else if (*line != '#' && *line != ';' && *line != '\0') {
			ini_line(l, links, section, line);
		}
	}
	g_hash_table_unref(links);
	g_free(section);
}
