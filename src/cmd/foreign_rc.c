/* SPDX-License-Identifier: GPL-3.0-or-later */
/* foreign_rc.c - see foreign_rc.h. A table for each program: its key, and what becomes of the value. */
#include "cmd/foreign_rc.h"

#include <string.h>

enum target {
	SETTING,  /* the value of a key of [account] */
	COMMAND,  /* a password-command; what is no command is a password, which stays where it is */
	IMAP_URL,
	SMTP_URL,
	HOST,
	PORT,
	USER,
	REAL_NAME,
	TLS,
	OTHER,	  /* a line of another section */
	FOLDER,   /* a folder's name, without "+", "=" or the URL before it */
	PASSED,   /* known, and of no use here: found or done by itself */
};

struct mapping {
	const char *key;
	enum target target;
	const char *to;
};

static const struct mapping of_mutt[] = {
	{ "from", SETTING, "address" }, { "realname", REAL_NAME, NULL }, { "real_name", REAL_NAME, NULL },
	{ "folder", IMAP_URL, NULL }, { "spoolfile", IMAP_URL, NULL }, { "spool_file", IMAP_URL, NULL },
	{ "imap_user", USER, NULL }, { "imap_pass", COMMAND, NULL }, { "smtp_pass", COMMAND, NULL },
	{ "smtp_url", SMTP_URL, NULL }, { "record", FOLDER, "sent" }, { "postponed", FOLDER, "drafts" },
	{ "trash", FOLDER, "trash" }, { "signature", SETTING, "signature" },
	{ "alias_file", OTHER, "[addresses]\nalias-file = %s" }, { "editor", OTHER, "[ui]\neditor = %s" },
	{ "imap_idle", PASSED, NULL }, { "header_cache", PASSED, NULL }, { "message_cachedir", PASSED, NULL },
	{ "message_cache_dir", PASSED, NULL }, { "imap_check_subscribed", PASSED, NULL }, { "use_threads", PASSED, NULL },
	{ "sidebar_visible", PASSED, NULL }, { "reverse_name", PASSED, NULL }, { "mbox_type", PASSED, NULL },
	{ "ssl_force_tls", PASSED, NULL }, { "ssl_starttls", PASSED, NULL }, { "imap_keepalive", PASSED, NULL },
	{ "mail_check", PASSED, NULL }, { "charset", PASSED, NULL }, { "send_charset", PASSED, NULL },
	{ NULL, PASSED, NULL },
};
static const struct mapping of_aerc[] = {
	{ "from", SETTING, "address" }, { "source", IMAP_URL, NULL }, { "outgoing", SMTP_URL, NULL },
	{ "source-cred-cmd", COMMAND, NULL }, { "outgoing-cred-cmd", COMMAND, NULL }, { "copy-to", FOLDER, "sent" },
	{ "postpone", FOLDER, "drafts" }, { "archive", FOLDER, "archive" }, { "aliases", SETTING, "aliases" },
	{ "signature-file", SETTING, "signature" }, { "cache-headers", PASSED, NULL }, { "check-mail", PASSED, NULL },
	{ "default", PASSED, NULL }, { NULL, PASSED, NULL },
};
static const struct mapping of_mbsync[] = {
	{ "host", HOST, NULL }, { "port", PORT, NULL }, { "user", USER, NULL }, { "passcmd", COMMAND, NULL },
	{ "pass", COMMAND, NULL }, { "ssltype", TLS, NULL }, { "tlstype", TLS, NULL },
	{ "certificatefile", OTHER, "[tls]\nca-file = %s" }, { "authmechs", PASSED, NULL }, { "account", PASSED, NULL },
	{ "far", PASSED, NULL }, { "near", PASSED, NULL }, { "master", PASSED, NULL }, { "slave", PASSED, NULL },
	{ "imapstore", PASSED, NULL },
	{ "maildirstore", PASSED, NULL }, { "channel", PASSED, NULL }, { "group", PASSED, NULL }, { "channels", PASSED, NULL },
	{ "patterns", PASSED, NULL }, { "create", PASSED, NULL }, { "expunge", PASSED, NULL }, { "sync", PASSED, NULL },
	{ "syncstate", PASSED, NULL }, { "subfolders", PASSED, NULL }, { "inbox", PASSED, NULL },
	{ "path", OTHER, "[store]\n# mbsync's Maildir; Penfold wants ACCOUNT/FOLDER below its own\n# path = %s" },
	{ NULL, PASSED, NULL },
};
static const struct mapping of_msmtp[] = {
	{ "host", HOST, NULL }, { "port", PORT, NULL }, { "user", USER, NULL }, { "from", SETTING, "address" },
	{ "passwordeval", COMMAND, NULL }, { "password", COMMAND, NULL }, { "tls_starttls", TLS, NULL },
	{ "account", PASSED, NULL }, { "tls_trust_file", PASSED, NULL }, { "tls", PASSED, NULL }, { "auth", PASSED, NULL }, { "logfile", PASSED, NULL },
	{ NULL, PASSED, NULL },
};

static void
account_free(gpointer data)
{
	struct foreign_account *a = data;
	char **texts[] = { &a->name, &a->host, &a->port, &a->user, &a->real_name };
	for (size_t i = 0; i < G_N_ELEMENTS(texts); i++)
		g_free(*texts[i]);
	g_ptr_array_unref(a->settings);
	g_free(a);
}

static struct foreign_account *
add_account(struct foreign_rc *f, const char *name)
{
	struct foreign_account *a = g_new0(struct foreign_account, 1);
	a->name = g_strdup(*name != '\0' ? name : "mail");
	a->settings = g_ptr_array_new_with_free_func(g_free);
	a->is_smtp = strcmp(f->kind, "msmtp") == 0;
	a->is_plain_start = a->is_smtp; /* msmtp's own default */
	g_ptr_array_add(f->accounts, a);
	return a;
}

static struct foreign_account *
last_account(struct foreign_rc *f)
{
	return f->accounts->len > 0 ? f->accounts->pdata[f->accounts->len - 1] : add_account(f, "");
}

static void
set(struct foreign_account *a, const char *key, const char *value)
{
	for (guint i = 0; i < a->settings->len; i += 2)
		if (strcmp(a->settings->pdata[i], key) == 0)
			return; /* the first word counts: smtp_pass repeats imap_pass */
	g_ptr_array_add(a->settings, g_strdup(key));
	g_ptr_array_add(a->settings, g_strdup(value));
}

/* "`pass mail`", "source ~/secret|": what prints a password. Owned; NULL for a password itself. */
static char *
command_of(const struct foreign_rc *f, const char *key, const char *value)
{
	size_t len = strlen(value);
	if (strcmp(f->kind, "mutt") == 0)
		return len > 2 && value[0] == '`' && value[len - 1] == '`' ? g_strndup(value + 1, len - 2) : NULL;
	if (strcmp(key, "pass") == 0 || strcmp(key, "password") == 0)
		return NULL;
	return g_strdup(*value == '+' ? value + 1 : value); /* mbsync: with a terminal */
}

/* "imaps+xoauth2://ann%40example.org:secret@host:993/INBOX": scheme, user, host and port. */
static void
take_url(struct foreign_rc *f, struct foreign_account *a, const char *value, bool is_smtp)
{
	const char *at = strstr(value, "://");
	if (at == NULL)
		return;
	char *scheme = g_ascii_strdown(value, at - value), *plus = strchr(scheme, '+');
	char *rest = g_strndup(at + 3, strcspn(at + 3, "/?"));
	char *host = strrchr(rest, '@'), *user = NULL;
	if (host != NULL) {
		*host++ = '\0';
		char *colon = strchr(rest, ':');
		if (colon != NULL) {
			*colon = '\0';
			g_ptr_array_add(f->unknown, g_strdup("a password stands in a URL; it is not taken over: use password-command"));
		}
		user = g_uri_unescape_string(rest, NULL);
	}
	if (plus != NULL && (strstr(plus, "oauth") != NULL))
		set(a, "auth", "oauth2");
	if (plus != NULL)
		*plus = '\0';
	const char *ours = is_smtp ? (strcmp(scheme, "smtps") == 0 ? "smtps" : "submission")
				   : (strcmp(scheme, "imaps") == 0 ? "imaps" : "imap");
	if (user == NULL && a->user != NULL)
		user = g_strdup(a->user);
	char *name = user != NULL ? g_uri_escape_string(user, NULL, FALSE) : NULL;
	char *url = g_strdup_printf("%s://%s%s%s", ours, name != NULL ? name : "", name != NULL ? "@" : "",
	    host != NULL ? host : rest);
	if (g_str_has_prefix(scheme, is_smtp ? "smtp" : "imap"))
		set(a, is_smtp ? "smtp" : "imap", url);
	g_free(url);
	g_free(name);
	g_free(user);
	g_free(rest);
	g_free(scheme);
}

static char *
folder_name(const char *value)
{
	if (*value == '+' || *value == '=')
		return g_strdup(value + 1);
	return strstr(value, "://") != NULL || *value == '~' || *value == '/' ? NULL : g_strdup(value);
}

/* mbsync's "None", "STARTTLS", "IMAPS"; msmtp's tls_starttls "off". */
static void
take_tls(struct foreign_account *a, const char *value)
{
	a->is_plain_start = g_ascii_strcasecmp(value, "starttls") == 0 || g_ascii_strcasecmp(value, "on") == 0;
}

static void
replace(char **to, const char *value)
{
	g_free(*to);
	*to = g_strdup(value);
}

static void
apply(struct foreign_rc *f, const struct mapping *m, const char *value)
{
	struct foreign_account *a = m->target != OTHER && m->target != PASSED ? last_account(f) : NULL;
	char *text;
	switch (m->target) {
	case SETTING:
		set(a, m->to, value);
		break;
	case COMMAND:
		text = command_of(f, m->key, value);
		if (text != NULL)
			set(a, "password-command", text);
		else
			g_ptr_array_add(f->unknown, g_strdup_printf("%s: a password is not taken over; put it where a "
								     "command prints it, and name that as password-command", m->key));
		g_free(text);
		break;
	case IMAP_URL:
		take_url(f, a, value, false);
		break;
	case SMTP_URL:
		take_url(f, a, value, true);
		break;
	case HOST:
		replace(&a->host, value);
		break;
	case PORT:
		replace(&a->port, value);
		break;
	case USER:
		replace(&a->user, value);
		break;
	case REAL_NAME:
		replace(&a->real_name, value);
		break;
	case TLS:
		take_tls(a, value);
		break;
	case FOLDER:
		text = folder_name(value);
		if (text != NULL)
			set(a, m->to, text);
		g_free(text);
		break;
	case OTHER:
		g_ptr_array_add(f->others, g_strdup_printf("%.*s%s", (int)(strstr(m->to, "%s") - m->to), m->to, value));
		break;
	case PASSED:
		break;
	}
}

static const struct mapping *
table_of(const char *kind)
{
	return strcmp(kind, "mutt") == 0 ? of_mutt : strcmp(kind, "aerc") == 0 ? of_aerc
	    : strcmp(kind, "mbsync") == 0					? of_mbsync
										: of_msmtp;
}

static bool
take(struct foreign_rc *f, const char *key, const char *value)
{
	for (const struct mapping *m = table_of(f->kind); m->key != NULL; m++) {
		if (g_ascii_strcasecmp(m->key, key) == 0) {
			apply(f, m, value);
			return true;
		}
	}
	return false;
}

static char *
unquoted(const char *value)
{
	size_t len = strlen(value);
	bool is_quoted = len > 1 && strchr("\"'", *value) != NULL && value[len - 1] == *value;
	return is_quoted ? g_strndup(value + 1, len - 2) : g_strdup(value);
}

/* "set from = x", "IMAPAccount x", "[x]": where an account begins, its name, borrowed; NULL elsewhere. */
static const char *
account_begins(const struct foreign_rc *f, char *line)
{
	size_t len = strlen(line);
	if (strcmp(f->kind, "aerc") == 0 && *line == '[' && line[len - 1] == ']') {
		line[len - 1] = '\0';
		return line + 1;
	}
	if (strcmp(f->kind, "mbsync") == 0 && g_ascii_strncasecmp(line, "IMAPAccount ", 12) == 0)
		return g_strstrip(line + 12);
	if (strcmp(f->kind, "msmtp") == 0 && g_str_has_prefix(line, "account ") && strchr(line, ':') == NULL)
		return g_strstrip(line + 8);
	return NULL;
}

/* The key and the value of a line; false when it has none. The line is changed. */
static bool
split(const struct foreign_rc *f, char *line, char **key_out, char **value_out)
{
	bool is_mutt = strcmp(f->kind, "mutt") == 0;
	if (is_mutt && !g_str_has_prefix(line, "set "))
		return false;
	*key_out = g_strchug(is_mutt ? line + 4 : line);
	size_t n = strcspn(*key_out, strcmp(f->kind, "aerc") == 0 || is_mutt ? "=" : " \t");
	if ((*key_out)[n] == '\0')
		return false;
	(*key_out)[n] = '\0';
	*value_out = g_strstrip(*key_out + n + 1);
	g_strchomp(*key_out);
	return true;
}

static void
read_line(struct foreign_rc *f, char *line, size_t number)
{
	char *copy = g_strdup(line), *key, *value;
	const char *name = account_begins(f, line);
	if (name != NULL) {
		(void)add_account(f, name);
	} else if (split(f, line, &key, &value)) {
		char *text = unquoted(value);
		if (!take(f, key, text))
			g_ptr_array_add(f->unknown, g_strdup_printf("line %zu: %s", number, copy));
		g_free(text);
	} else if (strcmp(f->kind, "mutt") == 0 || strchr(copy, ' ') != NULL) {
		g_ptr_array_add(f->unknown, g_strdup_printf("line %zu: %s", number, copy));
	}
	g_free(copy);
}

static const char *
kind_of(const char *text, const char *file_name)
{
	static const struct {
		const char *kind, *name, *mark;
	} kinds[] = {
		{ "mbsync", "mbsync", "IMAPAccount" },
		{ "msmtp", "msmtp", "passwordeval" },
		{ "aerc", "accounts.conf", "source" },
		{ "mutt", "mutt", "set " },
	};
	for (size_t i = 0; i < G_N_ELEMENTS(kinds); i++)
		if (strstr(file_name, kinds[i].name) != NULL)
			return kinds[i].kind;
	for (size_t i = 0; i < G_N_ELEMENTS(kinds); i++)
		if (strstr(text, kinds[i].mark) != NULL)
			return kinds[i].kind;
	return NULL;
}

struct foreign_rc *
foreign_rc_read(const char *text, const char *file_name, const char *kind)
{
	kind = kind != NULL ? kind : kind_of(text, file_name);
	if (kind == NULL)
		return NULL;
	struct foreign_rc *f = g_new0(struct foreign_rc, 1);
	f->kind = kind;
	f->accounts = g_ptr_array_new_with_free_func(account_free);
	f->others = g_ptr_array_new_with_free_func(g_free);
	f->unknown = g_ptr_array_new_with_free_func(g_free);
	char **lines = g_strsplit(text, "\n", -1);
	for (size_t i = 0; lines[i] != NULL; i++) {
		char *line = g_strstrip(lines[i]);
		if (*line != '\0' && *line != '#' && *line != ';')
			read_line(f, line, i + 1);
	}
	g_strfreev(lines);
	return f;
}

void
foreign_rc_free(struct foreign_rc *f)
{
	if (f == NULL)
		return;
	g_ptr_array_unref(f->accounts);
	g_ptr_array_unref(f->others);
	g_ptr_array_unref(f->unknown);
	g_free(f);
}

static void
put_url(GString *out, const struct foreign_account *a)
{
	char *user = a->user != NULL ? g_uri_escape_string(a->user, NULL, FALSE) : NULL;
	bool is_plain = a->is_plain_start && !(a->port != NULL && strcmp(a->port, "465") == 0);
	if (a->host != NULL)
		g_string_append_printf(out, "%s = %s://%s%s%s%s%s\n", a->is_smtp ? "smtp" : "imap",
		    a->is_smtp ? (is_plain ? "submission" : "smtps") : is_plain ? "imap" : "imaps",
		    user != NULL ? user : "", user != NULL ? "@" : "", a->host, a->port != NULL ? ":" : "",
		    a->port != NULL ? a->port : "");
	g_free(user);
}

static void
put_account(GString *out, const struct foreign_account *a)
{
	g_string_append_printf(out, "[account \"%s\"]\n", a->name);
	bool has_address = false;
	for (guint i = 0; i < a->settings->len; i += 2) {
		const char *key = a->settings->pdata[i], *value = a->settings->pdata[i + 1];
		bool is_address = strcmp(key, "address") == 0;
		has_address = has_address || is_address;
		if (is_address && a->real_name != NULL && strchr(value, '<') == NULL)
			g_string_append_printf(out, "address = %s <%s>\n", a->real_name, value);
		else
			g_string_append_printf(out, "%s = %s\n", key, value);
	}
	put_url(out, a);
	if (!has_address)
		g_string_append_printf(out, "# address = Your Name <%s>\n",
		    a->user != NULL && strchr(a->user, '@') != NULL ? a->user : "you@example.org");
}

char *
foreign_rc_text(const struct foreign_rc *f)
{
	GString *out = g_string_new(NULL);
	for (guint i = 0; i < f->accounts->len; i++) {
		g_string_append(out, i > 0 ? "\n" : "");
		put_account(out, f->accounts->pdata[i]);
	}
	for (guint i = 0; i < f->others->len; i++)
		g_string_append_printf(out, "\n%s\n", (const char *)f->others->pdata[i]);
	if (f->unknown->len > 0)
		g_string_append(out, "\n# Not taken over:\n");
	for (guint i = 0; i < f->unknown->len; i++)
		g_string_append_printf(out, "#   %s\n", (const char *)f->unknown->pdata[i]);
	return g_string_free(out, FALSE);
}
