/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What is said to a proxy, byte by byte: the examples' octets are those of RFC 1928 and RFC 1929. */
#include "net/proxy_talk.h"

#include "base/error.h"
#include "base/limits.h"

#include <string.h>

static GByteArray *
begin(struct proxy_talk *talk, struct rc_url *proxy, const char *url, const char *host)
{
	GByteArray *out = g_byte_array_new();
	GError *error = NULL;

	g_assert_true(rc_value_url(url, RC_PROXY_SCHEMES, proxy, &error));
	*talk = (struct proxy_talk){.proxy = proxy, .host = host, .port = 993};
	g_assert_true(proxy_talk_begin(talk, out, &error));
	g_assert_no_error(error);
	return out;
}

/* Feed octets ("05 00"), and say what is answered by the end of them; "open", or an error's text. Owned. */
static char *
feed(struct proxy_talk *talk, const char *hex)
{
	GByteArray *out = g_byte_array_new();
	GString *said = g_string_new(NULL);
	GError *error = NULL;
	bool is_open = false;

	for (; error == NULL && *hex != '\0'; hex += hex[2] == ' ' ? 3 : 2) {
		guint8 byte = (guint8)(g_ascii_xdigit_value(hex[0]) * 16 + g_ascii_xdigit_value(hex[1]));

		g_assert_false(is_open);
		g_assert_true(proxy_talk_feed(talk, byte, out, &is_open, &error) == (error == NULL));
	}
	for (guint i = 0; i < out->len; i++)
		g_string_append_printf(said, "%s%02x", i > 0 ? " " : "", out->data[i]);
	if (is_open)
		g_string_assign(said, "open");
	if (error != NULL)
		g_string_assign(said, error->message);
	g_clear_error(&error);
	g_byte_array_unref(out);
	return g_string_free(said, FALSE);
}

static void
expect(struct proxy_talk *talk, const char *hex, const char *answer)
{
	char *said = feed(talk, hex);

	g_assert_cmpstr(said, ==, answer);
	g_free(said);
}

static void
test_socks(void)
{
	static const struct {
		const char *host, *request, *reply;
	} cases[] = {
	    {"a.example", "05 01 00 03 09 61 2e 65 78 61 6d 70 6c 65 03 e1", "05 00 00 01 00 00 00 00 00 00"},
	    {"192.0.2.9", "05 01 00 01 c0 00 02 09 03 e1", "05 00 00 03 02 61 62 00 00"},
	    {"2001:db8::1", "05 01 00 04 20 01 0d b8 00 00 00 00 00 00 00 00 00 00 00 01 03 e1",
		"05 00 00 04 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00"},
	};

	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		struct proxy_talk talk;
		struct rc_url proxy;
		GByteArray *out = begin(&talk, &proxy, "socks5h://127.0.0.1", cases[i].host);

		g_assert_cmpint(proxy.port, ==, 1080);
		g_assert_cmpmem(out->data, out->len, "\5\1\0", 3);
		expect(&talk, "05 00", cases[i].request);
		expect(&talk, cases[i].reply, "open");
		proxy_talk_end(&talk);
		g_byte_array_unref(out);
		rc_value_url_clear(&proxy);
	}
}

static void
test_user(void)
{
	struct proxy_talk talk;
	struct rc_url proxy;
	GByteArray *out = begin(&talk, &proxy, "socks5://me@127.0.0.1:1", "192.0.2.9");

	g_assert_cmpmem(out->data, out->len, "\5\2\2\0", 4);
	expect(&talk, "05 02", "01 02 6d 65 00");
	expect(&talk, "01 00", "05 01 00 01 c0 00 02 09 03 e1");
	expect(&talk, "05 05", "");
	expect(&talk, "00 01 00", "the server refuses the connection");
	proxy_talk_end(&talk);
	g_byte_array_unref(out);
	rc_value_url_clear(&proxy);
}

static void
test_http(void)
{
	static const struct {
		const char *answer, *said;
	} cases[] = {
	    {"HTTP/1.1 200 OK\r\n\r\n", "open"},
	    {"HTTP/1.0 204\n\n", "open"},
	    {"HTTP/1.1 301 Moved\r\nLocation: x\r\n\r\n", "it says \"301 Moved\""},
	    {"HTTP/1.1\r\n\r\n", "what it answers is not HTTP; is that the right port and scheme?"},
	    {"HTTP/1.1 20", ""},
	};

	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		struct proxy_talk talk;
		struct rc_url proxy;
		GByteArray *out = begin(&talk, &proxy, "http://p.example", "2001:db8::1");
		GString *hex = g_string_new(NULL);

		g_assert_cmpint(proxy.port, ==, 8080);
		g_assert_cmpmem(out->data, out->len,
		    "CONNECT [2001:db8::1]:993 HTTP/1.1\r\nHost: [2001:db8::1]:993\r\n\r\n", 63);
		for (const char *c = cases[i].answer; *c != '\0'; c++)
			g_string_append_printf(hex, "%02x", *c);
		expect(&talk, hex->str, cases[i].said);
		g_string_free(hex, TRUE);
		proxy_talk_end(&talk);
		g_byte_array_unref(out);
		rc_value_url_clear(&proxy);
	}
}

/* A header of the limit's length is read, one of a byte more is not; a name of 255 bytes is told to SOCKS. */
static void
test_limits(void)
{
	for (int more = -1; more <= 1; more++) {
		struct proxy_talk talk;
		struct rc_url proxy;
		GByteArray *out = begin(&talk, &proxy, "http://p.example", "a.example");
		gsize len = (gsize)(LIMIT_PROXY_REPLY + more);
		char *text = g_strnfill(len, 'x'), *name = g_strnfill((gsize)(255 + more), 'n'), *said;
		GString *hex = g_string_new(NULL);

		memcpy(text, "HTTP/1.1 200 ", 13);
		memcpy(text + len - 4, "\r\n\r\n", 4);
		for (gsize i = 0; i < len; i++)
			g_string_append_printf(hex, "%02x", text[i]);
		said = feed(&talk, hex->str);
		g_assert_cmpstr(said, ==, more <= 0 ? "open" : "its answer has no end");
		proxy_talk_end(&talk);
		rc_value_url_clear(&proxy);
		g_byte_array_unref(out);
		out = begin(&talk, &proxy, "socks5h://p.example", name);
		g_free(said);
		said = feed(&talk, "05 00");
		g_assert_true(g_str_has_prefix(said, "05 01") == (more <= 0));
		proxy_talk_end(&talk);
		rc_value_url_clear(&proxy);
		g_byte_array_unref(out);
		g_string_free(hex, TRUE);
		g_free(said);
		g_free(text);
		g_free(name);
	}
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/net/proxy-talk/socks", test_socks);
	g_test_add_func("/net/proxy-talk/user", test_user);
	g_test_add_func("/net/proxy-talk/http", test_http);
	g_test_add_func("/net/proxy-talk/limits", test_limits);
	return g_test_run();
}
