/* SPDX-License-Identifier: GPL-3.0-or-later */
/* dkim.h - verifies the DKIM signatures of a message (RFC 6376, 8301, 8463, 8616). */
#ifndef PENFOLD_AUTH_DKIM_H
#define PENFOLD_AUTH_DKIM_H

#include "auth/dkim_key.h"
#include "lookup/dns.h"
#include "auth/message.h"

/* In RFC 8601's words (section 2.7.1). policy: the signature may be right, but is not
 * acceptable here. neutral: not looked at. */
enum dkim_result {
	DKIM_PASS,
	DKIM_FAIL,
	DKIM_POLICY,
	DKIM_NEUTRAL,
	DKIM_TEMPERROR,
	DKIM_PERMERROR,
};

enum dkim_cause {
	DKIM_CAUSE_NONE,
	DKIM_CAUSE_BODY,      /* the body hash differs */
	DKIM_CAUSE_SIGNATURE, /* the signature does not fit the header */
	DKIM_CAUSE_SYNTAX,    /* the field is malformed */
	DKIM_CAUSE_ALGORITHM, /* unknown */
	DKIM_CAUSE_SHA1,
	DKIM_CAUSE_EXPIRED,
	DKIM_CAUSE_DNS,	     /* temporary */
	DKIM_CAUSE_KEY_GONE, /* no such name, no record there, or p= is empty */
	DKIM_CAUSE_KEY,	     /* a record, but none that can be used */
	DKIM_CAUSE_KEY_SIZE,
	DKIM_CAUSE_LENGTH, /* l= is longer than the body */
	DKIM_CAUSE_LIMIT,  /* more signatures than are evaluated */
};

enum dkim_alignment {
	DKIM_ALIGNED_NO,
	DKIM_ALIGNED_RELAXED,
	DKIM_ALIGNED_STRICT,
	DKIM_ALIGNED_UNKNOWN
};

struct dkim_check {
	struct dkim_sig sig;
	size_t field; /* its number in message->fields */
	enum dkim_result result;
	enum dkim_cause cause;
	char *reason; /* plain words, "" for a pass; may hold bytes of the message */
	const char
	    *key_source; /* "dns", "cache" (parsed before); NULL when no key was found */
	unsigned bits;	 /* of the key, 0 unknown */
	bool is_key_secure;    /* DNSSEC */
	bool is_key_test;      /* t=y */
	bool is_future;	       /* signed later than `when` */
	struct dkim_body body; /* length 0 when the body was not hashed */
	bool has_body;
	GPtrArray *is_signed;  /* names of h= that are present, lower case, each once */
	GPtrArray *unsigned_;  /* recommended names that are present and not signed */
	GPtrArray *oversigned; /* names that h= lists more often than they are present */
	GPtrArray
	    *added; /* signed names that are present more often than they are signed */
	enum dkim_alignment alignment; /* to be set by the caller who knows the author */
};

/* Verify all signatures, at most LIMIT_DKIM_SIGNATURES of them: those whose d= is the
 * author's domain (may be NULL), above or below it come first. One struct dkim_check
 * each, top down. when: the time at which t= and x= are judged, Unix seconds. Blocks on
 * DNS. Owned. */
GPtrArray *dkim_verify(const struct message *message, const char *author_domain,
    struct dns_session *dns, struct dkim_keys *keys, gint64 when);

/* "pass", "fail" and so on; "strict", "relaxed", "no", "unknown"; static. */
const char *dkim_result_name(enum dkim_result result);
const char *dkim_alignment_name(enum dkim_alignment alignment);

/* Append to out the bytes that a signature signs: the fields of h=, each name's instances
 * from the bottom up (section 5.4.2), then the signature's own field without its b=
 * value. For signing too. */
void dkim_signed_bytes(GString *out, const struct message *message,
    const struct dkim_sig *sig, const char *raw, size_t raw_len, size_t colon);

#endif
