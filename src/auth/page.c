/* SPDX-License-Identifier: GPL-3.0-or-later */
/* page.c - the detail page. It is made from the JSON object alone, so that a letter of
 * last year shows what was true when it came, and nothing is asked of anyone when it is
 * looked at. */
#include "auth/page.h"

#include "auth/flags.h"
#include "auth/page_private.h"
#include "base/row_index.h"

#include <string.h>

enum { WIDTH_MIN = 20, WIDTH_DEFAULT = 80 };

/* Each in plain words, and by its name, which is what one searches for. */
static void
put_flags(struct page *page, const json_t *flags)
{
	for (size_t i = 0; i < json_array_size(flags); i++) {
		const char *name = json_string_value(json_array_get(flags, i));
		const char *meaning = flag_meaning(name);
		char *text = meaning == NULL ? g_strdup(page_or_dash(name))
					     : g_strdup_printf("%s (%s)", meaning, name);
		page_put_item(page, i == 0 ? "flags" : "", text, flag_is_plain(name) ? "text" : "warn");
		g_free(text);
	}
}

/* What the word means for who reads the letter. %s is the author's domain. */
static const char *
meaning_of(const char *kind)
{
	/* clang-format off */
	static const struct {
		const char *kind, *meaning;
	} meanings[] = {
		{"pass", "Whoever runs %s vouches for this letter as it stands here. Whether they can be trusted is "
			 "another question."},
		{"pass-spf", "It came from a server that may send for %s. The text is not sealed: on the way it could "
			     "have been changed."},
		{"by-word", "Your mail server found that it came from %s. Nothing is left in it by which that could be checked "
			    "again."},
		{"pass-other", "Another than %s vouches for it, as is usual for mailing lists and for mail sent by "
			       "order. Who wrote it is only claimed."},
		{"modified", "It was genuine when your mail server took it, and what lies here is not what was signed. "
			     "Some servers rewrite letters; so can whoever has access to them."},
		{"modified-other", "Another than %s had signed it when your mail server took it, and what lies here is not what was "
				   "signed. It says nothing of who wrote it."},
		{"fail", "Mail of %s can be recognised, and this cannot: take it for forged, unless it came by a mailing "
			 "list or a forwarder that you know. Ask in another way before you answer or open anything."},
		{"fail-soft", "What should prove that it is from %s does not hold. That happens to honest letters that "
			      "were forwarded, and to forged ones."},
		{"suspect", "Something in it contradicts itself or is made to deceive. Before you act on it, ask the "
			    "sender in another way."},
		{"unverifiable", "It was signed long ago, and the key is no longer published. That is usual for old "
				 "mail, and speaks neither for it nor against it."},
		{"temperror", "The DNS did not answer, so that it could not be judged. It will be asked again."},
		{"permerror", "Its signature cannot be read or its key not be used: that proves nothing, neither for "
			      "it nor against it."},
		{"none", "Nobody vouches for it: anyone can write %s into a letter. That is usual for small senders."},
	};
	/* clang-format on */

	for (size_t i = 0; i < G_N_ELEMENTS(meanings); i++)
		if (strcmp(meanings[i].kind, kind) == 0)
			return meanings[i].meaning;
	return NULL;
}

/* Does it pass, and look like another's? */
static bool
is_doubtful(const json_t *verdict, const char *kind)
{
	const json_t *flags = json_object_get(verdict, "flags");

	for (size_t i = 0; i < json_array_size(flags); i++)
		if (row_verdict_deceives(json_string_value(json_array_get(flags, i))))
			return g_str_has_prefix(kind, "pass");
	return false;
}

/* Does it pass by the word of the mail server alone? */
static bool
is_by_word(const json_t *verdict, const char *kind)
{
	const json_t *spf = json_object_get(verdict, "spf");
	bool has_spf = g_strcmp0(jsonl_string(spf, "result"), "pass") == 0 && jsonl_bool(spf, "counts", false) &&
		       !jsonl_bool(spf, "open", false) &&
		       g_strcmp0(jsonl_string(spf, "aligned"), "no") != 0;

	return strcmp(kind, "pass-spf") == 0 && !has_spf &&
	       g_strcmp0(jsonl_string(json_object_get(verdict, "dmarc"), "source"), "authres") == 0;
}

static bool
is_by_author(const json_t *signature)
{
	const char *aligned = jsonl_string(signature, "aligned");

	return g_strcmp0(aligned, "strict") == 0 || g_strcmp0(aligned, "relaxed") == 0;
}

/* Is what was changed since a stranger's signature, and none of the author's? */
static bool
is_modified_other(const json_t *verdict, const char *kind)
{
	const json_t *signatures = json_object_get(verdict, "dkim");

	for (size_t i = 0; i < json_array_size(signatures); i++) {
		const json_t *one = json_array_get(signatures, i);
		if (is_by_author(one) && g_strcmp0(jsonl_string(one, "result"), "fail") == 0)
			return false;
	}
	return strcmp(kind, "modified") == 0;
}

static void
put_meaning(struct page *page, const char *kind, const char *domain, bool is_odd)
{
	const char *meaning =
	    is_odd ? "Whoever runs %s vouches for this letter, but something in it looks made to deceive: read the "
		     "flags before you believe who wrote it."
		   : meaning_of(kind);
	char **parts = meaning == NULL ? NULL : g_strsplit(meaning, "%s", 2);
	char *text = parts == NULL ? NULL
				   : g_strjoinv(domain == NULL ? "its domain" : domain, parts);

	if (text != NULL)
		page_put_item(page, NULL, text, "text");
	g_free(text);
	g_strfreev(parts);
}

static void
put_head(struct page *page, const json_t *verdict)
{
	const char *kind = page_or_dash(jsonl_string(verdict, "verdict"));
	const json_t *author = json_object_get(verdict, "author");
	char *upper = g_ascii_strup(kind, -1);
	bool is_odd = is_doubtful(verdict, kind);
	char *text = g_strdup_printf("%s%s  %s", upper, is_odd ? ", BUT" : "",
	    page_or_dash(jsonl_string(verdict, "summary")));

	page_put_item(page, NULL, text, is_odd ? "warn" : page_style_of(kind));
	g_free(text);
	g_free(upper);
	const char *meant = is_by_word(verdict, kind) ? "by-word" : is_modified_other(verdict, kind) ? "modified-other" : kind;
	put_meaning(page, meant, jsonl_string(author, "domain"), is_odd);
	page_put(page, "", "text");
	page_put_item(
	    page, "author", page_or_dash(jsonl_string(author, "address")), "text");
	page_put_item(
	    page, "domain", page_or_dash(jsonl_string(author, "domain")), "text");
	page_put_item(page, "organization",
	    page_or_dash(jsonl_string(author, "org_domain")), "text");
	put_flags(page, json_object_get(verdict, "flags"));
	page_put_item(
	    page, "judged", page_or_dash(jsonl_string(verdict, "evaluated")), "note");
}

static void
put_key(struct page *page, const json_t *signature)
{
	gint64 bits = jsonl_int(signature, "bits", 0);
	const char *source = jsonl_string(signature, "key_source");
	char *size = bits > 0 ? g_strdup_printf(", %d bits", (int)CLAMP(bits, 0, 1 << 20))
			      : g_strdup("");
	bool is_kept = g_strcmp0(source, "archive") == 0;
	char *text = g_strdup_printf("%s%s%s%s%s",
	    page_or_dash(jsonl_string(signature, "a")), size,
	    is_kept	     ? ", key from the archive, no longer published"
	    : source != NULL ? ", key from the DNS"
			     : ", no key",
	    jsonl_bool(signature, "key_secure", false) ? ", secured by DNSSEC" : "",
	    jsonl_bool(signature, "key_test", false) ? ", marked as a test (t=y)" : "");

	page_put_item(page, "algorithm", text, "text");
	g_free(text);
	g_free(size);
}

static void
put_length(struct page *page, const json_t *signature)
{
	gint64 l = jsonl_int(signature, "l", -1),
	       total = jsonl_int(signature, "body_length", -1);

	if (l < 0)
		return;
	char *text = g_strdup_printf("%" G_GINT64_FORMAT " of %" G_GINT64_FORMAT
				     " bytes are signed, %" G_GINT64_FORMAT " after them",
	    l, total, MAX(total - l, 0));
	page_put_item(page, "length", text, total > l ? "warn" : "text");
	g_free(text);
}

static void
put_signature(struct page *page, const json_t *signature)
{
	const char *result = page_or_dash(jsonl_string(signature, "result"));
	const char *reason = jsonl_string(signature, "reason");
	char *head = g_strdup_printf(
	    "DKIM signature of %s", page_or_dash(jsonl_string(signature, "d")));
	char *said = reason == NULL || reason[0] == '\0'
			 ? g_strdup(result)
			 : g_strdup_printf("%s: %s", result, reason);

	page_put_heading(page, head);
	page_put_result(page, said, jsonl_string(signature, "d"),
	    page_style_beside(result, jsonl_string(signature, "aligned")));
	page_put_item(
	    page, "selector", page_or_dash(jsonl_string(signature, "s")), "text");
	if (jsonl_string(signature, "i") != NULL)
		page_put_item(page, "identity", jsonl_string(signature, "i"), "text");
	put_key(page, signature);
	page_put_time(page, "last published", signature, "key_seen");
	page_put_item(page, "form",
	    page_or_dash(jsonl_string(signature, "canonicalization")), "text");
	page_put_alignment(page, jsonl_string(signature, "aligned"));
	page_put_time(page, "signed", signature, "t");
	page_put_time(page, "expires", signature, "x");
	page_put_list(page, "covers", json_object_get(signature, "signed"), "text");
	page_put_list(
	    page, "not covered", json_object_get(signature, "unsigned"), "warn");
	page_put_list(page, "sealed", json_object_get(signature, "oversigned"), "text");
	if (json_array_size(json_object_get(signature, "oversigned")) > 0)
		page_put_item(page, "", "no second one of these can be added", "note");
	page_put_list(page, "added later", json_object_get(signature, "added"), "warn");
	put_length(page, signature);
	const char *want = jsonl_string(signature, "body_hash"),
		   *have = jsonl_string(signature, "body_hash_computed");
	if (want != NULL && have != NULL && strcmp(want, have) != 0) {
		page_put_item(page, "body hash", want, "bad");
		page_put_item(page, "found", have, "bad");
	}
	g_free(head);
	g_free(said);
}

/* Those of the author's own house first: by them it is decided, and forwarders and senders by order put theirs on top. */
static void
put_signatures(struct page *page, const json_t *signatures)
{
	for (int round = 0; round < 2; round++)
		for (size_t i = 0; i < json_array_size(signatures); i++)
			if (is_by_author(json_array_get(signatures, i)) == (round == 0))
				put_signature(page, json_array_get(signatures, i));
}

static void
put_each(struct page *page, const json_t *array,
    void (*put_one)(struct page *, const json_t *))
{
	for (size_t i = 0; i < json_array_size(array); i++)
		put_one(page, json_array_get(array, i));
}

json_t *
page_lines(const json_t *verdict, int width)
{
	struct page page = {.lines = json_array()};
	const json_t *signatures = json_object_get(verdict, "dkim");

	page.width = width == 0 ? WIDTH_DEFAULT : MAX(width, WIDTH_MIN);
	put_head(&page, verdict);
	put_signatures(&page, signatures);
	if (json_array_size(signatures) == 0) {
		page_put_heading(&page, "DKIM");
		page_put_item(&page, "result", "not signed", "text");
	}
	page_put_spf(&page, json_object_get(verdict, "spf"));
	page_put_dmarc(
	    &page, json_object_get(verdict, "dmarc"), jsonl_string(json_object_get(verdict, "author"), "domain"));
	page_put_arc(&page, json_object_get(verdict, "arc"));
	page_put_dkim2(&page, json_object_get(verdict, "dkim2"));
	put_each(&page, json_object_get(verdict, "authres"), page_put_authres);
	page_put_bimi(&page, json_object_get(verdict, "bimi"));
	page_put_path(&page, json_object_get(verdict, "path"));
	if (json_array_size(json_object_get(verdict, "queries")) > 0)
		page_put_heading(&page, "DNS questions");
	page_put_list(&page, "asked", json_object_get(verdict, "queries"), "note");
	return page.lines;
}
