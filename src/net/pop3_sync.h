/* SPDX-License-Identifier: GPL-3.0-or-later */
/* pop3_sync.h - one run over a maildrop: list, fetch what is new, delete what is due.
 * Knows nothing of disks: a sink keeps what comes. */
#ifndef PENFOLD_NET_POP3_SYNC_H
#define PENFOLD_NET_POP3_SYNC_H

#include "net/pop3.h"

enum pop3_action {
	POP3_FETCH,
	POP3_KEEP,
	POP3_DELETE,
};

/* A message of the maildrop. */
struct pop3_item {
	guint32 number; /* in this session */
	/* What tells it from others, across sessions; owned: the server's unique id (a
	 * second message of the same id gets a tab and its count behind it), else "top:"
	 * or "sha256:" and a hash. NULL until it has been fetched, when the server offers
	 * nothing of the kind. */
	char *id;
	guint64 size; /* as the server says, 0 unknown */
	/* for the sink */
	enum pop3_action action;
	guint32 uid;
	guint tries; /* fetches of earlier runs that ended within this message */
};

/* So many tries: it is not asked for again. */
#define POP3_TRIES_NEVER 1000

/* Keeper of what comes. All functions may fail with error set, which ends the run. */
struct pop3_sink {
	void *user;

	/* Set action (POP3_FETCH at first) and uid of each item (struct pop3_item *, with
	 * id). is_all: this is the whole maildrop, and what is not in it is gone there.
	 */
	bool (*plan)(void *user, const GPtrArray *items, bool is_all, GError **error);
	/* A message: begin, bytes in pieces, end; or abort. */
	bool (*begin)(void *user, GError **error);
	bool (*bytes)(void *user, const char *bytes, size_t len, GError **error);
	bool (*end)(void *user, const struct pop3_item *item, GError **error);
	void (*abort)(void *user);
	/* The connection ended within this message, by the server's doing: next time it
	 * is fetched after all others. is_hopeless: it has no end. */
	void (*broken)(void *user, const struct pop3_item *item, bool is_hopeless);
	/* All messages that have ended become durable, visible and known. */
	bool (*commit)(void *user, GError **error);
	/* The server has deleted these (struct pop3_item *), for certain. */
	bool (*deleted)(void *user, const GPtrArray *items, GError **error);

	void (*on_listed)(void *user, guint n_messages, guint n_new);
	void (*on_progress)(void *user, guint64 done, guint64 total);
	void (*on_error)(void *user, const char *text);
};

/* Run once over an open session, QUIT included. What was committed before an error
 * stays. Messages are fetched newest first. */
bool pop3_sync_run(struct pop3 *pop3, const struct pop3_sink *sink, GError **error);

#endif
