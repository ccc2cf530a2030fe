/* SPDX-License-Identifier: GPL-3.0-or-later */
/* File names from mail: what could leave the folder, hide a file, look like an option, reorder the
 * letters on the screen or hit a device is taken out. */
#include "base/safe_name.h"

#include <glib.h>
#include <stdbool.h>
#include <string.h>

#define MAX_BYTES 200 /* leaves room below NAME_MAX for " (2)" and a temporary suffix */
#define MAX_EXTENSION 16

/* Characters that show nothing or move others: controls, formats, surrogates, unassigned. */
static bool
is_unwanted(gunichar c)
{
	static const GUnicodeType unwanted[] = { G_UNICODE_CONTROL, G_UNICODE_FORMAT,
		G_UNICODE_SURROGATE, G_UNICODE_PRIVATE_USE, G_UNICODE_UNASSIGNED,
		G_UNICODE_LINE_SEPARATOR, G_UNICODE_PARAGRAPH_SEPARATOR };
	for (size_t i = 0; i < G_N_ELEMENTS(unwanted); i++)
		if (g_unichar_type(c) == unwanted[i])
			return true;
	return c == 0xFFFD;
}

/* Legal in a file here, but not where the file may be copied to, or special to a shell's reader. */
static bool
is_awkward(gunichar c)
{
	return c < 128 && c != 0 && strchr(":*?\"<>|", (int)c);
}

static char *
cleaned(const char *base)
{
	char *valid = g_utf8_make_valid(base, -1);
	GString *out = g_string_new(NULL);
	for (const char *p = valid; *p; p = g_utf8_next_char(p)) {
		gunichar c = g_utf8_get_char(p);
		if (g_unichar_isspace(c))
			g_string_append_c(out, ' ');
		else if (is_awkward(c))
			g_string_append_c(out, '_');
		else if (!is_unwanted(c))
			g_string_append_unichar(out, c);
	}
	g_free(valid);
	return g_string_free(out, FALSE);
}

static const char *
last_component(const char *name)
{
	const char *base = name;
	for (const char *p = name; *p; p++)
		if (*p == '/' || *p == '\\')
			base = p + 1;
	return base;
}

static void
trim(char *name)
{
	size_t start = strspn(name, " .-~");
	memmove(name, name + start, strlen(name + start) + 1);
	size_t len = strlen(name);
	while (len > 0 && (name[len - 1] == ' ' || name[len - 1] == '.'))
		name[--len] = '\0';
}

/* Cut in the stem, so that the extension keeps telling what it is. Takes and gives an owned name. */
static char *
shortened(char *name)
{
	size_t len = strlen(name);
	if (len <= MAX_BYTES)
		return name;
	const char *dot = strrchr(name, '.');
	size_t n_ext = dot ? strlen(dot) : 0;
	if (n_ext > MAX_EXTENSION)
		n_ext = 0;
	size_t cut = MAX_BYTES - n_ext;
	while (cut > 0 && ((guchar)name[cut] & 0xC0) == 0x80)
		cut--;
	char *out = g_strdup_printf("%.*s%s", (int)cut, name, name + len - n_ext);
	g_free(name);
	return out;
}

/* Names of devices on systems to which the file may travel, with any extension. */
static bool
is_reserved(const char *name)
{
	static const char *const reserved[] = { "con", "prn", "aux", "nul", "com0", "com1", "com2",
		"com3", "com4", "com5", "com6", "com7", "com8", "com9", "lpt0", "lpt1", "lpt2",
		"lpt3", "lpt4", "lpt5", "lpt6", "lpt7", "lpt8", "lpt9" };
	size_t len = strcspn(name, ".");
	for (size_t i = 0; i < G_N_ELEMENTS(reserved); i++)
		if (strlen(reserved[i]) == len && g_ascii_strncasecmp(name, reserved[i], len) == 0)
			return true;
	return false;
}

static char *
fallback(const char *type)
{
	static const struct {
		const char *type, *extension;
	} known[] = { { "text/plain", ".txt" }, { "text/html", ".html" },
		{ "text/calendar", ".ics" }, { "text/csv", ".csv" }, { "image/png", ".png" },
		{ "image/jpeg", ".jpg" }, { "image/gif", ".gif" }, { "application/pdf", ".pdf" },
		{ "application/zip", ".zip" }, { "message/rfc822", ".eml" },
		{ "application/pgp-signature", ".asc" } };
	for (size_t i = 0; type && i < G_N_ELEMENTS(known); i++)
		if (g_ascii_strcasecmp(type, known[i].type) == 0)
			return g_strconcat("attachment", known[i].extension, NULL);
	return g_strdup("attachment");
}

char *
safe_name(const char *name, const char *type)
{
	char *out = cleaned(last_component(name ? name : ""));
	trim(out);
	out = shortened(out);
	trim(out);
	if (!*out) {
		g_free(out);
		return fallback(type);
	}
	if (is_reserved(out)) {
		char *prefixed = g_strconcat("_", out, NULL);
		g_free(out);
		return prefixed;
	}
	return out;
}

char *
safe_name_of_subject(const char *subject, const char *without, const char *ending)
{
	char *plain = g_strdup_printf("%s.%s", subject != NULL && *subject != '\0' ? subject : without, ending);
	char *name = safe_name(g_strdelimit(plain, "/\\", '-'), NULL);
	g_free(plain);
	return name;
}
