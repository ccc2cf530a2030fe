/* SPDX-License-Identifier: GPL-3.0-or-later */
/* decide.h - from facts to a verdict: a pure function over a table. */
#ifndef PENFOLD_AUTH_DECIDE_H
#define PENFOLD_AUTH_DECIDE_H

#include "auth/verdict.h"

struct decide_facts {
	/* signatures by what came of them; gone: too old to be held against the message
	 */
	unsigned n_pass, n_fail, n_temporary, n_permanent, n_gone;
	bool has_aligned_pass;
	/* an identifier that may yet prove to be the author's: a DNS that fails for a stranger's keeps nothing open */
	bool is_own_temporary, is_own_gone;
	bool has_shown_added; /* a shown field was added under a signature we rely on */
	bool is_cut_off;    /* every signature we rely on leaves visible text unsigned */
	bool was_dkim_pass; /* a trusted server says that a signature which fails here
			       passed */
	bool was_own_pass; /* and it is one of the author's own */
	bool has_spf_pass;
	bool has_spf_aligned;
	bool is_enforced; /* policy quarantine or reject */
	bool is_cut;	  /* the header was too large to be read */
	enum dmarc_result dmarc;
	uint32_t flags; /* enum flag */
};

/* The first row of the table that holds. */
enum verdict_kind decide(const struct decide_facts *facts);

#endif
