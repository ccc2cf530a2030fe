/* SPDX-License-Identifier: GPL-3.0-or-later */
/* prescreen.h - a bounded, linear, allocation-free look at a message before any library parses it.
 * GMime and notmuch die of or drown in some mail (nested groups, a million parts); what breaks a
 * limit of limits.h is not given to them. */
#ifndef PENFOLD_MIME_PRESCREEN_H
#define PENFOLD_MIME_PRESCREEN_H

#include <glib.h>
#include <stdbool.h>

enum prescreen_finding {
	PRESCREEN_OK,
	PRESCREEN_EMPTY,	 /* no byte */
	PRESCREEN_HEADER_BLOCK,	 /* header block too large */
	PRESCREEN_HEADER_FIELDS, /* too many fields */
	PRESCREEN_HEADER_VALUE,	 /* one structured field too long to parse */
	PRESCREEN_GROUPS,	 /* too many ':' in an address field */
	PRESCREEN_COMMENTS,	 /* "(" too deep */
	PRESCREEN_PARTS,	 /* too many boundary lines */
	PRESCREEN_DEPTH,	 /* multipart or message/rfc822 nested too deep */
	PRESCREEN_REFERENCES,	 /* too many message ids */
};

struct prescreen {
	enum prescreen_finding finding;
	guint64 offset; /* of the byte where the limit was passed */
	guint64 fields, parts, references;
};

/* bytes: the whole message, as read or mapped. */
void
prescreen_scan(const char *bytes, size_t len, struct prescreen *out);
/* "too many parts" and so on; static. */
const char *
prescreen_text(enum prescreen_finding finding);

/* A small message that stands in for one that is over a limit: From, To, Subject, Date, Message-ID
 * (bounded, control characters taken out) and a body that names the reason. UTF-8, LF line ends.
 * sha256 makes a Message-ID when there is none. Owned. */
char *
prescreen_stand_in(const char *bytes, size_t len, const struct prescreen *found, const char *sha256);

#endif
