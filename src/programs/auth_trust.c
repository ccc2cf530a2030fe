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

/* `authserv-id` of an account, as the rc file has it now. */
static const char *const *
own_ids(struct auth_program *program, const char *account)
{
	const struct rc *rc = rc_fresh_get(&program->fresh, program->rc);

	return rc_list(rc_account(rc, account) != NULL ? rc : program->rc, "account", account, "authserv-id");
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
	ids = own_ids(program, account);
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
	is_own = account != NULL && own_ids(program, account)[0] != NULL;
	for (size_t i = 0; ids[i] != NULL; i++)
		json_array_append_new(list, json_string(ids[i]));
	helper_done(r, json_pack("{s:o, s:s}", "ids", list, "source", is_own ? "rc" : "provider"));
}
