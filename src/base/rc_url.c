/* SPDX-License-Identifier: GPL-3.0-or-later */
/* rc_url.c - the URLs of mail servers: scheme://[user@]host[:port], read strictly (RFC
 * 3986 3.2). The only leniency: an "@" in the user name need not be percent-encoded,
 * since people write their address there. */
#include "base/rc_value.h"

#include "base/error.h"

#include <arpa/inet.h>
#include <string.h>

static const struct {
	const char *scheme;
	uint16_t port;
} ports[] = {
    {"imaps", 993},
    {"imap", 143},
    {"pop3s", 995},
    {"pop3", 110},
    {"smtps", 465},
    {"submission", 587},
    {"smtp", 587},
    {"sieve", 4190},
    {"socks5h", 1080},
    {"socks5", 1080},
    {"http", 8080},
};

/* Values that are no URL: every domain's own servers, and no proxy at all. */
static const char *const words[] = {"mx", "none"};

static bool
refuse(GError **error, const char *text, const char *why)
{
	g_set_error(error, PF_ERROR, PF_ERROR_CONFIG, "\"%s\": %s", text, why);
	return false;
}

/* The scheme of text when it is one of `schemes`, lower case and owned, else NULL. */
static char *
take_scheme(const char *text, const char *schemes)
{
	const char *end = strstr(text, "://");
	char *scheme, **allowed;

	if (end == NULL)
		return NULL;
	scheme = g_ascii_strdown(text, end - text);
	allowed = g_strsplit(schemes, "|", -1);
	if (!g_strv_contains((const char *const *)allowed, scheme))
		g_clear_pointer(&scheme, g_free);
	g_strfreev(allowed);
	return scheme;
}

const char *
rc_value_url_word(const char *schemes)
{
	const char *last = strrchr(schemes, '|');

	for (size_t i = 0; last != NULL && i < G_N_ELEMENTS(words); i++)
		if (strcmp(last + 1, words[i]) == 0)
			return words[i];
	return NULL;
}

static bool
scheme_refused(const char *text, const char *schemes, GError **error)
{
	const char *word = rc_value_url_word(schemes);
	char *only = g_strndup(
	    schemes, strlen(schemes) - (word != NULL ? strlen(word) + 1 : 0));
	char **allowed = g_strsplit(only, "|", -1);
	char *list = g_strjoinv(": or ", allowed);

	g_set_error(error, PF_ERROR, PF_ERROR_CONFIG,
	    "\"%s\" is no server; write it as %s://user@host:port, with the scheme "
	    "%s:%s%s",
	    text, allowed[0], list, word != NULL ? ", or as " : "",
	    word != NULL ? word : "");
	g_free(only);
	g_free(list);
	g_strfreev(allowed);
	return false;
}

/* Percent-decoding; NULL for a broken escape, a control character, bytes that are no
 * UTF-8. */
static char *
decode_user(const char *text, size_t len)
{
	GString *out = g_string_sized_new(len);

	for (size_t i = 0; i < len; i++) {
		int c = (unsigned char)text[i];

		if (c == '%') {
			int high = i + 2 < len ? g_ascii_xdigit_value(text[i + 1]) : -1;
			int low = i + 2 < len ? g_ascii_xdigit_value(text[i + 2]) : -1;

			c = high >= 0 && low >= 0 ? high * 16 + low : 0;
			i += 2;
		}
		if (c < 0x20 || c == 0x7f) {
			g_string_free(out, TRUE);
			return NULL;
		}
		g_string_append_c(out, (char)c);
	}
	if (out->len == 0 || !g_utf8_validate(out->str, (gssize)out->len, NULL)) {
		g_string_free(out, TRUE);
		return NULL;
	}
	return g_string_free(out, FALSE);
}

/* A name of LDH labels, which an IPv4 address is as well; or an IPv6 address. */
static bool
is_host(const char *host)
{
	unsigned char address[16];
	size_t len = strlen(host);

	if (strchr(host, ':') != NULL)
		return inet_pton(AF_INET6, host, address) == 1;
	if (len == 0 || len > 253 || host[0] == '.' || host[0] == '-' ||
	    host[len - 1] == '-')
		return false;
	for (size_t i = 0; i < len; i++) {
		if (host[i] == '.' && (host[i + 1] == '.' || host[i + 1] == '\0'))
			return false;
		if (!g_ascii_isalnum(host[i]) && host[i] != '-' && host[i] != '.' &&
		    host[i] != '_')
			return false;
	}
	return true;
}

static uint16_t
default_port(const char *scheme)
{
	for (size_t i = 0; i < G_N_ELEMENTS(ports); i++)
		if (strcmp(ports[i].scheme, scheme) == 0)
			return ports[i].port;
	return 0;
}

/* host[:port] or [ipv6][:port] */
static bool
take_host(const char *text, const char *host_port, struct rc_url *url, GError **error)
{
	const char *port = NULL;
	guint64 number;
	bool is_bracketed = host_port[0] == '[';
	const char *end = is_bracketed ? strchr(host_port, ']') : strchr(host_port, ':');

	if (is_bracketed && (end == NULL || (end[1] != '\0' && end[1] != ':')))
		return refuse(
		    error, text, "the bracket around the address is not closed");
	if (end == NULL)
		end = host_port + strlen(host_port);
	url->host =
	    g_ascii_strdown(host_port + is_bracketed, end - host_port - is_bracketed);
	if (is_bracketed)
		end++;
	if (*end == ':')
		port = end + 1;
	if (!is_host(url->host) || is_bracketed != (strchr(url->host, ':') != NULL))
		return refuse(error, text, "the host is no host name or address");
	if (port == NULL) {
		url->port = default_port(url->scheme);
		return true;
	}
	if (!g_ascii_string_to_unsigned(port, 10, 1, 65535, &number, NULL))
		return refuse(error, text, "the port is no number from 1 to 65535");
	url->port = (uint16_t)number;
	return true;
}

static bool
take_user(
    const char *text, const char *user, size_t len, struct rc_url *url, GError **error)
{
	if (strcspn(user, "/?#") < len)
		return refuse(
		    error, text, "only scheme, user, host and port: no path may follow");
	if (memchr(user, ':', len) != NULL)
		return refuse(
		    error, text, "a password has no place here: use password-command");
	url->user = decode_user(user, len);
	if (url->user == NULL)
		return refuse(
		    error, text, "the user name is empty or wrongly percent-encoded");
	return true;
}

static bool
take_authority(
    const char *text, const char *authority, struct rc_url *url, GError **error)
{
	const char *at = strrchr(authority, '@');
	char *host_port;
	size_t len;
	bool is_good;

	if (at != NULL &&
	    !take_user(text, authority, (size_t)(at - authority), url, error))
		return false;
	if (at != NULL)
		authority = at + 1;
	len = strcspn(authority, "/?#");
	if (authority[len] != '\0' && strcmp(authority + len, "/") != 0)
		return refuse(
		    error, text, "only scheme, user, host and port: no path may follow");
	host_port = g_strndup(authority, len);
	is_good = take_host(text, host_port, url, error);
	g_free(host_port);
	return is_good;
}

/* RFC 9110 11.7.1: what an HTTP proxy is told goes in clear, which no log-in does. */
static bool
may_have_user(const char *text, const struct rc_url *url, GError **error)
{
	if (url->user == NULL || strcmp(url->scheme, "http") != 0)
		return true;
	return refuse(error, text,
	    "a log-in to an HTTP proxy would go in clear: leave the user name out");
}

bool
rc_value_url(
    const char *text, const char *schemes, struct rc_url *url_out, GError **error)
{
	const char *word = rc_value_url_word(schemes);

	memset(url_out, 0, sizeof *url_out);
	if (word != NULL && g_ascii_strcasecmp(text, word) == 0) {
		url_out->scheme = g_strdup(word);
		url_out->host = g_strdup("");
		url_out->port = 25;
		return true;
	}
	url_out->scheme = take_scheme(text, schemes);
	if (url_out->scheme == NULL)
		return scheme_refused(text, schemes, error);
	if (take_authority(text, strstr(text, "://") + 3, url_out, error) &&
	    may_have_user(text, url_out, error))
		return true;
	rc_value_url_clear(url_out);
	return false;
}

void
rc_value_url_clear(struct rc_url *url)
{
	g_clear_pointer(&url->scheme, g_free);
	g_clear_pointer(&url->user, g_free);
	g_clear_pointer(&url->host, g_free);
}

bool
rc_value_is_loopback(const char *host)
{
	unsigned char v4[4], v6[16];
	static const unsigned char one[16] = {[15] = 1};

	if (g_ascii_strcasecmp(host, "localhost") == 0)
		return true;
	if (inet_pton(AF_INET, host, v4) == 1)
		return v4[0] == 127;
	return inet_pton(AF_INET6, host, v6) == 1 && memcmp(v6, one, sizeof one) == 0;
}
