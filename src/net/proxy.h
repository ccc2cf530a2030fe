/* SPDX-License-Identifier: GPL-3.0-or-later */
/* proxy.h - a connection to a host by way of a proxy, SOCKS5 or HTTP. TLS is laid over it
 * as over any other: the proxy sees the host's name and address, and no byte of mail. */
#ifndef PENFOLD_NET_PROXY_H
#define PENFOLD_NET_PROXY_H

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

struct proxy_way {
	const char *proxy; /* the rc's URL */
	const char *host;
	uint16_t port;
	const char *const *addresses; /* of the host where they are known; else NULL */
	unsigned timeout_ms;
	bool (*is_cancelled)(void *user); /* may be NULL; asked twice a second */
	void *user;
};

/* A socket as dial() gives it. With socks5h: and http: the resolver here is not asked for the host.
 * -1 with PF_ERROR_TEMPORARY, _CONFIG or _CANCELLED and the end of a sentence that names the proxy and the
 * rc's key. Nothing is ever reached another way. */
int proxy_dial(const struct proxy_way *way, GError **error);

#endif
