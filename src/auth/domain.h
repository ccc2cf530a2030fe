/* SPDX-License-Identifier: GPL-3.0-or-later */
/* domain.h - domain names of mail: one form to compare, query and align by. */
#ifndef PENFOLD_AUTH_DOMAIN_H
#define PENFOLD_AUTH_DOMAIN_H

#include <stdbool.h>
#include <stddef.h>

/* The form to compare and to query: A-labels (RFC 5891, non-transitional), lower case,
 * without a final dot. len -1: NUL-terminated. Owned; NULL when the bytes are no domain
 * name (empty, an address literal, a label over 63 or a name over 253 octets, a character
 * outside letters, digits, hyphen and underscore). */
char *domain_ascii(const char *bytes, long len);

/* Is name equal to parent or below it, on a label boundary? Both as domain_ascii() gives
 * them. */
bool domain_is_within(const char *name, const char *parent);

/* The name without its first label, a pointer into name; NULL for a single label. */
const char *domain_parent(const char *name);

/* How many labels a name has; 0 for "". */
size_t domain_labels(const char *name);

#endif
