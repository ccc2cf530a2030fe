/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "auth/decide.h"

/* Facts from words: what a row of the table says. */
static struct decide_facts
facts_of(const char *text)
{
	struct decide_facts f = {0};
	char **words = g_strsplit(text, " ", -1);
	const struct {
		const char *word;
		bool *slot;
	} claims[] = {{"aligned", &f.has_aligned_pass}, {"added", &f.has_shown_added},
	    {"short", &f.is_cut_off}, {"was", &f.was_dkim_pass}, {"spf", &f.has_spf_pass},
	    {"spf-aligned", &f.has_spf_aligned}, {"enforced", &f.is_enforced},
	    {"cut", &f.is_cut}};
	const struct {
		const char *word;
		unsigned *slot;
	} counts[] = {{"pass", &f.n_pass}, {"fail", &f.n_fail}, {"temp", &f.n_temporary},
	    {"perm", &f.n_permanent}, {"gone", &f.n_gone}};

	for (size_t i = 0; words[i] != NULL; i++) {
		bool is_known = words[i][0] == '\0';
		for (size_t k = 0; k < G_N_ELEMENTS(claims); k++)
			if (g_str_equal(words[i], claims[k].word))
				is_known = *claims[k].slot = true;
		for (size_t k = 0; k < G_N_ELEMENTS(counts); k++)
			if (g_str_equal(words[i], counts[k].word)) {
				(*counts[k].slot)++;
				is_known = true;
			}
		for (int k = 0; k <= DMARC_RESULT_UNKNOWN; k++)
			if (g_str_has_prefix(words[i], "dmarc-") &&
			    g_str_equal(words[i] + 6, verdict_dmarc_name(k))) {
				f.dmarc = k;
				is_known = true;
			}
		for (unsigned bit = 0; bit < FLAG_COUNT; bit++)
			if (g_str_equal(words[i], flag_name(bit))) {
				f.flags |= 1u << bit;
				is_known = true;
			}
		g_assert_true(is_known);
	}
	g_strfreev(words);
	return f;
}

static void
test_rows(void)
{
	static const struct {
		const char *facts, *verdict;
	} cases[] = {
	    {"", "none"},
	    /* 1: what contradicts itself */
	    {"multi-from pass aligned dmarc-pass", "suspect"},
	    {"multi-author-domain pass", "suspect"},
	    {"from-unparseable", "suspect"},
	    {"ar-forged pass aligned dmarc-pass", "suspect"},
	    {"self-spoof", "suspect"},
	    {"added pass aligned", "suspect"},
	    {"short pass aligned", "suspect"},
	    {"dn-spoof", "suspect"},
	    {"dn-spoof pass aligned", "pass"},
	    {"dn-spoof dmarc-pass spf spf-aligned", "pass-spf"},
	    {"dn-spoof pass", "suspect"},
	    {"added-header pass aligned", "pass"}, /* a field that is not shown */
	    /* 2: DMARC fails, and the domain means it */
	    {"fail dmarc-fail enforced", "fail"},
	    {"pass dmarc-fail enforced", "fail"},
	    {"was fail dmarc-fail enforced", "fail"},
	    /* 3 */
	    {"was fail dmarc-unknown enforced", "modified"},
	    {"was fail pass aligned dmarc-pass", "pass"},
	    /* 4 to 6 */
	    {"pass aligned dmarc-pass enforced", "pass"},
	    {"pass aligned dmarc-none", "pass"},
	    {"pass aligned temp", "pass"},
	    {"dmarc-pass spf spf-aligned", "pass-spf"},
	    {"dmarc-none spf spf-aligned", "pass-spf"},
	    {"fail dmarc-pass", "pass-spf"},
	    {"pass dmarc-none", "pass-other"},
	    {"pass dmarc-unknown enforced", "pass-other"},
	    {"pass dmarc-fail", "pass-other"},
	    {"spf dmarc-none", "pass-other"},
	    /* 7 */
	    {"dmarc-fail", "fail-soft"},
	    {"fail dmarc-none", "fail-soft"},
	    {"fail perm dmarc-unknown", "fail-soft"},
	    {"dmarc-unknown enforced", "fail-soft"},
	    {"perm dmarc-unknown enforced", "fail-soft"},
	    /* 8 */
	    {"gone dmarc-unknown", "unverifiable"},
	    {"gone dmarc-unknown enforced", "unverifiable"},
	    {"gone fail", "fail-soft"},
	    /* 9 */
	    {"temp", "temperror"},
	    {"temp fail", "temperror"},
	    {"temp gone", "temperror"},
	    {"dmarc-temperror pass", "temperror"},
	    {"dmarc-temperror pass aligned", "pass"},
	    {"dmarc-temperror enforced", "temperror"},
	    {"perm", "permerror"},
	    {"perm dmarc-unknown", "permerror"},
	    {"cut", "permerror"},
	    /* 10 */
	    {"dmarc-unknown", "none"},
	    {"list weakkey", "none"},
	};

	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		struct decide_facts facts = facts_of(cases[i].facts);
		g_test_message("%s", cases[i].facts);
		g_assert_cmpstr(verdict_kind_name(decide(&facts)), ==, cases[i].verdict);
	}
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/decide/rows", test_rows);
	return g_test_run();
}
