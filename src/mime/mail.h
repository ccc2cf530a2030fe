/* SPDX-License-Identifier: GPL-3.0-or-later */
/* mail.h - a message that was read: header, parts in a flat list, and which of them are the body.
 *
 * Parsing is GMime's, so that the index and the screen see the same message; callers pre-screen the
 * bytes first (prescreen.h). */
#ifndef PENFOLD_MIME_MAIL_H
#define PENFOLD_MIME_MAIL_H

#include "mime/content.h"
#include "mime/header.h"

#include <stdbool.h>

enum mail_role {
	MAIL_CONTAINER,   /* a multipart with parts in it */
	MAIL_BODY,	     /* shown */
	MAIL_ALTERNATIVE, /* the same in another form; another one is shown */
	MAIL_ATTACHMENT,  /* files, inline images, attached messages */
	MAIL_WITHIN,	     /* inside an attached message */
};

struct mail_part {
	char *id;	   /* as IMAP numbers them (RFC 3501 6.4.5); "" for an outermost multipart */
	char *type;	   /* "text/plain", lower case */
	char *charset;	   /* as named, or NULL */
	char *filename;	   /* UTF-8 as decoded, not a safe path; NULL when there is none */
	char *disposition; /* "inline", "attachment", lower case; NULL when there is none */
	char *content_id;  /* without <>, or NULL */
	struct content content;
	guint64 size; /* decoded bytes */
	int parent;   /* index of the multipart or message that holds it, -1 for the root */
	unsigned depth;
	enum mail_role role;
	bool is_message; /* an attached message that was parsed */
	/* A file within the text of another part (inline_file.h): that part's index, else -1. Its id is that part's with
	 * "~" and a number behind it, its object that part's. */
	int text_of;
	/* Of a text: its inline files, struct inline_file *; NULL for none. With them, what their places are counted in:
	 * `content`, or that decoded. */
	GPtrArray *files;
	struct content plain;
	GBytes *decoded; /* that it borrows; NULL for none */
	GMimeObject *object; /* borrowed from the message */
};

struct mail;

/* create */

/* Library initialisation; once, before the process is sealed. */
void
mail_init(void);
/* Parse. bytes are borrowed as long as the message lives (they may be a mapped file). PF_ERROR_DATA
 * when there is no message in them. */
struct mail *
mail_new(const char *bytes, size_t len, GError **error);
/* The message inside an is_message part, its parts numbered as they were; shares m's bytes and must
 * be freed before it. NULL for any other part. */
struct mail *
mail_inner(const struct mail *m, const struct mail_part *part);
void
mail_free(struct mail *m);

/* read */

/* Where a part's header (for a part without one: its body) and its body begin, counted from the first
 * byte of the message; header_out is G_MAXSIZE when that is not known. */
void
mail_part_place(const struct mail *m, const struct mail_part *part, size_t *header_out,
    size_t *body_out);
const struct header *
mail_header(const struct mail *m);
size_t
mail_n_parts(const struct mail *m);
/* In reading order. Borrowed. */
const struct mail_part *
mail_part(const struct mail *m, size_t i);
/* By id; NULL when there is none. Never a container. Borrowed. */
const struct mail_part *
mail_find(const struct mail *m, const char *id);
/* The charset that raw 8-bit header text is likely in: that of the first text part, or NULL. */
const char *
mail_charset(const struct mail *m);
/* Write the decoded bytes of a part; an attached message is written as it stood. */
bool
mail_write_part(const struct mail *m, const struct mail_part *part, int fd,
    GError **error);

#endif
