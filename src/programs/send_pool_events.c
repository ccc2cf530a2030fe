/* SPDX-License-Identifier: GPL-3.0-or-later */
/* send_pool_events.c - what a process that holds a session says. It is believed as little
 * as its server. */
#include "programs/send_hand.h"
#include "programs/send_pool_private.h"

#include "base/error.h"

/* --- the events: false for nonsense --- */

static bool
on_open(struct pool *pool, struct pool_hand *h, const json_t *event)
{
	if (h->is_open)
		return false;
	h->host = g_strdup(jsonl_string(event, "host"));
	h->tls = g_strdup(jsonl_string(event, "tls"));
	h->session = (struct send_session){
	    .host = h->host,
	    .tls = h->tls,
	    .rcpt_max = (guint64)jsonl_int(event, "rcpt_max", 0),
	    .mail_max = (guint64)jsonl_int(event, "mail_max", 0),
	    .rcpt_domain_max = (guint64)jsonl_int(event, "rcpt_domain_max", 0),
	    .is_grouped = jsonl_bool(event, "is_grouped", false),
	};
	h->is_open = true;
	pool->has_changed = true; /* now it is known what a session can do */
	pool_give_portion(pool, h);
	return true;
}

static bool
on_closed(struct pool *pool, struct pool_hand *h, const json_t *event)
{
	GError *why = send_hand_error(event);

	if (h->is_open || why == NULL) {
		g_clear_error(&why);
		return false;
	}
	pool_no_session(pool, h, why);
	h->is_told_to_close = true;
	g_error_free(why);
	return true;
}

static bool
on_dots(struct pool *pool, struct pool_hand *h, const json_t *event)
{
	const json_t *list = json_object_get(event, "letters"), *number;
	size_t i;

	(void)pool;
	if (h->entries == NULL || h->asked != NULL || json_array_size(list) == 0)
		return false;
	h->asked = g_ptr_array_new();
	json_array_foreach(list, i, number)
	{
		struct smtp_letter *l = send_hand_letter(&h->p, number);

		if (l == NULL || l->is_finished)
			return false;
		g_ptr_array_add(h->asked, l);
	}
	return true;
}

static bool
on_progress(struct pool *pool, struct pool_hand *h, const json_t *event)
{
	struct smtp_letter *l =
	    h->entries != NULL ? send_hand_letter(&h->p, json_object_get(event, "letter"))
			       : NULL;
	struct smtp_events events = send_portion_events(&h->p);

	if (l == NULL)
		return false;
	if (!events.progress(l, (gsize)jsonl_int(event, "sent", 0), events.user))
		pool_tell_to_close(h);
	if (h->p.ledger != NULL && pool->error == NULL)
		pool->error = g_steal_pointer(&h->p.ledger);
	return true;
}

static bool
on_finished(struct pool *pool, struct pool_hand *h, const json_t *event)
{
	struct smtp_letter *l =
	    h->entries != NULL ? send_hand_finished(&h->p, event) : NULL;
	struct smtp_events events = send_portion_events(&h->p);

	(void)pool;
	if (l == NULL)
		return false;
	events.finished(l, events.user);
	return true;
}

static bool
on_end(struct pool *pool, struct pool_hand *h, const json_t *event)
{
	GError *broken = send_hand_error(event);

	if (h->entries == NULL) {
		g_clear_error(&broken);
		return false;
	}
	pool_end_portion(pool, h, broken);
	if (broken == NULL)
		pool_give_portion(pool, h);
	else
		h->is_told_to_close = true; /* it goes by itself */
	g_clear_error(&broken);
	return true;
}

static bool
take(struct pool *pool, struct pool_hand *h, const json_t *event)
{
	static const struct {
		const char *name;
		bool (*handle)(struct pool *, struct pool_hand *, const json_t *);
	} events[] = {{"dots", on_dots}, {"finished", on_finished},
	    {"progress", on_progress}, {"end", on_end}, {"open", on_open},
	    {"closed", on_closed}};
	const char *name = jsonl_string(event, "event");
	size_t i;

	for (i = 0; i < G_N_ELEMENTS(events); i++) {
		if (g_strcmp0(name, events[i].name) == 0)
			return events[i].handle(pool, h, event);
	}
	return false;
}

/* The process ended. What had leave to go may have gone. */
static void
gone(struct pool *pool, struct pool_hand *h)
{
	struct smtp_events events = send_portion_events(&h->p);
	GError *why = g_error_new(PF_ERROR, PF_ERROR_TEMPORARY,
	    "the process that sends for account \"%s\" ended before its time",
	    h->lane->route.account->name);
	guint i;

	worker_end(&h->worker, true);
	h->is_gone = true;
	if (!h->is_open && !h->is_told_to_close)
		pool_no_session(pool, h, why);
	for (i = 0; h->entries != NULL && i < h->p.letters->len; i++) {
		struct smtp_letter *l = h->p.letters->pdata[i];

		if (l->is_finished)
			continue;
		l->fate = h->dotted != NULL && h->dotted[i] ? SMTP_LOST : SMTP_NOT_SENT;
		l->is_finished = true;
		events.finished(l, events.user);
	}
	pool_end_portion(pool, h, why);
	h->lane->n_hands--;
	pool->has_changed = true;
	g_error_free(why);
}

void
pool_listen_to(struct pool *pool, struct pool_hand *h)
{
	enum jsonl_status status = JSONL_ITEM;

	while (status == JSONL_ITEM && pool->error == NULL) {
		json_t *event = NULL;

		status = jsonl_receive(h->worker.line, false, &event, NULL, NULL, NULL);
		if (status == JSONL_ITEM && !take(pool, h, event))
			status = JSONL_ERROR;
		json_decref(event);
	}
	if (status == JSONL_EOF || status == JSONL_ERROR)
		gone(pool, h);
}
