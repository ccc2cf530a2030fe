/* SPDX-License-Identifier: GPL-3.0-or-later */
/* entity.c - finds header, body and parts by lines, as RFC 2046 draws them, with no tree. */
#include "mime/entity.h"

#include "mime/content.h"

#include <string.h>

#define MAX_BOUNDARY 70 /* RFC 2046 5.1.1 */

/* Past the line end of the line at `at`. */
static size_t
line_end(const struct entity *e, size_t at)
{
	const char *nl = memchr(e->bytes + at, '\n', e->len - at);
	return nl ? (size_t)(nl - e->bytes) + 1 : e->len;
}

static bool
is_empty_line(const struct entity *e, size_t at)
{
	return at < e->len &&
	    (e->bytes[at] == '\n' ||
		(e->bytes[at] == '\r' && at + 1 < e->len && e->bytes[at + 1] == '\n'));
}

/* Past the field that starts at `at`, with its folded lines. */
static size_t
field_end(const struct entity *e, size_t at)
{
	do
		at = line_end(e, at);
	while (at < e->body && (e->bytes[at] == ' ' || e->bytes[at] == '\t'));
	return at;
}

static void
find_body(struct entity *e)
{
	size_t at = 0;
	while (at < e->len && !is_empty_line(e, at))
		at = line_end(e, at);
	e->body = at < e->len ? line_end(e, at) : e->len;
}

bool
entity_next_field(const struct entity *e, size_t *at, struct entity_range *range_out,
    char **name_out)
{
	if (*at >= e->body || is_empty_line(e, *at))
		return false;
	size_t end = field_end(e, *at);
	size_t n = *at;
	while (n < end && e->bytes[n] > ' ' && e->bytes[n] < 127 && e->bytes[n] != ':')
		n++;
	size_t colon = n;
	while (colon < end && (e->bytes[colon] == ' ' || e->bytes[colon] == '\t'))
		colon++;
	bool is_field = n > *at && colon < end && e->bytes[colon] == ':';
	*name_out = g_strndup(e->bytes + *at, is_field ? n - *at : 0);
	*range_out = (struct entity_range){ *at, end };
	*at = end;
	return true;
}

/* The value of a field, unfolded. Owned. */
static char *
value_of(const struct entity *e, const struct entity_range *r)
{
	const char *field = e->bytes + r->start;
	const char *colon = memchr(field, ':', r->end - r->start);
	GString *out = g_string_new(NULL);
	for (const char *p = colon + 1; p < e->bytes + r->end; p++)
		if (*p != '\r' && *p != '\n')
			g_string_append_c(out, *p == '\0' || *p == '\t' ? ' ' : *p);
	return g_strstrip(g_string_free(out, FALSE));
}

static void
take_type(struct entity *e, const char *value)
{
	if (e->value) {
		e->is_ambiguous = true;
		return;
	}
	e->value = g_mime_content_type_parse(NULL, value);
	char *name = g_mime_content_type_get_mime_type(e->value);
	g_free(e->type);
	e->type = g_ascii_strdown(name ? name : "", -1);
	g_free(name);
	e->is_ambiguous = e->is_ambiguous || !strchr(e->type, '/');
}

static void
read_header(struct entity *e)
{
	struct entity_range r;
	size_t at = 0;
	char *name;
	bool has_encoding = false;
	while (entity_next_field(e, &at, &r, &name)) {
		char *value = *name ? value_of(e, &r) : NULL;
		if (g_ascii_strcasecmp(name, "Content-Type") == 0) {
			take_type(e, value);
		} else if (g_ascii_strcasecmp(name, "Content-Transfer-Encoding") == 0) {
			e->is_ambiguous = e->is_ambiguous || has_encoding;
			e->encoding = g_mime_content_encoding_from_string(value);
			has_encoding = true;
		}
		g_free(value);
		g_free(name);
	}
}

void
entity_init(struct entity *e, const char *bytes, size_t len)
{
	*e = (struct entity){ .bytes = bytes, .len = len, .type = g_strdup("text/plain") };
	find_body(e);
	read_header(e);
}

void
entity_fini(struct entity *e)
{
	g_free(e->type);
	g_clear_object(&e->value);
	*e = (struct entity){ 0 };
}

const char *
entity_param(const struct entity *e, const char *name)
{
	return e->value ? g_mime_content_type_get_parameter(e->value, name) : NULL;
}

bool
entity_param_is(const struct entity *e, const char *name, const char *value)
{
	const char *text = entity_param(e, name);
	return text && g_ascii_strcasecmp(text, value) == 0;
}

enum delimiter { NO_DELIMITER, DELIMITER, CLOSE_DELIMITER };

/* Is the line from at to end one of this boundary's? Blanks may follow (RFC 2046 5.1.1). */
static enum delimiter
delimiter_at(const struct entity *e, size_t at, size_t end, const char *boundary, size_t n)
{
	const char *p = e->bytes + at, *stop = e->bytes + end;
	if (end - at < n + 2 || p[0] != '-' || p[1] != '-' || memcmp(p + 2, boundary, n) != 0)
		return NO_DELIMITER;
	p += n + 2;
	bool closes = stop - p >= 2 && p[0] == '-' && p[1] == '-';
	if (closes)
		p += 2;
	while (p < stop && g_ascii_isspace(*p))
		p++;
	if (p < stop)
		return NO_DELIMITER;
	return closes ? CLOSE_DELIMITER : DELIMITER;
}

/* The line end before a delimiter belongs to it. */
static size_t
before_line_end(const struct entity *e, size_t start, size_t at)
{
	if (at > start && e->bytes[at - 1] == '\n')
		at--;
	if (at > start && e->bytes[at - 1] == '\r')
		at--;
	return at;
}

size_t
entity_children(const struct entity *e, struct entity_range *out, size_t max)
{
	const char *boundary = entity_param(e, "boundary");
	size_t n = boundary ? strlen(boundary) : 0;
	size_t count = 0, start = 0;
	if (!g_str_has_prefix(e->type, "multipart/") || n == 0 || n > MAX_BOUNDARY)
		return 0;
	for (size_t at = e->body; at < e->len;) {
		size_t end = line_end(e, at);
		enum delimiter d = delimiter_at(e, at, end, boundary, n);
		if (d != NO_DELIMITER) {
			if (start > 0) {
				if (count < max)
					out[count] = (struct entity_range){ start,
						before_line_end(e, start, at) };
				count++;
			}
			start = end;
		}
		if (d == CLOSE_DELIMITER)
			return count;
		at = end;
	}
	return 0;
}

static bool
append(const char *bytes, size_t len, void *user)
{
	g_byte_array_append(user, (const guint8 *)bytes, (guint)len);
	return true;
}

void
entity_decode(const struct entity *e, GByteArray *out)
{
	struct content c = { e->bytes + e->body, e->len - e->body, e->encoding, false };
	(void)content_read(&c, append, out); /* append() never stops it */
}

void
entity_canonical(const char *bytes, size_t len, GByteArray *out)
{
	const char *p = bytes, *end = bytes + len;
	while (p < end) {
		const char *nl = memchr(p, '\n', (size_t)(end - p));
		const char *stop = nl ? nl : end;
		const char *text = stop;
		if (nl && stop > p && stop[-1] == '\r')
			text--;
		g_byte_array_append(out, (const guint8 *)p, (guint)(text - p));
		if (nl)
			g_byte_array_append(out, (const guint8 *)"\r\n", 2);
		p = nl ? nl + 1 : end;
	}
}
