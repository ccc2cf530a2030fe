/* SPDX-License-Identifier: GPL-3.0-or-later */
/* rows_effects.c - what the user did to threads, laid over their rows until the index says the same. */
#include "ui/rows_private.h"

#include "ui/found.h"
#include "ui/mailbox.h"

/* What the user did to a thread. */
struct effects {
	unsigned bits;
	unsigned n_open; /* requests that are not confirmed */
};

bool
rows_is_gone(const struct rows *r, const char *thread)
{
	const struct effects *e = g_hash_table_lookup(r->effects, thread);
	return e != NULL && (e->bits & ROWS_GONE) != 0;
}

void
rows_apply_effects(const struct rows *r, struct row *row)
{
	const struct effects *e = g_hash_table_lookup(r->effects, row->thread);
	if (e == NULL)
		return;
	if (e->bits & ROWS_READ)
		row->flags &= ~(guint32)ROW_UNREAD;
	if (e->bits & ROWS_UNREAD)
		row->flags |= ROW_UNREAD;
	if (e->bits & ROWS_UNFLAG)
		row->flags &= ~(guint32)ROW_FLAGGED;
	if (e->bits & ROWS_FLAG)
		row->flags |= ROW_FLAGGED;
}

static gboolean
is_settled(gpointer thread, gpointer effects, gpointer user)
{
	(void)thread;
	(void)user;
	return ((const struct effects *)effects)->n_open == 0;
}

static void
forget_gone(gpointer thread, gpointer effects, gpointer user)
{
	(void)thread;
	(void)user;
	((struct effects *)effects)->bits &= ~(unsigned)ROWS_GONE;
}

void
rows_effects_settle(struct rows *r)
{
	g_hash_table_foreach_remove(r->effects, is_settled, NULL);
}

void
rows_effects_forget(struct rows *r)
{
	rows_effects_settle(r);
	g_hash_table_foreach(r->effects, forget_gone, NULL);
}

static struct effects *
effects_of(struct rows *r, const char *thread)
{
	struct effects *e = g_hash_table_lookup(r->effects, thread);
	if (e == NULL) {
		e = g_new0(struct effects, 1);
		g_hash_table_insert(r->effects, g_strdup(thread), e);
	}
	return e;
}

/* What a search has found, in one pass. */
static void
drop_found(struct rows *r)
{
	GPtrArray *left = g_ptr_array_new_full(r->found->len, found_free);
	for (guint i = 0; i < r->found->len; i++) {
		struct found *f = r->found->pdata[i];
		if (rows_is_gone(r, f->row.thread))
			found_free(f);
		else
			g_ptr_array_add(left, f);
	}
	g_ptr_array_set_free_func(r->found, NULL);
	g_ptr_array_unref(r->found);
	r->found = left;
}

/* In one pass that ends with the last of them. */
void
rows_drop_gone(struct rows *r, guint n_gone)
{
	const struct row_index *index = mailbox_index(r->app->mailbox);
	guint32 *numbers = (guint32 *)(void *)r->numbers->data;
	guint to = 0, i;
	if (r->is_search) {
		drop_found(r);
		return;
	}
	for (i = 0; index != NULL && i < r->numbers->len && n_gone > 0; i++) {
		if (rows_is_gone(r, row_index_thread(index, numbers[i])))
			n_gone--;
		else
			numbers[to++] = numbers[i];
	}
	if (to < i)
		g_array_remove_range(r->numbers, to, i - to);
}

void
rows_lay(struct rows *r, const GPtrArray *threads, unsigned effects)
{
	static const unsigned opposites[][2] = {
	    {ROWS_READ, ROWS_UNREAD},
	    {ROWS_FLAG, ROWS_UNFLAG},
	};
	for (guint i = 0; i < threads->len; i++) {
		struct effects *e = effects_of(r, threads->pdata[i]);
		for (size_t k = 0; k < G_N_ELEMENTS(opposites); k++)
			if (effects & (opposites[k][0] | opposites[k][1]))
				e->bits &= ~(opposites[k][0] | opposites[k][1]);
		e->bits |= effects;
		e->n_open++;
	}
}

void
rows_confirm(struct rows *r, const GPtrArray *threads)
{
	for (guint i = 0; i < threads->len; i++) {
		struct effects *e = g_hash_table_lookup(r->effects, threads->pdata[i]);
		if (e != NULL && e->n_open > 0)
			e->n_open--;
	}
}

guint
rows_lift(struct rows *r, const GPtrArray *threads)
{
	guint n_gone = 0;
	for (guint i = 0; i < threads->len; i++) {
		n_gone += rows_is_gone(r, threads->pdata[i]);
		g_hash_table_remove(r->effects, threads->pdata[i]);
	}
	return n_gone;
}

void
rows_bring_back(struct rows *r, guint n_gone)
{
	if (r->is_search)
		rows_set(r, r->place, r->limit);
	else
		rows_rescan(r, MIN(r->numbers->len + n_gone, MAX_AT_ONCE));
}
