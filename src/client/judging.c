/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What arrived is judged: the store names messages without a verdict, newest first, and those whose DNS failed
 * and that are due again; the judge gets a batch of them at once, so that it asks for all of them together; the
 * verdicts go back in portions (judging_keep.c), so that the index is locked seldom. The two work at the same time:
 * while the store keeps one portion the judge is busy with the next. A batch grows while the judge works on it, for
 * what is left of one that ends alone waits for few answers at a time.
 *
 * A batch on which the judge died is judged one by one, so that the message at fault is found. Where a key is
 * gone and the store's archive has it, the message is judged again. What waits for a DNS that does not answer
 * comes again when all others are done. */
#include "client/client_private.h"

#include "base/file.h"
#include "base/jsonl_line.h"

#include <malloc.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define NAMED_AT_ONCE	  1024 /* then what came meanwhile is first again */
#define BATCH_MIN	  256 /* the judge starts when so many are named; with fewer left, more are named */
#define BATCH_MAX	  512 /* with the judge at a time */
#define BATCH_STEP	  128 /* by which it grows */
#define KEEP_AT_ONCE	  3 /* portions that wait for the store when a batch begins */
#define PATIENCE_MS	  2500 /* for a message while others wait */
#define JUDGE_AT_ONCE	  4
#define JUDGE_DEADLINE_MS 60000
#define BATCH_DEADLINE_MS 180000
#define DEAF_PAUSE_S	  120 /* the resolver gives no answers: the rest waits */

struct judging {
	struct client *client;
	json_t *message; /* {sha256, path, account, submitted, keys?} */
};

static void
forget_pass(struct client *c)
{
	json_object_clear(c->unjudged);
	json_object_clear(c->in_hand);
	json_object_clear(c->late);
	json_object_clear(c->again);
	json_object_clear(c->verdicts);
	json_object_clear(c->known);
	json_object_clear(c->ahead);
	c->is_batching = c->is_judging = c->is_ahead = false;
	c->batch = 0;
}

/* Told once, however often it is tried in vain. */
static void
tell_deaf(struct client *c)
{
	size_t n = json_object_size(c->unjudged) + json_object_size(c->in_hand) + json_object_size(c->late);
	char *text;

	if (c->is_deafness_told || n == 0)
		return;
	c->is_deafness_told = true;
	text = g_strdup_printf("No DNS server answers, so %s%zu %s no verdict yet; %s", c->is_full ? "more than " : "", n,
	    n == 1 ? "message has" : "messages have",
	    c->is_watching ? "it is asked again every two minutes." : "the next sync asks again.");
	client_tell(c, CLIENT_HELPER, text, NULL);
	g_free(text);
}

/* All that was named is done with. Look for more unless nothing came of it. */
static void
end_pass(struct client *c)
{
	bool was_ahead = c->is_ahead, is_more = c->is_judging_wanted || (c->is_gaining && !was_ahead);

	forget_pass(c);
	if (was_ahead) /* before what arrives there was perhaps nobody whom the user had written to */
		c->knows_contacts = false;
	c->is_early = c->is_early || was_ahead;
	if (c->is_gaining) {
		if (c->is_watching) /* who looks later makes the list then */
			client_refresh_rows(c);
#ifdef __GLIBC__
		(void)malloc_trim(0); /* a pass is megabytes of verdicts, and the screen stays open for days */
#endif
	}
	client_judge_ahead(c); /* what waits for the index goes before; when that is done the rest is named anyway */
	if (is_more && !c->is_judging)
		client_judge(c);
	if (!was_ahead)
		client_filter(c);
	if (!was_ahead && !is_more)
		client_tell_contacts(c);
}

static void
pause_judging(struct client *c)
{
	if (c->is_ahead) { /* it will be seen, and told, when all of it is judged */
		client_stop_ahead(c);
		end_pass(c);
		return;
	}
	tell_deaf(c);
	forget_pass(c);
	c->deaf_until = g_get_monotonic_time() + DEAF_PAUSE_S * G_USEC_PER_SEC;
}

static gboolean
on_retry(gpointer user)
{
	struct client *c = user;

	c->judge_timer = 0;
	client_judge(c);
	return G_SOURCE_REMOVE;
}

/* Judge again in so many seconds, while somebody watches. */
static void
judge_later(struct client *c, gint64 seconds)
{
	if (!c->is_watching || seconds <= 0)
		return;
	if (c->judge_timer != 0)
		g_source_remove(c->judge_timer);
	c->judge_timer = g_timeout_add_seconds((guint)MIN(seconds + 1, 86400), on_retry, c);
}

/* The judge died twice on it: that is an answer too, or it would be asked for ever. */
static json_t *
unjudgeable(const char *why)
{
	json_t *verdict = json_pack("{s:s, s:s, s:[]}", "verdict", "permerror", "summary", why, "flags");
	json_t *judged = json_pack("{s:{s:s, s:[]}}", "facts", "verdict", "permerror", "flags");
	char *text = json_dumps(verdict, JSON_COMPACT);

	jsonl_add_behind(judged, text, strlen(text));
	free(text);
	json_decref(verdict);
	return judged;
}

static void
on_judged(const struct reply *reply, void *user)
{
	struct judging *one = user;
	struct client *c = one->client;
	json_t *judged = NULL;

	if (reply->kind == REPLY_EVENT)
		return;
	if (reply->kind == REPLY_DONE)
		judged = json_incref((json_t *)(guintptr)reply->obj);
	else if (!g_error_matches(reply->error, PF_ERROR, PF_ERROR_UNAVAILABLE) &&
	    !g_error_matches(reply->error, PF_ERROR, PF_ERROR_CANCELLED))
		judged = unjudgeable("This message cannot be judged: the judge failed on it.");
	if (judged != NULL) {
		json_object_del(json_object_get(judged, "facts"), "missing_keys"); /* the archive was looked into */
		client_take_verdict(c, one->message, judged);
	}
	json_decref(judged);
	c->judging--;
	json_decref(one->message);
	g_free(one);
	client_judge_next(c);
}

/* Judge one by itself, with the keys of the archive where it has them. False: its file is gone. */
static bool
judge_one(struct client *c, json_t *message)
{
	const char *path = jsonl_string(message, "path");
	int fd = path != NULL ? file_open_regular(path, true) : -1;
	struct judging *one;
	json_t *obj;

	if (fd < 0)
		return false; /* moved meanwhile: it is named again under its new path */
	obj = json_pack("{s:s, s:s*, s:b, s:O*, s:O*, s:b}", "op", "judge", "account",
	    jsonl_string(message, "account"), "submitted", jsonl_bool(message, "submitted", false), "keys",
	    json_object_get(message, "keys"), "kept", json_object_get(message, "kept"), "as_text", 1);
	one = g_new0(struct judging, 1);
	one->client = c;
	one->message = json_incref(message);
	c->judging++;
	supervisor_request(client_judge_helper(c), obj, &fd, 1, JUDGE_DEADLINE_MS,
	    jsonl_string(message, "sha256"), on_judged, one);
	close(fd);
	return true;
}

/* Keep a few single requests with the judge. */
static void
judge_singly(struct client *c)
{
	void *at;

	while (c->judging < JUDGE_AT_ONCE && (at = json_object_iter(c->again)) != NULL) {
		json_t *message = json_incref(json_object_iter_value(at));

		json_object_del(c->again, jsonl_string(message, "sha256"));
		(void)judge_one(c, message);
		json_decref(message);
	}
}

/* The judge has told of one of the batch: its verdict, that its DNS lets us wait, or that its file is gone. */
static void
on_batch_event(struct client *c, const json_t *obj)
{
	const char *key = jsonl_string(obj, c->is_ahead ? "path" : "sha256"), *event = jsonl_string(obj, "event");
	json_t *message = key != NULL ? json_incref(json_object_get(c->in_hand, key)) : NULL;

	if (message != NULL && json_is_object(json_object_get(obj, "facts"))) {
		json_object_del(c->in_hand, key);
		json_object_set(message, "sha256", json_object_get(obj, "sha256"));
		c->is_deafness_told = false;
		client_take_verdict(c, message, (json_t *)(guintptr)obj);
	} else if (message != NULL && g_strcmp0(event, "late") == 0 && !c->is_ahead) {
		json_object_set(c->late, key, message);
		json_object_del(c->in_hand, key);
	} else if (message != NULL) {
		json_object_del(c->in_hand, key);
		json_object_del(c->known, key);
		client_settle_ahead(c, message);
	}
	json_decref(message);
	client_judge_next(c);
}

/* What is left of a batch that ended before its time is named again. */
static void
drop_batch(struct client *c)
{
	const char *key;
	json_t *one;

	json_object_foreach(c->in_hand, key, one) {
		json_object_del(c->known, key);
		client_settle_ahead(c, one);
	}
	json_object_clear(c->in_hand);
}

static void
on_batch(const struct reply *reply, void *user)
{
	struct client *c = user;

	if (reply->kind == REPLY_EVENT) {
		on_batch_event(c, reply->obj);
		return;
	}
	if (reply->kind == REPLY_DONE && jsonl_bool(reply->obj, "is_deaf", false)) {
		pause_judging(c);
		judge_later(c, DEAF_PAUSE_S);
		return;
	}
	if (reply->kind == REPLY_FAILED && g_error_matches(reply->error, PF_ERROR, PF_ERROR_CRASHED)) {
		c->knows_contacts = false;
		if (!c->is_ahead) {
			json_object_update(c->again, c->in_hand);
			json_object_clear(c->in_hand);
		}
	}
	drop_batch(c);
	c->is_batching = false;
	c->batch = 0;
	client_judge_next(c);
}

/* At most n of a table go into the batch: the list of them. New reference. */
static json_t *
take_up(struct client *c, json_t *from, size_t n)
{
	json_t *list = json_array();
	void *at;

	while (json_array_size(list) < n && (at = json_object_iter(from)) != NULL) {
		char *sha256 = g_strdup(json_object_iter_key(at));

		json_array_append(list, json_object_iter_value(at));
		json_object_set(c->in_hand, sha256, json_object_iter_value(at));
		json_object_del(from, sha256);
		g_free(sha256);
	}
	return list;
}

/* First those that were not tried yet; then those whose DNS lets us wait, with all the patience there is. */
static void
judge_batch(struct client *c)
{
	bool is_first_try = json_object_size(c->unjudged) > 0;
	json_t *list = is_first_try ? take_up(c, c->unjudged, BATCH_MAX) : take_up(c, c->late, BATCH_MIN);
	json_t *request = json_pack("{s:s, s:o, s:b, s:b}", "op", "judge-batch", "messages", list, "growing",
	    is_first_try, "as_text", 1);
	guint64 id;

	if (is_first_try)
		json_object_set_new(request, "patience_ms", json_integer(PATIENCE_MS));
	c->is_batching = true;
	id = supervisor_request(client_judge_helper(c), request, NULL, 0, BATCH_DEADLINE_MS, NULL, on_batch, c);
	c->batch = is_first_try ? id : 0;
}

/* Give the judge more while it works, or say that this was all. Too early for that: the next verdict comes here again. */
static void
feed_batch(struct client *c)
{
	size_t n = json_object_size(c->unjudged), n_in_hand = json_object_size(c->in_hand);
	bool may_come = c->is_naming || (c->is_ahead && n_in_hand > 0 && !c->is_judging_wanted);
	bool is_last = (n == 0 && !may_come) || c->is_failing;
	bool is_room = n_in_hand + BATCH_STEP <= BATCH_MAX && c->keeping < KEEP_AT_ONCE;
	json_t *more;

	if (!supervisor_is_at(client_judge_helper(c), c->batch))
		return;
	if (!is_last && (!is_room || n == 0 || (c->is_naming && n < BATCH_STEP)))
		return;
	more = is_last ? json_pack("{s:b}", "last", 1)
		       : json_pack("{s:o}", "messages", take_up(c, c->unjudged, BATCH_MAX - n_in_hand));
	supervisor_more(client_judge_helper(c), c->batch, more);
	if (is_last)
		c->batch = 0;
}

static void
on_contacts(const struct reply *reply, void *user)
{
	struct client *c = user;

	if (reply->kind == REPLY_EVENT)
		return;
	(void)client_give_contacts(c, reply); /* where there are none the judge knows nobody */
	c->is_batching = false;
	client_judge_next(c);
}

static void
ask_contacts(struct client *c)
{
	c->knows_contacts = c->is_batching = true;
	supervisor_request(c->is_watching ? client_search(c) : client_store(c), /* whichever of them names nothing just now */
	    json_pack("{s:s, s:s}", "op", "complete", "what", "correspondents"), NULL, 0, 0, NULL, on_contacts,
	    c);
}

/* Ask for names, but those that are known. */
static void
ask_names(struct client *c);

/* All that was named is judged and on its way. */
static void
go_on_or_end(struct client *c)
{
	if (!c->is_naming && c->keeping == 0)
		end_pass(c);
}

/* What the batch left over: single messages, the last portion, keys that are looked for. Is there something? */
static bool
has_rest(struct client *c)
{
	judge_singly(c);
	if (c->judging == 0 && c->looking == 0)
		client_keep_verdicts(c);
	return c->judging > 0 || c->looking > 0;
}

/* The next batch, where the judge is free and enough has been named. Single messages and keys that are looked for do
 * not hold it up: they have to be done with at the end. */
void
client_judge_next(struct client *c)
{
	bool is_enough = json_object_size(c->unjudged) >= BATCH_MIN;

	if (!c->is_judging)
		return;
	if (!is_enough && c->is_ahead)
		(void)client_name_ahead(c);
	else if (!is_enough && c->is_full && c->has_handed && !c->is_failing && !c->is_naming)
		ask_names(c);
	if (c->is_batching)
		feed_batch(c);
	if (c->is_batching || c->keeping >= KEEP_AT_ONCE || (c->is_naming && !is_enough))
		return;
	if (json_object_size(c->unjudged) + json_object_size(c->late) == 0 || c->is_failing) {
		if (!has_rest(c))
			go_on_or_end(c);
	} else if (!c->knows_contacts) {
		ask_contacts(c);
	} else {
		judge_batch(c);
	}
}

static void
on_unjudged(const struct reply *reply, void *user)
{
	struct client *c = user;
	const char *sha256 = jsonl_string(reply->obj, "sha256");

	if (reply->kind == REPLY_EVENT) {
		if (sha256 != NULL && c->is_judging && json_object_get(c->known, sha256) == NULL) {
			json_object_set(c->unjudged, sha256, (json_t *)(guintptr)reply->obj);
			json_object_set_new(c->known, sha256, json_true());
			supervisor_start(client_judge_helper(c));
		}
		if (jsonl_bool(reply->obj, "report", false))
			client_read_report(c, jsonl_string(reply->obj, "path"));
		client_judge_next(c);
		return;
	}
	c->is_naming = false;
	c->is_full = jsonl_int(reply->obj, "messages", 0) >= NAMED_AT_ONCE;
	if (reply->kind == REPLY_DONE)
		judge_later(c, jsonl_int(reply->obj, "retry_in", 0));
	if (c->is_judging)
		client_judge_next(c);
	else if (c->is_judging_wanted)
		client_judge(c);
}

static void
ask_names(struct client *c)
{
	json_t *but = json_array(), *one;
	const char *sha256;

	json_object_foreach(c->known, sha256, one)
		json_array_append_new(but, json_string(sha256));
	c->is_naming = true;
	c->is_judging_wanted = c->has_handed = false;
	/* the store that writes has portions in hand, and the judge would wait; but who watches has questions to the other */
	supervisor_request(c->is_watching ? client_store(c) : client_search(c),
	    json_pack("{s:s, s:i, s:o}", "op", "unjudged", "limit", NAMED_AT_ONCE, "but", but), NULL, 0, 0, NULL,
	    on_unjudged, c);
}

void
client_judge(struct client *c)
{
	client_verify(c);
	if (c->is_judging || c->is_naming) {
		c->is_judging_wanted = true;
		if (c->is_ahead)
			client_judge_next(c); /* nothing more is to come */
		return;
	}
	if (g_get_monotonic_time() < c->deaf_until)
		return;
	c->is_judging = true;
	c->is_gaining = c->is_failing = false;
	ask_names(c);
}
