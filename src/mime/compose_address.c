/* SPDX-License-Identifier: GPL-3.0-or-later */
/* compose_address.c - a small hand-written parser of mailbox lists, one pass, no recursion. It is
 * stricter than one for received mail has to be: what it lets through is sent to a server, so every
 * fault is told with its place instead of being guessed around. */
#include "mime/compose_address.h"

#include "base/error.h"
#include "base/limits.h"

#include <gio/gio.h>
#include <idn2.h>
#include <string.h>

#define MAX_LOCAL  64  /* RFC 5321 4.5.3.1.1 */
#define MAX_DOMAIN 255 /* RFC 5321 4.5.3.1.2 */
#define MAX_LABEL  63  /* RFC 1035 2.3.4 */
#define MAX_SPEC   254 /* RFC 5321 4.5.3.1.3: path of 256 with its angle brackets */

struct cursor {
	const char *text;
	const char *p;
	bool in_group;
};

static bool
fail_at(const char *text, const char *at, const char *what, GError **error)
{
	size_t len = (size_t)(at - text);

	g_set_error(error, PF_ERROR, PF_ERROR_DATA, "address \"%s\": %s (character %ld)", text, what,
	    g_utf8_strlen(text, (gssize)len) + 1);
	return false;
}

static bool
is_atext(unsigned char c)
{
	return c >= 0x80 || g_ascii_isalnum((gchar)c) ||
	       (c != '\0' && strchr("!#$%&'*+-/=?^_`{|}~", c) != NULL);
}

static void
compose_address_free(gpointer data)
{
	struct compose_address *a = data;

	g_free(a->name);
	g_free(a->spec);
	g_free(a);
}

/* --- addr-spec ------------------------------------------------------------------------------- */

/* The "@" that ends the local part; a quoted local part may hold others. */
static const char *
find_at(const char *spec)
{
	const char *p = spec;

	if (*p == '"') {
		for (p++; *p != '\0' && *p != '"'; p++) {
			if (*p == '\\' && p[1] != '\0')
				p++;
		}
	}
	return strchr(p, '@');
}

static const char *
quoted_local_fault(const char *local, const char *end, const char **at_out)
{
	const char *p;

	for (p = local + 1; p < end - 1; p++) {
		*at_out = p;
		if (*p == '\\')
			p++;
		else if (*p == '"')
			return "a quote within quotes needs a backslash";
		if (p >= end - 1 || (unsigned char)*p < 32 || *p == 127)
			return "a control character in the quoted name";
	}
	*at_out = local;
	return end - local < 2 || end[-1] != '"' ? "the quoted name does not end" : NULL;
}

static const char *
local_fault(const char *local, const char *end, const char **at_out)
{
	const char *p;

	*at_out = local;
	if (local == end)
		return "nothing before the @";
	if (end - local > MAX_LOCAL)
		return "the part before the @ is longer than 64 bytes";
	if (*local == '"')
		return quoted_local_fault(local, end, at_out);
	for (p = local; p < end; p++) {
		*at_out = p;
		if (*p == '.') {
			if (p == local || p + 1 == end || p[1] == '.')
				return "a dot may not be first, last or doubled before the @";
		} else if (!is_atext((unsigned char)*p)) {
			return "this character may not stand before the @";
		}
	}
	return NULL;
}

static const char *
literal_fault(const char *domain)
{
	size_t len = strlen(domain);
	const char *start = domain + 1;
	GInetAddress *ip;
	GSocketFamily want = G_SOCKET_FAMILY_IPV4;
	char *text;
	bool good;

	if (domain[len - 1] != ']')
		return "the address literal does not end with ]";
	if (g_ascii_strncasecmp(start, "IPv6:", 5) == 0) {
		start += 5;
		want = G_SOCKET_FAMILY_IPV6;
	}
	text = g_strndup(start, (gsize)(domain + len - 1 - start));
	ip = g_inet_address_new_from_string(text);
	good = ip != NULL && g_inet_address_get_family(ip) == want;
	g_clear_object(&ip);
	g_free(text);
	return good ? NULL : "no IP address within [ ]";
}

static const char *
labels_fault(const char *domain, const char **at_out)
{
	const char *label = domain, *p;

	for (p = domain;; p++) {
		*at_out = p;
		if (*p == '.' || *p == '\0') {
			if (p == label)
				return *p == '\0' ? "a dot may not end the domain"
						  : "an empty label in the domain";
			if (p - label > MAX_LABEL)
				return "a label of the domain is longer than 63 bytes";
			if (*label == '-' || p[-1] == '-')
				return "a label of the domain begins or ends with a hyphen";
			if (*p == '\0')
				return NULL;
			label = p + 1;
		} else if (!g_ascii_isalnum(*p) && *p != '-') {
			return "this character may not stand in a domain";
		}
	}
}

/* A-labels of a domain in any form; owned, NULL when IDNA2008 refuses it. */
static char *
domain_ascii(const char *domain)
{
	uint8_t *out = NULL;
	char *copy;

	if (g_str_is_ascii(domain))
		return g_ascii_strdown(domain, -1);
	if (idn2_lookup_u8((const uint8_t *)domain, &out,
		IDN2_NFC_INPUT | IDN2_NONTRANSITIONAL) != IDN2_OK)
		return NULL;
	copy = g_strdup((const char *)out);
	idn2_free(out);
	return copy;
}

static const char *
domain_fault(const char *domain, const char **at_out)
{
	const char *fault;
	char *ascii;

	*at_out = domain;
	if (*domain == '\0')
		return "nothing after the @";
	if (*domain == '[')
		return literal_fault(domain);
	ascii = domain_ascii(domain);
	if (ascii == NULL)
		return "the domain is no valid international name";
	if (strlen(ascii) > MAX_DOMAIN) {
		fault = "the domain is longer than 255 bytes";
	} else {
		fault = labels_fault(ascii, at_out);
		/* the place within the A-label form says nothing to the writer */
		*at_out = g_str_is_ascii(domain) ? domain + (*at_out - ascii) : domain;
	}
	g_free(ascii);
	return fault;
}

static const char *
spec_fault(const char *spec, const char **at_out)
{
	const char *at_sign, *fault;

	*at_out = spec;
	if (!g_utf8_validate(spec, -1, at_out))
		return "not valid UTF-8";
	*at_out = spec;
	at_sign = find_at(spec);
	if (at_sign == NULL)
		return "there is no @ in it";
	if (strlen(spec) > MAX_SPEC)
		return "longer than 254 bytes";
	fault = local_fault(spec, at_sign, at_out);
	return fault != NULL ? fault : domain_fault(at_sign + 1, at_out);
}

/* --- lists ----------------------------------------------------------------------------------- */

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
			return fail_at(c->text, start, "the comment does not end", error);
		if (depth > LIMIT_COMMENT_DEPTH)
			return fail_at(c->text, c->p, "comments are nested too deep", error);
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
			return fail_at(c->text, start, "the quote does not end", error);
		g_string_append_c(word, *c->p++);
	}
	c->p++;
	return true;
}

/* Words up to a character that decides what they were. The phrase is decoded; *last_out is where the
 * last word began, so that it can be taken back as a local part. */
static bool
take_phrase(struct cursor *c, GString *phrase, const char **last_out, size_t *n_words_out,
    GError **error)
{
	*n_words_out = 0;
	for (;;) {
		if (!skip_space(c, error))
			return false;
		if (*c->p != '"' && *c->p != '.' && !is_atext((unsigned char)*c->p))
			return true;
		*last_out = c->p;
		if (phrase->len > 0)
			g_string_append_c(phrase, ' ');
		while (*c->p == '"' || *c->p == '.' || is_atext((unsigned char)*c->p)) {
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
	fault = spec_fault(spec, &at);
	if (fault != NULL) {
		(void)fail_at(c->text, start + (at - spec), fault, error);
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
		(void)fail_at(c->text, c->p, "\">\" is missing here", error);
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
		(void)fail_at(c->text, last, "an address after a name stands within < >", error);
	} else if (*c->p == ':' && !c->in_group && n_words > 0) {
		c->p++;
		c->in_group = good = true;
	} else if (n_words > 0) {
		(void)fail_at(c->text, last, "this has no @", error);
	} else {
		(void)fail_at(c->text, c->p, "no address begins with this character", error);
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
		return fail_at(c->text, c->p, "addresses are separated by commas", error);
	if (*c->p == ';')
		c->in_group = false;
	if (*c->p == ',' || *c->p == ';')
		c->p++;
	else if (*c->p != '\0')
		return fail_at(c->text, c->p, "a comma is missing here", error);
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
	struct cursor c = { .text = text, .p = text };
	GPtrArray *list = g_ptr_array_new_with_free_func(compose_address_free);
	const char *end;
	bool good;

	if (!g_utf8_validate(text, -1, &end)) {
		g_set_error(error, PF_ERROR, PF_ERROR_DATA, "an address is not valid UTF-8");
		g_ptr_array_unref(list);
		return NULL;
	}
	good = skip_space(&c, error);
	while (good && *c.p != '\0') {
		good = take_element(&c, list, error) && skip_space(&c, error);
		if (good && list->len > LIMIT_ADDRESSES)
			good = fail_at(text, c.p, "too many addresses", error);
	}
	if (good && c.in_group)
		good = fail_at(text, c.p, "the group does not end with \";\"", error);
	if (good)
		return list;
	g_ptr_array_unref(list);
	return NULL;
}

bool
compose_address_check(const char *spec, size_t *offset_out, GError **error)
{
	const char *at = spec;
	const char *fault = spec_fault(spec, &at);

	if (fault == NULL)
		return true;
	if (offset_out != NULL)
		*offset_out = (size_t)(at - spec);
	if (!g_utf8_validate(spec, -1, NULL)) {
		g_set_error(error, PF_ERROR, PF_ERROR_DATA, "an address is not valid UTF-8");
		return false;
	}
	return fail_at(spec, at, fault, error);
}

char *
compose_address_ascii(const char *spec, GError **error)
{
	const char *domain = compose_address_domain(spec);
	char *ascii, *result;

	ascii = *domain == '[' ? g_strdup(domain) : domain_ascii(domain);
	if (ascii == NULL) {
		(void)fail_at(spec, domain, "the domain is no valid international name", error);
		return NULL;
	}
	result = g_strdup_printf("%.*s%s", (int)(domain - spec), spec, ascii);
	g_free(ascii);
	return result;
}

const char *
compose_address_domain(const char *spec)
{
	const char *at = find_at(spec);

	return at != NULL ? at + 1 : spec + strlen(spec);
}

bool
compose_address_equal(const char *a, const char *b)
{
	const char *da = compose_address_domain(a), *db = compose_address_domain(b);

	return da - a == db - b && strncmp(a, b, (size_t)(da - a)) == 0 &&
	       g_ascii_strcasecmp(da, db) == 0;
}
