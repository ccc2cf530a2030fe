/* SPDX-License-Identifier: GPL-3.0-or-later */
/* help.c - the keys as they are now. */
#include "ui/help.h"

#include "base/safe_text.h"
#include "ui/attachments.h"
#include "ui/common.h"
#include "ui/compose.h"
#include "ui/drafts_view.h"
#include "ui/editor_view.h"
#include "ui/files_view.h"
#include "ui/keys_view.h"
#include "ui/links_view.h"
#include "ui/list_view.h"
#include "ui/outbox_view.h"
#include "ui/page.h"
#include "ui/pager.h"
#include "ui/picture_view.h"
#include "ui/sender.h"
#include "ui/sieve_view.h"
#include "ui/thread_view.h"
#include "ui/verdict.h"

#define WIDE_COLS 100 /* with room for the names of actions beside long sentences */

/* The i-th of the views' sets, NULL past the end. */
static const struct action_set *
set_of_view(size_t i)
{
	const struct action_set *sets[] = {&list_actions, thread_view_class.set, &pager_actions, &compose_actions,
	    &files_actions, &editor_actions, &outbox_actions, &drafts_actions, &attachment_actions, &page_actions,
	    &keys_actions, &links_actions, &sender_actions, &sieve_actions, &picture_actions};
	return i < G_N_ELEMENTS(sets) ? sets[i] : NULL;
}

const struct action_set *
help_set(size_t i)
{
	if (i > 0 && set_of_view(i) == NULL && set_of_view(i - 1) != NULL)
		return &common_actions;
	return set_of_view(i);
}

GPtrArray *
help_key_complaints(const struct rc *rc)
{
	GPtrArray *complaints = g_ptr_array_new_with_free_func(g_free);
	for (size_t i = 0; set_of_view(i) != NULL; i++)
		keymap_free(keymap_new(rc, set_of_view(i), &common_actions, complaints));
	/* a macro of all views complains in each */
	for (guint i = complaints->len, first; i-- > 1;)
		if (g_ptr_array_find_with_equal_func(complaints, complaints->pdata[i], g_str_equal, &first) && first < i)
			g_ptr_array_remove_index(complaints, i);
	return complaints;
}

static void
add_action(struct lines *lines, const struct keymap *map, const struct action *a)
{
	char *keys = keymap_keys(map, a);
	if (*keys == '\0') { /* by its name alone */
		g_free(keys);
		keys = g_strdup_printf(":%s", a->name);
	}
	char *name = a->arg != NULL ? g_strdup_printf("%s %s", a->name, a->arg) : g_strdup(a->name);
	const char *origin = keymap_origin(map, a);
	char *label = g_strdup_printf(term_cols() < NARROW_COLS ? " %-8s " : term_cols() < WIDE_COLS ? " %-13s " : "  %-17s ",
	    keys);
	char *tail = origin != NULL ? g_strdup_printf("%s (%s)", name, origin) : g_strdup(name);
	int cols = safe_text_columns(label) + safe_text_columns(a->help) + 1 + safe_text_columns(tail) + 2;
	bool is_long = cols > term_cols() && term_cols() >= NARROW_COLS;
	lines_add_row(lines, STYLE_STRONG, label, STYLE_TEXT, a->help, term_cols() < NARROW_COLS || is_long ? NULL : tail);
	if (is_long)
		lines_add_row(lines, STYLE_STRONG, "", STYLE_TEXT, "", tail);
	g_free(tail);
	g_free(label);
	g_free(name);
	g_free(keys);
}

/* An action of the view hides the one of that name that every view has. */
static bool
is_hidden(const struct keymap *map, const struct action *a)
{
	return keymap_action(map, a->name) != a;
}

static void
add_set(struct lines *lines, const struct keymap *map, const struct action_set *set)
{
	lines_add(lines, STYLE_HEADING, set->title);
	for (const struct action *a = set->actions; a->name != NULL; a++)
		if (!is_hidden(map, a))
			add_action(lines, map, a);
	lines_add(lines, STYLE_TEXT, "");
}

static void
add_macros(struct app *app, struct lines *lines)
{
	const char *const *names = rc_names(app->rc, "macro");
	if (names[0] == NULL)
		return;
	lines_add(lines, STYLE_HEADING, "Your macros");
	for (size_t i = 0; names[i] != NULL; i++) {
		const char *keys = rc_string(app->rc, "macro", names[i], "keys");
		const char *what = rc_string(app->rc, "macro", names[i], "do");
		char *label = g_strdup_printf("  %-17s ", keys != NULL ? keys : "");
		lines_add_row(lines, STYLE_STRONG, label, STYLE_TEXT, what != NULL ? what : "keys that are typed",
		    names[i]);
		g_free(label);
	}
	lines_add(lines, STYLE_TEXT, "");
}

/* What other views can do: so that a search here finds every action there is. */
static void
add_other_views(struct app *app, struct lines *lines, const struct action_set *shown)
{
	for (size_t i = 0; set_of_view(i) != NULL; i++)
		if (set_of_view(i) != shown)
			add_set(lines, app_keymap(app, set_of_view(i)), set_of_view(i));
}

static void
add_verdicts(struct app *app, struct lines *lines)
{
	static const struct {
		enum row_verdict verdict;
		const char *help;
	} table[] = {
	    {ROW_VERDICT_PASS, "the domain beside it signed this letter"},
	    {ROW_VERDICT_PASS_SPF, "the domain beside it sent it, but did not sign what it says"},
	    {ROW_VERDICT_PASS_OTHER, "another domain vouches for it, such as a mailing list"},
	    {ROW_VERDICT_MODIFIED, "it was valid when it arrived and has been changed since"},
	    {ROW_VERDICT_FAIL, "the domain it names asks to reject letters like this"},
	    {ROW_VERDICT_FAIL_SOFT, "nothing in it proves the domain it names"},
	    {ROW_VERDICT_SUSPECT, "it pretends to be from somebody else"},
	    {ROW_VERDICT_UNVERIFIABLE, "the key is no longer published"},
	    {ROW_VERDICT_TEMPERROR, "the check could not be made yet, or the signature is broken"},
	    {ROW_VERDICT_UNEVALUATED, "not checked yet"},
	};
	lines_add(lines, STYLE_HEADING, "The sign before the sender");
	for (size_t i = 0; i < G_N_ELEMENTS(table); i++) {
		char *label = g_strdup_printf("  %s  ", verdict_sign(&app->canvas, table[i].verdict));
		lines_add_pair(lines, verdict_style(table[i].verdict), label, STYLE_TEXT,
		    table[i].help);
		g_free(label);
	}
	lines_add(lines, STYLE_TEXT, "");
}

static void
add_complaints(struct app *app, struct lines *lines)
{
	if (app->complaints->len == 0)
		return;
	lines_add(lines, STYLE_HEADING, "In the rc file");
	for (guint i = 0; i < app->complaints->len; i++) {
		char *text = g_strdup_printf("  %s", (const char *)app->complaints->pdata[i]);
		lines_add(lines, STYLE_WARN, text);
		g_free(text);
	}
	lines_add(lines, STYLE_TEXT, "");
}

void
help_open(struct app *app)
{
	const struct action_set *set = app_top(app)->class->set;
	const struct keymap *map = app_keymap(app, set);
	struct lines *lines = page_open(app, "Keys; / searches here, q goes back", NULL);
	add_complaints(app, lines);
	add_set(lines, map, set);
	add_set(lines, map, &common_actions);
	add_macros(app, lines);
	add_verdicts(app, lines);
	add_other_views(app, lines, set);
	lines_add(lines, STYLE_HEADING, "Names");
	lines_add(lines, STYLE_DIM,
	    set->section != NULL ? "  At the right: the action's name, for `:` and for the rc file,"
				 : "  At the right: the action's name, for `:`.");
	if (set->section != NULL) {
		char *example = g_strdup_printf("  e.g. [keys.%s] with the line  %s = C-x", set->section,
		    set->actions[0].name);
		lines_add(lines, STYLE_DIM, example);
		g_free(example);
	}
}
