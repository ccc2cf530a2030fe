/* SPDX-License-Identifier: GPL-3.0-or-later */
/* background.c - see background.h. */
#include "ui/background.h"

#include <string.h>

#define PREFIX "11;rgb:"

/* The share of a channel in thousandths; *text moves on. -1: no digits. */
static int
channel(const char **text)
{
	int value = 0, max = 0;
	for (; g_ascii_isxdigit(**text) && max < 0xffff; (*text)++) {
		value = value * 16 + g_ascii_xdigit_value(**text);
		max = max * 16 + 15;
	}
	return max > 0 ? value * 1000 / max : -1;
}

static enum background_state
judge(struct background *b)
{
	const char *at = b->text + strlen(PREFIX);
	int red = channel(&at);
	at += *at == '/';
	int green = channel(&at);
	at += *at == '/';
	int blue = channel(&at);
	if (red < 0 || green < 0 || blue < 0 || *at != '\0')
		return BACKGROUND_NONE;
	/* Rec. 709 */
	b->is_light = 213 * red + 715 * green + 72 * blue > 500 * 1000;
	return BACKGROUND_READ;
}

enum background_state
background_feed(struct background *b, gunichar c)
{
	size_t prefix = strlen(PREFIX);
	if (b->len >= prefix && (c == '\a' || c == '\\'))
		return judge(b);
	if (b->len >= prefix && c == 033)
		return BACKGROUND_MORE;
	bool fits = b->len < prefix ? c == (gunichar)PREFIX[b->len]
				    : c == '/' || (c < 0x80 && g_ascii_isxdigit((char)c));
	if (!fits || b->len + 1 >= sizeof(b->text))
		return BACKGROUND_NONE;
	b->text[b->len++] = (char)c;
	return BACKGROUND_MORE;
}
