/* SPDX-License-Identifier: GPL-3.0-or-later */
/* send_sts.c - the cache of policies: a file for each domain, `ID FETCHED`, then the
 * policy's text. A policy that cannot be fetched anew stays in force until its max_age is
 * over (RFC 8461 5.1), so that nobody who sits between us and the web can take it away.
 */
#include "programs/send_sts.h"

#include "base/error.h"
#include "base/file.h"
#include "base/log.h"
#include "lookup/https.h"

#include <string.h>

#define MAX_POLICY (64u << 10) /* RFC 8461 3.3 */
#define TIMEOUT_MS 60000       /* RFC 8461 3.3 */
#define REFRESH_S  86400 /* the TXT record may be spoofed away: look anyhow, once a day  \
			  */

struct kept {
	char *id;
	gint64 fetched;
	struct mta_sts policy;
	bool is_there;
};

static char *
cache_path(const struct send_run *run, const char *domain)
{
	char *state = rc_state_dir(run->rc);
	char *path = g_build_filename(state, "mta-sts", domain, NULL);

	g_free(state);
	return path;
}

/* A domain is letters, digits, hyphens and dots here: no path. */
static bool
is_plain(const char *domain)
{
	return *domain != '\0' && *domain != '.' && strchr(domain, '/') == NULL &&
	       strlen(domain) <= 253;
}

static void
load(const char *path, struct kept *out)
{
	GBytes *bytes = file_read(path, MAX_POLICY + 200, NULL);
	gsize len = 0;
	const char *text = bytes != NULL ? g_bytes_get_data(bytes, &len) : NULL;
	const char *lf = text != NULL ? memchr(text, '\n', len) : NULL;
	char *line = lf != NULL ? g_strndup(text, (gsize)(lf - text)) : NULL;
	char *space = line != NULL ? strchr(line, ' ') : NULL;

	*out = (struct kept){0};
	if (space != NULL) {
		out->id = g_strndup(line, (gsize)(space - line));
		out->fetched = g_ascii_strtoll(space + 1, NULL, 10);
		out->is_there =
		    mta_sts_parse(lf + 1, len - (gsize)(lf + 1 - text), &out->policy) &&
		    send_run_now() < out->fetched + out->policy.max_age;
	}
	g_free(line);
	g_clear_pointer(&bytes, g_bytes_unref);
}

/* The addresses of the policy host, by the resolver that is set up; NULL: let the library
 * ask. */
static GPtrArray *
policy_addresses(struct dns_session *dns, const char *host)
{
	GPtrArray *list = g_ptr_array_new_with_free_func(g_free);
	const struct dns_answer *answer = dns_ask(dns, host, DNS_A);
	guint i;

	for (i = 0; i < answer->strings->len; i++)
		g_ptr_array_add(list, g_strdup(answer->strings->pdata[i]));
	g_ptr_array_add(list, NULL);
	return list;
}

/* RFC 8461 3.3: 200 and text/plain, or there is no policy. Owned, NULL for none. */
static GBytes *
fetch(const struct send_run *run, struct dns_session *dns, const char *domain)
{
	char *host = g_strdup_printf("mta-sts.%s", domain);
	char *url = g_strdup_printf("https://%s/.well-known/mta-sts.txt", host);
	char *ca_file = rc_path_value(run->rc, "tls", NULL, "ca-file");
	GPtrArray *addresses = policy_addresses(dns, host);
	struct https_request request = {.url = url,
	    .ca_file = ca_file,
	    .proxy = rc_proxy(run->rc, NULL),
	    .accept = "text/plain",
	    .addresses =
		addresses->len > 1 ? (const char *const *)addresses->pdata : NULL,
	    .max_bytes = MAX_POLICY,
	    .timeout_ms = TIMEOUT_MS};
	struct https_response response = {0};
	GError *error = NULL;
	GBytes *body = NULL;

	if (https_fetch(&request, &response, &error)) {
		if (response.status == 200 && g_strcmp0(response.type, "text/plain") == 0)
			body = g_bytes_ref(response.body);
		https_response_clear(&response);
	}
	if (body == NULL)
		log_info("send", "domain=%s no mta-sts policy: %s", domain,
		    error != NULL ? error->message : "the server has none");
	g_clear_error(&error);
	g_ptr_array_unref(addresses);
	g_free(ca_file);
	g_free(url);
	g_free(host);
	return body;
}

static void
keep(const char *path, const char *id, GBytes *body)
{
	char *dir = g_path_get_dirname(path), *head;
	GByteArray *all = g_byte_array_new();
	gsize len;
	const void *text = g_bytes_get_data(body, &len);
	GError *error = NULL;

	head = g_strdup_printf("%s %" G_GINT64_FORMAT "\n", id, send_run_now());
	g_byte_array_append(all, (const guint8 *)head, (guint)strlen(head));
	g_byte_array_append(all, text, (guint)len);
	if (!file_make_dir(dir, &error) ||
	    !file_write_durable(path, all->data, all->len, 0600, &error)) {
		log_warn("send", "%s", error->message); /* asked again next time */
		g_error_free(error);
	}
	g_byte_array_unref(all);
	g_free(head);
	g_free(dir);
}

/* The policy named by the DNS, when it is not the one that is kept. True: *out has it. */
static bool
renew(const struct send_run *run, struct dns_session *dns, const char *domain,
    const char *path, const char *id, struct mta_sts *out)
{
	GBytes *body = fetch(run, dns, domain);
	gsize len;
	bool good;

	if (body == NULL)
		return false;
	good = mta_sts_parse(g_bytes_get_data(body, NULL), g_bytes_get_size(body), out);
	(void)g_bytes_get_data(body, &len);
	if (good)
		keep(path, id, body);
	else
		mta_sts_clear(out);
	g_bytes_unref(body);
	return good;
}

void
send_sts_policy(const struct send_run *run, struct dns_session *dns, const char *domain,
    struct mta_sts *out)
{
	char *name = g_strdup_printf("_mta-sts.%s", domain), *id = NULL, *path;
	struct kept kept;
	bool is_same, found = false;

	*out = (struct mta_sts){.mx = g_ptr_array_new_with_free_func(g_free)};
	if (!is_plain(domain)) {
		g_free(name);
		return;
	}
	path = cache_path(run, domain);
	load(path, &kept);
	id = mta_sts_id(dns_ask(dns, name, DNS_TXT));
	is_same = kept.is_there && (id == NULL || strcmp(id, kept.id) == 0) &&
		  (id != NULL || send_run_now() - kept.fetched < REFRESH_S);
	if (id != NULL && !is_same) {
		mta_sts_clear(out);
		found = renew(run, dns, domain, path, id, out);
	}
	if (!found && kept.is_there) {
		mta_sts_clear(out);
		*out = kept.policy;
		kept.policy.mx = NULL;
	} else if (!found && out->mx == NULL) {
		*out = (struct mta_sts){.mx = g_ptr_array_new_with_free_func(g_free)};
	}
	mta_sts_clear(&kept.policy);
	g_free(kept.id);
	g_free(id);
	g_free(path);
	g_free(name);
}
