/* SPDX-License-Identifier: GPL-3.0-or-later */
/* mx.c - the hosts of a domain, in order. */
#include "net/mx.h"

#include "base/error.h"
#include "base/limits.h"

#include <string.h>

#define MAX_HOSTS     16

static void
free_host(gpointer data)
{
	struct mx_host *host = data;

	g_free(host->name);
	g_free(host);
}

static void
add_host(struct mx_plan *plan, const char *name, unsigned preference)
{
	struct mx_host *host = g_new0(struct mx_host, 1);

	host->name = g_ascii_strdown(name, -1);
	host->preference = preference;
	g_ptr_array_add(plan->hosts, host);
}

static gint
by_preference(gconstpointer a, gconstpointer b)
{
	const struct mx_host *x = *(struct mx_host *const *)a;
	const struct mx_host *y = *(struct mx_host *const *)b;

	return x->preference < y->preference ? -1 : x->preference > y->preference;
}

/* Any order, then the sort, which is stable: equals share the load (RFC 5321 5.1). */
static void
put_in_order(GPtrArray *hosts)
{
	guint i;

	for (i = hosts->len; i > 1; i--) {
		guint k = (guint)g_random_int_range(0, (gint32)i);
		gpointer swap = hosts->pdata[k];

		hosts->pdata[k] = hosts->pdata[i - 1];
		hosts->pdata[i - 1] = swap;
	}
	g_ptr_array_sort(hosts, by_preference);
}

static bool
final(GError **error, const char *domain, const char *why)
{
	g_set_error(error, PF_ERROR, PF_ERROR_NOT_FOUND, "%s %s", domain, why);
	return false;
}

/* RFC 7505 3: one record, preference 0, the root. */
static bool
is_null_mx(const GPtrArray *strings)
{
	const char *text = strings->len == 1 ? strings->pdata[0] : "";
	const char *space = strchr(text, ' ');

	return space != NULL && (space[1] == '\0' || strcmp(space, " .") == 0);
}

static void
take_records(struct mx_plan *plan, const GPtrArray *strings)
{
	guint i;

	for (i = 0; i < strings->len && plan->hosts->len < MAX_HOSTS; i++) {
		const char *text = strings->pdata[i], *space = strchr(text, ' ');

		if (space != NULL && space[1] != '\0' && space[1] != '.')
			add_host(
			    plan, space + 1, (unsigned)g_ascii_strtoull(text, NULL, 10));
	}
	put_in_order(plan->hosts);
}

bool
mx_resolve(
    struct dns_session *dns, const char *domain, struct mx_plan *out, GError **error)
{
	const struct dns_answer *answer = dns_ask(dns, domain, DNS_MX);

	*out = (struct mx_plan){.hosts = g_ptr_array_new_with_free_func(free_host),
	    .is_secure = answer->is_secure};
	switch (answer->status) {
	case DNS_NXDOMAIN:
		return final(error, domain, "does not exist (5.1.2)");
	case DNS_NODATA: /* RFC 5321 5.1: the domain's own address counts as its MX */
		add_host(out, domain, 0);
		return true;
	case DNS_OK:
		if (is_null_mx(answer->strings))
			return final(
			    error, domain, "takes no mail at all (5.1.10, RFC 7505)");
		take_records(out, answer->strings);
		if (out->hosts->len > 0)
			return true;
		return final(
		    error, domain, "names no mail host that could be one (5.4.4)");
	case DNS_SERVFAIL:
	case DNS_TIMEOUT:
		break;
	}
	g_set_error(error, PF_ERROR, PF_ERROR_TEMPORARY,
	    "the DNS gives no answer about the mail hosts of %s", domain);
	return false;
}

void
mx_plan_clear(struct mx_plan *plan)
{
	g_clear_pointer(&plan->hosts, g_ptr_array_unref);
}

GPtrArray *
mx_addresses(
    struct dns_session *dns, const char *host, bool *is_secure_out, GError **error)
{
	static const enum dns_type types[] = {DNS_AAAA, DNS_A};
	GPtrArray *list = g_ptr_array_new_with_free_func(g_free);
	bool is_temporary = false;
	size_t i;
	guint k;

	*is_secure_out = true;
	for (i = 0; i < G_N_ELEMENTS(types); i++) {
		const struct dns_answer *answer = dns_ask(dns, host, types[i]);

		is_temporary = is_temporary || dns_is_temporary(answer->status);
		if (answer->status == DNS_OK)
			*is_secure_out = *is_secure_out && answer->is_secure;
		for (k = 0; k < answer->strings->len && list->len < LIMIT_HOST_ADDRESSES; k++)
			g_ptr_array_add(list, g_strdup(answer->strings->pdata[k]));
	}
	if (list->len == 0 && is_temporary) {
		g_ptr_array_unref(list);
		g_set_error(error, PF_ERROR, PF_ERROR_TEMPORARY,
		    "the DNS gives no answer about the address of %s", host);
		return NULL;
	}
	*is_secure_out = *is_secure_out && list->len > 0;
	g_ptr_array_add(list, NULL);
	return list;
}

GPtrArray *
mx_tlsa(struct dns_session *dns, const char *host, unsigned port, GError **error)
{
	char *name = g_strdup_printf("_%u._tcp.%s", port, host);
	const struct dns_answer *answer = dns_ask(dns, name, DNS_TLSA);
	GPtrArray *list = NULL;
	guint i;

	if (dns_is_temporary(answer->status)) {
		g_set_error(error, PF_ERROR, PF_ERROR_TEMPORARY,
		    "the DNS gives no answer about the keys of %s (DANE), and nothing is "
		    "sent "
		    "without it",
		    host);
	} else {
		list = g_ptr_array_new_with_free_func(g_free);
		for (i = 0; answer->is_secure && i < answer->strings->len; i++)
			g_ptr_array_add(list, g_strdup(answer->strings->pdata[i]));
		g_ptr_array_add(list, NULL);
	}
	g_free(name);
	return list;
}
