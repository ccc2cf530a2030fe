/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the mail so far suggests to trust. */
#include "client/authserv.h"

#include "base/jsonl.h"

static void
test_weigh(void)
{
	static const struct {
		int messages, domains, of_id;
		const char *trusted, *proposed; /* patterns; the second as the rc is to have it */
	} cases[] = {
		{ 20, 5, 18, NULL, "mx.example.org" },
		{ 19, 5, 19, NULL, NULL },
		{ 20, 4, 20, NULL, NULL },
		{ 20, 5, 17, NULL, NULL },
		{ 99, 5, 99, NULL, "mx.example.org" },
		{ 100, 5, 100, NULL, "mx.example.org!" },
		{ 100, 5, 99, NULL, "mx.example.org" },
		{ 100, 5, 100, "mx.example.org", NULL },
		{ 100, 5, 100, "MX.example.org!", NULL },
		{ 100, 5, 100, "*.example.org", NULL },
		{ 100, 5, 100, "*.example.org!", NULL },
		{ 20, 5, 20, "*.mx.example.org", "mx.example.org" },
		{ 20, 5, 20, "example.org", "mx.example.org" },
	};

	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		json_t *learnt = json_pack("{s:i, s:i, s:[{s:s, s:i}]}", "messages", cases[i].messages, "domains",
		    cases[i].domains, "ids", "id", "mx.example.org", "messages", cases[i].of_id);
		json_t *trusted = cases[i].trusted != NULL ? json_pack("[s]", cases[i].trusted) : json_array();
		const json_t *one;
		char *pattern;

		authserv_weigh(learnt, trusted);
		one = authserv_proposed(learnt);
		pattern = one != NULL ? authserv_pattern(one) : NULL;
		g_assert_cmpstr(pattern, ==, cases[i].proposed);
		g_free(pattern);
		json_decref(trusted);
		json_decref(learnt);
	}
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/authserv/weigh", test_weigh);
	return g_test_run();
}
