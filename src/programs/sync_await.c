/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A run that is cut off while it moves a message leaves it open whether the server has it in the new folder, in the old
 * one, or in both. Until that is seen nothing is concluded from where the file lies; then it is the file of one message,
 * and what the others of it are is left over. */
#include "programs/sync_compare.h"

struct await {
	struct sync_sink *s;
	bool is_open;
};

static void
on_gone(void *user, gint64 folder, enum sync_gone_state state, gint64 since)
{
	struct await *a = user;
	GHashTableIter iter;
	gpointer value;

	(void)since;
	if (state != SYNC_GONE_EXPECTED)
		return;
	g_hash_table_iter_init(&iter, a->s->places);
	while (g_hash_table_iter_next(&iter, NULL, &value)) {
		const struct place *place = value;
		a->is_open = a->is_open || (place->state.id == folder && place->wire != NULL);
	}
}

bool
sync_await_is_open(struct sync_sink *s, const char *base)
{
	struct await a = {.s = s};

	(void)sync_state_gone_each(s->state, base, on_gone, &a); /* else none */
	return a.is_open;
}

/* Has the place a message with this file, which does not lie there? */
static bool
is_without_file(struct sync_sink *s, struct place *place, const char *base)
{
	return place->path != NULL && place->state.id != 0 &&
	       sync_state_is_in(s->state, place->state.id, base) && sync_files_find(place, base) == NULL;
}

struct place *
sync_await_owner(struct sync_sink *s, const struct place *not_this, const char *base)
{
	GHashTableIter iter;
	gpointer value;

	g_hash_table_iter_init(&iter, s->places);
	while (g_hash_table_iter_next(&iter, NULL, &value))
		if (value != not_this && is_without_file(s, value, base))
			return value;
	return NULL;
}

bool
sync_await_detach(struct sync_sink *s, const struct arrival *a, GError **error)
{
	bool is_good = true;
	struct place *place;

	while (is_good && (place = sync_await_owner(s, a->place, a->message.base)) != NULL)
		is_good = sync_state_detach_file(s->state, place->state.id, a->message.base, error);
	return is_good;
}
