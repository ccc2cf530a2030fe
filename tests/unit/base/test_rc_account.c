/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test_rc_account.c - accounts: addresses, servers, and the rule that nothing leaves in
 * clear. */
#include "rc_home.h"

static void
test_account(struct home *h, gconstpointer data)
{
	struct rc *rc = load(h,
	    ANN "imap = imaps://mail.example.org\nsmtp = submission://u%40x@[::1]:2525/\n"
		"aliases = Ann <ann@Second.Example>\naliases = a.b@third.example\nsent = "
		"Gesendet\n"
		"[account \"home\"]\naddress = \"Doe, Jo \\\"J\\\"\" <jo@example.net>\n");
	const struct rc_account *a = rc_account(rc, "work");

	(void)data;
	g_assert_nonnull(a);
	g_assert_cmpstr(a->address, ==, "ann@example.org");
	g_assert_cmpstr(a->display, ==, "Ann Example");
	g_assert_cmpstr(a->imap->host, ==, "mail.example.org");
	g_assert_cmpstr(a->imap->user, ==, "ann@example.org");
	g_assert_cmpint(a->imap->port, ==, 993);
	g_assert_cmpint(a->imap->tls, ==, RC_TLS_IMPLICIT);
	g_assert_null(a->pop3);
	g_assert_cmpstr(a->smtp->host, ==, "::1");
	g_assert_cmpstr(a->smtp->user, ==, "u@x");
	g_assert_cmpint(a->smtp->port, ==, 2525);
	g_assert_cmpint(a->smtp->tls, ==, RC_TLS_STARTTLS);
	g_assert_false(a->is_local);
	g_assert_cmpstr(a->sent, ==, "Gesendet");
	g_assert_cmpstr(a->trash, ==, "Trash");
	g_assert_true(rc_account_of_address(rc, "ann@second.example") == a);
	g_assert_true(rc_account_of_address(rc, "ANN@EXAMPLE.ORG") == a);
	g_assert_true(rc_account_of_address(rc, "a.b@third.example") == a);
	g_assert_null(rc_account_of_address(rc, "b@third.example"));
	g_assert_null(rc_account_of_address(rc, "ann"));
	a = rc_account(rc, "home");
	g_assert_cmpstr(a->display, ==, "Doe, Jo \"J\"");
	g_assert_true(a->is_local);
	g_assert_true(rc_accounts(rc)[1] == a);
	g_assert_null(rc_accounts(rc)[2]);
	g_assert_cmpstr(rc_names(rc, "account")[0], ==, "work");
	g_assert_cmpstr(rc_names(rc, "account")[1], ==, "home");
	g_assert_null(rc_account(rc, "none"));
	rc_free(rc);
}

static void
test_urls(struct home *h, gconstpointer data)
{
	static const struct {
		const char *url, *user, *host;
		int port; /* 0: refused */
	} cases[] = {
	    {"imaps://h", "ann@example.org", "h", 993},
	    {"IMAPS://H.Example.ORG:1993", "ann@example.org", "h.example.org", 1993},
	    {"imap://ann@work@h", "ann@work", "h", 143},
	    {"imaps://a%2Bb%3A@127.0.0.1", "a+b:", "127.0.0.1", 993},
	    {"imaps://[2001:db8::1]:1", "ann@example.org", "2001:db8::1", 1},
	    {"imaps://u@h:65535/", "u", "h", 65535},
	    {"imaps://h:65536", NULL, NULL, 0},
	    {"imaps://h:0", NULL, NULL, 0},
	    {"imaps://h:", NULL, NULL, 0},
	    {"imaps://h:+1", NULL, NULL, 0},
	    {"imaps://h/INBOX", NULL, NULL, 0},
	    {"imaps://h?x", NULL, NULL, 0},
	    {"imaps://h/u@x", NULL, NULL, 0},
	    {"imaps://u:secret@h", NULL, NULL, 0},
	    {"imaps://@h", NULL, NULL, 0},
	    {"imaps://u%0@h", NULL, NULL, 0},
	    {"imaps://u%00@h", NULL, NULL, 0},
	    {"imaps://u%0a@h", NULL, NULL, 0},
	    {"imaps://u%ff@h", NULL, NULL, 0},
	    {"imaps://", NULL, NULL, 0},
	    {"imaps://h..x", NULL, NULL, 0},
	    {"imaps://h x", NULL, NULL, 0},
	    {"imaps://2001:db8::1", NULL, NULL, 0},
	    {"imaps://[::1", NULL, NULL, 0},
	    {"imaps://[::1]x", NULL, NULL, 0},
	    {"imaps://[h]", NULL, NULL, 0},
	    {"https://h", NULL, NULL, 0},
	    {"smtps://h", NULL, NULL, 0},
	    {"h", NULL, NULL, 0},
	};

	(void)data;
	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		char *text = g_strdup_printf(ANN "imap = %s\n", cases[i].url);
		const char *path = put(h, "rc", text);
		struct rc *rc = rc_load(path, NULL, NULL);

		g_test_message("%s", cases[i].url);
		g_assert_cmpint(rc != NULL, ==, cases[i].port > 0);
		if (rc != NULL) {
			const struct rc_server *server = rc_account(rc, "work")->imap;

			g_assert_cmpstr(server->user, ==, cases[i].user);
			g_assert_cmpstr(server->host, ==, cases[i].host);
			g_assert_cmpint(server->port, ==, cases[i].port);
		}
		rc_free(rc);
		g_free(text);
	}
}

static void
test_addresses(struct home *h, gconstpointer data)
{
	static const struct {
		const char *text, *display, *address; /* address NULL: refused */
	} cases[] = {
	    {"a@b.example", "", "a@b.example"},
	    {"<a@b.example>", "", "a@b.example"},
	    {"A. B. C <a+x@b.example>", "A. B. C", "a+x@b.example"},
	    {"\"C, A\" <a@b.example>", "C, A", "a@b.example"},
	    {"\"Ann <a@b.example>\"", "Ann", "a@b.example"},
	    {"J\xc3\xb6rg <j\xc3\xb6rg@b\xc3\xbc.example>", "J\xc3\xb6rg",
		"j\xc3\xb6rg@b\xc3\xbc.example"},
	    {"\"a b\"@b.example", "", "\"a b\"@b.example"},
	    {"x <\"a b\"@b.example>", "x", "\"a b\"@b.example"},
	    {"a@[127.0.0.1]", "", "a@[127.0.0.1]"},
	    {"a@b@c.example", NULL, NULL},
	    {"a b@c.example", NULL, NULL},
	    {".a@c.example", NULL, NULL},
	    {"a..b@c.example", NULL, NULL},
	    {"a@.example", NULL, NULL},
	    {"a@c..example", NULL, NULL},
	    {"a@", NULL, NULL},
	    {"@c.example", NULL, NULL},
	    {"Ann <a@c.example", NULL, NULL},
	    {"Ann <a@c.example> x", NULL, NULL},
	    {"a@c.example, b@c.example", NULL, NULL},
	};

	(void)data;
	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		char *text =
		    g_strdup_printf("[account \"w\"]\naddress = %s\n", cases[i].text);
		struct rc *rc = rc_load(put(h, "rc", text), NULL, NULL);

		g_test_message("%s", cases[i].text);
		if (rc != NULL) {
			g_assert_cmpstr(
			    rc_account(rc, "w")->address, ==, cases[i].address);
			g_assert_cmpstr(
			    rc_account(rc, "w")->display, ==, cases[i].display);
		} else {
			g_assert_null(cases[i].address);
		}
		rc_free(rc);
		g_free(text);
	}
}

static void
test_clear_text(struct home *h, gconstpointer data)
{
	static const struct {
		const char *url;
		bool is_good;
	} cases[] = {
	    {"imap://localhost", true},
	    {"imap://127.0.0.1:1143", true},
	    {"imap://127.9.9.9", true},
	    {"imap://[::1]", true},
	    {"imap://localhost.example.org", false},
	    {"imap://127.0.0.1.example", false},
	    {"imap://10.0.0.1", false},
	    {"imap://[::2]", false},
	    {"imap://0.0.0.0", false},
	    {"imap://[::ffff:127.0.0.1]", false},
	};

	(void)data;
	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		char *text = g_strdup_printf(ANN
		    "tls = no\nimap = %s\nsmtp = smtps://far.example\n",
		    cases[i].url);
		struct rc *rc = rc_load(put(h, "rc", text), NULL, NULL);

		g_test_message("%s", cases[i].url);
		g_assert_cmpint(rc != NULL, ==, cases[i].is_good);
		if (rc != NULL) {
			g_assert_cmpint(
			    rc_account(rc, "work")->imap->tls, ==, RC_TLS_NONE);
			g_assert_cmpint(
			    rc_account(rc, "work")->smtp->tls, ==, RC_TLS_IMPLICIT);
		}
		rc_free(rc);
		g_free(text);
	}
}

int
main(int argc, char **argv)
{
	static const struct {
		const char *path;
		void (*run)(struct home *, gconstpointer);
	} tests[] = {
	    {"/rc-account/account", test_account},
	    {"/rc-account/urls", test_urls},
	    {"/rc-account/addresses", test_addresses},
	    {"/rc-account/clear-text", test_clear_text},
	};

	g_test_init(&argc, &argv, NULL);
	for (size_t i = 0; i < G_N_ELEMENTS(tests); i++)
		g_test_add(
		    tests[i].path, struct home, NULL, home_up, tests[i].run, home_down);
	return g_test_run();
}
