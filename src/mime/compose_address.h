/* SPDX-License-Identifier: GPL-3.0-or-later */
/* compose_address.h - addresses as a person writes them, checked strictly before they go
 * out: RFC 5322 3.4 (mailbox lists, groups flattened), RFC 5321 4.1.2 and 4.5.3.1
 * (lengths), RFC 6531 (UTF-8 local parts), RFC 5890 (domains by IDNA2008). Text is UTF-8
 * throughout. */
#ifndef PENFOLD_MIME_COMPOSE_ADDRESS_H
#define PENFOLD_MIME_COMPOSE_ADDRESS_H

#include <glib.h>
#include <stdbool.h>
#include <stddef.h>

struct compose_address {
	char *name; /* display name without quotes or escapes, "" when none */
	char *spec; /* addr-spec as written; passes compose_address_check() */
};

/* Parse a list of mailboxes. The result holds owned struct compose_address and frees
 * them. Empty text gives an empty list. PF_ERROR_DATA names the text, what is wrong and
 * the character where. */
GPtrArray *compose_address_list(const char *text, GError **error);

/* Is this an addr-spec that may stand in an envelope? On failure *offset_out (may be
 * NULL) is the byte where the fault lies, and error is PF_ERROR_DATA. */
bool compose_address_check(const char *spec, size_t *offset_out, GError **error);

/* The same addr-spec with the domain in A-labels, lower case; the local part stays as it
 * is. Owned; NULL and PF_ERROR_DATA when the domain is no IDNA2008 name. */
char *compose_address_ascii(const char *spec, GError **error);

/* The domain of an addr-spec: borrowed, within spec; "" when it has none. */
const char *compose_address_domain(const char *spec);

/* One mailbox for both? Local parts to the byte, domains without regard to case. */
bool compose_address_equal(const char *a, const char *b);

#endif
