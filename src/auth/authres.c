/* SPDX-License-Identifier: GPL-3.0-or-later */
/* authres.c - a strict parser for Authentication-Results (RFC 8601 section 2.2): comments
 * nest, strings are quoted, and what does not fit refuses the whole field. A trusted
 * server that copies MAIL FROM into a value without care must not become a way to write
 * results in its name. */
#include "auth/authres.h"

#include "auth/domain.h"
#include "base/error.h"
#include "base/limits.h"

#include <string.h>

struct cursor {
	const char *p, *end;
	const char *problem; /* NULL until something does not fit; static */
};

static bool
refuse(struct cursor *c, const char *problem)
{
	if (c->problem == NULL)
		c->problem = problem;
	return false;
}

/* CFWS: blanks, line ends and comments. */
static bool
skip_cfws(struct cursor *c)
{
	unsigned depth = 0;

	for (; c->p < c->end; c->p++) {
		char ch = *c->p;
		if (ch == '(') {
			if (++depth > LIMIT_COMMENT_DEPTH)
				return refuse(c, "comments nest too deep");
		} else if (ch == ')' && depth > 0) {
			depth--;
		} else if (ch == '\\' && depth > 0 && c->p + 1 < c->end) {
			c->p++;
		} else if (depth == 0 && ch != ' ' && ch != '\t' && ch != '\r' &&
			   ch != '\n') {
			return true;
		}
	}
	return depth == 0 || refuse(c, "a comment does not end");
}

static bool
at(const struct cursor *c, char ch)
{
	return c->p < c->end && *c->p == ch;
}

/* Keyword of RFC 5321: letters, digits, hyphens; "_" occurs in the wild. Lower case,
 * owned. */
static char *
take_keyword(struct cursor *c)
{
	const char *from = c->p;

	while (c->p < c->end && (g_ascii_isalnum(*c->p) || *c->p == '-' || *c->p == '_'))
		c->p++;
	return c->p > from ? g_ascii_strdown(from, c->p - from) : NULL;
}

/* The quoted string at p to out; false when it does not end. */
static bool
take_quoted(struct cursor *c, GString *out)
{
	for (c->p++; c->p < c->end && *c->p != '"'; c->p++) {
		if (*c->p == '\\' && c->p + 1 < c->end)
			c->p++;
		if (*c->p != '\r' && *c->p != '\n')
			g_string_append_c(out, *c->p == '\0' ? '?' : *c->p);
	}
	if (c->p >= c->end)
		return refuse(c, "a quoted string does not end");
	c->p++;
	return true;
}

/* What may stand in a value without quotes: more than a token of RFC 2045, since
 * addresses and base64 do stand there, but nothing that ends a value. */
static bool
is_value_char(char ch)
{
	return (unsigned char)ch > ' ' && ch != 0x7f && strchr(";()\",<>", ch) == NULL;
}

static void
take_plain(struct cursor *c, GString *out)
{
	for (; c->p < c->end && is_value_char(*c->p); c->p++)
		g_string_append_c(out, *c->p);
}

/* pvalue: value, or [[local-part] "@"] domain-name, the local part perhaps quoted. */
static char *
take_value(struct cursor *c)
{
	GString *out = g_string_new(NULL);
	bool is_quoted = at(c, '"'), is_bracketed = at(c, '<');
	const char *from = c->p;

	if (is_bracketed)
		c->p++; /* "<>" and "<a@b>" of some servers */
	if (at(c, '"') && !take_quoted(c, out))
		is_quoted = false;
	if (!is_quoted || at(c, '@'))
		take_plain(c, out);
	if (is_bracketed && at(c, '>'))
		c->p++;
	else if (is_bracketed)
		refuse(c, "a \"<\" does not end");
	if (c->p == from && c->p < c->end && *c->p != ';')
		refuse(c, "an empty value"); /* but "smtp.mailfrom=" does end bounces'
						results */
	if (c->p < c->end && (is_value_char(*c->p) || strchr("\",<>", *c->p) != NULL))
		refuse(c, "a value does not end where it should");
	return g_string_free(out, FALSE);
}

static void
property_free(gpointer data)
{
	struct authres_property *property = data;

	g_free(property->ptype);
	g_free(property->property);
	g_free(property->value);
	g_free(property);
}

static void
result_free(gpointer data)
{
	struct authres_result *result = data;

	g_free(result->method);
	g_free(result->result);
	g_free(result->reason);
	g_ptr_array_unref(result->properties);
	g_free(result);
}

/* reasonspec or propspec. */
static bool
parse_property(struct cursor *c, struct authres_result *result)
{
	char *first = take_keyword(c), *second = NULL, *value = NULL;

	if (first == NULL)
		return refuse(c, "something that is no property");
	(void)skip_cfws(c); /* a problem is kept in the cursor */
	if (at(c, '.')) {
		c->p++;
		(void)skip_cfws(c);
		second = take_keyword(c);
		(void)skip_cfws(c);
	}
	if (!at(c, '=') || (second == NULL && c->p[-1] == '.')) {
		g_free(first);
		g_free(second);
		return refuse(c, "a property without \"=\"");
	}
	c->p++;
	(void)skip_cfws(c);
	value = take_value(c);
	if (second == NULL && strcmp(first, "reason") == 0 && result->reason == NULL) {
		g_free(first);
		result->reason = value;
		return c->problem == NULL;
	}
	struct authres_property *property = g_new0(struct authres_property, 1);
	property->ptype = second == NULL ? g_strdup("") : first;
	property->property = second == NULL ? first : second;
	property->value = value;
	g_ptr_array_add(result->properties, property);
	return c->problem == NULL;
}

/* method [ "/" method-version ]; only version 1 of a method is known, which is the
 * default. */
static bool
parse_method(struct cursor *c, struct authres_result *result)
{
	result->method = take_keyword(c);
	if (result->method == NULL)
		return refuse(c, "a result without a method");
	(void)skip_cfws(c);
	if (at(c, '/')) {
		c->p++;
		(void)skip_cfws(c);
		char *version = take_keyword(c);
		if (version == NULL || strcmp(version, "1") != 0)
			refuse(c, "unknown method version");
		g_free(version);
		(void)skip_cfws(c);
	}
	if (!at(c, '='))
		return refuse(c, "a method without \"=\"");
	c->p++;
	(void)skip_cfws(c);
	result->result = take_keyword(c);
	return result->result != NULL || refuse(c, "a method without a result");
}

static bool
parse_result(struct cursor *c, struct authres *out)
{
	struct authres_result *result = g_new0(struct authres_result, 1);

	result->properties = g_ptr_array_new_with_free_func(property_free);
	g_ptr_array_add(out->results, result);
	if (out->results->len > LIMIT_AUTHRES_RESULTS)
		return refuse(c, "too many results");
	if (!parse_method(c, result))
		return false;
	for (;;) {
		const char *before = c->p;
		if (!skip_cfws(c))
			return false;
		if (c->p >= c->end || *c->p == ';')
			return true;
		if (c->p == before)
			return refuse(c, "a result does not end where it should");
		if (!parse_property(c, out->results->pdata[out->results->len - 1]))
			return false;
	}
}

/* authserv-id [ CFWS authres-version ] */
static bool
parse_id(struct cursor *c, struct authres *out)
{
	GString *id = g_string_new(NULL);
	bool is_ok = skip_cfws(c);

	if (is_ok && at(c, '"'))
		is_ok = take_quoted(c, id);
	else if (is_ok)
		for (;
		     c->p < c->end && is_value_char(*c->p) && strchr("=/", *c->p) == NULL;
		     c->p++)
			g_string_append_c(id, *c->p);
	out->id = g_string_free(id, FALSE);
	if (!is_ok || out->id[0] == '\0' || at(c, '='))
		return refuse(c, "no authserv-id");
	if (!skip_cfws(c))
		return false;
	if (c->p < c->end && *c->p != ';') {
		char *version = take_keyword(c);
		bool is_one = version != NULL && strcmp(version, "1") == 0;
		g_free(version);
		if (!is_one || !skip_cfws(c))
			return refuse(c, "unknown version");
	}
	return true;
}

/* no-result: "none" and nothing else. */
static bool
is_no_result(struct cursor *c)
{
	struct cursor ahead = *c;
	char *word = take_keyword(&ahead);
	bool is_none = word != NULL && strcmp(word, "none") == 0 && skip_cfws(&ahead) &&
		       ahead.p == ahead.end;

	g_free(word);
	return is_none;
}

static bool
parse(struct cursor *c, struct authres *out)
{
	if (!parse_id(c, out))
		return false;
	if (c->p >= c->end)
		return refuse(c, "no result");
	while (c->p < c->end) {
		if (*c->p != ';')
			return refuse(c, "a \";\" is missing");
		c->p++;
		if (!skip_cfws(c))
			return false;
		if (out->results->len == 0 && is_no_result(c)) {
			out->is_none = true;
			return true;
		}
		if (c->p >= c->end) /* a ";" at the very end */
			return out->results->len > 0 || refuse(c, "no result");
		if (!parse_result(c, out))
			return false;
	}
	return true;
}

struct authres *
authres_new(const char *bytes, size_t len, GError **error)
{
	struct cursor c = {.p = bytes, .end = bytes + len};
	struct authres *out = g_new0(struct authres, 1);

	out->results = g_ptr_array_new_with_free_func(result_free);
	if (len > LIMIT_AUTHRES_FIELD)
		refuse(&c, "the field is too long");
	else
		(void)parse(&c, out);
	if (c.problem == NULL)
		return out;
	g_set_error_literal(error, PF_ERROR, PF_ERROR_DATA, c.problem);
	authres_free(out);
	return NULL;
}

void
authres_free(struct authres *authres)
{
	if (authres == NULL)
		return;
	g_free(authres->id);
	g_ptr_array_unref(authres->results);
	g_free(authres);
}

const char *
authres_property(
    const struct authres_result *result, const char *ptype, const char *property)
{
	for (guint i = 0; i < result->properties->len; i++) {
		const struct authres_property *one =
		    g_ptr_array_index(result->properties, i);
		if (strcmp(one->ptype, ptype) == 0 &&
		    strcmp(one->property, property) == 0)
			return one->value;
	}
	return NULL;
}

static char *
domain_of(const char *value)
{
	const char *at_sign = value == NULL ? NULL : strrchr(value, '@');

	if (value == NULL)
		return NULL;
	return domain_ascii(at_sign != NULL ? at_sign + 1 : value, -1);
}

char *
authres_dkim_domain(const struct authres_result *result)
{
	const char *d = authres_property(result, "header", "d");

	return domain_of(d != NULL ? d : authres_property(result, "header", "i"));
}

char *
authres_spf_domain(const struct authres_result *result)
{
	char *domain = domain_of(authres_property(result, "smtp", "mailfrom"));

	return domain != NULL ? domain
			      : domain_of(authres_property(result, "smtp", "helo"));
}
