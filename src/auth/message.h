/* SPDX-License-Identifier: GPL-3.0-or-later */
/* message.h - the header fields and the body of a message as bytes, for whoever must hash
 * them. */
#ifndef PENFOLD_AUTH_MESSAGE_H
#define PENFOLD_AUTH_MESSAGE_H

#include <glib.h>
#include <stdbool.h>
#include <stddef.h>

struct message_field {
	const char
	    *raw; /* from the first byte of the name; borrowed from the message's bytes */
	size_t raw_len;	 /* without the line end that closes the field */
	size_t name_len; /* of the name, without blanks before the colon */
	size_t colon;	 /* offset of ":" in raw */
};

struct message {
	const char *bytes; /* borrowed */
	size_t len;
	struct message_field *fields; /* top down */
	size_t n_fields;
	const char *body; /* after the empty line; len 0 when there is none */
	size_t body_len;
	bool is_broken; /* a line that is no field ended the header */
	bool is_cut; /* the header passes LIMIT_HEADER_BLOCK or LIMIT_HEADER_FIELDS */
	GHashTable *by_name; /* lower-case name -> GArray of field numbers, top down */
};

/* Find the fields. bytes is borrowed and must outlive the result. Lines end in LF or CR
 * LF. A line that is neither a field, nor its continuation, nor empty ends the header and
 * belongs to the body; an mbox "From " line at the very start is passed over. Never
 * fails. */
struct message *message_new(const char *bytes, size_t len);
void message_free(struct message *message);

/* Has it this name (lower case)? */
bool message_is_field(const struct message_field *field, const char *name);

/* Does a field of this name (lower case) stand behind the line that ended a broken header, before an
 * empty line? A parser that passes over such lines takes it for one of the message's. */
bool message_has_lost(const struct message *message, const char *name);

/* How many fields have this name (any case). */
size_t message_count(const struct message *message, const char *name);

/* The n-th field of this name from the top (0 is the topmost) or from the bottom; NULL
 * past the last. Borrowed. */
const struct message_field *message_nth(
    const struct message *message, const char *name, size_t n);
const struct message_field *message_nth_last(
    const struct message *message, const char *name, size_t n);

/* The bytes after the colon, folding and all, and their number. Borrowed. */
const char *message_value(const struct message_field *field, size_t *len_out);

/* The same on one line: line ends taken out, blanks around it cut, NUL shown as "?", at
 * most LIMIT_HEADER_VALUE bytes. Owned. */
char *message_text(const struct message_field *field);

/* The name in lower case. Owned. */
char *message_name(const struct message_field *field);

#endif
