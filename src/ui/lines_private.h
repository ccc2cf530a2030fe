/* SPDX-License-Identifier: GPL-3.0-or-later */
/* lines_private.h - shared by lines.c and lines_images.c. */
#ifndef PENFOLD_UI_LINES_PRIVATE_H
#define PENFOLD_UI_LINES_PRIVATE_H

#include "ui/lines.h"

/* A message may have half a million, so they are small. */
struct line {
	char *text;	   /* in a block of the lines', or with owns_text its own */
	struct more *more; /* NULL for most */
	unsigned image;	   /* that belongs below it; 0 for none, or when it has its place */
	guint8 style;	   /* enum style */
	bool owns_text;
};

/* What few lines have. */
struct more {
	enum style label_style;
	char *label; /* NULL for none */
	char *tail;  /* NULL for none */
	lines_picture_fn draw; /* this is a row of a picture's place; else NULL */
	void *user;
	int row; /* of the picture */
};

/* A row of the picture: a line, or the place of quoted lines that are folded away. */
struct seen {
	guint line;   /* the first of them */
	guint folded; /* how many; 0 for a line that is shown */
};

struct text_find;

struct lines {
	GArray *all; /* struct line */
	GPtrArray *blocks; /* owned texts of many lines */
	GArray *seen; /* struct seen, while quotes are folded; else NULL: every line is */
	bool is_stale; /* lines were added since seen was made */
	guint top; /* a row, as hit and all numbers outside are */
	char *needle; /* display text */
	struct text_find *find; /* the same, for lines that are not drawn; NULL with it */
	guint hit;    /* the line found last */
	json_t *links; /* NULL for none */
};

/* What else the line has; a constant with nothing in it for most. */
const struct more *
lines_more(const struct line *line);
guint
lines_rows(struct lines *l);
/* What a row is, while quotes are folded. */
const struct seen *
lines_seen(struct lines *l, guint row);
/* The line of a row; *folded_out: how many quoted lines it stands for. */
const struct line *
lines_row(struct lines *l, guint row, guint *folded_out);
/* The row in which a line is, or is folded away. */
guint
lines_row_of(struct lines *l, guint line);
/* Draw the rows of a picture that are seen, in one go; their number. */
int
lines_draw_picture(struct lines *l, guint row, struct area a);

#endif
