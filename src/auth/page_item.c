/* SPDX-License-Identifier: GPL-3.0-or-later */
/* page_item.c - the lines of which the detail page is made. */
#include "auth/page_private.h"

#include "base/safe_text.h"

#include <string.h>

enum { LABEL_COLS = 14, LINES_MAX = 2000 };

void
page_put(struct page *page, const char *display, const char *style)
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
void
page_put_item(struct page *page, const char *label, const char *text, const char *style)
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
		page_put(page, g_strchomp(line), style);
		g_free(line);
		rest += n;
		while (*rest == ' ')
			rest++;
		is_first = false;
	} while (*rest != '\0');
	g_free(safe);
}

void
page_put_heading(struct page *page, const char *text)
{
	page_put(page, "", "text");
	page_put_item(page, NULL, text, "heading");
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

void
page_put_list(
    struct page *page, const char *label, const json_t *array, const char *style)
{
	char *text = joined(array);

	if (text != NULL)
		page_put_item(page, label, text, style);
	g_free(text);
}

/* An array of strings, one a line. */
void
page_put_strings(
    struct page *page, const char *label, const json_t *array, const char *style)
{
	for (size_t i = 0; i < json_array_size(array); i++) {
		const char *one = json_string_value(json_array_get(array, i));
		if (one != NULL)
			page_put_item(page, i == 0 ? label : "", one, style);
	}
}

void
page_put_alignment(struct page *page, const char *word)
{
	static const struct {
		const char *word, *text;
	} texts[] = {
	    {"strict", "strict: the author's own domain"},
	    {"relaxed", "relaxed: of the author's organization"},
	    {"no", "no: of another organization than the author's"},
	    {"unknown", "unknown: it was not looked up"},
	};

	for (size_t i = 0; i < G_N_ELEMENTS(texts); i++)
		if (g_strcmp0(word, texts[i].word) == 0)
			word = texts[i].text;
	page_put_item(page, "aligned", page_or_dash(word), "text");
}

const char *
page_or_dash(const char *text)
{
	return text == NULL || text[0] == '\0' ? "-" : text;
}

const char *
page_style_of(const char *result)
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

void
page_put_time(
    struct page *page, const char *label, const json_t *signature, const char *key)
{
	gint64 seconds = jsonl_int(signature, key, -1);
	GDateTime *when = seconds < 0 ? NULL : g_date_time_new_from_unix_utc(seconds);

	if (when == NULL)
		return;
	char *text = g_date_time_format(when, "%Y-%m-%d %H:%M:%S UTC");
	page_put_item(page, label, text, "text");
	g_free(text);
	g_date_time_unref(when);
}

void
page_put_result(struct page *page, const char *result, const char *domain, const char *style)
{
	bool is_for = strcmp(result, "pass") == 0 && domain != NULL;
	char *text = is_for ? g_strdup_printf("%s for %s", result, domain) : g_strdup(result);

	page_put_item(page, "result", text, strcmp(style, "good") == 0 && !is_for ? "text" : style);
	g_free(text);
}

const char *
page_style_beside(const char *result, const char *aligned)
{
	bool is_aligned =
	    g_strcmp0(aligned, "strict") == 0 || g_strcmp0(aligned, "relaxed") == 0;
	const char *style = page_style_of(result);

	return strcmp(style, "good") == 0 && !is_aligned ? "text" : style;
}
