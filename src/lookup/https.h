/* SPDX-License-Identifier: GPL-3.0-or-later */
/* https.h - one request over verified TLS (RFC 9110, 9112). Redirects are not followed: the
 * answer says where to, and the caller decides whether that is another request. No cookies,
 * no Referer, no compression, nothing that tells one user from another. */
#ifndef PENFOLD_LOOKUP_HTTPS_H
#define PENFOLD_LOOKUP_HTTPS_H

#include <glib.h>
#include <stdbool.h>

/* All borrowed. Zero-filled is a GET with the limits of base/limits.h. */
struct https_request {
	const char *url;		/* https: alone, but see may_be_clear */
	const char *ca_file;		/* PEM; NULL for the system's authorities */
	const char *proxy;		/* rc_proxy(): the only way out, but for this machine's own servers;
					 * NULL for none, or for what the environment says where may_be_local */
	const char *accept;		/* media types; NULL for any */
	const char *post;		/* a body (utf8): POST instead of GET */
	const char *post_type;		/* its media type; NULL for a form */
	const char *bearer;		/* an OAuth token (RFC 6750); never logged */
	const char *const *addresses;	/* ask these (text, NULL-terminated) and not the resolver */
	size_t max_bytes;		/* of the body; 0 for LIMIT_HTTPS_BODY */
	int timeout_ms;			/* for all of it; 0 for LIMIT_HTTPS_SECONDS */
	bool may_be_local;		/* addresses of this machine and its network are fine: the user,
					 * and no stranger, chose the host */
	bool may_be_clear;		/* http: too, for what is signed by itself, such as a CRL */
};

struct https_response {
	int status;	/* 200, 404, ... */
	char *type;	/* media type without parameters, lower case; NULL */
	char *location; /* of a redirect, absolute; NULL */
	GBytes *body;	/* never NULL */
};

/* Ask and wait. True whenever there is an answer, whatever its status; out is then to be
 * cleared. PF_ERROR_USAGE a URL that is none, PF_ERROR_TLS, PF_ERROR_LIMIT a larger body,
 * PF_ERROR_UNAVAILABLE an address that the guard refuses, PF_ERROR_TIMEOUT,
 * PF_ERROR_TEMPORARY. Blocks. */
bool
https_fetch(const struct https_request *request, struct https_response *out, GError **error);

void
https_response_clear(struct https_response *response);

/* Does the address (text) belong to this machine or to a network that is not the world's:
 * loopback, private, link-local, shared, multicast, documentation, embedded ones of these
 * (RFC 6890)? What is no address counts as one.
 * By a proxy: where the host's addresses are not given, its name is told to the proxy, and those are refused that
 * cannot be the world's (without a dot, below `local`, `localhost`, `internal` or `home.arpa`). */
bool
https_address_is_local(const char *address);

#endif
