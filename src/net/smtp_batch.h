/* SPDX-License-Identifier: GPL-3.0-or-later */
/* smtp_batch.h - what was sent and not yet answered, as a queue of expectations, so that
 * one reader serves lockstep, pipelining and chunking; private to smtp*.c. */
#ifndef PENFOLD_NET_SMTP_BATCH_H
#define PENFOLD_NET_SMTP_BATCH_H

#include "net/smtp_private.h"

enum smtp_expect {
	SMTP_EXPECT_MAIL,
	SMTP_EXPECT_RCPT,
	SMTP_EXPECT_DATA,
	SMTP_EXPECT_CHUNK, /* a BDAT that is not the last */
	SMTP_EXPECT_DOT,   /* the final reply to a letter, by DATA or BDAT LAST */
	SMTP_EXPECT_RSET,
};

struct smtp_batch {
	struct smtp *s;
	const struct smtp_events *events;
	GQueue expected;
	gint64 ended_at; /* monotonic time at which the end of the last letter was sent */
};

/* Something was sent for which a reply will come. n: the recipient, where it is one's. */
void smtp_batch_expect(
    struct smtp_batch *b, enum smtp_expect what, struct smtp_letter *letter, size_t n);
/* One verdict for all recipients that have none yet. */
void smtp_batch_judge(
    struct smtp_letter *letter, enum smtp_verdict verdict, const char *reply);
/* Its fate is final. */
void smtp_batch_finish(
    struct smtp_batch *b, struct smtp_letter *letter, enum smtp_fate fate);
/* Read until at most `left` final replies are due; with left 0, until nothing is
 * expected. */
bool smtp_batch_drain(struct smtp_batch *b, size_t left, GError **error);
/* Read the replies that have arrived. */
bool smtp_batch_take_ready(struct smtp_batch *b, GError **error);
/* After each command: where the server has no PIPELINING, its reply is waited for. */
bool smtp_batch_lockstep(struct smtp_batch *b, GError **error);
/* The session is over before its time: every letter that awaits an answer gets its fate.
 */
void smtp_batch_give_up(struct smtp_batch *b);

#endif
