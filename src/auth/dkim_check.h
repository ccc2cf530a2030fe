/* SPDX-License-Identifier: GPL-3.0-or-later */
/* dkim_check.h - one signature held against its key and the message: for DKIM-Signature
 * (dkim.h) and the signatures of ARC (arc.h) alike. */
#ifndef PENFOLD_AUTH_DKIM_CHECK_H
#define PENFOLD_AUTH_DKIM_CHECK_H

#include "auth/dkim_key.h"
#include "auth/message.h"
#include "lookup/dns.h"

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
	const char *key_source; /* "dns", "cache" (parsed before), "archive" (no longer
				   published); NULL: no key was found */
	char *key_record;	/* the record that it was tried with, NULL */
	gint64 key_seen;	/* when an archived key was last published, -1 */
	unsigned bits;		/* of the key, 0 unknown */
	bool is_key_secure;	/* DNSSEC */
	bool is_key_test;	/* t=y */
	bool is_future;		/* signed later than `when` */
	struct dkim_body body;	/* length 0 when the body was not hashed */
	bool has_body;
	GPtrArray *is_signed;  /* names of h= that are present, lower case, each once */
	GPtrArray *unsigned_;  /* recommended names that are present and not signed */
	GPtrArray *oversigned; /* names that h= lists more often than they are present */
	GPtrArray
	    *added; /* signed names that are present more often than they are signed */
	enum dkim_alignment alignment; /* to be set by the caller who knows the author */
};

/* A key record that was published once. */
struct dkim_archived {
	char *record;
	gint64 last_seen; /* Unix seconds */
	bool is_secure;
};

/* What checks of one message share. All borrowed but the hashes. */
struct dkim_verifier {
	const struct message *message;
	struct dns_session *dns;
	struct dkim_keys *keys;
	gint64 when; /* the time at which t= and x= are judged, Unix seconds */
	/* keys that were seen earlier: "S._domainkey.D" -> GPtrArray of struct
	 * dkim_archived; NULL. They count for a message that is known to have been there
	 * since `known_since`, when they were still published about then: a key that was
	 * withdrawn must not sign new mail. */
	GHashTable *archive;
	gint64 known_since; /* Unix seconds, -1 unknown */
	GArray *hashes;	    /* body hashes that were computed: dkim_check.c */
};

/* The four that are borrowed are set by the caller. */
void dkim_verifier_init(struct dkim_verifier *verifier);
void dkim_verifier_fini(struct dkim_verifier *verifier);

/* Read field `number` of the message. DKIM_PASS until something settles it otherwise; a
 * malformed one is settled. Owned. */
struct dkim_check *dkim_check_new(
    const struct message *message, size_t number, enum dkim_sig_kind kind);
void dkim_check_free(struct dkim_check *check);

/* Settle the result; reason is stolen. Always false, so that a step can end with it. */
bool dkim_check_settle(struct dkim_check *check, enum dkim_result result,
    enum dkim_cause cause, char *reason);

/* Fetch the key and verify. sealed: the bytes that are signed, and no body (ARC-Seal);
 * NULL for those of h= and the body. Blocks on DNS. */
void dkim_check_run(
    struct dkim_verifier *verifier, struct dkim_check *check, const GString *sealed);

/* "S._domainkey.D". Owned. */
char *dkim_check_key_name(const struct dkim_sig *sig);

/* "pass", "fail" and so on; "strict", "relaxed", "no", "unknown"; static. */
const char *dkim_result_name(enum dkim_result result);
const char *dkim_alignment_name(enum dkim_alignment alignment);

/* Append to out the bytes that a signature signs: the fields of h=, each name's instances
 * from the bottom up (section 5.4.2), then the signature's own field without its b=
 * value. For signing too. */
void dkim_signed_bytes(GString *out, const struct message *message,
    const struct dkim_sig *sig, const char *raw, size_t raw_len, size_t colon);

#endif
