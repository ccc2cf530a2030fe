/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Patches by their subjects, dangerous names, mailcap entries without a shell. */
#include "ui/mailcap.h"
#include "ui/patches.h"
#include "ui/risk.h"

static void
test_subjects(void)
{
	static const struct {
		const char *subject;
		bool is_patch;
		unsigned version, number, total;
	} cases[] = {
	    {"[PATCH] x: y", true, 1, 1, 1},
	    {"[PATCH v2 03/17] x: y", true, 2, 3, 17},
	    {"[PATCH 0/2] cover", false, 1, 0, 2},
	    {"[list] [RFC PATCH,v3 1/2] x", true, 3, 1, 2},
	    {"[PATCH net-next 10/12] x", true, 1, 10, 12},
	    {"Re: [PATCH 1/2] x", false, 0, 0, 0},
	    {"[list] hello", false, 0, 0, 0},
	    {"[PATCH 1/2", false, 0, 0, 0},
	    {"[PATCH 99999999999999999999/2] x", true, 1, 1, 1},
	    {NULL, false, 0, 0, 0},
	};
	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		unsigned version, number, total;
		bool is_patch = patches_parse(cases[i].subject, &version, &number, &total);
		g_assert_cmpint(is_patch, ==, cases[i].is_patch);
		if (!is_patch)
			continue;
		g_assert_cmpuint(version, ==, cases[i].version);
		g_assert_cmpuint(number, ==, cases[i].number);
		g_assert_cmpuint(total, ==, cases[i].total);
	}
}

static void
test_risks(void)
{
	static const struct {
		const char *name, *type;
		bool is_risk;
	} cases[] = {
	    {"photo.jpg", "image/jpeg", false},
	    {"report.pdf", "application/pdf", false},
	    {"REPORT.EXE", "application/pdf", true},
	    {"invoice.pdf.exe", NULL, true},
	    {"letter.docm", NULL, true},
	    {"letter.exe.", NULL, true},
	    {"letter.exe . ", NULL, true},
	    {"letter...", NULL, false},
	    {"a.txt", "application/x-msdownload", true},
	    {"\342\200\256gpj.exe", NULL, true},
	    {"exe", NULL, false},
	    {NULL, "text/html", true},
	    {NULL, NULL, false},
	};
	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++)
		g_assert_cmpint(risk_of(cases[i].name, cases[i].type) != NULL, ==, cases[i].is_risk);
}

static void
test_mailcap(void)
{
	static const char text[] = "# comment\n"
				   "image/png; cat %s | sh\n"
				   "image/png; cat `id`\n"
				   "image/*; false %s; test=test -n \"$PENFOLD_NOT_SET\"\n"
				   "image/*; no-such-program-here %s\n"
				   "image/*; cat '%s' \\\n -t '%t' %{charset}; needsterminal\n"
				   "text/plain; cat; copiousoutput\n";
	struct mailcap_program p;
	g_assert_true(mailcap_find(text, "image/png", "/tmp/a b;$(x)", &p));
	g_assert_cmpstr(p.argv[0], ==, "cat");
	g_assert_cmpstr(p.argv[1], ==, "/tmp/a b;$(x)");
	g_assert_cmpstr(p.argv[3], ==, "image/png");
	g_assert_true(p.is_terminal && !p.is_text && !p.takes_stdin);
	mailcap_program_clear(&p);
	g_assert_true(mailcap_find(text, "text/plain", "/tmp/x", &p));
	g_assert_true(p.is_text && p.takes_stdin);
	mailcap_program_clear(&p);
	g_assert_false(mailcap_find(text, "text/html", "/tmp/x", &p));
	g_assert_false(mailcap_find(text, "image/png;x", "/tmp/x", &p));
	g_assert_false(mailcap_find("image/$x; cat %s\n", "image/$x", "/tmp/x", &p));
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/patches/subjects", test_subjects);
	g_test_add_func("/patches/risks", test_risks);
	g_test_add_func("/patches/mailcap", test_mailcap);
	return g_test_run();
}
