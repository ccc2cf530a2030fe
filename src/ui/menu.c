/* SPDX-License-Identifier: GPL-3.0-or-later */
/* menu.c - see menu.h. */
#include "ui/menu.h"

#include "base/safe_text.h"

#include <string.h>

#define MENU_ROWS    8
#define NOTE_COLS 60 /* below this the menu has names only */

/* What an action in the menu does, and its keys; "" for what is none. Owned. */
static char *
note_of(struct app *app, const char *item, bool are_actions)
{
	const struct keymap *map = app_top_keymap(app);
	const struct action *a =
	    are_actions && term_cols() >= NOTE_COLS ? keymap_action(map, item) : NULL;
	char *keys = a != NULL ? keymap_keys(map, a) : NULL;
	char *note = a == NULL ? g_strdup("")
	    : *keys != '\0'   ? g_strdup_printf("%s  %s", a->help, keys)
			      : g_strdup(a->help);
	g_free(keys);
	return note;
}

static void
draw_row(struct app *app, struct area a, const char *item, const char *note, int name_cols, bool is_selected)
{
	enum style style = is_selected ? STYLE_BAR_STRONG : STYLE_BAR;
	ui_fill(&app->canvas, a.y, a.x, a.cols, style, false);
	ui_text(&app->canvas, a.y, a.x + 1, name_cols, style, false, item);
	ui_text(&app->canvas, a.y, a.x + name_cols + 3, a.cols - name_cols - 4, STYLE_BAR_DIM, false, note);
}

/* That there is more than is seen; which of all is chosen. */
static void
draw_more(struct app *app, struct area row, int last, guint all)
{
	char *text = g_strdup_printf("%d of %u", last, all);
	if (row.y < 1 || row.cols < (int)strlen(text) + 2) {
		g_free(text);
		return;
	}
	ui_fill(&app->canvas, row.y, row.x, row.cols, STYLE_BAR, false);
	ui_text(&app->canvas, row.y, row.x + 1, row.cols - 2, STYLE_BAR_DIM, false, text);
	g_free(text);
}

void
menu_draw(struct app *app, const GPtrArray *items, int selected, int x, bool are_actions)
{
	int n = MIN((int)items->len, MIN(MENU_ROWS, term_rows() - 2));
	int first = CLAMP(selected - n + 1, 0, MAX((int)items->len - n, 0)), names = 0, widest = 0;
	char *notes[MENU_ROWS];
	for (int i = 0; i < n; i++) {
		char *display = safe_line(items->pdata[first + i]);
		notes[i] = note_of(app, items->pdata[first + i], are_actions);
		names = MAX(names, safe_text_columns(display));
		widest = MAX(widest, safe_text_columns(notes[i]));
		g_free(display);
	}
	names = MIN(names, term_cols() - 2);
	int width = MIN(names + (widest > 0 ? widest + 4 : 2), term_cols());
	x = CLAMP(x - 1, 0, MAX(term_cols() - width, 0));
	if (n < (int)items->len)
		draw_more(app, (struct area){term_rows() - 2 - n, x, 1, width}, selected < 0 ? n : selected + 1, items->len);
	for (int i = 0; i < n; i++) {
		struct area row = {term_rows() - 1 - n + i, x, 1, width};
		draw_row(app, row, items->pdata[first + i], notes[i], names, first + i == selected);
		g_free(notes[i]);
	}
}
