/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test_secret.c - passwords: from the rc, from commands of every temper. */
#include "base/error.h"
#include "base/limits.h"
#include "base/secret.h"

#include <glib/gstdio.h>
#include <string.h>

#define ADDRESS "account.w.address=w@example.org"

static struct secret *
secret_for(const char *option, GError **error)
{
	const char *options[] = {ADDRESS, option, NULL};
	struct rc *rc = rc_load("/dev/null", options, error);
	struct secret *secret;

	g_assert_no_error(*error);
	secret = secret_of_account(rc, "w", error);
	rc_free(rc);
	return secret;
}

static void
test_new(void)
{
	struct secret *s = secret_new("a\0b", 3);

	g_assert_cmpmem(secret_bytes(s), secret_len(s), "a\0b", 3);
	g_assert_cmpint(secret_bytes(s)[3], ==, '\0');
	secret_free(s);
	s = secret_new("", 0);
	g_assert_cmpuint(secret_len(s), ==, 0);
	secret_free(s);
	secret_free(NULL);
}

/* A program that is not there: in our words, with its name once. */
static void
test_no_program(void)
{
	GError *error = NULL;

	g_assert_null(secret_for("account.w.password-command=no-such-program-here x", &error));
	g_assert_cmpstr(error->message, ==,
	    "account \"w\": password-command \"no-such-program-here\" cannot be started: there is no such program");
	g_clear_error(&error);
	g_assert_null(secret_for("account.w.password-command=/etc/passwd", &error));
	g_assert_cmpstr(error->message, ==,
	    "account \"w\": password-command \"/etc/passwd\" cannot be started: Permission denied");
	g_clear_error(&error);
}

static void
test_good(void)
{
	static const struct {
		const char *option, *password;
	} cases[] = {
	    {"account.w.password=pa ss\"w\\ord", "pa ss\"w\\ord"},
	    {"account.w.password-command=echo secret", "secret"},
	    {"account.w.password-command=printf 'one\\ntwo\\n'", "one"},
	    {"account.w.password-command=printf 'one\\r\\ntwo'", "one"},
	    {"account.w.password-command=printf %s 'no line end '", "no line end "},
	    {"account.w.password-command=echo \"$HOME\" `id` ; | > x",
		"$HOME `id` ; | > x"}, /* no shell */
	    {"account.w.password-command=/bin/sh -c 'echo x; cat /dev/zero | head -c "
	     "300000'",
		"x"},
	    {"account.w.password-command=/bin/sh -c 'read line || echo closed'",
		"closed"}, /* stdin is empty */
	};

	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		GError *error = NULL;
		struct secret *s = secret_for(cases[i].option, &error);

		g_test_message("%s", cases[i].option);
		g_assert_no_error(error);
		g_assert_cmpstr(secret_bytes(s), ==, cases[i].password);
		secret_free(s);
	}
}

static void
test_bad(void)
{
	static const struct {
		const char *option, *text;
	} cases[] = {
	    {"account.w.aliases=a@example.org",
		"has no password: write password-command"},
	    {"account.w.password-command=/no/such/program s3cret",
		"password-command \"/no/such/program\" "},
	    {"account.w.password-command=false",
		"password-command \"false\" failed with exit code 1"},
	    {"account.w.password-command=true",
		"password-command \"true\" printed no password"},
	    {"account.w.password-command=echo",
		"password-command \"echo\" printed no password"},
	    {"account.w.password-command=/bin/sh -c 'kill -9 $$'",
		"was killed by signal 9"},
	    {"account.w.password-command=/bin/sh -c 'echo s3cret; exit 3'",
		"failed with exit code 3"},
	    {"account.w.password-command=head -c 100000 /dev/zero",
		"printed a line that is too long"},
	};

	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		GError *error = NULL;
		struct secret *s = secret_for(cases[i].option, &error);

		g_test_message("%s", cases[i].option);
		g_assert_null(s);
		g_assert_error(error, PF_ERROR,
		    (i == 0 ? PF_ERROR_NO_SECRET : PF_ERROR_AUTH));
		g_assert_nonnull(strstr(error->message, "account \"w\""));
		g_assert_nonnull(strstr(error->message, cases[i].text));
		g_assert_null(strstr(error->message, "s3cret"));
		g_error_free(error);
	}
}

/* Passwords of the longest length and one more. */
static void
test_limit(void)
{
	for (unsigned more = 0; more <= 1; more++) {
		GError *error = NULL;
		char *option =
		    g_strdup_printf("account.w.password-command=/bin/sh -c "
				    "'head -c %u /dev/zero | tr \"\\\\0\" x; echo'",
			LIMIT_PASSWORD + more);
		struct secret *s = secret_for(option, &error);

		g_assert_cmpint(s != NULL, ==, more == 0);
		if (s != NULL)
			g_assert_cmpuint(secret_len(s), ==, LIMIT_PASSWORD);
		g_clear_error(&error);
		secret_free(s);
		g_free(option);
	}
}

/* A command that leaves something behind which keeps its output open is not waited for.
 */
static void
test_left_behind(void)
{
	GError *error = NULL;
	gint64 start = g_get_monotonic_time();
	char *dir = g_dir_make_tmp("penfold-secret-XXXXXX", NULL);
	char *fifo = g_build_filename(dir, "fifo", NULL);
	char *option = g_strdup_printf(
	    "account.w.password-command=/bin/sh -c 'mkfifo %s; cat %s & echo x'", fifo,
	    fifo);
	struct secret *s = secret_for(option, &error);
	FILE *f = fopen(fifo, "w"); /* lets the cat end */

	g_assert_no_error(error);
	g_assert_cmpstr(secret_bytes(s), ==, "x");
	g_assert_cmpint(g_get_monotonic_time() - start, <, 30 * G_USEC_PER_SEC);
	g_assert_nonnull(f);
	fclose(f);
	secret_free(s);
	g_unlink(fifo);
	g_rmdir(dir);
	g_free(option);
	g_free(fifo);
	g_free(dir);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_assert_true(g_setenv("PATH", "/usr/bin:/bin", TRUE)); /* folders that everybody may look into */
	g_test_add_func("/secret/new", test_new);
	g_test_add_func("/secret/good", test_good);
	g_test_add_func("/secret/no-program", test_no_program);
	g_test_add_func("/secret/bad", test_bad);
	g_test_add_func("/secret/limit", test_limit);
	g_test_add_func("/secret/left-behind", test_left_behind);
	return g_test_run();
}
