/* SPDX-License-Identifier: GPL-3.0-or-later */
/* smtp_data.c - dots at the start of a line are doubled, whatever the pieces a letter
 * comes in. */
#include "net/smtp_data.h"

#include <string.h>

void
smtp_data_stuff(GString *out, const char *bytes, size_t len, bool *at_line_start)
{
	const char *end = bytes + len;

	while (bytes < end) {
		const char *lf = memchr(bytes, '\n', (size_t)(end - bytes));
		const char *stop = lf != NULL ? lf + 1 : end;

		if (*at_line_start && *bytes == '.')
			g_string_append_c(out, '.');
		g_string_append_len(out, bytes, stop - bytes);
		*at_line_start = lf != NULL;
		bytes = stop;
	}
}
