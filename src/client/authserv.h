/* SPDX-License-Identifier: GPL-3.0-or-later */
/* authserv.h - which server's Authentication-Results an account's mail so far suggests to trust. */
#ifndef PENFOLD_CLIENT_AUTHSERV_H
#define PENFOLD_CLIENT_AUTHSERV_H

#include <jansson.h>

/* The answer of the store's `authserv`: each of its ids gets `share` (percent of the messages), `trusted` (it is in
 * the array of ids) and `proposed`: it is not, and stands at the head of nine messages of ten, over at least 20
 * messages from 5 domains. */
void
authserv_weigh(json_t *learnt, const json_t *trusted);

/* The first that is proposed, NULL when none is. Borrowed. */
const char *
authserv_proposed(const json_t *learnt);

#endif
