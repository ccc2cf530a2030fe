/* SPDX-License-Identifier: GPL-3.0-or-later */
/* smtp_batch.c - replies to letters under way. A letter is lost, that is uncertain, only
 * when its last byte was taken by the kernel and no reply came. A flush that failed left
 * the server without the end of the letter, and a 421 says that it processed nothing
 * after it. */
#include "net/smtp_batch.h"

#include "base/error.h"

#include <poll.h>
#include <string.h>

struct expect {
	enum smtp_expect what;
	struct smtp_letter *letter;
	size_t n; /* recipient */
	gint64 since; /* monotonic time */
};

/* --- verdicts --- */

/* from: the reply that said so; NULL when it is our own word. */
static void
set_verdict(struct smtp_recipient *r, enum smtp_verdict verdict, const char *reply,
    const struct smtp_reply *from)
{
	r->verdict = verdict;
	r->code = from != NULL ? from->code : 0;
	memset(r->enhanced, 0, sizeof(r->enhanced));
	if (from != NULL)
		memcpy(r->enhanced, from->enhanced, sizeof(r->enhanced));
	g_free(r->reply);
	r->reply = g_strdup(reply);
}

static enum smtp_verdict
verdict_of(int code)
{
	/* a 2xx or 3xx where it makes no sense: nothing was taken for sure */
	return code / 100 == 5 ? SMTP_NEVER : SMTP_LATER;
}

static void
judge(struct smtp_letter *l, enum smtp_verdict verdict, const char *reply,
    const struct smtp_reply *from)
{
	size_t i;

	for (i = 0; i < l->n_recipients; i++) {
		if (l->recipients[i].verdict == SMTP_OPEN)
			set_verdict(&l->recipients[i], verdict, reply, from);
	}
}

void
smtp_batch_judge(struct smtp_letter *l, enum smtp_verdict verdict, const char *reply)
{
	judge(l, verdict, reply, NULL);
}

void
smtp_batch_finish(struct smtp_batch *b, struct smtp_letter *l, enum smtp_fate fate)
{
	l->fate = fate;
	l->is_finished = true;
	b->events->finished(l, b->events->user);
}

void
smtp_batch_expect(
    struct smtp_batch *b, enum smtp_expect what, struct smtp_letter *l, size_t n)
{
	struct expect *e = g_new(struct expect, 1);

	*e = (struct expect){what, l, n, b->ended_at};
	g_queue_push_tail(&b->expected, e);
	if (what == SMTP_EXPECT_DOT)
		b->s->n_dots++;
}

/* --- replies --- */

static void
take_mail(struct smtp_batch *b, struct smtp_letter *l, const char *said)
{
	l->mail_ok = b->s->reply.code / 100 == 2;
	if (!l->mail_ok)
		judge(l, verdict_of(b->s->reply.code), said, &b->s->reply);
}

static void
take_rcpt(struct smtp_batch *b, struct smtp_letter *l, size_t n, const char *said)
{
	int code = b->s->reply.code;

	if (!l->mail_ok)
		return;
	if (code / 100 == 2)
		l->n_accepted++;
	else /* RFC 5321 4.5.3.1.10: 552 here means "too many", try the rest later */
		set_verdict(
		    &l->recipients[n], code == 552 ? SMTP_LATER : verdict_of(code), said,
		    &b->s->reply);
}

/* DATA, or a chunk that is not the last: without its yes, nobody gets the letter. */
static void
take_data(struct smtp_batch *b, struct smtp_letter *l, int want, const char *said)
{
	l->data_go = b->s->reply.code == want;
	if (!l->data_go)
		judge(l, verdict_of(b->s->reply.code), said, &b->s->reply);
}

static void
take_dot(struct smtp_batch *b, struct smtp_letter *l, const char *said)
{
	bool taken = b->s->reply.code / 100 == 2 && l->n_accepted > 0;

	b->s->n_dots--;
	judge(l, taken ? SMTP_TAKEN : verdict_of(b->s->reply.code), said, &b->s->reply);
	smtp_batch_finish(b, l, SMTP_ANSWERED);
}

static void
hand_over(struct smtp_batch *b, const struct expect *e)
{
	char *said;

	/* a letter that was given up while its envelope was under way */
	if (e->what == SMTP_EXPECT_RSET || e->letter->is_finished)
		return;
	said = smtp_reply_explain(&b->s->reply);
	switch (e->what) {
	case SMTP_EXPECT_MAIL:
		take_mail(b, e->letter, said);
		break;
	case SMTP_EXPECT_RCPT:
		take_rcpt(b, e->letter, e->n, said);
		break;
	case SMTP_EXPECT_DATA:
		take_data(b, e->letter, 354, said);
		break;
	case SMTP_EXPECT_CHUNK:
		take_data(b, e->letter, 250, said);
		break;
	case SMTP_EXPECT_DOT:
		take_dot(b, e->letter, said);
		break;
	case SMTP_EXPECT_RSET:
		break;
	}
	g_free(said);
}

/* Read one reply and give it to whom it belongs. */
static bool
take_one(struct smtp_batch *b, GError **error)
{
	struct expect *e = g_queue_peek_head(&b->expected);

	transport_set_deadline(
	    b->s->t, e->what == SMTP_EXPECT_DOT ? b->s->opts.answer_ms : SMTP_COMMAND_MS);
	if (!smtp_read(b->s, error))
		return false;
	g_queue_pop_head(&b->expected);
	if (e->what == SMTP_EXPECT_DOT)
		b->s->waited_us = MAX(g_get_monotonic_time() - e->since, 1);
	hand_over(b, e);
	g_free(e);
	if (!b->s->is_closing)
		return true;
	return transport_set_error(b->s->t, PF_ERROR_TEMPORARY, error,
	    "the server ends the session: %s", b->s->reply.text->str);
}

bool
smtp_batch_drain(struct smtp_batch *b, size_t left, GError **error)
{
	while (left == 0 ? !g_queue_is_empty(&b->expected) : b->s->n_dots > left) {
		if (!take_one(b, error))
			return false;
	}
	return true;
}

bool
smtp_batch_take_ready(struct smtp_batch *b, GError **error)
{
	while (!g_queue_is_empty(&b->expected)) {
		struct pollfd p = {.fd = transport_fd(b->s->t), .events = POLLIN};

		if (!transport_has_buffered(b->s->t) && poll(&p, 1, 0) <= 0)
			return true;
		if (!take_one(b, error))
			return false;
	}
	return true;
}

bool
smtp_batch_lockstep(struct smtp_batch *b, GError **error)
{
	if (b->s->caps.has_pipelining)
		return true;
	return smtp_flush(b->s, error) && smtp_batch_drain(b, 0, error);
}

/* What the server had answered before the end is still to be read; then a letter whose
 * dot is unanswered is lost, unless the server said 421: it did not process what came
 * after that. */
void
smtp_batch_give_up(struct smtp_batch *b)
{
	struct expect *e;

	b->s->is_broken =
	    false; /* a write failed, perhaps; replies may wait in the buffer */
	while (b->s->n_dots > 0 && !b->s->is_broken && !b->s->is_closing &&
	       take_one(b, NULL))
		;
	while ((e = g_queue_pop_head(&b->expected)) != NULL) {
		if (e->what == SMTP_EXPECT_DOT)
			smtp_batch_finish(
			    b, e->letter, b->s->is_closing ? SMTP_NOT_SENT : SMTP_LOST);
		g_free(e);
	}
	b->s->n_dots = 0;
	b->s->is_broken = true;
}
