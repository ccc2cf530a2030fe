/* SPDX-License-Identifier: GPL-3.0-or-later */
/* trust.h - which Authentication-Results fields of a message may be believed (RFC 8601
 * sections 5 and 7.1): the id is one that the user trusts, and the field stands where
 * that server would have put it. Anyone can write such a field into a letter. */
#ifndef PENFOLD_AUTH_TRUST_H
#define PENFOLD_AUTH_TRUST_H

#include "auth/authres.h"
#include "auth/message.h"

#include <stdint.h>

enum trust_place {
	TRUST_ABOVE,   /* above the border server's Received: nobody outside could write
			  there */
	TRUST_BORDER,  /* just below it, where some servers put theirs, and a sender could
			  too */
	TRUST_BELOW,   /* further down: written before the message came to us */
	TRUST_UNKNOWN, /* below the first Received, and the border is not known; or there is no Received */
};

struct trust_field {
	size_t field;		/* its number in message->fields */
	struct authres *parsed; /* NULL when malformed */
	char *problem;		/* what is wrong with it; NULL */
	enum trust_place place;
	bool is_trusted; /* by its id */
	bool is_bare;	 /* without an id, as Outlook's servers write it: read as
			    "outlook.com" */
	bool is_head; /* stands where its server would have put it, were its id trusted */
	bool is_used;
	bool is_certain; /* used, and nobody outside can have written it: it stands above the border, or is the
			    first at it and its server writes into every message */
	bool is_duplicate; /* a field above with this id spoke of the same methods */
	bool is_forged;	   /* a trusted id where its server cannot have written */
};

struct trust {
	GPtrArray *fields; /* struct trust_field, top down */
	bool has_border;
	size_t border; /* the number of the Received field that the border server wrote */
	size_t doubt; /* the first hop at or above the border whose client is one of ours only by its HELO: nothing below
		       * it is certain; SIZE_MAX when there is none */
	gint64 received; /* when the border server took the message, -1 when not known */
	gint64 newest;	 /* the topmost Received's time, whoever wrote it; -1 */
	char *login; /* by which the border server was handed the message, as it noted it in its hop; NULL */
	bool was_transported; /* there is a Received field at all */
	bool is_silent; /* a server that writes into every message took this one, and wrote nothing */
};

/* ids: what the account trusts, exact ids or "*.suffix", with "!" at the end where the server writes a field into
 * every message, failures included; NULL-terminated. Where
 * "outlook.com" is among them the topmost field may lack its id. Never fails. Owned. */
struct trust *trust_new(const struct message *message, const char *const *ids);
void trust_free(struct trust *trust);

/* The first used result of a method; only_certain: only from fields that are certain.
 * NULL. */
const struct authres_result *trust_find(
    const struct trust *trust, const char *method, bool only_certain);

/* The authserv-id that trust_find() would take the method from; NULL. Borrowed. */
const char *trust_find_id(
    const struct trust *trust, const char *method, bool only_certain);

/* Does a field that is certain say dkim=pass for this domain and, where it names
 * one, for this selector? */
bool trust_says_dkim_pass(const struct trust *trust, const char *d, const char *s);

/* Is an authserv-id matched by a pattern of the rc, whatever its "!"? Names compare as A-labels, on label
 * boundaries. */
bool trust_id_matches(const char *pattern, const char *id);

#endif
