/* SPDX-License-Identifier: GPL-3.0-or-later */
/* checkup_hosts.c - the hosts of a domain: who takes its mail, under which certificates,
 * names and lists. */
#include "auth/checkup_private.h"

#include "auth/domain.h"
#include "auth/spf_address.h"
#include "base/safe_text.h"

#include <string.h>
#include <sys/socket.h>

enum { HOSTS_MAX = 10, ADDRESSES_MAX = 16 };

/* Lists that many receivers ask. An answer of 127.255.255.x is a refusal to answer this
 * resolver. */
static const char *const lists[] = {
    "zen.spamhaus.org", "bl.spamcop.net", "b.barracudacentral.org", "psbl.surriel.com"};

static const char *
host_of_mx(const char *mx)
{
	const char *blank = strchr(mx, ' ');

	return blank == NULL ? mx : blank + 1;
}

static void
add_addresses(struct checkup *c, struct checkup_host *host, enum dns_type type)
{
	const struct dns_answer *answer = dns_ask(c->dns, host->name, type);

	for (guint i = 0;
	     i < answer->strings->len && host->addresses->len < ADDRESSES_MAX; i++)
		g_ptr_array_add(
		    host->addresses, g_strdup(g_ptr_array_index(answer->strings, i)));
}

static struct checkup_host *
add_host(struct checkup *c, const char *name)
{
	struct checkup_host *host = g_new0(struct checkup_host, 1);

	host->name = g_strdup(name);
	host->addresses = g_ptr_array_new_with_free_func(g_free);
	dns_prefetch(c->dns, name, DNS_AAAA);
	add_addresses(c, host, DNS_A);
	add_addresses(c, host, DNS_AAAA);
	g_ptr_array_add(c->hosts, host);
	return host;
}

/* Without MX the domain itself is its host (RFC 5321 section 5.1). */
static void
no_mx(struct checkup *c, const struct dns_answer *answer)
{
	if (dns_is_temporary(answer->status)) {
		checkup_add(
		    c, "mx", "unknown", NULL, g_strdup("the DNS gave no answer"), NULL);
		return;
	}
	if (answer->status == DNS_NXDOMAIN) {
		checkup_add(c, "mx", "fail", NULL,
		    g_strdup("there is no such domain in the DNS"),
		    "register or delegate the domain");
		return;
	}
	const struct checkup_host *host = add_host(c, c->request->domain);
	if (host->addresses->len > 0)
		checkup_add(c, "mx", "warn", NULL,
		    g_strdup(
			"no MX record: mail goes to the address of the domain itself"),
		    "publish an MX record, or `MX 0 .` when the domain takes no mail");
	else
		checkup_add(c, "mx", "fail", NULL,
		    g_strdup("neither MX nor address: nobody can answer mail from here"),
		    "publish an MX record, or `MX 0 .` when the domain takes no mail");
}

/* Networks that lead nowhere from outside (RFC 6890). */
static bool
is_within_reach(const char *text)
{
	static const struct {
		unsigned char bytes[16];
		unsigned prefix;
		int family;
	} closed[] = {
	    {{0}, 8, AF_INET}, {{10}, 8, AF_INET}, {{100, 64}, 10, AF_INET}, {{127}, 8, AF_INET}, {{169, 254}, 16, AF_INET},
	    {{172, 16}, 12, AF_INET}, {{192, 168}, 16, AF_INET}, {{0}, 64, AF_INET6}, {{0xfc}, 7, AF_INET6},
	    {{0xfe, 0x80}, 10, AF_INET6}};
	struct spf_address address;
	bool is_open = spf_address_parse(text, &address);

	for (size_t i = 0; is_open && i < G_N_ELEMENTS(closed); i++)
		is_open = address.family != closed[i].family ||
			  !spf_address_has_prefix(&address, closed[i].bytes, closed[i].prefix);
	return is_open;
}

/* An address of the host that nobody outside can reach; NULL. */
static const char *
closed_address(const struct checkup_host *host)
{
	for (guint i = 0; i < host->addresses->len; i++)
		if (!is_within_reach(g_ptr_array_index(host->addresses, i)))
			return g_ptr_array_index(host->addresses, i);
	return NULL;
}

static void
check_mx_host(struct checkup *c, const char *mx)
{
	const char *name = host_of_mx(mx);
	const struct dns_answer *alias = dns_ask(c->dns, name, DNS_CNAME);
	const struct checkup_host *host = add_host(c, name);
	const char *closed = closed_address(host);
	struct spf_address address;
	char *fix = NULL;

	if (spf_address_parse(name, &address)) {
		checkup_add(c, "mx", "fail", mx,
		    g_strdup_printf("%s is an address: an MX record names a host", name),
		    "give the host a name with that address, and name it in the MX record");
	} else if (closed != NULL) {
		checkup_add(c, "mx", "fail", mx,
		    g_strdup_printf("%s has the address %s, which nobody outside can reach", name, closed),
		    "publish its public address alone");
	} else if (alias->status == DNS_OK) {
		checkup_add(c, "mx", "fail", mx,
		    g_strdup_printf(
			"%s is an alias (CNAME), which RFC 5321 forbids", name),
		    "name the host itself in the MX record");
	} else if (host->addresses->len == 0) {
		bool is_temporary =
		    dns_is_temporary(dns_ask(c->dns, name, DNS_A)->status);
		fix = g_strdup_printf(
		    "publish an address for %s, or take the MX away", name);
		checkup_add(c, "mx", is_temporary ? "unknown" : "fail", mx,
		    g_strdup_printf("%s has no address", name),
		    is_temporary ? NULL : fix);
	} else {
		checkup_add(c, "mx", "ok", mx,
		    g_strdup_printf("%s has %u address%s", name, host->addresses->len,
			host->addresses->len == 1 ? "" : "es"),
		    NULL);
	}
	g_free(fix);
}

void
checkup_mx(struct checkup *c)
{
	const struct dns_answer *answer = checkup_ask(c, NULL, DNS_MX);

	c->is_mx_secure = answer->is_secure;
	if (answer->status != DNS_OK) {
		no_mx(c, answer);
		return;
	}
	for (guint i = 0; i < answer->strings->len && i < HOSTS_MAX; i++) {
		const char *mx = g_ptr_array_index(answer->strings, i);
		const char *host = host_of_mx(mx);
		if (host[0] == '\0' || strcmp(host, ".") == 0) {
			c->has_null_mx = true; /* RFC 7505 */
			checkup_add(c, "mx", answer->strings->len == 1 ? "ok" : "fail",
			    mx, g_strdup("the domain takes no mail (null MX)"),
			    answer->strings->len == 1
				? NULL
				: "a null MX must be the only MX record");
			continue;
		}
		check_mx_host(c, mx);
	}
}

/* What is wrong with a TLSA record, "3 1 1 HEX", for mail (RFC 7672 section 3.1); NULL. */
static const char *
tlsa_problem(const char *text)
{
	char **words = g_strsplit(text, " ", 4);
	const char *problem = NULL;

	if (g_strv_length(words) != 4)
		problem = "is no TLSA record";
	else if (strcmp(words[0], "2") != 0 && strcmp(words[0], "3") != 0)
		problem = "is of a usage that mail servers pass over: only 2 and 3 count";
	else if (strcmp(words[1], "0") != 0 && strcmp(words[1], "1") != 0)
		problem = "has a selector that is neither 0 nor 1";
	else if (strlen(words[2]) != 1 || strchr("012", words[2][0]) == NULL)
		problem = "has a matching type that is none of 0, 1 and 2";
	else if ((words[2][0] == '1' && strlen(words[3]) != 64) || (words[2][0] == '2' && strlen(words[3]) != 128))
		problem = "has a digest of the wrong length";
	g_strfreev(words);
	return problem;
}

static void
check_tlsa(struct checkup *c, const struct checkup_host *host, const struct dns_answer *answer)
{
	for (guint i = 0; i < answer->strings->len; i++) {
		const char *text = g_ptr_array_index(answer->strings, i);
		const char *problem = tlsa_problem(text);
		if (problem != NULL)
			checkup_add(c, "dane", "fail", text, g_strdup_printf("a TLSA record of %s %s", host->name, problem),
			    "publish 3 1 1 and the SHA-256 digest of the host's key");
	}
}

/* Those that a sender would go by (RFC 7672 section 2.2). */
static void
keep_tlsa(const struct checkup *c, struct checkup_host *host, const struct dns_answer *answer)
{
	if (!answer->is_secure || !c->is_mx_secure)
		return;
	host->tlsa = json_array();
	for (guint i = 0; i < answer->strings->len; i++)
		if (tlsa_problem(g_ptr_array_index(answer->strings, i)) == NULL)
			json_array_append_new(host->tlsa, safe_json(g_ptr_array_index(answer->strings, i)));
}

json_t *
checkup_mx_hosts(const struct checkup *c)
{
	json_t *out = json_array();

	for (guint i = 0; i < c->hosts->len; i++) {
		const struct checkup_host *host = g_ptr_array_index(c->hosts, i);
		json_t *addresses = json_array();

		/* the user's own networks are nobody's mail hosts, but where he has authorities of his own */
		for (guint k = 0; k < host->addresses->len; k++)
			if (c->request->ca_file != NULL || is_within_reach(g_ptr_array_index(host->addresses, k)))
				json_array_append_new(addresses, json_string(g_ptr_array_index(host->addresses, k)));
		json_array_append_new(out, json_pack("{s:o, s:o, s:O?}", "host", safe_json(host->name), "addresses", addresses,
		    "tlsa", host->tlsa));
	}
	return out;
}

void
checkup_dane(struct checkup *c)
{
	unsigned n_with = 0, n_secure = 0;
	char *record = NULL;

	for (guint i = 0; i < c->hosts->len; i++) {
		struct checkup_host *host = g_ptr_array_index(c->hosts, i);
		char *name = g_strconcat("_25._tcp.", host->name, NULL);
		const struct dns_answer *answer = dns_ask(c->dns, name, DNS_TLSA);
		if (answer->status == DNS_OK) {
			n_with++;
			n_secure += answer->is_secure ? 1 : 0;
			check_tlsa(c, host, answer);
			keep_tlsa(c, host, answer);
			if (record == NULL)
				record = g_strdup(g_ptr_array_index(answer->strings, 0));
		}
		g_free(name);
	}
	if (n_with == 0)
		checkup_add(c, "dane", "none", NULL,
		    g_strdup("no TLSA records: senders cannot pin the certificates of "
			     "your hosts"),
		    "sign the zone with DNSSEC and publish TLSA 3 1 1 at _25._tcp of "
		    "each MX host "
		    "(RFC 7672)");
	else if (n_with < c->hosts->len)
		checkup_add(c, "dane", "warn", record,
		    g_strdup_printf(
			"TLSA records for %u of %u MX hosts", n_with, c->hosts->len),
		    "publish them for every MX host: a sender may choose any");
	else if (n_secure < n_with || !c->is_mx_secure)
		checkup_add(c, "dane", "warn", record,
		    g_strdup(
			"TLSA records without DNSSEC, as far as this resolver can tell"),
		    "sign the zone: without DNSSEC senders pass TLSA records over (set "
		    "dns.trust-anchor to have it validated here)");
	else
		checkup_add(c, "dane", "ok", record,
		    g_strdup("every MX host has TLSA records, secured by DNSSEC; --connect asks whether its certificate fits "
			     "them"),
		    NULL);
	g_free(record);
}

static bool
leads_back(struct checkup *c, const char *name, const struct spf_address *address)
{
	enum dns_type type = address->family == AF_INET ? DNS_A : DNS_AAAA;
	char *ascii = domain_ascii(name, -1);
	const struct dns_answer *answer =
	    ascii == NULL ? NULL : dns_ask(c->dns, ascii, type);
	bool is_same = false;

	for (guint i = 0; answer != NULL && i < answer->strings->len; i++) {
		struct spf_address one;
		if (spf_address_parse(g_ptr_array_index(answer->strings, i), &one) &&
		    one.family == address->family)
			is_same = is_same || spf_address_has_prefix(address, one.bytes,
						 one.family == AF_INET ? 32 : 128);
	}
	g_free(ascii);
	return is_same;
}

static void
check_address(struct checkup *c, const char *text)
{
	struct spf_address address;

	if (!spf_address_parse(text, &address))
		return;
	char *reverse = spf_address_reverse(&address);
	char *lower = g_ascii_strdown(reverse, -1);
	const struct dns_answer *answer = dns_ask(c->dns, lower, DNS_PTR);
	const char *name =
	    answer->strings->len > 0 ? g_ptr_array_index(answer->strings, 0) : NULL;
	if (dns_is_temporary(answer->status)) {
		checkup_add(c, "ptr", "unknown", NULL,
		    g_strdup_printf("no answer for the name of %s", text), NULL);
	} else if (name == NULL) {
		checkup_add(c, "ptr", "fail", NULL,
		    g_strdup_printf(
			"%s has no name (PTR); many servers refuse its mail", text),
		    "ask the provider of the address to set its PTR record to the host's "
		    "name");
	} else {
		checkup_add(
		    c, "ptr", "ok", name, g_strdup_printf("%s is %s", text, name), NULL);
		if (leads_back(c, name, &address))
			checkup_add(c, "fcrdns", "ok", name,
			    g_strdup_printf("%s leads back to %s", name, text), NULL);
		else
			checkup_add(c, "fcrdns", "fail", name,
			    g_strdup_printf("%s does not lead back to %s", name, text),
			    "publish that address for the name, or correct the PTR "
			    "record");
	}
	g_free(lower);
	g_free(reverse);
}

/* Called for each address of each host, once. */
static void
each_address(struct checkup *c, void (*fn)(struct checkup *, const char *))
{
	GHashTable *seen = g_hash_table_new(g_str_hash, g_str_equal);

	for (guint i = 0; i < c->hosts->len; i++) {
		const struct checkup_host *host = g_ptr_array_index(c->hosts, i);
		for (guint k = 0; k < host->addresses->len; k++) {
			char *address = g_ptr_array_index(host->addresses, k);
			if (g_hash_table_size(seen) < ADDRESSES_MAX &&
			    g_hash_table_add(seen, address))
				fn(c, address);
		}
	}
	if (g_hash_table_size(seen) == 0)
		fn(c, NULL);
	g_hash_table_unref(seen);
}

static void
check_name(struct checkup *c, const char *address)
{
	if (address != NULL) {
		check_address(c, address);
		return;
	}
	checkup_add(
	    c, "ptr", "none", NULL, g_strdup("there is no host to look at"), NULL);
	checkup_add(
	    c, "fcrdns", "none", NULL, g_strdup("there is no host to look at"), NULL);
}

void
checkup_ptr(struct checkup *c)
{
	each_address(c, check_name);
}

static char *
list_name(const char *address, const char *list)
{
	struct spf_address parsed;

	if (!spf_address_parse(address, &parsed))
		return NULL;
	char *reverse = spf_address_reverse(&parsed);
	char *lower = g_ascii_strdown(reverse, -1);
	*strstr(lower, parsed.family == AF_INET ? ".in-addr" : ".ip6") = '\0';
	char *name = g_strconcat(lower, ".", list, NULL);
	g_free(lower);
	g_free(reverse);
	return name;
}

/* What a list says of an address: its code, "" when it is not listed, NULL when the list
 * does not answer this resolver. Borrowed. */
static const char *
ask_list(struct checkup *c, const char *address, const char *list)
{
	char *name = list_name(address, list);
	const struct dns_answer *answer =
	    name == NULL ? NULL : dns_ask(c->dns, name, DNS_A);

	g_free(name);
	if (answer == NULL || dns_is_temporary(answer->status))
		return NULL;
	const char *code =
	    answer->strings->len > 0 ? g_ptr_array_index(answer->strings, 0) : "";
	return g_str_has_prefix(code, "127.255.") ? NULL : code;
}

static void
tell_listed(struct checkup *c, const char *address, const char *list, const char *code)
{
	char *fix = g_strdup_printf(
	    "see why at %s, mend the cause, and ask to be taken off", list);

	checkup_add(c, "dnsbl", "fail", code,
	    g_strdup_printf("%s is listed by %s", address, list), fix);
	g_free(fix);
}

static void
check_lists(struct checkup *c, const char *address)
{
	unsigned n_listed = 0, n_silent = 0, n = G_N_ELEMENTS(lists);

	if (address == NULL) {
		checkup_add(c, "dnsbl", "none", NULL,
		    g_strdup("there is no host to look at"), NULL);
		return;
	}
	for (size_t i = 0; i < n; i++) {
		char *name = list_name(address, lists[i]);
		if (name != NULL)
			dns_prefetch(c->dns, name, DNS_A);
		g_free(name);
	}
	for (size_t i = 0; i < n; i++) {
		const char *code = ask_list(c, address, lists[i]);
		n_silent += code == NULL ? 1 : 0;
		n_listed += code != NULL && code[0] != '\0' ? 1 : 0;
		if (code != NULL && code[0] != '\0')
			tell_listed(c, address, lists[i], code);
	}
	if (n_listed == 0)
		checkup_add(c, "dnsbl", n_silent == n ? "unknown" : "ok", NULL,
		    g_strdup_printf("%s is on none of %u lists%s", address, n - n_silent,
			n_silent > 0 ? "; some did not answer this resolver" : ""),
		    NULL);
}

void
checkup_dnsbl(struct checkup *c)
{
	each_address(c, check_lists);
}
