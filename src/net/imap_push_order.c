/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The commands by which a mailbox is changed, and what the sink is told of their results:
 * nothing that a server has not confirmed. */
#include "net/imap_push.h"

#include "net/mailbox_name.h"

#define SET_BYTES 900

/* One command. */
struct order {
	struct push *push;
	enum push_step step;
	const char *to;
	bool is_deleted;
	char *letters;
	GArray *uids;	    /* guint32 */
	GArray *from, *new; /* what COPYUID told */
	guint32 uidvalidity;
	bool is_ok;
};

GArray *
push_new_uids(void)
{
	return g_array_new(FALSE, FALSE, sizeof(guint32));
}

static struct order *
order_new(struct push *push, const struct push_order *model)
{
	struct order *o = g_new0(struct order, 1);

	o->push = push;
	o->step = model->step;
	o->to = model->to;
	o->is_deleted = model->is_deleted;
	o->letters = g_strdup(model->letters);
	o->uids = push_new_uids();
	o->from = push_new_uids();
	o->new = push_new_uids();
	return o;
}

static void
order_free(gpointer p)
{
	struct order *o = p;

	g_array_free(o->uids, TRUE);
	g_array_free(o->from, TRUE);
	g_array_free(o->new, TRUE);
	g_free(o->letters);
	g_free(o);
}

static bool
has_uid(const GArray *uids, guint32 uid)
{
	for (guint i = 0; i < uids->len; i++)
		if (g_array_index(uids, guint32, i) == uid)
			return true;
	return false;
}

/* Only what was asked for counts. */
static void
note_copyuid(struct order *o, const struct imap_tokens *code)
{
	GArray *from = push_new_uids(), *to = push_new_uids();
	guint32 uidvalidity = imap_reply_copyuid(code, from, to);

	for (guint i = 0; uidvalidity != 0 && i < from->len; i++) {
		guint32 uid = g_array_index(from, guint32, i);
		if (!has_uid(o->uids, uid) || has_uid(o->from, uid))
			continue;
		o->uidvalidity = uidvalidity;
		g_array_append_val(o->from, uid);
		g_array_append_val(o->new, g_array_index(to, guint32, i));
	}
	g_array_free(from, TRUE);
	g_array_free(to, TRUE);
}

/* RFC 6851 4.3: a MOVE tells COPYUID in an untagged OK. */
static bool
on_data(void *user, const struct guard_event *ev, GError **error)
{
	(void)error;
	if (ev->kind == GUARD_STATUS)
		note_copyuid(user, ev->tokens);
	return true;
}

void
push_tell_refusal(const struct push *push, const char *what, const char *text)
{
	const struct imap_sync_sink *sink = push->job->sync->sink;
	char *line = g_strdup_printf("the server refused to %s; it says: %s", what, text);

	sink->on_error(sink->user, push->job->name, line);
	g_free(line);
}

static bool
note_moved(struct order *o, GError **error)
{
	const struct imap_sync_sink *sink = o->push->job->sync->sink;
	const char *folder = o->push->job->name;
	bool is_whole = o->is_ok && o->step == STEP_MOVE;

	if (o->from->len > 0 && !o->is_deleted &&
	    !sink->copied(
		sink->user, folder, o->to, o->uidvalidity, o->from, o->new,
		o->step == STEP_MOVE, error))
		return false;
	/* a MOVE that failed half-way has moved what it told */
	if (o->step == STEP_MOVE && (is_whole || o->from->len > 0))
		return sink->left(sink->user, folder, o->to, is_whole ? o->uids : o->from,
		    false, o->is_deleted, error);
	return true;
}

/* There is no room where they were to go. */
static bool
note_refused(struct order *o, const struct imap_tokens *code, GError **error)
{
	const struct imap_sync_sink *sink = o->push->job->sync->sink;

	return sync_refusal_of(code) != IMAP_REFUSAL_QUOTA ||
	       sink->not_moved(sink->user, o->push->job->name, o->uids, IMAP_REFUSAL_QUOTA, error);
}

static bool
on_done(void *user, const struct guard_event *ev, GError **error)
{
	struct order *o = user;
	const struct imap_sync_sink *sink = o->push->job->sync->sink;
	static const char *const names[] = {[STEP_ADD] = "set flags",
	    [STEP_REMOVE] = "take flags away",
	    [STEP_LABEL] = "set labels",
	    [STEP_UNLABEL] = "take labels away",
	    [STEP_MOVE] = "move messages",
	    [STEP_COPY] = "copy messages",
	    [STEP_MARK] = "mark messages as deleted",
	    [STEP_EXPUNGE] = "remove messages"};

	o->is_ok = ev->status == GUARD_OK;
	if (!o->is_ok)
		push_tell_refusal(o->push, names[o->step], ev->text);
	switch (o->step) {
	case STEP_ADD:
	case STEP_REMOVE:
	case STEP_LABEL:
	case STEP_UNLABEL:
		return !o->is_ok || sink->stored(sink->user, o->push->job->name, o->uids,
					o->letters,
					o->step == STEP_ADD || o->step == STEP_LABEL, error);
	case STEP_MOVE:
	case STEP_COPY:
		note_copyuid(o, ev->tokens);
		return note_moved(o, error) && (o->is_ok || note_refused(o, ev->tokens, error));
	case STEP_MARK: /* when it can be removed as well, that is what counts */
		return !o->is_ok || imap_has(o->push->job->sync->imap, "UIDPLUS") ||
		       sink->left(sink->user, o->push->job->name, o->to, o->uids, true,
			   o->is_deleted, error);
	case STEP_EXPUNGE:
		return !o->is_ok || sink->left(sink->user, o->push->job->name, o->to,
					o->uids, false, o->is_deleted, error);
	}
	return true;
}

/* "UID MOVE set mailbox" and so on. Owned. */
static char *
order_text(const struct order *o, const char *set, const char *wire)
{
	char *quoted = wire != NULL ? mailbox_name_quote(wire) : NULL;
	char *flags = o->letters != NULL ? imap_flags_text(o->letters, o->push->job->sync->sink->keywords) : NULL;
	char *labels = o->letters != NULL
			   ? imap_labels_text(o->letters, o->push->job->sync->sink->keywords,
				 o->push->job->sync->names.code)
			   : NULL;
	char *text = NULL;

	switch (o->step) {
	case STEP_LABEL:
		text = g_strdup_printf("UID STORE %s +X-GM-LABELS (%s)", set, labels);
		break;
	case STEP_UNLABEL:
		text = g_strdup_printf("UID STORE %s -X-GM-LABELS (%s)", set, labels);
		break;
	case STEP_ADD:
	case STEP_MARK:
		text = g_strdup_printf("UID STORE %s +FLAGS.SILENT (%s)", set, flags);
		break;
	case STEP_REMOVE:
		text = g_strdup_printf("UID STORE %s -FLAGS.SILENT (%s)", set, flags);
		break;
	case STEP_MOVE:
		text = g_strdup_printf("UID MOVE %s %s", set, quoted);
		break;
	case STEP_COPY:
		text = g_strdup_printf("UID COPY %s %s", set, quoted);
		break;
	case STEP_EXPUNGE:
		text = g_strdup_printf("UID EXPUNGE %s", set);
		break;
	}
	g_free(labels);
	g_free(flags);
	g_free(quoted);
	return text;
}

bool
push_carry_out(struct push *push, const struct push_order *model, const GArray *uids,
    GArray *done_out, GError **error)
{
	struct sync *s = push->job->sync;
	GPtrArray *orders = g_ptr_array_new_with_free_func(order_free);
	bool is_good = true;

	s->has_pushed = s->has_pushed || uids->len > 0;
	for (guint at = 0; is_good && at < uids->len;) {
		struct order *o = order_new(push, model);
		struct imap_command command = {
		    .on_data = on_data, .on_done = on_done, .user = o};
		guint first = at;
		char *set = imap_plan_take_set(uids, &at, SET_BYTES);
		char *text = order_text(o, set, model->wire);

		g_array_append_vals(
		    o->uids, &g_array_index(uids, guint32, first), at - first);
		g_ptr_array_add(orders, o);
		is_good = imap_make_room(s->imap, error) &&
			  imap_submit(s->imap, &command, text, error);
		g_free(text);
		g_free(set);
	}
	is_good = is_good && imap_drain(s->imap, 0, error);
	for (guint i = 0; is_good && done_out != NULL && i < orders->len; i++) {
		const struct order *o = g_ptr_array_index(orders, i);
		if (o->is_ok)
			g_array_append_vals(done_out, o->uids->data, o->uids->len);
	}
	g_ptr_array_unref(orders); /* after an error nothing is read any more */
	return is_good;
}
