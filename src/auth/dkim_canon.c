/* SPDX-License-Identifier: GPL-3.0-or-later */
/* dkim_canon.c - canonical bytes on their way into a digest. Trailing empty lines are
 * found from the end first, so that the pass over the body needs no memory of what came
 * before. */
#include "auth/dkim_canon.h"

#include <string.h>

enum { OUT_SIZE = 16384 };

/* Where canonical body bytes go. */
struct sink {
	EVP_MD_CTX *ctx;
	guint64 limit;
	guint64 length;
	bool is_trailing_visible;
	bool is_ok;
};

static void
note_trailing(struct sink *sink, const char *p, size_t len)
{
	for (size_t i = 0; i < len && !sink->is_trailing_visible; i++)
		sink->is_trailing_visible = !g_ascii_isspace(p[i]);
}

static void
sink_put(struct sink *sink, const char *p, size_t len)
{
	guint64 room = sink->limit > sink->length ? sink->limit - sink->length : 0;
	size_t n = (size_t)MIN(room, (guint64)len);

	if (n > 0 && EVP_DigestUpdate(sink->ctx, p, n) != 1)
		sink->is_ok = false;
	if (n < len)
		note_trailing(sink, p + n, len - n);
	sink->length += len;
}

static bool
is_blank(char c)
{
	return c == ' ' || c == '\t';
}

/* The content of the line that ends before eol (an LF or the end of the body), without
 * its CR. */
static const char *
content_end(const char *line, const char *eol, const char *end)
{
	return eol < end && eol > line && eol[-1] == '\r' ? eol - 1 : eol;
}

static bool
is_droppable(const char *line, const char *to, enum dkim_canon canon)
{
	while (canon == DKIM_RELAXED && line < to && is_blank(*line))
		line++;
	return line == to;
}

/* The end of the last line that is not empty (with relaxed: not only blanks), after its
 * LF. */
static const char *
without_trailing_lines(enum dkim_canon canon, const char *body, const char *end)
{
	const char *whole = end;

	while (end > body) {
		const char *eol = end[-1] == '\n' ? end - 1 : end;
		const char *line = eol;
		while (line > body && line[-1] != '\n')
			line--;
		if (!is_droppable(line, content_end(line, eol, whole), canon))
			break;
		end = line;
	}
	return end;
}

/* Section 3.4.3. */
static void
put_simple(struct sink *sink, const char *p, const char *end)
{
	const char *run = p;

	while (p < end) {
		const char *lf = memchr(p, '\n', (size_t)(end - p));
		if (lf == NULL) {
			sink_put(sink, run, (size_t)(end - run));
			sink_put(sink, "\r\n", 2);
			return;
		}
		if (lf == p || lf[-1] != '\r') {
			sink_put(sink, run, (size_t)(lf - run));
			sink_put(sink, "\r\n", 2);
			run = lf + 1;
		}
		p = lf + 1;
	}
	sink_put(sink, run, (size_t)(end - run));
}

/* The bytes of x that are zero, as their high bits; a byte above a zero one may be taken
 * for one. */
static guint64
zero_bytes(guint64 x)
{
	return (x - 0x0101010101010101u) & ~x & 0x8080808080808080u;
}

/* May these eight bytes stay as they are: no TAB, and no two blanks side by side? "No"
 * may be wrong. */
static bool
is_plain(const char *p, bool was_blank)
{
	guint64 x;

	memcpy(&x, p, sizeof x);
	guint64 spaces = zero_bytes(x ^ 0x2020202020202020u);
	guint64 tabs = zero_bytes(x ^ 0x0909090909090909u);
	return tabs == 0 && (spaces & spaces >> 8) == 0 && !(was_blank && *p == ' ');
}

/* One line's content in relaxed form to out, which has room for as many bytes: eight at a
 * time where nothing changes, which is nearly everywhere. */
static size_t
relax_line(const char *p, const char *to, char *out)
{
	bool was_blank = false;
	size_t n = 0;

	while (to > p && is_blank(to[-1]))
		to--;
	while (p < to) {
		if (to - p >= 8 && is_plain(p, was_blank)) {
			memcpy(out + n, p, 8);
			n += 8;
			p += 8;
			was_blank = p[-1] == ' ';
			continue;
		}
		for (const char *stop = to - p > 8 ? p + 8 : to; p < stop; p++) {
			bool is_now = is_blank(*p);
			if (!is_now || !was_blank)
				out[n++] = is_now ? ' ' : *p;
			was_blank = is_now;
		}
	}
	return n;
}

/* A line longer than the buffer: word by word, without one. */
static void
put_long_line(struct sink *sink, const char *p, const char *to)
{
	while (to > p && is_blank(to[-1]))
		to--;
	while (p < to) {
		const char *word = p;
		while (p < to && !is_blank(*p))
			p++;
		sink_put(sink, word, (size_t)(p - word));
		if (p < to)
			sink_put(sink, " ", 1);
		while (p < to && is_blank(*p))
			p++;
	}
	sink_put(sink, "\r\n", 2);
}

/* Section 3.4.4. Lines are gathered in a buffer: a digest likes long runs. */
static void
put_relaxed(struct sink *sink, const char *p, const char *end)
{
	char out[OUT_SIZE];
	size_t n = 0;

	while (p < end) {
		const char *lf = memchr(p, '\n', (size_t)(end - p));
		const char *eol = lf == NULL ? end : lf;
		const char *to = content_end(p, eol, end);
		size_t len = (size_t)(to - p);
		if (n + len + 2 > sizeof out) {
			sink_put(sink, out, n);
			n = 0;
		}
		if (len + 2 > sizeof out) {
			put_long_line(sink, p, to);
		} else {
			n += relax_line(p, to, out + n);
			out[n++] = '\r';
			out[n++] = '\n';
		}
		p = lf == NULL ? end : lf + 1;
	}
	sink_put(sink, out, n);
}

bool
dkim_canon_body(enum dkim_canon canon, const char *body, size_t len, guint64 limit,
    const EVP_MD *md, struct dkim_body *out)
{
	struct sink sink = {.ctx = EVP_MD_CTX_new(), .limit = limit, .is_ok = true};
	const char *end = without_trailing_lines(canon, body, body + len);

	sink.is_ok = sink.ctx != NULL && EVP_DigestInit_ex(sink.ctx, md, NULL) == 1;
	if (sink.is_ok) {
		if (canon == DKIM_RELAXED)
			put_relaxed(&sink, body, end);
		else if (end == body)
			sink_put(
			    &sink, "\r\n", 2); /* an empty body is one CR LF (3.4.3) */
		else
			put_simple(&sink, body, end);
		sink.is_ok =
		    sink.is_ok && EVP_DigestFinal_ex(sink.ctx, out->hash, NULL) == 1;
	}
	out->length = sink.length;
	out->is_trailing_visible = sink.is_trailing_visible;
	EVP_MD_CTX_free(sink.ctx);
	return sink.is_ok;
}

/* Section 3.4.1: as it is, but for the line ends. */
static void
append_simple(GString *out, const char *p, const char *end)
{
	while (p < end) {
		const char *lf = memchr(p, '\n', (size_t)(end - p));
		if (lf == NULL) {
			g_string_append_len(out, p, end - p);
			return;
		}
		bool has_cr = lf > p && lf[-1] == '\r';
		g_string_append_len(out, p, lf - p - (has_cr ? 1 : 0));
		g_string_append_len(out, "\r\n", 2);
		p = lf + 1;
	}
}

/* Section 3.4.2: unfold, one space for each run of blanks. is_pending: a run was seen. */
static void
append_relaxed(
    GString *out, const char *p, const char *end, size_t start, bool *is_pending)
{
	while (p < end) {
		const char *word = p;
		bool is_fold = *p == '\n' || (*p == '\r' && p + 1 < end && p[1] == '\n');
		if (is_blank(*p) || is_fold) {
			*is_pending = *is_pending || is_blank(*p);
			p++;
			continue;
		}
		/* a CR before LF is a line end, any other is a letter like all */
		while (p < end && !is_blank(*p) && *p != '\n' &&
		       !(*p == '\r' && p + 1 < end && p[1] == '\n'))
			p++;
		if (*is_pending && out->len > start)
			g_string_append_c(out, ' ');
		*is_pending = false;
		g_string_append_len(out, word, p - word);
	}
}

void
dkim_canon_field(GString *out, enum dkim_canon canon, const char *raw, size_t len,
    size_t colon, size_t cut_from, size_t cut_to)
{
	size_t first = cut_to > cut_from ? cut_from : len;

	if (canon == DKIM_SIMPLE) {
		append_simple(out, raw, raw + first);
		if (first < len)
			append_simple(out, raw + cut_to, raw + len);
		return;
	}
	size_t name_len = colon;
	while (name_len > 0 && is_blank(raw[name_len - 1]))
		name_len--;
	for (size_t i = 0; i < name_len; i++)
		g_string_append_c(out, g_ascii_tolower(raw[i]));
	g_string_append_c(out, ':');
	bool is_pending = false;
	size_t start = out->len;
	append_relaxed(out, raw + colon + 1, raw + first, start, &is_pending);
	if (first < len)
		append_relaxed(out, raw + cut_to, raw + len, start, &is_pending);
}
