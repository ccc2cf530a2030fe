/* SPDX-License-Identifier: GPL-3.0-or-later */
/* send_hand.h - a forked process that holds one session: it gets letters by a line, asks
 * before each dot, and says what became of them. It never touches the ledger.
 *
 * To it:    {"op":"send", "letters":[{envid: the queue's id, sha256, sender, recipients,
 *           notify, require_tls}]}, {"goes":[bool of each that was asked about]} or
 * {"stop":true},
 *           {"op":"close"}: also while it works, to end that before its time
 * From it:  {"event":"open", host, tls, rcpt_max, mail_max, rcpt_domain_max,
 *           is_grouped} or {"event":"closed", error}; {"event":"dots", letters: numbers},
 *           {"event":"progress", letter, sent}, {"event":"finished", letter, fate,
 *           recipients: [{verdict, reply, code, enhanced}]}, {"event":"end", error?} */
#ifndef PENFOLD_PROGRAMS_SEND_HAND_H
#define PENFOLD_PROGRAMS_SEND_HAND_H

#include "base/worker.h"
#include "programs/send_portion.h"

/* smtp: a session that is open already and becomes the child's, NULL: it opens one by the
 * route. In the child, forget() is called first, to let go of what is only the parent's.
 */
struct send_hand {
	struct send_run *run;
	const struct send_route *route;
	struct smtp *smtp;
	void (*forget)(void *user);
	void *user;
};

bool send_hand_start(const struct send_hand *hand, struct worker *out, GError **error);

/* The parent's side of the lines. */
json_t *send_hand_letters(struct send_portion *p);
/* Take {"event":"finished"}: the letter of the portion with fate and verdicts, or NULL
 * for nonsense. */
struct smtp_letter *send_hand_finished(struct send_portion *p, const json_t *event);
/* The letter that "letter" names; NULL for nonsense. */
struct smtp_letter *send_hand_letter(struct send_portion *p, const json_t *number);
/* Its "error", owned; NULL when there is none. */
GError *send_hand_error(const json_t *event);

#endif
