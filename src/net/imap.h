/* SPDX-License-Identifier: GPL-3.0-or-later */
/* imap.h - an IMAP4rev1 session (RFC 3501): libetpan over our transport and guard, with a
 * queue of commands that are sent without waiting for each other's results. */
#ifndef PENFOLD_NET_IMAP_H
#define PENFOLD_NET_IMAP_H

#include "net/guard.h"
#include "net/session_opts.h"
#include "net/transport.h"

struct imap;

/* Connect, TLS as the account says, log in, learn the capabilities. PREAUTH is refused;
 * nothing goes out in clear but for RC_TLS_NONE. Errors name account, host and port:
 * PF_ERROR_TLS, _AUTH, _TEMPORARY, _PROTOCOL, _CANCELLED. */
struct imap *imap_open(const struct session_opts *opts, GError **error);
/* Says goodbye when that costs no waiting, and frees. NULL is fine. */
void imap_free(struct imap *s);

/* Does the server offer it (after log-in), in any case? "UIDPLUS", "AUTH=PLAIN". */
bool imap_has(const struct imap *s, const char *capability);

/* All of it, for session_opts.foreseen of the next session. Owned. */
char *imap_capabilities(const struct imap *s);
/* Was something asked along with the log-in that the server has not answered? Then it loses what
 * it gets early, and the next session is better without. */
bool imap_is_stuck(const struct imap *s);

/* Has the server said that this is switched on (RFC 5161)? */
bool imap_is_enabled(const struct imap *s, const char *capability);

/* What happens with the answers to one command; any of these may be NULL. False with
 * error set drops the connection. Data belongs to the oldest command that has no result
 * yet. */
struct imap_command {
	/* an untagged response, or "* OK [code]" */
	bool (*on_data)(void *user, const struct guard_event *event, GError **error);
	/* a body of len bytes begins; its bytes, in pieces; its FETCH then comes as
	 * on_data with has_body */
	bool (*on_body)(void *user, guint64 len, GError **error);
	bool (*on_bytes)(void *user, const char *bytes, size_t len, GError **error);
	/* the result; NULL: NO and BAD are errors */
	bool (*on_done)(void *user, const struct guard_event *event, GError **error);
	void *user;
};

/* Queue a command: text without tag and line end, in ASCII or UTF-8 without CR, LF, NUL.
 */
bool imap_submit(
    struct imap *s, const struct imap_command *command, const char *text, GError **error);
/* As imap_submit(), with the letter behind fd as a literal at the end (APPEND), line ends
 * as CRLF: by LITERAL+ when offered, a small one by LITERAL- (RFC 7888), else after
 * waiting for the server's consent. A letter whose header has bytes above 127 goes as
 * UTF8 (RFC 6855 4) where UTF8=ACCEPT is enabled. */
bool imap_submit_literal(struct imap *s, const struct imap_command *command,
    const char *text, int fd, GError **error);
/* Send what is queued and handle answers until at most n commands have no result. */
bool imap_drain(struct imap *s, unsigned n, GError **error);
/* Handle answers until what is under way is small enough for more to follow: so many bytes of commands
 * fit into the buffers between us and a server that does not read while it writes. */
bool imap_make_room(struct imap *s, GError **error);
/* Commands without a result. */
unsigned imap_pending(const struct imap *s);

/* COMPRESS=DEFLATE (RFC 4978) from here on, if the server has it: costs one round trip, so it
 * is for when much is to come. */
bool imap_compress(struct imap *s, GError **error);
/* How long the server took to answer, in microseconds: the shortest time seen. */
gint64 imap_round_trip_us(const struct imap *s);

/* waiting for the server to speak (imap_wait.c) */

enum imap_wait { IMAP_WAIT_NOTIFY, IMAP_WAIT_IDLE, IMAP_WAIT_NONE };

/* What is known of INBOX; 0: not. */
struct imap_wait_known {
	guint32 uidnext, messages;
	guint64 modseq;
};

/* Begin to listen: to all folders by NOTIFY (RFC 5465), else to INBOX by IDLE (RFC 2177),
 * else not at all. *is_woken_out: INBOX is not as known. Nothing may be submitted before
 * imap_wait_end(). */
bool imap_wait_begin(struct imap *s, const struct imap_wait_known *known,
    enum imap_wait *how_out, bool *is_woken_out, GError **error);
/* For poll; when it is readable, look at what came. False: the connection is lost. */
int imap_fd(const struct imap *s);
bool imap_wait_look(struct imap *s, bool *is_woken_out, GError **error);
/* Listen no more. The server has timeout_ms to answer: a peer that is gone, after a
 * suspend or a change of networks, is an error soon. */
bool imap_wait_end(struct imap *s, unsigned timeout_ms, GError **error);

/* As of transport_counters(). */
void imap_counters(const struct imap *s, guint64 *received_out, guint64 *turns_out);

/* "account ...: host:port", for messages. Borrowed. */
const char *imap_label(const struct imap *s);

#endif
