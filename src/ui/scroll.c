/* SPDX-License-Identifier: GPL-3.0-or-later */
/* scroll.c - moving and searching in lines. */
#include "ui/scroll.h"

#include "ui/prompt.h"

bool
scroll_lines(struct app *app, struct lines *l, enum scroll_move how, int rows)
{
	int page = MAX(rows - 1, 1), half = MAX(rows / 2, 1), all = (int)lines_count(l);
	const int by[] = {
	    [SCROLL_DOWN] = 1,
	    [SCROLL_UP] = -1,
	    [SCROLL_PAGE_DOWN] = page,
	    [SCROLL_PAGE_UP] = -page,
	    [SCROLL_HALF_DOWN] = half,
	    [SCROLL_HALF_UP] = -half,
	    [SCROLL_FIRST] = -all,
	    [SCROLL_LAST] = all,
	};
	app_redraw(app);
	return lines_scroll(l, by[how], rows);
}

/* A search that waits for its text. */
struct wanted {
	struct lines *lines;
	const struct view *view;
	const int *rows;
};

static void
find(struct app *app, struct lines *l, const char *text, int rows)
{
	if (!lines_search(l, text, 1, true, rows) && *text != '\0')
		app_say(app, "\"%s\" is not here", text);
	app_redraw(app);
}

static void
on_text(struct app *app, const char *text, void *user)
{
	const struct wanted *w = user;
	/* the page may have closed under the question */
	if (text != NULL && app_top(app) == w->view)
		find(app, w->lines, text, *w->rows);
}

void
scroll_search(struct app *app, struct lines *l, const struct view *v, const int *rows, const char *text)
{
	if (text != NULL) {
		find(app, l, text, *rows);
		return;
	}
	struct wanted *w = g_new0(struct wanted, 1);
	w->lines = l;
	w->view = v;
	w->rows = rows;
	prompt_ask(app, PROMPT_TEXT, "Search: ", NULL, on_text, w, g_free);
}

void
scroll_search_again(struct app *app, struct lines *l, int step, int rows)
{
	char *needle = g_strdup(lines_needle(l));
	if (needle == NULL)
		app_say(app, "nothing to search again; / begins");
	else if (!lines_search(l, needle, step, false, rows))
		app_say(app, "\"%s\" is not here", needle);
	g_free(needle);
	app_redraw(app);
}

char *
scroll_position(struct lines *l, int rows)
{
	guint n = lines_count(l);
	if ((int)n <= rows)
		return NULL;
	if (lines_is_at_end(l, rows))
		return g_strdup("end");
	if (lines_top(l) == 0)
		return g_strdup("top");
	return g_strdup_printf("%u%%", (lines_top(l) + (guint)rows) * 100 / n);
}
