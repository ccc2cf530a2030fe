/* SPDX-License-Identifier: GPL-3.0-or-later */
/* vt.c - a program's cells, kept by libvterm and drawn through the one gate for outside text. */
#include "ui/vt_private.h"

#include "base/safe_text.h"
#include "ui/palette.h"

#include <string.h>

/* what libvterm tells */

static int
on_cursor(VTermPos pos, VTermPos old, int visible, void *user)
{
	struct vt *vt = user;
	(void)old;
	(void)visible;
	vt->cursor = pos;
	return 1;
}

static int
on_property(VTermProp prop, VTermValue *value, void *user)
{
	struct vt *vt = user;
	if (prop == VTERM_PROP_CURSORVISIBLE)
		vt->has_cursor = value->boolean;
	else if (prop == VTERM_PROP_CURSORBLINK)
		vt->is_blinking = value->boolean;
	else if (prop == VTERM_PROP_CURSORSHAPE)
		vt->shape = value->number;
	else if (prop == VTERM_PROP_MOUSE)
		vt->mouse = value->number;
	return 1;
}

static int
on_bell(void *user)
{
	((struct vt *)user)->has_bell = true;
	return 1;
}

static void
on_reply(const char *bytes, size_t len, void *user)
{
	struct vt *vt = user;
	vt->reply(bytes, len, vt->user);
}

struct vt *
vt_new(int rows, int cols, vt_reply_fn reply, void *user)
{
	static const VTermScreenCallbacks callbacks = {
	    .movecursor = on_cursor,
	    .settermprop = on_property,
	    .bell = on_bell,
	};
	struct vt *vt = g_new0(struct vt, 1);
	vt->rows = MAX(rows, 1);
	vt->cols = MAX(cols, 1);
	vt->has_cursor = true;
	vt->reply = reply;
	vt->user = user;
	vt->term = vterm_new(vt->rows, vt->cols);
	vterm_set_utf8(vt->term, 1);
	vterm_output_set_callback(vt->term, on_reply, vt);
	vt->screen = vterm_obtain_screen(vt->term);
	vterm_screen_set_callbacks(vt->screen, &callbacks, vt);
	vterm_screen_enable_altscreen(vt->screen, 1);
	vterm_screen_reset(vt->screen, 1);
	vt->shape = 0;
	return vt;
}

void
vt_free(struct vt *vt)
{
	if (vt == NULL)
		return;
	vterm_free(vt->term);
	g_free(vt);
}

void
vt_feed(struct vt *vt, const char *bytes, size_t len)
{
	vterm_input_write(vt->term, bytes, len);
	vterm_screen_flush_damage(vt->screen);
}

void
vt_resize(struct vt *vt, int rows, int cols)
{
	rows = MAX(rows, 1);
	cols = MAX(cols, 1);
	if (rows == vt->rows && cols == vt->cols)
		return;
	vt->rows = rows;
	vt->cols = cols;
	vterm_set_size(vt->term, rows, cols);
	vterm_screen_flush_damage(vt->screen);
}

bool
vt_take_bell(struct vt *vt)
{
	bool had = vt->has_bell;
	vt->has_bell = false;
	return had;
}

/* drawing */

static int
colour(const VTermColor *c)
{
	if (VTERM_COLOR_IS_DEFAULT_FG(c) || VTERM_COLOR_IS_DEFAULT_BG(c))
		return -1;
	return VTERM_COLOR_IS_INDEXED(c) ? c->indexed.idx : palette_nearest(c->rgb.red << 16 | c->rgb.green << 8 | c->rgb.blue);
}

/* How a cell looks. */
struct look {
	int fg, bg;
	unsigned attrs;
};

static struct look
look_of(const VTermScreenCell *cell)
{
	return (struct look){.fg = colour(&cell->fg), .bg = colour(&cell->bg),
	    .attrs = (cell->attrs.bold ? UI_BOLD : 0) | (cell->attrs.underline ? UI_UNDERLINE : 0) |
		(cell->attrs.italic ? UI_ITALIC : 0) | (cell->attrs.reverse ? UI_REVERSE : 0)};
}

static bool
is_same(struct look a, struct look b)
{
	return a.fg == b.fg && a.bg == b.bg && a.attrs == b.attrs;
}

/* A run of cells that look the same. */
struct run {
	struct look look;
	int x, cols;
	GString *text;
};

static void
end_run(struct run *r, const struct canvas *c, int y, int x)
{
	if (r->cols > 0)
		ui_styled(c, y, x + r->x, r->cols, r->look.fg, r->look.bg, r->look.attrs, r->text->str);
	r->cols = 0;
	g_string_truncate(r->text, 0);
}

/* A cell's text; a width that we would count otherwise is made true by blanks. */
static void
add_cell(struct run *r, const VTermScreenCell *cell)
{
	gsize before = r->text->len;
	for (int i = 0; i < VTERM_MAX_CHARS_PER_CELL && cell->chars[i] != 0; i++)
		if (g_unichar_validate(cell->chars[i]))
			g_string_append_unichar(r->text, cell->chars[i]);
	int width = MAX((int)cell->width, 1);
	char *display = safe_line(r->text->str + before);
	int cols = safe_text_columns(display);
	if (cols > width) { /* an escape for what is not shown */
		g_string_truncate(r->text, before);
		cols = 0;
	}
	for (; cols < width; cols++)
		g_string_append_c(r->text, ' ');
	r->cols += width;
	g_free(display);
}

static void
draw_row(const struct vt *vt, const struct canvas *c, struct area a, int row, GString *text)
{
	struct run r = {.text = text};
	int cols = MIN(a.cols, vt->cols);
	for (int x = 0; x < cols;) {
		VTermScreenCell cell;
		if (!vterm_screen_get_cell(vt->screen, (VTermPos){.row = row, .col = x}, &cell))
			break;
		struct look look = look_of(&cell);
		if (r.cols > 0 && !is_same(look, r.look))
			end_run(&r, c, a.y + row, a.x);
		if (r.cols == 0) {
			r.look = look;
			r.x = x;
		}
		add_cell(&r, &cell);
		x += MAX((int)cell.width, 1);
	}
	end_run(&r, c, a.y + row, a.x);
}

void
vt_draw(const struct vt *vt, struct canvas *c, struct area a)
{
	GString *text = g_string_new(NULL);
	for (int row = 0; row < MIN(a.rows, vt->rows); row++)
		draw_row(vt, c, a, row, text);
	g_string_free(text, TRUE);
	if (vt->has_cursor && vt->cursor.row < a.rows && vt->cursor.col < a.cols)
		ui_typed_here(c, a.y + vt->cursor.row, a.x + vt->cursor.col);
	c->cursor_shape = vt->shape == 0 ? 0 : vt->shape * 2 - (vt->is_blinking ? 1 : 0);
}
