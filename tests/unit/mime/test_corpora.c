/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Collections of mail that are not part of the project, below the folder that CORPORA names: what kills
 * parsers is found, ordinary mail passes, and all of it gives strict JSON. */
#include "mime/html.h"
#include "mime/prescreen.h"
#include "mime/show.h"

#include <string.h>

/* Calls fn for each regular file below path; a stack holds the folders still to be read. */
static unsigned
walk(const char *path, void (*fn)(const char *path, const char *bytes, size_t len))
{
	unsigned n = 0;
	GPtrArray *folders = g_ptr_array_new_with_free_func(g_free);
	g_ptr_array_add(folders, g_strdup(path));
	while (folders->len > 0) {
		char *folder = g_ptr_array_steal_index(folders, folders->len - 1);
		GDir *dir = g_dir_open(folder, 0, NULL);
		const char *name;
		while (dir && (name = g_dir_read_name(dir)) != NULL) {
			char *full = g_build_filename(folder, name, NULL);
			char *bytes;
			gsize len;
			if (g_file_test(full, G_FILE_TEST_IS_DIR)) {
				g_ptr_array_add(folders, g_strdup(full));
			} else if (g_file_get_contents(full, &bytes, &len, NULL)) {
				fn(full, bytes, len);
				g_free(bytes);
				n++;
			}
			g_free(full);
		}
		if (dir)
			g_dir_close(dir);
		g_free(folder);
	}
	g_ptr_array_unref(folders);
	return n;
}

/* The folder, or NULL when it is not there; the test then says that it was skipped. */
static char *
corpus(const char *name)
{
	const char *root = g_getenv("CORPORA");
	char *path = root ? g_build_filename(root, name, NULL) : NULL;
	if (!path || !g_file_test(path, G_FILE_TEST_IS_DIR)) {
		g_test_skip("CORPORA names no folder that has it");
		g_clear_pointer(&path, g_free);
	}
	return path;
}

static void
show_it(const char *path, const char *bytes, size_t len)
{
	struct source s;
	g_test_message("%s", path);
	source_init(&s, bytes, len);
	json_t *out = show_json(&s, 72, 1 << 20);
	char *text = json_dumps(out, JSON_COMPACT);
	g_assert_nonnull(text);
	g_assert_true(g_utf8_validate(text, -1, NULL));
	free(text);
	json_decref(out);
	source_fini(&s);
}

static void
check_ordinary(const char *path, const char *bytes, size_t len)
{
	struct prescreen found;
	prescreen_scan(bytes, len, &found);
	g_test_message("%s", path);
	g_assert_true(found.finding == PRESCREEN_OK || len == 0);
	show_it(path, bytes, len);
}

static const char *const harmless[] = { "attname-", "no-headers", "nul-everywhere" };

static void
check_hostile(const char *path, const char *bytes, size_t len)
{
	struct prescreen found;
	char *base = g_path_get_basename(path);
	bool expect = true;
	for (size_t i = 0; i < G_N_ELEMENTS(harmless); i++)
		expect = expect && !g_str_has_prefix(base, harmless[i]);
	prescreen_scan(bytes, len, &found);
	g_test_message("%s", path);
	g_assert_cmpint(found.finding != PRESCREEN_OK, ==, expect);
	show_it(path, bytes, len);
	g_free(base);
}

static void
test_ordinary(void)
{
	static const char *const names[] = { "notmuch-corpora/data", "gmime/data", "flanker/data",
		"nodemailer-mailparser/data", "cpython-test_email/data", "spamassassin/data",
		"rspamd-messages/data", "mail-mime-parser/data", "james-mime4j/data" };
	for (size_t i = 0; i < G_N_ELEMENTS(names); i++) {
		char *path = corpus(names[i]);
		if (path)
			g_assert_cmpuint(walk(path, check_ordinary), >, 0);
		g_free(path);
	}
}

static void
test_hostile(void)
{
	char *path = corpus("penfold-own/data/mime");
	if (path)
		g_assert_cmpuint(walk(path, check_hostile), >, 0);
	g_free(path);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	mail_init();
	html_init();
	g_test_add_func("/corpora/ordinary", test_ordinary);
	g_test_add_func("/corpora/hostile", test_hostile);
	return g_test_run();
}
