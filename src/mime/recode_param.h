/* SPDX-License-Identifier: GPL-3.0-or-later */
/* recode_param.h - parameters of Content-Type and Content-Disposition that hold bytes
 * beyond ASCII or encoded words, written as RFC 2231 wants them. */
#ifndef PENFOLD_MIME_RECODE_PARAM_H
#define PENFOLD_MIME_RECODE_PARAM_H

#include <glib.h>
#include <stdbool.h>

/* What a MIME header block has of them. */
enum {
	RECODE_PARAM_EIGHT_BIT = 1,
	RECODE_PARAM_ENCODED_WORD = 2,
};

/* Bits for what recode_param_append() would mend; 0 when there is nothing, or when a
 * field is too broken to be written anew. head: bytes of a header block. */
unsigned recode_param_needs(const char *head, size_t len);

/* The block with these fields mended; every other byte as it is. New lines end in CRLF.
 */
void recode_param_append(GString *out, const char *head, size_t len);

/* A UTF-8 text as the values of a parameter, each short enough for a line: utf-8''a%20b
 * (RFC 2231 4); never empty, owned strings. And the name of one of n pieces: "filename*" of
 * one, "filename*0*" of several (RFC 2231 3); owned. */
GPtrArray *recode_param_pieces(const char *text);
char *recode_param_piece_name(const char *name, guint piece, guint n);

#endif
