/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A server's mailbox names: what has a folder comes back as the same name, and never leaves the store. */
#include "net/mailbox_name.h"

#include <glib.h>
#include <stdint.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const char delimiters[] = {'/', '.', '\0', '\\', '\x1b', '&', '%', '-'};
	char *wire = size > 0 ? g_strndup((const char *)data + 1, size - 1) : g_strdup("");
	char delimiter = size > 0 ? delimiters[data[0] % 8u] : '/';
	enum mailbox_code code = size > 0 && data[0] >= 128 ? MAILBOX_UTF8 : MAILBOX_UTF7;
	char *folder = mailbox_name_to_folder(wire, delimiter, code);
	char *back = folder != NULL ? mailbox_name_from_folder(folder, delimiter, code) : NULL;
	char *again = back != NULL ? mailbox_name_to_folder(back, delimiter, code) : NULL;

	if (folder != NULL) {
		g_assert_true(g_utf8_validate(folder, -1, NULL) && folder[0] != '\0');
		g_assert_nonnull(back);
		g_assert_cmpstr(again, ==, folder);
		g_assert_true(strcmp(back, wire) == 0 ||
			      (g_ascii_strncasecmp(wire, "INBOX", 5) == 0 && strcmp(back + 5, wire + 5) == 0));
		g_free(mailbox_name_quote(wire));
	}
	g_free(again);
	g_free(back);
	g_free(folder);
	g_free(wire);
	return 0;
}
