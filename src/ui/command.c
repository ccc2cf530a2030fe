/* SPDX-License-Identifier: GPL-3.0-or-later */
/* command.c - actions typed by name. */
#include "ui/command.h"

#include "ui/help.h"
#include "ui/prompt.h"

#include <string.h>

GPtrArray *
command_items(struct app *app, const char *word)
{
	GPtrArray *items = g_ptr_array_new_with_free_func(g_free);
	const struct keymap *map = app_top_keymap(app);
	const struct action *a;
	for (size_t i = 0; (a = keymap_nth(map, i)) != NULL; i++)
		if (g_str_has_prefix(a->name, word) && keymap_action(map, a->name) == a)
			g_ptr_array_add(items, g_strdup(a->name));
	return items;
}

/* By its whole name, or by a beginning that only it has. */
static const struct action *
find(struct app *app, const char *name)
{
	const struct action *a = keymap_action(app_top_keymap(app), name);
	if (a != NULL)
		return a;
	GPtrArray *items = command_items(app, name);
	if (items->len == 1)
		a = keymap_action(app_top_keymap(app), items->pdata[0]);
	g_ptr_array_unref(items);
	return a;
}

bool
command_is_known(struct app *app, const char *line)
{
	char *name = g_strndup(line, strcspn(line, " "));
	bool is_known = *name != '\0' && find(app, name) != NULL;
	g_free(name);
	return is_known;
}

/* What another page can do is said with that page. */
static void
say_unknown(struct app *app, const char *line)
{
	char *name = g_strndup(line, strcspn(line, " "));
	const char *title = NULL;
	for (size_t i = 0; title == NULL && help_set(i) != NULL; i++)
		for (const struct action *a = help_set(i)->actions; a->name != NULL; a++)
			if (g_str_equal(a->name, name))
				title = help_set(i)->title;
	if (title != NULL)
		app_error(app, "\"%s\" is no action of this page, but of: %s", name, title);
	else
		app_error(app, "there is no action \"%s\" here; ? lists them", name);
	g_free(name);
}

void
command_run(struct app *app, const char *line)
{
	guint count = 0;
	for (; g_ascii_isdigit(*line); line++)
		count = MIN(count * 10 + (guint)(*line - '0'), 99999);
	char **words = g_strsplit(line, " ", 2);
	const struct action *a = words[0] != NULL && *words[0] != '\0' ? find(app, words[0]) : NULL;
	const char *arg = words[0] != NULL && words[1] != NULL ? g_strstrip(words[1]) : NULL;
	if (arg != NULL && *arg == '\0')
		arg = NULL;
	if (a == NULL && *line == '\0')
		app_error(app, "a number goes before an action: 3down");
	else if (a == NULL)
		say_unknown(app, line);
	else if (arg != NULL && a->arg == NULL)
		app_error(app, "%s takes nothing behind it", a->name);
	else
		app_act(app, a, arg, count);
	g_strfreev(words);
}

/* arguments */

static const struct {
	const char *arg; /* as the tables of actions call it */
	enum prompt_kind kind;
} kinds[] = {
    {"FOLDER", PROMPT_FOLDER},
    {"TAG", PROMPT_TAGS},
    {"TAGS", PROMPT_TAGS},
    {"QUERY", PROMPT_QUERY},
    {"TO", PROMPT_ADDRESSES},
    {"ADDRESS", PROMPT_ADDRESSES},
    {"ADDRESSES", PROMPT_ADDRESSES},
    {"FILE", PROMPT_PATH},
    {"PATH", PROMPT_PATH},
    {"DIR", PROMPT_PATH},
    {"TIME", PROMPT_TIME},
    {"TEMPLATE", PROMPT_TEMPLATE},
    {"SETTING", PROMPT_SETTING},
};

/* Those of "a|b|c" that begin with the word. */
static GPtrArray *
choices(const char *const *all, const char *word)
{
	GPtrArray *items = g_ptr_array_new_with_free_func(g_free);
	for (size_t i = 0; all[i] != NULL; i++)
		if (g_str_has_prefix(all[i], word))
			g_ptr_array_add(items, g_strdup(all[i]));
	return items;
}

bool
command_argument(struct app *app, const char *line, size_t *start_out, enum prompt_kind *kind_out,
    GPtrArray **items_out)
{
	const char *blank = strchr(line, ' ');
	if (blank == NULL)
		return false;
	char *name = g_strndup(line, (size_t)(blank - line));
	const struct action *a = find(app, name);
	*start_out = (size_t)(blank - line) + 1;
	*kind_out = PROMPT_TEXT;
	*items_out = NULL;
	g_free(name);
	if (a == NULL || a->arg == NULL)
		return true;
	if (g_str_equal(a->arg, "MACRO")) {
		*items_out = choices(rc_names(app->rc, "macro"), blank + 1);
	} else if (strchr(a->arg, '|') != NULL) {
		char **all = g_strsplit(a->arg, "|", -1);
		*items_out = choices((const char *const *)all, blank + 1);
		g_strfreev(all);
	}
	for (size_t i = 0; i < G_N_ELEMENTS(kinds); i++)
		if (g_str_equal(kinds[i].arg, a->arg))
			*kind_out = kinds[i].kind;
	return true;
}

/* macros */

#define MACRO_DEPTH 10 /* macros within macros */

/* Keys by their names, as if they were typed. */
static void
type_keys(struct app *app, const char *name, const char *keys)
{
	char **words = g_strsplit(keys, " ", -1);
	for (size_t i = 0; words[i] != NULL; i++) {
		term_key key;
		if (*words[i] == '\0')
			continue;
		if (!key_parse(words[i], &key)) {
			app_error(app, "[macro \"%s\"] type: \"%s\" is no key", name, words[i]);
			break;
		}
		app_feed(app, key);
	}
	g_strfreev(words);
}

void
command_macro(struct app *app, const char *name)
{
	const char *commands = rc_string(app->rc, "macro", name, "do");
	const char *keys = rc_string(app->rc, "macro", name, "type");
	if (commands == NULL && keys == NULL) {
		app_error(app, "there is no [macro \"%s\"] with do or type in the rc file", name);
		return;
	}
	if (app->macro_depth >= MACRO_DEPTH) {
		app_error(app, "macro %s calls itself without end", name);
		return;
	}
	app->macro_depth++;
	char **lines = g_strsplit(commands != NULL ? commands : "", ";", -1);
	for (size_t i = 0; lines[i] != NULL; i++)
		if (*g_strstrip(lines[i]) != '\0')
			command_run(app, lines[i]);
	g_strfreev(lines);
	if (keys != NULL)
		type_keys(app, name, keys);
	app->macro_depth--;
}

static void
on_line(struct app *app, const char *line, void *user)
{
	(void)user;
	if (line != NULL && *line != '\0')
		command_run(app, line);
}

void
command_ask(struct app *app)
{
	prompt_ask(app, PROMPT_COMMAND, ":", NULL, on_line, NULL, NULL);
}
