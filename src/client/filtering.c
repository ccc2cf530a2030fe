/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Filters at arrival: when what came has been judged the store applies the rules of the rc file; commands
 * and notices are done here, and then the store is told so. A command is run by argv, without a shell,
 * with the message's JSON object on its standard input; it is run again when Penfold died before it
 * ended. */
#include "client/client_private.h"

#include "base/error.h"
#include "base/secret.h"
#include "base/spawn.h"

#include <signal.h>
#include <string.h>
#include <unistd.h>

#define COMMAND_SECONDS 60

/* A command under way for one message. */
struct action {
	struct client *client;
	char *id, *filter;
	GPid pid;
	guint watch, timeout;
};

static void
look_again(struct client *c);

static void
end_action(struct action *a)
{
	struct client *c = a->client;

	c->actions = g_list_remove(c->actions, a);
	if (a->watch != 0)
		g_source_remove(a->watch);
	if (a->timeout != 0)
		g_source_remove(a->timeout);
	json_array_append_new(c->filtered, jsonl_text(a->id, -1));
	g_free(a->id);
	g_free(a->filter);
	g_free(a);
	look_again(c);
}

static void
on_command_end(GPid pid, gint status, gpointer user)
{
	struct action *a = user;

	g_spawn_close_pid(pid);
	a->watch = 0;
	if (!g_spawn_check_wait_status(status, NULL)) {
		char *text = g_strdup_printf("filter \"%s\": its command failed for a message", a->filter);
		client_tell(a->client, CLIENT_HELPER, text, NULL);
		g_free(text);
	}
	end_action(a);
}

static gboolean
on_timeout(gpointer user)
{
	struct action *a = user;

	a->timeout = 0;
	(void)kill(a->pid, SIGKILL); /* its end is told by on_command_end() */
	return G_SOURCE_REMOVE;
}

/* The object in memory behind a descriptor: no pipe that somebody has to fill, no file. */
static int
input_of(const json_t *match, GError **error)
{
	char *text = json_dumps(match, JSON_COMPACT);
	struct secret *whole = secret_new(text, strlen(text));
	int fd = secret_to_fd(whole, error);

	secret_free(whole);
	free(text);
	return fd;
}

static char **
argv_of(const json_t *run)
{
	char **argv = g_new0(char *, json_array_size(run) + 1);
	const json_t *word;
	size_t i;

	json_array_foreach(run, i, word)
		argv[i] = g_strdup(json_string_value(word));
	return argv;
}

static void
run_command(struct client *c, const json_t *match, const json_t *run)
{
	struct action *a = g_new0(struct action, 1);
	char **argv = argv_of(run);
	GError *error = NULL;
	int input = input_of(match, &error);

	a->client = c;
	a->id = g_strdup(jsonl_string(match, "id"));
	a->filter = g_strdup(jsonl_string(match, "filter"));
	c->actions = g_list_prepend(c->actions, a);
	if (input >= 0 &&
	    g_spawn_async_with_fds(NULL, argv, NULL, G_SPAWN_SEARCH_PATH | G_SPAWN_DO_NOT_REAP_CHILD,
		NULL, NULL, &a->pid, input, STDERR_FILENO, STDERR_FILENO, &error)) {
		a->watch = g_child_watch_add(a->pid, on_command_end, a);
		a->timeout = g_timeout_add_seconds(COMMAND_SECONDS, on_timeout, a);
	} else {
		char *text;

		spawn_error(&error, argv[0], NULL);
		text = g_strdup_printf("filter \"%s\": %s", a->filter, error->message);

		client_tell(c, CLIENT_HELPER, text, NULL);
		g_free(text);
		g_clear_error(&error);
		end_action(a);
	}
	if (input >= 0)
		close(input);
	g_strfreev(argv);
}

void
client_filter_act(struct client *c, const json_t *match)
{
	const json_t *actions = json_object_get(match, "actions");
	const json_t *run = json_object_get(actions, "run");
	json_t *told = json_copy((json_t *)(guintptr)match);

	json_object_set_new(told, "event", json_string("filtered"));
	client_tell(c, CLIENT_FILTERED, NULL, told);
	json_decref(told);
	if (json_array_size(run) > 0)
		run_command(c, match, run);
	else if (json_is_true(json_object_get(actions, "notify")))
		json_array_append(c->filtered, json_object_get(match, "id"));
}

static void
on_filtered(const struct reply *reply, void *user)
{
	(void)user;
	(void)reply; /* a note that stays only means that the rules are applied once more */
}

/* All commands have ended: the store may forget, and what came meanwhile is looked at. */
static void
look_again(struct client *c)
{
	if (c->is_filtering || c->actions != NULL)
		return;
	if (json_array_size(c->filtered) > 0) {
		supervisor_request(client_store(c),
		    json_pack("{s:s, s:o}", "op", "filtered", "ids", c->filtered), NULL, 0, 0, NULL,
		    on_filtered, c);
		c->filtered = json_array();
	}
	if (c->is_filter_wanted)
		client_filter(c);
}

static void
on_match(const struct reply *reply, void *user)
{
	struct client *c = user;

	if (reply->kind == REPLY_EVENT) {
		if (g_strcmp0(jsonl_string(reply->obj, "event"), "match") == 0)
			client_filter_act(c, reply->obj);
		return;
	}
	c->is_filtering = false;
	if (reply->kind == REPLY_FAILED)
		client_tell(c, CLIENT_HELPER, reply->error->message, NULL);
	else if (jsonl_bool(reply->obj, "changed", false))
		client_refresh_rows(c);
	look_again(c);
}

void
client_filter(struct client *c)
{
	/* whether there are rules the store knows, which reads the file anew when it has changed */
	if (c->is_filtering || c->actions != NULL) {
		c->is_filter_wanted = true;
		return;
	}
	c->is_filtering = true;
	c->is_filter_wanted = false;
	supervisor_request(client_store(c), json_pack("{s:s}", "op", "filter"), NULL, 0, 0, NULL,
	    on_match, c);
}

bool
client_is_filtering(const struct client *c)
{
	return c->is_filtering || c->actions != NULL;
}

void
client_filter_stop(struct client *c)
{
	while (c->actions != NULL) {
		struct action *a = c->actions->data;

		/* the command goes on by itself; nobody waits for it any more */
		c->actions = g_list_remove(c->actions, a);
		if (a->watch != 0)
			g_source_remove(a->watch);
		if (a->timeout != 0)
			g_source_remove(a->timeout);
		g_free(a->id);
		g_free(a->filter);
		g_free(a);
	}
}
