/* SPDX-License-Identifier: GPL-3.0-or-later */
/* pop3_reply.h - what a POP3 server says (RFC 1939, 2449, 3206), to values. Pure: no I/O.
 * Lines come without their end and without NUL. */
#ifndef PENFOLD_NET_POP3_REPLY_H
#define PENFOLD_NET_POP3_REPLY_H

#include <glib.h>
#include <stdbool.h>

enum pop3_status {
	POP3_OK,
	POP3_ERR,
	POP3_GO_ON,  /* "+ ", a challenge of AUTH (RFC 5034 4) */
	POP3_BROKEN, /* no reply at all */
};

struct pop3_reply {
	enum pop3_status status;
	const char *text; /* behind the status, borrowed from the line; bytes */
	/* the codes of RFC 2449 8 and RFC 3206, in any case */
	bool is_temporary; /* [IN-USE], [LOGIN-DELAY], [SYS/TEMP] */
	bool is_auth;	   /* [AUTH] */
};

void pop3_reply_parse(const char *line, struct pop3_reply *out);

/* The timestamp of a greeting for APOP, "<...>" (RFC 1939 7); owned, NULL when there is
 * none that APOP may be trusted with: printable ASCII, as a Message-ID. */
char *pop3_reply_timestamp(const char *greeting);

/* A line of LIST: "number size". False for anything else; numbers are 1 to 2^31-1. */
bool pop3_reply_size(const char *line, guint32 *number_out, guint64 *size_out);
/* A line of UIDL: "number id". The id is borrowed from the line; printable ASCII without
 * blanks, at most POP3_UIDL_MAX bytes (RFC 1939 allows 70). */
bool pop3_reply_uidl(const char *line, guint32 *number_out, const char **uidl_out);

#define POP3_UIDL_MAX 255

/* What CAPA told. */
struct pop3_caps {
	bool is_known; /* CAPA was answered */
	bool has_uidl, has_top, has_user, has_pipelining, has_stls;
	GPtrArray *sasl; /* owned names, NULL-terminated */
};

void pop3_caps_init(struct pop3_caps *caps);
void pop3_caps_fini(struct pop3_caps *caps);
void pop3_caps_reset(struct pop3_caps *caps);
/* Take one line of the answer. */
void pop3_caps_feed(struct pop3_caps *caps, const char *line);

/* The body of an answer of several lines: dots taken away, the end found (RFC 1939 3).
 * Only CRLF "." CRLF ends it; a dot between bare LFs is text. */
struct pop3_body {
	/* LF alone ends a line too: for a server whose status line ended so */
	bool is_loose;
	int state;
	bool is_over;
};

void pop3_body_init(struct pop3_body *b, bool is_loose);
/* Consume bytes of in and append the text to out. Returns how many were consumed: fewer
 * than len only when the end was among them. */
size_t pop3_body_feed(struct pop3_body *b, const char *in, size_t len, GByteArray *out);

#endif
