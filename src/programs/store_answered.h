/* SPDX-License-Identifier: GPL-3.0-or-later */
/* store_answered.h - the letter that is being answered, for the checks. */
#ifndef PENFOLD_PROGRAMS_STORE_ANSWERED_H
#define PENFOLD_PROGRAMS_STORE_ANSWERED_H

#include "net/msa_check.h"

#include <jansson.h>

struct index;

struct store_answered {
	struct msa_answered facts; /* what the checks read; borrowed from the rest */
	char *fields[5];
	json_t *message; /* NULL: no such letter is here */
};

/* Find it by the draft's "answers", else by the letter's In-Reply-To. A letter that
 * answers nothing we have leaves message NULL. store_answered_fini() frees. */
void store_answered_init(struct store_answered *answered, struct index *ix,
    const json_t *draft, GBytes *letter);
void store_answered_fini(struct store_answered *answered);

#endif
