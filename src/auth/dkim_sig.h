/* SPDX-License-Identifier: GPL-3.0-or-later */
/* dkim_sig.h - the DKIM-Signature field as data (RFC 6376 section 3.5), and its two
 * relatives of ARC (RFC 8617 section 4.1). */
#ifndef PENFOLD_AUTH_DKIM_SIG_H
#define PENFOLD_AUTH_DKIM_SIG_H

#include "auth/dkim_canon.h"

enum dkim_algorithm {
	DKIM_ALGORITHM_UNKNOWN, /* to be ignored by verifiers (section 3.3.4) */
	DKIM_RSA_SHA1,		/* read, never valid (RFC 8301) */
	DKIM_RSA_SHA256,
	DKIM_ED25519_SHA256, /* RFC 8463 */
};

enum dkim_sig_kind {
	DKIM_SIGNATURE,
	DKIM_ARC_MESSAGE, /* ARC-Message-Signature: no v=, and i= is a number */
	DKIM_ARC_SEAL,	  /* ARC-Seal: signs no body and has no h= */
};

/* Strings are owned; NULL when absent or unreadable. */
struct dkim_sig {
	enum dkim_sig_kind kind;
	enum dkim_algorithm algorithm;
	char *a; /* as written */
	enum dkim_canon header_canon, body_canon;
	char *d;	/* A-labels, as domain_ascii() */
	char *s;	/* likewise */
	char *i;	/* as written; NULL when the tag is absent */
	char *i_domain; /* the part after "@"; d when absent */
	GPtrArray *h;	/* char *, lower case, in order */
	GBytes *b, *bh;
	guint64 l;		 /* DKIM_NO_LIMIT when absent */
	gint64 t, x;		 /* Unix seconds, -1 when absent */
	size_t cut_from, cut_to; /* the b= value, offsets into the raw field */
	unsigned instance;	 /* of an ARC field: 1 to 50; 0 unreadable */
	char *cv;		 /* of a seal: "none", "pass", "fail" */
};

/* Parse a field's raw bytes (name included; colon: offset of ":"). *out is filled as far
 * as the field can be read, also on failure, and is to be freed with dkim_sig_fini()
 * either way. PF_ERROR_DATA says what is wrong with it. */
bool dkim_sig_init(struct dkim_sig *out, enum dkim_sig_kind kind, const char *raw,
    size_t len, size_t colon, GError **error);
void dkim_sig_fini(struct dkim_sig *sig);

/* "relaxed/simple"; static. */
const char *dkim_sig_canon_name(const struct dkim_sig *sig);

#endif
