/* SPDX-License-Identifier: GPL-3.0-or-later */
/* compose_secure.c - what the review page says about signing and encrypting a letter, before it goes. */
#include "base/file.h"
#include "base/safe_name.h"
#include "ui/ask.h"
#include "ui/common.h"
#include "ui/compose.h"
#include "ui/draft_files.h"
#include "ui/edit_file.h"
#include "ui/keys_view.h"
#include "ui/prompt.h"

#include <string.h>
#include <unistd.h>

struct planning {
	struct app *app;
	guint serial;
};

static const char *
account_of(const struct compose *c)
{
	const char *name = jsonl_string(c->draft, "account");
	return name != NULL && rc_account(c->app->rc, name) != NULL ? name : NULL;
}

bool
compose_signs(const struct compose *c)
{
	const json_t *value = json_object_get(c->draft, "sign");
	const char *account = account_of(c);
	if (json_is_boolean(value))
		return json_is_true(value);
	return account != NULL && rc_bool(c->app->rc, "account", account, "sign");
}

const char *
compose_encrypts(const struct compose *c)
{
	const json_t *value = json_object_get(c->draft, "encrypt");
	const char *account = account_of(c);
	if (json_is_boolean(value))
		return json_is_true(value) ? "yes" : "no";
	/* where Autocrypt may decide it, as the store does */
	if (account != NULL && !rc_is_set(c->app->rc, "account", account, "encrypt") &&
	    g_str_equal(rc_string(c->app->rc, "account", account, "autocrypt"), "mutual"))
		return jsonl_bool(c->plan, "encrypt", false) ? "auto" : "no";
	return account != NULL ? rc_string(c->app->rc, "account", account, "encrypt") : "no";
}

static bool
has_autocrypt(const struct compose *c)
{
	const char *account = account_of(c);
	return account != NULL && !g_str_equal(rc_string(c->app->rc, "account", account, "autocrypt"), "no");
}

/* Will it be encrypted, as far as is known? */
bool
compose_is_encrypting(const struct compose *c)
{
	return c->plan != NULL ? jsonl_bool(c->plan, "encrypt", false) : g_str_equal(compose_encrypts(c), "yes");
}

static void
on_planned(const struct reply *reply, void *user)
{
	struct planning *p = user;
	struct compose *c = compose_of_serial(p->app, p->serial);
	if (reply->kind == REPLY_EVENT)
		return;
	if (c != NULL) {
		json_decref(c->plan);
		g_clear_pointer(&c->plan_error, g_free);
		c->plan = NULL;
		if (reply->kind == REPLY_DONE)
			c->plan = json_deep_copy(json_object_get(reply->obj, "report"));
		else
			c->plan_error = g_strdup(reply->error->message);
		app_redraw(p->app);
	}
	g_free(p);
}

void
compose_secure_plan(struct compose *c)
{
	json_decref(c->plan);
	c->plan = NULL;
	g_clear_pointer(&c->plan_error, g_free);
	if (!compose_signs(c) && g_str_equal(compose_encrypts(c), "no") && !has_autocrypt(c))
		return;
	struct planning *p = g_new0(struct planning, 1);
	p->app = c->app;
	p->serial = c->serial;
	ask_reader(c->app, NULL,
	    json_pack("{s:s, s:o}", "op", "protect-plan", "draft", json_deep_copy(c->draft)), on_planned,
	    p);
}

/* Autocrypt Level 1, 2.4: what the recommendation means for the user. NULL when there is nothing to say. */
static const char *
advice(const struct compose *c)
{
	static const struct {
		const char *word, *text;
	} words[] = {
	    {"discourage", "Autocrypt: discouraged, a key is old or by hearsay"},
	    {"available", "Autocrypt: available"},
	    {"encrypt", "Autocrypt: recommended"},
	};
	const char *word = has_autocrypt(c) ? jsonl_string(c->plan, "recommendation") : NULL;
	for (size_t i = 0; i < G_N_ELEMENTS(words); i++)
		if (g_strcmp0(word, words[i].word) == 0)
			return words[i].text;
	return NULL;
}

/* "to ann@x (key 1234ABCD, not verified), bob@x" */
static char *
readers(const json_t *plan)
{
	GString *out = g_string_new(NULL);
	size_t i;
	json_t *one;
	json_array_foreach(json_object_get(plan, "recipients"), i, one)
	{
		const char *address = jsonl_string(one, "address");
		const char *fpr = jsonl_string(one, "fingerprint");
		const char *source = jsonl_string(one, "source");
		g_string_append_printf(out, "%s%s", out->len > 0 ? ", " : "", address != NULL ? address : "?");
		if (g_strcmp0(source, "autocrypt") == 0)
			g_string_append(out, " (key by Autocrypt, not verified)");
		if (fpr != NULL && strlen(fpr) >= 16)
			g_string_append_printf(out, " (%s%s)", fpr + strlen(fpr) - 16,
			    jsonl_bool(one, "believed", false) ? "" : ", not verified");
	}
	return g_string_free(out, FALSE);
}

/* Which way it goes. */
static char *
plan_line(const struct compose *c, enum style *style_out)
{
	bool encrypts = jsonl_bool(c->plan, "encrypt", false);
	const char *user = jsonl_string(json_object_get(c->plan, "signer"), "user_id");
	const char *kind = g_strcmp0(jsonl_string(c->plan, "protocol"), "smime") == 0 ? "S/MIME" : "OpenPGP";
	GString *out = g_string_new(NULL);
	*style_out = STYLE_GOOD;
	if (encrypts) {
		char *who = readers(c->plan);
		g_string_append_printf(out, "%s: encrypted for %s", kind, *who != '\0' ? who : "nobody yet");
		g_free(who);
	}
	if (user != NULL)
		g_string_append_printf(out, "%ssigned by %s", encrypts ? "; " : "", user);
	if (!encrypts && !g_str_equal(compose_encrypts(c), "no")) {
		const char *why = jsonl_string(c->plan, "problem");
		*style_out = STYLE_WARN;
		g_string_append_printf(out, "%sin clear: %s", out->len > 0 ? "; " : "",
		    why != NULL ? why : "not all readers have a key");
	}
	return g_string_free(out, FALSE);
}

char *
compose_secure_line(const struct compose *c, enum style *style_out)
{
	bool wanted = compose_signs(c) || !g_str_equal(compose_encrypts(c), "no");
	const char *more = advice(c);
	char *text;
	*style_out = STYLE_MUTED;
	if (!wanted) {
		text = g_strdup("in clear, not signed (S signs, E encrypts)");
	} else if (c->plan_error != NULL) {
		*style_out = STYLE_BAD;
		return g_strdup_printf("%s; K chooses a key", c->plan_error);
	} else if (c->plan == NULL) {
		return g_strdup("looking for keys");
	} else {
		text = plan_line(c, style_out);
	}
	if (more == NULL)
		return text;
	char *out = g_strdup_printf("%s; %s", text, more);
	g_free(text);
	return out;
}

/* --- keys from the review page --- */

static void
on_picked(struct app *app, const char *address, const char *fingerprint, void *user)
{
	struct compose *c = compose_of_serial(app, GPOINTER_TO_UINT(user));
	char *lower = g_utf8_strdown(address, -1);
	json_t *keys = c != NULL ? json_object_get(c->draft, "keys") : NULL;
	if (c != NULL && keys == NULL) {
		keys = json_object();
		json_object_set_new(c->draft, "keys", keys);
	}
	if (c != NULL && fingerprint != NULL)
		json_object_set_new(keys, lower, json_string(fingerprint));
	else if (c != NULL)
		(void)json_object_del(keys, lower); /* it need not be there */
	if (c != NULL)
		compose_changed(c);
	g_free(lower);
}

static void
on_key_for(struct app *app, const char *text, void *user)
{
	struct compose *c = compose_top(app);
	char *name, *address;
	(void)user;
	if (text == NULL || *text == '\0' || c == NULL)
		return;
	json_t *list = edit_file_split_addresses(text);
	common_address(json_array_get(list, 0), &name, &address);
	json_decref(list);
	if (*address != '\0')
		keys_view_pick(app, address, on_picked, GUINT_TO_POINTER(c->serial), NULL);
	g_free(address);
	g_free(name);
}

/* Whose key is most in need of a choice: the first without one, else the first. Owned. */
static char *
neediest(const struct compose *c)
{
	static const char *const fields[] = {"to", "cc", "bcc"};
	size_t i;
	json_t *one;
	json_array_foreach(json_object_get(c->plan, "recipients"), i, one)
	{
		if (!jsonl_bool(one, "believed", false) && jsonl_string(one, "address") != NULL)
			return g_strdup(jsonl_string(one, "address"));
	}
	for (i = 0; i < G_N_ELEMENTS(fields); i++) {
		const json_t *list = json_object_get(c->draft, fields[i]);
		if (json_array_size(list) > 0) {
			char *name, *address;
			common_address(json_array_get(list, 0), &name, &address);
			g_free(name);
			return address;
		}
	}
	return g_strdup("");
}

void
act_compose_choose_key(struct app *app, const char *arg)
{
	struct compose *c = compose_top(app);
	if (c == NULL)
		return;
	if (arg != NULL) {
		on_key_for(app, arg, NULL);
		return;
	}
	char *first = neediest(c);
	prompt_ask(app, PROMPT_ADDRESSES, "Choose the key for: ", first, on_key_for, NULL, NULL);
	g_free(first);
}

struct own_key {
	struct app *app;
	guint serial;
	char *path;
};

static void
on_own_key(const struct reply *reply, void *user)
{
	struct own_key *o = user;
	struct compose *c = compose_of_serial(o->app, o->serial);
	if (reply->kind == REPLY_EVENT)
		return;
	if (reply->kind == REPLY_FAILED)
		app_error(o->app, "your key was not attached: %s", reply->error->message);
	else if (c != NULL && compose_attach(c, o->path)) {
		json_t *list = json_object_get(c->draft, "attachments");
		json_object_set_new(json_array_get(list, json_array_size(list) - 1), "type",
		    json_string("application/pgp-keys"));
		compose_changed(c);
	}
	g_free(o->path);
	g_free(o);
}

void
act_compose_attach_key(struct app *app, const char *arg)
{
	struct compose *c = compose_top(app);
	char *name, *address;
	(void)arg;
	if (c == NULL)
		return;
	const char *account = account_of(c);
	const char *wish = account != NULL ? rc_string(app->rc, "account", account, "openpgp-key") : NULL;
	common_address(json_object_get(c->draft, "from"), &name, &address);
	char *dir = draft_files_new_dir(app), *base = g_strdup_printf("%s.asc", address);
	char *safe = safe_name(base, "application/pgp-keys"), *pattern = g_strdup_printf("<%s>", address);
	struct own_key *o = g_new0(struct own_key, 1);
	o->app = app;
	o->serial = c->serial;
	o->path = dir != NULL ? g_build_filename(dir, safe, NULL) : g_strdup("");
	int fd = file_open_new(o->path);
	ask_crypt(app,
	    json_pack("{s:s, s:s, s:b}", "op", "key-export", "pattern", wish != NULL ? wish : pattern, "minimal", true),
	    &fd, fd >= 0, on_own_key, o);
	if (fd >= 0)
		close(fd);
	g_free(pattern);
	g_free(safe);
	g_free(base);
	g_free(dir);
	g_free(address);
	g_free(name);
}
