/* SPDX-License-Identifier: GPL-3.0-or-later */
/* compose_new.c - where letters begin: anew, from a draft, from the queue, from what a crash left. */
#include "base/file.h"
#include "base/mailbox_text.h"
#include "ui/ask.h"
#include "ui/common.h"
#include "ui/compose.h"
#include "ui/edit_file.h"
#include "ui/editor.h"
#include "ui/list_view.h"
#include "ui/outbox.h"
#include "ui/passphrase.h"
#include "ui/prompt.h"
#include "ui/template.h"
#include "ui/typeahead.h"

#include <string.h>

/* The account that a new letter leaves from: that of the folder one looks at, else the first; NULL, which is said. */
static const struct rc_account *
account_here(struct app *app)
{
	struct list_view *l = list_view_of(app);
	const struct place *p = l != NULL ? list_view_place(l) : NULL;
	return common_account(app, p != NULL && p->kind == PLACE_FOLDER ? p->account : NULL);
}

static json_t *
new_draft(const struct rc_account *a, const char *to, const char *subject)
{
	char *from = mailbox_text(a->display, a->address);
	json_t *draft = json_pack("{s:o, s:o, s:o, s:o, s:o}", "account", jsonl_text(a->name, -1),
	    "from", jsonl_text(from, -1), "to", edit_file_split_addresses(to), "subject",
	    jsonl_text(subject, -1), "body", json_string(""));
	g_free(from);
	return draft;
}

static json_t *
signed_draft(struct app *app, const struct rc_account *a, const char *to, const char *subject)
{
	json_t *draft = new_draft(a, to, subject);
	if (template_apply(app, draft, NULL, TEMPLATE_NEW, NULL))
		compose_fit_account(app, draft);
	compose_sign(app, draft, NULL);
	return draft;
}

void
compose_from(struct app *app, json_t *draft)
{
	const struct rc_account *a = account_here(app);
	if (a == NULL) {
		json_decref(draft);
		return;
	}
	json_t *whole = new_draft(a, "", "");
	json_object_update(whole, draft);
	json_decref(draft);
	compose_fit_account(app, whole);
	compose_sign(app, whole, NULL);
	compose_open(app, whole, NULL, true);
}

void
compose_template(struct app *app, const char *name)
{
	const struct rc_account *a = account_here(app);
	json_t *draft = a != NULL ? new_draft(a, "", "") : NULL;
	if (a == NULL) {
		common_say_no_account(app);
	} else if (template_apply(app, draft, name, TEMPLATE_NEW, NULL)) {
		compose_fit_account(app, draft);
		compose_sign(app, draft, NULL);
		compose_open(app, json_incref(draft), NULL, true);
	}
	json_decref(draft);
}

void
compose_asked(struct app *app, json_t *draft)
{
	bool is_whole = jsonl_bool(draft, "is_whole", false);
	json_object_del(draft, "is_whole");
	if (is_whole)
		compose_open(app, draft, NULL, true);
	else
		compose_from(app, draft);
}

static void
on_subject(struct app *app, const char *subject, void *user)
{
	const char *to = user;
	const struct rc_account *a = account_here(app);
	if (subject != NULL && a != NULL)
		compose_open(app, signed_draft(app, a, to, subject), NULL, true);
}

static void
on_to(struct app *app, const char *to, void *user)
{
	(void)user;
	if (to != NULL)
		prompt_ask(app, PROMPT_TEXT, "Subject: ", NULL, on_subject, g_strdup(to), g_free);
}

void
compose_new(struct app *app, const char *to)
{
	if (account_here(app) == NULL)
		return;
	if (to != NULL)
		on_to(app, to, NULL);
	else
		prompt_ask(app, PROMPT_ADDRESSES, "To: ", NULL, on_to, NULL, NULL);
}

struct recalled {
	struct app *app;
	char *draft_id;
};

static void
on_recalled(const struct reply *reply, void *user)
{
	struct recalled *r = user;
	if (reply->kind == REPLY_EVENT)
		return;
	json_t *draft = json_object_get(reply->obj, "draft");
	if (reply->kind == REPLY_FAILED)
		app_error(r->app, "%s", reply->error->message);
	else if (json_is_object(draft))
		compose_open(r->app, json_deep_copy(draft), r->draft_id, false);
	typeahead_opened(r->app, false);
	g_free(r->draft_id);
	g_free(r);
}

void
compose_recall(struct app *app, const char *draft_id)
{
	if (compose_show_open(app, draft_id))
		return;
	struct recalled *r = g_new0(struct recalled, 1);
	r->app = app;
	r->draft_id = g_strdup(draft_id);
	typeahead_opens(app);
	(void)passphrase_ask(app, client_search(app->client),
	    json_pack("{s:s, s:s}", "op", "draft-get", "draft_id", draft_id), NULL, 0, NULL, on_recalled,
	    r);
}

/* A draft on its way to the store, with the file that it came from. */
struct kept {
	struct app *app;
	char *path; /* NULL for none */
	bool wants_open;
};

static void
on_kept(const struct reply *reply, void *user)
{
	struct kept *k = user;
	if (reply->kind == REPLY_EVENT)
		return;
	if (reply->kind == REPLY_FAILED)
		app_error(k->app, "the draft could not be saved: %s", reply->error->message);
	else if (k->path != NULL)
		editor_forget(k->path);
	if (reply->kind == REPLY_DONE && k->wants_open && jsonl_string(reply->obj, "draft_id") != NULL)
		compose_recall(k->app, jsonl_string(reply->obj, "draft_id"));
	outbox_refresh(k->app);
	g_free(k->path);
	g_free(k);
}

/* draft_id NULL: a new one. */
static void
keep(struct app *app, json_t *draft, const char *draft_id, const char *path, bool wants_open)
{
	struct kept *k = g_new0(struct kept, 1);
	k->wants_open = wants_open;
	k->app = app;
	k->path = g_strdup(path);
	ask_store(app, NULL, json_pack("{s:s, s:o, s:s*}", "op", "draft-save", "draft", draft, "draft_id",
				 draft_id),
	    on_kept, k);
}

void
compose_keep(struct app *app, json_t *draft, const char *draft_id, bool wants_open)
{
	/* what its author alone can read is opened by way of the store */
	bool is_sealed = json_object_get(draft, "sealed") != NULL;
	if (wants_open && !is_sealed)
		compose_open(app, draft, draft_id, false);
	else
		keep(app, draft, draft_id, NULL, wants_open);
}

/* Is this all that was written, or the start of a write that was cut off? Then the note, which followed
 * each write, has more. */
static bool
is_cut_off(const char *text, size_t len, const json_t *draft)
{
	char *before = edit_file_from_draft(draft);
	bool cut = len == 0 || (len < strlen(before) && memcmp(before, text, len) == 0);
	g_free(before);
	return cut;
}

/* A text from the editor, with the letter that it belongs to. */
static void
on_recovered(struct app *app, const char *text, size_t len, const char *path, const char *note)
{
	const struct rc_account *a = account_here(app);
	json_t *saved = note != NULL ? json_loads(note, 0, NULL) : NULL;
	json_t *draft = json_object_get(saved, "draft");
	if (a == NULL) {
		json_decref(saved);
		return;
	}
	draft = json_is_object(draft) ? json_deep_copy(draft) : new_draft(a, "", "");
	if (!is_cut_off(text, len, draft))
		edit_file_to_draft(text, len, draft);
	compose_fit_account(app, draft);
	keep(app, draft, jsonl_string(saved, "draft_id"), path, false);
	app_say(app, "a letter that was in the editor has been saved among the drafts: R");
	json_decref(saved);
}

void
compose_recover(struct app *app)
{
	guint n = compose_take_open_note(app);
	if (n > 0)
		app_say(app, n == 1 ? "%u draft was open when Penfold ended; R shows it"
				    : "%u drafts were open when Penfold ended; R shows them",
		    n);
	editor_recover(app, on_recovered);
}
