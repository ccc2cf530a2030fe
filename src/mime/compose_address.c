/* SPDX-License-Identifier: GPL-3.0-or-later */
/* compose_address.c - a small hand-written parser of mailbox lists, one pass, no
 * recursion. It is stricter than one for received mail has to be: what it lets through is
 * sent to a server, so every fault is told with its place instead of being guessed
 * around. */
#include "mime/compose_address.h"

#include "base/error.h"
#include "base/limits.h"
#include "mime/compose_spec.h"

#include <string.h>

struct cursor {
	const char *text;
	const char *p;
	bool in_group;
};

static void
compose_address_free(gpointer data)
{
	struct compose_address *a = data;

	g_free(a->name);
	g_free(a->spec);
	g_free(a);
}

static bool
skip_comment(struct cursor *c, GError **error)
{
	const char *start = c->p;
	unsigned depth = 0;

	do {
		if (*c->p == '\\' && c->p[1] != '\0')
			c->p++;
		else if (*c->p == '(')
			depth++;
		else if (*c->p == ')')
			depth--;
		if (*c->p == '\0')
			return compose_spec_fail(
			    c->text, start, "the comment does not end", error);
		if (depth > LIMIT_COMMENT_DEPTH)
			return compose_spec_fail(
			    c->text, c->p, "comments are nested too deep", error);
		c->p++;
	} while (depth > 0);
	return true;
}

static bool
skip_space(struct cursor *c, GError **error)
{
	for (;;) {
		if (*c->p == ' ' || *c->p == '\t')
			c->p++;
		else if (*c->p != '(')
			return true;
		else if (!skip_comment(c, error))
			return false;
	}
}

static bool
take_quoted(struct cursor *c, GString *word, GError **error)
{
	const char *start = c->p++;

	while (*c->p != '"') {
		if (*c->p == '\\' && c->p[1] != '\0')
			c->p++;
		if (*c->p == '\0')
			return compose_spec_fail(
			    c->text, start, "the quote does not end", error);
		g_string_append_c(word, *c->p++);
	}
	c->p++;
	return true;
}

/* Words up to a character that decides what they were. The phrase is decoded; *last_out
 * is where the last word began, so that it can be taken back as a local part. */
static bool
take_phrase(struct cursor *c, GString *phrase, const char **last_out, size_t *n_words_out,
    GError **error)
{
	*n_words_out = 0;
	for (;;) {
		if (!skip_space(c, error))
			return false;
		if (*c->p != '"' && *c->p != '.' &&
		    !compose_spec_is_atext((unsigned char)*c->p))
			return true;
		*last_out = c->p;
		if (phrase->len > 0)
			g_string_append_c(phrase, ' ');
		while (*c->p == '"' || *c->p == '.' ||
		       compose_spec_is_atext((unsigned char)*c->p)) {
			if (*c->p != '"')
				g_string_append_c(phrase, *c->p++);
			else if (!take_quoted(c, phrase, error))
				return false;
		}
		(*n_words_out)++;
	}
}

/* From `start` to the end of an addr-spec, checked; owned. */
static char *
take_spec(struct cursor *c, const char *start, GError **error)
{
	const char *fault, *at;
	char *spec;

	c->p = start;
	if (*c->p == '"') {
		GString *ignored = g_string_new(NULL);
		bool good = take_quoted(c, ignored, error);

		g_string_free(ignored, TRUE);
		if (!good)
			return NULL;
	}
	while (*c->p != '\0' && strchr(" \t,;<>()", *c->p) == NULL &&
	       (*c->p != ':' || strchr(start, '[') != NULL))
		c->p++;
	spec = g_strndup(start, (gsize)(c->p - start));
	fault = compose_spec_fault(spec, &at);
	if (fault != NULL) {
		(void)compose_spec_fail(c->text, start + (at - spec), fault, error);
		g_free(spec);
		return NULL;
	}
	return spec;
}

static bool
add_mailbox(GPtrArray *list, const char *name, char *spec)
{
	struct compose_address *a = g_new0(struct compose_address, 1);

	a->name = g_strstrip(g_strdup(name));
	a->spec = spec;
	g_ptr_array_add(list, a);
	return true;
}

static bool
take_angle(struct cursor *c, const char *name, GPtrArray *list, GError **error)
{
	char *spec = NULL;

	c->p++;
	if (!skip_space(c, error) || (spec = take_spec(c, c->p, error)) == NULL)
		return false;
	if (!skip_space(c, error)) {
		g_free(spec);
		return false;
	}
	if (*c->p != '>') {
		(void)compose_spec_fail(c->text, c->p, "\">\" is missing here", error);
		g_free(spec);
		return false;
	}
	c->p++;
	return add_mailbox(list, name, spec);
}

static bool
take_mailbox(struct cursor *c, GPtrArray *list, GError **error)
{
	GString *phrase = g_string_new(NULL);
	const char *last = c->p;
	size_t n_words;
	bool good = false;

	if (!take_phrase(c, phrase, &last, &n_words, error)) {
		/* error is set */
	} else if (*c->p == '<') {
		good = take_angle(c, phrase->str, list, error);
	} else if (*c->p == '@' && n_words == 1) {
		char *spec = take_spec(c, last, error);

		good = spec != NULL && add_mailbox(list, "", spec);
	} else if (*c->p == '@') {
		(void)compose_spec_fail(
		    c->text, last, "an address after a name stands within < >", error);
	} else if (*c->p == ':' && !c->in_group && n_words > 0) {
		c->p++;
		c->in_group = good = true;
	} else if (n_words > 0) {
		(void)compose_spec_fail(c->text, last, "this has no @", error);
	} else {
		(void)compose_spec_fail(
		    c->text, c->p, "no address begins with this character", error);
	}
	g_string_free(phrase, TRUE);
	return good;
}

/* What may follow a mailbox: the end, a comma, the end of its group. */
static bool
take_separator(struct cursor *c, GError **error)
{
	if (!skip_space(c, error))
		return false;
	if (*c->p == ';' && !c->in_group)
		return compose_spec_fail(
		    c->text, c->p, "addresses are separated by commas", error);
	if (*c->p == ';')
		c->in_group = false;
	if (*c->p == ',' || *c->p == ';')
		c->p++;
	else if (*c->p != '\0')
		return compose_spec_fail(c->text, c->p, "a comma is missing here", error);
	return true;
}

static bool
take_element(struct cursor *c, GPtrArray *list, GError **error)
{
	bool was_in_group = c->in_group;

	if (*c->p == ',' || (*c->p == ';' && c->in_group))
		return take_separator(c, error);
	if (!take_mailbox(c, list, error))
		return false;
	return c->in_group != was_in_group || take_separator(c, error);
}

GPtrArray *
compose_address_list(const char *text, GError **error)
{
	struct cursor c = {.text = text, .p = text};
	GPtrArray *list = g_ptr_array_new_with_free_func(compose_address_free);
	const char *end;
	bool good;

	if (!g_utf8_validate(text, -1, &end)) {
		g_set_error(
		    error, PF_ERROR, PF_ERROR_DATA, "an address is not valid UTF-8");
		g_ptr_array_unref(list);
		return NULL;
	}
	good = skip_space(&c, error);
	while (good && *c.p != '\0') {
		good = take_element(&c, list, error) && skip_space(&c, error);
		if (good && list->len > LIMIT_ADDRESSES)
			good = compose_spec_fail(text, c.p, "too many addresses", error);
	}
	if (good && c.in_group)
		good = compose_spec_fail(
		    text, c.p, "the group does not end with \";\"", error);
	if (good)
		return list;
	g_ptr_array_unref(list);
	return NULL;
}
