/* SPDX-License-Identifier: GPL-3.0-or-later */
/* dns_wire.h - an answer of the DNS as it travels (RFC 1035 section 4) to what the session wants of it. Pure. */
#ifndef PENFOLD_LOOKUP_DNS_WIRE_H
#define PENFOLD_LOOKUP_DNS_WIRE_H

#include "lookup/dns.h"

/* The records of this type at the end of the chain of aliases (CNAME) that begins with the packet's question. The status
 * is DNS_NXDOMAIN by the packet's code, DNS_NODATA when there are none, DNS_SERVFAIL when it has another code or is no
 * packet; the ttl is the shortest of the chain. is_secure is the caller's to set. Owned. */
struct dns_answer *dns_wire_answer(const unsigned char *packet, size_t len, enum dns_type type);

#endif
