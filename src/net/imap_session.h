/* SPDX-License-Identifier: GPL-3.0-or-later */
/* imap_session.h - the inside of a session, for imap*.c alone. */
#ifndef PENFOLD_NET_IMAP_SESSION_H
#define PENFOLD_NET_IMAP_SESSION_H

#include "net/imap.h"
#include "net/login.h"

struct sync;

struct imap {
	struct transport *transport;
	struct guard *guard;
	mailimap *etpan;
	int newest_tag;
	GQueue queue;		  /* struct pending *, oldest first */
	size_t queued;		  /* bytes of the commands in the queue */
	GHashTable *capabilities; /* upper case */
	GHashTable *enabled;	  /* upper case: what ENABLE has switched on (RFC 5161) */
	bool has_capabilities;	  /* the server has told them in the present state */
	bool is_logged_in;
	bool is_waiting, is_idle; /* between imap_wait_begin() and its end; IDLE is under way */
	bool is_woken;		  /* something came meanwhile */
	bool is_bounded;	  /* its own deadline holds, not that of a command */
	GError *error; /* set by a handler, told once the stack has unwound */
	/* of the last result: for commands that libetpan sends itself */
	enum guard_status last_status;
	char *last_text;
	enum login_binding binding, next_binding; /* of this log-in; what might help where it is refused */
	struct sync *ahead;	     /* what was asked along with the log-in; NULL */
	char *ahead_list;	     /* the command of its LIST */
	bool has_gone_ahead, is_stepwise; /* it was done; it is not to be done */
	bool is_lossy; /* a log-in with it had no answer, one without had */
	bool is_last_credential; /* its code says that user or password are wrong */
	bool is_last_temporary; /* its code says that another time may do (RFC 5530) */
};

/* Read one line for a log-in dialogue with one command pending: 1 a continuation (its
 * text in *text_out, owned), 0 the command's result has been handled, -1 error. */
int imap_read_turn(struct imap *s, char **text_out, GError **error);
/* Queue a command without its line end: more of it is written by imap_write(). */
bool imap_submit_open(
    struct imap *s, const struct imap_command *command, const char *text, GError **error);
/* Send bytes as they are. */
bool imap_write(struct imap *s, const char *bytes, size_t len, GError **error);
bool imap_flush(struct imap *s, GError **error);
/* Forget what the server said it can do. */
void imap_forget_capabilities(struct imap *s);
/* Put an error into words: the handler's, the transport's, or fallback. Always false. */
bool imap_fail(struct imap *s, const char *fallback, GError **error);

/* Of imap_ahead.c: ask along with the log-in what a run asks first, as if the server could
 * do what foreseen says. */
bool imap_ahead_ask(struct imap *s, const char *foreseen, GError **error);
/* What came of it goes into sync, and it is forgotten: true when it is all that there is to
 * ask. False without error when it is of no use. Waits for the answers. */
bool imap_ahead_take(struct imap *s, struct sync *sync, GError **error);
void imap_ahead_drop(struct imap *s);

/* Of imap_login.c: CAPABILITY, STARTTLS, log-in. */
bool imap_login(struct imap *s, const struct session_opts *opts, GError **error);

#endif
