/* SPDX-License-Identifier: GPL-3.0-or-later */
/* auth_key.c - op key-fetch: a key is looked up on the user's express wish, and handed on unread. */
#include "programs/auth_judge.h"

#include "base/file.h"
#include "lookup/wkd.h"

static GBytes *
fetch(struct auth_program *p, const char *address, const char *server, GError **error)
{
	char *ca_file = rc_path_value(p->rc, "tls", NULL, "ca-file");
	struct dns_session *dns = dns_session_new(p->dns);
	struct wkd_opts opts = {.server = server, .ca_file = ca_file, .proxy = rc_proxy(p->rc, NULL), .dns = dns};
	GBytes *key = wkd_fetch(address, &opts, error);

	dns_session_free(dns);
	g_free(ca_file);
	return key;
}

void
auth_op_key_fetch(struct helper_request *r, void *state)
{
	struct auth_program *p = state;
	const char *address = jsonl_string(helper_args(r), "address");
	GError *error = NULL;
	GBytes *key = NULL;
	int out = helper_request_fd(r, 0);
	gsize len;

	if (address == NULL || out < 0)
		g_set_error(&error, PF_ERROR, PF_ERROR_USAGE, "whose key, and where to?");
	else if (auth_open_dns(p, &error))
		key = fetch(p, address, jsonl_string(helper_args(r), "server"), &error);
	if (key != NULL) {
		const void *data = g_bytes_get_data(key, &len);

		(void)file_write_all(out, data, len, &error); /* error says it */
		g_bytes_unref(key);
	}
	if (error == NULL)
		helper_done(r, NULL);
	else
		helper_fail(r, error);
}
