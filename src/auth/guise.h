/* SPDX-License-Identifier: GPL-3.0-or-later */
/* guise.h - whom a message looks like, beside what its author field says: a known domain,
 * a known person, or, behind a mailing list that put itself into From, the one who wrote
 * it. */
#ifndef PENFOLD_AUTH_GUISE_H
#define PENFOLD_AUTH_GUISE_H

#include "auth/contacts.h"
#include "auth/flags.h"

struct guise {
	uint32_t
	    flags;  /* FLAG_HOMOGLYPH, FLAG_LOOKALIKE, FLAG_DN_SPOOF, FLAG_LIST_MUNGED */
	char *like; /* the known domain that the author's looks like; NULL */
	char *namesake; /* the address of the contact whose name it bears; NULL */
	char *house;	/* the domain of the well-known house that the name speaks of; NULL */
	bool is_topic;	/* the house is what a newsletter is about, by its name ("Netflix Fans Weekly") */
	char *original; /* the addr-spec that the list put aside; NULL */
	char *original_like; /* the known domain that its looks like; NULL */
	char *shown;	/* the author's domain for people: U-labels where they deceive
			   nobody; NULL */
};

/* contacts may be NULL: only mixed scripts and lists are seen then. */
void guise_init(struct guise *out, const struct message *message,
    const struct author *author, const struct contacts *contacts);
void guise_fini(struct guise *guise);

/* What these contacts make of an author: equal texts for equal findings. address, domain and display as in struct
 * author, original as in struct guise (NULL). Owned. */
char *guise_mark(const struct author *author, const char *original, const struct contacts *contacts);

#endif
