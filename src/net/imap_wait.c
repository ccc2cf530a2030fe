/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Waiting until the server speaks. RFC 5465 tells of every folder, RFC 2177 of the selected
 * one. Whatever the server then says only means "look": what it is about is found out by a run. */
#include "net/imap_session.h"

#include "net/imap_reply.h"

#include <string.h>

#define BEGIN_MS 60000u

struct examined {
	const struct imap_wait_known *known;
	bool is_ok, is_other;
};

static bool
on_examine(void *user, const struct guard_event *ev, GError **error)
{
	struct examined *e = user;
	guint64 uidnext = imap_reply_code(ev->tokens, "UIDNEXT");
	guint64 modseq = imap_reply_code(ev->tokens, "HIGHESTMODSEQ"), n;

	(void)error;
	if (ev->kind == GUARD_DATA && imap_token_is(imap_tokens_at(ev->tokens, 1), "EXISTS") &&
	    imap_token_number(imap_tokens_at(ev->tokens, 0), G_MAXUINT32, &n))
		e->is_other = e->is_other || n != e->known->messages;
	if (uidnext != 0 && e->known->uidnext != 0)
		e->is_other = e->is_other || uidnext != e->known->uidnext;
	if (modseq != 0 && e->known->modseq != 0)
		e->is_other = e->is_other || modseq != e->known->modseq;
	return true;
}

static bool
on_examined(void *user, const struct guard_event *ev, GError **error)
{
	struct examined *e = user;

	(void)error;
	e->is_ok = ev->status == GUARD_OK;
	return true;
}

/* user is a bool that takes whether it was OK. */
static bool
on_result(void *user, const struct guard_event *ev, GError **error)
{
	bool *is_ok = user;

	(void)error;
	if (is_ok != NULL)
		*is_ok = ev->status == GUARD_OK;
	return true;
}

/* Everything from now on within ms; 0: as commands have it. */
static void
set_bound(struct imap *s, unsigned ms)
{
	s->is_bounded = ms != 0;
	transport_set_deadline(s->transport, ms);
}

#define NOTIFY_EVENTS "(MessageNew MessageExpunge FlagChange)"

static bool
begin_idle(struct imap *s, GError **error)
{
	static const struct imap_command idle = {.on_done = on_result};
	char *text = NULL;
	int turn;

	if (!imap_submit(s, &idle, "IDLE", error))
		return false;
	turn = imap_read_turn(s, &text, error);
	g_free(text);
	s->is_idle = turn == 1;
	return turn >= 0;
}

bool
imap_wait_begin(struct imap *s, const struct imap_wait_known *known, enum imap_wait *how_out,
    bool *is_woken_out, GError **error)
{
	struct examined e = {.known = known};
	struct imap_command examine = {
	    .on_data = on_examine, .on_done = on_examined, .user = &e};
	bool is_notified = false;
	struct imap_command notify = {.on_done = on_result, .user = &is_notified};
	bool is_good;

	s->is_woken = false;
	set_bound(s, BEGIN_MS);
	is_good = imap_submit(s, &examine, "EXAMINE INBOX", error);
	if (is_good && imap_has(s, "NOTIFY"))
		is_good = imap_submit(s, &notify,
		    "NOTIFY SET (selected " NOTIFY_EVENTS ") (personal " NOTIFY_EVENTS ")",
		    error);
	is_good = is_good && imap_drain(s, 0, error);
	s->is_waiting = is_good;
	if (is_good && imap_has(s, "IDLE") && e.is_ok)
		is_good = begin_idle(s, error);
	*how_out = is_notified ? IMAP_WAIT_NOTIFY : s->is_idle ? IMAP_WAIT_IDLE : IMAP_WAIT_NONE;
	*is_woken_out = e.is_other || s->is_woken;
	set_bound(s, 0);
	return is_good;
}

int
imap_fd(const struct imap *s)
{
	return transport_fd(s->transport);
}

bool
imap_wait_look(struct imap *s, bool *is_woken_out, GError **error)
{
	if (!transport_pump(s->transport))
		return imap_fail(s, "the connection broke", error);
	/* what libetpan is to read can only be the end of IDLE */
	*is_woken_out = s->is_woken || transport_has_buffered(s->transport);
	return true;
}

bool
imap_wait_end(struct imap *s, unsigned timeout_ms, GError **error)
{
	static const struct imap_command ignored = {.on_done = on_result};
	bool is_good = true;

	set_bound(s, timeout_ms);
	if (s->is_idle)
		is_good = imap_write(s, "DONE\r\n", 6, error);
	if (is_good && imap_has(s, "NOTIFY"))
		is_good = imap_submit(s, &ignored, "NOTIFY NONE", error);
	else if (is_good && !s->is_idle)
		is_good = imap_submit(s, &ignored, "NOOP", error);
	is_good = is_good && imap_drain(s, 0, error);
	s->is_idle = s->is_waiting = false;
	set_bound(s, 0);
	return is_good;
}
