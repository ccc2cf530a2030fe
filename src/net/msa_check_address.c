/* SPDX-License-Identifier: GPL-3.0-or-later */
/* msa_check_address.c - addresses in the header as they were typed: slips that have one
 * meaning are mended, everything else is named with its place. */
#include "net/msa_check_letter.h"

#include "base/error.h"
#include "base/limits.h"
#include "mime/compose_address.h"
#include "mime/compose_header.h"

#include <string.h>

static const char *const names[] = {"From", "Sender", "Reply-To", "To", "Cc", "Bcc",
    "Resent-From", "Resent-Sender", "Resent-To", "Resent-Cc"};

/* The slips. */
enum {
	SLIP_MAILTO = 1,    /* mailto:bob@example.net */
	SLIP_SEPARATOR = 2, /* a@example.net; b@example.net */
	SLIP_DOT = 4,	    /* bob@example.net. */
	SLIP_BRACKET = 8,   /* Bob <bob@example.net */
};

static bool
parses(const char *value)
{
	GPtrArray *list = compose_address_list(value, NULL);
	bool is_ok = list != NULL;

	g_clear_pointer(&list, g_ptr_array_unref);
	return is_ok;
}

/* Does a local part or "<" precede? Then "mailto:" would be a part of something. */
static bool
is_mailto(const char *value, const char *p)
{
	return g_ascii_strncasecmp(p, "mailto:", 7) == 0 &&
	       (p == value || strchr(" \t,;<", p[-1]) != NULL);
}

/* Does the domain that this dot follows end here? */
static bool
is_last_dot(const GString *out, const char *p)
{
	return *p == '.' && strchr(" \t,;>", p[1]) != NULL && out->len > 0 &&
	       g_ascii_isalnum(out->str[out->len - 1]);
}

/* The value without the slips (a set), outside quotes and comments. Owned. */
static char *
without(const char *value, unsigned slips)
{
	GString *out = g_string_sized_new(strlen(value) + 2);
	bool is_quoted = false, is_angle = false, has_at = false;

	for (const char *p = value; *p != '\0'; p++) {
		if (*p == '\\' && p[1] != '\0') {
			g_string_append_c(out, *p++);
			g_string_append_c(out, *p);
			continue;
		}
		if (*p == '"')
			is_quoted = !is_quoted;
		if (is_quoted) {
			g_string_append_c(out, *p);
			continue;
		}
		bool is_end = *p == ',' || *p == ';';
		if ((slips & SLIP_MAILTO) != 0 && is_mailto(value, p)) {
			p += 6;
			continue;
		}
		if ((slips & SLIP_BRACKET) != 0 && is_angle && is_end)
			g_string_append_c(out, '>');
		if (*p == '<' || *p == '>' || is_end)
			is_angle = *p == '<';
		has_at = (has_at || *p == '@') && !is_end;
		if ((slips & SLIP_DOT) != 0 && has_at && is_last_dot(out, p))
			continue;
		g_string_append_c(out, (slips & SLIP_SEPARATOR) != 0 && *p == ';' ? ',' : *p);
	}
	if ((slips & SLIP_BRACKET) != 0 && is_angle && !is_quoted)
		g_string_append_c(out, '>');
	return g_string_free(out, FALSE);
}

/* The fewest slips without which the value parses; 0 when it parses, or none do. */
static unsigned
slips_of(const char *value)
{
	if (strlen(value) > LIMIT_HEADER_VALUE || parses(value))
		return 0;
	for (unsigned n = 1; n <= 4; n++) {
		for (unsigned slips = 1; slips < 16; slips++) {
			char *mended;
			bool is_ok;

			if ((unsigned)__builtin_popcount(slips) != n)
				continue;
			mended = without(value, slips);
			is_ok = parses(mended);
			g_free(mended);
			if (is_ok)
				return slips;
		}
	}
	return 0;
}

static void
find_slip(struct msa_checker *c, unsigned slip, const char *text)
{
	for (size_t i = 0; i < G_N_ELEMENTS(names); i++) {
		char *value = msa_letter_value(c->letter, names[i]);

		if ((slips_of(value) & slip) != 0)
			msa_check_find(c, names[i], "%s: %s", names[i], text);
		g_free(value);
	}
}

static void
address_mailto(struct msa_checker *c)
{
	find_slip(c, SLIP_MAILTO, "\"mailto:\" is no part of an address.");
}

static void
address_separator(struct msa_checker *c)
{
	find_slip(c, SLIP_SEPARATOR, "addresses are separated by commas, not by semicolons.");
}

static void
address_dot(struct msa_checker *c)
{
	find_slip(c, SLIP_DOT, "a dot may not end a domain.");
}

static void
address_bracket(struct msa_checker *c)
{
	find_slip(c, SLIP_BRACKET, "an address lacks its \">\".");
}

static void
address_syntax(struct msa_checker *c)
{
	for (size_t i = 0; i < G_N_ELEMENTS(names); i++) {
		char *value = msa_letter_value(c->letter, names[i]);
		GError *error = NULL;
		GPtrArray *list = compose_address_list(value, &error);

		if (error != NULL && slips_of(value) == 0)
			msa_check_find(c, names[i], "%s", error->message);
		g_clear_error(&error);
		g_clear_pointer(&list, g_ptr_array_unref);
		g_free(value);
	}
}

/* A field's new text; NULL: it stays. Owned. */
typedef char *(*rewrite_fn)(const char *name, const char *value);

static void
each_field(struct msa_mend *m, rewrite_fn rewrite)
{
	for (guint i = 0; i < m->fields->len; i++) {
		for (size_t k = 0; k < G_N_ELEMENTS(names); k++) {
			char *value, *text;

			if (!msa_mend_is(m, i, names[k]))
				continue;
			value = msa_mend_value(m, i);
			text = rewrite(names[k], value);
			if (text != NULL)
				msa_mend_set(m, i, text);
			g_free(text);
			g_free(value);
		}
	}
}

static char *
field_of(const char *name, const GPtrArray *list)
{
	GString *out = g_string_new(NULL);

	compose_header_addresses(out, name, list);
	return g_string_free(out, FALSE);
}

static char *
rewrite_slips(const char *name, const char *value)
{
	unsigned slips = slips_of(value);
	char *mended = slips != 0 ? without(value, slips) : NULL, *text;
	GPtrArray *list = mended != NULL ? compose_address_list(mended, NULL) : NULL;

	text = list != NULL ? field_of(name, list) : NULL;
	g_clear_pointer(&list, g_ptr_array_unref);
	g_free(mended);
	return text;
}

static void
mend_slips(struct msa_mend *m)
{
	each_field(m, rewrite_slips);
}

/* --- addresses that parse --- */

typedef void (*address_fn)(
    struct msa_checker *c, const char *field, const struct compose_address *a);

static void
each_address(struct msa_checker *c, address_fn fn)
{
	for (size_t i = 0; i < G_N_ELEMENTS(names); i++) {
		GPtrArray *list = msa_letter_addresses(c->letter, names[i]);

		for (guint k = 0; k < list->len; k++)
			fn(c, names[i], list->pdata[k]);
		g_ptr_array_unref(list);
	}
}

/* Is the quoted local part a dot-atom within its quotes (RFC 5321 4.1.2)? */
static bool
is_needlessly_quoted(const char *spec)
{
	return g_regex_match_simple(
	    "^\"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(\\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*\"@",
	    spec, G_REGEX_RAW, 0);
}

static void
find_quoted(struct msa_checker *c, const char *field, const struct compose_address *a)
{
	if (is_needlessly_quoted(a->spec))
		msa_check_find(c, field, "%s needs no quotes.", a->spec);
}

static void
address_quoted(struct msa_checker *c)
{
	each_address(c, find_quoted);
}

static char *
rewrite_quoted(const char *name, const char *value)
{
	GPtrArray *list = compose_address_list(value, NULL);
	bool is_changed = false;
	char *text;

	for (guint i = 0; list != NULL && i < list->len; i++) {
		struct compose_address *a = list->pdata[i];
		const char *close;

		if (!is_needlessly_quoted(a->spec))
			continue;
		close = strchr(a->spec + 1, '"');
		char *bare = g_strdup_printf(
		    "%.*s%s", (int)(close - a->spec - 1), a->spec + 1, close + 1);
		g_free(a->spec);
		a->spec = bare;
		is_changed = true;
	}
	text = is_changed ? field_of(name, list) : NULL;
	g_clear_pointer(&list, g_ptr_array_unref);
	return text;
}

static void
mend_quoted(struct msa_mend *m)
{
	each_field(m, rewrite_quoted);
}

/* Letters of Latin, Greek and Cyrillic together in one label: what imitations are made of.
 * Scripts that are written together (Japanese, Korean, Chinese with Latin) are none. */
static bool
is_mixed(const char *domain)
{
	bool latin = false, greek = false, cyrillic = false;

	for (const char *p = domain;; p = g_utf8_next_char(p)) {
		if (*p == '.' || *p == '\0') {
			if (latin + greek + cyrillic > 1)
				return true;
			latin = greek = cyrillic = false;
		}
		if (*p == '\0')
			return false;
		switch ((int)g_unichar_get_script(g_utf8_get_char(p))) {
		case G_UNICODE_SCRIPT_LATIN:
			latin = true;
			break;
		case G_UNICODE_SCRIPT_GREEK:
			greek = true;
			break;
		case G_UNICODE_SCRIPT_CYRILLIC:
			cyrillic = true;
			break;
		default:
			break;
		}
	}
}

static void
find_mixed(struct msa_checker *c, const char *field, const struct compose_address *a)
{
	if (is_mixed(compose_address_domain(a->spec)))
		msa_check_find(c, field,
		    "%s: the domain mixes scripts, as imitations of other domains do.",
		    a->spec);
}

static void
domain_mixed(struct msa_checker *c)
{
	each_address(c, find_mixed);
}

/* clang-format off */
const struct msa_check_row msa_check_address_rows[] = {
	{"address-syntax", MSA_CHECK_ERROR, "To", "An address is malformed or too long.", "RFC 5322 3.4", address_syntax, NULL},
	{"domain-mixed", MSA_CHECK_WARN, "To", "A domain mixes scripts, as imitations do.", "RFC 5890 4.4", domain_mixed, NULL},
	{"address-mailto", MSA_CHECK_FIX, "To", "An address begins with \"mailto:\".", "RFC 6068 2", address_mailto, mend_slips},
	{"address-separator", MSA_CHECK_FIX, "To", "Semicolons stand between addresses.", "RFC 5322 3.4", address_separator, NULL},
	{"address-dot", MSA_CHECK_FIX, "To", "A dot ends a domain.", "RFC 5321 2.3.5", address_dot, NULL},
	{"address-bracket", MSA_CHECK_FIX, "To", "An address lacks its \">\".", "RFC 5322 3.4", address_bracket, NULL},
	{"address-quoted", MSA_CHECK_FIX, "To", "A name before the @ stands in quotes without need.", "RFC 5321 4.1.2", address_quoted, mend_quoted},
	{NULL, MSA_CHECK_FIX, NULL, NULL, NULL, NULL, NULL},
};
/* clang-format on */
