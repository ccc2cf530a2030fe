/* SPDX-License-Identifier: GPL-3.0-or-later */
/* rows_sort.c - rows in another order than by date: runs that are sorted one by one, then merged, each
 * step a few milliseconds of idle time, so that half a million rows stop no key. */
#include "ui/rows_private.h"

#include "ui/found.h"
#include "ui/mailbox.h"

#include <string.h>

#define RUN	   8192	 /* rows sorted in one step */
#define MERGE_STEP 50000 /* rows merged in one step */

/* A row and the beginning of what it is sorted by; equal beginnings are looked up. */
struct item {
	guint64 key;
	guint32 number;
};

struct sorting {
	struct item *items, *out;
	guint n;
	guint n_keyed; /* rows in sorted runs */
	guint width;   /* of the runs that are merged now */
	guint first;   /* of the pair that is merged now */
	guint i, j;    /* how far its two runs are read */
};

static const char *const names[ROWS_ORDERS] = {
    [ROWS_BY_DATE] = "date",
    [ROWS_BY_FROM] = "from",
    [ROWS_BY_SUBJECT] = "subject",
    [ROWS_BY_SIZE] = "size",
    [ROWS_BY_COUNT] = "count",
    [ROWS_BY_UNREAD] = "unread",
};

const char *
rows_order_name(enum rows_order order)
{
	return order < ROWS_ORDERS ? names[order] : NULL;
}

enum rows_order
rows_order_find(const char *name)
{
	for (size_t i = 0; i < G_N_ELEMENTS(names); i++)
		if (g_str_equal(names[i], name))
			return (enum rows_order)i;
	return ROWS_BY_DATE;
}

/* "Re: " and its like say nothing about a subject. */
static const char *
text_of(const struct row *row, enum rows_order order)
{
	const char *text = order == ROWS_BY_FROM ? row->authors : row->subject;
	while (order == ROWS_BY_SUBJECT &&
	    (g_ascii_strncasecmp(text, "re:", 3) == 0 || *text == ' ' || *text == '['))
		text += *text == ' ' || *text == '[' ? 1 : 3;
	return text;
}

/* What sorts small comes first. */
static guint64
key_of(const struct row *row, enum rows_order order)
{
	guint64 key = 0;
	switch (order) {
	case ROWS_BY_FROM:
	case ROWS_BY_SUBJECT: {
		const char *text = text_of(row, order);
		for (int i = 0; i < 8; i++) {
			key = key << 8 | (guchar)g_ascii_tolower(*text);
			text += *text != '\0';
		}
		return key;
	}
	case ROWS_BY_SIZE:
		return G_MAXUINT64 - row->size;
	case ROWS_BY_COUNT:
		return G_MAXUINT32 - row->count;
	case ROWS_BY_UNREAD:
		return row->flags & ROW_UNREAD ? 0 : 1;
	case ROWS_BY_DATE:
	case ROWS_ORDERS:
		break;
	}
	return 0;
}

/* Rows of equal order stay by date, newest first. */
static int
compare(const struct item *a, const struct item *b, const struct rows *r)
{
	if (a->key != b->key)
		return a->key < b->key ? -1 : 1;
	if (r->order == ROWS_BY_FROM || r->order == ROWS_BY_SUBJECT) {
		const struct row_index *index = mailbox_index(r->app->mailbox);
		struct row x, y;
		(void)row_index_get(index, a->number, &x);
		(void)row_index_get(index, b->number, &y);
		int by_text = g_ascii_strcasecmp(text_of(&x, r->order), text_of(&y, r->order));
		if (by_text != 0)
			return by_text;
	}
	return a->number < b->number ? -1 : a->number > b->number;
}

static int
compare_items(gconstpointer a, gconstpointer b, gpointer user)
{
	return compare(a, b, user);
}

void
rows_sort_drop(struct rows *r)
{
	struct sorting *s = r->sorting;
	r->sorting = NULL;
	if (s == NULL)
		return;
	g_free(s->items);
	g_free(s->out);
	g_free(s);
}

static void
reverse(GArray *numbers)
{
	guint32 *n = (guint32 *)(void *)numbers->data;
	for (guint i = 0; i < numbers->len / 2; i++) {
		guint32 other = n[numbers->len - 1 - i];
		n[numbers->len - 1 - i] = n[i];
		n[i] = other;
	}
}

bool
rows_sort_begin(struct rows *r)
{
	rows_sort_drop(r);
	if (r->numbers->len == 0)
		return false;
	if (r->order == ROWS_BY_DATE) {
		if (r->is_reversed)
			reverse(r->numbers);
		return false;
	}
	struct sorting *s = g_new0(struct sorting, 1);
	s->n = r->numbers->len;
	s->items = g_new(struct item, s->n);
	s->out = g_new(struct item, s->n);
	s->width = RUN;
	s->j = RUN;
	r->sorting = s;
	return true;
}

/* One more sorted run. */
static void
sort_run(struct rows *r)
{
	struct sorting *s = r->sorting;
	const struct row_index *index = mailbox_index(r->app->mailbox);
	guint first = s->n_keyed, n = MIN(RUN, s->n - first);
	for (guint i = first; i < first + n; i++) {
		struct row row;
		s->items[i].number = g_array_index(r->numbers, guint32, i);
		(void)row_index_get(index, s->items[i].number, &row);
		rows_apply_effects(r, &row);
		s->items[i].key = key_of(&row, r->order);
	}
	g_qsort_with_data(s->items + first, (gint)n, sizeof(struct item), compare_items, r);
	s->n_keyed += n;
}

/* The next pair of runs, or the next pass over runs of twice the width. */
static void
next_pair(struct sorting *s)
{
	s->first += 2 * s->width;
	if (s->first >= s->n) {
		struct item *merged = s->out;
		s->out = s->items;
		s->items = merged;
		s->width *= 2;
		s->first = 0;
	}
	s->i = s->first;
	s->j = s->first + s->width;
}

static void
merge(struct rows *r, guint budget)
{
	struct sorting *s = r->sorting;
	while (budget-- > 0 && s->width < s->n) {
		guint middle = MIN(s->first + s->width, s->n);
		guint end = MIN(s->first + 2 * s->width, s->n);
		bool has_i = s->i < middle, has_j = s->j < end;
		if (!has_i && !has_j) {
			next_pair(s);
			continue;
		}
		guint to = s->i + MIN(s->j, end) - middle;
		if (has_i && (!has_j || compare(&s->items[s->i], &s->items[s->j], r) <= 0))
			s->out[to] = s->items[s->i++];
		else
			s->out[to] = s->items[s->j++];
	}
}

bool
rows_sort_step(struct rows *r)
{
	struct sorting *s = r->sorting;
	/* rows that went meanwhile: from the beginning */
	if (s->n != r->numbers->len)
		return !rows_sort_begin(r);
	if (s->n_keyed < s->n) {
		sort_run(r);
		return false;
	}
	merge(r, MERGE_STEP);
	if (s->width < s->n)
		return false;
	for (guint i = 0; i < s->n; i++)
		g_array_index(r->numbers, guint32, i) = s->items[i].number;
	if (r->is_reversed)
		reverse(r->numbers);
	rows_sort_drop(r);
	rows_trim(r);
	return true;
}

/* a search */

static int
compare_found(gconstpointer a, gconstpointer b, gpointer user)
{
	const struct row *x = &(*(const struct found *const *)a)->row;
	const struct row *y = &(*(const struct found *const *)b)->row;
	const struct rows *r = user;
	guint64 p = key_of(x, r->order), q = key_of(y, r->order);
	int by = p < q ? -1 : p > q;
	if (by == 0 && (r->order == ROWS_BY_FROM || r->order == ROWS_BY_SUBJECT))
		by = g_ascii_strcasecmp(text_of(x, r->order), text_of(y, r->order));
	if (by == 0)
		by = x->date > y->date ? -1 : x->date < y->date;
	return r->is_reversed ? -by : by;
}

void
rows_sort_found(struct rows *r)
{
	g_ptr_array_sort_with_data(r->found, compare_found, r);
}
