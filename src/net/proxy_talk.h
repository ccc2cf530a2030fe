/* SPDX-License-Identifier: GPL-3.0-or-later */
/* proxy_talk.h - what is said to a proxy until it passes bytes on: SOCKS5 (RFC 1928, RFC 1929 with an
 * empty password) and CONNECT of HTTP (RFC 9110 9.3.6). Pure: bytes in, bytes out. */
#ifndef PENFOLD_NET_PROXY_TALK_H
#define PENFOLD_NET_PROXY_TALK_H

#include "base/rc_value.h"

#include <glib.h>
#include <stdbool.h>

struct proxy_talk {
	const struct rc_url *proxy; /* borrowed, as is host */
	const char *host;	    /* a name, which the proxy looks up, or an address (text) */
	uint16_t port;
	/* its own */
	bool (*step)(struct proxy_talk *talk, GByteArray *out, bool *is_open_out, GError **error);
	GByteArray *in;
	gsize need; /* bytes of `in` for the next step; 0: to an empty line */
};

/* Begin: what is to be said first is appended to out. PF_ERROR_CONFIG for a host or user of over
 * 255 bytes, which SOCKS cannot say. */
bool proxy_talk_begin(struct proxy_talk *talk, GByteArray *out, GError **error);

/* One byte of the proxy's; bytes behind its last word are the server's and not to be given
 * here. *is_open_out: from now on it passes bytes on. False with PF_ERROR_TEMPORARY and
 * the end of a sentence: it refuses, or says what no proxy would. */
bool proxy_talk_feed(struct proxy_talk *talk, guint8 byte, GByteArray *out, bool *is_open_out,
    GError **error);

void proxy_talk_end(struct proxy_talk *talk);

#endif
