/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test_markdown.c - pages of Markdown, and the images that they show. */
#include "mime/markdown.h"

#include <string.h>

static json_t *
attached(void)
{
	return json_pack("[{s:s}, {s:s, s:s}]", "path", "/home/a/a pic.png", "path", "/tmp/x1", "filename",
	    "chart.png");
}

static void
test_images(void)
{
	static const struct {
		const char *text;
		int shown; /* the attachment that the page shows, -1 for none */
	} cases[] = {
	    {"![](</home/a/a pic.png>)", 0},
	    {"![](a%20pic.png)", 0},
	    {"![](chart.png)", 1},
	    {"![](file:///tmp/x1)", 1},
	    {"![](x1)", -1}, /* it has another name in the letter */
	    {"![](https://x.example/chart.png)", -1},
	    {"no image", -1},
	};
	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		struct markdown_page page;
		json_t *list = attached();
		markdown_page_init(&page, cases[i].text, list);
		for (int k = 0; k < 2; k++) {
			const char *id = json_string_value(
			    json_object_get(json_array_get(page.attachments, (size_t)k), "content_id"));
			g_assert_cmpint(id != NULL, ==, k == cases[i].shown);
			g_assert_true(id == NULL || strstr(page.html, id) != NULL);
		}
		markdown_page_clear(&page);
		json_decref(list);
	}
}

/* A quoted letter names files of ours: none of them leaves. */
static void
test_nothing_attached_for_being_named(void)
{
	static const char *const texts[] = {"> ![](/etc/passwd)", "![](/etc/passwd)", "![x](file:///etc/passwd)",
	    "![](~/.ssh/id_rsa)", "<img src=\"/etc/passwd\">"};
	for (size_t i = 0; i < G_N_ELEMENTS(texts); i++) {
		struct markdown_page page;
		markdown_page_init(&page, texts[i], NULL);
		g_assert_cmpuint(json_array_size(page.attachments), ==, 0);
		g_assert_null(strstr(page.html, "cid:"));
		markdown_page_clear(&page);
	}
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/markdown/images", test_images);
	g_test_add_func("/markdown/nothing-attached-for-being-named", test_nothing_attached_for_being_named);
	return g_test_run();
}
