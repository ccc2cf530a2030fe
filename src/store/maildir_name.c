/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Folder names as paths: each component percent-encoded where the bytes would be unsafe as a file
 * name, so that different names never share a path and no name leaves the root. A path that is
 * not the encoding of any name belongs to a foreign tree. */
#include "store/maildir.h"

#include "base/error.h"
#include "store/maildir_name.h"

#include <string.h>

#define COMPONENT_MAX 255 /* NAME_MAX of Linux's file systems */
#define PATH_LEN_MAX 3800 /* PATH_MAX, less what cur/ and a file name need */
#define EMPTY "%00"	  /* an empty component; NUL cannot stand in a name */

bool
maildir_name_is_reserved(const char *component)
{
	return strcmp(component, "cur") == 0 || strcmp(component, "new") == 0 ||
	    strcmp(component, "tmp") == 0;
}

/* Does the first byte of this component need encoding because of the component as a whole? */
static bool
is_unsafe_start(const char *component)
{
	return component[0] == '.' || maildir_name_is_reserved(component);
}

/* C0, DEL, and C1 as Unicode has them. */
static bool
is_control(const char *p, size_t len)
{
	return (guchar)p[0] < 0x20 || (guchar)p[0] == 0x7f ||
	    (len == 2 && (guchar)p[0] == 0xc2 && (guchar)p[1] < 0xa0);
}

/* The bytes of one character if they may stand as they are, else 0. */
static size_t
safe_length(const char *p)
{
	gunichar c = g_utf8_get_char_validated(p, -1);
	size_t len;

	if (c == (gunichar)-1 || c == (gunichar)-2)
		return 0;
	len = (size_t)(g_utf8_next_char(p) - p);
	return is_control(p, len) || *p == '%' || *p == '/' ? 0 : len;
}

char *
maildir_name_encode(const char *component)
{
	GString *out = g_string_new(NULL);
	const char *p = component;

	if (*p == '\0')
		g_string_append(out, EMPTY);
	if (is_unsafe_start(component))
		g_string_append_printf(out, "%%%02X", (guchar)*p++);
	while (*p != '\0') {
		size_t len = safe_length(p);

		if (len > 0)
			g_string_append_len(out, p, (gssize)len);
		else
			g_string_append_printf(out, "%%%02X", (guchar)*p);
		p += len > 0 ? len : 1;
	}
	return g_string_free(out, FALSE);
}

static char *
decode_bytes(const char *encoded)
{
	GString *out = g_string_new(NULL);

	for (const char *p = encoded; *p != '\0'; p++) {
		if (*p == '%' && g_ascii_isxdigit(p[1]) && g_ascii_isxdigit(p[2])) {
			int value = g_ascii_xdigit_value(p[1]) * 16 + g_ascii_xdigit_value(p[2]);

			if (value != 0)
				g_string_append_c(out, (char)value);
			p += 2;
		} else {
			g_string_append_c(out, *p);
		}
	}
	return g_string_free(out, FALSE);
}

char *
maildir_name_decode(const char *encoded)
{
	char *name = decode_bytes(encoded);
	char *again = maildir_name_encode(name);
	bool is_ours = strcmp(again, encoded) == 0;

	g_free(again);
	if (is_ours)
		return name;
	g_free(name);
	return NULL;
}

char *
maildir_path(const char *root, const char *account, const char *folder, GError **error)
{
	char **names = g_strsplit(folder, "/", -1);
	char *encoded = maildir_name_encode(account);
	GString *path = g_string_new(root);
	bool ok = account[0] != '\0' && folder[0] != '\0' && strlen(encoded) <= COMPONENT_MAX;

	g_string_append_printf(path, "/%s", encoded);
	g_free(encoded);
	for (size_t i = 0; ok && names[i] != NULL; i++) {
		encoded = maildir_name_encode(names[i]);
		g_string_append_printf(path, "/%s", encoded);
		ok = strlen(encoded) <= COMPONENT_MAX && path->len <= PATH_LEN_MAX;
		g_free(encoded);
	}
	g_strfreev(names);
	if (ok)
		return g_string_free(path, FALSE);
	g_string_free(path, TRUE);
	g_set_error(error, PF_ERROR, PF_ERROR_DATA,
	    "account %s: a folder cannot have %s name on disk", account,
	    folder[0] == '\0' ? "an empty" : "so long a");
	return NULL;
}

/* Decode components [1..n) joined by "/", and the first as account. False: a foreign tree. */
static bool
decode_all(char **components, size_t n, char **account_out, char **folder_out)
{
	GString *folder = g_string_new(NULL);
	char *account = maildir_name_decode(components[0]);
	bool ok = account != NULL && n > 1;

	for (size_t i = 1; ok && i < n; i++) {
		char *name = maildir_name_decode(components[i]);

		ok = name != NULL;
		if (ok)
			g_string_append_printf(folder, "%s%s", i > 1 ? "/" : "", name);
		g_free(name);
	}
	if (!ok) {
		g_free(account);
		g_string_free(folder, TRUE);
		return false;
	}
	*account_out = account;
	*folder_out = g_string_free(folder, FALSE);
	return true;
}

/* The first n components as they stand. */
static char *
join(char **components, size_t n)
{
	GString *out = g_string_new(NULL);

	for (size_t i = 0; i < n; i++)
		g_string_append_printf(out, "%s%s", i > 0 ? "/" : "", components[i]);
	return g_string_free(out, FALSE);
}

bool
maildir_split(const char *root, const char *path, char **account_out, char **folder_out)
{
	size_t root_len = strlen(root);
	char **components;
	size_t n;
	bool ours;

	*account_out = NULL;
	*folder_out = NULL;
	while (root_len > 1 && root[root_len - 1] == '/')
		root_len--;
	if (strncmp(path, root, root_len) == 0 && path[root_len] == '/')
		path += root_len + 1;
	components = g_strsplit(path, "/", -1);
	n = g_strv_length(components);
	if (n >= 2 && maildir_name_is_reserved(components[n - 2]))
		n -= 2;
	else if (n >= 1 && maildir_name_is_reserved(components[n - 1]))
		n -= 1;
	ours = n >= 2 && decode_all(components, n, account_out, folder_out);
	if (!ours)
		*folder_out = join(components, n);
	g_strfreev(components);
	return ours;
}

static const char *
name_in_folder(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash != NULL ? slash + 1 : path;
}

gint
maildir_compare_arrival(gconstpointer a, gconstpointer b)
{
	return strcmp(name_in_folder(*(const char *const *)a), name_in_folder(*(const char *const *)b));
}
