/* SPDX-License-Identifier: GPL-3.0-or-later */
/* imap_token.h - an IMAP response as a flat array of tokens (RFC 3501 9): atoms, strings,
 * parentheses. No recursion, bounded depth, numbers checked against their range. */
#ifndef PENFOLD_NET_IMAP_TOKEN_H
#define PENFOLD_NET_IMAP_TOKEN_H

#include <glib.h>
#include <stdbool.h>

enum imap_token_type {
	IMAP_TOKEN_ATOM,   /* also numbers, NIL, flags, and item names with their section:
			      "BODY[]" */
	IMAP_TOKEN_STRING, /* quoted (escapes undone) or literal */
	IMAP_TOKEN_LIST,   /* "(": its members follow, up to `next` */
};

struct imap_token {
	enum imap_token_type type;
	const char
	    *p; /* bytes, borrowed from the response; may hold anything in a string */
	size_t len;
	size_t next; /* index of the token after this one and all its members */
};

/* A response: bytes that the tokens point into, and the tokens. */
struct imap_tokens {
	GArray *array; /* struct imap_token */
	GArray *open;  /* scratch: indices of lists still open */
};

void imap_tokens_init(struct imap_tokens *t);
void imap_tokens_clear(struct imap_tokens *t);

/* Take bytes apart; quoted strings are unescaped in place, literals stand as "{n}\r\n"
 * and n bytes. False for an unclosed list, string or bracket, too deep nesting, or a
 * literal that is cut. */
bool imap_tokens_parse(struct imap_tokens *t, char *bytes, size_t len);

size_t imap_tokens_n(const struct imap_tokens *t);
/* The i-th token, NULL past the end. Borrowed until the next parse. */
const struct imap_token *imap_tokens_at(const struct imap_tokens *t, size_t i);

/* Is it this atom, in any case? NULL is not. */
bool imap_token_is(const struct imap_token *tok, const char *atom);
/* A decimal number of at most max; false for anything else (never wraps). */
bool imap_token_number(const struct imap_token *tok, guint64 max, guint64 *out);
/* As a C string, NUL bytes as "?"; NULL for a list or NULL. Owned. */
char *imap_token_text(const struct imap_token *tok);

#endif
