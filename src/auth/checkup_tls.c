/* SPDX-License-Identifier: GPL-3.0-or-later */
/* checkup_tls.c - what a domain asks of those who send to it: MTA-STS (RFC 8461) and
 * reports (RFC 8460). */
#include "auth/checkup_private.h"

#include "lookup/https.h"
#include "lookup/mta_sts.h"

#include <string.h>

enum { FETCH_MS = 10000 };

static void
judge_policy(struct checkup *c, const struct mta_sts *policy, const char *record)
{
	for (guint i = 0; policy->mode != MTA_STS_NONE && i < c->hosts->len; i++) {
		const struct checkup_host *host = g_ptr_array_index(c->hosts, i);
		if (mta_sts_matches(policy, host->name))
			continue;
		checkup_add(c, "mta-sts", "fail", record,
		    g_strdup_printf("the policy does not name the MX host %s: %s", host->name,
			policy->mode == MTA_STS_ENFORCE ? "senders who heed it do not deliver there"
							: "they would not deliver there in mode enforce"),
		    "add an mx: line for it, and a new id in the TXT record");
		return;
	}
	if (policy->mode != MTA_STS_ENFORCE)
		checkup_add(c, "mta-sts", "warn", record,
		    g_strdup_printf("the policy is in mode %s: senders may deliver without TLS",
			policy->mode == MTA_STS_TESTING ? "testing" : "none"),
		    "when TLS reports show no failures, set mode: enforce");
	else
		checkup_add(c, "mta-sts", "ok", record,
		    g_strdup("senders must use verified TLS"), NULL);
}

static void
read_policy(struct checkup *c, GBytes *body, const char *record)
{
	gsize len;
	const char *bytes = g_bytes_get_data(body, &len);
	struct mta_sts policy;

	if (mta_sts_parse(bytes != NULL ? bytes : "", len, &policy))
		judge_policy(c, &policy, record);
	else
		checkup_add(c, "mta-sts", "fail", record,
		    g_strdup("what is served is no policy: version, mode, mx or max_age is missing or wrong"),
		    "serve version: STSv1, mode:, mx: and max_age: lines, in ASCII");
	mta_sts_clear(&policy);
}

/* Where the policy lies, by the same resolver as all else. NULL-terminated, owned. */
static GPtrArray *
policy_addresses(struct checkup *c)
{
	static const enum dns_type types[] = {DNS_AAAA, DNS_A};
	GPtrArray *all = g_ptr_array_new_with_free_func(g_free);

	for (size_t i = 0; i < G_N_ELEMENTS(types); i++) {
		const struct dns_answer *answer = checkup_ask(c, "mta-sts", types[i]);
		for (guint k = 0; k < answer->strings->len; k++)
			g_ptr_array_add(all, g_strdup(g_ptr_array_index(answer->strings, k)));
	}
	g_ptr_array_add(all, NULL);
	return all;
}

static void
fetch_policy(struct checkup *c, const char *record)
{
	char *url = g_strdup_printf(
	    "https://mta-sts.%s/.well-known/mta-sts.txt", c->request->domain);
	GPtrArray *addresses = policy_addresses(c);
	/* with authorities of the user's own no stranger's host can answer, here or anywhere */
	const struct https_request request = {.url = url,
	    .ca_file = c->request->ca_file,
	    .proxy = c->request->proxy,
	    .may_be_local = c->request->ca_file != NULL,
	    .addresses = (const char *const *)addresses->pdata,
	    .timeout_ms = FETCH_MS};
	struct https_response response;
	GError *error = NULL;

	if (addresses->len == 1) {
		checkup_add(c, "mta-sts", "fail", record,
		    g_strdup_printf("mta-sts.%s, where the policy must lie, has no address", c->request->domain),
		    "give it the address of a web server, and serve /.well-known/mta-sts.txt there");
	} else if (!https_fetch(&request, &response, &error)) {
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
		read_policy(c, response.body, record);
		https_response_clear(&response);
	}
	g_ptr_array_unref(addresses);
	g_free(url);
}

static bool
has_id(const struct dns_answer *answer)
{
	char *id = mta_sts_id(answer);
	bool has = id != NULL && strspn(id, G_CSET_A_2_Z G_CSET_a_2_z G_CSET_DIGITS) == strlen(id);

	g_free(id);
	return has;
}

void
checkup_mta_sts(struct checkup *c)
{
	static const struct checkup_kind kind = {"mta-sts", "MTA-STS", "sts", "v=STSv1;"};
	const struct dns_answer *answer = checkup_ask(c, "_mta-sts", DNS_TXT);
	unsigned n;
	const char *record = checkup_txt(answer, "v=STSv1", &n);

	if (record == NULL && n == 0 && dns_is_temporary(answer->status))
		checkup_add(c, "mta-sts", "unknown", NULL,
		    g_strdup("the DNS gave no answer"), NULL);
	else if (n == 0 && !checkup_near_miss(c, &kind, answer))
		checkup_add(c, "mta-sts", "none", NULL,
		    g_strdup("senders are not told to insist on TLS"),
		    "publish `v=STSv1; id=1` at _mta-sts, and a policy file (RFC 8461)");
	else if (n == 0)
		return;
	else if (!has_id(answer))
		checkup_add(c, "mta-sts", "fail", record,
		    g_strdup(n > 1 ? "there are several records"
				   : "the record has no id=, or one that is not of letters and digits"),
		    "publish exactly one record with v=STSv1; and an id= of 1 to 32 letters and digits, a new "
		    "one with each change of the policy");
	else if (!c->request->may_fetch)
		checkup_add(c, "mta-sts", "unknown", record,
		    g_strdup("the record is there; its policy was not fetched"), NULL);
	else
		fetch_policy(c, record);
}

/* Does each of the addresses have a form that reports are sent to (RFC 8460 section 3)? */
static bool
has_report_uri(const char *record)
{
	const char *rua = strstr(record, "rua=") + strlen("rua=");
	char *value = g_strndup(rua, strcspn(rua, ";"));
	char **uris = g_strsplit(value, ",", -1);
	bool is_ok = uris[0] != NULL;

	for (size_t i = 0; uris[i] != NULL; i++) {
		const char *uri = g_strstrip(uris[i]);
		is_ok = is_ok && (g_ascii_strncasecmp(uri, "mailto:", 7) == 0 || g_ascii_strncasecmp(uri, "https:", 6) == 0);
	}
	g_strfreev(uris);
	g_free(value);
	return is_ok;
}

void
checkup_tls_rpt(struct checkup *c)
{
	static const struct checkup_kind kind = {"tls-rpt", "TLS-RPT", "tlsrpt", "v=TLSRPTv1;"};
	const struct dns_answer *answer = checkup_ask(c, "_smtp._tls", DNS_TXT);
	unsigned n;
	const char *record = checkup_txt(answer, "v=TLSRPTv1", &n);

	if (n == 0 && dns_is_temporary(answer->status))
		checkup_add(c, "tls-rpt", "unknown", NULL,
		    g_strdup("the DNS gave no answer"), NULL);
	else if (n == 0 && checkup_near_miss(c, &kind, answer))
		return;
	else if (n == 0)
		checkup_add(c, "tls-rpt", "none", NULL,
		    g_strdup("nobody reports TLS failures to you"),
		    "publish `v=TLSRPTv1; rua=mailto:...` at _smtp._tls (RFC 8460)");
	else if (record == NULL || strstr(record, "rua=") == NULL)
		checkup_add(c, "tls-rpt", "fail", record,
		    g_strdup(
			n > 1 ? "there are several records" : "the record has no rua="),
		    "publish exactly one record with rua=mailto: or rua=https:");
	else if (!has_report_uri(record))
		checkup_add(c, "tls-rpt", "fail", record, g_strdup("rua= leads nowhere: it is neither mailto: nor https:"),
		    "write rua=mailto:ADDRESS");
	else
		checkup_add(c, "tls-rpt", "ok", record,
		    g_strdup("failures are reported to you"), NULL);
}
