/* SPDX-License-Identifier: GPL-3.0-or-later */
/* safe_text.c - bytes of strangers to text that a terminal can only draw.
 *
 * One pass: each character is classed (keep, space, line break, mark, drop, escape) and written
 * accordingly. Whatever could move the cursor, hide text or turn its direction is shown as an
 * escape instead of being obeyed. Works without a locale. */
#include "base/safe_text.h"

#include "base/limits.h"

#include <stdbool.h>
#include <limits.h>
#include <string.h>

enum char_class {
	CHAR_KEEP,   /* drawn as it is */
	CHAR_SPACE,  /* one of the many blanks: a plain space */
	CHAR_BREAK,  /* a line break other than LF */
	CHAR_MARK,   /* combines with the character before it */
	CHAR_JOINER, /* shapes its neighbours and has no width; judged by them */
	CHAR_ESCAPE, /* shown as \u{...} */
};

struct range {
	gunichar first, last;
	enum char_class class;
};

/* Characters whose Unicode category alone does not say how they must be treated; sorted. */
/* clang-format off */
static const struct range special[] = {
	{0x0085, 0x0085, CHAR_BREAK},	/* NEL */
	{0x00A0, 0x00A0, CHAR_SPACE},
	{0x034F, 0x034F, CHAR_JOINER},	/* combining grapheme joiner: pads the preview of newsletters */
	{0x115F, 0x1160, CHAR_ESCAPE},	/* Hangul fillers are blank letters */
	{0x1680, 0x1680, CHAR_SPACE},
	{0x180B, 0x180F, CHAR_ESCAPE},	/* Mongolian selectors and vowel separator */
	{0x2000, 0x200A, CHAR_SPACE},
	{0x200C, 0x200D, CHAR_JOINER},	/* ZWNJ, ZWJ */
	{0x2028, 0x2029, CHAR_BREAK},
	{0x202F, 0x202F, CHAR_SPACE},
	{0x205F, 0x205F, CHAR_SPACE},
	{0x2800, 0x2800, CHAR_SPACE},	/* braille blank */
	{0x3164, 0x3164, CHAR_ESCAPE},
	{0xFE00, 0xFE0F, CHAR_JOINER},	/* variation selectors */
	{0xFFA0, 0xFFA0, CHAR_ESCAPE},
	{0xE0100, 0xE01EF, CHAR_JOINER},
};

/* Characters that terminals draw wide although GLib says they are not. */
static const struct range also_wide[] = {
	{0x3248, 0x324F, CHAR_KEEP},
	{0x4DC0, 0x4DFF, CHAR_KEEP},
};
/* clang-format on */

static const struct range *
find_range(const struct range *table, size_t n, gunichar c)
{
	size_t lo = 0, hi = n;
	while (lo < hi) {
		size_t mid = lo + (hi - lo) / 2;
		if (c < table[mid].first)
			hi = mid;
		else if (c > table[mid].last)
			lo = mid + 1;
		else
			return &table[mid];
	}
	return NULL;
}

static bool
is_bidi_control(gunichar c)
{
	return c == 0x061C || c == 0x200E || c == 0x200F || (c >= 0x202A && c <= 0x202E) ||
	    (c >= 0x2066 && c <= 0x2069);
}

static bool
is_tag(gunichar c)
{
	return c >= 0xE0000 && c <= 0xE007F;
}

static enum char_class
class_of(gunichar c)
{
	if (c >= 0x20 && c < 0x7F)
		return CHAR_KEEP;
	const struct range *r = find_range(special, G_N_ELEMENTS(special), c);
	if (r != NULL)
		return r->class;
	if (!g_unichar_isdefined(c))
		return CHAR_ESCAPE;
	switch ((int)g_unichar_type(c)) {
	case G_UNICODE_CONTROL:
	case G_UNICODE_FORMAT:
	case G_UNICODE_SURROGATE:
		return CHAR_ESCAPE;
	case G_UNICODE_NON_SPACING_MARK:
	case G_UNICODE_ENCLOSING_MARK:
		return CHAR_MARK;
	default:
		return CHAR_KEEP;
	}
}

/* Scripts in which ZWNJ and ZWJ choose letter forms and so belong to the spelling. */
static bool
is_joining_script(gunichar c)
{
	return (c >= 0x0600 && c <= 0x08FF) || (c >= 0x0900 && c <= 0x109F) ||
	    (c >= 0x1780 && c <= 0x18AF);
}

/* May this joiner go without a trace? Yes after characters whose spelling or picture has it; a
 * joiner inside "paypal" is there to deceive. */
static bool
is_quiet_joiner(gunichar joiner, gunichar before)
{
	if (joiner == 0x200C || joiner == 0x200D)
		return is_joining_script(before) || g_unichar_type(before) == G_UNICODE_OTHER_SYMBOL ||
		    g_unichar_type(before) == G_UNICODE_MODIFIER_SYMBOL;
	if (joiner == 0x034F)
		return false;
	/* variation selectors: after symbols and keycaps, and in Han ideographs */
	return g_unichar_type(before) == G_UNICODE_OTHER_SYMBOL ||
	    g_unichar_type(before) == G_UNICODE_MATH_SYMBOL || g_unichar_isdigit(before) ||
	    before == '#' || before == '*' || g_unichar_iswide(before) ||
	    g_unichar_ispunct(before);
}

struct writer {
	GString *out;
	enum safe_text_mode mode;
	gunichar before; /* the last character written, marks not counted; 0 at the start of a line */
	unsigned marks;	 /* combining marks on it */
	int col;	 /* columns since the start of the line */
	bool in_gap;	 /* the last thing written was a space for TAB, LF or CR */
};

static void
put_char(struct writer *w, gunichar c)
{
	g_string_append_unichar(w->out, c);
	w->before = c;
	w->marks = 0;
	w->col += safe_text_char_columns(c);
}

static void
put_escape(struct writer *w, gunichar c)
{
	size_t start = w->out->len;
	g_string_append_printf(w->out, "\\u{%X}", c);
	w->before = '}';
	w->marks = 0;
	w->col += (int)(w->out->len - start);
}

/* A line break: real in a body, a space in a line. */
static void
put_break(struct writer *w)
{
	if (w->mode == SAFE_TEXT_LINE) {
		if (!w->in_gap)
			put_char(w, ' ');
		w->in_gap = true;
		return;
	}
	g_string_append_c(w->out, '\n');
	w->before = 0;
	w->marks = 0;
	w->col = 0;
}

static void
put_tab(struct writer *w)
{
	if (w->mode == SAFE_TEXT_LINE) {
		put_break(w);
		return;
	}
	do
		put_char(w, ' ');
	while (w->col % 8 != 0);
}

/* A mark with nothing before it would combine with whatever the screen has there, so it gets the
 * customary dotted circle; a heap of marks would climb over the lines above. */
static void
put_mark(struct writer *w, gunichar c)
{
	if (w->before == 0)
		put_char(w, 0x25CC);
	if (w->marks < LIMIT_COMBINING)
		g_string_append_unichar(w->out, c);
	w->marks++;
	if (w->marks == LIMIT_COMBINING + 1) {
		g_string_append_unichar(w->out, 0xFFFD);
		w->col++;
	}
}

static void
put_classed(struct writer *w, gunichar c)
{
	switch (class_of(c)) {
	case CHAR_KEEP:
		/* conjoining jamo have no width of their own */
		if (safe_text_char_columns(c) == 0)
			put_mark(w, c);
		else
			put_char(w, c);
		break;
	case CHAR_SPACE:
		put_char(w, ' ');
		break;
	case CHAR_BREAK:
		put_break(w);
		break;
	case CHAR_MARK:
		put_mark(w, c);
		break;
	case CHAR_JOINER:
		if (!is_quiet_joiner(c, w->before))
			put_escape(w, c);
		break;
	case CHAR_ESCAPE:
		put_escape(w, c);
		break;
	}
}

/* Decode one character; an invalid sequence gives 0xFFFD and one byte. */
static size_t
decode(const char *p, size_t len, gunichar *c_out)
{
	if ((unsigned char)*p < 0x80) {
		*c_out = (unsigned char)*p;
		return 1;
	}
	gunichar c = g_utf8_get_char_validated(p, (gssize)MIN(len, 6));
	if (c == (gunichar)-1 || c == (gunichar)-2) {
		*c_out = 0xFFFD;
		return 1;
	}
	*c_out = c;
	return (size_t)g_unichar_to_utf8(c, NULL);
}

/* Printable ASCII at the front: most of most mail, written in one go. */
static size_t
put_ascii_run(struct writer *w, const char *p, size_t len)
{
	size_t n = 0;
	while (n < len && p[n] >= 0x20 && p[n] < 0x7F)
		n++;
	if (n == 0)
		return 0;
	g_string_append_len(w->out, p, (gssize)n);
	w->before = (gunichar)p[n - 1];
	w->marks = 0;
	w->col += (int)n;
	w->in_gap = false;
	return n;
}

char *
safe_text(const char *bytes, size_t len, enum safe_text_mode mode)
{
	struct writer w = {.out = g_string_sized_new(len + 1), .mode = mode};
	size_t i = 0;
	while (i < len) {
		gunichar c;
		i += put_ascii_run(&w, bytes + i, len - i);
		if (i == len)
			break;
		size_t n = decode(bytes + i, len - i, &c);
		i += n;
		bool is_cr_lf = c == '\r' && i < len && bytes[i] == '\n';
		if (is_cr_lf)
			continue;
		if (c == '\n' || (c == '\r' && mode == SAFE_TEXT_LINE)) {
			put_break(&w);
		} else if (c == '\t') {
			put_tab(&w);
		} else {
			w.in_gap = false;
			put_classed(&w, c);
		}
	}
	return g_string_free(w.out, FALSE);
}

char *
safe_line(const char *text)
{
	return text == NULL ? g_strdup("") : safe_text(text, strlen(text), SAFE_TEXT_LINE);
}

gboolean
safe_text_is_hostile(const char *bytes, size_t len)
{
	for (size_t i = 0; i < len;) {
		gunichar c;
		i += decode(bytes + i, len - i, &c);
		if (c == '\t' || c == '\n' || c == '\r')
			continue;
		if (c < 0x20 || (c >= 0x7F && c < 0xA0) || is_bidi_control(c) || is_tag(c))
			return TRUE;
	}
	return FALSE;
}

int
safe_text_char_columns(gunichar c)
{
	if (c >= 0x20 && c < 0x7F)
		return 1;
	if (c < 0xA0 || g_unichar_iszerowidth(c))
		return 0;
	if (g_unichar_iswide(c) || find_range(also_wide, G_N_ELEMENTS(also_wide), c) != NULL)
		return 2;
	return 1;
}

/* Bytes at p of one column each: most of most mail. */
static size_t
plain_len(const char *p, size_t max)
{
	size_t n = 0;
	while (n < max && p[n] >= 0x20 && p[n] < 0x7F)
		n++;
	return n;
}

int
safe_text_columns(const char *display)
{
	int cols = 0;
	for (const char *p = display; *p != '\0';) {
		size_t n = plain_len(p, INT_MAX / 2);
		cols += (int)n;
		p += n;
		if (n > 0)
			continue;
		cols += safe_text_char_columns(g_utf8_get_char(p));
		p = g_utf8_next_char(p);
	}
	return cols;
}

size_t
safe_text_fit(const char *display, int cols, int *cols_out)
{
	int used = 0;
	const char *p = display;
	while (*p != '\0') {
		size_t n = used < cols ? plain_len(p, (size_t)(cols - used)) : 0;
		used += (int)n;
		p += n;
		if (n > 0)
			continue;
		int width = safe_text_char_columns(g_utf8_get_char(p));
		if (used + width > cols)
			break;
		used += width;
		p = g_utf8_next_char(p);
	}
	if (cols_out != NULL)
		*cols_out = used;
	return (size_t)(p - display);
}

char *
safe_text_pad(const char *display, int cols, gboolean ascii)
{
	cols = MAX(cols, 0);
	int used;
	size_t n = safe_text_fit(display, cols, &used);
	bool is_cut = display[n] != '\0';
	if (is_cut && cols > 0)
		n = safe_text_fit(display, cols - 1, &used);
	GString *out = g_string_new_len(display, (gssize)n);
	if (is_cut && cols > 0) {
		g_string_append(out, ascii ? "~" : "\xE2\x80\xA6");
		used++;
	}
	for (; used < cols; used++)
		g_string_append_c(out, ' ');
	return g_string_free(out, FALSE);
}

json_t *
safe_json(const char *bytes)
{
	char *safe = bytes == NULL ? NULL : safe_line(bytes);
	json_t *value = safe == NULL ? json_null() : json_string(safe);

	g_free(safe);
	return value;
}
