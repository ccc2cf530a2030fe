/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Operation of penfold-auth: a sending domain looked over. */
#include "programs/auth_program.h"

#include "auth/checkup.h"
#include "auth/domain.h"

#include <string.h>

/* The selectors that the request names, then those of the accounts whose address is in the domain.
 * NULL-terminated; strings borrowed. */
static GPtrArray *
selectors_of(const struct auth_program *program, const json_t *named, const char *domain)
{
	const struct rc_account *const *accounts = rc_accounts(program->rc);
	GPtrArray *out = g_ptr_array_new();
	const json_t *one;
	size_t k;

	json_array_foreach(named, k, one)
		if (json_is_string(one))
			g_ptr_array_add(out, (gpointer)(guintptr)json_string_value(one));
	for (size_t i = 0; accounts[i] != NULL; i++) {
		const char *selector = rc_string(program->rc, "account", accounts[i]->name, "dkim-selector");
		const char *at = strrchr(accounts[i]->address, '@');

		if (selector != NULL && at != NULL &&
		    g_ascii_strcasecmp(at + 1, domain) == 0)
			g_ptr_array_add(out, (gpointer)(guintptr)selector);
	}
	g_ptr_array_add(out, NULL);
	return out;
}

static bool
has_zone(const struct auth_program *program)
{
	return program->zone != NULL || rc_string(program->rc, "dns", NULL, "zone") != NULL;
}

void
auth_op_domain(struct helper_request *r, void *state)
{
	struct auth_program *program = state;
	const char *name = jsonl_string(helper_args(r), "domain");
	char *domain = name != NULL ? domain_ascii(name, -1) : NULL;
	GError *error = NULL;
	GPtrArray *selectors;
	char *ca_file;

	if (domain == NULL)
		error = g_error_new(PF_ERROR, PF_ERROR_USAGE, "\"%s\" is no domain name",
		    name != NULL ? name : "");
	if (error != NULL || !auth_open_dns(program, &error)) {
		g_free(domain);
		helper_fail(r, error);
		return;
	}
	ca_file = rc_path_value(program->rc, "tls", NULL, "ca-file");
	selectors = selectors_of(program, json_object_get(helper_args(r), "selectors"), domain);
	helper_done(r, checkup_run(&(const struct checkup_request){ .domain = domain,
			   .selectors = (const char *const *)selectors->pdata,
			   .dns = program->dns,
			   .keys = program->keys,
			   /* answers from a file say nothing about where a policy lies */
			   .may_fetch = !has_zone(program),
			   .ca_file = ca_file,
			   .proxy = rc_proxy(program->rc, NULL),
			   .now = auth_current_time() }));
	g_ptr_array_unref(selectors);
	g_free(ca_file);
	g_free(domain);
}
