/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test_vt.c - keys become the bytes that xterm would send, and what a program writes moves nothing outside. */
#include "ui/vt.h"

#include <string.h>

static void
on_reply(const char *bytes, size_t len, void *user)
{
	g_string_append_len(user, bytes, (gssize)len);
}

static void
check(const char *before, struct term_event event, const char *want)
{
	GString *got = g_string_new(NULL);
	struct vt *vt = vt_new(24, 80, on_reply, got);
	vt_feed(vt, before, strlen(before));
	g_string_truncate(got, 0);
	vt_key(vt, &event, false);
	g_assert_cmpmem(got->str, got->len, want, strlen(want));
	vt_free(vt);
	g_string_free(got, TRUE);
}

static void
test_keys(void)
{
	check("", (struct term_event){.key = 'a'}, "a");
	check("", (struct term_event){.key = 0x65E5}, "日");
	check("", (struct term_event){.key = 'x' | TERM_ALT}, "\033x");
	check("", (struct term_event){.key = TERM_KEY_BACKSPACE, .typed = 8}, "\b");
	check("", (struct term_event){.key = TERM_KEY_BACKSPACE}, "\177");
	check("", (struct term_event){.key = TERM_KEY_UP}, "\033[A");
	check("\033[?1h", (struct term_event){.key = TERM_KEY_UP}, "\033OA");
	check("", (struct term_event){.key = TERM_KEY_LEFT | TERM_CTRL | TERM_SHIFT}, "\033[1;6D");
	check("", (struct term_event){.key = TERM_KEY_F1 + 4}, "\033[15~");
	check("", (struct term_event){.key = TERM_KEY_BACKTAB}, "\033[Z");
	/* pastes are marked where the program asked for it */
	check("", (struct term_event){.key = TERM_KEY_PASTE_BEGIN}, "");
	check("\033[?2004h", (struct term_event){.key = TERM_KEY_PASTE_BEGIN}, "\033[200~");
}

static void
test_mouse(void)
{
	struct term_event click = {.key = TERM_KEY_MOUSE, .y = 2, .x = 4};
	struct term_event wheel = {.key = TERM_KEY_MOUSE, .y = 2, .x = 4, .wheel = 1};
	struct term_event outside = {.key = TERM_KEY_MOUSE, .y = 24, .x = 4};
	check("", click, "");
	check("\033[?1000h\033[?1006h", click, "\033[<0;5;3M\033[<0;5;3m");
	check("\033[?1000h\033[?1006h", wheel, "\033[<65;5;3M");
	check("\033[?1000h\033[?1006h", outside, "");
	/* a program without a mouse scrolls by arrow keys */
	check("", wheel, "\033[B\033[B\033[B");
}

/* Whatever the program writes is taken: nonsense, sizes beyond reason, half a character at the end. */
static void
test_nonsense(void)
{
	static const char *const writes[] = {"\033[99999;99999H\033[99999X", "\033[1;2147483648r\033[S", "\xE6\x97",
	    "\033]52;c;AAAA\a\033P\033\\\033_G\033\\", "\033[?1049h\033[?47l\033[2J", "\033[38;2;999;0;0mx",
	    "\033#8\033[3g\033[5n\033[c"};
	GString *got = g_string_new(NULL);
	struct vt *vt = vt_new(1, 1, on_reply, got);
	for (size_t i = 0; i < G_N_ELEMENTS(writes); i++) {
		vt_feed(vt, writes[i], strlen(writes[i]));
		vt_resize(vt, (int)(i * 37 % 50), (int)(i * 91 % 200));
	}
	GRand *chance = g_rand_new_with_seed(1);
	for (int i = 0; i < 20000; i++) {
		char bytes[16];
		for (size_t k = 0; k < sizeof(bytes); k++)
			bytes[k] = (char)g_rand_int_range(chance, 0, 4) == 0 ? '\033' : (char)g_rand_int_range(chance, 0, 256);
		vt_feed(vt, bytes, sizeof(bytes));
		if (i % 500 == 0)
			vt_resize(vt, g_rand_int_range(chance, 0, 60), g_rand_int_range(chance, 0, 200));
	}
	g_rand_free(chance);
	vt_free(vt);
	g_string_free(got, TRUE);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/vt/keys", test_keys);
	g_test_add_func("/vt/mouse", test_mouse);
	g_test_add_func("/vt/nonsense", test_nonsense);
	return g_test_run();
}
