/* SPDX-License-Identifier: GPL-3.0-or-later */
/* foreign_alpine.c - .pinerc: name=value, and further values on lines that begin with a blank. Servers are written
 * {host:port/flag/flag=value}FOLDER. */
#include "cmd/foreign.h"

#include <string.h>

static const struct foreign_word pine_words[] = {
	{"personal-name", KEY_DISPLAY}, {"user-domain", KEY_OTHER}, {"user-id", KEY_OTHER}, {"smtp-server", KEY_OTHER},
	{"inbox-path", KEY_OTHER}, {"default-fcc", KEY_OTHER}, {"postponed-folder", KEY_OTHER}, {"trash-folder", KEY_OTHER},
	{"signature-file", KEY_OTHER}, {"alt-addresses", KEY_ALIASES}, {"incoming-folders", KEY_OTHER}, {"folder-collections", KEY_NONE},
	{"last-time-prune-questioned", KEY_NONE}, {"last-version-used", KEY_NONE}, {"sort-key", KEY_NONE}, {"character-set", KEY_NONE},
	{"address-book", KEY_OTHER}, {NULL, KEY_NONE},
};

/* "host:993/ssl/user=ann" of a server, without the folder behind it. */
static void
take_server(struct foreign_server *s, const char *text, bool is_out)
{
	char **parts = g_strsplit(text, "/", -1), *colon;
	bool is_tls = false, is_pop3 = false;

	colon = parts[0] != NULL ? strchr(parts[0], ':') : NULL;
	if (colon != NULL) {
		*colon = '\0';
		foreign_put_port(s, colon + 1);
	}
	foreign_put(&s->host, parts[0] != NULL && *parts[0] != '\0' ? g_strstrip(parts[0]) : NULL);
	for (size_t i = 1; parts[0] != NULL && parts[i] != NULL; i++) {
		is_tls = is_tls || g_ascii_strcasecmp(parts[i], "ssl") == 0;
		is_pop3 = is_pop3 || g_ascii_strcasecmp(parts[i], "pop3") == 0 ||
			  g_ascii_strcasecmp(parts[i], "service=pop3") == 0;
		s->is_clear = s->is_clear || g_ascii_strcasecmp(parts[i], "notls") == 0;
		s->is_oauth = s->is_oauth || g_ascii_strcasecmp(parts[i], "auth=xoauth2") == 0;
		if (g_ascii_strncasecmp(parts[i], "user=", 5) == 0) {
			char *user = g_strdup(g_strdelimit(parts[i] + 5, "\"", ' '));
			foreign_put(&s->user, g_strstrip(user));
			g_free(user);
		}
	}
	foreign_put(&s->scheme, is_out ? (is_tls ? "smtps" : "submission")
				: is_pop3 ? (is_tls ? "pop3s" : "pop3") : is_tls ? "imaps" : "imap");
	g_strfreev(parts);
}

/* Behind "{...}". */
static const char *
folder_of(const char *value)
{
	const char *close = strchr(value, '}');

	return close != NULL ? close + 1 : value;
}

static void
other(struct foreign_line *l, struct foreign_account *a, const char *key, const char *value)
{
	char *text = g_strdup(value);

	foreign_note(l, key, "understood");
	if (g_str_equal(key, "user-domain")) {
		a->address = a->address != NULL ? a->address : g_strconcat("?@", value, NULL);
	} else if (g_str_equal(key, "user-id")) {
		foreign_put(&a->in.user, value);
	} else if (g_str_equal(key, "smtp-server")) {
		text[strcspn(text, ",")] = '\0';
		take_server(&a->out, text, true);
	} else if (g_str_equal(key, "inbox-path") && *value == '{') {
		text[strcspn(text, "}")] = '\0';
		take_server(&a->in, text + 1, false);
	} else if (g_str_equal(key, "default-fcc")) {
		foreign_put(&a->sent, folder_of(value));
	} else if (g_str_equal(key, "postponed-folder")) {
		foreign_put(&a->drafts, folder_of(value));
	} else if (g_str_equal(key, "trash-folder")) {
		foreign_put(&a->trash, folder_of(value));
	} else if (g_str_equal(key, "signature-file") && *value != '{') {
		g_free(a->signature);
		a->signature = *value == '/' || *value == '~' ? g_strdup(value) : g_strconcat("~/", value, NULL);
	}
	g_free(text);
}

static void
take(struct foreign_line *l, const char *key, const char *value)
{
	struct foreign_account *a = foreign_account(l->f, "");

	if (*value == '\0')
		return;
	if (g_str_equal(key, "incoming-folders"))
		foreign_note(l, key, "not understood, and left out: an account for each further server is added by "
			"`penfold setup ADDRESS`");
	else if (g_str_equal(key, "address-book"))
		foreign_note(l, key, "left out: addresses come out of the mail, and from what [addresses] names");
	else if (foreign_take(l, pine_words, key, value, a))
		other(l, a, key, value);
}

/* Whom the login and the domain mean: "?" of the address stands for the user. */
static void
finish(struct foreign_account *a)
{
	char *address;

	if (a->address == NULL || a->address[0] != '?')
		return;
	address = a->in.user == NULL		     ? NULL
		  : strchr(a->in.user, '@') != NULL ? g_strdup(a->in.user)
						     : g_strconcat(a->in.user, a->address + 1, NULL);
	g_free(a->address);
	a->address = address;
}

void
foreign_read_alpine(struct foreign_line *l, char *text)
{
	char **lines = g_strsplit(text, "\n", -1), *equals;

	for (char **p = lines; *p != NULL; p++) {
		GString *whole = g_string_new(g_strchomp(*p));
		unsigned number = ++l->number;

		for (; p[1] != NULL && (p[1][0] == ' ' || p[1][0] == '\t'); p++, l->number++)
			g_string_append(whole, g_strchomp(p[1]));
		equals = strchr(whole->str, '=');
		if (whole->str[0] != '#' && equals != NULL) {
			unsigned last = l->number;
			*equals = '\0';
			l->number = number;
			take(l, whole->str, equals + 1);
			l->number = last;
		}
		g_string_free(whole, TRUE);
	}
	finish(foreign_account(l->f, ""));
	g_strfreev(lines);
}
