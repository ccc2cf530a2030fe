/* SPDX-License-Identifier: GPL-3.0-or-later */
/* html_page.c - what the start and the end of an element do to the running text. */
#include "mime/html_page.h"

#include "base/safe_text.h"
#include "mime/images.h"

#include <string.h>

#define TRACKER_PIXELS 2 /* what is not larger is not there to be seen */
#define ICON_PIXELS 32	 /* what is not larger has no room of its own */

bool
html_page_is_hidden(const struct html_page *p)
{
	return p->depth > 0 && p->stack[p->depth - 1].hidden;
}

bool
html_page_shows_text(const struct html_page *p)
{
	const struct html_frame *f = p->depth > 0 ? &p->stack[p->depth - 1] : NULL;
	return !f || (!f->hidden && !f->is_invisible && !f->is_tiny);
}

/* The table is not data: what it held so far goes out as running text. */
void
html_page_dissolve(struct html_page *p)
{
	struct html_table *t = g_steal_pointer(&p->table);
	if (!t)
		return;
	html_table_dissolve(t, &p->flow);
	html_table_free(t);
	for (size_t i = 0; i < p->depth; i++)
		p->stack[i].owns_table = false;
}

void
html_page_text(struct html_page *p, const char *text, size_t len)
{
	if (p->table && html_table_text(p->table, text, len))
		return;
	html_page_dissolve(p);
	html_flow_text(&p->flow, text, len);
}

static void
end_line(struct html_page *p)
{
	if (p->table)
		html_table_break(p->table);
	else
		html_flow_break(&p->flow);
}

static void
end_paragraph(struct html_page *p)
{
	if (p->table)
		html_table_break(p->table);
	else
		html_flow_paragraph(&p->flow);
}

const char *
html_page_attribute(const xmlChar **atts, const char *name)
{
	for (; atts && atts[0]; atts += 2)
		if (strcmp((const char *)atts[0], name) == 0)
			return atts[1] ? (const char *)atts[1] : "";
	return NULL;
}

static unsigned
number_attribute(const xmlChar **atts, const char *name, unsigned fallback, unsigned max)
{
	const char *text = html_page_attribute(atts, name);
	if (!text || !g_ascii_isdigit(*text))
		return fallback;
	return (unsigned)MIN(g_ascii_strtoull(text, NULL, 10), max);
}

static void
start_list_item(struct html_page *p, struct html_frame *f)
{
	struct html_frame *list = NULL;
	for (size_t i = p->depth - 1; i-- > 0 && !list;)
		if (p->stack[i].element && (p->stack[i].element->kind == HTML_UL ||
					       p->stack[i].element->kind == HTML_OL))
			list = &p->stack[i];
	end_line(p);
	if (p->table) /* a list in a table is layout */
		html_page_dissolve(p);
	if (!list) { /* outside of any list it has an indent of its own */
		f->indent = 2;
		p->flow.indent += 2;
	}
	g_free(p->flow.bullet);
	p->flow.bullet = list && list->element->kind == HTML_OL
	    ? g_strdup_printf("%u. ", list->next++)
	    : g_strdup("\342\200\242 ");
}

static void
start_list(struct html_page *p, struct html_frame *f, const xmlChar **atts)
{
	html_page_dissolve(p);
	html_flow_break(&p->flow);
	if (p->flow.indent == 0)
		p->flow.want_blank = true;
	f->indent = f->element->kind == HTML_OL ? 4 : 2;
	f->next = number_attribute(atts, "start", 1, 1000000);
	p->flow.indent += f->indent;
}

static void
start_quote(struct html_page *p, struct html_frame *f)
{
	html_page_dissolve(p);
	html_flow_paragraph(&p->flow);
	f->quote = 1;
	p->flow.quote++;
}

static void
start_pre(struct html_page *p)
{
	html_page_dissolve(p);
	html_flow_paragraph(&p->flow);
	html_flow_gap(&p->flow);
	p->flow.pre = true;
}

/* Is either side at most so many pixels? */
static bool
is_small(const xmlChar **atts, unsigned pixels)
{
	return number_attribute(atts, "width", 1000, 1000) <= pixels ||
	    number_attribute(atts, "height", 1000, 1000) <= pixels;
}

/* The number of an image that gets a line and a place of its own, 0 for all others. */
static unsigned
placed_image(const struct html_page *p, const xmlChar **atts, const char *src)
{
	const struct layout *l = p->flow.layout;
	if (!src || !l->images || is_small(atts, ICON_PIXELS) ||
	    l->shows_images < (images_is_remote(src) ? LAYOUT_IMAGES_ALL : LAYOUT_IMAGES_OWN))
		return 0;
	return images_add(l->images, src);
}

static void
place_image(struct html_page *p, const char *alt, unsigned n)
{
	char *text = g_strdup_printf("[%s]", alt && *alt ? alt : "image");
	char *display = safe_line(text);
	html_page_dissolve(p);
	html_flow_break(&p->flow);
	html_flow_gap(&p->flow);
	char *prefix = html_flow_prefix(&p->flow, true);
	layout_image(p->flow.layout, prefix, display, n);
	html_flow_collapse(p->words, text, MIN(strlen(text), HTML_PAGE_WORDS));
	g_free(prefix);
	g_free(display);
	g_free(text);
}

void
html_page_image(struct html_page *p, const xmlChar **atts, const struct html_style *style)
{
	const char *src = html_page_attribute(atts, "src");
	const char *alt = html_page_attribute(atts, "alt");
	bool is_hidden = html_page_is_hidden(p) || html_style_hides(style) ||
	    style->traits[HTML_VISIBILITY] == HTML_UNSEEN ||
	    (p->depth > 0 && p->stack[p->depth - 1].is_invisible);
	if (images_is_remote(src)) {
		p->result->n_remote++;
		p->result->n_trackers += is_hidden || is_small(atts, TRACKER_PIXELS);
	}
	if (is_hidden)
		return;
	unsigned n = placed_image(p, atts, src);
	if (n > 0) {
		place_image(p, alt, n);
		return;
	}
	bool in_link = false;
	for (size_t i = 0; i < p->depth; i++)
		in_link = in_link || p->stack[i].link > 0;
	if ((!alt || !*alt) && !in_link)
		return;
	char *text = g_strdup_printf("[%s]", alt && *alt ? alt : "image");
	html_flow_collapse(p->words, text, MIN(strlen(text), HTML_PAGE_WORDS));
	html_page_text(p, text, strlen(text));
	g_free(text);
}

static void
start_rule(struct html_page *p)
{
	html_page_dissolve(p);
	html_flow_break(&p->flow);
	int cols = html_flow_columns(&p->flow);
	GString *line = g_string_new(NULL);
	for (int i = 0; i < (cols > 0 ? MIN(cols, 72) : 72); i++)
		g_string_append(line, "\342\224\200");
	char *prefix = html_flow_prefix(&p->flow, true);
	html_flow_gap(&p->flow);
	layout_wrap(p->flow.layout, prefix, NULL, line->str,
	    layout_quote_style(p->flow.quote));
	g_free(prefix);
	g_string_free(line, TRUE);
}

static void
start_table(struct html_page *p, struct html_frame *f)
{
	html_page_dissolve(p);
	html_flow_break(&p->flow);
	p->table = html_table_new();
	f->owns_table = true;
}

static void
start_row(struct html_page *p)
{
	if (p->table)
		html_table_row(p->table);
	else
		html_flow_break(&p->flow);
}

static void
start_cell(struct html_page *p, const struct html_frame *f, const xmlChar **atts)
{
	if (p->table)
		html_table_cell(p->table, f->element->kind == HTML_TH,
		    number_attribute(atts, "colspan", 1, 32), f->is_right);
	else
		html_flow_break(&p->flow);
}

static void
start_link(struct html_page *p, struct html_frame *f, const xmlChar **atts)
{
	const char *href = html_page_attribute(atts, "href");
	f->link = href ? links_add(p->links, href) : 0;
	g_string_truncate(p->words, 0);
}

/* A link on a place in a picture: its words are all that can be shown of it. */
static void
start_area(struct html_page *p, struct html_frame *f, const xmlChar **atts)
{
	const char *alt = html_page_attribute(atts, "alt");
	start_link(p, f, atts);
	if (f->link == 0 || !alt || !*alt)
		return;
	end_line(p);
	html_flow_collapse(p->words, alt, MIN(strlen(alt), HTML_PAGE_WORDS));
	html_page_text(p, alt, strlen(alt));
}

/* What would mean something else without it: a price that was, a power, somebody's words. */
static const char *
mark_of(enum html_kind kind)
{
	return kind == HTML_DELETED ? "~" : kind == HTML_RAISED ? "^" : "\"";
}

void
html_page_start(struct html_page *p, struct html_frame *f, const xmlChar **atts)
{
	switch (f->element->kind) {
	case HTML_INLINE:
	case HTML_HIDDEN:
	case HTML_IMG: /* counted even when it is hidden: see on_start() */
		break;
	case HTML_BLOCK:
		end_line(p);
		break;
	case HTML_PARAGRAPH:
		end_paragraph(p);
		break;
	case HTML_HEADING:
		html_page_dissolve(p);
		html_flow_paragraph(&p->flow);
		p->flow.heading = true;
		break;
	case HTML_BR:
		if (p->table)
			html_table_break(p->table);
		else
			html_flow_newline(&p->flow);
		break;
	case HTML_HR:
		start_rule(p);
		break;
	case HTML_UL:
	case HTML_OL:
		start_list(p, f, atts);
		break;
	case HTML_LI:
		start_list_item(p, f);
		break;
	case HTML_DD:
		end_line(p);
		f->indent = 4;
		p->flow.indent += 4;
		break;
	case HTML_QUOTE:
		start_quote(p, f);
		break;
	case HTML_PRE:
		start_pre(p);
		break;
	case HTML_TABLE:
		start_table(p, f);
		break;
	case HTML_TR:
		start_row(p);
		break;
	case HTML_TD:
	case HTML_TH:
		start_cell(p, f, atts);
		break;
	case HTML_A:
		start_link(p, f, atts);
		break;
	case HTML_AREA:
		start_area(p, f, atts);
		break;
	case HTML_DELETED:
	case HTML_RAISED:
	case HTML_QUOTED:
		if (html_page_shows_text(p))
			html_page_text(p, mark_of(f->element->kind), strlen(mark_of(f->element->kind)));
		break;
	}
}

static void
end_link(struct html_page *p, const struct html_frame *f)
{
	if (f->link == 0)
		return;
	char *words = g_strstrip(g_strdup(p->words->str));
	links_words(p->links, f->link, words);
	if (*words && !links_is_plain(p->links, f->link, words)) {
		char *mark = links_mark(p->links, f->link);
		html_page_text(p, mark, strlen(mark));
		g_free(mark);
	}
	g_free(words);
}

static void
end_table(struct html_page *p, const struct html_frame *f)
{
	if (!f->owns_table || !p->table) {
		end_line(p);
		return;
	}
	struct html_table *t = g_steal_pointer(&p->table);
	html_table_give(t, &p->flow);
	html_table_free(t);
}

void
html_page_end(struct html_page *p, const struct html_frame *f)
{
	switch (f->element->kind) {
	case HTML_PARAGRAPH:
		end_paragraph(p);
		break;
	case HTML_HEADING:
	case HTML_QUOTE:
		html_page_dissolve(p);
		html_flow_paragraph(&p->flow);
		break;
	case HTML_PRE:
		html_flow_break(&p->flow);
		p->flow.want_blank = true;
		break;
	case HTML_UL:
	case HTML_OL:
		html_flow_break(&p->flow);
		p->flow.want_blank = p->flow.want_blank || p->flow.indent <= f->indent;
		break;
	case HTML_TABLE:
		end_table(p, f);
		break;
	case HTML_A:
	case HTML_AREA:
		end_link(p, f);
		break;
	case HTML_DELETED:
	case HTML_QUOTED:
		if (html_page_shows_text(p))
			html_page_text(p, mark_of(f->element->kind), strlen(mark_of(f->element->kind)));
		break;
	case HTML_BLOCK:
	case HTML_LI:
	case HTML_DD:
		end_line(p);
		break;
	case HTML_INLINE:
	case HTML_HIDDEN:
	case HTML_RAISED:
	case HTML_BR:
	case HTML_HR:
	case HTML_TR:
	case HTML_TD:
	case HTML_TH:
	case HTML_IMG:
		break;
	}
}

