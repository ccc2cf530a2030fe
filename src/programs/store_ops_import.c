/* SPDX-License-Identifier: GPL-3.0-or-later */
/* An operation of penfold-store: old mail comes in. Each message is durable when it is answered, and indexed with many
 * others later; one whose bytes the folder has already is not written again, so that an import can be done again. */
#include "programs/store_ops.h"

#include "base/file.h"
#include "programs/store_input.h"
#include "store/index.h"
#include "store/maildir.h"
#include "store/state.h"

#include <string.h>
#include <unistd.h>

/* The path of the folder's file with these bytes, as far as it is known; owned, NULL. */
static char *
find_same(struct store_program *p, const char *folder, const char *sha256)
{
	GPtrArray *files = state_files_of_sha256(p->state, sha256);
	const char *place = index_relative(p->index, folder);
	size_t len = strlen(place);
	char *found = NULL;

	for (guint i = 0; i < files->len && found == NULL; i++) {
		const struct state_file *file = g_ptr_array_index(files, i);

		if (strncmp(file->key, place, len) == 0 && file->key[len] == '/' && strchr(file->key + len + 1, '/') == NULL)
			found = g_build_filename(folder, file->key + len + 1, NULL);
	}
	g_ptr_array_unref(files);
	return found;
}

static bool
write_one(GBytes *bytes, const char *folder, const char *flags, char **path_out, GError **error)
{
	gsize len;
	const void *data = g_bytes_get_data(bytes, &len);
	int fd = file_memory(data, len, error);
	bool is_good = fd >= 0 && maildir_deliver_fd(folder, fd, flags, path_out, error);

	if (fd >= 0)
		close(fd);
	return is_good;
}

void
store_op_import(struct helper_request *r, void *state)
{
	struct store_program *p = state;
	GError *error = NULL;
	const char *flags = jsonl_string(helper_args(r), "flags");
	char *folder = index_reader(p->index, &error) != NULL ? store_delivery_folder(p, r, &error) : NULL;
	GBytes *bytes = folder != NULL ? store_input_read(r, &error) : NULL;
	char *sha256 = bytes != NULL ? g_compute_checksum_for_bytes(G_CHECKSUM_SHA256, bytes) : NULL;
	char *path = sha256 != NULL ? find_same(p, folder, sha256) : NULL;
	bool is_known = path != NULL;

	if (error == NULL && flags != NULL && flags[strspn(flags, "DFPRST")] != '\0')
		g_set_error(&error, PF_ERROR, PF_ERROR_USAGE, "\"flags\" are letters of DFPRST");
	else if (bytes != NULL && g_bytes_get_size(bytes) == 0)
		g_set_error(&error, PF_ERROR, PF_ERROR_DATA, "an empty message is not taken in");
	else if (bytes != NULL && !is_known)
		(void)write_one(bytes, folder, flags, &path, &error);
	if (error == NULL)
		helper_done(r, json_pack("{s:o, s:b}", "path", jsonl_text(path, -1), "known", is_known));
	else
		helper_fail(r, error);
	g_free(path);
	g_free(sha256);
	g_clear_pointer(&bytes, g_bytes_unref);
	g_free(folder);
}
