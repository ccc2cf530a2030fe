/* SPDX-License-Identifier: GPL-3.0-or-later */
/* send_broken.c - what a session left without an answer. Nothing is overtaken for a session that ended:
 * its letters are tried over a new one at once, in their order; when that answers nothing either, all of
 * the account's wait together. But a letter over which one session after the other breaks waits by itself,
 * for it might keep all the others for ever. */
#include "programs/send_portion_private.h"
#include "programs/send_reach.h"

#include "base/error.h"

#define CONNECT_PAUSE_S                                                                  \
	900 /* without a server: no longer than this, whatever the attempt */
#define BARREN_MOST 3 /* sessions in a row that answered nothing */

/* RFC 3463 3.5: bad connection */
static const unsigned bad_connection[3] = {4, 4, 2};

/* How the session ended, for the letters that it did not answer. */
enum ending {
	ENDING_ANEW,  /* a new one may follow at once */
	ENDING_BLAME, /* likewise, but without the first of them */
	ENDING_ALONE, /* the first waits by itself, and the others for the server */
	ENDING_OVER,  /* all wait for the server */
};

/* --- answers --- */

void
send_item_take_verdicts(struct send_item *item, enum queue_fate open, const char *words)
{
	const enum queue_fate fates[] = {[SMTP_OPEN] = open,
	    [SMTP_TAKEN] = QUEUE_FATE_SENT,
	    [SMTP_LATER] = QUEUE_FATE_DEFERRED,
	    [SMTP_NEVER] = QUEUE_FATE_FAILED};
	size_t i;

	for (i = 0; i < item->letter.n_recipients; i++) {
		const struct smtp_recipient *from = &item->letter.recipients[i];
		struct queue_recipient *r =
		    item->entry->recipients->pdata[item->which[i]];

		send_run_set_fate(r, fates[from->verdict],
		    from->verdict == SMTP_OPEN ? words : from->reply);
		if (from->verdict != SMTP_OPEN)
			send_run_set_code(r, from->code, from->enhanced);
	}
}

/* RFC 5321 4.5.3.1.10: 452, or 552 of old servers; and no other reason by RFC 3463. */
static bool
is_too_many(const struct smtp_recipient *r)
{
	return r->verdict == SMTP_LATER && (r->code == 452 || r->code == 552) &&
	       (r->enhanced[0] == 0 || (r->enhanced[1] == 5 && r->enhanced[2] == 3));
}

static void
forget_attempt_of(struct send_portion *p, struct send_item *item, size_t i)
{
	struct queue_recipient *r = item->entry->recipients->pdata[item->which[i]];

	r->is_tried = r->is_news = false;
	send_run_untouch(p->run, item->entry, r);
}

void
send_item_spare_too_many(struct send_portion *p, struct send_item *item)
{
	bool has_some = false;
	size_t i;

	for (i = 0; i < item->letter.n_recipients; i++)
		has_some = has_some || item->letter.recipients[i].verdict == SMTP_TAKEN;
	for (i = 0; has_some && i < item->letter.n_recipients; i++) {
		struct queue_recipient *r =
		    item->entry->recipients->pdata[item->which[i]];

		if (!is_too_many(&item->letter.recipients[i]))
			continue;
		r->fate = QUEUE_PENDING;
		r->next_try = 0;
		forget_attempt_of(p, item, i);
		item->is_partial = true;
	}
}

/* --- the ending --- */

static gint64
connect_retry_at(const struct send_run *run, const struct queue_entry *entry)
{
	gint64 pause =
	    queue_state_pause(entry->attempts, MIN(run->retry_s, 60), run->random);

	return send_run_now() + MIN(pause, CONNECT_PAUSE_S);
}

static bool
is_unanswered(const struct send_item *item)
{
	return item->letter.fate == SMTP_NOT_SENT || item->letter.fate == SMTP_LOST;
}

static bool
has_lost(const struct send_portion *p)
{
	guint i;

	for (i = 0; i < p->items->len; i++) {
		if (((const struct send_item *)p->items->pdata[i])->letter.fate == SMTP_LOST)
			return true;
	}
	return false;
}

/* A session that answered nothing, and of which nothing is uncertain. */
static enum ending
ending_of_barren(struct send_portion *p, const struct send_item *first)
{
	bool is_same;
	guint n = send_reach_barren(p->run, p->route, first->entry->id, &is_same);

	if (g_error_matches(p->broken, PF_ERROR, PF_ERROR_TIMEOUT))
		return ENDING_ALONE; /* a second wait like that is too long */
	if (n >= BARREN_MOST)
		return ENDING_OVER;
	return is_same ? ENDING_BLAME : ENDING_ANEW;
}

static enum ending
ending_of(struct send_portion *p, const struct send_item *first)
{
	if (g_error_matches(p->broken, PF_ERROR, PF_ERROR_CANCELLED))
		return ENDING_ANEW;
	if (p->session.host == NULL)
		return ENDING_OVER;
	/* a server that ends a session after so many letters, or wants fewer at a time */
	if (p->n_answered > 0 || p->may_go_elsewhere)
		return ENDING_ANEW;
	return has_lost(p) ? ENDING_OVER : ending_of_barren(p, first);
}

/* --- the letters --- */

/* It may have been taken. */
static void
prepare_lost(struct send_portion *p, struct send_item *item, const char *why)
{
	char *text = g_strdup_printf(
	    "The server's answer did not come, so it may have the letter (%s). "
	    "Retry sends the same bytes again, with the same Message-ID.",
	    why);

	send_item_take_verdicts(
	    item, QUEUE_FATE_UNCERTAIN, "the server's answer did not come");
	send_run_prepare(p->run, item->entry, text, 0);
	g_free(text);
}

/* A 421 is said to the session, whatever was asked. */
static void
forget_goodbye(struct send_item *item)
{
	size_t i;

	for (i = 0; i < item->letter.n_recipients; i++) {
		struct smtp_recipient *r = &item->letter.recipients[i];

		if (r->verdict == SMTP_LATER && r->code == 421)
			r->verdict = SMTP_OPEN;
	}
}

static void
set_bad_connection(struct send_item *item)
{
	size_t i;

	for (i = 0; i < item->letter.n_recipients; i++) {
		if (item->letter.recipients[i].verdict == SMTP_OPEN)
			send_run_set_code(
			    item->entry->recipients->pdata[item->which[i]], 0, bad_connection);
	}
}

static void
prepare_not_sent(
    struct send_portion *p, struct send_item *item, enum ending ending, const char *why)
{
	bool is_anew = ending == ENDING_ANEW;
	size_t i;

	forget_goodbye(item);
	/* a domain that takes no mail is the one trouble that time does not mend */
	send_item_take_verdicts(item,
	    g_error_matches(p->broken, PF_ERROR, PF_ERROR_NOT_FOUND)
		? QUEUE_FATE_FAILED
		: QUEUE_FATE_DEFERRED,
	    why);
	if (ending == ENDING_BLAME || ending == ENDING_ALONE)
		set_bad_connection(item);
	for (i = 0; is_anew && i < item->letter.n_recipients; i++)
		forget_attempt_of(p, item, i);
	send_run_prepare(
	    p->run, item->entry, why, is_anew ? 0 : connect_retry_at(p->run, item->entry));
	if (!is_anew)
		g_hash_table_add(p->run->tried, g_strdup(item->entry->id));
}

/* What holds for those behind the first. */
static enum ending
ending_of_rest(enum ending ending)
{
	switch (ending) {
	case ENDING_BLAME:
		return ENDING_ANEW;
	case ENDING_ALONE:
		return ENDING_OVER;
	case ENDING_ANEW:
	case ENDING_OVER:
		break;
	}
	return ending;
}

bool
send_broken_settle(struct send_portion *p, GError **error)
{
	const char *why = p->broken != NULL ? p->broken->message : "the connection ended";
	enum ending ending = ENDING_ANEW;
	bool is_first = true;
	guint i;

	if (p->n_answered > 0)
		send_reach_answered(p->run, p->route);
	for (i = 0; i < p->items->len; i++) {
		struct send_item *item = p->items->pdata[i];

		if (!is_unanswered(item))
			continue;
		if (is_first)
			ending = ending_of(p, item);
		if (item->letter.fate == SMTP_LOST)
			prepare_lost(p, item, why);
		else
			prepare_not_sent(p, item, ending, why);
		ending = ending_of_rest(ending);
		is_first = false;
		g_ptr_array_add(p->answered, item->entry);
	}
	if (p->broken != NULL && ending == ENDING_OVER &&
	    !send_reach_give_up(p->run, p->route, p->broken, error))
		return false;
	return send_portion_keep_answers(p, error);
}
