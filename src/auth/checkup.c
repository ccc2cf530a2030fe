/* SPDX-License-Identifier: GPL-3.0-or-later */
/* checkup.c - the checks in their order. */
#include "auth/checkup_private.h"

#include "base/safe_text.h"

#include <string.h>

enum { QUERIES = 600, SECONDS = 60 };

void
checkup_add(struct checkup *c, const char *name, const char *result, const char *record,
    char *sentence, const char *fix)
{
	json_array_append_new(c->checks,
	    json_pack("{s:s, s:s, s:o, s:o, s:o}", "name", name, "result", result,
		"record", safe_json(record), "text", safe_json(sentence), "fix", safe_json(fix)));
	g_free(sentence);
}

const struct dns_answer *
checkup_ask(struct checkup *c, const char *prefix, enum dns_type type)
{
	const char *domain = c->request->domain;
	char *name =
	    prefix == NULL ? g_strdup(domain) : g_strconcat(prefix, ".", domain, NULL);
	const struct dns_answer *answer = dns_ask(c->dns, name, type);

	g_free(name);
	return answer;
}

const char *
checkup_txt(const struct dns_answer *answer, const char *prefix, unsigned *n_out)
{
	const char *found = NULL;

	*n_out = 0;
	for (guint i = 0; i < answer->strings->len; i++) {
		const char *one = g_ptr_array_index(answer->strings, i);
		if (g_ascii_strncasecmp(one, prefix, strlen(prefix)) != 0)
			continue;
		found = one;
		++*n_out;
	}
	return *n_out == 1 ? found : NULL;
}

static void
host_free(gpointer data)
{
	struct checkup_host *host = data;

	g_free(host->name);
	g_ptr_array_unref(host->addresses);
	json_decref(host->tlsa);
	g_free(host);
}

json_t *
checkup_run(const struct checkup_request *request)
{
	static void (*const checks[])(struct checkup *) = {checkup_mx, checkup_spf,
	    checkup_dkim, checkup_dmarc, checkup_bimi, checkup_mta_sts, checkup_tls_rpt,
	    checkup_dane, checkup_ptr, checkup_dnsbl};
	struct checkup c = {.request = request, .checks = json_array()};
	json_t *queries = json_array();

	c.dns = dns_session_new(request->dns);
	dns_session_allow(c.dns, QUERIES, SECONDS);
	c.hosts = g_ptr_array_new_with_free_func(host_free);
	for (size_t i = 0; i < G_N_ELEMENTS(checks); i++)
		checks[i](&c);
	const GPtrArray *log = dns_session_log(c.dns);
	for (guint i = 0; i < log->len; i++)
		json_array_append_new(queries, safe_json(g_ptr_array_index(log, i)));
	json_t *hosts = checkup_mx_hosts(&c);
	g_ptr_array_unref(c.hosts);
	dns_session_free(c.dns);
	return json_pack("{s:s, s:o, s:o, s:o}", "domain", request->domain, "checks", c.checks,
	    "mx_hosts", hosts, "queries", queries);
}
