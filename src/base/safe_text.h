/* SPDX-License-Identifier: GPL-3.0-or-later */
/* safe_text.h - the one gate between outside text and a terminal (law 4).
 *
 * *display* text in Penfold's vocabulary is the output of these functions: valid UTF-8, no C0, C1,
 * DEL, ESC, bidi controls, zero-width or tag characters, no noncharacters, at most LIMIT_COMBINING
 * combining marks on a base. What is taken out leaves a visible mark: U+FFFD for bytes that are
 * no UTF-8, `\u{202E}` style escapes for controls. */
#ifndef PENFOLD_BASE_SAFE_TEXT_H
#define PENFOLD_BASE_SAFE_TEXT_H

#include <glib.h>
#include <jansson.h>
#include <stddef.h>

enum safe_text_mode {
	SAFE_TEXT_LINE, /* one line: TAB, LF and CR become one space */
	SAFE_TEXT_BODY, /* LF stays, CR LF becomes LF, TAB expands to the next multiple of 8 */
};

/* bytes to display. Owned by the caller. */
char *
safe_text(const char *bytes, size_t len, enum safe_text_mode mode);

/* safe_text(.., SAFE_TEXT_LINE) of a NUL-terminated string; NULL gives "". */
char *
safe_line(const char *text);

/* Did safe_text() have to take out a control, escape or bidi character? */
gboolean
safe_text_is_hostile(const char *bytes, size_t len);

/* Columns that one character takes on a terminal: 0, 1 or 2; controls 0. */
int
safe_text_char_columns(gunichar c);
/* Columns of display text. */
int
safe_text_columns(const char *display);
/* The longest prefix of display text that fits in cols columns, in bytes; its columns through
 * cols_out (may be NULL). Never splits a character from its combining marks. */
size_t
safe_text_fit(const char *display, int cols, int *cols_out);
/* Exactly cols columns: cut with an ellipsis (U+2026, or "~" with ascii) or padded with spaces. */
char *
safe_text_pad(const char *display, int cols, gboolean ascii);

/* As safe_line(), as a JSON string; NULL gives JSON null. New reference. */
json_t *
safe_json(const char *bytes);

#endif
