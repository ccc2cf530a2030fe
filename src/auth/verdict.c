/* SPDX-License-Identifier: GPL-3.0-or-later */
/* verdict.c - gathers what the other modules find and has it decided
 * (decide.h). Only looking up asks the DNS. */
#include "auth/verdict.h"

#include "auth/decide.h"
#include "auth/domain.h"
#include "auth/rfc_date.h"
#include "auth/summary.h"
#include "auth/verdict_flags.h"

#include <string.h>

enum { OLD_S = 30 * 86400 };

static const char *const shown_names[] = {
    "from", "subject", "date", "to", "reply-to", "content-type"};

bool
verdict_is_shown_field(const char *name)
{
	for (size_t i = 0; i < G_N_ELEMENTS(shown_names); i++)
		if (strcmp(name, shown_names[i]) == 0)
			return true;
	return false;
}

bool
verdict_is_aligned_pass(const struct verdict *verdict, const struct dkim_check *check)
{
	return check->result == DKIM_PASS && verdict->dmarc != NULL &&
	       dmarc_is_aligned(verdict->dmarc, check->alignment, false);
}

const struct dkim_check *
verdict_main_check(const struct verdict *verdict)
{
	const struct dkim_check *best = NULL;

	for (guint i = 0; i < verdict->dkim->len; i++) {
		const struct dkim_check *check = g_ptr_array_index(verdict->dkim, i);
		if (verdict_is_aligned_pass(verdict, check))
			return check;
		if (best == NULL ||
		    (best->result != DKIM_PASS && check->result == DKIM_PASS))
			best = check;
	}
	return best;
}

/* A key that is gone, or a time that has run out, says nothing about a message of long
 * ago. */
static bool
is_gone(const struct verdict *v, const struct dkim_check *check)
{
	return v->is_old &&
	       (check->cause == DKIM_CAUSE_KEY_GONE ||
		   (check->cause == DKIM_CAUSE_EXPIRED && v->trust->received < 0));
}

bool
verdict_lists(const GPtrArray *list, const char *const *wanted, size_t n)
{
	for (guint i = 0; i < list->len; i++)
		for (size_t k = 0; k < n; k++)
			if (strcmp(g_ptr_array_index(list, i), wanted[k]) == 0)
				return true;
	return false;
}

bool
verdict_is_short(const struct dkim_check *check)
{
	return check->sig.l != DKIM_NO_LIMIT && check->has_body &&
	       check->body.is_trailing_visible;
}

/* Did this signature hold when the message came? */
static bool
kept_says_pass(const json_t *kept, const struct dkim_check *check)
{
	const json_t *list = json_object_get(kept, "dkim"), *one;
	size_t i;

	json_array_foreach(list, i, one)
	{
		const char *d = json_string_value(json_object_get(one, "d")),
			   *s = json_string_value(json_object_get(one, "s")),
			   *result = json_string_value(json_object_get(one, "result"));
		if (g_strcmp0(d, check->sig.d) == 0 && g_strcmp0(s, check->sig.s) == 0 &&
		    g_strcmp0(result, "pass") == 0)
			return true;
	}
	return false;
}

bool
verdict_was_pass(const struct verdict *v, const struct dkim_check *check)
{
	return check->result == DKIM_FAIL && (trust_says_dkim_pass(v->trust, check->sig.d, check->sig.s) ||
						 kept_says_pass(v->kept, check));
}

/* Would a pass of this alignment be one of the author's? */
static bool
may_align(const struct verdict *v, enum dkim_alignment alignment, bool is_spf)
{
	return v->dmarc == NULL || alignment == DKIM_ALIGNED_UNKNOWN || dmarc_is_aligned(v->dmarc, alignment, is_spf);
}

static void
count_check(
    const struct verdict *v, const struct dkim_check *check, struct decide_facts *facts)
{
	bool is_own = may_align(v, check->alignment, false);

	if (check->result == DKIM_PASS)
		facts->n_pass++;
	else if (is_gone(v, check)) {
		facts->n_gone++;
		facts->is_own_gone = facts->is_own_gone || is_own;
	} else if (check->result == DKIM_TEMPERROR) {
		facts->n_temporary++;
		facts->is_own_temporary = facts->is_own_temporary || is_own;
	}
	else if (check->result == DKIM_PERMERROR)
		facts->n_permanent++;
	else if (check->result == DKIM_POLICY ||
		 (check->result == DKIM_FAIL && !check->is_key_test))
		facts->n_fail++;
	if (verdict_was_pass(v, check)) {
		facts->was_dkim_pass = true;
		facts->was_own_pass = facts->was_own_pass ||
				      (v->dmarc != NULL && dmarc_is_aligned(v->dmarc, check->alignment, false));
	}
	facts->has_aligned_pass =
	    facts->has_aligned_pass || verdict_is_aligned_pass(v, check);
}

bool
verdict_is_relied_on(const struct verdict *v, const struct dkim_check *check,
    const struct decide_facts *facts)
{
	return check->result == DKIM_PASS &&
	       (!facts->has_aligned_pass || verdict_is_aligned_pass(v, check));
}

static void
gather_dkim(struct verdict *v, struct decide_facts *facts)
{
	unsigned n_relied = 0, n_short = 0;

	for (guint i = 0; i < v->dkim->len; i++)
		count_check(v, g_ptr_array_index(v->dkim, i), facts);
	for (guint i = 0; i < v->dkim->len; i++) {
		const struct dkim_check *check = g_ptr_array_index(v->dkim, i);
		if (!verdict_is_relied_on(v, check, facts))
			continue;
		n_relied++;
		n_short += verdict_is_short(check) ? 1 : 0;
		if (verdict_lists(check->added, shown_names, G_N_ELEMENTS(shown_names)))
			facts->has_shown_added = true;
	}
	facts->is_cut_off = n_relied > 0 && n_short == n_relied;
}

static void
gather_spf(struct verdict *v, struct decide_facts *facts)
{
	const struct spf_claim *spf = &v->spf;

	if (spf->domain != NULL && v->dmarc != NULL)
		v->spf_alignment = dmarc_align(v->dmarc, spf->domain, v->session);
	facts->has_spf_pass = spf->counts && !spf->is_open && strcmp(spf->word, "pass") == 0;
	facts->has_spf_aligned = facts->has_spf_pass && v->dmarc != NULL &&
				 dmarc_is_aligned(v->dmarc, v->spf_alignment, true);
	if (g_strcmp0(spf->word, "temperror") == 0 &&
	    (spf->domain == NULL || may_align(v, v->spf_alignment, true)))
		facts->is_own_temporary = true;
}

/* A trusted server's DMARC result, when it speaks of the same author. */
static const struct authres_result *
claimed_dmarc(const struct verdict *v, bool only_certain)
{
	const struct authres_result *result = trust_find(v->trust, "dmarc", only_certain);
	const char *from =
	    result == NULL ? NULL : authres_property(result, "header", "from");
	char *domain = from == NULL ? NULL : domain_ascii(from, -1);
	bool is_other = domain != NULL && strcmp(domain, v->dmarc->author) != 0;

	g_free(domain);
	return is_other ? NULL : result;
}

/* Does a trusted server say that a signature of the author's house held? Without one its dmarc=pass rests on SPF. */
static bool
has_claimed_signature(const struct verdict *v)
{
	for (guint i = 0; i < v->trust->fields->len; i++) {
		const struct trust_field *field = g_ptr_array_index(v->trust->fields, i);
		for (guint k = 0; field->is_certain && k < field->parsed->results->len; k++) {
			const struct authres_result *one = g_ptr_array_index(field->parsed->results, k);
			char *domain = strcmp(one->method, "dkim") == 0 && verdict_result_is(one, "pass")
					   ? authres_dkim_domain(one) : NULL;
			bool is_own = domain != NULL && domain_is_within(domain, v->dmarc->org);
			g_free(domain);
			if (is_own)
				return true;
		}
	}
	return false;
}

static enum dmarc_result
own_dmarc(const struct verdict *v, const struct decide_facts *facts)
{
	const char *spf = v->spf.word;

	if (v->dmarc->is_temporary)
		return DMARC_RESULT_TEMPERROR;
	if (v->dmarc->record == NULL)
		return DMARC_RESULT_NONE;
	if (facts->has_spf_aligned)
		return DMARC_RESULT_PASS;
	if (facts->is_own_temporary)
		return DMARC_RESULT_TEMPERROR;
	/* a pass that the sender may have written himself, or that anybody has, tells nothing either way; nor does a
	 * signature that held when the message came and has been broken since */
	if (facts->is_own_gone || facts->was_own_pass || spf == NULL ||
	    (strcmp(spf, "pass") == 0 && (!v->spf.counts || v->spf.is_open)))
		return DMARC_RESULT_UNKNOWN;
	return DMARC_RESULT_FAIL;
}

static void
gather_dmarc(struct verdict *v, struct decide_facts *facts)
{
	v->dmarc_result = DMARC_RESULT_NONE;
	if (v->dmarc == NULL)
		return;
	facts->is_enforced =
	    v->dmarc->policy == DMARC_QUARANTINE || v->dmarc->policy == DMARC_REJECT;
	v->dmarc_source = "local";
	if (facts->has_aligned_pass) {
		v->dmarc_result = v->dmarc->record != NULL ? DMARC_RESULT_PASS
				  : v->dmarc->is_temporary ? DMARC_RESULT_TEMPERROR
							   : DMARC_RESULT_NONE;
		return;
	}
	if (verdict_result_is(claimed_dmarc(v, true), "pass") && !(v->spf.is_open && !has_claimed_signature(v)))
		v->dmarc_result = DMARC_RESULT_PASS;
	else if (verdict_result_is(claimed_dmarc(v, false), "fail"))
		v->dmarc_result = DMARC_RESULT_FAIL;
	if (v->dmarc_result != DMARC_RESULT_NONE)
		v->dmarc_source = "authres";
	else
		v->dmarc_result = own_dmarc(v, facts);
}

/* When the message came: by the border server, else by whoever wrote last, else by its
 * Date. */
static gint64
time_of(const struct verdict *v)
{
	const struct message_field *date = message_nth_last(v->message, "date", 0);
	gint64 when = v->trust->received >= 0 ? v->trust->received : v->trust->newest;
	size_t len;

	if (when < 0 && date != NULL) {
		const char *value = message_value(date, &len);
		if (!rfc_date_parse(value, len, &when))
			when = -1;
	}
	return when;
}

/* Questions that will be asked in any case start at once, all together. */
static void
prefetch(struct verdict *v)
{
	if (v->author.domain != NULL)
		dmarc_prefetch(v->author.domain, v->session);
	spf_claim_prefetch(v->message, v->trust, v->session);
	arc_prefetch(v->message, v->session);
}

/* Whose they are beside the author; is one of them a pass of the author's own? */
static bool
align_signatures(struct verdict *v)
{
	bool has_aligned_pass = false;

	for (guint i = 0; v->dmarc != NULL && i < v->dkim->len; i++) {
		struct dkim_check *check = g_ptr_array_index(v->dkim, i);
		if (check->cause == DKIM_CAUSE_LIMIT)
			check->alignment = DKIM_ALIGNED_UNKNOWN;
		else if (check->sig.d != NULL)
			check->alignment =
			    dmarc_align(v->dmarc, check->sig.d, v->session);
		has_aligned_pass = has_aligned_pass || verdict_is_aligned_pass(v, check);
	}
	return has_aligned_pass;
}

static void
look_up(struct verdict *v, const struct verdict_context *context)
{
	const char *author = v->author.domain;
	struct dkim_verifier verifier;

	v->session = dns_session_new(context->dns);
	if (context->hurry_ms > 0)
		dns_session_hurry(v->session, context->hurry_ms);
	if (context->is_impatient)
		dns_session_set_impatient(v->session);
	prefetch(v);
	dkim_verifier_init(&verifier);
	verifier.message = v->message;
	verifier.dns = v->session;
	verifier.keys = context->keys;
	verifier.when = v->arrival;
	verifier.archive = context->archive;
	verifier.known_since =
	    context->known_since > 0 ? context->known_since : v->trust->received;
	v->dkim = dkim_verify(&verifier, author);
	if (author != NULL)
		v->dmarc = dmarc_new(author, v->session);
	spf_claim_init(&v->spf, v->message, v->trust, v->session, context->now);
	v->arc = arc_new(&verifier);
	dkim_verifier_fini(&verifier);
	bool is_signed = align_signatures(v);
	if (!is_signed) /* else SPF decides nothing, and nobody need be asked */
		spf_claim_recheck(&v->spf, v->session, context->now);
}

/* cs.uni.example and ce.uni.example are of one house, not one the other's double. */
static void
excuse_sibling(struct verdict *v)
{
	const char *org = v->dmarc == NULL ? NULL : v->dmarc->org;

	if (org == NULL || v->guise.like == NULL || (v->guise.flags & FLAG_HOMOGLYPH) != 0 ||
	    !domain_is_within(v->author.domain, org) || !domain_is_within(v->guise.like, org))
		return;
	g_clear_pointer(&v->guise.like, g_free);
	if (v->guise.original_like == NULL)
		v->guise.flags &= ~(uint32_t)FLAG_LOOKALIKE;
}

/* What the name of a letter that its own domain signed may say without deceiving: a service writes in its users' names, a
 * newsletter is about a house. Anybody can say so of himself without a signature. */
static void
excuse_name(struct verdict *v)
{
	/* of who is behind a list the list's signature says nothing */
	if (v->guise.original != NULL)
		return;
	if (v->guise.namesake != NULL && contacts_is_speaker(v->author.domain))
		g_clear_pointer(&v->guise.namesake, g_free);
	if (v->guise.is_topic)
		g_clear_pointer(&v->guise.house, g_free);
	if (v->guise.namesake == NULL && v->guise.house == NULL && v->author.named == NULL)
		v->flags &= ~(uint32_t)FLAG_DN_SPOOF;
}

struct verdict *
verdict_new(const char *bytes, size_t len, const struct verdict_context *context)
{
	struct verdict *v = g_new0(struct verdict, 1);
	struct decide_facts facts = {0};

	v->evaluated = context->now;
	v->kept = context->kept;
	v->message = message_new(bytes, len);
	v->trust = trust_new(v->message, context->trusted_ids);
	author_init(&v->author, v->message);
	v->arrival = v->trust->received >= 0 ? v->trust->received : context->now;
	gint64 came = time_of(v);
	v->is_old = came >= 0 && context->now - came > OLD_S;
	look_up(v, context);
	if (dns_session_is_short(v->session)) /* it is all done again when the answers have come */
		return v;
	v->flags = flags_of_header(
	    v->message, &v->author, v->dmarc == NULL ? NULL : v->dmarc->org);
	guise_init(&v->guise, v->message, &v->author, context->contacts);
	excuse_sibling(v);
	/* a name that a list made up deceives nobody who writes to it; others must be told */
	if ((v->guise.flags & FLAG_LIST_MUNGED) != 0 && context->contacts != NULL &&
	    contacts_has_address(context->contacts, v->author.address)) {
		v->flags &= ~(uint32_t)FLAG_DN_SPOOF;
		g_clear_pointer(&v->author.named, g_free);
	}
	v->flags |= v->guise.flags;
	/* whom the list put aside is named already */
	if (v->guise.original != NULL && flags_answers_only(v->message, v->guise.original))
		v->flags &= ~(uint32_t)FLAG_REPLYTO_FOREIGN;
	verdict_flag_trust(v);
	gather_dkim(v, &facts);
	if (facts.has_aligned_pass)
		excuse_name(v);
	gather_spf(v, &facts);
	gather_dmarc(v, &facts);
	verdict_flag_dkim(v, &facts, context);
	verdict_flag_self(v, &facts, context);
	facts.flags = v->flags;
	facts.dmarc = v->dmarc_result;
	facts.is_cut = v->message->is_cut;
	v->kind = decide(&facts);
	if (v->kind == VERDICT_MODIFIED)
		v->flags |= FLAG_MODIFIED;
	v->summary = summary_new(v);
	return v;
}

void
verdict_free(struct verdict *v)
{
	if (v == NULL)
		return;
	g_free(v->summary);
	spf_claim_fini(&v->spf);
	arc_free(v->arc);
	dmarc_free(v->dmarc);
	g_ptr_array_unref(v->dkim);
	dns_session_free(v->session);
	trust_free(v->trust);
	guise_fini(&v->guise);
	author_fini(&v->author);
	message_free(v->message);
	g_free(v);
}

const char *
verdict_kind_name(enum verdict_kind kind)
{
	static const char *const names[] = {"suspect", "fail", "modified", "pass",
	    "pass-spf", "pass-other", "fail-soft", "unverifiable", "temperror",
	    "permerror", "none"};

	return names[kind];
}

const char *
verdict_dmarc_name(enum dmarc_result result)
{
	static const char *const names[] = {
	    "none", "pass", "fail", "temperror", "unknown"};

	return names[result];
}
