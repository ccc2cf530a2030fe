/* SPDX-License-Identifier: GPL-3.0-or-later */
/* mail_move.c - deeds that give mail another place: moved, copied, deleted. */
#include "ui/list_effects.h"
#include "ui/mail_private.h"
#include "ui/mailbox.h"
#include "ui/rows.h"
#include "ui/undo.h"

#include <string.h>

static void
on_moved(const struct reply *reply, void *user)
{
	struct deed *d = user;
	if (!mail_has_succeeded(d, reply))
		return;
	(void)undo_done(d->app, d->number, reply->obj);
	if (d->is_copy && json_array_size(json_object_get(reply->obj, "copied")) == 0)
		app_say(d->app, "a copy lies there already");
	mailbox_refresh(d->app);
	mail_finish(d);
}

static void
on_deleted(const struct reply *reply, void *user)
{
	struct deed *d = user;
	if (!mail_has_succeeded(d, reply))
		return;
	undo_forget(d->app, d->number);
	mailbox_refresh(d->app);
	mail_finish(d);
}

static void
send_move(struct deed *d)
{
	if (json_array_size(d->ids) == 0) {
		GError *error = g_error_new_literal(PF_ERROR, PF_ERROR_NOT_FOUND,
		    d->is_copy ? "there is nothing here that could be copied"
				    : "there is nothing here that could be moved");
		mail_fail(d, error);
		g_error_free(error);
		return;
	}
	const struct place *from = d->target->place;
	json_t *obj = d->key == NULL
	    ? json_pack("{s:s, s:O}", "op", "delete", "ids", d->ids)
	    : json_pack("{s:s, s:O, s:s, s:s*}", "op", d->is_copy ? "copy" : "move", "ids", d->ids, d->key, d->value,
		  "account", d->account);
	if (from != NULL && from->kind == PLACE_ROLE)
		json_object_set_new(obj, "from_role", jsonl_text(from->role, -1));
	if (from != NULL && from->kind == PLACE_FOLDER) {
		json_object_set_new(obj, "from_account", jsonl_text(from->account, -1));
		json_object_set_new(obj, "from_folder", jsonl_text(from->folder, -1));
	}
	ask_store(d->app, NULL, obj, d->key == NULL ? on_deleted : on_moved, d);
}

static bool
is_meant_at(const struct deed *d, const char *account, const char *folder)
{
	const struct row_index *index = mailbox_index(d->app->mailbox);
	struct row_folder f = {.role = ""};
	if (account == NULL || folder == NULL)
		return true;
	int number = index != NULL ? row_index_find_folder(index, account, folder) : -1;
	if (number < 0 || !row_index_folder(index, (guint32)number, &f))
		return true;
	if (d->target->place != NULL)
		return place_has_folder(d->target->place, &f);
	return !g_str_equal(f.role, "sent") && !g_str_equal(f.role, "drafts") &&
	    g_strcmp0(f.role, d->value) != 0;
}

/* A file of the message, "ROOT/ACCOUNT/FOLDER/cur/NAME", by its place. */
static bool
is_meant_file(const struct deed *d, const char *path)
{
	const char *root = d->app->mail_root;
	if (path == NULL || !g_str_has_prefix(path, root) || path[strlen(root)] != '/')
		return false;
	char *account = g_strdup(path + strlen(root) + 1), *folder = strchr(account, '/');
	char *end = NULL;
	for (int i = 0; folder != NULL && i < 2; i++) {
		end = strrchr(folder + 1, '/');
		if (end != NULL)
			*end = '\0';
	}
	if (folder != NULL)
		*folder++ = '\0';
	bool is_meant = end != NULL && d->target->place != NULL && is_meant_at(d, account, folder);
	g_free(account);
	return is_meant;
}

/* Does the message, or a copy of it, lie where the user sees it? Elsewhere, own letters and drafts stay put. */
static bool
is_meant(const struct deed *d, const json_t *message)
{
	const json_t *paths = json_object_get(message, "paths"), *path;
	size_t i;
	if (is_meant_at(d, jsonl_string(message, "account"), jsonl_string(message, "folder")))
		return true;
	json_array_foreach(paths, i, path)
		if (json_array_size(paths) > 1 && is_meant_file(d, json_string_value(path)))
			return true;
	return false;
}

static void
ask_next_thread(struct deed *d);

static void
on_thread_message(const struct reply *reply, void *user)
{
	struct deed *d = user;
	if (reply->kind == REPLY_EVENT) {
		json_t *id = json_object_get(reply->obj, "id");
		if (json_is_string(id) && is_meant(d, reply->obj))
			json_array_append(d->ids, id);
		return;
	}
	if (!mail_has_succeeded(d, reply))
		return;
	d->at++;
	ask_next_thread(d);
}

static void
ask_next_thread(struct deed *d)
{
	if (d->at >= d->target->threads->len) {
		send_move(d);
		return;
	}
	json_t *obj = json_pack("{s:s, s:o}", "op", "thread", "thread",
	    jsonl_text(d->target->threads->pdata[d->at], -1));
	/* of the writer: it answers after the deeds before this one */
	ask_store(d->app, NULL, obj, on_thread_message, d);
}

/* Where it goes; NULL: nowhere. Owned. */
static struct place *
place_meant(const struct last *how)
{
	if (how->key == NULL)
		return NULL;
	if (g_str_equal(how->key, "role"))
		return place_role(how->value);
	return place_folder(how->account != NULL ? how->account : "", how->value, "");
}

void
mail_move(struct app *app, struct mail_target *t, const struct last *how)
{
	if (mail_is_refused(app, t))
		return;
	/* one message of several leaves its thread in the list, and what is copied stays */
	unsigned effects = t->ids != NULL || how->is_copy ? 0 : ROWS_GONE | ROWS_MOVED;
	if (how->key != NULL)
		mail_last_set(&app->mail->last, how);
	struct place *to = place_meant(how);
	struct deed *d = mail_begin(app, t, &(struct rows_deed){.effects = effects, .to = to}, how->words);
	place_free(to);
	d->key = g_strdup(how->key);
	d->value = g_strdup(how->value);
	d->account = g_strdup(how->account);
	d->is_copy = how->is_copy;
	d->ids = mail_ids(t);
	if (t->ids != NULL) {
		mail_enqueue(d, send_move);
	} else {
		mail_enqueue(d, ask_next_thread);
	}
}

void
mail_move_role(struct app *app, struct mail_target *t, const char *role, const char *done_words)
{
	const struct last how = {.key = (char *)(guintptr) "role", .value = (char *)(guintptr)role,
	    .words = (char *)(guintptr)done_words};
	mail_move(app, t, &how);
}

/* To a place by the name that the user typed. A folder that is named is that folder, whosever it is; a role is
 * each message's own account's; a name that nothing has is a new folder there. */
static void
place_named(struct app *app, struct mail_target *t, const char *name, bool is_copy)
{
	struct place *p = mailbox_find_place(app, name);
	/* that it is new tells a slip from a folder */
	char *words = g_strdup_printf("%s to %s%s", is_copy ? "copied" : "moved", p != NULL ? p->name : name,
	    p == NULL ? ", a new folder" : "");
	struct last how = {.key = (char *)(guintptr) "folder", .value = (char *)(guintptr)name, .words = words,
	    .is_copy = is_copy};
	if (p != NULL && p->kind == PLACE_ROLE) {
		how.key = (char *)(guintptr) "role";
		how.value = p->role;
	} else if (p != NULL && p->kind == PLACE_FOLDER) {
		how.value = p->folder;
		how.account = p->account;
	}
	if (p == NULL || p->kind == PLACE_ROLE || p->kind == PLACE_FOLDER) {
		mail_move(app, t, &how);
	} else {
		app_error(app, "%s is no folder", p->name);
		mail_target_free(t);
	}
	g_free(words);
	place_free(p);
}

void
mail_move_named(struct app *app, struct mail_target *t, const char *name)
{
	place_named(app, t, name, false);
}

void
mail_copy_named(struct app *app, struct mail_target *t, const char *name)
{
	place_named(app, t, name, true);
}

void
mail_delete(struct app *app, struct mail_target *t)
{
	const struct last how = {.words = (char *)(guintptr)MAIL_FOR_EVER};
	mail_move(app, t, &how);
}
