/* SPDX-License-Identifier: GPL-3.0-or-later */
/* html_flow.c - setting paragraphs: what CSS calls block and inline, as far as a terminal has it. */
#include "mime/html_flow.h"

#include "base/safe_text.h"

#include <string.h>

#define MAX_TEXT (64u << 10) /* bytes of one paragraph before it is given out */
#define MAX_QUOTE 20u	     /* quote marks that are drawn */
#define MAX_INDENT 40u	     /* columns */

void
html_flow_init(struct html_flow *f, struct layout *l)
{
	*f = (struct html_flow){ .layout = l };
	f->text = g_string_new(NULL);
}

void
html_flow_fini(struct html_flow *f)
{
	g_string_free(f->text, TRUE);
	g_free(f->bullet);
}

static bool
is_space(char c)
{
	return c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\f' || c == '\0';
}

void
html_flow_collapse(GString *out, const char *text, size_t len)
{
	for (size_t i = 0; i < len; i++) {
		if (!is_space(text[i]))
			g_string_append_c(out, text[i]);
		else if (out->len > 0 && out->str[out->len - 1] != ' ')
			g_string_append_c(out, ' ');
	}
}

char *
html_flow_prefix(struct html_flow *f, bool first)
{
	GString *out = g_string_new(NULL);
	for (unsigned i = 0; i < MIN(f->quote, MAX_QUOTE); i++)
		g_string_append(out, "> ");
	unsigned indent = MIN(f->indent, MAX_INDENT);
	unsigned used = 0;
	if (first && f->bullet) {
		used = (unsigned)safe_text_columns(f->bullet);
		for (unsigned i = used; i < indent; i++)
			g_string_append_c(out, ' ');
		g_string_append(out, f->bullet);
		g_clear_pointer(&f->bullet, g_free);
		return g_string_free(out, FALSE);
	}
	for (unsigned i = 0; i < indent; i++)
		g_string_append_c(out, ' ');
	return g_string_free(out, FALSE);
}

int
html_flow_columns(const struct html_flow *f)
{
	if (f->layout->width == 0)
		return 0;
	unsigned used = 2 * MIN(f->quote, MAX_QUOTE) + MIN(f->indent, MAX_INDENT);
	return MAX(f->layout->width - (int)used, 1);
}

void
html_flow_gap(struct html_flow *f)
{
	if (f->want_blank && f->any) {
		/* between two depths of quoting it belongs to the outer one */
		unsigned quote = MIN(MIN(f->quote, f->last_quote), MAX_QUOTE);
		char *marks = g_strnfill(2 * quote, ' ');
		for (char *p = marks; *p; p += 2)
			*p = '>';
		layout_line(f->layout, g_strchomp(marks), layout_quote_style(quote));
		g_free(marks);
	}
	f->last_quote = f->quote;
	f->want_blank = false;
	f->any = true;
}

static enum line_style
style_of(const struct html_flow *f)
{
	if (f->quote > 0)
		return layout_quote_style(f->quote);
	if (f->heading)
		return LINE_HEADING;
	return f->pre ? LINE_CODE : LINE_TEXT;
}

static void
give_text(struct html_flow *f)
{
	html_flow_gap(f);
	char *display =
	    safe_text(f->text->str, f->text->len, f->pre ? SAFE_TEXT_BODY : SAFE_TEXT_LINE);
	char *prefix = html_flow_prefix(f, true);
	char *hang = html_flow_prefix(f, false);
	if (f->pre)
		layout_cut(f->layout, prefix, display, style_of(f));
	else
		layout_wrap(f->layout, prefix, hang, g_strchomp(display), style_of(f));
	g_free(prefix);
	g_free(hang);
	g_free(display);
	g_string_truncate(f->text, 0);
}

void
html_flow_newline(struct html_flow *f)
{
	if (f->text->len > 0 || f->pre)
		give_text(f);
	else
		f->want_blank = true; /* several <br> make one empty line */
}

void
html_flow_break(struct html_flow *f)
{
	while (!f->pre && f->text->len > 0 && f->text->str[f->text->len - 1] == ' ')
		g_string_truncate(f->text, f->text->len - 1);
	if (f->text->len > 0)
		give_text(f);
}

void
html_flow_paragraph(struct html_flow *f)
{
	html_flow_break(f);
	f->want_blank = true;
}

static void
pre_text(struct html_flow *f, const char *text, size_t len)
{
	const char *end = text + len;
	while (text < end) {
		const char *nl = memchr(text, '\n', (size_t)(end - text));
		const char *stop = nl ? nl : end;
		g_string_append_len(f->text, text, stop - text);
		if (nl)
			html_flow_newline(f);
		text = stop + (nl ? 1 : 0);
	}
}

void
html_flow_text(struct html_flow *f, const char *text, size_t len)
{
	if (f->pre)
		pre_text(f, text, len);
	else
		html_flow_collapse(f->text, text, len);
	if (f->text->len > MAX_TEXT)
		give_text(f);
}
