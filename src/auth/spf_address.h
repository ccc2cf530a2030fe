/* SPDX-License-Identifier: GPL-3.0-or-later */
/* spf_address.h - addresses of hosts: read, compared by prefix, written as the DNS wants
 * them. */
#ifndef PENFOLD_AUTH_SPF_ADDRESS_H
#define PENFOLD_AUTH_SPF_ADDRESS_H

#include <glib.h>
#include <stdbool.h>

struct spf_address {
	int family; /* AF_INET or AF_INET6 */
	unsigned char bytes[16];
};

/* Text to address; an IPv4 address mapped into IPv6 is IPv4 (RFC 7208 section 5). False
 * when it is none. */
bool spf_address_parse(const char *text, struct spf_address *out);

/* Do the first `prefix` bits agree? */
bool spf_address_has_prefix(
    const struct spf_address *address, const unsigned char *bytes, unsigned prefix);

/* As people write it; "1.2.3.4" or the nibbles of an IPv6 address in capitals with dots;
 * the name under which a PTR record would be. Owned. */
char *spf_address_text(const struct spf_address *address);
char *spf_address_dotted(const struct spf_address *address);
char *spf_address_reverse(const struct spf_address *address);

#endif
