/* SPDX-License-Identifier: GPL-3.0-or-later */
/* app.c - the loop of the screen: keys to actions, notices to views, views to a picture. */
#include "ui/app.h"

#include "ui/common.h"
#include "ui/doubt.h"
#include "ui/graphics.h"
#include "ui/pasted.h"
#include "ui/prompt.h"
#include "ui/secret_ask.h"
#include "ui/sidebar.h"
#include "ui/status.h"
#include "ui/tabs.h"
#include "ui/typeahead.h"

#include <glib-unix.h>
#include <unistd.h>

#define MAX_COUNT	 99999
#define LONG_READ_US	 80000 /* of keys, without a picture */
#define DRAW_PATIENCE_US 30000 /* that a picture waits for what else there is to do */

struct view *
app_top(const struct app *app)
{
	return app->views->len > 0 ? app->views->pdata[app->views->len - 1] : NULL;
}

struct view *
app_top_of(const struct app *app, const struct view_class *class)
{
	struct view *top = app_top(app);
	return top != NULL && top->class == class ? top : NULL;
}

void
app_push(struct app *app, struct view *v)
{
	const struct view *top = app_top(app);
	/* what comes late does not get between the user and his editor */
	if (top != NULL && top->class->typed != NULL && tabs_push_behind(app, v))
		return;
	g_ptr_array_add(app->views, v);
	status_clear_remark(app);
	app->n_steps = 0;
	app_redraw(app);
}

void
app_remove(struct app *app, struct view *v)
{
	bool was_top = app_top(app) == v;
	guint n_tabs = app->tabs->len;
	if (!tabs_take(app, v))
		return;
	v->class->free(app, v);
	struct view *top = app_top(app);
	if (was_top && n_tabs == app->tabs->len && top != NULL && top->class->returned != NULL)
		top->class->returned(app, top);
	app_redraw(app);
}

void
app_pop(struct app *app)
{
	if (app->views->len > 1)
		app_remove(app, app_top(app));
	else if (!tabs_close(app))
		common_quit(app);
}

void
app_say(struct app *app, const char *format, ...)
{
	va_list ap;
	va_start(ap, format);
	char *text = g_strdup_vprintf(format, ap);
	va_end(ap);
	status_message(app, false, text);
	g_free(text);
}

void
app_error(struct app *app, const char *format, ...)
{
	va_list ap;
	va_start(ap, format);
	char *text = g_strdup_vprintf(format, ap);
	va_end(ap);
	status_message(app, true, text);
	g_free(text);
}

const struct rc_account *
app_account(struct app *app, const char *name)
{
	if (name == NULL || *name == '\0')
		return common_account(app, NULL);
	const struct rc_account *found = rc_account(app->rc, name);
	if (found == NULL)
		app_error(app, "%s: there is no such account in %s", name, rc_path(app->rc));
	return found;
}

bool
app_is_typed_into(const struct app *app)
{
	const struct view *top = app_top(app);
	return top != NULL && top->class->typed != NULL && !prompt_is_open(app);
}

/* picture */

static void
draw(struct app *app)
{
	int rows = term_rows(), cols = term_cols();
	struct view *top = app_top(app);
	if (term_is_suspended() || top == NULL || rows < 1 || cols < 1)
		return;
	canvas_begin(&app->canvas);
	graphics_begin(app->graphics);
	ui_cursor(-1, 0);
	app->canvas.here_y = -1;
	app->canvas.cursor_shape = 0;
	struct area body = {.y = 1, .x = 0, .rows = MAX(rows - 2, 0), .cols = cols};
	if (top->class->has_sidebar)
		sidebar_draw(app, &body);
	top->area = body;
	if (body.rows > 0)
		top->class->draw(app, top, body);
	if (rows > 1)
		status_draw_title(app);
	status_draw_bottom(app);
	prompt_draw(app);
	if (app->canvas.here_y >= 0 && !prompt_is_open(app))
		ui_cursor(app->canvas.here_y, app->canvas.here_x);
	doubt_drop_links(app);
	bool is_anew = app->wants_repaint || graphics_needs_wipe(app->graphics);
	canvas_end(&app->canvas, is_anew);
	term_cursor_shape(prompt_is_open(app) ? 0 : app->canvas.cursor_shape);
	graphics_end(app->graphics, is_anew);
	app->wants_repaint = false;
}

static gboolean
on_draw(gpointer user)
{
	struct app *app = user;
	app->draw_source = 0;
	app->is_draw_due = false;
	prompt_go_on(app);
	typeahead_go_on(app);
	draw(app);
	return G_SOURCE_REMOVE;
}

void
app_redraw(struct app *app)
{
	gint64 now = g_get_monotonic_time();
	/* after whatever else is ready: a burst of events costs one picture; one that does not end costs more */
	if (app->draw_source == 0) {
		app->draw_asked = now;
		app->draw_source = g_idle_add_full(G_PRIORITY_DEFAULT + 10, on_draw, app, NULL);
	} else if (!app->is_draw_due && now - app->draw_asked > DRAW_PATIENCE_US) {
		g_source_remove(app->draw_source);
		app->is_draw_due = true;
		app->draw_source = g_idle_add_full(G_PRIORITY_DEFAULT, on_draw, app, NULL);
	}
}

/* What a key changed is on the screen before anything else is done: helpers may have much to say. */
static void
draw_now(struct app *app)
{
	if (app->draw_source != 0)
		g_source_remove(app->draw_source);
	(void)on_draw(app);
}

/* keys */

const struct keymap *
app_keymap(struct app *app, const struct action_set *set)
{
	struct keymap *m = g_hash_table_lookup(app->keymaps, set);
	if (m == NULL) {
		m = keymap_new(app->rc, set, &common_actions, app->complaints);
		g_hash_table_insert(app->keymaps, (gpointer)(guintptr)set, m);
	}
	return m;
}

const struct keymap *
app_top_keymap(struct app *app)
{
	const struct view *top = app_top(app);
	g_assert(top != NULL); /* the list always lies at the bottom */
	return app_keymap(app, top->class->set);
}

void
app_run(struct app *app, const char *action)
{
	const struct action *a = keymap_action(app_top_keymap(app), action);
	g_assert(a != NULL);
	a->run(app, NULL);
}

guint
app_count(struct app *app)
{
	guint count = app->running_count;
	app->running_count = 0;
	return count;
}

void
app_act(struct app *app, const struct action *action, const char *arg, guint count)
{
	if (!typeahead_takes(app, action, arg, count))
		app_act_now(app, action, arg, count);
}

void
app_act_now(struct app *app, const struct action *action, const char *arg, guint count)
{
	const struct view *top = app_top(app);
	bool was_for_marked = app->applies_to_marked;
	app->running_count = count;
	typeahead_runs(app, action, arg, count);
	for (guint i = 0; i < MAX(count, 1); i++) {
		action->run(app, arg);
		/* it is elsewhere, asks something, or has counted for itself */
		if (app->running_count == 0 || app_top(app) != top || prompt_is_open(app))
			break;
	}
	typeahead_runs(app, NULL, NULL, 0);
	app->running_count = 0;
	if (was_for_marked)
		app->applies_to_marked = false;
}

/* A digit that means nothing else here belongs to a count. */
static bool
take_digit(struct app *app, term_key key)
{
	bool is_prefix;
	const char *arg;
	if (app->n_steps > 0 || key < '0' || key > '9' || (key == '0' && app->count == 0) ||
	    keymap_find(app_top_keymap(app), &key, 1, &is_prefix, &arg) != NULL || is_prefix)
		return false;
	app->count = MIN(app->count * 10 + (key - '0'), MAX_COUNT);
	return true;
}

static void
on_view_key(struct app *app, term_key key)
{
	bool is_prefix;
	const char *arg;
	status_clear_message(app);
	if (take_digit(app, key))
		return;
	app->last_key = key;
	app->steps[app->n_steps++] = key;
	const struct action *action =
	    keymap_find(app_top_keymap(app), app->steps, app->n_steps, &is_prefix, &arg);
	if (action == NULL && is_prefix && app->n_steps < KEYS_MAX_STEPS)
		return;
	size_t n = app->n_steps;
	guint count = app->count;
	app->n_steps = 0;
	app->count = 0;
	if (action != NULL) {
		app_act(app, action, arg, count);
	} else {
		app->applies_to_marked = false;
		char *name = key_name(key);
		app_say(app, n > 1 ? "no key ends in %s here; ? lists them"
				   : "%s has no meaning here; ? lists the keys",
		    name);
		g_free(name);
	}
}

static void
on_mouse(struct app *app, const struct term_event *event)
{
	struct view *top = app_top(app);
	if (top == NULL)
		return;
	if (event->wheel != 0) {
		if (top->class->scroll != NULL)
			top->class->scroll(app, top, event->wheel * 3);
	} else if (event->y == 0 && tabs_count(app) > 1) {
		tabs_click(app, event->x);
	} else if (top->class->has_sidebar && sidebar_click(app, event->y, event->x)) {
		return;
	} else if (top->class->click != NULL && event->y >= top->area.y &&
	    event->y < top->area.y + top->area.rows && event->x >= top->area.x) {
		top->class->click(app, top, event->y, event->x, event->twice);
	}
}

/* A view that is typed into has its own use for all keys but a few. */
static void
on_typed(struct app *app, const struct term_event *event)
{
	struct view *top = app_top(app);
	bool is_prefix = false;
	const char *arg;
	if (event->key == TERM_KEY_PASTE_BEGIN)
		app->is_pasting = true;
	else if (event->key == TERM_KEY_PASTE_END)
		app->is_pasting = false;
	if (app->is_pasting || event->key == TERM_KEY_MOUSE || event->key == TERM_KEY_PASTE_END) {
		top->class->typed(app, top, event, app->is_pasting);
		return;
	}
	app->steps[app->n_steps++] = event->key;
	const struct action *action =
	    keymap_find_own(app_top_keymap(app), app->steps, app->n_steps, &is_prefix, &arg);
	if (action == NULL && is_prefix && app->n_steps < KEYS_MAX_STEPS)
		return;
	size_t n = app->n_steps;
	app->n_steps = 0;
	if (action != NULL) {
		status_clear_message(app);
		app->last_key = event->key;
		app_act(app, action, NULL, 0);
		return;
	}
	/* the steps on the way to nothing were meant for the view */
	for (size_t i = 0; i + 1 < n; i++)
		top->class->typed(app, top, &(struct term_event){.key = app->steps[i]}, false);
	top->class->typed(app, top, event, false);
}

/* A page that opened a moment ago has not been laid out: how far Space leads is not known before that. */
static void
lay_out_first(struct app *app)
{
	const struct view *top = app_top(app);
	if (top != NULL && top->area.rows == 0 && !prompt_is_open(app))
		draw(app);
}

static void
take_event(struct app *app, const struct term_event *event)
{
	lay_out_first(app);
	bool is_for_us = event->key == TERM_KEY_BACKGROUND ||
	    (event->key == TERM_KEY_MOUSE && event->y == 0 && event->wheel == 0);
	if (app_is_typed_into(app) && !is_for_us) {
		on_typed(app, event);
		return;
	}
	switch (event->key) {
	case TERM_KEY_PASTE_BEGIN:
		app->is_pasting = true;
		return;
	case TERM_KEY_PASTE_END:
		if (prompt_is_open(app))
			prompt_paste_ends(app);
		pasted_give(app);
		return;
	case TERM_KEY_BACKGROUND:
		if (theme_set_light(app->canvas.theme, event->is_light))
			app->wants_repaint = true;
		return;
	case 0x1A: /* ^Z */
		term_stop_job();
		app->wants_repaint = true;
		return;
	case 0x0C: /* ^L */
		app->wants_repaint = true;
		return;
	default:
		break;
	}
	if (prompt_is_open(app) && app->is_pasting)
		prompt_paste(app, event->key);
	else if (prompt_is_open(app))
		prompt_event(app, event);
	else if (event->key == TERM_KEY_MOUSE)
		on_mouse(app, event);
	else if (app->is_pasting)
		pasted_collect(app, event->key);
	else
		on_view_key(app, event->key);
}

static void
on_event(struct app *app, const struct term_event *event)
{
	app->n_acting++;
	if (!typeahead_takes_event(app, event))
		take_event(app, event);
	app->n_acting--;
}

void
app_feed_event(struct app *app, const struct term_event *event)
{
	on_event(app, event);
}

void
app_feed(struct app *app, term_key key)
{
	const struct term_event event = {.key = key};
	on_event(app, &event);
}

static gboolean
on_tty(gint fd, GIOCondition condition, gpointer user)
{
	struct app *app = user;
	struct term_event event;
	(void)fd;
	bool got = false;
	gint64 drawn = g_get_monotonic_time();
	while (app->tty_source != 0 && term_next(&event)) {
		got = true;
		on_event(app, &event);
		/* what is pasted may take seconds to be read: that something happens is seen */
		if (g_get_monotonic_time() - drawn > LONG_READ_US) {
			draw_now(app);
			drawn = g_get_monotonic_time();
		}
	}
	typeahead_is_read(app);
	if (!app_is_typed_into(app))
		secret_ask_waiting(app);
	draw_now(app);
	/* readable without a key: the terminal is gone */
	if (!got && (condition & (G_IO_HUP | G_IO_ERR)) != 0) {
		app->tty_source = 0;
		app_hang_up(app);
		return G_SOURCE_REMOVE;
	}
	return app->tty_source != 0 ? G_SOURCE_CONTINUE : G_SOURCE_REMOVE;
}

void
app_listen(struct app *app, bool want)
{
	if (want && app->tty_source == 0) {
		app->tty_source = g_unix_fd_add_full(G_PRIORITY_HIGH, STDIN_FILENO,
		    G_IO_IN | G_IO_HUP | G_IO_ERR, on_tty, app, NULL);
	} else if (!want && app->tty_source != 0) {
		g_source_remove(app->tty_source);
		app->tty_source = 0;
	}
}
