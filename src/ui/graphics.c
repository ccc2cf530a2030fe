/* SPDX-License-Identifier: GPL-3.0-or-later */
/* graphics.c - curses knows nothing of pixels: what it paints stays where it is until other text comes, and
 * so do pictures. So a frame whose pictures are those of the last one sends nothing, and one that lost a
 * picture has the screen painted anew. */
#include "ui/graphics.h"

#include <stdio.h>
#include <string.h>

#define KITTY_BEGIN "\033_G"
#define KITTY_WIPE  "\033_Ga=d,d=A,q=2\033\\"
#define ST	    "\033\\"

struct place {
	int y, x;
	char *data;
};

struct graphics {
	enum graphics_mode mode;
	GArray *now, *before; /* struct place */
};

static const char *const names[] = {"none", "symbols", "sixel", "kitty"};

const char *
graphics_mode_name(enum graphics_mode mode)
{
	return names[mode];
}

static bool
env_has(const char *name, const char *part)
{
	const char *value = g_getenv(name);
	return value != NULL && strstr(value, part) != NULL;
}

/* Within tmux and screen pixels need a passage that is mostly closed. */
static enum graphics_mode
guess(void)
{
	if (env_has("TERM", "tmux") || env_has("TERM", "screen") || env_has("TERM", "linux"))
		return GRAPHICS_SYMBOLS;
	if (env_has("TERM", "kitty") || env_has("TERM", "ghostty") ||
	    env_has("TERM_PROGRAM", "WezTerm") || env_has("TERM_PROGRAM", "ghostty"))
		return GRAPHICS_KITTY;
	if (env_has("TERM", "foot") || env_has("TERM", "mlterm") || env_has("TERM", "contour"))
		return GRAPHICS_SIXEL;
	return GRAPHICS_SYMBOLS;
}

static void
place_clear(gpointer data)
{
	g_free(((struct place *)data)->data);
}

struct graphics *
graphics_new(const struct rc *rc)
{
	struct graphics *g = g_new0(struct graphics, 1);
	const char *wish = rc_string(rc, "ui", NULL, "pictures");
	g->mode = guess();
	for (size_t i = 0; i < G_N_ELEMENTS(names); i++)
		if (g_strcmp0(wish, names[i]) == 0)
			g->mode = (enum graphics_mode)i;
	g->now = g_array_new(FALSE, FALSE, sizeof(struct place));
	g->before = g_array_new(FALSE, FALSE, sizeof(struct place));
	g_array_set_clear_func(g->now, place_clear);
	g_array_set_clear_func(g->before, place_clear);
	return g;
}

void
graphics_free(struct graphics *g)
{
	if (g == NULL)
		return;
	g_array_unref(g->now);
	g_array_unref(g->before);
	g_free(g);
}

enum graphics_mode
graphics_mode(const struct graphics *g)
{
	return g->mode;
}

/* The end of a run of printing ASCII and of what `also` names. */
static const char *
skip_printing(const char *p, const char *also)
{
	while ((*p > ' ' && *p < 0x7f) || (*p != '\0' && strchr(also, *p) != NULL))
		p++;
	return p;
}

/* Are the pixels in the sequence itself? By "t" a terminal is told to read them from a file, and to delete it. */
static bool
is_direct(const char *keys)
{
	char *all = g_strndup(keys, strcspn(keys, ";\033"));
	char **each = g_strsplit(all, ",", -1);
	bool direct = true;
	for (size_t i = 0; each[i] != NULL; i++)
		direct = direct && (each[i][0] != 't' || g_str_equal(each[i], "t=d"));
	g_strfreev(each);
	g_free(all);
	return direct;
}

/* ESC _ G keys ; base64 ESC \, any number of times. */
static bool
is_clean_kitty(const char *p)
{
	do {
		if (!g_str_has_prefix(p, KITTY_BEGIN) || !is_direct(p + strlen(KITTY_BEGIN)))
			return false;
		p = skip_printing(p + strlen(KITTY_BEGIN), "");
		if (!g_str_has_prefix(p, ST))
			return false;
		p += strlen(ST);
	} while (*p != '\0');
	return true;
}

/* ESC P numbers q data ESC \ once. */
static bool
is_clean_sixel(const char *p)
{
	if (!g_str_has_prefix(p, "\033P"))
		return false;
	p += 2 + strspn(p + 2, "0123456789;");
	if (*p++ != 'q')
		return false;
	return strcmp(skip_printing(p, "\r\n"), ST) == 0;
}

bool
graphics_is_clean(enum graphics_mode mode, const char *data)
{
	if (mode == GRAPHICS_KITTY)
		return is_clean_kitty(data);
	return mode == GRAPHICS_SIXEL && is_clean_sixel(data);
}

void
graphics_begin(struct graphics *g)
{
	GArray *old = g->before;
	g->before = g->now;
	g->now = old;
	g_array_set_size(g->now, 0);
}

void
graphics_place(struct graphics *g, int y, int x, const char *data)
{
	struct place place = {y, x, g_strdup(data)};
	g_array_append_val(g->now, place);
}

static bool
has_place(const GArray *list, const struct place *wanted)
{
	for (guint i = 0; i < list->len; i++) {
		const struct place *one = &g_array_index(list, struct place, i);
		if (one->y == wanted->y && one->x == wanted->x && strcmp(one->data, wanted->data) == 0)
			return true;
	}
	return false;
}

bool
graphics_needs_wipe(const struct graphics *g)
{
	for (guint i = 0; i < g->before->len; i++)
		if (!has_place(g->now, &g_array_index(g->before, struct place, i)))
			return true;
	return false;
}

void
graphics_end(struct graphics *g, bool force)
{
	bool is_wiped = force || graphics_needs_wipe(g);
	if (is_wiped && g->mode == GRAPHICS_KITTY && (g->before->len > 0 || force))
		(void)fputs(KITTY_WIPE, stdout);
	for (guint i = 0; i < g->now->len; i++) {
		const struct place *one = &g_array_index(g->now, struct place, i);
		/* the cursor's place is curses' to know */
		if (is_wiped || !has_place(g->before, one))
			(void)printf("\0337\033[%d;%dH%s\0338", one->y + 1, one->x + 1, one->data);
	}
	(void)fflush(stdout); /* a terminal that is gone is noticed by reading */
}
