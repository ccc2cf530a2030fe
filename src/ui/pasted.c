/* SPDX-License-Identifier: GPL-3.0-or-later */
/* pasted.c - text that is pasted while no question is open. */
#include "ui/pasted.h"

#define MAX_PASTED (64u << 10) /* bytes that a view is given */

void
pasted_collect(struct app *app, term_key key)
{
	if (app->pasted == NULL)
		app->pasted = g_string_new(NULL);
	if (key > 0 && key < TERM_KEY_FIRST && app->pasted->len < MAX_PASTED)
		g_string_append_unichar(app->pasted, key);
}

void
pasted_give(struct app *app)
{
	struct view *top = app_top(app);
	app->is_pasting = false;
	if (app->pasted == NULL)
		return;
	if (top->class->pasted != NULL)
		top->class->pasted(app, top, app->pasted->str);
	g_string_free(app->pasted, TRUE);
	app->pasted = NULL;
}
