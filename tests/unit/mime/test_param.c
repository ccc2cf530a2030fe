/* SPDX-License-Identifier: GPL-3.0-or-later */
/* File names of parts: RFC 2231, encoded words, and mail as it is. */
#include "mime/param.h"

#include <gmime/gmime.h>
#include <string.h>

static const struct {
	const char *raw, *text; /* what follows "attachment"; NULL: there is none */
} cases[] = {
    {"; filename=a.txt", "a.txt"},
    {";FILENAME=\"a b.txt\"", "a b.txt"},
    {"; filename = a b.txt ; size=4", "a b.txt"},
    {"; filename=a.txt (the first) ; size=4", "a.txt"},
    {"; filename=a(b).txt", "a(b).txt"},
    {"; filename=\"a;b\\\"c\\\\d.txt\"", "a;b\"c\\d.txt"},
    {"; filename=\"C:\\TEMP\\x.png\"", "C:\\TEMP\\x.png"},
    {"; filename=\"a.txt", "a.txt"},
    {"; filename=a.txt; filename=b.txt", "a.txt"},
    {"; x=\"; filename=no\"; filename=a.txt", "a.txt"},
    {"; filename=\"\"", NULL},
    {"; filename", NULL},
    {"; filenames=a", NULL},
    {"", NULL},
    {";;;=;\"", NULL},
    {"; filename*=utf-8''gr%C3%BCn.txt", "grün.txt"},
    {"; filename*=iso-8859-1'de'gr%FCn.txt", "grün.txt"},
    {"; filename*=x-none''a%20b", "a b"},
    {"; filename*=a%20b%zz", "a b%zz"},
    {"; filename=grun.txt; filename*=utf-8''gr%C3%BCn.txt", "grün.txt"},
    {"; filename*0=\"ab\"; filename*1=c.txt", "abc.txt"},
    {"; filename*1*=%BCn%20; filename*2=\"x;y\"; filename*0*=utf-8''gr%C3", "grün x;y"},
    {"; filename*0=a; filename*2=c", "a"},
    {"; filename*10*=l; filename*0*=''a", "a"},
    {"; filename==?utf-8?Q?gr=C3=BCn?=", "grün"},
    {"; filename=\"=?utf-8?B?Z3LDvG4=?=\n =?utf-8?Q?_wald?=.txt\"", "grün wald.txt"},
    {"; filename=\"gr\303\274n\"", "grün"},
    {"; filename=\"gr\374n\"", "grün"},
    {"; filename=\"gr\303\274n \303\"", "grün \357\277\275"},
};

static void
test_text(void)
{
	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		char *raw = g_strconcat("attachment", cases[i].raw, NULL);
		char *text = param_text(raw, "filename");
		g_assert_cmpstr(text, ==, cases[i].text);
		g_free(text);
		g_free(raw);
	}
}

/* Pieces without end, and numbers without end, take neither time nor memory. */
static void
test_bounds(void)
{
	GString *raw = g_string_new("attachment");
	for (int i = 0; i < 20000; i++)
		g_string_append_printf(raw, "; filename*%d=a", i);
	g_string_append(raw, "; filename*99999999999999999999=b");
	char *text = param_text(raw->str, "filename");
	g_assert_cmpuint(strlen(text), ==, 1000);
	g_free(text);
	g_string_free(raw, TRUE);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_mime_init();
	g_test_add_func("/param/text", test_text);
	g_test_add_func("/param/bounds", test_bounds);
	return g_test_run();
}
