/* SPDX-License-Identifier: GPL-3.0-or-later */
/* crypt_ops.h - the operations of penfold-crypt; state is the struct crypt_program. What
 * each takes and answers is in doc/ARCHITECTURE.md. */
#ifndef PENFOLD_PROGRAMS_CRYPT_OPS_H
#define PENFOLD_PROGRAMS_CRYPT_OPS_H

#include "base/helper.h"
#include "crypto/engine.h"

struct crypt_program {
	const struct rc *rc;
	char *tty; /* $GPG_TTY as the program was given it, or NULL */
	bool has_engine; /* GPGME was looked for and is there */
};

/* crypt_dkim.c */
void crypt_dkim_sign(struct helper_request *r, void *state);
void crypt_dkim_keygen(struct helper_request *r, void *state);
void crypt_dkim_public(struct helper_request *r, void *state);

/* crypt_mail.c */
void crypt_mail_open(struct helper_request *r, void *state);
/* The libraries, when they are first needed. */
bool crypt_mail_ready(struct crypt_program *p, GError **error);
/* All bytes behind a descriptor; PF_ERROR_LIMIT past LIMIT_LITERAL. */
GBytes *crypt_read(int fd, GError **error);
/* What the request says about asking the user; borrowed from the request. */
struct engine_opts crypt_engine_opts(
    struct helper_request *r, const struct crypt_program *p);

/* crypt_protect.c */
void crypt_protect(struct helper_request *r, void *state);
void crypt_protect_plan(struct helper_request *r, void *state);
void crypt_seal(struct helper_request *r, void *state);
void crypt_unseal(struct helper_request *r, void *state);

/* crypt_keys.c */
void crypt_key_list(struct helper_request *r, void *state);
void crypt_key_look(struct helper_request *r, void *state);
void crypt_key_import(struct helper_request *r, void *state);
void crypt_setup_make(struct helper_request *r, void *state);
void crypt_setup_take(struct helper_request *r, void *state);
void crypt_key_export(struct helper_request *r, void *state);
void crypt_key_trust(struct helper_request *r, void *state);

#endif
