/* SPDX-License-Identifier: GPL-3.0-or-later */
/* mark_private.h - what mark.c and mark_roots.c share. */
#ifndef PENFOLD_AUTH_MARK_PRIVATE_H
#define PENFOLD_AUTH_MARK_PRIVATE_H

#include "auth/mark.h"

#include <openssl/ct.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>

struct mark_roots {
	X509_STORE *store;
	CTLOG_STORE *logs; /* NULL until mark_roots_logs() */
};

/* The certificates of a PEM bundle, at most max + 1 of them. Owned, never NULL. */
STACK_OF(X509) * mark_read_certificates(GBytes *pem, int max);

/* Is its SCT of a log that counts? Sets mark->log. NULL, or what is wrong, owned. The chain holds already. */
char *
mark_check_log(struct mark *mark, const struct mark_roots *roots, gint64 now);

/* Lower-case hex. Owned. */
char *
mark_hex(const void *bytes, size_t len);

#endif
