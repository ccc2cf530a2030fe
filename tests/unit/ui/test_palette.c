/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test_palette.c - numbers and values of colours, on terminals of each kind; the terminal's answer about its
 * background. */
#include "ui/background.h"
#include "ui/palette.h"

#include <string.h>

static void
test_values(void)
{
	g_assert_cmphex(palette_value(16), ==, 0x000000);
	g_assert_cmphex(palette_value(203), ==, 0xff5f5f);
	g_assert_cmphex(palette_value(231), ==, 0xffffff);
	g_assert_cmphex(palette_value(232), ==, 0x080808);
	g_assert_cmphex(palette_value(255), ==, 0xeeeeee);
	for (int i = 16; i < 232; i++)
		g_assert_cmphex(palette_value(palette_nearest(palette_value(i))), ==, palette_value(i));
	g_assert_cmpint(palette_nearest(0xfe6060), ==, 203);
	g_assert_cmpint(palette_nearest(0x0a0a0a), ==, 232);
}

static void
test_parse(void)
{
	static const struct {
		const char *word;
		int max, colour; /* -2: none */
	} cases[] = {
	    {"default", 256, -1},
	    {"203", 256, 203},
	    {"203", 16, -2},
	    {"256", 256, -2},
	    {"#d75F00", 256, PALETTE_RGB | 0xd75f00},
	    {"#d75F00", 8, PALETTE_RGB | 0xd75f00},
	    {"#d75F0", 256, -2},
	    {"#d75F000", 256, -2},
	    {"#+75F00", 256, -2},
	    {"red", 256, -2},
	    {"", 256, -2},
	};
	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		struct palette p = {.max = cases[i].max};
		int colour = -2;
		bool ok = palette_parse(&p, cases[i].word, &colour);
		g_test_message("%s", cases[i].word);
		g_assert_cmpint(ok ? colour : -2, ==, cases[i].colour);
	}
}

static void
test_numbers(void)
{
	static const struct palette all = {.max = 256}, few = {.max = 16}, direct = {.max = 256, .is_direct = true};
	const int red = PALETTE_RGB | 0xff0000;
	g_assert_cmpint(palette_number(&all, -1), ==, -1);
	g_assert_cmpint(palette_number(&all, 203), ==, 203);
	g_assert_cmpint(palette_number(&all, red), ==, 196);
	g_assert_cmpint(palette_number(&few, red), ==, 9);
	g_assert_cmpint(palette_number(&few, 203), ==, 15);
	/* with xterm-direct a number is a value, but for the first eight */
	g_assert_cmphex(palette_number(&direct, 203), ==, 0xff5f5f);
	g_assert_cmphex(palette_number(&direct, red), ==, 0xff0000);
	g_assert_cmpint(palette_number(&direct, 3), ==, 3);
	g_assert_cmpint(palette_number(&direct, PALETTE_RGB), ==, 8);
	g_assert_cmpint(palette_number(&direct, -1), ==, -1);
}

static void
test_wants(void)
{
	struct palette p = {.max = 256, .may_define = true};
	palette_want(&p, PALETTE_RGB | 0xff6060);
	palette_want(&p, PALETTE_RGB | 0xff5e5e); /* the number is taken */
	palette_want(&p, 17);
	g_assert_cmphex(p.wanted[203], ==, PALETTE_RGB | 0xff6060);
	g_assert_cmphex(p.wanted[17], ==, 0);
	struct palette plain = {.max = 256};
	palette_want(&plain, PALETTE_RGB | 0xff6060);
	g_assert_cmphex(plain.wanted[203], ==, 0);
}

static enum background_state
feed(struct background *b, const char *text, size_t *used_out)
{
	enum background_state state = BACKGROUND_MORE;
	memset(b, 0, sizeof(*b));
	for (*used_out = 0; text[*used_out] != '\0' && state == BACKGROUND_MORE; (*used_out)++)
		state = background_feed(b, (gunichar)text[*used_out]);
	return state;
}

static void
test_background(void)
{
	static const struct {
		const char *text;
		enum background_state state;
		bool is_light;
		size_t used; /* characters until that is known */
	} cases[] = {
	    {"11;rgb:ffff/ffff/ffff\a", BACKGROUND_READ, true, 22},
	    {"11;rgb:0000/0000/0000\033\\", BACKGROUND_READ, false, 23},
	    {"11;rgb:ff/ff/d0\a", BACKGROUND_READ, true, 16},
	    {"11;rgb:f/f/f\a", BACKGROUND_READ, true, 13},
	    {"11;rgb:1e1e/2020/3030\a", BACKGROUND_READ, false, 22},
	    {"11;rgb:ffff/ff", BACKGROUND_MORE, false, 14},
	    {"d", BACKGROUND_NONE, false, 1},
	    {"11;rgb:zz", BACKGROUND_NONE, false, 8},
	    {"11;rgb:ffff\a", BACKGROUND_NONE, false, 12},
	    {"11;rgb:f/f/f/f\a", BACKGROUND_NONE, false, 15},
	    {"11;rgb:00000000000000000000000000000000", BACKGROUND_NONE, false, BACKGROUND_MAX},
	};
	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		struct background b;
		size_t used;
		g_test_message("%s", cases[i].text);
		g_assert_cmpint(feed(&b, cases[i].text, &used), ==, cases[i].state);
		g_assert_cmpuint(used, ==, cases[i].used);
		g_assert_cmpint(b.is_light, ==, cases[i].is_light);
	}
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/palette/values", test_values);
	g_test_add_func("/palette/parse", test_parse);
	g_test_add_func("/palette/numbers", test_numbers);
	g_test_add_func("/palette/wants", test_wants);
	g_test_add_func("/palette/background", test_background);
	return g_test_run();
}
