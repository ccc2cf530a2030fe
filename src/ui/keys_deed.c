/* SPDX-License-Identifier: GPL-3.0-or-later */
/* keys_deed.c - requests about keys, and their answers. Nothing goes into the keyring unasked. */
#include "ui/keys_deed.h"

#include "base/file.h"
#include "base/limits.h"
#include "base/paths.h"
#include "ui/ask.h"
#include "ui/prompt.h"
#include "ui/save_file.h"

#include <string.h>
#include <unistd.h>

/* --- the list --- */

static void
take_keys(struct keys_view *k, json_t *keys)
{
	json_decref(k->keys);
	g_clear_pointer(&k->error, g_free);
	k->keys = keys;
	k->pick = (struct pick){ 0 };
	app_redraw(k->app);
}

static void
on_listed(const struct reply *reply, void *user)
{
	struct keys_view *k = user;
	if (reply->kind == REPLY_EVENT)
		return;
	k->asking = NULL;
	take_keys(k, reply->kind == REPLY_DONE ? json_incref(json_object_get(reply->obj, "keys")) : json_array());
	if (reply->kind == REPLY_FAILED)
		k->error = g_strdup(reply->error->message);
}

void
keys_deed_list(struct keys_view *k)
{
	json_t *obj = k->mode == KEYS_FOUND
	    ? json_pack("{s:s, s:s}", "op", "key-look", "protocol", k->protocol)
	    : json_pack("{s:s, s:s*, s:b}", "op", "key-list", "pattern", k->pattern, "secret", k->is_own);
	passphrase_drop(k->asking);
	k->asking = passphrase_ask(k->app, client_crypt(k->app->client), obj, &k->fd, k->mode == KEYS_FOUND, NULL,
	    on_listed, k);
}

void
keys_deed_own(struct app *app, const char *arg)
{
	struct keys_view *k = keys_view_top(app);
	(void)arg;
	if (k->mode == KEYS_FOUND) {
		app_say(app, "these keys are not in the keyring yet: y takes them in");
		return;
	}
	k->is_own = !k->is_own;
	keys_deed_list(k);
}

/* --- taking in --- */

static void
on_taken(const struct reply *reply, void *user)
{
	struct app *app = user;
	struct keys_view *k = keys_view_top(app);
	if (reply->kind == REPLY_EVENT)
		return;
	if (reply->kind == REPLY_FAILED) {
		app_error(app, "not taken in: %s", reply->error->message);
		return;
	}
	size_t n = json_array_size(json_object_get(reply->obj, "keys"));
	app_say(app, "%zu %s in the keyring now; t says whose, once the fingerprint is compared", n,
	    n == 1 ? "key is" : "keys are");
	if (k == NULL || k->mode != KEYS_FOUND)
		return;
	k->mode = KEYS_RING; /* from here on they can be trusted */
	take_keys(k, json_incref(json_object_get(reply->obj, "keys")));
}

static void
on_take_answer(struct app *app, char answer, void *user)
{
	struct keys_view *k = keys_view_top(app);
	(void)user;
	if (answer != 'y' || k == NULL || k->mode != KEYS_FOUND)
		return;
	(void)passphrase_ask(app, client_crypt(app->client),
	    json_pack("{s:s, s:s}", "op", "key-import", "protocol", k->protocol), &k->fd, 1, NULL, on_taken, app);
}

void
keys_deed_take(struct app *app, const char *arg)
{
	const struct keys_view *k = keys_view_top(app);
	size_t n = json_array_size(k->keys);
	(void)arg;
	if (k->mode != KEYS_FOUND || n == 0) {
		app_say(app, n == 0 ? "there is no key here" : "these keys are in the keyring already");
		return;
	}
	char *question = g_strdup_printf(n == 1 ? "Take this key into the keyring? (y/n) "
						: "Take these %zu keys into the keyring? (y/n) ", n);
	prompt_choose(app, question, "yn", on_take_answer, NULL, NULL);
	g_free(question);
}

static void
on_import_path(struct app *app, const char *text, void *user)
{
	char *path = text != NULL && *text != '\0' ? paths_expand(text) : NULL;
	GError *error = NULL;
	(void)user;
	if (path == NULL)
		return;
	GBytes *bytes = file_read(path, LIMIT_KEY_FILE, &error);
	gsize len = 0;
	const guint8 *data = bytes != NULL ? g_bytes_get_data(bytes, &len) : NULL;
	int fd = bytes != NULL ? file_memory(data, len, &error) : -1;
	/* an ASN.1 sequence, or what openssl writes around one */
	bool is_cms = len > 0 && (data[0] == 0x30 || g_strstr_len((const char *)data, (gssize)MIN(len, 4096),
							 "-----BEGIN CERT") != NULL);
	if (fd >= 0)
		keys_view_found(app, fd, is_cms ? "smime" : "openpgp", "in the file");
	else
		app_error(app, "%s", error->message);
	g_clear_error(&error);
	g_clear_pointer(&bytes, g_bytes_unref);
	g_free(path);
}

void
keys_deed_import(struct app *app, const char *arg)
{
	if (arg != NULL)
		on_import_path(app, arg, NULL);
	else
		prompt_ask(app, PROMPT_PATH, "Look at the keys in file: ", NULL, on_import_path, NULL, NULL);
}

/* --- fetching --- */

struct fetch {
	struct app *app;
	int fd;
	char *address;
};

static void
on_fetched(const struct reply *reply, void *user)
{
	struct fetch *f = user;
	if (reply->kind == REPLY_EVENT)
		return;
	if (reply->kind == REPLY_DONE) {
		char *whence = g_strdup_printf("for %s, from the network", f->address);
		(void)lseek(f->fd, 0, SEEK_SET);
		keys_view_found(f->app, f->fd, "openpgp", whence);
		g_free(whence);
	} else {
		app_error(f->app, "%s", reply->error->message);
		close(f->fd);
	}
	g_free(f->address);
	g_free(f);
}

static void
on_fetch_address(struct app *app, const char *text, void *user)
{
	(void)user;
	if (text == NULL || *text == '\0')
		return;
	if (strchr(text, '@') == NULL) {
		app_error(app, "%s is no address", text);
		return;
	}
	struct fetch *f = g_new0(struct fetch, 1);
	f->app = app;
	f->fd = file_in_memory(NULL);
	f->address = g_strstrip(g_strdup(text));
	app_say(app, "asking the domain of %s for a key", f->address);
	ask_key_fetch(app, f->address, f->fd, on_fetched, f);
}

void
keys_deed_fetch(struct app *app, const char *arg)
{
	const struct keys_view *k = keys_view_top(app);
	const char *known = k->address != NULL ? k->address : k->pattern;
	if (arg != NULL)
		on_fetch_address(app, arg, NULL);
	else
		prompt_ask(app, PROMPT_ADDRESSES, "Look for a key of: ", known, on_fetch_address, NULL, NULL);
}

/* --- trust --- */

static void
on_trusted(const struct reply *reply, void *user)
{
	struct app *app = user;
	struct keys_view *k = keys_view_top(app);
	if (reply->kind == REPLY_EVENT)
		return;
	if (reply->kind == REPLY_FAILED)
		app_error(app, "not trusted: %s", reply->error->message);
	else
		app_say(app, "trusted: a signature of yours on the key, that stays on this machine");
	if (k != NULL && k->mode != KEYS_FOUND)
		keys_deed_list(k);
}

static void
on_trust_answer(struct app *app, char answer, void *user)
{
	if (answer == 'y')
		(void)passphrase_ask(app, client_crypt(app->client),
		    json_pack("{s:s, s:s}", "op", "key-trust", "fingerprint", (const char *)user), NULL, 0, NULL,
		    on_trusted, app);
}

void
keys_deed_trust(struct app *app, const char *arg)
{
	const struct keys_view *k = keys_view_top(app);
	const json_t *key = keys_view_selected(k);
	const char *fpr = jsonl_string(key, "fingerprint");
	(void)arg;
	if (fpr == NULL || k->mode == KEYS_FOUND) {
		app_say(app, "take it in first: y");
		return;
	}
	if (g_strcmp0(jsonl_string(key, "protocol"), "openpgp") != 0) {
		app_say(app, "a certificate is vouched for by its authority; gpgsm's trustlist.txt names those");
		return;
	}
	prompt_choose(app, "Have you compared the fingerprint with its owner? Trust it? (y/n) ", "ny", on_trust_answer,
	    g_strdup(fpr), g_free);
}

/* --- export --- */

struct export {
	struct app *app;
	int fd;
	char *path;
};

static void
on_exported(const struct reply *reply, void *user)
{
	struct export *e = user;
	if (reply->kind == REPLY_EVENT)
		return;
	if (reply->kind == REPLY_FAILED) {
		app_error(e->app, "not written: %s", reply->error->message);
		(void)unlink(e->path);
	} else {
		app_say(e->app, "the public key is in %s", e->path);
	}
	close(e->fd);
	g_free(e->path);
	g_free(e);
}

struct wanted {
	char *fpr, *protocol;
};

static void
wanted_free(gpointer data)
{
	struct wanted *w = data;
	g_free(w->fpr);
	g_free(w->protocol);
	g_free(w);
}

static void
on_export_path(struct app *app, const char *text, void *user)
{
	const struct wanted *w = user;
	if (text == NULL || *text == '\0')
		return;
	struct export *e = g_new0(struct export, 1);
	e->app = app;
	e->path = paths_expand(text);
	e->fd = file_open_new(e->path);
	if (e->fd < 0) {
		save_file_say_not(app, e->path);
		g_free(e->path);
		g_free(e);
		return;
	}
	(void)passphrase_ask(app, client_crypt(app->client),
	    json_pack("{s:s, s:s, s:s}", "op", "key-export", "pattern", w->fpr, "protocol", w->protocol), &e->fd, 1,
	    NULL, on_exported, e);
}

void
keys_deed_export(struct app *app, const char *arg)
{
	const struct keys_view *k = keys_view_top(app);
	const json_t *key = keys_view_selected(k);
	const char *fpr = jsonl_string(key, "fingerprint");
	if (fpr == NULL || k->mode == KEYS_FOUND) {
		app_say(app, fpr == NULL ? "there is no key here" : "take it in first: y");
		return;
	}
	struct wanted *w = g_new0(struct wanted, 1);
	w->fpr = g_strdup(fpr);
	w->protocol = g_strdup(jsonl_string(key, "protocol"));
	if (arg != NULL) {
		on_export_path(app, arg, w);
		wanted_free(w);
	} else {
		prompt_ask(app, PROMPT_PATH, "Write the public key to: ", NULL, on_export_path, w, wanted_free);
	}
}
