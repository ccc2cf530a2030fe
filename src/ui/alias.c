/* SPDX-License-Identifier: GPL-3.0-or-later */
/* alias.c - the author of a message gets a short name in the user's file of aliases. */
#include "base/file.h"
#include "base/limits.h"
#include "base/own_file.h"
#include "client/template.h"
#include "ui/message_actions.h"
#include "ui/prompt.h"
#include "ui/thread.h"

#include <string.h>

/* Whom it is about; owned. */
struct person {
	char *file, *name, *address;
};

static void
person_free(gpointer data)
{
	struct person *p = data;
	g_free(p->file);
	g_free(p->name);
	g_free(p->address);
	g_free(p);
}

/* The line of the file that has this alias; owned, NULL when there is none. */
static char *
find_line(const char *file, const char *alias)
{
	GBytes *bytes = file_read(file, LIMIT_ALIAS_FILE, NULL);
	gsize len = 0;
	const char *data = bytes != NULL ? g_bytes_get_data(bytes, &len) : NULL;
	char *text = g_strndup(data != NULL ? data : "", len), **lines = g_strsplit(text, "\n", -1), *found = NULL;
	for (size_t i = 0; lines[i] != NULL && found == NULL; i++) {
		char **words = g_strsplit_set(lines[i], " \t", 3);
		if (words[0] != NULL && words[1] != NULL && g_str_equal(words[0], "alias") &&
		    g_ascii_strcasecmp(words[1], alias) == 0)
			found = g_utf8_make_valid(lines[i], -1);
		g_strfreev(words);
	}
	g_strfreev(lines);
	g_free(text);
	g_clear_pointer(&bytes, g_bytes_unref);
	return found;
}

/* One word that no address and no list can be taken for. */
static bool
is_word(const char *text)
{
	for (const char *p = text; *p != '\0'; p = g_utf8_next_char(p)) {
		gunichar c = g_utf8_get_char(p);
		if (!g_unichar_isalnum(c) && (c >= 0x80 || strchr("._+-", (char)c) == NULL))
			return false;
	}
	return *text != '\0' && *text != '-';
}

/* One line more. */
static bool
append(const char *path, const char *line, GError **error)
{
	struct own_file f;
	bool ok = own_file_read(&f, path, LIMIT_ALIAS_FILE, error);

	if (ok) {
		own_file_end_line(&f);
		g_string_append(f.text, line);
		ok = own_file_write(&f, error);
	}
	own_file_fini(&f);
	return ok;
}

static void
on_alias(struct app *app, const char *alias, void *user)
{
	const struct person *p = user;
	GError *error = NULL;
	if (alias == NULL || *alias == '\0')
		return;
	char *line = find_line(p->file, alias), *name = template_mailbox_name(p->name);
	char *text = g_strdup_printf("alias %s %s%s<%s>\n", alias, name, *name != '\0' ? " " : "", p->address);
	if (!is_word(alias))
		app_error(app, "an alias is one word of letters, digits and . _ + -");
	else if (line != NULL)
		app_error(app, "there is one of that name: %s", line);
	else if (!append(p->file, text, &error))
		app_error(app, "%s", error->message);
	else
		app_say(app, "%s is %s from now on", alias, p->address);
	g_clear_error(&error);
	g_free(text);
	g_free(name);
	g_free(line);
}

/* The part before the @, as far as an alias may be that; owned. */
static char *
proposal(const char *address)
{
	char *word = g_strndup(address, strcspn(address, "@"));
	return is_word(word) ? word : (g_free(word), g_strdup(""));
}

/* The name in words: a header may have it in quotes. Owned. */
static char *
plain_name(const char *name)
{
	size_t len = name != NULL ? strlen(name) : 0;
	bool is_quoted = len >= 2 && name[0] == '"' && name[len - 1] == '"';
	GString *out = g_string_new(NULL);
	for (const char *p = name + is_quoted; len > 0 && p < name + len - is_quoted; p++) {
		if (is_quoted && *p == '\\' && p + 1 < name + len - 1)
			p++;
		g_string_append_c(out, g_ascii_iscntrl(*p) ? ' ' : *p);
	}
	return g_string_free(out, FALSE);
}

void
act_message_alias(struct app *app, const char *arg)
{
	struct message *m;
	struct letter *letter = message_letter(app, &m);
	char *file = rc_path_value(app->rc, "addresses", NULL, "alias-file");
	bool has_author = letter != NULL && m->from_address != NULL && strchr(m->from_address, '@') != NULL &&
	    strpbrk(m->from_address, "<> \t\r\n") == NULL;
	if (file == NULL)
		app_error(app, "there is no file of aliases; `:set addresses.alias-file ~/.aliases` names one");
	else if (letter != NULL && !has_author)
		app_error(app, "the author has no address");
	if (file != NULL && has_author) {
		struct person *p = g_new0(struct person, 1);
		*p = (struct person){g_strdup(file), plain_name(m->from_name), g_strdup(m->from_address)};
		char *label = g_strdup_printf("Alias for %s: ", p->address), *initial = proposal(p->address);
		if (arg != NULL) {
			on_alias(app, arg, p);
			person_free(p);
		} else {
			prompt_ask(app, PROMPT_TEXT, label, initial, on_alias, p, person_free);
		}
		g_free(initial);
		g_free(label);
	}
	g_free(file);
	letter_unref(letter);
}
