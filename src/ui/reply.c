/* SPDX-License-Identifier: GPL-3.0-or-later */
/* reply.c - answers and forwards. The quoted text comes from the sealed renderer; the files that a
 * forward carries along are decoded by it into a folder of the draft's own. */
#include "ui/reply.h"

#include "base/file.h"
#include "base/mailbox_text.h"
#include "base/safe_name.h"
#include "ui/ask.h"
#include "ui/common.h"
#include "ui/compose.h"
#include "ui/draft_files.h"
#include "ui/pager.h"
#include "ui/template.h"
#include "ui/typeahead.h"

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

/* Quoted text is wrapped here, with room for answers to answers. */
#define QUOTE_COLS 72

struct answer {
	struct app *app;
	struct letter *letter;
	bool is_signed; /* what was written before has its own end */
	char *dir;  /* for the files, NULL until one is needed */
	json_t *draft;
	json_t *parts; /* that a forward carries along */
	size_t at;
	char *file; /* that the part `at` is written to */
	int fd;	    /* of it, while it is being sealed; else -1 */
	json_t *part; /* what the renderer said of it, meanwhile */
	bool is_confidential; /* it quotes what was encrypted */
	struct secure secure; /* the opening of a message that no page shows */
	bool may_open;
	json_t *request;      /* to the renderer, for a second time */
	char *mode, *template;
	bool has_editor; /* the letter was opened in it */
};

static void
answer_free(struct answer *a)
{
	typeahead_opened(a->app, a->has_editor);
	json_decref(a->draft);
	secure_reset(&a->secure);
	json_decref(a->request);
	json_decref(a->parts);
	json_decref(a->part);
	if (a->fd >= 0)
		close(a->fd);
	g_free(a->file);
	letter_unref(a->letter);
	g_free(a->dir);
	g_free(a->mode);
	g_free(a->template);
	g_free(a);
}

static void
open_draft(struct answer *a)
{
	if (a->is_signed)
		compose_sign(a->app, a->draft, NULL);
	/* an answer to an invitation is written already */
	a->has_editor = json_object_get(a->draft, "calendar") == NULL;
	compose_open(a->app, json_incref(a->draft), NULL, a->has_editor);
	answer_free(a);
}

static void
next_part(struct answer *a);

static void
seal(struct answer *a, const json_t *part);

static void
add_attachment(struct answer *a, const json_t *part, bool is_sealed)
{
	const char *type = jsonl_string(part, "type"), *filename = jsonl_string(part, "filename");
	json_t *list = json_object_get(a->draft, "attachments");
	char *name = safe_name(filename, type);
	if (!json_is_array(list)) {
		list = json_array();
		json_object_set_new(a->draft, "attachments", list);
	}
	json_t *item = json_pack("{s:o, s:o, s:s*}", "path", jsonl_text(a->file, -1), "filename",
	    jsonl_text(name, -1), "type", type);
	if (is_sealed) {
		json_object_set_new(item, "sealed", json_true());
		json_object_set(item, "size", json_object_get(part, "size")); /* of what is in it */
	}
	json_array_append_new(list, item);
	g_free(name);
}

static void
on_part(const struct reply *reply, void *user)
{
	struct answer *a = user;
	if (reply->kind == REPLY_EVENT)
		return;
	if (reply->kind == REPLY_DONE && a->is_confidential) {
		seal(a, reply->obj);
		return;
	}
	if (reply->kind == REPLY_FAILED)
		app_error(a->app, "an attachment stays behind: %s", reply->error->message);
	else
		add_attachment(a, reply->obj, false);
	a->at++;
	next_part(a);
}

static bool
make_dir(struct answer *a)
{
	if (a->dir == NULL)
		a->dir = draft_files_new_dir(a->app);
	return a->dir != NULL;
}

/* A new file of the draft, open for writing; -1 with errno set. Its path is in a->file. */
static int
new_file(struct answer *a)
{
	char *base = g_strdup_printf("%zu", a->at + 1);
	g_free(a->file);
	a->file = make_dir(a) ? g_build_filename(a->dir, base, NULL) : NULL;
	g_free(base);
	if (a->file == NULL)
		return -1;
	return file_open_new(a->file);
}

/* What lay within an encryption reaches this disk for its author's key alone; without such a key the letter could
 * not be encrypted either, and it is said. */
static void
on_sealed(const struct reply *reply, void *user)
{
	struct answer *a = user;
	GError *error = NULL;
	if (reply->kind == REPLY_EVENT)
		return;
	bool is_sealed = reply->kind == REPLY_DONE;
	int fd = is_sealed ? -1 : open(a->file, O_WRONLY | O_TRUNC | O_NOFOLLOW | O_CLOEXEC);
	if (fd >= 0 && file_copy_fd(a->fd, fd, NULL, &error))
		app_error(a->app, "the attached parts lie in clear on this disk while the letter does: %s",
		    reply->error->message);
	else if (!is_sealed)
		app_error(a->app, "an attachment stays behind: %s", error != NULL ? error->message : g_strerror(errno));
	if (is_sealed || (fd >= 0 && error == NULL))
		add_attachment(a, a->part, is_sealed);
	g_clear_error(&error);
	if (fd >= 0)
		close(fd);
	close(a->fd);
	a->fd = -1;
	json_decref(a->part);
	a->part = NULL;
	a->at++;
	next_part(a);
}

static void
seal(struct answer *a, const json_t *part)
{
	int fds[2] = {a->fd, new_file(a)};
	(void)lseek(a->fd, 0, SEEK_SET);
	a->part = json_deep_copy(part);
	ask_crypt(a->app,
	    json_pack("{s:s, s:O*}", "op", "seal", "author", json_object_get(a->draft, "from")), fds,
	    fds[1] >= 0 ? 2 : 1, on_sealed, a);
	if (fds[1] >= 0)
		close(fds[1]);
}

/* Have a part decoded into a file, a confidential one into memory. False when that cannot begin. */
static bool
extract(struct answer *a, const char *part)
{
	if (a->is_confidential) {
		a->fd = file_in_memory(NULL);
		if (a->fd < 0) { /* never in clear on the disk instead */
			app_error(a->app, "an attachment stays behind: there is no memory for what was encrypted");
			return false;
		}
		ask_render(a->app, NULL, a->letter, json_pack("{s:s, s:s}", "op", "part", "part", part), a->fd,
		    on_part, a);
		return true;
	}
	int fd = new_file(a);
	if (fd < 0) {
		app_error(a->app, "an attachment stays behind: %s", g_strerror(errno));
		return false;
	}
	ask_render(a->app, NULL, a->letter, json_pack("{s:s, s:s}", "op", "part", "part", part), fd,
	    on_part, a);
	close(fd);
	return true;
}

static void
next_part(struct answer *a)
{
	for (; a->at < json_array_size(a->parts); a->at++) {
		const char *part = json_string_value(json_array_get(a->parts, a->at));
		if (part != NULL && extract(a, part))
			return;
	}
	open_draft(a);
}

/* A forwarded message goes along as a file of its own, so that the draft still has it when the
 * original is moved. */
static void
attach_whole(struct answer *a, const json_t *original)
{
	GError *error = NULL;
	int to = new_file(a);
	if (to >= 0 && file_copy_fd(letter_fd(a->letter), to, NULL, &error))
		add_attachment(a, original, false);
	else
		app_error(a->app, "the message could not be attached: %s",
		    error != NULL ? error->message : g_strerror(errno));
	if (to >= 0)
		close(to);
	g_clear_error(&error);
}

static void
on_draft(const struct reply *reply, void *user);

/* It was answered from a list: what is quoted, and how it leaves, is as if it had been read first. */
static void
on_opened(void *user)
{
	struct answer *a = user;
	struct letter *opened = letter_ref(secure_letter(&a->secure, a->letter));
	if (a->secure.error != NULL)
		app_error(a->app, "%s", a->secure.error);
	letter_unref(a->letter);
	a->letter = opened;
	a->is_confidential = secure_is_confidential(&a->secure);
	secure_add(&a->secure, a->request);
	ask_render(a->app, NULL, a->letter, json_deep_copy(a->request), -1, on_draft, a);
}

static void
open_first(struct answer *a)
{
	json_t *head = json_pack("{s:[s]}", "flags", "crypto");
	a->may_open = false;
	if (!secure_start(&a->secure, a->app, a->letter, head, on_opened, a))
		on_opened(a);
	json_decref(head);
}

/* The user's own words for such a letter. */
static void
apply_template(struct answer *a, const json_t *original)
{
	bool is_forward = g_str_has_prefix(a->mode, "forward");
	if (!is_forward && !g_str_equal(a->mode, "reply") && !g_str_equal(a->mode, "all") && !g_str_equal(a->mode, "list"))
		return;
	compose_fit_account(a->app, a->draft);
	(void)template_apply(a->app, a->draft, a->template, is_forward ? TEMPLATE_FORWARD : TEMPLATE_REPLY, original);
	compose_fit_account(a->app, a->draft); /* it may have a From */
}

static void
on_draft(const struct reply *reply, void *user)
{
	struct answer *a = user;
	if (reply->kind == REPLY_EVENT)
		return;
	if (a->may_open && jsonl_bool(reply->obj, "crypto", false)) {
		open_first(a);
		return;
	}
	json_t *draft = json_object_get(reply->obj, "draft");
	if (reply->kind == REPLY_FAILED || !json_is_object(draft)) {
		app_error(a->app, "%s",
		    reply->error != NULL ? reply->error->message : "the renderer gave no draft");
		answer_free(a);
		return;
	}
	a->draft = json_deep_copy(draft);
	if (a->is_confidential) {
		json_object_set_new(a->draft, "encrypt", json_true());
		json_object_set_new(a->draft, "quotes_encrypted", json_true());
	}
	apply_template(a, json_object_get(reply->obj, "original"));
	a->parts = json_incref(json_object_get(a->draft, "forward_parts"));
	json_object_del(a->draft, "forward_parts");
	json_t *original = json_incref(json_object_get(a->draft, "forward_original"));
	json_object_del(a->draft, "forward_original");
	if (json_is_object(original))
		attach_whole(a, original);
	json_decref(original);
	next_part(a);
}

void
reply_start(struct app *app, struct letter *letter, const char *account_name, struct reply_how how)
{
	const struct rc_account *account = common_account(app, account_name);
	if (account == NULL)
		return;
	char *from = mailbox_text(account->display, account->address);
	struct answer *a = g_new0(struct answer, 1);
	a->app = app;
	a->fd = -1;
	a->mode = g_strdup(how.mode);
	a->template = g_strdup(how.template);
	/* what is forwarded as a whole goes as it came */
	bool is_whole = g_str_equal(how.mode, "forward-attached");
	const struct pager *p = pager_top(app);
	const struct secure *secure = p != NULL && (p->letter == letter || p->secure.opened == letter) ? &p->secure : NULL;
	if (secure != NULL && !is_whole)
		letter = secure_letter(secure, letter);
	a->is_confidential = secure != NULL && !is_whole && secure_is_confidential(secure);
	a->letter = letter_ref(letter);
	a->is_signed = !g_str_equal(how.mode, "edit");
	json_t *obj = json_pack("{s:s, s:s, s:o, s:o, s:i}", "op", "reply", "mode", how.mode, "own",
	    common_own_addresses(app), "from", jsonl_text(from, -1), "width", QUOTE_COLS);
	if (secure != NULL && !is_whole)
		secure_add(secure, obj);
	app_say(app, "one moment");
	typeahead_opens(app);
	/* from a page that is still opening it, too */
	a->may_open = !is_whole && (secure == NULL || (secure->security == NULL && secure->error == NULL));
	a->request = json_deep_copy(obj);
	ask_render(app, NULL, letter, obj, -1, on_draft, a);
	g_free(from);
}
