/* SPDX-License-Identifier: GPL-3.0-or-later */
/* compose.c - a letter on its way from the first question to the queue. Every change is saved by the
 * store before anything else happens to it. */
#include "ui/compose.h"

#include "base/file.h"
#include "ui/ask.h"
#include "ui/draft_delete.h"
#include "ui/draft_files.h"
#include "ui/edit_file.h"
#include "ui/editor.h"
#include "ui/outbox.h"
#include "ui/tabs.h"

#include <glib/gstdio.h>
#include <string.h>

#define MAX_OPEN_NOTE (64u << 10)

struct compose *
compose_top(struct app *app)
{
	return (struct compose *)app_top_of(app, &compose_class);
}

struct compose *
compose_editable(struct app *app)
{
	struct compose *c = compose_top(app);
	if (c == NULL || !c->is_queueing)
		return c;
	app_say(app, "the letter is being queued");
	return NULL;
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

struct compose *
compose_of_serial(struct app *app, guint serial)
{
	GPtrArray *views = tabs_views(app);
	struct compose *found = NULL;
	for (guint i = 0; found == NULL && i < views->len; i++) {
		struct view *v = views->pdata[i];
		if (v->class == &compose_class && ((struct compose *)v)->serial == serial)
			found = (struct compose *)v;
	}
	g_ptr_array_unref(views);
	return found;
}

static struct compose *
late_page(const struct late *l)
{
	return compose_of_serial(l->app, l->serial);
}

/* The note that a letter is open, for the next start if this one ends badly. */
static char *
open_note(const struct app *app)
{
	return g_build_filename(app->state_dir, "open-draft", NULL);
}

/* Write down which letters are open, but for one that closes (or NULL). */
static void
note_open_letters(const struct app *app, const struct compose *closing)
{
	GPtrArray *views = tabs_views(app);
	GString *ids = g_string_new(NULL);
	char *path = open_note(app);
	for (guint i = 0; i < views->len; i++) {
		const struct compose *c = views->pdata[i];
		if (c->base.class == &compose_class && c != closing)
			g_string_append_printf(ids, "%s\n", c->draft_id);
	}
	if (ids->len == 0)
		(void)g_unlink(path);
	else
		(void)file_write_quick(path, ids->str, ids->len, 0600, NULL);
	g_free(path);
	g_string_free(ids, TRUE);
	g_ptr_array_unref(views);
}

guint
compose_take_open_note(const struct app *app)
{
	char *path = open_note(app);
	GBytes *bytes = file_read(path, MAX_OPEN_NOTE, NULL);
	gsize len = 0;
	const char *text = bytes != NULL ? g_bytes_get_data(bytes, &len) : NULL;
	guint n = 0;
	for (gsize i = 0; i < len; i++)
		n += text[i] == '\n';
	(void)g_unlink(path);
	g_clear_pointer(&bytes, g_bytes_unref);
	g_free(path);
	return n;
}

/* saving and checking */

/* The store has it all: the editor's files have done their duty. */
static void
unlink_edited(struct compose *c)
{
	for (guint i = 0; i < c->edited->len; i++)
		editor_forget(c->edited->pdata[i]);
	g_ptr_array_set_size(c->edited, 0);
}

static void
take_saved(struct compose *c, const json_t *answer)
{
	const char *id = jsonl_string(answer, "draft_id");
	if (id != NULL) {
		g_free(c->draft_id);
		c->draft_id = g_strdup(id);
		note_open_letters(c->app, NULL);
	}
	g_free(c->in_clear);
	c->in_clear = g_strdup(jsonl_string(answer, "in_clear"));
	if (!c->is_changed)
		unlink_edited(c);
}

/* The page of a letter whose save has ended; it may close here. */
static void
page_saved(struct compose *c, const struct reply *reply)
{
	c->n_saving--;
	c->is_unsaved = reply->kind != REPLY_DONE;
	c->is_closing = c->is_closing && !c->is_unsaved;
	if (!c->is_unsaved)
		take_saved(c, reply->obj);
	/* changes that came meanwhile go out under the id that is known now */
	if (c->is_changed)
		compose_save(c);
	else if (c->is_queueing)
		compose_queue(c);
	else if (c->is_closing)
		compose_postpone(c);
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
	if (c != NULL)
		page_saved(c, reply);
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

void
compose_postpone(struct compose *c)
{
	c->is_closing = true;
	if (c->n_saving > 0)
		return;
	if (c->is_unsaved) {
		compose_save(c);
		return;
	}
	app_say(c->app, "kept among the drafts: R shows them");
	compose_close(c, false);
}

void
compose_changed(struct compose *c)
{
	const char *body = jsonl_string(c->draft, "body");
	/* a draft that is saved now would be there beside the letter in the queue */
	if (c->is_queueing) {
		app_say(c->app, "the letter is being queued; what came late is left out of it");
		return;
	}
	c->is_closing = false;
	lines_clear(c->body);
	lines_add(c->body, STYLE_TEXT, body);
	compose_expand(c);
	compose_save(c);
	compose_secure_plan(c);
	compose_check(c);
	app_redraw(c->app);
}

char *
compose_title(const struct compose *c)
{
	const char *subject = jsonl_string(c->draft, "subject");
	return g_strdup(subject != NULL && *subject != '\0' ? subject : "A letter");
}

char *
compose_field(const struct compose *c, const char *key)
{
	return edit_file_join_addresses(json_object_get(c->draft, key));
}

/* the editor */

char *
compose_spec(const char *mailbox)
{
	const char *open = mailbox != NULL ? strrchr(mailbox, '<') : NULL;
	const char *close = open != NULL ? strchr(open, '>') : NULL;
	if (open != NULL && close != NULL)
		return g_strndup(open + 1, (size_t)(close - open - 1));
	return mailbox != NULL ? g_strstrip(g_strdup(mailbox)) : NULL;
}

/* The account whose address the letter now carries. */
void
compose_fit_account(struct app *app, json_t *draft)
{
	char *spec = compose_spec(jsonl_string(draft, "from"));
	const struct rc_account *a = spec != NULL ? rc_account_of_address(app->rc, spec) : NULL;
	if (a != NULL)
		json_object_set_new(draft, "account", jsonl_text(a->name, -1));
	g_free(spec);
}

/* What this page would be opened with again. Owned. */
static char *
note_text(const struct compose *c)
{
	json_t *note = json_pack("{s:O, s:s*}", "draft", c->draft, "draft_id", c->draft_id);
	char *text = json_dumps(note, JSON_COMPACT);
	json_decref(note);
	return text;
}

/* A letter in the editor, and what it was before. */
struct editing {
	struct late *late;
	json_t *before;
};

static void
editing_free(gpointer data)
{
	struct editing *e = data;
	json_decref(e->before);
	g_free(e->late);
	g_free(e);
}

static char *
on_written(struct app *app, const char *text, size_t len, void *user)
{
	struct editing *e = user;
	struct compose *c = late_page(e->late);
	if (c == NULL)
		return NULL;
	edit_file_to_draft(text, len, c->draft);
	compose_fit_account(app, c->draft);
	compose_save(c);
	return note_text(c);
}

static void
on_edited(struct app *app, const char *text, size_t len, const char *path, const GError *error,
    void *user)
{
	struct editing *e = user;
	struct compose *c = late_page(e->late);
	if (c != NULL && path != NULL)
		g_ptr_array_add(c->edited, g_strdup(path));
	if (c != NULL && text != NULL) {
		edit_file_to_draft(text, len, c->draft);
		compose_fit_account(app, c->draft);
		compose_changed(c);
	} else if (error != NULL) {
		app_error(app, "%s", error->message);
		if (c != NULL && g_error_matches(error, PF_ERROR, PF_ERROR_CANCELLED)) {
			json_decref(c->draft);
			c->draft = json_incref(e->before);
			compose_changed(c);
		} else if (c != NULL && !c->is_looked_at) {
			compose_changed(c); /* a new letter: it was not saved yet, nor looked over */
		}
	}
	editing_free(e);
}

void
compose_edit_with(struct compose *c, char **command)
{
	struct editing *e = g_new0(struct editing, 1);
	char *text = edit_file_from_draft(c->draft);
	c->is_closing = false;
	char *note = note_text(c);
	char *title = compose_title(c);
	e->late = late_new(c);
	e->before = json_deep_copy(c->draft);
	editor_run(c->app, &(struct editor_job){
			       .text = text,
			       .note = note,
			       .title = title,
			       .line = edit_file_first_line(text),
			       .command = command,
			       .fn = on_edited,
			       .written = on_written,
			       .user = e,
			       .free_user = editing_free,
			   });
	g_free(title);
	g_free(note);
	g_free(text);
}

void
compose_edit(struct compose *c)
{
	compose_edit_with(c, NULL);
}

/* leaving */

void
compose_end(struct compose *c)
{
	struct app *app = c->app;
	note_open_letters(app, c);
	unlink_edited(c);
	app_remove(app, &c->base);
}

void
compose_close(struct compose *c, bool discard)
{
	struct app *app = c->app;
	note_open_letters(app, c);
	if (discard) {
		draft_delete(app, c->draft_id); /* behind a save that is on its way */
		unlink_edited(c);
		draft_files_remove(app, c->draft);
	}
	app_remove(app, &c->base);
	outbox_refresh(app);
}

/* opening */

/* A tab of its own, so that the mail stays where it is; on top of the mail where the editor takes the whole
 * terminal, and where there are too many tabs. */
static void
show_page(struct compose *c)
{
	bool wants_tab = g_str_equal(rc_string(c->app->rc, "editor", NULL, "where"), "tab");
	if (!wants_tab || !tabs_open_view(c->app, &c->base)) {
		tabs_show_mail(c->app);
		app_push(c->app, &c->base);
	}
}

/* Is the draft on a page already? Then that comes to the front. */
bool
compose_show_open(struct app *app, const char *draft_id)
{
	GPtrArray *views = tabs_views(app);
	struct compose *found = NULL;
	for (guint i = 0; found == NULL && i < views->len; i++) {
		struct compose *c = views->pdata[i];
		if (c->base.class == &compose_class && g_strcmp0(c->draft_id, draft_id) == 0)
			found = c;
	}
	g_ptr_array_unref(views);
	if (found != NULL)
		tabs_show_view(app, &found->base);
	return found != NULL;
}

void
compose_open(struct app *app, json_t *draft, const char *draft_id, bool wants_editor)
{
	struct compose *c = g_new0(struct compose, 1);
	c->base.class = &compose_class;
	c->app = app;
	c->serial = ++app->last_serial;
	c->draft = draft;
	/* known from the start, so that whatever ends meanwhile leaves one draft and not two */
	c->draft_id = draft_id != NULL ? g_strdup(draft_id) : g_uuid_string_random();
	c->is_unsaved = draft_id == NULL;
	c->body = lines_new();
	c->edited = g_ptr_array_new_with_free_func(g_free);
	c->write_back = json_incref(json_object_get(draft, "write_back"));
	json_object_del(draft, "write_back");
	compose_fit_account(app, draft);
	show_page(c);
	note_open_letters(app, NULL);
	if (wants_editor)
		compose_edit(c);
	else
		compose_changed(c);
}
