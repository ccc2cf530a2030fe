/* SPDX-License-Identifier: GPL-3.0-or-later */
/* send_hand.c - one session in a process of its own, and the words between it and the
 * keeper of the ledger. */
#include "programs/send_hand.h"

#include "base/error.h"

#include <poll.h>
#include <string.h>

struct hand {
	struct jsonl *line;
	struct send_run *run;
	const struct send_route *route;
	struct smtp *smtp;
	struct smtp_letter *letters; /* of the portion in hand; user: its number */
	size_t n_letters;
};

/* --- to the parent --- */

static bool
say(struct hand *h, json_t *obj)
{
	bool good = jsonl_send(h->line, obj, NULL, 0, NULL);

	json_decref(obj);
	return good;
}

static json_t *
error_json(const GError *error)
{
	return json_pack("{s:s, s:o}", "code",
	    error->domain == PF_ERROR ? pf_error_name(error->code)
				      : pf_error_name(PF_ERROR_INTERNAL),
	    "message", jsonl_text(error->message, -1));
}

static json_int_t
number_of(const struct hand *h, const struct smtp_letter *letter)
{
	return (json_int_t)(letter - h->letters);
}

static bool
before_dot(struct smtp_letter *const *letters, size_t n, void *user, GError **error)
{
	struct hand *h = user;
	json_t *numbers = json_array(), *answer = NULL;
	const json_t *goes;
	size_t i;
	bool good;

	for (i = 0; i < n; i++)
		json_array_append_new(numbers, json_integer(number_of(h, letters[i])));
	good = say(h, json_pack("{s:s, s:o}", "event", "dots", "letters", numbers)) &&
	       jsonl_receive(h->line, true, &answer, NULL, NULL, NULL) == JSONL_ITEM;
	goes = good ? json_object_get(answer, "goes") : NULL;
	good = json_array_size(goes) == n;
	for (i = 0; good && i < n; i++) {
		if (!json_is_true(json_array_get(goes, i)))
			letters[i]->fate = SMTP_HELD;
	}
	if (!good)
		g_set_error(error, PF_ERROR, PF_ERROR_CANCELLED, "the run was stopped");
	json_decref(answer);
	return good;
}

/* The keeper says by the line when it is taken back. */
static bool
on_progress(struct smtp_letter *letter, gsize sent, void *user)
{
	struct hand *h = user;

	/* who is gone is noticed before the next dot */
	(void)say(h, json_pack("{s:s, s:I, s:I}", "event", "progress", "letter",
			 number_of(h, letter), "sent", (json_int_t)sent));
	return true;
}

static void
on_finished(struct smtp_letter *letter, void *user)
{
	struct hand *h = user;
	json_t *recipients = json_array();
	size_t i;

	for (i = 0; i < letter->n_recipients; i++) {
		const struct smtp_recipient *r = &letter->recipients[i];

		json_array_append_new(recipients,
		    json_pack("{s:i, s:o, s:i, s:[i,i,i]}", "verdict", (int)r->verdict,
			"reply", jsonl_text(r->reply, -1), "code", r->code, "enhanced",
			(int)r->enhanced[0], (int)r->enhanced[1], (int)r->enhanced[2]));
	}
	(void)say(h, json_pack("{s:s, s:I, s:i, s:o}", "event", "finished", "letter",
			 number_of(h, letter), "fate", (int)letter->fate, "recipients",
			 recipients));
}

/* The parent says nothing unasked while letters are under way, but that it is over. */
static bool
is_cancelled(void *user)
{
	struct hand *h = user;
	struct pollfd p = {.fd = jsonl_fd_in(h->line), .events = POLLIN};

	return jsonl_is_ready(h->line) || poll(&p, 1, 0) > 0;
}

static void
no_event(void *user, const char *event, json_t *obj)
{
	(void)user;
	(void)event;
	json_decref(obj);
}

/* --- a portion --- */

static bool
fill_letter(struct hand *h, struct smtp_letter *l, const json_t *from)
{
	const json_t *recipients = json_object_get(from, "recipients"), *address;
	const char *id = jsonl_string(from, "envid");
	size_t i;

	l->bytes = id != NULL ? send_frozen_bytes(h->run, id, jsonl_string(from, "sha256"), NULL) : NULL;
	if (l->bytes == NULL)
		return false;
	l->sender = jsonl_string(from, "sender");
	l->envid = id;
	l->notify = jsonl_string(from, "notify");
	l->require_tls = jsonl_bool(from, "require_tls", false);
	l->n_recipients = json_array_size(recipients);
	l->recipients = g_new0(struct smtp_recipient, l->n_recipients + 1);
	json_array_foreach(recipients, i, address) l->recipients[i].address =
	    json_string_value(address);
	return l->sender != NULL;
}

static void
clear_letters(struct hand *h)
{
	size_t i;

	for (i = 0; i < h->n_letters; i++) {
		smtp_letter_clear(&h->letters[i]);
		g_free(h->letters[i].recipients);
		g_clear_pointer(&h->letters[i].bytes, g_bytes_unref);
	}
	g_clear_pointer(&h->letters, g_free);
	h->n_letters = 0;
}

static bool
send_letters(struct hand *h, const json_t *list, GError **error)
{
	const struct smtp_events events = {before_dot, on_progress, on_finished, h};
	struct smtp_letter **order;
	size_t i, n = json_array_size(list);
	bool good = true;

	h->letters = g_new0(struct smtp_letter, n + 1);
	h->n_letters = n;
	order = g_new0(struct smtp_letter *, n + 1);
	for (i = 0; i < n; i++) {
		good = fill_letter(h, &h->letters[i], json_array_get(list, i)) && good;
		order[i] = &h->letters[i];
	}
	if (good)
		good = smtp_send(h->smtp, order, n, &events, error);
	else
		g_set_error(error, PF_ERROR, PF_ERROR_IO,
		    "a letter changed in the queue while it was being sent");
	g_free(order);
	clear_letters(h);
	return good;
}

/* One line of the parent's. False: it is over. */
static bool
obey(struct hand *h, const json_t *line)
{
	GError *error = NULL;
	bool good;

	if (g_strcmp0(jsonl_string(line, "op"), "send") != 0)
		return false;
	good = send_letters(h, json_object_get(line, "letters"), &error);
	if (good)
		return say(h, json_pack("{s:s}", "event", "end"));
	(void)say(h, json_pack("{s:s, s:o}", "event", "end", "error", error_json(error)));
	g_error_free(error);
	return false;
}

/* --- the session --- */

static bool
open_session(struct hand *h)
{
	struct send_session session;
	GError *error = NULL;

	if (h->smtp == NULL)
		h->smtp = h->route->open(h->run, h->route, &error);
	if (h->smtp == NULL) {
		(void)say(h, json_pack("{s:s, s:o}", "event", "closed", "error",
				 error_json(error)));
		g_error_free(error);
		return false;
	}
	send_session_of(h->smtp, &session);
	return say(
	    h, json_pack("{s:s, s:s, s:s?, s:I, s:I, s:I, s:b}", "event", "open", "host",
		   session.host, "tls", session.tls, "rcpt_max",
		   (json_int_t)session.rcpt_max, "mail_max", (json_int_t)session.mail_max,
		   "rcpt_domain_max", (json_int_t)session.rcpt_domain_max, "is_grouped",
		   session.is_grouped));
}

static int
work(struct jsonl *line, void *user)
{
	const struct send_hand *from = user;
	struct hand h = {line, from->run, from->route, from->smtp, NULL, 0};
	const struct send_sink sink = {no_event, NULL, is_cancelled, NULL, &h};
	bool goes_on;

	from->forget(from->user);
	h.run->sink = &sink;
	goes_on = open_session(&h);
	while (goes_on) {
		json_t *obj = NULL;

		goes_on =
		    jsonl_receive(line, true, &obj, NULL, NULL, NULL) == JSONL_ITEM &&
		    obey(&h, obj);
		json_decref(obj);
	}
	smtp_close(h.smtp);
	return 0;
}

bool
send_hand_start(const struct send_hand *hand, struct worker *out, GError **error)
{
	struct send_hand copy = *hand;

	return worker_start(out, work, &copy, error);
}

/* --- the parent's side --- */

json_t *
send_hand_letters(struct send_portion *p)
{
	json_t *list = json_array();
	guint i;
	size_t k;

	for (i = 0; i < p->letters->len; i++) {
		const struct smtp_letter *l = p->letters->pdata[i];
		const struct queue_entry *entry = send_portion_entry(l);
		json_t *recipients = json_array();

		for (k = 0; k < l->n_recipients; k++)
			json_array_append_new(
			    recipients, json_string(l->recipients[k].address));
		json_array_append_new(list,
		    json_pack("{s:s, s:s, s:s, s:o, s:s?, s:b}", "envid", l->envid,
			"sha256", entry->sha256, "sender", l->sender, "recipients",
			recipients, "notify", l->notify, "require_tls", l->require_tls));
	}
	return json_pack("{s:s, s:o}", "op", "send", "letters", list);
}

struct smtp_letter *
send_hand_letter(struct send_portion *p, const json_t *number)
{
	json_int_t n = json_is_integer(number) ? json_integer_value(number) : -1;

	return n >= 0 && n < (json_int_t)p->letters->len ? p->letters->pdata[n] : NULL;
}

static void
take_recipient(struct smtp_recipient *r, const json_t *from)
{
	json_int_t verdict = jsonl_int(from, "verdict", SMTP_OPEN);
	const json_t *enhanced = json_object_get(from, "enhanced");
	size_t i;

	r->verdict = verdict >= SMTP_OPEN && verdict <= SMTP_NEVER
			 ? (enum smtp_verdict)verdict
			 : SMTP_OPEN;
	g_free(r->reply);
	r->reply = g_strdup(jsonl_string(from, "reply"));
	r->code = (int)jsonl_int(from, "code", 0);
	for (i = 0; i < 3; i++)
		r->enhanced[i] =
		    (unsigned)json_integer_value(json_array_get(enhanced, i));
}

struct smtp_letter *
send_hand_finished(struct send_portion *p, const json_t *event)
{
	struct smtp_letter *l = send_hand_letter(p, json_object_get(event, "letter"));
	const json_t *recipients = json_object_get(event, "recipients");
	json_int_t fate = jsonl_int(event, "fate", -1);
	size_t i;

	if (l == NULL || l->is_finished || fate < SMTP_NOT_SENT || fate > SMTP_HELD ||
	    json_array_size(recipients) != l->n_recipients)
		return NULL;
	l->fate = (enum smtp_fate)fate;
	l->is_finished = true;
	for (i = 0; i < l->n_recipients; i++)
		take_recipient(&l->recipients[i], json_array_get(recipients, i));
	return l;
}

GError *
send_hand_error(const json_t *event)
{
	const json_t *error = json_object_get(event, "error");
	const char *message = jsonl_string(error, "message");

	if (message == NULL)
		return NULL;
	return g_error_new_literal(
	    PF_ERROR, pf_error_from_name(jsonl_string(error, "code")), message);
}
