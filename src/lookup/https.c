/* SPDX-License-Identifier: GPL-3.0-or-later */
/* https.c - libcurl behind a guard. The address is judged where the socket is opened, after
 * every resolution, so that no name can lead to this machine by changing its mind. */
#include "lookup/https.h"

#include "base/error.h"
#include "base/limits.h"
#include "base/rc_value.h"
#include "lookup/https_curl.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/socket.h>

#define CONNECT_MS 5000
#define HOST_MAX 253

/* One request on its way. */
struct flight {
	const struct https_request *request;
	struct https_curl lib;
	CURL *curl;
	struct curl_slist *headers, *resolve, *connect_to;
	GByteArray *body;
	size_t max_bytes;
	bool is_refused, is_too_large;
	char message[CURL_ERROR_SIZE];
};

struct network {
	guint8 address[16];
	unsigned bits;
};

/* clang-format off */
/* Of IPv4, as RFC 4291 maps it into IPv6. */
static const struct network local_v4[] = {
	{{0}, 8}, {{10}, 8}, {{100, 64}, 10}, {{127}, 8}, {{169, 254}, 16}, {{172, 16}, 12},
	{{192, 0, 0}, 24}, {{192, 0, 2}, 24}, {{192, 168}, 16}, {{198, 18}, 15},
	{{198, 51, 100}, 24}, {{203, 0, 113}, 24}, {{224}, 3},
};
static const struct network local_v6[] = {
	{{0}, 16},			/* unspecified, loopback, compatible */
	{{0x01, 0x00}, 64},		/* discard */
	{{0x20, 0x01, 0x0d, 0xb8}, 32},	/* documentation */
	{{0xfc}, 7}, {{0xfe, 0x80}, 10}, {{0xfe, 0xc0}, 10}, {{0xff}, 8},
};
/* Those that carry an IPv4 address, and at which octet. */
static const struct {
	struct network network;
	size_t at;
} carriers[] = {
	{{{[10] = 0xff, [11] = 0xff}, 96}, 12},		/* mapped */
	{{{0x00, 0x64, 0xff, 0x9b}, 96}, 12},		/* NAT64, RFC 6052 */
	{{{0x20, 0x02}, 16}, 2},			/* 6to4 */
};
/* clang-format on */

static bool
is_within(const guint8 *address, const struct network *network)
{
	unsigned whole = network->bits / 8, rest = network->bits % 8;

	if (memcmp(address, network->address, whole) != 0)
		return false;
	return rest == 0 || (address[whole] ^ network->address[whole]) >> (8 - rest) == 0;
}

static bool
is_local_v4(const guint8 *address)
{
	for (size_t i = 0; i < G_N_ELEMENTS(local_v4); i++)
		if (is_within(address, &local_v4[i]))
			return true;
	return false;
}

static bool
is_local_v6(const guint8 *address)
{
	for (size_t i = 0; i < G_N_ELEMENTS(carriers); i++)
		if (is_within(address, &carriers[i].network))
			return is_local_v4(address + carriers[i].at);
	for (size_t i = 0; i < G_N_ELEMENTS(local_v6); i++)
		if (is_within(address, &local_v6[i]))
			return true;
	return false;
}

bool
https_address_is_local(const char *address)
{
	guint8 octets[16];

	if (inet_pton(AF_INET, address, octets) == 1)
		return is_local_v4(octets);
	if (inet_pton(AF_INET6, address, octets) == 1)
		return is_local_v6(octets);
	return true;
}

static bool
may_connect(const struct flight *flight, const struct sockaddr *to)
{
	/* the proxy's own address; the host was judged by judge_by_proxy() */
	if (flight->request->may_be_local || flight->request->proxy != NULL)
		return true;
	if (to->sa_family == AF_INET)
		return !is_local_v4((const guint8 *)&((const struct sockaddr_in *)(const void *)to)->sin_addr);
	if (to->sa_family == AF_INET6)
		return !is_local_v6(((const struct sockaddr_in6 *)(const void *)to)->sin6_addr.s6_addr);
	return false;
}

static curl_socket_t
on_socket(void *data, curlsocktype purpose, struct curl_sockaddr *to)
{
	struct flight *flight = data;

	(void)purpose;
	if (!may_connect(flight, &to->addr)) {
		flight->is_refused = true;
		return CURL_SOCKET_BAD;
	}
	return socket(to->family, to->socktype | SOCK_CLOEXEC, to->protocol);
}

static size_t
on_body(char *bytes, size_t size, size_t n, void *data)
{
	struct flight *flight = data;

	if (size * n > flight->max_bytes - flight->body->len) {
		flight->is_too_large = true;
		return 0;
	}
	g_byte_array_append(flight->body, (const guint8 *)bytes, (guint)(size * n));
	return size * n;
}

/* Of the request's URL; owned, NULL when it has none. */
static char *
part_of_url(const struct flight *flight, CURLUPart part, unsigned flags)
{
	CURLU *url = flight->lib.url();
	char *text = NULL, *out = NULL;

	if (url != NULL && flight->lib.url_set(url, CURLUPART_URL, flight->request->url, 0) == CURLUE_OK &&
	    flight->lib.url_get(url, part, &text, flags) == CURLUE_OK)
		out = g_strdup(text);
	flight->lib.free(text);
	flight->lib.url_cleanup(url);
	return out;
}

/* "HOST:PORT:ADDRESS,ADDRESS": curl then asks no resolver. */
static bool
pin(struct flight *flight)
{
	char *host = part_of_url(flight, CURLUPART_HOST, 0);
	char *port = part_of_url(flight, CURLUPART_PORT, CURLU_DEFAULT_PORT);
	bool is_ok = host != NULL && port != NULL;

	if (is_ok) {
		char *list = g_strjoinv(",", (char **)(guintptr)flight->request->addresses);
		char *entry = g_strconcat(host, ":", port, ":", list, NULL);
		flight->resolve = flight->lib.slist_append(NULL, entry);
		g_free(entry);
		g_free(list);
		flight->lib.easy_setopt(flight->curl, CURLOPT_RESOLVE, flight->resolve);
	}
	g_free(host);
	g_free(port);
	return is_ok;
}

/* Could the name, or the address, belong to the world? */
static bool
is_worldly(const char *host)
{
	static const char *const own[] = {".local", ".localhost", ".internal", ".home.arpa"};
	char *name = host[0] == '[' ? g_strndup(host + 1, strcspn(host + 1, "]%")) : g_ascii_strdown(host, -1);
	size_t len = strlen(name);
	bool is_literal, is_good;

	if (len > 1 && name[len - 1] == '.')
		name[len - 1] = '\0';
	/* the last label of an address is a number, in whatever way it is written (WHATWG URL 3.5) */
	is_literal = strchr(name, ':') != NULL || strrchr(name, '.') == NULL ||
		     g_ascii_isdigit(strrchr(name, '.')[1]);
	is_good = is_literal ? !https_address_is_local(name) : true;
	for (size_t i = 0; is_good && i < G_N_ELEMENTS(own); i++)
		is_good = !g_str_has_suffix(name, own[i]);
	g_free(name);
	return is_good;
}

/* By a proxy no socket is opened to the host, so that the guard judges what it is told: the first of the
 * host's addresses that may be asked, else its name. */
static bool
judge_by_proxy(struct flight *flight)
{
	const char *const *address = flight->request->addresses;
	char *host, *entry;
	bool is_good;

	if (flight->request->may_be_local)
		return true;
	if (address == NULL) {
		host = part_of_url(flight, CURLUPART_HOST, 0);
		is_good = host != NULL && is_worldly(host);
		g_free(host);
		return is_good;
	}
	while (*address != NULL && https_address_is_local(*address))
		address++;
	if (*address == NULL)
		return false;
	entry = g_strdup_printf(strchr(*address, ':') != NULL ? "::[%s]:" : "::%s:", *address);
	flight->connect_to = flight->lib.slist_append(NULL, entry);
	flight->lib.easy_setopt(flight->curl, CURLOPT_CONNECT_TO, flight->connect_to);
	g_free(entry);
	return true;
}

static void
add_header(struct flight *flight, const char *name, const char *value)
{
	char *line = g_strconcat(name, ": ", value, NULL);

	if (strpbrk(line, "\r\n") == NULL)
		flight->headers = flight->lib.slist_append(flight->headers, line);
	g_free(line);
}

static void
set_body(struct flight *flight)
{
	const struct https_request *request = flight->request;

	if (request->accept != NULL)
		add_header(flight, "Accept", request->accept);
	if (request->post == NULL)
		return;
	flight->lib.easy_setopt(flight->curl, CURLOPT_POSTFIELDS, request->post);
	flight->lib.easy_setopt(flight->curl, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)strlen(request->post));
	add_header(flight, "Content-Type",
	    request->post_type != NULL ? request->post_type : "application/x-www-form-urlencoded");
	add_header(flight, "Expect", "");
}

/* What the rc names; its port need not stand there. */
static void
set_proxy(struct flight *flight)
{
	struct rc_url url;

	flight->lib.easy_setopt(flight->curl, CURLOPT_PROXY, flight->request->proxy);
	if (rc_value_url(flight->request->proxy, RC_PROXY_SCHEMES, &url, NULL)) {
		flight->lib.easy_setopt(flight->curl, CURLOPT_PROXYPORT, (long)url.port);
		rc_value_url_clear(&url);
	}
	flight->lib.easy_setopt(flight->curl, CURLOPT_NOPROXY,
	    flight->request->may_be_local ? "localhost,127.0.0.0/8,::1" : "");
}

static void
set_up(struct flight *flight)
{
	const struct https_request *request = flight->request;
	CURL *curl = flight->curl;
	long timeout = request->timeout_ms > 0 ? request->timeout_ms : LIMIT_HTTPS_SECONDS * 1000L;

	flight->lib.easy_setopt(curl, CURLOPT_URL, request->url);
	flight->lib.easy_setopt(curl, CURLOPT_PROTOCOLS_STR, request->may_be_clear ? "https,http" : "https");
	flight->lib.easy_setopt(curl, CURLOPT_SSLVERSION, (long)CURL_SSLVERSION_TLSv1_2);
	flight->lib.easy_setopt(curl, CURLOPT_HTTP_VERSION, (long)CURL_HTTP_VERSION_1_1);
	flight->lib.easy_setopt(curl, CURLOPT_FOLLOWLOCATION, 0L);
	flight->lib.easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
	flight->lib.easy_setopt(curl, CURLOPT_CONNECTTIMEOUT_MS, MIN(timeout, CONNECT_MS));
	flight->lib.easy_setopt(curl, CURLOPT_TIMEOUT_MS, timeout);
	flight->lib.easy_setopt(curl, CURLOPT_USERAGENT, "Penfold");
	flight->lib.easy_setopt(curl, CURLOPT_NETRC, (long)CURL_NETRC_IGNORED);
	flight->lib.easy_setopt(curl, CURLOPT_ERRORBUFFER, flight->message);
	flight->lib.easy_setopt(curl, CURLOPT_OPENSOCKETFUNCTION, on_socket);
	flight->lib.easy_setopt(curl, CURLOPT_OPENSOCKETDATA, flight);
	flight->lib.easy_setopt(curl, CURLOPT_WRITEFUNCTION, on_body);
	flight->lib.easy_setopt(curl, CURLOPT_WRITEDATA, flight);
	if (request->ca_file != NULL) {
		flight->lib.easy_setopt(curl, CURLOPT_CAINFO, request->ca_file);
		flight->lib.easy_setopt(curl, CURLOPT_CAPATH, NULL);
	}
	if (request->proxy != NULL)
		set_proxy(flight);
	/* a proxy's address is not the host's: the guard would judge the wrong one */
	else if (!request->may_be_local)
		flight->lib.easy_setopt(curl, CURLOPT_PROXY, "");
	if (request->bearer != NULL) {
		flight->lib.easy_setopt(curl, CURLOPT_HTTPAUTH, (long)CURLAUTH_BEARER);
		flight->lib.easy_setopt(curl, CURLOPT_XOAUTH2_BEARER, request->bearer);
	}
	set_body(flight);
	if (flight->headers != NULL)
		flight->lib.easy_setopt(curl, CURLOPT_HTTPHEADER, flight->headers);
}

/* The host of a URL for an error; owned. */
static char *
host_of(const char *url)
{
	const char *start = strstr(url, "://");
	size_t len = start == NULL ? 0 : strcspn(start + 3, "/?#");

	return len == 0 ? g_strdup("the server") : g_strndup(start + 3, MIN(len, HOST_MAX));
}

static int
code_of(CURLcode code, const struct flight *flight)
{
	if (flight->is_too_large)
		return PF_ERROR_LIMIT;
	if (flight->is_refused)
		return PF_ERROR_UNAVAILABLE;
	if (code == CURLE_UNSUPPORTED_PROTOCOL || code == CURLE_URL_MALFORMAT)
		return PF_ERROR_USAGE;
	if (code == CURLE_OPERATION_TIMEDOUT)
		return PF_ERROR_TIMEOUT;
	if (code == CURLE_SSL_CONNECT_ERROR || code == CURLE_PEER_FAILED_VERIFICATION ||
	    code == CURLE_SSL_CACERT_BADFILE)
		return PF_ERROR_TLS;
	return PF_ERROR_TEMPORARY;
}

static void
set_failure(const struct flight *flight, CURLcode code, GError **error)
{
	char *host = host_of(flight->request->url);

	if (flight->is_too_large)
		g_set_error(error, PF_ERROR, PF_ERROR_LIMIT, "%s sent more than %zu bytes", host,
		    flight->max_bytes);
	else if (flight->is_refused)
		g_set_error(error, PF_ERROR, PF_ERROR_UNAVAILABLE,
		    "%s is at an address of this machine or its network, and was not asked", host);
	else
		g_set_error(error, PF_ERROR, code_of(code, flight), "%s: %s", host,
		    flight->message[0] != '\0' ? flight->message : flight->lib.easy_strerror(code));
	g_free(host);
}

static char *
media_type(const struct flight *flight)
{
	char *type = NULL;

	flight->lib.easy_getinfo(flight->curl, CURLINFO_CONTENT_TYPE, &type);
	if (type == NULL)
		return NULL;
	char *plain = g_ascii_strdown(type, (gssize)strcspn(type, "; \t"));
	return plain;
}

static void
take_response(struct flight *flight, struct https_response *out)
{
	long status = 0;
	char *location = NULL;

	flight->lib.easy_getinfo(flight->curl, CURLINFO_RESPONSE_CODE, &status);
	flight->lib.easy_getinfo(flight->curl, CURLINFO_REDIRECT_URL, &location);
	out->status = (int)status;
	out->type = media_type(flight);
	out->location = g_strdup(location);
	/* GLib's own empty bytes are at NULL, which is no text for anybody */
	out->body = flight->body->len > 0 ? g_byte_array_free_to_bytes(g_steal_pointer(&flight->body))
					  : g_bytes_new_static("", 0);
}

bool
https_fetch(const struct https_request *request, struct https_response *out, GError **error)
{
	struct flight flight = {.request = request};
	CURLcode code = CURLE_FAILED_INIT;

	*out = (struct https_response){0};
	if (!https_curl_load(&flight.lib, error))
		return false;
	flight.curl = flight.lib.easy_init();
	flight.body = g_byte_array_new();
	flight.max_bytes = request->max_bytes > 0 ? request->max_bytes : LIMIT_HTTPS_BODY;
	if (flight.curl != NULL) {
		set_up(&flight);
		code = CURLE_URL_MALFORMAT;
		flight.is_refused = request->proxy != NULL && !judge_by_proxy(&flight);
		if (!flight.is_refused &&
		    (request->addresses == NULL || request->proxy != NULL || pin(&flight)))
			code = flight.lib.easy_perform(flight.curl);
	}
	if (code == CURLE_OK)
		take_response(&flight, out);
	else
		set_failure(&flight, code, error);
	flight.lib.easy_cleanup(flight.curl);
	flight.lib.slist_free_all(flight.headers);
	flight.lib.slist_free_all(flight.resolve);
	flight.lib.slist_free_all(flight.connect_to);
	g_clear_pointer(&flight.body, g_byte_array_unref);
	return code == CURLE_OK;
}

void
https_response_clear(struct https_response *response)
{
	g_clear_pointer(&response->type, g_free);
	g_clear_pointer(&response->location, g_free);
	g_clear_pointer(&response->body, g_bytes_unref);
}
