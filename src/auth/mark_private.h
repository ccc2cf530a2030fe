/* SPDX-License-Identifier: GPL-3.0-or-later */
/* mark_private.h - what mark.c and mark_roots.c share. */
#ifndef PENFOLD_AUTH_MARK_PRIVATE_H
#define PENFOLD_AUTH_MARK_PRIVATE_H

#include "auth/mark.h"

#include <openssl/x509.h>
#include <openssl/x509v3.h>

struct mark_roots {
	X509_STORE *store;
};

/* The certificates of a PEM bundle, at most max + 1 of them. Owned, never NULL. */
STACK_OF(X509) * mark_read_certificates(GBytes *pem, int max);

/* Lower-case hex. Owned. */
char *
mark_hex(const void *bytes, size_t len);

#endif
