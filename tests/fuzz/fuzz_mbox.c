/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The header of a message from an mbox, for its flags; each of its lines as what parts messages. */
#include "base/mbox.h"

#include <stdint.h>
#include <string.h>

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	bool is_removed;
	char *text = g_strndup((const char *)data, size), **lines = g_strsplit(text, "\n", -1);
	char *flags = mbox_flags((const char *)data, size, &is_removed);

	for (char **line = lines; *line != NULL; line++)
		(void)(mbox_is_dated(*line) || mbox_is_field(*line) || mbox_is_stuffed(*line));
	g_assert_true(flags == NULL || strspn(flags, "DFPRST") == strlen(flags));
	g_free(flags);
	g_strfreev(lines);
	g_free(text);
	return 0;
}
