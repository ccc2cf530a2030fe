/* SPDX-License-Identifier: GPL-3.0-or-later */
/* attachment.c - what is attached is a file, and files change. */
#include "client/attachment.h"

#include "base/jsonl.h"

#include <glib/gstdio.h>

json_t *
client_attachment(const char *path)
{
	json_t *item = json_pack("{s:o}", "path", jsonl_text(path, -1));
	GStatBuf st;

	if (g_stat(path, &st) == 0) {
		json_object_set_new(item, "size", json_integer((json_int_t)st.st_size));
		json_object_set_new(
		    item, "modified", json_integer((json_int_t)st.st_mtime));
	}
	return item;
}
