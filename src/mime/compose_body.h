/* SPDX-License-Identifier: GPL-3.0-or-later */
/* compose_body.h - the MIME entity of a letter (RFC 2045, 2046), built by GMime: the text, with a page
 * or an answer to an invitation as another form of it, and its attachments behind it. */
#ifndef PENFOLD_MIME_COMPOSE_BODY_H
#define PENFOLD_MIME_COMPOSE_BODY_H

#include <glib.h>
#include <jansson.h>
#include <stdbool.h>

/* All UTF-8, borrowed. */
struct compose_content {
	const char *text;	     /* as it was written */
	const char *html;	     /* the same as a page, or NULL */
	const char *calendar;	     /* an iCalendar object, or NULL */
	const char *calendar_method; /* its METHOD, or NULL */
	const json_t *attachments;   /* the draft's array (draft.h), or NULL; one with a "content_id" is
				      * shown by the page */
};

/* Content-* fields, an empty line and the encoded body, with CRLF line ends, appended to
 * out. Files are read here. PF_ERROR_NOT_FOUND names a missing file, PF_ERROR_DATA a bad type
 * or a folder. */
bool compose_body(GByteArray *out, const struct compose_content *content, GError **error);

#endif
