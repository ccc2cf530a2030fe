/* SPDX-License-Identifier: GPL-3.0-or-later */
/* store_queue_set.c - the user's hand on a letter in the queue. One that is taken back is a draft
 * again, on disk before it leaves the queue, for those who do not have it yet; one that was made elsewhere is
 * kept as a message. */
#include "programs/store_program.h"
#include "programs/store_queue.h"
#include "programs/store_queue_kept.h"

#include "base/error.h"
#include "base/mailbox_text.h"
#include "mime/compose_address.h"
#include "store/drafts.h"
#include "store/queue.h"

#include <string.h>
#include <unistd.h>

/* --- a draft for those who are left --- */

static bool
has_it(const struct queue_entry *entry, const char *spec)
{
	char *ascii = compose_address_ascii(spec, NULL);
	bool found = false;
	guint i;

	for (i = 0; ascii != NULL && !found && i < entry->recipients->len; i++) {
		const struct queue_recipient *r = entry->recipients->pdata[i];

		found = r->fate == QUEUE_FATE_SENT &&
			compose_address_equal(r->address, ascii);
	}
	g_free(ascii);
	return found;
}

static json_t *
json_of(const struct compose_address *a)
{
	char *text = mailbox_text(a->name, a->spec);
	json_t *out = jsonl_text(text, -1);

	g_free(text);
	return out;
}

/* What one string of a list holds goes to `left`, but for those who have the letter. */
static void
keep_left(const struct queue_entry *entry, const json_t *item, json_t *left, json_t *had)
{
	const char *text = json_string_value(item);
	GPtrArray *list = text != NULL ? compose_address_list(text, NULL) : NULL;
	guint i, n = 0;

	for (i = 0; list != NULL && i < list->len; i++)
		n += has_it(entry, ((const struct compose_address *)list->pdata[i])->spec);
	if (n == 0)
		json_array_append(left, (json_t *)(guintptr)item);
	for (i = 0; n > 0 && i < list->len; i++) {
		const struct compose_address *a = list->pdata[i];

		if (has_it(entry, a->spec))
			json_array_append_new(had, jsonl_text(a->spec, -1));
		else
			json_array_append_new(left, json_of(a));
	}
	g_clear_pointer(&list, g_ptr_array_unref);
}

static void
keep_left_of_field(
    const struct queue_entry *entry, json_t *draft, const char *key, json_t *had)
{
	const json_t *value = json_object_get(draft, key), *item;
	json_t *left = json_array();
	size_t i;

	if (json_is_string(value))
		keep_left(entry, value, left, had);
	json_array_foreach(value, i, item) keep_left(entry, item, left, had);
	if (value != NULL)
		json_object_set(draft, key, left);
	json_decref(left);
}

/* The letter's draft without those who have it; they are named in had. NULL when it had none. */
static json_t *
draft_of(const struct queue_entry *entry, json_t *had)
{
	static const char *const keys[] = {"to", "cc", "bcc"};
	json_t *draft = entry->draft != NULL ? json_loads(entry->draft, 0, NULL) : NULL;
	size_t i;

	for (i = 0; draft != NULL && i < G_N_ELEMENTS(keys); i++)
		keep_left_of_field(entry, draft, keys[i], had);
	return draft;
}

/* --- the events --- */

static bool
event_of_word(const char *word, enum queue_event *event_out, GError **error)
{
	static const struct {
		const char *word;
		enum queue_event event;
	} words[] = {
	    {"hold", QUEUE_ON_HOLD},
	    {"release", QUEUE_ON_RELEASE},
	    {"cancel", QUEUE_ON_CANCEL},
	    {"retry", QUEUE_ON_RETRY},
	    {"arrived", QUEUE_ON_ARRIVED},
	};
	size_t i;

	for (i = 0; word != NULL && i < G_N_ELEMENTS(words); i++) {
		if (strcmp(words[i].word, word) == 0) {
			*event_out = words[i].event;
			return true;
		}
	}
	g_set_error(error, PF_ERROR, PF_ERROR_USAGE,
	    "a letter can be told to hold, release, cancel, retry or count as arrived");
	return false;
}

/* Cancel of a letter that has no draft. */
static bool
take_back_message(struct store_program *p, struct queue *q, const struct queue_entry *entry, json_t *answer,
    GError **error)
{
	char *path = NULL;
	bool good = store_queue_keep(p, q, entry, &path, error) && queue_change(q, entry->id, QUEUE_ON_CANCEL, error);

	if (good && path != NULL)
		json_object_set_new(answer, "message", store_queue_kept(p, entry, path));
	else if (path != NULL)
		(void)unlink(path); /* it is in the queue, as before */
	g_free(path);
	return good;
}

/* Cancel: the draft is given back, and with `keep` it is among the drafts. */
static bool
take_back(struct helper_request *r, struct store_program *p, struct queue *q,
    const struct queue_entry *entry, json_t *answer, GError **error)
{
	if (entry->draft == NULL && jsonl_bool(helper_args(r), "keep", false))
		return take_back_message(p, q, entry, answer, error);
	json_t *had = json_array(), *draft = draft_of(entry, had);
	bool wants_file = draft != NULL && jsonl_bool(helper_args(r), "keep", false);
	char *id = wants_file ? drafts_save(p->state_dir, NULL, draft, error) : NULL;
	bool good = (!wants_file || id != NULL) &&
		    queue_change(q, entry->id, QUEUE_ON_CANCEL, error);

	if (!good)
		store_queue_forget_draft(p, id); /* no second one of the letter stays */
	else if (draft != NULL)
		json_object_update_new(answer,
		    json_pack("{s:O, s:O, s:s*}", "draft", draft, "had", had, "draft_id", id));
	g_free(id);
	json_decref(had);
	json_decref(draft);
	return good;
}

void
store_queue_set(struct helper_request *r, void *state)
{
	struct store_program *p = state;
	GError *error = NULL;
	struct queue *q = store_queue_open(p, true, &error);
	struct queue_entry *entry = NULL, *now = NULL;
	json_t *answer = json_object();
	enum queue_event event;

	if (q != NULL &&
	    event_of_word(jsonl_string(helper_args(r), "state"), &event, &error) &&
	    (entry = store_queue_entry_of(r, q, &error)) != NULL &&
	    (event == QUEUE_ON_CANCEL ? take_back(r, p, q, entry, answer, &error)
				      : queue_change(q, entry->id, event, &error)))
		now = queue_get(q, entry->id, &error);
	if (now != NULL) {
		json_object_set_new(answer, "entry", queue_entry_json(now));
		helper_done(r, json_incref(answer));
	} else {
		helper_fail(r, error);
	}
	json_decref(answer);
	queue_entry_free(now);
	queue_entry_free(entry);
}
