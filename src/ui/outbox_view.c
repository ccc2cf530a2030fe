/* SPDX-License-Identifier: GPL-3.0-or-later */
/* outbox_view.c - letters on their way out. */
#include "ui/outbox_view.h"

#include "base/safe_text.h"
#include "ui/edit_file.h"
#include "ui/format.h"
#include "ui/outbox.h"
#include "ui/lines.h"
#include "ui/outbox_entry.h"
#include "ui/pick.h"
#include "ui/place_actions.h"
#include "ui/stats.h"

struct outbox_view {
	struct view base;
	struct pick pick;
};

static const struct view_class outbox_class;

static struct outbox_view *
cast(struct view *v)
{
	return (struct outbox_view *)v;
}

static struct pick *
pick_of(struct app *app)
{
	return &cast(app_top_of(app, &outbox_class))->pick;
}

static int
n_of(struct app *app)
{
	return (int)json_array_size(outbox_entries(app));
}

/* The i-th entry, newest first. */
static const json_t *
entry_at(struct app *app, int i)
{
	return json_array_get(outbox_entries(app), (size_t)(n_of(app) - 1 - i));
}

static const char *
id_of(struct app *app, int i)
{
	return jsonl_string(entry_at(app, i), "id");
}

static const json_t *
selected(struct app *app)
{
	return n_of(app) > 0 ? entry_at(app, pick_of(app)->selected) : NULL;
}

/* picture */

static enum style
state_style(const char *state)
{
	static const struct {
		const char *state;
		enum style style;
	} table[] = {
	    {"sent", STYLE_GOOD},
	    {"done", STYLE_GOOD},
	    {"failed", STYLE_BAD},
	    {"uncertain", STYLE_BAD},
	    {"deferred", STYLE_WARN},
	    {"held", STYLE_INFO},
	    {"cancelled", STYLE_MUTED},
	};
	for (size_t i = 0; i < G_N_ELEMENTS(table); i++)
		if (g_strcmp0(table[i].state, state) == 0)
			return table[i].style;
	return STYLE_NORMAL;
}

/* When it leaves, or when it was made. */
static char *
when_words(const json_t *entry)
{
	gint64 now = g_get_real_time() / G_USEC_PER_SEC;
	gint64 next = format_parse_date(jsonl_string(entry, "next_try"));
	gint64 created = format_parse_date(jsonl_string(entry, "created"));
	if (!outbox_is_over(entry) && next >= 0)
		return format_coming(next, now);
	return created >= 0 ? format_date_short(created, now) : g_strdup("");
}

static char *
recipients(const json_t *entry)
{
	GString *out = g_string_new(NULL);
	size_t i;
	json_t *r;
	json_array_foreach(json_object_get(entry, "recipients"), i, r)
	{
		const char *address = jsonl_string(r, "address");
		if (address != NULL)
			g_string_append_printf(out, "%s%s", out->len > 0 ? ", " : "", address);
	}
	if (out->len == 0) {
		char *to = edit_file_join_addresses(json_object_get(entry, "to"));
		g_string_append(out, to);
		g_free(to);
	}
	return g_string_free(out, FALSE);
}

/* One that waits, and that somebody will not get, is both. */
static void
draw_state(struct app *app, int y, int x, const json_t *entry, bool is_selected)
{
	const char *state = jsonl_string(entry, "state");
	bool is_both = g_strcmp0(state, "deferred") == 0 && outbox_has_failed(entry);
	if (g_strcmp0(state, "dot") == 0)
		state = "sending"; /* its last byte is on the way */
	ui_text(&app->canvas, y, x, 10, is_both ? STYLE_BAD : state_style(state), is_selected,
	    is_both ? "deferred !" : state);
}

static void
draw_row(struct app *app, struct area a, int y, const json_t *entry, bool is_selected)
{
	const struct canvas *c = &app->canvas;
	const char *subject = jsonl_string(entry, "subject");
	char *to = recipients(entry);
	char *goes = outbox_progress(app, entry);
	char *when = goes != NULL ? goes : when_words(entry);
	int who = CLAMP(a.cols / (goes != NULL ? 5 : 3), 10, 40), x = a.x + 13;
	int last = goes != NULL ? MIN(safe_text_columns(goes), a.cols / 2) : 8;
	ui_fill(c, y, a.x, a.cols, STYLE_NORMAL, is_selected);
	draw_state(app, y, a.x + 2, entry, is_selected);
	ui_text(c, y, x, who, STYLE_NORMAL, is_selected, to);
	ui_text(c, y, x + who + 2, a.x + a.cols - x - who - last - 4, STYLE_NORMAL, is_selected,
	    subject != NULL && *subject != '\0' ? subject : "(no subject)");
	ui_right(c, y, a.x + a.cols - last - 1, last, goes != NULL ? STYLE_INFO : STYLE_DIM, is_selected, when);
	g_free(when);
	g_free(to);
}

static char *
key_of(struct app *app, const char *name)
{
	const struct action *one = outbox_actions.actions;
	while (one->name != NULL && !g_str_equal(one->name, name))
		one++;
	return one->name != NULL ? keymap_first_key(app_top_keymap(app), one) : g_strdup("");
}

#define DAY_S 86400

/* " 14:30", which a date alone does not say. Owned. */
static char *
clock_of(gint64 t)
{
	GDateTime *local = g_date_time_new_from_unix_local(t);
	char *text = local != NULL ? g_date_time_format(local, " %H:%M") : NULL;
	g_clear_pointer(&local, g_date_time_unref);
	return text != NULL ? text : g_strdup("");
}

/* What the queue does next with a letter that has its time; NULL for one that has none. Owned. */
static char *
coming(struct app *app, const json_t *entry)
{
	const char *state = jsonl_string(entry, "state");
	gint64 next = format_parse_date(jsonl_string(entry, "next_try")), now = g_get_real_time() / G_USEC_PER_SEC;
	bool is_again = g_strcmp0(state, "deferred") == 0;
	if (next < 0 || outbox_is_over(entry))
		return NULL;
	char *now_key = key_of(app, "retry"), *hold = key_of(app, "hold");
	char *edit = key_of(app, "edit"), *back = key_of(app, "cancel");
	char *when = format_coming(next, now), *clock = next - now >= DAY_S ? clock_of(next) : g_strdup("");
	char *text = g_strdup_printf("It %s %s%s.  %s %s  %s hold it  %s edit it  %s take it back",
	    is_again ? "is tried again" : "leaves", when, clock, now_key, is_again ? "try now" : "send it now", hold, edit, back);
	g_free(when);
	g_free(clock);
	g_free(now_key);
	g_free(hold);
	g_free(edit);
	g_free(back);
	return text;
}

/* Where the queue does nothing more by itself, what the user can do is said where he looks. Owned, or NULL. */
static char *
choice(struct app *app, const char *state)
{
	char *again = key_of(app, "retry"), *arrived = key_of(app, "arrived"), *back = key_of(app, "cancel");
	char *edit = key_of(app, "edit"), *hold = key_of(app, "hold"), *text = NULL;
	if (g_strcmp0(state, "uncertain") == 0)
		text = g_strdup_printf("It may have arrived.  %s send it again  %s it arrived  %s take it back", again,
		    arrived, back);
	if (g_strcmp0(state, "failed") == 0)
		text = g_strdup_printf("It is not tried again.  %s try again  %s edit it  %s take it back", again, edit,
		    back);
	if (g_strcmp0(state, "held") == 0)
		text = g_strdup_printf("It is held.  %s let it go  %s edit it  %s take it back", hold, edit, back);
	g_free(again);
	g_free(arrived);
	g_free(back);
	g_free(edit);
	g_free(hold);
	return text;
}

/* Why the letter as a whole waits, where its recipients' replies do not say it. */
static const char *
reason_beside_replies(const json_t *entry)
{
	const char *reason = jsonl_string(entry, "reason");
	size_t i;
	json_t *r;
	json_array_foreach(json_object_get(entry, "recipients"), i, r)
		if (g_strcmp0(jsonl_string(r, "reply"), reason) == 0)
			return NULL;
	return reason;
}

/* What a server said, behind what stands in the first `used` columns, or below it where it takes more than is left
 * there: why a letter does not leave is read to its end. The row after it. */
static int
draw_reply(const struct canvas *c, struct area a, int used, const char *reply)
{
	char *display = safe_line(reply != NULL ? reply : "");
	int n = 1;
	if (safe_text_columns(display) <= a.cols - used) {
		ui_text(c, a.y, a.x + used, a.cols - used, STYLE_DIM, false, reply);
	} else {
		struct lines *lines = lines_new();
		lines_add_wrapped(lines, STYLE_DIM, "    ", STYLE_DIM, reply, MAX(a.cols - 1, 10));
		n += MIN((int)lines_count(lines), a.rows - 1);
		lines_draw(lines, c, (struct area){a.y + 1, a.x, n - 1, a.cols});
		lines_free(lines);
	}
	g_free(display);
	return a.y + n;
}

/* What the servers said about the selected letter, below the list. */
static void
draw_replies(struct app *app, struct area a, const json_t *entry)
{
	const struct canvas *c = &app->canvas;
	size_t i;
	json_t *r;
	int y = a.y;
	ui_rule(c, y++, a.x, a.cols, STYLE_FAINT);
	bool leaves = jsonl_string(entry, "next_try") != NULL;
	char *what = leaves ? coming(app, entry) : choice(app, jsonl_string(entry, "state"));
	if (what != NULL)
		ui_text(c, y++, a.x + 2, a.cols - 2, leaves ? STYLE_DIM : STYLE_WARN, false, what);
	g_free(what);
	const char *reason = reason_beside_replies(entry);
	if (reason != NULL && *reason != '\0' && g_strcmp0(jsonl_string(entry, "state"), "uncertain") != 0)
		y = draw_reply(c, (struct area){y, a.x, a.y + a.rows - y, a.cols}, 2, reason);
	json_array_foreach(json_object_get(entry, "recipients"), i, r)
	{
		const char *state = jsonl_string(r, "state");
		const char *reply = jsonl_string(r, "reply");
		if (y >= a.y + a.rows)
			break;
		int used = 2;
		used += ui_text(c, y, a.x + used, a.cols / 2, STYLE_NORMAL, false,
			    jsonl_string(r, "address")) +
		    2;
		used += ui_text(c, y, a.x + used, a.cols - used, state_style(state), false, state) + 2;
		y = draw_reply(c, (struct area){y, a.x, a.y + a.rows - y, a.cols}, used, reply);
	}
}

static void
draw(struct app *app, struct view *v, struct area a)
{
	struct pick *p = &cast(v)->pick;
	int n = n_of(app);
	if (n == 0) {
		int y = a.rows / 4;
		y += ui_say(&app->canvas, a, y, STYLE_STRONG,
		    outbox_is_known(app) ? "Nothing waits to be sent." : "One moment");
		if (outbox_is_known(app))
			(void)ui_say(&app->canvas, a, y + 1, STYLE_DIM,
			    "A letter is here until its server has taken it. s shows how it went so far.");
		return;
	}
	int detail = MIN(a.rows / 3, 10);
	int rows = MAX(a.rows - detail, 1);
	pick_fit(p, n, rows);
	pick_note(p, id_of(app, p->selected));
	for (int i = 0; i < rows && p->top + i < n; i++)
		draw_row(app, a, a.y + i, entry_at(app, p->top + i), p->top + i == p->selected);
	struct area below = {a.y + rows, a.x, detail, a.cols};
	if (detail > 1)
		draw_replies(app, below, entry_at(app, p->selected));
}

static char *
title(struct app *app, struct view *v)
{
	(void)app;
	(void)v;
	return g_strdup("Outbox");
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
	(void)pick_click(app, &cast(v)->pick, v, y, twice, n_of(app)); /* it stands below the list */
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
set(struct app *app, const char *state)
{
	const char *id = jsonl_string(selected(app), "id");
	if (id == NULL)
		app_say(app, "there is no letter here");
	else
		outbox_set(app, id, state);
}

static void
act_retry(struct app *app, const char *arg)
{
	const char *state = jsonl_string(selected(app), "state");
	bool is_early = g_strcmp0(state, "held") == 0 || g_strcmp0(state, "scheduled") == 0;
	(void)arg;
	set(app, is_early ? "release" : "retry");
}

static void
act_hold(struct app *app, const char *arg)
{
	const char *state = jsonl_string(selected(app), "state");
	/* within its time for taking it back it is held and leaves by itself: then it is held for good */
	bool leaves = jsonl_string(selected(app), "next_try") != NULL;
	(void)arg;
	set(app, g_strcmp0(state, "held") == 0 && !leaves ? "release" : "hold");
}

static void
act_cancel(struct app *app, const char *arg)
{
	(void)arg;
	set(app, "cancel");
}

static void
act_arrived(struct app *app, const char *arg)
{
	(void)arg;
	set(app, "arrived");
}

static void
act_stats(struct app *app, const char *arg)
{
	(void)arg;
	stats_open(app);
}

static void
act_edit(struct app *app, const char *arg)
{
	const char *id = jsonl_string(selected(app), "id");
	(void)arg;
	if (id != NULL)
		outbox_edit(app, id);
}

static void
act_show(struct app *app, const char *arg)
{
	(void)arg;
	if (selected(app) != NULL)
		outbox_entry_open(app, selected(app));
}

/* clang-format off */
static const struct action actions[] = {
	{"show",	"Enter, Right",	"show",	NULL,	"all that is known of the letter", act_show},
	{"retry",	"r",		"send now", NULL, "send it now: to those who wait, or were refused",		act_retry},
	{"hold",	"h",		"hold",	NULL,	"hold it back, or let it go",	act_hold},
	{"arrived",	"a",		NULL,	NULL,	"its answer was lost, and you know that it arrived", act_arrived},
	{"stats",	"s",		"charts", NULL,	"what was sent, and how it went", act_stats},
	{"edit",	"e",		"edit",	NULL,	"take it back and edit it",	act_edit},
	{"cancel",	"d",		"take back", NULL, "take it back among the drafts", act_cancel},
	PLACE_ACTIONS
	PICK_ACTIONS
	{NULL,		NULL,		NULL,	NULL,	NULL,				NULL},
};
/* clang-format on */

const struct action_set outbox_actions = {"outbox", "The outbox", actions};

static const struct view_class outbox_class = {
    .set = &outbox_actions,
    .has_sidebar = true,
    .place = PLACE_OUTBOX,
    .draw = draw,
    .title = title,
    .position = position,
    .queue_changed = queue_changed,
    .scroll = scroll,
    .click = click,
    .free = free_view,
};

void
outbox_view_open(struct app *app)
{
	struct outbox_view *o = g_new0(struct outbox_view, 1);
	o->base.class = &outbox_class;
	outbox_refresh(app);
	app_push(app, &o->base);
}
