/* SPDX-License-Identifier: GPL-3.0-or-later */
/* dns_rc.c - a file of answers or the network, by the settings of [dns]. */
#include "lookup/dns_rc.h"

#include "lookup/dns_unbound.h"
#include "lookup/dns_zone.h"

struct dns *
dns_rc_open(const struct rc *rc, const char *zone, GError **error)
{
	char *file = zone != NULL ? g_strdup(zone) : rc_path_value(rc, "dns", NULL, "zone");
	char *anchor = rc_path_value(rc, "dns", NULL, "trust-anchor");
	struct dns *dns =
	    file != NULL
		? dns_zone_open(file, error)
		: dns_unbound_open(rc_string(rc, "dns", NULL, "server"), anchor, error);

	g_free(anchor);
	g_free(file);
	return dns;
}
