/* SPDX-License-Identifier: GPL-3.0-or-later */
/* list_row.c - one line of the list of threads.
 *
 * The verdict has a cell of its own that no text from a mail can reach, and a tick never stands
 * without the domain that it is about: the name gives way first, then the domain's left end. */
#include "ui/list_row.h"

#include "base/safe_text.h"
#include "ui/format.h"
#include "ui/verdict.h"

#include <string.h>

#define MARKS_COLS 5 /* "▌● ✓ " */
#define DATE_COLS  6
#define MIN_NAME   4

struct layout {
	int sender, subject, size, count;
};

static struct layout
lay_out(int cols)
{
	static const struct {
		int cols, sender, count, size;
	} steps[] = {{150, 44, 5, 6}, {110, 34, 5, 6}, {90, 30, 4, 0}, {75, 28, 4, 0}, {65, 26, 3, 0}, {50, 22, 3, 0}};
	struct layout l = {.sender = cols * 3 / 8}; /* a narrow window has no room for more than who, what, when */
	for (size_t i = 0; i < G_N_ELEMENTS(steps); i++) {
		if (cols >= steps[i].cols) {
			l.sender = steps[i].sender;
			l.count = steps[i].count;
			l.size = steps[i].size;
			break;
		}
	}
	/* gaps: after the sender, before flag and attachment sign, before the date, at the end */
	int rest = 1 + (l.count > 0 ? 1 + 2 : 0) + l.count + l.size + 1 + DATE_COLS + 1;
	l.subject = MAX(cols - MARKS_COLS - l.sender - rest, 0);
	return l;
}

/* Tags that the row shows otherwise, or that say nothing. */
static bool
is_plain_tag(const char *tag, const char *hidden)
{
	static const char *const plain[] = {"unread", "flagged", "attachment", "replied", "inbox",
	    "signed", "encrypted", "passed", "draft", "sent", "new"};
	for (size_t i = 0; i < G_N_ELEMENTS(plain); i++)
		if (g_str_equal(plain[i], tag))
			return true;
	return hidden != NULL && g_str_equal(hidden, tag);
}

char *
list_row_tags(const struct row *row, const char *hidden)
{
	GString *out = g_string_new(NULL);
	char **tags = g_strsplit(row->tags, " ", 32);
	for (size_t i = 0; tags[i] != NULL; i++)
		if (*tags[i] != '\0' && !is_plain_tag(tags[i], hidden))
			g_string_append_printf(out, " +%s", tags[i]);
	g_strfreev(tags);
	return g_string_free(out, FALSE);
}

static void
draw_marks(const struct canvas *c, int y, int x, int cols, const struct row *row, const struct list_row_opts *o)
{
	bool is_unread = (row->flags & ROW_UNREAD) != 0;
	enum row_verdict v = o->is_sent ? ROW_VERDICT_NONE : (enum row_verdict)row->verdict;
	bool has_domain = *row->domain != '\0' &&
	    (o->columns == NULL || list_columns_have_domain(o->columns, cols - MARKS_COLS - 1));
	if (verdict_is_pass(v) && !has_domain)
		v = ROW_VERDICT_NONE;
	ui_fill(c, y, x, MARKS_COLS, STYLE_NORMAL, o->is_selected);
	if (o->is_marked)
		ui_text(c, y, x, 1, STYLE_MARKED, o->is_selected, c->signs->marked);
	if (is_unread)
		ui_text(c, y, x + 1, 1, STYLE_UNREAD_MARK, o->is_selected, c->signs->unread);
	else if (row->flags & ROW_REPLIED)
		ui_text(c, y, x + 1, 1, STYLE_DIM, o->is_selected, c->signs->replied);
	ui_text(c, y, x + 3, 1, verdict_style(v), o->is_selected, verdict_sign(c, v));
}

/* "GitHub" beside github.com, "The Pillar & Post" beside pillar-post.example: the domain says it all. */
static bool
says_the_same(const char *name, const char *domain)
{
	const char *n = name, *d = domain;
	if (g_ascii_strncasecmp(n, "the ", 4) == 0)
		n += 4;
	while (*n != '\0') {
		if (*n == ' ' || *n == '-' || *n == '&' || *n == '\'' || *n == '.') {
			n++;
		} else if (*d == '-') {
			d++;
		} else if (g_ascii_tolower(*n) == g_ascii_tolower(*d) && *d != '.') {
			n++;
			d++;
		} else {
			return false;
		}
	}
	return d != domain && (*d == '.' || *d == '\0');
}

void
list_row_sender(const struct canvas *c, int y, int x, int cols, const struct row *row,
    const struct list_row_opts *o)
{
	enum row_verdict v = (enum row_verdict)row->verdict;
	enum style style = row->flags & ROW_UNREAD ? STYLE_UNREAD : STYLE_NORMAL;
	bool wants_domain = !o->is_sent && verdict_is_pass(v) && *row->domain != '\0';
	ui_fill(c, y, x, cols, STYLE_NORMAL, o->is_selected);
	if (!wants_domain) {
		ui_text(c, y, x, cols, style, o->is_selected, row->authors);
		return;
	}
	char *authors = safe_line(row->authors);
	int used = 0;
	if (!says_the_same(authors, row->domain)) {
		/* the name has what the domain leaves, but a quarter at least where that is enough; two letters name
		 * nobody, and cost the domain what it is known by */
		int name = safe_text_columns(authors), least = cols / 4 < MIN_NAME ? 0 : cols / 4;
		int room = MAX(cols - 1 - safe_text_columns(row->domain), least);
		if (room >= MIN(name, MIN_NAME))
			used = ui_text(c, y, x, MIN(room, name), style, o->is_selected, authors) + 1;
	}
	char *domain = ui_domain(c, row->domain, cols - used);
	ui_text(c, y, x + used, cols - used, v == ROW_VERDICT_PASS ? STYLE_GOOD : STYLE_GOOD_DIM,
	    o->is_selected, domain);
	g_free(domain);
	g_free(authors);
}

void
list_row_subject(const struct canvas *c, int y, int x, int cols, const struct row *row,
    const struct list_row_opts *o, bool wants_tags)
{
	enum style style = row->flags & ROW_UNREAD ? STYLE_UNREAD : STYLE_NORMAL;
	char *tags = wants_tags ? list_row_tags(row, o->hidden_tag) : g_strdup("");
	int tag_cols = MIN(safe_text_columns(tags), cols / 3);
	const char *subject = *row->subject != '\0' ? row->subject : "(no subject)";
	ui_fill(c, y, x, cols, STYLE_NORMAL, o->is_selected);
	int used = ui_text(c, y, x, cols - tag_cols, style, o->is_selected, subject);
	ui_text(c, y, x + used, tag_cols, STYLE_TAG, o->is_selected, tags);
	g_free(tags);
}

/* Columns behind the subject, and the gap before them, that stay empty in this row: it may go on there. */
static int
free_behind_subject(const struct layout *l, const struct row *row, const char *count)
{
	if (l->count == 0 || (row->flags & ROW_FLAGGED))
		return 0;
	if (row->flags & ROW_ATTACHMENT)
		return 1;
	return *count == '\0' && l->size == 0 ? 2 + l->count : MAX(1 + l->count - (int)strlen(count), 0);
}

void
list_row_draw(const struct canvas *c, int y, int x, int cols, const struct row *row,
    const struct list_row_opts *o)
{
	struct layout l = lay_out(cols);
	int end = x + cols;
	ui_fill(c, y, x, cols, STYLE_NORMAL, o->is_selected);
	draw_marks(c, y, x, cols, row, o);
	x += MARKS_COLS;
	if (o->columns != NULL) {
		list_columns_draw(c, y, x, cols - MARKS_COLS - 1, row, o);
		return;
	}
	list_row_sender(c, y, x, MIN(l.sender, end - x), row, o);
	x += l.sender + 1;
	char *count = row->count > 1 ? g_strdup_printf("%u", row->count) : g_strdup("");
	list_row_subject(c, y, x, l.subject + free_behind_subject(&l, row, count), row, o, true);
	x += l.subject + 1;
	if (l.count > 0) {
		if (row->flags & ROW_FLAGGED)
			ui_text(c, y, x, 1, STYLE_FLAG, o->is_selected, c->signs->flag);
		x++;
		if (row->flags & ROW_ATTACHMENT)
			ui_text(c, y, x, 1, STYLE_DIM, o->is_selected, c->signs->attachment);
		if (*count != '\0')
			ui_right(c, y, x + 1, l.count, STYLE_DIM, o->is_selected, count);
		x += 1 + l.count;
	}
	g_free(count);
	if (l.size > 0) {
		char *size = format_size(row->size);
		ui_right(c, y, x, l.size, STYLE_DIM, o->is_selected, size);
		g_free(size);
	}
	char *date = format_date_short(row->date, o->now);
	ui_right(c, y, end - DATE_COLS - 1, DATE_COLS,
	    row->flags & ROW_UNREAD ? STYLE_NORMAL : STYLE_DIM, o->is_selected, date);
	g_free(date);
}

/* linear */

static void
add_word(GString *out, const char *word)
{
	g_string_append_printf(out, "%s%s", out->len > 0 ? ", " : "", word);
}

/* What stands behind the subject. Owned. */
static char *
words_behind(const struct row *row, const struct list_row_opts *o)
{
	GString *out = g_string_new(NULL);
	char *date = format_date_short(row->date, o->now), *tags = list_row_tags(row, o->hidden_tag);
	if (row->count > 1)
		g_string_append_printf(out, ", %u letters", row->count);
	if (row->flags & ROW_ATTACHMENT)
		g_string_append(out, ", attachment");
	if (*tags != '\0')
		g_string_append_printf(out, ",%s", tags);
	g_string_append_printf(out, ", %s", date);
	g_free(tags);
	g_free(date);
	return g_string_free(out, FALSE);
}

void
list_row_draw_words(const struct canvas *c, int y, int x, int cols, const struct row *row,
    const struct list_row_opts *o)
{
	enum row_verdict v = o->is_sent ? ROW_VERDICT_NONE : (enum row_verdict)row->verdict;
	enum style style = row->flags & ROW_UNREAD ? STYLE_UNREAD : STYLE_NORMAL;
	GString *out = g_string_new(NULL);
	char *behind = words_behind(row, o);
	if (o->is_marked)
		add_word(out, "marked");
	if (row->flags & ROW_UNREAD)
		add_word(out, "unread");
	if (row->flags & ROW_FLAGGED)
		add_word(out, "flagged");
	if (v != ROW_VERDICT_NONE && v != ROW_VERDICT_UNEVALUATED) {
		add_word(out, verdict_word(v));
		if (verdict_is_pass(v))
			g_string_append_printf(out, " %s", row->domain);
	}
	add_word(out, *row->authors != '\0' ? row->authors : "nobody");
	g_string_append_printf(out, ": %s", *row->subject != '\0' ? row->subject : "no subject");
	/* of a long subject the end is left out, not the date; but that it begins is more than a heap of tags */
	int room = MAX(cols - safe_text_columns(behind), cols / 3);
	ui_fill(c, y, x, cols, style, o->is_selected);
	int used = ui_text(c, y, x, room, style, o->is_selected, out->str);
	ui_text(c, y, x + used, cols - used, style, o->is_selected, behind);
	g_string_free(out, TRUE);
	g_free(behind);
}
