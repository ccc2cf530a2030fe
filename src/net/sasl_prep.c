/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SASLprep on GLib's Unicode tables. */
#include "net/sasl_prep.h"

#include <glib.h>
#include <stdbool.h>
#include <string.h>

/* RFC 4013 2.3: what must not be in a prepared string. */
static bool
is_prohibited(gunichar c)
{
	GUnicodeType type = g_unichar_type(c);

	return type == G_UNICODE_CONTROL || type == G_UNICODE_FORMAT ||
	       type == G_UNICODE_PRIVATE_USE || type == G_UNICODE_SURROGATE ||
	       type == G_UNICODE_UNASSIGNED || type == G_UNICODE_LINE_SEPARATOR ||
	       type == G_UNICODE_PARAGRAPH_SEPARATOR;
}

static bool
has_prohibited(const char *text)
{
	for (const char *p = text; *p != '\0'; p = g_utf8_next_char(p))
		if (is_prohibited(g_utf8_get_char(p)))
			return true;
	return false;
}

static void
wipe_string(GString *text)
{
	explicit_bzero(text->str, text->len);
	g_string_free(text, TRUE);
}

char *
sasl_prep(const char *text)
{
	GString *mapped;
	char *normal;

	if (g_str_is_ascii(text))
		return g_strdup(text);
	if (!g_utf8_validate(text, -1, NULL))
		return NULL;
	/* never longer than before, so that no copy is left behind by growing */
	mapped = g_string_sized_new(strlen(text) + 1);
	for (const char *p = text; *p != '\0'; p = g_utf8_next_char(p)) {
		gunichar c = g_utf8_get_char(p);
		if (c == 0xad || c == 0x200b || c == 0x2060 || c == 0xfeff)
			continue; /* RFC 3454 table B.1, the common part */
		g_string_append_unichar(
		    mapped, g_unichar_type(c) == G_UNICODE_SPACE_SEPARATOR ? ' ' : c);
	}
	normal = g_utf8_normalize(mapped->str, -1, G_NORMALIZE_ALL_COMPOSE);
	wipe_string(mapped);
	if (!has_prohibited(normal))
		return normal;
	explicit_bzero(normal, strlen(normal));
	g_free(normal);
	return NULL;
}
