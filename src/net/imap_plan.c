/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The decisions of synchronisation. The server's numbers are what a server may say
 * wrongly: whatever they are, nothing here plans a deletion, and a set is never longer
 * than asked. */
#include "net/imap_plan.h"

#define HELD_MESSAGES 50   /* more than this many gone at once, or ... */
#define HELD_PERCENT  20   /* ... this part of a folder: a person decides */
#define MAX_SETS      5000 /* a million messages at 200 a set; UIDNEXT may be a lie */

static enum imap_changes
how_to_see_changes(const struct imap_known *known, const struct imap_mailbox *box,
    const struct imap_abilities *can)
{
	if (known->uids->len == 0)
		return IMAP_CHANGES_NONE;
	if (known->modseq == 0 || box->modseq == 0)
		return IMAP_CHANGES_FULL;
	/* the same count and MODSEQ: neither flags nor expunges; new mail raises MODSEQ
	 * too */
	if (known->modseq == box->modseq && known->messages == box->messages)
		return IMAP_CHANGES_NONE;
	if (can->qresync)
		return IMAP_CHANGES_QRESYNC;
	return can->condstore ? IMAP_CHANGES_CONDSTORE : IMAP_CHANGES_FULL;
}

static void
plan_range(
    const struct imap_known *known, const struct imap_mailbox *box, struct imap_plan *out)
{
	guint32 n_known = known->uids->len;

	out->first = MAX(known->uidnext, 1);
	out->last = box->uidnext != 0 ? box->uidnext - 1 : G_MAXUINT32;
	if (box->messages == 0)
		out->last = 0;
	out->estimate = box->messages > n_known ? box->messages - n_known : 1;
	if (known->uidnext >
	    1) /* holes of an interrupted run are only below the first uidnext */
		out->estimate =
		    MIN(out->estimate, out->last - MIN(out->last, known->uidnext) + 1);
}

void
imap_plan_folder(const struct imap_known *known, const struct imap_mailbox *box,
    const struct imap_abilities *can, struct imap_plan *out)
{
	*out = (struct imap_plan){.action = IMAP_ACTION_NOTHING, .first = 1, .last = 0};
	if (known->uidvalidity != 0 && known->uidvalidity != box->uidvalidity &&
	    box->uidvalidity != 0) {
		out->action = IMAP_ACTION_REMATCH;
		return;
	}
	out->changes = how_to_see_changes(known, box, can);
	plan_range(known, box, out);
	if (out->changes != IMAP_CHANGES_NONE || out->first <= out->last)
		out->action = IMAP_ACTION_UPDATE;
}

/* The index of the first element >= uid. */
static guint
lower_bound(const GArray *uids, guint32 uid)
{
	guint low = 0, high = uids->len;

	while (low < high) {
		guint middle = low + (high - low) / 2;
		if (g_array_index(uids, guint32, middle) < uid)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

static void
append_range(GString *set, guint32 first, guint32 last)
{
	if (set->len > 0)
		g_string_append_c(set, ',');
	if (last == G_MAXUINT32)
		g_string_append_printf(set, "%u:*", first);
	else if (first == last)
		g_string_append_printf(set, "%u", first);
	else
		g_string_append_printf(set, "%u:%u", first, last);
}

static void
end_set(GPtrArray *sets, GString *set)
{
	if (set->len > 0)
		g_ptr_array_add(sets, g_strdup(set->str));
	g_string_truncate(set, 0);
}

/* The gaps of first..last between known UIDs as sets, cut where they grow long. */
static void
append_window(
    GPtrArray *sets, const GArray *known, guint32 first, guint32 last, size_t max_len)
{
	GString *set = g_string_new(NULL);
	guint i = lower_bound(known, first);
	guint64 at = first;

	for (; at <= last; i++) {
		guint32 stop = i < known->len ? g_array_index(known, guint32, i) : 0;
		bool is_end = i >= known->len || stop > last;

		if (is_end || stop > at)
			append_range(set, (guint32)at, is_end ? last : stop - 1);
		if (set->len + 24 > max_len)
			end_set(sets, set);
		if (is_end)
			break;
		at = (guint64)stop + 1;
	}
	end_set(sets, set);
	g_string_free(set, TRUE);
}

GPtrArray *
imap_plan_sets(const GArray *known, guint32 first, guint32 last, guint32 estimate,
    guint32 batch, size_t max_len)
{
	GPtrArray *sets = g_ptr_array_new_with_free_func(g_free);
	guint64 n_sets = MIN((guint64)MAX(estimate, 1) / batch + 1, MAX_SETS);
	guint64 width, high = last, next;

	if (first > last)
		return sets;
	if (last == G_MAXUINT32) { /* the end is unknown: one open set */
		append_window(sets, known, first, last, max_len);
		return sets;
	}
	width = MAX(((guint64)last - first + 1) / n_sets + 1, batch);
	next = MAX(
	    width / 4, 1); /* the first set is small: its mail is on the screen soonest */
	for (;;) {
		guint64 low = high - first + 1 > next ? high - next + 1 : first;
		append_window(sets, known, (guint32)low, (guint32)high, max_len);
		if (low == first)
			break;
		high = low - 1;
		next = width;
	}
	return sets;
}

char *
imap_plan_take_set(const GArray *uids, guint *at, size_t max_len)
{
	GString *set = g_string_new(NULL);

	while (*at < uids->len && set->len + 24 <= max_len) {
		guint32 first = g_array_index(uids, guint32, *at), last = first;

		for ((*at)++; *at < uids->len &&
			      g_array_index(uids, guint32, *at) == last + 1;
		     (*at)++)
			last++;
		append_range(set, first, last);
	}
	return g_string_free(set, FALSE);
}

GArray *
imap_plan_missing(const GArray *known, const GArray *present)
{
	GArray *missing = g_array_new(FALSE, FALSE, sizeof(guint32));
	guint k = 0;

	for (guint i = 0; i < known->len; i++) {
		guint32 uid = g_array_index(known, guint32, i);
		while (k < present->len && g_array_index(present, guint32, k) < uid)
			k++;
		if (k == present->len || g_array_index(present, guint32, k) != uid)
			g_array_append_val(missing, uid);
	}
	return missing;
}

bool
imap_plan_is_held(guint n_gone, guint n_total)
{
	return n_gone > HELD_MESSAGES ||
	       (guint64)n_gone * 100 > (guint64)n_total * HELD_PERCENT;
}

static gint
compare_uids(gconstpointer a, gconstpointer b)
{
	guint32 x = *(const guint32 *)a, y = *(const guint32 *)b;

	return (x > y) - (x < y);
}

void
imap_plan_sort(GArray *uids)
{
	guint n = 0;

	g_array_sort(uids, compare_uids);
	for (guint i = 0; i < uids->len; i++)
		if (n == 0 || g_array_index(uids, guint32, i) !=
				  g_array_index(uids, guint32, n - 1))
			g_array_index(uids, guint32, n++) =
			    g_array_index(uids, guint32, i);
	g_array_set_size(uids, n);
}
