/* SPDX-License-Identifier: GPL-3.0-or-later */
/* msa_check_letter.c - header fields by RFC 5322 2.2, tolerant of any line end: what is
 * wrong is the checks' business. */
#include "net/msa_check_letter.h"

#include "base/limits.h"
#include "mime/compose_address.h"
#include "mime/part_scan.h"

#include <string.h>

static size_t
name_len(const char *line, size_t len)
{
	size_t i;

	for (i = 0; i < len && line[i] != ':'; i++) {
		if ((unsigned char)line[i] <= 32 || (unsigned char)line[i] >= 127)
			return 0;
	}
	return i < len ? i : 0;
}

static void
scan_fields(struct msa_letter *letter)
{
	gsize len;
	const char *p = g_bytes_get_data(letter->bytes, &len);
	const char *end = p + letter->wire.header_len;
	size_t line = 0;

	while (p < end && letter->fields->len < LIMIT_HEADER_FIELDS) {
		const char *lf = memchr(p, '\n', (size_t)(end - p));
		const char *next = lf != NULL ? lf + 1 : end;
		size_t n = (size_t)(next - p);

		line++;
		if (*p == '\n' || (*p == '\r' && n == 2))
			return;
		if ((*p == ' ' || *p == '\t') && letter->fields->len > 0) {
			g_array_index(
			    letter->fields, struct msa_field, letter->fields->len - 1)
			    .len += n;
		} else {
			struct msa_field f = {p, n, name_len(p, n), line};

			g_array_append_val(letter->fields, f);
		}
		p = next;
	}
}

void
msa_letter_init(struct msa_letter *letter, GBytes *bytes)
{
	gsize len;
	const char *data = g_bytes_get_data(bytes, &len);

	letter->bytes = bytes;
	letter->fields = g_array_new(FALSE, FALSE, sizeof(struct msa_field));
	compose_wire_scan(data, len, &letter->wire);
	compose_facts_read(bytes, &letter->facts);
	letter->parts = part_scan(data, len);
	scan_fields(letter);
}

void
msa_letter_fini(struct msa_letter *letter)
{
	g_array_free(letter->fields, TRUE);
	g_array_unref(letter->parts);
	compose_facts_clear(&letter->facts);
}

bool
msa_field_is(const struct msa_field *field, const char *name)
{
	return field->name_len > 0 && field->name_len == strlen(name) &&
	       g_ascii_strncasecmp(field->start, name, field->name_len) == 0;
}

char *
msa_field_value(const struct msa_field *field)
{
	GString *value = g_string_new(NULL);
	size_t i;

	for (i = field->name_len > 0 ? field->name_len + 1 : 0; i < field->len; i++) {
		char c = field->start[i];

		if (c != '\r' && c != '\n')
			g_string_append_c(value, c != '\0' ? c : ' ');
	}
	return g_strstrip(g_string_free(value, FALSE));
}

size_t
msa_letter_count(const struct msa_letter *letter, const char *name)
{
	size_t n = 0;
	guint i;

	for (i = 0; i < letter->fields->len; i++)
		n += msa_field_is(
		    &g_array_index(letter->fields, struct msa_field, i), name);
	return n;
}

const struct msa_field *
msa_letter_find(const struct msa_letter *letter, const char *name)
{
	guint i;

	for (i = letter->fields->len; i > 0; i--) {
		const struct msa_field *f =
		    &g_array_index(letter->fields, struct msa_field, i - 1);

		if (msa_field_is(f, name))
			return f;
	}
	return NULL;
}

const struct msa_field *
msa_letter_field(const struct msa_letter *letter, guint i)
{
	return &g_array_index(letter->fields, struct msa_field, i);
}

char *
msa_letter_value(const struct msa_letter *letter, const char *name)
{
	const struct msa_field *f = msa_letter_find(letter, name);

	return f != NULL ? msa_field_value(f) : g_strdup("");
}

GPtrArray *
msa_letter_addresses(const struct msa_letter *letter, const char *name)
{
	char *value = msa_letter_value(letter, name);
	GPtrArray *list = compose_address_list(value, NULL);

	g_free(value);
	return list != NULL ? list : g_ptr_array_new();
}
