/* SPDX-License-Identifier: GPL-3.0-or-later */
/* providers.h - the authserv-ids of large providers, by the host that mail is fetched
 * from. */
#ifndef PENFOLD_AUTH_PROVIDERS_H
#define PENFOLD_AUTH_PROVIDERS_H

#include <glib.h>

struct providers;

/* Parse the file's text (contrib/data/authserv-ids): "HOST ID..." a line, "#" starts a
 * comment; what is malformed is passed over. Owned. */
struct providers *providers_new(const char *text);
void providers_free(struct providers *providers);

/* The ids for a host (any case), NULL-terminated; NULL when it is none of theirs.
 * Borrowed. */
const char *const *providers_ids(const struct providers *providers, const char *host);

#endif
