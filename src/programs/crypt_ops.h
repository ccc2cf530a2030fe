/* SPDX-License-Identifier: GPL-3.0-or-later */
/* crypt_ops.h - the operations of penfold-crypt; state is the struct crypt_program. What
 * each takes and answers is in doc/ARCHITECTURE.md. */
#ifndef PENFOLD_PROGRAMS_CRYPT_OPS_H
#define PENFOLD_PROGRAMS_CRYPT_OPS_H

#include "base/helper.h"

struct crypt_program {
	const struct rc *rc;
	bool has_engine; /* GPGME was looked for and is there */
};

/* crypt_dkim.c */
void crypt_dkim_sign(struct helper_request *r, void *state);
void crypt_dkim_keygen(struct helper_request *r, void *state);
void crypt_dkim_public(struct helper_request *r, void *state);

/* crypt_mail.c */
void crypt_mail_open(struct helper_request *r, void *state);

#endif
