/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What pixels may send to the terminal, and nothing else. */
#include "ui/graphics.h"

static void
test_clean(void)
{
	static const struct {
		enum graphics_mode mode;
		const char *data;
		bool is_clean;
	} cases[] = {
	    {GRAPHICS_KITTY, "\033_Ga=T,f=32,m=1\033\\\033_Gm=0;AAAA+/==\033\\", true},
	    {GRAPHICS_KITTY, "\033_Ga=T,t=d;AAAA\033\\", true},
	    {GRAPHICS_KITTY, "\033_Ga=T,t=f;L2V0Yy9wYXNzd2Q=\033\\", false},
	    {GRAPHICS_KITTY, "\033_Ga=T;AAAA\033\\\033_Gt=t,a=T;L3RtcC94\033\\", false},
	    {GRAPHICS_KITTY, "\033_Gt=s\033\\", false},
	    {GRAPHICS_KITTY, "", false},
	    {GRAPHICS_KITTY, "AAAA", false},
	    {GRAPHICS_KITTY, "\033_Ga=T;AAAA", false},
	    {GRAPHICS_KITTY, "\033_Ga=T;AA\033]0;title\a\033\\", false},
	    {GRAPHICS_KITTY, "\033_Ga=T;AA\033\\\033]52;c;AAAA\033\\", false},
	    {GRAPHICS_KITTY, "\033_Ga=T;AA\n\033\\", false},
	    {GRAPHICS_KITTY, "\033_Ga=T;AA\033\\text", false},
	    {GRAPHICS_KITTY, "\033_Ga=T;A\xc2\x9b\033\\", false},
	    {GRAPHICS_KITTY, "\033_Xa=T;AA\033\\", false},
	    {GRAPHICS_SIXEL, "\033P0;1;0q\"1;1;8;8#0;2;0;0;0!8~-\033\\", true},
	    {GRAPHICS_SIXEL, "\033Pq\r\n#1~\033\\", true},
	    {GRAPHICS_SIXEL, "\033P0;1$q\"p\033\\", false},
	    {GRAPHICS_SIXEL, "\033Pq#1~", false},
	    {GRAPHICS_SIXEL, "\033Pq#1~\033[2J\033\\", false},
	    {GRAPHICS_SIXEL, "\033Pq#1~\033\\\033Pq\033\\", false},
	    {GRAPHICS_SIXEL, "\033_Ga=T;AA\033\\", false},
	    {GRAPHICS_SYMBOLS, "text", false},
	};

	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_test_message("case %zu", i);
		g_assert_true(graphics_is_clean(cases[i].mode, cases[i].data) == cases[i].is_clean);
	}
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/graphics/clean", test_clean);
	return g_test_run();
}
