/* SPDX-License-Identifier: GPL-3.0-or-later */
/* oauth_flow.h - asking a person for permission: by a code that he types in on any device
 * (RFC 8628), or by a browser on this machine that is sent back to a port of ours (RFC
 * 8252, with PKCE). Blocking. */
#ifndef PENFOLD_NET_OAUTH_FLOW_H
#define PENFOLD_NET_OAUTH_FLOW_H

#include "net/oauth.h"

struct oauth_flow_opts {
	const struct oauth_client *client;
	const char *user; /* whose mailbox; a hint for the service's page */
	/* Show this to the person: where to go, and the code to type in there (NULL:
	 * none). */
	void (*on_visit)(
	    void *user_data, const char *url, const char *code, gint64 expires);
	bool (*is_cancelled)(void *user_data);
	void *user_data;
};

/* Both give an access token and, if the service grants one, a refresh token.
 * PF_ERROR_AUTH when refused or too late, PF_ERROR_CANCELLED, PF_ERROR_UNAVAILABLE when
 * the service has no such flow. */
bool oauth_flow_device(
    const struct oauth_flow_opts *opts, struct oauth_token *out, GError **error);
bool oauth_flow_browser(
    const struct oauth_flow_opts *opts, struct oauth_token *out, GError **error);

#endif
