/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Which offers of leaving with one click are believed (RFC 8058 section 4). */
#include "auth/unsubscribe.h"

#include <string.h>

#define LINKS "List-Unsubscribe: <mailto:leave@l.example>, <https://l.example/u?id=1>\n"
#define POST  "List-Unsubscribe-Post: List-Unsubscribe=One-Click\n"
#define SIGNED \
	"{'verdict': 'pass', 'dkim': [{'d': 'l.example', 'result': 'pass', 'signed': ['from', " \
	"'list-unsubscribe', 'list-unsubscribe-post']}]}"

static const struct {
	const char *header, *verdict;
	bool is_believed;
} cases[] = {
    {LINKS POST, SIGNED, true},
    {"List-Unsubscribe:\n <https://l.example/\n\tu?id=1>\n" POST, SIGNED, true},
    {LINKS POST, "{'verdict': 'pass-other', 'dkim': [{'d': 'x', 'result': 'fail', 'signed': []}, "
		 "{'d': 'l.example', 'result': 'pass', 'signed': ['list-unsubscribe-post', "
		 "'list-unsubscribe']}]}", true},
    {LINKS, SIGNED, false},
    {POST, SIGNED, false},
    {LINKS LINKS POST, SIGNED, false},
    {LINKS POST POST, SIGNED, false},
    {"List-Unsubscribe: <mailto:leave@l.example>\n" POST, SIGNED, false},
    {"List-Unsubscribe: <http://l.example/u>\n" POST, SIGNED, false},
    {"List-Unsubscribe: https://l.example/u\n" POST, SIGNED, false},
    {LINKS "List-Unsubscribe-Post: yes\n", SIGNED, false},
    {LINKS POST, "{'verdict': 'pass', 'dkim': [{'d': 'l.example', 'result': 'pass', 'signed': "
		 "['from', 'list-unsubscribe']}]}", false},
    {LINKS POST, "{'verdict': 'pass', 'dkim': [{'d': 'l.example', 'result': 'fail', 'signed': "
		 "['list-unsubscribe', 'list-unsubscribe-post']}]}", false},
    {LINKS POST, "{'verdict': 'suspect', 'dkim': [{'d': 'l.example', 'result': 'pass', 'signed': "
		 "['list-unsubscribe', 'list-unsubscribe-post']}]}", false},
    {LINKS POST, "{'verdict': 'none', 'dkim': []}", false},
    {LINKS POST, "{}", false},
};

static void
test_offers(void)
{
	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		char *text = g_strconcat("From: l@l.example\n", cases[i].header, "\nx\n", NULL);
		char *json = g_strdelimit(g_strdup(cases[i].verdict), "'", '"');
		json_t *verdict = json_loads(json, 0, NULL);
		struct unsubscribe offer;

		g_test_message("case %zu", i);
		g_assert_nonnull(verdict);
		unsubscribe_init(&offer, text, strlen(text), verdict);
		g_assert_true((offer.url != NULL) == cases[i].is_believed);
		g_assert_true((offer.reason == NULL) == cases[i].is_believed);
		if (cases[i].is_believed) {
			g_assert_cmpstr(offer.url, ==, "https://l.example/u?id=1");
			g_assert_cmpstr(offer.domain, ==, "l.example");
		}
		unsubscribe_fini(&offer);
		json_decref(verdict);
		g_free(json);
		g_free(text);
	}
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/unsubscribe/offers", test_offers);
	return g_test_run();
}
