/* SPDX-License-Identifier: GPL-3.0-or-later */
/* pattern.c - mutt's patterns as notmuch queries. */
#include "ui/pattern.h"

#include <glib.h>
#include <string.h>

/* "*" stands for every letter only where it is the whole query. */
#define EVERYTHING "path:**"

static const struct {
	char letter;
	const char *query; /* %s is the word behind it; without, none is taken */
} table[] = {
    {'f', "from:%s"},
    {'t', "to:%s"},
    {'c', "to:%s"},
    {'C', "to:%s"},
    {'L', "(from:%s or to:%s)"},
    {'s', "subject:%s"},
    {'b', "body:%s"},
    {'B', "%s"},
    {'h', "%s"},
    {'i', "id:%s"},
    {'y', "tag:%s"},
    {'N', "tag:unread"},
    {'O', "tag:unread"},
    {'U', "tag:unread"},
    {'R', "(not tag:unread)"},
    {'F', "tag:flagged"},
    {'Q', "tag:replied"},
    {'D', "tag:deleted"},
    {'X', "tag:attachment"},
    {'g', "tag:signed"},
    {'G', "tag:encrypted"},
    {'P', "tag:sent"},
    {'A', EVERYTHING},
};

bool
pattern_nth(size_t i, char *letter_out, const char **query_out)
{
	if (i >= G_N_ELEMENTS(table))
		return false;
	*letter_out = table[i].letter;
	*query_out = table[i].query;
	return true;
}

/* The word or the quoted words at *at, as they stand; moves on. Owned. */
static char *
take_word(const char **at)
{
	while (**at == ' ')
		(*at)++;
	const char *start = *at;
	if (*start == '"') {
		const char *end = strchr(start + 1, '"');
		*at = end != NULL ? end + 1 : start + strlen(start);
	} else {
		*at = start + strcspn(start, " )|");
	}
	return g_strndup(start, (gsize)(*at - start));
}

static void
add_query(GString *out, const char *query, const char *word)
{
	for (const char *p = query; *p != '\0'; p++) {
		if (p[0] == '%' && p[1] == 's') {
			g_string_append(out, word);
			p++;
		} else {
			g_string_append_c(out, *p);
		}
	}
}

/* "<3d": within; ">3d": before; units d, w, m, y. False when it is none. */
static bool
add_age(GString *out, const char *word)
{
	static const char letters[] = "dwmy";
	static const char *const units[] = {"days", "weeks", "months", "years"};
	size_t n = (*word == '<' || *word == '>') ? strspn(word + 1, "0123456789") : 0;
	const char *unit = n > 0 && word[n + 1] != '\0' ? strchr(letters, word[n + 1]) : NULL;
	if (unit == NULL || word[n + 2] != '\0')
		return false;
	const char *name = units[unit - letters];
	if (*word == '<')
		g_string_append_printf(out, "date:%.*s%s..", (int)n, word + 1, name);
	else
		g_string_append_printf(out, "date:..%.*s%s", (int)n, word + 1, name);
	return true;
}

/* What the letter behind a tilde at *at means; false when nothing. */
static bool
add_pattern(GString *out, const char **at)
{
	char letter = **at;
	if (letter == 'd' || letter == 'r') {
		const char *p = *at + 1;
		char *word = take_word(&p);
		bool ok = add_age(out, word);
		g_free(word);
		if (ok)
			*at = p;
		return ok;
	}
	for (size_t i = 0; letter != '\0' && i < G_N_ELEMENTS(table); i++) {
		if (table[i].letter != letter)
			continue;
		(*at)++;
		char *word = strstr(table[i].query, "%s") != NULL ? take_word(at) : g_strdup("");
		add_query(out, table[i].query, word);
		g_free(word);
		return true;
	}
	return false;
}

char *
pattern_to_query(const char *text)
{
	GString *out = g_string_new(NULL);
	if (strchr(text, '~') == NULL)
		return g_string_free(g_string_append(out, text), FALSE);
	for (const char *p = text; *p != '\0';) {
		bool is_start = p == text || strchr(" (!|", p[-1]) != NULL;
		if (*p == '~' && is_start) {
			const char *at = p + 1;
			if (add_pattern(out, &at)) {
				p = at;
				continue;
			}
		}
		if (*p == '!' && is_start)
			g_string_append(out, p[1] == ' ' ? "not" : "not ");
		else if (*p == '|' && is_start)
			g_string_append(out, p[1] == ' ' ? "or" : "or ");
		else
			g_string_append_c(out, *p);
		p++;
	}
	if (g_str_equal(out->str, EVERYTHING))
		g_string_assign(out, "*");
	return g_string_free(out, FALSE);
}
