/* SPDX-License-Identifier: GPL-3.0-or-later */
/* HTML to lines: what is shown, what is not, and what it costs. */
#include "mime/html.h"
#include "mime/html_element.h"
#include "mime/html_style.h"
#include "mime/links.h"

#include "base/limits.h"

#include <string.h>
#include <time.h>

#include "lines.h"

static char *
render(const char *html, size_t len, int width, struct html_result *result)
{
	GString *out = g_string_new(NULL);
	struct layout l;
	layout_init(&l, width, 8 << 20, lines_add, out);
	html_render(html, len, &l, result);
	return g_string_free(out, FALSE);
}

static const struct {
	const char *name, *html, *expect;
} cases[] = {
	{ "loose text", "a  b\n c", "text|a b c\n" },
	{ "paragraphs", "<p>a</p><p>b</p>", "text|a\ntext|\ntext|b\n" },
	{ "blocks", "<div>a</div><div><div>b</div></div>c", "text|a\ntext|b\ntext|c\n" },
	{ "breaks", "a<br>b<br><br><br>c", "text|a\ntext|b\ntext|\ntext|c\n" },
	{ "heading", "<h1>A</h1>b", "heading|A\ntext|\ntext|b\n" },
	{ "entities", "&lt;&amp;&eacute;&#x263a;&#0;&nope;", "text|<&é\342\230\272&nope;\n" },
	{ "lists", "<ul><li>a<li>b<ol><li>c<li>d</ol></ul>e",
	    "text|\342\200\242 a\ntext|\342\200\242 b\ntext|   1. c\ntext|   2. d\ntext|\ntext|e\n" },
	{ "item that wraps", "<ul><li>aaaaaaaaaa bbbbbbbbbb cccccccccc dddddddddd</ul>",
	    "text|\342\200\242 aaaaaaaaaa bbbbbbbbbb cccccccccc\ntext|  dddddddddd\n" },
	{ "quotes", "a<blockquote>b<blockquote>c</blockquote></blockquote>d",
	    "text|a\ntext|\nquote1|> b\nquote1|>\nquote2|> > c\ntext|\ntext|d\n" },
	{ "pre", "<pre>a\n  b\n</pre>c", "code|a\ncode|  b\ntext|\ntext|c\n" },
	{ "data table", "<table><tr><th>Name<th>N<tr><td>Apples<td>3<tr><td>Fig<td>12</table>",
	    "heading|Name    N\ntext|Apples  3\ntext|Fig     12\n" },
	{ "table too wide",
	    "<table><tr><td>aaaaaaaaaaaaaaaaaaaaaaaaa<td>bbbbbbbbbbbbbbbbbbbbbbbb</table>",
	    "text|aaaaaaaaaaaaaaaaaaaaaaaaa\ntext|  bbbbbbbbbbbbbbbbbbbbbbbb\n" },
	{ "table that is wrapped",
	    "<table><tr><th>Item<th>Price<tr><td>a lamp of brass with a very long description<td>98.00"
	    "<tr><td>chair<td>1</table>",
	    "heading|Item                               Price\ntext|a lamp of brass with a very long   98.00\n"
	    "text|description\ntext|chair                              1\n" },
	{ "price that was", "<b>49</b> <s>70</s>, 10<sup>3</sup>, <q>fine</q> <del>x</del>",
	    "text|49 ~70~, 10^3, \"fine\" ~x~\n" },
	{ "layout table", "<table><tr><td><table><tr><td>a<td>b</table><td><p>c<p>d</table>",
	    "text|a  b\ntext|\ntext|c\ntext|\ntext|d\n" },
	{ "script and style", "<style>x{}</style><script>alert(1)</script>a", "text|a\n" },
	{ "title", "<html><head><title>x</title></head><body>a", "text|a\n" },
	{ "hidden",
	    "<div style='DISPLAY : none'>x</div><p hidden>y<span style='font-size:0px'>z</span></p>"
	    "<b style='visibility:hidden'>v</b>a",
	    "text|a\n" },
	{ "hidden by its ink",
	    "<p style='color: #FFF; background-color:#fff'>x</p><p style='font-size:1px;color:#fff'>y</p>a",
	    "text|a\nnote|1 character hidden by its colour\n" },
	{ "white on white, wherever either was said",
	    "<style>.w{color:white}.g{background:rgb(250, 250, 250) none}</style>"
	    "<table bgcolor=#FFFFFF><tr><td class=w>x<div><font>x</font></div><tr><td><font color=snow>x</font></table>"
	    "<div class=g><p style='color:rgba(255,255,255,.9)'>x<a href='https://x.example/'>link</a></p></div>"
	    "<p style='color:transparent'>x</p><p style='color:#fffffff0'>x <b style='color:#000'>b</b></p>",
	    "text|link[1]\ntext|\ntext|b\ntext|\nlink|[1] x.example  https://x.example/\n"
	    "note|6 characters hidden by their colour\n" },
	{ "white on what may be dark",
	    "<style>h1{color:#fff}.d{background:#000}.p{background-image:url(x)}</style><div class=d><h1>a</h1></div>"
	    "<table background='x.png'><tr><td><font color=white>b</font></table>"
	    "<div class=p style='background-color:#fff'><b style='color:#fff'>c</b></div>"
	    "<p style='color:#fff;background:hsl(0,0%,1%)'>d</p>",
	    "heading|a\ntext|\ntext|b\ntext|c\ntext|\ntext|d\n" },
	{ "a dark page", "<html><head><style>.Night{background:#111;color:#eee}</style></head><body class='Night' bgcolor=white>"
	    "<p style='color:#fefefe'>a</p><p>b</p><p style='color:#121212'>x</p></body>",
	    "text|a\ntext|\ntext|b\nnote|1 character hidden by its colour\n" },
	{ "rules that we do not read", "<style>p[x]{background:#000}</style><p x style='color:#fff'>a</p>", "text|a\n" },
	{ "hidden by where it stands",
	    "<style>.off .a, table td > i.b, div#x p span{display:none} ul.z li{display:none} body.q em{display:none}</style>"
	    "<body class=q><div class='off on'><p><b class=a>x</b></p></div><b class=a>a</b><br>"
	    "<table><tr><td><i class=b>x</i><u><i class=b>b</i></u></table>"
	    "<div id=x><p>c<span>x</span></p></div><ul><li>d</ul><ul class=z><li>x</ul><em>x</em>",
	    "text|a\ntext|b\ntext|\ntext|c\ntext|\ntext|\342\200\242 d\n" },
	{ "not hidden by it",
	    "<i style='color:#fff;background-color:#ffe'>a</i><i style='font-size:1px5'>b</i>"
	    "<i style='color:red'>c</i>", "text|abc\n" },
	{ "not hidden", "<b style='font-size:0.9em;opacity:0.5'>a</b>", "text|a\n" },
	{ "text with a size of its own within a layout that has none",
	    "<table><tr><td style='font-size:0px;padding:20px'>w<div style='font-size:13px'>a</div>x</td></tr></table>"
	    "<div style='font-size:0'><span style='font-size:100%'>y</span><b style='font:bold 14px Arial'>b</b></div>"
	    "<p style='visibility:hidden'>z<i style='visibility:visible'>c</i></p>",
	    "text|a\ntext|b\ntext|\ntext|c\n" },
	{ "hidden by a sheet",
	    "<style>/* .a{display:none} */ p.pre, #top{display:none!important} .pre{font-size:9px}\n"
	    "@media (max-width:480px){.a,.b{display:none}} @media screen{body .c{font-size:0;}}</style>"
	    "<p class=pre style='display:block'>x</p><p id='top'>y</p><p class='big c'>z</p><p class=a>a</p><p class=b>b</p>"
	    "<div class=pre>c</div>",
	    "text|a\ntext|\ntext|b\ntext|\ntext|c\n" },
	{ "shown again by its own style", "<style>.m{display:none}</style><p class=m style='display:block'>a</p>", "text|a\n" },
	{ "far away", "<p style='text-indent:-9999px'>x</p><p style='position:absolute;left:-999em'>y</p>a", "text|a\n" },
	{ "conditions", "<![if !mso]><p>a</p><![endif]><![if x]><![endif]>b<!--[if mso]>x<![endif]-->c<br>d", "text|a\ntext|\ntext|bc\ntext|d\n" },
	{ "numbers to the right",
	    "<table><tr><th>Item<th>EUR<tr><td>Lamp<td align=right>9.00<tr><td>Bed<td style='text-align:right'>112.00</table>",
	    "heading|Item     EUR\ntext|Lamp    9.00\ntext|Bed   112.00\n" },
	{ "map", "<map><area href='https://x.example/p' alt='Shop'><area href='https://x.example/q'></map>",
	    "text|Shop[1]\ntext|\nlink|[1] x.example  https://x.example/p\nlink|[2] x.example  https://x.example/q\n" },
	{ "comment", "a<!-- x -->b", "text|ab\n" },
	{ "link", "<a href='https://x.example/p'>here</a> and <a href='https://x.example/p'>there</a>",
	    "text|here[1] and there[1]\ntext|\nlink|[1] x.example  https://x.example/p\n" },
	{ "link that lies",
	    "<a href='https://user@evil.example/'>https://www.bank.example/in</a>",
	    "text|https://www.bank.example/in [1: leads to\ntext|evil.example]\ntext|\nlink|[1] evil.example\nlink|    "
	    "https://user@evil.example/  (its\nlink|    words say www.bank.example)\n" },
	{ "link to nowhere", "<a href='javascript:x()'>a</a><a href='#b'>b</a>", "text|ab\n" },
	{ "images", "<img src='http://t.example/x'><img alt='Logo' src='cid:1'><img src='//t/y'>",
	    "text|[Logo]\nnote|2 remote images not loaded\n" },
	{ "empty", "", "" },
	{ "broken", "<p><b>a</p></i></table>b<td>c</", "text|a\ntext|\ntext|b\ntext|c\n" },
	{ "escape", "a&#27;[31mb", NULL },
};

static void
test_pages(void)
{
	struct html_result result;
	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_test_message("%s", cases[i].name);
		char *out = render(cases[i].html, strlen(cases[i].html), 40, &result);
		if (cases[i].expect)
			g_assert_cmpstr(out, ==, cases[i].expect);
		g_assert_null(strchr(out, '\033'));
		g_free(out);
	}
}

/* Of the processor, not of the clock on the wall: other tests run beside this one. */
static double
cpu_seconds(void)
{
	return (double)clock() / CLOCKS_PER_SEC;
}

static double
timed(const char *unit, size_t n, struct html_result *result)
{
	GString *html = g_string_new(NULL);
	for (size_t i = 0; i < n; i++)
		g_string_append(html, unit);
	double start = cpu_seconds();
	g_free(render(html->str, html->len, 80, result));
	g_string_free(html, TRUE);
	return cpu_seconds() - start;
}

/* Hostile pages end in seconds, not minutes; none of them takes the stack. */
static void
test_bombs(void)
{
	static const char *const units[] = { "<div>", "<table><tr><td>", "<b>x", "<ul><li>x",
		"<blockquote>", "<tr>", "<td>", "<li>x", "<a href='http://x.example/'>", "<", "&",
		"<!--", "<p/></i>", "<font><p>", "</b>", "<![CDATA[" };
	struct html_result result;
	for (size_t i = 0; i < G_N_ELEMENTS(units); i++) {
		g_test_message("%s", units[i]);
		g_assert_cmpfloat(timed(units[i], 100000, &result), <, 20.0);
	}
	(void)timed("<div>", LIMIT_HTML_DEPTH + 3000, &result);
	g_assert_false(result.given_up);
	(void)timed("<div>", LIMIT_HTML_DEPTH + 6000, &result);
	g_assert_true(result.given_up);
}

/* What makes the parser itself slow is given up in time; what is shown so far stays. */
static void
test_slow_pages(void)
{
	struct html_result result;
	GString *html = g_string_new("start <a");
	for (int i = 0; i < 1000000; i++)
		g_string_append_printf(html, " a%d", i);
	g_string_append(html, ">x</a>");
	double begin = cpu_seconds();
	char *out = render(html->str, html->len, 40, &result);
	g_assert_true(result.given_up);
	g_free(out);
	g_string_assign(html, "start");
	for (int i = 0; i < 4000; i++)
		g_string_append(html, "<b>");
	for (int i = 0; i < 2000000; i++)
		g_string_append(html, "</i>");
	out = render(html->str, html->len, 40, &result);
	g_assert_true(result.given_up);
	g_assert_true(g_str_has_prefix(out, "text|start\n"));
	g_free(out);
	g_assert_cmpfloat(cpu_seconds() - begin, <, 20.0);
	/* an image of megabytes in the page is no reason */
	g_string_assign(html, "<img alt=X src=\"data:image/png;base64,");
	for (int i = 0; i < 1000000; i++)
		g_string_append(html, "ab/+");
	g_string_append(html, "\">end");
	out = render(html->str, html->len, 40, &result);
	g_assert_false(result.given_up);
	g_assert_cmpstr(out, ==, "text|[X]end\n");
	g_free(out);
	g_string_free(html, TRUE);
}

static void
test_hosts(void)
{
	static const struct {
		const char *url, *host;
	} hosts[] = {
		{ "https://A.Example/x", "a.example" },
		{ "https://good.example@evil.example:8080/?good.example", "evil.example" },
		{ "http://evil.example\\@good.example/", "evil.example" },
		{ "https:///evil.example/", "evil.example" },
		{ "//x.example", "x.example" },
		{ "https://[::1]:80/", "[::1]:80" },
		{ "mailto:a@b.example", NULL },
		{ "x", NULL },
	};
	for (size_t i = 0; i < G_N_ELEMENTS(hosts); i++) {
		char *host = links_host(hosts[i].url);
		g_assert_cmpstr(host, ==, hosts[i].host);
		g_free(host);
	}
}

static bool
hides(const char *text)
{
	struct html_style style = { 0 };
	(void)html_style_declare(&style, text);
	return html_style_hides(&style);
}

static void
test_hides(void)
{
	static const char *const yes[] = { "display:none", "color:red; Display : None",
		"opacity:0;", "max-height:0;overflow:hidden", "display:none!important;display:block",
		"mso-hide:all" };
	static const char *const no[] = { "", "display:block", "font-size:10px", "opacity:0.1",
		"font-size:0", "display:none;display:block",
		"max-height:0", "x-display:none" };
	for (size_t i = 0; i < G_N_ELEMENTS(yes); i++)
		g_assert_true(hides(yes[i]));
	for (size_t i = 0; i < G_N_ELEMENTS(no); i++)
		g_assert_false(hides(no[i]));
	g_assert_false(hides(NULL));
}

static void
test_charset(void)
{
	static const char page[] = "<html><META http-equiv=x content='text/html; charset=KOI8-R'>";
	char *name = html_charset(page, strlen(page));
	g_assert_cmpstr(name, ==, "koi8-r");
	g_free(name);
	g_assert_null(html_charset("charset=x", 9));
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	html_init();
	g_test_add_func("/html/pages", test_pages);
	g_test_add_func("/html/bombs", test_bombs);
	g_test_add_func("/html/slow-pages", test_slow_pages);
	g_test_add_func("/html/hosts", test_hosts);
	g_test_add_func("/html/hides", test_hides);
	g_test_add_func("/html/charset", test_charset);
	return g_test_run();
}
