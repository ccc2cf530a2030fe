/* SPDX-License-Identifier: GPL-3.0-or-later */
/* msa_qualify.h - letters of programs on this machine: addresses without a domain, no author
 * (RFC 6409 4.2, 8.1). */
#ifndef PENFOLD_NET_MSA_QUALIFY_H
#define PENFOLD_NET_MSA_QUALIFY_H

#include <glib.h>
#include <stdbool.h>

/* On whose behalf. Borrowed. */
struct msa_identity {
	const char *address;   /* the account's addr-spec */
	const char *full_name; /* for a From that is missing; NULL: none */
	bool (*is_local_user)(const char *name); /* a user of this machine? */
};

/* One address: what has no "@" becomes the account's own address where it is a user of this
 * machine, else a name of the account's domain. Owned. */
char *msa_qualify_address(const char *text, const struct msa_identity *who);

/* The letter with every address field so completed, slips in them mended (semicolons,
 * "mailto:"), a From when there is none, and an empty line before the text of one that has none. Owned. */
GBytes *msa_qualify(GBytes *letter, const struct msa_identity *who);

#endif
