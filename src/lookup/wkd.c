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

static GBytes *
get(char *url, const char *ca_file, bool is_own, GError **error)
{
	struct https_request request = { .url = url, .ca_file = ca_file, .max_bytes = MAX_KEY, .may_be_local = is_own };
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

GBytes *
wkd_fetch(const char *addr_spec, const char *server, const char *ca_file, GError **error)
{
	char *url = server != NULL ? wkd_server_url(server, addr_spec) : wkd_url(addr_spec, FALSE);
	GError *first = NULL;
	GBytes *out = NULL;
	if (url == NULL) {
		g_set_error(error, PF_ERROR, PF_ERROR_USAGE, "%s: no address", addr_spec);
		return NULL;
	}
	out = get(url, ca_file, server != NULL, &first);
	g_free(url);
	if (out == NULL && server == NULL) {
		/* without a host of its own for keys, the domain's own (section 3.1) */
		url = wkd_url(addr_spec, TRUE);
		out = get(url, ca_file, false, NULL);
		g_free(url);
	}
	if (out == NULL)
		g_propagate_error(error, first);
	else
		g_clear_error(&first);
	return out;
}
