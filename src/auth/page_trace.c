/* SPDX-License-Identifier: GPL-3.0-or-later */
/* page_trace.c - the sections of the detail page on what hops and domains say: SPF,
 * DMARC, ARC, DKIM2, Authentication-Results, and the path. */
#include "auth/page_private.h"

#include "base/safe_text.h"

#include <string.h>

enum { METHOD_COLS = 13 };

void
page_put_spf(struct page *page, const json_t *spf)
{
	const char *result = page_or_dash(jsonl_string(spf, "result"));
	const char *id = jsonl_string(spf, "authserv_id");
	const char *source = jsonl_string(spf, "source");
	const char *reason = jsonl_string(spf, "reason");
	const char *matched = jsonl_string(spf, "matched");

	page_put_heading(page, "SPF");
	page_put_result(page, result, jsonl_string(spf, "domain"),
	    jsonl_bool(spf, "open", false) ? "warn" : page_style_beside(result, jsonl_string(spf, "aligned")));
	if (reason != NULL && reason[0] != '\0')
		page_put_item(page, "because", reason, "note");
	if (source == NULL)
		return;
	page_put_item(page, "domain", page_or_dash(jsonl_string(spf, "domain")), "text");
	page_put_alignment(page, jsonl_string(spf, "aligned"));
	if (jsonl_string(spf, "ip") != NULL)
		page_put_item(page, "client", jsonl_string(spf, "ip"), "text");
	if (jsonl_string(spf, "helo") != NULL)
		page_put_item(page, "helo", jsonl_string(spf, "helo"), "text");
	if (jsonl_string(spf, "mail_from") != NULL)
		page_put_item(page, "envelope from",
		    page_or_dash(jsonl_string(spf, "mail_from")), "text");
	page_put_item(page, "source",
	    id != NULL ? id : "evaluated here, for the hop that your server recorded",
	    "text");
	if (id != NULL && jsonl_string(spf, "own_result") != NULL)
		page_put_item(page, "here", jsonl_string(spf, "own_result"), "text");
	if (matched != NULL && matched[0] != '\0')
		page_put_item(page, "decided by", matched, "text");
	page_put_strings(page, "records", json_object_get(spf, "records"), "note");
	if (!jsonl_bool(spf, "counts", false))
		page_put_item(page, "",
		    "a pass does not count: it stands where the sender could have "
		    "written it",
		    "note");
	if (jsonl_bool(spf, "open", false))
		page_put_item(page, "", "a pass does not count: by this record nearly every host may send", "warn");
}

/* What RFC 9989 changed, where it makes a difference to this message. */
static void
explain_dmarc(struct page *page, const json_t *dmarc)
{
	static const struct {
		const char *tag, *text;
	} gone[] = {
	    {"pct", "pct= is no longer looked at (RFC 9989): the policy is for all mail"},
	    {"rf", "rf= is no longer looked at (RFC 9989)"},
	    {"ri", "ri= is no longer looked at (RFC 9989)"},
	};
	const char *record = jsonl_string(dmarc, "record");
	char **tags = record == NULL ? NULL : g_strsplit(record, ";", 40);

	for (size_t i = 0; tags != NULL && tags[i] != NULL; i++) {
		char *name = g_strstrip(g_strndup(tags[i], strcspn(tags[i], "=")));
		for (size_t k = 0; k < G_N_ELEMENTS(gone); k++)
			if (g_ascii_strcasecmp(name, gone[k].tag) == 0)
				page_put_item(page, "", gone[k].text, "note");
		if (g_ascii_strcasecmp(name, "t") == 0 && strchr(tags[i], 'y') != NULL)
			page_put_item(page, "",
			    "t=y: the domain tests its policy, which counts one step "
			    "milder "
			    "(RFC 9989; before, pct=0 did that)",
			    "note");
		g_free(name);
	}
	g_strfreev(tags);
	page_put_item(page, "how",
	    "found by walking up the DNS tree (RFC 9989), no longer by a list of public "
	    "suffixes (RFC 7489)",
	    "note");
}

void
page_put_dmarc(struct page *page, const json_t *dmarc, const char *author)
{
	const char *result = page_or_dash(jsonl_string(dmarc, "result"));
	const json_t *walk = json_object_get(dmarc, "walk");

	page_put_heading(page, "DMARC");
	page_put_result(page, result, author, page_style_of(result));
	page_put_item(
	    page, "policy", page_or_dash(jsonl_string(dmarc, "policy")), "text");
	page_put_item(
	    page, "found at", page_or_dash(jsonl_string(dmarc, "domain")), "text");
	if (jsonl_string(dmarc, "record") != NULL)
		page_put_item(page, "record", jsonl_string(dmarc, "record"), "text");
	page_put_strings(page, "asked", walk, "note");
	if (json_array_size(walk) > 0)
		explain_dmarc(page, dmarc);
}

static const char *
standing(const json_t *field)
{
	if (jsonl_string(field, "problem") != NULL)
		return "ignored: malformed";
	if (jsonl_bool(field, "forged", false))
		return "FORGED: its server cannot have written it here";
	if (jsonl_bool(field, "duplicate", false))
		return "ignored: a field above has the same id";
	if (jsonl_bool(field, "used", false) && !jsonl_bool(field, "certain", true))
		return "trusted; a sender could write here too, so that no pass counts";
	if (jsonl_bool(field, "used", false))
		return "trusted, used";
	if (jsonl_bool(field, "trusted", false))
		return "ignored: anybody may have written it here";
	return "ignored: not one of your servers";
}

static void
put_result(struct page *page, const json_t *result)
{
	GString *text = g_string_new(NULL);
	const json_t *properties = json_object_get(result, "properties");
	const char *reason = jsonl_string(result, "reason");
	const char *word = jsonl_string(result, "result");

	g_string_append_printf(text, "%s", page_or_dash(word));
	if (reason != NULL)
		g_string_append_printf(text, " (%s)", reason);
	for (void *it = json_object_iter((json_t *)(guintptr)properties); it != NULL;
	     it = json_object_iter_next((json_t *)(guintptr)properties, it))
		g_string_append_printf(text, " %s=%s", json_object_iter_key(it),
		    page_or_dash(json_string_value(json_object_iter_value(it))));
	char *label = safe_line(page_or_dash(jsonl_string(result, "method")));
	size_t fit = safe_text_fit(label, METHOD_COLS, NULL);
	label[fit] = '\0';
	page_put_item(page, label, text->str, "text");
	g_free(label);
	g_string_free(text, TRUE);
}

void
page_put_authres(struct page *page, const json_t *field)
{
	const json_t *results = json_object_get(field, "results");
	bool is_used = jsonl_bool(field, "used", false),
	     is_forged = jsonl_bool(field, "forged", false);
	char *head = g_strdup_printf("Authentication-Results of %s",
	    page_or_dash(jsonl_string(field, "authserv_id")));

	page_put_heading(page, head);
	page_put_item(page, "standing", standing(field),
	    is_forged ? "bad"
	    : is_used ? "text"
		      : "note");
	if (jsonl_string(field, "problem") != NULL)
		page_put_item(page, "problem", jsonl_string(field, "problem"), "note");
	for (size_t i = 0; i < json_array_size(results); i++)
		put_result(page, json_array_get(results, i));
	g_free(head);
}

/* One set: what its sealer says it found, and whether both signatures hold. */
static void
put_arc_set(struct page *page, const json_t *set)
{
	const char *as = page_or_dash(jsonl_string(set, "as")),
		   *ams = page_or_dash(jsonl_string(set, "ams"));
	char *label = g_strdup_printf("set %d", (int)jsonl_int(set, "i", 0));
	char *text = g_strdup_printf("%s (%s), cv=%s: seal %s, message signature %s",
	    page_or_dash(jsonl_string(set, "d")), page_or_dash(jsonl_string(set, "s")),
	    page_or_dash(jsonl_string(set, "cv")), as, ams);

	/* a chain that holds says who handled the message, not who wrote it: never green */
	page_put_item(page, label, text, page_style_beside(as, NULL));
	page_put_time(page, "", set, "t");
	if (jsonl_string(set, "claims") != NULL)
		page_put_item(page, "", jsonl_string(set, "claims"), "note");
	g_free(text);
	g_free(label);
}

void
page_put_arc(struct page *page, const json_t *arc)
{
	const json_t *sets = json_object_get(arc, "instances");
	const char *result = page_or_dash(jsonl_string(arc, "result"));
	const char *reason = jsonl_string(arc, "reason");

	if (json_array_size(sets) == 0 && strcmp(result, "none") == 0)
		return;
	page_put_heading(page, "ARC");
	/* never in green: a chain vouches for nobody */
	page_put_item(
	    page, "result", result, strcmp(result, "fail") == 0 ? "warn" : "text");
	if (reason != NULL && reason[0] != '\0')
		page_put_item(page, "because", reason, "note");
	for (size_t i = 0; i < json_array_size(sets); i++)
		put_arc_set(page, json_array_get(sets, i));
	page_put_item(page, "",
	    "what the hops before yours say they found; it does not change the verdict",
	    "note");
}

void
page_put_dkim2(struct page *page, const json_t *fields)
{
	if (json_array_size(fields) == 0)
		return;
	page_put_heading(page, "DKIM2");
	page_put_item(
	    page, "", "needs the envelope of each hop: shown, not judged", "note");
	for (size_t i = 0; i < json_array_size(fields); i++) {
		const json_t *one = json_array_get(fields, i);
		char *text =
		    g_strdup_printf("%s: %s", page_or_dash(jsonl_string(one, "field")),
			page_or_dash(jsonl_string(one, "value")));
		page_put_item(page, "", text, "text");
		g_free(text);
	}
}

/* "3 s", "12 min", "2.5 h". Owned. */
static char *
duration(gint64 seconds)
{
	if (seconds < 0)
		return g_strdup_printf("clock %" G_GINT64_FORMAT " s back", -seconds);
	if (seconds < 120)
		return g_strdup_printf("%" G_GINT64_FORMAT " s", seconds);
	if (seconds < 7200)
		return g_strdup_printf("%" G_GINT64_FORMAT " min", seconds / 60);
	return g_strdup_printf("%.1f h", (double)seconds / 3600);
}

static void
put_hop(struct page *page, const json_t *hop, const char *label)
{
	const char *tls = jsonl_string(hop, "tls"), *with = jsonl_string(hop, "with");
	const char *client = jsonl_string(hop, "client");
	bool has_delay = json_is_integer(json_object_get(hop, "delay"));
	gint64 delay = jsonl_int(hop, "delay", 0);
	char *took = has_delay ? duration(delay) : g_strdup("");
	char *text = g_strdup_printf("%s%s%s -> %s%s%s%s%s%s%s",
	    page_or_dash(jsonl_string(hop, "from")), client == NULL ? "" : " ",
	    client == NULL ? "" : client, page_or_dash(jsonl_string(hop, "by")),
	    with == NULL ? "" : "  ", with == NULL ? "" : with,
	    tls == NULL		      ? ", TLS not noted"
	    : strcmp(tls, "yes") == 0 ? ", TLS"
				      : ", ",
	    tls == NULL || strcmp(tls, "yes") == 0 ? "" : tls, has_delay ? ", " : "",
	    took);

	page_put_item(page, label, text, has_delay && delay > 3600 ? "warn" : "text");
	if (jsonl_string(hop, "login") != NULL) {
		char *login = g_strdup_printf("logged in as %s", jsonl_string(hop, "login"));
		page_put_item(page, "", login, "text");
		g_free(login);
	}
	page_put_time(page, "", hop, "time");
	if (!jsonl_bool(hop, "certain", false))
		page_put_item(
		    page, "", "not written by your servers: may be invented", "note");
	g_free(text);
	g_free(took);
}

void
page_put_path(struct page *page, const json_t *hops)
{
	if (json_array_size(hops) == 0)
		return;
	page_put_heading(page, "Path, last hop first");
	for (size_t i = 0; i < json_array_size(hops); i++) {
		char *label = g_strdup_printf("hop %zu", json_array_size(hops) - i);
		put_hop(page, json_array_get(hops, i), label);
		g_free(label);
	}
}
