/* SPDX-License-Identifier: GPL-3.0-or-later */
/* store_sealed.c - what is unsealed is in memory, and gone with the letter. */
#include "programs/store_sealed.h"

#include "base/file.h"
#include "base/limits.h"
#include "programs/store_protect.h"

#include <unistd.h>

static bool
open_one(struct store_sealed *s, struct store_program *p, json_t *item, bool ask, GError **error)
{
	const char *path = jsonl_string(item, "path");
	GBytes *cipher = path != NULL ? file_read(path, LIMIT_LITERAL, error) : NULL, *plain = NULL;
	int fd = -1;
	gsize len;

	if (path == NULL)
		g_set_error(error, PF_ERROR, PF_ERROR_DATA, "an attachment has no path");
	if (cipher != NULL)
		plain = store_protect_unseal_bytes(p, cipher, ask, error);
	if (plain != NULL) {
		const void *data = g_bytes_get_data(plain, &len);

		fd = file_memory(data, len, error);
	}
	if (fd >= 0) {
		char *inside = g_strdup_printf("/proc/self/fd/%d", fd);

		g_array_append_val(s->fds, fd);
		json_object_set_new(item, "path", json_string(inside));
		g_free(inside);
	}
	g_clear_pointer(&plain, g_bytes_unref);
	g_clear_pointer(&cipher, g_bytes_unref);
	return fd >= 0;
}

bool
store_sealed_open(struct store_sealed *out, struct store_program *p, const json_t *draft, bool ask,
    GError **error)
{
	size_t i;
	json_t *item;

	*out = (struct store_sealed){
	    .draft = json_deep_copy(draft), .fds = g_array_new(FALSE, FALSE, sizeof(int))};
	json_array_foreach(json_object_get(out->draft, "attachments"), i, item) {
		if (jsonl_bool(item, "sealed", false) && !open_one(out, p, item, ask, error))
			return false;
	}
	return true;
}

void
store_sealed_close(struct store_sealed *s)
{
	for (guint i = 0; i < s->fds->len; i++)
		close(g_array_index(s->fds, int, i));
	g_array_unref(s->fds);
	json_decref(s->draft);
	*s = (struct store_sealed){0};
}
