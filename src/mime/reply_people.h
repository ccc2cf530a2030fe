/* SPDX-License-Identifier: GPL-3.0-or-later */
/* reply_people.h - who gets an answer, and which of our addresses writes it. */
#ifndef PENFOLD_MIME_REPLY_PEOPLE_H
#define PENFOLD_MIME_REPLY_PEOPLE_H

#include "mime/reply.h"

struct reply_people {
	GPtrArray *to, *cc; /* owned strings "Name <addr-spec>", without duplicates */
	char *from;	    /* a mailbox of ours, owned; NULL when none is known */
};

/* Both lists are empty when nobody can be answered (and for forwards). */
void
reply_people_init(struct reply_people *p, const struct header *h, const struct reply_opts *opts);
void
reply_people_fini(struct reply_people *p);

/* "Name <addr-spec>", the name quoted where RFC 5322 needs it; owned. name may be NULL. */
char *
reply_people_mailbox(const char *name, const char *address);

#endif
