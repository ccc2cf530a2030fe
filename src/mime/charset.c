/* SPDX-License-Identifier: GPL-3.0-or-later */
/* charset.c - iconv with repair, and the guess for text that names no charset or a wrong one. */
#include "mime/charset.h"

#include <errno.h>
#include <gmime/gmime.h>
#include <iconv.h>
#include <string.h>

#define NO_ICONV ((iconv_t)-1)
#define MAX_NAME 64 /* bytes of a charset's name */
#define REPLACEMENT "\357\277\275" /* U+FFFD */
#define NUL_MARK "\342\220\200"      /* U+2400 */

struct charset {
	iconv_t cd; /* NO_ICONV: UTF-8 or a guess */
	bool guess; /* windows-1252 for lines that are no UTF-8 */
	bool guessed, damaged;
	char rest[16]; /* bytes of an unfinished character */
	size_t n_rest;
	bool is_started; /* the first letter was given */
	bool is_hz, is_in_gb; /* RFC 1843: between ~{ and ~} two bytes are a letter */
};

/* glibc keeps a converter's module as long as one descriptor of it is open: what is opened here
 * stays open on purpose. */
void
charset_preload(void)
{
	static const char *const names[] = { "utf-8", "us-ascii", "utf-7", "utf-16", "utf-16le",
		"utf-16be", "utf-32", "iso-8859-1", "iso-8859-2", "iso-8859-3", "iso-8859-4",
		"iso-8859-5", "iso-8859-6", "iso-8859-7", "iso-8859-8", "iso-8859-9",
		"iso-8859-10", "iso-8859-11", "iso-8859-13", "iso-8859-14", "iso-8859-15",
		"iso-8859-16", "windows-874", "windows-1250", "windows-1251", "windows-1252",
		"windows-1253", "windows-1254", "windows-1255", "windows-1256", "windows-1257",
		"windows-1258", "koi8-r", "koi8-u", "ibm437", "ibm850", "ibm852", "ibm866",
		"macintosh", "tis-620", "iso-2022-jp", "iso-2022-jp-2", "shift_jis", "cp932",
		"euc-jp", "iso-2022-kr", "euc-kr", "uhc", "gb2312", "gbk", "gb18030",
		"iso-2022-cn", "big5", "big5-hkscs", "armscii-8", "viscii", "tcvn", "koi8-t",
		"georgian-ps", "mac-cyrillic", "utf8" };
	(void)g_get_charset(NULL); /* reads a table of aliases once */
	for (size_t i = 0; i < G_N_ELEMENTS(names); i++) {
		const char *other = g_mime_charset_iconv_name(names[i]); /* GMime's word for it */
		(void)iconv_open("UTF-8", names[i]); /* kept open, see above */
		if (g_ascii_strcasecmp(other, names[i]) != 0)
			(void)iconv_open("UTF-8", other);
	}
}

static bool
is_any(const char *name, const char *const *list)
{
	for (; *list; list++)
		if (g_ascii_strcasecmp(name, *list) == 0)
			return true;
	return false;
}

const char *
charset_meant(const char *name)
{
	static const struct {
		const char *said, *meant;
	} table[] = { { "iso-8859-1", "windows-1252" }, { "latin1", "windows-1252" },
		{ "gb2312", "gb18030" }, { "gbk", "gb18030" }, { "x-gbk", "gb18030" },
		{ "ks_c_5601-1987", "uhc" }, { "euc-kr", "uhc" }, { "shift_jis", "cp932" },
		{ "x-sjis", "cp932" }, { "tis-620", "windows-874" },
		{ "iso-8859-8-i", "iso-8859-8" }, { "unicode-1-1-utf-7", "utf-7" },
		{ "x-unicode-2-0-utf-7", "utf-7" }, { "x-mac-roman", "macintosh" },
		{ "x-mac-cyrillic", "mac-cyrillic" }, { "x-euc-jp", "euc-jp" },
		{ "iso-2022-jp-1", "iso-2022-jp-2" }, { "x-big5", "big5" },
		{ "x-windows-949", "uhc" }, { "cp949", "uhc" }, { "cp-850", "ibm850" } };
	for (size_t i = 0; i < G_N_ELEMENTS(table); i++)
		if (g_ascii_strcasecmp(name, table[i].said) == 0)
			return table[i].meant;
	return name;
}

struct charset *
charset_new(const char *name)
{
	static const char *const utf8[] = { "utf-8", "utf8", "unicode-1-1-utf-8", NULL };
	static const char *const hz[] = { "hz-gb-2312", "hz", NULL };
	static const char *const open[] = { "us-ascii", "ascii", "ansi_x3.4-1968",
		"unknown-8bit", "x-unknown", "x-user-defined", "default", "_iso-2022-jp$sio",
		NULL };
	struct charset *c = g_new0(struct charset, 1);
	c->cd = NO_ICONV;
	if (!name || !*name || is_any(name, open)) {
		c->guess = true;
	} else if (is_any(name, hz)) { /* glibc has no converter of its own */
		c->cd = iconv_open("UTF-8", "gb18030");
		c->is_hz = true;
	} else if (!is_any(name, utf8)) {
		/* "//" would select iconv's own options */
		if (strlen(name) < MAX_NAME && !strchr(name, '/'))
			c->cd = iconv_open("UTF-8", charset_meant(name));
		c->guess = c->cd == NO_ICONV;
		c->guessed = c->guess;
	}
	return c;
}

void
charset_free(struct charset *c)
{
	if (!c)
		return;
	if (c->cd != NO_ICONV)
		iconv_close(c->cd);
	g_free(c);
}

bool
charset_is_guess(const struct charset *c)
{
	return c->guessed;
}

bool
charset_is_damaged(const struct charset *c)
{
	return c->damaged;
}

/* Bytes 0x80 to 0x9F of windows-1252; its five holes are replaced. */
static const gunichar cp1252_high[32] = { 0x20AC, 0xFFFD, 0x201A, 0x0192, 0x201E, 0x2026, 0x2020,
	0x2021, 0x02C6, 0x2030, 0x0160, 0x2039, 0x0152, 0xFFFD, 0x017D, 0xFFFD, 0xFFFD, 0x2018,
	0x2019, 0x201C, 0x201D, 0x2022, 0x2013, 0x2014, 0x02DC, 0x2122, 0x0161, 0x203A, 0x0153,
	0xFFFD, 0x017E, 0x0178 };

static void
append_1252(const char *p, size_t len, GString *out)
{
	for (size_t i = 0; i < len; i++) {
		guchar b = (guchar)p[i];
		if (b == 0)
			g_string_append(out, NUL_MARK);
		else if (b < 0x80)
			g_string_append_c(out, p[i]);
		else
			g_string_append_unichar(out, b < 0xA0 ? cp1252_high[b - 0x80] : b);
	}
}

/* UTF-8 with what is none replaced; an unfinished character at the end is kept for later. */
static size_t
feed_utf8(struct charset *c, const char *p, size_t len, GString *out)
{
	const char *end = p + len;
	while (p < end) {
		const char *bad;
		if (g_utf8_validate_len(p, (gsize)(end - p), &bad)) {
			g_string_append_len(out, p, end - p);
			return 0;
		}
		g_string_append_len(out, p, bad - p);
		bool unfinished = *bad != '\0' && end - bad < 4 &&
		    g_utf8_get_char_validated(bad, end - bad) == (gunichar)-2;
		if (unfinished)
			return (size_t)(end - bad);
		g_string_append(out, *bad == '\0' ? NUL_MARK : REPLACEMENT);
		c->damaged = c->damaged || *bad != '\0';
		p = bad + 1;
	}
	return 0;
}

/* Is it UTF-8 but for NULs? A NUL is a fault of its own and says nothing about the charset. */
static bool
is_utf8(const char *p, size_t len)
{
	const char *end = p + len;
	const char *bad;
	while (!g_utf8_validate_len(p, (gsize)(end - p), &bad)) {
		if (*bad != '\0')
			return false;
		p = bad + 1;
	}
	return true;
}

/* Line by line: some mail quotes one charset in another. */
static void
feed_guess(struct charset *c, const char *p, size_t len, GString *out)
{
	const char *end = p + len;
	while (p < end) {
		const char *nl = memchr(p, '\n', (size_t)(end - p));
		size_t n = nl ? (size_t)(nl - p) + 1 : (size_t)(end - p);
		if (is_utf8(p, n)) {
			(void)feed_utf8(c, p, n, out); /* nothing can be left over */
		} else {
			append_1252(p, n, out);
			c->guessed = true;
		}
		p += n;
	}
}

static size_t
feed_iconv(struct charset *c, const char *p, size_t len, GString *out)
{
	char buf[4096];
	char *in = g_memdup2(p, len); /* iconv's prototype is not const */
	char *at = in;
	while (len > 0) {
		char *to = buf;
		size_t room = sizeof(buf);
		size_t r = iconv(c->cd, &at, &len, &to, &room);
		int err = errno;
		g_string_append_len(out, buf, to - buf);
		if (r != (size_t)-1 || err == E2BIG)
			continue;
		if (err == EINVAL && len < sizeof(c->rest))
			break;
		g_string_append(out, REPLACEMENT);
		c->damaged = true;
		at++;
		len--;
	}
	g_free(in);
	return len;
}

/* How many bytes of HZ at p are one thing: a sign of its own, a letter of two bytes, or one of one. 0: more must
 * come. What it is goes to gb, if anything. */
static size_t
take_hz(struct charset *c, const char *p, size_t len, GString *gb)
{
	if (*p == '\n') /* no line ends in GB */
		c->is_in_gb = false;
	if (len < 2 && (*p == '~' || c->is_in_gb))
		return 0;
	if (*p == '~' && p[1] == (c->is_in_gb ? '}' : '{')) {
		c->is_in_gb = !c->is_in_gb;
		return 2;
	}
	if (!c->is_in_gb && *p == '~' && (p[1] == '~' || p[1] == '\n')) {
		if (p[1] == '~')
			g_string_append_c(gb, '~');
		return 2;
	}
	bool is_pair = c->is_in_gb && *p > ' ' && p[1] > ' ';
	for (size_t i = 0; i < (is_pair ? 2 : 1); i++)
		g_string_append_c(gb, (gchar)(is_pair ? p[i] | 0x80 : p[i]));
	return is_pair ? 2 : 1;
}

static size_t
feed_hz(struct charset *c, const char *p, size_t len, GString *out)
{
	GString *gb = g_string_new(NULL);
	size_t n;
	while (len > 0 && (n = take_hz(c, p, len, gb)) > 0) {
		p += n;
		len -= n;
	}
	if (feed_iconv(c, gb->str, gb->len, out) > 0) { /* bytes that HZ has not */
		g_string_append(out, REPLACEMENT);
		c->damaged = true;
	}
	g_string_free(gb, TRUE);
	return len;
}

static void
feed_once(struct charset *c, const char *bytes, size_t len, GString *out)
{
	size_t left = 0;
	if (c->guess)
		feed_guess(c, bytes, len, out);
	else if (c->is_hz)
		left = feed_hz(c, bytes, len, out);
	else if (c->cd == NO_ICONV)
		left = feed_utf8(c, bytes, len, out);
	else
		left = feed_iconv(c, bytes, len, out);
	memcpy(c->rest, bytes + len - left, left);
	c->n_rest = left;
}

/* A byte order mark at the start is no letter of the text. */
static void
drop_mark(struct charset *c, GString *out, gsize at)
{
	static const char mark[] = "\357\273\277";
	if (c->is_started || out->len == at)
		return;
	c->is_started = true;
	if (g_str_has_prefix(out->str + at, mark))
		g_string_erase(out, (gssize)at, sizeof(mark) - 1);
}

void
charset_feed(struct charset *c, const char *bytes, size_t len, bool is_end, GString *out)
{
	gsize at = out->len;
	if (c->n_rest > 0 && len > 0) {
		GString *joined = g_string_new_len(c->rest, (gssize)c->n_rest);
		g_string_append_len(joined, bytes, (gssize)len);
		feed_once(c, joined->str, joined->len, out);
		g_string_free(joined, TRUE);
	} else if (len > 0) {
		feed_once(c, bytes, len, out);
	}
	if (is_end && c->n_rest > 0) {
		g_string_append(out, REPLACEMENT);
		c->damaged = true;
		c->n_rest = 0;
	}
	if (is_end && c->cd != NO_ICONV) {
		/* back to the first shift state; of some charsets the last letter is still in there,
		 * as a sign that combines with it might have followed */
		char last[16], *to = last;
		size_t room = sizeof(last);
		(void)iconv(c->cd, NULL, NULL, &to, &room);
		g_string_append_len(out, last, to - last);
	}
	drop_mark(c, out, at);
}
