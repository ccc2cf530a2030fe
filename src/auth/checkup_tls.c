/* SPDX-License-Identifier: GPL-3.0-or-later */
/* checkup_tls.c - what a domain asks of those who send to it: MTA-STS (RFC 8461) and
 * reports (RFC 8460). */
#include "auth/checkup_private.h"

#include "lookup/https.h"

#include <string.h>

enum { FETCH_MS = 10000 };

struct policy {
	bool has_version;
	char *mode;    /* "enforce", "testing", "none"; NULL */
	GPtrArray *mx; /* char *, patterns, lower case */
};

static void
policy_init(struct policy *out, GBytes *body)
{
	gsize len;
	const char *bytes = g_bytes_get_data(body, &len);
	char *text = g_strndup(bytes == NULL ? "" : bytes, len);
	char **lines = g_strsplit_set(text, "\r\n", 200);

	*out = (struct policy){.mx = g_ptr_array_new_with_free_func(g_free)};
	for (size_t i = 0; lines[i] != NULL; i++) {
		const char *colon = strchr(lines[i], ':');
		if (colon == NULL)
			continue;
		char *key = g_strstrip(g_strndup(lines[i], (gsize)(colon - lines[i])));
		char *value = g_strstrip(g_ascii_strdown(colon + 1, -1));
		if (strcmp(key, "version") == 0) {
			out->has_version = strcmp(value, "stsv1") == 0;
		} else if (strcmp(key, "mode") == 0) {
			g_free(out->mode);
			out->mode = g_strdup(value);
		} else if (strcmp(key, "mx") == 0) {
			g_ptr_array_add(out->mx, g_strdup(value));
		}
		g_free(key);
		g_free(value);
	}
	g_strfreev(lines);
	g_free(text);
}

static void
policy_fini(struct policy *policy)
{
	g_free(policy->mode);
	g_ptr_array_unref(policy->mx);
}

/* Section 4.1: "*.example.org" stands for one label. */
static bool
covers(const struct policy *policy, const char *host)
{
	for (guint i = 0; i < policy->mx->len; i++) {
		const char *pattern = g_ptr_array_index(policy->mx, i);
		const char *rest = strchr(host, '.');
		if (strcmp(pattern, host) == 0 ||
		    (g_str_has_prefix(pattern, "*.") && rest != NULL &&
			strcmp(pattern + 1, rest) == 0))
			return true;
	}
	return false;
}

static void
judge_policy(struct checkup *c, const struct policy *policy, const char *record)
{
	for (guint i = 0; i < c->hosts->len; i++) {
		const struct checkup_host *host = g_ptr_array_index(c->hosts, i);
		if (covers(policy, host->name))
			continue;
		checkup_add(c, "mta-sts", "fail", record,
		    g_strdup_printf(
			"the policy does not name the MX host %s", host->name),
		    "add an mx: line for it, and a new id in the TXT record");
		return;
	}
	if (!policy->has_version || policy->mode == NULL)
		checkup_add(c, "mta-sts", "fail", record,
		    g_strdup("the policy file is none: version or mode is missing"),
		    "publish version: STSv1, mode:, mx: and max_age: lines");
	else if (strcmp(policy->mode, "enforce") != 0)
		checkup_add(c, "mta-sts", "warn", record,
		    g_strdup_printf("the policy is in mode %s", policy->mode),
		    "when TLS reports show no failures, set mode: enforce");
	else
		checkup_add(c, "mta-sts", "ok", record,
		    g_strdup("senders must use verified TLS"), NULL);
}

static void
fetch_policy(struct checkup *c, const char *record)
{
	char *url = g_strdup_printf(
	    "https://mta-sts.%s/.well-known/mta-sts.txt", c->request->domain);
	const struct https_request request = {
	    .url = url, .ca_file = c->request->ca_file, .timeout_ms = FETCH_MS};
	struct https_response response;
	GError *error = NULL;

	if (!https_fetch(&request, &response, &error)) {
		checkup_add(c, "mta-sts", "fail", record,
		    g_strdup_printf("the policy cannot be fetched: %s", error->message),
		    "serve it over HTTPS under mta-sts.DOMAIN with a certificate of that "
		    "name");
		g_error_free(error);
	} else if (response.status != 200) {
		checkup_add(c, "mta-sts", "fail", record,
		    g_strdup_printf("%s answers %d", url, response.status),
		    "serve the policy there; redirects are not followed (RFC 8461 "
		    "section 3.3)");
		https_response_clear(&response);
	} else {
		struct policy policy;
		policy_init(&policy, response.body);
		judge_policy(c, &policy, record);
		policy_fini(&policy);
		https_response_clear(&response);
	}
	g_free(url);
}

void
checkup_mta_sts(struct checkup *c)
{
	const struct dns_answer *answer = checkup_ask(c, "_mta-sts", DNS_TXT);
	unsigned n;
	const char *record = checkup_txt(answer, "v=STSv1", &n);

	if (record == NULL && n == 0 && dns_is_temporary(answer->status))
		checkup_add(c, "mta-sts", "unknown", NULL,
		    g_strdup("the DNS gave no answer"), NULL);
	else if (n == 0)
		checkup_add(c, "mta-sts", "none", NULL,
		    g_strdup("senders are not told to insist on TLS"),
		    "publish `v=STSv1; id=1` at _mta-sts, and a policy file (RFC 8461)");
	else if (record == NULL || strstr(record, "id=") == NULL)
		checkup_add(c, "mta-sts", "fail", record,
		    g_strdup(
			n > 1 ? "there are several records" : "the record has no id="),
		    "publish exactly one record with v=STSv1 and id=");
	else if (!c->request->may_fetch)
		checkup_add(c, "mta-sts", "unknown", record,
		    g_strdup("the record is there; its policy was not fetched"), NULL);
	else
		fetch_policy(c, record);
}

void
checkup_tls_rpt(struct checkup *c)
{
	const struct dns_answer *answer = checkup_ask(c, "_smtp._tls", DNS_TXT);
	unsigned n;
	const char *record = checkup_txt(answer, "v=TLSRPTv1", &n);

	if (n == 0 && dns_is_temporary(answer->status))
		checkup_add(c, "tls-rpt", "unknown", NULL,
		    g_strdup("the DNS gave no answer"), NULL);
	else if (n == 0)
		checkup_add(c, "tls-rpt", "none", NULL,
		    g_strdup("nobody reports TLS failures to you"),
		    "publish `v=TLSRPTv1; rua=mailto:...` at _smtp._tls (RFC 8460)");
	else if (record == NULL || strstr(record, "rua=") == NULL)
		checkup_add(c, "tls-rpt", "fail", record,
		    g_strdup(
			n > 1 ? "there are several records" : "the record has no rua="),
		    "publish exactly one record with rua=mailto: or rua=https:");
	else
		checkup_add(c, "tls-rpt", "ok", record,
		    g_strdup("failures are reported to you"), NULL);
}
