/* SPDX-License-Identifier: GPL-3.0-or-later */
/* smtp_private.h - the session's wire; private to smtp*.c. */
#ifndef PENFOLD_NET_SMTP_PRIVATE_H
#define PENFOLD_NET_SMTP_PRIVATE_H

#include "net/login.h"
#include "net/smtp.h"
#include "net/smtp_reply.h"
#include "net/transport.h"

#define SMTP_COMMAND_MS                                                                  \
	120000 /* RFC 5321 4.5.3.2: up to 5 min; a submission server is near */
#define SMTP_DOT_MS 600000 /* RFC 5321 4.5.3.2.6; opts.answer_ms has another */

struct smtp {
	struct smtp_opts opts;
	struct transport *t;
	mailstream *stream; /* borrowed from t */
	MMAPString *line;
	struct smtp_caps caps;
	struct smtp_reply reply; /* the last one read */
	size_t line_len;	 /* bytes of the line that the filter is in */
	size_t n_dots;		 /* final replies that are due */
	size_t group;		 /* letters that may share a record of their dots; 0: the least */
	gint64 waited_us;	 /* for the last final reply, from the last byte on; 0: none yet */
	bool needs_reset;	 /* a transaction may be open: RSET before the next MAIL,
				    whoever's letter that is */
	bool is_broken;		 /* no more bytes either way */
	bool is_closing;	 /* the server said 421 */
	enum login_binding binding, next_binding; /* of this log-in; what might help where it is refused */
};

/* Append a command; CRLF is added. Not flushed. A line break within is a bug (assert). */
bool smtp_command(struct smtp *s, GError **error, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
/* Append bytes. Not flushed. */
bool smtp_write(struct smtp *s, const char *bytes, size_t len, GError **error);
/* Everything that was appended goes to the kernel. */
bool smtp_flush(struct smtp *s, GError **error);
/* Read one whole reply into s->reply. */
bool smtp_read(struct smtp *s, GError **error);
/* flush and read */
bool smtp_turn(struct smtp *s, GError **error);

/* Greeting, EHLO, STARTTLS, EHLO, AUTH. */
bool smtp_login(struct smtp *s, GError **error);

#endif
