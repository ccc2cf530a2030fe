/* SPDX-License-Identifier: GPL-3.0-or-later */
/* dns_zone.h - DNS answers from a JSON file instead of the network: `--dns ZONE`, `[dns]
 * zone`.
 *
 * {"name": {"TXT": ["one" | ["two ", "joined"]], "A": [], "AAAA": [], "MX": [{"exchange":
 * "", "priority": 0}], "SRV": [{"target": "", "port": 0, "priority": 0, "weight": 0}],
 * "TLSA":
 * ["3 1 1 HEX"], "PTR": [], "CNAME": "", "SECURE": true}}. SECURE
 * stands for a validation by DNSSEC. The value "TIMEOUT" or "SERVFAIL", of a
 * name or of a type, is that failure; a missing name is NXDOMAIN, a missing type NODATA.
 */
#ifndef PENFOLD_LOOKUP_DNS_ZONE_H
#define PENFOLD_LOOKUP_DNS_ZONE_H

#include "lookup/dns.h"

#include <jansson.h>

/* Load a zone file. PF_ERROR_CONFIG names the file, the line and what is wrong there. */
struct dns *dns_zone_open(const char *path, GError **error);

/* As dns_zone_open(), of an object in memory (stolen). */
struct dns *dns_zone_new(json_t *zone);

#endif
