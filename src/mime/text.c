/* SPDX-License-Identifier: GPL-3.0-or-later */
/* text.c - plain text: each line is classified once (quote, signature, patch) and wrapped behind its
 * own quote marks; a flowed paragraph is collected first. */
#include "mime/text.h"

#include "base/safe_text.h"
#include "mime/links.h"

#include <string.h>

#define MAX_PARAGRAPH (64u << 10) /* bytes of one flowed paragraph before it is given out */
#define MAX_MARKS 40		  /* quote marks that are drawn */
#define MAX_SET 90		  /* columns of a line whose end its author's editor chose; longer ones end where he did */
#define MIN_SET 64		  /* what such a line and the first word of the next have at least */

/* Where in a patch we are. Only the lines that a hunk header announces are coloured. */
struct patch {
	bool seen_files; /* "+++ " after "--- ", or "diff --git" */
	unsigned long n_old, n_new; /* lines of the hunk still to come */
};

struct text {
	struct layout *layout;
	struct text_opts opts;
	struct patch patch;
	bool signature;
	GString *paragraph; /* flowed text, unquoted and unstuffed */
	unsigned depth;	    /* its quote depth */
	bool open;	    /* a flowed line waits for its next */
	GString *held;	    /* fixed lines that are too wide here, set anew as one paragraph; with their marks */
	size_t held_marks;  /* bytes of the marks at its front */
	int held_cols;	    /* of the last line in it */
	int widest;	    /* columns of the widest such line so far: about where its author's editor wraps */
	enum line_style held_style;
};

struct text *
text_new(struct layout *l, const struct text_opts *opts)
{
	struct text *t = g_new0(struct text, 1);
	t->layout = l;
	t->opts = *opts;
	t->patch.seen_files = opts->patch;
	t->paragraph = g_string_new(NULL);
	t->held = g_string_new(NULL);
	return t;
}

void
text_free(struct text *t)
{
	if (!t)
		return;
	g_string_free(t->paragraph, TRUE);
	g_string_free(t->held, TRUE);
	g_free(t);
}

/* Bytes of the quote marks at the start of a fixed line: ">", "> ", "> > ". */
static size_t
quote_marks(const char *display, unsigned *depth_out)
{
	size_t n = 0;
	unsigned depth = 0;
	while (display[n] == '>' || (display[n] == ' ' && display[n + 1] == '>')) {
		depth += display[n] == '>';
		n++;
	}
	if (depth == 0)
		return 0;
	*depth_out = depth;
	return display[n] == ' ' ? n + 1 : n;
}

/* "@@ -1,5 +1,6 @@": the counts of lines, 1 when they are left out. */
static bool
hunk_header(const char *line, struct patch *p)
{
	unsigned long n[2] = { 1, 1 };
	const char *at = line;
	static const char *const lead[] = { "@@ -", " +" };
	for (size_t i = 0; i < 2; i++) {
		if (!g_str_has_prefix(at, lead[i]))
			return false;
		char *end;
		at += strlen(lead[i]);
		if (!g_ascii_isdigit(*at))
			return false;
		(void)g_ascii_strtoull(at, &end, 10);
		if (*end == ',' && g_ascii_isdigit(end[1]))
			n[i] = (unsigned long)g_ascii_strtoull(end + 1, &end, 10);
		at = end;
	}
	if (!g_str_has_prefix(at, " @@"))
		return false;
	p->n_old = n[0];
	p->n_new = n[1];
	return true;
}

static enum line_style
hunk_line(struct patch *p, char first)
{
	switch (first) {
	case '+':
		p->n_new -= p->n_new > 0;
		return LINE_DIFF_ADD;
	case '-':
		p->n_old -= p->n_old > 0;
		return LINE_DIFF_DEL;
	case '\\':
		return LINE_TEXT;
	default:
		p->n_old -= p->n_old > 0;
		p->n_new -= p->n_new > 0;
		return LINE_TEXT;
	}
}

/* The style of a line that belongs to a patch; LINE_TEXT for all others. */
static enum line_style
patch_style(struct patch *p, const char *line)
{
	if (p->n_old > 0 || p->n_new > 0)
		return hunk_line(p, *line);
	if (g_str_has_prefix(line, "diff --git ") || g_str_has_prefix(line, "+++ ")) {
		p->seen_files = true;
		return LINE_HEADING;
	}
	if (!p->seen_files)
		return LINE_TEXT;
	if (g_str_has_prefix(line, "--- ") || g_str_has_prefix(line, "index "))
		return LINE_HEADING;
	return hunk_header(line, p) ? LINE_DIFF_HUNK : LINE_TEXT;
}

static bool
is_url(const char *display)
{
	return (g_str_has_prefix(display, "https://") || g_str_has_prefix(display, "http://")) &&
	    !strchr(display, ' ');
}

static void
note_links(struct text *t, const char *display)
{
	if (t->layout->links)
		links_find(t->layout->links, display);
}

/* Bytes of a colour or erase sequence of a terminal's (ECMA-48 SGR, EL) at the front; 0 for none. What
 * programs print for colour is no content; all other sequences stay visible as what they are. */
static size_t
colour_length(const char *p, size_t len)
{
	size_t n = 2;
	if (len < 3 || p[0] != '\033' || p[1] != '[')
		return 0;
	while (n < len && (g_ascii_isdigit(p[n]) || p[n] == ';' || p[n] == ':'))
		n++;
	return n < len && (p[n] == 'm' || p[n] == 'K') ? n + 1 : 0;
}

/* safe_text() of a line without its colours. Owned. */
static char *
plain_display(const char *utf8, size_t len, enum safe_text_mode mode)
{
	if (!memchr(utf8, '\033', len))
		return safe_text(utf8, len, mode);
	GString *plain = g_string_sized_new(len);
	for (size_t i = 0; i < len;) {
		size_t n = colour_length(utf8 + i, len - i);
		if (n == 0)
			g_string_append_c(plain, utf8[i++]);
		i += n;
	}
	char *display = safe_text(plain->str, plain->len, mode);
	g_string_free(plain, TRUE);
	return display;
}

/* Running text, not a list, a table, or what is set in another way by blanks. */
static bool
is_prose(const char *text)
{
	return *text != '\0' && (g_ascii_isalnum(*text) || (*text & 0x80) || strchr("\"'(", *text)) &&
	    !strstr(text, "   ") && !strchr(text, '\t');
}

static void
give_held(struct text *t)
{
	if (t->held->len == 0)
		return;
	char *prefix = g_strndup(t->held->str, t->held_marks);
	layout_wrap(t->layout, prefix, NULL, t->held->str + t->held_marks, t->held_style);
	g_free(prefix);
	g_string_truncate(t->held, 0);
}

/* A letter's lines end where its author's editor wrapped them. Where that is too wide for the window, each would
 * leave a word or two on a line of their own: so such a line goes on into the next, when that is plainly its
 * continuation: the same quote marks, running text, and a word in front that had no room above. Takes the line or
 * says that it stands for itself. */
static bool
hold(struct text *t, const char *display, size_t marks, enum line_style style)
{
	const char *text = display + marks;
	int cols = safe_text_columns(text);
	bool is_wide = safe_text_columns(display) > t->layout->width;
	bool may_be = t->layout->width > 0 && cols <= MAX_SET && is_prose(text);
	size_t word = strcspn(text, " ");
	t->widest = may_be ? MAX(t->widest, cols) : t->widest;
	if (t->held->len > 0 && may_be && t->held_marks == marks && strncmp(t->held->str, display, marks) == 0 &&
	    t->held_cols + 1 + (int)g_utf8_strlen(text, (gssize)word) > MAX(MIN_SET, t->widest) && t->held->len < MAX_PARAGRAPH &&
	    !(g_ascii_isdigit(*text) && word > 1 && strchr(".)", text[word - 1]))) {
		g_string_append_printf(t->held, "%s%s", g_str_has_suffix(t->held->str, " ") ? "" : " ", text);
		t->held_cols = cols;
		return true;
	}
	give_held(t);
	if (!may_be || !is_wide)
		return false;
	g_string_assign(t->held, display);
	t->held_marks = marks;
	t->held_cols = cols;
	t->held_style = style;
	return true;
}

static void
give_fixed(struct text *t, const char *display, size_t marks, enum line_style style)
{
	char *prefix = g_strndup(display, marks);
	layout_wrap(t->layout, prefix, NULL, display + marks, style);
	g_free(prefix);
}

static void
feed_fixed(struct text *t, const char *utf8, size_t len)
{
	char *display = plain_display(utf8, len, SAFE_TEXT_BODY);
	unsigned depth = 0;
	size_t marks = 0;
	note_links(t, display);
	enum line_style style = patch_style(&t->patch, display);
	if (style == LINE_TEXT && t->patch.n_old + t->patch.n_new == 0) {
		t->signature = t->signature || strcmp(display, "-- ") == 0;
		marks = t->signature ? 0 : quote_marks(display, &depth);
		if (is_url(display))
			style = LINE_LINK;
		if (t->signature)
			style = LINE_SIGNATURE;
	}
	if (marks > 0)
		style = layout_quote_style(depth);
	if (t->patch.seen_files && marks == 0) {
		give_held(t);
		layout_cut(t->layout, "", display, style);
	} else if (style == LINE_LINK || style == LINE_SIGNATURE || !hold(t, display, marks, style)) {
		give_held(t);
		give_fixed(t, display, marks, style);
	}
	g_free(display);
}

static void
give_paragraph(struct text *t)
{
	if (!t->open)
		return;
	char *display = plain_display(t->paragraph->str, t->paragraph->len, SAFE_TEXT_LINE);
	note_links(t, display);
	char *prefix = t->depth == 0
	    ? g_strdup("")
	    : g_strdup_printf("%.*s ", (int)MIN(t->depth, MAX_MARKS),
		  ">>>>>>>>>>>>>>>>>>>>>>>>>>>>>>>>>>>>>>>>");
	enum line_style style = layout_quote_style(t->depth);
	if (t->signature)
		style = LINE_SIGNATURE;
	else if (t->depth == 0 && is_url(display))
		style = LINE_LINK;
	if (strcmp(display, "-- ") != 0)
		g_strchomp(display);
	layout_wrap(t->layout, prefix, NULL, display, style);
	g_free(prefix);
	g_free(display);
	g_string_truncate(t->paragraph, 0);
	t->open = false;
}

/* RFC 3676 4.1 to 4.5: count quote marks, unstuff, look for the signature, then for the trailing
 * blank that makes the line flow into the next of the same depth. */
static void
feed_flowed(struct text *t, const char *p, size_t len)
{
	unsigned depth = 0;
	while (len > 0 && *p == '>') {
		depth++;
		p++;
		len--;
	}
	if (len > 0 && *p == ' ') {
		p++;
		len--;
	}
	bool mark = len == 3 && memcmp(p, "-- ", 3) == 0;
	if (t->open && (depth != t->depth || mark))
		give_paragraph(t);
	t->signature = t->signature || (mark && depth == 0);
	t->depth = depth;
	t->open = true;
	bool flows = len > 0 && p[len - 1] == ' ' && !mark;
	g_string_append_len(t->paragraph, p, (gssize)(flows && t->opts.delsp ? len - 1 : len));
	if (!flows || t->paragraph->len > MAX_PARAGRAPH)
		give_paragraph(t);
}

void
text_feed(struct text *t, const char *utf8, size_t len)
{
	if (t->opts.flowed)
		feed_flowed(t, utf8, len);
	else
		feed_fixed(t, utf8, len);
}

void
text_end(struct text *t)
{
	give_held(t);
	give_paragraph(t);
}
