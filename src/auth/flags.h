/* SPDX-License-Identifier: GPL-3.0-or-later */
/* flags.h - what is odd about a message beside its signatures. */
#ifndef PENFOLD_AUTH_FLAGS_H
#define PENFOLD_AUTH_FLAGS_H

#include "auth/address.h"
#include "auth/message.h"

#include <stdint.h>

enum flag {
	FLAG_AR_FORGED = 1u << 0,  /* a trusted id where its server cannot have written */
	FLAG_AR_DUP_ID = 1u << 1,  /* two fields of one id on one method */
	FLAG_MULTI_FROM = 1u << 2, /* more than one From field */
	FLAG_MULTI_AUTHOR_DOMAIN = 1u << 3, /* authors of several domains */
	FLAG_FROM_GROUP = 1u << 4,	    /* group syntax in From (RFC 6854) */
	FLAG_FROM_UNPARSEABLE = 1u << 5,    /* no From, or no mailbox in it */
	FLAG_DUP_HEADER = 1u << 6, /* more of a field than RFC 5322 section 3.6 allows */
	FLAG_ADDED_HEADER =
	    1u << 7, /* a signed field that stands more often than it was signed */
	FLAG_L_SHORT = 1u << 8, /* visible text after the part that l= signs */
	FLAG_L_PRESENT = 1u << 9,
	FLAG_UNSIGNED_SUBJECT = 1u << 10,
	FLAG_UNSIGNED_CT = 1u << 11, /* Content-Type */
	FLAG_EXPIRED = 1u << 12,
	FLAG_FUTURE = 1u << 13,
	FLAG_WEAKKEY = 1u << 14, /* RSA below 2048 bits */
	FLAG_SHA1 = 1u << 15,
	FLAG_TESTKEY = 1u << 16,
	FLAG_DN_SPOOF = 1u << 17,	 /* the display name names another domain */
	FLAG_REPLYTO_FOREIGN = 1u << 18, /* answers go to another domain */
	FLAG_REPLAY_HINT = 1u << 19,	 /* signed long ago, for someone else */
	FLAG_MODIFIED = 1u << 20,
	FLAG_KEYGONE = 1u << 21,
	FLAG_BIDI_CTRL = 1u << 22,     /* text direction controls in a shown field */
	FLAG_ESC_IN_HEADER = 1u << 23, /* control characters in a header field */
	FLAG_SELF_SPOOF = 1u << 24,    /* From is one of ours, and nothing proves it */
	FLAG_LIST = 1u << 25,	       /* came through a mailing list */
	FLAG_SUBMITTED = 1u << 26,     /* we sent it: the store has the copy */
	FLAG_HOMOGLYPH = 1u << 27, /* the author's domain cannot be told from a known one,
				      or mixes scripts */
	FLAG_LOOKALIKE =
	    1u << 28, /* it differs from a known one by a letter, or begins with it */
	FLAG_LIST_MUNGED = 1u << 29, /* a mailing list put itself into From */
	FLAG_AR_MISSING = 1u << 30, /* our server writes its findings into every message, and not into this */
};

enum { FLAG_COUNT = 31 };

/* "ar-forged" for 0 and so on, by bit number below FLAG_COUNT; static. */
const char *flag_name(unsigned bit);
/* What the flag of a name says, in plain words; static, NULL for a name that is none. */
const char *flag_meaning(const char *name);
/* Does it say how the message came, and warn of nothing? */
bool flag_is_plain(const char *name);

/* The author as the From fields say it. */
struct author {
	char *address;	/* addr-spec as written; NULL when there is none */
	char *domain;	/* as domain_ascii(); NULL when there is none or several */
	char *display;	/* decoded display name, "" when none */
	GPtrArray *names; /* char *: the domains that display name, group and local part name, as domain_ascii() */
	char *named;	  /* the first of them that is none of the author's, once flags_of_header() knows; NULL */
	uint32_t flags; /* FLAG_MULTI_FROM and the like */
};

/* Read From. Of several fields the last counts, the one that DKIM signs first. */
void author_init(struct author *out, const struct message *message);
void author_fini(struct author *author);

/* Flags that the header alone shows: duplicates, controls, list, the display name and
 * Reply-To against the author's organizational domain org (NULL: unknown). Sets author->named. */
uint32_t flags_of_header(const struct message *message, struct author *author, const char *org);

/* Is any of these addresses (NULL-terminated addr-specs) among the recipients named in the header? The fields of
 * these names (lower case, may be NULL) are passed over. */
bool flags_names_recipient(const struct message *message, const char *const *addresses, const GPtrArray *but);

/* Does every Reply-To lead to this addr-spec or to a domain that the message says is its list's? */
bool flags_answers_only(const struct message *message, const char *address);

/* Do the List fields (RFC 2369, RFC 2919) of a message say that this domain (lower case) is the list's? */
bool flags_is_list_domain(const struct message *message, const char *domain);

/* Are two addr-specs the same mailbox? The domain compares without case, the local part
 * with it folded too: for finding ourselves, not for delivery. */
bool flags_is_same_address(const char *a, const char *b);

#endif
