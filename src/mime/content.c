/* SPDX-License-Identifier: GPL-3.0-or-later */
/* content.c - transfer decoding and charset conversion of a part in blocks, so that the first line of
 * a large text is there before the last was read, and memory does not grow with the message. */
#include "mime/content.h"

#include "mime/charset.h"
#include "mime/transfer.h"

#include <string.h>

#define BLOCK (32u << 10)
#define MAX_LINE (64u << 10)
#define COUNT_BLOCK 240u

static bool
read_plain(const struct content *c, content_fn fn, void *user)
{
	for (size_t at = 0; at < c->len; at += BLOCK)
		if (!fn(c->bytes + at, MIN(BLOCK, c->len - at), user))
			return false;
	return true;
}

static bool
is_encoded(GMimeContentEncoding encoding)
{
	return encoding == GMIME_CONTENT_ENCODING_BASE64 ||
	    encoding == GMIME_CONTENT_ENCODING_QUOTEDPRINTABLE ||
	    encoding == GMIME_CONTENT_ENCODING_UUENCODE;
}

/* uuencoded data begins behind its line "begin 644 name"; what stands before is no data. */
static size_t
uu_start(const struct content *c)
{
	const char *end = c->bytes + c->len;
	for (const char *p = c->bytes; p < end;) {
		const char *nl = memchr(p, '\n', (size_t)(end - p));
		if (!nl)
			break;
		if (nl - p > 6 && memcmp(p, "begin ", 6) == 0)
			return (size_t)(nl + 1 - c->bytes);
		p = nl + 1;
	}
	return c->len;
}

/* Where base64 ends: what follows a padded group goes on with it only when its line is base64 throughout, as
 * where parts were joined; else it is what a mailing list appended. */
static size_t
base64_end(const struct content *c)
{
	static const char letters[] =
	    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/=\r";
	const char *end = c->bytes + c->len;
	for (const char *p = c->bytes; p < end && (p = memchr(p, '=', (size_t)(end - p)));) {
		const char *nl = memchr(p, '\n', (size_t)(end - p));
		while (nl && nl < end && (*nl == '\n' || *nl == '\r'))
			nl++;
		for (p = nl ? nl : end; p < end && *p != '\n'; p++)
			if (!*p || !strchr(letters, *p))
				return (size_t)(nl - c->bytes);
	}
	return c->len;
}

/* uuencoded data by GMime, from its first line on. */
static bool
read_uu(const struct content *c, content_fn fn, void *user)
{
	GMimeEncoding state;
	g_mime_encoding_init_decode(&state, c->encoding);
	state.state |= GMIME_UUDECODE_STATE_BEGIN;
	char *out = g_malloc(g_mime_encoding_outlen(&state, BLOCK));
	bool ok = true;
	for (size_t at = uu_start(c); at < c->len && ok; at += BLOCK) {
		size_t n = MIN(BLOCK, c->len - at);
		bool last = at + n == c->len;
		size_t got = last ? g_mime_encoding_flush(&state, c->bytes + at, n, out)
				  : g_mime_encoding_step(&state, c->bytes + at, n, out);
		if (got > 0)
			ok = fn(out, got, user);
	}
	g_free(out);
	return ok;
}

/* yEnc 1.3: 42 off each byte, 64 more behind "="; line ends are none of the data's. */
static bool
read_yenc(const struct content *c, content_fn fn, void *user)
{
	char *out = g_malloc(BLOCK);
	size_t n = 0;
	bool ok = true, is_escaped = false;
	for (size_t at = 0; at < c->len && ok; at++) {
		guchar byte = (guchar)c->bytes[at];
		if (byte == '\r' || byte == '\n')
			continue;
		if (byte == '=' && !is_escaped) {
			is_escaped = true;
			continue;
		}
		out[n++] = (char)(guchar)(byte - 42 - (is_escaped ? 64 : 0));
		is_escaped = false;
		if (n == BLOCK) {
			ok = fn(out, n, user);
			n = 0;
		}
	}
	if (ok && n > 0)
		ok = fn(out, n, user);
	g_free(out);
	return ok;
}

bool
content_read(const struct content *c, content_fn fn, void *user)
{
	if (c->is_yenc)
		return read_yenc(c, fn, user);
	if (!is_encoded(c->encoding))
		return read_plain(c, fn, user);
	if (c->encoding == GMIME_CONTENT_ENCODING_UUENCODE)
		return read_uu(c, fn, user);
	bool is_base64 = c->encoding == GMIME_CONTENT_ENCODING_BASE64;
	size_t len = is_base64 ? base64_end(c) : c->len;
	struct transfer state = { 0 };
	char *out = g_malloc(BLOCK + TRANSFER_SLACK);
	bool ok = true;
	for (size_t at = 0; at < len && ok; at += BLOCK) {
		size_t n = MIN(BLOCK, len - at);
		bool last = at + n == len;
		size_t got = is_base64
		    ? transfer_base64(&state, c->bytes + at, n, last, out)
		    : transfer_quoted(&state, c->bytes + at, n, last, out);
		if (got > 0)
			ok = fn(out, got, user);
	}
	g_free(out);
	return ok;
}

/* The base64 letters among n bytes, n <= 255: without branches, so that it is done 16 at a time. */
static guchar
count_letters(const guchar *p, size_t n)
{
	guchar sum = 0;
	for (size_t i = 0; i < n; i++) {
		guchar alpha = (guchar)((p[i] | 0x20) - 'a') < 26;
		guchar digit = (guchar)(p[i] - '0') < 10;
		guchar other = (p[i] == '+') | (p[i] == '/');
		sum = (guchar)(sum + (alpha | digit | other));
	}
	return sum;
}

/* Six bits for each letter: what decoding would give, many times as fast. */
static guint64
base64_size(const char *bytes, size_t len)
{
	const guchar *p = (const guchar *)bytes;
	guint64 n = 0;
	for (; len >= COUNT_BLOCK; p += COUNT_BLOCK, len -= COUNT_BLOCK)
		n += count_letters(p, COUNT_BLOCK);
	n += count_letters(p, len);
	return n * 6 / 8;
}

static bool
count_bytes(const char *bytes, size_t len, void *user)
{
	(void)bytes;
	*(guint64 *)user += len;
	return true;
}

guint64
content_size(const struct content *c)
{
	if (!c->is_yenc && !is_encoded(c->encoding))
		return c->len;
	if (!c->is_yenc && c->encoding == GMIME_CONTENT_ENCODING_BASE64 && c->len > BLOCK)
		return base64_size(c->bytes, base64_end(c));
	guint64 n = 0;
	(void)content_read(c, count_bytes, &n); /* never stopped */
	return n;
}

/* Lines on their way out: bytes are collected up to a line end, converted, cut into lines. */
struct liner {
	struct charset *charset;
	content_line_fn fn;
	void *user;
	GString *raw;  /* bytes that wait for the end of their line */
	GString *utf8; /* converted, not yet given out */
	bool stopped;
};

/* Where to cut text that is too long for one line: between characters. */
static size_t
cut_point(const char *p, size_t max)
{
	size_t n = max;
	while (n > max - 4 && ((guchar)p[n] & 0xC0) == 0x80)
		n--;
	return n;
}

static void
give_line(struct liner *l, const char *p, size_t len)
{
	while (len > 0 && p[len - 1] == '\r')
		len--;
	while (len > MAX_LINE && !l->stopped) {
		size_t n = cut_point(p, MAX_LINE);
		l->stopped = !l->fn(p, n, l->user);
		p += n;
		len -= n;
	}
	if (!l->stopped)
		l->stopped = !l->fn(p, len, l->user);
}

static void
give_lines(struct liner *l, bool is_end)
{
	const char *p = l->utf8->str;
	const char *end = p + l->utf8->len;
	while (p < end && !l->stopped) {
		const char *nl = memchr(p, '\n', (size_t)(end - p));
		if (!nl && !is_end && (size_t)(end - p) < 2 * MAX_LINE)
			break;
		const char *stop = nl ? nl : end;
		if (!nl && !is_end)
			stop = p + cut_point(p, MAX_LINE);
		give_line(l, p, (size_t)(stop - p));
		p = nl ? nl + 1 : stop;
	}
	g_string_erase(l->utf8, 0, p - l->utf8->str);
}

static bool
take_block(const char *bytes, size_t len, void *user)
{
	struct liner *l = user;
	g_string_append_len(l->raw, bytes, (gssize)len);
	size_t n = l->raw->len; /* up to and with the last line end */
	while (n > 0 && l->raw->str[n - 1] != '\n')
		n--;
	if (n == 0 && l->raw->len >= MAX_LINE)
		n = l->raw->len;
	if (n == 0)
		return true;
	charset_feed(l->charset, l->raw->str, n, false, l->utf8);
	g_string_erase(l->raw, 0, (gssize)n);
	give_lines(l, false);
	return !l->stopped;
}

bool
content_lines(const struct content *c, const char *charset, content_line_fn fn, void *user,
    bool *is_guess_out, bool *is_damaged_out)
{
	struct liner l = { .charset = charset_new(charset), .fn = fn, .user = user };
	l.raw = g_string_new(NULL);
	l.utf8 = g_string_new(NULL);
	if (content_read(c, take_block, &l)) {
		charset_feed(l.charset, l.raw->str, l.raw->len, true, l.utf8);
		give_lines(&l, true);
	}
	if (is_guess_out)
		*is_guess_out = charset_is_guess(l.charset);
	if (is_damaged_out)
		*is_damaged_out = charset_is_damaged(l.charset);
	charset_free(l.charset);
	g_string_free(l.raw, TRUE);
	g_string_free(l.utf8, TRUE);
	return !l.stopped;
}

struct collect {
	GString *text;
	size_t limit;
	bool is_cut;
};

static bool
collect_line(const char *text, size_t len, void *user)
{
	struct collect *c = user;
	if (c->text->len + len + 1 > c->limit) {
		c->is_cut = true;
		return false;
	}
	g_string_append_len(c->text, text, (gssize)len);
	g_string_append_c(c->text, '\n');
	return true;
}

GString *
content_text(const struct content *c, const char *charset, size_t limit, bool *is_cut_out)
{
	struct collect all = { g_string_new(NULL), limit, false };
	(void)content_lines(c, charset, collect_line, &all, NULL, NULL); /* is_cut says it */
	if (is_cut_out)
		*is_cut_out = all.is_cut;
	return all.text;
}
