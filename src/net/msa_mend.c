/* SPDX-License-Identifier: GPL-3.0-or-later */
/* msa_mend.c - taking apart and putting together. */
#include "net/msa_mend.h"

#include "base/limits.h"

#include <string.h>

/* Line ends to CRLF, one at the end. A bare CR within the header is no line end: there it
 * would make a field out of a piece of another one's value. */
static GString *
crlf(const char *data, size_t len)
{
	GString *out = g_string_sized_new(len + len / 32 + 2);
	bool in_header = true;

	for (size_t i = 0; i < len; i++) {
		if (data[i] == '\r' && i + 1 < len && data[i + 1] == '\n')
			continue;
		if (data[i] == '\r' && in_header) {
			g_string_append_c(out, ' ');
		} else if (data[i] == '\n' || data[i] == '\r') {
			if (out->len == 0 ||
			    (out->len >= 2 &&
				memcmp(out->str + out->len - 2, "\r\n", 2) == 0))
				in_header = false;
			g_string_append(out, "\r\n");
		} else {
			g_string_append_c(out, data[i]);
		}
	}
	if (out->len < 2 || memcmp(out->str + out->len - 2, "\r\n", 2) != 0)
		g_string_append(out, "\r\n");
	return out;
}

static void
free_string(gpointer string)
{
	g_string_free(string, TRUE);
}

void
msa_mend_init(struct msa_mend *mend, GBytes *letter, const struct msa_envelope *envelope)
{
	gsize len;
	const char *data = g_bytes_get_data(letter, &len);
	GString *all = crlf(data, len);
	const char *p = all->str, *end = all->str + all->len;

	*mend = (struct msa_mend){.envelope = envelope,
	    .fields = g_ptr_array_new_with_free_func(free_string)};
	while (p < end && *p != '\r' && mend->fields->len < LIMIT_HEADER_FIELDS) {
		const char *lf = memchr(p, '\n', (size_t)(end - p));
		const char *next = lf != NULL ? lf + 1 : end;

		if ((*p == ' ' || *p == '\t') && mend->fields->len > 0)
			g_string_append_len(
			    mend->fields->pdata[mend->fields->len - 1], p, next - p);
		else
			g_ptr_array_add(mend->fields, g_string_new_len(p, next - p));
		p = next;
	}
	mend->body = g_bytes_new(p, (gsize)(end - p));
	g_string_free(all, TRUE);
}

GBytes *
msa_mend_letter(const struct msa_mend *mend)
{
	gsize len;
	const char *body = g_bytes_get_data(mend->body, &len);
	GString *out = g_string_sized_new(len + 1024);

	for (guint i = 0; i < mend->fields->len; i++) {
		const GString *field = mend->fields->pdata[i];

		g_string_append_len(out, field->str, (gssize)field->len);
	}
	g_string_append_len(out, body, (gssize)len);
	return g_string_free_to_bytes(out);
}

void
msa_mend_fini(struct msa_mend *mend)
{
	g_ptr_array_unref(mend->fields);
	g_bytes_unref(mend->body);
}

bool
msa_mend_is(const struct msa_mend *mend, guint i, const char *name)
{
	const GString *field = mend->fields->pdata[i];
	size_t len = strlen(name);

	return field->len > len && field->str[len] == ':' &&
	       g_ascii_strncasecmp(field->str, name, len) == 0;
}

int
msa_mend_find(const struct msa_mend *mend, const char *name)
{
	for (guint i = mend->fields->len; i > 0; i--)
		if (msa_mend_is(mend, i - 1, name))
			return (int)i - 1;
	return -1;
}

char *
msa_mend_value(const struct msa_mend *mend, guint i)
{
	const GString *field = mend->fields->pdata[i];
	const char *colon = memchr(field->str, ':', field->len);
	GString *value = g_string_new(NULL);
	size_t at = colon != NULL ? (size_t)(colon - field->str) + 1 : 0;

	for (; at < field->len; at++)
		if (field->str[at] != '\r' && field->str[at] != '\n')
			g_string_append_c(
			    value, field->str[at] != '\0' ? field->str[at] : ' ');
	return g_strstrip(g_string_free(value, FALSE));
}

void
msa_mend_set(struct msa_mend *mend, guint i, const char *text)
{
	g_string_assign(mend->fields->pdata[i], text);
}

void
msa_mend_take(struct msa_mend *mend, guint i, GString *text)
{
	GString *field = mend->fields->pdata[i];

	g_string_truncate(field, 0);
	g_string_append_len(field, text->str, (gssize)text->len);
	g_string_free(text, TRUE);
}

/* RFC 5322 2.2, or the place of one that was taken out; an mbox line is left to its own check. */
static bool
is_field(const GString *line)
{
	const char *p = line->str;

	while (*p > ' ' && *p < 127 && *p != ':')
		p++;
	bool has_name = p > line->str;
	p += strspn(p, " \t");
	return line->len == 0 || (has_name && *p == ':') || g_str_has_prefix(line->str, "From ");
}

guint
msa_mend_header_end(const struct msa_mend *mend)
{
	guint n = 0;

	while (n < mend->fields->len && is_field(mend->fields->pdata[n]))
		n++;
	return n;
}

void
msa_mend_add(struct msa_mend *mend, GString *text)
{
	g_ptr_array_insert(mend->fields, (gint)msa_mend_header_end(mend), text);
}
