/* SPDX-License-Identifier: GPL-3.0-or-later */
/* authserv.h - which server's Authentication-Results an account's mail so far suggests to trust. */
#ifndef PENFOLD_CLIENT_AUTHSERV_H
#define PENFOLD_CLIENT_AUTHSERV_H

#include <jansson.h>

/* The answer of the store's `authserv`: each of its ids gets `share` (percent of the messages), `always` (it is in each
 * of at least 100), `trusted` (a pattern of the array matches it) and `proposed`: none does, and it stands at the head of
 * nine messages of ten, over at least 20 messages from 5 domains. */
void
authserv_weigh(json_t *learnt, const json_t *trusted);

/* The first that is proposed, NULL when none is. Borrowed. */
const json_t *
authserv_proposed(const json_t *learnt);

/* What the rc is to say of one of the ids: it, and "!" when its server writes always. Owned. */
char *
authserv_pattern(const json_t *one);

#endif
