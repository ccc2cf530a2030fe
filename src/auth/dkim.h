/* SPDX-License-Identifier: GPL-3.0-or-later */
/* dkim.h - verifies the DKIM signatures of a message (RFC 6376, 8301, 8463, 8616). */
#ifndef PENFOLD_AUTH_DKIM_H
#define PENFOLD_AUTH_DKIM_H

#include "auth/dkim_check.h"

/* Verify all signatures, at most LIMIT_DKIM_SIGNATURES of them: those whose d= is the
 * author's domain (may be NULL), above or below it come first. One struct dkim_check
 * each, top down. Blocks on DNS. Owned. */
GPtrArray *dkim_verify(struct dkim_verifier *verifier, const char *author_domain);

#endif
