/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The op login: permission for an account by OAuth, kept for penfold-sync and
 * penfold-send. */
#include "programs/setup_program.h"

#include "base/error.h"
#include "net/oauth_flow.h"
#include "net/oauth_store.h"

#include <string.h>

static void
on_visit(void *user, const char *url, const char *code, gint64 expires)
{
	json_t *obj = json_pack(
	    "{s:o, s:I}", "url", jsonl_text(url, -1), "expires", (json_int_t)expires);

	if (code != NULL)
		json_object_set_new(obj, "code", jsonl_text(code, -1));
	helper_event(user, "visit", obj);
}

/* Without a word on how: by a code where the service has that, since it works everywhere.
 */
static bool
ask_person(const struct oauth_flow_opts *opts, const char *how, struct oauth_token *token,
    GError **error)
{
	bool by_code = how != NULL ? g_str_equal(how, "device")
				   : opts->client->service.device != NULL;

	return by_code ? oauth_flow_device(opts, token, error)
		       : oauth_flow_browser(opts, token, error);
}

static bool
log_in(struct setup_program *p, struct helper_request *r,
    const struct rc_account *account, GError **error)
{
	struct oauth_client client;
	struct oauth_token token = {0};
	struct oauth_flow_opts opts = {.client = &client,
	    .user = account->address,
	    .on_visit = on_visit,
	    .is_cancelled = setup_is_cancelled,
	    .user_data = r};
	const char *how = jsonl_string(helper_args(r), "how");
	bool is_good = oauth_client_init(&client, p->rc, account->name, error);

	if (!is_good)
		return false;
	is_good = ask_person(&opts, how, &token, error) &&
		  oauth_store_put(p->rc, account->name, &token, error);
	if (!is_good)
		g_prefix_error(error, "account \"%s\": ", account->name);
	oauth_token_clear(&token);
	oauth_client_fini(&client);
	return is_good;
}

void
setup_login(struct helper_request *r, void *state)
{
	struct setup_program *p = state;
	const char *name = jsonl_string(helper_args(r), "account");
	const struct rc_account *account = name != NULL ? rc_account(p->rc, name) : NULL;
	GError *error = NULL;

	if (account == NULL)
		g_set_error(&error, PF_ERROR, PF_ERROR_CONFIG,
		    "%s: there is no [account \"%s\"]", rc_path(p->rc),
		    name != NULL ? name : "");
	if (account != NULL && log_in(p, r, account, &error))
		helper_done(r, NULL);
	else
		helper_fail(r, error);
}
