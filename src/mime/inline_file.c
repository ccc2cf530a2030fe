/* SPDX-License-Identifier: GPL-3.0-or-later */
/* inline_file.c - one pass over the lines for each beginning; a beginning without its end is text, and the next
 * is looked for behind it. What was read in vain is bounded, so that many beginnings cost no more than few. */
#include "mime/inline_file.h"

#include "base/limits.h"

#include <string.h>

struct line {
	const char *text;
	size_t len; /* without its end */
};

/* Reading lines of [at, end). */
struct reader {
	const char *at, *end;
};

static bool
next_line(struct reader *r, struct line *out)
{
	if (r->at >= r->end)
		return false;
	const char *nl = memchr(r->at, '\n', (size_t)(r->end - r->at));
	const char *stop = nl ? nl : r->end;
	out->text = r->at;
	out->len = (size_t)(stop - r->at);
	if (out->len > 0 && stop[-1] == '\r')
		out->len--;
	r->at = nl ? nl + 1 : r->end;
	return true;
}

static bool
begins(const struct line *line, const char *with)
{
	size_t n = strlen(with);
	return line->len >= n && memcmp(line->text, with, n) == 0;
}

static bool
is_line(const struct line *line, const char *text)
{
	return line->len == strlen(text) && begins(line, text);
}

/* UTF-8 without blanks around it; NULL when nothing is left. Owned. */
static char *
name_of(const char *text, size_t len)
{
	char *name = g_strstrip(g_utf8_make_valid(text, (gssize)MIN(len, LIMIT_INLINE_NAME)));
	if (*name == '\0')
		g_clear_pointer(&name, g_free);
	return name;
}

/* --- uuencode --- */

/* "begin 644 name" */
static char *
uu_name(const struct line *line)
{
	size_t i = strlen("begin "), digits = 0;
	if (!begins(line, "begin "))
		return NULL;
	while (i < line->len && line->text[i] >= '0' && line->text[i] <= '7') {
		digits++;
		i++;
	}
	if (digits < 3 || digits > 4 || i >= line->len || line->text[i] != ' ')
		return NULL;
	return name_of(line->text + i, line->len - i);
}

/* The bytes that a line of data says it holds; -1 when it is none. Blanks at its end may be lost; some write a checksum
 * behind it. */
static int
uu_bytes(const struct line *line)
{
	if (line->len == 0 || line->text[0] < ' ' || line->text[0] > '`')
		return -1;
	size_t n = (size_t)(line->text[0] - ' ') & 63, letters = line->len - 1, most = (n + 2) / 3 * 4;
	for (size_t i = 1; i < line->len; i++)
		if (line->text[i] < ' ' || line->text[i] > '`')
			return -1;
	if (n == 0)
		return letters <= 1 ? 0 : -1;
	return letters <= most + 1 && (letters >= (n * 8 + 5) / 6) ? (int)n : -1;
}

/* Behind the line "begin": to the line "end". */
static bool
uu_read(struct reader *r)
{
	struct line line;
	while (next_line(r, &line)) {
		int n = uu_bytes(&line);
		if (n == 0)
			return next_line(r, &line) && is_line(&line, "end");
		if (n < 0)
			return false;
	}
	return false;
}

/* --- yEnc --- */

/* The number behind " key=" of a line of keys; 0 for none. */
static guint64
y_number(const struct line *line, const char *key)
{
	const char *at = g_strstr_len(line->text, (gssize)line->len, key);
	guint64 n = 0;
	for (at = at ? at + strlen(key) : NULL; at && at < line->text + line->len && g_ascii_isdigit(*at); at++)
		n = n > G_MAXUINT32 ? n : n * 10 + (guint64)(*at - '0');
	return n;
}

/* "=ybegin part=1 line=128 size=123456 name=file.bin": the name goes to the end of the line. A part of a file that came
 * in several has its number behind the name. */
static char *
y_name(const struct line *line)
{
	if (!begins(line, "=ybegin ") || y_number(line, " line=") == 0)
		return NULL;
	const char *at = g_strstr_len(line->text, (gssize)line->len, " name=");
	guint64 part = y_number(line, " part=");
	char *name = at ? name_of(at + 6, line->len - (size_t)(at + 6 - line->text)) : NULL;
	if (name && part > 0) {
		char *whole = g_strdup_printf("%s.part%u", name, (unsigned)part);
		g_free(name);
		name = whole;
	}
	return name;
}

/* Behind "=ybegin": the data, which ends before "=yend" and begins behind a "=ypart". */
static bool
y_read(struct reader *r, struct content *out)
{
	struct line line;
	out->bytes = r->at;
	while (next_line(r, &line)) {
		if (begins(&line, "=yend ")) {
			out->len = (size_t)(line.text - out->bytes);
			return true;
		}
		if (begins(&line, "=ypart ") && line.text == out->bytes)
			out->bytes = r->at;
		else if (begins(&line, "=y"))
			return false;
	}
	return false;
}

/* --- both --- */

static void
file_free(void *data)
{
	struct inline_file *f = data;
	g_free(f->name);
	g_free(f);
}

/* The file that begins with this line; r is behind the line and goes on behind the file. NULL: none, r is where it was. */
static struct inline_file *
read_file(const struct line *first, struct reader *r)
{
	struct reader own = *r;
	struct content content = { .encoding = GMIME_CONTENT_ENCODING_UUENCODE };
	char *name = uu_name(first);
	bool is_whole = name && uu_read(&own);
	if (!name && (name = y_name(first))) {
		content = (struct content){ .encoding = GMIME_CONTENT_ENCODING_BINARY, .is_yenc = true };
		is_whole = y_read(&own, &content);
	}
	if (!is_whole) {
		g_free(name);
		return NULL;
	}
	struct inline_file *f = g_new0(struct inline_file, 1);
	*r = own;
	f->len = (size_t)(own.at - first->text);
	if (!content.is_yenc) {
		content.bytes = first->text;
		content.len = f->len;
	}
	f->content = content;
	f->name = name;
	return f;
}

/* The next line that could begin a file; false when there is none. */
static bool
seek(struct reader *r, const char *start, struct line *out)
{
	while (r->at < r->end) {
		const char *at = r->at;
		if ((at == start || at[-1] == '\n') && (*at == 'b' || *at == '=') && next_line(r, out) &&
		    (begins(out, "begin ") || begins(out, "=ybegin ")))
			return true;
		const char *nl = memchr(at, '\n', (size_t)(r->end - at));
		r->at = nl ? nl + 1 : r->end;
	}
	return false;
}

GPtrArray *
inline_files_find(const char *text, size_t len)
{
	struct reader r = { text, text + len };
	struct line line;
	GPtrArray *found = NULL;
	unsigned tries = 0;
	while (tries++ < LIMIT_INLINE_TRIES && seek(&r, text, &line)) {
		struct inline_file *f = read_file(&line, &r);
		if (!f)
			continue;
		f->start = (size_t)(line.text - text);
		if (!found)
			found = g_ptr_array_new_with_free_func(file_free);
		g_ptr_array_add(found, f);
		if (found->len == LIMIT_INLINE_FILES)
			break;
	}
	return found;
}
