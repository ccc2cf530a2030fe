/* SPDX-License-Identifier: GPL-3.0-or-later */
/* svg_unpack.c - a logo out of its gzip wrapping, and never more of it than a logo may have; its encoding. */
#include "auth/svg.h"

#include "base/error.h"
#include "base/limits.h"

#include <gio/gio.h>
#include <string.h>

GBytes *
svg_unpack(GBytes *bytes, GError **error)
{
	size_t len, got = 0, used = 0;
	const guint8 *data = g_bytes_get_data(bytes, &len);

	if (len < 2 || data[0] != 0x1f || data[1] != 0x8b) {
		if (len <= LIMIT_LOGO_BYTES)
			return g_bytes_ref(bytes);
		g_set_error(error, PF_ERROR, PF_ERROR_LIMIT, "the logo has %zu bytes; at most %u are read",
		    len, LIMIT_LOGO_BYTES);
		return NULL;
	}
	GZlibDecompressor *gunzip = g_zlib_decompressor_new(G_ZLIB_COMPRESSOR_FORMAT_GZIP);
	guint8 *out = g_malloc(LIMIT_LOGO_BYTES + 1);
	GConverterResult result = g_converter_convert(G_CONVERTER(gunzip), data, len, out,
	    LIMIT_LOGO_BYTES + 1, G_CONVERTER_INPUT_AT_END, &used, &got, NULL);
	g_object_unref(gunzip);
	if (result == G_CONVERTER_FINISHED && got <= LIMIT_LOGO_BYTES)
		return g_bytes_new_take(out, got);
	if (got > LIMIT_LOGO_BYTES)
		g_set_error(error, PF_ERROR, PF_ERROR_LIMIT, "the logo unpacks to more than %u bytes",
		    LIMIT_LOGO_BYTES);
	else
		g_set_error_literal(error, PF_ERROR, PF_ERROR_DATA, "the logo's gzip data is broken");
	g_free(out);
	return NULL;
}

static bool
begins_with(const char *at, const char *end, const char *text)
{
	return (size_t)(end - at) >= strlen(text) && memcmp(at, text, strlen(text)) == 0;
}

bool
svg_has_other_encoding(const char *bytes, size_t len)
{
	const char *end = bytes + len, *begin = begins_with(bytes, end, "\xef\xbb\xbf") ? bytes + 3 : bytes;
	const char *declared = begins_with(begin, end, "<?xml") ? g_strstr_len(begin, (gssize)(end - begin), "?>") : NULL;
	char *head = declared == NULL ? NULL : g_strndup(begin, (gsize)(declared - begin));
	const char *at = head == NULL ? NULL : strstr(head, "encoding");
	bool is_other = false;

	if (at != NULL) {
		at += strlen("encoding") + strspn(at + strlen("encoding"), " \t\r\n=\"'");
		is_other = g_ascii_strncasecmp(at, "utf-8", 5) != 0 || strchr("\"'", at[5]) == NULL;
	}
	g_free(head);
	return is_other;
}
