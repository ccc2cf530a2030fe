/* SPDX-License-Identifier: GPL-3.0-or-later */
/* sync_state_pop3.h - which messages of a maildrop are known: the server's ids and the
 * UIDs that we give them in the account's inbox. A message is here when its UID is
 * (sync_state_message()). */
#ifndef PENFOLD_STORE_SYNC_STATE_POP3_H
#define PENFOLD_STORE_SYNC_STATE_POP3_H

#include "store/sync_state.h"

struct sync_pop3 {
	guint32 uid;
	guint64 size;	 /* as the server told it */
	gint64 first;	 /* Unix seconds: when it was first listed */
	bool is_indexed; /* and durable: may be deleted there when its time has come */
	guint tries;	 /* fetches that ended within it */
};

/* False without error when it is not known. */
bool sync_state_pop3_get(
    struct sync_state *db, const char *id, struct sync_pop3 *out, GError **error);
bool sync_state_pop3_put(
    struct sync_state *db, const char *id, const struct sync_pop3 *p, GError **error);
bool sync_state_pop3_forget(struct sync_state *db, const char *id, GError **error);
/* All ids, owned strings in a GPtrArray with free function; NULL with error. */
GPtrArray *sync_state_pop3_ids(struct sync_state *db, GError **error);

#endif
