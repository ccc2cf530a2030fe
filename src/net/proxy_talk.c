/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What is said to a proxy. Its answers are read byte by byte, since the first byte behind
 * them belongs to the server, and to TLS. */
#include "net/proxy_talk.h"

#include "base/error.h"
#include "base/limits.h"
#include "base/safe_text.h"

#include <arpa/inet.h>
#include <string.h>

enum { SOCKS = 5, METHOD_NONE = 0, METHOD_USER = 2, METHOD_REFUSED = 0xff };

/* RFC 1928 section 6 */
static const char *const replies[] = {"",
    "it failed without saying why",
    "its rules do not allow that server",
    "the network of the server cannot be reached from there",
    "the server cannot be reached from there, or has no such name",
    "the server refuses the connection",
    "the server did not answer in time",
    "it cannot connect to servers",
    "it cannot use that kind of address"};

static bool
refuse(GError **error, const char *why)
{
	g_set_error(error, PF_ERROR, PF_ERROR_TEMPORARY, "%s", why);
	return false;
}

static bool
refuse_nonsense(GError **error)
{
	return refuse(error, "what it answers is not SOCKS5; is that the right port and scheme?");
}

static void
put(GByteArray *out, const void *bytes, gsize len)
{
	g_byte_array_append(out, bytes, (guint)len);
}

static void
put_byte(GByteArray *out, unsigned byte)
{
	const guint8 one = (guint8)byte;

	put(out, &one, 1);
}

static bool
put_counted(GByteArray *out, const char *text, GError **error)
{
	gsize len = strlen(text);

	if (len > 255) {
		g_set_error(error, PF_ERROR, PF_ERROR_CONFIG,
		    "a host or user name of more than 255 bytes cannot be told to a SOCKS proxy");
		return false;
	}
	put_byte(out, (unsigned)len);
	put(out, text, len);
	return true;
}

/* --- SOCKS5 --- */

static void
expect(struct proxy_talk *talk, gsize need,
    bool (*step)(struct proxy_talk *, GByteArray *, bool *, GError **))
{
	talk->need = need;
	talk->step = step;
	g_byte_array_set_size(talk->in, 0);
}

static bool
take_bound(struct proxy_talk *talk, GByteArray *out, bool *is_open_out, GError **error)
{
	(void)talk;
	(void)out;
	(void)error;
	*is_open_out = true; /* where it is bound does not matter */
	return true;
}

/* The head of the reply tells how long its address is. */
static bool
take_reply(struct proxy_talk *talk, GByteArray *out, bool *is_open_out, GError **error)
{
	const guint8 *in = talk->in->data;
	gsize rest;

	(void)out;
	(void)is_open_out;
	if (in[0] != SOCKS)
		return refuse_nonsense(error);
	if (in[1] != 0)
		return refuse(error,
		    in[1] < G_N_ELEMENTS(replies) ? replies[in[1]] : replies[1]);
	switch (in[3]) {
	case 1:
		rest = 3 + 2;
		break;
	case 3:
		rest = (gsize)in[4] + 2;
		break;
	case 4:
		rest = 15 + 2;
		break;
	default:
		return refuse_nonsense(error);
	}
	expect(talk, rest, take_bound);
	return true;
}

static bool
put_target(struct proxy_talk *talk, GByteArray *out, GError **error)
{
	guint8 address[16];
	guint16 port = htons(talk->port);
	static const guint8 connect[] = {SOCKS, 1, 0};

	put(out, connect, sizeof(connect));
	if (inet_pton(AF_INET, talk->host, address) == 1) {
		put_byte(out, 1);
		put(out, address, 4);
	} else if (inet_pton(AF_INET6, talk->host, address) == 1) {
		put_byte(out, 4);
		put(out, address, 16);
	} else {
		put_byte(out, 3);
		if (!put_counted(out, talk->host, error))
			return false;
	}
	put(out, &port, sizeof(port));
	expect(talk, 5, take_reply);
	return true;
}

static bool
take_login(struct proxy_talk *talk, GByteArray *out, bool *is_open_out, GError **error)
{
	(void)is_open_out;
	if (talk->in->data[1] != 0)
		return refuse(error, "it does not know the user");
	return put_target(talk, out, error);
}

static bool
take_method(struct proxy_talk *talk, GByteArray *out, bool *is_open_out, GError **error)
{
	const guint8 *in = talk->in->data;

	(void)is_open_out;
	if (in[0] != SOCKS)
		return refuse_nonsense(error);
	if (in[1] == METHOD_NONE)
		return put_target(talk, out, error);
	if (in[1] == METHOD_USER && talk->proxy->user != NULL) {
		put_byte(out, 1); /* RFC 1929 section 2; the password is empty */
		if (!put_counted(out, talk->proxy->user, error))
			return false;
		put_byte(out, 0);
		expect(talk, 2, take_login);
		return true;
	}
	return in[1] == METHOD_REFUSED || in[1] == METHOD_USER
		   ? refuse(error, "it wants a log-in with a password, which Penfold has for no proxy")
		   : refuse_nonsense(error);
}

/* --- HTTP --- */

static bool
take_header(struct proxy_talk *talk, GByteArray *out, bool *is_open_out, GError **error)
{
	const char *in = (const char *)talk->in->data;
	gsize len = strcspn(in, "\r\n"), code = len > 9 && in[8] == ' ' ? 9 : 0;
	char *shown;

	(void)out;
	if (strncmp(in, "HTTP/1.", 7) != 0 || code == 0)
		return refuse(error, "what it answers is not HTTP; is that the right port and scheme?");
	/* RFC 9110 9.3.6: any 2xx */
	*is_open_out = in[code] == '2';
	if (*is_open_out)
		return true;
	shown = safe_text(in + code, MIN(len - code, 200), SAFE_TEXT_LINE);
	if (strncmp(in + code, "407", 3) == 0)
		g_set_error(error, PF_ERROR, PF_ERROR_TEMPORARY,
		    "it wants a log-in (%s), which Penfold has for no proxy", shown);
	else
		g_set_error(error, PF_ERROR, PF_ERROR_TEMPORARY, "it says \"%s\"", shown);
	g_free(shown);
	return false;
}

static bool
has_empty_line(const GByteArray *in)
{
	const char *end = (const char *)in->data + in->len;

	return (in->len >= 2 && memcmp(end - 2, "\n\n", 2) == 0) ||
	       (in->len >= 4 && memcmp(end - 4, "\r\n\r\n", 4) == 0);
}

static void
put_connect(struct proxy_talk *talk, GByteArray *out)
{
	bool is_v6 = strchr(talk->host, ':') != NULL;
	char *to = g_strdup_printf(
	    "%s%s%s:%u", is_v6 ? "[" : "", talk->host, is_v6 ? "]" : "", talk->port);
	char *text = g_strdup_printf("CONNECT %s HTTP/1.1\r\nHost: %s\r\n\r\n", to, to);

	put(out, text, strlen(text));
	expect(talk, 0, take_header);
	g_free(text);
	g_free(to);
}

/* --- both --- */

bool
proxy_talk_begin(struct proxy_talk *talk, GByteArray *out, GError **error)
{
	static const guint8 open[] = {SOCKS, 1, METHOD_NONE};
	static const guint8 named[] = {SOCKS, 2, METHOD_USER, METHOD_NONE};

	talk->in = g_byte_array_new();
	if (strpbrk(talk->host, "\r\n \t") != NULL) {
		g_set_error(error, PF_ERROR, PF_ERROR_CONFIG, "\"%s\" is no host name", talk->host);
		return false;
	}
	if (strcmp(talk->proxy->scheme, "http") == 0) {
		put_connect(talk, out);
		return true;
	}
	if (talk->proxy->user != NULL)
		put(out, named, sizeof(named));
	else
		put(out, open, sizeof(open));
	expect(talk, 2, take_method);
	return true;
}

bool
proxy_talk_feed(
    struct proxy_talk *talk, guint8 byte, GByteArray *out, bool *is_open_out, GError **error)
{
	*is_open_out = false;
	put_byte(talk->in, byte);
	if (talk->need == 0) {
		if (talk->in->len > LIMIT_PROXY_REPLY || byte == 0)
			return refuse(error, "its answer has no end");
		if (!has_empty_line(talk->in))
			return true;
		put_byte(talk->in, 0);
	} else if (talk->in->len < talk->need) {
		return true;
	}
	return talk->step(talk, out, is_open_out, error);
}

void
proxy_talk_end(struct proxy_talk *talk)
{
	g_clear_pointer(&talk->in, g_byte_array_unref);
}
