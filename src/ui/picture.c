/* SPDX-License-Identifier: GPL-3.0-or-later */
/* picture.c - asks for cells and draws them. What comes from the helper is checked like a stranger's:
 * characters pass the gate of all outside text, colours must be colours, escape sequences of the one
 * grammar. */
#include "ui/picture.h"

#include "ui/ask.h"
#include "ui/graphics.h"
#include "ui/term.h"

#define PICTURE_MS 8000

struct picture {
	struct app *app;
	struct ask ask;
	json_t *cells; /* as penfold-picture gave them; NULL */
	char *data;    /* pixels; NULL */
	char *problem, *type;
	int cols, rows, width, height;
	int asked_cols, asked_rows;
	bool is_in_cells; /* whatever the terminal can */
};

struct picture *
picture_new(struct app *app)
{
	struct picture *p = g_new0(struct picture, 1);
	p->app = app;
	return p;
}

struct picture *
picture_new_in_cells(struct app *app)
{
	struct picture *p = picture_new(app);
	p->is_in_cells = true;
	return p;
}

static enum graphics_mode
mode_of(const struct picture *p)
{
	enum graphics_mode mode = graphics_mode(p->app->graphics);
	return p->is_in_cells && mode != GRAPHICS_NONE ? GRAPHICS_SYMBOLS : mode;
}

void
picture_reset(struct picture *p)
{
	ask_drop(&p->ask);
	json_decref(p->cells);
	p->cells = NULL;
	g_clear_pointer(&p->data, g_free);
	g_clear_pointer(&p->problem, g_free);
	g_clear_pointer(&p->type, g_free);
	p->cols = p->rows = p->asked_cols = p->asked_rows = 0;
}

void
picture_free(struct picture *p)
{
	if (p == NULL)
		return;
	picture_reset(p);
	g_free(p);
}

static void
take(struct picture *p, const json_t *obj)
{
	enum graphics_mode mode = mode_of(p);
	const char *data = jsonl_string(obj, "data");
	p->cols = (int)CLAMP(jsonl_int(obj, "cols", 0), 0, p->asked_cols);
	p->rows = (int)CLAMP(jsonl_int(obj, "rows", 0), 0, p->asked_rows);
	p->width = (int)CLAMP(jsonl_int(obj, "width", 0), 0, G_MAXINT);
	p->height = (int)CLAMP(jsonl_int(obj, "height", 0), 0, G_MAXINT);
	p->type = g_strdup(jsonl_string(obj, "type"));
	if (data != NULL && graphics_is_clean(mode, data))
		p->data = g_strdup(data);
	else if (data != NULL)
		p->problem = g_strdup("the picture's data is not what it should be");
	else
		p->cells = json_incref(json_object_get(obj, "cells"));
}

static void
on_reply(const struct reply *reply, void *user)
{
	struct picture *p = user;
	if (reply->kind == REPLY_EVENT)
		return;
	ask_end(&p->ask);
	if (reply->kind == REPLY_FAILED)
		p->problem = g_strdup(reply->error->message);
	else
		take(p, reply->obj);
	app_redraw(p->app);
}

static void
ask(struct picture *p, int fd, int cols, int rows, bool is_natural)
{
	enum graphics_mode mode = mode_of(p);
	int cell_width, cell_height;
	if (mode == GRAPHICS_NONE || cols < 1 || rows < 1 ||
	    (p->asked_cols == cols && p->asked_rows == rows))
		return;
	picture_reset(p);
	p->asked_cols = cols;
	p->asked_rows = rows;
	term_cell_size(&cell_width, &cell_height);
	json_t *obj = json_pack("{s:s, s:i, s:i, s:s, s:i, s:b, s:i, s:i, s:b}", "op", "picture", "cols", cols,
	    "rows", rows, "mode", graphics_mode_name(mode), "colors", theme_colours(p->app->canvas.theme),
	    "ascii", p->app->canvas.is_ascii, "cell_width", cell_width, "cell_height", cell_height,
	    "natural", is_natural);
	ask_picture(p->app, &p->ask, fd, obj, PICTURE_MS, on_reply, p);
}

void
picture_ask(struct picture *p, int fd, int cols, int rows)
{
	ask(p, fd, cols, rows, false);
}

void
picture_ask_natural(struct picture *p, int fd, int cols, int rows)
{
	ask(p, fd, cols, rows, true);
}

bool
picture_is_there(const struct picture *p)
{
	return p->cells != NULL || p->data != NULL;
}

const char *
picture_problem(const struct picture *p)
{
	return p->problem;
}

char *
picture_describe(const struct picture *p)
{
	if (p->width == 0 || p->height == 0)
		return g_strdup(p->type != NULL ? p->type : "");
	return g_strdup_printf("%d x %d  %s", p->width, p->height, p->type != NULL ? p->type : "");
}

int
picture_cols(const struct picture *p)
{
	return picture_is_there(p) ? p->cols : 0;
}

int
picture_rows(const struct picture *p)
{
	return picture_is_there(p) ? p->rows : 0;
}

static void
draw_row(const struct picture *p, const json_t *row, struct area a)
{
	int x = a.x;
	size_t i;
	json_t *run;
	json_array_foreach(row, i, run)
	{
		const char *text = json_string_value(json_array_get(run, 0));
		int fg = (int)json_integer_value(json_array_get(run, 1));
		int bg = (int)json_integer_value(json_array_get(run, 2));
		x += ui_coloured(&p->app->canvas, a.y, x, a.x + a.cols - x, fg, bg, text);
	}
}

bool
picture_has_cells(const struct picture *p)
{
	return p->cells != NULL;
}

void
picture_draw_rows(const struct picture *p, struct area area, int first)
{
	int n = MIN((int)json_array_size(p->cells) - first, area.rows);
	for (int y = 0; y < n; y++) {
		struct area line = {area.y + y, area.x, 1, area.cols};
		draw_row(p, json_array_get(p->cells, (size_t)(first + y)), line);
	}
}

void
picture_draw(const struct picture *p, struct area area)
{
	if (p->data != NULL && p->rows <= area.rows && p->cols <= area.cols)
		graphics_place(p->app->graphics, area.y, area.x, p->data);
	picture_draw_rows(p, area, 0);
}
