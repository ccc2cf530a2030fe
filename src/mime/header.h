/* SPDX-License-Identifier: GPL-3.0-or-later */
/* header.h - the header block of a message: its fields as they stand, and readers for the kinds of
 * value (RFC 5322 3.6, RFC 2047). Of a repeated field the last instance is the one that counts: it
 * is the one that DKIM signs first. */
#ifndef PENFOLD_MIME_HEADER_H
#define PENFOLD_MIME_HEADER_H

#include <gmime/gmime.h>
#include <glib.h>
#include <stdbool.h>
#include <stddef.h>

struct header_field {
	char *name;
	char *value; /* raw bytes, unfolded, without outer blanks; at most LIMIT_HEADER_VALUE */
};

struct header;

/* create */

/* From the bytes of a message, whatever they are; reads at most LIMIT_HEADER_BLOCK bytes and
 * LIMIT_HEADER_FIELDS fields. Never NULL. */
struct header *
header_of_bytes(const char *bytes, size_t len);
/* From a parsed message or part. Never NULL. */
struct header *
header_of_object(GMimeObject *object);
void
header_free(struct header *h);

/* read */

size_t
header_n_fields(const struct header *h);
/* The i-th field, top down. Borrowed. */
const struct header_field *
header_field(const struct header *h, size_t i);
/* Raw value of the last field of that name (any case), NULL when absent. Borrowed. */
const char *
header_last(const struct header *h, const char *name);
size_t
header_count(const struct header *h, const char *name);

/* values */

/* A raw value as UTF-8: encoded words decoded, raw 8-bit text taken for UTF-8, else for `charset`
 * (NULL: windows-1252), CR, LF, TAB and NUL made spaces. Owned; "" for NULL. Not display text. */
char *
header_text(const char *raw, const char *charset);

struct header_address {
	char *name;    /* UTF-8 as header_text(), NULL when there is none */
	char *address; /* addr-spec, UTF-8; "" when the field does not parse */
};

/* The mailboxes of an address field, members of groups in line, at most LIMIT_ADDRESSES. Elements
 * are struct header_address. Owned; empty for NULL. A field that yields no mailbox but is not
 * empty and no empty group gives what stands in it within < and >, or one entry with the text as
 * name. */
GPtrArray *
header_addresses(const char *raw, const char *charset);

/* The message ids of a field, without "<" and ">", at most the last LIMIT_REFERENCES. Owned
 * strings; empty for NULL. */
GPtrArray *
header_ids(const char *raw);

/* The date as RFC 3339 with the writer's own offset, NULL when it does not parse. Owned. */
char *
header_date(const char *raw);

#endif
