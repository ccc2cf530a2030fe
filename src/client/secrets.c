/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Passwords that a person gave, for as long as this program runs: in locked memory, to helpers behind a
 * descriptor, never in a line. */
#include "client/client_private.h"

#include "base/limits.h"

#include <unistd.h>

void
client_give_secret(struct client *c, const char *account, const struct secret *secret)
{
	struct client_account *a = client_find_account(c, account);

	if (a == NULL)
		return;
	secret_free(a->secret);
	a->secret = secret_copy(secret);
	client_sync_account(c, account);
	client_queue_run(c);
}

static void
on_keep(const struct reply *reply, void *user)
{
	if (reply->kind == REPLY_FAILED)
		client_tell(user, CLIENT_HELPER, reply->error->message, NULL);
}

void
client_keep_secret(struct client *c, const char *account)
{
	struct client_account *a = client_find_account(c, account);
	int fd = a != NULL && a->secret != NULL ? secret_to_fd(a->secret, NULL) : -1;

	if (fd < 0)
		return;
	supervisor_request(client_setup(c), json_pack("{s:s, s:s}", "op", "keep", "account", account),
	    &fd, 1, 0, NULL, on_keep, c);
	close(fd);
}

void
client_request_sync(struct client_account *a, const char *op, guint64 *id_out)
{
	int fd = a->secret != NULL ? secret_to_fd(a->secret, NULL) : -1;

	*id_out = supervisor_request(client_sync(a->client, a->rc->name),
	    json_pack("{s:s, s:s*, s:o*}", "op", op, "answer", a->answer, "bodies",
		g_steal_pointer(&a->bodies)),
	    fd >= 0 ? &fd : NULL,
	    fd >= 0 ? 1 : 0, 0, NULL, client_on_sync_reply, a);
	if (fd >= 0)
		close(fd);
}

void
client_request_send(struct client *c, supervisor_reply_fn fn)
{
	json_t *names = json_array();
	int fds[LIMIT_JSON_FDS];
	size_t n = 0;

	for (size_t i = 0; i < c->n_accounts && n < LIMIT_JSON_FDS; i++) {
		const struct client_account *a = &c->accounts[i];
		int fd = a->secret != NULL ? secret_to_fd(a->secret, NULL) : -1;

		if (fd < 0)
			continue;
		fds[n++] = fd;
		json_array_append_new(names, json_string(a->rc->name));
	}
	supervisor_request(client_send(c),
	    json_pack("{s:s, s:o, s:b}", "op", "run", "secrets", names, "online", c->is_network_back), fds, n, 0, NULL,
	    fn, c);
	c->is_network_back = false;
	while (n > 0)
		close(fds[--n]);
}

bool
client_secret_refused(struct client_account *a)
{
	bool was_given = a->secret != NULL;

	g_clear_pointer(&a->secret, secret_free);
	return was_given;
}
