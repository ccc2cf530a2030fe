/* SPDX-License-Identifier: GPL-3.0-or-later */
/* palette.c - see palette.h. Most terminals know all colours, but their terminfo speaks of 256: there the
 * number that is nearest to a wanted colour becomes it. Pictures and other styles that use this number
 * shift by less than a step of the palette. */
#include "ui/palette.h"

#include <curses.h>
#include <string.h>

#define CUBE_FIRST 16
#define GREY_FIRST 232

static const int cube_steps[] = {0x00, 0x5f, 0x87, 0xaf, 0xd7, 0xff};
/* The first sixteen as xterm has them; users change them. */
static const int ansi[] = {0x000000, 0xcd0000, 0x00cd00, 0xcdcd00, 0x0000ee, 0xcd00cd, 0x00cdcd, 0xe5e5e5,
    0x7f7f7f, 0xff0000, 0x00ff00, 0xffff00, 0x5c5cff, 0xff00ff, 0x00ffff, 0xffffff};

int
palette_value(int number)
{
	if (number < CUBE_FIRST)
		return ansi[MAX(number, 0)];
	if (number >= GREY_FIRST)
		return (8 + 10 * (MIN(number, 255) - GREY_FIRST)) * 0x010101;
	int n = number - CUBE_FIRST;
	return cube_steps[n / 36] << 16 | cube_steps[n / 6 % 6] << 8 | cube_steps[n % 6];
}

static int
distance(int a, int b)
{
	int r = (a >> 16 & 255) - (b >> 16 & 255);
	int g = (a >> 8 & 255) - (b >> 8 & 255);
	int blue = (a & 255) - (b & 255);
	/* the eye sees green best */
	return 3 * r * r + 4 * g * g + 2 * blue * blue;
}

static int
nearest(int rgb, int first, int end)
{
	int best = first;
	for (int i = first; i < end; i++)
		if (distance(palette_value(i), rgb) < distance(palette_value(best), rgb))
			best = i;
	return best;
}

int
palette_nearest(int rgb)
{
	return nearest(rgb, CUBE_FIRST, 256);
}

void
palette_init(struct palette *p)
{
	const char *term = g_getenv("COLORTERM");
	memset(p, 0, sizeof(*p));
	p->max = has_colors() ? MIN(COLORS, 256) : 1;
	p->is_direct = COLORS > 256;
	p->may_define = !p->is_direct && p->max == 256 && can_change_color() &&
	    (g_strcmp0(term, "truecolor") == 0 || g_strcmp0(term, "24bit") == 0);
}

bool
palette_parse(const struct palette *p, const char *word, int *colour_out)
{
	guint64 n;
	if (g_str_equal(word, "default")) {
		*colour_out = -1;
		return true;
	}
	if (*word == '#') {
		if (strlen(word) != 7 || !g_ascii_string_to_unsigned(word + 1, 16, 0, 0xffffff, &n, NULL))
			return false;
		*colour_out = PALETTE_RGB | (int)n;
		return true;
	}
	if (!g_ascii_string_to_unsigned(word, 10, 0, (guint64)MAX(p->max, 1) - 1, &n, NULL))
		return false;
	*colour_out = (int)n;
	return true;
}

void
palette_want(struct palette *p, int colour)
{
	if (colour < PALETTE_RGB || !p->may_define)
		return;
	int number = palette_nearest(colour & 0xffffff);
	/* two wishes for one number: the first has it */
	if (p->wanted[number] == 0)
		p->wanted[number] = colour;
}

static short
thousandths(int colour, int shift)
{
	return (short)(((colour >> shift & 255) * 1000 + 254) / 255); /* curses rounds down again */
}

void
palette_define(const struct palette *p)
{
	for (int i = CUBE_FIRST; p->may_define && i < 256; i++)
		if (p->wanted[i] != 0)
			(void)init_color((short)i, thousandths(p->wanted[i], 16),
			    thousandths(p->wanted[i], 8), thousandths(p->wanted[i], 0));
}

int
palette_number(const struct palette *p, int colour)
{
	if (colour < 0)
		return -1;
	if (p->is_direct) {
		/* the first eight stand for themselves there */
		int value = colour >= PALETTE_RGB ? colour & 0xffffff : palette_value(colour);
		return colour < 8 ? colour : MAX(value, 8);
	}
	if (colour < PALETTE_RGB)
		return MIN(colour, p->max - 1);
	return p->max == 256 ? palette_nearest(colour & 0xffffff)
			     : nearest(colour & 0xffffff, 0, CLAMP(p->max, 1, 16));
}
