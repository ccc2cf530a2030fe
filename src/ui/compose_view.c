/* SPDX-License-Identifier: GPL-3.0-or-later */
/* compose_view.c - the picture of the review page: header, attachments, checks, body. */
#include "ui/compose.h"
#include "ui/edit_file.h"
#include "ui/format.h"
#include "ui/scroll.h"
#include "ui/tabs.h"

#include <sys/stat.h>

#define LEVEL_COLS 6
#define LABEL_COLS 10
#define SECURITY_ROWS 4

static struct compose *
cast(struct view *v)
{
	return (struct compose *)v;
}

static enum style
level_style(const char *level)
{
	if (g_strcmp0(level, "error") == 0)
		return STYLE_BAD;
	return g_strcmp0(level, "warn") == 0 ? STYLE_WARN : STYLE_MUTED;
}

static int
draw_field(const struct compose *c, struct area a, int y, const char *label, const char *key)
{
	const struct canvas *canvas = &c->app->canvas;
	char *text = compose_field(c, key);
	bool is_missing = *text == '\0' && (g_str_equal(key, "to") || g_str_equal(key, "subject"));
	enum style style = g_str_equal(key, "subject") ? STYLE_STRONG : STYLE_NORMAL;
	const char *worst = compose_worst(c, label, text);
	ui_text(canvas, y, a.x + 1, LABEL_COLS - 1, STYLE_HEADER, false, label);
	if (worst != NULL)
		ui_text(canvas, y, a.x + LABEL_COLS - 1, 1, level_style(worst), false, "!");
	ui_text(canvas, y, a.x + LABEL_COLS, a.cols - LABEL_COLS - 1,
	    is_missing ? STYLE_MUTED : style, false, is_missing ? "(none yet)" : text);
	g_free(text);
	return y + 1;
}

static int
draw_attachment(const struct compose *c, struct area a, int y, size_t i, const json_t *item)
{
	const struct canvas *canvas = &c->app->canvas;
	const char *path = jsonl_string(item, "path");
	const char *name = jsonl_string(item, "filename");
	struct stat st;
	bool is_there = path != NULL && stat(path, &st) == 0;
	char *size = is_there ? format_size((guint64)jsonl_int(item, "size", (gint64)st.st_size)) : g_strdup("not there");
	char *base = name != NULL ? g_strdup(name) : g_path_get_basename(path != NULL ? path : "");
	char *text = g_strdup_printf("%zu  %s  %s%s", i + 1, base, size,
	    jsonl_bool(item, "inline", false) ? "  shown within the letter" : "");
	ui_text(canvas, y, a.x + 1, LABEL_COLS - 1, STYLE_HEADER, false, i == 0 ? "Attached" : "");
	ui_text(canvas, y, a.x + LABEL_COLS, a.cols - LABEL_COLS - 1,
	    is_there ? STYLE_NORMAL : STYLE_BAD, false, text);
	g_free(text);
	g_free(base);
	g_free(size);
	return y + 1;
}

static int
draw_finding(const struct compose *c, struct area a, int y, int last, const json_t *f)
{
	const struct canvas *canvas = &c->app->canvas;
	const char *level = jsonl_string(f, "level");
	const char *where = jsonl_string(f, "where");
	const char *text = jsonl_string(f, "text");
	char *sentence = g_strdup_printf("%s%s%s", where != NULL ? where : "",
	    where != NULL && *where != '\0' ? ": " : "", text != NULL ? text : "");
	struct lines *lines = lines_new();
	/* what is to be done about it stands at its end */
	lines_add_wrapped(lines, STYLE_NORMAL, "", STYLE_NORMAL, sentence, MAX(a.cols - LABEL_COLS - LEVEL_COLS - 1, 1));
	int rows = MIN((int)lines_count(lines), last - y + 1);
	ui_text(canvas, y, a.x + LABEL_COLS, LEVEL_COLS, level_style(level), false, level);
	lines_draw(lines, canvas,
	    (struct area){y, a.x + LABEL_COLS + LEVEL_COLS, rows, MAX(a.cols - LABEL_COLS - LEVEL_COLS - 1, 1)});
	lines_free(lines);
	g_free(sentence);
	return y + rows;
}

static int
draw_checks(const struct compose *c, struct area a, int y, int last)
{
	const struct canvas *canvas = &c->app->canvas;
	size_t i, n = json_array_size(c->findings);
	json_t *f;
	if (n == 0 && y <= last) {
		const char *text = c->check_error != NULL ? c->check_error
		    : c->findings != NULL		   ? "nothing to complain about"
							   : "one moment";
		ui_text(canvas, y, a.x + 1, LABEL_COLS - 1, STYLE_HEADER, false, "Checks");
		ui_text(canvas, y, a.x + LABEL_COLS, a.cols - LABEL_COLS - 1,
		    c->findings != NULL ? STYLE_GOOD : STYLE_MUTED, false, text);
		return y + 1;
	}
	json_array_foreach(c->findings, i, f)
	{
		if (y > last)
			break;
		if (i == 0)
			ui_text(canvas, y, a.x + 1, LABEL_COLS - 1, STYLE_HEADER, false, "Checks");
		y = draw_finding(c, a, y, last, f);
	}
	return y;
}

static int
draw_security(const struct compose *c, struct area a, int y)
{
	enum style style;
	char *text = compose_secure_line(c, &style);
	int cols = MAX(a.cols - 2, 1);
	struct lines *lines = lines_new();
	/* whose key, and whether anybody vouches for it, must not be cut off */
	lines_add_wrapped(lines, STYLE_HEADER, "Security ", style, text, cols);
	if (c->in_clear != NULL) {
		g_free(text);
		text = g_strdup_printf("the draft is readable on this disk: %s", c->in_clear);
		lines_add_wrapped(lines, STYLE_WARN, "         ", STYLE_WARN, text, cols);
	}
	int rows = MIN((int)lines_count(lines), SECURITY_ROWS);
	lines_draw(lines, &c->app->canvas, (struct area){y, a.x + 1, rows, cols});
	lines_free(lines);
	g_free(text);
	return y + rows;
}

/* Better known before it is sent than from the report. */
static int
draw_unreached(const struct compose *c, struct area a, int y, int last)
{
	char *spec = compose_unreached(c);
	if (spec == NULL || y > last)
		return g_free(spec), y;
	char *text = g_strdup_printf("will come back: %s is not on this machine, and account %s has no server for sending",
	    spec, jsonl_string(c->draft, "account"));
	struct lines *lines = lines_new();
	lines_add_wrapped(lines, STYLE_HEADER, "Delivery ", STYLE_WARN, text, MAX(a.cols - 2, 1));
	int rows = MIN((int)lines_count(lines), last - y + 1);
	lines_draw(lines, &c->app->canvas, (struct area){y, a.x + 1, rows, MAX(a.cols - 2, 1)});
	lines_free(lines);
	g_free(text);
	g_free(spec);
	return y + rows;
}

static void
draw(struct app *app, struct view *v, struct area a)
{
	struct compose *c = cast(v);
	static const struct {
		const char *label, *key;
		bool is_always;
	} fields[] = {
	    {"From", "from", true},
	    {"To", "to", true},
	    {"Cc", "cc", true},
	    {"Bcc", "bcc", false},
	    {"Reply-To", "reply_to", false},
	    {"Subject", "subject", true},
	};
	int y = a.y, last = a.y + MAX(a.rows * 2 / 3, MIN(a.rows, 8)) - 1;
	for (size_t i = 0; i < G_N_ELEMENTS(fields) && y <= last; i++) {
		char *text = compose_field(c, fields[i].key);
		if (fields[i].is_always || *text != '\0')
			y = draw_field(c, a, y, fields[i].label, fields[i].key);
		g_free(text);
	}
	size_t i;
	json_t *item;
	json_array_foreach(json_object_get(c->draft, "attachments"), i, item)
	{
		if (y <= last)
			y = draw_attachment(c, a, y, i, item);
	}
	if (y <= last)
		y = draw_security(c, a, y);
	y = draw_unreached(c, a, y, last);
	y = draw_checks(c, a, y, last);
	if (y < a.y + a.rows)
		ui_rule(&app->canvas, y++, a.x, a.cols, STYLE_FAINT);
	struct area body = {y, a.x + 1, MAX(a.y + a.rows - y, 0), MAX(a.cols - 2, 1)};
	c->body_rows = body.rows;
	lines_draw(c->body, &app->canvas, body);
}

static char *
title(struct app *app, struct view *v)
{
	const struct compose *c = cast(v);
	const char *account = jsonl_string(c->draft, "account");
	const char *subject = jsonl_string(c->draft, "subject");
	if (tabs_count(app) > 1 && subject != NULL && *subject != '\0')
		return g_strdup_printf("A letter: %s", subject);
	if (account == NULL)
		return g_strdup("A letter");
	return g_strdup_printf("A letter %s %s", app->canvas.signs->dot, account);
}

static char *
position(struct app *app, struct view *v)
{
	const struct compose *c = cast(v);
	guint errors = compose_n_errors(c);
	(void)app;
	if (c->is_queueing)
		return g_strdup("queueing");
	if (errors > 0)
		return g_strdup_printf(errors == 1 ? "%u error" : "%u errors", errors);
	if (c->n_saving > 0)
		return g_strdup("saving");
	return g_strdup(c->is_unsaved ? "not on disk" : "saved");
}

static void
scroll(struct app *app, struct view *v, int by)
{
	lines_scroll(cast(v)->body, by, cast(v)->body_rows);
	app_redraw(app);
}

static void
free_view(struct app *app, struct view *v)
{
	struct compose *c = cast(v);
	(void)app;
	json_decref(c->draft);
	json_decref(c->findings);
	json_decref(c->plan);
	json_decref(c->write_back);
	json_decref(c->expanded);
	g_free(c->plan_error);
	g_free(c->in_clear);
	for (size_t i = 0; i < COMPOSE_N_EYES; i++)
		json_decref(c->seen[i]);
	lines_free(c->body);
	g_ptr_array_unref(c->edited);
	g_free(c->draft_id);
	g_free(c->check_error);
	g_free(c);
}

const struct view_class compose_class = {
    .set = &compose_actions,
    .draw = draw,
    .title = title,
    .position = position,
    .scroll = scroll,
    .pasted = compose_pasted,
    .free = free_view,
};
