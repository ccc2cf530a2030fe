/* SPDX-License-Identifier: GPL-3.0-or-later */
/* smtp_reply.h - replies of an SMTP server: RFC 5321 4.2 (codes, several lines), RFC 2034
 * and 3463 (enhanced codes), and what they mean in words. Pure: fed line by line. */
#ifndef PENFOLD_NET_SMTP_REPLY_H
#define PENFOLD_NET_SMTP_REPLY_H

#include <glib.h>
#include <stdbool.h>
#include <stddef.h>

struct smtp_reply {
	int code;	      /* 200 to 599; 0 before the first line */
	unsigned enhanced[3]; /* class, subject, detail; class 0: none */
	GString *text; /* lines joined by LF, without codes; valid UTF-8 without controls
			* once it is whole */
	bool is_whole;
};

void smtp_reply_init(struct smtp_reply *reply);
void smtp_reply_fini(struct smtp_reply *reply);
/* Forget what was fed. */
void smtp_reply_reset(struct smtp_reply *reply);

/* Feed a line without its line end; is_whole tells whether it was the last.
 * PF_ERROR_PROTOCOL when it is no reply, PF_ERROR_LIMIT past LIMIT_REPLY_TOTAL. */
bool smtp_reply_feed(
    struct smtp_reply *reply, const char *line, size_t len, GError **error);

/* One sentence with the server's words: "the mailbox does not exist (550 5.1.1 No such
 * user)". Owned. */
char *smtp_reply_explain(const struct smtp_reply *reply);

/* Meaning of an enhanced code (RFC 3463 and the IANA registry); NULL when it says
 * nothing. Static. */
const char *smtp_reply_meaning(unsigned subject, unsigned detail);

#endif
