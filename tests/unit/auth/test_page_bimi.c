/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the detail page says of a logo: who stands behind it, or why there is none. */
#include "auth/page.h"

#include <glib.h>
#include <jansson.h>
#include <string.h>

static const struct {
	const char *bimi;
	const char *says[3], *says_not;
} cases[] = {
    {"{'result': 'pass', 'reason': '', 'mark': {'type': 'VMC', 'organization': 'Brand, Inc.', 'issuer': "
     "'Marks Inc.', 'valid': true}, 'logo': 'aa', 'logo_source': 'mark'}",
	{"Brand, Inc.", "Marks Inc.", "out of the mark certificate"}, "not fetched"},
    {"{'result': 'pass', 'reason': '', 'mark': null, 'logo': null}", {"pass", "not fetched", NULL}, "certificate"},
    {"{'result': 'skipped', 'reason': 'the DMARC policy is not enforced'}",
	{"skipped", "the DMARC policy is not enforced", NULL}, "not fetched"},
    {"{}", {"Logo (BIMI)", NULL, NULL}, "not fetched"},
};

static char *
page_text(const char *bimi)
{
	char *json = g_strdelimit(g_strconcat("{'verdict': 'pass', 'bimi': ", bimi, "}", NULL), "'", '"');
	json_t *verdict = json_loads(json, 0, NULL);
	g_assert_nonnull(verdict);
	json_t *lines = page_lines(verdict, 100);
	GString *text = g_string_new(NULL);

	for (size_t i = 0; i < json_array_size(lines); i++)
		g_string_append_printf(text, "%s\n",
		    json_string_value(json_object_get(json_array_get(lines, i), "t")));
	json_decref(lines);
	json_decref(verdict);
	g_free(json);
	return g_string_free(text, FALSE);
}

static void
test_page(void)
{
	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		char *text = page_text(cases[i].bimi);
		g_test_message("%s", text);
		for (size_t k = 0; k < 3 && cases[i].says[k] != NULL; k++)
			g_assert_nonnull(strstr(text, cases[i].says[k]));
		g_assert_null(strstr(text, cases[i].says_not));
		g_free(text);
	}
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/page/bimi", test_page);
	return g_test_run();
}
