/* SPDX-License-Identifier: GPL-3.0-or-later */
/* dial.h - from a host name to a connected socket, over all its addresses. */
#ifndef PENFOLD_NET_DIAL_H
#define PENFOLD_NET_DIAL_H

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

/* Connect to host:port by TCP: all addresses in the resolver's order, each given a head
 * start before the next is tried beside it (RFC 8305, without its resolver half). The
 * socket is non-blocking, close-on-exec, TCP_NODELAY. is_cancelled (may be NULL) is asked
 * twice a second. -1 with PF_ERROR_TEMPORARY, _TIMEOUT or _CANCELLED and the end of a
 * sentence, without the host. */
int dial(const char *host, uint16_t port, unsigned timeout_ms,
    bool (*is_cancelled)(void *user), void *user, GError **error);

/* The same for addresses that are known already (text, NULL-terminated): the resolver is not asked. */
int dial_addresses(const char *const *addresses, uint16_t port, unsigned timeout_ms,
    bool (*is_cancelled)(void *user), void *user, GError **error);

#endif
