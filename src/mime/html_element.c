/* SPDX-License-Identifier: GPL-3.0-or-later */
/* html_element.c - the table of elements, and the charset that a page names. */
#include "mime/html_element.h"

#include "mime/html.h"

#include <glib.h>
#include <stdlib.h>
#include <string.h>

#define SNIFF_BYTES 2048u

/* sorted by name, for bsearch */
static const struct html_element elements[] = {
	{ "a", HTML_A },
	{ "address", HTML_BLOCK },
	{ "area", HTML_AREA },
	{ "article", HTML_BLOCK },
	{ "aside", HTML_BLOCK },
	{ "blockquote", HTML_QUOTE },
	{ "body", HTML_BLOCK },
	{ "br", HTML_BR },
	{ "caption", HTML_BLOCK },
	{ "center", HTML_BLOCK },
	{ "dd", HTML_DD },
	{ "del", HTML_DELETED },
	{ "dir", HTML_UL },
	{ "div", HTML_BLOCK },
	{ "dl", HTML_PARAGRAPH },
	{ "dt", HTML_BLOCK },
	{ "fieldset", HTML_BLOCK },
	{ "figure", HTML_BLOCK },
	{ "footer", HTML_BLOCK },
	{ "form", HTML_BLOCK },
	{ "h1", HTML_HEADING },
	{ "h2", HTML_HEADING },
	{ "h3", HTML_HEADING },
	{ "h4", HTML_HEADING },
	{ "h5", HTML_HEADING },
	{ "h6", HTML_HEADING },
	{ "head", HTML_HIDDEN },
	{ "header", HTML_BLOCK },
	{ "hr", HTML_HR },
	{ "html", HTML_BLOCK },
	{ "iframe", HTML_HIDDEN },
	{ "img", HTML_IMG },
	{ "li", HTML_LI },
	{ "main", HTML_BLOCK },
	{ "menu", HTML_UL },
	{ "nav", HTML_BLOCK },
	{ "object", HTML_HIDDEN },
	{ "ol", HTML_OL },
	{ "p", HTML_PARAGRAPH },
	{ "pre", HTML_PRE },
	{ "q", HTML_QUOTED },
	{ "s", HTML_DELETED },
	{ "script", HTML_HIDDEN },
	{ "section", HTML_BLOCK },
	{ "select", HTML_HIDDEN },
	{ "strike", HTML_DELETED },
	{ "style", HTML_HIDDEN },
	{ "sup", HTML_RAISED },
	{ "svg", HTML_HIDDEN },
	{ "table", HTML_TABLE },
	{ "td", HTML_TD },
	{ "template", HTML_HIDDEN },
	{ "textarea", HTML_HIDDEN },
	{ "th", HTML_TH },
	{ "title", HTML_HIDDEN },
	{ "tr", HTML_TR },
	{ "ul", HTML_UL },
};

static int
compare(const void *name, const void *element)
{
	return g_ascii_strcasecmp(name, ((const struct html_element *)element)->name);
}

const struct html_element *
html_element_find(const char *name)
{
	return bsearch(name, elements, G_N_ELEMENTS(elements), sizeof(elements[0]), compare);
}

char *
html_charset(const char *bytes, size_t len)
{
	char *start = g_strndup(bytes, MIN(len, SNIFF_BYTES));
	char *lower = g_ascii_strdown(start, -1);
	char *out = NULL;
	const char *at = strstr(lower, "charset=");
	if (at && strstr(lower, "<meta")) {
		at += strlen("charset=");
		at += strspn(at, "\"' ");
		size_t n = strspn(at, "abcdefghijklmnopqrstuvwxyz0123456789-_:.");
		out = n > 0 ? g_strndup(at, n) : NULL;
	}
	g_free(lower);
	g_free(start);
	return out;
}
