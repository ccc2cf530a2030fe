/* SPDX-License-Identifier: GPL-3.0-or-later */
/* reply.h - the draft that answers or forwards a message: pure data from data. */
#ifndef PENFOLD_MIME_REPLY_H
#define PENFOLD_MIME_REPLY_H

#include "mime/source.h"

#include <jansson.h>

enum reply_mode {
	REPLY_SENDER, /* "reply": Reply-To, else From; of our own mail its To */
	REPLY_ALL,    /* and To and Cc, without ourselves */
	REPLY_LIST,   /* Mail-Followup-To, else List-Post */
	REPLY_FORWARD,
	REPLY_FORWARD_ATTACHED,
	REPLY_EDIT, /* the same letter once more, as a new one */
	REPLY_ACCEPT, /* these three answer an invitation (calendar.h) */
	REPLY_TENTATIVE,
	REPLY_DECLINE,
};

struct reply_opts {
	enum reply_mode mode;
	const char *const *own; /* mailboxes of ours, "Ann <ann@example.org>" or bare;
				 * NULL-terminated */
	const char *from;	/* the mailbox when the message names none of ours; may be NULL */
	int width;		/* of quoted paragraphs and pages, with their marks, at least 78: lines up
				 * to 76 columns are never broken; 0: not wrapped at all */
};

/* False when name ("reply", "all", "list", "forward", "forward-attached", "edit", "accept", "tentative",
 * "decline") is none of the modes. */
bool
reply_mode_find(const char *name, enum reply_mode *mode_out);

/* A draft (draft.h) with the quoted text in "body". In-Reply-To and References as in RFC 5322
 * 3.6.4. Forwards carry "forwards" and "forward_parts": ids of the parts to be attached; with
 * REPLY_FORWARD_ATTACHED "forward_original": {filename, type} asks for the file itself. Values have
 * no control characters. The answer to an invitation goes to its organizer and carries "calendar".
 * PF_ERROR_NOT_FOUND when nobody can be answered. New reference. */
json_t *
reply_draft(const struct source *s, const struct reply_opts *opts, GError **error);

/* What is known of a message that is answered, for the user's own texts: {name, first-name, address, to, cc, subject,
 * date (ISO 8601), id, attribution: the line above the quote}; what is missing is left out. No value has control
 * characters. New reference. */
json_t *
reply_original(const struct source *s);

/* The subject of an answer: one "Re: ", whatever stood there ("AW: Re: SV: x"). Owned. */
char *
reply_subject(const char *subject);
/* The subject of a forward: "Fwd: " unless it is one already. Owned. */
char *
reply_forward_subject(const char *subject);

#endif
