/* SPDX-License-Identifier: GPL-3.0-or-later */
/* tags.c - the tag-list parser of RFC 6376 section 3.2, over bytes as they stand in the
 * message or in the TXT record: nothing is copied, so that the b= value can be cut out of
 * the very bytes. */
#include "auth/tags.h"

#include "base/error.h"

#include <string.h>

static bool
is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

static void
trim(const char **from, const char **to)
{
	while (*from < *to && is_blank(**from))
		(*from)++;
	while (*from < *to && is_blank((*to)[-1]))
		(*to)--;
}

/* tag-name = ALPHA *ALNUMPUNC */
static bool
is_tag_name(const char *p, size_t len)
{
	if (len == 0 || !g_ascii_isalpha(p[0]))
		return false;
	for (size_t i = 1; i < len; i++)
		if (!g_ascii_isalnum(p[i]) && p[i] != '_')
			return false;
	return true;
}

/* VALCHAR and FWS, and octets above 127 (RFC 8616). */
static bool
is_tag_value(const char *p, size_t len)
{
	for (size_t i = 0; i < len; i++) {
		unsigned char c = (unsigned char)p[i];
		if ((c < 0x20 && !is_blank(p[i])) || c == 0x7f)
			return false;
	}
	return true;
}

static const struct tag *
find(const struct tags *tags, const char *name, size_t len)
{
	for (size_t i = 0; i < tags->n; i++)
		if (tags->items[i].name_len == len &&
		    memcmp(tags->items[i].name, name, len) == 0)
			return &tags->items[i];
	return NULL;
}

static bool
parse_one(const char *from, const char *to, struct tags *out, GError **error)
{
	struct tag tag = {.to = to};
	const char *equals = memchr(from, '=', (size_t)(to - from));

	if (equals == NULL) {
		g_set_error_literal(
		    error, PF_ERROR, PF_ERROR_DATA, "a tag without \"=\"");
		return false;
	}
	const char *name_end = equals, *value = equals + 1;
	tag.from = value;
	trim(&from, &name_end);
	trim(&value, &to);
	tag.name = from;
	tag.name_len = (size_t)(name_end - from);
	tag.value = value;
	tag.value_len = (size_t)(to - value);
	if (!is_tag_name(tag.name, tag.name_len) || !is_tag_value(value, tag.value_len)) {
		g_set_error_literal(error, PF_ERROR, PF_ERROR_DATA, "a malformed tag");
		return false;
	}
	if (find(out, tag.name, tag.name_len) != NULL) {
		g_set_error(error, PF_ERROR, PF_ERROR_DATA, "tag %.*s= stands twice",
		    (int)MIN(tag.name_len, 16), tag.name);
		return false;
	}
	if (out->n == TAGS_MAX) {
		g_set_error_literal(error, PF_ERROR, PF_ERROR_LIMIT, "too many tags");
		return false;
	}
	out->items[out->n++] = tag;
	return true;
}

bool
tags_parse(const char *bytes, size_t len, struct tags *out, GError **error)
{
	const char *end = bytes + len;

	out->n = 0;
	for (const char *p = bytes; p < end;) {
		const char *to = memchr(p, ';', (size_t)(end - p));
		if (to == NULL)
			to = end;
		const char *from = p, *last = to;
		trim(&from, &last);
		/* an empty spec, as the last one or between two ";", says nothing */
		if (from < last && !parse_one(p, to, out, error))
			return false;
		p = to + 1;
	}
	return true;
}

const struct tag *
tags_find(const struct tags *tags, const char *name)
{
	return find(tags, name, strlen(name));
}

char *
tags_packed(const struct tags *tags, const char *name)
{
	const struct tag *tag = tags_find(tags, name);

	if (tag == NULL)
		return NULL;
	char *out = g_malloc(tag->value_len + 1);
	size_t n = 0;
	for (size_t i = 0; i < tag->value_len; i++)
		if (!is_blank(tag->value[i]))
			out[n++] = tag->value[i];
	out[n] = '\0';
	return out;
}

bool
tags_number(const struct tag *tag, size_t max_digits, guint64 *out)
{
	guint64 n = 0;

	if (tag->value_len == 0 || tag->value_len > max_digits)
		return false;
	for (size_t i = 0; i < tag->value_len; i++) {
		guint64 digit = (guint64)(tag->value[i] - '0');
		if (!g_ascii_isdigit(tag->value[i]) || n > (G_MAXUINT64 - digit) / 10)
			return false;
		n = n * 10 + digit;
	}
	*out = n;
	return true;
}

bool
tags_list_has(const struct tag *tag, const char *word)
{
	const char *p = tag->value, *end = p + tag->value_len;
	size_t len = strlen(word);

	while (p <= end) {
		const char *to = memchr(p, ':', (size_t)(end - p));
		if (to == NULL)
			to = end;
		const char *from = p, *last = to;
		trim(&from, &last);
		if ((size_t)(last - from) == len &&
		    g_ascii_strncasecmp(from, word, len) == 0)
			return true;
		p = to + 1;
	}
	return false;
}
