/* SPDX-License-Identifier: GPL-3.0-or-later */
/* checkup_auth.c - what a domain publishes so that its mail can be told from forgeries.
 */
#include "auth/checkup_private.h"

#include "auth/bimi.h"

#include "auth/bimi_record.h"
#include "auth/dmarc.h"
#include "auth/domain.h"
#include "auth/spf.h"
#include "base/limits.h"

#include <string.h>

/* Selectors that large providers and common programs use. */
static const char *const usual[] = {"default", "dkim", "mail", "google", "selector1",
    "selector2", "k1", "k2", "k3", "s1", "s2", "s2048", "fm1", "fm2", "fm3", "protonmail",
    "protonmail2", "protonmail3", "zoho", "mx", "key1", "sig1", "smtp", "rsa", "ed25519",
    "20230601", "20210112", "pf202611r", "pf202611e"};

/* An address that no domain of ours has: evaluation then runs through the whole record.
 */
static const char nowhere[] = "198.51.100.253";

/* What to do about a record that is broken, by what is wrong with it. */
static const char *
mend_spf(const struct spf *spf)
{
	static const struct {
		const char *problem, *fix;
	} mends[] = {
	    {"several SPF records", "put all terms into one record that begins with v=spf1 and ends in one all"},
	    {"has no SPF record", "take out the include or redirect of a domain that has no record"},
	    {"look-ups find nothing", "take out the a, mx and exists terms whose names are gone"},
	};

	if (spf->lookups > LIMIT_SPF_LOOKUPS)
		return "at most ten of include, a, mx, ptr, exists and redirect may be followed, those "
		       "of included records too (RFC 7208 4.6.4): leave services out, or name their "
		       "addresses by ip4 and ip6";
	for (size_t i = 0; i < G_N_ELEMENTS(mends); i++)
		if (strstr(spf->problem, mends[i].problem) != NULL)
			return mends[i].fix;
	return "correct the record: a broken one protects nothing, and receivers may refuse";
}

static void
judge_spf(struct checkup *c, const struct spf *spf)
{
	static const struct checkup_kind kind = {"spf", "SPF", "v=spf", "v=spf1 "};

	if (spf->result == SPF_TEMPERROR)
		checkup_add(
		    c, "spf", "unknown", spf->record, g_strdup(spf->problem), NULL);
	else if (spf->result == SPF_NONE && !checkup_near_miss(c, &kind, checkup_ask(c, NULL, DNS_TXT)))
		checkup_add(c, "spf", c->has_null_mx ? "warn" : "fail", NULL,
		    g_strdup("no SPF record: any host may claim to send for the domain"),
		    c->has_null_mx
			? "publish `v=spf1 -all`: the domain sends no mail"
			: "publish `v=spf1 mx -all`, with an include for each service "
			  "that sends for you");
	else if (spf->result == SPF_PERMERROR)
		checkup_add(c, "spf", "fail", spf->record,
		    g_strdup_printf("the record is broken: %s", spf->problem), mend_spf(spf));
	else if (spf->result == SPF_PASS)
		checkup_add(c, "spf", "fail", spf->record,
		    g_strdup_printf(
			"the whole world may send for the domain (%s)", spf->matched),
		    "name your own hosts only, and end the record in -all or ~all");
	else if (spf->result == SPF_NEUTRAL)
		checkup_add(c, "spf", "warn", spf->record,
		    g_strdup_printf("other hosts are neither allowed nor forbidden; %u "
				    "of 10 look-ups",
			spf->lookups),
		    "end the record in -all or ~all");
	else if (spf->result != SPF_NONE)
		checkup_add(c, "spf", spf->lookups > 8 ? "warn" : "ok", spf->record,
		    g_strdup_printf("%u of 10 look-ups, %u of 2 without an answer",
			spf->lookups, spf->void_lookups),
		    spf->lookups > 8
			? "few look-ups are left: replace includes by addresses "
			  "before a provider adds one"
			: NULL);
}

void
checkup_spf(struct checkup *c)
{
	char *from = g_strconcat("postmaster@", c->request->domain, NULL);
	const struct spf_query query = {.ip = nowhere,
	    .helo = c->request->domain,
	    .from = from,
	    .now = c->request->now};
	struct spf *spf = spf_new(&query, c->dns);

	judge_spf(c, spf);
	json_t *check = json_array_get(c->checks, json_array_size(c->checks) - 1);
	json_object_set_new(check, "lookups", json_integer((json_int_t)spf->lookups));
	json_object_set_new(
	    check, "void_lookups", json_integer((json_int_t)spf->void_lookups));
	if (spf->record != NULL && spf->result != SPF_PERMERROR)
		checkup_spf_text(c, spf->record);
	spf_free(spf);
	g_free(from);
}

static void
check_key(struct checkup *c, const char *selector, const char *record)
{
	GError *error = NULL;
	unsigned bits = 0;
	const struct dkim_key *key =
	    dkim_keys_get(c->request->keys, record, NULL, &bits, &error);

	if (key == NULL) {
		checkup_add(c, "dkim", "fail", record,
		    g_strdup_printf("the key of selector %s cannot be used: %s", selector,
			error->message),
		    "publish the key anew: `penfold dkim record` prints it ready for the "
		    "zone");
		g_error_free(error);
	} else if (key->pkey == NULL) {
		checkup_add(c, "dkim", "warn", record,
		    g_strdup_printf(
			"the key of selector %s is revoked (p= is empty)", selector),
		    "nothing, if no mail is signed with it any more");
	} else if (key->type == DKIM_KEY_RSA && key->bits < 2048) {
		checkup_add(c, "dkim", "warn", record,
		    g_strdup_printf("selector %s: RSA of %u bits", selector, key->bits),
		    "make a key of 2048 bits (RFC 8301): `penfold dkim keygen`");
	} else if (key->is_test) {
		checkup_add(c, "dkim", "warn", record,
		    g_strdup_printf(
			"the key of selector %s says it is a test (t=y)", selector),
		    "take t=y away when signing works");
	} else if (!key->is_sha256 || !key->is_for_mail) {
		checkup_add(c, "dkim", "fail", record,
		    g_strdup_printf(
			"the key of selector %s is not for mail with SHA-256", selector),
		    "take s= and h= away, or add email and sha256");
	} else {
		checkup_add(c, "dkim", "ok", record,
		    g_strdup_printf("selector %s: %s of %u bits", selector,
			key->type == DKIM_KEY_RSA ? "RSA" : "Ed25519", key->bits),
		    NULL);
	}
}

/* True when there is a key. */
static bool
check_selector(struct checkup *c, const char *selector, bool is_named)
{
	char *prefix = g_strconcat(selector, "._domainkey", NULL);
	const struct dns_answer *answer = checkup_ask(c, prefix, DNS_TXT);
	bool is_there = answer->status == DNS_OK;

	if (is_there && answer->strings->len > 1)
		checkup_add(c, "dkim", "fail", g_ptr_array_index(answer->strings, 0),
		    g_strdup_printf("selector %s has several records", selector),
		    "leave one record at each selector");
	else if (is_there)
		check_key(c, selector, g_ptr_array_index(answer->strings, 0));
	else if (is_named)
		checkup_add(c, "dkim",
		    dns_is_temporary(answer->status) ? "unknown" : "fail", NULL,
		    g_strdup_printf("no key under selector %s", selector),
		    "publish it: `penfold dkim record` prints it ready for the zone");
	g_free(prefix);
	return is_there;
}

static void
prefetch_selectors(struct checkup *c)
{
	for (size_t i = 0; i < G_N_ELEMENTS(usual); i++) {
		char *name =
		    g_strconcat(usual[i], "._domainkey.", c->request->domain, NULL);
		dns_prefetch(c->dns, name, DNS_TXT);
		g_free(name);
	}
}

void
checkup_dkim(struct checkup *c)
{
	const char *const *named = c->request->selectors;
	bool has_key = false;

	prefetch_selectors(c);
	for (size_t i = 0; named != NULL && named[i] != NULL; i++)
		has_key = check_selector(c, named[i], true) || has_key;
	for (size_t i = 0; i < G_N_ELEMENTS(usual); i++)
		if (named == NULL || !g_strv_contains(named, usual[i]))
			has_key = check_selector(c, usual[i], false) || has_key;
	if (has_key || (named != NULL && named[0] != NULL))
		return;
	/* RFC 8020: when the name above does not exist, none below it does */
	bool is_none = checkup_ask(c, "_domainkey", DNS_TXT)->status == DNS_NXDOMAIN;
	checkup_add(c, "dkim", is_none ? "none" : "unknown", NULL,
	    g_strdup(is_none
			 ? "no DKIM key is published"
			 : "no key under the usual selectors; others cannot be listed"),
	    is_none ? "sign your mail: `penfold dkim keygen` makes a key and its record"
		    : "name yours with --selector");
}

static void
judge_policy(struct checkup *c, const struct dmarc *dmarc)
{
	const struct dmarc_record *record = dmarc->record;
	const char *policy = dmarc_policy_name(dmarc->policy);

	if (record->is_testing && record->p != DMARC_NONE && record->p != DMARC_ABSENT)
		checkup_add(c, "dmarc", "warn", record->text,
		    g_strdup_printf("the policy counts as %s while the record says that it is a test (t=y)", policy),
		    "when the reports show no mail of yours failing, take t=y out");
	else if (dmarc->policy == DMARC_NONE)
		checkup_add(c, "dmarc", "warn", record->text,
		    g_strdup_printf("%s only watches (%s)", record->domain,
			record->is_p_bad	   ? "its policy is not understood"
			: record->p == DMARC_ABSENT ? "p= is missing"
						   : "p=none"),
		    record->has_rua
			? "when the reports show no mail of yours failing, go on to "
			  "p=quarantine and p=reject"
			: "add rua=mailto:..., read the reports, then go on to p=quarantine and p=reject");
	else if (!record->has_rua)
		checkup_add(c, "dmarc", "warn", record->text,
		    g_strdup_printf("policy %s, but nobody gets the reports", policy), "add rua=mailto:...");
	else
		checkup_add(c, "dmarc", "ok", record->text,
		    g_strdup_printf("policy %s, published at %s", policy, record->domain), NULL);
}

void
checkup_dmarc(struct checkup *c)
{
	struct dmarc *dmarc = dmarc_new(c->request->domain, c->dns);
	const struct dmarc_record *record = dmarc->record;
	bool is_own = record != NULL && strcmp(record->domain, c->request->domain) == 0;
	bool is_missed = !is_own && !dmarc->is_temporary && checkup_dmarc_missed(c);

	if (record != NULL)
		judge_policy(c, dmarc);
	else if (dmarc->is_temporary)
		checkup_add(c, "dmarc", "unknown", NULL,
		    g_strdup("the DNS gave no answer"), NULL);
	else if (!is_missed)
		checkup_add(c, "dmarc", "fail", NULL,
		    g_strdup("no DMARC record: receivers do not know what to do with "
			     "forgeries"),
		    "publish at _dmarc: `v=DMARC1; p=none; rua=mailto:...`, read the "
		    "reports, "
		    "then go on to p=quarantine and p=reject");
	if (record != NULL)
		checkup_dmarc_text(c, record->text);
	dmarc_free(dmarc);
}

/* A logo is shown only where forgeries are turned away. */
static void
check_logo_policy(struct checkup *c, const char *record)
{
	struct dmarc *dmarc = dmarc_new(c->request->domain, c->dns);
	char *problem = bimi_policy_problem(dmarc, c->dns);

	if (problem != NULL)
		checkup_add(c, "bimi", "warn", record, g_strdup_printf("no logo will be shown: %s", problem),
		    "go on to p=quarantine or p=reject, for the organization too");
	else
		checkup_add(c, "bimi", "ok", record,
		    g_strdup("a logo with a mark certificate; `penfold bimi` checks both"), NULL);
	g_free(problem);
	dmarc_free(dmarc);
}

static void
no_logo(struct checkup *c)
{
	static const struct checkup_kind kind = {"bimi", "BIMI", "bimi", "v=BIMI1;"};
	const struct dns_answer *answer = checkup_ask(c, "default._bimi", DNS_TXT);
	unsigned n;

	(void)checkup_txt(answer, "v=BIMI1;", &n);
	if (n > 1)
		checkup_add(c, "bimi", "fail", g_ptr_array_index(answer->strings, 0),
		    g_strdup("there are several records: no logo is shown"), "leave one record at default._bimi");
	else if (!checkup_near_miss(c, &kind, answer))
		checkup_add(c, "bimi", "none", NULL, g_strdup("no logo is published"), NULL);
}

void
checkup_bimi(struct checkup *c)
{
	struct bimi_place place;

	bimi_place_init(&place, c->request->domain, NULL, NULL, NULL, c->dns);
	const char *record = place.record == NULL ? NULL : place.record->text;
	switch (place.found) {
	case BIMI_FOUND:
		if (place.record->is_declined)
			checkup_add(c, "bimi", "ok", record,
			    g_strdup("the domain says that it shows no logo"), NULL);
		else if (place.record->location != NULL && strstr(place.record->location, ".svg") == NULL)
			checkup_add(c, "bimi", "warn", record,
			    g_strdup("l= does not look like a drawing: only SVG Tiny PS is shown"),
			    "serve an .svg file there; `penfold bimi svg FILE` checks it");
		else if (place.record->authority == NULL)
			checkup_add(c, "bimi", "warn", record,
			    g_strdup(
				"a logo without a mark certificate: most show none then"),
			    "get a VMC or CMC and name it in a=");
		else
			check_logo_policy(c, record);
		break;
	case BIMI_FOUND_NONE:
		no_logo(c);
		break;
	case BIMI_FOUND_BROKEN:
		checkup_add(c, "bimi", "fail", record,
		    g_strdup(
			place.problem != NULL ? place.problem : "the record is broken"),
		    "correct the record at default._bimi");
		break;
	case BIMI_FOUND_NO_ANSWER:
		checkup_add(
		    c, "bimi", "unknown", NULL, g_strdup("the DNS gave no answer"), NULL);
		break;
	}
	bimi_place_fini(&place);
}
