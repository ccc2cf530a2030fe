/* SPDX-License-Identifier: GPL-3.0-or-later */
/* sieve_reply.h - what a ManageSieve server says (RFC 5804 4), line by line. Pure. */
#ifndef PENFOLD_NET_SIEVE_REPLY_H
#define PENFOLD_NET_SIEVE_REPLY_H

#include <glib.h>
#include <stdbool.h>

enum sieve_kind {
	SIEVE_ATOM,   /* OK, ACTIVE, a number */
	SIEVE_STRING, /* unquoted; bytes */
	SIEVE_OPEN,   /* of a response code */
	SIEVE_CLOSE,
};

struct sieve_token {
	enum sieve_kind kind;
	GString *text; /* "" for parentheses */
};

/* Owned; of struct sieve_token *. */
GPtrArray *sieve_tokens_new(void);

/* Add the tokens of one line (without its end). A line that ends in {n} or {n+} goes on with n bytes that are a string,
 * and then more of the line: *literal_out is n, else -1. False: it is none of the protocol. */
bool sieve_reply_feed(const char *line, size_t len, GPtrArray *tokens, gint64 *literal_out);
/* Add the bytes of a literal. */
void sieve_reply_literal(const char *bytes, size_t len, GPtrArray *tokens);

/* How a reply ends. */
enum sieve_status { SIEVE_GOES_ON, SIEVE_OK, SIEVE_NO, SIEVE_BYE };

/* Is the line with these tokens the last of a reply? code_out and said_out (borrowed from tokens, NULL when there is
 * none): the first atom of its code, as "QUOTA/MAXSIZE", and what it says to a person; value_out: the string that
 * follows in the code, as the SASL data. Each may be NULL. */
struct sieve_end {
	enum sieve_status status;
	const char *code, *value, *said;
};
void sieve_reply_end(const GPtrArray *tokens, struct sieve_end *out);

/* A string as it is sent: quoted where it may be, else a literal that is not waited for. Appended. */
void sieve_reply_quote(GString *out, const char *bytes, size_t len);

#endif
