/* SPDX-License-Identifier: GPL-3.0-or-later */
/* lines.c - styled lines. The text is kept as it came and made safe when it is drawn. */
#include "ui/lines_private.h"

#include "base/jsonl.h"
#include "base/safe_text.h"
#include "ui/text_find.h"

#include <string.h>

#define WRAP_INDENT 4
#define MIN_FOLD 3 /* quoted lines in a row that are worth folding */

static void
line_clear(gpointer data)
{
	struct line *line = data;
	if (line->owns_text)
		g_free(line->text);
	if (line->more == NULL)
		return;
	g_free(line->more->label);
	g_free(line->more->tail);
	g_free(line->more);
}

const struct more *
lines_more(const struct line *line)
{
	static const struct more nothing = {.label_style = STYLE_TEXT};
	return line->more != NULL ? line->more : &nothing;
}

struct lines *
lines_new(void)
{
	struct lines *l = g_new0(struct lines, 1);
	l->all = g_array_new(FALSE, FALSE, sizeof(struct line));
	g_array_set_clear_func(l->all, line_clear);
	l->blocks = g_ptr_array_new_with_free_func(g_free);
	return l;
}

void
lines_free(struct lines *l)
{
	if (l == NULL)
		return;
	g_array_free(l->all, TRUE);
	g_ptr_array_unref(l->blocks);
	if (l->seen != NULL)
		g_array_free(l->seen, TRUE);
	text_find_free(l->find);
	json_decref(l->links);
	g_free(l->needle);
	g_free(l);
}

void
lines_clear(struct lines *l)
{
	g_array_set_size(l->all, 0);
	g_ptr_array_set_size(l->blocks, 0);
	l->is_stale = true;
	l->top = 0;
	g_clear_pointer(&l->links, json_decref);
}

void
lines_set_links(struct lines *l, json_t *links)
{
	json_decref(l->links);
	l->links = json_incref(links);
}

static void
append(struct lines *l, enum style label_style, const char *label, enum style style, char *text)
{
	struct line line = {.style = (guint8)style, .text = text, .owns_text = true};
	if (label != NULL) {
		line.more = g_new0(struct more, 1);
		line.more->label_style = label_style;
		line.more->label = g_strdup(label);
	}
	g_array_append_val(l->all, line);
	l->is_stale = true;
}

void
lines_add(struct lines *l, enum style style, const char *text)
{
	char **parts = g_strsplit(text != NULL ? text : "", "\n", -1);
	if (parts[0] == NULL)
		append(l, STYLE_TEXT, NULL, style, g_strdup(""));
	for (size_t i = 0; parts[i] != NULL; i++)
		append(l, STYLE_TEXT, NULL, style, g_strdup(parts[i]));
	g_strfreev(parts);
}

void
lines_add_pair(struct lines *l, enum style first, const char *label, enum style second,
    const char *text)
{
	append(l, first, label, second, g_strdup(text != NULL ? text : ""));
}

/* Bytes of display text that fit into cols columns, up to a blank where one is near. */
static size_t
break_at(const char *display, int cols)
{
	size_t n = safe_text_fit(display, MAX(cols, 1), NULL);
	if (n == 0 && *display != '\0')
		n = (size_t)(g_utf8_next_char(display) - display);
	if (display[n] == '\0')
		return n;
	for (size_t k = n; k > n / 2; k--)
		if (display[k] == ' ')
			return k;
	return n;
}

void
lines_add_wrapped(struct lines *l, enum style first, const char *label, enum style second,
    const char *text, int cols)
{
	char *display = safe_line(text);
	char *safe_label = safe_line(label);
	const char *at = display;
	int room = cols - safe_text_columns(safe_label), further = MIN(room, cols - WRAP_INDENT);
	char *indent = g_strnfill((gsize)(cols - further), ' ');
	do {
		size_t n = break_at(at, room);
		char *piece = g_strndup(at, n);
		lines_add_pair(l, first, at == display ? label : indent, second, piece);
		g_free(piece);
		at += n;
		while (*at == ' ')
			at++;
		room = further;
	} while (*at != '\0');
	g_free(indent);
	g_free(safe_label);
	g_free(display);
}

void
lines_add_row(struct lines *l, enum style first, const char *label, enum style second,
    const char *text, const char *tail)
{
	lines_add_pair(l, first, label != NULL ? label : "", second, text);
	g_array_index(l->all, struct line, l->all->len - 1).more->tail = g_strdup(tail);
}

/* Lines of one style, which stand in one text. */
static void
add_run(struct lines *l, enum style style, const char *text, unsigned image)
{
	char *block = g_strdup(text);
	g_ptr_array_add(l->blocks, block);
	for (char *at = block, *end; at != NULL; at = end) {
		struct line line = {.text = at, .style = (guint8)style, .image = image};
		end = strchr(at, '\n');
		if (end != NULL)
			*end++ = '\0';
		g_array_append_val(l->all, line);
	}
	l->is_stale = true;
}

void
lines_add_json(struct lines *l, const json_t *array)
{
	size_t i;
	json_t *item;
	json_array_foreach(array, i, item)
	{
		const char *text = jsonl_string(item, "t");
		if (text != NULL)
			add_run(l, theme_body_style(jsonl_string(item, "s")), text,
			    (unsigned)CLAMP(jsonl_int(item, "i", 0), 0, G_MAXINT));
	}
}

/* folding */

static bool
is_quote(const struct lines *l, guint i)
{
	enum style style = g_array_index(l->all, struct line, i).style;
	return style == STYLE_QUOTE1 || style == STYLE_QUOTE2 || style == STYLE_QUOTE3;
}

static void
make_seen(struct lines *l)
{
	g_array_set_size(l->seen, 0);
	for (guint i = 0; i < l->all->len;) {
		guint n = 0;
		while (i + n < l->all->len && is_quote(l, i + n))
			n++;
		struct seen row = {i, n >= MIN_FOLD ? n : 0};
		g_array_append_val(l->seen, row);
		i += MAX(row.folded, 1);
	}
	l->is_stale = false;
}

const struct seen *
lines_seen(struct lines *l, guint row)
{
	return &g_array_index(l->seen, struct seen, row);
}

guint
lines_rows(struct lines *l)
{
	if (l->seen == NULL)
		return l->all->len;
	if (l->is_stale)
		make_seen(l);
	return l->seen->len;
}

/* The line of a row; *folded_out: how many quoted lines it stands for. */
const struct line *
lines_row(struct lines *l, guint row, guint *folded_out)
{
	*folded_out = l->seen != NULL ? lines_seen(l, row)->folded : 0;
	return &g_array_index(l->all, struct line, l->seen != NULL ? lines_seen(l, row)->line : row);
}

guint
lines_row_of(struct lines *l, guint line)
{
	guint row = 0, n = lines_rows(l);
	if (l->seen == NULL)
		return line;
	while (row + 1 < n && lines_seen(l, row + 1)->line <= line)
		row++;
	return row;
}

void
lines_fold(struct lines *l, bool want)
{
	guint line = l->top;
	if (want == lines_is_folded(l))
		return;
	if (l->seen != NULL) {
		line = l->top < lines_rows(l) ? lines_seen(l, l->top)->line : 0;
		g_clear_pointer(&l->seen, g_array_unref);
		l->top = line;
	} else {
		l->seen = g_array_new(FALSE, FALSE, sizeof(struct seen));
		make_seen(l);
		l->top = lines_row_of(l, line);
	}
	l->hit = l->top;
}

bool
lines_is_folded(const struct lines *l)
{
	return l->seen != NULL;
}

bool
lines_skip_quote(struct lines *l, int rows)
{
	guint n = lines_rows(l), folded;
	guint i = l->top;
	for (bool was_quote = false; i < n; i++) {
		(void)lines_row(l, i, &folded);
		bool quoted = folded > 0 || is_quote(l, l->seen != NULL ? lines_seen(l, i)->line : i);
		if (was_quote && !quoted)
			break;
		was_quote = was_quote || quoted;
	}
	if (i >= n)
		return false;
	lines_scroll_to(l, (int)i, rows);
	return true;
}

guint
lines_count(struct lines *l)
{
	return lines_rows(l);
}

guint
lines_top(const struct lines *l)
{
	return l->top;
}

void
lines_scroll_to(struct lines *l, int top, int rows)
{
	int last = MAX((int)lines_rows(l) - MAX(rows, 1), 0);
	l->top = (guint)CLAMP(top, 0, last);
}

bool
lines_scroll(struct lines *l, int by, int rows)
{
	guint before = l->top;
	lines_scroll_to(l, (int)l->top + by, rows);
	return l->top != before;
}

bool
lines_is_at_end(struct lines *l, int rows)
{
	return (int)l->top + rows >= (int)lines_rows(l);
}

/* search */

/* Where folded needle stands in the display text, at or after `from`; -1 when nowhere. Offsets are
 * those of the display text as long as folding keeps lengths, which holds for what people type;
 * otherwise the line is marked from its start. */
static gssize
find_in(const char *display, const char *needle, size_t from)
{
	char *folded = g_utf8_casefold(display, -1);
	gssize at = -1;
	if (from < strlen(folded)) {
		const char *hit = strstr(folded + from, needle);
		at = hit != NULL ? hit - folded : -1;
	}
	if (at >= 0 && strlen(folded) != strlen(display))
		at = 0;
	g_free(folded);
	return at;
}

/* Of half a million lines: nothing is made for one that is ASCII. */
static bool
has_needle(const struct lines *l, const struct line *line)
{
	const struct more *more = lines_more(line);
	return text_find_in(l->find, line->text) || text_find_in(l->find, more->label) ||
	    text_find_in(l->find, more->tail);
}

/* folded is stolen. */
static void
set_needle(struct lines *l, char *folded)
{
	text_find_free(l->find);
	g_free(l->needle);
	l->needle = folded;
	l->find = folded != NULL ? text_find_new(folded) : NULL;
}

bool
lines_search(struct lines *l, const char *text, int step, bool from_here, int rows)
{
	lines_fold(l, l->seen != NULL && text == NULL); /* what is searched may be in a quote */
	int n = (int)l->all->len;
	char *folded = text != NULL && *text != '\0' ? g_utf8_casefold(text, -1) : NULL;
	bool is_new = g_strcmp0(folded, l->needle) != 0;
	set_needle(l, folded);
	if (folded == NULL || n == 0)
		return false;
	int start = is_new || l->hit >= (guint)n ? (int)l->top : (int)l->hit;
	for (int k = from_here && is_new ? 0 : 1; k <= n; k++) {
		int i = ((start + step * k) % n + n) % n;
		if (!has_needle(l, &g_array_index(l->all, struct line, i)))
			continue;
		l->hit = (guint)i;
		if (i < (int)l->top || i >= (int)l->top + rows)
			lines_scroll_to(l, i - rows / 3, rows);
		return true;
	}
	return false;
}

int
lines_find(struct lines *l, int from, int step)
{
	guint folded;
	lines_fold(l, false); /* what is searched may be in a quote */
	for (int row = step > 0 ? MAX(from, 0) : from; l->needle != NULL && row >= 0 && row < (int)lines_rows(l); row += step)
		if (has_needle(l, lines_row(l, (guint)row, &folded)))
			return row;
	return -1;
}

void
lines_look_for(struct lines *l, const char *text)
{
	char *display = text != NULL ? safe_line(text) : NULL;
	set_needle(l, display != NULL ? g_utf8_casefold(display, -1) : NULL);
	l->hit = G_MAXUINT;
	g_free(display);
}

const char *
lines_needle(const struct lines *l)
{
	return l->needle;
}

/* picture */

/* A line with its hits: pieces between them, cut at true character borders. The columns used. */
static int
draw_with_hits(const struct lines *l, const struct canvas *c, int y, int x, int cols,
    const struct line *line)
{
	char *display = safe_line(line->text);
	int all = cols;
	size_t len = strlen(display), at = 0, needle_len = strlen(l->needle);
	while (at < len && cols > 0) {
		gssize hit = find_in(display, l->needle, at);
		size_t end = hit < 0 || (size_t)hit < at ? len : (size_t)hit;
		char *plain = g_strndup(display + at, end - at);
		int used = ui_text(c, y, x, cols, line->style, false, plain);
		g_free(plain);
		x += used;
		cols -= used;
		at = end;
		if (at >= len)
			break;
		char *match = g_strndup(display + at, MIN(needle_len, len - at));
		used = ui_text(c, y, x, cols, STYLE_MATCH, false, match);
		g_free(match);
		x += used;
		cols -= used;
		at += needle_len;
	}
	g_free(display);
	return all - cols;
}

static void
draw_fold(const struct canvas *c, int y, int x, int cols, guint n)
{
	char *text = g_strdup_printf("%s %u quoted lines", c->signs->folded, n);
	ui_text(c, y, x, cols, STYLE_NOTE, false, text);
	g_free(text);
}

static void
draw_links(const struct lines *l, const struct canvas *c, int y, int x, const struct line *line)
{
	if (l->links != NULL && line->style == STYLE_LINK)
		hyperlinks_in_list(c->hyperlinks, y, x, line->text, l->links);
	else if (l->links != NULL)
		hyperlinks_in_text(c->hyperlinks, y, x, line->text, l->links);
}

void
lines_draw(struct lines *l, const struct canvas *c, struct area a)
{
	lines_scroll_to(l, (int)l->top, a.rows);
	guint n = lines_rows(l), folded;
	for (int i = 0; i < a.rows && l->top + (guint)i < n; i++) {
		const struct line *line = lines_row(l, l->top + (guint)i, &folded);
		const struct more *more = lines_more(line);
		int used = 0;
		if (folded == 0 && more->draw != NULL) {
			struct area rest = {a.y + i, a.x, a.rows - i, a.cols};
			i += lines_draw_picture(l, l->top + (guint)i, rest) - 1;
			continue;
		}
		if (folded > 0) {
			draw_fold(c, a.y + i, a.x, a.cols, folded);
			continue;
		}
		if (more->label != NULL)
			used = ui_text(c, a.y + i, a.x, a.cols, more->label_style, false, more->label);
		if (l->needle != NULL && has_needle(l, line))
			used += draw_with_hits(l, c, a.y + i, a.x + used, a.cols - used, line);
		else
			used += ui_text(c, a.y + i, a.x + used, a.cols - used, line->style, false,
			    line->text);
		draw_links(l, c, a.y + i, a.x, line);
		if (more->tail != NULL)
			ui_right(c, a.y + i, a.x + used + 1, a.cols - used - 1, STYLE_DIM, false, more->tail);
	}
}
