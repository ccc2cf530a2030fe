/* SPDX-License-Identifier: GPL-3.0-or-later */
/* svg.c - walks a drawing by libxml2's reader, element by element, and holds it against the tables
 * of svg_rules.c. Document types and entities are refused before the parser sees a byte. */
#include "auth/svg.h"

#include "auth/svg_rules.h"
#include "auth/svg_uses.h"
#include "base/limits.h"

#include <libxml/xmlreader.h>
#include <stdarg.h>
#include <string.h>

#define SVG_NS	 "http://www.w3.org/2000/svg"
#define XLINK_NS "http://www.w3.org/1999/xlink"
#define XML_NS	 "http://www.w3.org/XML/1998/namespace"

struct walk {
	xmlTextReaderPtr reader;
	GPtrArray *findings;
	GHashTable *ids; /* set */
	struct svg_uses *uses;
	GPtrArray *open; /* names of the open elements, "" for those that are not of the profile */
	unsigned n_elements, n_children, n_titles; /* children of the root */
	int line; /* of the node; the parser itself reads ahead */
	bool has_title_text;
	bool is_end; /* a limit was reached */
};

static void
finding_free(gpointer data)
{
	struct svg_finding *finding = data;

	g_free(finding->text);
	g_free(finding);
}

static void G_GNUC_PRINTF(5, 6)
add(GPtrArray *findings, const char *code, bool is_error, int line, const char *format, ...)
{
	struct svg_finding *finding;
	va_list args;

	if (findings->len >= LIMIT_LOGO_FINDINGS)
		return;
	finding = g_new0(struct svg_finding, 1);
	va_start(args, format);
	finding->text = g_strdup_vprintf(format, args);
	va_end(args);
	finding->code = code;
	finding->is_error = is_error;
	finding->line = MAX(line, 1);
	g_ptr_array_add(findings, finding);
}

#define BREAK_RULE(w, code, ...) add((w)->findings, code, true, (w)->line, __VA_ARGS__)

static const char *
text_or_empty(const xmlChar *text)
{
	return text == NULL ? "" : (const char *)text;
}

/* ---- one attribute */

/* "#name", and nothing else. */
static bool
is_local_reference(const char *value)
{
	return value[0] == '#' && value[1] != '\0' && strpbrk(value, " \t\r\n()'\"") == NULL;
}

/* Every url() of a value must be url(#name). */
static bool
has_only_local_urls(const char *value)
{
	for (const char *at = value; (at = strchr(at, '(')) != NULL; at++) {
		const char *close = strchr(at, ')');
		bool is_url = at - value >= 3 && g_ascii_strncasecmp(at - 3, "url", 3) == 0;
		if (!is_url)
			continue;
		char *inner = close == NULL ? g_strdup("") : g_strndup(at + 1, (size_t)(close - at - 1));
		bool is_local = is_local_reference(g_strstrip(inner));
		g_free(inner);
		if (!is_local)
			return false;
	}
	return true;
}

static void
check_href(struct walk *w, const char *element, const char *value)
{
	if (strcmp(element, "use") != 0)
		BREAK_RULE(w, "href", "href on <%s>: only <use> may refer to something", element);
	else if (!is_local_reference(value))
		BREAK_RULE(w, "href", "href=\"%.60s\" leads out of the file; only \"#id\" may stand here",
		    value);
	else
		svg_uses_add(w->uses, value + 1);
}

static void
check_xml_attribute(struct walk *w, const char *name, const char *value)
{
	if (strcmp(name, "base") == 0)
		BREAK_RULE(w, "xml-base", "xml:base changes where references lead; remove it");
	else if (strcmp(name, "id") == 0 && !g_hash_table_add(w->ids, g_strdup(value)))
		BREAK_RULE(w, "id", "the id \"%.60s\" stands twice; ids must be unique", value);
	else if (strcmp(name, "id") != 0 && strcmp(name, "lang") != 0 && strcmp(name, "space") != 0)
		BREAK_RULE(w, "attribute", "xml:%.60s is not of the profile; remove it", name);
}

static void
check_root_value(struct walk *w, const char *name, const char *value)
{
	const char *must = svg_rules_fixed(name);

	if (must != NULL && strcmp(must, value) != 0)
		BREAK_RULE(w,
		    strcmp(name, "baseProfile") == 0 ? "base-profile"
		    : strcmp(name, "version") == 0   ? "version"
						     : "root-attribute",
		    "%s=\"%.60s\" on <svg> must be \"%s\"", name, value, must);
	if (strcmp(name, "preserveAspectRatio") == 0 && strcmp(value, "none") != 0 &&
	    strcmp(value, "xMidYMid") != 0 && strcmp(value, "xMidYMid meet") != 0)
		BREAK_RULE(w, "root-attribute",
		    "preserveAspectRatio=\"%.60s\" must be \"xMidYMid meet\", \"xMidYMid\" or \"none\"",
		    value);
}

static void
check_plain_attribute(
    struct walk *w, const struct svg_element *element, const char *name, const char *value)
{
	bool is_root = strcmp(element->name, "svg") == 0;

	if (strcmp(name, "id") == 0 && !g_hash_table_add(w->ids, g_strdup(value)))
		BREAK_RULE(w, "id", "the id \"%.60s\" stands twice; ids must be unique", value);
	if (strcmp(name, "href") == 0)
		check_href(w, element->name, value);
	else if (g_ascii_strncasecmp(name, "on", 2) == 0)
		BREAK_RULE(w, "event", "%.60s on <%s> would run a program; remove it", name, element->name);
	else if (strcmp(name, "style") == 0)
		BREAK_RULE(w, "style", "style on <%s>: write its properties as attributes", element->name);
	else if (is_root && (strcmp(name, "x") == 0 || strcmp(name, "y") == 0))
		BREAK_RULE(w, "xy", "%s on <svg> is forbidden; remove it", name);
	else if (!svg_rules_has_attribute(element, name))
		BREAK_RULE(w, "attribute", "%.60s on <%s> is not of the profile; remove it", name,
		    element->name);
	else if (is_root)
		check_root_value(w, name, value);
	if (!has_only_local_urls(value))
		BREAK_RULE(w, "url", "%.60s=\"%.60s\" leads out of the file; only url(#id) may stand here",
		    name, value);
}

static void
check_attribute(struct walk *w, const struct svg_element *element)
{
	const char *name = text_or_empty(xmlTextReaderConstLocalName(w->reader));
	const char *ns = text_or_empty(xmlTextReaderConstNamespaceUri(w->reader));
	const char *value = text_or_empty(xmlTextReaderConstValue(w->reader));

	if (xmlTextReaderIsNamespaceDecl(w->reader) == 1)
		return;
	if (ns[0] == '\0')
		check_plain_attribute(w, element, name, value);
	else if (strcmp(ns, XML_NS) == 0)
		check_xml_attribute(w, name, value);
	else if (strcmp(ns, XLINK_NS) == 0 && strcmp(name, "href") == 0)
		check_href(w, element->name, value);
	else
		BREAK_RULE(w, "namespace",
		    "the attribute %.60s is of another vocabulary (%.80s); remove it", name, ns);
}

/* ---- the root */

static bool
square_view_box(const char *value)
{
	char *end = NULL;
	double number[4];

	for (size_t i = 0; i < 4; i++) {
		value += strspn(value, " ,\t\r\n");
		number[i] = g_ascii_strtod(value, &end);
		if (end == value)
			return false;
		value = end;
	}
	return number[2] > 0 && number[2] >= number[3] && number[2] <= number[3];
}

static char *
attribute(const struct walk *w, const char *name)
{
	xmlChar *value = xmlTextReaderGetAttribute(w->reader, (const xmlChar *)name);
	char *copy = value == NULL ? NULL : g_strdup((const char *)value);

	xmlFree(value);
	return copy;
}

static void
check_root(struct walk *w, const char *name, const char *ns)
{
	static const struct {
		const char *name, *code, *must;
	} needed[] = {{"version", "version", "1.2"}, {"baseProfile", "base-profile", "tiny-ps"}};

	if (strcmp(name, "svg") != 0 || strcmp(ns, SVG_NS) != 0)
		BREAK_RULE(w, "root", "the root must be <svg xmlns=\"" SVG_NS "\">");
	for (size_t i = 0; i < G_N_ELEMENTS(needed); i++) {
		char *value = attribute(w, needed[i].name);
		if (value == NULL)
			BREAK_RULE(w, needed[i].code, "<svg> lacks %s=\"%s\"", needed[i].name,
			    needed[i].must);
		g_free(value);
	}
	char *box = attribute(w, "viewBox"), *width = attribute(w, "width"),
	     *height = attribute(w, "height");
	if (box == NULL ? g_strcmp0(width, height) != 0 || width == NULL : !square_view_box(box))
		add(w->findings, "square", false, w->line,
		    "the drawing should be square: give viewBox=\"0 0 N N\"");
	if ((width != NULL && strchr(width, '%') != NULL) ||
	    (height != NULL && strchr(height, '%') != NULL))
		add(w->findings, "size-unit", false, w->line,
		    "width and height should be absolute, or be left out");
	g_free(box);
	g_free(width);
	g_free(height);
}

/* ---- one element */

static const char *
parent_of(const struct walk *w)
{
	return w->open->len == 0 ? NULL : g_ptr_array_index(w->open, w->open->len - 1);
}

static void
check_place(struct walk *w, const struct svg_element *element)
{
	const char *parent = parent_of(w);

	if (parent == NULL || parent[0] == '\0') /* the root, or below what was refused */
		return;
	bool is_ok = element->is_drawn && (strcmp(parent, "svg") == 0 || strcmp(parent, "g") == 0 ||
					      strcmp(parent, "defs") == 0);
	if (element->inside != NULL)
		is_ok = g_str_has_suffix(parent, element->inside);
	if (!is_ok)
		BREAK_RULE(w, "element", "<%s> may not stand in <%s>", element->name, parent);
}

static void
check_title(struct walk *w, const char *name)
{
	if (w->open->len != 1)
		return;
	w->n_children++;
	if (strcmp(name, "title") != 0)
		return;
	w->n_titles++;
	if (w->n_titles > 1)
		BREAK_RULE(w, "title", "<svg> may have one <title> only");
	else if (w->n_children > 1)
		BREAK_RULE(w, "title", "<title> must be the first element in <svg>");
}

static const struct svg_element *
known_element(struct walk *w, const char *name, const char *ns)
{
	const struct svg_element *element = svg_rules_element(name);
	const char *reason = svg_rules_reason(name);

	if (strcmp(ns, SVG_NS) != 0) {
		if (w->open->len > 0)
			BREAK_RULE(w, "namespace",
			    "<%.60s> is of another vocabulary (%.80s); remove it", name, ns);
		return strcmp(name, "svg") == 0 ? element : NULL;
	}
	if (element == NULL)
		BREAK_RULE(w, strstr(name, "cript") != NULL ? "script" : "element",
		    "<%.60s> is not of the profile%s%s", name, reason == NULL ? "; remove it" : ": ",
		    reason == NULL ? "" : reason);
	else if (strcmp(name, "svg") == 0 && w->open->len > 0)
		BREAK_RULE(w, "element", "<svg> may not stand within another");
	return element;
}

static void
begin_element(struct walk *w)
{
	const char *name = text_or_empty(xmlTextReaderConstLocalName(w->reader));
	const char *ns = text_or_empty(xmlTextReaderConstNamespaceUri(w->reader));

	if (++w->n_elements > LIMIT_LOGO_ELEMENTS || w->open->len >= LIMIT_LOGO_DEPTH) {
		BREAK_RULE(w, "limit", "more than %u elements, or nested deeper than %u: simplify it",
		    LIMIT_LOGO_ELEMENTS, LIMIT_LOGO_DEPTH);
		w->is_end = true;
		return;
	}
	if (w->open->len == 0)
		check_root(w, name, ns);
	const struct svg_element *element = known_element(w, name, ns);
	check_title(w, element == NULL ? "" : name);
	if (element != NULL)
		check_place(w, element);
	char *id = attribute(w, "id");
	svg_uses_open(w->uses, id);
	g_free(id);
	bool is_empty = xmlTextReaderIsEmptyElement(w->reader) == 1;
	while (element != NULL && xmlTextReaderMoveToNextAttribute(w->reader) == 1)
		check_attribute(w, element);
	(void)xmlTextReaderMoveToElement(w->reader); /* fine where it stands already */
	if (is_empty)
		svg_uses_close(w->uses);
	else
		g_ptr_array_add(w->open, (gpointer)(guintptr)(element == NULL ? "" : element->name));
}

static void
end_element(struct walk *w)
{
	svg_uses_close(w->uses);
	if (w->open->len > 0)
		g_ptr_array_set_size(w->open, (int)w->open->len - 1);
}

static void
see_text(struct walk *w)
{
	const char *parent = parent_of(w);
	char *text = g_strdup(text_or_empty(xmlTextReaderConstValue(w->reader)));
	bool has_words = g_strstrip(text)[0] != '\0';

	g_free(text);
	if (!has_words || parent == NULL)
		return;
	if (strcmp(parent, "title") == 0 && w->open->len == 2)
		w->has_title_text = true;
	else if (strcmp(parent, "metadata") == 0)
		BREAK_RULE(w, "metadata", "<metadata> must be empty");
}

static void
see_node(struct walk *w)
{
	w->line = (int)xmlGetLineNo(xmlTextReaderCurrentNode(w->reader));
	switch (xmlTextReaderNodeType(w->reader)) {
	case XML_READER_TYPE_ELEMENT:
		begin_element(w);
		break;
	case XML_READER_TYPE_END_ELEMENT:
		end_element(w);
		break;
	case XML_READER_TYPE_TEXT:
	case XML_READER_TYPE_CDATA:
		see_text(w);
		break;
	case XML_READER_TYPE_PROCESSING_INSTRUCTION:
		BREAK_RULE(w, "pi", "<?%.40s ...?> is a processing instruction; remove it",
		    text_or_empty(xmlTextReaderConstName(w->reader)));
		break;
	case XML_READER_TYPE_DOCUMENT_TYPE:
	case XML_READER_TYPE_ENTITY_REFERENCE:
		BREAK_RULE(w, "doctype", "document types and entities are forbidden; remove them");
		break;
	default:
		break;
	}
}

/* ---- the whole */

static void
on_parse_error(void *data, const char *message, xmlParserSeverities severity, xmlTextReaderLocatorPtr at)
{
	struct walk *w = data;
	char *line = g_strdelimit(g_strdup(message), "\r\n", ' ');

	if (severity == XML_PARSER_SEVERITY_ERROR)
		add(w->findings, "xml", true, xmlTextReaderLocatorLineNumber(at),
		    "not well-formed XML: %.120s", g_strstrip(line));
	g_free(line);
}

static void
finish(struct walk *w)
{
	if (w->n_elements > 0 && w->n_titles == 0)
		BREAK_RULE(w, "title", "<title> is missing: it must be the first element in <svg>");
	else if (w->n_titles > 0 && !w->has_title_text && !w->is_end)
		BREAK_RULE(w, "title", "<title> must not be empty: give the name of the brand");
	const char *problem = w->is_end ? NULL : svg_uses_problem(w->uses);
	if (problem != NULL)
		BREAK_RULE(w, "use", "%s", problem);
}

static void
walk(GPtrArray *findings, const char *bytes, size_t len)
{
	struct walk w = {.findings = findings};

	w.reader = xmlReaderForMemory(
	    bytes, (int)len, NULL, "UTF-8", XML_PARSE_NONET | XML_PARSE_COMPACT);
	if (w.reader == NULL) {
		add(findings, "xml", true, 1, "not well-formed XML");
		return;
	}
	w.ids = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	w.open = g_ptr_array_new();
	w.uses = svg_uses_new();
	xmlTextReaderSetErrorHandler(w.reader, on_parse_error, &w);
	while (!w.is_end && xmlTextReaderRead(w.reader) == 1)
		see_node(&w);
	finish(&w);
	xmlFreeTextReader(w.reader);
	svg_uses_free(w.uses);
	g_ptr_array_unref(w.open);
	g_hash_table_unref(w.ids);
}

static int
line_at(const char *bytes, const char *at)
{
	int line = 1;

	for (const char *p = bytes; p < at; p++)
		line += *p == '\n';
	return line;
}

/* What must not reach the parser. */
static bool
may_be_parsed(GPtrArray *findings, const char *bytes, size_t len)
{
	static const char *const forbidden[] = {"<!DOCTYPE", "<!ENTITY", "<!ELEMENT", "<!ATTLIST"};
	const char *invalid;

	if (len > LIMIT_LOGO_BYTES) {
		add(findings, "size", true, 1, "%zu bytes; a logo has at most %u", len, LIMIT_LOGO_BYTES);
		return false;
	}
	if (!g_utf8_validate(bytes, (gssize)len, &invalid)) {
		add(findings, "encoding", true, line_at(bytes, invalid), "not UTF-8");
		return false;
	}
	if (svg_has_other_encoding(bytes, len)) {
		add(findings, "encoding", true, 1, "a logo is written in UTF-8, and says so or nothing");
		return false;
	}
	for (size_t i = 0; i < G_N_ELEMENTS(forbidden); i++)
		for (const char *at = bytes; (at = memchr(at, '<', (size_t)(bytes + len - at))) != NULL; at++)
			if ((size_t)(bytes + len - at) >= strlen(forbidden[i]) &&
			    g_ascii_strncasecmp(at, forbidden[i], strlen(forbidden[i])) == 0) {
				add(findings, "doctype", true, line_at(bytes, at),
				    "document types and entities are forbidden; remove %s", forbidden[i] + 2);
				return false;
			}
	return true;
}

static gint
by_line(gconstpointer a, gconstpointer b)
{
	const struct svg_finding *const *one = a, *const *other = b;

	return (*one)->line - (*other)->line;
}

GPtrArray *
svg_check(GBytes *bytes)
{
	GPtrArray *findings = g_ptr_array_new_with_free_func(finding_free);
	size_t len;
	const char *data = g_bytes_get_data(bytes, &len);

	if (len == 0)
		add(findings, "xml", true, 1, "the file is empty");
	else if (may_be_parsed(findings, data, len))
		walk(findings, data, len);
	g_ptr_array_sort(findings, by_line);
	return findings;
}

bool
svg_is_fit(const GPtrArray *findings)
{
	for (guint i = 0; i < findings->len; i++)
		if (((const struct svg_finding *)g_ptr_array_index(findings, i))->is_error)
			return false;
	return true;
}
