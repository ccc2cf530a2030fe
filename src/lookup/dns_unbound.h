/* SPDX-License-Identifier: GPL-3.0-or-later */
/* dns_unbound.h - DNS from the network by libunbound: caching, several questions at once,
 * and DNSSEC validation where a trust anchor is configured. */
#ifndef PENFOLD_LOOKUP_DNS_UNBOUND_H
#define PENFOLD_LOOKUP_DNS_UNBOUND_H

#include "lookup/dns.h"

/* server: "ADDRESS" or "ADDRESS@PORT", NULL for those of /etc/resolv.conf. trust_anchor:
 * a file of DS or DNSKEY records that switches validation on; NULL for none.
 * PF_ERROR_CONFIG names what is wrong. */
struct dns *dns_unbound_open(
    const char *server, const char *trust_anchor, GError **error);

#endif
