/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Images of a page: which have a line of their own, what is asked for them, which only tell of a reader. */
#include "mime/images.h"

#include "base/limits.h"
#include "mime/html.h"

#include <string.h>

#include "lines.h"

static const struct {
	const char *name, *html;
	enum layout_images wish;
	const char *expect, *json;
	unsigned n_remote, n_trackers;
} cases[] = {
	{ "in the text where it is not wanted", "a<img src='https://x.example/1.png' alt=A>b", LAYOUT_IMAGES_OWN,
	    "text|a[A]b\nnote|1 remote image not loaded\n", "[]", 1, 0 },
	{ "in clear becomes https", "<p>a</p><img src='http://x.example/1 2.png' alt=A><p>b", LAYOUT_IMAGES_ALL,
	    "text|a\ntext|\nimage|[A]\ntext|\ntext|b\n",
	    "[{\"n\": 1, \"url\": \"https://x.example/1%202.png\", \"host\": \"x.example\"}]", 1, 0 },
	{ "the same twice is one", "<img src='//X.example/1'><img src='https://X.example/1'>", LAYOUT_IMAGES_ALL,
	    "image|[image]\nimage|[image]\n", "[{\"n\": 1, \"url\": \"https://X.example/1\", \"host\": \"x.example\"}]",
	    2, 0 },
	{ "too small to be seen", "a<img src='https://x.example/p' width=1 height=1>", LAYOUT_IMAGES_ALL,
	    "text|a\n", "[]", 1, 1 },
	{ "hidden", "a<img src='https://x.example/p' style='display:none'><div hidden><img src='//y.example/q'></div>",
	    LAYOUT_IMAGES_ALL, "text|a\n", "[]", 2, 2 },
	{ "an icon has no room of its own", "a<img src='https://x.example/p' alt=Fb width=24>", LAYOUT_IMAGES_ALL,
	    "text|a[Fb]\n", "[]", 1, 0 },
	{ "in a link", "<a href='https://x.example/'><img src='//x.example/1' alt=Shop></a>", LAYOUT_IMAGES_ALL,
	    "image|[Shop]\ntext|[1]\ntext|\nlink|[1] x.example  https://x.example/\n",
	    "[{\"n\": 1, \"url\": \"https://x.example/1\", \"host\": \"x.example\"}]", 1, 0 },
	{ "in a layout table", "<table><tr><td><img src='//x.example/1'></td></tr><tr><td>Words</table>",
	    LAYOUT_IMAGES_ALL, "image|[image]\ntext|Words\n",
	    "[{\"n\": 1, \"url\": \"https://x.example/1\", \"host\": \"x.example\"}]", 1, 0 },
	{ "other schemes and places are none", "<img src='file:///etc/passwd'><img src='javascript:x'>"
	    "<img src='/local.png'><img src='data:image/png;base64,AAAA'><img src='https://'>a",
	    LAYOUT_IMAGES_ALL, "text|a\n", "[]", 1, 0 },
	{ "a part that is not there", "<img src='cid:nope@x' alt=P>", LAYOUT_IMAGES_OWN, "image|[P]\n", "[]", 0, 0 },
	{ "within a quote", "<blockquote>a<img src='//x.example/1' alt=Q></blockquote>", LAYOUT_IMAGES_ALL,
	    "quote1|> a\nimage|> [Q]\n", "[{\"n\": 1, \"url\": \"https://x.example/1\", \"host\": \"x.example\"}]", 1, 0 },
};

static void
test_cases(void)
{
	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		GString *out = g_string_new(NULL);
		struct html_result result;
		struct layout l;
		g_test_message("%s", cases[i].name);
		layout_init(&l, 40, 8 << 20, lines_add, out);
		l.images = images_new();
		l.shows_images = cases[i].wish;
		html_render(cases[i].html, strlen(cases[i].html), &l, &result);
		json_t *list = images_json(l.images, NULL);
		char *json = json_dumps(list, 0);
		g_assert_cmpstr(out->str, ==, cases[i].expect);
		g_assert_cmpstr(json, ==, cases[i].json);
		g_assert_cmpuint(result.n_remote, ==, cases[i].n_remote);
		g_assert_cmpuint(result.n_trackers, ==, cases[i].n_trackers);
		free(json);
		json_decref(list);
		images_free(l.images);
		g_string_free(out, TRUE);
	}
}

static void
test_limits(void)
{
	struct images *images = images_new();
	char *host = g_strdup("https://x.example/");
	char *longest = g_strnfill(LIMIT_URL, 'a');
	memcpy(longest, host, strlen(host));
	g_assert_cmpuint(images_add(images, longest), ==, 1);
	char *longer = g_strconcat(longest, "a", NULL);
	g_assert_cmpuint(images_add(images, longer), ==, 0);
	for (unsigned i = 1; i < LIMIT_IMAGES; i++) {
		char *url = g_strdup_printf("https://x.example/%u", i);
		g_assert_cmpuint(images_add(images, url), ==, i + 1);
		g_free(url);
	}
	g_assert_cmpuint(images_add(images, "https://x.example/one-more"), ==, 0);
	g_assert_cmpuint(images_add(images, "https://x.example/1"), ==, 2);
	images_free(images);
	g_free(longer);
	g_free(longest);
	g_free(host);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	html_init();
	g_test_add_func("/images/cases", test_cases);
	g_test_add_func("/images/limits", test_limits);
	return g_test_run();
}
