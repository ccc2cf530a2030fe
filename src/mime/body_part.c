/* SPDX-License-Identifier: GPL-3.0-or-later */
/* body_part.c - which reader a part gets: plain text line by line as it is decoded, all others as a
 * whole. */
#include "mime/body_part.h"

#include "base/limits.h"
#include "base/safe_text.h"
#include "mime/card.h"
#include "mime/enriched.h"
#include "mime/html.h"
#include "mime/inline_file.h"
#include "mime/source.h"
#include "mime/text.h"

#include <string.h>

#define MAX_WHOLE (4u << 20) /* bytes of a calendar, a card or enriched text that are read */

struct feed {
	struct text *text;
	const struct layout *layout;
	bool is_skipping; /* the lines up to the first empty one (RFC 9788 5.2.1) */
};

/* Stops decoding as soon as nobody wants more lines. */
static bool
feed_line(const char *utf8, size_t len, void *user)
{
	struct feed *f = user;
	if (f->is_skipping)
		f->is_skipping = len > 0;
	else
		text_feed(f->text, utf8, len);
	return !f->layout->stopped;
}

bool
body_part_has(const struct mail_part *part, const char *name, const char *value)
{
	const char *text = g_mime_object_get_content_type_parameter(part->object, name);
	return text && g_ascii_strcasecmp(text, value) == 0;
}

/* A stretch of the part's bytes, where they hold files the decoded ones, as lines of text. */
static void
feed_between(const struct mail_part *part, size_t start, size_t end, struct feed *f, struct body_result *out)
{
	struct content c = part->files ? part->plain : part->content;
	bool is_guess;
	bool is_damaged;
	if (start > 0 && start == end)
		return;
	c.bytes += start;
	c.len = end - start;
	(void)content_lines(&c, part->charset, feed_line, f, &is_guess,
	    &is_damaged); /* stopped: the layout has said why */
	out->is_guess = out->is_guess || is_guess;
	out->is_damaged = out->is_damaged || is_damaged;
}

/* In the place of a file's lines. */
static void
name_file(const struct mail_part *part, const struct inline_file *file, guint i, struct layout *l)
{
	char *name = safe_line(file->name);
	layout_note(l, "a file stands here within the text: %s, part %s~%u", name, part->id, i + 1);
	g_free(name);
}

static void
render_text(const struct mail_part *part, struct layout *l, struct body_result *out)
{
	struct text_opts opts = {
		.flowed = strcmp(part->type, "text/plain") == 0 &&
		    body_part_has(part, "format", "flowed"),
		.delsp = body_part_has(part, "delsp", "yes"),
		.patch = strcmp(part->type, "text/x-patch") == 0 ||
		    strcmp(part->type, "text/x-diff") == 0,
	};
	struct feed f = { text_new(l, &opts), l,
		out->skips_copy && body_part_has(part, "hp-legacy-display", "1") };
	size_t at = 0;
	for (guint i = 0; part->files && i < part->files->len && !l->stopped; i++) {
		const struct inline_file *file = part->files->pdata[i];
		feed_between(part, at, file->start, &f, out);
		text_end(f.text);
		name_file(part, file, i, l);
		at = file->start + file->len;
	}
	feed_between(part, at, part->files ? part->plain.len : part->content.len, &f, out);
	text_end(f.text);
	text_free(f.text);
}

static bool
keep_start(const char *bytes, size_t len, void *user)
{
	g_string_append_len(user, bytes, (gssize)len);
	return false;
}

/* The charset of an HTML part: the header's word goes before the page's own. Owned or NULL. */
static char *
page_charset(const struct mail_part *part)
{
	if (part->charset)
		return g_strdup(part->charset);
	GString *start = g_string_new(NULL);
	(void)content_read(&part->content, keep_start, start); /* stopped after one block */
	char *name = html_charset(start->str, start->len);
	g_string_free(start, TRUE);
	return name;
}

static void
render_html(const struct mail_part *part, struct layout *l, struct body_result *out)
{
	char *charset = page_charset(part);
	bool is_cut;
	GString *page = content_text(&part->content, charset, LIMIT_BODY_TEXT, &is_cut);
	for (size_t i = 0; i < page->len; i++)
		if (page->str[i] == '\0') /* libxml2 would end there */
			page->str[i] = ' ';
	struct html_result result;
	html_render(page->str, page->len, l, &result);
	out->n_remote += result.n_remote;
	out->n_trackers += result.n_trackers;
	if (is_cut)
		layout_note(l, "the page is longer; the rest is not shown");
	g_string_free(page, TRUE);
	g_free(charset);
}

/* All of a part's text at once, for readers that need it whole. */
static GString *
whole_text(const struct mail_part *part, struct layout *l)
{
	bool is_cut;
	GString *text = content_text(&part->content, part->charset ? part->charset : "utf-8",
	    MAX_WHOLE, &is_cut);
	if (is_cut && l)
		layout_note(l, "the part is longer; the rest is not shown");
	return text;
}

bool
body_part_is_calendar(const struct mail_part *part)
{
	return !part->is_message && (strcmp(part->type, "text/calendar") == 0 ||
					strcmp(part->type, "application/ics") == 0);
}

struct calendar *
body_part_calendar(const struct mail_part *part)
{
	GString *text = whole_text(part, NULL);
	struct calendar *c = calendar_parse(text->str, text->len);
	g_string_free(text, TRUE);
	return c;
}

static void
render_calendar(const struct mail_part *part, struct layout *l, struct body_result *out)
{
	struct calendar *c = body_part_calendar(part);
	(void)out;
	calendar_lines(c, l);
	calendar_free(c);
}

static void
render_card(const struct mail_part *part, struct layout *l, struct body_result *out)
{
	GString *text = whole_text(part, l);
	(void)out;
	card_lines(text->str, text->len, l);
	g_string_free(text, TRUE);
}

static void
render_enriched(const struct mail_part *part, struct layout *l, struct body_result *out)
{
	GString *text = whole_text(part, l);
	(void)out;
	enriched_render(text->str, text->len, strcmp(part->type, "text/richtext") == 0, l);
	g_string_free(text, TRUE);
}

static bool
append_bytes(const char *bytes, size_t len, void *user)
{
	g_string_append_len(user, bytes, (gssize)len);
	return true;
}

/* A message that came in base64 or quoted-printable, which RFC 2046 5.2.1 forbids and some send: no
 * parser takes it apart where it lies. */
static void
render_encoded_message(const struct mail_part *part, struct layout *l, struct body_result *out)
{
	GString *bytes = g_string_new(NULL);
	struct source inner;
	(void)content_read(&part->content, append_bytes, bytes); /* never stopped */
	source_init(&inner, bytes->str, bytes->len);
	if (inner.limited) {
		layout_note(l, "shown as raw text: %s", inner.limited);
		body_render_raw(inner.bytes, inner.len, l);
	} else {
		body_head_lines(inner.header, l);
		body_render(inner.message, NULL, l, out);
	}
	source_fini(&inner);
	g_string_free(bytes, TRUE);
}

static const struct {
	const char *type;
	void (*render)(const struct mail_part *part, struct layout *l, struct body_result *out);
} readers[] = {
	{ "text/html", render_html },
	{ "text/calendar", render_calendar },
	{ "application/ics", render_calendar },
	{ "text/vcard", render_card },
	{ "text/x-vcard", render_card },
	{ "text/directory", render_card },
	{ "text/enriched", render_enriched },
	{ "text/richtext", render_enriched },
	{ "message/rfc822", render_encoded_message },
	{ "message/global", render_encoded_message },
};

void
body_render_part(const struct mail_part *part, struct layout *l, struct body_result *out)
{
	out->n_parts++;
	for (size_t i = 0; i < G_N_ELEMENTS(readers); i++) {
		if (strcmp(part->type, readers[i].type) == 0) {
			readers[i].render(part, l, out);
			return;
		}
	}
	render_text(part, l, out);
}
