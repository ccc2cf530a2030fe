/* SPDX-License-Identifier: GPL-3.0-or-later */
/* compose_spec.h - the rules of an addr-spec, for compose_address.c; its public face is
 * in compose_address.h. */
#ifndef PENFOLD_MIME_COMPOSE_SPEC_H
#define PENFOLD_MIME_COMPOSE_SPEC_H

#include <glib.h>
#include <stdbool.h>

/* What is wrong with it, in words, and where; NULL when it may stand in an envelope.
 * Static. */
const char *compose_spec_fault(const char *spec, const char **at_out);
/* May this byte stand in an atom (RFC 5322 3.2.3, RFC 6532 3.2)? */
bool compose_spec_is_atext(unsigned char c);
/* Set PF_ERROR_DATA with the text, what is wrong and the character at which it is. Always
 * false. */
bool compose_spec_fail(
    const char *text, const char *at, const char *what, GError **error);

#endif
