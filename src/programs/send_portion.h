/* SPDX-License-Identifier: GPL-3.0-or-later */
/* send_portion.h - some letters that go over one session, and what the ledger knows of
 * them: claimed, dot, settled. The session may be of this process or of another. */
#ifndef PENFOLD_PROGRAMS_SEND_PORTION_H
#define PENFOLD_PROGRAMS_SEND_PORTION_H

#include "programs/send_route.h"

#define SEND_PORTION_LETTERS 64

/* What is known of a session; all zero without one. Strings borrowed. */
struct send_session {
	const char *host, *tls;
	guint64 rcpt_max, mail_max, rcpt_domain_max; /* RFC 9422; 0: no limit */
	bool is_grouped; /* PIPELINING and CHUNKING: many letters a round trip */
};

struct send_portion {
	struct send_run *run;
	const struct send_route *route;
	struct send_session session;
	GPtrArray *items;   /* the portion's own */
	GPtrArray *letters; /* their struct smtp_letter */
	GPtrArray
	    *answered; /* struct queue_entry whose answers are not in the ledger yet */
	GHashTable *left; /* addresses in lower case: an earlier letter of the portion
			     cannot reach them in the same transaction as others */
	gsize bytes, n_recipients;
	gint64 n_off; /* recipients handed over, for the rate */
	guint n_answered;  /* by this session, in earlier portions, too */
	bool may_go_elsewhere; /* other sessions go on: what this one did not reach is not
				  late */
	const GError *broken;  /* why the session ended, when it did */
	GError *ledger;	       /* the first failure of the ledger: ends the run */
};

/* The bytes of a letter in the queue, checked against what was queued; owned. PF_ERROR_DATA when
 * they are others now. */
GBytes *send_frozen_bytes(struct send_run *run, const char *id, const char *sha256, GError **error);
/* session: NULL for none. */
void send_portion_init(struct send_portion *p, struct send_run *run,
    const struct send_route *route, const struct send_session *session);
void send_portion_fini(struct send_portion *p);

/* Claim letters (struct queue_entry) from *next on until the portion is full; those for
 * someone who is left out of an earlier one are passed over. room: letters at most. False when the ledger fails. */
bool send_portion_fill(
    struct send_portion *p, GPtrArray *entries, guint *next, guint room, GError **error);
/* Its letters are about to be sent: tell. */
void send_portion_begin(struct send_portion *p);
/* The session's events; user is the portion. */
struct smtp_events send_portion_events(struct send_portion *p);
/* In parts, for who keeps the dots of several portions in one transaction: within it,
 * keep the answers so far and the dots of these letters (fate SMTP_HELD for one that must
 * not go); when it is durable, tell. */
bool send_portion_record(
    struct send_portion *p, struct smtp_letter *const *letters, size_t n, GError **error);
void send_portion_tell(struct send_portion *p);
/* Every letter has had its finished(), or there was no session: settle the rest. broken:
 * why the session ended, NULL when it goes on. */
bool send_portion_end(struct send_portion *p, const GError *broken, GError **error);
/* What a session offers; the strings live as long as it does. And the letters that it
 * still takes after `sent`. */
void send_session_of(const struct smtp *smtp, struct send_session *out);
guint send_session_room(const struct send_session *session, guint sent);
/* The ledger's entry of one of its letters. */
struct queue_entry *send_portion_entry(const struct smtp_letter *letter);

#endif
