/* SPDX-License-Identifier: GPL-3.0-or-later */
/* keys_view.c - rows above, all that is known of the selected key below. Trust and import ask first: whoever looks
 * at a key has not yet compared its fingerprint. */
#include "ui/keys_view.h"

#include "base/file.h"
#include "ui/format.h"
#include "ui/keys_deed.h"
#include "ui/keys_setup.h"
#include "ui/pick.h"
#include "ui/prompt.h"
#include "ui/scroll.h"

#include <string.h>
#include <unistd.h>

#define DETAIL_ROWS  7
#define DETAIL_LABEL 11 /* columns */

static const struct view_class keys_class;

static struct keys_view *
cast(struct view *v)
{
	return (struct keys_view *)v;
}

struct keys_view *
keys_view_top(struct app *app)
{
	return cast(app_top_of(app, &keys_class));
}

static struct pick *
pick_of(struct app *app)
{
	return &keys_view_top(app)->pick;
}

static int
n_of(struct app *app)
{
	return (int)json_array_size(keys_view_top(app)->keys);
}

const json_t *
keys_view_selected(const struct keys_view *k)
{
	return json_array_get(k->keys, (size_t)k->pick.selected);
}

/* --- picture --- */

/* What a key is good for, in a word and a style: its state first, then who vouches for it. */
static const char *
worth(const json_t *key, enum style *style_out)
{
	const char *state = jsonl_string(key, "state"), *validity = jsonl_string(key, "validity");
	*style_out = STYLE_BAD;
	if (g_strcmp0(state, "ok") != 0)
		return state != NULL ? state : "unknown";
	if (g_strcmp0(validity, "full") == 0 || g_strcmp0(validity, "ultimate") == 0) {
		*style_out = STYLE_GOOD;
		return jsonl_bool(key, "secret", false) ? "your own" : "trusted";
	}
	*style_out = g_strcmp0(validity, "never") == 0 ? STYLE_BAD : STYLE_WARN;
	return g_strcmp0(validity, "never") == 0 ? "distrusted" : "not verified";
}

/* "2027-11-28" of RFC 3339; owned. */
static char *
day_of(const json_t *key, const char *name, const char *none)
{
	const char *text = jsonl_string(key, name);
	return text != NULL ? g_strndup(text, 10) : g_strdup(none);
}

static const char *
kind_of(const json_t *key)
{
	return g_strcmp0(jsonl_string(key, "protocol"), "smime") == 0 ? "S/MIME" : "OpenPGP";
}

static void
draw_row(const struct keys_view *k, struct area a, int y, const json_t *key, bool is_selected)
{
	const struct canvas *c = &k->app->canvas;
	const char *fpr = jsonl_string(key, "fingerprint"), *user = jsonl_string(key, "user_id");
	enum style style;
	const char *word = worth(key, &style);
	char *until = day_of(key, "expires", "no expiry");
	bool has_number = a.cols >= 100; /* the whole of it stands below */
	int right = a.x + a.cols - (has_number ? 50 : 32);
	size_t len = fpr != NULL ? strlen(fpr) : 0;
	ui_fill(c, y, a.x, a.cols, STYLE_NORMAL, is_selected);
	ui_text(c, y, a.x + 2, right - a.x - 3, STYLE_NORMAL, is_selected, user != NULL ? user : "(no name)");
	ui_text(c, y, right, 12, style, is_selected, word);
	ui_text(c, y, right + 13, 10, STYLE_DIM, is_selected, until);
	ui_text(c, y, right + 24, 8, STYLE_DIM, is_selected, kind_of(key));
	if (has_number && len >= 16)
		ui_text(c, y, right + 32, 17, STYLE_MUTED, is_selected, fpr + len - 16);
	g_free(until);
}

/* In groups of four, as people read it to one another. Owned. */
static char *
grouped(const char *fpr)
{
	GString *out = g_string_new(NULL);
	for (size_t i = 0; fpr != NULL && fpr[i] != '\0'; i++)
		g_string_append_printf(out, "%s%c", i > 0 && i % 4 == 0 ? " " : "", fpr[i]);
	return g_string_free(out, FALSE);
}

static char *
user_ids(const json_t *key)
{
	GString *out = g_string_new(NULL);
	size_t i;
	json_t *one;
	json_array_foreach(json_object_get(key, "user_ids"), i, one)
	{
		const char *user = jsonl_string(one, "user_id"), *validity = jsonl_string(one, "validity");
		g_string_append_printf(out, "%s%s (%s)", i > 0 ? ", " : "", user != NULL ? user : "?",
		    validity != NULL ? validity : "unknown");
	}
	return g_string_free(out, FALSE);
}

static void
draw_detail(const struct keys_view *k, struct area a, const json_t *key)
{
	const struct canvas *c = &k->app->canvas;
	const char *algorithm = jsonl_string(key, "algorithm");
	enum style style;
	const char *word = worth(key, &style);
	char *created = day_of(key, "created", "unknown"), *until = day_of(key, "expires", "never");
	char *lines[] = {
		grouped(jsonl_string(key, "fingerprint")),
		user_ids(key),
		g_strdup_printf("%s %" G_GINT64_FORMAT ", made %s, expires %s", algorithm != NULL ? algorithm : "?",
		    jsonl_int(key, "bits", 0), created, until),
		g_strdup_printf("%s%s%s", jsonl_bool(key, "can_sign", false) ? "signs" : "does not sign",
		    jsonl_bool(key, "can_encrypt", false) ? ", encrypts" : ", does not encrypt",
		    jsonl_bool(key, "secret", false) ? "; the secret key is here" : ""),
	};
	static const char *const labels[] = { "Fingerprint", "Names", "Kind", "For" };
	ui_rule(c, a.y, a.x, a.cols, STYLE_FAINT);
	for (size_t i = 0; i < G_N_ELEMENTS(lines); i++) {
		ui_text(c, a.y + 1 + (int)i, a.x + 2, DETAIL_LABEL, STYLE_HEADER, false, labels[i]);
		ui_text(c, a.y + 1 + (int)i, a.x + 3 + DETAIL_LABEL, a.cols - 4 - DETAIL_LABEL, STYLE_NORMAL, false, lines[i]);
		g_free(lines[i]);
	}
	ui_text(c, a.y + 5, a.x + 2, DETAIL_LABEL, STYLE_HEADER, false, "Worth");
	ui_text(c, a.y + 5, a.x + 3 + DETAIL_LABEL, a.cols - 4 - DETAIL_LABEL, style, false, word);
	g_free(created);
	g_free(until);
}

static char *
nothing(const struct keys_view *k)
{
	if (k->error != NULL)
		return g_strdup(k->error);
	if (k->keys == NULL)
		return g_strdup("One moment");
	if (k->mode == KEYS_FOUND)
		return g_strdup("There is no key in it.");
	if (k->pattern != NULL)
		return g_strdup_printf("No key names %s. f fetches one, i takes one from a file, / shows others.",
		    k->pattern);
	return g_strdup("The keyring is empty. f fetches a key, i takes one from a file.");
}

static void
draw(struct app *app, struct view *v, struct area a)
{
	struct keys_view *k = cast(v);
	int n = (int)json_array_size(k->keys), detail = a.rows > DETAIL_ROWS + 3 ? DETAIL_ROWS : 0;
	struct area list = { a.y, a.x, a.rows - detail, a.cols };
	pick_fit(&k->pick, n, list.rows);
	if (n == 0) {
		char *text = nothing(k);
		(void)ui_say(&app->canvas, a, 1, STYLE_DIM, text);
		g_free(text);
		return;
	}
	for (int i = 0; i < list.rows && k->pick.top + i < n; i++)
		draw_row(k, list, a.y + i, json_array_get(k->keys, (size_t)(k->pick.top + i)),
		    k->pick.top + i == k->pick.selected);
	if (detail > 0)
		draw_detail(k, (struct area){ a.y + list.rows, a.x, detail, a.cols }, keys_view_selected(k));
}

static char *
title(struct app *app, struct view *v)
{
	const struct keys_view *k = cast(v);
	(void)app;
	if (k->mode == KEYS_PICK)
		return g_strdup_printf("A key for %s", k->address);
	if (k->mode == KEYS_FOUND)
		return g_strdup_printf("Keys %s: not taken in yet", k->whence);
	return k->pattern != NULL ? g_strdup_printf("Keys of %s", k->pattern) : g_strdup("Keys");
}

static char *
position(struct app *app, struct view *v)
{
	(void)app;
	return pick_position(&cast(v)->pick, (int)json_array_size(cast(v)->keys));
}

static void
scroll(struct app *app, struct view *v, int by)
{
	pick_move(app, &cast(v)->pick, by, (int)json_array_size(cast(v)->keys));
}

static void
free_view(struct app *app, struct view *v)
{
	struct keys_view *k = cast(v);
	(void)app;
	passphrase_drop(k->asking);
	if (k->free_user != NULL)
		k->free_user(k->user);
	if (k->fd >= 0)
		close(k->fd);
	json_decref(k->keys);
	g_free(k->pattern);
	g_free(k->address);
	g_free(k->protocol);
	g_free(k->whence);
	g_free(k->error);
	g_free(k);
}

/* --- actions --- */

PICK_MOVES(pick_of, n_of)

/* Enter: what this page is for. */
static void
act_choose(struct app *app, const char *arg)
{
	struct keys_view *k = keys_view_top(app);
	const json_t *key = keys_view_selected(k);
	const char *fpr = jsonl_string(key, "fingerprint");
	(void)arg;
	if (k->mode == KEYS_FOUND) {
		keys_deed_take(app, NULL);
		return;
	}
	if (k->mode != KEYS_PICK || fpr == NULL)
		return;
	if (g_strcmp0(jsonl_string(key, "state"), "ok") != 0 || !jsonl_bool(key, "can_encrypt", false)) {
		app_error(app, "that key cannot encrypt now");
		return;
	}
	k->fn(app, k->address, fpr, k->user);
	app_remove(app, &k->base);
}

/* The keyring chooses by itself again. */
static void
act_forget(struct app *app, const char *arg)
{
	struct keys_view *k = keys_view_top(app);
	(void)arg;
	if (k->mode != KEYS_PICK)
		return;
	k->fn(app, k->address, NULL, k->user);
	app_remove(app, &k->base);
}

static void
on_pattern(struct app *app, const char *text, void *user)
{
	struct keys_view *k = keys_view_top(app);
	(void)user;
	if (text == NULL || k == NULL)
		return;
	g_free(k->pattern);
	k->pattern = *text != '\0' ? g_strdup(text) : NULL;
	keys_deed_list(k);
}

static void
act_search(struct app *app, const char *arg)
{
	const struct keys_view *k = keys_view_top(app);
	if (k->mode == KEYS_FOUND)
		return;
	if (arg != NULL)
		on_pattern(app, arg, NULL);
	else
		prompt_ask(app, PROMPT_TEXT, "Keys of (empty: all): ", k->pattern, on_pattern, NULL, NULL);
}

/* clang-format off */
static const struct action actions[] = {
	{"choose",	"Enter",	"choose",  NULL,	"use this key, or take the keys in",	act_choose},
	{"take",	"y",		"take in", NULL,	"take the keys of a message or a file in", keys_deed_take},
	{"trust",	"t",		"trust",   NULL,	"say that the key is its owner's",	keys_deed_trust},
	{"fetch",	"f",		"fetch",   "ADDRESS",	"look for a key of an address (WKD)",	keys_deed_fetch},
	{"import",	"i",		"import",  "FILE",	"look at the keys of a file",		keys_deed_import},
	{"export",	"x",		NULL,	   "FILE",	"write the public key to a file",	keys_deed_export},
	{"own",		"o",		NULL,	   NULL,	"your own keys only, or all",		keys_deed_own},
	{"search",	"/",		NULL,	   "WORDS",	"keys that name these words",		act_search},
	{"setup-message", "s",	NULL,	   "ADDRESS",	"your own key to another device (Autocrypt)", keys_setup_send},
	{"forget",	"-",		NULL,	   NULL,	"let the keyring choose for this reader", act_forget},
	PICK_ACTIONS
	{NULL,		NULL,		NULL,	   NULL,	NULL,					NULL},
};
/* clang-format on */

const struct action_set keys_actions = { "keyring", "Keys and certificates", actions };

static const struct view_class keys_class = {
	.set = &keys_actions,
	.draw = draw,
	.title = title,
	.position = position,
	.scroll = scroll,
	.free = free_view,
};

static struct keys_view *
open_view(struct app *app, enum keys_mode mode)
{
	struct keys_view *k = g_new0(struct keys_view, 1);
	k->base.class = &keys_class;
	k->app = app;
	k->mode = mode;
	k->fd = -1;
	return k;
}

void
keys_view_open(struct app *app, const char *pattern)
{
	struct keys_view *k = open_view(app, KEYS_RING);
	k->pattern = pattern != NULL && *pattern != '\0' ? g_strdup(pattern) : NULL;
	app_push(app, &k->base);
	keys_deed_list(k);
}

void
keys_view_pick(struct app *app, const char *address, keys_pick_fn fn, void *user, GDestroyNotify free_user)
{
	struct keys_view *k = open_view(app, KEYS_PICK);
	k->address = g_strdup(address);
	k->pattern = g_strdup(address);
	k->fn = fn;
	k->user = user;
	k->free_user = free_user;
	app_push(app, &k->base);
	keys_deed_list(k);
}

void
keys_view_found(struct app *app, int fd, const char *protocol, const char *whence)
{
	struct keys_view *k = open_view(app, KEYS_FOUND);
	k->fd = fd;
	k->protocol = g_strdup(protocol);
	k->whence = g_strdup(whence);
	app_push(app, &k->base);
	keys_deed_list(k);
}
