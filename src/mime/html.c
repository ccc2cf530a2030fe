/* SPDX-License-Identifier: GPL-3.0-or-later */
/* html.c - the elements of a page as libxml2's parser reports them, one after the other. There is no
 * tree and no recursion: open elements stand on a bounded stack. */
#include "mime/html.h"

#include "mime/html_page.h"

#include <string.h>

#define BODY "<html><body>"
#define MAX_OVERFLOW 4096u /* elements past the stack before the page is given up: sloppy mail
			    * leaves hundreds of inline elements open */
/* libxml2 takes quadratic time over the attributes of one tag and over end tags that end nothing: */
#define MAX_SEPARATORS 50000u /* blanks and quotes between two events of the parser */
#define MAX_ATTRIBUTES 1000u
#define MAX_ERRORS 100000u

static void
give_up(struct html_page *p)
{
	p->result->given_up = true;
	xmlStopParser(p->parser);
}

static size_t
count_attributes(const xmlChar **atts)
{
	size_t n = 0;
	while (atts && atts[2 * n])
		n++;
	return n;
}

static bool
is_unseen(const struct html_style *style, enum html_trait trait, bool is_outside)
{
	enum html_seen seen = style->traits[trait];
	return seen == HTML_AS_OUTSIDE ? is_outside : seen == HTML_UNSEEN;
}

static bool
is_right(const xmlChar **atts)
{
	const char *align = html_page_attribute(atts, "align");
	return align && g_ascii_strcasecmp(align, "right") == 0;
}

/* A link has a colour of its own. */
static unsigned
ink_of(const struct html_style *style, const struct html_element *element, const xmlChar **atts,
    const struct html_frame *outer)
{
	if (style->ink != HTML_COLOUR_OUTSIDE)
		return style->ink;
	if (element && element->kind == HTML_A && html_page_attribute(atts, "href"))
		return HTML_COLOUR_LINK;
	return outer ? outer->ink : HTML_COLOUR_OUTSIDE;
}

static unsigned
ground_of(const struct html_style *style, const struct html_frame *outer)
{
	if (style->ground != HTML_COLOUR_OUTSIDE && style->ground != HTML_COLOUR_CLEAR)
		return style->ground;
	return outer ? outer->ground : HTML_COLOUR_OUTSIDE;
}

static void
on_start(void *user, const xmlChar *name, const xmlChar **atts)
{
	struct html_page *p = user;
	p->separators = 0;
	if (p->flow.layout->stopped) {
		xmlStopParser(p->parser);
		return;
	}
	if (count_attributes(atts) > MAX_ATTRIBUTES) {
		give_up(p);
		return;
	}
	const struct html_element *element = html_element_find((const char *)name);
	struct html_style style = html_page_style(p, (const char *)name, atts);
	if (element && element->kind == HTML_IMG)
		html_page_image(p, atts, &style);
	if (p->depth == LIMIT_HTML_DEPTH) {
		html_page_drop_name(p, p->depth);
		if (++p->overflow > MAX_OVERFLOW)
			give_up(p);
		return;
	}
	bool hidden = html_page_is_hidden(p) || (element && element->kind == HTML_HIDDEN) ||
	    html_page_attribute(atts, "hidden") || html_style_hides(&style);
	const struct html_frame *outer = p->depth > 0 ? &p->stack[p->depth - 1] : NULL;
	struct html_frame *f = &p->stack[p->depth++];
	*f = (struct html_frame){ .element = element, .name = name, .hidden = hidden,
		.was_pre = p->flow.pre, .was_heading = p->flow.heading,
		.is_invisible = is_unseen(&style, HTML_VISIBILITY, outer && outer->is_invisible),
		.is_tiny = is_unseen(&style, HTML_FONT_SIZE, outer && outer->is_tiny),
		.is_right = style.traits[HTML_RIGHT] == HTML_SEEN || is_right(atts),
		.ink = ink_of(&style, element, atts, outer), .ground = ground_of(&style, outer) };
	if (element && !hidden)
		html_page_start(p, f, atts);
}

/* A <style>, wherever it stands: mail's are often in the body. */
static bool
is_sheet(const struct html_frame *f)
{
	return strcmp((const char *)f->name, "style") == 0;
}

static void
pop(struct html_page *p)
{
	struct html_frame *f = &p->stack[p->depth - 1];
	if (is_sheet(f)) {
		html_sheet_add(p->sheet, p->css->str, p->css->len);
		g_string_truncate(p->css, 0);
	}
	if (f->element && !f->hidden)
		html_page_end(p, f);
	p->flow.indent -= MIN(f->indent, p->flow.indent);
	p->flow.quote -= MIN(f->quote, p->flow.quote);
	p->flow.pre = f->was_pre;
	p->flow.heading = f->was_heading;
	html_page_drop_name(p, --p->depth);
}

static void
on_end(void *user, const xmlChar *name)
{
	struct html_page *p = user;
	p->separators = 0;
	if (p->overflow > 0) {
		p->overflow--;
		return;
	}
	size_t i = p->depth;
	while (i > 0 && !xmlStrEqual(p->stack[i - 1].name, name))
		i--;
	while (i > 0 && p->depth >= i)
		pop(p);
}

/* Characters that are no blanks. */
static size_t
count_ink(const char *utf8, size_t len)
{
	size_t n = 0;
	for (size_t i = 0; i < len; i++)
		n += (guchar)utf8[i] > ' ' && ((guchar)utf8[i] & 0xc0) != 0x80;
	return n;
}

static void
on_text(void *user, const xmlChar *text, int len)
{
	struct html_page *p = user;
	p->separators = 0;
	if (len > 0 && p->depth > 0 && p->overflow == 0 && is_sheet(&p->stack[p->depth - 1]))
		g_string_append_len(p->css, (const char *)text, (gssize)MIN((size_t)len, LIMIT_CSS - p->css->len));
	if (!html_page_shows_text(p) || len <= 0)
		return;
	if (html_page_vanishes(p)) {
		p->n_vanished += count_ink((const char *)text, (size_t)len);
		return;
	}
	if (p->words->len < HTML_PAGE_WORDS)
		html_flow_collapse(p->words, (const char *)text, (size_t)MIN(len, HTML_PAGE_WORDS));
	html_page_text(p, (const char *)text, (size_t)len);
}

static void
on_comment(void *user, const xmlChar *text)
{
	struct html_page *p = user;
	(void)text;
	p->separators = 0;
}

/* Mail's HTML is never right, and what can be read is shown: but not at any price. */
static void
on_trouble(void *user, const char *format, ...)
{
	struct html_page *p = user;
	(void)format;
	if (++p->errors == MAX_ERRORS)
		give_up(p);
}

/* The page in pieces, behind a <body> of ours: without one the parser puts a <p> of its own around
 * loose text, which would look like a paragraph. It drops a second one. */
struct reader {
	const char *parts[2];
	size_t left[2];
	struct html_page *page;
	const char *mark; /* the next condition in the second part, or its end; NULL before the first look */
};

#define MAX_CONDITION 200u /* bytes */

/* The bytes of a condition for one program, "<![if !mso]>" or "<![endif]>", which stands at at; else 0. The end of
 * a comment, "<![endif]-->", is none. */
static size_t
condition_length(const char *at, size_t left)
{
	static const char open[] = "<![";
	if (left < sizeof open || memcmp(at, open, sizeof open - 1) != 0)
		return 0;
	const char *close = memchr(at, '>', MIN(left, MAX_CONDITION));
	return close && close[-1] == ']' ? (size_t)(close + 1 - at) : 0;
}

/* Passes over conditions, which the parser would show as text; browsers take them for comments. */
static void
skip_conditions(struct reader *r)
{
	const char *end = r->parts[1] + r->left[1], *at = r->parts[1];
	size_t n;
	if (r->mark && at < r->mark)
		return;
	while (at < end && (n = condition_length(at, (size_t)(end - at))) > 0)
		at += n;
	r->parts[1] = at;
	r->left[1] = (size_t)(end - at);
	do
		at = at < end ? memchr(at + 1, '<', (size_t)(end - at - 1)) : NULL;
	while (at && condition_length(at, (size_t)(end - at)) == 0);
	r->mark = at ? at : end;
}

static size_t
count_separators(const char *p, size_t len)
{
	size_t n = 0;
	for (size_t i = 0; i < len; i++)
		n += p[i] == ' ' || p[i] == '\n' || p[i] == '\t' || p[i] == '"' || p[i] == '\'';
	return n;
}

static int
read_page(void *user, char *buffer, int len)
{
	struct reader *r = user;
	size_t i = r->left[0] > 0 ? 0 : 1;
	if (i == 1)
		skip_conditions(r);
	size_t n = MIN(i == 1 ? (size_t)(r->mark - r->parts[1]) : r->left[i], (size_t)len);
	r->page->separators += count_separators(r->parts[i], n);
	if (r->page->separators > MAX_SEPARATORS) {
		r->page->result->given_up = true;
		return 0;
	}
	memcpy(buffer, r->parts[i], n);
	r->parts[i] += n;
	r->left[i] -= n;
	return (int)n;
}

void
html_init(void)
{
	xmlInitParser();
	htmlHandleOmittedElem(0);
}

static void
finish(struct html_page *p)
{
	while (p->depth > 0)
		pop(p);
	html_page_dissolve(p);
	html_flow_break(&p->flow);
	if (p->result->given_up)
		layout_note(p->flow.layout,
		    "the HTML is too broken or too deep: the rest is only in the raw text");
	links_list(p->links, p->n_links_before, p->flow.layout);
	if (p->n_vanished > 0)
		layout_note(p->flow.layout, "%zu character%s hidden by %s colour", p->n_vanished,
		    p->n_vanished == 1 ? "" : "s", p->n_vanished == 1 ? "its" : "their");
	if (p->result->n_remote > 0 && p->flow.layout->shows_images != LAYOUT_IMAGES_ALL)
		layout_note(p->flow.layout, "%u remote image%s not loaded", p->result->n_remote,
		    p->result->n_remote == 1 ? "" : "s");
}

void
html_render(const char *utf8, size_t len, struct layout *l, struct html_result *out)
{
	*out = (struct html_result){ 0 };
	struct html_page *p = g_new0(struct html_page, 1);
	p->result = out;
	p->links = l->links ? l->links : links_new();
	p->n_links_before = links_count(p->links);
	p->words = g_string_new(NULL);
	p->css = g_string_new(NULL);
	p->sheet = html_sheet_new();
	html_page_find_body(p, utf8, len);
	html_flow_init(&p->flow, l);
	p->parser = htmlNewParserCtxt();
	htmlSAXHandler *sax = p->parser->sax;
	memset(sax, 0, sizeof(*sax));
	sax->startElement = on_start;
	sax->endElement = on_end;
	sax->characters = on_text;
	sax->ignorableWhitespace = on_text;
	sax->comment = on_comment;
	sax->error = on_trouble;
	sax->warning = on_trouble;
	p->parser->userData = p;
	struct reader reader = { { BODY, utf8 }, { strlen(BODY), len }, p, NULL };
	xmlDocPtr doc = htmlCtxtReadIO(p->parser, read_page, NULL, &reader, NULL, "UTF-8",
	    HTML_PARSE_NONET | HTML_PARSE_RECOVER | HTML_PARSE_IGNORE_ENC);
	xmlFreeDoc(doc); /* there is none: the handlers build no tree */
	htmlFreeParserCtxt(p->parser);
	p->parser = NULL;
	finish(p);
	html_flow_fini(&p->flow);
	if (!l->links)
		links_free(p->links);
	g_string_free(p->words, TRUE);
	g_string_free(p->css, TRUE);
	html_sheet_free(p->sheet);
	g_free(p->body.classes);
	g_free(p->body.id);
	g_free(p);
}
