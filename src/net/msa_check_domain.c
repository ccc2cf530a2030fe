/* SPDX-License-Identifier: GPL-3.0-or-later */
/* msa_check_domain.c - RFC 5321 5.1 and RFC 7505 before the letter leaves rather than days
 * later in a bounce. */
#include "net/msa_check_domain.h"

#include "base/jsonl.h"
#include "mime/compose_address.h"
#include "net/msa_check_letter.h"

#include <arpa/inet.h>
#include <stdarg.h>
#include <string.h>

#define HOSTS_MAX 5 /* exchangers of one domain that are looked at */

/* What became of the question where a domain's mail goes. */
enum mail {
	MAIL_TAKEN,
	MAIL_UNKNOWN, /* no answer */
	MAIL_NO_NAME, /* NXDOMAIN */
	MAIL_NONE,    /* neither MX nor address */
	MAIL_NULL,    /* RFC 7505 */
};

enum row {
	ROW_NO_NAME,
	ROW_NONE,
	ROW_NULL,
	ROW_FROM_NO_NAME,
	ROW_FROM_NULL,
	ROW_FROM_NONE,
	ROW_SLIP,
	ROW_NEW,
	ROW_LITERAL,
	ROW_CNAME,
	ROW_SELF,
	ROW_UNSIGNED,
	ROW_RECORD,
	N_ROWS
};

/* clang-format off */
static const struct {
	const char *code;
	enum msa_check_level level;
	const char *where, *text, *ref;
} rows[N_ROWS] = {
	[ROW_NO_NAME] = {"domain-unknown", MSA_CHECK_ERROR, "recipient", "The domain of a recipient does not exist.", "RFC 5321 5.1"},
	[ROW_NONE] = {"domain-no-mail", MSA_CHECK_ERROR, "recipient", "The domain of a recipient has neither MX nor address.", "RFC 5321 5.1"},
	[ROW_NULL] = {"domain-null-mx", MSA_CHECK_ERROR, "recipient", "The domain of a recipient says that it accepts no mail.", "RFC 7505 3"},
	[ROW_FROM_NO_NAME] = {"from-domain-unknown", MSA_CHECK_ERROR, "From", "The author's domain does not exist.", "RFC 5321 5.1"},
	[ROW_FROM_NULL] = {"from-null-mx", MSA_CHECK_ERROR, "From", "The author's domain says that it accepts no mail: servers refuse mail from it.", "RFC 7505 4.2"},
	[ROW_FROM_NONE] = {"from-no-mail", MSA_CHECK_WARN, "From", "The author's domain has neither MX nor address: nobody can answer.", "RFC 5321 5.1"},
	[ROW_SLIP] = {"domain-slip", MSA_CHECK_WARN, "recipient", "A domain is one letter away from a known one.", "RFC 6409 6.3"},
	[ROW_NEW] = {"domain-new", MSA_CHECK_WARN, "recipient", "Among people whom you write to is one of a domain that you never wrote to.", "RFC 6409 6.3"},
	[ROW_LITERAL] = {"mx-literal", MSA_CHECK_WARN, "recipient", "An MX record names an IP address.", "RFC 5321 5.1"},
	[ROW_CNAME] = {"mx-cname", MSA_CHECK_WARN, "recipient", "An MX record names an alias.", "RFC 2181 10.3"},
	[ROW_SELF] = {"dmarc-self", MSA_CHECK_WARN, "From", "The author's domain asks to refuse mail like this one.", "RFC 9989 4.10"},
	/* made where letters are signed; here for the list */
	[ROW_UNSIGNED] = {"dkim-unsigned", MSA_CHECK_WARN, "From", "No DKIM key of the account speaks for the author.", "RFC 6376 3.6.2"},
	[ROW_RECORD] = {"dkim-record", MSA_CHECK_WARN, "From", "The DNS does not publish a DKIM key of the account.", "RFC 6376 3.6.2"},
};
/* clang-format on */

static const char *const level_names[] = {"error", "warn", "fix"};

static void find(json_t *findings, enum row row, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

static void
find(json_t *findings, enum row row, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	char *text = g_strdup_vprintf(format, args);
	va_end(args);
	json_t *finding = json_pack("{s:s, s:s, s:s, s:o, s:s}", "code", rows[row].code,
	    "level", level_names[rows[row].level], "where", rows[row].where, "text",
	    jsonl_text(text, -1), "ref", rows[row].ref);
	g_free(text);
	if (rows[row].level == MSA_CHECK_ERROR)
		json_array_insert_new(findings, 0, finding);
	else
		json_array_append_new(findings, finding);
}

/* --- where does mail go? --- */

static const char *
host_of(const struct dns_answer *mx, guint i)
{
	const char *space = strchr(g_ptr_array_index(mx->strings, i), ' ');

	return space != NULL ? space + 1 : "";
}

static bool
is_null_mx(const struct dns_answer *mx)
{
	const char *host = host_of(mx, 0);

	return mx->strings->len == 1 && (*host == '\0' || strcmp(host, ".") == 0);
}

/* RFC 5321 5.1: without an MX the domain's own address takes the mail. */
static enum mail
mail_of(struct dns_session *dns, const char *domain, const struct dns_answer **mx_out)
{
	static const enum dns_type types[] = {DNS_A, DNS_AAAA};
	const struct dns_answer *mx = dns_ask(dns, domain, DNS_MX);

	*mx_out = mx;
	if (mx->status == DNS_OK)
		return is_null_mx(mx) ? MAIL_NULL : MAIL_TAKEN;
	if (dns_is_temporary(mx->status))
		return MAIL_UNKNOWN;
	if (mx->status == DNS_NXDOMAIN)
		return MAIL_NO_NAME;
	for (size_t i = 0; i < G_N_ELEMENTS(types); i++) {
		const struct dns_answer *answer = dns_ask(dns, domain, types[i]);

		if (answer->status == DNS_OK)
			return MAIL_TAKEN;
		if (dns_is_temporary(answer->status))
			return MAIL_UNKNOWN;
	}
	return MAIL_NONE;
}

static bool
is_address(const char *host)
{
	unsigned char bytes[16];

	return inet_pton(AF_INET, host, bytes) == 1 || inet_pton(AF_INET6, host, bytes) == 1;
}

static void
check_hosts(const struct msa_domains *d, json_t *findings, const char *spec,
    const struct dns_answer *mx)
{
	for (guint i = 0; i < mx->strings->len && i < HOSTS_MAX; i++) {
		const char *host = host_of(mx, i);

		if (is_address(host))
			find(findings, ROW_LITERAL,
			    "%s: its mail exchanger is the bare address %s; many servers do "
			    "not deliver there.",
			    spec, host);
		else if (*host != '\0' && dns_ask(d->dns, host, DNS_CNAME)->status == DNS_OK)
			find(findings, ROW_CNAME,
			    "%s: its mail exchanger %s is an alias; some servers do not "
			    "deliver there.",
			    spec, host);
	}
}

/* --- recipients --- */

static void
check_recipient(const struct msa_domains *d, json_t *findings, const char *spec,
    const char *domain)
{
	const char *other =
	    d->lookalike != NULL ? d->lookalike(d->user, domain) : NULL;
	const struct dns_answer *mx;

	if (other != NULL)
		find(findings, ROW_SLIP, "%s: did you mean %s?", spec, other);
	switch (mail_of(d->dns, domain, &mx)) {
	case MAIL_TAKEN:
		if (mx->status == DNS_OK)
			check_hosts(d, findings, spec, mx);
		break;
	case MAIL_NO_NAME:
		find(findings, ROW_NO_NAME, "%s: there is no domain %s.", spec, domain);
		break;
	case MAIL_NONE:
		find(findings, ROW_NONE,
		    "%s: %s has neither a mail exchanger nor an address.", spec, domain);
		break;
	case MAIL_NULL:
		find(findings, ROW_NULL, "%s: %s accepts no mail.", spec, domain);
		break;
	case MAIL_UNKNOWN:
		break;
	}
}

/* The domain of an addr-spec in A-labels; NULL for a literal, a dotless one and what is no
 * address. Owned. */
static char *
domain_of(const char *spec)
{
	char *ascii = compose_address_check(spec, NULL, NULL)
			  ? compose_address_ascii(spec, NULL)
			  : NULL;
	const char *domain = ascii != NULL ? compose_address_domain(ascii) : "";
	char *copy =
	    *domain != '[' && strchr(domain, '.') != NULL ? g_strdup(domain) : NULL;

	g_free(ascii);
	return copy;
}

static void
check_recipients(const struct msa_domains *d, json_t *findings)
{
	GHashTable *seen = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	const char *const *r;

	/* twice over the list: the questions first, so that answers come together */
	for (int pass = 0; pass < 2; pass++) {
		g_hash_table_remove_all(seen);
		for (r = d->recipients; r != NULL && *r != NULL; r++) {
			char *domain = domain_of(*r);

			if (domain == NULL || g_hash_table_contains(seen, domain) ||
			    g_hash_table_size(seen) >= MSA_DOMAINS_MAX) {
				g_free(domain);
				continue;
			}
			if (pass == 0)
				dns_prefetch(d->dns, domain, DNS_MX);
			else
				check_recipient(d, findings, *r, domain);
			g_hash_table_add(seen, domain);
		}
	}
	g_hash_table_unref(seen);
}

/* A stranger among people one knows: who meant to write to these alone slipped. */
static void
check_strangers(const struct msa_domains *d, json_t *findings)
{
	GHashTable *seen = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	GPtrArray *strangers = g_ptr_array_new();
	const char *const *r;

	for (r = d->recipients; d->is_known != NULL && r != NULL && *r != NULL; r++) {
		char *domain = domain_of(*r);

		if (domain == NULL || g_hash_table_contains(seen, domain) || g_hash_table_size(seen) >= MSA_DOMAINS_MAX) {
			g_free(domain);
			continue;
		}
		if (!d->is_known(d->user, domain) && (d->lookalike == NULL || d->lookalike(d->user, domain) == NULL))
			g_ptr_array_add(strangers, (gpointer)(guintptr)*r);
		g_hash_table_add(seen, domain);
	}
	for (guint i = 0; strangers->len < g_hash_table_size(seen) && i < strangers->len; i++)
		find(findings, ROW_NEW, "%s: you never wrote to anybody there, and the letter goes to people whom you know, too.",
		    (const char *)strangers->pdata[i]);
	g_ptr_array_unref(strangers);
	g_hash_table_unref(seen);
}

/* --- the author --- */

static void
check_from(const struct msa_domains *d, json_t *findings)
{
	char *domain = d->from != NULL ? domain_of(d->from) : NULL;
	const struct dns_answer *mx;

	if (domain == NULL)
		return;
	switch (mail_of(d->dns, domain, &mx)) {
	case MAIL_NO_NAME:
		find(findings, ROW_FROM_NO_NAME, "There is no domain %s.", domain);
		break;
	case MAIL_NULL:
		find(findings, ROW_FROM_NULL,
		    "%s says that it accepts no mail: servers refuse mail from it.", domain);
		break;
	case MAIL_NONE:
		find(findings, ROW_FROM_NONE,
		    "%s has neither a mail exchanger nor an address: nobody can answer.",
		    domain);
		break;
	case MAIL_TAKEN:
	case MAIL_UNKNOWN:
		break;
	}
	g_free(domain);
}

static void
check_self(const struct msa_domains *d, json_t *findings)
{
	const struct msa_self *self = d->self;

	if (self == NULL || self->policy == NULL || strcmp(self->policy, "none") == 0 ||
	    self->is_signed || self->is_own_host || self->may_pass_spf)
		return;
	find(findings, ROW_SELF,
	    "%s: the domain asks others to %s mail that neither SPF nor DKIM vouches for; its "
	    "SPF does not name this account's server, and no dkim-key is set.",
	    d->from != NULL ? d->from : "the author", self->policy);
}

json_t *
msa_check_domains(const struct msa_domains *domains)
{
	json_t *findings = json_array();

	check_from(domains, findings);
	check_recipients(domains, findings);
	check_strangers(domains, findings);
	check_self(domains, findings);
	return findings;
}

/* --- the list --- */

static void
add_entry(json_t *list, const char *code, enum msa_check_level level, const char *where,
    const char *text, const char *ref, bool mended, bool dns)
{
	json_array_append_new(list,
	    json_pack("{s:s, s:s, s:s, s:s, s:s, s:b, s:b}", "code", code, "level",
		level_names[level], "where", where, "text", text, "ref", ref, "mended",
		mended, "dns", dns));
}

json_t *
msa_check_list(void)
{
	json_t *list = json_array();

	add_entry(list, "draft", MSA_CHECK_ERROR, "draft",
	    "The draft cannot be made a letter: an address, a file or a line break.",
	    "RFC 5322 3.4", false, false);
	for (size_t i = 0; msa_check_tables[i] != NULL; i++)
		for (const struct msa_check_row *row = msa_check_tables[i];
		     row->code != NULL; row++)
			add_entry(list, row->code, row->level, row->where, row->text,
			    row->ref, row->level == MSA_CHECK_FIX, false);
	for (size_t i = 0; i < N_ROWS; i++)
		add_entry(list, rows[i].code, rows[i].level, rows[i].where, rows[i].text,
		    rows[i].ref, false, true);
	return list;
}
