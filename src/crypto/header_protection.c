/* SPDX-License-Identifier: GPL-3.0-or-later */
/* header_protection.c - which header counts, the one that everybody could write to or the one within. */
#include "crypto/header_protection.h"

#include "base/jsonl.h"
#include "mime/header.h"

#include <string.h>

#define HIDDEN_SUBJECT "[...]" /* RFC 9788 3.2.1, hcp_baseline */

enum field_kind { FIELD_TEXT, FIELD_PEOPLE };

/* What a reader sees or an answer uses. With protection, these come from within alone. */
static const struct {
	const char *name;
	enum field_kind kind;
} facing[] = {
	{ "From", FIELD_PEOPLE },
	{ "Sender", FIELD_PEOPLE },
	{ "Reply-To", FIELD_PEOPLE },
	{ "To", FIELD_PEOPLE },
	{ "Cc", FIELD_PEOPLE },
	{ "Bcc", FIELD_PEOPLE },
	{ "Mail-Followup-To", FIELD_PEOPLE },
	{ "Mail-Reply-To", FIELD_PEOPLE },
	{ "Subject", FIELD_TEXT },
	{ "Date", FIELD_TEXT },
	{ "Message-ID", FIELD_TEXT },
	{ "In-Reply-To", FIELD_TEXT },
	{ "References", FIELD_TEXT },
	{ "Followup-To", FIELD_TEXT },
	{ "Comments", FIELD_TEXT },
	{ "Keywords", FIELD_TEXT },
	{ "Organization", FIELD_TEXT },
	{ "User-Agent", FIELD_TEXT },
};

static int
facing_find(const char *name)
{
	for (size_t i = 0; i < G_N_ELEMENTS(facing); i++)
		if (g_ascii_strcasecmp(facing[i].name, name) == 0)
			return (int)i;
	return -1;
}

/* RFC 9788 1.1: Structural Header Fields, and what only this implementation puts aside. */
static bool
is_structural(const char *name)
{
	return g_ascii_strncasecmp(name, "Content-", 8) == 0 ||
	    g_ascii_strcasecmp(name, "MIME-Version") == 0;
}

enum header_scheme
header_scheme_of(const struct entity *payload)
{
	if (entity_param_is(payload, "hp", "clear") || entity_param_is(payload, "hp", "cipher"))
		return HEADER_RFC9788;
	return entity_param(payload, "protected-headers") ? HEADER_DRAFT : HEADER_UNPROTECTED;
}

static struct header *
fields_of(const struct entity *e)
{
	return header_of_bytes(e->bytes, e->body);
}

/* What two fields are compared by: addresses in order, or words. Owned. */
static char *
essence(const char *raw, enum field_kind kind)
{
	if (kind == FIELD_TEXT) {
		char *text = header_text(raw, NULL);
		char **words = g_strsplit_set(text, " \t", -1);
		GString *out = g_string_new(NULL);
		for (char **w = words; *w; w++)
			if (**w)
				g_string_append_printf(out, "%s%s", out->len ? " " : "", *w);
		g_strfreev(words);
		g_free(text);
		return g_string_free(out, FALSE);
	}
	GPtrArray *list = header_addresses(raw, NULL);
	GString *out = g_string_new(NULL);
	for (size_t i = 0; i < list->len; i++) {
		const struct header_address *a = list->pdata[i];
		char *lower = g_utf8_strdown(a->address, -1);
		g_string_append_printf(out, "%s%s", out->len ? ", " : "", lower);
		g_free(lower);
	}
	g_ptr_array_unref(list);
	return g_string_free(out, FALSE);
}

/* The outside of the field as its writer made it (HP-Outer, RFC 9788 2.2): borrowed raw value, NULL
 * when it was to have none. */
static const char *
written_outside(const struct header *inner, const char *name)
{
	size_t n = strlen(name);
	for (size_t i = 0; i < header_n_fields(inner); i++) {
		const struct header_field *f = header_field(inner, i);
		if (g_ascii_strcasecmp(f->name, "HP-Outer") == 0 &&
		    g_ascii_strncasecmp(f->value, name, n) == 0 && f->value[n] == ':')
			return f->value + n + 1;
	}
	return NULL;
}

static bool
differs(const char *outer, const char *inner, const char *expected, enum field_kind kind)
{
	char *is = essence(outer, kind);
	char *was = essence(expected ? expected : inner, kind);
	bool out = strcmp(is, was) != 0;
	g_free(was);
	g_free(is);
	return out;
}

static void
add_mismatch(json_t *list, const char *name, const char *outer, const char *inner)
{
	char *key = g_ascii_strdown(name, -1);
	char *a = header_text(outer, NULL), *b = header_text(inner, NULL);
	json_array_append_new(list,
	    json_pack("{s:s, s:o, s:o}", "field", key, "outer", jsonl_text(a, -1), "inner",
		jsonl_text(b, -1)));
	g_free(b);
	g_free(a);
	g_free(key);
}

/* What stands outside and is not what the writer put there. */
static void
compare(struct header_protection *p, const struct header *outer, const struct header *inner,
    bool is_encrypted)
{
	for (size_t i = 0; i < G_N_ELEMENTS(facing); i++) {
		const char *out = header_last(outer, facing[i].name);
		const char *in = header_last(inner, facing[i].name);
		const char *expected = p->scheme == HEADER_RFC9788 && is_encrypted
		    ? written_outside(inner, facing[i].name)
		    : NULL;
		bool is_obscured = is_encrypted && p->scheme == HEADER_DRAFT &&
		    facing[i].kind == FIELD_TEXT;
		if (!out || is_obscured || (!in && p->scheme == HEADER_DRAFT))
			continue;
		if (differs(out, in, expected, facing[i].kind))
			add_mismatch(p->mismatches, facing[i].name, out, in);
	}
}

static void
append_range(GString *out, const struct entity *e, const struct entity_range *r)
{
	g_string_append_len(out, e->bytes + r->start, (gssize)(r->end - r->start));
	if (r->end > r->start && e->bytes[r->end - 1] != '\n')
		g_string_append(out, "\r\n");
}

typedef bool (*field_filter)(const char *name, const void *user);

static void
copy_fields(GString *out, const struct entity *e, field_filter takes, const void *user)
{
	struct entity_range r;
	size_t at = 0;
	char *name;
	while (entity_next_field(e, &at, &r, &name)) {
		if (*name && takes(name, user))
			append_range(out, e, &r);
		g_free(name);
	}
}

static bool
takes_unstructural(const char *name, const void *user)
{
	(void)user;
	return !is_structural(name);
}

struct choice {
	const struct header *inner;
	enum header_scheme scheme;
	bool has_people; /* the inner header says who gets it: nobody is added from outside */
	bool keeps_author; /* From stays the outer one */
};

/* The outer fields that stay. */
static bool
takes_outer(const char *name, const void *user)
{
	const struct choice *c = user;
	int i = facing_find(name);
	if (is_structural(name) || g_ascii_strcasecmp(name, "HP-Outer") == 0)
		return false;
	if (i < 0)
		return true;
	if (c->keeps_author && strcmp(facing[i].name, "From") == 0)
		return true;
	if (c->scheme == HEADER_RFC9788 || header_last(c->inner, name))
		return false;
	return facing[i].kind == FIELD_TEXT || !c->has_people;
}

static bool
takes_inner(const char *name, const void *user)
{
	const struct choice *c = user;
	if (facing_find(name) < 0)
		return false;
	return !(c->keeps_author && g_ascii_strcasecmp(name, "From") == 0);
}

static char *
author_of(const struct header *h)
{
	GPtrArray *list = header_addresses(header_last(h, "From"), NULL);
	char *out = NULL;
	if (header_count(h, "From") == 1 && list->len == 1)
		out = g_strdup(((const struct header_address *)list->pdata[0])->address);
	g_ptr_array_unref(list);
	if (out && !strchr(out, '@'))
		g_clear_pointer(&out, g_free);
	return out;
}

char *
header_sole_author(const char *bytes, size_t len)
{
	struct header *h = header_of_bytes(bytes, len);
	char *out = author_of(h);
	header_free(h);
	return out;
}

static void
add_names(json_t *names, const struct header *inner)
{
	for (size_t i = 0; i < G_N_ELEMENTS(facing); i++) {
		char *key = g_ascii_strdown(facing[i].name, -1);
		if (header_last(inner, facing[i].name))
			json_array_append_new(names, json_string(key));
		g_free(key);
	}
}

void
header_protection_read(struct header_protection *out, const struct entity *outer,
    const struct entity *payload, bool is_encrypted, bool use,
    bool (*is_believed)(const char *address, const void *user), const void *user)
{
	struct header *outside = fields_of(outer), *inside = fields_of(payload);
	*out = (struct header_protection){
		.header = g_string_new(NULL),
		.names = json_array(),
		.mismatches = json_array(),
	};
	out->scheme = use ? header_scheme_of(payload) : HEADER_UNPROTECTED;
	if (out->scheme == HEADER_RFC9788 && !header_last(inside, "From"))
		out->scheme = HEADER_UNPROTECTED; /* RFC 9788 4: a payload names its author */
	if (out->scheme == HEADER_UNPROTECTED) {
		copy_fields(out->header, outer, takes_unstructural, NULL);
	} else {
		char *was = author_of(outside), *is = author_of(inside);
		struct choice c = {
			.inner = inside,
			.scheme = out->scheme,
			.has_people = header_last(inside, "To") || header_last(inside, "Cc"),
			/* RFC 9788 4.4: else anybody writes in anybody's name, under a domain of his own */
			.keeps_author = header_last(inside, "From") &&
			    !(is && was && g_ascii_strcasecmp(was, is) == 0) &&
			    !(is && is_believed(is, user)),
		};
		copy_fields(out->header, outer, takes_outer, &c);
		copy_fields(out->header, payload, takes_inner, &c);
		compare(out, outside, inside, is_encrypted);
		add_names(out->names, inside);
		g_free(is);
		g_free(was);
	}
	header_free(inside);
	header_free(outside);
}

void
header_protection_clear(struct header_protection *p)
{
	if (p->header)
		g_string_free(p->header, TRUE);
	json_decref(p->names);
	json_decref(p->mismatches);
	*p = (struct header_protection){ 0 };
}

/* --- writing --- */

/* Fields of the transport, and what others look for outside, stay out of the payload. */
static bool
is_outside_only(const char *name)
{
	return is_structural(name) || g_ascii_strcasecmp(name, "Autocrypt") == 0 ||
	    g_ascii_strcasecmp(name, "DKIM-Signature") == 0 ||
	    g_ascii_strcasecmp(name, "Received") == 0 || g_ascii_strcasecmp(name, "Bcc") == 0;
}

/* The Content-Type line gets the two parameters, one for each generation of readers. */
static void
append_type(GString *out, const struct entity *letter, const struct entity_range *r, bool is_encrypted)
{
	if (r) {
		append_range(out, letter, r);
		while (out->len > 0 && (out->str[out->len - 1] == '\n' || out->str[out->len - 1] == '\r'))
			g_string_truncate(out, out->len - 1);
	} else {
		g_string_append(out, "Content-Type: text/plain; charset=us-ascii");
	}
	g_string_append_printf(out, ";\r\n protected-headers=\"v1\"; hp=\"%s\"\r\n",
	    is_encrypted ? "cipher" : "clear");
}

/* What stands outside of a field. NULL: nothing (hcp_baseline, RFC 9788 3.2.1). Owned. */
static char *
outside_of(const struct entity *letter, const struct entity_range *r, const char *name,
    bool is_encrypted)
{
	if (is_encrypted && g_ascii_strcasecmp(name, "Subject") == 0)
		return g_strdup("Subject: " HIDDEN_SUBJECT "\r\n");
	if (is_encrypted &&
	    (g_ascii_strcasecmp(name, "Comments") == 0 || g_ascii_strcasecmp(name, "Keywords") == 0))
		return NULL;
	GString *out = g_string_new(NULL);
	append_range(out, letter, r);
	return g_string_free(out, FALSE);
}

void
header_protection_write(const struct entity *letter, bool is_encrypted, GString *payload_out,
    GString *outer_out)
{
	GString *structure = g_string_new(NULL), *copies = g_string_new(NULL);
	struct entity_range r;
	size_t at = 0;
	char *name;
	bool has_type = false;
	while (entity_next_field(letter, &at, &r, &name)) {
		if (g_ascii_strcasecmp(name, "Content-Type") == 0) {
			append_type(structure, letter, &r, is_encrypted);
			has_type = true;
		} else if (g_ascii_strncasecmp(name, "Content-", 8) == 0) {
			append_range(structure, letter, &r);
		} else if (*name && is_outside_only(name)) {
			append_range(outer_out, letter, &r);
		} else if (*name) {
			char *outside = outside_of(letter, &r, name, is_encrypted);
			append_range(payload_out, letter, &r);
			if (outside)
				g_string_append(outer_out, outside);
			if (outside && is_encrypted) /* RFC 9788 2.2 */
				g_string_append_printf(copies, "HP-Outer: %s", outside);
			g_free(outside);
		}
		g_free(name);
	}
	if (!has_type)
		append_type(structure, letter, NULL, is_encrypted);
	g_string_append_len(payload_out, copies->str, (gssize)copies->len);
	g_string_append_len(payload_out, structure->str, (gssize)structure->len);
	g_string_free(copies, TRUE);
	g_string_free(structure, TRUE);
}
