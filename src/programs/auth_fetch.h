/* SPDX-License-Identifier: GPL-3.0-or-later */
/* auth_fetch.h - files of the web whose addresses strangers named. */
#ifndef PENFOLD_PROGRAMS_AUTH_FETCH_H
#define PENFOLD_PROGRAMS_AUTH_FETCH_H

#include "lookup/https.h"
#include "programs/auth_program.h"

/* What is wanted. All borrowed. */
struct auth_errand {
	struct auth_program *program;
	struct dns_session *dns;
	const char *accept; /* media types; NULL for any */
	size_t max_bytes;
	bool may_be_clear; /* http: for what is signed by itself */
};

/* Get it, over at most three redirects. True when an answer came that is no redirect, whatever its status; out is
 * then to be cleared. Errors as https_fetch(); PF_ERROR_TEMPORARY also for a host without an address,
 * PF_ERROR_LIMIT for redirects without end. */
bool
auth_fetch(const struct auth_errand *errand, const char *url, struct https_response *out, GError **error);

#endif
