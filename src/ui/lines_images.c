/* SPDX-License-Identifier: GPL-3.0-or-later */
/* lines_images.c - places for pictures between the lines: rows that hold no text but belong to whoever draws
 * them. */
#include "ui/lines_private.h"

unsigned
lines_image(struct lines *l, guint row)
{
	guint folded;
	if (row >= lines_rows(l))
		return 0;
	const struct line *line = lines_row(l, row, &folded);
	return folded > 0 ? 0 : line->image;
}

/* The line below which the image belongs, -1. */
static int
line_of_image(const struct lines *l, unsigned image)
{
	for (guint i = 0; i < l->all->len; i++)
		if (g_array_index(l->all, struct line, i).image == image)
			return (int)i;
	return -1;
}

/* Rows below the line; who reads further down stays with what he reads. */
static void
insert(struct lines *l, int at, const struct line *rows, guint n)
{
	guint top = l->top;
	if (l->seen != NULL)
		top = l->top < lines_rows(l) ? lines_seen(l, l->top)->line : 0;
	g_array_index(l->all, struct line, at).image = 0;
	g_array_insert_vals(l->all, (guint)at + 1, rows, n);
	l->is_stale = true;
	l->top = lines_row_of(l, top > (guint)at ? top + n : top);
}

void
lines_place(struct lines *l, unsigned image, int rows, lines_picture_fn draw, void *user)
{
	for (int at = line_of_image(l, image); at >= 0 && rows > 0; at = line_of_image(l, image)) {
		struct line *place = g_new0(struct line, (gsize)rows);
		for (int i = 0; i < rows; i++) {
			place[i] = (struct line){.style = STYLE_TEXT, .text = g_strdup(""), .owns_text = true};
			place[i].more = g_new0(struct more, 1);
			*place[i].more = (struct more){.label_style = STYLE_TEXT, .draw = draw, .user = user, .row = i};
		}
		insert(l, at, place, (guint)rows);
		g_free(place);
	}
}

void
lines_place_note(struct lines *l, unsigned image, const char *text)
{
	for (int at = line_of_image(l, image); at >= 0; at = line_of_image(l, image)) {
		const struct line note = {.style = STYLE_DIM, .text = g_strdup(text), .owns_text = true};
		insert(l, at, &note, 1);
	}
}

/* The rows of a picture that are seen, in one go. Their number. */
int
lines_draw_picture(struct lines *l, guint row, struct area a)
{
	guint folded, n = lines_rows(l);
	const struct line *next = lines_row(l, row, &folded);
	const struct more *first = lines_more(next);
	int seen_rows = 0;
	do {
		seen_rows++;
		next = row + (guint)seen_rows < n ? lines_row(l, row + (guint)seen_rows, &folded) : NULL;
	} while (seen_rows < a.rows && next != NULL && lines_more(next)->draw == first->draw &&
		 lines_more(next)->user == first->user && lines_more(next)->row == first->row + seen_rows);
	first->draw(first->user, (struct area){a.y, a.x, seen_rows, a.cols}, first->row);
	return seen_rows;
}
