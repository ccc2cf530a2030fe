/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Pictures made here: their pixels, their place in the cells, and what is no picture. */
#include "base/error.h"
#include "base/limits.h"
#include "picture/cells.h"

#include <gdk-pixbuf/gdk-pixbuf.h>
#include <string.h>

#define DRAWING(attributes, body) \
	"<svg xmlns='http://www.w3.org/2000/svg' xmlns:xlink='http://www.w3.org/1999/xlink' " attributes ">" body "</svg>"

/* A picture of one colour, its left half in red, as a file of that type. */
static GBytes *
photograph(int width, int height, const char *type)
{
	GdkPixbuf *pixbuf = gdk_pixbuf_new(GDK_COLORSPACE_RGB, TRUE, 8, width, height);
	char *bytes;
	gsize len;

	gdk_pixbuf_fill(pixbuf, 0x0000ffff);
	GdkPixbuf *left = gdk_pixbuf_new_subpixbuf(pixbuf, 0, 0, MAX(width / 2, 1), height);
	gdk_pixbuf_fill(left, 0xff0000ff);
	g_assert_true(gdk_pixbuf_save_to_buffer(pixbuf, &bytes, &len, type, NULL, NULL));
	g_object_unref(left);
	g_object_unref(pixbuf);
	return g_bytes_new_take(bytes, len);
}

static const guint8 *
pixel(const struct raster *r, int x, int y)
{
	return r->rgba + (ptrdiff_t)y * r->stride + (ptrdiff_t)x * 4;
}

static void
test_photographs(void)
{
	static const char *const types[] = {"png", "jpeg"};

	for (size_t i = 0; i < G_N_ELEMENTS(types); i++) {
		GBytes *bytes = photograph(40, 20, types[i]);
		struct raster r;
		GError *error = NULL;
		g_assert_true(raster_init(&r, bytes, 100, &error));
		g_assert_no_error(error);
		g_assert_cmpint(r.width, ==, 40);
		g_assert_cmpint(r.own_height, ==, 20);
		g_assert_cmpint(pixel(&r, 4, 4)[0], >, 200);
		g_assert_cmpint(pixel(&r, 36, 4)[2], >, 200);
		raster_fini(&r);
		g_assert_true(raster_init(&r, bytes, 10, &error));
		g_assert_cmpint(r.width, ==, 10);
		g_assert_cmpint(r.height, ==, 5);
		g_assert_cmpint(r.own_width, ==, 40);
		raster_fini(&r);
		g_bytes_unref(bytes);
	}
}

static void
test_drawings(void)
{
	static const struct {
		const char *text;
		int width, height;
	} cases[] = {
	    {DRAWING("viewBox='0 0 2 1'", "<rect width='1' height='1' fill='red'/>"), 100, 50},
	    {DRAWING("width='30' height='60'", "<rect width='15' height='60' fill='red'/>"), 50, 100},
	    {DRAWING("", "<rect width='50%' height='100%' fill='red'/>"), 100, 100},
	    {DRAWING("viewBox='0 0 9000000 1'", ""), 100, 1},
	};

	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		GBytes *bytes = g_bytes_new_static(cases[i].text, strlen(cases[i].text));
		struct raster r;
		g_test_message("%s", cases[i].text);
		g_assert_true(raster_init(&r, bytes, 100, NULL));
		g_assert_cmpstr(r.type, ==, "image/svg+xml");
		g_assert_cmpint(r.width, ==, cases[i].width);
		g_assert_cmpint(r.height, ==, cases[i].height);
		/* red at the left but in the last, and the ground is white and opaque */
		g_assert_cmpint(pixel(&r, 0, 0)[0], ==, 255);
		g_assert_cmpint(pixel(&r, 0, 0)[1], ==, i == 3 ? 255 : 0);
		g_assert_cmpint(pixel(&r, r.width - 1, r.height - 1)[1], ==, 255);
		g_assert_cmpint(pixel(&r, 0, 0)[3], ==, 255);
		raster_fini(&r);
		g_bytes_unref(bytes);
	}
}

static void
expect_error(GBytes *bytes, int code)
{
	struct raster r;
	GError *error = NULL;

	g_test_message("%zu bytes", g_bytes_get_size(bytes));
	g_assert_false(raster_init(&r, bytes, 100, &error));
	g_assert_error(error, PF_ERROR, code);
	g_error_free(error);
	raster_fini(&r);
	g_bytes_unref(bytes);
}

/* The header of a PNG that claims this size, and nothing behind it. */
static GBytes *
claim(guint32 width, guint32 height)
{
	guint8 png[] = "\x89PNG\r\n\x1a\n\0\0\0\rIHDR....----\x08\x02\0\0\0CCCC";
	guint32 be_width = GUINT32_TO_BE(width), be_height = GUINT32_TO_BE(height);

	memcpy(png + 16, &be_width, 4);
	memcpy(png + 20, &be_height, 4);
	return g_bytes_new(png, sizeof png - 1);
}

static void
test_broken(void)
{
	GBytes *whole = photograph(40, 20, "png");

	expect_error(g_bytes_new_static("", 0), PF_ERROR_UNAVAILABLE);
	expect_error(g_bytes_new_static("hello", 5), PF_ERROR_UNAVAILABLE);
	expect_error(g_bytes_new_static("\x89PNG\r\n\x1a\n", 8), PF_ERROR_DATA);
	expect_error(g_bytes_new_static("\xff\xd8\xff", 3), PF_ERROR_DATA);
	expect_error(g_bytes_new_static("<svg", 4), PF_ERROR_DATA);
	expect_error(g_bytes_new_static("<svg xmlns='x'/>", 16), PF_ERROR_DATA);
	expect_error(g_bytes_new_from_bytes(whole, 0, 20), PF_ERROR_DATA);
	expect_error(claim(1000000, 1000000), PF_ERROR_DATA);
	g_bytes_unref(whole);
}

/* All columns of a row of runs, and the colours of its first and last. */
static int
row_columns(const json_t *row, int *first_bg_out, int *last_bg_out)
{
	int cols = 0;

	for (size_t i = 0; i < json_array_size(row); i++) {
		const json_t *run = json_array_get(row, i);
		cols += (int)g_utf8_strlen(json_string_value(json_array_get(run, 0)), -1);
		*last_bg_out = (int)json_integer_value(json_array_get(run, 2));
		if (i == 0)
			*first_bg_out = *last_bg_out;
	}
	return cols;
}

static void
test_cells(void)
{
	static const struct {
		int width, height, cols, rows, got_cols, got_rows;
	} cases[] = {
	    {40, 40, 20, 20, 20, 10}, {40, 40, 20, 4, 8, 4}, {80, 20, 20, 20, 20, 2}, {1, 1, 1, 1, 1, 1},
	};

	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		GBytes *bytes = photograph(cases[i].width, cases[i].height, "png");
		const struct cells_wish wish = {.cols = cases[i].cols, .rows = cases[i].rows, .colors = 256};
		struct raster r;
		g_assert_true(raster_init(&r, bytes, 256, NULL));
		json_t *out = cells_draw(&r, &wish);
		const json_t *cells = json_object_get(out, "cells");
		int first = -2, last = -2;
		g_assert_cmpint(json_integer_value(json_object_get(out, "cols")), ==, cases[i].got_cols);
		g_assert_cmpint(json_integer_value(json_object_get(out, "rows")), ==, cases[i].got_rows);
		g_assert_cmpuint(json_array_size(cells), ==, cases[i].got_rows);
		for (size_t y = 0; y < json_array_size(cells); y++)
			g_assert_cmpint(row_columns(json_array_get(cells, y), &first, &last), ==,
			    cases[i].got_cols);
		if (cases[i].got_cols > 1)
			g_assert_cmpint(first, !=, last);
		json_decref(out);
		raster_fini(&r);
		g_bytes_unref(bytes);
	}
}

/* What is to be written to a terminal is of one grammar and nothing else. */
static void
test_sequences(void)
{
	static const struct {
		enum cells_mode mode;
		const char *begin, *end;
	} cases[] = {{CELLS_SIXEL, "\033P", "\033\\"}, {CELLS_KITTY, "\033_Ga=T", "\033\\"}};
	GBytes *bytes = photograph(40, 40, "png");
	struct raster r;

	g_assert_true(raster_init(&r, bytes, 256, NULL));
	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		const struct cells_wish wish = {.mode = cases[i].mode, .cols = 4, .rows = 2};
		json_t *out = cells_draw(&r, &wish);
		const char *data = json_string_value(json_object_get(out, "data"));
		g_assert_nonnull(data);
		g_assert_true(g_str_has_prefix(data, cases[i].begin));
		g_assert_true(strstr(data, cases[i].end) != NULL);
		json_decref(out);
	}
	raster_fini(&r);
	g_bytes_unref(bytes);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/picture/photographs", test_photographs);
	g_test_add_func("/picture/drawings", test_drawings);
	g_test_add_func("/picture/broken", test_broken);
	g_test_add_func("/picture/cells", test_cells);
	g_test_add_func("/picture/sequences", test_sequences);
	return g_test_run();
}
