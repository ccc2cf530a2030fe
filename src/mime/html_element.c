/* SPDX-License-Identifier: GPL-3.0-or-later */
/* html_element.c - the table of elements, and the little CSS that matters: what hides text. Senders
 * hide text to get past filters; a reader should see what a browser would show. */
#include "mime/html_element.h"

#include "mime/html.h"

#include <glib.h>
#include <stdlib.h>
#include <string.h>

#define MAX_STYLE 4096 /* bytes of a style attribute that are read */
#define SNIFF_BYTES 2048u

/* sorted by name, for bsearch */
static const struct html_element elements[] = {
	{ "a", HTML_A },
	{ "address", HTML_BLOCK },
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

/* Lower case without blanks and comments' slashes: "display:none;color:red". Owned. */
static char *
squeeze(const char *style)
{
	GString *out = g_string_new(";");
	for (size_t i = 0; i < MAX_STYLE && style[i]; i++)
		if (!g_ascii_isspace(style[i]))
			g_string_append_c(out, g_ascii_tolower(style[i]));
	return g_string_free(out, FALSE);
}

/* Is the property there with a value of zero: "font-size:0px", but not "font-size:0.9em"? */
static bool
is_zero(const char *style, const char *property)
{
	const char *at = strstr(style, property);
	if (!at)
		return false;
	at += strlen(property);
	at += strspn(at, "0");
	if (at[-1] != '0')
		return false;
	if (*at == '.')
		at += 1 + strspn(at + 1, "0");
	return !g_ascii_isdigit(*at);
}

/* "color:#fff;background-color:#fff": what is there to be read by filters alone. */
static bool
is_invisible_ink(const char *style)
{
	static const char *const grounds[] = { ";background-color:", ";background:" };
	const char *ink = strstr(style, ";color:");
	if (!ink)
		return false;
	ink += strlen(";color:");
	size_t len = strcspn(ink, ";!");
	for (size_t i = 0; i < G_N_ELEMENTS(grounds); i++) {
		const char *ground = strstr(style, grounds[i]);
		if (ground && len > 0 && strncmp(ground + strlen(grounds[i]), ink, len) == 0 &&
		    strchr(";!", ground[strlen(grounds[i]) + len]))
			return true;
	}
	return false;
}

/* Preheaders are often a pixel high. */
static bool
is_speck(const char *style)
{
	const char *at = strstr(style, ";font-size:1px");
	return at && strchr(";!", at[strlen(";font-size:1px")]);
}

bool
html_style_hides(const char *style)
{
	if (!style)
		return false;
	char *s = squeeze(style);
	bool hides = strstr(s, ";display:none") || strstr(s, ";visibility:hidden") ||
	    strstr(s, ";mso-hide:all") || is_zero(s, ";font-size:") || is_zero(s, ";opacity:") || is_speck(s) || is_invisible_ink(s) ||
	    (strstr(s, ";overflow:hidden") &&
		(is_zero(s, ";max-height:") || is_zero(s, ";height:") ||
		    is_zero(s, ";max-width:") || is_zero(s, ";width:")));
	g_free(s);
	return hides;
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
