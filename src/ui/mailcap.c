/* SPDX-License-Identifier: GPL-3.0-or-later */
/* mailcap.c - entries of a mailcap. Words that come from mail (the type, its parameters) never reach a
 * command but as one whole argument. */
#include "ui/mailcap.h"

#include "base/limits.h"

#include <string.h>

#define DEFAULT_FILES "/etc/mailcap:/usr/share/etc/mailcap:/usr/local/etc/mailcap"

/* One entry's fields, parted by ";"; "\" takes the next character as it is, which stays in for the
 * command's own quoting. */
static GPtrArray *
split_fields(const char *entry)
{
	GPtrArray *fields = g_ptr_array_new_with_free_func(g_free);
	GString *field = g_string_new(NULL);
	for (const char *p = entry;; p++) {
		if (*p == '\0' || *p == ';') {
			g_ptr_array_add(fields, g_strstrip(g_strdup(field->str)));
			g_string_truncate(field, 0);
			if (*p == '\0')
				break;
		} else if (*p == '\\' && p[1] == ';') {
			g_string_append_c(field, *++p);
		} else {
			g_string_append_c(field, *p);
		}
	}
	g_string_free(field, TRUE);
	return fields;
}

/* "text/html", "text/" "*", and the bare "text" for all of a kind. */
static bool
type_matches(const char *pattern, const char *type)
{
	size_t n = strlen(pattern);
	if (g_ascii_strcasecmp(pattern, type) == 0)
		return true;
	if (n > 2 && g_str_has_suffix(pattern, "/*"))
		n--;
	else if (strchr(pattern, '/') != NULL)
		return false;
	return g_ascii_strncasecmp(pattern, type, n) == 0 &&
	    (pattern[n - 1] == '/' || type[n] == '/');
}

/* What only a shell can do stands in it, outside of single quotes. */
static bool
needs_shell(const char *command)
{
	bool quoted = false;
	for (const char *p = command; *p != '\0'; p++) {
		if (*p == '\'')
			quoted = !quoted;
		else if (!quoted && *p == '\\' && p[1] != '\0')
			p++;
		else if (!quoted && strchr("|&;<>()$`*?[\n", *p) != NULL)
			return true;
	}
	return false;
}

/* `test -n "$DISPLAY"` is answered here: the tests that mailcaps have. All others do not hold. */
static bool
test_holds(const char *test)
{
	char **words = NULL;
	bool holds = false;
	if (!g_shell_parse_argv(test, NULL, &words, NULL))
		return false;
	guint n = g_strv_length(words);
	if (n == 3 && g_str_equal(words[0], "test") && words[2][0] == '$') {
		const char *value = g_getenv(words[2] + 1);
		bool is_set = value != NULL && *value != '\0';
		holds = (g_str_equal(words[1], "-n") && is_set) ||
		    (g_str_equal(words[1], "-z") && !is_set);
	}
	g_strfreev(words);
	return holds;
}

/* %s, %t and %% in one word; %{parameter} of the mail gives nothing. */
static char *
expand(const char *word, const char *type, const char *path, bool *has_file)
{
	GString *out = g_string_new(NULL);
	for (const char *p = word; *p != '\0'; p++) {
		if (*p != '%' || p[1] == '\0') {
			g_string_append_c(out, *p);
			continue;
		}
		p++;
		if (*p == 's') {
			g_string_append(out, path);
			*has_file = true;
		} else if (*p == 't') {
			g_string_append(out, type);
		} else if (*p == '{' && strchr(p, '}') != NULL) {
			p = strchr(p, '}');
		} else {
			g_string_append_c(out, *p);
		}
	}
	return g_string_free(out, FALSE);
}

static bool
make_argv(const char *command, const char *type, const char *path, struct mailcap_program *out)
{
	char **words = NULL;
	bool has_file = false;
	if (needs_shell(command) || !g_shell_parse_argv(command, NULL, &words, NULL))
		return false;
	for (size_t i = 0; words[i] != NULL; i++) {
		char *word = expand(words[i], type, path, &has_file);
		g_free(words[i]);
		words[i] = word;
	}
	char *program = g_find_program_in_path(words[0]);
	out->argv = program != NULL ? words : NULL;
	out->takes_stdin = !has_file;
	if (program == NULL)
		g_strfreev(words);
	g_free(program);
	return out->argv != NULL;
}

static bool
is_safe_type(const char *type)
{
	for (const char *p = type; *p != '\0'; p++)
		if (!g_ascii_isalnum(*p) && strchr("/+-._", *p) == NULL)
			return false;
	return *type != '\0' && *type != '-';
}

static bool
take_entry(const char *entry, const char *type, const char *path, struct mailcap_program *out)
{
	GPtrArray *fields = split_fields(entry);
	const char *pattern = fields->pdata[0];
	bool fits = fields->len >= 2 && *pattern != '\0' && type_matches(pattern, type);
	*out = (struct mailcap_program){0};
	for (guint i = 2; i < fields->len && fits; i++) {
		const char *field = fields->pdata[i];
		const char *value = strchr(field, '=');
		size_t n = strcspn(field, " =");
		if (n == strlen("test") && g_ascii_strncasecmp(field, "test", n) == 0)
			fits = value != NULL && test_holds(value + 1);
		else if (g_ascii_strcasecmp(field, "needsterminal") == 0)
			out->is_terminal = true;
		else if (g_ascii_strcasecmp(field, "copiousoutput") == 0)
			out->is_text = true;
	}
	fits = fits && make_argv(fields->pdata[1], type, path, out);
	g_ptr_array_unref(fields);
	return fits;
}

bool
mailcap_find(const char *mailcap, const char *type, const char *path, struct mailcap_program *out)
{
	char **lines = g_strsplit(mailcap, "\n", -1);
	GString *entry = g_string_new(NULL);
	bool found = false;
	for (size_t i = 0; lines[i] != NULL && !found && is_safe_type(type); i++) {
		char *line = g_strchomp(lines[i]);
		size_t len = strlen(line);
		if (entry->len == 0 && (*line == '#' || *line == '\0'))
			continue;
		bool goes_on = len > 0 && line[len - 1] == '\\';
		g_string_append_len(entry, line, (gssize)(goes_on ? len - 1 : len));
		if (goes_on)
			continue;
		found = take_entry(entry->str, type, path, out);
		g_string_truncate(entry, 0);
	}
	g_string_free(entry, TRUE);
	g_strfreev(lines);
	return found;
}

bool
mailcap_lookup(const char *type, const char *path, struct mailcap_program *out)
{
	const char *env = g_getenv("MAILCAPS");
	char *own = g_strdup_printf("%s/.mailcap:%s", g_get_home_dir(), DEFAULT_FILES);
	char **files = g_strsplit(env != NULL && *env != '\0' ? env : own, ":", -1);
	bool found = false;
	for (size_t i = 0; files[i] != NULL && !found; i++) {
		char *text = NULL;
		gsize len;
		if (*files[i] != '\0' && g_file_test(files[i], G_FILE_TEST_IS_REGULAR) &&
		    g_file_get_contents(files[i], &text, &len, NULL) && len <= LIMIT_MAILCAP_FILE)
			found = mailcap_find(text, type, path, out);
		g_free(text);
	}
	g_strfreev(files);
	g_free(own);
	return found;
}

void
mailcap_program_clear(struct mailcap_program *p)
{
	g_strfreev(p->argv);
	*p = (struct mailcap_program){0};
}
