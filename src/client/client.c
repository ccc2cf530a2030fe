/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The helpers' handles: each supervisor is made when it is first asked for, with the options that
 * this program was given, so that a helper reads the same rc file. */
#include "client/client_private.h"

#include <string.h>
#include <unistd.h>

/* pinentry asks for a passphrase on this terminal, for whichever helper it is. */
static void
name_terminal(void)
{
	const char *name = NULL;

	for (int fd = STDIN_FILENO; fd <= STDERR_FILENO && name == NULL; fd++)
		name = isatty(fd) ? ttyname(fd) : NULL;
	if (name != NULL)
		(void)g_setenv("GPG_TTY", name, TRUE);
}

struct client *
client_new(const struct rc *rc, const struct program_options *opts)
{
	struct client *c = g_new0(struct client, 1);
	const struct rc_account *const *accounts = rc_accounts(rc);
	size_t n = 0;

	while (accounts[n] != NULL)
		n++;
	name_terminal();
	c->rc = rc;
	c->opts = opts;
	c->unindexed = json_array();
	c->unmoved = json_array();
	c->unremoved = json_array();
	c->logos = json_array();
	c->unjudged = json_object();
	c->in_hand = json_object();
	c->late = json_object();
	c->again = json_object();
	c->filtered = json_array();
	c->verdicts = json_object();
	c->known = json_object();
	c->on_its_way = json_object();
	c->ahead = json_object();
	c->is_unsure = true; /* until the store was asked */
	c->n_accounts = n;
	c->accounts = g_new0(struct client_account, n + 1);
	for (size_t i = 0; i < n; i++) {
		c->accounts[i].client = c;
		c->accounts[i].rc = accounts[i];
	}
	return c;
}

void
client_free(struct client *c, bool quick)
{
	if (c == NULL)
		return;
	client_watch_stop(c);
	client_filter_stop(c);
	for (size_t i = 0; i < c->n_accounts; i++) {
		supervisor_free(c->accounts[i].sync, quick);
		secret_free(c->accounts[i].secret);
		json_decref(c->accounts[i].bodies);
	}
	supervisor_free(c->send, quick);
	supervisor_free(c->setup, quick);
	supervisor_free(c->render, quick);
	supervisor_free(c->picture, quick);
	supervisor_free(c->auth, quick);
	supervisor_free(c->fetch, quick);
	supervisor_free(c->crypt, quick);
	if (c->judge_timer != 0)
		g_source_remove(c->judge_timer);
	if (c->logo_timer != 0)
		g_source_remove(c->logo_timer);
	supervisor_free(c->logo, quick);
	supervisor_free(c->judge, quick);
	supervisor_free(c->reporter, quick);
	supervisor_free(c->search, quick);
	supervisor_free(c->store, quick);
	json_decref(c->unindexed);
	json_decref(c->unmoved);
	json_decref(c->unremoved);
	json_decref(c->filtered);
	json_decref(c->indexing);
	json_decref(c->logos);
	json_decref(c->unjudged);
	json_decref(c->in_hand);
	json_decref(c->late);
	json_decref(c->again);
	json_decref(c->verdicts);
	json_decref(c->known);
	json_decref(c->on_its_way);
	json_decref(c->arriving);
	json_decref(c->ahead);
	json_decref(c->unverified);
	json_decref(c->verified);
	json_decref(c->send_trouble);
	g_free(c->accounts);
	g_free(c);
}

void
client_on_notice(struct client *c, client_notice_fn fn, void *user)
{
	c->notice = fn;
	c->notice_user = user;
}

void
client_tell(struct client *c, enum client_notice_kind kind, const char *text, const json_t *obj)
{
	struct client_notice notice = { kind, text, obj };

	if (c->notice != NULL)
		c->notice(&notice, c->notice_user);
}

/* A helper crashed, waits or is back: one line for the status bar. */
static void
on_helper_notice(struct supervisor *s, const json_t *obj, const char *text, void *user)
{
	char *line;

	if (obj != NULL)
		return;
	line = g_strdup_printf("%s %s", supervisor_program(s), text);
	client_tell(user, CLIENT_HELPER, line, NULL);
	g_free(line);
}

/* --rc and -o as given, then the helper's own arguments. */
static struct supervisor *
make(struct client *c, const char *program, const char *argument)
{
	GPtrArray *argv = g_ptr_array_new();
	struct supervisor *s;

	if (c->opts->rc_path != NULL) {
		g_ptr_array_add(argv, (gpointer)(guintptr) "--rc");
		g_ptr_array_add(argv, (gpointer)(guintptr)c->opts->rc_path);
	}
	for (size_t i = 0; c->opts->overrides[i] != NULL; i++) {
		g_ptr_array_add(argv, (gpointer)(guintptr) "-o");
		g_ptr_array_add(argv, (gpointer)(guintptr)c->opts->overrides[i]);
	}
	g_ptr_array_add(argv, (gpointer)(guintptr) "--serve");
	if (argument != NULL)
		g_ptr_array_add(argv, (gpointer)(guintptr)argument);
	g_ptr_array_add(argv, NULL);
	s = supervisor_new(program, (const char *const *)argv->pdata);
	supervisor_on_notice(s, on_helper_notice, c);
	g_ptr_array_unref(argv);
	return s;
}

static struct supervisor *
handle(struct client *c, struct supervisor **slot, const char *program, const char *argument)
{
	if (*slot == NULL)
		*slot = make(c, program, argument);
	return *slot;
}

struct supervisor *
client_store(struct client *c)
{
	return handle(c, &c->store, "penfold-store", NULL);
}

struct supervisor *
client_search(struct client *c)
{
	return handle(c, &c->search, "penfold-store", NULL);
}

/* The sealed ones read no rc file: nothing of the user's is their business. */
static struct supervisor *
sealed(struct client *c, struct supervisor **slot, const char *program)
{
	if (*slot == NULL) {
		*slot = supervisor_new(program, NULL);
		supervisor_on_notice(*slot, on_helper_notice, c);
	}
	return *slot;
}

struct supervisor *
client_render(struct client *c)
{
	return sealed(c, &c->render, "penfold-render");
}

struct supervisor *
client_picture(struct client *c)
{
	return sealed(c, &c->picture, "penfold-picture");
}

struct supervisor *
client_reporter(struct client *c)
{
	if (c->reporter == NULL) {
		c->reporter = supervisor_new("penfold-render", NULL);
		supervisor_on_notice(c->reporter, on_helper_notice, c);
	}
	return c->reporter;
}

struct supervisor *
client_auth(struct client *c)
{
	return handle(c, &c->auth, "penfold-auth", NULL);
}

struct supervisor *
client_fetch(struct client *c)
{
	return handle(c, &c->fetch, "penfold-auth", NULL);
}

struct supervisor *
client_crypt(struct client *c)
{
	return handle(c, &c->crypt, "penfold-crypt", NULL);
}

struct supervisor *
client_logo_helper(struct client *c)
{
	return handle(c, &c->logo, "penfold-auth", NULL);
}

struct supervisor *
client_judge_helper(struct client *c)
{
	return handle(c, &c->judge, "penfold-auth", NULL);
}

struct supervisor *
client_send(struct client *c)
{
	return handle(c, &c->send, "penfold-send", NULL);
}

struct supervisor *
client_setup(struct client *c)
{
	return handle(c, &c->setup, "penfold-setup", NULL);
}

struct client_account *
client_find_account(struct client *c, const char *name)
{
	for (size_t i = 0; name != NULL && i < c->n_accounts; i++)
		if (strcmp(c->accounts[i].rc->name, name) == 0)
			return &c->accounts[i];
	return NULL;
}

struct supervisor *
client_sync(struct client *c, const char *account)
{
	struct client_account *a = client_find_account(c, account);

	if (a == NULL || a->rc->is_local)
		return NULL;
	return handle(c, &a->sync, "penfold-sync", a->rc->name);
}
