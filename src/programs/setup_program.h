/* SPDX-License-Identifier: GPL-3.0-or-later */
/* setup_program.h - the operations of penfold-setup. */
#ifndef PENFOLD_PROGRAMS_SETUP_PROGRAM_H
#define PENFOLD_PROGRAMS_SETUP_PROGRAM_H

#include "base/helper.h"

struct setup_program {
	struct rc *rc;
};

void setup_discover(struct helper_request *r, void *state);
void setup_try(struct helper_request *r, void *state);
void setup_login(struct helper_request *r, void *state);
void setup_certificates(struct helper_request *r, void *state);
void setup_certificates_taken(struct helper_request *r, void *state);
void setup_certificate_take(struct helper_request *r, void *state);
void setup_certificate_forget(struct helper_request *r, void *state);
void setup_sieve(struct helper_request *r, void *state);
void setup_mx_certificates(struct helper_request *r, void *state);
void setup_keep(struct helper_request *r, void *state);

/* An event `step` with one plain line: what is being done now. */
void setup_step(struct helper_request *r, const char *text);
/* Is the request (a struct helper_request) given up? As those who wait for a server want to be told. */
bool setup_is_cancelled(void *request);

#endif
