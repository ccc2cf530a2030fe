/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/file.h"
#include "base/keywords.h"
#include "base/labels.h"

#include <glib/gstdio.h>
#include <string.h>

static void
test_tags(void)
{
	static const struct {
		const char *label, *tag;
	} cases[] = {
	    {"Work", "Work"}, {"To do", "To_do"}, {"To_do", "To%5Fdo"}, {"Lists/c & d", "Lists/c_&_d"}, {"100%", "100%25"},
	    {"Gr\u00fc\u00dfe", "Gr\u00fc\u00dfe"}, {"-x", "%2Dx"}, {"+x", "%2Bx"}, {" x", "%20x"}, {"a\"b", "a%22b"},
	    {"unread", "%75nread"}, {"Unread", "Unread"}, {"inbox", "%69nbox"}, {"important", "%69mportant"},
	    {"%69mportant", "%2569mportant"}, {"\\Important", "important"}, {"\\Muted", "muted"}, {"muted", "%6Duted"},
	    {"\\Inbox", NULL}, {"\\Starred", NULL}, {"\\Sent", NULL}, {"\\Draft", NULL}, {"", NULL},
	};

	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		char *tag = label_tag(cases[i].label);
		g_assert_cmpstr(tag, ==, cases[i].tag);
		g_free(tag);
	}
}

/* Of all words of few letters, awkward ones, no two have one tag. */
static void
test_injective(void)
{
	static const char *const bits[] = {"", " ", "_", "%", "-", "2", "0", "5F", "u", "nread", "inbox", "i", "nbox", "69", "\"", "/"};
	GHashTable *tags = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
	const size_t n = G_N_ELEMENTS(bits);

	for (size_t i = 0; i < n * n * n * n; i++) {
		char *label = g_strconcat(bits[i % n], bits[i / n % n], bits[i / n / n % n], bits[i / n / n / n], NULL);
		char *tag = label_tag(label);
		const char *other = tag != NULL ? g_hash_table_lookup(tags, tag) : NULL;

		g_assert_true((tag == NULL) == (*label == '\0'));
		g_assert_true(other == NULL || strcmp(other, label) == 0);
		if (tag != NULL)
			g_hash_table_replace(tags, tag, label);
		else
			g_free(label);
	}
	g_hash_table_unref(tags);
}

static struct rc *
rc_of(const char *dir, const char *more)
{
	char *path = g_build_filename(dir, "rc", NULL);
	char *text = g_strdup_printf("[store]\npath = %s\nstate = %s\n%s", dir, dir, more);
	struct rc *rc;

	g_assert_true(g_file_set_contents(path, text, -1, NULL));
	(void)g_chmod(path, 0600);
	rc = rc_load(path, NULL, NULL);
	g_assert_nonnull(rc);
	g_free(text);
	g_free(path);
	return rc;
}

/* Letters are given once, to two programs as well; never that of the rc, and never twice. */
static void
test_letters(void)
{
	char *dir = g_dir_make_tmp("pf.XXXXXX", NULL);
	struct rc *rc = rc_of(dir, "[keywords]\na = Work job\nb = $Important top\n");
	struct keywords *one = keywords_new(rc), *two = keywords_new(rc);
	char seen[256] = {0}, *path;
	int n = 0;

	g_assert_cmpint(keywords_label(one, "Work", true, NULL), ==, 'a');
	g_assert_cmpint(keywords_label(one, "\\Important", true, NULL), ==, 'b');
	g_assert_cmpint(keywords_label(one, "Play", false, NULL), ==, 0);
	g_assert_cmpint(keywords_label(one, "Play", true, NULL), ==, '0');
	g_assert_cmpint(keywords_label(two, "job", true, NULL), ==, '1');
	g_assert_cmpint(keywords_label(two, "Play", true, NULL), ==, '0');
	keywords_refresh(one);
	g_assert_cmpstr(keywords_of_letter(one, '0')->tag, ==, "Play");
	g_assert_cmpstr(keywords_of_letter(one, '1')->tag, ==, "%6Aob");
	g_assert_true(keywords_of_letter(one, '0')->is_label && !keywords_of_letter(one, 'a')->is_label);
	for (int i = 0; i < 100; i++) {
		char *label = g_strdup_printf("Label %d", i), letter = keywords_label(i % 2 ? one : two, label, true, NULL);
		g_free(label);
		if (letter == '\0')
			continue;
		g_assert_true(seen[(unsigned char)letter]++ == 0 && strchr("DFPRSTab01", letter) == NULL);
		n++;
	}
	g_assert_cmpint(n, ==, (int)strlen(LABEL_LETTERS) - 4);
	path = labels_path(rc);
	g_assert_cmpint(g_unlink(path), ==, 0);
	g_assert_cmpint(keywords_label(one, "One more", true, NULL), ==, 0);
	g_assert_false(g_file_test(path, G_FILE_TEST_EXISTS)); /* when all are given out the file is not opened for each */
	g_assert_cmpint(keywords_label(two, "Play", true, NULL), ==, '0');
	g_free(path);
	keywords_free(one);
	keywords_free(two);
	rc_free(rc);
	file_remove_dir(dir);
	g_free(dir);
}

/* Half a line, as a power cut may leave it, is none. */
static void
test_torn(void)
{
	char *dir = g_dir_make_tmp("pf.XXXXXX", NULL), *path = g_build_filename(dir, "labels", NULL);
	struct rc *rc = rc_of(dir, "");
	struct keywords *k;

	g_assert_true(g_file_set_contents(path, "0 Work\n1 Pla", -1, NULL));
	k = keywords_new(rc);
	g_assert_null(keywords_of_letter(k, '1'));
	g_assert_cmpint(keywords_label(k, "Other", true, NULL), ==, '1');
	g_assert_cmpstr(keywords_of_letter(k, '1')->keyword, ==, "Other");
	keywords_free(k);
	k = keywords_new(rc);
	g_assert_cmpstr(keywords_of_letter(k, '1')->keyword, ==, "Other");
	keywords_free(k);
	rc_free(rc);
	file_remove_dir(dir);
	g_free(path);
	g_free(dir);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/labels/tags", test_tags);
	g_test_add_func("/labels/injective", test_injective);
	g_test_add_func("/labels/letters", test_letters);
	g_test_add_func("/labels/torn", test_torn);
	return g_test_run();
}
