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

/* Of one folder in this run. */
struct waiting {
	guint n, n_vain;       /* all; those that were not offered in this run */
	enum imap_refusal why; /* of the last */
	gint64 next;	       /* the first of them, Unix seconds */
};

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

enum imap_refusal
sync_refused_look(struct sync_sink *s, const struct imap_upload *u)
{
	gint64 now = sync_sink_now();
	struct sync_refused r;

	if (u->base == NULL || s->is_retry ||
	    !sync_state_refused(s->state, sync_sink_place(s, u->folder)->state.id, u->base, &r))
		return IMAP_REFUSAL_NONE;
	/* a clock that was set back makes nobody wait for longer than ever */
	return now < r.next && r.next - now <= LONGEST_S ? (enum imap_refusal)r.why : IMAP_REFUSAL_NONE;
}

static void
count(struct sync_sink *s, const char *folder, const struct sync_refused *r, bool is_asked)
{
	struct waiting *w = g_hash_table_lookup(s->waiting, folder);

	if (w == NULL) {
		w = g_new0(struct waiting, 1);
		g_hash_table_insert(s->waiting, g_strdup(folder), w);
	}
	w->n++;
	w->n_vain += !is_asked;
	w->why = (enum imap_refusal)r->why;
	w->next = w->next == 0 ? r->next : MIN(w->next, r->next);
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
		r.next = sync_sink_now() + wait_for(why, r.tries);
		r.tries++;
		is_good = sync_state_refuse(s->state, folder, u->base, &r, error);
	}
	if (is_good)
		count(s, u->folder, &r, is_asked);
	return is_good;
}

/* What was offered in this run has been told in the server's words. */
static void
tell(struct sync_sink *s, const char *folder, const struct waiting *w)
{
	static const char *const reasons[] = {[IMAP_REFUSAL_NONE] = "",
	    [IMAP_REFUSAL_OTHER] = "the server refused",
	    [IMAP_REFUSAL_QUOTA] = "server quota",
	    [IMAP_REFUSAL_SIZE] = "too large for the server"};
	GDateTime *next = g_date_time_new_from_unix_local(w->next);
	char *when = next != NULL ? g_date_time_format(next, "%F %H:%M") : g_strdup("later");
	char *text = g_strdup_printf("%u %s of this folder %s here (%s); tried again %s, or at once by `penfold sync --retry %s`",
	    w->n_vain, w->n_vain == 1 ? "letter" : "letters", w->n_vain == 1 ? "waits" : "wait", reasons[w->why],
	    w->why == IMAP_REFUSAL_QUOTA ? "when there is room" : when, s->account->name);

	s->on_event(s->user, "refused",
	    json_pack("{s:s, s:i, s:s, s:I}", "folder", folder, "waiting", (int)w->n, "reason",
		reasons[w->why], "next", (json_int_t)w->next));
	if (w->n_vain > 0)
		s->on_event(s->user, "error",
		    json_pack("{s:s, s:s, s:i, s:s, s:I}", "folder", folder, "message", text, "waiting",
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
	gpointer folder, w;

	g_hash_table_iter_init(&iter, s->waiting);
	while (g_hash_table_iter_next(&iter, &folder, &w))
		tell(s, folder, w);
	g_hash_table_remove_all(s->waiting);
	return !sync_state_has_refused(s->state) ||
	       sync_state_accept_old(s->state, sync_sink_now() - FORGET_S, error);
}
