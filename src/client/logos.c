/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Logos of senders, where the user allows that they are fetched. The judge says that there is something to fetch and
 * fetches nothing: a pile of mail does not wait for strangers' servers. The message is judged once more, by a judge of
 * its own who may fetch, and what he says of the logo takes its place in the verdict: one at a time and, while somebody
 * watches, after a while of chance: a server that is asked learns that mail came, and not when. */
#include "client/client_private.h"

#include "base/file.h"

#include <unistd.h>

#define WANTED_MAX  64 /* messages; their senders are met again in later ones */
#define DELAY_MAX_S 900
#define DEADLINE_MS 120000

static void
fetch_next(struct client *c);

/* The first is done with, whatever came of it. */
static void
go_on(struct client *c)
{
	c->is_fetching = false;
	json_array_remove(c->logos, 0);
	fetch_next(c);
}

static void
on_put(const struct reply *reply, void *user)
{
	if (reply->kind == REPLY_EVENT)
		return;
	if (reply->kind == REPLY_DONE)
		client_refresh_rows(user);
	go_on(user);
}

static void
on_fetched(const struct reply *reply, void *user)
{
	struct client *c = user;
	json_t *one = json_array_get(c->logos, 0);
	json_t *bimi = json_object_get(json_object_get(reply->obj, "verdict"), "bimi");

	if (reply->kind == REPLY_EVENT)
		return;
	if (reply->kind != REPLY_DONE || !json_is_object(bimi)) {
		go_on(c);
	} else {
		json_object_set(json_object_get(one, "verdict"), "bimi", bimi);
		supervisor_request(client_store(c),
		    json_pack("{s:s, s:O, s:O}", "op", "verdict-put", "sha256", json_object_get(one, "sha256"),
			"verdict", json_object_get(one, "verdict")),
		    NULL, 0, 0, NULL, on_put, c);
	}
}

/* The message moved meanwhile: the next one of its sender will do. */
static bool
fetch_one(struct client *c, const json_t *message)
{
	const char *path = jsonl_string(message, "path");
	int fd = path != NULL ? file_open_regular(path, true) : -1;

	if (fd < 0)
		return false;
	c->is_fetching = true;
	supervisor_request(client_logo_helper(c),
	    json_pack("{s:s, s:s*, s:b, s:b, s:O*}", "op", "judge", "account", jsonl_string(message, "account"),
		"submitted", jsonl_bool(message, "submitted", false), "fetch", 1, "kept",
		json_object_get(message, "kept")),
	    &fd, 1, DEADLINE_MS, NULL, on_fetched, c);
	close(fd);
	return true;
}

static gboolean
on_time(gpointer user)
{
	struct client *c = user;

	c->logo_timer = 0;
	while (!c->is_fetching && json_array_size(c->logos) > 0)
		if (!fetch_one(c, json_array_get(c->logos, 0)))
			json_array_remove(c->logos, 0);
	return G_SOURCE_REMOVE;
}

static void
fetch_next(struct client *c)
{
	guint wait = c->is_watching ? (guint)g_random_int_range(1, DELAY_MAX_S) : 0;

	if (c->is_fetching || c->logo_timer != 0 || json_array_size(c->logos) == 0)
		return;
	c->logo_timer = wait > 0 ? g_timeout_add_seconds(wait, on_time, c) : g_idle_add(on_time, c);
}

void
client_want_logo(struct client *c, const json_t *message, const json_t *judged)
{
	const json_t *text = json_array_get(json_object_get(judged, "behind"), 0);
	json_t *one, *verdict;

	if (!jsonl_bool(json_object_get(judged, "facts"), "wanted", false) ||
	    json_array_size(c->logos) >= WANTED_MAX)
		return;
	verdict = json_loadb(json_string_value(text), json_string_length(text), 0, NULL);
	if (verdict == NULL)
		return;
	one = json_copy((json_t *)(guintptr)message);
	json_object_set_new(one, "verdict", verdict);
	json_array_append_new(c->logos, one);
	fetch_next(c);
}

bool
client_is_fetching_logos(const struct client *c)
{
	return c->is_fetching || (!c->is_watching && json_array_size(c->logos) > 0);
}
