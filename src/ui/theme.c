/* SPDX-License-Identifier: GPL-3.0-or-later */
/* theme.c - four looks for one set of styles: 256 colours on dark, on light, the terminal's own
 * sixteen, and none; single styles in any colour. */
#include "ui/theme.h"

#include "ui/palette.h"

#include <curses.h>
#include <stdlib.h>
#include <string.h>

/* A colour pair: -1 is the terminal's own, else as palette.h has it. */
struct colours {
	int fg, bg;
};

struct style_def {
	const char *name; /* in [theme] */
	struct colours dark, light, ansi;
	attr_t attrs; /* in colour */
	attr_t mono;  /* without */
};

/* clang-format off */
static const struct style_def defs[STYLE_COUNT] = {
	[STYLE_NORMAL]	    = {"normal",	{-1, -1},	{-1, -1},	{-1, -1},	0,		0},
	[STYLE_DIM]	    = {"dim",		{246, -1},	{242, -1},	{-1, -1},	0,		0},
	[STYLE_FAINT]	    = {"faint",		{239, -1},	{250, -1},	{8, -1},	0,		A_DIM},
	[STYLE_STRONG]	    = {"strong",	{-1, -1},	{-1, -1},	{-1, -1},	A_BOLD,		A_BOLD},
	[STYLE_BAR]	    = {"bar",		{252, 236},	{237, 254},	{7, 4},		0,		A_REVERSE},
	[STYLE_BAR_DIM]	    = {"bar-dim",	{246, 236},	{242, 254},	{7, 4},		0,		A_REVERSE},
	[STYLE_BAR_STRONG]  = {"bar-strong",	{255, 236},	{16, 254},	{15, 4},	A_BOLD,		A_REVERSE | A_BOLD},
	[STYLE_BAR_KEY]	    = {"bar-key",	{117, 236},	{25, 254},	{15, 4},	0,		A_REVERSE | A_BOLD},
	[STYLE_BAR_BUSY]    = {"bar-busy",	{150, 236},	{28, 254},	{14, 4},	0,		A_REVERSE},
	[STYLE_BAR_WARN]    = {"bar-warn",	{179, 236},	{130, 254},	{11, 4},	0,		A_REVERSE},
	[STYLE_ERROR]	    = {"error",		{210, 236},	{160, 254},	{15, 1},	A_BOLD,		A_REVERSE | A_BOLD},
	[STYLE_UNREAD]	    = {"unread",	{255, -1},	{16, -1},	{-1, -1},	A_BOLD,		A_BOLD},
	[STYLE_UNREAD_MARK] = {"unread-mark",	{75, -1},	{26, -1},	{12, -1},	0,		A_BOLD},
	[STYLE_FLAG]	    = {"flag",		{215, -1},	{166, -1},	{11, -1},	0,		A_BOLD},
	[STYLE_TAG]	    = {"tag",		{139, -1},	{96, -1},	{5, -1},	0,		0},
	[STYLE_MARKED]	    = {"marked",	{215, -1},	{166, -1},	{11, -1},	A_BOLD,		A_BOLD | A_UNDERLINE},
	[STYLE_MATCH]	    = {"match",		{16, 179},	{16, 222},	{0, 3},		0,		A_REVERSE},
	[STYLE_GOOD]	    = {"good",		{114, -1},	{28, -1},	{2, -1},	0,		0},
	[STYLE_GOOD_DIM]    = {"good-dim",	{65, -1},	{65, -1},	{2, -1},	0,		0},
	[STYLE_INFO]	    = {"info",		{75, -1},	{26, -1},	{4, -1},	0,		0},
	[STYLE_WARN]	    = {"warn",		{179, -1},	{130, -1},	{3, -1},	0,		A_BOLD},
	[STYLE_BAD]	    = {"bad",		{203, -1},	{160, -1},	{1, -1},	A_BOLD,		A_BOLD},
	[STYLE_SUSPECT]	    = {"suspect",	{231, 160},	{231, 160},	{15, 1},	A_BOLD,		A_BOLD | A_REVERSE},
	[STYLE_MUTED]	    = {"muted",		{242, -1},	{246, -1},	{8, -1},	0,		A_DIM},
	[STYLE_HEADER]	    = {"header",	{246, -1},	{242, -1},	{6, -1},	0,		0},
	[STYLE_TEXT]	    = {"text",		{-1, -1},	{-1, -1},	{-1, -1},	0,		0},
	[STYLE_QUOTE1]	    = {"quote1",	{109, -1},	{24, -1},	{6, -1},	0,		0},
	[STYLE_QUOTE2]	    = {"quote2",	{144, -1},	{94, -1},	{3, -1},	0,		0},
	[STYLE_QUOTE3]	    = {"quote3",	{139, -1},	{90, -1},	{5, -1},	0,		0},
	[STYLE_SIGNATURE]   = {"signature",	{243, -1},	{244, -1},	{8, -1},	0,		A_DIM},
	[STYLE_LINK]	    = {"link",		{75, -1},	{26, -1},	{4, -1},	0,		A_UNDERLINE},
	[STYLE_HEADING]	    = {"heading",	{-1, -1},	{-1, -1},	{-1, -1},	A_BOLD,		A_BOLD},
	[STYLE_CODE]	    = {"code",		{180, -1},	{94, -1},	{3, -1},	0,		0},
	[STYLE_DIFF_ADD]    = {"diff-add",	{114, -1},	{28, -1},	{2, -1},	0,		0},
	[STYLE_DIFF_DEL]    = {"diff-del",	{174, -1},	{124, -1},	{1, -1},	0,		0},
	[STYLE_DIFF_HUNK]   = {"diff-hunk",	{110, -1},	{25, -1},	{6, -1},	0,		A_BOLD},
	[STYLE_NOTE]	    = {"note",		{179, -1},	{130, -1},	{3, -1},	0,		0},
	[STYLE_SEAL]	    = {"seal",		{16, 151},	{231, 28},	{0, 2},		A_BOLD,		A_REVERSE | A_BOLD},
	[STYLE_UNSEALED]    = {"unsealed",	{16, 179},	{231, 130},	{0, 3},		A_BOLD,		A_REVERSE},
	[STYLE_IMAGE]	    = {"image",		{243, -1},	{244, -1},	{8, -1},	0,		A_DIM},
	[STYLE_PART]	    = {"part",		{243, -1},	{244, -1},	{8, -1},	0,		A_DIM},
};
/* clang-format on */

enum look { LOOK_DARK, LOOK_LIGHT, LOOK_ANSI, LOOK_MONO };

struct theme {
	enum look look;
	bool is_auto; /* dark or light, as the terminal says */
	const struct rc *rc;
	struct palette palette;
	struct colours selected_bg;
	struct colours colours[STYLE_COUNT];
	GPtrArray *complaints;
};

/* Words of the judge's pages; the renderer has none of them. */
static bool
is_judgement(int i)
{
	return i == STYLE_GOOD || i == STYLE_WARN || i == STYLE_BAD;
}

enum style
theme_body_style(const char *word)
{
	for (int i = 0; word != NULL && i < STYLE_COUNT; i++)
		if ((i >= STYLE_TEXT || is_judgement(i)) && g_str_equal(defs[i].name, word))
			return (enum style)i;
	return STYLE_TEXT;
}

/* COLORFGBG is "fg;bg" or "fg;x;bg"; 7 and 15 are the light backgrounds. */
static bool
terminal_is_light(void)
{
	const char *value = g_getenv("COLORFGBG");
	const char *bg = value != NULL ? strrchr(value, ';') : NULL;
	return bg != NULL && (g_str_equal(bg, ";7") || g_str_equal(bg, ";15"));
}

static enum look
choose(const char *wish)
{
	const char *no_color = g_getenv("NO_COLOR");
	if ((no_color != NULL && *no_color != '\0') || !has_colors() || g_str_equal(wish, "mono"))
		return LOOK_MONO;
	if (COLORS < 256 || g_str_equal(wish, "16"))
		return LOOK_ANSI;
	if (g_str_equal(wish, "light") || (g_str_equal(wish, "auto") && terminal_is_light()))
		return LOOK_LIGHT;
	return LOOK_DARK;
}

static struct colours
pick(const struct style_def *def, enum look look)
{
	switch (look) {
	case LOOK_DARK:
		return def->dark;
	case LOOK_LIGHT:
		return def->light;
	case LOOK_ANSI:
		return def->ansi;
	case LOOK_MONO:
		break;
	}
	return (struct colours){-1, -1};
}

/* "203", "#d75f5f on 16", "default on 236". */
static bool
parse_colours(const struct theme *t, const char *text, struct colours *out)
{
	int *fields[] = {&out->fg, &out->bg};
	char **parts = g_strsplit(text, " on ", 2);
	bool ok = parts[0] != NULL;
	for (int i = 0; ok && i < 2 && parts[i] != NULL; i++)
		ok = palette_parse(&t->palette, g_strstrip(parts[i]), fields[i]);
	g_strfreev(parts);
	return ok;
}

/* What lies under the selected row: no style of text, only its ground. */
static bool
apply_selected(struct theme *t, const char *name, const char *value)
{
	struct colours colours = {-1, -1};
	if (!g_str_equal(name, "selected"))
		return false;
	if (parse_colours(t, value, &colours) && colours.bg >= 0)
		t->selected_bg = colours;
	else
		g_ptr_array_add(t->complaints,
		    g_strdup_printf("[theme] selected = %s: wants a ground, as in default on 238", value));
	return true;
}

static void
apply_setting(struct theme *t, const char *name, const char *value)
{
	if (apply_selected(t, name, value))
		return;
	for (int i = 0; i < STYLE_COUNT; i++) {
		if (!g_str_equal(defs[i].name, name))
			continue;
		if (!parse_colours(t, value, &t->colours[i]))
			g_ptr_array_add(t->complaints,
			    g_strdup_printf("[theme] %s = %s: neither a colour's number here nor #rrggbb",
				name, value));
		return;
	}
	g_ptr_array_add(t->complaints, g_strdup_printf("[theme] has no style \"%s\"", name));
}

static void
dress(struct theme *t)
{
	static const struct colours selected[] = {{-1, 238}, {-1, 153}, {-1, 6}, {-1, -1}};
	t->selected_bg = selected[t->look];
	for (int i = 0; i < STYLE_COUNT; i++)
		t->colours[i] = pick(&defs[i], t->look);
	g_ptr_array_set_size(t->complaints, 0);
	const char *const *pairs = rc_pairs(t->rc, "theme");
	for (size_t i = 0; t->look != LOOK_MONO && pairs[i] != NULL; i += 2)
		apply_setting(t, pairs[i], pairs[i + 1]);
	palette_want(&t->palette, t->selected_bg.bg);
	for (int i = 0; i < STYLE_COUNT; i++) {
		palette_want(&t->palette, t->colours[i].fg);
		palette_want(&t->palette, t->colours[i].bg);
	}
}

struct theme *
theme_new(const struct rc *rc)
{
	struct theme *t = g_new0(struct theme, 1);
	const char *wish = rc_string(rc, "ui", NULL, "theme");
	t->complaints = g_ptr_array_new_with_free_func(g_free);
	t->rc = rc;
	t->look = choose(wish);
	t->is_auto = g_str_equal(wish, "auto") && g_getenv("COLORFGBG") == NULL &&
	    (t->look == LOOK_DARK || t->look == LOOK_LIGHT);
	palette_init(&t->palette);
	dress(t);
	return t;
}

bool
theme_is_auto(const struct theme *t)
{
	return t->is_auto;
}

bool
theme_is_light(const struct theme *t)
{
	return t->look == LOOK_LIGHT;
}

bool
theme_set_light(struct theme *t, bool is_light)
{
	enum look look = is_light ? LOOK_LIGHT : LOOK_DARK;
	if (!t->is_auto || t->look == look)
		return false;
	t->look = look;
	dress(t);
	return true;
}

void
theme_define(const struct theme *t)
{
	palette_define(&t->palette);
}

void
theme_free(struct theme *t)
{
	if (t == NULL)
		return;
	g_ptr_array_free(t->complaints, TRUE);
	g_free(t);
}

const GPtrArray *
theme_complaints(const struct theme *t)
{
	return t->complaints;
}

/* With eight colours the bright ones are the bold ones. */
static int
fold_bright(const struct theme *t, int colour, attr_t *attrs)
{
	if (colour < 8 || colour >= 16 || colour < t->palette.max)
		return colour;
	if (colour == 8)
		*attrs |= A_DIM;
	else
		*attrs |= A_BOLD;
	return colour == 8 ? -1 : colour - 8;
}

void
theme_apply(const struct theme *t, enum style style, bool is_selected)
{
	const struct style_def *def = &defs[style];
	if (t->look == LOOK_MONO) {
		attr_set(def->mono ^ (is_selected ? A_REVERSE : 0), 0, NULL);
		return;
	}
	attr_t attrs = def->attrs;
	/* what is faint on the ground of the page is not seen on that of the selection */
	bool is_faint = is_selected && (style == STYLE_FAINT || style == STYLE_MUTED);
	int fg = fold_bright(t, t->colours[is_faint ? STYLE_DIM : style].fg, &attrs);
	int bg = t->colours[style].bg;
	if (is_selected && bg < 0)
		bg = t->selected_bg.bg;
	/* on the sixteen-colour selection dim words would drown */
	if (is_selected && t->look == LOOK_ANSI)
		fg = style == STYLE_SUSPECT ? fg : 0;
	int pair = alloc_pair(palette_number(&t->palette, fg), palette_number(&t->palette, bg));
	attr_set(attrs, (short)MAX(pair, 0), pair > 0 ? &pair : NULL);
}

int
theme_colours(const struct theme *t)
{
	if (t->look == LOOK_MONO)
		return 0;
	return t->look != LOOK_ANSI ? 256 : t->palette.max >= 16 ? 16 : 8;
}

void
theme_apply_colours(const struct theme *t, int fg, int bg)
{
	if (t->look == LOOK_MONO) {
		attr_set(0, 0, NULL);
		return;
	}
	int pair = alloc_pair(palette_number(&t->palette, CLAMP(fg, -1, 255)),
	    palette_number(&t->palette, CLAMP(bg, -1, 255)));
	attr_set(0, (short)MAX(pair, 0), pair > 0 ? &pair : NULL);
}
