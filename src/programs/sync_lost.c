/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Folders that the server had and has no more. A deletion of a whole folder is never followed
 * unasked. */
#include "programs/sync_compare.h"

struct lost {
	struct sync_sink *s;
	GPtrArray *names; /* owned strings */
};

static void
on_folder(void *user, const char *name, const struct sync_folder *folder)
{
	struct lost *l = user;

	if (folder->uidvalidity != 0 && !g_hash_table_contains(l->s->listed, name) &&
	    l->s->table.is_wanted(l->s, name, false))
		g_ptr_array_add(l->names, g_strdup(name));
}

static void
tell(struct sync_sink *s, const char *folder, guint n)
{
	const char *account = s->account->name;
	char *text = g_strdup_printf(
	    "the server no longer has this folder; its %u messages are kept here. "
	    "`penfold sync --yes %s` moves them to the trash, `penfold sync --no %s` makes the "
	    "folder anew",
	    n, account, account);

	sync_sink_tell_held(s, folder, "server", n, text);
	g_free(text);
}

static bool
give_up(struct sync_sink *s, gint64 folder, GError **error)
{
	GArray *uids = g_array_new(FALSE, FALSE, sizeof(guint32));
	bool is_good = sync_state_uids(s->state, folder, uids, error);

	for (guint i = 0; is_good && i < uids->len; i++)
		is_good = sync_state_gone(
		    s->state, folder, g_array_index(uids, guint32, i), error);
	g_array_free(uids, TRUE);
	return is_good;
}

static bool
settle_folder(struct sync_sink *s, const char *name, GError **error)
{
	struct place *place = sync_sink_place(s, name);
	guint n;

	if (!sync_state_folder(s->state, name, &place->state, error))
		return false;
	n = sync_state_count(s->state, place->state.id);
	if (n > 0 && s->answer == SYNC_ANSWER_ASK) {
		tell(s, name, n);
		return true;
	}
	if (s->answer == SYNC_ANSWER_YES && !give_up(s, place->state.id, error))
		return false;
	place->state.uidvalidity = 0;
	return sync_state_reset(s->state, place->state.id, error);
}

bool
sync_lost(struct comparison *c, GError **error)
{
	struct lost l = {c->s, g_ptr_array_new_with_free_func(g_free)};
	bool is_good = sync_state_each_folder(c->s->state, on_folder, &l, error);

	for (guint i = 0; is_good && i < l.names->len; i++)
		is_good = settle_folder(c->s, g_ptr_array_index(l.names, i), error);
	g_ptr_array_unref(l.names);
	return is_good;
}
