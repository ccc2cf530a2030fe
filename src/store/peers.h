/* SPDX-License-Identifier: GPL-3.0-or-later */
/* peers.h - what Autocrypt (Level 1, section 2.2 to 2.4) remembers of those who write to us, in state.db, and
 * what it recommends. */
#ifndef PENFOLD_STORE_PEERS_H
#define PENFOLD_STORE_PEERS_H

#include "store/state.h"

/* What a message says about its author; made while it is indexed. Zeroed: nothing. */
struct peer_note {
	char *address;	/* lower case; NULL: not to be noted */
	gint64 date;	/* effective: not later than now */
	char *keydata;	/* base64, or NULL: it came without */
	bool is_mutual;
};

/* Read the header of a message. */
void
peer_note_read(struct peer_note *out, const char *bytes, size_t len, gint64 now);
void
peer_note_clear(struct peer_note *note);
/* Section 2.3: within a transaction. */
bool
peer_note_keep(struct state_db *db, const struct peer_note *note, GError **error);

/* Section 2.5: what another said of this address, in an encrypted message of that date. */
bool
peer_gossip_keep(struct state_db *db, const char *address, gint64 date, const char *keydata,
    GError **error);

enum peer_advice { PEER_DISABLE, PEER_DISCOURAGE, PEER_AVAILABLE, PEER_ENCRYPT };

/* Section 2.4 for one address; keydata_out (owned) is NULL with PEER_DISABLE. is_answer: the letter answers an
 * encrypted one. own_mutual: the account prefers to encrypt. */
enum peer_advice
peer_advise(struct state_db *db, const char *address, bool is_answer, bool own_mutual, char **keydata_out);
/* "disable", "discourage", "available", "encrypt"; static. */
const char *
peer_advice_name(enum peer_advice advice);

#endif
