/* SPDX-License-Identifier: GPL-3.0-or-later */
/* checkup_records.c - mistakes in records that nobody notices, since receivers pass over what they do not understand:
 * a record that is none, a tag with a slip in it, a term that is never reached. */
#include "auth/checkup_private.h"

#include "auth/dmarc.h"
#include "auth/domain.h"
#include "auth/spf_record.h"

#include <string.h>

enum { SPF_OCTETS = 450, TAGS_MAX = 40 };

bool
checkup_near_miss(struct checkup *c, const struct checkup_kind *kind, const struct dns_answer *answer)
{
	for (guint i = 0; i < answer->strings->len; i++) {
		const char *one = g_ptr_array_index(answer->strings, i);
		char *lower = g_ascii_strdown(one, -1);
		bool is_near = strstr(lower, kind->word) != NULL;
		g_free(lower);
		if (!is_near)
			continue;
		char *fix = g_strdup_printf("begin it with `%s`, without quotes or backslashes", kind->begin);
		checkup_add(c, kind->check, "fail", one,
		    g_strdup_printf("what stands there is no %s record, and is passed over", kind->name), fix);
		g_free(fix);
		return true;
	}
	return false;
}

/* --- SPF --- */

static void
check_terms(struct checkup *c, const struct spf_record *record, const char *text)
{
	bool has_all = false;

	for (guint i = 0; i < record->terms->len; i++) {
		const struct spf_term *term = g_ptr_array_index(record->terms, i);
		if (has_all) {
			checkup_add(c, "spf", "warn", text,
			    g_strdup_printf("what stands behind all is never looked at: %s", term->text),
			    "put all at the end");
			return;
		}
		has_all = term->mechanism == SPF_ALL;
		if (term->mechanism == SPF_PTR)
			checkup_add(c, "spf", "warn", text,
			    g_strdup("ptr is slow, often fails, and should not be used (RFC 7208 5.5)"),
			    "name the addresses by ip4, ip6, a or mx");
	}
	if (has_all && record->redirect != NULL)
		checkup_add(c, "spf", "warn", text, g_strdup("redirect= is never followed where there is an all"),
		    "take out one of the two");
}

void
checkup_spf_text(struct checkup *c, const char *text)
{
	struct spf_record *record = spf_record_new(text, NULL);

	if (record == NULL)
		return; /* that is told already */
	check_terms(c, record, text);
	if (strlen(text) > SPF_OCTETS)
		checkup_add(c, "spf", "warn", text,
		    g_strdup_printf("the record has %u octets: some answers of the DNS cannot hold it (RFC 7208 3.4)",
			(unsigned)strlen(text)),
		    "write networks in place of single addresses, or put a part into an include");
	spf_record_free(record);
}

/* --- DMARC --- */

/* RFC 9990: a domain that gets reports for another must say that it wants them. */
static void
check_report_address(struct checkup *c, const char *tag, const char *uri)
{
	const char *at = strchr(uri, '@');
	char *host = at == NULL ? NULL : g_strndup(at + 1, strcspn(at + 1, "!? \t"));
	char *domain = host == NULL ? NULL : domain_ascii(host, -1);
	char *name = NULL;

	g_free(host);
	if (g_ascii_strncasecmp(uri, "mailto:", 7) != 0 || domain == NULL) {
		checkup_add(c, "dmarc", "warn", NULL,
		    g_strdup_printf("%s=%s is no address that reports are sent to", tag, uri),
		    "write mailto: before the address");
	} else if (!domain_is_within(domain, c->request->domain) && !domain_is_within(c->request->domain, domain)) {
		name = g_strdup_printf("%s._report._dmarc.%s", c->request->domain, domain);
		const struct dns_answer *answer = dns_ask(c->dns, name, DNS_TXT);
		unsigned n;
		(void)checkup_txt(answer, "v=DMARC1", &n);
		char *fix = g_strdup_printf("have `v=DMARC1` published at %s", name);
		if (n == 0 && !dns_is_temporary(answer->status))
			checkup_add(c, "dmarc", "warn", NULL,
			    g_strdup_printf("%s does not say that it takes reports for you", domain), fix);
		g_free(fix);
	}
	g_free(name);
	g_free(domain);
}

static void
check_report_addresses(struct checkup *c, const char *tag, const char *value)
{
	char **uris = g_strsplit(value, ",", TAGS_MAX);

	for (size_t i = 0; uris[i] != NULL; i++)
		check_report_address(c, tag, g_strstrip(uris[i]));
	g_strfreev(uris);
}

static bool
is_among(const char *value, const char *allowed)
{
	char **words = g_strsplit(allowed, " ", -1);
	bool is_one = false;

	for (size_t i = 0; words[i] != NULL; i++)
		is_one = is_one || g_ascii_strcasecmp(words[i], value) == 0;
	g_strfreev(words);
	return is_one;
}

/* The tags of RFC 9989 section 4.7 with what they may say; NULL: more than words. Those of RFC 7489 that are gone: who
 * relies on pct= is in for a surprise. */
static const struct {
	const char *name, *allowed, *otherwise;
} known[] = {
    {"p", "none quarantine reject", "receivers take it for none"},
    {"sp", "none quarantine reject", "receivers take the whole record for p=none"},
    {"np", "none quarantine reject", "receivers take the whole record for p=none"},
    {"adkim", "r s", "receivers take it for r"},
    {"aspf", "r s", "receivers take it for r"},
    {"t", "y n", "receivers take it for n"},
    {"psd", "y n u", "receivers take it for u"},
    {"fo", NULL, NULL},
    {"rua", NULL, NULL},
    {"ruf", NULL, NULL},
    {"pct", NULL, NULL},
    {"rf", NULL, NULL},
    {"ri", NULL, NULL},
};

static void
check_tag(struct checkup *c, const char *name, const char *value, const char *record)
{
	size_t i = 0;

	while (i < G_N_ELEMENTS(known) && g_ascii_strcasecmp(known[i].name, name) != 0)
		i++;
	if (i == G_N_ELEMENTS(known)) {
		checkup_add(c, "dmarc", "warn", record, g_strdup_printf("%s= is no tag of DMARC, and is passed over", name),
		    "mend its name, or take it out");
	} else if (known[i].allowed != NULL && !is_among(value, known[i].allowed)) {
		char *fix = g_strdup_printf("%s= is one of: %s", known[i].name, known[i].allowed);
		checkup_add(c, "dmarc", "warn", record,
		    g_strdup_printf("%s=%s says nothing: %s", name, value, known[i].otherwise), fix);
		g_free(fix);
	} else if (g_ascii_strcasecmp(name, "pct") == 0) {
		checkup_add(c, "dmarc", "warn", record,
		    g_strdup("pct= is no longer looked at (RFC 9989): the policy is for all mail"),
		    "take pct= out; to try a policy first, add t=y");
	} else if (g_ascii_strcasecmp(name, "psd") == 0 && g_ascii_strcasecmp(value, "y") == 0) {
		checkup_add(c, "dmarc", "warn", record,
		    g_strdup("psd=y says that strangers have names below this domain, as below a top-level domain"),
		    "take psd=y out, unless that is so");
	} else if (g_ascii_strncasecmp(name, "ru", 2) == 0) {
		check_report_addresses(c, known[i].name, value);
	}
}

void
checkup_dmarc_text(struct checkup *c, const char *record)
{
	char **tags = g_strsplit(record, ";", TAGS_MAX);
	GHashTable *seen = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);

	for (size_t i = 1; tags[0] != NULL && tags[i] != NULL; i++) {
		char *value = strchr(tags[i], '=');
		char *name = g_ascii_strdown(tags[i], value == NULL ? -1 : value - tags[i]);
		g_strstrip(name);
		if (value != NULL && !g_hash_table_contains(seen, name))
			check_tag(c, name, g_strstrip(value + 1), record);
		else if (name[0] != '\0')
			checkup_add(c, "dmarc", "warn", record,
			    value == NULL ? g_strdup_printf("\"%s\" is no tag: it has no =", name)
					  : g_strdup_printf("%s= stands twice", name),
			    "leave each tag once, with its value");
		g_hash_table_add(seen, name);
	}
	g_hash_table_unref(seen);
	g_strfreev(tags);
}

/* Why there is no record at the domain's own name, where somebody meant to publish one. False: nothing is there. */
bool
checkup_dmarc_missed(struct checkup *c)
{
	static const struct checkup_kind kind = {"dmarc", "DMARC", "dmarc", "v=DMARC1;"};
	const struct dns_answer *answer = checkup_ask(c, "_dmarc", DNS_TXT);
	const struct dns_answer *apex = checkup_ask(c, NULL, DNS_TXT);
	const char *only = NULL;
	unsigned n = 0, n_apex;

	for (guint i = 0; i < answer->strings->len; i++) {
		struct dmarc_record *one = dmarc_record_new(g_ptr_array_index(answer->strings, i), c->request->domain);
		if (one != NULL && n++ == 0)
			only = g_ptr_array_index(answer->strings, i);
		dmarc_record_free(one);
	}
	if (n == 1) {
		checkup_add(c, "dmarc", "fail", only,
		    g_strdup("the record asks for nothing, and receivers pass it over: it has no policy that they understand"),
		    "write p=none, p=quarantine or p=reject, and rua=mailto:...");
		checkup_dmarc_text(c, only);
		return true;
	}
	if (n > 1) {
		checkup_add(c, "dmarc", "fail", g_ptr_array_index(answer->strings, 0),
		    g_strdup("there are several DMARC records: receivers heed none of them"), "leave one record at _dmarc");
		return true;
	}
	if (checkup_near_miss(c, &kind, answer))
		return true;
	const char *misplaced = checkup_txt(apex, "v=DMARC1", &n_apex);
	if (n_apex > 0)
		checkup_add(c, "dmarc", "fail", misplaced,
		    g_strdup("a DMARC record stands at the domain itself, where nobody looks for it"),
		    "publish it under _dmarc instead");
	return n_apex > 0;
}
