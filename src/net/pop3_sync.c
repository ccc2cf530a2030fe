/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The run over a maildrop: RETR ahead of the answers, commits in lots, DELE and QUIT.
 *
 * A message is deleted by DELE and QUIT together: what is cut before QUIT was answered is
 * still there, and is asked for again by the next run. */
#include "net/pop3_list.h"

#include "base/error.h"
#include "base/limits.h"
#include "base/safe_text.h"

#include <string.h>

#define COMMIT_MESSAGES 256
#define COMMIT_BYTES	(8u << 20)
#define COMMIT_USEC	G_USEC_PER_SEC /* what has come is to be seen soon */
#define LATE_TRIES	2	       /* on a message that keeps breaking the line */
#define AHEAD_BYTES	(16u << 20)    /* asked for and not yet come */

struct run {
	struct pop3 *s;
	const struct pop3_sink *sink;
	GPtrArray *wanted; /* borrowed items, in the order of RETR */
	guint sent, done;
	guint64 ahead; /* bytes, by LIST */
	guint n_ended; /* that wait for a commit */
	guint64 bytes_ended;
	gint64 last_commit; /* monotonic */
	/* of the message that is coming */
	GChecksum *hash; /* when it has no id yet */
	guint64 received;
};

static bool
commit(struct run *r, GError **error)
{
	if (r->n_ended > 0 && !r->sink->commit(r->sink->user, error))
		return false;
	r->n_ended = 0;
	r->bytes_ended = 0;
	r->last_commit = g_get_monotonic_time();
	return true;
}

static bool
commit_when_due(struct run *r, GError **error)
{
	if (r->n_ended < COMMIT_MESSAGES && r->bytes_ended < COMMIT_BYTES &&
	    g_get_monotonic_time() - r->last_commit < COMMIT_USEC)
		return true;
	return commit(r, error);
}

static bool
on_bytes(void *user, const char *bytes, size_t len, GError **error)
{
	struct run *r = user;

	r->received += len;
	if (r->hash != NULL)
		g_checksum_update(r->hash, (const guchar *)bytes, (gssize)len);
	return r->sink->bytes(r->sink->user, bytes, len, error);
}

/* Only now is it known which message this is. *is_new_out: not one that is here. */
static bool
name_by_hash(struct run *r, struct pop3_item *item, bool *is_new_out, GError **error)
{
	GPtrArray *one = g_ptr_array_new();
	bool is_good;

	item->id = g_strdup_printf("sha256:%s", g_checksum_get_string(r->hash));
	g_ptr_array_add(one, item);
	is_good = r->sink->plan(r->sink->user, one, false, error);
	*is_new_out = item->action == POP3_FETCH;
	g_ptr_array_unref(one);
	return is_good;
}

/* A message on which the line breaks each time must not keep the others from coming. */
static void
note_broken(const struct run *r, const struct pop3_item *item, const GError *why)
{
	bool is_hopeless = g_error_matches(why, PF_ERROR, PF_ERROR_LIMIT);

	if (is_hopeless || g_error_matches(why, PF_ERROR, PF_ERROR_TEMPORARY) ||
	    g_error_matches(why, PF_ERROR, PF_ERROR_TIMEOUT))
		r->sink->broken(r->sink->user, item, is_hopeless);
}

/* The body of one message, whose RETR was answered by OK. */
static bool
receive(struct run *r, struct pop3_item *item, GError **error)
{
	bool is_new = true, is_good;

	if (!r->sink->begin(r->sink->user, error))
		return false;
	r->received = 0;
	r->hash = item->id == NULL ? g_checksum_new(G_CHECKSUM_SHA256) : NULL;
	is_good = pop3_read_body(r->s, on_bytes, r, error) &&
		  (r->hash == NULL || name_by_hash(r, item, &is_new, error));
	g_clear_pointer(&r->hash, g_checksum_free);
	if (!is_good)
		note_broken(r, item, *error);
	if (!is_good || !is_new) {
		r->sink->abort(r->sink->user);
		return is_good;
	}
	r->n_ended++;
	r->bytes_ended += r->received;
	return r->sink->end(r->sink->user, item, error);
}

static void
tell_refused(
    const struct run *r, const struct pop3_item *item, const struct pop3_reply *reply)
{
	char *said =
	    safe_text(reply->text, MIN(strlen(reply->text), 300), SAFE_TEXT_LINE);
	char *text =
	    g_strdup_printf("the server does not give message %u; it says: %s. It "
			    "will be asked for again",
		item->number, said);

	r->sink->on_error(r->sink->user, text);
	g_free(text);
	g_free(said);
}

/* Ask ahead, but not for more than the line will bring soon: a cancelled run throws it
 * away. */
static bool
ask_ahead(struct run *r, GError **error)
{
	unsigned under_way = r->sent - r->done;

	if (under_way > 0 &&
	    (under_way > pop3_window(r->s) / 2 || r->ahead > AHEAD_BYTES / 2))
		return true; /* many commands in one segment rather than one in each */
	while (r->sent < r->wanted->len && r->sent - r->done < pop3_window(r->s) &&
	       (r->sent == r->done || r->ahead < AHEAD_BYTES)) {
		const struct pop3_item *item = g_ptr_array_index(r->wanted, r->sent);

		if (!pop3_command(r->s, error, "RETR %u", item->number))
			return false;
		r->ahead += MIN(item->size, LIMIT_LITERAL);
		r->sent++;
	}
	return true;
}

static bool
fetch_next(struct run *r, GError **error)
{
	g_assert(error != NULL);

	struct pop3_item *item = g_ptr_array_index(r->wanted, r->done);
	struct pop3_reply reply;

	if (!ask_ahead(r, error) || !pop3_read(r->s, &reply, error))
		return false;
	if (reply.status != POP3_OK)
		tell_refused(r, item, &reply);
	else if (!receive(r, item, error))
		return false;
	r->ahead -= MIN(item->size, LIMIT_LITERAL);
	r->done++;
	r->sink->on_progress(r->sink->user, r->done, r->wanted->len);
	return commit_when_due(r, error);
}

/* No more is asked for: what is under way arrives, and the session ends in good order. */
static bool
is_ended(struct run *r)
{
	return r->sent == r->wanted->len;
}

static void
tell_late(struct run *r)
{
	char *text = g_strdup_printf("the session takes long; %u of %u messages are left for the next run",
	    r->wanted->len - r->sent, r->wanted->len);

	r->sink->on_error(r->sink->user, text);
	g_free(text);
	g_ptr_array_set_size(r->wanted, (gint)r->sent);
}

/* What came before an error is kept. */
static bool
fetch(struct run *r, GError **error)
{
	bool is_good = true;

	while (is_good && r->done < r->wanted->len) {
		if (pop3_is_late(r->s) && !is_ended(r))
			tell_late(r);
		is_good = r->done == r->wanted->len || fetch_next(r, error);
	}
	return commit(r, is_good ? error : NULL) && is_good;
}

/* Mark, then QUIT; a refused DELE is tried again by the next run. */
static bool
delete_due(struct run *r, const GPtrArray *due, GError **error)
{
	GPtrArray *marked = g_ptr_array_new();
	struct pop3_reply reply;
	guint sent = 0;
	bool is_good = true;

	for (guint i = 0; is_good && i < due->len; i++) {
		for (; is_good && sent < due->len && sent < i + pop3_window(r->s);
		     sent++) {
			const struct pop3_item *item = g_ptr_array_index(due, sent);
			is_good = pop3_command(r->s, error, "DELE %u", item->number);
		}
		is_good = is_good && pop3_read(r->s, &reply, error);
		if (is_good && reply.status == POP3_OK)
			g_ptr_array_add(marked, g_ptr_array_index(due, i));
	}
	is_good = is_good && pop3_quit(r->s, error) &&
		  (marked->len == 0 || r->sink->deleted(r->sink->user, marked, error));
	g_ptr_array_unref(marked);
	return is_good;
}

static gint
by_tries(gconstpointer a, gconstpointer b)
{
	const struct pop3_item *const *x = a, *const *y = b;
	bool is_late_x = (*x)->tries >= LATE_TRIES, is_late_y = (*y)->tries >= LATE_TRIES;

	if (is_late_x != is_late_y)
		return is_late_x ? 1 : -1;
	return (*x)->number > (*y)->number ? -1 : (*x)->number < (*y)->number;
}

/* Newest first: what was sent last is wanted first. */
static void
sort_out(const GPtrArray *items, struct run *r, GPtrArray *due)
{
	for (guint i = items->len; i-- > 0;) {
		struct pop3_item *item = g_ptr_array_index(items, i);

		if (item->action == POP3_FETCH &&
		    (item->size > LIMIT_LITERAL || item->tries >= POP3_TRIES_NEVER)) {
			char *text =
			    g_strdup_printf("message %u is larger than %u MB and "
					    "stays on the server",
				item->number, LIMIT_LITERAL >> 20);
			r->sink->on_error(r->sink->user, text);
			g_free(text);
		} else if (item->action == POP3_FETCH) {
			g_ptr_array_add(r->wanted, item);
		} else if (item->action == POP3_DELETE) {
			g_ptr_array_add(due, item);
		}
	}
	g_ptr_array_sort(r->wanted, by_tries);
}

/* Those with an id are planned at once, the others when they have come. */
static bool
plan(const GPtrArray *items, const struct pop3_sink *sink, GError **error)
{
	GPtrArray *known = g_ptr_array_new();
	bool is_good;

	for (guint i = 0; i < items->len; i++) {
		struct pop3_item *item = g_ptr_array_index(items, i);
		if (item->id != NULL)
			g_ptr_array_add(known, item);
	}
	is_good = sink->plan(sink->user, known, known->len == items->len, error);
	g_ptr_array_unref(known);
	return is_good;
}

bool
pop3_sync_run(struct pop3 *pop3, const struct pop3_sink *sink, GError **error)
{
	GPtrArray *items = pop3_list(pop3, sink, error);
	GPtrArray *due = g_ptr_array_new();
	struct run r = {.s = pop3,
	    .sink = sink,
	    .wanted = g_ptr_array_new(),
	    .last_commit = g_get_monotonic_time()};
	GError *why = NULL;
	bool is_good = items != NULL && plan(items, sink, error);

	if (is_good) {
		sort_out(items, &r, due);
		sink->on_listed(sink->user, items->len, r.wanted->len);
		is_good = fetch(&r, &why) && delete_due(&r, due, &why);
	}
	if (why != NULL)
		g_propagate_error(error, why);
	g_ptr_array_unref(r.wanted);
	g_ptr_array_unref(due);
	if (items != NULL)
		g_ptr_array_unref(items);
	return is_good;
}
