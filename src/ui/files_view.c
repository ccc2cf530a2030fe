/* SPDX-License-Identifier: GPL-3.0-or-later */
/* files_view.c - the file picker. */
#include "ui/files_view.h"

#include "ui/files.h"
#include "ui/format.h"
#include "ui/pick.h"
#include "ui/prompt.h"

#include <string.h>

#define SIZE_COLS 8
#define DATE_COLS 7

struct files_view {
	struct view base;
	guint serial; /* of the letter's page */
	struct files files;
	GHashTable *marked; /* whole paths, owned */
	struct pick pick;
};

static const struct view_class files_class;

static struct files_view *
cast(struct view *v)
{
	return (struct files_view *)v;
}

static struct files_view *
top(struct app *app)
{
	struct view *v = app_top_of(app, &files_class);
	return v != NULL ? cast(v) : NULL;
}

static struct pick *
pick_of(struct app *app)
{
	return &top(app)->pick;
}

static int
n_of(struct app *app)
{
	return (int)top(app)->files.shown->len;
}

static const struct file *
selected(const struct files_view *v)
{
	guint i = (guint)v->pick.selected;
	return i < v->files.shown->len ? v->files.shown->pdata[i] : NULL;
}

static char *
path_of(const struct files_view *v, const struct file *f)
{
	return g_build_filename(v->files.dir, f->name, NULL);
}

/* drawing */

static void
draw_row(struct app *app, const struct files_view *v, struct area a, int y, const struct file *f, bool is_selected)
{
	const struct canvas *c = &app->canvas;
	char *path = path_of(v, f);
	bool is_marked = g_hash_table_contains(v->marked, path);
	char *name = g_strconcat(f->name, f->is_folder ? "/" : "", NULL);
	char *size = f->is_folder ? g_strdup("") : format_size(f->size);
	char *when = format_date_short(f->mtime, g_get_real_time() / G_USEC_PER_SEC);
	int right = a.cols >= 40 ? SIZE_COLS + DATE_COLS + 2 : 0;
	ui_fill(c, y, a.x, a.cols, STYLE_NORMAL, is_selected);
	if (is_selected)
		ui_here(&app->canvas, y, a.x + 2);
	if (is_marked)
		ui_text(c, y, a.x, 1, STYLE_MARKED, is_selected, c->signs->marked);
	ui_text(c, y, a.x + 2, a.cols - 3 - right,
	    is_marked	   ? STYLE_MARKED
		: f->is_folder ? STYLE_STRONG
			       : STYLE_NORMAL,
	    is_selected, name);
	if (right > 0) {
		ui_right(c, y, a.x + a.cols - right, SIZE_COLS, STYLE_DIM, is_selected, size);
		ui_right(c, y, a.x + a.cols - DATE_COLS - 1, DATE_COLS, STYLE_DIM, is_selected, when);
	}
	g_free(when);
	g_free(size);
	g_free(name);
	g_free(path);
}

static void
draw(struct app *app, struct view *view, struct area a)
{
	struct files_view *v = cast(view);
	int n = (int)v->files.shown->len;
	pick_fit(&v->pick, n, a.rows);
	if (n == 0)
		(void)ui_say(&app->canvas, a, a.rows / 4, STYLE_STRONG,
		    v->files.all->len > 0 ? "Nothing of that name here; / asks for another, . shows hidden files."
					  : "This folder is empty; Backspace goes up.");
	for (int i = 0; i < a.rows && v->pick.top + i < n; i++)
		draw_row(app, v, a, a.y + i, v->files.shown->pdata[v->pick.top + i],
		    v->pick.top + i == v->pick.selected);
}

static char *
title(struct app *app, struct view *view)
{
	const struct files_view *v = cast(view);
	const char *home = g_get_home_dir();
	bool is_home = g_str_has_prefix(v->files.dir, home) &&
	    (v->files.dir[strlen(home)] == '/' || v->files.dir[strlen(home)] == '\0');
	return g_strdup_printf("Attach %s %s%s%s%s", app->canvas.signs->dot, is_home ? "~" : "",
	    v->files.dir + (is_home ? strlen(home) : 0), *v->files.filter != '\0' ? "  /" : "", v->files.filter);
}

static char *
position(struct app *app, struct view *view)
{
	const struct files_view *v = cast(view);
	guint n = g_hash_table_size(v->marked);
	(void)app;
	if (n > 0)
		return g_strdup_printf("%u marked", n);
	return v->files.shown->len == 0 ? NULL
					: g_strdup_printf("%d of %u%s", v->pick.selected + 1, v->files.shown->len,
					      v->files.is_cut ? " and more" : "");
}

static void
scroll(struct app *app, struct view *view, int by)
{
	pick_move(app, &cast(view)->pick, by, (int)cast(view)->files.shown->len);
}

static void
click(struct app *app, struct view *view, int y, int x, bool twice)
{
	struct files_view *v = cast(view);
	(void)x;
	if (pick_click(app, &v->pick, view, y, twice, (int)v->files.shown->len))
		app_run(app, "open");
}

static void
free_view(struct app *app, struct view *view)
{
	struct files_view *v = cast(view);
	(void)app;
	files_fini(&v->files);
	g_hash_table_unref(v->marked);
	g_free(v);
}

/* moving about */

static void
remember(struct app *app, const struct files_view *v)
{
	g_free(app->last_attached_from);
	app->last_attached_from = g_strdup(v->files.dir);
}

/* In the folder that was left, the selection stands on the one that was come from. */
static void
go(struct app *app, struct files_view *v, const char *dir)
{
	GError *error = NULL;
	char *was = g_path_get_basename(v->files.dir);
	if (!files_read(&v->files, dir, &error)) {
		app_error(app, "%s", error->message);
		g_error_free(error);
	} else {
		remember(app, v);
		v->pick = (struct pick){.selected = MAX(files_find(&v->files, was), 0)};
	}
	g_free(was);
	app_redraw(app);
}

static void
act_parent(struct app *app, const char *arg)
{
	struct files_view *v = top(app);
	char *parent = g_path_get_dirname(v->files.dir);
	(void)arg;
	go(app, v, parent);
	g_free(parent);
}

static void
act_home(struct app *app, const char *arg)
{
	(void)arg;
	go(app, top(app), "~");
}

static void
on_dir(struct app *app, const char *text, void *user)
{
	struct files_view *v = top(app);
	(void)user;
	if (text != NULL && *text != '\0' && v != NULL)
		go(app, v, text);
}

static void
act_dir(struct app *app, const char *arg)
{
	if (arg != NULL)
		on_dir(app, arg, NULL);
	else
		prompt_ask(app, PROMPT_PATH, "Folder: ", "~/", on_dir, NULL, NULL);
}

static void
on_filter_typed(struct app *app, const char *text, void *user)
{
	struct files_view *v = top(app);
	(void)user;
	if (v == NULL)
		return;
	g_free(v->files.filter);
	v->files.filter = g_strdup(text != NULL ? text : "");
	files_choose(&v->files);
	v->pick = (struct pick){0};
	app_redraw(app);
}

static void
act_filter(struct app *app, const char *arg)
{
	if (arg != NULL) {
		on_filter_typed(app, arg, NULL);
		return;
	}
	prompt_ask(app, PROMPT_TEXT, "Names with: ", NULL, on_filter_typed, NULL, NULL);
	prompt_on_change(app, on_filter_typed);
}

static void
act_hidden(struct app *app, const char *arg)
{
	struct files_view *v = top(app);
	(void)arg;
	v->files.wants_hidden = !v->files.wants_hidden;
	files_choose(&v->files);
	app_say(app, v->files.wants_hidden ? "hidden files, too" : "without hidden files");
}

static void
act_sort(struct app *app, const char *arg)
{
	static const char *const words[FILES_N_ORDERS] = {"by name", "newest first", "largest first"};
	struct files_view *v = top(app);
	(void)arg;
	v->files.order = (v->files.order + 1) % FILES_N_ORDERS;
	files_choose(&v->files);
	v->pick = (struct pick){0};
	app_say(app, "%s", words[v->files.order]);
}

/* choosing */

static void
act_mark(struct app *app, const char *arg)
{
	struct files_view *v = top(app);
	const struct file *f = selected(v);
	(void)arg;
	if (f == NULL)
		return;
	if (f->is_folder) {
		app_say(app, "%s is a folder; Enter opens it", f->name);
		return;
	}
	char *path = path_of(v, f);
	if (g_hash_table_remove(v->marked, path))
		g_free(path);
	else
		g_hash_table_add(v->marked, path);
	pick_move(app, &v->pick, 1, n_of(app));
}

static gint
compare_paths(gconstpointer a, gconstpointer b)
{
	return strcmp(a, b);
}

/* Attach these paths (borrowed) and go back to the letter. */
static void
attach(struct app *app, struct files_view *v, GList *paths)
{
	struct compose *c = compose_of_serial(app, v->serial);
	guint n = 0;
	for (GList *p = paths; p != NULL && c != NULL; p = p->next)
		n += compose_attach(c, p->data);
	if (c == NULL)
		app_error(app, "the letter is not open any more; nothing is attached");
	else if (n > 0)
		app_say(app, n == 1 ? "%u file attached" : "%u files attached", n);
	if (c != NULL && n > 0)
		compose_changed(c);
}

static void
act_open(struct app *app, const char *arg)
{
	struct files_view *v = top(app);
	const struct file *f = selected(v);
	(void)arg;
	if (f != NULL && f->is_folder && g_hash_table_size(v->marked) == 0) {
		char *path = path_of(v, f);
		go(app, v, path);
		g_free(path);
		return;
	}
	GList *paths = g_list_sort(g_hash_table_get_keys(v->marked), compare_paths);
	char *one = paths == NULL && f != NULL ? path_of(v, f) : NULL;
	if (one != NULL)
		paths = g_list_prepend(NULL, one);
	if (paths != NULL) {
		attach(app, v, paths);
		app_remove(app, &v->base);
	}
	g_list_free(paths);
	g_free(one);
}

static void
act_into(struct app *app, const char *arg)
{
	struct files_view *v = top(app);
	const struct file *f = selected(v);
	(void)arg;
	if (f == NULL || !f->is_folder)
		return;
	char *path = path_of(v, f);
	go(app, v, path);
	g_free(path);
}

PICK_MOVES(pick_of, n_of)

static void
page(struct app *app, int by)
{
	struct files_view *v = top(app);
	pick_move(app, &v->pick, by * MAX(v->base.area.rows - 1, 1), n_of(app));
}

static void
act_page_down(struct app *app, const char *arg)
{
	(void)arg;
	page(app, 1);
}

static void
act_page_up(struct app *app, const char *arg)
{
	(void)arg;
	page(app, -1);
}

/* clang-format off */
static const struct action actions[] = {
	{"open",	"Enter",	"attach or open", NULL, "attach what is marked, or this file; or open the folder", act_open},
	{"mark",	"t, Space, Insert", "mark", NULL,	"mark the file, or not",			act_mark},
	{"filter",	"/, l",		"filter", "TEXT",	"only names with this, as you type",		act_filter},
	{"parent",	"Backspace, h, Left, -", "up", NULL,	"the folder above",				act_parent},
	{"into",	"Right",	NULL,	NULL,		"open the folder",				act_into},
	{"home",	"~",		"home",	NULL,		"your home folder",				act_home},
	{"folder",	"c",		NULL,	"DIR",		"a folder by its name",				act_dir},
	{"hidden",	".",		"hidden", NULL,		"show hidden files, or not",			act_hidden},
	{"sort",	"o",		"sort",	NULL,		"by name, newest first, largest first",		act_sort},
	{"page-down",	"PageDown, C-f", NULL,	NULL,		"one page down",				act_page_down},
	{"page-up",	"PageUp, C-b",	NULL,	NULL,		"one page up",					act_page_up},
	PICK_ACTIONS
	{NULL,		NULL,		NULL,	NULL,		NULL,						NULL},
};
/* clang-format on */

const struct action_set files_actions = {"files", "Files to attach", actions};

static const struct view_class files_class = {
    .set = &files_actions,
    .draw = draw,
    .title = title,
    .position = position,
    .scroll = scroll,
    .click = click,
    .free = free_view,
};

bool
files_view_open(struct compose *c, const char *dir)
{
	struct app *app = c->app;
	struct files_view *v = g_new0(struct files_view, 1);
	GError *error = NULL;
	v->base.class = &files_class;
	v->serial = c->serial;
	v->marked = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	files_init(&v->files);
	if (dir == NULL)
		dir = app->last_attached_from != NULL ? app->last_attached_from : ".";
	if (!files_read(&v->files, dir, &error)) {
		app_error(app, "%s", error->message);
		g_error_free(error);
		free_view(app, &v->base);
		return false;
	}
	remember(app, v);
	app_push(app, &v->base);
	return true;
}
