/* SPDX-License-Identifier: GPL-3.0-or-later */
/* spf_record.c - reads a record term by term. What a mechanism may take is a row of a
 * table. */
#include "auth/spf_record.h"

#include "auth/spf_macro.h"
#include "base/error.h"
#include "base/limits.h"

#include <arpa/inet.h>
#include <string.h>

static const struct form {
	const char *name;
	enum spf_mechanism mechanism;
	bool has_spec, needs_spec, has_cidr;
} forms[] = {
    {"all", SPF_ALL, false, false, false},
    {"include", SPF_INCLUDE, true, true, false},
    {"a", SPF_A, true, false, true},
    {"mx", SPF_MX, true, false, true},
    {"ptr", SPF_PTR, true, false, false},
    {"ip4", SPF_IP4, true, true, true},
    {"ip6", SPF_IP6, true, true, true},
    {"exists", SPF_EXISTS, true, true, false},
};

bool
spf_record_is(const char *text)
{
	return g_ascii_strncasecmp(text, "v=spf1", 6) == 0 &&
	       (text[6] == ' ' || text[6] == '\0');
}

static void
term_free(gpointer data)
{
	struct spf_term *term = data;

	g_free(term->spec);
	g_free(term->text);
	g_free(term);
}

static bool
fail(GError **error, const char *why, const char *term)
{
	g_set_error(error, PF_ERROR, PF_ERROR_DATA, "%s: \"%s\"", why, term);
	return false;
}

/* A prefix length without leading zeros, at most max. */
static bool
read_prefix(const char *text, size_t len, unsigned max, unsigned *out)
{
	unsigned n = 0;

	if (len == 0 || len > 3 || (len > 1 && text[0] == '0'))
		return false;
	for (size_t i = 0; i < len; i++) {
		if (!g_ascii_isdigit(text[i]))
			return false;
		n = n * 10 + (unsigned)(text[i] - '0');
	}
	*out = n;
	return n <= max;
}

/* Where trailing digits begin that "/" stands before; len when there are none. */
static size_t
slash_before_digits(const char *text, size_t len)
{
	size_t at = len;

	while (at > 0 && g_ascii_isdigit(text[at - 1]))
		at--;
	return at > 0 && text[at - 1] == '/' ? at - 1 : len;
}

/* dual-cidr-length at the end of *len bytes: "/n", "//n", "/n//m"; cut off. */
static bool
take_dual_cidr(const char *text, size_t *len, struct spf_term *term)
{
	size_t at = slash_before_digits(text, *len);

	if (at < *len && at > 0 && text[at - 1] == '/') {
		if (!read_prefix(text + at + 1, *len - at - 1, 128, &term->cidr6))
			return false;
		*len = at - 1;
		at = slash_before_digits(text, *len);
	}
	if (at < *len) {
		if (!read_prefix(text + at + 1, *len - at - 1, 32, &term->cidr4))
			return false;
		*len = at;
	}
	return *len == 0 || text[*len - 1] != '/';
}

static bool
read_network(const char *text, size_t len, struct spf_term *term)
{
	bool is_4 = term->mechanism == SPF_IP4;
	const char *slash = memchr(text, '/', len);
	size_t n = slash == NULL ? len : (size_t)(slash - text);
	unsigned *cidr = is_4 ? &term->cidr4 : &term->cidr6;

	if (slash != NULL && !read_prefix(slash + 1, len - n - 1, is_4 ? 32 : 128, cidr))
		return false;
	char *address = g_strndup(text, n);
	bool is_ok = inet_pton(is_4 ? AF_INET : AF_INET6, address, term->address) == 1;
	g_free(address);
	return is_ok;
}

/* What stands after the mechanism's name: "", ":spec", "/cidr", ":spec/cidr". */
static bool
read_rest(const char *rest, const struct form *form, struct spf_term *term)
{
	size_t len = strlen(rest);

	if (form->mechanism == SPF_IP4 || form->mechanism == SPF_IP6)
		return rest[0] == ':' && read_network(rest + 1, len - 1, term);
	if (form->has_cidr && !take_dual_cidr(rest, &len, term))
		return false;
	if (len == 0)
		return !form->needs_spec;
	if (!form->has_spec || rest[0] != ':' ||
	    !spf_macro_is_valid(rest + 1, len - 1, true))
		return false;
	term->spec = g_strndup(rest + 1, len - 1);
	return true;
}

static bool
add_mechanism(struct spf_record *record, const char *text, GError **error)
{
	bool has_qualifier = strchr("+-~?", text[0]) != NULL;
	const char *name = text + (has_qualifier ? 1 : 0);
	size_t n = strcspn(name, ":/");
	const struct form *form = NULL;

	for (size_t i = 0; i < G_N_ELEMENTS(forms); i++)
		if (strlen(forms[i].name) == n &&
		    g_ascii_strncasecmp(forms[i].name, name, n) == 0)
			form = &forms[i];
	if (form == NULL)
		return fail(error, "unknown mechanism", text);
	if (record->terms->len >= LIMIT_SPF_TERMS)
		return fail(error, "too many terms", text);
	struct spf_term *term = g_new0(struct spf_term, 1);
	term->mechanism = form->mechanism;
	term->qualifier = has_qualifier ? text[0] : '+';
	term->cidr4 = 32;
	term->cidr6 = 128;
	term->text = g_strdup(text);
	g_ptr_array_add(record->terms, term);
	return read_rest(name + n, form, term) ||
	       fail(error, "malformed mechanism", text);
}

/* name = ALPHA *( ALPHA / DIGIT / "-" / "_" / "." ), then "=". The length of the name, 0
 * when it is no modifier. */
static size_t
modifier_name(const char *text)
{
	size_t n = 0;

	if (!g_ascii_isalpha(text[0]))
		return 0;
	while (g_ascii_isalnum(text[n]) || (text[n] != '\0' && strchr("-_.", text[n])))
		n++;
	return text[n] == '=' ? n : 0;
}

static bool
add_modifier(struct spf_record *record, const char *text, size_t n, GError **error)
{
	const char *value = text + n + 1;
	bool is_redirect = n == 8 && g_ascii_strncasecmp(text, "redirect", n) == 0;
	bool is_exp = n == 3 && g_ascii_strncasecmp(text, "exp", n) == 0;
	char **slot = is_redirect ? &record->redirect : &record->exp;

	if (!spf_macro_is_valid(value, strlen(value), is_redirect || is_exp))
		return fail(error, "malformed modifier", text);
	if (!is_redirect && !is_exp)
		return true; /* section 6: unknown ones are passed over */
	if (*slot != NULL)
		return fail(error, "a modifier stands twice", text);
	*slot = g_strdup(value);
	return true;
}

static bool
add_term(struct spf_record *record, const char *text, GError **error)
{
	size_t n = modifier_name(text);

	for (const char *p = text; *p != '\0'; p++)
		if (*p < 0x21 || *p > 0x7e)
			return fail(error, "a character that may not stand there", text);
	return n > 0 ? add_modifier(record, text, n, error)
		     : add_mechanism(record, text, error);
}

struct spf_record *
spf_record_new(const char *text, GError **error)
{
	struct spf_record *record = g_new0(struct spf_record, 1);
	bool is_ok = true;

	record->terms = g_ptr_array_new_with_free_func(term_free);
	if (!spf_record_is(text) || strlen(text) > LIMIT_SPF_RECORD) {
		g_set_error_literal(error, PF_ERROR, PF_ERROR_DATA,
		    spf_record_is(text) ? "the record is too long" : "not an SPF record");
		spf_record_free(record);
		return NULL;
	}
	char **words = g_strsplit(text + 6, " ", -1);
	for (size_t i = 0; words[i] != NULL && is_ok; i++)
		is_ok = words[i][0] == '\0' || add_term(record, words[i], error);
	g_strfreev(words);
	if (!is_ok)
		g_clear_pointer(&record, spf_record_free);
	return record;
}

void
spf_record_free(struct spf_record *record)
{
	if (record == NULL)
		return;
	g_ptr_array_unref(record->terms);
	g_free(record->redirect);
	g_free(record->exp);
	g_free(record);
}
