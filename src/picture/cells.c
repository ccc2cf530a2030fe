/* SPDX-License-Identifier: GPL-3.0-or-later */
/* cells.c - chafa chooses characters and colours; what it chose is handed out as data, not as escape
 * sequences, so that curses can draw it. Sixels and kitty's protocol know no other way. */
#include "picture/cells.h"

#include "base/limits.h"

#include <chafa/chafa.h>

#define CELL_WIDTH  8 /* pixels, where nobody knows */
#define CELL_HEIGHT 16
#define FONT_RATIO 0.5F /* width to height of a cell, where nobody knows */

static ChafaCanvasMode
canvas_mode(const struct cells_wish *wish)
{
	if (wish->mode != CELLS_SYMBOLS)
		return CHAFA_CANVAS_MODE_TRUECOLOR;
	if (wish->colors >= 256)
		return CHAFA_CANVAS_MODE_INDEXED_240;
	if (wish->colors >= 16)
		return CHAFA_CANVAS_MODE_INDEXED_16;
	if (wish->colors >= 8)
		return CHAFA_CANVAS_MODE_INDEXED_8;
	return CHAFA_CANVAS_MODE_FGBG;
}

static ChafaPixelMode
pixel_mode(enum cells_mode mode)
{
	switch (mode) {
	case CELLS_SIXEL:
		return CHAFA_PIXEL_MODE_SIXELS;
	case CELLS_KITTY:
		return CHAFA_PIXEL_MODE_KITTY;
	case CELLS_SYMBOLS:
		break;
	}
	return CHAFA_PIXEL_MODE_SYMBOLS;
}

static ChafaCanvas *
canvas_new(const struct cells_wish *wish, int cols, int rows)
{
	ChafaCanvasConfig *config = chafa_canvas_config_new();
	ChafaSymbolMap *symbols = chafa_symbol_map_new();

	/* half blocks and their like stand in every font; finer ones do not */
	chafa_symbol_map_add_by_tags(symbols,
	    wish->is_ascii ? CHAFA_SYMBOL_TAG_ASCII
			   : CHAFA_SYMBOL_TAG_SPACE | CHAFA_SYMBOL_TAG_HALF | CHAFA_SYMBOL_TAG_BLOCK |
				 CHAFA_SYMBOL_TAG_QUAD);
	chafa_symbol_map_remove_by_tags(symbols, CHAFA_SYMBOL_TAG_WIDE | CHAFA_SYMBOL_TAG_AMBIGUOUS);
	chafa_canvas_config_set_symbol_map(config, symbols);
	chafa_canvas_config_set_geometry(config, cols, rows);
	chafa_canvas_config_set_canvas_mode(config, canvas_mode(wish));
	chafa_canvas_config_set_pixel_mode(config, pixel_mode(wish->mode));
	if (wish->cell_width > 0 && wish->cell_height > 0)
		chafa_canvas_config_set_cell_geometry(config, wish->cell_width, wish->cell_height);
	else if (wish->mode == CELLS_KITTY) /* which fits its pixels to the cells: chafa's own would be square */
		chafa_canvas_config_set_cell_geometry(config, CELL_WIDTH, CELL_HEIGHT);
	chafa_canvas_config_set_work_factor(config, 0.5F);
	ChafaCanvas *canvas = chafa_canvas_new(config);
	chafa_symbol_map_unref(symbols);
	chafa_canvas_config_unref(config);
	return canvas;
}

static void
end_run(json_t *row, GString *text, int fg, int bg)
{
	if (text->len > 0)
		json_array_append_new(row, json_pack("[s, i, i]", text->str, fg, bg));
	g_string_truncate(text, 0);
}

static json_t *
symbol_row(ChafaCanvas *canvas, int y, int cols)
{
	json_t *row = json_array();
	GString *text = g_string_new(NULL);
	int fg = -1, bg = -1;

	for (int x = 0; x < cols; x++) {
		gunichar ch = chafa_canvas_get_char_at(canvas, x, y);
		int own_fg, own_bg;
		chafa_canvas_get_raw_colors_at(canvas, x, y, &own_fg, &own_bg);
		if (own_fg != fg || own_bg != bg)
			end_run(row, text, fg, bg);
		fg = own_fg;
		bg = own_bg;
		g_string_append_unichar(text, ch == 0 ? ' ' : ch);
	}
	end_run(row, text, fg, bg);
	g_string_free(text, TRUE);
	return row;
}

static void
add_symbols(json_t *out, ChafaCanvas *canvas, int cols, int rows)
{
	json_t *cells = json_array();

	for (int y = 0; y < rows; y++)
		json_array_append_new(cells, symbol_row(canvas, y, cols));
	json_object_set_new(out, "cells", cells);
}

static void
add_data(json_t *out, ChafaCanvas *canvas)
{
	ChafaTermInfo *terminal = chafa_term_db_get_fallback_info(chafa_term_db_get_default());
	GString *data = chafa_canvas_print(canvas, terminal);

	json_object_set_new(out, "data", json_stringn(data->str, data->len));
	g_string_free(data, TRUE);
	chafa_term_info_unref(terminal);
}

json_t *
cells_draw(const struct raster *raster, const struct cells_wish *wish)
{
	int cols = CLAMP(wish->cols, 1, LIMIT_PICTURE_CELLS), rows = CLAMP(wish->rows, 1, LIMIT_PICTURE_CELLS);
	float ratio = wish->cell_width > 0 && wish->cell_height > 0
			  ? (float)wish->cell_width / (float)wish->cell_height
			  : FONT_RATIO;

	if (wish->is_natural) {
		int width = wish->cell_width > 0 ? wish->cell_width : CELL_WIDTH;
		int height = wish->cell_height > 0 ? wish->cell_height : CELL_HEIGHT;
		cols = CLAMP((raster->own_width + width - 1) / width, 1, cols);
		rows = CLAMP((raster->own_height + height - 1) / height, 1, rows);
	}
	chafa_set_n_threads(1); /* the seal allows no others */
	chafa_calc_canvas_geometry(raster->width, raster->height, &cols, &rows, ratio, TRUE, FALSE);
	cols = MAX(cols, 1);
	rows = MAX(rows, 1);
	ChafaCanvas *canvas = canvas_new(wish, cols, rows);
	chafa_canvas_draw_all_pixels(canvas, CHAFA_PIXEL_RGBA8_UNASSOCIATED, raster->rgba, raster->width,
	    raster->height, raster->stride);
	json_t *out = json_pack("{s:i, s:i}", "cols", cols, "rows", rows);
	if (wish->mode == CELLS_SYMBOLS)
		add_symbols(out, canvas, cols, rows);
	else
		add_data(out, canvas);
	chafa_canvas_unref(canvas);
	return out;
}
