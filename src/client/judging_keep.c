/* SPDX-License-Identifier: GPL-3.0-or-later */
/* From the judge to the store: verdicts go in portions. Those whose signatures have no key are held against the
 * store's archive of keys first; where it has one the message is judged again, and the rest of its portion does
 * not wait for that. */
#include "client/client_private.h"

#include "base/jsonl_line.h"

#define PORTION	      256
#define PORTION_AHEAD 128 /* which cost the store little, and are there the sooner */
#define ROWS_EVERY_US (500 * 1000) /* the list shows verdicts while more come */
#define ROWS_SHARE    6		   /* and one part in so many of the store's time goes into that */

struct portion {
	struct client *client;
	json_t *verdicts; /* sha256 -> {judged, message} */
};

static void
portion_free(struct portion *p)
{
	json_decref(p->verdicts);
	g_free(p);
}

static struct portion *
portion_new(struct client *c, json_t *verdicts)
{
	struct portion *p = g_new0(struct portion, 1);

	p->client = c;
	p->verdicts = json_incref(verdicts);
	return p;
}

static void
on_rows(const struct reply *reply, void *user)
{
	struct client *c = user;
	gint64 now = g_get_monotonic_time();

	c->rows_at = now + MAX(ROWS_EVERY_US, (now - c->rows_begun) * ROWS_SHARE);
	if (reply->kind == REPLY_DONE)
		client_tell(c, CLIENT_ROWS_CHANGED, NULL, NULL);
}

static void
show_verdicts(struct client *c)
{
	c->rows_begun = g_get_monotonic_time();
	c->rows_at = G_MAXINT64;
	supervisor_request(client_store(c), json_pack("{s:s}", "op", "rows"), NULL, 0, 0, NULL, on_rows, c);
	client_filter(c);
}

/* From now on the store does not name them. */
static void
forget_names(struct portion *p)
{
	struct client *c = p->client;
	const char *sha256;
	json_t *one;

	json_object_foreach(p->verdicts, sha256, one)
		json_object_del(c->known, c->is_ahead ? jsonl_string(json_object_get(one, "message"), "path") : sha256);
	portion_free(p);
}

static void
on_kept(const struct reply *reply, void *user)
{
	struct portion *p = user;
	struct client *c = p->client;

	if (reply->kind == REPLY_EVENT)
		return;
	forget_names(p);
	c->keeping--;
	if (reply->kind == REPLY_FAILED) {
		c->is_failing = true; /* nor will the next try be better */
		client_tell(c, CLIENT_HELPER, reply->error->message, NULL);
	} else {
		c->is_gaining = true;
	}
	if (c->is_watching && (!c->is_judging || g_get_monotonic_time() > c->rows_at))
		show_verdicts(c);
	client_judge_next(c);
}

static const json_t *
facts_of(const json_t *one)
{
	return json_object_get(json_object_get(one, "judged"), "facts");
}

/* Nothing here reads a verdict: its text goes behind the line as it came. */
static void
add_verdict(json_t *request, json_t *list, const char *sha256, const json_t *one, bool is_ahead)
{
	const json_t *text = json_array_get(json_object_get(json_object_get(one, "judged"), "behind"), 0);

	json_array_append_new(list, json_pack("{s:s, s:O, s:b, s:I}", "sha256", sha256, "facts", facts_of(one), "ahead",
	    is_ahead, "text", (json_int_t)json_array_size(json_object_get(request, "behind"))));
	jsonl_add_behind(request, json_string_value(text), json_string_length(text));
}

static void
keep(struct client *c, json_t *verdicts)
{
	json_t *list = json_array(), *request = json_pack("{s:s, s:o}", "op", "verdict-put", "verdicts", list), *one;
	const char *sha256;

	json_object_foreach(verdicts, sha256, one) {
		add_verdict(request, list, sha256, one, c->is_ahead);
		client_settle_ahead(c, json_object_get(one, "message"));
	}
	if (json_array_size(list) > 0) {
		c->keeping++;
		c->has_handed = true;
		supervisor_request(client_store(c), json_incref(request), NULL, 0, 0, NULL, on_kept, portion_new(c, verdicts));
	}
	json_decref(request);
}

/* Those of the names whose keys the archive has; NULL when it has none. New reference. */
static json_t *
keys_for(const json_t *names, const json_t *archive)
{
	json_t *keys = json_object(), *name;
	size_t i;

	json_array_foreach(names, i, name) {
		json_t *records = json_object_get(archive, json_string_value(name));

		if (json_array_size(records) > 0)
			json_object_set(keys, json_string_value(name), records);
	}
	if (json_object_size(keys) == 0)
		g_clear_pointer(&keys, json_decref);
	return keys;
}

/* What the archive has a key for leaves the portion and is judged again. */
static void
on_keys(const struct reply *reply, void *user)
{
	struct portion *p = user;
	struct client *c = p->client;
	const char *sha256;
	json_t *one;
	void *next;

	if (reply->kind == REPLY_EVENT)
		return;
	json_object_foreach_safe(p->verdicts, next, sha256, one) {
		json_t *message = json_object_get(one, "message");
		json_t *keys = keys_for(json_object_get(facts_of(one), "missing_keys"),
		    json_object_get(reply->obj, "keys"));

		if (keys == NULL)
			continue;
		json_object_set_new(message, "keys", keys);
		json_object_set(c->again, jsonl_string(message, "sha256"), message);
		client_settle_ahead(c, message);
		json_object_del(p->verdicts, sha256);
	}
	c->looking--;
	keep(c, p->verdicts);
	portion_free(p);
	client_judge_next(c);
}

void
client_keep_verdicts(struct client *c)
{
	json_t *names, *verdicts = c->verdicts, *one;
	const char *sha256;

	if (json_object_size(verdicts) == 0)
		return;
	names = json_array();
	c->verdicts = json_object();
	json_object_foreach(verdicts, sha256, one)
		json_array_extend(names, json_object_get(facts_of(one), "missing_keys"));
	if (json_array_size(names) > 0) {
		c->looking++;
		/* not of the store that writes: it may have a portion in hand, and the judge would wait */
		supervisor_request(client_search(c), json_pack("{s:s, s:O}", "op", "keys", "names", names),
		    NULL, 0, 0, NULL, on_keys, portion_new(c, verdicts));
	} else {
		keep(c, verdicts);
	}
	json_decref(verdicts);
	json_decref(names);
}

void
client_take_verdict(struct client *c, json_t *message, json_t *judged)
{
	client_want_logo(c, message, judged);
	json_object_set_new(c->verdicts, jsonl_string(message, "sha256"),
	    json_pack("{s:O, s:O}", "judged", judged, "message", message));
	if (json_object_size(c->verdicts) >= (c->is_ahead ? PORTION_AHEAD : PORTION))
		client_keep_verdicts(c);
}
