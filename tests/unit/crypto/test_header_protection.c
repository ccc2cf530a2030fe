/* SPDX-License-Identifier: GPL-3.0-or-later */
/* RFC 9788: which header fields are shown, and what is told of those outside; and the way there and back. */
#include "crypto/header_protection.h"

#include "mime/mail.h"

#include <string.h>

static bool
nobody(const char *address, const void *user)
{
	(void)address;
	(void)user;
	return false;
}

static bool
everybody(const char *address, const void *user)
{
	(void)address;
	(void)user;
	return true;
}

struct read_case {
	const char *name, *outer, *inner;
	bool is_encrypted, is_believed;
	const char *shown;    /* must stand in the header */
	const char *not_shown; /* must not */
	size_t n_mismatches;
};

#define HP_CLEAR "Content-Type: text/plain; hp=\"clear\"\n\nx"
#define HP_CIPHER "Content-Type: text/plain; hp=\"cipher\"\n\nx"
#define DRAFT "Content-Type: text/plain; protected-headers=\"v1\"\n\nx"

static const struct read_case read_cases[] = {
	{ "nothing is protected", "From: a@x\nSubject: s\n\n", "Content-Type: text/plain\n\nx", true, false,
	    "Subject: s", "Content-Type", 0 },
	{ "subject from within", "From: a@x\nSubject: [...]\n\n",
	    "From: a@x\nSubject: secret\nHP-Outer: From: a@x\nHP-Outer: Subject: [...]\n" HP_CIPHER, true, false,
	    "Subject: secret", "[...]", 0 },
	{ "subject changed outside", "From: a@x\nSubject: evil\n\n",
	    "From: a@x\nSubject: secret\nHP-Outer: From: a@x\nHP-Outer: Subject: [...]\n" HP_CIPHER, true, false,
	    "Subject: secret", "evil", 1 },
	{ "recipient added outside", "From: a@x\nTo: b@x\nCc: mallory@x\n\n",
	    "From: a@x\nTo: b@x\nHP-Outer: From: a@x\nHP-Outer: To: b@x\n" HP_CIPHER, true, false, "To: b@x",
	    "mallory", 1 },
	{ "another author within, whom nobody vouches for", "From: mallory@x\n\n",
	    "From: boss@x\nHP-Outer: From: mallory@x\n" HP_CIPHER, true, false, "From: mallory@x", "From: boss@x", 0 },
	{ "another author within, who signed", "From: list@x\n\n", "From: boss@x\n" HP_CLEAR, false, true,
	    "From: boss@x", "From: list@x", 1 },
	{ "reply address added outside", "From: a@x\nReply-To: mallory@x\n\n", "From: a@x\n" HP_CLEAR, false, true,
	    "From: a@x", "mallory", 1 },
	{ "trace fields stay", "Received: by x\nFrom: a@x\n\n", "From: a@x\n" HP_CLEAR, false, true,
	    "Received: by x", NULL, 0 },
	{ "the draft protects the subject alone", "From: a@x\nTo: b@x\nSubject: ...\n\n", "Subject: secret\n" DRAFT,
	    true, false, "To: b@x", "...", 0 },
	{ "the draft protects people", "From: a@x\nTo: b@x\nCc: mallory@x\n\n", "From: a@x\nTo: b@x\n" DRAFT, true,
	    false, "To: b@x", "mallory", 0 },
};

static void
test_read(gconstpointer data)
{
	const struct read_case *c = data;
	struct entity outer, inner;
	struct header_protection h;
	entity_init(&outer, c->outer, strlen(c->outer));
	entity_init(&inner, c->inner, strlen(c->inner));
	header_protection_read(&h, &outer, &inner, c->is_encrypted, true, c->is_believed ? everybody : nobody,
	    NULL);
	g_assert_nonnull(strstr(h.header->str, c->shown));
	if (c->not_shown)
		g_assert_null(strstr(h.header->str, c->not_shown));
	g_assert_cmpuint(json_array_size(h.mismatches), ==, c->n_mismatches);
	header_protection_clear(&h);
	entity_fini(&inner);
	entity_fini(&outer);
}

static void
test_write(void)
{
	static const char letter[] = "From: a@x\r\nTo: b@x\r\nSubject: secret\r\nKeywords: k\r\n"
				     "MIME-Version: 1.0\r\nContent-Type: text/plain\r\n\r\nx\r\n";
	struct entity e, outer, inner;
	struct header_protection h;
	GString *payload = g_string_new(NULL), *outside = g_string_new(NULL);
	entity_init(&e, letter, strlen(letter));
	header_protection_write(&e, true, payload, outside);
	g_assert_null(strstr(outside->str, "secret"));
	g_assert_null(strstr(outside->str, "Keywords"));
	g_assert_nonnull(strstr(payload->str, "HP-Outer: Subject: [...]\r\n"));
	g_string_append(payload, "\r\nx");
	g_string_append(outside, "\r\n");
	entity_init(&inner, payload->str, payload->len);
	entity_init(&outer, outside->str, outside->len);
	g_assert_cmpint(header_scheme_of(&inner), ==, HEADER_RFC9788);
	header_protection_read(&h, &outer, &inner, true, true, nobody, NULL);
	g_assert_nonnull(strstr(h.header->str, "Subject: secret"));
	g_assert_cmpuint(json_array_size(h.mismatches), ==, 0);
	header_protection_clear(&h);
	entity_fini(&inner);
	entity_fini(&outer);
	entity_fini(&e);
	g_string_free(payload, TRUE);
	g_string_free(outside, TRUE);
}

static void
test_author(void)
{
	static const struct {
		const char *header, *author;
	} cases[] = {
		{ "From: Ann <a@x>\n\n", "a@x" },
		{ "From: a@x\nFrom: b@x\n\n", NULL },
		{ "From: a@x, b@x\n\n", NULL },
		{ "From: \"a@x\" <b@x>\n\n", "b@x" },
		{ "Subject: none\n\n", NULL },
	};
	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		char *author = header_sole_author(cases[i].header, strlen(cases[i].header));
		g_assert_cmpstr(author, ==, cases[i].author);
		g_free(author);
	}
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	mail_init();
	for (size_t i = 0; i < G_N_ELEMENTS(read_cases); i++) {
		char *path = g_strdup_printf("/header-protection/read/%s", read_cases[i].name);
		g_test_add_data_func(path, &read_cases[i], test_read);
		g_free(path);
	}
	g_test_add_func("/header-protection/write", test_write);
	g_test_add_func("/header-protection/author", test_author);
	return g_test_run();
}
