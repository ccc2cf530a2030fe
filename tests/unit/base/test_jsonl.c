/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Numbers of another program: what no integer can hold is as good as absent. */
#include "base/jsonl.h"

#include <string.h>

static void
test_int(void)
{
	static const struct {
		const char *text;
		gint64 value;
	} cases[] = {
		{ "{\"n\":7}", 7 },
		{ "{\"n\":-7.9}", -7 },
		{ "{\"n\":1e99}", -1 },
		{ "{\"n\":-1e99}", -1 },
		{ "{\"n\":9223372036854775807}", G_MAXINT64 },
		{ "{\"n\":9223372036854775808.0}", -1 },
		{ "{\"n\":9223372036854774784.0}", 9223372036854774784 },
		{ "{\"n\":\"7\"}", -1 },
		{ "{}", -1 },
	};
	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		json_t *obj = json_loads(cases[i].text, 0, NULL);

		g_assert_nonnull(obj);
		g_assert_cmpint(jsonl_int(obj, "n", -1), ==, cases[i].value);
		json_decref(obj);
	}
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/jsonl/int", test_int);
	return g_test_run();
}
