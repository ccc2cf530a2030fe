/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Operations of penfold-store on drafts. */
#include "programs/store_ops.h"

#include "programs/store_protect.h"
#include "store/drafts.h"

void
store_op_draft_save(struct helper_request *r, void *state)
{
	struct store_program *p = state;
	GError *error = NULL, *why = NULL;
	const json_t *draft = json_object_get(helper_args(r), "draft");
	json_t *sealed = json_is_object(draft) ? store_protect_seal(p, draft, &why) : NULL;
	char *id;

	/* without a key of one's own the letter cannot be encrypted either: to lose it helps nobody */
	id = drafts_save(p->state_dir, jsonl_string(helper_args(r), "draft_id"),
	    sealed != NULL ? sealed : draft, &error);
	if (id != NULL)
		helper_done(r, json_pack("{s:s, s:s*}", "draft_id", id, "in_clear",
				   why != NULL ? why->message : NULL));
	else
		helper_fail(r, error);
	g_clear_error(&why);
	json_decref(sealed);
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
		draft = store_protect_unseal(
		    p, draft, jsonl_bool(helper_args(r), "ask", false), &error);
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
