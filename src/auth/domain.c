/* SPDX-License-Identifier: GPL-3.0-or-later */
/* domain.c - domain names: IDNA to A-labels by libidn2, case folded, with the limits of
 * RFC 1035 section 2.3.4, and comparisons on label boundaries. Underscores are let
 * through: they stand in selectors and in names such as _dmarc. */
#include "auth/domain.h"

#include <glib.h>
#include <idn2.h>
#include <string.h>

enum { NAME_MAX_OCTETS = 253, LABEL_MAX_OCTETS = 63, INPUT_MAX_OCTETS = 1024 };

static bool
is_name_octet(char c)
{
	return g_ascii_isalnum(c) || c == '-' || c == '_';
}

/* RFC 1035 section 2.3.4: labels of 1 to 63 octets. */
static bool
has_valid_labels(const char *name)
{
	size_t label = 0;

	for (const char *p = name; *p != '\0'; p++) {
		if (*p == '.') {
			if (label == 0)
				return false;
			label = 0;
		} else if (!is_name_octet(*p) || ++label > LABEL_MAX_OCTETS) {
			return false;
		}
	}
	return label > 0;
}

static char *
to_a_labels(const char *utf8)
{
	char *out = NULL;

	if (!g_utf8_validate(utf8, -1, NULL) ||
	    idn2_to_ascii_8z(utf8, &out, IDN2_NFC_INPUT | IDN2_NONTRANSITIONAL) !=
		IDN2_OK)
		return NULL;
	char *copy = g_ascii_strdown(out, -1);
	idn2_free(out);
	return copy;
}

char *
domain_ascii(const char *bytes, long len)
{
	size_t n = len < 0 ? strlen(bytes) : (size_t)len;

	if (n > 0 && bytes[n - 1] == '.')
		n--;
	if (n == 0 || n > INPUT_MAX_OCTETS || memchr(bytes, '\0', n) != NULL)
		return NULL;
	char *text = g_strndup(bytes, n);
	char *name = g_str_is_ascii(text) ? g_ascii_strdown(text, -1) : to_a_labels(text);
	g_free(text);
	if (name != NULL && (strlen(name) > NAME_MAX_OCTETS || !has_valid_labels(name)))
		g_clear_pointer(&name, g_free);
	return name;
}

bool
domain_is_within(const char *name, const char *parent)
{
	size_t n = strlen(name), m = strlen(parent);

	if (m == 0 || n < m || strcmp(name + n - m, parent) != 0)
		return false;
	return n == m || name[n - m - 1] == '.';
}

const char *
domain_parent(const char *name)
{
	const char *dot = strchr(name, '.');

	return dot == NULL ? NULL : dot + 1;
}

size_t
domain_labels(const char *name)
{
	size_t n = 0;

	for (const char *p = name; p != NULL && *p != '\0'; p = domain_parent(p))
		n++;
	return n;
}
