/* SPDX-License-Identifier: GPL-3.0-or-later */
/* html_table.c - rows and cells, and their setting in columns. */
#include "mime/html_table.h"

#include "base/safe_text.h"

#include <string.h>

#define MAX_COLUMNS 32u
#define MAX_ROWS 2000u
#define MAX_BYTES (256u << 10)
#define UNWRAPPED_COLUMNS 200 /* widest table when lines are not wrapped */
#define GAP "  "
#define MIN_WRAPPED 15 /* columns of a cell's text that is wrapped */

struct row {
	GPtrArray *cells; /* of GString */
	bool head;	  /* all cells are <th> */
	guint32 right;	  /* which cells are set to the right, a bit each */
};

struct html_table {
	GPtrArray *rows;
	size_t bytes;
	bool broken; /* a line ended in the current cell */
};

static void
cell_free(void *p)
{
	g_string_free(p, TRUE);
}

static void
row_free(void *p)
{
	struct row *row = p;
	g_ptr_array_unref(row->cells);
	g_free(row);
}

struct html_table *
html_table_new(void)
{
	struct html_table *t = g_new0(struct html_table, 1);
	t->rows = g_ptr_array_new_with_free_func(row_free);
	return t;
}

void
html_table_free(struct html_table *t)
{
	if (!t)
		return;
	g_ptr_array_unref(t->rows);
	g_free(t);
}

void
html_table_row(struct html_table *t)
{
	if (t->rows->len > MAX_ROWS) /* the next text finds the table too long */
		return;
	struct row *row = g_new0(struct row, 1);
	row->cells = g_ptr_array_new_with_free_func(cell_free);
	row->head = true;
	g_ptr_array_add(t->rows, row);
	t->broken = false;
}

static struct row *
last_row(struct html_table *t)
{
	if (t->rows->len == 0)
		html_table_row(t);
	return t->rows->pdata[t->rows->len - 1];
}

static GString *
last_cell(struct html_table *t)
{
	struct row *row = last_row(t);
	if (row->cells->len == 0)
		html_table_cell(t, false, 1, false);
	return row->cells->pdata[row->cells->len - 1];
}

void
html_table_cell(struct html_table *t, bool is_head, unsigned span, bool is_right)
{
	struct row *row = last_row(t);
	t->broken = false;
	row->head = row->head && is_head;
	if (row->cells->len >= MAX_COLUMNS)
		return;
	/* the text stands in the last of the columns that it spans: what comes before is empty */
	for (unsigned i = 0; i + 1 < span && row->cells->len + 1 < MAX_COLUMNS; i++)
		g_ptr_array_add(row->cells, g_string_new(NULL));
	g_ptr_array_add(row->cells, g_string_new(NULL));
	if (is_right)
		row->right |= 1u << (row->cells->len - 1);
}

static bool
is_blank(const char *text, size_t len)
{
	for (size_t i = 0; i < len; i++)
		if (!g_ascii_isspace(text[i]))
			return false;
	return true;
}

bool
html_table_text(struct html_table *t, const char *text, size_t len)
{
	bool blank = is_blank(text, len);
	if (blank && (t->rows->len == 0 || last_row(t)->cells->len == 0))
		return true;
	GString *cell = last_cell(t);
	t->bytes += len;
	if (!blank && t->broken && cell->len > 0)
		return false;
	if (t->bytes > MAX_BYTES || t->rows->len > MAX_ROWS)
		return false;
	html_flow_collapse(cell, text, len);
	return true;
}

void
html_table_break(struct html_table *t)
{
	if (t->rows->len > 0 && last_row(t)->cells->len > 0)
		t->broken = true;
}

/* The cell as display text, owned; "" for a missing one. */
static char *
cell_display(const struct row *row, unsigned i)
{
	if (i >= row->cells->len)
		return g_strdup("");
	const GString *cell = row->cells->pdata[i];
	return g_strchomp(safe_text(cell->str, cell->len, SAFE_TEXT_LINE));
}

static bool
is_empty_row(const struct row *row)
{
	for (unsigned i = 0; i < row->cells->len; i++) {
		const GString *cell = row->cells->pdata[i];
		if (!is_blank(cell->str, cell->len))
			return false;
	}
	return true;
}

/* Widths of the columns, 0 for columns that are empty in every row. The sum with gaps. */
static int
measure(const struct html_table *t, int widths[MAX_COLUMNS], unsigned *n_used_out)
{
	for (unsigned r = 0; r < t->rows->len; r++) {
		const struct row *row = t->rows->pdata[r];
		for (unsigned i = 0; i < row->cells->len && i < MAX_COLUMNS; i++) {
			char *display = cell_display(row, i);
			widths[i] = MAX(widths[i], safe_text_columns(display));
			g_free(display);
		}
	}
	int sum = 0;
	*n_used_out = 0;
	for (unsigned i = 0; i < MAX_COLUMNS; i++) {
		sum += widths[i] > 0 ? widths[i] + (int)strlen(GAP) : 0;
		*n_used_out += widths[i] > 0;
	}
	return sum > 0 ? sum - (int)strlen(GAP) : 0;
}

/* The columns whose cells are all set to the right, but for their heads and those without text. */
static guint32
right_columns(const struct html_table *t)
{
	guint32 right = 0, left = 0;
	for (unsigned r = 0; r < t->rows->len; r++) {
		const struct row *row = t->rows->pdata[r];
		for (unsigned i = 0; i < row->cells->len && !row->head; i++) {
			const GString *cell = row->cells->pdata[i];
			if (is_blank(cell->str, cell->len))
				continue;
			right |= row->right & 1u << i;
			left |= ~row->right & 1u << i;
		}
	}
	return right & ~left;
}

static void
fill(GString *line, int cols)
{
	for (int i = 0; i < cols; i++)
		g_string_append_c(line, ' ');
}

static void
add_cell(GString *line, const char *display, int width, bool is_right)
{
	int rest = width - safe_text_columns(display);
	fill(line, is_right ? rest : 0);
	g_string_append(line, display);
	fill(line, is_right ? 0 : rest);
}

static char *
aligned_row(const struct row *row, const int widths[MAX_COLUMNS], guint32 right)
{
	GString *line = g_string_new(NULL);
	for (unsigned i = 0; i < MAX_COLUMNS; i++) {
		if (widths[i] == 0)
			continue;
		char *display = cell_display(row, i);
		if (line->len > 0)
			g_string_append(line, GAP);
		add_cell(line, display, widths[i], (right & 1u << i) != 0);
		g_free(display);
	}
	return g_strchomp(g_string_free(line, FALSE));
}

/* Columns that hold together: the longest word of each. */
static void
measure_words(const struct html_table *t, int words[MAX_COLUMNS])
{
	for (unsigned r = 0; r < t->rows->len; r++) {
		const struct row *row = t->rows->pdata[r];
		for (unsigned i = 0; i < row->cells->len && i < MAX_COLUMNS; i++) {
			char *display = cell_display(row, i);
			char **parts = g_strsplit(display, " ", -1);
			for (size_t k = 0; parts[k]; k++)
				words[i] = MAX(words[i], safe_text_columns(parts[k]));
			g_strfreev(parts);
			g_free(display);
		}
	}
}

/* Make the widest columns narrower until all fit; false when words would have to be cut. */
static bool
squeeze(const struct html_table *t, int widths[MAX_COLUMNS], int sum, int room)
{
	int words[MAX_COLUMNS] = { 0 };
	measure_words(t, words);
	for (; sum > room; sum--) {
		int widest = -1;
		for (int i = 0; i < (int)MAX_COLUMNS; i++)
			if (widths[i] > MAX(words[i], MIN_WRAPPED) && (widest < 0 || widths[i] > widths[widest]))
				widest = i;
		if (widest < 0)
			return false;
		widths[widest]--;
	}
	return true;
}

/* The next piece of a cell, up to a blank; *text moves on. Owned. */
static char *
next_piece(const char **text, int cols)
{
	size_t fit = safe_text_fit(*text, cols, NULL), end = fit;
	if ((*text)[fit] != '\0')
		while (end > 0 && (*text)[end] != ' ')
			end--;
	end = end > 0 ? end : fit > 0 ? fit : strlen(*text);
	char *piece = g_strndup(*text, end);
	*text += end;
	while (**text == ' ')
		(*text)++;
	return g_strchomp(piece);
}

static char *
joined_row(const struct row *row)
{
	GString *line = g_string_new(NULL);
	for (unsigned i = 0; i < row->cells->len; i++) {
		char *display = cell_display(row, i);
		if (line->len > 0 && *display)
			g_string_append(line, GAP);
		g_string_append(line, display);
		g_free(display);
	}
	return g_string_free(line, FALSE);
}

static void
give_row(const struct row *row, char *line, struct html_flow *f);

/* A row whose cells are wrapped within their columns. */
static void
give_wrapped_row(const struct row *row, const int widths[MAX_COLUMNS], guint32 right, struct html_flow *f)
{
	char *display[MAX_COLUMNS];
	const char *at[MAX_COLUMNS];
	bool has_more = true;
	for (unsigned i = 0; i < MAX_COLUMNS; i++)
		at[i] = display[i] = cell_display(row, i);
	while (has_more) {
		GString *line = g_string_new(NULL);
		has_more = false;
		for (unsigned i = 0; i < MAX_COLUMNS; i++) {
			char *piece = widths[i] > 0 ? next_piece(&at[i], widths[i]) : NULL;
			if (!piece)
				continue;
			g_string_append(line, line->len > 0 ? GAP : "");
			add_cell(line, piece, widths[i], (right & 1u << i) != 0);
			has_more = has_more || *at[i];
			g_free(piece);
		}
		give_row(row, g_strchomp(g_string_free(line, FALSE)), f);
	}
	for (unsigned i = 0; i < MAX_COLUMNS; i++)
		g_free(display[i]);
}

static void
give_row(const struct row *row, char *line, struct html_flow *f)
{
	char *prefix = html_flow_prefix(f, true);
	char *rest = html_flow_prefix(f, false);
	char *hang = g_strconcat(rest, GAP, NULL);
	enum line_style style = row->head && f->quote == 0 ? LINE_HEADING
							    : layout_quote_style(f->quote);
	html_flow_gap(f);
	layout_wrap(f->layout, prefix, hang, line, style);
	g_free(prefix);
	g_free(rest);
	g_free(hang);
	g_free(line);
}

void
html_table_give(struct html_table *t, struct html_flow *f)
{
	int widths[MAX_COLUMNS] = { 0 };
	unsigned n_used;
	int room = f->layout->width > 0 ? html_flow_columns(f) : UNWRAPPED_COLUMNS;
	int sum = measure(t, widths, &n_used);
	bool is_wrapped = n_used > 1 && sum > room && squeeze(t, widths, sum, room);
	bool fits = n_used > 1 && sum <= room;
	guint32 right = right_columns(t);
	for (unsigned r = 0; r < t->rows->len; r++) {
		const struct row *row = t->rows->pdata[r];
		if (is_empty_row(row))
			continue;
		if (is_wrapped)
			give_wrapped_row(row, widths, right, f);
		else
			give_row(row, fits ? aligned_row(row, widths, right) : joined_row(row), f);
	}
}

void
html_table_dissolve(struct html_table *t, struct html_flow *f)
{
	for (unsigned r = 0; r < t->rows->len; r++) {
		const struct row *row = t->rows->pdata[r];
		for (unsigned i = 0; i < row->cells->len; i++) {
			const GString *cell = row->cells->pdata[i];
			html_flow_break(f);
			html_flow_text(f, cell->str, cell->len);
		}
	}
	if (!t->broken)
		return;
	html_flow_break(f);
}
