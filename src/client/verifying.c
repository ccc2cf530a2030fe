/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Signed mail that arrived is verified once, so that it can be searched by what it is worth: the newest of those that
 * nobody has looked at, one after another, with the keys that are here. What is encrypted waits until it is read. */
#include "client/client_private.h"

#include "base/file.h"

#include <unistd.h>

#define VERIFY_AT_ONCE	   200 /* of one pass; a first fetch of years does not start gpg a thousand times */
#define VERIFY_DEADLINE_MS 60000

static void
next(struct client *c);

static void
end_pass(struct client *c)
{
	bool is_more = c->is_verify_wanted;

	json_decref(c->unverified);
	json_decref(c->verified);
	c->unverified = c->verified = NULL;
	c->is_verifying = c->is_verify_wanted = false;
	if (is_more)
		client_verify(c);
}

static void
on_kept(const struct reply *reply, void *user)
{
	struct client *c = user;

	if (reply->kind == REPLY_EVENT)
		return;
	if (reply->kind == REPLY_FAILED)
		c->is_verify_wanted = false; /* nor will the next try be better */
	end_pass(c);
}

/* All are looked at: one request keeps what was found. */
static void
keep(struct client *c)
{
	if (json_array_size(c->verified) > 0)
		supervisor_request(client_store(c),
		    json_pack("{s:s, s:O}", "op", "security-put", "items", c->verified), NULL, 0, 0, NULL, on_kept, c);
	else
		end_pass(c);
}

static void
on_opened(const struct reply *reply, void *user)
{
	struct client *c = user;
	const char *word = jsonl_string(json_object_get(reply->obj, "security"), "shown_as");
	json_t *message = json_array_get(c->unverified, 0);

	if (reply->kind == REPLY_EVENT)
		return;
	if (reply->kind == REPLY_FAILED && g_error_matches(reply->error, PF_ERROR, PF_ERROR_UNAVAILABLE)) {
		c->is_verify_wanted = false; /* without gpg there is nothing to be found */
		end_pass(c);
		return;
	}
	/* a message on which penfold-crypt failed is not tried for ever */
	json_array_append_new(c->verified, json_pack("{s:O, s:s}", "message_id", json_object_get(message, "id"), "shown_as",
	    word != NULL ? word : "none"));
	json_array_remove(c->unverified, 0);
	next(c);
}

static void
next(struct client *c)
{
	const char *path;

	while ((path = jsonl_string(json_array_get(c->unverified, 0), "path")) != NULL) {
		int fd = file_open_regular(path, true);

		if (fd >= 0) {
			supervisor_request(client_crypt(c), json_pack("{s:s}", "op", "open"), &fd, 1, VERIFY_DEADLINE_MS, path,
			    on_opened, c);
			close(fd);
			return;
		}
		json_array_remove(c->unverified, 0); /* moved meanwhile: it is named again */
	}
	keep(c);
}

static void
on_named(const struct reply *reply, void *user)
{
	struct client *c = user;

	if (reply->kind == REPLY_EVENT)
		return;
	c->unverified = json_array();
	c->verified = json_array();
	if (reply->kind == REPLY_DONE)
		json_array_extend(c->unverified, json_object_get(reply->obj, "messages"));
	next(c);
}

void
client_verify(struct client *c)
{
	if (c->is_verifying) {
		c->is_verify_wanted = true;
		return;
	}
	c->is_verifying = true;
	supervisor_request(client_search(c), json_pack("{s:s, s:i}", "op", "unverified", "limit", VERIFY_AT_ONCE), NULL, 0, 0,
	    NULL, on_named, c);
}
