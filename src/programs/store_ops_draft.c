/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Operations of penfold-store on drafts. */
#include "programs/store_ops.h"

#include "store/drafts.h"

void
store_op_draft_save(struct helper_request *r, void *state)
{
	struct store_program *p = state;
	GError *error = NULL;
	char *id = drafts_save(p->state_dir, jsonl_string(helper_args(r), "draft_id"),
	    json_object_get(helper_args(r), "draft"), &error);

	if (id != NULL)
		helper_done(r, json_pack("{s:s}", "draft_id", id));
	else
		helper_fail(r, error);
	g_free(id);
}

void
store_op_draft_list(struct helper_request *r, void *state)
{
	struct store_program *p = state;

	helper_done(r, json_pack("{s:o}", "drafts", drafts_list(p->state_dir)));
}

void
store_op_draft_get(struct helper_request *r, void *state)
{
	struct store_program *p = state;
	GError *error = NULL;
	const char *id = store_string(r, "draft_id", &error);
	json_t *draft = id != NULL ? drafts_get(p->state_dir, id, &error) : NULL;

	if (draft != NULL)
		helper_done(r, json_pack("{s:o}", "draft", draft));
	else
		helper_fail(r, error);
}

void
store_op_draft_delete(struct helper_request *r, void *state)
{
	struct store_program *p = state;
	GError *error = NULL;
	const char *id = store_string(r, "draft_id", &error);

	if (id != NULL && drafts_delete(p->state_dir, id, &error))
		helper_done(r, NULL);
	else
		helper_fail(r, error);
}
