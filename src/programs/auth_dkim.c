/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Operation of penfold-auth: does the DNS publish the keys that sign here? */
#include "programs/auth_program.h"

#include "auth/dkim_private.h"
#include "auth/tags.h"

#include <string.h>

/* One of the request's keys; a name or a record that is none says so. */
static json_t *
compare(struct dns_session *session, const json_t *key)
{
	const char *name = jsonl_string(key, "name"), *record = jsonl_string(key, "record");
	json_t *findings = json_array();
	enum dkim_published state = DKIM_PUBLISHED_DIFFERS;
	struct tags tags;

	if (name != NULL && record != NULL && tags_parse(record, strlen(record), &tags, NULL))
		state = dkim_private_compare(session, name, record, findings);
	else
		json_array_append_new(findings, json_pack("{s:s, s:s}", "level", "error", "text",
						    "a key needs a name and a record"));
	return json_pack("{s:o, s:s, s:o}", "name", jsonl_text(name, -1), "state",
	    dkim_published_name(state), "findings", findings);
}

void
auth_op_dkim_record(struct helper_request *r, void *state)
{
	struct auth_program *program = state;
	const json_t *keys = json_object_get(helper_args(r), "keys"), *key;
	gint64 timeout = CLAMP(jsonl_int(helper_args(r), "timeout_ms", 0), 0, 60000);
	GError *error = NULL;
	size_t i;

	if (!auth_open_dns(program, &error)) {
		helper_fail(r, error);
		return;
	}
	struct dns_session *session = dns_session_new(program->dns);
	json_t *out = json_array();
	if (timeout > 0)
		dns_session_hurry(session, (int)timeout);
	json_array_foreach(keys, i, key)
		json_array_append_new(out, compare(session, key));
	helper_done(r, json_pack("{s:o}", "keys", out));
	dns_session_free(session);
}
