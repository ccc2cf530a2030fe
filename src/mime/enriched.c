/* SPDX-License-Identifier: GPL-3.0-or-later */
/* enriched.c - commands in <> are taken out, the rules of line ends applied; quotes and headings keep
 * a style. */
#include "mime/enriched.h"

#include "base/safe_text.h"
#include "mime/links.h"

#include <string.h>

#define MAX_COMMAND 60u /* RFC 1896 has letters, digits and "-", 60 at most */

struct reader {
	struct layout *layout;
	GString *line; /* paragraph so far */
	unsigned excerpt, param, nofill; /* open commands of each kind */
	bool is_richtext;
};

static void
flush(struct reader *r)
{
	char *display = safe_text(r->line->str, r->line->len, SAFE_TEXT_LINE);
	GString *prefix = g_string_new(NULL);
	for (unsigned i = 0; i < MIN(r->excerpt, 20); i++)
		g_string_append(prefix, "> ");
	if (r->layout->links)
		links_find(r->layout->links, display);
	layout_wrap(r->layout, prefix->str, NULL, display, layout_quote_style(r->excerpt));
	g_string_free(prefix, TRUE);
	g_free(display);
	g_string_truncate(r->line, 0);
}

/* One command; "lt" and "nl" of richtext are text. */
static void
command(struct reader *r, const char *name, size_t len)
{
	bool ends = len > 0 && *name == '/';
	char *word = g_ascii_strdown(name + ends, (gssize)(len - ends));
	struct {
		const char *name;
		unsigned *open;
	} counted[] = { { "excerpt", &r->excerpt }, { "param", &r->param },
		{ "nofill", &r->nofill } };
	for (size_t i = 0; i < G_N_ELEMENTS(counted); i++) {
		if (strcmp(word, counted[i].name) != 0)
			continue;
		if (i == 0 && r->line->len > 0)
			flush(r);
		if (ends)
			*counted[i].open -= *counted[i].open > 0;
		else
			(*counted[i].open)++;
	}
	if (r->is_richtext && strcmp(word, "lt") == 0)
		g_string_append_c(r->line, '<');
	else if (r->is_richtext && (strcmp(word, "nl") == 0 || strcmp(word, "paragraph") == 0))
		flush(r);
	g_free(word);
}

/* Line ends: one is a blank, n are n - 1 (RFC 1896 "Minimal text/enriched conversion"); within
 * nofill each counts. In richtext only <nl> counts. */
static size_t
line_ends(struct reader *r, const char *p, size_t len)
{
	size_t at = 0;
	unsigned n = 0;
	for (; at < len && (p[at] == '\n' || p[at] == '\r'); at++)
		n += p[at] == '\n';
	unsigned breaks = r->nofill > 0 ? n : n - (n > 0);
	if (r->is_richtext || breaks == 0) {
		if (r->line->len > 0)
			g_string_append_c(r->line, ' ');
		return at;
	}
	for (unsigned i = 0; i < breaks && !r->layout->stopped; i++)
		flush(r);
	return at;
}

void
enriched_render(const char *utf8, size_t len, bool is_richtext, struct layout *l)
{
	struct reader r = { .layout = l, .line = g_string_new(NULL), .is_richtext = is_richtext };
	for (size_t i = 0; i < len && !l->stopped;) {
		if (utf8[i] == '\n' || utf8[i] == '\r') {
			i += line_ends(&r, utf8 + i, len - i);
			continue;
		}
		if (utf8[i] == '<' && !is_richtext && i + 1 < len && utf8[i + 1] == '<') {
			if (r.param == 0)
				g_string_append_c(r.line, '<');
			i += 2;
			continue;
		}
		const char *close = utf8[i] == '<' ? memchr(utf8 + i, '>', MIN(len - i, MAX_COMMAND + 3))
						   : NULL;
		if (close) {
			command(&r, utf8 + i + 1, (size_t)(close - utf8) - i - 1);
			i = (size_t)(close - utf8) + 1;
			continue;
		}
		if (r.param == 0)
			g_string_append_c(r.line, utf8[i]);
		i++;
	}
	if (r.line->len > 0)
		flush(&r);
	g_string_free(r.line, TRUE);
}
