/* SPDX-License-Identifier: GPL-3.0-or-later */
/* prompt_draw.c - the picture of an open question. */
#include "ui/prompt_private.h"

#include "base/safe_text.h"
#include "ui/menu.h"

#define MAX_ROWS  4  /* of a question */
#define MIN_TYPED 16 /* columns for what is typed beside it; with fewer it stands below */

/* The part of the text that is shown when it is wider than the line: the cursor stays inside. */
static const char *
window(const struct prompt *p, int cols, int *cursor_out)
{
	const char *start = p->text->str;
	char *before = g_strndup(p->text->str, p->cursor);
	int used = 0;
	for (const char *c = before; *c != '\0'; c = g_utf8_next_char(c))
		used += safe_text_char_columns(g_utf8_get_char(c));
	while (used >= cols && *start != '\0') {
		used -= safe_text_char_columns(g_utf8_get_char(start));
		start = g_utf8_next_char(start);
	}
	g_free(before);
	*cursor_out = MAX(used, 0);
	return start;
}

/* A star for each character; where the cursor is. */
static int
draw_stars(struct app *app, int y, int x, int cols)
{
	const struct prompt *p = app->prompt;
	int n = (int)MIN(g_utf8_strlen(p->text->str, -1), cols - 1);
	char *stars = g_strnfill((gsize)MAX(n, 0), '*');
	ui_text(&app->canvas, y, x, cols, STYLE_NORMAL, false, stars);
	g_free(stars);
	return MIN((int)g_utf8_strlen(p->text->str, (gssize)p->cursor), MAX(n, 0));
}

/* The line that is typed, at column x of the last row. */
static void
draw_line(struct app *app, int y, int x, int cols)
{
	const struct prompt *p = app->prompt;
	int cursor;
	const char *start = window(p, cols - x, &cursor);
	ui_fill(&app->canvas, y, x, cols - x, STYLE_NORMAL, false);
	if (p->kind != PROMPT_SECRET && start != p->text->str) { /* it begins further left */
		x += ui_text(&app->canvas, y, x, 1, STYLE_DIM, false, app->canvas.signs->ellipsis);
		start = window(p, cols - x, &cursor);
	}
	if (p->kind == PROMPT_SECRET)
		cursor = draw_stars(app, y, x, cols - x);
	else
		ui_text(&app->canvas, y, x, cols - x, STYLE_NORMAL, false, start);
	if (p->items != NULL)
		menu_draw(app, p->items, p->selected, x, p->kind == PROMPT_COMMAND);
	ui_cursor(y, MIN(x + cursor, cols - 1));
}

/* The keys that answer stand at the end of a question, so it is never cut there: it grows upwards. */
void
prompt_draw(struct app *app)
{
	const struct prompt *p = app->prompt;
	if (!p->is_open)
		return;
	int y = term_rows() - 1, cols = term_cols(), most = CLAMP(term_rows() - 2, 1, MAX_ROWS);
	if (p->chosen != NULL) {
		int x = ui_paragraph(&app->canvas, y, 0, most, STYLE_NORMAL, STYLE_STRONG, p->label);
		ui_cursor(y, MIN(x, cols - 1));
		return;
	}
	char *label = safe_line(p->label);
	bool is_tall = safe_text_columns(label) > cols - MIN_TYPED && most > 1;
	ui_fill(&app->canvas, y, 0, cols, STYLE_NORMAL, false);
	int x = 0;
	if (is_tall)
		(void)ui_paragraph(&app->canvas, y - 1, 0, most - 1, STYLE_NORMAL, STYLE_STRONG, p->label);
	else
		x = ui_text(&app->canvas, y, 0, cols, STYLE_STRONG, false, p->label);
	draw_line(app, y, MIN(x, MAX(cols - 8, 0)), cols);
	g_free(label);
}
