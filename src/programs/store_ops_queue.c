/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Operations of penfold-store on what comes after sending: the audit and its figures,
 * addresses that gave trouble, reports that arrive, letters of which nobody knows whether
 * they arrived. */
#include "programs/store_queue.h"

#include "programs/store_ops.h"
#include "store/index_change.h"
#include "store/queue_address.h"
#include "store/queue_attempt.h"
#include "store/submitted.h"

#include <string.h>

#define DEFAULT_DAYS 30
#define DAY_S	     86400

static gint64
now_seconds(void)
{
	return g_get_real_time() / G_USEC_PER_SEC;
}

static void
answer(struct helper_request *r, json_t *done, GError *error)
{
	if (done != NULL)
		helper_done(r, done);
	else
		helper_fail(r, error);
}

/* --- audit and figures --- */

static gint64
since_of(const struct helper_request *r)
{
	gint64 days = CLAMP(
	    jsonl_int(helper_args(r), "days", DEFAULT_DAYS), 1, G_GINT64_CONSTANT(36500));

	return now_seconds() - days * DAY_S;
}

static gint64
zone_offset(void)
{
	GDateTime *now = g_date_time_new_now_local();
	gint64 offset = g_date_time_get_utc_offset(now) / G_TIME_SPAN_SECOND;

	g_date_time_unref(now);
	return offset;
}

void
store_queue_stats(struct helper_request *r, void *state)
{
	GError *error = NULL;
	struct queue *q = store_queue_open(state, false, &error);
	json_t *stats = q != NULL ? queue_stats_json(q, since_of(r), now_seconds(),
					zone_offset(), &error)
				  : NULL;

	answer(r, stats != NULL ? json_pack("{s:o}", "stats", stats) : NULL, error);
}

void
store_queue_attempts(struct helper_request *r, void *state)
{
	GError *error = NULL;
	struct queue *q = store_queue_open(state, false, &error);
	json_t *list =
	    q != NULL ? queue_attempts_json(q, jsonl_string(helper_args(r), "queue_id"),
			    since_of(r), &error)
		      : NULL;
	size_t i, n = json_array_size(list);

	for (i = 0; i < n; i++)
		helper_event(
		    r, "attempt", json_pack("{s:O}", "attempt", json_array_get(list, i)));
	answer(r, list != NULL ? json_pack("{s:I}", "attempts", (json_int_t)n) : NULL,
	    error);
	json_decref(list);
}

/* --- addresses --- */

void
store_queue_addresses(struct helper_request *r, void *state)
{
	const json_t *asked = json_object_get(helper_args(r), "addresses");
	GError *error = NULL;
	struct queue *q = store_queue_open(state, false, &error);
	json_t *list = NULL, *one;
	size_t i;

	if (q != NULL && asked == NULL) {
		list = queue_address_json(q, NULL, &error);
	} else if (q != NULL) {
		list = json_array();
		for (i = 0; error == NULL && i < json_array_size(asked); i++) {
			const char *text = json_string_value(json_array_get(asked, i));

			one = text != NULL ? queue_address_json(q, text, &error) : NULL;
			if (json_is_object(one))
				json_array_append(list, one);
			json_decref(one);
		}
	}
	if (error != NULL)
		g_clear_pointer(&list, json_decref);
	answer(r, list != NULL ? json_pack("{s:o}", "addresses", list) : NULL, error);
}

/* Behind the others: a warning never comes before an error. */
static void
warn_of(json_t *findings, const json_t *trouble)
{
	const char *address = jsonl_string(trouble, "address");
	const char *reason = jsonl_string(trouble, "reason");
	const char *time = jsonl_string(trouble, "time");
	bool has_complained = g_strcmp0(jsonl_string(trouble, "kind"), "complained") == 0;
	char *text = g_strdup_printf(
	    "on %.10s %s: %s; `penfold queue forget %s` clears it",
	    time != NULL ? time : "?",
	    has_complained ? "this reader complained" : "this address refused a letter",
	    reason != NULL ? reason : "", address);

	json_array_append_new(findings,
	    json_pack("{s:s, s:s, s:o, s:o, s:s}", "code",
		has_complained ? "recipient-complained" : "recipient-bounced", "level",
		"warn", "where", jsonl_text(address, -1), "text", jsonl_text(text, -1),
		"ref", has_complained ? "RFC 5965" : "RFC 3463 3.2"));
	g_free(text);
}

void
store_queue_warn(struct store_program *p, const GPtrArray *recipients, json_t *findings)
{
	char *ledger = g_build_filename(p->state_dir, "queue", "queue.db", NULL);
	struct queue *q = NULL;
	guint i;

	/* a check makes no ledger where there is none */
	if (g_file_test(ledger, G_FILE_TEST_EXISTS))
		q = store_queue_open(p, false, NULL);
	for (i = 0; q != NULL && recipients != NULL && i < recipients->len; i++) {
		const char *address = recipients->pdata[i];
		json_t *one =
		    address != NULL ? queue_address_json(q, address, NULL) : NULL;

		if (json_is_object(one))
			warn_of(findings, one);
		json_decref(one);
	}
	g_free(ledger);
}

void
store_queue_address_clear(struct helper_request *r, void *state)
{
	GError *error = NULL;
	struct queue *q = store_queue_open(state, true, &error);
	const char *address = store_string(r, "address", &error);
	bool was_there = false;

	if (error == NULL && queue_address_clear(q, address, &was_there, &error) &&
	    !was_there)
		g_set_error(&error, PF_ERROR, PF_ERROR_NOT_FOUND,
		    "%s is not among the addresses that gave trouble", address);
	answer(r, error == NULL ? json_object() : NULL, error);
}

/* --- reports --- */

/* What the report says of the letter becomes tags of the letter's copy. */
static bool
tag_letter(struct store_program *p, const json_t *match, GError **error)
{
	const char *id = jsonl_string(match, "message_id");
	const json_t *tags = json_object_get(match, "tags");
	GPtrArray *ids, *changes;
	bool good;
	size_t i;

	if (id == NULL || strlen(id) < 3)
		return true;
	ids = g_ptr_array_new_with_free_func(g_free);
	changes = g_ptr_array_new();
	g_ptr_array_add(ids, g_strndup(id + 1, strlen(id) - 2)); /* without <> */
	for (i = 0; i < json_array_size(tags); i++) {
		const char *change = json_string_value(json_array_get(tags, i));

		g_ptr_array_add(changes, (gpointer)(guintptr)change);
		if (strcmp(change, "+delivered") == 0 || strcmp(change, "+read") == 0)
			g_ptr_array_add(changes, (gpointer)(guintptr) "-delayed");
	}
	g_ptr_array_add(changes, NULL);
	good = index_tag(
	    p->index, ids, (const char *const *)changes->pdata, NULL, NULL, NULL, error);
	g_ptr_array_unref(changes);
	g_ptr_array_unref(ids);
	return good;
}

void
store_queue_report(struct helper_request *r, void *state)
{
	struct store_program *p = state;
	const json_t *report = json_object_get(helper_args(r), "report");
	GError *error = NULL;
	struct queue *q = store_queue_open(p, true, &error);
	json_t *match =
	    q != NULL ? queue_report_apply(q, report, now_seconds(), &error) : NULL;

	if (json_is_object(match) && !tag_letter(p, match, &error))
		g_clear_pointer(&match, json_decref);
	answer(r, match != NULL ? json_pack("{s:o}", "match", match) : NULL, error);
}

/* --- uncertain letters --- */

static bool
settle_if_found(struct store_program *p, struct queue *q, const struct queue_entry *e,
    json_t *found, GError **error)
{
	size_t len = strlen(e->message_id);
	char *id = len > 2 ? g_strndup(e->message_id + 1, len - 2) : NULL;
	bool is_filed = false, good = true;

	/* we make no copy of an uncertain letter: one that is there is the server's */
	if (id != NULL)
		good = submitted_is_filed(p->index, e->account, id, &is_filed, error);
	if (good && is_filed) {
		good = queue_found(q, e->id, error);
		json_array_append_new(found, json_string(e->id));
	}
	g_free(id);
	return good;
}

void
store_queue_reconcile(struct helper_request *r, void *state)
{
	struct store_program *p = state;
	GError *error = NULL;
	struct queue *q = store_queue_open(p, true, &error);
	GPtrArray *entries = q != NULL ? queue_list(q, false, &error) : NULL;
	json_t *found = json_array();
	json_int_t open = 0;
	guint i;

	for (i = 0; error == NULL && i < entries->len; i++) {
		const struct queue_entry *e = entries->pdata[i];

		open += e->state == QUEUE_UNCERTAIN;
		if (e->state == QUEUE_UNCERTAIN)
			(void)settle_if_found(p, q, e, found, &error);
	}
	g_clear_pointer(&entries, g_ptr_array_unref);
	answer(r,
	    error == NULL ? json_pack("{s:O, s:I}", "found", found, "uncertain",
				open - (json_int_t)json_array_size(found))
			  : NULL,
	    error);
	json_decref(found);
}
