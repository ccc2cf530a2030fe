/* SPDX-License-Identifier: GPL-3.0-or-later */
/* verdict.h - who really sent a message: everything that is known put together to one
 * word. */
#ifndef PENFOLD_AUTH_VERDICT_H
#define PENFOLD_AUTH_VERDICT_H

#include "auth/arc.h"
#include "auth/dmarc.h"
#include "auth/guise.h"
#include "auth/spf_claim.h"
#include "auth/trust.h"

#include <jansson.h>

enum verdict_kind {
	VERDICT_SUSPECT,  /* the message contradicts itself */
	VERDICT_FAIL,	  /* DMARC fails, and the domain asks to reject or quarantine */
	VERDICT_MODIFIED, /* right on arrival, changed since */
	VERDICT_PASS,	  /* signed by the author's domain */
	VERDICT_PASS_SPF, /* sent by the author's domain; its content is not protected */
	VERDICT_PASS_OTHER,   /* signed or sent by another domain only */
	VERDICT_FAIL_SOFT,    /* the proofs that are there fail */
	VERDICT_UNVERIFIABLE, /* the key is no longer published */
	VERDICT_TEMPERROR,    /* the DNS failed: try again */
	VERDICT_PERMERROR,    /* the signature cannot be read */
	VERDICT_NONE,	      /* nothing to go by */
};

enum dmarc_result {
	DMARC_RESULT_NONE,
	DMARC_RESULT_PASS,
	DMARC_RESULT_FAIL,
	DMARC_RESULT_TEMPERROR,
	DMARC_RESULT_UNKNOWN, /* DKIM does not align, and SPF is not known here */
};

/* What does not come from the message. All borrowed. */
struct verdict_context {
	const char *const *trusted_ids; /* authserv-id of the account, NULL-terminated */
	const char *const
	    *own_addresses; /* addr-specs of all accounts, NULL-terminated */
	const char *const *own_logins; /* by which we log in at our servers, NULL-terminated; NULL: none is known */
	struct dns *dns;    /* NULL: offline */
	struct dkim_keys *keys;
	gint64 now;			 /* Unix seconds */
	bool is_submitted;		 /* the store knows it as sent by ourselves */
	const struct contacts *contacts; /* NULL: nobody is known */
	GHashTable *archive;		 /* struct dkim_verifier has it; NULL */
	int hurry_ms;	    /* at most this long for the DNS; 0: its own limit */
	bool is_impatient;  /* see dns_session_set_impatient() */
	const json_t *kept; /* the verdict at arrival, on these bytes or on what the file was then; NULL */
	gint64 known_since; /* the store had these bytes then, Unix seconds; 0 unknown */
};

struct verdict {
	enum verdict_kind kind;
	uint32_t flags;	    /* enum flag */
	const json_t *kept; /* context's */
	struct message *message;
	struct author author;
	struct guise guise;
	struct trust *trust;
	GPtrArray *dkim; /* struct dkim_check */
	struct arc *arc;
	struct dmarc *dmarc; /* NULL without one author domain */
	struct spf_claim spf;
	enum dkim_alignment spf_alignment;
	enum dmarc_result dmarc_result;
	const char
	    *dmarc_source; /* "local", "authres"; NULL when there is nothing to say */
	struct dns_session *session;
	gint64 evaluated; /* context's now */
	gint64 arrival;	  /* the time at which signatures were judged */
	bool is_old;	  /* so old that keys may have gone since */
	char *summary;	  /* the sentence on the screen: display text */
};

/* Judge the bytes of a message (borrowed, must outlive the result). Blocks on DNS, within
 * the limits of its session. Never fails. Where an impatient session is short of answers, it is what has a meaning of the
 * result, and nothing else. Owned. */
struct verdict *verdict_new(
    const char *bytes, size_t len, const struct verdict_context *context);
void verdict_free(struct verdict *verdict);

/* Is this check a pass by the author's own domain, as adkim wants it? */
bool verdict_is_aligned_pass(
    const struct verdict *verdict, const struct dkim_check *check);

/* Did this signature hold when the message came, by a trusted server's word or by our own of then, and does not now? */
bool verdict_was_pass(const struct verdict *verdict, const struct dkim_check *check);

/* The name by which somebody logged in at a trusted server to hand the message in (RFC 8601 section 2.7.4), as that server
 * noted it; NULL when none did, or it is not noted. Borrowed. */
const char *verdict_login(const struct verdict *verdict);

/* The check that the verdict rests on: the first aligned pass, else the first pass, else
 * the first one; NULL without signatures. */
const struct dkim_check *verdict_main_check(const struct verdict *verdict);

/* Is it a field (lower case) whose duplicate can show the reader something else than was signed? */
bool verdict_is_shown_field(const char *name);

/* "pass-spf" and so on; "pass", "fail", ... of DMARC; static. */
const char *verdict_kind_name(enum verdict_kind kind);
const char *verdict_dmarc_name(enum dmarc_result result);

#endif
