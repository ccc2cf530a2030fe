/* SPDX-License-Identifier: GPL-3.0-or-later */
/* provider.h - the large mail providers: share/penfold/providers.json, a file of data
 * that anybody may mend. {"providers": [{name, domains, mx, imap, pop3, smtp, auth,
 * oauth, user, note}], "oauth": {NAME: {authorize, token, device, scope, redirect, more}}}: `mx`
 * are the domains of the mail exchangers of those who only host there, `user` is "local"
 * where the log-in is the part before the @, `more` further parameters of the
 * authorization request. */
#ifndef PENFOLD_NET_PROVIDER_H
#define PENFOLD_NET_PROVIDER_H

#include <glib.h>
#include <stdbool.h>

struct providers;

/* All borrowed from the file; NULL when absent, but the name. */
struct provider {
	const char *name, *imap, *pop3, *smtp, *auth, *oauth, *note;
	bool is_user_local;
};

/* Read the file; path NULL: the installed one. PF_ERROR_CONFIG names it. */
struct providers *providers_load(const char *path, GError **error);
void providers_free(struct providers *p);

/* By the domain of an address; by the name of a mail exchanger. False when unknown. */
bool providers_of_domain(
    const struct providers *p, const char *domain, struct provider *out);
bool providers_of_mx(const struct providers *p, const char *host, struct provider *out);
/* By a server's host, as it stands in the rc. */
bool providers_of_host(const struct providers *p, const char *host, struct provider *out);

/* The endpoints of an OAuth service: all borrowed; NULL when absent. */
struct oauth_service {
	const char *authorize, *token, *device, *scope, *more;
	const char *redirect; /* "http://localhost", NULL for http://127.0.0.1 */
};

bool providers_oauth(
    const struct providers *p, const char *name, struct oauth_service *out);

#endif
