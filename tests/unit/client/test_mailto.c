/* SPDX-License-Identifier: GPL-3.0-or-later */
/* mailto: URLs: what RFC 6068 gives, what is left out, what is refused. */
#include "client/mailto.h"

#include "base/error.h"

static const struct {
	const char *url, *draft, *ignored;
} good[] = {
	{ "mailto:ann@example.org", "{\"to\":[\"ann@example.org\"]}", NULL },
	{ "MailTo:ann@example.org", "{\"to\":[\"ann@example.org\"]}", NULL },
	{ "mailto:a@x.example,b@x.example", "{\"to\":[\"a@x.example\",\"b@x.example\"]}", NULL },
	{ "mailto:?to=a@x.example&cc=b@x.example&subject=caf%C3%A9",
	    "{\"to\":[\"a@x.example\"],\"cc\":[\"b@x.example\"],\"subject\":\"caf\303\251\"}", NULL },
	{ "mailto:a@x.example?body=one%0D%0Atwo&In-Reply-To=%3Cq@x%3E",
	    "{\"to\":[\"a@x.example\"],\"body\":\"one\\r\\ntwo\",\"in_reply_to\":\"<q@x>\"}", NULL },
	{ "mailto:a@x.example?attach=/etc/passwd&bcc=spy@x.example&from=me@x.example",
	    "{\"to\":[\"a@x.example\"]}", "attach, bcc, from" },
	/* commas within a quoted name part no addresses (RFC 5322 3.4) */
	{ "mailto:%22Doe,%20Jane%22%20%3Cjane@x.example%3E,b@x.example",
	    "{\"to\":[\"\\\"Doe, Jane\\\" <jane@x.example>\",\"b@x.example\"]}", NULL },
	{ "mailto:?cc=%22a%2Cb%5C%22,c%22@x.example%2C%20d@x.example",
	    "{\"cc\":[\"\\\"a,b\\\\\\\",c\\\"@x.example\",\"d@x.example\"]}", NULL },
	{ "mailto:%22a@x.example,b@x.example", "{\"to\":[\"\\\"a@x.example,b@x.example\"]}", NULL },
	{ "mailto:gorby%25kremvax@example.com", "{\"to\":[\"gorby%kremvax@example.com\"]}", NULL },
};

static const char *const bad[] = {
	"mailto:a@x.example?subject=x%0D%0ABcc:%20spy@x.example",
	"mailto:a@x.example%0Ab",
	"mailto:a%00b@x.example",
	"mailto:a@x.example?subject=%FF",
	"mailto:a@x.example?subject=%zz",
};

static void
test_good(void)
{
	for (size_t i = 0; i < G_N_ELEMENTS(good); i++) {
		char *ignored = NULL;
		GError *error = NULL;
		json_t *draft = mailto_draft(good[i].url, &ignored, &error);
		json_t *want = json_loads(good[i].draft, 0, NULL);

		g_assert_no_error(error);
		if (json_array_size(json_object_get(draft, "to")) == 0)
			json_object_del(draft, "to");
		g_assert_true(json_equal(draft, want));
		g_assert_cmpstr(ignored, ==, good[i].ignored);
		json_decref(draft);
		json_decref(want);
		g_free(ignored);
	}
}

static void
test_bad(void)
{
	for (size_t i = 0; i < G_N_ELEMENTS(bad); i++) {
		char *ignored = NULL;
		GError *error = NULL;

		g_assert_null(mailto_draft(bad[i], &ignored, &error));
		g_assert_error(error, PF_ERROR, PF_ERROR_DATA);
		g_assert_null(ignored);
		g_clear_error(&error);
	}
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/mailto/good", test_good);
	g_test_add_func("/mailto/bad", test_bad);
	return g_test_run();
}
