/* SPDX-License-Identifier: GPL-3.0-or-later */
/* command.c - actions typed by name. */
#include "ui/command.h"

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

void
command_run(struct app *app, const char *line)
{
	char **words = g_strsplit(line, " ", 2);
	const struct action *a = words[0] != NULL && *words[0] != '\0' ? find(app, words[0]) : NULL;
	const char *arg = words[0] != NULL && words[1] != NULL ? g_strstrip(words[1]) : NULL;
	if (arg != NULL && *arg == '\0')
		arg = NULL;
	if (a == NULL)
		app_error(app, "there is no action \"%s\" here; ? lists them", line);
	else if (arg != NULL && a->arg == NULL)
		app_error(app, "%s takes nothing behind it", a->name);
	else
		a->run(app, arg);
	g_strfreev(words);
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
