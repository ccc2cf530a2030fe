/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Whose Authentication-Results an account believes: what its rc says, else what is known of its provider. */
#include "programs/auth_program.h"

#include "base/file.h"
#include "base/log.h"
#include "base/paths.h"

enum { FILE_MAX = 1 << 20 };

static void
load_servers(struct auth_program *program)
{
	char *path = paths_data("authserv-ids");
	GError *error = NULL;
	GBytes *bytes = file_read(path, FILE_MAX, &error);
	gsize len = 0;
	const char *data = bytes != NULL ? g_bytes_get_data(bytes, &len) : NULL;
	char *text = g_strndup(data != NULL ? data : "", len);

	if (bytes == NULL) {
		log_error("auth", "%s", error->message); /* no provider is known, then */
		g_error_free(error);
	}
	program->servers = known_servers_new(text);
	g_clear_pointer(&bytes, g_bytes_unref);
	g_free(text);
	g_free(path);
}

static const char *
incoming_host(const struct rc_account *account)
{
	const struct rc_server *server = account->imap != NULL ? account->imap : account->pop3;

	return server != NULL ? server->host : NULL;
}

static const char *const *
confirmed_ids(const struct auth_program *program, const char *account)
{
	const GPtrArray *ids =
	    program->confirmed != NULL ? g_hash_table_lookup(program->confirmed, account) : NULL;

	return ids != NULL ? (const char *const *)ids->pdata : NULL;
}

const char *const *
auth_trusted_ids(struct auth_program *program, const char *account, GError **error)
{
	static const char *const none[] = { NULL };
	const struct rc_account *found;
	const char *const *ids;

	if (account == NULL)
		return none;
	found = rc_account(program->rc, account);
	if (found == NULL) {
		g_set_error(error, PF_ERROR, PF_ERROR_CONFIG, "there is no account \"%s\" in %s", account,
		    rc_path(program->rc));
		return NULL;
	}
	ids = confirmed_ids(program, account);
	if (ids == NULL)
		ids = rc_list(program->rc, "account", account, "authserv-id");
	if (ids[0] != NULL || incoming_host(found) == NULL)
		return ids;
	if (program->servers == NULL)
		load_servers(program);
	ids = known_servers_ids(program->servers, incoming_host(found));
	return ids != NULL ? ids : none;
}

void
auth_op_trusted(struct helper_request *r, void *state)
{
	struct auth_program *program = state;
	const char *account = jsonl_string(helper_args(r), "account");
	GError *error = NULL;
	const char *const *ids = auth_trusted_ids(program, account, &error);
	json_t *list = json_array();
	bool is_own;

	if (ids == NULL) {
		json_decref(list);
		helper_fail(r, error);
		return;
	}
	is_own = account != NULL && (confirmed_ids(program, account) != NULL ||
	    rc_list(program->rc, "account", account, "authserv-id")[0] != NULL);
	for (size_t i = 0; ids[i] != NULL; i++)
		json_array_append_new(list, json_string(ids[i]));
	helper_done(r, json_pack("{s:o, s:s}", "ids", list, "source", is_own ? "rc" : "provider"));
}

static void
ids_free(gpointer ids)
{
	g_ptr_array_unref(ids);
}

/* What the rc says now, as it was read and as the user has added to it since: the same as after a new start. */
void
auth_op_trust(struct helper_request *r, void *state)
{
	struct auth_program *program = state;
	const char *account = jsonl_string(helper_args(r), "account"), *id = jsonl_string(helper_args(r), "authserv_id");
	const char *const *had;
	GPtrArray *ids;

	if (account == NULL || id == NULL || rc_account(program->rc, account) == NULL) {
		helper_fail(r, g_error_new_literal(PF_ERROR, PF_ERROR_USAGE, "trust needs an account and an authserv_id"));
		return;
	}
	had = confirmed_ids(program, account);
	if (had == NULL)
		had = rc_list(program->rc, "account", account, "authserv-id");
	ids = g_ptr_array_new_with_free_func(g_free);
	for (size_t i = 0; had[i] != NULL; i++)
		g_ptr_array_add(ids, g_strdup(had[i]));
	g_ptr_array_add(ids, g_strdup(id));
	g_ptr_array_add(ids, NULL);
	if (program->confirmed == NULL)
		program->confirmed = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, ids_free);
	g_hash_table_replace(program->confirmed, g_strdup(account), ids);
	helper_done(r, NULL);
}
