/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Letters that the server refused. To send all of one in each run only to hear that again is in vain: each waits, longer
 * after each try, until there is room (where the server tells of that), or until a person wishes. It stays where it is,
 * and that it waits is said by every run. */
#include "programs/sync_private.h"

#include <string.h>

#define FIRST_WAIT_S  600   /* then twice as long each time ... */
#define LONGEST_S     86400 /* ... up to a day; of what is too large, from the beginning */
#define MAX_TRIES     16
#define FORGET_S      (30 * 86400) /* nobody has offered it again: it is no longer there */

/* Of one folder in this run: letters that are to be stored there, or to be moved out of it. */
struct waiting {
	char *folder;
	bool are_moves;
	guint n, n_vain;       /* all; those that were not offered in this run */
	enum imap_refusal why; /* of the last */
	gint64 next;	       /* the first of them, Unix seconds */
};

void
sync_refused_free(gpointer data)
{
	struct waiting *w = data;

	g_free(w->folder);
	g_free(w);
}

static gint64
wait_for(enum imap_refusal why, guint tries)
{
	if (why == IMAP_REFUSAL_SIZE)
		return LONGEST_S;
	if (why == IMAP_REFUSAL_OTHER && tries == 0)
		return 0; /* it may have been for the moment */
	tries -= why == IMAP_REFUSAL_OTHER;
	return MIN((gint64)FIRST_WAIT_S << MIN(tries, MAX_TRIES), LONGEST_S);
}

void
sync_sink_retry(struct sync_sink *s, bool is_wanted)
{
	s->is_retry = is_wanted;
}

/* Was it refused, and is its time not come? A clock that was set back makes nobody wait for longer than ever. */
static bool
is_waiting(const struct sync_sink *s, gint64 folder, const char *base, struct sync_refused *out)
{
	gint64 now = sync_sink_now();

	return base != NULL && !s->is_retry && sync_state_refused(s->state, folder, base, out) && now < out->next &&
	       out->next - now <= LONGEST_S;
}

enum imap_refusal
sync_refused_look(struct sync_sink *s, const struct imap_upload *u)
{
	struct sync_refused r;

	return is_waiting(s, sync_sink_place(s, u->folder)->state.id, u->base, &r) ? (enum imap_refusal)r.why
										 : IMAP_REFUSAL_NONE;
}

static void
count(struct sync_sink *s, const char *folder, bool is_move, const struct sync_refused *r, bool is_asked)
{
	char *key = g_strdup_printf("%d%s", is_move, folder);
	struct waiting *w = g_hash_table_lookup(s->waiting, key);

	if (w == NULL) {
		w = g_new0(struct waiting, 1);
		w->folder = g_strdup(folder);
		w->are_moves = is_move;
		g_hash_table_insert(s->waiting, key, w);
	} else {
		g_free(key);
	}
	w->n++;
	w->n_vain += !is_asked;
	w->why = (enum imap_refusal)r->why;
	w->next = w->next == 0 ? r->next : MIN(w->next, r->next);
}

/* r says why, and how often before. */
static bool
refuse(struct sync_sink *s, gint64 folder, const char *base, struct sync_refused *r, GError **error)
{
	r->next = sync_sink_now() + wait_for((enum imap_refusal)r->why, r->tries);
	r->tries++;
	return sync_state_refuse(s->state, folder, base, r, error);
}

bool
sync_refused_note(
    void *user, const struct imap_upload *u, enum imap_refusal why, bool is_asked, GError **error)
{
	struct sync_sink *s = user;
	gint64 folder = sync_sink_place(s, u->folder)->state.id;
	struct sync_refused r = {0};
	bool is_known = sync_state_refused(s->state, folder, u->base, &r), is_good;

	is_good = sync_state_gone_forget(s->state, folder, u->base, error);
	if (!is_good || why == IMAP_REFUSAL_NONE)
		return is_good;
	if (is_asked || !is_known) {
		r.why = (int)why;
		is_good = refuse(s, folder, u->base, &r, error);
	}
	if (is_good)
		count(s, u->folder, false, &r, is_asked);
	return is_good;
}

bool
sync_refused_move(void *user, const char *folder, const GArray *uids, enum imap_refusal why, GError **error)
{
	struct sync_sink *s = user;
	gint64 id = sync_sink_place(s, folder)->state.id;
	bool is_good = sync_state_begin(s->state, error);

	for (guint i = 0; is_good && i < uids->len; i++) {
		struct sync_message m = {0};
		struct sync_refused r = {0};

		/* what it moved before it refused is no longer known here */
		if (!sync_state_message(s->state, id, g_array_index(uids, guint32, i), &m, NULL))
			continue;
		(void)sync_state_refused(s->state, id, m.base, &r);
		r.why = (int)why;
		is_good = refuse(s, id, m.base, &r, error);
		if (is_good)
			count(s, folder, true, &r, true);
		sync_message_clear(&m);
	}
	if (is_good && sync_state_commit(s->state, error))
		return true;
	sync_state_rollback(s->state);
	return false;
}

void
sync_refused_filter(struct sync_sink *s, GArray *pushes)
{
	guint n = 0;

	for (guint i = 0; i < pushes->len; i++) {
		struct imap_push p = g_array_index(pushes, struct imap_push, i);
		gint64 id = sync_sink_place(s, p.folder)->state.id;
		struct sync_message m = {0};
		struct sync_refused r;
		bool is_vain = p.to != NULL && !p.is_copied && sync_state_message(s->state, id, p.uid, &m, NULL) &&
			       is_waiting(s, id, m.base, &r);

		if (is_vain) {
			count(s, p.folder, true, &r, false);
			p.to = NULL; /* its flags go up all the same */
			p.is_deleted = false;
		}
		if (!is_vain || p.add[0] != '\0' || p.remove[0] != '\0')
			g_array_index(pushes, struct imap_push, n++) = p;
		sync_message_clear(&m);
	}
	g_array_set_size(pushes, n);
}

/* What was offered in this run has been told in the server's words. */
static void
tell(struct sync_sink *s, const struct waiting *w)
{
	static const char *const reasons[] = {[IMAP_REFUSAL_NONE] = "",
	    [IMAP_REFUSAL_OTHER] = "the server refused",
	    [IMAP_REFUSAL_QUOTA] = "server quota",
	    [IMAP_REFUSAL_SIZE] = "too large for the server"};
	GDateTime *next = g_date_time_new_from_unix_local(w->next);
	char *when = next != NULL ? g_date_time_format(next, "%F %H:%M") : g_strdup("later");
	char *text = g_strdup_printf("%u %s of this folder %s %s (%s); tried again %s, or at once by `penfold sync --retry %s`",
	    w->n_vain, w->n_vain == 1 ? "letter" : "letters", w->n_vain == 1 ? "waits" : "wait",
	    w->are_moves ? "to be moved away on the server" : "here", reasons[w->why],
	    w->why == IMAP_REFUSAL_QUOTA && !w->are_moves ? "when there is room" : when, s->account->name);

	s->on_event(s->user, "refused",
	    json_pack("{s:s, s:i, s:s, s:I}", "folder", w->folder, "waiting", (int)w->n, "reason",
		reasons[w->why], "next", (json_int_t)w->next));
	if (w->n_vain > 0)
		s->on_event(s->user, "error",
		    json_pack("{s:s, s:s, s:i, s:s, s:I}", "folder", w->folder, "message", text, "waiting",
			(int)w->n_vain, "reason", reasons[w->why], "next", (json_int_t)w->next));
	g_free(text);
	g_free(when);
	if (next != NULL)
		g_date_time_unref(next);
}

bool
sync_refused_tell(struct sync_sink *s, GError **error)
{
	GHashTableIter iter;
	gpointer w;

	g_hash_table_iter_init(&iter, s->waiting);
	while (g_hash_table_iter_next(&iter, NULL, &w))
		tell(s, w);
	g_hash_table_remove_all(s->waiting);
	return !sync_state_has_refused(s->state) ||
	       sync_state_accept_old(s->state, sync_sink_now() - FORGET_S, error);
}
