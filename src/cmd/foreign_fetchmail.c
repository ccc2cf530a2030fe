/* SPDX-License-Identifier: GPL-3.0-or-later */
/* foreign_fetchmail.c - .fetchmailrc: words in any order, on any number of lines. Those of a server hold for all of its
 * users, those of `defaults` for all servers. */
#include "cmd/foreign.h"

#include <string.h>

static const struct foreign_word values[] = {
	{"poll", KEY_OTHER}, {"server", KEY_OTHER}, {"skip", KEY_OTHER}, {"via", KEY_OTHER}, {"proto", KEY_OTHER},
	{"protocol", KEY_OTHER}, {"port", KEY_OTHER}, {"service", KEY_OTHER}, {"sslproto", KEY_OTHER}, {"user", KEY_OTHER},
	{"username", KEY_OTHER}, {"pass", KEY_IN_PASSWORD}, {"password", KEY_IN_PASSWORD}, {"folder", KEY_FOLDERS},
	{"folders", KEY_FOLDERS}, {"is", KEY_NONE}, {"to", KEY_NONE}, {"mda", KEY_NONE}, {"auth", KEY_NONE},
	{"authenticate", KEY_NONE}, {"timeout", KEY_NONE}, {"interval", KEY_NONE}, {"envelope", KEY_NONE}, {"qvirtual", KEY_NONE},
	{"aka", KEY_NONE}, {"localdomains", KEY_NONE}, {"interface", KEY_NONE}, {"plugin", KEY_NONE}, {"smtphost", KEY_NONE},
	{"smtpname", KEY_NONE}, {"smtpaddress", KEY_NONE}, {"preconnect", KEY_NONE}, {"postconnect", KEY_NONE}, {"limit", KEY_NONE},
	{"batchlimit", KEY_NONE}, {"fetchlimit", KEY_NONE}, {"expunge", KEY_NONE}, {"sslcert", KEY_NONE}, {"sslkey", KEY_NONE},
	{"sslcertfile", KEY_NONE}, {"sslcertpath", KEY_NONE}, {"sslfingerprint", KEY_NONE}, {"sslcommonname", KEY_NONE},
	{NULL, KEY_NONE},
};
static const struct foreign_word flags[] = {
	{"defaults", KEY_OTHER}, {"ssl", KEY_OTHER}, {"keep", KEY_OTHER}, {"nokeep", KEY_OTHER}, {"fetchall", KEY_NONE},
	{"flush", KEY_NONE}, {"rewrite", KEY_NONE}, {"stripcr", KEY_NONE}, {"forcecr", KEY_NONE}, {"pass8bits", KEY_NONE},
	{"dropstatus", KEY_NONE}, {"dropdelivered", KEY_NONE}, {"mimedecode", KEY_NONE}, {"idle", KEY_NONE}, {"norewrite", KEY_NONE},
	{"nostripcr", KEY_NONE}, {"noidle", KEY_NONE}, {"nofetchall", KEY_NONE}, {"sslcertck", KEY_NONE}, {"dns", KEY_NONE},
	{"nodns", KEY_NONE}, {"uidl", KEY_NONE}, {NULL, KEY_NONE},
};
/* They may stand between all others. */
static const char *const noise[] = {"and", "with", "has", "wants", "options", "here", "there", "no", NULL};

/* What one of the three levels says; strings are owned, NULL where it does not. */
struct level {
	char *host, *user;
	unsigned port;
	bool is_imap, is_tls, is_clear, is_deleting;
};

struct fetchmail {
	struct level defaults, server, user, *now;
	struct foreign_account *account; /* of the last user; NULL before one */
	bool is_off;			 /* of a server that is skipped */
};

static void
inherit(struct level *to, const struct level *from)
{
	g_free(to->host);
	g_free(to->user);
	*to = *from;
	to->host = g_strdup(from->host);
	to->user = g_strdup(from->user);
}

/* What is known of the last user so far. */
static void
settle(struct fetchmail *m)
{
	struct foreign_server *in = m->account != NULL ? &m->account->in : NULL;
	const struct level *u = &m->user;

	if (in == NULL)
		return;
	foreign_put(&in->host, u->host);
	foreign_put(&in->user, u->user);
	foreign_put(&in->scheme, u->is_imap ? u->is_tls ? "imaps" : "imap" : u->is_tls ? "pop3s" : "pop3");
	in->port = u->port;
	in->is_clear = u->is_clear;
	foreign_put(&m->account->delete_after, u->is_deleting && !u->is_imap ? "0" : NULL);
}

/* The file names no accounts: fay, of two of them the second fay@pop.example.org. */
static struct foreign_account *
account_of(struct foreign *f, const char *user, const char *host)
{
	char *name = g_strndup(user, strcspn(user, "@")), *longer;
	struct foreign_account *a = foreign_account(f, name);

	if (a->in.host != NULL || *name == '\0') {
		longer = g_strconcat(name, "@", host, NULL);
		a = foreign_account(f, longer);
		g_free(longer);
	}
	g_free(name);
	return a;
}

static void
begin_user(struct foreign_line *l, struct fetchmail *m, const char *name)
{
	if (m->now != &m->defaults) {
		m->account = m->is_off ? foreign_account(l->f, "(skipped)") : account_of(l->f, name, m->server.host);
		inherit(&m->user, &m->server);
		m->now = &m->user;
	}
	foreign_put(&m->now->user, name);
}

static void
begin_server(struct fetchmail *m, const char *host, bool is_off)
{
	inherit(&m->server, &m->defaults);
	foreign_put(&m->server.host, host);
	m->now = &m->server;
	m->account = NULL;
	m->is_off = is_off;
}

static void
take_value(struct foreign_line *l, struct fetchmail *m, const char *word, const char *value)
{
	guint64 port = g_ascii_strtoull(value, NULL, 10);

	if (g_str_equal(word, "poll") || g_str_equal(word, "server") || g_str_equal(word, "skip"))
		begin_server(m, value, g_str_equal(word, "skip"));
	else if (g_str_has_prefix(word, "user"))
		begin_user(l, m, value);
	else if (g_str_equal(word, "via"))
		foreign_put(&m->now->host, value);
	else if (g_str_equal(word, "sslproto"))
		m->now->is_clear = *value == '\0';
	else if (g_str_has_prefix(word, "proto"))
		m->now->is_imap = g_ascii_strncasecmp(value, "imap", 4) == 0;
	else
		m->now->port = port <= 65535 ? (unsigned)port : 0;
	foreign_note(l, word, m->is_off && g_str_equal(word, "skip") ? "left out, as there" : "understood");
}

static void
take_flag(struct foreign_line *l, struct fetchmail *m, const char *word, bool is_negated)
{
	if (g_str_equal(word, "defaults"))
		m->now = &m->defaults;
	else if (g_str_equal(word, "ssl"))
		m->now->is_tls = !is_negated;
	else
		m->now->is_deleting = is_negated != g_str_equal(word, "nokeep");
	foreign_note(l, word, "understood");
}

static bool
is_in(const struct foreign_word *table, const char *word)
{
	for (; table->word != NULL; table++)
		if (g_ascii_strcasecmp(table->word, word) == 0)
			return true;
	return false;
}

/* Words of all lines, each with the number of its line. */
static void
read_words(struct foreign_line *l, struct fetchmail *m, const GPtrArray *words, const GArray *numbers)
{
	bool is_negated = false;

	for (guint i = 0; i < words->len; i++) {
		char *word = g_ascii_strdown(g_ptr_array_index(words, i), -1);
		const char *value = i + 1 < words->len ? g_ptr_array_index(words, i + 1) : "";
		struct foreign_account *a = m->account != NULL ? m->account : foreign_account(l->f, "(defaults of fetchmail)");

		l->number = g_array_index(numbers, unsigned, i);
		if (is_in(values, word)) {
			i++;
			if (foreign_take(l, values, word, value, a))
				take_value(l, m, word, value);
		} else if (!g_strv_contains(noise, word) && *word != '\0' && foreign_take(l, flags, word, "", a)) {
			take_flag(l, m, word, is_negated);
		}
		is_negated = g_str_equal(word, "no");
		settle(m);
		g_free(word);
	}
}

/* `set daemon 300` and the like: of the program itself. */
static bool
is_own(char **words)
{
	return words[0] != NULL && g_ascii_strcasecmp(words[0], "set") == 0;
}

void
foreign_read_fetchmail(struct foreign_line *l, char *text)
{
	struct fetchmail m = {0};
	GPtrArray *words = g_ptr_array_new_with_free_func(g_free);
	GArray *numbers = g_array_new(FALSE, FALSE, sizeof(unsigned));
	char **lines = g_strsplit(text, "\n", -1);

	m.now = &m.defaults;
	for (unsigned n = 0; lines[n] != NULL; n++) {
		char **of_line = foreign_words(lines[n]);
		for (char **p = of_line; !is_own(of_line) && *p != NULL; p++) {
			size_t len = strlen(*p), end = len - strspn(*p + len - MIN(len, 1), ",;:");
			unsigned number = n + 1;
			g_ptr_array_add(words, g_strndup(*p, end));
			g_array_append_val(numbers, number);
		}
		g_strfreev(of_line);
	}
	read_words(l, &m, words, numbers);
	g_strfreev(lines);
	g_array_unref(numbers);
	g_ptr_array_unref(words);
	for (size_t i = 0; i < 3; i++) {
		struct level *level = i == 0 ? &m.defaults : i == 1 ? &m.server : &m.user;
		g_free(level->host);
		g_free(level->user);
	}
}
