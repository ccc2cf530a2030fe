/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Any bytes to display text: valid UTF-8 without a control, and the same when it is done twice. */
#include "base/safe_text.h"

#include <stdint.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	for (int mode = SAFE_TEXT_LINE; mode <= SAFE_TEXT_BODY; mode++) {
		g_autofree char *once = safe_text((const char *)data, size, (enum safe_text_mode)mode);
		g_autofree char *twice = safe_text(once, strlen(once), (enum safe_text_mode)mode);
		int cols = 0;

		g_assert_true(g_utf8_validate(once, -1, NULL));
		g_assert_cmpstr(once, ==, twice);
		for (const char *p = once; *p != '\0'; p = g_utf8_next_char(p))
			g_assert_true(*p == '\n' || !g_unichar_iscntrl(g_utf8_get_char(p)));
		g_assert_cmpuint(safe_text_fit(once, 7, &cols), <=, strlen(once));
		g_assert_cmpint(cols, <=, 7);
	}
	return 0;
}
