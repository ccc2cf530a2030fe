/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Operation of penfold-auth: SPF for an address, a name and a sender that the user gives. */
#include "programs/auth_program.h"

#include "auth/spf.h"
#include "base/safe_text.h"

/* Ten terms with ten names each, and the records themselves. */
enum { QUERIES = 150, SECONDS = 40 };

static json_t *
texts(const GPtrArray *list)
{
	json_t *out = json_array();

	for (guint i = 0; i < list->len; i++)
		json_array_append_new(out, safe_json(g_ptr_array_index(list, i)));
	return out;
}

static json_t *
spf_json(const struct spf *spf, const struct dns_session *session)
{
	json_t *out = json_object();

	json_object_set_new(out, "result", json_string(spf_result_name(spf->result)));
	json_object_set_new(out, "explanation", safe_json(spf->explanation));
	json_object_set_new(out, "lookups", json_integer((json_int_t)spf->lookups));
	json_object_set_new(out, "void_lookups", json_integer((json_int_t)spf->void_lookups));
	json_object_set_new(out, "domain", spf->domain != NULL ? safe_json(spf->domain) : json_null());
	json_object_set_new(out, "matched", safe_json(spf->matched));
	json_object_set_new(out, "problem", safe_json(spf->problem));
	json_object_set_new(out, "records", texts(spf->trail));
	json_object_set_new(out, "queries", texts(dns_session_log(session)));
	return out;
}

void
auth_op_spf(struct helper_request *r, void *state)
{
	struct auth_program *program = state;
	const json_t *args = helper_args(r);
	const struct spf_query query = { .ip = jsonl_string(args, "ip"),
		.helo = jsonl_string(args, "helo"),
		.from = jsonl_string(args, "from"),
		.now = jsonl_int(args, "now", auth_current_time()) };
	GError *error = NULL;

	if (query.ip == NULL || query.helo == NULL || query.from == NULL)
		error = g_error_new(
		    PF_ERROR, PF_ERROR_USAGE, "spf needs \"ip\", \"helo\" and \"from\"");
	if (error != NULL || !auth_open_dns(program, &error)) {
		helper_fail(r, error);
		return;
	}
	struct dns_session *session = dns_session_new(program->dns);
	dns_session_allow(session, QUERIES, SECONDS);
	struct spf *spf = spf_new(&query, session);
	helper_done(r, spf_json(spf, session));
	spf_free(spf);
	dns_session_free(session);
}
