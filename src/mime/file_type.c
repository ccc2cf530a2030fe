/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Ends of file names and the types they stand for: what people attach, as IANA registers it. */
#include "mime/file_type.h"

#include <glib.h>
#include <stdlib.h>
#include <string.h>

struct file_type {
	const char *end, *type;
};

/* clang-format off */
/* Sorted by end. Programs' sources are text: a reader shows them in place. */
static const struct file_type types[] = {
	{"7z", "application/x-7z-compressed"},
	{"avif", "image/avif"},
	{"bmp", "image/bmp"},
	{"bz2", "application/x-bzip2"},
	{"c", "text/x-csrc"},
	{"cc", "text/x-c++src"},
	{"conf", "text/plain"},
	{"cpp", "text/x-c++src"},
	{"css", "text/css"},
	{"csv", "text/csv"},
	{"diff", "text/x-diff"},
	{"doc", "application/msword"},
	{"docx", "application/vnd.openxmlformats-officedocument.wordprocessingml.document"},
	{"eml", "message/rfc822"},
	{"epub", "application/epub+zip"},
	{"flac", "audio/flac"},
	{"gif", "image/gif"},
	{"gz", "application/gzip"},
	{"h", "text/x-chdr"},
	{"heic", "image/heic"},
	{"htm", "text/html"},
	{"html", "text/html"},
	{"ics", "text/calendar"},
	{"jpeg", "image/jpeg"},
	{"jpg", "image/jpeg"},
	{"js", "text/javascript"},
	{"json", "application/json"},
	{"log", "text/plain"},
	{"m4a", "audio/mp4"},
	{"md", "text/markdown"},
	{"mov", "video/quicktime"},
	{"mp3", "audio/mpeg"},
	{"mp4", "video/mp4"},
	{"odp", "application/vnd.oasis.opendocument.presentation"},
	{"ods", "application/vnd.oasis.opendocument.spreadsheet"},
	{"odt", "application/vnd.oasis.opendocument.text"},
	{"oga", "audio/ogg"},
	{"ogg", "audio/ogg"},
	{"ogv", "video/ogg"},
	{"opus", "audio/ogg"},
	{"patch", "text/x-diff"},
	{"pdf", "application/pdf"},
	{"png", "image/png"},
	{"ppt", "application/vnd.ms-powerpoint"},
	{"pptx", "application/vnd.openxmlformats-officedocument.presentationml.presentation"},
	{"ps", "application/postscript"},
	{"py", "text/x-python"},
	{"rtf", "application/rtf"},
	{"sh", "application/x-sh"},
	{"svg", "image/svg+xml"},
	{"tar", "application/x-tar"},
	{"text", "text/plain"},
	{"tgz", "application/gzip"},
	{"tif", "image/tiff"},
	{"tiff", "image/tiff"},
	{"txt", "text/plain"},
	{"vcf", "text/vcard"},
	{"wav", "audio/x-wav"},
	{"webm", "video/webm"},
	{"webp", "image/webp"},
	{"xhtml", "application/xhtml+xml"},
	{"xls", "application/vnd.ms-excel"},
	{"xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"},
	{"xml", "application/xml"},
	{"xz", "application/x-xz"},
	{"yaml", "application/yaml"},
	{"yml", "application/yaml"},
	{"zip", "application/zip"},
	{"zst", "application/zstd"},
};
/* clang-format on */

static int
compare(const void *end, const void *entry)
{
	return g_ascii_strcasecmp(end, ((const struct file_type *)entry)->end);
}

const char *
file_type_of_name(const char *filename)
{
	const char *dot = strrchr(filename, '.');
	const struct file_type *found = NULL;

	if (dot != NULL && dot != filename)
		found = bsearch(dot + 1, types, G_N_ELEMENTS(types), sizeof(types[0]), compare);
	return found != NULL ? found->type : NULL;
}
