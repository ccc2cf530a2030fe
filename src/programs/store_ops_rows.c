/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Operations of penfold-store on rows.idx. */
#include "programs/store_ops.h"

#include "base/row_index.h"
#include "store/rows.h"

static char *
rows_path(const struct store_program *p)
{
	return g_build_filename(p->state_dir, "rows.idx", NULL);
}

void
store_op_rows(struct helper_request *r, void *state)
{
	struct store_program *p = state;
	char *path = rows_path(p);
	guint32 n_rows;
	guint64 revision;
	GError *error = NULL;

	if (rows_update(p->index, path, jsonl_bool(helper_args(r), "full", false), &n_rows, &revision,
		&error))
		helper_done(r, json_pack("{s:I, s:I}", "rows", (json_int_t)n_rows, "revision",
		    (json_int_t)revision));
	else
		helper_fail(r, error);
	g_free(path);
}

static json_t *
folders_json(const struct row_index *ri)
{
	json_t *out = json_array();
	struct row_folder f;

	for (guint32 i = 0; row_index_folder(ri, i, &f); i++)
		json_array_append_new(out, json_pack("{s:o, s:o, s:o, s:I, s:I}", "account",
		    jsonl_text(f.account, -1), "folder", jsonl_text(f.folder, -1), "role",
		    jsonl_text(f.role, -1), "total", (json_int_t)f.total, "unread",
		    (json_int_t)f.unread));
	return out;
}

void
store_op_folders(struct helper_request *r, void *state)
{
	struct store_program *p = state;
	char *path = rows_path(p);
	struct row_index *ri = NULL;
	guint32 n_rows;
	guint64 revision;
	GError *error = NULL;

	if (rows_update(p->index, path, false, &n_rows, &revision, &error))
		ri = row_index_open(path, &error);
	if (ri != NULL)
		helper_done(r, json_pack("{s:o}", "folders", folders_json(ri)));
	else
		helper_fail(r, error);
	row_index_close(ri);
	g_free(path);
}
