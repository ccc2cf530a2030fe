/* SPDX-License-Identifier: GPL-3.0-or-later */
/* hyperlink.c - curses knows nothing of OSC 8: when it has painted, the cells of a link are written once more, as they
 * are, with the link around them. A frame whose links are those of the last one sends nothing. */
#define NCURSES_WIDECHAR 1
#include "ui/hyperlink.h"

#include "base/jsonl.h"
#include "base/limits.h"
#include "base/safe_text.h"

#include <curses.h>
#include <stdio.h>
#include <string.h>

#define MAX_PLACES 500 /* in a frame */

struct place {
	int y, x, cols;
	char *url;
	char *cells; /* as they were drawn, with their colours */
};

struct hyperlinks {
	bool is_on;
	GArray *now, *before; /* struct place */
	unsigned open; /* the link of the list that the last line was of; 0 for none */
};

static bool
env_has(const char *name, const char *part)
{
	const char *value = g_getenv(name);
	return value != NULL && strstr(value, part) != NULL;
}

/* Those that are known for it. tmux and screen pass it on in their latest versions only. */
static bool
guess(void)
{
	static const char *const terms[] = {"kitty", "ghostty", "foot", "alacritty", "wezterm", "contour"};
	static const char *const programs[] = {"WezTerm", "ghostty", "iTerm", "vscode", "Hyper", "rio"};
	const char *vte = g_getenv("VTE_VERSION");
	if (env_has("TERM", "tmux") || env_has("TERM", "screen") || env_has("TERM", "linux"))
		return false;
	for (size_t i = 0; i < G_N_ELEMENTS(terms); i++)
		if (env_has("TERM", terms[i]))
			return true;
	for (size_t i = 0; i < G_N_ELEMENTS(programs); i++)
		if (env_has("TERM_PROGRAM", programs[i]))
			return true;
	return (vte != NULL && g_ascii_strtoull(vte, NULL, 10) >= 5000) || g_getenv("KONSOLE_VERSION") != NULL ||
	    g_getenv("WT_SESSION") != NULL;
}

static void
place_clear(gpointer data)
{
	struct place *p = data;
	g_free(p->url);
	g_free(p->cells);
}

static GArray *
places_new(void)
{
	GArray *places = g_array_new(FALSE, FALSE, sizeof(struct place));
	g_array_set_clear_func(places, place_clear);
	return places;
}

struct hyperlinks *
hyperlinks_new(const struct rc *rc)
{
	struct hyperlinks *h = g_new0(struct hyperlinks, 1);
	const char *wish = rc_string(rc, "ui", NULL, "hyperlinks");
	h->is_on = g_str_equal(wish, "auto") ? guess() : g_str_equal(wish, "yes");
	h->now = places_new();
	h->before = places_new();
	return h;
}

void
hyperlinks_free(struct hyperlinks *h)
{
	if (h == NULL)
		return;
	g_array_unref(h->now);
	g_array_unref(h->before);
	g_free(h);
}

/* what may be a link */

char *
hyperlink_clean(const char *url)
{
	static const char *const schemes[] = {"https://", "http://", "mailto:"};
	bool is_known = false;
	for (size_t i = 0; i < G_N_ELEMENTS(schemes); i++)
		is_known = is_known || g_ascii_strncasecmp(url, schemes[i], strlen(schemes[i])) == 0;
	GString *out = g_string_new(NULL);
	for (const char *p = url; is_known && *p != '\0'; p++) {
		guchar c = (guchar)*p;
		if (c > ' ' && c < 127)
			g_string_append_c(out, *p);
		else if (c == ' ' || c >= 0x80)
			g_string_append_printf(out, "%%%02X", c);
		else
			is_known = false; /* a control character is no slip */
	}
	is_known = is_known && out->len <= LIMIT_URL;
	return g_string_free(out, !is_known);
}

bool
hyperlink_names_host(const char *url, const char *host)
{
	const char *slashes = strstr(url, "://");
	size_t len = host != NULL ? strlen(host) : 0;
	if (slashes == NULL || len == 0 || g_ascii_strncasecmp(slashes + 3, host, len) != 0)
		return false;
	const char *end = slashes + 3 + len;
	/* "good.example@evil.example" and "good.example:x@evil.example" name another */
	return *end == '\0' || strchr("/?#", *end) != NULL ||
	    (*end == ':' && end[1 + strspn(end + 1, "0123456789")] != '@' &&
		strchr("/?#", end[1 + strspn(end + 1, "0123456789")]) != NULL);
}

/* cells */

static void
add_colour(GString *out, int colour, int ground)
{
	if (colour >= 256)
		g_string_append_printf(out, ";%d;2;%d;%d;%d", ground + 8, colour >> 16 & 255, colour >> 8 & 255, colour & 255);
	else if (colour >= 16)
		g_string_append_printf(out, ";%d;5;%d", ground + 8, colour);
	else if (colour >= 8)
		g_string_append_printf(out, ";%d", ground + 60 + colour - 8);
	else if (colour >= 0)
		g_string_append_printf(out, ";%d", ground + colour);
}

static void
add_style(GString *out, attr_t attrs, int pair)
{
	static const struct {
		attr_t attr;
		const char *code;
	} codes[] = {{A_BOLD, ";1"}, {A_DIM, ";2"}, {A_ITALIC, ";3"}, {A_UNDERLINE, ";4"}, {A_REVERSE, ";7"}};
	int fg = -1, bg = -1;
	g_string_append(out, "\033[0");
	for (size_t i = 0; i < G_N_ELEMENTS(codes); i++)
		if ((attrs & codes[i].attr) != 0)
			g_string_append(out, codes[i].code);
	if (pair > 0 && extended_pair_content(pair, &fg, &bg) == OK) {
		add_colour(out, fg, 30);
		add_colour(out, bg, 40);
	}
	g_string_append_c(out, 'm');
}

/* The cells as they are on the screen. Owned. */
static char *
read_cells(const struct place *p)
{
	GString *out = g_string_new(NULL);
	attr_t last_attrs = 0;
	int last_pair = -1, y, x;
	getyx(stdscr, y, x);
	for (int i = 0; i < p->cols; i++) {
		wchar_t text[CCHARW_MAX + 1] = {0};
		cchar_t cell;
		attr_t attrs;
		short pair;
		int wide_pair = 0;
		if (mvin_wch(p->y, p->x + i, &cell) != OK || getcchar(&cell, text, &attrs, &pair, &wide_pair) != OK)
			break;
		if (last_pair < 0 || attrs != last_attrs || wide_pair != last_pair)
			add_style(out, attrs, wide_pair);
		last_attrs = attrs;
		last_pair = wide_pair;
		for (const wchar_t *w = text; *w != L'\0'; w++)
			g_string_append_unichar(out, (gunichar)*w);
		/* the second half of a wide character is no text of its own */
		i += MAX(safe_text_char_columns((gunichar)text[0]) - 1, 0);
	}
	(void)wmove(stdscr, y, x);
	return g_string_free(out, FALSE);
}

/* frames */

void
hyperlinks_begin(struct hyperlinks *h)
{
	GArray *old = h->before;
	h->before = h->now;
	h->now = old;
	g_array_set_size(h->now, 0);
	h->open = 0;
}

bool
hyperlinks_any(const struct hyperlinks *h)
{
	return h->now->len > 0;
}

void
hyperlinks_drop(struct hyperlinks *h)
{
	g_array_set_size(h->now, 0);
}

void
hyperlinks_place(struct hyperlinks *h, int y, int x, int cols, const char *url)
{
	struct place p = {.y = y, .x = x, .cols = MIN(cols, COLS - x)};
	if (!h->is_on || h->now->len >= MAX_PLACES || p.cols <= 0 || y < 0 || y >= LINES || x < 0)
		return;
	p.url = hyperlink_clean(url);
	if (p.url == NULL)
		return;
	p.cells = read_cells(&p);
	g_array_append_val(h->now, p);
}

static const json_t *
link_of(const json_t *links, unsigned n)
{
	return n > 0 ? json_array_get(links, n - 1) : NULL;
}

/* The number in front of a line of the list of links, when its true host follows; else 0. */
static unsigned
listed(const char *text, const json_t *links)
{
	guint64 n = *text == '[' ? g_ascii_strtoull(text + 1, NULL, 10) : 0;
	const json_t *link = link_of(links, (unsigned)MIN(n, G_MAXINT32));
	const char *host = jsonl_string(link, "host");
	char *head = host != NULL && *host != '\0' ? g_strdup_printf("[%u] %s  ", (unsigned)n, host) : NULL;
	bool is_listed = head != NULL && g_str_has_prefix(text, head);
	g_free(head);
	return is_listed ? (unsigned)n : 0;
}

/* The longest link whose URL stands here and names its host. */
static const char *
url_at(const char *text, const json_t *links)
{
	const char *found = NULL;
	size_t i;
	json_t *link;
	json_array_foreach(links, i, link)
	{
		const char *url = jsonl_string(link, "url");
		if (url != NULL && g_str_has_prefix(text, url) && hyperlink_names_host(url, jsonl_string(link, "host")) &&
		    (found == NULL || strlen(url) > strlen(found)))
			found = url;
	}
	return found;
}

static int
columns(const char *text, size_t len)
{
	char *part = g_strndup(text, len);
	int cols = safe_text_columns(part);
	g_free(part);
	return cols;
}

void
hyperlinks_in_list(struct hyperlinks *h, int y, int x, const char *text, const json_t *links)
{
	unsigned n = h->is_on ? listed(text, links) : 0;
	int indent = (int)strspn(text, " ");
	if (n == 0 && indent > 0)
		n = h->open;
	h->open = n;
	if (n > 0)
		hyperlinks_place(h, y, x + indent, safe_text_columns(text) - indent, jsonl_string(link_of(links, n), "url"));
}

void
hyperlinks_in_text(struct hyperlinks *h, int y, int x, const char *text, const json_t *links)
{
	h->open = 0;
	for (const char *p = text; h->is_on && (p = strstr(p, "http")) != NULL;) {
		const char *url = url_at(p, links);
		if (url != NULL)
			hyperlinks_place(h, y, x + columns(text, (size_t)(p - text)), columns(p, strlen(url)), url);
		p += url != NULL ? strlen(url) : strlen("http");
	}
}

static bool
is_before(const struct hyperlinks *h, const struct place *p)
{
	for (guint i = 0; i < h->before->len; i++) {
		const struct place *b = &g_array_index(h->before, struct place, i);
		if (b->y == p->y && b->x == p->x && strcmp(b->url, p->url) == 0 && g_strcmp0(b->cells, p->cells) == 0)
			return true;
	}
	return false;
}

/* A question, or the help, was drawn over it. */
static bool
is_covered(const struct place *p)
{
	char *cells = read_cells(p);
	bool is_other = strcmp(cells, p->cells) != 0;
	g_free(cells);
	return is_other;
}

void
hyperlinks_end(struct hyperlinks *h, bool force)
{
	GString *out = g_string_new(NULL);
	for (guint i = h->now->len; i-- > 0;) {
		const struct place *p = &g_array_index(h->now, struct place, i);
		if (is_covered(p))
			g_array_remove_index(h->now, i);
		else if (force || !is_before(h, p))
			g_string_append_printf(out, "\033[%d;%dH\033]8;id=%08x;%s\033\\%s\033]8;;\033\\", p->y + 1, p->x + 1,
			    g_str_hash(p->url), p->url, p->cells);
	}
	if (out->len > 0) {
		/* the cursor's place and colours are curses' to know */
		(void)printf("\0337%s\0338", out->str);
		(void)fflush(stdout); /* a terminal that is gone is noticed by reading */
	}
	g_string_free(out, TRUE);
}
