/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The guard: what reaches libetpan, what is reported, what is refused; whole and byte by byte. */
#include "net/guard.h"

#include "base/error.h"
#include "base/limits.h"

#include <string.h>

struct seen {
	GString *log; /* one line an event */
	guint64 bodies;
	bool refuse;
};

static const char *const kinds[] = {"greeting", "status", "data", "tagged"};

static void
append_tokens(GString *log, const struct imap_tokens *tokens)
{
	for (size_t i = 0; i < imap_tokens_n(tokens); i++) {
		const struct imap_token *tok = imap_tokens_at(tokens, i);
		char *text = imap_token_text(tok);
		g_string_append_printf(log, "%s%s", i > 0 ? "," : "", text != NULL ? text : "(");
		g_free(text);
	}
}

static bool
on_event(void *user, const struct guard_event *ev, GError **error)
{
	struct seen *s = user;

	g_string_append_printf(s->log, "%s%s %u %u <", kinds[ev->kind], ev->has_body ? "+body" : "",
	    ev->tag, ev->status);
	append_tokens(s->log, ev->tokens);
	g_string_append_printf(s->log, "> %s\n", ev->text);
	if (s->refuse)
		g_set_error(error, PF_ERROR, PF_ERROR_CANCELLED, "no");
	return !s->refuse;
}

static bool
on_body(void *user, guint64 len, GError **error)
{
	struct seen *s = user;

	(void)error;
	s->bodies += len;
	return true;
}

/* Feed all of in, at most piece bytes at a time, as the transport does. False when refused. */
static bool
feed(const char *in, size_t len, size_t piece, GString *out, struct seen *seen, GError **error)
{
	struct guard_handler handler = {.on_event = on_event, .on_body = on_body, .user = seen};
	struct guard *g = guard_new(&handler);
	GByteArray *bytes = g_byte_array_new();
	bool is_good = true;

	for (size_t at = 0, used; is_good && at < len; at += used) {
		is_good = guard_feed(g, in + at, MIN(piece, len - at), &used, bytes, error);
		g_assert_true(!is_good || used > 0);
		g_string_append_len(out, (const char *)bytes->data, bytes->len);
		g_byte_array_set_size(bytes, 0);
	}
	g_byte_array_unref(bytes);
	guard_free(g);
	return is_good;
}

static void
check(const char *in, size_t len, const char *out, const char *log)
{
	for (size_t piece = 1; piece <= len; piece = piece < 8 ? piece + 1 : len > piece ? len : piece + 1) {
		struct seen seen = {.log = g_string_new(NULL)};
		GString *got = g_string_new(NULL);

		g_assert_true(feed(in, len, piece, got, &seen, NULL));
		g_assert_cmpstr(got->str, ==, out);
		g_assert_cmpstr(seen.log->str, ==, log);
		g_string_free(got, TRUE);
		g_string_free(seen.log, TRUE);
	}
}

#define GREETING "* OK hi\r\n"
#define GREETED	 "greeting 0 0 <> hi\n"

static void
test_passes(void)
{
	static const struct {
		const char *in, *out, *log;
	} cases[] = {
	    {"* OK [CAPABILITY IMAP4rev1 IDLE] ready\r\n", "* OK ready\r\n",
		"greeting 0 0 <CAPABILITY,IMAP4rev1,IDLE> ready\n"},
	    {"* PREAUTH\r\n", "* PREAUTH -\r\n", "greeting 0 3 <> -\n"},
	    /* RFC 3501 knows no string in a code of a greeting: libetpan dies of it */
	    {"* OK [BADCHARSET (\"x\")] a\r\n", "* OK a\r\n", "greeting 0 0 <BADCHARSET,(,x> a\n"},
	    {"* OK [PERMANENTFLAGS (\\\r\n", "* OK |PERMANENTFLAGS (\\\r\n",
		"greeting 0 0 <> |PERMANENTFLAGS (\\\n"},
	    {"* OK [A] [B (\\\r\n", "* OK |B (\\\r\n", "greeting 0 0 <A> |B (\\\n"},
	    {"* OK h\x1b\xffi {5}\r\n", "* OK h??i {5}\r\n", "greeting 0 0 <> h??i {5}\n"},
	    {GREETING "7 OK [UIDNEXT 5] ok\r\n", GREETING "7 OK ok\r\n",
		GREETED "tagged 7 0 <UIDNEXT,5> ok\n"},
	    {GREETING "8 NO\r\n9 bad x\n", GREETING "8 NO -\r\n9 BAD x\r\n",
		GREETED "tagged 8 1 <> -\ntagged 9 2 <> x\n"},
	    {GREETING "+\r\n+ cGw=\r\n", GREETING "+ \r\n+ cGw=\r\n", GREETED},
	    {GREETING "* OK [UIDVALIDITY 7] UIDs\r\n* NO x\r\n", GREETING,
		GREETED "status 0 0 <UIDVALIDITY,7> UIDs\nstatus 0 1 <> x\n"},
	    {GREETING "* LIST (\\Sent) \"/\" \"a \\\"b\\\\\"\r\n", GREETING,
		GREETED "data 0 0 <LIST,(,\\Sent,/,a \"b\\> \n"},
	    {GREETING "* LIST () NIL {8}\r\na\r\nb {3}\r\n", GREETING,
		GREETED "data 0 0 <LIST,(,NIL,a\r\nb {3}> \n"},
	    /* the end of a literal and what follows it are not taken for a literal together */
	    {GREETING "* LIST () NIL {7}\r\na\r\nb {3}\r\n", GREETING,
		GREETED "data 0 0 <LIST,(,NIL,a\r\nb {3,}> \n"},
	    {GREETING "* 3 FETCH (UID 9 FLAGS (\\Seen))\r\n", GREETING,
		GREETED "data 0 0 <3,FETCH,(,UID,9,FLAGS,(,\\Seen> \n"},
	    {GREETING "* 3 FETCH (UID 9 BODY[] {5}\r\n)\r\n*x FLAGS ())\r\n",
		GREETING "* 1 FETCH (BODY[] {5}\r\n)\r\n*x)\r\n",
		GREETED "data+body 0 0 <3,FETCH,(,UID,9,BODY[],,FLAGS,(> \n"},
	    {GREETING "* 3 FETCH (BODY[HEADER.FIELDS (MESSAGE-ID)] {0}\r\n UID 9)\r\n",
		GREETING "* 1 FETCH (BODY[] {0}\r\n)\r\n",
		GREETED "data+body 0 0 <3,FETCH,(,BODY[HEADER.FIELDS (MESSAGE-ID)],,UID,9> \n"},
	    {GREETING "* 3 FETCH (BODY[] \"short\")\r\n", GREETING,
		GREETED "data 0 0 <3,FETCH,(,BODY[],short> \n"},
	    {GREETING "* 99999999999999999999 EXISTS\r\n", GREETING,
		GREETED "data 0 0 <99999999999999999999,EXISTS> \n"},
	};

	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++)
		check(cases[i].in, strlen(cases[i].in), cases[i].out, cases[i].log);
}

static void
test_nul(void)
{
	static const char in[] = "* OK a\0b\r\n* LIST () \"/\" \"x\0\0y\"\r\n";

	check(in, sizeof(in) - 1, "* OK a?b\r\n",
	    "greeting 0 0 <> a?b\ndata 0 0 <LIST,(,/,x??y> \n");
}

static void
test_refuses(void)
{
	static const struct {
		const char *in;
		int code;
	} cases[] = {
	    {"garbage\r\n", PF_ERROR_PROTOCOL},
	    {"\r\n", PF_ERROR_PROTOCOL},
	    {"1 OK too early\r\n", PF_ERROR_PROTOCOL},
	    {"+ too early\r\n", PF_ERROR_PROTOCOL},
	    {"* 1 EXISTS\r\n", PF_ERROR_PROTOCOL},
	    {"* NO\r\n", PF_ERROR_PROTOCOL},
	    {"* BYE go away\r\n", PF_ERROR_TEMPORARY},
	    {GREETING "* BYE [X] see you\r\n", PF_ERROR_TEMPORARY},
	    {GREETING "a1 OK not our tag\r\n", PF_ERROR_PROTOCOL},
	    {GREETING "99999999999 OK\r\n", PF_ERROR_PROTOCOL},
	    {GREETING "1 OKAY\r\n", PF_ERROR_PROTOCOL},
	    {GREETING "1 PREAUTH x\r\n", PF_ERROR_PROTOCOL},
	    {GREETING "* LIST (\r\n", PF_ERROR_PROTOCOL},
	    {GREETING "* LIST )\r\n", PF_ERROR_PROTOCOL},
	    {GREETING "* LIST \"x\r\n", PF_ERROR_PROTOCOL},
	    {GREETING "* X [a b\r\n", PF_ERROR_PROTOCOL},
	    {GREETING "* LIST () NIL {65537}\r\n", PF_ERROR_LIMIT},
	    {GREETING "* 1 FETCH (BODY[] {268435457}\r\n", PF_ERROR_LIMIT},
	    {GREETING "* 1 FETCH (BODY[] {99999999999999999999}\r\n", PF_ERROR_LIMIT},
	    {GREETING "* 1 FETCH (BODYSTRUCTURE {70000}\r\n", PF_ERROR_LIMIT},
	};

	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		for (size_t piece = 1; piece < 100; piece *= 3) {
			struct seen seen = {.log = g_string_new(NULL)};
			GString *out = g_string_new(NULL);
			GError *error = NULL;

			g_assert_false(feed(cases[i].in, strlen(cases[i].in), piece, out, &seen, &error));
			g_assert_error(error, PF_ERROR, cases[i].code);
			g_clear_error(&error);
			g_string_free(out, TRUE);
			g_string_free(seen.log, TRUE);
		}
	}
}

/* "* X" and n opening, n closing parentheses. */
static bool
nested(guint n)
{
	struct seen seen = {.log = g_string_new(NULL)};
	GString *in = g_string_new(GREETING "* X "), *out = g_string_new(NULL);
	bool is_good;

	for (guint i = 0; i < n; i++)
		g_string_append_c(in, '(');
	for (guint i = 0; i < n; i++)
		g_string_append_c(in, ')');
	g_string_append(in, "\r\n");
	is_good = feed(in->str, in->len, 4096, out, &seen, NULL);
	g_string_free(in, TRUE);
	g_string_free(out, TRUE);
	g_string_free(seen.log, TRUE);
	return is_good;
}

static void
test_depth(void)
{
	g_assert_true(nested(LIMIT_SERVER_NESTING - 1));
	g_assert_true(nested(LIMIT_SERVER_NESTING));
	g_assert_false(nested(LIMIT_SERVER_NESTING + 1));
}

/* A greeting line of n bytes before its CR LF. */
static bool
line_of(size_t n)
{
	struct seen seen = {.log = g_string_new(NULL)};
	GString *in = g_string_new("* OK "), *out = g_string_new(NULL);
	bool is_good;

	while (in->len < n)
		g_string_append_c(in, 'a');
	g_string_append(in, "\n");
	is_good = feed(in->str, in->len, 16384, out, &seen, NULL);
	g_string_free(in, TRUE);
	g_string_free(out, TRUE);
	g_string_free(seen.log, TRUE);
	return is_good;
}

static void
test_line_length(void)
{
	g_assert_true(line_of(LIMIT_SERVER_LINE - 1));
	g_assert_true(line_of(LIMIT_SERVER_LINE));
	g_assert_false(line_of(LIMIT_SERVER_LINE + 1));
}

/* Feeding stops behind each thing that the reader gets, so that events never run ahead of it. */
static void
test_in_step(void)
{
	static const char in[] = GREETING "1 OK one\r\n* 1 EXISTS\r\n2 OK two\r\n";
	struct seen seen = {.log = g_string_new(NULL)};
	struct guard_handler handler = {.on_event = on_event, .user = &seen};
	struct guard *g = guard_new(&handler);
	GByteArray *out = g_byte_array_new();
	size_t used;

	g_assert_true(guard_feed(g, in, sizeof(in) - 1, &used, out, NULL));
	g_assert_cmpuint(used, ==, strlen(GREETING));
	g_assert_cmpstr(seen.log->str, ==, GREETED);
	g_byte_array_set_size(out, 0);
	g_assert_true(guard_feed(g, in + used, sizeof(in) - 1 - used, &used, out, NULL));
	g_assert_cmpstr(seen.log->str, ==, GREETED "tagged 1 0 <> one\n");
	guard_free(g);
	g_byte_array_unref(out);
	g_string_free(seen.log, TRUE);
}

static void
test_handler_refuses(void)
{
	struct seen seen = {.log = g_string_new(NULL), .refuse = true};
	GString *out = g_string_new(NULL);
	GError *error = NULL;

	g_assert_false(feed(GREETING, strlen(GREETING), 100, out, &seen, &error));
	g_assert_error(error, PF_ERROR, PF_ERROR_CANCELLED);
	g_clear_error(&error);
	g_string_free(out, TRUE);
	g_string_free(seen.log, TRUE);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/guard/passes", test_passes);
	g_test_add_func("/guard/nul", test_nul);
	g_test_add_func("/guard/refuses", test_refuses);
	g_test_add_func("/guard/depth", test_depth);
	g_test_add_func("/guard/line-length", test_line_length);
	g_test_add_func("/guard/in-step", test_in_step);
	g_test_add_func("/guard/handler-refuses", test_handler_refuses);
	return g_test_run();
}
