/* SPDX-License-Identifier: GPL-3.0-or-later */
/* layout.c - wrapping. All columns come from base/safe_text, which knows what the terminal draws. */
#include "mime/layout.h"

#include "base/safe_text.h"

#include <string.h>

#define MIN_COLUMNS 20 /* kept for the text behind a prefix */

const char *
layout_style_name(enum line_style style)
{
	static const char *const names[] = {
		[LINE_TEXT] = "text",
		[LINE_QUOTE1] = "quote1",
		[LINE_QUOTE2] = "quote2",
		[LINE_QUOTE3] = "quote3",
		[LINE_SIGNATURE] = "signature",
		[LINE_LINK] = "link",
		[LINE_HEADING] = "heading",
		[LINE_CODE] = "code",
		[LINE_DIFF_ADD] = "diff-add",
		[LINE_DIFF_DEL] = "diff-del",
		[LINE_DIFF_HUNK] = "diff-hunk",
		[LINE_NOTE] = "note",
		[LINE_PART] = "part",
		[LINE_SEAL] = "seal",
		[LINE_UNSEALED] = "unsealed",
		[LINE_IMAGE] = "image",
	};
	g_assert(style < G_N_ELEMENTS(names));
	return names[style];
}

enum line_style
layout_quote_style(unsigned depth)
{
	static const enum line_style styles[] = { LINE_QUOTE1, LINE_QUOTE2, LINE_QUOTE3 };
	return depth == 0 ? LINE_TEXT : styles[(depth - 1) % G_N_ELEMENTS(styles)];
}

void
layout_init(struct layout *l, int width, size_t limit, layout_fn fn, void *user)
{
	*l = (struct layout){ .width = width, .fn = fn, .user = user, .limit = limit };
}

static void
give(struct layout *l, const char *display, enum line_style style)
{
	if (!l->stopped && !l->fn(display, style, l->user))
		l->stopped = true;
}

void
layout_line(struct layout *l, const char *display, enum line_style style)
{
	if (l->stopped)
		return;
	l->bytes += strlen(display) + 1;
	if (l->bytes > l->limit) {
		give(l, "[the text is longer; the rest is not shown]", LINE_NOTE);
		l->stopped = true;
		return;
	}
	give(l, display, style);
}

/* Where the line ends that begins at text and has cols columns: at the last blank, else in the
 * word. next_out is where the following line begins. */
static size_t
break_point(const char *text, int cols, bool at_blanks, size_t *next_out)
{
	size_t fit = safe_text_fit(text, cols, NULL);
	if (fit == 0) /* one character wider than the line: it goes out all the same */
		fit = (size_t)(g_utf8_next_char(text) - text);
	*next_out = fit;
	if (text[fit] == '\0' || !at_blanks)
		return fit;
	size_t end = fit;
	while (end > 0 && text[end] != ' ')
		end--;
	while (end > 0 && text[end - 1] == ' ')
		end--;
	if (end == 0) /* one long word, or an indent only */
		return fit;
	*next_out = end;
	while (text[*next_out] == ' ')
		(*next_out)++;
	return end;
}

static void
give_joined(struct layout *l, const char *prefix, const char *text, size_t len,
    enum line_style style)
{
	char *line = g_strdup_printf("%s%.*s", prefix, (int)len, text);
	layout_line(l, line, style);
	g_free(line);
}

static void
wrap(struct layout *l, const char *prefix, const char *hang, const char *text, bool at_blanks,
    enum line_style style)
{
	size_t left = strlen(text);
	do {
		size_t len = left;
		size_t next = left;
		/* a column takes at least a byte: short lines need no measuring */
		if (l->width > 0 && left + strlen(prefix) > (size_t)l->width) {
			int cols = MAX(l->width - safe_text_columns(prefix),
			    MIN(MIN_COLUMNS, l->width));
			len = break_point(text, cols, at_blanks, &next);
		}
		give_joined(l, prefix, text, len, style);
		text += next;
		left -= next;
		prefix = hang;
		l->image = 0; /* the picture stands below the first line of several */
	} while (left > 0 && !l->stopped);
}

void
layout_wrap(struct layout *l, const char *prefix, const char *hang, const char *display,
    enum line_style style)
{
	wrap(l, prefix, hang ? hang : prefix, display, true, style);
}

void
layout_cut(struct layout *l, const char *prefix, const char *display, enum line_style style)
{
	wrap(l, prefix, prefix, display, false, style);
}

void
layout_image(struct layout *l, const char *prefix, const char *display, unsigned n)
{
	l->image = n;
	layout_wrap(l, prefix, NULL, display, LINE_IMAGE);
	l->image = 0;
}

void
layout_note(struct layout *l, const char *format, ...)
{
	va_list args;
	va_start(args, format);
	char *text = g_strdup_vprintf(format, args);
	va_end(args);
	char *display = safe_line(text);
	give(l, display, LINE_NOTE);
	g_free(display);
	g_free(text);
}
