/* SPDX-License-Identifier: GPL-3.0-or-later */
/* report_unpack.c - gzip and zip around a report, through libarchive, from memory and
 * with limits on members, size and ratio. An archive within an archive is not opened. */
#include "mime/report_private.h"

#include "base/limits.h"
#include "mime/charset.h"

#include <archive.h>
#include <archive_entry.h>
#include <string.h>

#define BLOCK 16384
#define SMALL                                                                            \
	(1u << 20) /* up to here the ratio does not matter: 4 kB of zeros pack well */

/* The charset of XML or JSON in UTF-16, by its mark or by its first letter (XML 1.0 appendix F); NULL for all
 * other bytes. */
static const char *
utf16_of(const char *bytes, size_t len)
{
	if (len < 4)
		return NULL;
	if (memcmp(bytes, "\xff\xfe", 2) == 0 || ((*bytes == '<' || *bytes == '{') && bytes[1] == '\0'))
		return "utf-16le";
	bool is_big = memcmp(bytes, "\xfe\xff", 2) == 0 ||
	    (*bytes == '\0' && (bytes[1] == '<' || bytes[1] == '{'));
	return is_big ? "utf-16be" : NULL;
}

static GBytes *
to_utf8(GBytes *report)
{
	gsize len;
	const char *bytes = report != NULL ? g_bytes_get_data(report, &len) : NULL;
	const char *name = bytes != NULL ? utf16_of(bytes, len) : NULL;
	struct charset *charset;
	GString *out;

	if (name == NULL)
		return report;
	charset = charset_new(name);
	out = g_string_new(NULL);
	charset_feed(charset, bytes, len, true, out);
	charset_free(charset);
	g_bytes_unref(report);
	return g_string_free_to_bytes(out);
}

static bool
is_text(const char *bytes, size_t len)
{
	if (utf16_of(bytes, len) != NULL)
		return true;
	size_t i = len >= 3 && memcmp(bytes, "\xef\xbb\xbf", 3) == 0 ? 3 : 0;

	while (i < len && g_ascii_isspace(bytes[i]))
		i++;
	return i < len && (bytes[i] == '<' || bytes[i] == '{');
}

static bool
is_packed(const char *bytes, size_t len)
{
	return len > 4 &&
	       (memcmp(bytes, "\x1f\x8b", 2) == 0 || memcmp(bytes, "PK\x03\x04", 4) == 0);
}

/* The present member, whole; NULL past a limit or when it is damaged. */
static GByteArray *
read_member(struct archive *a, size_t packed, size_t *total)
{
	GByteArray *out = g_byte_array_new();
	guint8 block[BLOCK];
	la_ssize_t n;

	while ((n = archive_read_data(a, block, sizeof(block))) > 0) {
		*total += (size_t)n;
		if (*total > LIMIT_REPORT_UNPACKED ||
		    (*total > SMALL && *total / LIMIT_REPORT_RATIO > packed))
			break;
		g_byte_array_append(out, block, (guint)n);
	}
	if (n == 0)
		return out;
	g_byte_array_unref(out);
	return NULL;
}

static GBytes *
first_report(struct archive *a, size_t packed)
{
	struct archive_entry *entry;
	size_t total = 0;
	int i;

	for (i = 0; i < LIMIT_REPORT_MEMBERS &&
		    archive_read_next_header(a, &entry) == ARCHIVE_OK;
	     i++) {
		GByteArray *member = read_member(a, packed, &total);

		if (member == NULL)
			return NULL;
		if (is_text((const char *)member->data, member->len))
			return g_byte_array_free_to_bytes(member);
		g_byte_array_unref(member);
	}
	return NULL;
}

GBytes *
report_unpack(const char *bytes, size_t len)
{
	struct archive *a;
	GBytes *out = NULL;

	if (is_text(bytes, len))
		return len <= LIMIT_REPORT_UNPACKED ? to_utf8(g_bytes_new(bytes, len)) : NULL;
	if (!is_packed(bytes, len))
		return NULL;
	a = archive_read_new();
	/* each refuses by itself what it cannot read; then the open fails */
	(void)archive_read_support_filter_gzip(a);
	(void)archive_read_support_format_zip(a);
	(void)archive_read_support_format_raw(a);
	if (archive_read_open_memory(a, bytes, len) == ARCHIVE_OK)
		out = first_report(a, len);
	(void)archive_read_free(a); /* memory alone: nothing to lose */
	return to_utf8(out);
}
