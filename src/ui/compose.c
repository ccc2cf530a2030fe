/* SPDX-License-Identifier: GPL-3.0-or-later */
/* compose.c - a letter on its way from the first question to the queue. Every change is saved by the
 * store before anything else happens to it. */
#include "ui/compose.h"

#include "base/file.h"
#include "ui/ask.h"
#include "ui/common.h"
#include "ui/edit_file.h"
#include "ui/editor.h"
#include "ui/list_view.h"
#include "ui/outbox.h"
#include "ui/prompt.h"
#include "ui/undo.h"

#include <glib/gstdio.h>
#include <string.h>

#define MAX_SIGNATURE (64u << 10)

struct compose *
compose_top(struct app *app)
{
	return (struct compose *)app_top_of(app, &compose_class);
}

/* What an answer that may outlive the page carries. */
struct late {
	struct app *app;
	guint serial;
};

static struct late *
late_new(const struct compose *c)
{
	struct late *l = g_new0(struct late, 1);
	l->app = c->app;
	l->serial = c->serial;
	return l;
}

static struct compose *
late_page(const struct late *l)
{
	for (guint i = 0; i < l->app->views->len; i++) {
		struct view *v = l->app->views->pdata[i];
		if (v->class == &compose_class && ((struct compose *)v)->serial == l->serial)
			return (struct compose *)v;
	}
	return NULL;
}

/* The note that a letter is open, for the next start if this one ends badly. */
static char *
open_note(const struct app *app)
{
	return g_build_filename(app->state_dir, "open-draft", NULL);
}

static void
note_open(const struct compose *c)
{
	char *path = open_note(c->app);
	if (c->draft_id != NULL)
		(void)file_write_durable(path, c->draft_id, strlen(c->draft_id), 0600, NULL);
	g_free(path);
}

static void
note_closed(const struct app *app)
{
	char *path = open_note(app);
	(void)g_unlink(path);
	g_free(path);
}

/* saving and checking */

/* The store has it all: the editor's files have done their duty. */
static void
unlink_edited(struct compose *c)
{
	for (guint i = 0; i < c->edited->len; i++)
		(void)g_unlink(c->edited->pdata[i]);
	g_ptr_array_set_size(c->edited, 0);
}

static void
on_saved(const struct reply *reply, void *user)
{
	struct late *l = user;
	struct compose *c = late_page(l);
	if (reply->kind == REPLY_EVENT)
		return;
	if (reply->kind == REPLY_FAILED)
		app_error(l->app, "the draft could not be saved: %s", reply->error->message);
	if (c != NULL) {
		const char *id = jsonl_string(reply->obj, "draft_id");
		c->n_saving--;
		if (reply->kind == REPLY_DONE && id != NULL) {
			g_free(c->draft_id);
			c->draft_id = g_strdup(id);
			note_open(c);
		}
		if (reply->kind == REPLY_DONE && c->n_saving == 0 && !c->is_changed)
			unlink_edited(c);
		/* changes that came meanwhile go out under the id that is known now */
		if (c->n_saving == 0 && c->is_changed)
			compose_save(c);
		else if (c->n_saving == 0 && c->is_queueing)
			compose_queue(c);
	}
	outbox_refresh(l->app);
	app_redraw(l->app);
	g_free(l);
}

void
compose_save(struct compose *c)
{
	if (c->n_saving > 0) {
		c->is_changed = true;
		return;
	}
	c->is_changed = false;
	c->n_saving++;
	json_t *obj = json_pack("{s:s, s:o, s:s*}", "op", "draft-save", "draft",
	    json_deep_copy(c->draft), "draft_id", c->draft_id);
	ask_store(c->app, NULL, obj, on_saved, late_new(c));
}

static void
on_checked(const struct reply *reply, void *user)
{
	struct late *l = user;
	struct compose *c = late_page(l);
	if (reply->kind == REPLY_EVENT)
		return;
	if (c != NULL) {
		g_clear_pointer(&c->check_error, g_free);
		json_decref(c->findings);
		c->findings = NULL;
		if (reply->kind == REPLY_DONE)
			c->findings = json_incref(json_object_get(reply->obj, "findings"));
		else
			c->check_error = g_strdup(reply->error->message);
		app_redraw(l->app);
	}
	g_free(l);
}

void
compose_changed(struct compose *c)
{
	const char *body = jsonl_string(c->draft, "body");
	lines_clear(c->body);
	lines_add(c->body, STYLE_TEXT, body);
	compose_save(c);
	json_t *obj = json_pack("{s:s, s:o, s:s*}", "op", "check", "draft", json_deep_copy(c->draft),
	    "account", jsonl_string(c->draft, "account"));
	ask_reader(c->app, NULL, obj, on_checked, late_new(c));
	app_redraw(c->app);
}

guint
compose_n_errors(const struct compose *c)
{
	guint n = 0;
	size_t i;
	json_t *f;
	json_array_foreach(c->findings, i, f)
	{
		if (g_strcmp0(jsonl_string(f, "level"), "error") == 0)
			n++;
	}
	return n;
}

char *
compose_field(const struct compose *c, const char *key)
{
	return edit_file_join_addresses(json_object_get(c->draft, key));
}

/* the editor */

/* The account whose address the letter now carries. */
static void
fit_account(struct app *app, json_t *draft)
{
	const char *from = jsonl_string(draft, "from");
	const char *open = from != NULL ? strrchr(from, '<') : NULL;
	const char *close = open != NULL ? strchr(open, '>') : NULL;
	char *spec = NULL;
	if (open != NULL && close != NULL)
		spec = g_strndup(open + 1, (size_t)(close - open - 1));
	else if (from != NULL)
		spec = g_strstrip(g_strdup(from));
	const struct rc_account *a = spec != NULL ? rc_account_of_address(app->rc, spec) : NULL;
	if (a != NULL)
		json_object_set_new(draft, "account", jsonl_text(a->name, -1));
	g_free(spec);
}

static void
on_edited(struct app *app, const char *text, size_t len, const char *path, const GError *error,
    void *user)
{
	struct late *l = user;
	struct compose *c = late_page(l);
	if (c != NULL && path != NULL)
		g_ptr_array_add(c->edited, g_strdup(path));
	if (c != NULL && text != NULL) {
		edit_file_to_draft(text, len, c->draft);
		fit_account(app, c->draft);
		compose_changed(c);
	} else if (error != NULL) {
		app_error(app, "%s", error->message);
	}
	g_free(l);
}

void
compose_edit(struct compose *c)
{
	char *text = edit_file_from_draft(c->draft);
	editor_run(c->app, text, on_edited, late_new(c));
	g_free(text);
}

/* queueing */

static void
on_queued(const struct reply *reply, void *user)
{
	struct late *l = user;
	struct app *app = l->app;
	struct compose *c = late_page(l);
	if (reply->kind == REPLY_EVENT)
		return;
	app_write_ends(app);
	if (reply->kind == REPLY_FAILED) {
		app_error(app, "not sent: %s", reply->error->message);
		if (c != NULL)
			c->is_queueing = false;
	} else {
		const char *id = jsonl_string(reply->obj, "queue_id");
		gint64 hold = rc_int(app->rc, "queue", NULL, "undo-delay");
		if (hold > 0)
			app_say(app, "queued; it leaves in %d s, u takes it back", (int)hold);
		else
			app_say(app, "queued");
		if (id != NULL)
			undo_queued(app, "the letter is queued", id);
		if (c != NULL) {
			note_closed(app);
			unlink_edited(c);
			app_remove(app, &c->base);
		}
		outbox_refresh(app);
	}
	app_redraw(app);
	g_free(l);
}

void
compose_queue(struct compose *c)
{
	c->is_queueing = true;
	/* the draft is on disk before the queue has it: nothing is lost in between */
	if (c->n_saving > 0)
		return;
	app_write_begins(c->app);
	client_queue_letter(c->app->client, json_deep_copy(c->draft), c->draft_id,
	    (int)rc_int(c->app->rc, "queue", NULL, "undo-delay"), c->wants_override, on_queued,
	    late_new(c));
	app_say(c->app, "queueing");
}

static void
on_deleted(const struct reply *reply, void *user)
{
	struct app *app = user;
	if (reply->kind == REPLY_FAILED)
		app_error(app, "the draft could not be deleted: %s", reply->error->message);
	if (reply->kind != REPLY_EVENT)
		outbox_refresh(app);
}

void
compose_close(struct compose *c, bool discard)
{
	struct app *app = c->app;
	if (discard && c->draft_id != NULL)
		ask_store(app, NULL,
		    json_pack("{s:s, s:s}", "op", "draft-delete", "draft_id", c->draft_id),
		    on_deleted, app);
	note_closed(app);
	if (discard)
		unlink_edited(c);
	app_remove(app, &c->base);
	outbox_refresh(app);
}

/* opening */

void
compose_open(struct app *app, json_t *draft, const char *draft_id, bool wants_editor)
{
	struct compose *c = g_new0(struct compose, 1);
	c->base.class = &compose_class;
	c->app = app;
	c->serial = ++app->last_serial;
	c->draft = draft;
	c->draft_id = g_strdup(draft_id);
	c->body = lines_new();
	c->edited = g_ptr_array_new_with_free_func(g_free);
	fit_account(app, draft);
	app_push(app, &c->base);
	if (draft_id != NULL)
		note_open(c);
	if (wants_editor)
		compose_edit(c);
	else
		compose_changed(c);
}

/* The account that a new letter leaves from: that of the folder one looks at, else the first. */
static const struct rc_account *
account_here(struct app *app)
{
	struct list_view *l = list_view_of(app);
	const struct place *p = l != NULL ? list_view_place(l) : NULL;
	const struct rc_account *a = NULL;
	if (p != NULL && p->kind == PLACE_FOLDER)
		a = rc_account(app->rc, p->account);
	return a != NULL ? a : rc_accounts(app->rc)[0];
}

static char *
signature_of(struct app *app, const struct rc_account *a)
{
	char *path = rc_path_value(app->rc, "account", a->name, "signature");
	GBytes *bytes = path != NULL ? file_read(path, MAX_SIGNATURE, NULL) : NULL;
	char *text = g_strdup("");
	if (bytes != NULL && g_bytes_get_size(bytes) > 0) {
		char *valid = g_utf8_make_valid(g_bytes_get_data(bytes, NULL),
		    (gssize)g_bytes_get_size(bytes));
		g_free(text);
		text = g_strdup_printf("\n-- \n%s", valid);
		g_free(valid);
	}
	g_clear_pointer(&bytes, g_bytes_unref);
	g_free(path);
	return text;
}

static json_t *
new_draft(struct app *app, const struct rc_account *a, const char *to, const char *subject)
{
	char *signature = signature_of(app, a);
	char *from = common_mailbox(a);
	json_t *draft = json_pack("{s:o, s:o, s:o, s:o, s:o}", "account", jsonl_text(a->name, -1),
	    "from", jsonl_text(from, -1), "to", edit_file_split_addresses(to), "subject",
	    jsonl_text(subject, -1), "body", jsonl_text(signature, -1));
	g_free(signature);
	g_free(from);
	return draft;
}

static void
on_subject(struct app *app, const char *subject, void *user)
{
	const char *to = user;
	const struct rc_account *a = account_here(app);
	if (subject != NULL && a != NULL)
		compose_open(app, new_draft(app, a, to, subject), NULL, true);
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
		app_error(app, "an account with an address is needed first; see %s",
		    rc_path(app->rc));
	else if (to != NULL)
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
	g_free(r->draft_id);
	g_free(r);
}

void
compose_recall(struct app *app, const char *draft_id)
{
	struct recalled *r = g_new0(struct recalled, 1);
	r->app = app;
	r->draft_id = g_strdup(draft_id);
	ask_reader(app, NULL, json_pack("{s:s, s:s}", "op", "draft-get", "draft_id", draft_id),
	    on_recalled, r);
}

/* A draft on its way to the store, with the file that it came from. */
struct kept {
	struct app *app;
	char *path; /* NULL for none */
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
		(void)g_unlink(k->path);
	outbox_refresh(k->app);
	g_free(k->path);
	g_free(k);
}

static void
keep(struct app *app, json_t *draft, const char *path)
{
	struct kept *k = g_new0(struct kept, 1);
	k->app = app;
	k->path = g_strdup(path);
	ask_store(app, NULL, json_pack("{s:s, s:o}", "op", "draft-save", "draft", draft), on_kept, k);
}

void
compose_keep(struct app *app, json_t *draft, bool wants_open)
{
	if (wants_open)
		compose_open(app, draft, NULL, false);
	else
		keep(app, draft, NULL);
}

static void
on_recovered(struct app *app, const char *text, size_t len, const char *path, const GError *error,
    void *user)
{
	const struct rc_account *a = account_here(app);
	(void)user;
	if (text == NULL || a == NULL) {
		if (error != NULL)
			app_error(app, "%s", error->message);
		return;
	}
	json_t *draft = new_draft(app, a, "", "");
	edit_file_to_draft(text, len, draft);
	fit_account(app, draft);
	keep(app, draft, path);
	app_say(app, "a letter that was in the editor has been saved among the drafts: R");
}

void
compose_recover(struct app *app)
{
	char *path = open_note(app);
	if (g_file_test(path, G_FILE_TEST_EXISTS)) {
		app_say(app, "1 draft was open when Penfold ended; R shows it");
		note_closed(app);
	}
	g_free(path);
	editor_recover(app, on_recovered, NULL);
}
