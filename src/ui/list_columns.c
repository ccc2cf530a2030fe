/* SPDX-License-Identifier: GPL-3.0-or-later */
/* list_columns.c - the columns of the list as the rc wants them: `from:24 subject count size:6 date`. The
 * marks, and among them the verdict, always come first; a column without a width has its usual one, and
 * the subject, or else the last column, has what is left. */
#include "ui/list_row.h"

#include "ui/format.h"

#define MAX_COLUMNS 12
#define MAX_WIDTH   200
#define MIN_DOMAIN  6 /* columns; less of a domain says nothing */

enum column { FROM, SUBJECT, TAGS, FLAGS, COUNT, SIZE, DATE, DOMAIN, ACCOUNT, COLUMNS };

static const struct {
	const char *name;
	int width; /* 0: what is left */
} known[COLUMNS] = {
    [FROM] = {"from", 24},
    [SUBJECT] = {"subject", 0},
    [TAGS] = {"tags", 16},
    [FLAGS] = {"flags", 2},
    [COUNT] = {"count", 4},
    [SIZE] = {"size", 5},
    [DATE] = {"date", 6},
    [DOMAIN] = {"domain", 20},
    [ACCOUNT] = {"account", 10},
};

struct list_columns {
	struct {
		enum column column;
		int width;
	} all[MAX_COLUMNS];
	int n;
	const char *date_format; /* strftime's letters; NULL: short, by age */
};

/* "from" or "from:24" */
static bool
add_column(struct list_columns *c, const char *word)
{
	char **parts = g_strsplit(word, ":", 2);
	guint64 width = 0;
	bool found = false;
	for (int i = 0; i < COLUMNS && c->n < MAX_COLUMNS && !found; i++) {
		if (!g_str_equal(known[i].name, parts[0]))
			continue;
		found = parts[1] == NULL ||
		    g_ascii_string_to_unsigned(parts[1], 10, 1, MAX_WIDTH, &width, NULL);
		c->all[c->n].column = (enum column)i;
		c->all[c->n].width = width > 0 ? (int)width : known[i].width;
		c->n += found;
	}
	g_strfreev(parts);
	return found;
}

static void
add_default(struct list_columns *c)
{
	static const char *const usual[] = {"from", "subject", "flags", "count", "date"};
	c->n = 0;
	for (size_t i = 0; i < G_N_ELEMENTS(usual); i++)
		(void)add_column(c, usual[i]);
}

/* The one that has what is left. */
static void
make_flexible(struct list_columns *c)
{
	for (int i = 0; i < c->n; i++)
		if (c->all[i].width == 0)
			return;
	if (c->n > 0)
		c->all[c->n - 1].width = 0;
}

struct list_columns *
list_columns_new(const struct rc *rc, const char *own, GPtrArray *complaints)
{
	const char *text = own != NULL ? own : rc_string(rc, "ui", NULL, "columns");
	const char *date_format = rc_string(rc, "ui", NULL, "date-format");
	if (text == NULL && date_format == NULL)
		return NULL;
	struct list_columns *c = g_new0(struct list_columns, 1);
	char **words = g_strsplit(text != NULL ? text : "", " ", -1);
	c->date_format = date_format;
	for (size_t i = 0; words[i] != NULL; i++)
		if (*words[i] != '\0' && !add_column(c, words[i]))
			g_ptr_array_add(complaints,
			    g_strdup_printf("columns: \"%s\" is none; there are from, subject, tags, "
					    "flags, count, size, date, domain and account, each with its "
					    "width as in from:24",
				words[i]));
	g_strfreev(words);
	if (c->n == 0)
		add_default(c);
	make_flexible(c);
	return c;
}

void
list_columns_free(struct list_columns *c)
{
	g_free(c);
}

/* Columns of each that has what is left. */
static int
width_left(const struct list_columns *l, int cols)
{
	int fixed = 0, n_flexible = 0;
	for (int i = 0; i < l->n; i++) {
		fixed += l->all[i].width + (i > 0);
		n_flexible += l->all[i].width == 0;
	}
	return n_flexible > 0 ? MAX((cols - fixed) / n_flexible, 8) : 0;
}

bool
list_columns_have_domain(const struct list_columns *l, int cols)
{
	for (int i = 0, x = 0; i < l->n; i++) {
		int width = l->all[i].width > 0 ? l->all[i].width : width_left(l, cols);
		bool is_seen = MIN(width, cols - x) >= MIN_DOMAIN;
		if (is_seen && (l->all[i].column == FROM || l->all[i].column == DOMAIN))
			return true;
		x += width + 1;
	}
	return false;
}

static char *
date_text(const struct row *row, const struct list_row_opts *o)
{
	if (o->columns->date_format == NULL)
		return format_date_short(row->date, o->now);
	GDateTime *at = g_date_time_new_from_unix_local(row->date);
	char *text = at != NULL ? g_date_time_format(at, o->columns->date_format) : NULL;
	if (at != NULL)
		g_date_time_unref(at);
	return text != NULL ? text : g_strdup("");
}

/* A column of plain words; owned. */
static char *
words_of(const struct row *row, enum column column, const struct list_row_opts *o)
{
	switch (column) {
	case TAGS: {
		char *tags = list_row_tags(row, o->hidden_tag);
		return g_strstrip(tags);
	}
	case COUNT:
		return row->count > 1 ? g_strdup_printf("%u", row->count) : g_strdup("");
	case SIZE:
		return format_size(row->size);
	case DATE:
		return date_text(row, o);
	case ACCOUNT:
		return g_strdup(o->account != NULL ? o->account : "");
	case FROM:
	case SUBJECT:
	case FLAGS:
	case DOMAIN:
	case COLUMNS:
		break;
	}
	return g_strdup("");
}

static void
draw_column(const struct canvas *c, int y, int x, int cols, const struct row *row, enum column column,
    const struct list_row_opts *o)
{
	bool has_tags = false;
	for (int i = 0; i < o->columns->n; i++)
		has_tags = has_tags || o->columns->all[i].column == TAGS;
	if (column == FROM) {
		list_row_sender(c, y, x, cols, row, o);
	} else if (column == SUBJECT) {
		list_row_subject(c, y, x, cols, row, o, !has_tags);
	} else if (column == FLAGS) {
		if (row->flags & ROW_FLAGGED)
			ui_text(c, y, x, 1, STYLE_FLAG, o->is_selected, c->signs->flag);
		if (row->flags & ROW_ATTACHMENT)
			ui_text(c, y, x + 1, MIN(cols - 1, 1), STYLE_DIM, o->is_selected,
			    c->signs->attachment);
	} else {
		char *words = column == DOMAIN ? ui_domain(c, row->domain, cols) : words_of(row, column, o);
		bool is_number = column == COUNT || column == SIZE || column == DATE;
		enum style style = column == TAGS ? STYLE_TAG : STYLE_DIM;
		(is_number ? ui_right : ui_pad)(c, y, x, cols, style, o->is_selected, words);
		g_free(words);
	}
}

void
list_columns_draw(const struct canvas *c, int y, int x, int cols, const struct row *row,
    const struct list_row_opts *o)
{
	const struct list_columns *l = o->columns;
	int end = x + cols, left = width_left(l, cols);
	for (int i = 0; i < l->n && x < end; i++) {
		int width = l->all[i].width > 0 ? l->all[i].width : left;
		draw_column(c, y, x, MIN(width, end - x), row, l->all[i].column, o);
		x += width + 1;
	}
}
