/* SPDX-License-Identifier: GPL-3.0-or-later */
/* autocrypt.c - attributes separated by semicolons; an unknown one that does not begin with "_" makes the
 * field invalid. */
#include "mime/autocrypt.h"

#include <string.h>

#define MAX_KEYDATA (48u << 10) /* bytes of base64: three times what the specification expects */

void
autocrypt_clear(struct autocrypt *a)
{
	g_free(a->address);
	g_free(a->keydata);
	*a = (struct autocrypt){ 0 };
}

static char *
without_blanks(const char *text)
{
	GString *out = g_string_new(NULL);
	for (; *text; text++)
		if (!g_ascii_isspace(*text))
			g_string_append_c(out, *text);
	return g_string_free(out, FALSE);
}

static bool
is_base64(const char *text)
{
	size_t len = strlen(text);
	return len >= 40 && len <= MAX_KEYDATA &&
	    strspn(text, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/=") == len;
}

static bool
take(struct autocrypt *a, char *name, char *value)
{
	if (strcmp(name, "addr") == 0 && !a->address && strchr(value, '@')) {
		char *valid = g_utf8_make_valid(value, -1);
		a->address = g_utf8_strdown(valid, -1);
		g_free(valid);
		return true;
	}
	if (strcmp(name, "keydata") == 0 && !a->keydata) {
		a->keydata = without_blanks(value);
		return is_base64(a->keydata);
	}
	if (strcmp(name, "prefer-encrypt") == 0) {
		a->is_mutual = strcmp(value, "mutual") == 0;
		return true;
	}
	return name[0] == '_';
}

bool
autocrypt_parse(const char *value, struct autocrypt *out)
{
	*out = (struct autocrypt){ 0 };
	char **attributes = g_strsplit(value, ";", 32);
	bool good = true;
	for (char **p = attributes; *p && good; p++) {
		char *equals = strchr(*p, '=');
		if (!equals) {
			good = *g_strstrip(*p) == '\0';
			continue;
		}
		*equals = '\0';
		good = take(out, g_strstrip(*p), g_strstrip(equals + 1));
	}
	g_strfreev(attributes);
	if (good && out->address && out->keydata)
		return true;
	autocrypt_clear(out);
	return false;
}

/* The lower-case address of the only author; owned, NULL when there is none or several. */
static char *
author_of(const struct header *h)
{
	GPtrArray *list = header_addresses(header_last(h, "From"), NULL);
	const struct header_address *a = list->len == 1 ? list->pdata[0] : NULL;
	char *out = a && header_count(h, "From") == 1 && strchr(a->address, '@')
	    ? g_utf8_strdown(a->address, -1)
	    : NULL;
	g_ptr_array_unref(list);
	return out;
}

bool
autocrypt_of_header(const struct header *h, struct autocrypt *out)
{
	char *author = author_of(h);
	unsigned n = 0;
	*out = (struct autocrypt){ 0 };
	for (size_t i = 0; author && i < header_n_fields(h); i++) {
		const struct header_field *f = header_field(h, i);
		struct autocrypt a;
		if (g_ascii_strcasecmp(f->name, "Autocrypt") != 0 || !autocrypt_parse(f->value, &a))
			continue;
		if (strcmp(a.address, author) == 0 && n++ == 0)
			*out = a;
		else
			autocrypt_clear(&a);
	}
	g_free(author);
	if (n != 1) /* section 2.1: several of the author's count as none */
		autocrypt_clear(out);
	return n == 1;
}
