/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What was done here goes up: flags by UID STORE, files in another folder by UID MOVE
 * (RFC 6851), or UID COPY and UID EXPUNGE (RFC 4315). Without UIDPLUS the message is left
 * \Deleted in its old place: EXPUNGE would take the marked mail of others with it.
 *
 * A mailbox is selected, and looked at, before a command that changes it goes out. The
 * sink is told what is expected before a move, and what has happened after it, so that a
 * run that is cut off anywhere is taken up again by the next one. */
#include "net/imap_push.h"

#include "net/mailbox_name.h"

#include <string.h>

/* flags */

/* The letters of a push that go by this step; "" for none. Owned. */
static char *
letters_of(const struct push *push, const struct imap_push *p, enum push_step step)
{
	const struct keywords *words = push->job->sync->sink->keywords;
	bool is_added = step == STEP_ADD || step == STEP_LABEL;
	bool are_labels = step == STEP_LABEL || step == STEP_UNLABEL;
	GString *out = g_string_new(is_added ? p->add : p->remove);

	if (push->job->sync->is_gmail) {
		for (size_t i = 0; i < out->len;)
			if ((keywords_of_letter(words, out->str[i]) != NULL) != are_labels)
				g_string_erase(out, (gssize)i, 1);
			else
				i++;
	}
	if (are_labels)
		return g_string_free(out, FALSE);
	if (!push->has_forwarded && !push->has_keywords)
		g_string_replace(out, "P", "", 0);
	for (size_t i = 0; !push->has_keywords && i < out->len;)
		if (keywords_of_letter(words, out->str[i]) != NULL)
			g_string_erase(out, (gssize)i, 1);
		else
			i++;
	return g_string_free(out, FALSE);
}

static void
free_uids(gpointer uids)
{
	g_array_free(uids, TRUE);
}

/* UIDs by what is to be done: one command for many messages. */
static bool
push_flags(struct push *push, enum push_step step, GError **error)
{
	GHashTable *groups =
	    g_hash_table_new_full(g_str_hash, g_str_equal, g_free, free_uids);
	GHashTableIter iter;
	gpointer letters, uids;
	bool is_good = true;

	for (guint i = 0; i < push->all->len; i++) {
		const struct imap_push *p = &g_array_index(push->all, struct imap_push, i);
		char *key;

		if (strcmp(p->folder, push->job->name) != 0)
			continue;
		key = letters_of(push, p, step);
		uids = g_hash_table_lookup(groups, key);
		if (uids == NULL && key[0] != '\0') {
			uids = push_new_uids();
			g_hash_table_insert(groups, g_strdup(key), uids);
		}
		if (uids != NULL)
			g_array_append_val((GArray *)uids, p->uid);
		g_free(key);
	}
	g_hash_table_iter_init(&iter, groups);
	while (is_good && g_hash_table_iter_next(&iter, &letters, &uids)) {
		struct push_order model = {.step = step, .letters = letters};
		is_good = push_carry_out(push, &model, uids, NULL, error);
	}
	g_hash_table_unref(groups);
	return is_good;
}

/* moves */

/* Take messages out of the old place, their copies being in the new one. */
static bool
remove_source(struct push *push, const struct push_order *why, const GArray *uids,
    GError **error)
{
	struct sync *s = push->job->sync;
	struct push_order mark = *why, expunge = *why;
	GArray *marked = push_new_uids();
	bool is_good;

	mark.step = STEP_MARK;
	mark.letters = "T";
	expunge.step = STEP_EXPUNGE;
	is_good = push_carry_out(push, &mark, uids, marked, error);
	if (is_good && imap_has(s->imap, "UIDPLUS"))
		is_good = push_carry_out(push, &expunge, marked, NULL, error);
	else if (is_good && marked->len > 0)
		s->sink->on_error(s->sink->user, push->job->name,
		    "the server cannot remove single messages (it lacks UIDPLUS); what was "
		    "moved from here or deleted stays there marked as deleted");
	g_array_free(marked, TRUE);
	return is_good;
}

/* A deleted message is expected nowhere: no file stands for it. But a copy that was cut
 * off before its source was removed is, so that the next run hears of it first. */
static bool
move_all(struct push *push, const struct push_order *why, const GArray *uids,
    GError **error)
{
	const struct imap_sync_sink *sink = push->job->sync->sink;
	bool can_move = imap_has(push->job->sync->imap, "MOVE");
	struct push_order model = *why;
	GArray *done = push_new_uids();
	char *wire = NULL;
	bool is_good = sync_find_mailbox(push->job->sync, why->to, &wire, error);

	model.step = can_move ? STEP_MOVE : STEP_COPY;
	model.wire = wire;
	if (is_good && wire != NULL)
		is_good = ((why->is_deleted && can_move) ||
			      sink->expect(
				  sink->user, push->job->name, why->to, uids, error)) &&
			  push_carry_out(push, &model, uids, done, error);
	if (is_good && !can_move && done->len > 0)
		is_good = remove_source(push, why, done, error);
	g_array_free(done, TRUE);
	g_free(wire);
	return is_good;
}

/* Is there anything left to do for it on this server? Without UIDPLUS a mark is all. */
static bool
is_due(const struct push *push, const struct imap_push *p)
{
	bool is_to_go = p->is_copied || (p->is_deleted && p->to == NULL);

	return strcmp(p->folder, push->job->name) == 0 &&
	       !(is_to_go && p->is_marked && !imap_has(push->job->sync->imap, "UIDPLUS"));
}

/* Messages of the folder with the same fate: those that are to be brought to the other
 * folder, or those of which only the old place is to go. */
static GArray *
uids_like(const struct push *push, const struct imap_push *like, bool is_copied)
{
	GArray *uids = push_new_uids();

	for (guint i = 0; i < push->all->len; i++) {
		const struct imap_push *p = &g_array_index(push->all, struct imap_push, i);
		if (is_due(push, p) && p->is_copied == is_copied &&
		    p->is_deleted == like->is_deleted &&
		    g_strcmp0(p->to, like->to) == 0)
			g_array_append_val(uids, p->uid);
	}
	return uids;
}

static bool
push_like(struct push *push, const struct imap_push *like, GError **error)
{
	struct push_order why = {.to = like->to, .is_deleted = like->is_deleted};
	GArray *fresh = uids_like(push, like, false), *copied = uids_like(push, like, true);
	bool is_good = true;

	if (fresh->len > 0)
		is_good = like->to != NULL ? move_all(push, &why, fresh, error)
					   : remove_source(push, &why, fresh, error);
	if (is_good && copied->len > 0)
		is_good = remove_source(push, &why, copied, error);
	g_array_free(copied, TRUE);
	g_array_free(fresh, TRUE);
	return is_good;
}

static bool
push_moves(struct push *push, GError **error)
{
	GHashTable *done = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	bool is_good = true;

	for (guint i = 0; is_good && i < push->all->len; i++) {
		const struct imap_push *p = &g_array_index(push->all, struct imap_push, i);
		char *fate;

		if ((p->to == NULL && !p->is_deleted) || !is_due(push, p))
			continue;
		fate = g_strdup_printf(
		    "%d%s", p->is_deleted, p->to != NULL ? p->to : "");
		if (g_hash_table_add(done, fate))
			is_good = push_like(push, p, error);
	}
	g_hash_table_unref(done);
	return is_good;
}

/* the mailbox */

static bool
on_select_data(void *user, const struct guard_event *ev, GError **error)
{
	struct push *push = user;
	guint64 uidvalidity = imap_reply_code(ev->tokens, "UIDVALIDITY");

	(void)error;
	if (ev->kind != GUARD_STATUS)
		return true;
	if (uidvalidity != 0)
		push->is_ok = uidvalidity == push->job->known.uidvalidity;
	if (imap_token_is(imap_tokens_at(ev->tokens, 0), "PERMANENTFLAGS"))
		for (size_t i = 1; i < imap_tokens_n(ev->tokens); i++) {
			const struct imap_token *tok = imap_tokens_at(ev->tokens, i);
			push->has_keywords = push->has_keywords || imap_token_is(tok, "\\*");
			push->has_forwarded =
			    push->has_forwarded || imap_token_is(tok, "$Forwarded");
		}
	return true;
}

static bool
on_selected(void *user, const struct guard_event *ev, GError **error)
{
	struct push *push = user;
	bool is_read_only = imap_token_is(imap_tokens_at(ev->tokens, 0), "READ-ONLY");

	(void)error;
	if (ev->status != GUARD_OK || is_read_only)
		push_tell_refusal(push, "let anything be changed in this folder",
		    is_read_only ? "read-only" : ev->text);
	push->is_ok = push->is_ok && ev->status == GUARD_OK && !is_read_only;
	return true;
}

static bool
select_writable(struct push *push, GError **error)
{
	struct imap *imap = push->job->sync->imap;
	struct imap_command command = {
	    .on_data = on_select_data, .on_done = on_selected, .user = push};
	char *quoted = mailbox_name_quote(push->job->folder.wire);
	char *text = g_strconcat("SELECT ", quoted, NULL);
	bool is_good =
	    imap_submit(imap, &command, text, error) && imap_drain(imap, 0, error);

	g_free(text);
	g_free(quoted);
	return is_good;
}

static bool
has_work(const struct push *push)
{
	for (guint i = 0; i < push->all->len; i++)
		if (is_due(push, &g_array_index(push->all, struct imap_push, i)))
			return true;
	return false;
}

static bool
push_job(struct job *job, GArray *all, GError **error)
{
	struct push push = {.job = job, .all = all};

	if (job->has_failed || job->plan.action == IMAP_ACTION_REMATCH || !has_work(&push))
		return true;
	return select_writable(&push, error) &&
	       (!push.is_ok || (push_flags(&push, STEP_ADD, error) &&
				   push_flags(&push, STEP_REMOVE, error) &&
				   (!job->sync->is_gmail ||
				       (push_flags(&push, STEP_LABEL, error) &&
					   push_flags(&push, STEP_UNLABEL, error))) &&
				   push_moves(&push, error)));
}

bool
sync_push(struct sync *s, GError **error)
{
	GArray *all = s->sink->pushes(s->sink->user, &s->has_pushed, error);
	bool is_good = all != NULL;

	for (guint i = 0; is_good && all->len > 0 && i < s->jobs->len; i++)
		is_good = push_job(g_ptr_array_index(s->jobs, i), all, error);
	if (all != NULL)
		g_array_free(all, TRUE);
	return is_good;
}
