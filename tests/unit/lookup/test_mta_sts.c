/* SPDX-License-Identifier: GPL-3.0-or-later */
/* MTA-STS policies: RFC 8461 3.1, 3.2, 4.1, with the examples of its appendix A. */
#include "lookup/mta_sts.h"

#include <string.h>

static const struct {
	const char *text;
	bool good;
	enum mta_sts_mode mode;
	gint64 max_age;
	guint n_mx;
} policies[] = {
    {"version: STSv1\nmode: enforce\nmx: mail.example.com\nmx: *.example.net\nmx: "
     "backupmx.example.com\nmax_age: 604800\n",
	true, MTA_STS_ENFORCE, 604800, 3},
    {"version:STSv1\r\nmode:testing\r\nmx:a.example\r\nmax_age:1\r\nnew: thing\r\n", true,
	MTA_STS_TESTING, 1, 1},
    {"version: STSv1\nmode: none\nmax_age: 86400", true, MTA_STS_NONE, 86400, 0},
    {"version: STSv1\nmode: enforce\nmx: a.example\nmax_age: 4294967295\n", true,
	MTA_STS_ENFORCE, 31557600, 1},
    {"version: STSv1\nmode: enforce\nmax_age: 1\n", false, 0, 0, 0},
    {"version: STSv2\nmode: none\nmax_age: 1\n", false, 0, 0, 0},
    {"version: STSv1\nmode: maybe\nmx: a\nmax_age: 1\n", false, 0, 0, 0},
    {"version: STSv1\nmode: none\nmax_age: -1\n", false, 0, 0, 0},
    {"version: STSv1\nmode: none\n", false, 0, 0, 0},
    {"<html>", false, 0, 0, 0},
    {"", false, 0, 0, 0},
};

static void
test_policies(void)
{
	for (size_t i = 0; i < G_N_ELEMENTS(policies); i++) {
		struct mta_sts p;
		bool good = mta_sts_parse(policies[i].text, strlen(policies[i].text), &p);

		g_test_message("%s", policies[i].text);
		g_assert_true(good == policies[i].good);
		if (good) {
			g_assert_cmpint(p.mode, ==, policies[i].mode);
			g_assert_cmpint(p.max_age, ==, policies[i].max_age);
			g_assert_cmpuint(p.mx->len, ==, policies[i].n_mx);
		}
		mta_sts_clear(&p);
	}
}

static void
test_match(void)
{
	static const char text[] = "version: STSv1\nmode: enforce\nmx: "
				   "mail.example.com\nmx: *.Example.net\nmax_age: 1";
	static const struct {
		const char *host;
		bool matches;
	} hosts[] = {{"mail.example.com", true}, {"MAIL.example.COM", true},
	    {"mx1.example.net", true}, {"a.b.example.net", false}, {"example.net", false},
	    {".example.net", false}, {"evil-example.net", false},
	    {"mail.example.com.evil", false}};
	struct mta_sts p;

	g_assert_true(mta_sts_parse(text, strlen(text), &p));
	for (size_t i = 0; i < G_N_ELEMENTS(hosts); i++)
		g_assert_true(mta_sts_matches(&p, hosts[i].host) == hosts[i].matches);
	mta_sts_clear(&p);
}

static void
check_id(const char *const *records, const char *want)
{
	struct dns_answer *answer = dns_answer_new(DNS_OK);
	char *id;

	for (; *records != NULL; records++)
		g_ptr_array_add(answer->strings, g_strdup(*records));
	id = mta_sts_id(answer);
	g_assert_cmpstr(id, ==, want);
	g_free(id);
	dns_answer_free(answer);
}

static void
test_ids(void)
{
	check_id((const char *const[]){"v=STSv1; id=20160831085700Z;", NULL},
	    "20160831085700Z");
	check_id((const char *const[]){"v=spf1 -all", "v=STSv1;id=1", NULL}, "1");
	check_id((const char *const[]){"v=STSv1; id=1", "v=STSv1; id=2", NULL}, NULL);
	check_id((const char *const[]){"v=STSv1; x=1", NULL}, NULL);
	check_id((const char *const[]){"v=STSv10; id=1", NULL}, NULL);
	check_id((const char *const[]){NULL}, NULL);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/mta-sts/policies", test_policies);
	g_test_add_func("/mta-sts/match", test_match);
	g_test_add_func("/mta-sts/ids", test_ids);
	return g_test_run();
}
