/* SPDX-License-Identifier: GPL-3.0-or-later */
/* source.c - the order of things: nothing parses a message that the pre-screen has not passed. */
#include "mime/source.h"

#include "base/limits.h"
#include "mime/prescreen.h"

#include <string.h>

/* A file without any LF, but with CR: lines end so in what is kept since long ago. Owned. */
static char *
mend_bare_cr(const char *bytes, size_t len)
{
	if (!memchr(bytes, '\r', len) || memchr(bytes, '\n', len))
		return NULL;
	char *out = g_memdup2(bytes, len);
	for (char *cr = out; (cr = memchr(cr, '\r', (size_t)(out + len - cr))) != NULL;)
		*cr = '\n';
	return out;
}

/* Some gateway made CR CR LF of every line end: then no parser finds the end of the header. Owned;
 * NULL for all other mail. */
static char *
mend_line_ends(const char *bytes, size_t len, size_t *len_out)
{
	const char *nl = memchr(bytes, '\n', len);
	if (!nl)
		return mend_bare_cr(bytes, len);
	if (nl - bytes < 2 || nl[-1] != '\r' || nl[-2] != '\r')
		return NULL;
	char *out = g_malloc(len + 1);
	size_t n = 0;
	for (size_t i = 0; i < len; i++) {
		bool extra = i + 2 < len && bytes[i] == '\r' && bytes[i + 1] == '\r' &&
		    bytes[i + 2] == '\n';
		if (!extra)
			out[n++] = bytes[i];
	}
	*len_out = n;
	return out;
}

/* Is the line at p a field's first (RFC 5322 2.2; blanks before the colon are those of 4.5)? */
static bool
is_field(const char *p, const char *end)
{
	const char *q = p;
	while (q < end && *q > ' ' && *q < 127 && *q != ':')
		q++;
	bool has_name = q > p;
	while (q < end && (*q == ' ' || *q == '\t'))
		q++;
	return has_name && q < end && *q == ':';
}

static const char *
next_line(const char *p, const char *end)
{
	const char *nl = memchr(p, '\n', (size_t)(end - p));
	return nl ? nl + 1 : end;
}

size_t
source_header_len(const char *bytes, size_t len, bool *is_broken)
{
	const char *end = bytes + MIN(len, LIMIT_HEADER_BLOCK);
	const char *p = bytes;
	*is_broken = false;
	if (len > 5 && memcmp(p, "From ", 5) == 0 && !is_field(p, end))
		p = next_line(p, end);
	const char *first = p;
	for (; p < end; p = next_line(p, end)) {
		bool is_folded = p > first && (*p == ' ' || *p == '\t');
		if (*p == '\n' || (*p == '\r' && p + 1 < end && p[1] == '\n'))
			break;
		*is_broken = !is_folded && !is_field(p, end) && p > first;
		if (!is_folded && !is_field(p, end))
			break;
	}
	return (size_t)(p - bytes);
}

/* The same with an empty line before what is no header any more, and without NULs, which end a value for the
 * parser. Owned; NULL where there is nothing to mend. */
static char *
mend_header(const char *bytes, size_t len, size_t *len_out, bool *is_broken)
{
	size_t head = source_header_len(bytes, len, is_broken);
	if (!*is_broken && (head == 0 || !memchr(bytes, '\0', head)))
		return NULL;
	const char *eol = !*is_broken ? "" : head > 1 && bytes[head - 2] == '\r' ? "\r\n" : "\n";
	size_t n = strlen(eol);
	char *out = g_malloc(len + n + 1);
	memcpy(out, bytes, head);
	memcpy(out + head, eol, n);
	memcpy(out + head + n, bytes + head, len - head);
	for (char *nul = out; (nul = memchr(nul, '\0', (size_t)(out + head - nul))) != NULL;)
		*nul = '?';
	*len_out = len + n;
	return out;
}

/* Pre-screened and parsed; NULL when a limit is broken (said in limited) or there is no message. */
static struct mail *
parse(struct source *s, const char *bytes, size_t len)
{
	struct prescreen found;
	prescreen_scan(bytes, len, &found);
	if (found.finding == PRESCREEN_OK)
		return mail_new(bytes, len, NULL); /* the only error: no message */
	s->limited = prescreen_text(found.finding);
	return NULL;
}

static size_t
leading_blanks(const char *bytes, size_t len)
{
	size_t n = 0;
	while (n < len && g_ascii_isspace(bytes[n]))
		n++;
	return n;
}

void
source_init(struct source *s, const char *bytes, size_t len)
{
	*s = (struct source){ .bytes = bytes, .len = len };
	if (len > 0 && (s->mended = mend_line_ends(bytes, len, &len)))
		bytes = s->mended;
	char *whole = len > 0 ? mend_header(bytes, len, &len, &s->is_broken) : NULL;
	if (whole) {
		g_free(s->mended);
		bytes = s->mended = whole;
	}
	s->message = parse(s, bytes, len);
	size_t n = leading_blanks(bytes, len);
	if (!s->message && !s->limited && n > 0 && n < len) {
		/* a line of blanks before the header makes the parser see none */
		bytes += n;
		len -= n;
		s->message = parse(s, bytes, len);
	}
	if (!s->message && !s->limited)
		s->limited = "there is no message in the file";
	if (s->message)
		s->header = mail_header(s->message);
	else
		s->header = s->own_header = header_of_bytes(bytes, len);
}

void
source_fini(struct source *s)
{
	header_free(s->own_header);
	mail_free(s->message);
	g_free(s->mended);
	if (s->seals)
		g_array_unref(s->seals);
}
