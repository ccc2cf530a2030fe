/* SPDX-License-Identifier: GPL-3.0-or-later */
/* ui.c - the screen, from start to quit. The first picture is painted from the mapped row index
 * before any helper is started. */
#include "ui/ui.h"

#include "base/file.h"
#include "client/takeover.h"
#include "ui/ahead.h"
#include "ui/app.h"
#include "ui/command.h"
#include "ui/compose.h"
#include "ui/graphics.h"
#include "ui/held.h"
#include "ui/list_view.h"
#include "ui/mail.h"
#include "ui/list_effects.h"
#include "ui/mailbox.h"
#include "ui/news.h"
#include "ui/opener.h"
#include "ui/outbox.h"
#include "ui/prompt.h"
#include "ui/rendering.h"
#include "ui/secret_ask.h"
#include "ui/settings.h"
#include "ui/sidebar.h"
#include "ui/status.h"
#include "ui/tabs.h"
#include "ui/typeahead.h"
#include "ui/undo.h"

#include <glib-unix.h>
#include <signal.h>

static gboolean
on_resize(gpointer user)
{
	struct app *app = user;
	term_resize();
	app->wants_repaint = true;
	app_redraw(app);
	return G_SOURCE_CONTINUE;
}

static gboolean
on_end(gpointer user)
{
	app_hang_up(user);
	return G_SOURCE_CONTINUE;
}

/* ^C is a key while we have the terminal; while an editor has it, the signal is the editor's. */
static gboolean
on_interrupt(gpointer user)
{
	struct app *app = user;
	if (!term_is_suspended()) {
		app->wants_reload = false;
		app_quit(app, 0);
	}
	return G_SOURCE_CONTINUE;
}

static void
on_notice(const struct client_notice *notice, void *user)
{
	struct app *app = user;
	status_notice(app, notice);
	held_notice(app, notice);
	secret_ask_notice(app, notice);
	news_notice(app, notice);
	if (notice->kind == CLIENT_ROWS_CHANGED)
		mailbox_poll(app);
	else if (notice->kind == CLIENT_QUEUE_CHANGED)
		outbox_refresh(app);
}

static void
keymap_free_item(gpointer data)
{
	keymap_free(data);
}

static void
start_parts(struct app *app)
{
	app->keymaps = g_hash_table_new_full(NULL, NULL, NULL, keymap_free_item);
	app->complaints = g_ptr_array_new_with_free_func(g_free);
	tabs_init(app);
	canvas_init(&app->canvas, app->rc);
	app->graphics = graphics_new(app->rc);
	app->status = status_new(app);
	app->held = held_new();
	app->prompt = prompt_new();
	app->typeahead = typeahead_new();
	app->undo = undo_new();
	app->ahead = ahead_new(app);
	app->news = news_new(app);
	app->mail = mail_new();
	app->outbox = outbox_new(app);
	app->sidebar = sidebar_new(app);
	app->mailbox = mailbox_new(app);
	if (mailbox_index(app->mailbox) != NULL)
		news_rows_changed(app);
	app_push(app, list_view_new(app));
}

/* Everything that has questions open at the helpers lets go of them. What other answers still come
 * find no view any more, but everything else. */
static void
stop_parts(struct app *app)
{
	prompt_cancel(app);
	if (app->start_source != 0) /* left before all had begun */
		g_source_remove(app->start_source);
	ahead_free(app->ahead);
	list_effects_stop(app);
	mailbox_stop(app->mailbox);
	outbox_stop(app->outbox);
	tabs_fini(app);
	rendering_fini(app);
}

static void
free_parts(struct app *app)
{
	prompt_free(app);
	mailbox_free(app->mailbox);
	sidebar_free(app->sidebar);
	outbox_free(app->outbox);
	undo_free(app->undo);
	news_free(app->news);
	mail_free(app->mail);
	status_free(app->status);
	held_free(app->held);
	typeahead_free(app->typeahead);
	g_free(app->wants_secret);
	g_free(app->last_attached_from);
	graphics_free(app->graphics);
	canvas_fini(&app->canvas);
	if (app->draw_source != 0)
		g_source_remove(app->draw_source);
	g_hash_table_unref(app->keymaps);
	g_ptr_array_unref(app->complaints);
	g_ptr_array_unref(app->tabs);
}

/* First those whom Return asks: the first letter opens as fast as the second. */
static void
start_search(struct app *app)
{
	supervisor_start(client_search(app->client));
}

static void
start_render(struct app *app)
{
	supervisor_start(client_render(app->client));
}

static void
start_asking(struct app *app)
{
	client_on_notice(app->client, on_notice, app);
	mailbox_refresh(app);
	mailbox_ask_queries(app);
	outbox_refresh(app);
}

static void
start_watching(struct app *app)
{
	if (!app->is_read_only)
		client_watch(app->client);
}

static void
start_rest(struct app *app)
{
	compose_recover(app);
	opener_sweep(app);
	news_hook(app, "start");
	for (size_t i = 0; app->first_commands != NULL && app->first_commands[i] != NULL; i++)
		command_run(app, app->first_commands[i]);
}

/* After the first picture: the helpers start, and what needs them. One thing at a time, and keys between them. */
static gboolean
on_painted(gpointer user)
{
	static void (*const steps[])(struct app *app) = {start_search, start_render, start_asking, start_rest, start_watching};
	struct app *app = user;
	if (app->draw_source != 0)
		return G_SOURCE_CONTINUE;
	steps[app->n_started++](app);
	if (app->n_started < G_N_ELEMENTS(steps))
		return G_SOURCE_CONTINUE;
	app->start_source = 0;
	return G_SOURCE_REMOVE;
}

/* The rc file trusts one more server: its judges read it anew, and the user is told. */
static bool
take_trust(struct app *app, const json_t *obj)
{
	const char *account = jsonl_string(obj, "account"), *id = jsonl_string(obj, "authserv_id");
	if (account == NULL || id == NULL || rc_account(app->rc, account) == NULL)
		return false;
	app_say(app, "%s is trusted for %s from now on", id, account);
	return true;
}

static void
open_asked(struct app *app, void *draft)
{
	compose_asked(app, json_incref(draft));
	term_report("\a");
}

static void
drop_asked(gpointer draft)
{
	json_decref(draft);
}

/* What `:` does, from elsewhere; not while something is asked here, which would answer or cancel that. */
static bool
take_command(struct app *app, const json_t *obj)
{
	const char *line = jsonl_string(obj, "command");
	if (line == NULL || prompt_is_open(app) || !command_is_known(app, line))
		return false;
	command_run(app, line);
	app_redraw(app);
	return true;
}

/* Another start of Penfold was asked for a letter: it is written here. Or it changed what holds here too. */
static bool
on_takeover(const json_t *obj, void *user)
{
	struct app *app = user;
	json_t *draft = json_object_get(obj, "draft");
	if (!app->is_quitting && g_strcmp0(jsonl_string(obj, "op"), "trust") == 0)
		return take_trust(app, obj);
	if (!app->is_quitting && g_strcmp0(jsonl_string(obj, "op"), "command") == 0)
		return take_command(app, obj);
	if (g_strcmp0(jsonl_string(obj, "op"), "compose") != 0 || !json_is_object(draft) || app->is_quitting)
		return false;
	/* a question about another letter is answered first */
	prompt_when_closed(app, open_asked, json_deep_copy(draft), drop_asked);
	return true;
}

static void
say_complaints(struct app *app)
{
	const GPtrArray *theme = theme_complaints(app->canvas.theme);
	/* every map is made once here, so that all complaints are known at the start */
	(void)app_top_keymap(app);
	for (guint i = 0; i < theme->len; i++)
		g_ptr_array_add(app->complaints, g_strdup(theme->pdata[i]));
	if (app->complaints->len > 0)
		app_error(app, "%s", (const char *)app->complaints->pdata[0]);
}

static void
run_loop(struct app *app, const json_t *compose, const char *const *commands)
{
	guint sources[] = {
	    g_unix_signal_add(SIGWINCH, on_resize, app),
	    g_unix_signal_add(SIGTERM, on_end, app),
	    g_unix_signal_add(SIGHUP, on_end, app),
	    g_unix_signal_add(SIGINT, on_interrupt, app),
	};
	struct takeover *takeover =
	    rc_bool(app->rc, "ui", NULL, "takeover") ? takeover_listen(app->state_dir, on_takeover, app) : NULL;
	app_listen(app, true);
	if (theme_is_auto(app->canvas.theme))
		term_ask_background();
	app_redraw(app);
	app->start_source = g_idle_add_full(G_PRIORITY_DEFAULT + 20, on_painted, app, NULL);
	if (commands != NULL)
		app->first_commands = commands;
	if (compose != NULL)
		compose_asked(app, json_deep_copy(compose));
	g_main_loop_run(app->loop);
	app->is_ended = true;
	takeover_free(takeover);
	news_hook(app, "exit");
	if (app->end_timer != 0)
		g_source_remove(app->end_timer);
	app_listen(app, false);
	for (size_t i = 0; i < G_N_ELEMENTS(sources); i++)
		g_source_remove(sources[i]);
}

int
ui_run(const struct ui_opts *opts, bool *may_leave_out, GError **error)
{
	struct app app = {.rc = opts->rc, .options = opts->options, .is_read_only = opts->is_read_only};
	app.state_dir = rc_state_dir(opts->rc);
	app.mail_root = rc_mail_root(opts->rc);
	char *log = g_build_filename(app.state_dir, "penfold.log", NULL);
	bool ok = file_make_dir(app.state_dir, error) &&
	    term_start(log, rc_bool(opts->rc, "ui", NULL, "mouse"), error);
	g_free(log);
	if (ok) {
		app.client = client_new(opts->rc, opts->options);
		app.loop = g_main_loop_new(NULL, FALSE);
		start_parts(&app);
		say_complaints(&app);
		run_loop(&app, opts->compose, opts->commands);
		if (app.exit_code == 0 && !app.wants_reload)
			*may_leave_out = outbox_may_leave(&app);
		/* the terminal is the user's again while helpers finish what they do */
		term_stop();
		client_on_notice(app.client, NULL, NULL);
		stop_parts(&app);
		client_free(app.client, false);
		free_parts(&app);
		g_main_loop_unref(app.loop);
	}
	ok = ok && settings_again(&app, error);
	g_free(app.reload_place);
	g_free(app.mail_root);
	g_free(app.state_dir);
	return ok ? app.exit_code : -1;
}
