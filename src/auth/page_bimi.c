/* SPDX-License-Identifier: GPL-3.0-or-later */
/* page_bimi.c - the section of the detail page on the sender's logo: why one is shown or not, and who stands
 * behind it. */
#include "auth/page_private.h"

#include <string.h>

static void
put_some(struct page *page, const char *label, const char *text)
{
	if (text != NULL && text[0] != '\0')
		page_put_item(page, label, text, "text");
}

static void
put_mark(struct page *page, const json_t *mark)
{
	bool is_valid = jsonl_bool(mark, "valid", false);

	char *text = g_strdup_printf("%s of %s", page_or_dash(jsonl_string(mark, "type")),
	    page_or_dash(jsonl_string(mark, "organization")));

	page_put_item(page, "certificate", text, is_valid ? "good" : "bad");
	g_free(text);
	put_some(page, "issuer", jsonl_string(mark, "issuer"));
	put_some(page, "mark", jsonl_string(mark, "mark_type"));
	put_some(page, "trademark", jsonl_string(mark, "trademark"));
	put_some(page, "public log", jsonl_string(mark, "log"));
	put_some(page, "valid until", jsonl_string(mark, "not_after"));
	if (jsonl_bool(mark, "pilot", false))
		page_put_item(page, "", "a certificate of the authority's pilot", "note");
}

static const char *
source_text(const char *source)
{
	static const struct {
		const char *source, *text;
	} texts[] = {
	    {"mark", "out of the mark certificate"},
	    {"header", "out of the header; your mail server has checked it and its mark"},
	    {"location", "from the sender's server; nobody vouches for it"},
	};

	for (size_t i = 0; source != NULL && i < G_N_ELEMENTS(texts); i++)
		if (strcmp(texts[i].source, source) == 0)
			return texts[i].text;
	return NULL;
}

void
page_put_bimi(struct page *page, const json_t *bimi)
{
	const char *result = page_or_dash(jsonl_string(bimi, "result"));
	const json_t *mark = json_object_get(bimi, "mark");

	page_put_heading(page, "Logo (BIMI)");
	page_put_result(page, result, jsonl_string(bimi, "domain"), page_style_of(result));
	put_some(page, "because", jsonl_string(bimi, "reason"));
	put_some(page, "domain", jsonl_string(bimi, "domain"));
	if (g_strcmp0(jsonl_string(bimi, "selector"), "default") != 0)
		put_some(page, "selector", jsonl_string(bimi, "selector"));
	put_some(page, "record", jsonl_string(bimi, "record"));
	if (json_is_object(mark))
		put_mark(page, mark);
	put_some(page, "logo", source_text(jsonl_string(bimi, "logo_source")));
	if (strcmp(result, "pass") == 0 && !json_is_string(json_object_get(bimi, "logo")))
		page_put_item(page, "logo",
		    "not fetched: [bimi] fetch = arrival in the rc file would let it be, when mail comes",
		    "note");
}
