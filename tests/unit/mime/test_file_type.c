/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Types by name: the whole table is reached, and nothing else. */
#include "mime/file_type.h"

#include <glib.h>

static void
test_of_name(void)
{
	static const struct {
		const char *name, *type;
	} cases[] = {
		{ "a.7z", "application/x-7z-compressed" }, /* the first and the last of the table */
		{ "a.zst", "application/zstd" },
		{ "photo.JPEG", "image/jpeg" },
		{ "x.tar.gz", "application/gzip" },
		{ "0001-mime-say-so.patch", "text/x-diff" },
		{ "l\303\266we.png", "image/png" },
		{ "letter.eml", "message/rfc822" },
		{ ".txt", NULL }, /* a hidden file, not an end */
		{ "txt", NULL },
		{ "a.", NULL },
		{ "", NULL },
		{ "a.txtx", NULL },
		{ "a.unheard-of", NULL },
	};

	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++)
		g_assert_cmpstr(file_type_of_name(cases[i].name), ==, cases[i].type);
}

/* Each end that the search must find, in order: a table that is not sorted loses some. */
static void
test_sorted(void)
{
	static const char *const ends[] = { "avif", "bmp", "bz2", "c", "cc", "conf", "cpp", "css", "csv",
		"diff", "doc", "docx", "epub", "flac", "gif", "gz", "h", "heic", "htm", "html", "ics",
		"jpg", "js", "json", "log", "m4a", "md", "mov", "mp3", "mp4", "odp", "ods", "odt", "oga",
		"ogg", "ogv", "opus", "pdf", "ppt", "pptx", "ps", "py", "rtf", "sh", "svg", "tar", "text",
		"tgz", "tif", "tiff", "txt", "vcf", "wav", "webm", "webp", "xhtml", "xls", "xlsx", "xml",
		"xz", "yaml", "yml", "zip" };

	for (size_t i = 0; i < G_N_ELEMENTS(ends); i++) {
		char *name = g_strconcat("a.", ends[i], NULL);

		g_test_message("%s", name);
		g_assert_nonnull(file_type_of_name(name));
		g_free(name);
	}
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/file-type/of-name", test_of_name);
	g_test_add_func("/file-type/sorted", test_sorted);
	return g_test_run();
}
