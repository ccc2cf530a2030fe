/* SPDX-License-Identifier: GPL-3.0-or-later */
/* known_servers.h - the authserv-ids of large providers, by the host that mail is fetched
 * from. */
#ifndef PENFOLD_AUTH_KNOWN_SERVERS_H
#define PENFOLD_AUTH_KNOWN_SERVERS_H

#include <glib.h>

struct known_servers;

/* Parse the file's text (contrib/data/authserv-ids): "HOST ID..." a line, "#" starts a
 * comment; what is malformed is passed over. Owned. */
struct known_servers *known_servers_new(const char *text);
void known_servers_free(struct known_servers *servers);

/* The ids for a host (any case), NULL-terminated; NULL when it is none of theirs.
 * Borrowed. */
const char *const *known_servers_ids(
    const struct known_servers *servers, const char *host);

#endif
