/* SPDX-License-Identifier: GPL-3.0-or-later */
/* header.c - fields of a header block and the reading of their values. GMime decodes; this file sees
 * to it that what GMime gets is bounded and what comes out is strict UTF-8. */
#include "mime/header.h"
#include "mime/header_private.h"

#include "mime/encoded_word.h"

#include "base/limits.h"

#include <stdlib.h>
#include <string.h>

struct header {
	GPtrArray *fields; /* of struct header_field */
};

static void
field_free(void *p)
{
	struct header_field *f = p;
	g_free(f->name);
	g_free(f->value);
	g_free(f);
}

static struct header *
header_new(void)
{
	struct header *h = g_new0(struct header, 1);
	h->fields = g_ptr_array_new_with_free_func(field_free);
	return h;
}

void
header_free(struct header *h)
{
	if (!h)
		return;
	g_ptr_array_unref(h->fields);
	g_free(h);
}

/* Line ends go, TAB and NUL become spaces, and blanks at both ends go (RFC 5322 2.2.3). */
static char *
unfold(const char *raw, size_t len)
{
	GString *out = g_string_sized_new(MIN(len, LIMIT_HEADER_VALUE) + 1);
	for (size_t i = 0; i < len && out->len < LIMIT_HEADER_VALUE; i++) {
		if (raw[i] == '\r' || raw[i] == '\n')
			continue;
		g_string_append_c(out, raw[i] == '\t' || raw[i] == '\0' ? ' ' : raw[i]);
	}
	return g_strstrip(g_string_free(out, FALSE));
}

static void
add_field(struct header *h, const char *name, size_t name_len, const char *raw, size_t len)
{
	struct header_field *f = g_new0(struct header_field, 1);
	f->name = g_strndup(name, name_len);
	f->value = unfold(raw, len);
	g_ptr_array_add(h->fields, f);
}

/* End of the field whose first line starts at p: past the newline of its last folded line. */
static const char *
field_end(const char *p, const char *end)
{
	do {
		const char *nl = memchr(p, '\n', (size_t)(end - p));
		p = nl ? nl + 1 : end;
	} while (p < end && (*p == ' ' || *p == '\t'));
	return p;
}

static bool
is_blank_line(const char *p, const char *end)
{
	while (p < end && *p == '\r')
		p++;
	return p == end || *p == '\n';
}

/* Blanks between name and colon are the obsolete syntax of RFC 5322 4.5. */
static void
parse_field(struct header *h, const char *p, const char *stop)
{
	const char *name_end = p;
	while (name_end < stop && *name_end > ' ' && *name_end < 127 && *name_end != ':')
		name_end++;
	const char *colon = name_end;
	while (colon < stop && (*colon == ' ' || *colon == '\t'))
		colon++;
	if (colon < stop && *colon == ':' && name_end > p)
		add_field(h, p, (size_t)(name_end - p), colon + 1, (size_t)(stop - colon) - 1);
}

struct header *
header_of_bytes(const char *bytes, size_t len)
{
	struct header *h = header_new();
	const char *end = bytes + MIN(len, LIMIT_HEADER_BLOCK);
	const char *p = bytes;
	while (p < end && h->fields->len < LIMIT_HEADER_FIELDS && !is_blank_line(p, end)) {
		const char *stop = field_end(p, end);
		parse_field(h, p, stop);
		p = stop;
	}
	return h;
}

struct header *
header_of_object(GMimeObject *object)
{
	struct header *h = header_new();
	GMimeHeaderList *list = g_mime_object_get_header_list(object);
	int n = MIN(g_mime_header_list_get_count(list), LIMIT_HEADER_FIELDS);
	for (int i = 0; i < n; i++) {
		GMimeHeader *f = g_mime_header_list_get_header_at(list, i);
		const char *name = g_mime_header_get_name(f);
		const char *raw = g_mime_header_get_raw_value(f);
		if (name)
			add_field(h, name, strlen(name), raw ? raw : "", raw ? strlen(raw) : 0);
	}
	return h;
}

size_t
header_n_fields(const struct header *h)
{
	return h->fields->len;
}

const struct header_field *
header_field(const struct header *h, size_t i)
{
	g_assert(i < h->fields->len);
	return h->fields->pdata[i];
}

const char *
header_last(const struct header *h, const char *name)
{
	for (size_t i = h->fields->len; i-- > 0;) {
		const struct header_field *f = h->fields->pdata[i];
		if (g_ascii_strcasecmp(f->name, name) == 0)
			return f->value;
	}
	return NULL;
}

size_t
header_count(const struct header *h, const char *name)
{
	size_t n = 0;
	for (size_t i = 0; i < h->fields->len; i++) {
		const struct header_field *f = h->fields->pdata[i];
		n += g_ascii_strcasecmp(f->name, name) == 0;
	}
	return n;
}

GMimeParserOptions *
header_options(const char *charset)
{
	const char *charsets[] = { "utf-8", charset ? charset : "windows-1252", "windows-1252",
		NULL };
	GMimeParserOptions *options = g_mime_parser_options_new();
	g_mime_parser_options_set_fallback_charsets(options, charsets);
	g_mime_parser_options_set_allow_addresses_without_domain(options, TRUE);
	return options;
}

char *
header_clean(char *text)
{
	char *valid = g_utf8_make_valid(text ? text : "", -1);
	g_free(text);
	for (char *p = valid; *p; p++)
		if (*p == '\r' || *p == '\n' || *p == '\t')
			*p = ' ';
	return valid;
}

char *
header_text(const char *raw, const char *charset)
{
	if (!raw)
		return g_strdup("");
	char *whole = encoded_word_mend(raw);
	GMimeParserOptions *options = header_options(charset);
	char *text = g_mime_utils_header_decode_text(options, whole);
	g_mime_parser_options_free(options);
	g_free(whole);
	return header_clean(text);
}

GPtrArray *
header_ids(const char *raw)
{
	GPtrArray *out = g_ptr_array_new_with_free_func(g_free);
	const char *p = raw;
	while (p && (p = strchr(p, '<')) != NULL) {
		size_t len = strcspn(++p, "<> ");
		if (p[len] == '>' && len > 0)
			g_ptr_array_add(out, header_clean(g_strndup(p, len)));
		p += len;
	}
	if (out->len > LIMIT_REFERENCES)
		g_ptr_array_remove_range(out, 0, out->len - LIMIT_REFERENCES);
	return out;
}

/* A word of a date as GMime wants it: a year of three digits counts from 1900 and a zone of one letter says
 * nothing (RFC 5322 4.3); a zone of three digits lacks its zero, dots stand for colons. */
static void
append_date_word(GString *out, const char *word, size_t len)
{
	bool is_sign = len > 0 && (*word == '+' || *word == '-');
	size_t digits = strspn(word + is_sign, "0123456789");
	if (out->len > 0)
		g_string_append_c(out, ' ');
	if (len == 1 && g_ascii_isalpha(*word) && !strchr("jJzZ", *word))
		g_string_append(out, "-0000");
	else if (is_sign && digits == 3 && len == 4)
		g_string_append_printf(out, "%c0%.3s", *word, word + 1);
	else if (digits == 3 && len == 3)
		g_string_append_printf(out, "%d", 1900 + atoi(word));
	else
		g_string_append_len(out, word, (gssize)len);
	if (digits == 2 && len >= 5 && word[2] == '.' && g_ascii_isdigit(word[3]))
		for (char *p = out->str + out->len - len; (p = strchr(p, '.')) != NULL;)
			*p = ':';
}

/* Word by word; a zone that follows the time without a blank is one, too. Owned. */
static char *
mend_date(const char *raw)
{
	GString *out = g_string_new(NULL);
	const char *p = raw + strspn(raw, " \t");
	while (*p) {
		size_t len = strcspn(p, " \t");
		const char *colon = memchr(p, ':', len);
		const char *zone = colon ? colon + strcspn(colon, "+-") : NULL;
		if (zone && zone < p + len && g_ascii_isdigit(zone[-1]))
			len = (size_t)(zone - p);
		append_date_word(out, p, len);
		p += len;
		p += strspn(p, " \t");
	}
	return g_string_free(out, FALSE);
}

char *
header_date(const char *raw)
{
	if (!raw || !*raw)
		return NULL;
	char *mended = mend_date(raw);
	GDateTime *date = g_mime_utils_header_decode_date(mended);
	g_free(mended);
	if (!date)
		return NULL;
	char *text = g_date_time_format(date, "%Y-%m-%dT%H:%M:%S%:z");
	g_date_time_unref(date);
	return text;
}
