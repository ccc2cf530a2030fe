/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Placeholders are known by their names, or by the token of this installation in the header alone. */
#include "base/placeholder.h"

#include <glib/gstdio.h>
#include <string.h>

static void
test_names(void)
{
	g_assert_true(placeholder_is("/m/INBOX/cur/1.2.penfold.part:2,FS"));
	g_assert_true(placeholder_is("1.2.part"));
	g_assert_false(placeholder_is("/m/INBOX.part/cur/1.2.penfold:2,S"));
	g_assert_false(placeholder_is(".part"));
	g_assert_false(placeholder_is("1.party:2,"));
	g_assert_false(placeholder_is(NULL));
}

static void
test_token(void)
{
	char *dir = g_dir_make_tmp("pf-XXXXXX", NULL), *path = g_build_filename(dir, "placeholder", NULL);
	char *token = placeholder_token(dir, NULL), *again = placeholder_token(dir, NULL);
	char *head = g_strdup_printf("Subject: x\n" PLACEHOLDER_FIELD ": %s; size=7\n\nbody", token);
	char *body = g_strdup_printf("Subject: x\n\n" PLACEHOLDER_FIELD ": %s; size=7\n", token);
	guint64 size = 0;

	g_assert_cmpstr(token, ==, again);
	g_assert_cmpuint(strlen(token), ==, 32);
	g_assert_true(placeholder_has_token(head, strlen(head), token, &size));
	g_assert_cmpuint(size, ==, 7);
	g_assert_false(placeholder_has_token(body, strlen(body), token, NULL));
	g_assert_false(placeholder_has_token(head, strlen(head), "0123", NULL));
	g_assert_false(placeholder_has_token("", 0, token, NULL));
	(void)g_remove(path);
	(void)g_rmdir(dir);
	g_free(body);
	g_free(head);
	g_free(again);
	g_free(token);
	g_free(path);
	g_free(dir);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/placeholder/names", test_names);
	g_test_add_func("/placeholder/token", test_token);
	return g_test_run();
}
