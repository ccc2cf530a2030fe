/* SPDX-License-Identifier: GPL-3.0-or-later */
/* wkd.c - a hash of the local part makes the name of the file. */
#include "lookup/wkd.h"

#include "base/error.h"
#include "lookup/https.h"

#include <string.h>

#define MAX_KEY (1u << 20)

/* Z-Base-32 of 20 bytes. Owned. */
static char *
zbase32(const guint8 *bytes, gsize len)
{
	static const char letters[] = "ybndrfg8ejkmcpqxot1uwisza345h769";
	GString *out = g_string_new(NULL);
	guint bits = 0, n = 0;
	for (gsize i = 0; i < len; i++) {
		bits = (bits << 8) | bytes[i];
		for (n += 8; n >= 5; n -= 5)
			g_string_append_c(out, letters[(bits >> (n - 5)) & 31]);
		bits &= (1u << n) - 1;
	}
	if (n > 0)
		g_string_append_c(out, letters[(bits << (5 - n)) & 31]);
	return g_string_free(out, FALSE);
}

static char *
hash_of(const char *local, gsize len)
{
	char *lower = g_ascii_strdown(local, (gssize)len);
	GChecksum *sum = g_checksum_new(G_CHECKSUM_SHA1);
	guint8 digest[20];
	gsize n = sizeof(digest);
	g_checksum_update(sum, (const guchar *)lower, -1);
	g_checksum_get_digest(sum, digest, &n);
	g_checksum_free(sum);
	g_free(lower);
	return zbase32(digest, n);
}

char *
wkd_url(const char *addr_spec, gboolean is_direct)
{
	const char *at = strrchr(addr_spec, '@');
	if (at == NULL || at == addr_spec || at[1] == '\0' || strpbrk(at, "/:?#% \\") != NULL)
		return NULL;
	char *domain = g_ascii_strdown(at + 1, -1);
	char *hash = hash_of(addr_spec, (gsize)(at - addr_spec));
	char *local = g_strndup(addr_spec, (gsize)(at - addr_spec));
	char *escaped = g_uri_escape_string(local, NULL, FALSE);
	char *out = is_direct
	    ? g_strdup_printf("https://%s/.well-known/openpgpkey/hu/%s?l=%s", domain, hash, escaped)
	    : g_strdup_printf("https://openpgpkey.%s/.well-known/openpgpkey/%s/hu/%s?l=%s", domain, domain,
		  hash, escaped);
	g_free(escaped);
	g_free(local);
	g_free(hash);
	g_free(domain);
	return out;
}

char *
wkd_server_url(const char *server, const char *addr_spec)
{
	char *escaped = g_uri_escape_string(addr_spec, NULL, FALSE);
	char *out = g_strdup_printf("https://%s/vks/v1/by-email/%s", server, escaped);
	g_free(escaped);
	return out;
}

/* The addresses of a URL's host, by the resolver that is set up. Owned texts, NULL-terminated. */
static GPtrArray *
addresses_of(struct dns_session *dns, const char *url, enum dns_status *status_out)
{
	static const enum dns_type types[] = { DNS_A, DNS_AAAA };
	GPtrArray *out = g_ptr_array_new_with_free_func(g_free);
	GUri *uri = g_uri_parse(url, G_URI_FLAGS_NONE, NULL);
	*status_out = DNS_NODATA;
	for (gsize i = 0; uri != NULL && i < G_N_ELEMENTS(types); i++) {
		const struct dns_answer *answer = dns_ask(dns, g_uri_get_host(uri), types[i]);
		if (i == 0 || answer->status == DNS_OK)
			*status_out = answer->status;
		for (guint k = 0; k < answer->strings->len; k++)
			g_ptr_array_add(out, g_strdup(answer->strings->pdata[k]));
	}
	if (uri != NULL)
		g_uri_unref(uri);
	g_ptr_array_add(out, NULL);
	return out;
}

static GBytes *
get(const char *url, const struct wkd_opts *opts, const GPtrArray *addresses, GError **error)
{
	struct https_request request = {
		.url = url,
		.ca_file = opts->ca_file,
		.proxy = opts->proxy,
		.max_bytes = MAX_KEY,
		.may_be_local = opts->server != NULL || opts->ca_file != NULL,
		.addresses = addresses != NULL ? (const char *const *)addresses->pdata : NULL,
	};
	struct https_response response;
	GBytes *out = NULL;
	if (!https_fetch(&request, &response, error))
		return NULL;
	if (response.status == 200 && g_bytes_get_size(response.body) > 0)
		out = g_bytes_ref(response.body);
	else
		g_set_error(error, PF_ERROR, PF_ERROR_NOT_FOUND, "%s: no key (status %d)", url, response.status);
	https_response_clear(&response);
	return out;
}

/* One method; *is_absent_out: its host does not exist. */
static GBytes *
try(char *url, const struct wkd_opts *opts, bool *is_absent_out, GError **error)
{
	enum dns_status status;
	GPtrArray *addresses = addresses_of(opts->dns, url, &status);
	GBytes *out = NULL;
	*is_absent_out = status == DNS_NXDOMAIN || status == DNS_NODATA;
	if (*is_absent_out)
		g_set_error(error, PF_ERROR, PF_ERROR_NOT_FOUND, "%s: no key: there is no such host", url);
	else if (addresses->len == 1)
		g_set_error(error, PF_ERROR, PF_ERROR_TEMPORARY, "%s: the DNS does not answer; try again later", url);
	else
		out = get(url, opts, addresses, error);
	g_ptr_array_unref(addresses);
	g_free(url);
	return out;
}

GBytes *
wkd_fetch(const char *addr_spec, const struct wkd_opts *opts, GError **error)
{
	char *url = wkd_url(addr_spec, FALSE);
	bool is_absent = false;
	if (url == NULL) {
		g_set_error(error, PF_ERROR, PF_ERROR_USAGE, "%s: no address", addr_spec);
		return NULL;
	}
	if (opts->server != NULL) {
		g_free(url);
		url = wkd_server_url(opts->server, addr_spec);
		GBytes *found = get(url, opts, NULL, error);
		g_free(url);
		return found;
	}
	GBytes *out = try(url, opts, &is_absent, error);
	if (out == NULL && is_absent) {
		g_clear_error(error);
		out = try(wkd_url(addr_spec, TRUE), opts, &is_absent, error);
	}
	return out;
}
