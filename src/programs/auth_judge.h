/* SPDX-License-Identifier: GPL-3.0-or-later */
/* auth_judge.h - one message to one verdict object. */
#ifndef PENFOLD_PROGRAMS_AUTH_JUDGE_H
#define PENFOLD_PROGRAMS_AUTH_JUDGE_H

#include "programs/auth_program.h"

/* What comes with a message. All borrowed. */
struct auth_order {
	const char *account; /* whose servers are trusted; NULL for nobody's */
	gint64 now;	     /* Unix seconds */
	bool is_submitted;   /* a letter of ours */
	bool is_impatient;   /* do not wait for the DNS (dns_session_set_impatient()) */
	bool may_fetch;	     /* logos, where the rc allows it: slow, and the sender's server learns of it */
	int hurry_ms;	     /* wait no longer than this for all of it; 0: as long as a message may take */
	const json_t *kept;  /* the verdict made at arrival, NULL */
	const json_t *keys;  /* {NAME: [{record, last_seen, secure}]}: the archive, NULL */
};

/* How the DNS answered. */
struct auth_weather {
	bool is_short; /* an impatient judgement has to be made again */
	char **missing; /* then "NAME TYPE" of the questions without an answer; owned */
	bool was_asked, was_answered;
};

/* The object, with `keys` for the archive (records by which signatures hold) and `missing_keys`. weather_out may
 * be NULL. NULL and error. New reference; NULL without error when weather_out->is_short. */
json_t *
auth_judge_bytes(struct auth_program *program, const char *bytes, size_t len,
    const struct auth_order *order, struct auth_weather *weather_out, GError **error);
/* What those between judge and store ask of a verdict object: {verdict, flags, keys, missing_keys, wanted}, wanted when
 * there is a logo to fetch; the keys leave the verdict. And with it, behind the line, the verdict as text, which nobody
 * on the way has to read. New reference. */
json_t *
auth_judged(json_t *verdict);
json_t *
auth_judge_fd(struct auth_program *program, int fd, const struct auth_order *order, GError **error);

#endif
