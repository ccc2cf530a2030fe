/* SPDX-License-Identifier: GPL-3.0-or-later */
/* body.c - which reader a part gets: plain text line by line as it is decoded, HTML as a whole. */
#include "mime/body.h"

#include "base/limits.h"
#include "base/safe_text.h"
#include "mime/html.h"
#include "mime/text.h"

#include <string.h>

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

static bool
parameter_is(const struct mail_part *part, const char *name, const char *value)
{
	const char *text = g_mime_object_get_content_type_parameter(part->object, name);
	return text && g_ascii_strcasecmp(text, value) == 0;
}

static void
render_text(const struct mail_part *part, struct layout *l, struct body_result *out)
{
	struct text_opts opts = {
		.flowed = strcmp(part->type, "text/plain") == 0 &&
		    parameter_is(part, "format", "flowed"),
		.delsp = parameter_is(part, "delsp", "yes"),
		.patch = strcmp(part->type, "text/x-patch") == 0 ||
		    strcmp(part->type, "text/x-diff") == 0,
	};
	struct feed f = { text_new(l, &opts), l,
		out->skips_copy && parameter_is(part, "hp-legacy-display", "1") };
	bool is_guess;
	bool is_damaged;
	(void)content_lines(&part->content, part->charset, feed_line, &f, &is_guess,
	    &is_damaged); /* stopped: the layout has said why */
	text_end(f.text);
	text_free(f.text);
	out->is_guess = out->is_guess || is_guess;
	out->is_damaged = out->is_damaged || is_damaged;
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
	if (is_cut)
		layout_note(l, "the page is longer; the rest is not shown");
	g_string_free(page, TRUE);
	g_free(charset);
}

void
body_render_part(const struct mail_part *part, struct layout *l, struct body_result *out)
{
	out->n_parts++;
	if (strcmp(part->type, "text/html") == 0)
		render_html(part, l, out);
	else
		render_text(part, l, out);
}

static unsigned
count_body(const struct mail *m)
{
	unsigned n = 0;
	for (size_t i = 0; i < mail_n_parts(m); i++) {
		const struct mail_part *part = mail_part(m, i);
		n += part->role == MAIL_BODY && part->content.len > 0;
	}
	return n;
}

static void
divider(const struct mail_part *part, bool first, struct layout *l)
{
	char *name = safe_line(part->filename);
	char *type = safe_line(part->type);
	char *line = g_strdup_printf("\342\224\200\342\224\200 part %s: %s%s%s", part->id, type,
	    *name ? ", " : "", name);
	if (!first)
		layout_line(l, "", LINE_TEXT);
	layout_line(l, line, LINE_PART);
	g_free(line);
	g_free(type);
	g_free(name);
}

/* Why there is nothing to read. */
static void
note_empty(const struct mail *m, struct layout *l)
{
	const struct mail_part *root =
	    mail_n_parts(m) > 0 ? mail_part(m, 0) : NULL;
	if (root && strcmp(root->type, "multipart/encrypted") == 0)
		layout_note(l, "the message is encrypted");
	else if (root && (strcmp(root->type, "application/pkcs7-mime") == 0 ||
			     strcmp(root->type, "application/x-pkcs7-mime") == 0))
		layout_note(l, "the message is signed or encrypted (S/MIME)");
	else
		layout_note(l, "there is no text in this message");
}

/* The draft's part with the header for old readers: the first one of the payload. */
static bool
is_legacy_copy(const struct mail *m, size_t i)
{
	const struct mail_part *part = mail_part(m, i);
	return part->parent == 0 && i == 1 &&
	    (strcmp(part->type, "text/plain") == 0 ||
		strcmp(part->type, "text/rfc822-headers") == 0) &&
	    parameter_is(part, "protected-headers", "v1") &&
	    parameter_is(mail_part(m, 0), "protected-headers", "v1");
}

/* The seal that a part lies under, -1 for none. */
static int
seal_of(const struct mail *m, const struct mail_part *part, const GArray *seals)
{
	size_t header;
	size_t body;
	mail_part_place(m, part, &header, &body);
	for (guint i = 0; seals && i < seals->len && header != G_MAXSIZE && body != G_MAXSIZE; i++) {
		const struct body_seal *seal = &g_array_index(seals, struct body_seal, i);
		if (header >= seal->start && body >= header && body <= seal->end &&
		    part->content.len <= seal->end - body)
			return (int)i;
	}
	return -1;
}

static void
seal_line(const GArray *seals, int i, struct layout *l)
{
	const char *text =
	    i >= 0 ? g_array_index(seals, struct body_seal, i).text : "not signed by anybody";
	char *safe = safe_line(text);
	char *line = g_strdup_printf("\342\225\220\342\225\220 %s", safe);
	layout_cut(l, "", line, LINE_SEAL);
	g_free(line);
	g_free(safe);
}

void
body_render(const struct mail *m, const struct body_opts *opts, struct layout *l,
    struct body_result *out)
{
	const GArray *seals = opts ? opts->seals : NULL;
	*out = (struct body_result){ 0 };
	unsigned n = count_body(m);
	int seal = -2;
	for (size_t i = 0; i < mail_n_parts(m) && !l->stopped; i++) {
		const struct mail_part *part = mail_part(m, i);
		if (part->role != MAIL_BODY || part->content.len == 0)
			continue;
		if (opts && opts->is_protected && is_legacy_copy(m, i))
			continue;
		out->skips_copy = opts && opts->is_protected;
		if (seals && seals->len > 0 && seal_of(m, part, seals) != seal) {
			seal = seal_of(m, part, seals);
			seal_line(seals, seal, l);
		}
		if (n > 1)
			divider(part, out->n_parts == 0, l);
		body_render_part(part, l, out);
	}
	if (n == 0)
		note_empty(m, l);
	if (out->is_guess)
		layout_note(l, "the text names no charset that fits it: windows-1252 was assumed");
	if (out->is_damaged)
		layout_note(l, "bytes that are no text in the charset named were replaced");
}

static bool
raw_line(const char *utf8, size_t len, void *user)
{
	struct layout *l = user;
	char *display = safe_text(utf8, len, SAFE_TEXT_BODY);
	layout_cut(l, "", display, LINE_TEXT);
	g_free(display);
	return !l->stopped;
}

void
body_render_raw(const char *bytes, size_t len, struct layout *l)
{
	struct content c = { bytes, len, GMIME_CONTENT_ENCODING_DEFAULT };
	(void)content_lines(&c, NULL, raw_line, l, NULL, NULL); /* raw text makes no promise */
}
