/* SPDX-License-Identifier: GPL-3.0-or-later */
/* decide.c - the verdicts in the order in which they count, each with its condition. What
 * contradicts itself comes before what fails, what fails before what passes: a good
 * signature of somebody does not make up for a second From. */
#include "auth/decide.h"

static bool
is_suspect(const struct decide_facts *f)
{
	enum {
		ALWAYS = FLAG_MULTI_FROM | FLAG_MULTI_AUTHOR_DOMAIN | FLAG_AR_FORGED |
			 FLAG_SELF_SPOOF | FLAG_FROM_UNPARSEABLE
	};

	/* a name that hides the domain, or a domain that looks like another, is told
	 * beside a pass, and is enough without one */
	bool is_hidden =
	    (f->flags & (FLAG_DN_SPOOF | FLAG_HOMOGLYPH | FLAG_LOOKALIKE)) != 0 &&
	    !f->has_aligned_pass && !f->has_spf_aligned && f->dmarc != DMARC_RESULT_PASS;

	return (f->flags & ALWAYS) != 0 || f->has_shown_added || f->is_cut_off ||
	       is_hidden;
}

static bool
is_fail(const struct decide_facts *f)
{
	return f->dmarc == DMARC_RESULT_FAIL && f->is_enforced;
}

static bool
is_modified(const struct decide_facts *f)
{
	return f->was_dkim_pass && !f->has_aligned_pass;
}

static bool
is_pass(const struct decide_facts *f)
{
	return f->has_aligned_pass;
}

static bool
is_pass_spf(const struct decide_facts *f)
{
	return f->dmarc == DMARC_RESULT_PASS || f->has_spf_aligned;
}

static bool
is_temporary(const struct decide_facts *f)
{
	return f->n_temporary > 0 || f->dmarc == DMARC_RESULT_TEMPERROR;
}

static bool
is_pass_other(const struct decide_facts *f)
{
	return (f->n_pass > 0 || f->has_spf_pass) && !is_temporary(f);
}

static bool
is_fail_soft(const struct decide_facts *f)
{
	if (f->dmarc == DMARC_RESULT_FAIL)
		return true;
	if (is_temporary(f))
		return false;
	/* or nothing vouches for a domain that wants all its mail vouched for */
	return f->n_fail > 0 || (f->is_enforced && f->n_gone == 0);
}

static bool
is_unverifiable(const struct decide_facts *f)
{
	return f->n_gone > 0 && !is_temporary(f);
}

static bool
is_permanent(const struct decide_facts *f)
{
	return f->n_permanent > 0;
}

/* What stands behind the limit, another From perhaps, was not seen: whatever passes, passes for something else. */
static bool
is_cut(const struct decide_facts *f)
{
	return f->is_cut;
}

enum verdict_kind
decide(const struct decide_facts *facts)
{
	static const struct {
		enum verdict_kind kind;
		bool (*holds)(const struct decide_facts *);
	} rows[] = {
	    {VERDICT_SUSPECT, is_suspect},
	    {VERDICT_FAIL, is_fail},
	    {VERDICT_PERMERROR, is_cut},
	    {VERDICT_MODIFIED, is_modified},
	    {VERDICT_PASS, is_pass},
	    {VERDICT_PASS_SPF, is_pass_spf},
	    {VERDICT_PASS_OTHER, is_pass_other},
	    {VERDICT_FAIL_SOFT, is_fail_soft},
	    {VERDICT_UNVERIFIABLE, is_unverifiable},
	    {VERDICT_TEMPERROR, is_temporary},
	    {VERDICT_PERMERROR, is_permanent},
	};

	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++)
		if (rows[i].holds(facts))
			return rows[i].kind;
	return VERDICT_NONE;
}
