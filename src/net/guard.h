/* SPDX-License-Identifier: GPL-3.0-or-later */
/* guard.h - stands between the wire and libetpan's IMAP parser (RFC 3501), as a
 * transport_filter.
 *
 * It cuts the bytes into responses (lines and literals), counts bytes, depth and numbers,
 * and refuses what goes past limits.h. What it lets through to libetpan is written anew
 * in its plainest form: greeting, continuation and tagged results without codes and with
 * printable text; of a FETCH with a body only "* 1 FETCH (BODY[] {n}", the bytes, and
 * ")". Everything else never reaches libetpan: it is reported as tokens, in wire order
 * and in step with what libetpan has read. */
#ifndef PENFOLD_NET_GUARD_H
#define PENFOLD_NET_GUARD_H

#include "net/imap_token.h"

struct guard;

enum guard_kind {
	GUARD_GREETING, /* status OK or PREAUTH */
	GUARD_STATUS,	/* "* OK/NO/BAD [code] text" */
	GUARD_DATA,	/* any other untagged response: tokens without the "*" */
	GUARD_TAGGED,	/* the result of a command */
};

enum guard_status { GUARD_OK, GUARD_NO, GUARD_BAD, GUARD_PREAUTH };

/* One response; everything borrowed during the call. */
struct guard_event {
	enum guard_kind kind;
	enum guard_status status;
	guint32 tag; /* GUARD_TAGGED */
	const struct imap_tokens
	    *tokens;	  /* GUARD_DATA: the response; else the code, perhaps empty */
	const char *text; /* of the server, printable ASCII, one line; "" for data */
	bool has_body; /* GUARD_DATA: a FETCH whose body libetpan has streamed before this
			  event */
};

struct guard_handler {
	/* False with error set closes the connection. */
	bool (*on_event)(void *user, const struct guard_event *event, GError **error);
	/* A body of len bytes comes now through libetpan. False with error set refuses
	 * it. */
	bool (*on_body)(void *user, guint64 len, GError **error);
	void *user;
};

struct guard *guard_new(const struct guard_handler *handler);
void guard_free(struct guard *g);

/* The transport_filter's function; state is the guard. Errors: PF_ERROR_PROTOCOL,
 * PF_ERROR_LIMIT, for BYE PF_ERROR_TEMPORARY, what on_event sets. */
bool guard_feed(void *state, const char *in, size_t len, size_t *used_out,
    GByteArray *out, GError **error);

#endif
