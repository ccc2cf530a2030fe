/* SPDX-License-Identifier: GPL-3.0-or-later */
/* recode.c - one walk over the parts: what needs nothing is copied, the rest is written anew. */
#include "mime/recode.h"

#include "mime/compose_wire.h"
#include "mime/recode_param.h"
#include "mime/transfer.h"

#include <string.h>

enum { WIDTH = 76, BASE64_BYTES = 57 /* a line of 76 */ };

static bool
is_encoding(const struct part *part, const char *name)
{
	return part->encoding != NULL && strcmp(part->encoding, name) == 0;
}

static bool
is_text(const struct part *part)
{
	return g_str_has_prefix(part->type, "text/");
}

/* --- what is there --- */

struct content {
	size_t high, longest;
	bool has_from;
};

static struct content
look(const char *p, const char *end)
{
	struct content c = {0};

	while (p < end) {
		const char *lf = memchr(p, '\n', (size_t)(end - p));
		const char *stop = lf != NULL ? lf : end;
		size_t len = (size_t)(stop - p);

		if (len > 0 && stop[-1] == '\r')
			len--;
		c.longest = MAX(c.longest, len);
		c.has_from = c.has_from || (len >= 5 && memcmp(p, "From ", 5) == 0);
		for (; p < stop; p++)
			c.high += (unsigned char)*p > 127;
		p = lf != NULL ? lf + 1 : end;
	}
	return c;
}

unsigned
recode_needs(const char *bytes, const struct part *part)
{
	struct content c = look(bytes + part->body, bytes + part->end);
	bool is_encoded =
	    is_encoding(part, "quoted-printable") || is_encoding(part, "base64");
	unsigned needs = 0;

	if (recode_param_needs(bytes + part->head, part->body - part->head) != 0)
		needs |= RECODE_PARAMETER;
	if (part_is_composite(part))
		return needs;
	if (c.high > 0)
		needs |= RECODE_EIGHT_BIT;
	if (c.longest > COMPOSE_WIRE_LINE)
		needs |= RECODE_LONG;
	else if (is_encoded && c.longest > WIDTH)
		needs |= RECODE_WIDE;
	if (!is_encoded && c.has_from)
		needs |= RECODE_FROM;
	if (c.high > 0 && !is_encoded && is_text(part) && part->fault == PART_OK &&
	    (part->charset == NULL ||
		g_ascii_strcasecmp(part->charset, "us-ascii") == 0) &&
	    g_utf8_validate(bytes + part->body, (gssize)(part->end - part->body), NULL))
		needs |= RECODE_CHARSET;
	return needs;
}

/* --- encoding --- */

/* May the byte stand for itself? */
static bool
is_literal(const char *line, size_t i, size_t len)
{
	unsigned char c = (unsigned char)line[i];

	if (i == 0 && (c == '.' || (c == 'F' && len >= 5 && memcmp(line, "From ", 5) == 0)))
		return false;
	if (c == ' ' || c == '\t')
		return i + 1 < len;
	return c > 32 && c < 127 && c != '=';
}

static void
append_line(GString *out, const char *line, size_t len)
{
	size_t cols = 0;

	for (size_t i = 0; i < len; i++) {
		bool literal = is_literal(line, i, len);
		size_t width = literal ? 1 : 3;

		/* the last column of a line that goes on is for its "=" */
		if (cols + width > WIDTH - (i + 1 < len ? 1 : 0)) {
			g_string_append(out, "=\r\n");
			cols = 0;
		}
		if (literal)
			g_string_append_c(out, line[i]);
		else
			g_string_append_printf(out, "=%02X", (unsigned char)line[i]);
		cols += width;
	}
}

void
recode_quoted_printable(GString *out, const char *text, size_t len)
{
	const char *p = text, *end = text + len;

	while (p < end) {
		const char *lf = memchr(p, '\n', (size_t)(end - p));
		const char *stop = lf != NULL ? lf : end;
		size_t n = (size_t)(stop - p);

		if (lf != NULL && n > 0 && p[n - 1] == '\r')
			n--;
		append_line(out, p, n);
		if (lf != NULL)
			g_string_append(out, "\r\n");
		p = lf != NULL ? lf + 1 : end;
	}
}

static void
append_base64(GString *out, const char *data, size_t len)
{
	for (size_t at = 0; at < len; at += BASE64_BYTES) {
		char *line = g_base64_encode(
		    (const guchar *)data + at, MIN(len - at, (size_t)BASE64_BYTES));

		if (at > 0)
			g_string_append(out, "\r\n");
		g_string_append(out, line);
		g_free(line);
	}
}

/* --- decoding what was encoded, in lines that are too wide --- */

static void
append_decoded(GString *out, const char *p, const char *end, bool is_base64)
{
	struct transfer state = {0};
	size_t len = (size_t)(end - p), before = out->len, n;

	g_string_set_size(out, before + len + TRANSFER_SLACK);
	n = is_base64 ? transfer_base64(&state, p, len, true, out->str + before)
		      : transfer_quoted(&state, p, len, true, out->str + before);
	g_string_set_size(out, before + n);
}

/* --- one part --- */

/* The part's header without the fields that are made anew. */
static void
append_head(GString *out, const char *bytes, const struct part *part, bool drops_type)
{
	const char *p = bytes + part->head, *end = bytes + part->body;
	bool is_dropped = false;

	while (p < end) {
		const char *lf = memchr(p, '\n', (size_t)(end - p));
		const char *next = lf != NULL ? lf + 1 : end;
		size_t n = (size_t)(next - p);

		if (*p == '\r' || *p == '\n')
			break;
		if (*p != ' ' && *p != '\t')
			is_dropped =
			    (n > 25 &&
				g_ascii_strncasecmp(p, "Content-Transfer-Encoding", 25) == 0) ||
			    (drops_type && n > 12 &&
				g_ascii_strncasecmp(p, "Content-Type", 12) == 0);
		if (!is_dropped)
			g_string_append_len(out, p, (gssize)n);
		p = next;
	}
}

/* The Content-Type as it stands, with charset=utf-8. */
static void
append_type(GString *out, const char *bytes, const struct part *part)
{
	char *value = part_field(
	    bytes + part->head, part->body - part->head, "Content-Type", NULL);
	GRegex *charset = g_regex_new(
	    ";\\s*charset\\s*=\\s*(\"[^\"]*\"|[^;\\s]*)", G_REGEX_CASELESS | G_REGEX_RAW, 0, NULL);
	char *rest = value != NULL
			 ? g_regex_replace_literal(charset, value, -1, 0, "", 0, NULL)
			 : NULL;

	g_string_append_printf(out, "Content-Type: %s; charset=utf-8\r\n",
	    rest != NULL && *rest != '\0' ? rest : "text/plain");
	g_regex_unref(charset);
	g_free(rest);
	g_free(value);
}

static bool
wants_base64(const struct part *part, const char *text, size_t len)
{
	size_t odd = 0;

	if (!is_text(part))
		return true;
	for (size_t i = 0; i < len; i++)
		odd += (unsigned char)text[i] > 126 || text[i] == '=';
	return len + 2 * odd > len / 3 * 4 + len / 8;
}

static void
append_part(GString *out, const char *bytes, const struct part *part, unsigned needs)
{
	const char *body = bytes + part->body, *end = bytes + part->end;
	bool was_base64 = is_encoding(part, "base64");
	bool was_quoted = is_encoding(part, "quoted-printable");
	bool is_relabelled = (needs & RECODE_CHARSET) != 0 || !part->has_type;
	GString *plain = g_string_new(NULL);
	bool is_base64;

	if (was_base64 || was_quoted)
		append_decoded(plain, body, end, was_base64);
	else
		g_string_append_len(plain, body, end - body);
	is_base64 =
	    was_base64 || (!was_quoted && wants_base64(part, plain->str, plain->len));
	append_head(out, bytes, part, is_relabelled);
	if (is_relabelled && part->parent == PART_NONE &&
	    !g_regex_match_simple("^mime-version[ \t]*:", out->str,
		G_REGEX_CASELESS | G_REGEX_MULTILINE | G_REGEX_RAW, 0))
		g_string_append(out, "MIME-Version: 1.0\r\n");
	if ((needs & RECODE_CHARSET) != 0)
		append_type(out, bytes, part);
	g_string_append_printf(out, "Content-Transfer-Encoding: %s\r\n\r\n",
	    is_base64 ? "base64" : "quoted-printable");
	if (is_base64)
		append_base64(out, plain->str, plain->len);
	else
		recode_quoted_printable(out, plain->str, plain->len);
	g_string_free(plain, TRUE);
}

/* The parts' contents; the headers follow when all is in its new place. */
static GBytes *
recode_contents(GBytes *letter)
{
	gsize len;
	const char *bytes = g_bytes_get_data(letter, &len);
	GArray *parts = part_scan(bytes, len);
	GString *out = g_string_sized_new(len);
	size_t at = 0;

	for (guint i = 0; i < parts->len; i++) {
		const struct part *part = &g_array_index(parts, struct part, i);
		unsigned needs = part_is_sealed(parts, i)
				     ? 0
				     : recode_needs(bytes, part) & ~(unsigned)RECODE_PARAMETER;

		if (needs == 0 || part->head < at)
			continue;
		g_string_append_len(out, bytes + at, (gssize)(part->head - at));
		append_part(out, bytes, part, needs);
		at = part->end;
		if (at == len && (out->len < 2 || memcmp(out->str + out->len - 2, "\r\n", 2) != 0))
			g_string_append(out, "\r\n");
	}
	g_array_unref(parts);
	if (at == 0) {
		g_string_free(out, TRUE);
		return g_bytes_ref(letter);
	}
	g_string_append_len(out, bytes + at, (gssize)(len - at));
	return g_string_free_to_bytes(out);
}

static GBytes *
recode_parameters(GBytes *letter)
{
	gsize len;
	const char *bytes = g_bytes_get_data(letter, &len);
	GArray *parts = part_scan(bytes, len);
	GString *out = g_string_sized_new(len);
	size_t at = 0;

	for (guint i = 0; i < parts->len; i++) {
		const struct part *part = &g_array_index(parts, struct part, i);

		if (part_is_sealed(parts, i) || part->head < at ||
		    recode_param_needs(bytes + part->head, part->body - part->head) == 0)
			continue;
		g_string_append_len(out, bytes + at, (gssize)(part->head - at));
		recode_param_append(out, bytes + part->head, part->body - part->head);
		at = part->body;
	}
	g_array_unref(parts);
	g_string_append_len(out, bytes + at, (gssize)(len - at));
	return g_string_free_to_bytes(out);
}

GBytes *
recode_letter(GBytes *letter)
{
	GBytes *contents = recode_contents(letter), *all = recode_parameters(contents);

	if (g_bytes_equal(all, letter)) {
		g_bytes_unref(all);
		all = g_bytes_ref(letter);
	}
	g_bytes_unref(contents);
	return all;
}
