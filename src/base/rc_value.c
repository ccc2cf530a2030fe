/* SPDX-License-Identifier: GPL-3.0-or-later */
/* rc_value.c - the simple types of rc values: quotes, yes and no, numbers with units,
 * words of a command, a mailbox. URLs are in rc_url.c. */
#include "base/rc_value.h"

#include "base/error.h"
#include "base/paths.h"

#include <string.h>

/* Offset of the quote that closes the one at text[0], 0 when there is none. */
static size_t
closing_quote(const char *text)
{
	for (size_t i = 1; text[i] != '\0'; i++) {
		if (text[i] == '\\' && text[i + 1] != '\0')
			i++;
		else if (text[i] == '"')
			return i;
	}
	return 0;
}

static char *
resolve_escapes(const char *text, size_t len)
{
	GString *out = g_string_sized_new(len);

	for (size_t i = 0; i < len; i++) {
		char c = text[i];

		if (c == '\\' && i + 1 < len) {
			c = text[++i];
			if (c == 'n' || c == 't')
				c = c == 'n' ? '\n' : '\t';
			else if (c != '"' && c != '\\')
				g_string_append_c(out, '\\');
		}
		g_string_append_c(out, c);
	}
	return g_string_free(out, FALSE);
}

char *
rc_value_unquote(const char *raw, GError **error)
{
	size_t end;

	if (raw[0] != '"')
		return g_strdup(raw);
	end = closing_quote(raw);
	if (end == 0) {
		g_set_error_literal(error, PF_ERROR, PF_ERROR_CONFIG,
		    "the quote at the start of the value is never closed");
		return NULL;
	}
	if (raw[end + 1] != '\0')
		return g_strdup(
		    raw); /* "Ann" <ann@example.org>: the quotes are part of it */
	return resolve_escapes(raw + 1, end - 1);
}

bool
rc_value_bool(const char *text, bool *value_out, GError **error)
{
	static const char *const yes[] = {"yes", "true", "on", "1"};
	static const char *const no[] = {"no", "false", "off", "0"};

	for (size_t i = 0; i < G_N_ELEMENTS(yes); i++) {
		if (g_ascii_strcasecmp(text, yes[i]) == 0) {
			*value_out = true;
			return true;
		}
		if (g_ascii_strcasecmp(text, no[i]) == 0) {
			*value_out = false;
			return true;
		}
	}
	g_set_error(
	    error, PF_ERROR, PF_ERROR_CONFIG, "\"%s\" is neither yes nor no", text);
	return false;
}

/* The factor of a unit letter, 0 for an unknown one. */
static int64_t
unit_factor(enum rc_type type, char unit)
{
	static const struct {
		enum rc_type type;
		char unit;
		int64_t factor;
	} units[] = {
	    {RC_DURATION, 's', 1},
	    {RC_DURATION, 'm', 60},
	    {RC_DURATION, 'h', 3600},
	    {RC_DURATION, 'd', 86400},
	    {RC_DURATION, 'w', 604800},
	    {RC_SIZE, 'k', 1 << 10},
	    {RC_SIZE, 'M', 1 << 20},
	    {RC_SIZE, 'G', 1 << 30},
	};

	for (size_t i = 0; i < G_N_ELEMENTS(units); i++)
		if (units[i].type == type && units[i].unit == unit)
			return units[i].factor;
	return 0;
}

static const char *
number_sort(enum rc_type type)
{
	return type == RC_DURATION ? "a time such as 10s, 5m, 2h, 1d or 1w"
	       : type == RC_SIZE   ? "a size such as 500k, 25M or 1G"
				   : "a whole number";
}

bool
rc_value_int(enum rc_type type, const char *text, int64_t *value_out, GError **error)
{
	size_t len = strlen(text);
	int64_t factor = len > 0 ? unit_factor(type, text[len - 1]) : 0;
	gint64 least = type == RC_INT ? G_MININT64 / 2 : 0;
	gint64 number = 0;
	char *digits = g_strndup(text, factor > 0 ? len - 1 : len);
	bool is_good;

	if (factor == 0)
		factor = 1;
	is_good = g_ascii_string_to_signed(
	    digits, 10, least, (G_MAXINT64 / 2) / factor, &number, NULL);
	g_free(digits);
	if (!is_good) {
		g_set_error(error, PF_ERROR, PF_ERROR_CONFIG, "\"%s\" is not %s", text,
		    number_sort(type));
		return false;
	}
	*value_out = number * factor;
	return true;
}

/* Append one character of a word, quotes and backslashes resolved; *quote is the quote
 * that is open. Returns the number of bytes taken, 0 for a backslash at the very end. */
static size_t
take_char(const char *at, char *quote, GString *word)
{
	bool escapes = *at == '\\' && *quote != '\'' &&
		       (*quote == '\0' || at[1] == '"' || at[1] == '\\');

	if (escapes) {
		if (at[1] == '\0')
			return 0;
		g_string_append_c(word, at[1]);
		return 2;
	}
	if (*quote == '\0' && (*at == '"' || *at == '\''))
		*quote = *at;
	else if (*quote != '\0' && *at == *quote)
		*quote = '\0';
	else
		g_string_append_c(word, *at);
	return 1;
}

/* One word from *at on, which is advanced. NULL when a quote or backslash is left open.
 */
static char *
take_word(const char **at)
{
	GString *word = g_string_new(NULL);
	char quote = '\0';

	while (**at != '\0' && (quote != '\0' || !g_ascii_isspace(**at))) {
		size_t n = take_char(*at, &quote, word);

		if (n == 0) {
			quote = '\\';
			break;
		}
		*at += n;
	}
	return g_string_free(word, quote != '\0');
}

char **
rc_value_argv(const char *text, GError **error)
{
	GPtrArray *words = g_ptr_array_new_with_free_func(g_free);

	for (;;) {
		char *word;

		while (g_ascii_isspace(*text))
			text++;
		if (*text == '\0')
			break;
		word = take_word(&text);
		if (word == NULL) {
			g_set_error_literal(error, PF_ERROR, PF_ERROR_CONFIG,
			    "a quote or backslash in the command is left open");
			g_ptr_array_unref(words);
			return NULL;
		}
		if (words->len == 0 && g_str_has_prefix(word, "~/")) {
			char *path = paths_expand(word);

			g_free(word);
			word = path;
		}
		g_ptr_array_add(words, word);
	}
	if (words->len == 0) {
		g_set_error_literal(
		    error, PF_ERROR, PF_ERROR_CONFIG, "the command is empty");
		g_ptr_array_unref(words);
		return NULL;
	}
	g_ptr_array_add(words, NULL);
	return (char **)g_ptr_array_free(words, FALSE);
}

/* RFC 5321 4.1.2 Local-part: a dot-string, or anything printable in quotes. UTF-8 is let
 * through (RFC 6531). */
static bool
is_local_part(const char *text, size_t len)
{
	if (len > 2 && text[0] == '"' && text[len - 1] == '"')
		return memchr(text + 1, '"', len - 2) == NULL;
	if (len == 0 || text[0] == '.' || text[len - 1] == '.')
		return false;
	for (size_t i = 0; i < len; i++) {
		unsigned char c = (unsigned char)text[i];

		if (c == '.' && text[i + 1] == '.')
			return false;
		if (c < 0x80 && !g_ascii_isalnum(c) &&
		    strchr(".!#$%&'*+-/=?^_`{|}~", c) == NULL)
			return false;
	}
	return true;
}

/* Labels of letters, digits and hyphens (UTF-8 is let through: RFC 6531), or an address
 * in brackets. */
static bool
is_domain(const char *text)
{
	size_t len = strlen(text);

	if (len > 2 && text[0] == '[' && text[len - 1] == ']')
		return strcspn(text, " \t<>@") == len;
	if (len == 0 || len > 253 || text[0] == '.' || text[len - 1] == '.')
		return false;
	for (size_t i = 0; i < len; i++) {
		unsigned char c = (unsigned char)text[i];

		if (c == '.' && text[i + 1] == '.')
			return false;
		if (c < 0x80 && !g_ascii_isalnum(c) && c != '-' && c != '.')
			return false;
	}
	return true;
}

static char *
display_name(const char *text, size_t len)
{
	char *raw = g_strstrip(g_strndup(text, len));
	size_t end = raw[0] == '"' ? closing_quote(raw) : 0;
	char *name;

	if (end == 0 || raw[end + 1] != '\0')
		return raw;
	name = resolve_escapes(raw + 1, end - 1);
	g_free(raw);
	return name;
}

bool
rc_value_mailbox(const char *text, char **name_out, char **address_out, GError **error)
{
	const char *open = strrchr(text, '<');
	size_t len = strlen(text);
	const char *spec = open != NULL ? open + 1 : text;
	char *address = g_strndup(spec, open != NULL && text[len - 1] == '>'
					    ? (size_t)(text + len - 1 - spec)
					    : strlen(spec));
	const char *at = strrchr(address, '@');

	if ((open != NULL && text[len - 1] != '>') || at == NULL ||
	    !is_local_part(address, (size_t)(at - address)) || !is_domain(at + 1)) {
		g_set_error(error, PF_ERROR, PF_ERROR_CONFIG,
		    "\"%s\" is no address; write it as Name <user@example.org>", text);
		g_free(address);
		return false;
	}
	*name_out =
	    open != NULL ? display_name(text, (size_t)(open - text)) : g_strdup("");
	*address_out = address;
	return true;
}

static bool
check_choice(const char *choices, const char *text, GError **error)
{
	char **words = g_strsplit(choices, "|", -1);
	bool is_one = g_strv_contains((const char *const *)words, text);
	char *list = g_strjoinv(", ", words);

	if (!is_one)
		g_set_error(error, PF_ERROR, PF_ERROR_CONFIG, "\"%s\" is none of: %s",
		    text, list);
	g_free(list);
	g_strfreev(words);
	return is_one;
}

static bool
check_mailbox(const char *text, GError **error)
{
	char *name, *address;

	if (!rc_value_mailbox(text, &name, &address, error))
		return false;
	g_free(name);
	g_free(address);
	return true;
}

static bool
check_url(const char *schemes, const char *text, GError **error)
{
	struct rc_url url;

	if (!rc_value_url(text, schemes, &url, error))
		return false;
	rc_value_url_clear(&url);
	return true;
}

/* A command that is one word with blanks in it was quoted as a whole, as git's config
 * wants it. */
static bool
check_argv(const char *text, GError **error)
{
	char **argv = rc_value_argv(text, error);
	bool is_good = argv != NULL;

	if (is_good && argv[1] == NULL && strchr(argv[0], ' ') != NULL &&
	    !g_file_test(argv[0], G_FILE_TEST_EXISTS)) {
		g_set_error(error, PF_ERROR, PF_ERROR_CONFIG,
		    "the quotes make one word of the whole command: write %s", argv[0]);
		is_good = false;
	}
	g_strfreev(argv);
	return is_good;
}

bool
rc_value_check(const struct rc_setting *setting, const char *text, GError **error)
{
	bool yes;
	int64_t number;

	switch (setting->type) {
	case RC_STRING:
	case RC_PATH:
		return true;
	case RC_BOOL:
		return rc_value_bool(text, &yes, error);
	case RC_INT:
	case RC_DURATION:
	case RC_SIZE:
		return rc_value_int(setting->type, text, &number, error);
	case RC_MAILBOX:
		return check_mailbox(text, error);
	case RC_URL:
		return check_url(setting->choices, text, error);
	case RC_COMMAND:
		return check_argv(text, error);
	case RC_CHOICE:
		return check_choice(setting->choices, text, error);
	}
	g_assert_not_reached();
}
