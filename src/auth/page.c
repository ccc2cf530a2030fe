/* SPDX-License-Identifier: GPL-3.0-or-later */
/* page.c - the detail page. It is made from the JSON object alone, so that a letter of
 * last year shows what was true when it came, and nothing is asked of anyone when it is
 * looked at. */
#include "auth/page.h"

#include "base/jsonl.h"
#include "base/safe_text.h"

#include <string.h>

enum { WIDTH_MIN = 20, WIDTH_DEFAULT = 80, LABEL_COLS = 14, LINES_MAX = 2000 };

struct page {
	json_t *lines;
	int width;
};

static void
put(struct page *page, const char *display, const char *style)
{
	if (json_array_size(page->lines) < LINES_MAX)
		json_array_append_new(
		    page->lines, json_pack("{s:s, s:s}", "t", display, "s", style));
}

/* Where to break: after the last blank that fits, else where the line is full. */
static size_t
break_at(const char *text, int cols)
{
	size_t fit = safe_text_fit(text, cols, NULL);

	if (text[fit] == '\0')
		return fit;
	for (size_t i = fit; i > 0; i--)
		if (text[i] == ' ')
			return i;
	return fit > 0 ? fit : strlen(text);
}

/* "  label      text", wrapped under the text. */
static void
put_item(struct page *page, const char *label, const char *text, const char *style)
{
	int indent = label == NULL ? 0 : LABEL_COLS + 2;
	char *safe = safe_line(text);
	const char *rest = safe;
	bool is_first = true;

	do {
		size_t n = break_at(rest, MAX(page->width - indent, 8));
		char *line = g_strdup_printf("%s%-*s%.*s", label == NULL ? "" : "  ",
		    label == NULL ? 0 : LABEL_COLS,
		    label != NULL && is_first ? label : "", (int)n, rest);
		put(page, g_strchomp(line), style);
		g_free(line);
		rest += n;
		while (*rest == ' ')
			rest++;
		is_first = false;
	} while (*rest != '\0');
	g_free(safe);
}

static void
put_heading(struct page *page, const char *text)
{
	put(page, "", "text");
	put_item(page, NULL, text, "heading");
}

/* The strings of an array as "a, b, c"; NULL when there are none. Owned. */
static char *
joined(const json_t *array)
{
	GString *out = g_string_new(NULL);

	for (size_t i = 0; i < json_array_size(array); i++) {
		const char *one = json_string_value(json_array_get(array, i));
		if (one != NULL)
			g_string_append_printf(
			    out, "%s%s", out->len > 0 ? ", " : "", one);
	}
	return g_string_free(out, out->len == 0);
}

static void
put_list(struct page *page, const char *label, const json_t *array, const char *style)
{
	char *text = joined(array);

	if (text != NULL)
		put_item(page, label, text, style);
	g_free(text);
}

static const char *
or_dash(const char *text)
{
	return text == NULL || text[0] == '\0' ? "-" : text;
}

static const char *
style_of(const char *result)
{
	static const struct {
		const char *result, *style;
	} styles[] = {
	    {"pass", "good"},
	    {"pass-spf", "good"},
	    {"fail", "bad"},
	    {"suspect", "bad"},
	    {"fail-soft", "warn"},
	    {"modified", "warn"},
	    {"permerror", "warn"},
	    {"policy", "warn"},
	    {"temperror", "warn"},
	    {"softfail", "warn"},
	};

	for (size_t i = 0; result != NULL && i < G_N_ELEMENTS(styles); i++)
		if (strcmp(styles[i].result, result) == 0)
			return styles[i].style;
	return "text";
}

static void
put_head(struct page *page, const json_t *verdict)
{
	const char *kind = or_dash(jsonl_string(verdict, "verdict"));
	const json_t *author = json_object_get(verdict, "author");
	char *upper = g_ascii_strup(kind, -1);
	char *text =
	    g_strdup_printf("%s  %s", upper, or_dash(jsonl_string(verdict, "summary")));

	put_item(page, NULL, text, style_of(kind));
	g_free(text);
	g_free(upper);
	put(page, "", "text");
	put_item(page, "author", or_dash(jsonl_string(author, "address")), "text");
	put_item(page, "domain", or_dash(jsonl_string(author, "domain")), "text");
	put_item(
	    page, "organization", or_dash(jsonl_string(author, "org_domain")), "text");
	put_list(page, "flags", json_object_get(verdict, "flags"), "warn");
	put_item(page, "judged", or_dash(jsonl_string(verdict, "evaluated")), "note");
}

static void
put_time(struct page *page, const char *label, const json_t *signature, const char *key)
{
	gint64 seconds = jsonl_int(signature, key, -1);
	GDateTime *when = seconds < 0 ? NULL : g_date_time_new_from_unix_utc(seconds);

	if (when == NULL)
		return;
	char *text = g_date_time_format(when, "%Y-%m-%d %H:%M:%S UTC");
	put_item(page, label, text, "text");
	g_free(text);
	g_date_time_unref(when);
}

static void
put_key(struct page *page, const json_t *signature)
{
	gint64 bits = jsonl_int(signature, "bits", 0);
	const char *source = jsonl_string(signature, "key_source");
	char *size = bits > 0 ? g_strdup_printf(", %d bits", (int)CLAMP(bits, 0, 1 << 20))
			      : g_strdup("");
	char *text = g_strdup_printf("%s%s%s%s%s", or_dash(jsonl_string(signature, "a")),
	    size, source != NULL ? ", key from the DNS" : ", no key",
	    jsonl_bool(signature, "key_secure", false) ? ", secured by DNSSEC" : "",
	    jsonl_bool(signature, "key_test", false) ? ", marked as a test (t=y)" : "");

	put_item(page, "algorithm", text, "text");
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
	put_item(page, "length", text, total > l ? "warn" : "text");
	g_free(text);
}

static void
put_signature(struct page *page, const json_t *signature)
{
	const char *result = or_dash(jsonl_string(signature, "result"));
	const char *reason = jsonl_string(signature, "reason");
	char *head = g_strdup_printf(
	    "DKIM signature of %s", or_dash(jsonl_string(signature, "d")));
	char *said = reason == NULL || reason[0] == '\0'
			 ? g_strdup(result)
			 : g_strdup_printf("%s: %s", result, reason);

	put_heading(page, head);
	put_item(page, "result", said, style_of(result));
	put_item(page, "selector", or_dash(jsonl_string(signature, "s")), "text");
	if (jsonl_string(signature, "i") != NULL)
		put_item(page, "identity", jsonl_string(signature, "i"), "text");
	put_key(page, signature);
	put_item(
	    page, "form", or_dash(jsonl_string(signature, "canonicalization")), "text");
	put_item(page, "aligned", or_dash(jsonl_string(signature, "aligned")), "text");
	put_time(page, "signed", signature, "t");
	put_time(page, "expires", signature, "x");
	put_list(page, "covers", json_object_get(signature, "signed"), "text");
	put_list(page, "not covered", json_object_get(signature, "unsigned"), "warn");
	put_list(page, "sealed", json_object_get(signature, "oversigned"), "text");
	put_list(page, "added later", json_object_get(signature, "added"), "warn");
	put_length(page, signature);
	const char *want = jsonl_string(signature, "body_hash"),
		   *have = jsonl_string(signature, "body_hash_computed");
	if (want != NULL && have != NULL && strcmp(want, have) != 0) {
		put_item(page, "body hash", want, "bad");
		put_item(page, "found", have, "bad");
	}
	g_free(head);
	g_free(said);
}

static void
put_spf(struct page *page, const json_t *spf)
{
	const char *result = or_dash(jsonl_string(spf, "result"));
	const char *id = jsonl_string(spf, "authserv_id");

	put_heading(page, "SPF");
	put_item(page, "result", result, style_of(result));
	if (id == NULL) {
		put_item(page, "source",
		    "no trusted server says; it cannot be checked after delivery",
		    "note");
		return;
	}
	put_item(page, "domain", or_dash(jsonl_string(spf, "domain")), "text");
	put_item(page, "aligned", or_dash(jsonl_string(spf, "aligned")), "text");
	put_item(page, "source", id, "text");
	if (!jsonl_bool(spf, "counts", false))
		put_item(page, "",
		    "a pass does not count: it stands where the sender could have "
		    "written it",
		    "note");
}

static void
put_dmarc(struct page *page, const json_t *dmarc)
{
	const char *result = or_dash(jsonl_string(dmarc, "result"));
	const json_t *walk = json_object_get(dmarc, "walk");

	put_heading(page, "DMARC");
	put_item(page, "result", result, style_of(result));
	put_item(page, "policy", or_dash(jsonl_string(dmarc, "policy")), "text");
	put_item(page, "found at", or_dash(jsonl_string(dmarc, "domain")), "text");
	for (size_t i = 0; i < json_array_size(walk); i++)
		put_item(page, i == 0 ? "asked" : "",
		    or_dash(json_string_value(json_array_get(walk, i))), "note");
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
	if (jsonl_bool(field, "used", false))
		return "trusted, used";
	if (jsonl_bool(field, "trusted", false))
		return "ignored: the place in the trace is not certain";
	return "ignored: not one of your servers";
}

static void
put_result(struct page *page, const json_t *result)
{
	GString *text = g_string_new(NULL);
	const json_t *properties = json_object_get(result, "properties");
	const char *reason = jsonl_string(result, "reason");
	const char *word = jsonl_string(result, "result");

	g_string_append_printf(text, "%s", or_dash(word));
	if (reason != NULL)
		g_string_append_printf(text, " (%s)", reason);
	for (void *it = json_object_iter((json_t *)(guintptr)properties); it != NULL;
	     it = json_object_iter_next((json_t *)(guintptr)properties, it))
		g_string_append_printf(text, " %s=%s", json_object_iter_key(it),
		    or_dash(json_string_value(json_object_iter_value(it))));
	char *label = safe_line(or_dash(jsonl_string(result, "method")));
	size_t fit = safe_text_fit(label, LABEL_COLS - 1, NULL);
	label[fit] = '\0';
	put_item(page, label, text->str, "text");
	g_free(label);
	g_string_free(text, TRUE);
}

static void
put_authres(struct page *page, const json_t *field)
{
	const json_t *results = json_object_get(field, "results");
	bool is_used = jsonl_bool(field, "used", false),
	     is_forged = jsonl_bool(field, "forged", false);
	char *head = g_strdup_printf(
	    "Authentication-Results of %s", or_dash(jsonl_string(field, "authserv_id")));

	put_heading(page, head);
	put_item(page, "standing", standing(field),
	    is_forged ? "bad"
	    : is_used ? "good"
		      : "note");
	if (jsonl_string(field, "problem") != NULL)
		put_item(page, "problem", jsonl_string(field, "problem"), "note");
	for (size_t i = 0; i < json_array_size(results); i++)
		put_result(page, json_array_get(results, i));
	g_free(head);
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
	put_each(&page, signatures, put_signature);
	if (json_array_size(signatures) == 0) {
		put_heading(&page, "DKIM");
		put_item(&page, "result", "not signed", "text");
	}
	put_spf(&page, json_object_get(verdict, "spf"));
	put_dmarc(&page, json_object_get(verdict, "dmarc"));
	put_each(&page, json_object_get(verdict, "authres"), put_authres);
	put_heading(&page, "DNS questions");
	put_list(&page, "asked", json_object_get(verdict, "queries"), "note");
	return page.lines;
}
