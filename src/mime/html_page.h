/* SPDX-License-Identifier: GPL-3.0-or-later */
/* html_page.h - a page on its way from the parser to lines: the open elements, and what the start and
 * end of each does. Private to html.c, html_page.c and html_paint.c. */
#ifndef PENFOLD_MIME_HTML_PAGE_H
#define PENFOLD_MIME_HTML_PAGE_H

#include "base/limits.h"
#include "mime/html.h"
#include "mime/html_colour.h"
#include "mime/html_element.h"
#include "mime/html_flow.h"
#include "mime/html_sheet.h"
#include "mime/html_table.h"
#include "mime/links.h"

#include <libxml/HTMLparser.h>

#define HTML_PAGE_WORDS 200 /* bytes of a link's words that are compared with its target */

struct html_frame {
	const struct html_element *element; /* NULL for names we do not know */
	const xmlChar *name;		    /* lives as long as the parser */
	bool hidden, was_pre, was_heading;
	bool is_invisible, is_tiny; /* its own text is not seen; what is within may be */
	bool is_right;
	unsigned ink, ground; /* html_colour.h; OUTSIDE: the page's */
	unsigned indent; /* that it added */
	unsigned quote;
	unsigned next; /* number of the next item of <ol> */
	unsigned link;
	bool owns_table;
};

struct html_page {
	htmlParserCtxtPtr parser;
	struct html_flow flow;
	struct links *links;
	unsigned n_links_before; /* of other parts */
	struct html_table *table; /* that is being collected, or NULL */
	GString *words;		  /* of the open link */
	struct html_sheet *sheet;
	GString *css; /* of the open <style> */
	struct html_frame stack[LIMIT_HTML_DEPTH];
	struct html_named names[LIMIT_HTML_DEPTH + 1]; /* of the open elements, and of the one that begins */
	size_t depth;
	struct html_named body;	    /* the page's own, which the parser drops */
	struct html_style body_hints, body_own; /* its attributes of old, and its style */
	struct html_style page;	    /* its colours by now */
	unsigned n_page_rules;	    /* rules that were known then */
	size_t n_vanished;	    /* characters in the colour of its ground */
	unsigned overflow;   /* open elements past the stack */
	unsigned errors;     /* that the parser told of */
	size_t separators;   /* blanks and quotes read since the parser's last event */
	struct html_result *result;
};

/* Is the innermost open element one that is not seen? */
bool
html_page_is_hidden(const struct html_page *p);
/* Is text in the innermost open element seen? */
bool
html_page_shows_text(const struct html_page *p);
/* Is its colour that of what it stands on? */
bool
html_page_vanishes(struct html_page *p);
/* Colours and names of the page's <body>, for which the source is looked through. */
void
html_page_find_body(struct html_page *p, const char *utf8, size_t len);
/* Leave the name of what is at the top of the stack, or could not be put there. */
void
html_page_drop_name(struct html_page *p, size_t i);
/* How sheets and the style attribute want an element, of which libxml2 told the name in lower case. */
struct html_style
html_page_style(struct html_page *p, const char *name, const xmlChar **atts);
/* The table is not data: what it held so far goes out as running text. */
void
html_page_dissolve(struct html_page *p);
/* Text that is seen. */
void
html_page_text(struct html_page *p, const char *text, size_t len);
/* An image: its words, and whether it would be loaded from the network. */
void
html_page_image(struct html_page *p, const xmlChar **atts, const struct html_style *style);
/* f, the innermost frame, begins; its element is known and seen. */
void
html_page_start(struct html_page *p, struct html_frame *f, const xmlChar **atts);
/* f ends; as before. */
void
html_page_end(struct html_page *p, const struct html_frame *f);

/* The value of an attribute, "" when it has none, NULL when it is not there. Borrowed. */
const char *
html_page_attribute(const xmlChar **atts, const char *name);

#endif
