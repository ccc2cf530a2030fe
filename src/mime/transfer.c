/* SPDX-License-Identifier: GPL-3.0-or-later */
/* transfer.c - both decoders carry what is unfinished from block to block. */
#include "mime/transfer.h"

#include <string.h>

#define PAD 64
#define NONE 255

/* 0 to 63, PAD or NONE. */
static guchar
value_of(guchar c)
{
	if (c >= 'A' && c <= 'Z')
		return (guchar)(c - 'A');
	if (c >= 'a' && c <= 'z')
		return (guchar)(c - 'a' + 26);
	if (c >= '0' && c <= '9')
		return (guchar)(c - '0' + 52);
	return c == '+' ? 62 : c == '/' ? 63 : c == '=' ? PAD : NONE;
}

/* A group of two letters is one byte, of three two; one letter alone is none. */
static size_t
end_group(struct transfer *t, char *out)
{
	size_t n = t->n > 1 ? t->n - 1 : 0;
	guint32 bits = t->bits << 6 * (4 - t->n);
	for (size_t i = 0; i < n; i++)
		out[i] = (char)(bits >> (16 - 8 * i));
	t->n = 0;
	t->bits = 0;
	return n;
}

size_t
transfer_base64(struct transfer *t, const char *in, size_t len, bool is_end, char *out)
{
	guchar values[256];
	size_t got = 0;
	for (unsigned c = 0; c < sizeof(values); c++)
		values[c] = value_of((guchar)c);
	for (size_t i = 0; i < len; i++) {
		guchar v = values[(guchar)in[i]];
		if (v < PAD) {
			t->bits = t->bits << 6 | v;
			if (++t->n == 4)
				got += end_group(t, out + got);
		} else if (v == PAD && t->n > 0) {
			got += end_group(t, out + got);
		}
	}
	return got + (is_end ? end_group(t, out + got) : 0);
}

GByteArray *
transfer_base64_bytes(const char *text, size_t len)
{
	GByteArray *bytes = g_byte_array_new();
	struct transfer t = {0};
	g_byte_array_set_size(bytes, (guint)(len + TRANSFER_SLACK));
	g_byte_array_set_size(bytes, (guint)transfer_base64(&t, text, len, true, (char *)bytes->data));
	return bytes;
}

static bool
is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\r';
}

/* Does "=" with what follows make an escape or a soft break? Both end it; a text that can still become one
 * goes on; anything else was none. */
enum quoted { QUOTED_OPEN, QUOTED_BYTE, QUOTED_BREAK, QUOTED_NONE };

static enum quoted
look(const struct transfer *t, char c)
{
	if (t->n == 1 && g_ascii_isxdigit(c))
		return QUOTED_OPEN;
	if (t->n == 2 && g_ascii_isxdigit(t->held[1]))
		return g_ascii_isxdigit(c) ? QUOTED_BYTE : QUOTED_NONE;
	if (c == '\n')
		return QUOTED_BREAK;
	return is_blank(c) && t->n < sizeof(t->held) ? QUOTED_OPEN : QUOTED_NONE;
}

static size_t
give_held(struct transfer *t, char *out)
{
	size_t n = t->n;
	memcpy(out, t->held, n);
	t->n = 0;
	return n;
}

static size_t
take_sign(struct transfer *t, char c, char *out)
{
	size_t got = 0;
	enum quoted what = t->n > 0 ? look(t, c) : QUOTED_NONE;
	if (what == QUOTED_BYTE) {
		out[got++] =
		    (char)(g_ascii_xdigit_value(t->held[1]) * 16 + g_ascii_xdigit_value(c));
		t->n = 0;
	} else if (what == QUOTED_BREAK) {
		t->n = 0;
	} else if (what == QUOTED_OPEN) {
		t->held[t->n++] = c;
	} else {
		got += give_held(t, out);
		if (c == '=')
			t->held[t->n++] = c;
		else
			out[got++] = c;
	}
	return got;
}

size_t
transfer_quoted(struct transfer *t, const char *in, size_t len, bool is_end, char *out)
{
	size_t got = 0;
	for (size_t i = 0; i < len; i++) {
		if (t->n == 0 && in[i] != '=')
			out[got++] = in[i];
		else
			got += take_sign(t, in[i], out + got);
	}
	bool is_escape = t->n == 2 && g_ascii_isxdigit(t->held[1]); /* "=4" at the end is text */
	if (is_end && is_escape)
		got += give_held(t, out + got);
	return got;
}
