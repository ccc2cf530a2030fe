/* SPDX-License-Identifier: GPL-3.0-or-later */
/* html_colour.c - see html_colour.h. What cannot be read hides nothing. */
#include "mime/html_colour.h"

#include <glib.h>
#include <stdlib.h>
#include <string.h>

#define NEAR 16 /* of 255, in each of the three: less than an eye tells apart on a page */

/* Sorted, for bsearch: those that mail has, and all that are nearly white. */
static const struct name {
	const char *name;
	unsigned rgb;
} names[] = {
    {"aliceblue", 0xf0f8ff},
    {"azure", 0xf0ffff},
    {"black", 0x000000},
    {"blue", 0x0000ff},
    {"darkgray", 0xa9a9a9},
    {"darkgrey", 0xa9a9a9},
    {"floralwhite", 0xfffaf0},
    {"ghostwhite", 0xf8f8ff},
    {"gray", 0x808080},
    {"green", 0x008000},
    {"grey", 0x808080},
    {"honeydew", 0xf0fff0},
    {"ivory", 0xfffff0},
    {"lavenderblush", 0xfff0f5},
    {"lightgray", 0xd3d3d3},
    {"lightgrey", 0xd3d3d3},
    {"linen", 0xfaf0e6},
    {"mintcream", 0xf5fffa},
    {"navy", 0x000080},
    {"oldlace", 0xfdf5e6},
    {"orange", 0xffa500},
    {"red", 0xff0000},
    {"seashell", 0xfff5ee},
    {"silver", 0xc0c0c0},
    {"snow", 0xfffafa},
    {"white", 0xffffff},
    {"whitesmoke", 0xf5f5f5},
    {"yellow", 0xffff00},
};

static int
compare(const void *key, const void *item)
{
	return strcmp(key, ((const struct name *)item)->name);
}

/* "fff", "ffffff", "ffffff80" behind the #. */
static unsigned
hexadecimal(const char *digits)
{
	size_t n = strspn(digits, "0123456789abcdef");
	unsigned value = (unsigned)strtoul(digits, NULL, 16);
	if (digits[n] != '\0')
		return HTML_COLOUR_UNKNOWN;
	if (n == 4 || n == 8) { /* how dense it is comes last */
		unsigned dense = n == 4 ? value & 0xf : value & 0xff;
		if (dense == 0)
			return HTML_COLOUR_CLEAR;
		value >>= n;
		n -= n / 4;
	}
	if (n == 3)
		value = ((value & 0xf00) * 0x1100) | ((value & 0xf0) * 0x110) | ((value & 0xf) * 0x11);
	return n == 3 || n == 6 ? HTML_COLOUR_SET | (value & 0xffffff) : HTML_COLOUR_UNKNOWN;
}

/* "255, 255, 255)", "100% 100% 100% / 0)": behind rgb( or rgba(. */
static unsigned
numbers(const char *p)
{
	unsigned rgb = 0;
	for (int i = 0; i < 4; i++) {
		char *end;
		p += strspn(p, " ,/");
		double n = g_ascii_strtod(p, &end);
		if (end == p)
			return i == 3 && *p == ')' ? HTML_COLOUR_SET | rgb : HTML_COLOUR_UNKNOWN;
		if (i == 3)
			return n > 0 ? HTML_COLOUR_SET | rgb : HTML_COLOUR_CLEAR;
		if (*end == '%') {
			n *= 2.55;
			end++;
		}
		rgb = rgb << 8 | (unsigned)CLAMP(n + 0.5, 0, 255);
		p = end;
	}
	return HTML_COLOUR_UNKNOWN;
}

unsigned
html_colour(const char *value)
{
	static const char *const outside[] = {"inherit", "unset", "currentcolor", "initial", "", NULL};
	if (*value == '#')
		return hexadecimal(value + 1);
	if (g_str_has_prefix(value, "rgb(") || g_str_has_prefix(value, "rgba("))
		return numbers(strchr(value, '(') + 1);
	if (strcmp(value, "transparent") == 0)
		return HTML_COLOUR_CLEAR;
	if (g_strv_contains(outside, value))
		return HTML_COLOUR_OUTSIDE;
	const struct name *found = bsearch(value, names, G_N_ELEMENTS(names), sizeof(names[0]), compare);
	if (found != NULL)
		return HTML_COLOUR_SET | found->rgb;
	/* "ffffff", as attributes have it */
	return strlen(value) == 6 ? hexadecimal(value) : HTML_COLOUR_UNKNOWN;
}

unsigned
html_colour_of_ground(const char *value)
{
	unsigned found = HTML_COLOUR_OUTSIDE;
	if (strstr(value, "url(") != NULL || strstr(value, "gradient") != NULL || strstr(value, "var(") != NULL)
		return HTML_COLOUR_UNKNOWN;
	if (g_str_has_prefix(value, "rgb"))
		return html_colour(value);
	char **words = g_strsplit_set(value, " ", 16);
	for (size_t i = 0; words[i] != NULL && found == HTML_COLOUR_OUTSIDE; i++) {
		unsigned colour = html_colour(words[i]);
		if (colour != HTML_COLOUR_UNKNOWN) /* "no-repeat" */
			found = colour;
	}
	g_strfreev(words);
	return found == HTML_COLOUR_OUTSIDE && strcmp(value, "none") != 0 && strcmp(value, "inherit") != 0 && *value != '\0'
	    ? HTML_COLOUR_UNKNOWN
	    : found;
}

static bool
is_near(unsigned a, unsigned b, unsigned shift)
{
	int x = (int)(a >> shift & 0xff), y = (int)(b >> shift & 0xff);
	return abs(x - y) < NEAR;
}

bool
html_colour_vanishes(unsigned ink, unsigned ground)
{
	if (ink == HTML_COLOUR_CLEAR)
		return true;
	return (ink & HTML_COLOUR_SET) != 0 && (ground & HTML_COLOUR_SET) != 0 && is_near(ink, ground, 16) &&
	    is_near(ink, ground, 8) && is_near(ink, ground, 0);
}
