/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The rules for logos, each in both directions: what a sound drawing may have, and what makes it
 * unfit. Drawings are written with ' for ". */
#include "auth/svg.h"

#include "base/error.h"
#include "base/limits.h"

#include <gio/gio.h>
#include <string.h>

#define OPEN  "<svg xmlns='http://www.w3.org/2000/svg' version='1.2' baseProfile='tiny-ps' viewBox='0 0 9 9'"
#define NAMED "<title>Example</title>"
#define LOGO(body) OPEN ">" NAMED body "</svg>"
#define WITH(attributes) OPEN " " attributes ">" NAMED "</svg>"
#define XLINK " xmlns:xlink='http://www.w3.org/1999/xlink'"

/* NULL: fit, without a warning. */
struct logo_case {
	const char *text, *code;
};

/* clang-format off */
static const struct logo_case cases[] = { /* lint: table */
	{LOGO(""), NULL},
	{"<?xml version='1.0' encoding='UTF-8'?>\n<!-- by hand -->\n" LOGO("<path d='M0,0h9v9z' fill='#123'/>"), NULL},
	{LOGO("<desc>A square</desc><metadata/><defs><linearGradient id='g' x1='0'><stop offset='0' "
	    "stop-color='red'/></linearGradient></defs><rect fill='url(#g)' width='9' height='9'/>"), NULL},
	{LOGO("<g transform='scale(2)' class='a'><circle r='1'/><ellipse rx='1' ry='2'/><line x1='1'/>"
	    "<polyline points='1,1'/><polygon points='1,1'/><text x='1'>E</text></g>"), NULL},
	{OPEN XLINK ">" NAMED "<g id='a'><path d='M0'/></g><use xlink:href='#a' x='1'/></svg>", NULL},
	{LOGO("<g id='a'/><use href='#a'/>"), NULL},
	{LOGO("<g xml:id='a' xml:lang='en' xml:space='preserve'/>"), NULL},
	{LOGO("<g fill=' url( #a ) '/>"), NULL},
	{OPEN " preserveAspectRatio='xMidYMid meet' zoomAndPan='disable' playbackOrder='all' "
	    "timelineBegin='onLoad' snapshotTime='none' width='9' height='9'>" NAMED "</svg>", NULL},

	/* the root */
	{"<svg version='1.2' baseProfile='tiny-ps' viewBox='0 0 9 9'>" NAMED "</svg>", "root"},
	{"<g xmlns='http://www.w3.org/2000/svg'/>", "root"},
	{"<svg xmlns='http://www.w3.org/2000/svg' baseProfile='tiny-ps' viewBox='0 0 9 9'>" NAMED "</svg>", "version"},
	{"<svg xmlns='http://www.w3.org/2000/svg' version='1.1' baseProfile='tiny-ps' viewBox='0 0 9 9'>" NAMED "</svg>", "version"},
	{"<svg xmlns='http://www.w3.org/2000/svg' version='1.2' viewBox='0 0 9 9'>" NAMED "</svg>", "base-profile"},
	{"<svg xmlns='http://www.w3.org/2000/svg' version='1.2' baseProfile='tiny' viewBox='0 0 9 9'>" NAMED "</svg>", "base-profile"},
	{WITH("x='0'"), "xy"},
	{WITH("y='0'"), "xy"},
	{WITH("preserveAspectRatio='xMinYMin'"), "root-attribute"},
	{WITH("zoomAndPan='magnify'"), "root-attribute"},
	{WITH("playbackOrder='forwardOnly'"), "root-attribute"},
	{WITH("timelineBegin='onStart'"), "root-attribute"},
	{WITH("snapshotTime='1s'"), "root-attribute"},
	{WITH("externalResourcesRequired='true'"), "root-attribute"},
	{WITH("focusable='true'"), "root-attribute"},
	{"<svg xmlns='http://www.w3.org/2000/svg' version='1.2' baseProfile='tiny-ps' viewBox='0 0 9 8'>" NAMED "</svg>", "square"},
	{"<svg xmlns='http://www.w3.org/2000/svg' version='1.2' baseProfile='tiny-ps' viewBox='0 0 9'>" NAMED "</svg>", "square"},
	{"<svg xmlns='http://www.w3.org/2000/svg' version='1.2' baseProfile='tiny-ps'>" NAMED "</svg>", "square"},
	{WITH("width='100%'"), "size-unit"},

	/* the title */
	{OPEN "/>", "title"},
	{OPEN "><g/>" NAMED "</svg>", "title"},
	{OPEN "><title/></svg>", "title"},
	{OPEN "><title>  </title></svg>", "title"},
	{LOGO(NAMED), "title"},
	{LOGO("<g>" NAMED "</g>"), "element"},

	/* elements */
	{LOGO("<script/>"), "script"},
	{LOGO("<g><script>alert(1)</script></g>"), "script"},
	{LOGO("<image/>"), "element"},
	{LOGO("<a/>"), "element"},
	{LOGO("<video/>"), "element"},
	{LOGO("<audio/>"), "element"},
	{LOGO("<foreignObject/>"), "element"},
	{LOGO("<style>g{}</style>"), "element"},
	{LOGO("<animate/>"), "element"},
	{LOGO("<animateTransform/>"), "element"},
	{LOGO("<set/>"), "element"},
	{LOGO("<discard/>"), "element"},
	{LOGO("<filter/>"), "element"},
	{LOGO("<mask/>"), "element"},
	{LOGO("<clipPath/>"), "element"},
	{LOGO("<pattern/>"), "element"},
	{LOGO("<symbol/>"), "element"},
	{LOGO("<switch/>"), "element"},
	{LOGO("<svg/>"), "element"},
	{LOGO("<stop/>"), "element"},
	{LOGO("<path><g/></path>"), "element"},
	{LOGO("<metadata>x</metadata>"), "metadata"},
	{LOGO("<x xmlns='http://ns.example/'/>"), "namespace"},
	{LOGO("<g xmlns:a='http://ns.example/' a:b='c'/>"), "namespace"},

	/* attributes */
	{LOGO("<g onload='x()'/>"), "event"},
	{LOGO("<g onclick=''/>"), "event"},
	{LOGO("<g style='fill:red'/>"), "style"},
	{LOGO("<g opacity='1'/>"), "attribute"},
	{LOGO("<path cx='1'/>"), "attribute"},
	{LOGO("<g xml:base='http://x.example/'/>"), "xml-base"},
	{LOGO("<g xml:other=''/>"), "attribute"},
	{LOGO("<g id='a'/><g id='a'/>"), "id"},
	{LOGO("<g id='a'/><g xml:id='a'/>"), "id"},

	/* what leads out */
	{LOGO("<use href='http://x.example/a'/>"), "href"},
	{LOGO("<use href='a.svg#b'/>"), "href"},
	{LOGO("<use href='#'/>"), "href"},
	{LOGO("<use href='data:image/svg+xml,x'/>"), "href"},
	{OPEN XLINK ">" NAMED "<use xlink:href='javascript:x()'/></svg>", "href"},
	{OPEN XLINK ">" NAMED "<path xlink:href='#a'/></svg>", "href"},
	{LOGO("<g fill='url(http://x.example/)'/>"), "url"},
	{LOGO("<g fill='URL(x#a)'/>"), "url"},
	{LOGO("<g fill='url(#a'/>"), "url"},
	{LOGO("<g fill='url(#a) url(b)'/>"), "url"},
	{LOGO("<use href='#a'/>"), "use"},
	{LOGO("<g id='a'><use href='#a'/></g>"), "use"},
	{LOGO("<g id='a'><use href='#b'/></g><g id='b'><use href='#a'/></g>"), "use"},
	{"<!DOCTYPE svg>" LOGO(""), "doctype"},
	{"<!doctype svg [<!ENTITY a SYSTEM 'file:///etc/passwd'>]>" LOGO("&a;"), "doctype"},
	{"<?xml-stylesheet href='x.css'?>" LOGO(""), "pi"},
	{LOGO("<?php x ?>"), "pi"},

	/* bytes */
	{"", "xml"},
	{"logo", "xml"},
	{LOGO("<g>"), "xml"},
	{LOGO("&nbsp;"), "xml"},
	{LOGO("\xff"), "encoding"},
	{"<?xml version='1.0' encoding='utf-7'?>" LOGO("+ADw-script/+AD4-"), "encoding"},
	{"<?xml version='1.0' encoding = 'iso-8859-1' ?>" LOGO(""), "encoding"},
	{"\xef\xbb\xbf<?xml version='1.0' encoding='UTF-80'?>" LOGO(""), "encoding"},
	{"<?xml version='1.0' standalone='yes'?>" LOGO("<desc>encoding='utf-7'</desc>"), NULL},
};
/* clang-format on */

static GBytes *
drawing(const char *text)
{
	char *quoted = g_strdelimit(g_strdup(text), "'", '"');

	return g_bytes_new_take(quoted, strlen(quoted));
}

static bool
has_code(const GPtrArray *findings, const char *code)
{
	for (guint i = 0; i < findings->len; i++)
		if (strcmp(((struct svg_finding *)g_ptr_array_index(findings, i))->code, code) == 0)
			return true;
	return false;
}

static void
report(const char *text, const GPtrArray *findings)
{
	g_test_message("%s", text);
	for (guint i = 0; i < findings->len; i++) {
		const struct svg_finding *f = g_ptr_array_index(findings, i);
		g_test_message("  %d %s: %s", f->line, f->code, f->text);
	}
}

static void
test_rules(void)
{
	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		GBytes *bytes = drawing(cases[i].text);
		GPtrArray *findings = svg_check(bytes);
		const char *code = cases[i].code;
		bool is_warning = code != NULL && (strcmp(code, "square") == 0 || strcmp(code, "size-unit") == 0);
		report(cases[i].text, findings);
		if (code == NULL)
			g_assert_cmpuint(findings->len, ==, 0);
		else
			g_assert_true(has_code(findings, code));
		g_assert_true(svg_is_fit(findings) == (code == NULL || is_warning));
		g_ptr_array_unref(findings);
		g_bytes_unref(bytes);
	}
}

static void
test_lines(void)
{
	GBytes *bytes = drawing(OPEN ">\n" NAMED "\n<g>\n<script/>\n</g>\n<g onload='x'/>\n</svg>");
	GPtrArray *findings = svg_check(bytes);

	report("lines", findings);
	g_assert_cmpuint(findings->len, ==, 2);
	g_assert_cmpint(((struct svg_finding *)g_ptr_array_index(findings, 0))->line, ==, 4);
	g_assert_cmpint(((struct svg_finding *)g_ptr_array_index(findings, 1))->line, ==, 6);
	g_ptr_array_unref(findings);
	g_bytes_unref(bytes);
}

/* The code of the first finding for a drawing with `what` n times within it; NULL for none. */
static const char *
code_of_many(const char *before, const char *what, unsigned n, const char *after)
{
	GString *text = g_string_new(OPEN ">" NAMED);
	const char *code = NULL;

	g_string_append(text, before);
	for (unsigned i = 0; i < n; i++)
		g_string_append(text, what);
	g_string_append(text, after);
	for (unsigned i = 0; strcmp(what, "<g>") == 0 && i < n; i++)
		g_string_append(text, "</g>");
	g_string_append(text, "</svg>");
	GBytes *bytes = drawing(text->str);
	GPtrArray *findings = svg_check(bytes);
	report("many", findings);
	if (findings->len > 0)
		code = ((struct svg_finding *)g_ptr_array_index(findings, 0))->code;
	g_ptr_array_unref(findings);
	g_bytes_unref(bytes);
	g_string_free(text, TRUE);
	return code;
}

static void
test_limits(void)
{
	/* <svg> and <title> count; the root is one level */
	g_assert_null(code_of_many("", "<g/>", LIMIT_LOGO_ELEMENTS - 2, ""));
	g_assert_cmpstr(code_of_many("", "<g/>", LIMIT_LOGO_ELEMENTS - 1, ""), ==, "limit");
	g_assert_null(code_of_many("", "<g>", LIMIT_LOGO_DEPTH - 1, ""));
	g_assert_cmpstr(code_of_many("", "<g>", LIMIT_LOGO_DEPTH, ""), ==, "limit");
	g_assert_cmpstr(code_of_many("", "<!-- x -->", 4000, ""), ==, "size");
}

/* Each of the chain's groups draws the next one `width` times. */
static const char *
code_of_chain(unsigned length, unsigned width)
{
	GString *text = g_string_new(NULL);

	for (unsigned i = 0; i < length; i++) {
		g_string_append_printf(text, "<g id='a%u'>", i);
		for (unsigned k = 0; k < width; k++)
			g_string_append_printf(text, "<use href='#a%u'/>", i + 1);
		g_string_append(text, "</g>");
	}
	g_string_append_printf(text, "<g id='a%u'/>", length);
	const char *code = code_of_many(text->str, "", 0, "");
	g_string_free(text, TRUE);
	return code;
}

static void
test_uses(void)
{
	g_assert_null(code_of_chain(LIMIT_LOGO_USES - 1, 1));
	g_assert_cmpstr(code_of_chain(LIMIT_LOGO_USES + 2, 1), ==, "use");
	g_assert_null(code_of_chain(3, 10));
	g_assert_cmpstr(code_of_chain(6, 10), ==, "use");
}

static GBytes *
packed(const char *bytes, size_t len)
{
	GZlibCompressor *gzip = g_zlib_compressor_new(G_ZLIB_COMPRESSOR_FORMAT_GZIP, 9);
	guint8 *out = g_malloc(len + 256);
	gsize used, got;

	g_assert_cmpint(g_converter_convert(G_CONVERTER(gzip), bytes, len, out, len + 256,
			    G_CONVERTER_INPUT_AT_END, &used, &got, NULL),
	    ==, G_CONVERTER_FINISHED);
	g_object_unref(gzip);
	return g_bytes_new_take(out, got);
}

static void
expect_unpacked(GBytes *bytes, size_t len, int code)
{
	GError *error = NULL;
	GBytes *plain = svg_unpack(bytes, &error);

	if (code < 0) {
		g_assert_no_error(error);
		g_assert_cmpuint(g_bytes_get_size(plain), ==, len);
		g_bytes_unref(plain);
	} else {
		g_assert_error(error, PF_ERROR, code);
		g_error_free(error);
	}
	g_bytes_unref(bytes);
}

static void
test_unpack(void)
{
	char *zeros = g_malloc0(LIMIT_LOGO_BYTES + 1);
	GBytes *good = packed("<svg/>", 6);

	expect_unpacked(g_bytes_new_static("<svg/>", 6), 6, -1);
	expect_unpacked(packed("<svg/>", 6), 6, -1);
	expect_unpacked(packed(zeros, LIMIT_LOGO_BYTES), LIMIT_LOGO_BYTES, -1);
	expect_unpacked(packed(zeros, LIMIT_LOGO_BYTES + 1), 0, PF_ERROR_LIMIT);
	expect_unpacked(g_bytes_new(zeros, LIMIT_LOGO_BYTES + 1), 0, PF_ERROR_LIMIT);
	expect_unpacked(g_bytes_new_from_bytes(good, 0, g_bytes_get_size(good) - 9), 0, PF_ERROR_DATA);
	g_bytes_unref(good);
	g_free(zeros);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/svg/rules", test_rules);
	g_test_add_func("/svg/lines", test_lines);
	g_test_add_func("/svg/limits", test_limits);
	g_test_add_func("/svg/uses", test_uses);
	g_test_add_func("/svg/unpack", test_unpack);
	return g_test_run();
}
