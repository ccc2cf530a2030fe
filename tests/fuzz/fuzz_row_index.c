/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Any bytes as rows.idx: rows with fewer or empty strings, never a read outside the file. */
#include "base/row_index.h"

#include <stdint.h>
#include <unistd.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	g_autofree char *path = g_strdup_printf("/tmp/fuzz-row-index.%d", (int)getpid());
	struct row_folder folder;
	struct row_index *ri;
	struct row row;

	g_assert_true(g_file_set_contents(path, (const char *)data, (gssize)size, NULL));
	ri = row_index_open(path, NULL);
	for (guint32 i = 0; ri != NULL && i < 1000 && row_index_get(ri, i, &row); i++)
		g_free(g_strjoin("", row.thread, row.id, row.subject, row.authors, row.domain, row.tags,
		    row_in_folder(&row, 1, NULL) ? "1" : "", row_has_tag(&row, "inbox") ? "t" : "", NULL));
	for (guint32 i = 0; ri != NULL && row_index_folder(ri, i, &folder); i++)
		g_free(g_strconcat(folder.account, folder.folder, folder.role, NULL));
	row_index_close(ri);
	(void)unlink(path);
	return 0;
}
