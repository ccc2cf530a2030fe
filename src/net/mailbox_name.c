/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Modified UTF-7: like UTF-7, but "&" shifts, "," stands for "/", and every character has
 * one form only. What is not in that one form is not decoded, so that two names never
 * become one folder. */
#include "net/mailbox_name.h"

#include <stdbool.h>
#include <string.h>

static const char digits[] =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+,";

/* The base64 digits of UTF-16 units. */
static void
append_shifted(GString *out, const gunichar2 *units, glong n)
{
	guint32 bits = 0;
	unsigned n_bits = 0;

	g_string_append_c(out, '&');
	for (glong i = 0; i < n; i++) {
		bits = bits << 16 | units[i];
		n_bits += 16;
		for (; n_bits >= 6; n_bits -= 6)
			g_string_append_c(out, digits[bits >> (n_bits - 6) & 63]);
		bits &= (1u << n_bits) - 1;
	}
	if (n_bits > 0)
		g_string_append_c(out, digits[bits << (6 - n_bits) & 63]);
	g_string_append_c(out, '-');
}

static bool
is_direct(char c)
{
	return (guchar)c >= 0x20 && (guchar)c < 0x7f;
}

/* UTF-8 to modified UTF-7; NULL when text is no UTF-8. */
static char *
encode(const char *text)
{
	GString *out;

	if (!g_utf8_validate(text, -1, NULL))
		return NULL;
	out = g_string_new(NULL);
	while (*text != '\0') {
		const char *end = text;
		gunichar2 *units;
		glong n;

		for (; is_direct(*end); end++)
			g_string_append(out, *end == '&' ? "&-" : (char[]){*end, '\0'});
		text = end;
		while (*end != '\0' && !is_direct(*end))
			end++;
		if (end == text)
			continue;
		units = g_utf8_to_utf16(text, end - text, NULL, &n, NULL);
		append_shifted(out, units, n);
		g_free(units);
		text = end;
	}
	return g_string_free(out, FALSE);
}

/* Bytes of the digits at p up to "-" as UTF-8, appended to out. False when malformed. */
static bool
append_unshifted(GString *out, const char *p, const char *end)
{
	gunichar2 units[256];
	glong n = 0;
	guint32 bits = 0;
	unsigned n_bits = 0;
	char *text;

	for (; p < end; p++) {
		const char *digit = strchr(digits, *p);
		if (digit == NULL || *digit == '\0' || n == (glong)G_N_ELEMENTS(units))
			return false;
		bits = (bits << 6 | (guint32)(digit - digits)) & 0x3fffff;
		n_bits += 6;
		if (n_bits < 16)
			continue;
		n_bits -= 16;
		units[n++] = (gunichar2)(bits >> n_bits);
	}
	text = g_utf16_to_utf8(units, n, NULL, NULL, NULL);
	if (text != NULL)
		g_string_append(out, text);
	g_free(text);
	return text != NULL;
}

/* Modified UTF-7 to UTF-8; NULL when it is not in its one form. */
static char *
decode(const char *wire)
{
	GString *out = g_string_new(NULL);
	char *text, *again;
	bool is_same;

	for (const char *p = wire; *p != '\0'; p++) {
		const char *end;

		if (*p != '&') {
			g_string_append_c(out, *p);
			continue;
		}
		end = strchr(p, '-');
		if (end == NULL || (end > p + 1 && !append_unshifted(out, p + 1, end))) {
			g_string_free(out, TRUE);
			return NULL;
		}
		if (end == p + 1)
			g_string_append_c(out, '&');
		p = end;
	}
	text = g_string_free(out, FALSE);
	again = encode(text);
	is_same = again != NULL && g_str_equal(again, wire);
	g_free(again);
	if (!is_same)
		g_clear_pointer(&text, g_free);
	return text;
}

static bool
is_sendable(const char *wire, enum mailbox_code code)
{
	if (code == MAILBOX_UTF8)
		return *wire != '\0' && strpbrk(wire, "\r\n") == NULL &&
		       g_utf8_validate(wire, -1, NULL);
	if (*wire == '\0')
		return false;
	for (; *wire != '\0'; wire++)
		if ((unsigned char)*wire >= 0x80 || *wire == '\r' || *wire == '\n')
			return false;
	return true;
}

/* "%25", "%26" and "%2F", and those of the control characters, with their value; else 0. */
static char
escaped(const char *p)
{
	static const char hex[] = "0123456789ABCDEF";
	const char *high = p[0] == '%' && p[1] != '\0' ? strchr(hex, p[1]) : NULL;
	const char *low = high != NULL && p[2] != '\0' ? strchr(hex, p[2]) : NULL;
	char c = low != NULL ? (char)((high - hex) * 16 + (low - hex)) : '\0';

	return c == '%' || c == '&' || c == '/' || g_ascii_iscntrl(c) ? c : '\0';
}

/* One that no name has within: a control character, which modified UTF-7 has otherwise, and its
 * shift separate nothing. */
static char
usable(char delimiter)
{
	return is_direct(delimiter) && delimiter != '&' ? delimiter : '\0';
}

static bool
is_inbox(const char *wire, char delimiter)
{
	return g_ascii_strncasecmp(wire, "INBOX", 5) == 0 &&
	       (wire[5] == '\0' || (delimiter != '\0' && wire[5] == delimiter));
}

/* Hierarchy and escapes; with raw set those of "&" and of control characters too. */
static char *
to_folder(const char *text, char delimiter, bool raw)
{
	GString *out = g_string_new(NULL);

	for (const char *p = text; *p != '\0'; p++) {
		if (*p == delimiter)
			g_string_append_c(out, '/');
		else if (*p == '/')
			g_string_append(out, "%2F");
		else if (raw && (*p == '&' || g_ascii_iscntrl(*p)))
			g_string_append_printf(out, "%%%02X", (guint)*p);
		else if (escaped(p) != '\0')
			g_string_append(out, "%25");
		else
			g_string_append_c(out, *p);
	}
	return g_string_free(out, FALSE);
}

char *
mailbox_name_to_folder(const char *wire, char delimiter, enum mailbox_code code)
{
	char *text, *folder;

	if (!is_sendable(wire, code))
		return NULL;
	delimiter = usable(delimiter);
	text = code == MAILBOX_UTF8 ? g_strdup(wire) : decode(wire);
	folder = to_folder(text != NULL ? text : wire, delimiter, text == NULL);
	if (is_inbox(wire, delimiter))
		memcpy(folder, "INBOX", 5);
	g_free(text);
	return folder;
}

char *
mailbox_name_from_folder(const char *folder, char delimiter, enum mailbox_code code)
{
	GString *out = g_string_new(NULL);
	bool is_raw = false;
	char *wire, *again;

	delimiter = usable(delimiter);
	for (const char *p = folder; *p != '\0'; p++) {
		char c = escaped(p);

		if (*p == '/' && delimiter != '\0') {
			g_string_append_c(out, delimiter);
		} else if (c != '\0') {
			is_raw = is_raw || c == '&' || g_ascii_iscntrl(c);
			g_string_append_c(out, c);
			p += 2;
		} else {
			g_string_append_c(out, *p);
		}
	}
	/* a name in the raw form that it has in modified UTF-7 is no name in UTF-8 */
	wire = is_raw || code == MAILBOX_UTF8 ? g_strdup(out->str) : encode(out->str);
	g_string_free(out, TRUE);
	again = wire != NULL ? mailbox_name_to_folder(wire, delimiter, code) : NULL;
	if (again == NULL || !g_str_equal(again, folder))
		g_clear_pointer(&wire, g_free);
	g_free(again);
	return wire;
}

char *
mailbox_name_quote(const char *wire)
{
	GString *out = g_string_new("\"");

	for (; *wire != '\0'; wire++) {
		if (*wire == '"' || *wire == '\\')
			g_string_append_c(out, '\\');
		g_string_append_c(out, *wire);
	}
	g_string_append_c(out, '"');
	return g_string_free(out, FALSE);
}

char *
mailbox_label_decode(const char *wire, enum mailbox_code code)
{
	if (!is_sendable(wire, code))
		return NULL;
	return code == MAILBOX_UTF8 ? g_strdup(wire) : decode(wire);
}

char *
mailbox_label_encode(const char *label, enum mailbox_code code)
{
	char *wire = code == MAILBOX_UTF8 ? g_strdup(label) : encode(label);
	char *quoted = wire != NULL ? mailbox_name_quote(wire) : NULL;

	g_free(wire);
	return quoted;
}
