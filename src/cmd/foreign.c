/* SPDX-License-Identifier: GPL-3.0-or-later */
/* foreign.c - which reader, and what all readers share. */
#include "cmd/foreign.h"

#include "base/error.h"
#include "base/paths.h"
#include "base/rc_value.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#define FILE_MAX (1 << 20) /* bytes of a configuration file */
#define FILES_MAX 50	   /* with all that they include */
#define CLEAR_PASSWORD "a password in clear: it stays there and is not taken; Penfold asks for it, or name a password-command"

static void
server_clear(struct foreign_server *s)
{
	g_free(s->host);
	g_free(s->user);
	g_free(s->command);
	g_free(s->scheme);
}

static void
account_free(gpointer data)
{
	struct foreign_account *a = data;

	server_clear(&a->in);
	server_clear(&a->out);
	g_free(a->name);
	g_free(a->address);
	g_free(a->display);
	g_free(a->signature);
	g_free(a->attribution);
	g_free(a->maildir);
	g_free(a->delete_after);
	g_free(a->sent);
	g_free(a->drafts);
	g_free(a->archive);
	g_free(a->trash);
	g_ptr_array_unref(a->aliases);
	g_ptr_array_unref(a->folders);
	g_free(a);
}

struct foreign *
foreign_new(void)
{
	struct foreign *f = g_new0(struct foreign, 1);

	f->accounts = g_ptr_array_new_with_free_func(account_free);
	f->notes = g_ptr_array_new_with_free_func(g_free);
	f->files = g_ptr_array_new_with_free_func(g_free);
	return f;
}

void
foreign_free(struct foreign *f)
{
	if (f == NULL)
		return;
	g_ptr_array_unref(f->accounts);
	g_ptr_array_unref(f->notes);
	g_ptr_array_unref(f->files);
	g_free(f->alias_file);
	g_free(f->query_command);
	g_free(f);
}

struct foreign_account *
foreign_account(struct foreign *f, const char *name)
{
	struct foreign_account *a;

	for (guint i = 0; i < f->accounts->len; i++) {
		a = g_ptr_array_index(f->accounts, i);
		if (g_str_equal(a->name, name))
			return a;
	}
	a = g_new0(struct foreign_account, 1);
	a->name = g_strdup(name);
	a->aliases = g_ptr_array_new_with_free_func(g_free);
	a->folders = g_ptr_array_new_with_free_func(g_free);
	g_ptr_array_add(f->accounts, a);
	return a;
}

void
foreign_note(const struct foreign_line *l, const char *word, const char *meaning)
{
	g_ptr_array_add(l->f->notes, g_strdup_printf("%s:%u  %s: %s", l->path, l->number, word, meaning));
}

void
foreign_put(char **where, const char *value)
{
	char *copy = g_strdup(value);

	g_free(*where);
	*where = copy;
}

static void
put_folder(char **where, const char *value)
{
	foreign_put(where, value[0] == '+' || value[0] == '=' ? value + 1 : value);
}

void
foreign_put_port(struct foreign_server *s, const char *value)
{
	guint64 port = g_ascii_strtoull(value, NULL, 10);

	s->port = port <= 65535 ? (unsigned)port : 0;
}

/* Ours for one of theirs, before its "+"; NULL where Penfold does not speak so. */
static const char *
own_scheme(const char *value, bool is_out)
{
	static const struct {
		const char *theirs, *in, *out;
	} schemes[] = {{"imap", "imap", NULL}, {"imaps", "imaps", NULL}, {"pop", "pop3", NULL}, {"pops", "pop3s", NULL},
	    {"pop3", "pop3", NULL}, {"pop3s", "pop3s", NULL}, {"smtp", NULL, "submission"}, {"smtps", NULL, "smtps"},
	    {"submission", NULL, "submission"}};
	size_t len = strcspn(value, ":+");

	for (size_t i = 0; i < G_N_ELEMENTS(schemes); i++)
		if (strlen(schemes[i].theirs) == len && g_ascii_strncasecmp(schemes[i].theirs, value, len) == 0)
			return is_out ? schemes[i].out : schemes[i].in;
	return NULL;
}

/* imaps://user:password@host:port/path, smtp+plain://..., smtps+insecure:// */
static void
put_url(struct foreign_server *s, const char *value, bool is_out)
{
	const char *scheme = own_scheme(value, is_out);
	const char *rest = strstr(value, "://"), *end, *at, *colon;
	char *login;

	if (scheme == NULL || rest == NULL)
		return;
	foreign_put(&s->scheme, scheme);
	s->is_oauth = s->is_oauth || g_strstr_len(value, rest - value, "oauth") != NULL;
	rest += 3;
	end = rest + strcspn(rest, "/");
	at = g_strrstr_len(rest, end - rest, "@");
	login = at != NULL ? g_strndup(rest, (gsize)(at - rest)) : NULL;
	if (login != NULL) {
		char *password = strchr(login, ':');
		if (password != NULL) {
			s->has_password = true;
			*password = '\0';
		}
		g_free(s->user);
		s->user = g_uri_unescape_string(login, NULL);
		rest = at + 1;
	}
	colon = *rest == '[' ? NULL : g_strstr_len(rest, end - rest, ":");
	g_free(s->host);
	s->host = g_strndup(rest, (gsize)((colon != NULL ? colon : end) - rest));
	if (colon != NULL)
		foreign_put_port(s, colon + 1);
	g_free(login);
}

static void
put_from(struct foreign_account *a, const char *value)
{
	char *display = NULL, *address = NULL;

	if (!rc_value_mailbox(value, &display, &address, NULL))
		return;
	foreign_put(&a->address, address);
	if (display != NULL && *display != '\0')
		foreign_put(&a->display, display);
	g_free(display);
	g_free(address);
}

static void
put_list(GPtrArray *list, const char *value, const char *separators)
{
	char **words = g_strsplit_set(value, separators, -1);

	for (char **p = words; *p != NULL; p++)
		if (*g_strstrip(*p) != '\0')
			g_ptr_array_add(list, g_strdup(*p));
	g_strfreev(words);
}

static void
take_server(struct foreign_server *s, int key, const char *value, bool is_out)
{
	switch (key) {
	case KEY_IN_HOST: foreign_put(&s->host, value); break;
	case KEY_IN_PORT: foreign_put_port(s, value); break;
	case KEY_IN_USER: foreign_put(&s->user, value); break;
	case KEY_IN_COMMAND: foreign_put(&s->command, value); break;
	case KEY_IN_PASSWORD: /* a command from elsewhere is not for this one */
		s->has_password = true;
		g_clear_pointer(&s->command, g_free);
		break;
	default: put_url(s, value, is_out); break;
	}
}

static void
take_value(struct foreign_account *a, enum foreign_key key, const char *value)
{
	if (key >= KEY_IN_HOST && key <= KEY_IN_URL)
		take_server(&a->in, (int)key, value, false);
	else if (key >= KEY_OUT_HOST && key <= KEY_OUT_URL)
		take_server(&a->out, (int)key - KEY_OUT_HOST + KEY_IN_HOST, value, true);
	else if (key == KEY_ADDRESS || key == KEY_FROM)
		put_from(a, value);
	else if (key == KEY_DISPLAY)
		foreign_put(&a->display, value);
	else if (key == KEY_ALIASES)
		put_list(a->aliases, value, ",");
	else if (key == KEY_FOLDERS)
		put_list(a->folders, value, ",");
	else if (key == KEY_SIGNATURE)
		foreign_put(&a->signature, value);
	else if (key == KEY_MAILDIR)
		foreign_put(&a->maildir, value);
	else
		put_folder(key == KEY_SENT ? &a->sent : key == KEY_DRAFTS ? &a->drafts
			: key == KEY_ARCHIVE ? &a->archive : &a->trash, value);
}

static void
note_url(const struct foreign_line *l, bool is_out, const char *word, const char *value)
{
	const char *end = strstr(value, "://"), *at, *colon;
	char *text;

	if (own_scheme(value, is_out) == NULL || end == NULL) {
		text = g_strdup_printf("%.*s is not for Penfold, and left out", (int)(end != NULL ? end + 3 - value : 20), value);
		foreign_note(l, word, text);
		g_free(text);
		return;
	}
	at = g_strstr_len(end + 3, (gssize)strcspn(end + 3, "/"), "@");
	colon = at != NULL ? g_strstr_len(end + 3, at - end - 3, ":") : NULL;
	foreign_note(l, word, colon != NULL ? CLEAR_PASSWORD : "understood");
}

static void
note_taken(const struct foreign_line *l, enum foreign_key key, const char *word, const char *value)
{
	if (key == KEY_IN_PASSWORD || key == KEY_OUT_PASSWORD)
		foreign_note(l, word, CLEAR_PASSWORD);
	else if (key == KEY_IN_URL || key == KEY_OUT_URL)
		note_url(l, key == KEY_OUT_URL, word, value);
	else
		foreign_note(l, word, key == KEY_NONE ? "not needed here" : "understood");
}

bool
foreign_take(const struct foreign_line *l, const struct foreign_word *table, const char *word,
    const char *value, struct foreign_account *a)
{
	for (; table->word != NULL; table++) {
		if (g_ascii_strcasecmp(table->word, word) != 0)
			continue;
		if (table->key == KEY_OTHER)
			return true;
		note_taken(l, table->key, word, value);
		if (table->key != KEY_NONE)
			take_value(a, table->key, value);
		return false;
	}
	foreign_note(l, word, "not understood, and left out");
	return false;
}

char **
foreign_words(const char *line)
{
	GPtrArray *words = g_ptr_array_new();

	for (;;) {
		GString *word = g_string_new(NULL);
		char quote = '\0';

		while (g_ascii_isspace(*line))
			line++;
		if (*line == '\0' || *line == '#') {
			g_string_free(word, TRUE);
			break;
		}
		for (; *line != '\0' && (quote != '\0' || !g_ascii_isspace(*line)); line++) {
			if (*line == '`' && (quote == '\0' || quote == '`')) { /* a command, with its marks */
				quote = quote == '\0' ? '`' : '\0';
				g_string_append_c(word, *line);
			} else if (quote == '\0' && (*line == '"' || *line == '\''))
				quote = *line;
			else if (*line == quote)
				quote = '\0';
			else if (*line == '\\' && quote != '\'' && quote != '`' && line[1] != '\0')
				g_string_append_c(word, *++line);
			else
				g_string_append_c(word, *line);
		}
		g_ptr_array_add(words, g_string_free(word, FALSE));
	}
	g_ptr_array_add(words, NULL);
	return (char **)g_ptr_array_free(words, FALSE);
}

/* By what the file is called, else by what it says. */
static foreign_reader
reader_of(const char *path, const char *text)
{
	static const struct {
		const char *name, *inside;
		foreign_reader fn;
	} readers[] = {
		{"mbsyncrc", "IMAPAccount", foreign_read_mbsync},
		{"isyncrc", "IMAPStore", foreign_read_mbsync},
		{"msmtp", "passwordeval", foreign_read_msmtp},
		{"offlineimap", "[Repository", foreign_read_ini},
		{"getmail", "[retriever]", foreign_read_ini},
		{"fetchmailrc", "\npoll ", foreign_read_fetchmail},
		{"prefs.js", "user_pref(", foreign_read_thunderbird},
		{"pinerc", "inbox-path=", foreign_read_alpine},
		{"notmuch-config", "primary_email", foreign_read_ini},
		{"accounts.conf", "source-cred-cmd", foreign_read_ini},
		{"muttrc", "set ", foreign_read_mutt},
	};
	char *base = g_path_get_basename(path);
	foreign_reader fn = NULL;

	for (size_t i = 0; fn == NULL && i < G_N_ELEMENTS(readers); i++)
		if (strstr(base, readers[i].name) != NULL)
			fn = readers[i].fn;
	for (size_t i = 0; fn == NULL && i < G_N_ELEMENTS(readers); i++)
		if (strstr(text, readers[i].inside) != NULL)
			fn = readers[i].fn;
	g_free(base);
	return fn;
}

bool
foreign_read(struct foreign *f, const char *path, foreign_reader reader, GError **error)
{
	char *full = paths_expand(path), *text = NULL;
	struct foreign_line l = {.f = f};
	gsize len = 0;
	GError *why = NULL;
	bool is_read = false;

	if (g_file_test(full, G_FILE_TEST_IS_DIR)) { /* a profile of Thunderbird */
		char *prefs = g_build_filename(full, "prefs.js", NULL);
		g_free(full);
		full = prefs;
	}
	l.path = full;
	if (!g_file_get_contents(full, &text, &len, &why))
		g_set_error(error, PF_ERROR, PF_ERROR_NO_INPUT, "%s: %s", full, g_strerror(errno));
	else if (len > FILE_MAX || f->files->len >= FILES_MAX)
		g_set_error(error, PF_ERROR, PF_ERROR_LIMIT, "%s: more than %d bytes or %d files are not read", full, FILE_MAX,
		    FILES_MAX);
	else if (reader == NULL && (reader = reader_of(full, text)) == NULL)
		g_set_error(error, PF_ERROR, PF_ERROR_DATA,
		    "%s: this is no configuration of " FOREIGN_PROGRAMS " that Penfold can read", full);
	else
		is_read = true;
	g_clear_error(&why);
	if (is_read) {
		g_ptr_array_add(f->files, g_strdup(full));
		reader(&l, text);
	}
	g_free(text);
	g_free(full);
	return is_read;
}
