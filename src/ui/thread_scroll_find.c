/* SPDX-License-Identifier: GPL-3.0-or-later */
/* thread_scroll_find.c - a word in a whole thread. A message that nobody has seen yet is read for it, and the search
 * waits until it is there: the next hit is the next one, and "not here" is true of all of them. */
#include "ui/thread_scroll_private.h"

/* The hit in a message at or behind (before) a row of its lines. */
static bool
find_in(struct thread_scroll *s, guint i, int from, int step)
{
	int row = lines_find(thread_scroll_part(s, i)->lines, from, step);
	if (row < 0)
		return false;
	s->hit = s->first = i;
	s->hit_row = row;
	s->offset = row + 1 < s->rows ? 0 : row + 1 - s->rows / 3;
	return true;
}

/* Is its text here? If it was never asked for, it is now. */
static bool
is_read(const struct thread_scroll *s, struct pager *p)
{
	if (p->shown_id == NULL && s->cols > 0) {
		pager_fit(p, s->cols, s->rows);
		lines_look_for(p->lines, s->needle);
	}
	return !p->is_loading && !pager_is_opening(p);
}

/* Around once, from a row of one message to where it began. */
void
thread_scroll_seek(struct thread_scroll *s)
{
	int n = (int)s->parts->len, step = s->seek.step;
	bool is_found = false;
	for (; step != 0 && !is_found && (int)s->seek.n <= n; s->seek.n++) {
		guint i = (guint)((((int)s->seek.first + (int)s->seek.n * step) % n + n) % n);
		struct pager *p = thread_scroll_part(s, i);
		if (!is_read(s, p))
			return;
		int start = step > 0 ? 0 : (int)lines_count(p->lines) - 1;
		is_found = find_in(s, i, s->seek.n == 0 ? s->seek.from : start, step);
	}
	s->seek.step = 0;
	if (step == 0)
		return;
	if (is_found)
		thread_scroll_fill(s);
	if (is_found && s->seek.is_told)
		app_say(s->app, "\"%s\" is in message %u of %d", s->needle, s->hit + 1, n);
	else if (!is_found)
		app_say(s->app, "\"%s\" is not here", s->needle);
	app_redraw(s->app);
}

void
thread_scroll_search(struct thread_scroll *s, const char *text, int step, bool from_here)
{
	char *needle = *text != '\0' ? g_strdup(text) : NULL;
	bool goes_on = !from_here && s->hit_row >= 0 && s->hit < s->parts->len;
	g_free(s->needle);
	s->needle = needle;
	s->seek.step = 0;
	for (guint i = 0; i < s->parts->len; i++)
		lines_look_for(thread_scroll_part(s, i)->lines, needle);
	if (needle == NULL)
		return;
	s->seek.step = step;
	s->seek.first = goes_on ? s->hit : s->first;
	s->seek.from = goes_on ? s->hit_row + step : s->offset - 1;
	s->seek.n = 0;
	s->seek.is_told = false;
	thread_scroll_seek(s);
	s->seek.is_told = s->seek.step != 0;
	if (s->seek.is_told)
		app_say(s->app, "looking for \"%s\" in the messages further on", needle);
	app_redraw(s->app);
}

const char *
thread_scroll_needle(const struct thread_scroll *s)
{
	return s->needle;
}
