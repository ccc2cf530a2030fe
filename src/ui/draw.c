/* SPDX-License-Identifier: GPL-3.0-or-later */
/* draw.c - the text primitives of the screen, and its one gate for outside text. */
#include "ui/draw.h"

#include "base/safe_text.h"
#include "ui/term.h"

#include <curses.h>
#include <langinfo.h>
#include <string.h>
#include <wchar.h>

/* clang-format off */
static const struct signs utf8_signs = {
	.unread = "●", .flag = "⚑", .attachment = "@", .marked = "▌", .replied = "↩",
	.vertical = "│", .horizontal = "─", .branch = "├─", .last_branch = "└─", .pipe = "│ ",
	.ellipsis = "…", .down = "↓", .up = "↑", .dot = "·", .folded = "▸", .unfolded = "▾",
};
static const struct signs ascii_signs = {
	.unread = "N", .flag = "*", .attachment = "@", .marked = ">", .replied = "r",
	.vertical = "|", .horizontal = "-", .branch = "|-", .last_branch = "`-", .pipe = "| ",
	.ellipsis = "~", .down = "<", .up = ">", .dot = "-", .folded = "+", .unfolded = "-",
};
/* clang-format on */

void
canvas_init(struct canvas *c, const struct rc *rc)
{
	c->theme = theme_new(rc);
	theme_define(c->theme);
	c->is_utf8 = g_str_equal(nl_langinfo(CODESET), "UTF-8");
	c->is_linear = rc_bool(rc, "ui", NULL, "linear");
	c->is_ascii = !c->is_utf8 || c->is_linear || rc_bool(rc, "ui", NULL, "ascii");
	c->signs = c->is_ascii ? &ascii_signs : &utf8_signs;
	c->hyperlinks = hyperlinks_new(rc);
}

void
canvas_fini(struct canvas *c)
{
	theme_free(c->theme);
	c->theme = NULL;
	g_clear_pointer(&c->hyperlinks, hyperlinks_free);
}

void
canvas_begin(const struct canvas *c)
{
	attr_set(0, 0, NULL);
	erase();
	hyperlinks_begin(c->hyperlinks);
}

void
canvas_end(const struct canvas *c, bool force)
{
	if (force) {
		theme_define(c->theme);
		clearok(curscr, TRUE);
	}
	term_show();
	hyperlinks_end(c->hyperlinks, force);
}

/* Write display text at the cursor. A character that curses would count differently than we do
 * (one that is newer than the C library) is shown as a replacement of our width, so that columns
 * stay true; without UTF-8, whatever is not ASCII is a question mark. */
static void
put_display(const struct canvas *c, const char *display, size_t len)
{
	GString *out = g_string_sized_new(len);
	for (const char *p = display; p < display + len; p = g_utf8_next_char(p)) {
		gunichar ch = g_utf8_get_char(p);
		int cols = safe_text_char_columns(ch);
		if (ch < 0x80) {
			g_string_append_c(out, (char)ch);
		} else if (!c->is_utf8 || wcwidth((wchar_t)ch) != cols) {
			for (int i = 0; i < cols; i++)
				g_string_append(out, c->is_utf8 ? "\xEF\xBF\xBD" : "?");
		} else {
			g_string_append_len(out, p, g_utf8_next_char(p) - p);
		}
	}
	addnstr(out->str, (int)out->len);
	g_string_free(out, TRUE);
}

static bool
clip(int y, int x, int *cols)
{
	if (y < 0 || y >= term_rows() || x < 0 || x >= term_cols())
		return false;
	*cols = MIN(*cols, term_cols() - x);
	return *cols > 0;
}

int
ui_text(const struct canvas *c, int y, int x, int cols, enum style style, bool is_selected,
    const char *text)
{
	if (!clip(y, x, &cols) || text == NULL || *text == '\0')
		return 0;
	char *display = safe_line(text);
	int used;
	size_t len = safe_text_fit(display, cols, &used);
	bool is_cut = display[len] != '\0';
	if (is_cut)
		len = safe_text_fit(display, cols - 1, &used);
	theme_apply(c->theme, style, is_selected);
	move(y, x);
	put_display(c, display, len);
	if (is_cut) {
		put_display(c, c->signs->ellipsis, strlen(c->signs->ellipsis));
		used++;
	}
	g_free(display);
	return used;
}

int
ui_coloured(const struct canvas *c, int y, int x, int cols, int fg, int bg, const char *text)
{
	return ui_styled(c, y, x, cols, fg, bg, 0, text);
}

int
ui_styled(const struct canvas *c, int y, int x, int cols, int fg, int bg, unsigned attrs, const char *text)
{
	if (!clip(y, x, &cols) || text == NULL || *text == '\0')
		return 0;
	char *display = safe_line(text);
	int used;
	size_t len = safe_text_fit(display, cols, &used);
	attr_t bits = (attrs & UI_BOLD ? A_BOLD : 0) | (attrs & UI_UNDERLINE ? A_UNDERLINE : 0) |
	    (attrs & UI_ITALIC ? A_ITALIC : 0) | (attrs & UI_REVERSE ? A_REVERSE : 0);
	theme_apply_colours(c->theme, fg, bg);
	attr_on(bits, NULL);
	move(y, x);
	put_display(c, display, len);
	g_free(display);
	return used;
}

char *
ui_domain(const struct canvas *c, const char *domain, int cols)
{
	char *display = safe_line(domain);
	const char *p = display;
	int left = safe_text_columns(display);
	if (left <= cols)
		return display;
	for (; *p != '\0' && left > cols - 1; p = g_utf8_next_char(p))
		left -= safe_text_char_columns(g_utf8_get_char(p));
	char *cut = g_strconcat(c->signs->ellipsis, p, NULL);
	g_free(display);
	return cut;
}

#define MAX_PARAGRAPH 8 /* rows */

/* How much of the display text goes into one line: up to the last blank, or all that fits. */
static size_t
line_length(const char *text, int cols)
{
	size_t fit = safe_text_fit(text, cols, NULL);
	if (text[fit] == '\0' || text[fit] == ' ')
		return fit;
	for (size_t i = fit; i > fit / 2; i--)
		if (text[i - 1] == ' ')
			return i - 1;
	return fit;
}

int
ui_paragraph(const struct canvas *c, int bottom, int x, int most, enum style ground, enum style style,
    const char *text)
{
	char *display = safe_line(text);
	const char *starts[MAX_PARAGRAPH];
	size_t lengths[MAX_PARAGRAPH];
	int n = 0, cols = term_cols() - x, used = 0;
	most = CLAMP(most, 1, MAX_PARAGRAPH);
	for (const char *p = display; n < most && (*p != '\0' || n == 0); n++) {
		starts[n] = p;
		lengths[n] = n + 1 < most ? line_length(p, MAX(cols - 1, 1)) : strlen(p);
		p += lengths[n];
		while (*p == ' ')
			p++;
	}
	for (int i = 0; i < n; i++) {
		char *line = g_strndup(starts[i], lengths[i]);
		ui_fill(c, bottom - n + 1 + i, 0, term_cols(), ground, false);
		used = ui_text(c, bottom - n + 1 + i, x, cols, style, false, line);
		g_free(line);
	}
	g_free(display);
	return x + used;
}

int
ui_say(const struct canvas *c, struct area a, int from, enum style style, const char *text)
{
	char *display = safe_line(text);
	int rows = 0, cols = MAX(a.cols - 4, 1);
	for (const char *p = display; *p != '\0' && from + rows < a.rows; rows++) {
		size_t n = from + rows + 1 < a.rows ? line_length(p, cols) : strlen(p);
		char *line = g_strndup(p, n);
		ui_text(c, a.y + from + rows, a.x + 3, cols, style, false, line);
		g_free(line);
		p += n;
		while (*p == ' ')
			p++;
	}
	g_free(display);
	return rows;
}

void
ui_fill(const struct canvas *c, int y, int x, int cols, enum style style, bool is_selected)
{
	if (!clip(y, x, &cols))
		return;
	theme_apply(c->theme, style, is_selected);
	mvhline(y, x, ' ', cols);
}

void
ui_pad(const struct canvas *c, int y, int x, int cols, enum style style, bool is_selected,
    const char *text)
{
	int used = ui_text(c, y, x, cols, style, is_selected, text);
	ui_fill(c, y, x + used, cols - used, style, is_selected);
}

void
ui_right(const struct canvas *c, int y, int x, int cols, enum style style, bool is_selected,
    const char *text)
{
	char *display = safe_line(text);
	int gap = MAX(0, cols - safe_text_columns(display));
	ui_fill(c, y, x, gap, style, is_selected);
	ui_text(c, y, x + gap, cols - gap, style, is_selected, text);
	g_free(display);
}

int
ui_pieces(const struct canvas *c, int y, int x, int cols, bool is_selected,
    const struct piece *pieces, size_t n)
{
	int used = 0;
	for (size_t i = 0; i < n && used < cols; i++)
		used += ui_text(c, y, x + used, cols - used, pieces[i].style, is_selected,
		    pieces[i].text);
	return used;
}

void
ui_rule(const struct canvas *c, int y, int x, int cols, enum style style)
{
	for (int i = 0; i < cols; i++)
		ui_text(c, y, x + i, 1, style, false, c->signs->horizontal);
}

void
ui_here(struct canvas *c, int y, int x)
{
	c->here_y = c->is_linear ? y : -1;
	c->here_x = x;
}

void
ui_typed_here(struct canvas *c, int y, int x)
{
	c->here_y = y;
	c->here_x = x;
}

void
ui_cursor(int y, int x)
{
	curs_set(y >= 0 ? 1 : 0);
	if (y >= 0)
		move(y, x);
}
