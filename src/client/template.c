/* SPDX-License-Identifier: GPL-3.0-or-later */
/* template.c - variables in the texts that letters begin with. Values come from strangers' letters: they are put in once
 * and never read again, and in a header they stay what they are, one name or one address. */
#include "client/template.h"

#include "base/error.h"
#include "base/jsonl.h"
#include "base/rc_nearest.h"

#include <string.h>

#define DATE_FORMAT "%Y-%m-%d %H:%M %z"
#define DAY_FORMAT  "%Y-%m-%d"

/* clang-format off */
const struct template_variable template_variables[] = {
	{"name",	true,	false,	false,	"Who wrote it: the name, or the address where there is none."},
	{"first-name",	true,	false,	false,	"The first word of that name; of `Doe, Jane` it is Jane."},
	{"address",	true,	false,	true,	"The address alone."},
	{"to",		true,	false,	true,	"Whom it was written to."},
	{"cc",		true,	false,	true,	"Who had a copy."},
	{"subject",	true,	false,	false,	"Its subject, as it stood there."},
	{"date",	true,	true,	false,	"When it was written, in its writer's own time."},
	{"id",		true,	false,	false,	"Its Message-ID, without the brackets."},
	{"attribution",	true,	false,	false,	"The line above the quote, as the account has it."},
	{"quote",	true,	false,	false,	"Its text: quoted in an answer, with its header in what is sent on."},
	{"my-name",	false,	false,	false,	"Your name, as in From."},
	{"my-address",	false,	false,	true,	"Your address, as in From."},
	{"account",	false,	false,	false,	"The account that the letter leaves from."},
	{"signature",	false,	false,	false,	"The signature, which else stands at the end."},
	{"today",	false,	true,	false,	"Now."},
};
/* clang-format on */
const size_t template_n_variables = G_N_ELEMENTS(template_variables);

/* "${name:format}" where it begins. */
struct mark {
	const char *name, *format, *end; /* format NULL: none; end: behind the brace */
	size_t name_len, format_len;
};

/* The next mark at or behind p, with what stands before it added to out (may be NULL); false when there is none. */
static bool
next_mark(const char *p, struct mark *mark, GString *out)
{
	for (const char *open; (open = strstr(p, "${")) != NULL;) {
		bool is_literal = open > p && open[-1] == '$';
		const char *close = open + 2 + strcspn(open + 2, "}\n");
		if (out != NULL)
			g_string_append_len(out, p, open - p - (is_literal ? 1 : 0));
		if (!is_literal && *close == '}') {
			size_t len = (size_t)(close - open - 2);
			const char *colon = memchr(open + 2, ':', len);
			*mark = (struct mark){.name = open + 2, .end = close + 1, .name_len = len};
			if (colon != NULL) {
				mark->name_len = (size_t)(colon - mark->name);
				mark->format = colon + 1;
				mark->format_len = (size_t)(close - colon - 1);
			}
			return true;
		}
		if (out != NULL)
			g_string_append(out, "${");
		p = open + 2;
	}
	if (out != NULL)
		g_string_append(out, p);
	return false;
}

static const struct template_variable *
find(const struct mark *m)
{
	for (size_t i = 0; i < template_n_variables; i++)
		if (strlen(template_variables[i].name) == m->name_len &&
		    strncmp(template_variables[i].name, m->name, m->name_len) == 0)
			return &template_variables[i];
	return NULL;
}

static unsigned
line_of(const char *text, const char *at)
{
	unsigned line = 1;
	for (const char *p = text; p < at; p++)
		line += *p == '\n';
	return line;
}

static void
set_unknown(const char *name, unsigned line, GError **error)
{
	const char *known[G_N_ELEMENTS(template_variables)];
	for (size_t i = 0; i < template_n_variables; i++)
		known[i] = template_variables[i].name;
	const char *meant = rc_nearest(name, known, template_n_variables);
	if (meant != NULL)
		g_set_error(error, PF_ERROR, PF_ERROR_DATA, "%u: unknown variable ${%s}, did you mean ${%s}?", line,
		    name, meant);
	else
		g_set_error(error, PF_ERROR, PF_ERROR_DATA, "%u: unknown variable ${%s}; penfold-rc(5) lists them", line,
		    name);
}

/* The date as the mark wants it, NULL where that is no format. Owned. */
static char *
date_words(const struct mark *m, const char *iso)
{
	GDateTime *date = g_date_time_new_from_iso8601(iso, NULL);
	char *format = m->format != NULL ? g_strndup(m->format, m->format_len)
					 : g_strdup(m->name_len == strlen("date") ? DATE_FORMAT : DAY_FORMAT);
	char *out = date != NULL ? g_date_time_format(date, format) : g_strdup("");
	if (date != NULL)
		g_date_time_unref(date);
	g_free(format);
	return out;
}

static bool
check_mark(const struct mark *m, unsigned line, bool has_original, GError **error)
{
	const struct template_variable *v = find(m);
	char *name = g_strndup(m->name, m->name_len);
	char *sample = v != NULL && v->is_date ? date_words(m, "2026-11-28T10:00:00Z") : NULL;
	bool is_good = false;
	if (v == NULL)
		set_unknown(name, line, error);
	else if (m->format != NULL && !v->is_date)
		g_set_error(error, PF_ERROR, PF_ERROR_DATA, "%u: ${%s} is no date and takes no format", line, name);
	else if (v->is_date && sample == NULL)
		g_set_error(error, PF_ERROR, PF_ERROR_DATA, "%u: ${%s:%.*s} is no format of strftime(3)", line, name,
		    (int)m->format_len, m->format);
	else if (v->is_of_original && !has_original)
		g_set_error(error, PF_ERROR, PF_ERROR_DATA, "%u: ${%s} is of a letter that is answered, and here is none",
		    line, name);
	else
		is_good = true;
	g_free(sample);
	g_free(name);
	return is_good;
}

bool
template_check(const char *text, bool has_original, GError **error)
{
	struct mark m;
	for (const char *p = text; next_mark(p, &m, NULL); p = m.end)
		if (!check_mark(&m, line_of(text, m.name), has_original, error))
			return false;
	return true;
}

char *
template_mailbox_name(const char *name)
{
	static const char specials[] = "()<>[]:;@\\,.\"#";
	if (strpbrk(name, specials) == NULL)
		return g_strdup(name);
	GString *out = g_string_new("\"");
	for (const char *p = name; *p != '\0'; p++) {
		if (*p == '"' || *p == '\\')
			g_string_append_c(out, '\\');
		g_string_append_c(out, *p);
	}
	g_string_append_c(out, '"');
	return g_string_free(out, FALSE);
}

enum where { IN_TEXT, IN_FIELD, IN_PEOPLE };

static char *
value_of(const struct mark *m, const json_t *values, enum where where)
{
	const struct template_variable *v = find(m);
	const char *value = v != NULL ? jsonl_string(values, v->name) : NULL;
	char *text = value == NULL ? g_strdup("") : v->is_date ? date_words(m, value) : g_strdup(value);
	if (text == NULL)
		text = g_strdup("");
	for (char *p = text; where != IN_TEXT && *p != '\0'; p++)
		if ((guchar)*p < ' ' || *p == 127)
			*p = ' ';
	if (where == IN_PEOPLE && v != NULL && !v->is_people) {
		char *quoted = template_mailbox_name(text);
		g_free(text);
		text = quoted;
	}
	return text;
}

static char *
fill(const char *text, const json_t *values, enum where where)
{
	GString *out = g_string_new(NULL);
	struct mark m;
	for (const char *p = text; next_mark(p, &m, out); p = m.end) {
		char *value = value_of(&m, values, where);
		g_string_append(out, value);
		g_free(value);
	}
	return g_string_free(out, FALSE);
}

char *
template_fill(const char *text, const json_t *values)
{
	return fill(text, values, IN_TEXT);
}

char *
template_fill_field(const char *text, const json_t *values, bool is_people)
{
	return fill(text, values, is_people ? IN_PEOPLE : IN_FIELD);
}
