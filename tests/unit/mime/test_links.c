/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The links of plain text, their hosts, and rich text of the old kind. */
#include "mime/enriched.h"
#include "mime/links.h"

#include <string.h>

#include "lines.h"

static void
test_find(void)
{
	static const struct {
		const char *text, *expect;
	} cases[] = {
		{ "see https://x.example/a, and http://y.example.", "https://x.example/a http://y.example" },
		{ "(https://x.example/a_(b))", "https://x.example/a_(b)" },
		{ "<https://x.example/?q=1&r=2>", "https://x.example/?q=1&r=2" },
		{ "xhttps://x.example https:// mailto:a@b.example!", "mailto:a@b.example" },
		{ "javascript:alert(1) file:///etc/passwd", "" },
		{ "HTTPS://X.example/ \"http://q.example\"", "HTTPS://X.example/ http://q.example" },
		{ "::: http:/x", "" },
	};
	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		struct links *links = links_new();
		GString *out = g_string_new(NULL);
		json_t *item;
		size_t k;
		links_find(links, cases[i].text);
		json_t *list = links_json(links);
		json_array_foreach(list, k, item)
			g_string_append_printf(out, "%s%s", k > 0 ? " " : "",
			    json_string_value(json_object_get(item, "url")));
		g_assert_cmpstr(out->str, ==, cases[i].expect);
		json_decref(list);
		g_string_free(out, TRUE);
		links_free(links);
	}
}

static void
test_host(void)
{
	char *host = links_host("https://www.b\303\274cher.example/");
	g_assert_cmpstr(host, ==, "www.xn--bcher-kva.example");
	g_free(host);
}

static void
test_enriched(void)
{
	static const struct {
		const char *text;
		bool is_richtext;
		const char *expect;
	} cases[] = {
		{ "<bold>Now</bold> is\nthe <italic>time</italic>\n\nfor <<all>", false,
		    "text|Now is the time\ntext|for <all>\n" },
		{ "<color><param>red</param>a</color><excerpt>b</excerpt>c", false,
		    "text|a\nquote1|> b\ntext|c\n" },
		{ "<nofill>a\n b\n</nofill>c", false, "text|a\ntext| b\ntext|c\n" },
		{ "a<nl>b <lt>c>\nd", true, "text|a\ntext|b <c> d\n" },
		{ "a < b and \033]0;x\007", false, "text|a < b and \\u{1B}]0;x\\u{7}\n" },
	};
	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		GString *out = g_string_new(NULL);
		struct layout l;
		layout_init(&l, 40, 1 << 20, lines_add, out);
		enriched_render(cases[i].text, strlen(cases[i].text), cases[i].is_richtext, &l);
		g_assert_cmpstr(out->str, ==, cases[i].expect);
		g_string_free(out, TRUE);
	}
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/links/find", test_find);
	g_test_add_func("/links/host", test_host);
	g_test_add_func("/links/enriched", test_enriched);
	return g_test_run();
}
