/* SPDX-License-Identifier: GPL-3.0-or-later */
/* settings_set.c - one setting set from the screen. The value is held against the table first; the file is changed in
 * the one line, and read anew. */
#include "ui/settings.h"

#include "base/paths.h"
#include "base/rc_insert.h"
#include "ui/prompt.h"

#include <string.h>

#define MAX_ITEMS 100

/* "section.key" or "section.name.key"; a name may hold dots. */
struct wanted {
	char *section, *name, *key;
	const struct rc_setting *setting; /* NULL: there is none */
};

static void
wanted_fini(struct wanted *w)
{
	g_free(w->section);
	g_free(w->name);
	g_free(w->key);
}

/* The section is the longest that there is: keys.index has a dot. */
static void
wanted_init(struct wanted *w, const char *word)
{
	char *full = strchr(word, '.') != NULL ? g_strdup(word) : g_strconcat("ui.", word, NULL);
	size_t best = 0;
	*w = (struct wanted){0};
	for (size_t i = 0; i < rc_n_settings; i++) {
		size_t len = strlen(rc_settings[i].section);
		if (len > best && g_str_has_prefix(full, rc_settings[i].section) && full[len] == '.')
			best = len;
	}
	const char *rest = best > 0 ? full + best + 1 : NULL;
	const char *dot = rest != NULL ? strrchr(rest, '.') : NULL;
	w->section = g_strndup(full, best);
	bool is_named = best > 0 && rc_section_is_named(w->section);
	if (is_named && dot != NULL) {
		w->name = g_strndup(rest, (gsize)(dot - rest));
		w->key = g_strdup(dot + 1);
	} else if (best > 0 && !is_named) {
		w->key = g_strdup(rest);
	}
	if (w->key != NULL)
		w->setting = rc_setting_find(w->section, w->key);
	g_free(full);
}

static void
say_value(struct app *app, const char *word, const struct wanted *w)
{
	const char *value = NULL;
	if (rc_section_is_free(w->section)) {
		for (const char *const *p = rc_pairs(app->rc, w->section); *p != NULL; p += 2)
			if (g_str_equal(p[0], w->key))
				value = p[1];
	} else {
		value = rc_string(app->rc, w->section, w->name, w->key);
	}
	const char *help = w->setting->help != NULL ? w->setting->help : "";
	app_say(app, "%s = %s  %.*s", word, w->setting->secret ? "(hidden)" : value != NULL ? value : "(not set)",
	    (int)(strcspn(help, ".") + 1), help);
}

/* Does the table take it? */
static bool
is_fine(struct app *app, const char *path, const char *word, const char *value)
{
	const char *const *own = app->options->overrides;
	size_t n = g_strv_length((char **)(guintptr)own);
	char *last = g_strdup_printf("%s%s=%s", strchr(word, '.') != NULL ? "" : "ui.", word, value);
	const char **all = g_new0(const char *, n + 2);
	GError *error = NULL;
	memcpy(all, own, n * sizeof(*all));
	all[n] = last;
	struct rc *rc = rc_load(path, all, &error);
	bool is_good = rc != NULL;
	if (!is_good)
		app_error(app, "%s; nothing is changed", error->message);
	g_clear_error(&error);
	rc_free(rc);
	g_free(all);
	g_free(last);
	return is_good;
}

static void
write_it(struct app *app, const char *path, const struct wanted *w, const char *value)
{
	GError *error = NULL;
	if (!rc_set(path, w->section, w->name, w->key, value, &error)) {
		app_error(app, "%s; nothing is changed", error->message);
		g_error_free(error);
		return;
	}
	struct rc *rc = rc_load(path, app->options->overrides, NULL);
	bool counts = rc != NULL &&
	    (rc_section_is_free(w->section) || g_strcmp0(rc_string(rc, w->section, w->name, w->key), value) == 0);
	rc_free(rc);
	if (counts)
		act_settings_reload(app, NULL);
	else
		app_error(app, "it stands in %s now, but -o or an included file says otherwise", path);
}

static void
set(struct app *app, const char *text, void *user)
{
	if (text == NULL || *text == '\0')
		return;
	size_t len = strcspn(text, " =");
	char *word = g_strndup(text, len), *path = app->options->rc_path != NULL ? g_strdup(app->options->rc_path) : paths_rc();
	const char *value = text + len + strspn(text + len, " =");
	struct wanted w;
	(void)user;
	wanted_init(&w, word);
	if (w.setting == NULL)
		app_error(app, "there is no setting %s; `penfold config keys` lists them", word);
	else if (*value == '\0')
		say_value(app, word, &w);
	else if (w.setting->secret || w.setting->repeat)
		app_error(app, "%s is set in the file itself: :settings opens it", word);
	else if (is_fine(app, path, word, value))
		write_it(app, path, &w, value);
	wanted_fini(&w);
	g_free(path);
	g_free(word);
}

void
act_settings_set(struct app *app, const char *arg)
{
	if (arg != NULL)
		set(app, arg, NULL);
	else
		prompt_ask(app, PROMPT_SETTING, "Set: ", NULL, set, NULL, NULL);
}

/* completion */

static void
add(GPtrArray *items, const char *text, char *item)
{
	if (g_str_has_prefix(item, text) && items->len < MAX_ITEMS)
		g_ptr_array_add(items, item);
	else
		g_free(item);
}

static void
add_names(const struct app *app, GPtrArray *items, const char *text, const struct rc_setting *s)
{
	if (s->secret || s->repeat || rc_section_is_free(s->section))
		return;
	if (!rc_section_is_named(s->section)) {
		add(items, text, g_strdup_printf("%s.%s ", s->section, s->key));
		return;
	}
	for (const char *const *names = rc_names(app->rc, s->section); *names != NULL; names++)
		add(items, text, g_strdup_printf("%s.%s.%s ", s->section, *names, s->key));
}

static void
add_values(GPtrArray *items, const char *text, const char *word, const struct rc_setting *s)
{
	const char *choices = s->type == RC_BOOL ? "yes|no" : s->type == RC_CHOICE ? s->choices : "";
	char **all = g_strsplit(choices, "|", -1);
	for (size_t i = 0; all[i] != NULL; i++)
		add(items, text, g_strdup_printf("%s %s", word, all[i]));
	g_strfreev(all);
}

GPtrArray *
settings_items(const struct app *app, const char *text)
{
	GPtrArray *items = g_ptr_array_new_with_free_func(g_free);
	const char *blank = strchr(text, ' ');
	if (blank == NULL) {
		for (size_t i = 0; i < rc_n_settings; i++)
			add_names(app, items, text, &rc_settings[i]);
		return items;
	}
	char *word = g_strndup(text, (gsize)(blank - text));
	struct wanted w;
	wanted_init(&w, word);
	if (w.setting != NULL)
		add_values(items, text, word, w.setting);
	wanted_fini(&w);
	g_free(word);
	return items;
}
