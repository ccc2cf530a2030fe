/* SPDX-License-Identifier: GPL-3.0-or-later */
/* unsubscribe.h - may a list be left with one click (RFC 8058)? Only where a signature that held covers
 * the offer: else anybody could have the user's machine send a request wherever he likes. */
#ifndef PENFOLD_AUTH_UNSUBSCRIBE_H
#define PENFOLD_AUTH_UNSUBSCRIBE_H

#include <glib.h>
#include <jansson.h>
#include <stdbool.h>

/* What is sent (RFC 8058 section 3.1). */
#define UNSUBSCRIBE_BODY "List-Unsubscribe=One-Click"

struct unsubscribe {
	char *url;    /* https: where to say it; NULL when one click is not offered or not believed */
	char *mailto; /* the address form of the offer; NULL */
	char *domain; /* d= of the signature that covers it; NULL */
	const char *reason; /* why url is NULL; static, NULL with a url */
};

/* Read the offer of a message; verdict is the one kept of these very bytes. */
void
unsubscribe_init(struct unsubscribe *out, const char *bytes, size_t len, const json_t *verdict);
void
unsubscribe_fini(struct unsubscribe *offer);

#endif
