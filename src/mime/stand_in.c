/* SPDX-License-Identifier: GPL-3.0-or-later */
/* stand_in.c - a small message in the place of one that is over a limit, so that it can be indexed,
 * listed and found. Nothing of the original is parsed but the start of a few header fields. */
#include "mime/prescreen.h"

#include "mime/header.h"

#include <string.h>

#define MAX_VALUE 900 /* bytes of a copied field: a line of RFC 5322 holds 998 */
#define MAX_COMMENTS 16

/* A value without controls, cut between characters. Owned. */
static char *
bounded(const char *raw)
{
	char *text = g_utf8_make_valid(raw, (gssize)strnlen(raw, MAX_VALUE));
	for (char *p = text; *p; p++)
		if ((guchar)*p < ' ' || *p == 127)
			*p = ' ';
	return text;
}

/* Comments may be what the original was refused for: the stand-in has none that are deep. */
static void
cut_comments(char *text)
{
	unsigned n = 0;
	for (char *p = text; *p; p++)
		if (*p == '(' && ++n > MAX_COMMENTS)
			*p = ' ';
}

/* An identifier is copied whole or not at all: a cut one would be another's. */
static bool
has_deep_comments(const char *id)
{
	unsigned n = 0;
	for (; *id; id++)
		n += *id == '(';
	return n > MAX_COMMENTS;
}

/* Up to the last comma of a value that was cut, so that no half address stands there. */
static void
cut_addresses(char *text)
{
	char *comma = strlen(text) + 4 >= MAX_VALUE ? strrchr(text, ',') : NULL;
	if (comma)
		*comma = '\0';
}

static void
copy_field(GString *out, const struct header *h, const char *name)
{
	const char *raw = header_last(h, name);
	if (!raw || !*raw)
		return;
	char *text = bounded(raw);
	if (strcmp(name, "Subject") != 0)
		cut_comments(text);
	if (strcmp(name, "From") == 0 || strcmp(name, "To") == 0)
		cut_addresses(text);
	g_string_append_printf(out, "%s: %s\n", name, text);
	g_free(text);
}

char *
prescreen_stand_in(const char *bytes, size_t len, const struct prescreen *found, const char *sha256)
{
	static const char *const copied[] = { "From", "To", "Subject", "Date" };
	GString *out = g_string_new(NULL);
	struct header *h = header_of_bytes(bytes, len);
	for (size_t i = 0; i < G_N_ELEMENTS(copied); i++)
		copy_field(out, h, copied[i]);
	GPtrArray *ids = header_ids(header_last(h, "Message-ID"));
	char *id = ids->len > 0 ? bounded(ids->pdata[ids->len - 1]) : NULL;
	if (id && strlen(id) < MAX_VALUE && !has_deep_comments(id))
		g_string_append_printf(out, "Message-ID: <%s>\n", id);
	else
		g_string_append_printf(out, "Message-ID: <%s@stand-in.invalid>\n", sha256);
	g_free(id);
	g_ptr_array_unref(ids);
	header_free(h);
	g_string_append_printf(out,
	    "MIME-Version: 1.0\n"
	    "Content-Type: text/plain; charset=utf-8\n"
	    "Content-Transfer-Encoding: 8bit\n"
	    "\n"
	    "This message is not shown as usual: %s (byte %" G_GUINT64_FORMAT ").\n"
	    "It can be read as raw text, saved and deleted.\n",
	    prescreen_text(found->finding), found->offset);
	return g_string_free(out, FALSE);
}
