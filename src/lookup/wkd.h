/* SPDX-License-Identifier: GPL-3.0-or-later */
/* wkd.h - where the OpenPGP key of an address is published: the Web Key Directory of its domain
 * (draft-koch-openpgp-webkey-service), or a key server that checks addresses. */
#ifndef PENFOLD_LOOKUP_WKD_H
#define PENFOLD_LOOKUP_WKD_H

#include "lookup/dns.h"

#include <glib.h>

/* The URL of the advanced (a host of its own) or the direct method; addr_spec: ASCII domain. Owned; NULL
 * for what is no address. */
char *
wkd_url(const char *addr_spec, gboolean is_direct);
/* At a server that answers by address (keys.openpgp.org and its kin). Owned. */
char *
wkd_server_url(const char *server, const char *addr_spec);

struct wkd_opts {
	const char *server;  /* NULL: the directory of the address's own domain */
	const char *ca_file; /* PEM; NULL for the system's authorities. With one, hosts may be local */
	const char *proxy; /* NULL: none */
	struct dns_session *dns; /* borrowed */
};

/* Look a key up. Section 3.1: the domain's own host is asked only when it has none for keys. Blocks. What came is
 * a stranger's, and to be looked at before it is used. PF_ERROR_NOT_FOUND when there is none. Owned. */
GBytes *
wkd_fetch(const char *addr_spec, const struct wkd_opts *opts, GError **error);

#endif
