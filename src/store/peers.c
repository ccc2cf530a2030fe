/* SPDX-License-Identifier: GPL-3.0-or-later */
/* peers.c - one row an address: when it was seen, with which key, and what it prefers. */
#include "store/peers.h"

#include "mime/autocrypt.h"
#include "store/state_private.h"

#include <string.h>

#define STALE_SECONDS (35 * 86400) /* section 2.4.1 */

void
peer_note_clear(struct peer_note *note)
{
	g_free(note->address);
	g_free(note->keydata);
	*note = (struct peer_note){ 0 };
}

static gint64
date_of(const struct header *h, gint64 now)
{
	char *iso = header_date(header_last(h, "Date"));
	GDateTime *date = iso != NULL ? g_date_time_new_from_iso8601(iso, NULL) : NULL;
	gint64 out = date != NULL ? MIN(g_date_time_to_unix(date), now) : now;

	if (date != NULL)
		g_date_time_unref(date);
	g_free(iso);
	return out;
}

/* Reports are written by servers in others' names (section 2.3). */
static bool
is_report(const struct header *h)
{
	const char *type = header_last(h, "Content-Type");

	return type != NULL && g_ascii_strncasecmp(type, "multipart/report", 16) == 0;
}

void
peer_note_read(struct peer_note *out, const char *bytes, size_t len, gint64 now)
{
	struct header *h = header_of_bytes(bytes, len);
	struct autocrypt a = { 0 };
	GPtrArray *from = header_addresses(header_last(h, "From"), NULL);

	*out = (struct peer_note){ .date = date_of(h, now) };
	if (header_count(h, "From") == 1 && from->len == 1 && !is_report(h)) {
		const struct header_address *author = from->pdata[0];

		out->address = strchr(author->address, '@') != NULL ? g_utf8_strdown(author->address, -1)
								     : NULL;
		if (out->address != NULL && autocrypt_of_header(h, &a)) {
			out->keydata = g_steal_pointer(&a.keydata);
			out->is_mutual = a.is_mutual;
		}
		autocrypt_clear(&a);
	}
	g_ptr_array_unref(from);
	header_free(h);
}

bool
peer_note_keep(struct state_db *db, const struct peer_note *note, GError **error)
{
	sqlite3_stmt *st;

	if (note->address == NULL)
		return true;
	st = note->keydata != NULL
	    ? state_bind(db, STATE_PEER_KEY, "sisi", note->address, note->date, note->keydata,
		  (gint64)note->is_mutual)
	    : state_bind(db, STATE_PEER_SEEN, "si", note->address, note->date);
	return state_run(db, st, error);
}

bool
peer_gossip_keep(struct state_db *db, const char *address, gint64 date, const char *keydata,
    GError **error)
{
	char *lower = g_utf8_strdown(address, -1);
	bool ok = state_run(db, state_bind(db, STATE_GOSSIP_PUT, "sis", lower, date, keydata), error);

	g_free(lower);
	return ok;
}

static char *
gossip_of(struct state_db *db, const char *lower)
{
	sqlite3_stmt *st = state_bind(db, STATE_GOSSIP_GET, "s", lower);
	char *out = st != NULL && sqlite3_step(st) == SQLITE_ROW ? state_text(st, 0) : NULL;

	if (st != NULL)
		sqlite3_reset(st);
	return out;
}

enum peer_advice
peer_advise(struct state_db *db, const char *address, bool is_answer, bool own_mutual, char **keydata_out)
{
	char *lower = g_utf8_strdown(address, -1);
	sqlite3_stmt *st = state_bind(db, STATE_PEER_GET, "s", lower);
	enum peer_advice out = PEER_DISABLE;

	*keydata_out = NULL;
	if (st != NULL && sqlite3_step(st) == SQLITE_ROW) {
		gint64 seen = sqlite3_column_int64(st, 0), dated = sqlite3_column_int64(st, 1);
		bool is_mutual = sqlite3_column_int64(st, 3) != 0;

		*keydata_out = state_text(st, 2);
		if (*keydata_out != NULL)
			out = dated < seen - STALE_SECONDS ? PEER_DISCOURAGE : PEER_AVAILABLE;
		if (out != PEER_DISABLE && is_answer)
			out = PEER_ENCRYPT;
		else if (out == PEER_AVAILABLE && is_mutual && own_mutual)
			out = PEER_ENCRYPT;
	}
	if (st != NULL)
		sqlite3_reset(st);
	if (*keydata_out == NULL && (*keydata_out = gossip_of(db, lower)) != NULL)
		out = is_answer ? PEER_ENCRYPT : PEER_DISCOURAGE; /* section 2.4.1 */
	g_free(lower);
	return out;
}

const char *
peer_advice_name(enum peer_advice advice)
{
	static const char *const names[] = {
		[PEER_DISABLE] = "disable",
		[PEER_DISCOURAGE] = "discourage",
		[PEER_AVAILABLE] = "available",
		[PEER_ENCRYPT] = "encrypt",
	};

	return names[advice];
}
