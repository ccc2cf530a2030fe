/* SPDX-License-Identifier: GPL-3.0-or-later */
/* dns_rc.h - the DNS as the rc file wants it. */
#ifndef PENFOLD_LOOKUP_DNS_RC_H
#define PENFOLD_LOOKUP_DNS_RC_H

#include "base/rc.h"
#include "lookup/dns.h"

/* By the file of zone, where it is not NULL, else by [dns] zone, else the network by [dns]
 * server and trust-anchor. Freed by dns_free(); NULL with error. */
struct dns *dns_rc_open(const struct rc *rc, const char *zone, GError **error);

#endif
