/* SPDX-License-Identifier: GPL-3.0-or-later */
/* smtp.h - submission (RFC 6409) over our own TLS: connect, log in, and send any number
 * of letters over one connection. Blocking; deadlines per command as in RFC 5321 4.5.3.2.
 *
 * EHLO names an address literal of the loopback network, so nothing about this machine
 * leaves it. */
#ifndef PENFOLD_NET_SMTP_H
#define PENFOLD_NET_SMTP_H

#include "base/secret.h"
#include "mime/compose_wire.h"
#include "net/session_opts.h"
#include "net/smtp_caps.h"
#include "net/tls.h"

#include <glib.h>
#include <stdbool.h>

struct smtp;

/* How a server of another's domain is spoken to (RFC 5321), and not the account's own. */
struct smtp_relay {
	const char *ehlo_name;
	const char *const *addresses; /* NULL-terminated */
	bool must_encrypt;	      /* MTA-STS or DANE say so */
	bool is_clear;		      /* STARTTLS is not tried: it failed before */
	enum tls_trust trust;
	const char *const *tlsa;
};

struct smtp_opts {
	/* Its password is not looked at, and is_cancelled not while a final reply is due. */
	struct session_opts session;
	const struct smtp_relay
	    *relay;	    /* borrowed while the session lives; NULL: submission */
	unsigned answer_ms; /* for the final reply to a letter; 0: 10 min (RFC 5321 4.5.3.2.6) */
	/* Called with the session's user when the server wants a log-in. NULL without error: by
	 * certificate. */
	struct secret *(*password)(void *user, GError **error);
};

enum smtp_verdict {
	SMTP_OPEN,  /* nothing final is known */
	SMTP_TAKEN, /* final 2xx */
	SMTP_LATER, /* 4xx */
	SMTP_NEVER, /* 5xx */
};

struct smtp_recipient {
	const char *address; /* borrowed */
	enum smtp_verdict verdict;
	char *reply; /* one sentence, owned: smtp_letter_clear(); NULL with SMTP_OPEN */
	int code;    /* of the reply; 0 when it is our own word */
	unsigned enhanced[3]; /* RFC 3463; the first is 0 when there was none */
};

enum smtp_fate {
	SMTP_NOT_SENT, /* the server cannot have it: safe to try again */
	SMTP_ANSWERED, /* every recipient has a verdict */
	SMTP_LOST,     /* the last byte left and the answer did not come (RFC 1047) */
	SMTP_HELD,     /* before_dot said no */
};

struct smtp_letter {
	const char *sender; /* "" for the null sender */
	struct smtp_recipient *recipients;
	size_t n_recipients;
	GBytes *bytes;	    /* CRLF, as they are to arrive */
	const char *envid;  /* RFC 3461 4.4, ASCII that needs no xtext; NULL for none */
	const char *notify; /* "SUCCESS,FAILURE", "NEVER"; NULL or "": unsaid */
	bool require_tls;   /* RFC 8689: refused where it is not offered */
	enum smtp_fate fate;
	void *user;
	/* the session's own */
	bool mail_ok, data_go, is_finished;
	size_t n_accepted;
	struct compose_wire wire; /* header_len 0: not looked at yet */
};

struct smtp_events {
	/* The last bytes of these letters are about to go. Record that durably; set fate
	 * to SMTP_HELD for one that must not go. False with error ends the session before
	 * any of them left. */
	bool (*before_dot)(
	    struct smtp_letter *const *letters, size_t n, void *user, GError **error);
	/* So many bytes of a letter left. False: it was taken back, and the session ends
	 * (PF_ERROR_CANCELLED) before more of it leaves. May be NULL. */
	bool (*progress)(struct smtp_letter *letter, gsize sent, void *user);
	/* Its fate is final. Called once for each letter, in any order. */
	void (*finished)(struct smtp_letter *letter, void *user);
	void *user;
};

/* Errors: those of transport_open(); PF_ERROR_TLS when STARTTLS is due and not offered,
 * before anything but EHLO was sent; PF_ERROR_AUTH; PF_ERROR_TEMPORARY for a 4xx;
 * PF_ERROR_PROTOCOL. */
struct smtp *smtp_open(const struct smtp_opts *opts, GError **error);
const struct smtp_caps *smtp_caps(const struct smtp *s);
/* "TLSv1.3 TLS_AES_256_GCM_SHA384", NULL in clear. Borrowed. */
const char *smtp_tls_name(const struct smtp *s);
const char *smtp_host(const struct smtp *s);

/* Send letters in order. Each one gets its fate and its finished(). False with error when
 * the connection can no longer be used; letters that were not reached are SMTP_NOT_SENT.
 */
bool smtp_send(struct smtp *s, struct smtp_letter *const *letters, size_t n,
    const struct smtp_events *events, GError **error);

/* QUIT when the connection is good, and free. NULL is fine. */
void smtp_close(struct smtp *s);
/* Free a session that another process goes on with: nothing is said to the server. */
void smtp_forget(struct smtp *s);

/* Free the recipients' replies. */
void smtp_letter_clear(struct smtp_letter *letter);

#endif
