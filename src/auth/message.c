/* SPDX-License-Identifier: GPL-3.0-or-later */
/* message.c - a linear scan for header fields over mapped bytes. It copies nothing and
 * mends nothing, since DKIM hashes the bytes as they are; a library that repairs what it
 * reads would hide what was signed. */
#include "auth/message.h"

#include "base/limits.h"

#include <string.h>

static bool
is_blank(char c)
{
	return c == ' ' || c == '\t';
}

/* The end of the line at p: its LF, or end. */
static const char *
line_end(const char *p, const char *end)
{
	const char *lf = memchr(p, '\n', (size_t)(end - p));

	return lf == NULL ? end : lf;
}

static bool
is_empty_line(const char *p, const char *eol)
{
	return p == eol || (eol - p == 1 && *p == '\r');
}

/* field-name of RFC 5322 section 2.2, with the blanks before the colon of section 4.5.8.
 */
static bool
parse_name(const char *p, const char *eol, struct message_field *out)
{
	const char *q = p;

	while (q<eol && * q> ' ' && *q < 0x7f && *q != ':')
		q++;
	out->name_len = (size_t)(q - p);
	while (q < eol && is_blank(*q))
		q++;
	out->colon = (size_t)(q - p);
	return out->name_len > 0 && q < eol && *q == ':';
}

static void
index_field(struct message *message, const struct message_field *field, guint number)
{
	char *name = message_name(field);
	GArray *numbers = g_hash_table_lookup(message->by_name, name);

	if (numbers == NULL) {
		numbers = g_array_new(FALSE, FALSE, sizeof(guint));
		g_hash_table_insert(message->by_name, name, numbers);
	} else {
		g_free(name);
	}
	g_array_append_val(numbers, number);
}

/* The field that starts at p; returns the start of the next line. */
static const char *
scan_field(const char *p, const char *end, struct message_field *field)
{
	const char *eol = line_end(p, end);

	while (eol + 1 < end && is_blank(eol[1]))
		eol = line_end(eol + 1, end);
	const char *last = eol;
	if (eol < end && last > p && last[-1] == '\r')
		last--;
	field->raw = p;
	field->raw_len = (size_t)(last - p);
	return eol < end ? eol + 1 : end;
}

static const char *
skip_mbox_line(const char *p, const char *end)
{
	if (end - p < 5 || memcmp(p, "From ", 5) != 0)
		return p;
	const char *eol = line_end(p, end);
	struct message_field field;
	if (parse_name(p, eol, &field))
		return p; /* the obsolete form "From : ..." */
	return eol < end ? eol + 1 : end;
}

struct message *
message_new(const char *bytes, size_t len)
{
	struct message *message = g_new0(struct message, 1);
	GArray *fields = g_array_new(FALSE, FALSE, sizeof(struct message_field));
	const char *end = bytes + len, *p = bytes;

	message->bytes = bytes;
	message->len = len;
	message->by_name = g_hash_table_new_full(
	    g_str_hash, g_str_equal, g_free, (GDestroyNotify)g_array_unref);
	p = len > 0 ? skip_mbox_line(p, end) : p;
	while (p < end) {
		struct message_field field;
		const char *eol = line_end(p, end);
		if (is_empty_line(p, eol)) {
			p = eol < end ? eol + 1 : end;
			break;
		}
		if (!parse_name(p, eol, &field)) {
			message->is_broken = true;
			break;
		}
		p = scan_field(p, end, &field);
		if (fields->len >= LIMIT_HEADER_FIELDS ||
		    (size_t)(p - bytes) > LIMIT_HEADER_BLOCK) {
			message->is_cut = true;
			break;
		}
		g_array_append_val(fields, field);
		index_field(message, &field, fields->len - 1);
	}
	message->body = p;
	message->body_len = (size_t)(end - p);
	message->n_fields = fields->len;
	message->fields = (struct message_field *)(void *)g_array_free(fields, FALSE);
	return message;
}

void
message_free(struct message *message)
{
	if (message == NULL)
		return;
	g_hash_table_unref(message->by_name);
	g_free(message->fields);
	g_free(message);
}

static const GArray *
numbers_of(const struct message *message, const char *name)
{
	const char *p = name;

	while (*p != '\0' && !g_ascii_isupper(*p))
		p++;
	if (*p == '\0')
		return g_hash_table_lookup(message->by_name, name);
	char *lower = g_ascii_strdown(name, -1);
	const GArray *numbers = g_hash_table_lookup(message->by_name, lower);
	g_free(lower);
	return numbers;
}

bool
message_is_field(const struct message_field *field, const char *name)
{
	return field->name_len == strlen(name) &&
	       g_ascii_strncasecmp(field->raw, name, field->name_len) == 0;
}

bool
message_has_lost(const struct message *message, const char *name)
{
	const char *p = message->body;
	const char *end = p + MIN(message->body_len, LIMIT_HEADER_BLOCK);

	while (message->is_broken && p < end) {
		struct message_field field = {.raw = p};
		const char *eol = line_end(p, end);
		if (is_empty_line(p, eol))
			return false;
		if (parse_name(p, eol, &field) && message_is_field(&field, name))
			return true;
		p = eol < end ? eol + 1 : end;
	}
	return false;
}

size_t
message_count(const struct message *message, const char *name)
{
	const GArray *numbers = numbers_of(message, name);

	return numbers == NULL ? 0 : numbers->len;
}

const struct message_field *
message_nth(const struct message *message, const char *name, size_t n)
{
	const GArray *numbers = numbers_of(message, name);

	if (numbers == NULL || n >= numbers->len)
		return NULL;
	return &message->fields[g_array_index(numbers, guint, n)];
}

const struct message_field *
message_nth_last(const struct message *message, const char *name, size_t n)
{
	const GArray *numbers = numbers_of(message, name);

	if (numbers == NULL || n >= numbers->len)
		return NULL;
	return &message->fields[g_array_index(numbers, guint, numbers->len - 1 - n)];
}

const char *
message_value(const struct message_field *field, size_t *len_out)
{
	*len_out = field->raw_len - field->colon - 1;
	return field->raw + field->colon + 1;
}

char *
message_text(const struct message_field *field)
{
	size_t len;
	const char *value = message_value(field, &len);
	GString *out = g_string_new(NULL);

	len = MIN(len, LIMIT_HEADER_VALUE);
	for (size_t i = 0; i < len; i++) {
		char c = value[i];
		bool is_fold =
		    c == '\n' || (c == '\r' && i + 1 < len && value[i + 1] == '\n');
		if (!is_fold)
			g_string_append_c(out, c == '\0' ? '?' : c);
	}
	return g_strstrip(g_string_free(out, FALSE));
}

char *
message_name(const struct message_field *field)
{
	return g_ascii_strdown(field->raw, (gssize)field->name_len);
}
