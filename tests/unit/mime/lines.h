/* SPDX-License-Identifier: GPL-3.0-or-later */
/* lines.h - the lines of a layout collected as text for comparison: "style|text\n". */
#ifndef PENFOLD_TESTS_MIME_LINES_H
#define PENFOLD_TESTS_MIME_LINES_H

#include "mime/layout.h"

static bool
lines_add(const char *display, enum line_style style, void *user)
{
	g_assert_true(g_utf8_validate(display, -1, NULL));
	g_assert_null(strchr(display, '\n'));
	g_string_append_printf(user, "%s|%s\n", layout_style_name(style), display);
	return true;
}

#endif
