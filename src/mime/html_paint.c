/* SPDX-License-Identifier: GPL-3.0-or-later */
/* html_paint.c - how sheets and attributes want an element, and whether its text is of the colour that it stands
 * on: such text is there for filters, not for readers. */
#include "mime/html_page.h"

#include <string.h>

#define MAX_NAMES 256u  /* bytes of classes, or of an id */
#define MAX_BODY  4096u /* bytes of a <body ...> */

static char *
copy(const char *text)
{
	return text ? g_strndup(text, MIN(strlen(text), MAX_NAMES)) : NULL;
}

/* The value of an attribute of a body or a cell; blanks and case do not matter. */
static unsigned
colour_of(const char *value, bool is_ground)
{
	unsigned colour;
	char *lower;
	if (!value)
		return HTML_COLOUR_OUTSIDE;
	lower = g_strstrip(g_ascii_strdown(value, (gssize)MIN(strlen(value), MAX_NAMES)));
	colour = is_ground ? html_colour_of_ground(lower) : html_colour(lower);
	g_free(lower);
	return colour;
}

/* What stood in attributes before there were sheets weighs less than any rule. */
static void
take_attributes(struct html_style *style, const char *name, const xmlChar **atts)
{
	if (strcmp(name, "font") == 0)
		style->ink = colour_of(html_page_attribute(atts, "color"), false);
	style->ground = colour_of(html_page_attribute(atts, "bgcolor"), true);
	if (html_page_attribute(atts, "background"))
		style->ground = HTML_COLOUR_UNKNOWN;
}

struct html_style
html_page_style(struct html_page *p, const char *name, const xmlChar **atts)
{
	struct html_style style = { 0 }, own = { 0 };
	struct html_named *named = &p->names[p->depth];
	bool is_body = strcmp(name, "body") == 0;
	*named = (struct html_named){ name, copy(is_body ? p->body.classes : html_page_attribute(atts, "class")),
		copy(is_body ? p->body.id : html_page_attribute(atts, "id")) };
	take_attributes(&style, name, atts);
	html_sheet_apply(p->sheet, p->names, p->depth + 1, &style);
	if (html_style_declare(&own, html_page_attribute(atts, "style")))
		html_style_over(&style, &own);
	return style;
}

void
html_page_drop_name(struct html_page *p, size_t i)
{
	g_clear_pointer(&p->names[i].classes, g_free);
	g_clear_pointer(&p->names[i].id, g_free);
}

/* the page itself */

/* The value of an attribute in the text of a tag; owned, NULL for none. */
static char *
attribute_in(const char *tag, const char *name)
{
	size_t len = strlen(name);
	for (const char *p = tag; *p; p++) {
		if (!g_ascii_isspace(*p) || g_ascii_strncasecmp(p + 1, name, len) != 0)
			continue;
		const char *value = p + 1 + len;
		value += strspn(value, " \t\r\n");
		if (*value != '=')
			continue;
		value += 1 + strspn(value + 1, " \t\r\n");
		char quote[] = { *value, '\0' };
		bool is_quoted = *value == '"' || *value == '\'';
		value += is_quoted;
		return g_strndup(value, strcspn(value, is_quoted ? quote : " \t\r\n"));
	}
	return NULL;
}

void
html_page_find_body(struct html_page *p, const char *utf8, size_t len)
{
	const char *at = utf8, *end = utf8 + len;
	while ((at = memchr(at, '<', (size_t)(end - at))) && (end - at < 6 || g_ascii_strncasecmp(at, "<body", 5) != 0))
		at++;
	const char *close = at ? memchr(at, '>', MIN((size_t)(end - at), MAX_BODY)) : NULL;
	if (!close)
		return;
	char *tag = g_strndup(at, (size_t)(close - at));
	char *style = attribute_in(tag, "style"), *ground = attribute_in(tag, "bgcolor");
	char *ink = attribute_in(tag, "text"), *picture = attribute_in(tag, "background");
	p->body.classes = attribute_in(tag, "class");
	p->body.id = attribute_in(tag, "id");
	p->body_hints.ink = colour_of(ink, false);
	p->body_hints.ground = picture ? HTML_COLOUR_UNKNOWN : colour_of(ground, true);
	(void)html_style_declare(&p->body_own, style);
	g_free(style);
	g_free(ground);
	g_free(ink);
	g_free(picture);
	g_free(tag);
}

static void
paint_page(struct html_page *p, const struct html_style *style)
{
	if (style->ink != HTML_COLOUR_OUTSIDE)
		p->page.ink = style->ink;
	if (style->ground != HTML_COLOUR_OUTSIDE && style->ground != HTML_COLOUR_CLEAR)
		p->page.ground = style->ground;
}

/* A <style> may stand anywhere: the page is looked at again when there are more rules. */
static void
look_at_page(struct html_page *p)
{
	struct html_named path[] = { { "html", NULL, NULL }, { "body", p->body.classes, p->body.id } };
	unsigned n = html_sheet_n_rules(p->sheet) + 1;
	if (n == p->n_page_rules)
		return;
	p->n_page_rules = n;
	p->page = (struct html_style){ .ink = HTML_COLOUR_BLACK,
		.ground = html_sheet_is_partial(p->sheet) ? HTML_COLOUR_UNKNOWN : HTML_COLOUR_WHITE };
	paint_page(p, &p->body_hints);
	for (size_t depth = 1; depth <= 2; depth++) {
		struct html_style style = { 0 };
		html_sheet_apply(p->sheet, path, depth, &style);
		paint_page(p, &style);
	}
	paint_page(p, &p->body_own);
}

bool
html_page_vanishes(struct html_page *p)
{
	const struct html_frame *f = p->depth > 0 ? &p->stack[p->depth - 1] : NULL;
	unsigned ink = f ? f->ink : HTML_COLOUR_OUTSIDE, ground = f ? f->ground : HTML_COLOUR_OUTSIDE;
	look_at_page(p);
	return html_colour_vanishes(ink != HTML_COLOUR_OUTSIDE ? ink : p->page.ink,
	    ground != HTML_COLOUR_OUTSIDE ? ground : p->page.ground);
}
