/* SPDX-License-Identifier: GPL-3.0-or-later */
/* auth_test.h - what the tests of this room share: files beside them, and zones written
 * in place. */
#ifndef PENFOLD_TESTS_AUTH_TEST_H
#define PENFOLD_TESTS_AUTH_TEST_H

#include "../lookup/lookup_test.h"

#include <string.h>

/* A file of tests/unit/auth/data. Owned. */
static inline char *
test_data_path(const char *name)
{
	const char *root = g_getenv("PENFOLD_SOURCE");

	return g_build_filename(
	    root == NULL ? "." : root, "tests/unit/auth/data", name, NULL);
}

static inline char *
test_data(const char *name, gsize *len_out)
{
	char *path = test_data_path(name);
	GMappedFile *file = g_mapped_file_new(path, FALSE, NULL);

	if (file == NULL)
		g_error("%s is not there", path);
	*len_out = g_mapped_file_get_length(file);
	char *bytes = g_strndup(g_mapped_file_get_contents(file), *len_out);
	g_mapped_file_unref(file);
	g_free(path);
	return bytes;
}

/* The text with the first occurrence of `what` replaced; it must be there. Owned. */
static inline GString *
test_replace(const char *bytes, gsize len, const char *what, const char *with)
{
	const char *at = g_strstr_len(bytes, (gssize)len, what);
	GString *out = g_string_new(NULL);

	g_assert_nonnull(at);
	g_string_append_len(out, bytes, at - bytes);
	g_string_append(out, with);
	g_string_append_len(
	    out, at + strlen(what), (gssize)len - (at - bytes) - (gssize)strlen(what));
	return out;
}

#endif
