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
	GString *out = g_string_new(step == STEP_ADD ? p->add : p->remove);

	if (!push->has_keywords)
		g_string_replace(out, "P", "", 0);
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

static bool
on_created(void *user, const struct guard_event *ev, GError **error)
{
	char **refusal = user;

	(void)error;
	if (ev->status != GUARD_OK)
		*refusal = g_strdup(ev->text);
	return true;
}

static bool
ignore_result(void *user, const struct guard_event *ev, GError **error)
{
	(void)user;
	(void)ev;
	(void)error;
	return true;
}

/* Make the mailbox; special-use attributes are the server's business. */
static bool
create(struct push *push, const char *folder, const char *wire, GError **error)
{
	struct sync *s = push->job->sync;
	char *refusal = NULL, *quoted = mailbox_name_quote(wire);
	char *make = g_strconcat("CREATE ", quoted, NULL);
	char *subscribe = g_strconcat("SUBSCRIBE ", quoted, NULL);
	struct imap_command created = {.on_done = on_created, .user = &refusal};
	struct imap_command ignored = {.on_done = ignore_result};
	bool is_good = imap_submit(s->imap, &created, make, error) &&
		       imap_submit(s->imap, &ignored, subscribe, error) &&
		       imap_drain(s->imap, 0, error);

	s->has_pushed = true;
	if (refusal != NULL)
		push_tell_refusal(push, "make a folder that mail was moved to", refusal);
	else if (is_good)
		g_hash_table_insert(s->created, g_strdup(folder), g_strdup(wire));
	g_free(refusal);
	g_free(subscribe);
	g_free(make);
	g_free(quoted);
	return is_good;
}

/* The server's name of a local folder, made there when it lacks; NULL in *wire_out when it
 * cannot be had. Owned. */
static bool
find_target(struct push *push, const char *folder, char **wire_out, GError **error)
{
	const struct sync *s = push->job->sync;
	char delimiter = '\0', *wire;
	bool is_good;

	*wire_out = g_strdup(g_hash_table_lookup(s->created, folder));
	for (guint i = 0; *wire_out == NULL && i < s->boxes->len; i++) {
		const struct imap_mailbox *box = g_ptr_array_index(s->boxes, i);
		char *name = mailbox_name_to_folder(box->wire, box->delimiter);

		if (g_strcmp0(name, folder) == 0 && box->is_selectable)
			*wire_out = g_strdup(box->wire);
		if (box->delimiter != '\0')
			delimiter = box->delimiter;
		g_free(name);
	}
	if (*wire_out != NULL)
		return true;
	wire = mailbox_name_from_folder(folder, delimiter);
	is_good = wire == NULL || create(push, folder, wire, error);
	*wire_out = g_strdup(g_hash_table_lookup(s->created, folder));
	g_free(wire);
	return is_good;
}

/* Take messages out of the old place, their copies being in the new one. */
static bool
remove_source(struct push *push, const char *to, const GArray *uids, GError **error)
{
	struct sync *s = push->job->sync;
	struct push_order mark = {.step = STEP_MARK, .to = to, .letters = "T"};
	struct push_order expunge = {.step = STEP_EXPUNGE, .to = to};
	GArray *marked = push_new_uids();
	bool is_good = push_carry_out(push, &mark, uids, marked, error);

	if (is_good && imap_has(s->imap, "UIDPLUS"))
		is_good = push_carry_out(push, &expunge, marked, NULL, error);
	else if (is_good && marked->len > 0)
		s->sink->on_error(s->sink->user, push->job->name,
		    "the server cannot remove single messages (it lacks UIDPLUS); what was "
		    "moved from here stays there marked as deleted");
	g_array_free(marked, TRUE);
	return is_good;
}

static bool
move_all(struct push *push, const char *to, const GArray *uids, GError **error)
{
	const struct imap_sync_sink *sink = push->job->sync->sink;
	bool can_move = imap_has(push->job->sync->imap, "MOVE");
	struct push_order model = {.step = can_move ? STEP_MOVE : STEP_COPY, .to = to};
	GArray *done = push_new_uids();
	char *wire = NULL;
	bool is_good = find_target(push, to, &wire, error);

	model.wire = wire;
	if (is_good && wire != NULL)
		is_good = sink->expect(sink->user, push->job->name, to, uids, error) &&
			  push_carry_out(push, &model, uids, done, error);
	if (is_good && !can_move && done->len > 0)
		is_good = remove_source(push, to, done, error);
	g_array_free(done, TRUE);
	g_free(wire);
	return is_good;
}

/* Messages of the folder that went to `to`: those that are to be brought there, or those
 * that are there already. */
static GArray *
uids_to(const struct push *push, const char *to, bool is_copied)
{
	bool can_expunge = imap_has(push->job->sync->imap, "UIDPLUS");
	GArray *uids = push_new_uids();

	for (guint i = 0; i < push->all->len; i++) {
		const struct imap_push *p = &g_array_index(push->all, struct imap_push, i);
		if (strcmp(p->folder, push->job->name) == 0 && p->is_copied == is_copied &&
		    g_strcmp0(p->to, to) == 0 &&
		    !(is_copied && p->is_marked && !can_expunge))
			g_array_append_val(uids, p->uid);
	}
	return uids;
}

static bool
push_moves(struct push *push, GError **error)
{
	GHashTable *done = g_hash_table_new(g_str_hash, g_str_equal);
	bool is_good = true;

	for (guint i = 0; is_good && i < push->all->len; i++) {
		const struct imap_push *p = &g_array_index(push->all, struct imap_push, i);
		GArray *fresh, *copied;

		if (p->to == NULL || strcmp(p->folder, push->job->name) != 0 ||
		    !g_hash_table_add(done, (gpointer)(guintptr)p->to))
			continue;
		fresh = uids_to(push, p->to, false);
		copied = uids_to(push, p->to, true);
		if (fresh->len > 0)
			is_good = move_all(push, p->to, fresh, error);
		if (is_good && copied->len > 0)
			is_good = remove_source(push, p->to, copied, error);
		g_array_free(copied, TRUE);
		g_array_free(fresh, TRUE);
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
		for (size_t i = 1; i < imap_tokens_n(ev->tokens); i++)
			push->has_keywords =
			    push->has_keywords ||
			    imap_token_is(imap_tokens_at(ev->tokens, i), "\\*") ||
			    imap_token_is(imap_tokens_at(ev->tokens, i), "$Forwarded");
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
	bool can_expunge = imap_has(push->job->sync->imap, "UIDPLUS");

	for (guint i = 0; i < push->all->len; i++) {
		const struct imap_push *p = &g_array_index(push->all, struct imap_push, i);
		if (strcmp(p->folder, push->job->name) == 0 &&
		    !(p->is_copied && p->is_marked && !can_expunge))
			return true;
	}
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
				   push_moves(&push, error)));
}

bool
sync_push(struct sync *s, GError **error)
{
	GArray *all = s->sink->pushes(s->sink->user, error);
	bool is_good = all != NULL;

	for (guint i = 0; is_good && all->len > 0 && i < s->jobs->len; i++)
		is_good = push_job(g_ptr_array_index(s->jobs, i), all, error);
	if (all != NULL)
		g_array_free(all, TRUE);
	return is_good;
}
