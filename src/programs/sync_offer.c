/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Which local letters the server may get: files that no message stands for, but for those
 * that it lost, and the folders that are here alone. */
#include "programs/sync_compare.h"

#include <string.h>

struct fate {
	const struct comparison *c;
	struct stray *stray;
	bool is_kept; /* here alone, on purpose */
};

/* A row of gone with its base name. What the server lost went, or is about to go, to the trash:
 * out of there again it is a letter like others. */
static void
on_gone(void *user, gint64 folder, enum sync_gone_state state, gint64 since)
{
	struct fate *f = user;
	const struct place *place = f->stray->place;
	bool is_on_its_way = state == SYNC_GONE_OFFERED || state == SYNC_GONE_SENDING;
	bool is_for_trash = state == SYNC_GONE_OPEN || state == SYNC_GONE_HELD;
	bool was_in_trash = state == SYNC_GONE_CLOSED && since != 0;
	bool is_in_trash = sync_sink_is_trash(f->c->s, place->name);

	if (state == SYNC_GONE_SENDING && folder == place->state.id)
		f->stray->n_like = since;
	if (state == SYNC_GONE_LEFT || state == SYNC_GONE_RECENT)
		return; /* that message stands for no file */
	if (was_in_trash || (is_for_trash && is_in_trash))
		f->is_kept = f->is_kept || is_in_trash;
	else
		f->is_kept = f->is_kept || (folder == place->state.id && !is_on_its_way);
}

static bool
is_offered(const struct comparison *c, struct stray *x)
{
	struct fate fate = {c, x, false};

	if (x->base == NULL)
		return true;
	(void)sync_state_gone_each(c->s->state, x->base, on_gone, &fate); /* else none */
	return !fate.is_kept;
}

static void
free_stray(struct stray *x)
{
	g_free(x->base);
	g_free(x->path);
	g_free(x);
}

void
sync_offer_filter(struct comparison *c)
{
	guint n = 0;

	for (guint i = 0; i < c->strays->len; i++) {
		struct stray *x = g_ptr_array_index(c->strays, i);
		if (is_offered(c, x))
			g_ptr_array_index(c->strays, n++) = x;
		else
			free_stray(x);
	}
	g_ptr_array_set_size(c->strays, (gint)n);
}

static struct imap_upload *
upload_of(struct sync_sink *s, const struct stray *x)
{
	struct imap_upload *u = g_new0(struct imap_upload, 1);
	char *flags = x->path != NULL ? maildir_flags(x->path) : g_strdup("");

	u->folder = g_strdup(x->place->name);
	u->base = g_strdup(x->base);
	u->path = g_strdup(x->path);
	u->message_id = g_strdup(x->message_id);
	u->date = x->date;
	(void)g_strlcpy(u->flags, flags, sizeof(u->flags));
	s->is_again = sync_labels_strip(s, u->flags) || s->is_again; /* they follow by STORE */
	g_free(flags);
	return u;
}

static gint
compare_uploads(gconstpointer a, gconstpointer b)
{
	const struct imap_upload *x = *(const struct imap_upload *const *)a,
				 *y = *(const struct imap_upload *const *)b;
	int order = strcmp(x->folder, y->folder);

	return order != 0 ? order : g_strcmp0(x->base, y->base);
}

bool
sync_offer(struct comparison *c, GError **error)
{
	struct sync_sink *s = c->s;
	bool is_good = sync_state_gone_drop(s->state, SYNC_GONE_OFFERED, error);

	g_ptr_array_set_size(s->uploads, 0);
	for (guint i = 0; is_good && i < c->strays->len; i++) {
		const struct stray *x = g_ptr_array_index(c->strays, i);
		struct sync_message m = {
		    .base = x->base, .message_id = x->message_id, .size = x->size};

		if (x->is_placeholder)
			continue; /* a letter's header is no letter */
		is_good = sync_sink_know(s, x->place, error);
		m.folder = x->place->state.id;
		if (is_good && x->n_like > 0) {
			/* its APPEND was cut off, and the server may have had it, and have moved it since:
			 * what else this run brings is heard first (sync_gone_settle) */
			is_good = sync_state_gone_put_since(
			    s->state, &m, SYNC_GONE_MISSED, x->n_like, error);
			continue;
		}
		if (is_good && x->base != NULL)
			is_good =
			    sync_state_gone_put(s->state, &m, SYNC_GONE_OFFERED, error);
		g_ptr_array_add(s->uploads, upload_of(s, x));
	}
	g_ptr_array_sort(s->uploads, compare_uploads);
	return is_good;
}
