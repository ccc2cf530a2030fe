/* SPDX-License-Identifier: GPL-3.0-or-later */
/* drafts_view.c - letters that are not finished. */
#include "ui/drafts_view.h"

#include "ui/compose.h"
#include "ui/draft_delete.h"
#include "ui/edit_file.h"
#include "ui/format.h"
#include "ui/outbox.h"
#include "ui/pick.h"
#include "ui/place_actions.h"
#include "ui/prompt.h"

struct drafts_view {
	struct view base;
	struct pick pick;
};

static const struct view_class drafts_class;

static struct drafts_view *
cast(struct view *v)
{
	return (struct drafts_view *)v;
}

static struct pick *
pick_of(struct app *app)
{
	return &cast(app_top_of(app, &drafts_class))->pick;
}

static int
n_of(struct app *app)
{
	return (int)outbox_n_drafts(app);
}

static const json_t *
selected(struct app *app)
{
	return json_array_get(outbox_drafts(app), (size_t)pick_of(app)->selected);
}

static const char *
id_of(struct app *app, int i)
{
	return jsonl_string(json_array_get(outbox_drafts(app), (size_t)i), "draft_id");
}

static void
draw_row(struct app *app, struct area a, int y, const json_t *d, bool is_selected)
{
	const struct canvas *c = &app->canvas;
	char *to = edit_file_join_addresses(json_object_get(d, "to"));
	const char *subject = jsonl_string(d, "subject");
	gint64 saved = format_parse_date(jsonl_string(d, "saved"));
	if (saved < 0)
		saved = jsonl_int(d, "saved", 0);
	char *when = format_date_short(saved, g_get_real_time() / G_USEC_PER_SEC);
	int who = CLAMP(a.cols / 3, 10, 40);
	ui_fill(c, y, a.x, a.cols, STYLE_NORMAL, is_selected);
	ui_text(c, y, a.x + 2, who, STYLE_NORMAL, is_selected, *to != '\0' ? to : "(no recipient)");
	ui_text(c, y, a.x + who + 4, a.cols - who - 13, STYLE_NORMAL, is_selected,
	    subject != NULL && *subject != '\0' ? subject : "(no subject)");
	ui_right(c, y, a.x + a.cols - 7, 6, STYLE_DIM, is_selected, when);
	g_free(when);
	g_free(to);
}

static void
draw(struct app *app, struct view *v, struct area a)
{
	struct pick *p = &cast(v)->pick;
	int n = n_of(app);
	pick_fit(p, n, a.rows);
	pick_note(p, id_of(app, p->selected));
	if (n == 0)
		(void)ui_say(&app->canvas, a, a.rows / 4, STYLE_STRONG, "No drafts. m writes a letter.");
	for (int i = 0; i < a.rows && p->top + i < n; i++)
		draw_row(app, a, a.y + i,
		    json_array_get(outbox_drafts(app), (size_t)(p->top + i)),
		    p->top + i == p->selected);
}

static char *
title(struct app *app, struct view *v)
{
	(void)app;
	(void)v;
	return g_strdup("Drafts");
}

static char *
position(struct app *app, struct view *v)
{
	return pick_position(&cast(v)->pick, n_of(app));
}

static void
scroll(struct app *app, struct view *v, int by)
{
	pick_move(app, &cast(v)->pick, by, n_of(app));
}

static void
click(struct app *app, struct view *v, int y, int x, bool twice)
{
	(void)x;
	if (pick_click(app, &cast(v)->pick, v, y, twice, n_of(app)))
		app_run(app, "open");
}

bool
drafts_view_recall_only(struct app *app)
{
	bool is_sure = outbox_is_fresh(app) && outbox_n_drafts(app) == 1;
	const char *id = is_sure ? jsonl_string(json_array_get(outbox_drafts(app), 0), "draft_id") : NULL;
	if (id != NULL)
		compose_recall(app, id);
	return id != NULL;
}

static void
queue_changed(struct app *app, struct view *v)
{
	pick_follow(app, &cast(v)->pick, n_of(app), id_of);
}

static void
free_view(struct app *app, struct view *v)
{
	(void)app;
	pick_note(&cast(v)->pick, NULL);
	g_free(v);
}

/* actions */

PICK_MOVES(pick_of, n_of)

static void
act_open(struct app *app, const char *arg)
{
	const char *id = jsonl_string(selected(app), "draft_id");
	(void)arg;
	if (id != NULL)
		compose_recall(app, id);
}

static void
on_delete_answer(struct app *app, char answer, void *user)
{
	if (answer == 'y')
		draft_delete_with_files(app, user);
}

static void
act_delete(struct app *app, const char *arg)
{
	const char *id = jsonl_string(selected(app), "draft_id"), *subject = jsonl_string(selected(app), "subject");
	(void)arg;
	if (id == NULL)
		return;
	char *question = g_strdup_printf("Delete the draft \"%s\" for ever? (y/n) ",
	    subject != NULL && *subject != '\0' ? subject : "(no subject)");
	prompt_choose(app, question, "ny", on_delete_answer, g_strdup(id), g_free);
	g_free(question);
}

/* clang-format off */
static const struct action actions[] = {
	{"open",	"Enter, e, Right", "go on writing", NULL, "go on writing",	act_open},
	{"delete",	"d",		"delete", NULL,	"delete the draft for ever",	act_delete},
	PLACE_ACTIONS
	PICK_ACTIONS
	{NULL,		NULL,		NULL,	NULL,	NULL,				NULL},
};
/* clang-format on */

const struct action_set drafts_actions = {"drafts", "Drafts", actions};

static const struct view_class drafts_class = {
    .set = &drafts_actions,
    .has_sidebar = true,
    .place = PLACE_DRAFTS,
    .draw = draw,
    .title = title,
    .position = position,
    .queue_changed = queue_changed,
    .scroll = scroll,
    .click = click,
    .free = free_view,
};

void
drafts_view_open(struct app *app)
{
	struct drafts_view *d = g_new0(struct drafts_view, 1);
	d->base.class = &drafts_class;
	outbox_refresh(app);
	app_push(app, &d->base);
}
