/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Answers: who gets them, from whom, under which subject, in which thread, with which text. */
#include "mime/reply.h"

#include "base/error.h"
#include "mime/html.h"

#include <string.h>

static const char *const own[] = { "Ann Example <ann@example.org>", "ann@home.example", NULL };

static json_t *
draft_of(const char *mail, enum reply_mode mode, GError **error)
{
	struct source s;
	struct reply_opts opts = { .mode = mode, .own = own, .from = own[0], .width = 40 };
	source_init(&s, mail, strlen(mail));
	json_t *draft = reply_draft(&s, &opts, error);
	source_fini(&s);
	return draft;
}

static char *
joined(const json_t *draft, const char *key)
{
	const json_t *list = json_object_get(draft, key);
	GString *out = g_string_new(NULL);
	for (size_t i = 0; i < json_array_size(list); i++)
		g_string_append_printf(out, "%s%s", i > 0 ? "; " : "",
		    json_string_value(json_array_get(list, i)));
	return g_string_free(out, FALSE);
}

static const char *
text(const json_t *draft, const char *key)
{
	return json_string_value(json_object_get(draft, key));
}

static const struct {
	const char *name, *mail;
	enum reply_mode mode;
	const char *to, *cc, *from; /* to NULL: nobody */
} people[] = {
	{ "sender", "From: Bo <bo@b.example>\nTo: ann@example.org\n\n", REPLY_SENDER,
	    "Bo <bo@b.example>", "", "Ann Example <ann@example.org>" },
	{ "Reply-To", "From: bo@b.example\nReply-To: Desk <desk@b.example>, x@b.example\n\n",
	    REPLY_SENDER, "Desk <desk@b.example>; x@b.example", "",
	    "Ann Example <ann@example.org>" },
	{ "the address it was written to", "From: bo@b.example\nCc: ANN@home.example\n\n",
	    REPLY_SENDER, "bo@b.example", "", "ann@home.example" },
	{ "our own mail", "From: ann@home.example\nTo: bo@b.example, c@b.example\n\n", REPLY_SENDER,
	    "bo@b.example; c@b.example", "", "ann@home.example" },
	{ "all",
	    "From: bo@b.example\nTo: Ann <ann@example.org>, c@b.example\n"
	    "Cc: BO@b.example, d@b.example, c@b.example, ann@home.example\n\n",
	    REPLY_ALL, "bo@b.example", "c@b.example; d@b.example",
	    "Ann Example <ann@example.org>" },
	{ "all, own mail", "From: ann@example.org\nTo: c@b.example\nCc: d@b.example\n\n", REPLY_ALL,
	    "c@b.example", "d@b.example", "Ann Example <ann@example.org>" },
	{ "all, with a group", "From: bo@b.example\nTo: Team: c@b.example, d@b.example;\n\n",
	    REPLY_ALL, "bo@b.example", "c@b.example; d@b.example",
	    "Ann Example <ann@example.org>" },
	{ "list", "From: bo@b.example\nList-Post: <mailto:dev%2Bx@l.example?subject=a>\n\n",
	    REPLY_LIST, "dev+x@l.example", "", "Ann Example <ann@example.org>" },
	{ "list, followup",
	    "From: bo@b.example\nMail-Followup-To: dev@l.example\n"
	    "List-Post: <mailto:no@l.example>\n\n",
	    REPLY_LIST, "dev@l.example", "", "Ann Example <ann@example.org>" },
	{ "no list", "From: bo@b.example\nList-Post: NO\n\n", REPLY_LIST, NULL, NULL, NULL },
	{ "nobody", "Subject: x\n\n", REPLY_SENDER, NULL, NULL, NULL },
	{ "name with a comma", "From: \"B, \\\"C\\\"\" <bc@b.example>\n\n", REPLY_SENDER,
	    "\"B, \\\"C\\\"\" <bc@b.example>", "", "Ann Example <ann@example.org>" },
	{ "line ends in a name", "From: =?utf-8?Q?a=0D=0ABcc=3Ax?= <b@b.example>\n\n", REPLY_SENDER,
	    "\"a  Bcc:x\" <b@b.example>", "", "Ann Example <ann@example.org>" },
	{ "forward", "From: bo@b.example\n\n", REPLY_FORWARD, "", "",
	    "Ann Example <ann@example.org>" },
};

static void
test_people(void)
{
	for (size_t i = 0; i < G_N_ELEMENTS(people); i++) {
		GError *error = NULL;
		g_test_message("%s", people[i].name);
		json_t *draft = draft_of(people[i].mail, people[i].mode, &error);
		if (!people[i].to) {
			g_assert_null(draft);
			g_assert_error(error, PF_ERROR, PF_ERROR_NOT_FOUND);
			g_error_free(error);
			continue;
		}
		g_assert_no_error(error);
		char *to = joined(draft, "to");
		char *cc = joined(draft, "cc");
		g_assert_cmpstr(to, ==, people[i].to);
		g_assert_cmpstr(cc, ==, people[i].cc);
		g_assert_cmpstr(text(draft, "from"), ==, people[i].from);
		g_free(to);
		g_free(cc);
		json_decref(draft);
	}
}

static void
test_subject(void)
{
	static const struct {
		const char *subject, *reply, *forward;
	} subjects[] = {
		{ "x", "Re: x", "Fwd: x" },
		{ "Re: x", "Re: x", "Fwd: Re: x" },
		{ "AW: Re: SV:x", "Re: x", "Fwd: AW: Re: SV:x" },
		{ "Re[2]: RE^3: Antw: x", "Re: x", "Fwd: Re[2]: RE^3: Antw: x" },
		{ "Fwd: x", "Re: Fwd: x", "Fwd: x" },
		{ "WG: x", "Re: WG: x", "WG: x" },
		{ "\345\233\236\345\244\215\357\274\232x", "Re: x",
		    "Fwd: \345\233\236\345\244\215\357\274\232x" },
		{ "Regarding: x", "Re: Regarding: x", "Fwd: Regarding: x" },
		{ "Re", "Re: Re", "Fwd: Re" },
		{ "", "Re: ", "Fwd: " },
	};
	for (size_t i = 0; i < G_N_ELEMENTS(subjects); i++) {
		char *reply = reply_subject(subjects[i].subject);
		char *forward = reply_forward_subject(subjects[i].subject);
		g_assert_cmpstr(reply, ==, subjects[i].reply);
		g_assert_cmpstr(forward, ==, subjects[i].forward);
		g_free(reply);
		g_free(forward);
	}
}

static void
test_thread(void)
{
	static const struct {
		const char *fields, *references;
	} threads[] = {
		{ "Message-ID: <1@x>\n", "<1@x>" },
		{ "Message-ID: <1@x>\nReferences: <a@x>\n <b@x>\n", "<a@x> <b@x> <1@x>" },
		{ "Message-ID: <1@x>\nIn-Reply-To: <p@x>\n", "<p@x> <1@x>" },
		{ "Message-ID: <1@x>\nIn-Reply-To: <p@x> <q@x>\n", "<1@x>" },
		{ "X: y\n", NULL },
	};
	for (size_t i = 0; i < G_N_ELEMENTS(threads); i++) {
		char *mail = g_strconcat("From: a@b.example\n", threads[i].fields, "\nx\n", NULL);
		json_t *draft = draft_of(mail, REPLY_SENDER, NULL);
		g_assert_cmpstr(text(draft, "references"), ==, threads[i].references);
		g_assert_cmpstr(text(draft, "in_reply_to"), ==,
		    threads[i].references ? "<1@x>" : NULL);
		g_assert_cmpstr(text(draft, "answers"), ==, threads[i].references ? "1@x" : NULL);
		json_decref(draft);
		g_free(mail);
	}
}

/* A long chain keeps its root and its newest. */
static void
test_long_thread(void)
{
	GString *mail = g_string_new("From: a@b.example\nMessage-ID: <last@x>\nReferences:");
	for (int i = 0; i < 500; i++)
		g_string_append_printf(mail, " <%d@x.example>\n", i);
	g_string_append(mail, "\nx\n");
	json_t *draft = draft_of(mail->str, REPLY_SENDER, NULL);
	const char *references = text(draft, "references");
	g_assert_true(g_str_has_prefix(references, "<0@x.example> <"));
	g_assert_true(g_str_has_suffix(references, "<499@x.example> <last@x>"));
	g_assert_cmpuint(strlen(references), <, 4000);
	json_decref(draft);
	g_string_free(mail, TRUE);
}

static void
test_quote(void)
{
	json_t *draft = draft_of("From: Bo <bo@b.example>\nDate: Sat, 21 Nov 2026 10:42:00 +0100\n"
				 "\nHello\n\n> old\n  x  \nA line that is longer than the width\n",
	    REPLY_SENDER, NULL);
	g_assert_cmpstr(text(draft, "body"), ==,
	    "On 2026-11-21 10:42 +0100, Bo wrote:\n> Hello\n>\n>> old\n>   x\n"
	    "> A line that is longer than the width\n\n");
	json_decref(draft);
	/* lines of up to 76 columns stand as they stood, however narrow the page */
	char *line = g_strnfill(37, 'x'), *mail = g_strdup_printf("From: bo@b.example\n\n%s %s y\n> %s %s\n",
	    line, line, line, line + 3);
	char *expect = g_strdup_printf("bo@b.example wrote:\n> %s %s\n> y\n>> %s %s\n\n", line, line, line,
	    line + 3);
	draft = draft_of(mail, REPLY_SENDER, NULL);
	g_assert_cmpstr(text(draft, "body"), ==, expect);
	json_decref(draft);
	g_free(line);
	g_free(mail);
	g_free(expect);
	/* what was hidden in the page is not quoted */
	draft = draft_of("From: bo@b.example\nContent-Type: text/html\n\n"
			 "<p>seen<span style=display:none>secret</span></p>",
	    REPLY_SENDER, NULL);
	g_assert_cmpstr(text(draft, "body"), ==, "bo@b.example wrote:\n> seen\n\n");
	json_decref(draft);
}

static void
test_forward(void)
{
	static const char mail[] =
	    "From: Bo <bo@b.example>\nTo: ann@example.org\nSubject: x\nMessage-ID: <1@x>\n"
	    "Content-Type: multipart/mixed; boundary=q\n\n--q\n\nHello\n"
	    "--q\nContent-Type: image/png\n\nx\n--q--\n";
	json_t *draft = draft_of(mail, REPLY_FORWARD, NULL);
	char *parts = joined(draft, "forward_parts");
	g_assert_cmpstr(parts, ==, "2");
	g_assert_cmpstr(text(draft, "forwards"), ==, "1@x");
	g_assert_null(text(draft, "in_reply_to"));
	g_assert_cmpstr(text(draft, "body"), ==,
	    "\n---------- Forwarded message ----------\nFrom: Bo <bo@b.example>\n"
	    "To: ann@example.org\nSubject: x\n\nHello\n");
	g_free(parts);
	json_decref(draft);
	draft = draft_of(mail, REPLY_FORWARD_ATTACHED, NULL);
	g_assert_nonnull(json_object_get(draft, "forward_original"));
	g_assert_cmpstr(text(draft, "body"), ==, "");
	json_decref(draft);
}

static void
test_mode(void)
{
	enum reply_mode mode = REPLY_SENDER;
	g_assert_true(reply_mode_find("forward-attached", &mode));
	g_assert_cmpint(mode, ==, REPLY_FORWARD_ATTACHED);
	g_assert_false(reply_mode_find("x", &mode));
	g_assert_false(reply_mode_find(NULL, &mode));
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	mail_init();
	html_init();
	g_test_add_func("/reply/people", test_people);
	g_test_add_func("/reply/subject", test_subject);
	g_test_add_func("/reply/thread", test_thread);
	g_test_add_func("/reply/long-thread", test_long_thread);
	g_test_add_func("/reply/quote", test_quote);
	g_test_add_func("/reply/forward", test_forward);
	g_test_add_func("/reply/mode", test_mode);
	return g_test_run();
}
