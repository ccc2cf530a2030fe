/* SPDX-License-Identifier: GPL-3.0-or-later */
/* html.c - the elements of a page as libxml2's parser reports them, one after the other. There is no
 * tree and no recursion: open elements stand on a bounded stack. */
#include "mime/html.h"

#include "base/limits.h"
#include "mime/html_element.h"
#include "mime/html_flow.h"
#include "mime/html_links.h"
#include "mime/html_table.h"

#include <libxml/HTMLparser.h>
#include <string.h>

#define MAX_OVERFLOW 4096u /* elements past the stack before the page is given up: sloppy mail
			    * leaves hundreds of inline elements open */
#define MAX_WORDS 200	   /* bytes of a link's words that are compared with its target */

struct frame {
	const struct html_element *element; /* NULL for names we do not know */
	const xmlChar *name;		    /* lives as long as the parser */
	bool hidden, was_pre, was_heading;
	unsigned indent; /* that it added */
	unsigned quote;
	unsigned next; /* number of the next item of <ol> */
	unsigned link;
	bool owns_table;
};

struct page {
	htmlParserCtxtPtr parser;
	struct html_flow flow;
	struct html_links *links;
	struct html_table *table; /* that is being collected, or NULL */
	GString *words;		  /* of the open link */
	struct frame stack[LIMIT_HTML_DEPTH];
	size_t depth;
	unsigned overflow;
	struct html_result *result;
};

static struct frame *
top(struct page *p)
{
	return p->depth > 0 ? &p->stack[p->depth - 1] : NULL;
}

static bool
is_hidden(struct page *p)
{
	struct frame *f = top(p);
	return f && f->hidden;
}

/* The table is not data: what it held so far goes out as running text. */
static void
dissolve_table(struct page *p)
{
	struct html_table *t = g_steal_pointer(&p->table);
	if (!t)
		return;
	html_table_dissolve(t, &p->flow);
	html_table_free(t);
	for (size_t i = 0; i < p->depth; i++)
		p->stack[i].owns_table = false;
}

static void
add_text(struct page *p, const char *text, size_t len)
{
	if (p->table && html_table_text(p->table, text, len))
		return;
	dissolve_table(p);
	html_flow_text(&p->flow, text, len);
}

static void
end_line(struct page *p)
{
	if (p->table)
		html_table_break(p->table);
	else
		html_flow_break(&p->flow);
}

static void
end_paragraph(struct page *p)
{
	if (p->table)
		html_table_break(p->table);
	else
		html_flow_paragraph(&p->flow);
}

static const char *
attribute(const xmlChar **atts, const char *name)
{
	for (; atts && atts[0]; atts += 2)
		if (strcmp((const char *)atts[0], name) == 0)
			return atts[1] ? (const char *)atts[1] : "";
	return NULL;
}

static unsigned
number_attribute(const xmlChar **atts, const char *name, unsigned fallback, unsigned max)
{
	const char *text = attribute(atts, name);
	if (!text || !g_ascii_isdigit(*text))
		return fallback;
	return (unsigned)MIN(g_ascii_strtoull(text, NULL, 10), max);
}

static void
start_list_item(struct page *p, struct frame *f)
{
	struct frame *list = NULL;
	for (size_t i = p->depth - 1; i-- > 0 && !list;)
		if (p->stack[i].element && (p->stack[i].element->kind == HTML_UL ||
					       p->stack[i].element->kind == HTML_OL))
			list = &p->stack[i];
	end_line(p);
	if (p->table) /* a list in a table is layout */
		dissolve_table(p);
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
start_list(struct page *p, struct frame *f, const xmlChar **atts)
{
	dissolve_table(p);
	html_flow_break(&p->flow);
	if (p->flow.indent == 0)
		p->flow.want_blank = true;
	f->indent = f->element->kind == HTML_OL ? 4 : 2;
	f->next = number_attribute(atts, "start", 1, 1000000);
	p->flow.indent += f->indent;
}

static void
start_quote(struct page *p, struct frame *f)
{
	dissolve_table(p);
	html_flow_paragraph(&p->flow);
	f->quote = 1;
	p->flow.quote++;
}

static void
start_pre(struct page *p)
{
	dissolve_table(p);
	html_flow_paragraph(&p->flow);
	html_flow_gap(&p->flow);
	p->flow.pre = true;
}

static void
start_image(struct page *p, const xmlChar **atts)
{
	const char *src = attribute(atts, "src");
	const char *alt = attribute(atts, "alt");
	if (src && (g_ascii_strncasecmp(src, "http:", 5) == 0 ||
		       g_ascii_strncasecmp(src, "https:", 6) == 0 || g_str_has_prefix(src, "//")))
		p->result->n_remote++;
	if (is_hidden(p))
		return;
	bool in_link = false;
	for (size_t i = 0; i < p->depth; i++)
		in_link = in_link || p->stack[i].link > 0;
	if ((!alt || !*alt) && !in_link)
		return;
	char *text = g_strdup_printf("[%s]", alt && *alt ? alt : "image");
	add_text(p, text, strlen(text));
	g_free(text);
}

static void
start_rule(struct page *p)
{
	dissolve_table(p);
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
start_table(struct page *p, struct frame *f)
{
	dissolve_table(p);
	html_flow_break(&p->flow);
	p->table = html_table_new();
	f->owns_table = true;
}

static void
start_row(struct page *p)
{
	if (p->table)
		html_table_row(p->table);
	else
		html_flow_break(&p->flow);
}

static void
start_cell(struct page *p, const struct frame *f, const xmlChar **atts)
{
	if (p->table)
		html_table_cell(p->table, f->element->kind == HTML_TH,
		    number_attribute(atts, "colspan", 1, 32));
	else
		html_flow_break(&p->flow);
}

static void
start_link(struct page *p, struct frame *f, const xmlChar **atts)
{
	const char *href = attribute(atts, "href");
	f->link = href ? html_links_add(p->links, href) : 0;
	g_string_truncate(p->words, 0);
}

static void
start_visible(struct page *p, struct frame *f, const xmlChar **atts)
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
		dissolve_table(p);
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
	}
}

static void
on_start(void *user, const xmlChar *name, const xmlChar **atts)
{
	struct page *p = user;
	if (p->flow.layout->stopped) {
		xmlStopParser(p->parser);
		return;
	}
	const struct html_element *element = html_element_find((const char *)name);
	if (element && element->kind == HTML_IMG)
		start_image(p, atts);
	if (p->depth == LIMIT_HTML_DEPTH) {
		if (++p->overflow > MAX_OVERFLOW) {
			p->result->too_deep = true;
			xmlStopParser(p->parser);
		}
		return;
	}
	bool hidden = is_hidden(p) || (element && element->kind == HTML_HIDDEN) ||
	    attribute(atts, "hidden") || html_style_hides(attribute(atts, "style"));
	struct frame *f = &p->stack[p->depth++];
	*f = (struct frame){ .element = element, .name = name, .hidden = hidden,
		.was_pre = p->flow.pre, .was_heading = p->flow.heading };
	if (element && !hidden)
		start_visible(p, f, atts);
}

static void
end_link(struct page *p, const struct frame *f)
{
	if (f->link == 0)
		return;
	char *words = g_strstrip(g_strdup(p->words->str));
	html_links_words(p->links, f->link, words);
	if (*words && !html_links_is_plain(p->links, f->link, words)) {
		char *mark = g_strdup_printf("[%u]", f->link);
		add_text(p, mark, strlen(mark));
		g_free(mark);
	}
	g_free(words);
}

static void
end_table(struct page *p, const struct frame *f)
{
	if (!f->owns_table || !p->table) {
		end_line(p);
		return;
	}
	struct html_table *t = g_steal_pointer(&p->table);
	html_table_give(t, &p->flow);
	html_table_free(t);
}

static void
end_visible(struct page *p, const struct frame *f)
{
	switch (f->element->kind) {
	case HTML_PARAGRAPH:
		end_paragraph(p);
		break;
	case HTML_HEADING:
	case HTML_QUOTE:
		dissolve_table(p);
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
		end_link(p, f);
		break;
	case HTML_BLOCK:
	case HTML_LI:
	case HTML_DD:
		end_line(p);
		break;
	case HTML_INLINE:
	case HTML_HIDDEN:
	case HTML_BR:
	case HTML_HR:
	case HTML_TR:
	case HTML_TD:
	case HTML_TH:
	case HTML_IMG:
		break;
	}
}

static void
pop(struct page *p)
{
	struct frame *f = &p->stack[p->depth - 1];
	if (f->element && !f->hidden)
		end_visible(p, f);
	p->flow.indent -= MIN(f->indent, p->flow.indent);
	p->flow.quote -= MIN(f->quote, p->flow.quote);
	p->flow.pre = f->was_pre;
	p->flow.heading = f->was_heading;
	p->depth--;
}

static void
on_end(void *user, const xmlChar *name)
{
	struct page *p = user;
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

static void
on_text(void *user, const xmlChar *text, int len)
{
	struct page *p = user;
	if (is_hidden(p) || len <= 0)
		return;
	if (p->words->len < MAX_WORDS)
		html_flow_collapse(p->words, (const char *)text, (size_t)MIN(len, MAX_WORDS));
	add_text(p, (const char *)text, (size_t)len);
}

static void
on_trouble(void *user, const char *format, ...)
{
	(void)user; /* mail's HTML is never right; what can be read is shown */
	(void)format;
}

void
html_init(void)
{
	xmlInitParser();
	/* no <p> of the parser's own around loose text: it would look like a paragraph */
	htmlHandleOmittedElem(0);
}

static void
finish(struct page *p)
{
	while (p->depth > 0)
		pop(p);
	dissolve_table(p);
	html_flow_break(&p->flow);
	if (p->result->too_deep)
		layout_note(p->flow.layout,
		    "the HTML is nested too deep: the rest is only in the raw text");
	html_links_list(p->links, p->flow.layout);
	if (p->result->n_remote > 0)
		layout_note(p->flow.layout, "%u remote image%s not loaded", p->result->n_remote,
		    p->result->n_remote == 1 ? "" : "s");
}

void
html_render(const char *utf8, size_t len, struct layout *l, struct html_result *out)
{
	*out = (struct html_result){ 0 };
	struct page *p = g_new0(struct page, 1);
	p->result = out;
	p->links = html_links_new();
	p->words = g_string_new(NULL);
	html_flow_init(&p->flow, l);
	p->parser = htmlNewParserCtxt();
	htmlSAXHandler *sax = p->parser->sax;
	memset(sax, 0, sizeof(*sax));
	sax->startElement = on_start;
	sax->endElement = on_end;
	sax->characters = on_text;
	sax->ignorableWhitespace = on_text;
	sax->error = on_trouble;
	sax->warning = on_trouble;
	p->parser->userData = p;
	xmlDocPtr doc = htmlCtxtReadMemory(p->parser, utf8, (int)MIN(len, G_MAXINT), NULL, "UTF-8",
	    HTML_PARSE_NONET | HTML_PARSE_NOERROR | HTML_PARSE_NOWARNING | HTML_PARSE_RECOVER |
		HTML_PARSE_IGNORE_ENC);
	xmlFreeDoc(doc); /* there is none: the handlers build no tree */
	htmlFreeParserCtxt(p->parser);
	p->parser = NULL;
	finish(p);
	html_flow_fini(&p->flow);
	html_links_free(p->links);
	g_string_free(p->words, TRUE);
	g_free(p);
}
