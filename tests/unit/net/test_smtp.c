/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test_smtp.c - the pure parts of submission: replies, what a server offers,
 * dot-stuffing. */
#include "base/error.h"
#include "base/limits.h"
#include "net/smtp_caps.h"
#include "net/smtp_data.h"
#include "net/smtp_reply.h"

#include <string.h>

static void
test_replies(void)
{
	static const struct {
		const char *lines; /* separated by "|" */
		int code;
		unsigned enhanced[3];
		const char *text; /* NULL: refused */
	} cases[] = {
	    {"250 ok", 250, {0, 0, 0}, "ok"},
	    {"250", 250, {0, 0, 0}, ""},
	    {"250 ", 250, {0, 0, 0}, ""},
	    {"250-a|250-b|250 c", 250, {0, 0, 0}, "a\nb\nc"},
	    {"250-|250 ", 250, {0, 0, 0}, "\n"},
	    {"550 5.1.1 No such user", 550, {5, 1, 1}, "No such user"},
	    {"550-5.1.1 No such|550 5.1.1 user", 550, {5, 1, 1}, "No such\nuser"},
	    {"550 5.1.1", 550, {5, 1, 1}, ""},
	    {"250 5.1.1 other class", 250, {0, 0, 0}, "5.1.1 other class"},
	    {"550 5.1.1000 too long", 550, {0, 0, 0}, "5.1.1000 too long"},
	    {"550 5.1 short", 550, {0, 0, 0}, "5.1 short"},
	    {"550 5.1.1x", 550, {0, 0, 0}, "5.1.1x"},
	    {"250 tab\tand esc\033", 250, {0, 0, 0}, "tab and esc "},
	    {"250 \xff", 250, {0, 0, 0}, "\xef\xbf\xbd"},
	    {"334 VXNlcm5hbWU6", 334, {0, 0, 0}, "VXNlcm5hbWU6"},
	    {"25", 0, {0, 0, 0}, NULL},
	    {"", 0, {0, 0, 0}, NULL},
	    {"150 x", 0, {0, 0, 0}, NULL},
	    {"650 x", 0, {0, 0, 0}, NULL},
	    {"2a0 x", 0, {0, 0, 0}, NULL},
	    {"250x", 0, {0, 0, 0}, NULL},
	    {"250-a|550 b", 0, {0, 0, 0}, NULL},
	    {"250-a|nonsense", 0, {0, 0, 0}, NULL},
	    {"* OK IMAP", 0, {0, 0, 0}, NULL},
	};
	size_t i, k;

	for (i = 0; i < G_N_ELEMENTS(cases); i++) {
		char **lines = g_strsplit(cases[i].lines, "|", -1);
		struct smtp_reply r;
		GError *error = NULL;
		bool good = true;

		g_test_message("%zu", i);
		smtp_reply_init(&r);
		if (lines[0] == NULL)
			good = smtp_reply_feed(&r, "", 0, &error);
		for (k = 0; good && lines[k] != NULL; k++) {
			g_assert_false(r.is_whole);
			good = smtp_reply_feed(&r, lines[k], strlen(lines[k]), &error);
		}
		g_assert_cmpint(good, ==, cases[i].text != NULL);
		if (good) {
			g_assert_true(r.is_whole);
			g_assert_cmpint(r.code, ==, cases[i].code);
			g_assert_cmpstr(r.text->str, ==, cases[i].text);
			g_assert_cmpint(
			    memcmp(r.enhanced, cases[i].enhanced, sizeof(r.enhanced)), ==,
			    0);
		} else {
			g_assert_error(error, PF_ERROR, PF_ERROR_PROTOCOL);
			g_error_free(error);
		}
		smtp_reply_fini(&r);
		g_strfreev(lines);
	}
}

static void
test_reply_limit(void)
{
	struct smtp_reply r;
	GError *error = NULL;
	char *line = g_strnfill(1000, 'x');
	size_t n;

	memcpy(line, "250-", 4);
	smtp_reply_init(&r);
	for (n = 0; smtp_reply_feed(&r, line, 1000, &error); n++)
		g_assert_cmpuint(n, <, LIMIT_REPLY_TOTAL / 900);
	g_assert_error(error, PF_ERROR, PF_ERROR_LIMIT);
	g_assert_cmpuint(n, >, 1000);
	g_error_free(error);
	smtp_reply_reset(&r);
	g_assert_true(smtp_reply_feed(&r, "250 ok", 6, NULL));
	smtp_reply_fini(&r);
	g_free(line);
}

static void
test_explain(void)
{
	static const struct {
		const char *line, *want;
	} cases[] = {
	    {"550 5.1.1 No such user",
		"the mailbox does not exist (550 5.1.1 No such user)"},
	    {"452 4.2.2 full", "the mailbox is full (452 4.2.2 full)"},
	    {"451 4.7.1 Greylisted", "the server takes it later (451 4.7.1 Greylisted)"},
	    {"550 5.7.1 No", "the server does not let you send this (550 5.7.1 No)"},
	    {"550 5.9.9 odd", "550 5.9.9 odd"},
	    {"550 no", "550 no"},
	    {"550", "550"},
	    {"250 2.1.5 ok", "250 2.1.5 ok"},
	};
	struct smtp_reply r;
	size_t i;
	char *said, *longer;

	for (i = 0; i < G_N_ELEMENTS(cases); i++) {
		smtp_reply_init(&r);
		g_assert_true(
		    smtp_reply_feed(&r, cases[i].line, strlen(cases[i].line), NULL));
		said = smtp_reply_explain(&r);
		g_assert_cmpstr(said, ==, cases[i].want);
		g_free(said);
		smtp_reply_fini(&r);
	}
	/* long text is cut at a whole character */
	longer = g_strconcat("550 ", "\xc3\xbc", NULL);
	for (i = 0; i < 9; i++) {
		char *twice = g_strconcat(longer, longer + 4, NULL);

		g_free(longer);
		longer = twice;
	}
	smtp_reply_init(&r);
	g_assert_true(smtp_reply_feed(&r, longer, strlen(longer), NULL));
	said = smtp_reply_explain(&r);
	g_assert_true(g_utf8_validate(said, -1, NULL));
	g_assert_cmpuint(strlen(said), <, 320);
	g_free(said);
	g_free(longer);
	smtp_reply_fini(&r);
}

static void
test_caps(void)
{
	struct smtp_caps c;
	char *mechanisms;

	smtp_caps_init(&c);
	smtp_caps_parse(&c,
	    "mx.example.org at your service\nPIPELINING\nSIZE 10240000\nSTARTTLS\n"
	    "AUTH\tPLAIN  LOGIN\nAUTH=SCRAM-SHA-256 "
	    "X\n8bitmime\nSMTPUTF8\nCHUNKING\n\nHELP");
	g_assert_true(c.has_pipelining && c.has_starttls && c.has_8bitmime &&
		      c.has_smtputf8 && c.has_chunking && c.has_size);
	g_assert_cmpuint(c.size, ==, 10240000);
	mechanisms = g_strjoinv(" ", (char **)c.auth->pdata);
	g_assert_cmpstr(mechanisms, ==, "PLAIN LOGIN SCRAM-SHA-256 X");
	g_free(mechanisms);
	smtp_caps_parse(&c, "x\nDSN\nEnhancedStatusCodes\nREQUIRETLS\n"
			    "LIMITS RCPTMAX=20 mailmax=5 RCPTDOMAINMAX=0 X=1 RCPTMAXX=3");
	g_assert_true(c.has_dsn && c.has_enhanced && c.has_requiretls);
	g_assert_cmpuint(c.rcpt_max, ==, 20);
	g_assert_cmpuint(c.mail_max, ==, 5);
	g_assert_cmpuint(c.rcpt_domain_max, ==, 0);
	/* the first line is a name, whatever it says; what was known is forgotten */
	smtp_caps_parse(&c, "STARTTLS PIPELINING\nSIZE\nAUTH");
	g_assert_false(c.has_starttls || c.has_pipelining || c.has_chunking);
	g_assert_true(c.has_size);
	g_assert_cmpuint(c.size, ==, 0);
	g_assert_null(c.auth->pdata[0]);
	smtp_caps_parse(
	    &c, "x\nSIZE 99999999999999999999999999\nSIZE -1\nXPIPELINING\nPIPELININGX");
	g_assert_cmpuint(c.size, ==, 0);
	g_assert_false(c.has_pipelining);
	smtp_caps_parse(&c, "");
	g_assert_false(c.has_size);
	smtp_caps_fini(&c);
}

static void
test_many_mechanisms(void)
{
	GString *s = g_string_new("x\nAUTH");
	struct smtp_caps c;
	int i;

	for (i = 0; i < 100000; i++)
		g_string_append(s, " M");
	smtp_caps_init(&c);
	smtp_caps_parse(&c, s->str);
	g_assert_cmpuint(c.auth->len, <, 100);
	smtp_caps_fini(&c);
	g_string_free(s, TRUE);
}

static char *
unstuffed(const char *stuffed)
{
	GString *out = g_string_new(NULL);
	bool at_start = true;

	for (; *stuffed != '\0'; stuffed++) {
		if (!(at_start && *stuffed == '.'))
			g_string_append_c(out, *stuffed);
		at_start = *stuffed == '\n';
	}
	return g_string_free(out, FALSE);
}

/* Whatever the pieces, the result is the same, holds no end of data, and turns back into
 * the bytes. */
static void
test_stuffing(void)
{
	static const char *const texts[] = {"", ".\r\n", "a\r\n.\r\nb\r\n",
	    "..\r\n.x\r\n", "no dots\r\n", "a.b\r\n.\r\n.\r\n", ".a.\r\n..b\r\n"};
	size_t i, piece;

	for (i = 0; i < G_N_ELEMENTS(texts); i++) {
		for (piece = 1; piece <= 8; piece++) {
			GString *out = g_string_new(NULL);
			bool at_start = true;
			size_t at = 0, len = strlen(texts[i]);
			char *back;

			for (; at < len; at += MIN(piece, len - at))
				smtp_data_stuff(
				    out, texts[i] + at, MIN(piece, len - at), &at_start);
			g_assert_null(strstr(out->str, "\r\n.\r\n"));
			g_assert_false(g_str_has_prefix(out->str, ".\r\n"));
			back = unstuffed(out->str);
			g_assert_cmpstr(back, ==, texts[i]);
			g_free(back);
			g_string_free(out, TRUE);
		}
	}
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/smtp/reply", test_replies);
	g_test_add_func("/smtp/reply-limit", test_reply_limit);
	g_test_add_func("/smtp/explain", test_explain);
	g_test_add_func("/smtp/caps", test_caps);
	g_test_add_func("/smtp/many-mechanisms", test_many_mechanisms);
	g_test_add_func("/smtp/stuffing", test_stuffing);
	return g_test_run();
}
