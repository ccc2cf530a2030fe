/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Files within a text: their places, and their bytes decoded. */
#include "mime/inline_file.h"

#include <stdint.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static bool
count(const char *bytes, size_t len, void *user)
{
	(void)bytes;
	*(size_t *)user += len;
	return true;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	GPtrArray *found = inline_files_find((const char *)data, size);
	size_t at = 0, n;

	for (guint i = 0; found != NULL && i < found->len; i++, at = n) {
		const struct inline_file *f = found->pdata[i];
		g_assert_true(f->start >= at && f->len <= size - f->start && g_utf8_validate(f->name, -1, NULL));
		n = 0;
		(void)content_read(&f->content, count, &n);
		g_assert_cmpuint(n, <=, f->len);
		n = f->start + f->len;
	}
	g_clear_pointer(&found, g_ptr_array_unref);
	return 0;
}
