/* SPDX-License-Identifier: GPL-3.0-or-later */
/* POP3 answers: the examples of RFC 1939 and 2449, and what no RFC allows. */
#include "net/pop3_list.h"

#include "base/error.h"

#include <string.h>

static void
test_status(void)
{
	static const struct {
		const char *line;
		enum pop3_status status;
		const char *text;
		bool is_temporary, is_auth;
	} cases[] = {
	    {"+OK", POP3_OK, "", false, false},
	    {"+ok dewey POP3 server signing off", POP3_OK, "dewey POP3 server signing off", false, false},
	    {"-ERR [IN-USE] Do you have another session?", POP3_ERR,
		"[IN-USE] Do you have another session?", true, false},
	    {"-ERR [sys/temp] no", POP3_ERR, "[sys/temp] no", true, false},
	    {"-ERR [SYS/PERM] no", POP3_ERR, "[SYS/PERM] no", false, false},
	    {"-ERR [LOGIN-DELAY] wait", POP3_ERR, "[LOGIN-DELAY] wait", true, false},
	    {"-ERR [AUTH] Authentication failed.", POP3_ERR, "[AUTH] Authentication failed.", false, true},
	    {"+ cGxhaW4=", POP3_GO_ON, "cGxhaW4=", false, false},
	    {"+", POP3_GO_ON, "", false, false},
	    {"+OKAY", POP3_BROKEN, "+OKAY", false, false},
	    {"* OK IMAP4rev1", POP3_BROKEN, "* OK IMAP4rev1", false, false},
	    {"", POP3_BROKEN, "", false, false},
	};

	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		struct pop3_reply reply;

		pop3_reply_parse(cases[i].line, &reply);
		g_assert_cmpint(reply.status, ==, cases[i].status);
		g_assert_cmpstr(reply.text, ==, cases[i].text);
		g_assert_true(reply.is_temporary == cases[i].is_temporary);
		g_assert_true(reply.is_auth == cases[i].is_auth);
	}
}

static void
test_numbers(void)
{
	static const char *const bad[] = {"", "0 120", "-1 120", "1", "1 ", "1 x", "x 1",
	    "2147483648 1", "99999999999999999999 1", "1 99999999999999999999", "1,5 2", "+1 2"};
	guint32 number;
	guint64 size;

	g_assert_true(pop3_reply_size("1 120", &number, &size));
	g_assert_cmpuint(number, ==, 1);
	g_assert_cmpuint(size, ==, 120);
	g_assert_true(pop3_reply_size("2147483647 9223372036854775807 more", &number, &size));
	for (size_t i = 0; i < G_N_ELEMENTS(bad); i++)
		g_assert_false(pop3_reply_size(bad[i], &number, &size));
}

static void
test_uidl(void)
{
	char *longest = g_strnfill(POP3_UIDL_MAX, 'x'), *line = g_strdup_printf("7 %s", longest);
	const char *id;
	guint32 number;

	g_assert_true(pop3_reply_uidl("2 QhdPYR:00WBw1Ph7x7", &number, &id));
	g_assert_cmpstr(id, ==, "QhdPYR:00WBw1Ph7x7");
	g_assert_true(pop3_reply_uidl(line, &number, &id));
	g_assert_cmpuint(number, ==, 7);
	g_free(line);
	line = g_strdup_printf("7 %sx", longest);
	g_assert_false(pop3_reply_uidl(line, &number, &id));
	g_assert_false(pop3_reply_uidl("1", &number, &id));
	g_assert_false(pop3_reply_uidl("1 ", &number, &id));
	g_assert_false(pop3_reply_uidl("1 a b", &number, &id));
	g_assert_false(pop3_reply_uidl("1 a\033[31m", &number, &id));
	g_assert_false(pop3_reply_uidl("0 a", &number, &id));
	g_free(line);
	g_free(longest);
}

static void
test_timestamp(void)
{
	char *stamp = pop3_reply_timestamp("POP3 server ready <1896.697170952@dbc.mtview.ca.us>");

	g_assert_cmpstr(stamp, ==, "<1896.697170952@dbc.mtview.ca.us>");
	g_free(stamp);
	g_assert_null(pop3_reply_timestamp("ready"));
	g_assert_null(pop3_reply_timestamp("ready <no-at>"));
	g_assert_null(pop3_reply_timestamp("ready <a@b"));
	g_assert_null(pop3_reply_timestamp("ready <a @b>"));
	g_assert_null(pop3_reply_timestamp("ready <a@\xc3\xa4>"));
}

static void
test_caps(void)
{
	struct pop3_caps caps;

	pop3_caps_init(&caps);
	g_assert_null(g_ptr_array_index(caps.sasl, 0));
	pop3_caps_feed(&caps, "SASL CRAM-MD5  KERBEROS_V4");
	pop3_caps_feed(&caps, "pipelining");
	pop3_caps_feed(&caps, "TOPS");
	pop3_caps_feed(&caps, "EXPIRE 60");
	pop3_caps_feed(&caps, "");
	g_assert_cmpstr(g_ptr_array_index(caps.sasl, 0), ==, "CRAM-MD5");
	g_assert_cmpstr(g_ptr_array_index(caps.sasl, 1), ==, "KERBEROS_V4");
	g_assert_null(g_ptr_array_index(caps.sasl, 2));
	g_assert_true(caps.has_pipelining && !caps.has_top && !caps.has_uidl);
	pop3_caps_fini(&caps);
}

static void
test_body(void)
{
	static const struct {
		const char *wire, *text;
		bool is_loose, is_over;
		size_t rest; /* bytes behind the end */
	} cases[] = {
	    {"a\r\n.\r\n", "a\r\n", false, true, 0},
	    {".\r\n", "", false, true, 0},
	    {"..\r\n...x\r\n.\r\n+OK", ".\r\n..x\r\n", false, true, 3},
	    {"a\n.\nb\r\n.\r\n", "a\n.\nb\r\n", false, true, 0}, /* the dot that cut libetpan */
	    {"a\n.\r\nb\r\n.\r\n", "a\n.\r\nb\r\n", false, true, 0},
	    {"a\r\n.\nb\r\n.\r\n", "a\r\n\nb\r\n", false, true, 0}, /* ".LF" is a line that begins with a dot */
	    {"a\r.\r\nb\r\n.\r\n", "a\r.\r\nb\r\n", false, true, 0},
	    {"a\r\n.\rb\r\n.\r\n", "a\r\n\rb\r\n", false, true, 0},
	    {"a\r\n.\r\r\n.\r\n", "a\r\n\r\r\n", false, true, 0},
	    {"a\r\n.x\r\n.\r\n", "a\r\nx\r\n", false, true, 0}, /* a server that stuffs nothing */
	    {"a\r\n", "a\r\n", false, false, 0},
	    {"a\r\n.", "a\r\n", false, false, 0},
	    {"a\n..\nb\n.\nrest", "a\n.\nb\n", true, true, 4},
	    {"a\r\r\n.\r\n", "a\r\r\n", false, true, 0},
	};

	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		size_t len = strlen(cases[i].wire);

		for (size_t piece = 1; piece <= len; piece++) {
			GByteArray *out = g_byte_array_new();
			struct pop3_body body;
			size_t at = 0;

			pop3_body_init(&body, cases[i].is_loose);
			while (at < len && !body.is_over)
				at += pop3_body_feed(&body, cases[i].wire + at, MIN(piece, len - at), out);
			g_assert_true(body.is_over == cases[i].is_over);
			g_assert_cmpmem(out->data, out->len, cases[i].text, strlen(cases[i].text));
			g_assert_cmpuint(len - at, ==, cases[i].rest);
			g_byte_array_unref(out);
		}
	}
}

static void
test_listing(void)
{
	struct pop3_listing *l = pop3_listing_new();
	const struct pop3_item *item;
	GPtrArray *items;
	guint n_odd = 0;

	/* out of order, one id twice, one number twice, nonsense, a size without an id */
	g_assert_true(pop3_listing_uidl(l, "3 aaa", NULL));
	g_assert_true(pop3_listing_uidl(l, "1 bbb", NULL));
	g_assert_true(pop3_listing_uidl(l, "7 aaa", NULL));
	g_assert_true(pop3_listing_uidl(l, "1 ccc", NULL));
	g_assert_true(pop3_listing_uidl(l, "0 ddd", NULL));
	g_assert_true(pop3_listing_size(l, "7 700", NULL));
	g_assert_true(pop3_listing_size(l, "3 300", NULL));
	g_assert_true(pop3_listing_size(l, "4 400", NULL));
	items = pop3_listing_items(l, true, &n_odd);
	g_assert_cmpuint(items->len, ==, 3);
	g_assert_cmpuint(n_odd, ==, 3);
	item = g_ptr_array_index(items, 0);
	g_assert_cmpstr(item->id, ==, "bbb");
	g_assert_cmpuint(item->size, ==, 0);
	item = g_ptr_array_index(items, 1);
	g_assert_cmpstr(item->id, ==, "aaa");
	g_assert_cmpuint(item->size, ==, 300);
	item = g_ptr_array_index(items, 2);
	g_assert_cmpstr(item->id, ==, "aaa\t2");
	g_assert_cmpuint(item->number, ==, 7);
	g_ptr_array_unref(items);
	pop3_listing_free(l);
}

static void
test_listing_limit(void)
{
	struct pop3_listing *l = pop3_listing_new();
	GError *error = NULL;
	char line[32];

	for (guint i = 1; i <= 500000; i++) {
		g_snprintf(line, sizeof(line), "%u 1", i);
		g_assert_true(pop3_listing_size(l, line, NULL));
	}
	g_assert_false(pop3_listing_size(l, "500001 1", &error));
	g_assert_error(error, PF_ERROR, PF_ERROR_LIMIT);
	g_clear_error(&error);
	pop3_listing_free(l);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/pop3/status", test_status);
	g_test_add_func("/pop3/numbers", test_numbers);
	g_test_add_func("/pop3/uidl", test_uidl);
	g_test_add_func("/pop3/timestamp", test_timestamp);
	g_test_add_func("/pop3/caps", test_caps);
	g_test_add_func("/pop3/body", test_body);
	g_test_add_func("/pop3/listing", test_listing);
	g_test_add_func("/pop3/listing-limit", test_listing_limit);
	return g_test_run();
}
