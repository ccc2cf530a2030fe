/* SPDX-License-Identifier: GPL-3.0-or-later */
/* auth_program.h - what the files of penfold-auth share. */
#ifndef PENFOLD_PROGRAMS_AUTH_PROGRAM_H
#define PENFOLD_PROGRAMS_AUTH_PROGRAM_H

#include "auth/dkim_key.h"
#include "auth/known_servers.h"
#include "auth/verdict.h"
#include "base/helper.h"
#include "base/rc_fresh.h"
#include "lookup/dns.h"

struct auth_program {
	struct rc *rc;
	struct dns *dns;  /* opened with the first question */
	const char *zone; /* --dns */
	struct dkim_keys *keys;
	GPtrArray *own; /* addr-specs, NULL-terminated */
	GPtrArray *logins; /* by which the accounts log in, NULL-terminated */
	struct known_servers *servers; /* loaded with the first account that needs them */
	struct rc_fresh fresh; /* whom an account believes may change while we run */
	struct contacts *contacts; /* own addresses, and whom `contacts` named */
	struct auth_again *again;  /* what was judged by these, and by those before */
};

/* Open program->dns unless it is open. */
bool
auth_open_dns(struct auth_program *program, GError **error);

/* Unix seconds. */
gint64
auth_current_time(void);

/* The "now" of a request, a string (RFC 3339 or seconds) or a number; else the clock. */
bool
auth_request_time(const json_t *args, gint64 *out, GError **error);

/* The verdict's `bimi` object. may_fetch: what `[bimi] fetch` allows is fetched; otherwise `wanted` says that there is
 * something to fetch. New reference. */
json_t *
auth_bimi_of_message(struct auth_program *program, const struct verdict *verdict, bool may_fetch);

/* The user's own addresses, and the well-known domains. Owned. */
struct contacts *
auth_contacts_new(const GPtrArray *own);

/* Whose Authentication-Results count for an account (NULL: nobody's): `authserv-id`, else its provider's. All
 * accounts' ids are not one account's: mail is judged by the server that it came through. As the rc file has it now.
 * NULL and error for an account that there is not. Borrowed until the next call. */
const char *const *
auth_trusted_ids(struct auth_program *program, const char *account, GError **error);

/* the operations (doc/ARCHITECTURE.md) */
void
auth_op_bimi(struct helper_request *r, void *state);
void
auth_op_svg(struct helper_request *r, void *state);
void
auth_op_image(struct helper_request *r, void *state);
void
auth_op_unsubscribe(struct helper_request *r, void *state);
void
auth_op_mark(struct helper_request *r, void *state);
void
auth_op_judge_batch(struct helper_request *r, void *state);
void
auth_op_trusted(struct helper_request *r, void *state);
void
auth_op_domain(struct helper_request *r, void *state);
void
auth_op_contacts(struct helper_request *r, void *state);
void auth_op_key_fetch(struct helper_request *r, void *state);
void
auth_op_spf(struct helper_request *r, void *state);
void
auth_op_check_domains(struct helper_request *r, void *state);
void
auth_op_check_list(struct helper_request *r, void *state);
void
auth_op_dkim_record(struct helper_request *r, void *state);

#endif
