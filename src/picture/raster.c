/* SPDX-License-Identifier: GPL-3.0-or-later */
/* raster.c - gdk-pixbuf for photographs, librsvg for drawings. The sniffing is ours: the libraries would
 * look into files for it, and cannot once the program is sealed. */
#include "picture/raster.h"

#include "base/error.h"
#include "base/limits.h"

#include <cairo.h>
#include <gdk-pixbuf/gdk-pixbuf.h>
#include <librsvg/rsvg.h>
#include <string.h>

/* clang-format off */
static const struct {
	const char *magic;
	size_t len, at;
	const char *type, *loader;
} formats[] = {
	{"\x89PNG\r\n\x1a\n", 8, 0, "image/png", "png"},
	{"\xff\xd8\xff", 3, 0, "image/jpeg", "jpeg"},
	{"GIF8", 4, 0, "image/gif", "gif"},
	{"WEBPVP8", 7, 8, "image/webp", "webp"},
};
/* clang-format on */

static int
format_of(const guint8 *bytes, size_t len)
{
	for (size_t i = 0; i < G_N_ELEMENTS(formats); i++)
		if (len >= formats[i].at + formats[i].len &&
		    memcmp(bytes + formats[i].at, formats[i].magic, formats[i].len) == 0)
			return (int)i;
	return -1;
}

static bool
is_drawing(const guint8 *bytes, size_t len)
{
	return g_strstr_len((const char *)bytes, (gssize)MIN(len, 4096), "<svg") != NULL;
}

/* ---- photographs */

struct size_watch {
	struct raster *out;
	int max;
	bool is_too_large;
};

static void
on_size(GdkPixbufLoader *loader, int width, int height, gpointer data)
{
	struct size_watch *watch = data;
	gint64 larger = MAX(width, height);

	watch->out->own_width = width;
	watch->out->own_height = height;
	watch->is_too_large = (gint64)width * height > LIMIT_PICTURE_PIXELS;
	if (watch->is_too_large)
		gdk_pixbuf_loader_set_size(loader, 1, 1);
	else if (larger > watch->max)
		gdk_pixbuf_loader_set_size(loader, (int)MAX((gint64)width * watch->max / larger, 1),
		    (int)MAX((gint64)height * watch->max / larger, 1));
}

/* Turn it as the camera says, and see to an alpha channel. Owned. */
static GdkPixbuf *
upright_rgba(GdkPixbuf *pixbuf)
{
	GdkPixbuf *upright = gdk_pixbuf_apply_embedded_orientation(pixbuf);

	if (upright == NULL)
		upright = g_object_ref(pixbuf);
	GdkPixbuf *rgba = gdk_pixbuf_add_alpha(upright, FALSE, 0, 0, 0);
	g_object_unref(upright);
	return rgba;
}

static bool
read_photograph(struct raster *out, int format, GBytes *bytes, int max, GError **error)
{
	struct size_watch watch = {.out = out, .max = max};
	GdkPixbufLoader *loader = gdk_pixbuf_loader_new_with_type(formats[format].loader, NULL);
	GError *why = NULL;
	enum { BLOCK = 65536 };

	if (loader == NULL) {
		g_set_error(error, PF_ERROR, PF_ERROR_UNAVAILABLE,
		    "pictures of type %s are not read on this system", formats[format].type);
		return false;
	}
	g_signal_connect(loader, "size-prepared", G_CALLBACK(on_size), &watch);
	size_t len;
	const guint8 *data = g_bytes_get_data(bytes, &len);
	bool is_ok = true;
	for (size_t at = 0; is_ok && at < len && !watch.is_too_large; at += BLOCK)
		is_ok = gdk_pixbuf_loader_write(loader, data + at, MIN(BLOCK, len - at), &why);
	bool is_closed = gdk_pixbuf_loader_close(loader, is_ok ? &why : NULL);
	GdkPixbuf *pixbuf = gdk_pixbuf_loader_get_pixbuf(loader);
	if (watch.is_too_large)
		g_set_error(error, PF_ERROR, PF_ERROR_LIMIT, "the picture has %d x %d pixels, too many to show",
		    out->own_width, out->own_height);
	else if (pixbuf == NULL || !is_closed)
		g_set_error(error, PF_ERROR, PF_ERROR_DATA, "the picture cannot be read: %s",
		    why == NULL ? "it is not whole" : why->message);
	else
		out->keeper = upright_rgba(pixbuf);
	g_clear_error(&why);
	g_object_unref(loader);
	if (out->keeper == NULL)
		return false;
	out->width = gdk_pixbuf_get_width(out->keeper);
	out->height = gdk_pixbuf_get_height(out->keeper);
	out->stride = gdk_pixbuf_get_rowstride(out->keeper);
	out->rgba = gdk_pixbuf_get_pixels(out->keeper);
	return true;
}

/* ---- drawings */

/* The size that fits into max x max with the drawing's own proportions; a square without any. */
static void
fit(RsvgHandle *handle, int max, struct raster *out)
{
	gboolean has_width, has_height, has_box;
	RsvgLength width, height;
	RsvgRectangle box;
	double own_width = 1, own_height = 1;

	rsvg_handle_get_intrinsic_dimensions(
	    handle, &has_width, &width, &has_height, &height, &has_box, &box);
	if (has_box && box.width > 0 && box.height > 0) {
		own_width = box.width;
		own_height = box.height;
	} else if (!rsvg_handle_get_intrinsic_size_in_pixels(handle, &own_width, &own_height) ||
		   own_width <= 0 || own_height <= 0) {
		own_width = own_height = 1;
	}
	double larger = MAX(own_width, own_height);
	out->width = (int)CLAMP(own_width * max / larger, 1, max);
	out->height = (int)CLAMP(own_height * max / larger, 1, max);
}

/* cairo's premultiplied native words, on an opaque ground, to RGBA. Owned. */
static guint8 *
opaque_rgba(cairo_surface_t *surface, int width, int height)
{
	const guint8 *rows = cairo_image_surface_get_data(surface);
	int stride = cairo_image_surface_get_stride(surface);
	guint8 *rgba = g_malloc((size_t)width * (size_t)height * 4);

	for (int y = 0; y < height; y++)
		for (int x = 0; x < width; x++) {
			guint32 pixel;
			guint8 *to = rgba + ((size_t)y * (size_t)width + (size_t)x) * 4;
			memcpy(&pixel, rows + (ptrdiff_t)y * stride + (ptrdiff_t)x * 4, 4);
			to[0] = (guint8)(pixel >> 16);
			to[1] = (guint8)(pixel >> 8);
			to[2] = (guint8)pixel;
			to[3] = 255;
		}
	return rgba;
}

static bool
draw(RsvgHandle *handle, struct raster *out, GError **error)
{
	cairo_surface_t *surface =
	    cairo_image_surface_create(CAIRO_FORMAT_RGB24, out->width, out->height);
	cairo_t *cr = cairo_create(surface);
	const RsvgRectangle all = {.width = out->width, .height = out->height};
	GError *why = NULL;

	cairo_set_source_rgb(cr, 1, 1, 1);
	cairo_paint(cr);
	bool is_ok = rsvg_handle_render_document(handle, cr, &all, &why) &&
		     cairo_status(cr) == CAIRO_STATUS_SUCCESS;
	cairo_surface_flush(surface);
	if (is_ok)
		out->rgba = opaque_rgba(surface, out->width, out->height);
	else
		g_set_error(error, PF_ERROR, PF_ERROR_DATA, "the drawing cannot be drawn: %s",
		    why == NULL ? "out of bounds" : why->message);
	out->stride = out->width * 4;
	g_clear_error(&why);
	cairo_destroy(cr);
	cairo_surface_destroy(surface);
	return is_ok;
}

static bool
read_drawing(struct raster *out, GBytes *bytes, int max, GError **error)
{
	size_t len;
	const guint8 *data = g_bytes_get_data(bytes, &len);
	GError *why = NULL;
	/* no base URI: whatever the drawing refers to outside of itself leads nowhere */
	RsvgHandle *handle = rsvg_handle_new_from_data(data, len, &why);

	out->type = "image/svg+xml";
	if (handle == NULL) {
		g_set_error(error, PF_ERROR, PF_ERROR_DATA, "the drawing cannot be read: %s",
		    why == NULL ? "it is not whole" : why->message);
		g_clear_error(&why);
		return false;
	}
	fit(handle, max, out);
	bool is_ok = draw(handle, out, error);
	g_object_unref(handle);
	return is_ok;
}

/* ---- both */

void
raster_preload(void)
{
	static const char drawing[] = "<svg xmlns='http://www.w3.org/2000/svg'><rect width='1' height='1'/></svg>";
	struct raster raster;

	for (size_t i = 0; i < G_N_ELEMENTS(formats); i++) {
		GdkPixbufLoader *loader = gdk_pixbuf_loader_new_with_type(formats[i].loader, NULL);
		if (loader == NULL)
			continue;
		(void)gdk_pixbuf_loader_close(loader, NULL); /* nothing was written: it complains */
		g_object_unref(loader);
	}
	GBytes *bytes = g_bytes_new_static(drawing, sizeof drawing - 1);
	if (raster_init(&raster, bytes, 1, NULL))
		raster_fini(&raster);
	g_bytes_unref(bytes);
}

bool
raster_init(struct raster *out, GBytes *bytes, int max, GError **error)
{
	size_t len;
	const guint8 *data = g_bytes_get_data(bytes, &len);
	int format = format_of(data, len);

	*out = (struct raster){0};
	max = CLAMP(max, 1, LIMIT_PICTURE_SIDE);
	if (format >= 0) {
		out->type = formats[format].type;
		return read_photograph(out, format, bytes, max, error);
	}
	if (len > 0 && is_drawing(data, len))
		return read_drawing(out, bytes, max, error);
	g_set_error_literal(error, PF_ERROR, PF_ERROR_UNAVAILABLE,
	    "this is no PNG, JPEG, GIF, WebP or SVG picture");
	return false;
}

void
raster_fini(struct raster *raster)
{
	if (raster->keeper != NULL)
		g_object_unref(raster->keeper);
	else
		g_free(raster->rgba);
	*raster = (struct raster){0};
}
