/* SPDX-License-Identifier: GPL-3.0-or-later */
/* File names from strangers. */
#include "base/safe_name.h"

#include <glib.h>
#include <string.h>

static const struct {
	const char *name, *type, *expect;
} cases[] = {
	{ "report.pdf", NULL, "report.pdf" },
	{ "gr\303\274n \344\270\255.txt", NULL, "gr\303\274n \344\270\255.txt" },
	{ "../../../../tmp/pwn", NULL, "pwn" },
	{ "/etc/passwd", NULL, "passwd" },
	{ "C:\\Windows\\x.exe", NULL, "x.exe" },
	{ "a/b/../../c", NULL, "c" },
	{ "..", NULL, "attachment" },
	{ ".", "image/png", "attachment.png" },
	{ "", "TEXT/plain", "attachment.txt" },
	{ NULL, NULL, "attachment" },
	{ "x/", "message/rfc822", "attachment.eml" },
	{ ".bashrc", NULL, "bashrc" },
	{ "-rf", NULL, "rf" },
	{ "~/x", NULL, "x" },
	{ "- .-a", NULL, "a" },
	{ "a.txt. . ", NULL, "a.txt" },
	{ "x\033]0;t\a.txt", NULL, "x]0;t.txt" },
	{ "a\r\nb\tc", NULL, "a  b c" },
	{ "\342\200\256gpj.exe", NULL, "gpj.exe" },
	{ "a\342\200\213b\357\273\277", NULL, "ab" },
	{ "\377\376.txt", NULL, "txt" },
	{ "CON", NULL, "_CON" },
	{ "nul.txt", NULL, "_nul.txt" },
	{ "console", NULL, "console" },
	{ "a:b*c?\"<>|", NULL, "a_b_c_____" },
	{ "$(touch x)", NULL, "$(touch x)" }, /* harmless: never given to a shell */
};

static void
test_names(void)
{
	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		char *name = safe_name(cases[i].name, cases[i].type);
		g_assert_cmpstr(name, ==, cases[i].expect);
		g_free(name);
	}
}

static void
test_length(void)
{
	for (size_t n = 190; n < 600; n++) {
		char *stem = g_strnfill(n, 'a');
		char *name = g_strconcat(stem, n % 2 ? "\303\251" : "", ".jpeg", NULL);
		char *safe = safe_name(name, NULL);
		g_assert_cmpuint(strlen(safe), <=, 200);
		g_assert_true(g_str_has_suffix(safe, ".jpeg"));
		g_assert_true(g_utf8_validate(safe, -1, NULL));
		g_free(safe);
		g_free(name);
		g_free(stem);
	}
}

/* What came out goes in again unchanged. */
static void
test_stable(void)
{
	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		char *once = safe_name(cases[i].name, NULL);
		char *twice = safe_name(once, NULL);
		g_assert_cmpstr(once, ==, twice);
		g_free(once);
		g_free(twice);
	}
}

static void
test_subject(void)
{
	static const struct {
		const char *subject, *name;
	} subjects[] = {{"a/b\\c", "a-b-c.eml"}, {NULL, "message.eml"}, {"", "message.eml"}, {"../up", "up.eml"}, {"con", "_con.eml"}};
	for (size_t i = 0; i < G_N_ELEMENTS(subjects); i++) {
		char *name = safe_name_of_subject(subjects[i].subject, "message", "eml");
		g_assert_cmpstr(name, ==, subjects[i].name);
		g_free(name);
	}
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/safe-name/names", test_names);
	g_test_add_func("/safe-name/length", test_length);
	g_test_add_func("/safe-name/stable", test_stable);
	g_test_add_func("/safe-name/subject", test_subject);
	return g_test_run();
}
