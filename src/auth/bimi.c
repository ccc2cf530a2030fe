/* SPDX-License-Identifier: GPL-3.0-or-later */
/* bimi.c - who may show a logo: conditions first, then the record, then what was fetched. */
#include "auth/bimi.h"

#include "auth/domain.h"
#include "auth/svg.h"
#include "auth/tags.h"

#include <string.h>

static struct bimi *
bimi_new(void)
{
	struct bimi *bimi = g_new0(struct bimi, 1);

	bimi->reason = g_strdup("");
	bimi->place.found = BIMI_FOUND_NONE;
	bimi->place.selector = g_strdup("default");
	return bimi;
}

void
bimi_free(struct bimi *bimi)
{
	if (bimi == NULL)
		return;
	g_free(bimi->reason);
	bimi_place_fini(&bimi->place);
	mark_free(bimi->mark);
	g_clear_pointer(&bimi->logo, g_bytes_unref);
	g_free(bimi);
}

/* reason is stolen. */
static void
end(struct bimi *bimi, enum bimi_result result, char *reason)
{
	bimi->result = result;
	g_free(bimi->reason);
	bimi->reason = reason;
}

/* ---- the policy of a domain (section 7.1) */

/* Only part of the mail is under the policy? RFC 7489 had pct=, and records still do. */
static bool
is_partial(const struct dmarc_record *record)
{
	struct tags tags;
	guint64 percent = 100;

	if (!tags_parse(record->text, strlen(record->text), &tags, NULL))
		return false;
	const struct tag *pct = tags_find(&tags, "pct");
	return pct != NULL && tags_number(pct, 3, &percent) && percent < 100;
}

static char *
record_problem(const struct dmarc_record *record, bool is_org)
{
	if (record->p == DMARC_NONE || record->p == DMARC_ABSENT)
		return g_strdup_printf("the DMARC policy of %s is not enforced (p=none)", record->domain);
	if (is_org && record->sp == DMARC_NONE)
		return g_strdup_printf(
		    "the DMARC policy of %s is not enforced for subdomains (sp=none)", record->domain);
	if (record->p == DMARC_QUARANTINE && (record->is_testing || is_partial(record)))
		return g_strdup_printf("the DMARC policy of %s is not enforced on all mail", record->domain);
	return NULL;
}

/* The one record of the organizational domain, where another one applies. Owned; NULL. */
static struct dmarc_record *
org_record(const struct dmarc *dmarc, struct dns_session *dns)
{
	char *name = g_strconcat("_dmarc.", dmarc->org, NULL);
	const struct dns_answer *answer = dns_ask(dns, name, DNS_TXT);
	struct dmarc_record *record = NULL;

	for (guint i = 0; i < answer->strings->len && record == NULL; i++)
		record = dmarc_record_new(g_ptr_array_index(answer->strings, i), dmarc->org);
	g_free(name);
	return record;
}

char *
bimi_policy_problem(const struct dmarc *dmarc, struct dns_session *dns)
{
	if (dmarc->record == NULL)
		return g_strdup_printf("%s publishes no DMARC policy", dmarc->author);
	bool is_org = strcmp(dmarc->record->domain, dmarc->org) == 0;
	char *problem = record_problem(dmarc->record, is_org);
	if (problem != NULL || is_org)
		return problem;
	struct dmarc_record *org = org_record(dmarc, dns);
	problem = org == NULL ? g_strdup_printf("%s publishes no DMARC policy", dmarc->org)
			      : record_problem(org, true);
	dmarc_record_free(org);
	return problem;
}

/* ---- the record */

static void
look_up(struct bimi *bimi, const struct dmarc *dmarc, const char *selector, const char *local_part,
    struct dns_session *dns)
{
	bimi_place_fini(&bimi->place);
	bimi_place_init(&bimi->place, dmarc->author, dmarc->org, selector, local_part, dns);
	switch (bimi->place.found) {
	case BIMI_FOUND_NONE:
		end(bimi, BIMI_NONE,
		    bimi->place.problem != NULL
			? g_strdup(bimi->place.problem)
			: g_strdup_printf("%s names no logo", dmarc->author));
		break;
	case BIMI_FOUND_BROKEN:
		end(bimi, BIMI_FAIL, g_strdup(bimi->place.problem));
		break;
	case BIMI_FOUND_NO_ANSWER:
		end(bimi, BIMI_TEMPERROR,
		    g_strdup_printf("the DNS of %s does not answer", bimi->place.domain));
		break;
	case BIMI_FOUND:
		if (bimi->place.record->is_declined)
			end(bimi, BIMI_DECLINED,
			    g_strdup_printf("%s wants no logo shown", bimi->place.domain));
		break;
	}
}

struct bimi *
bimi_of_domain(const char *domain, const char *selector, const char *local_part, struct dns_session *dns)
{
	struct bimi *bimi = bimi_new();
	struct dmarc *dmarc = dmarc_new(domain, dns);

	look_up(bimi, dmarc, selector, local_part, dns);
	if (bimi->result == BIMI_PASS) {
		char *problem = bimi_policy_problem(dmarc, dns);
		if (dmarc->is_temporary && problem != NULL)
			end(bimi, BIMI_TEMPERROR, problem);
		else if (problem != NULL)
			end(bimi, BIMI_SKIPPED, problem);
	}
	dmarc_free(dmarc);
	return bimi;
}

/* ---- a message */

/* Why a message may show no logo at all; NULL. Static. */
static const char *
message_problem(const struct verdict *v)
{
	enum {
		TRICKS = FLAG_DN_SPOOF | FLAG_DUP_HEADER | FLAG_L_SHORT | FLAG_ADDED_HEADER |
			 FLAG_MULTI_FROM | FLAG_FROM_GROUP | FLAG_BIDI_CTRL | FLAG_ESC_IN_HEADER |
			 FLAG_HOMOGLYPH | FLAG_LOOKALIKE | FLAG_LIST_MUNGED
	};

	if (v->author.domain == NULL || v->dmarc == NULL)
		return "the message has no single author domain";
	if (v->kind != VERDICT_PASS)
		return "the author's domain did not sign the message";
	if ((v->flags & TRICKS) != 0)
		return "something about the message is odd";
	return NULL;
}

/* The selector that the message names, if the author's signature covers the field (section 5.5); owned. */
static char *
message_selector(const struct verdict *v)
{
	const struct dkim_check *check = verdict_main_check(v);
	bool is_signed = false;
	char *selector = NULL;
	struct tags tags;

	if (message_count(v->message, "bimi-selector") != 1 || check == NULL)
		return NULL;
	for (guint i = 0; i < check->is_signed->len; i++)
		is_signed = is_signed ||
			    strcmp(g_ptr_array_index(check->is_signed, i), "bimi-selector") == 0;
	char *text = message_text(message_nth(v->message, "bimi-selector", 0));
	if (is_signed && tags_parse(text, strlen(text), &tags, NULL) && tags.n > 0 &&
	    tags.items[0].name_len == 1 && tags.items[0].name[0] == 'v')
		selector = tags_packed(&tags, "s");
	if (selector != NULL && !bimi_is_selector(selector))
		g_clear_pointer(&selector, g_free);
	g_free(text);
	return selector;
}

/* Section 5.7: a logo in the header counts where a trusted server has checked logo and mark, and its
 * word stands where no sender can write. */
static void
take_header_logo(struct bimi *bimi, const struct verdict *v)
{
	const struct authres_result *said = trust_find(v->trust, "bimi", true);

	if (said == NULL || strcmp(said->result, "pass") != 0 ||
	    g_strcmp0(authres_property(said, "policy", "authority"), "pass") != 0 ||
	    message_count(v->message, "bimi-indicator") != 1)
		return;
	gsize len = 0;
	char *text = message_text(message_nth(v->message, "bimi-indicator", 0));
	guchar *decoded = g_base64_decode(text, &len);
	GBytes *bytes = g_bytes_new_take(decoded, len);
	GBytes *drawing = svg_unpack(bytes, NULL);
	GPtrArray *findings = drawing == NULL ? NULL : svg_check(drawing);
	if (findings != NULL && svg_is_fit(findings)) {
		bimi->logo = g_bytes_ref(drawing);
		bimi->logo_source = "header";
	}
	g_clear_pointer(&findings, g_ptr_array_unref);
	g_clear_pointer(&drawing, g_bytes_unref);
	g_bytes_unref(bytes);
	g_free(text);
}

struct bimi *
bimi_of_message(const struct verdict *v)
{
	const char *problem = message_problem(v);
	struct bimi *bimi;

	if (problem != NULL) {
		bimi = bimi_new();
		end(bimi, BIMI_SKIPPED, g_strdup(problem));
		return bimi;
	}
	char *selector = message_selector(v);
	char *at = v->author.address == NULL ? NULL : strrchr(v->author.address, '@');
	char *local = at == NULL ? NULL : g_strndup(v->author.address, (gsize)(at - v->author.address));
	bimi = bimi_of_domain(v->author.domain, selector, local, v->session);
	if (bimi->result == BIMI_PASS)
		take_header_logo(bimi, v);
	g_free(local);
	g_free(selector);
	return bimi;
}

/* ---- what was fetched */

static void
set_logo(struct bimi *bimi, GBytes *logo, const char *source)
{
	g_clear_pointer(&bimi->logo, g_bytes_unref);
	bimi->logo = logo == NULL ? NULL : g_bytes_ref(logo);
	bimi->logo_source = logo == NULL ? NULL : source;
}

void
bimi_add_mark(struct bimi *bimi, struct mark *mark)
{
	mark_free(bimi->mark);
	bimi->mark = mark;
	set_logo(bimi, mark->is_valid ? mark->logo : NULL, "mark");
	if (!mark->is_valid)
		end(bimi, BIMI_FAIL, g_strdup(mark->reason));
}

void
bimi_add_drawing(struct bimi *bimi, GBytes *drawing)
{
	GPtrArray *findings = svg_check(drawing);

	if (bimi->mark != NULL && bimi->mark->logo != NULL &&
	    !g_bytes_equal(drawing, bimi->mark->logo)) {
		set_logo(bimi, NULL, NULL);
		end(bimi, BIMI_FAIL, g_strdup("the logo at l= is not the one of the mark certificate"));
	} else if (!svg_is_fit(findings)) {
		const struct svg_finding *first = g_ptr_array_index(findings, 0);
		set_logo(bimi, NULL, NULL);
		end(bimi, BIMI_FAIL,
		    g_strdup_printf("the logo breaks a rule, line %d: %s", first->line, first->text));
	} else if (bimi->mark == NULL) {
		set_logo(bimi, drawing, "location");
	}
	g_ptr_array_unref(findings);
}

void
bimi_set_missing(struct bimi *bimi, bool is_temporary, const char *reason)
{
	end(bimi, is_temporary ? BIMI_TEMPERROR : BIMI_FAIL, g_strdup(reason));
}
