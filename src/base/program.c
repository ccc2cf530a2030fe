/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What every program does first: locale, log, rights, and the options that all of them take. */
#include "base/helper.h"
#include "base/log.h"
#include "base/safe_text.h"
#include "base/sandbox.h"

#include <fcntl.h>
#include <locale.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* The value of option i (which may carry it after "="), or exit 64. Advances *i past it. */
static char *
option_value(int argc, char **argv, int *i)
{
	char *equals = strchr(argv[*i], '=');

	if (strncmp(argv[*i], "--", 2) == 0 && equals != NULL)
		return equals + 1;
	if (*i + 1 < argc)
		return argv[++*i];
	(void)fprintf(stderr, "%s: option %s needs a value\n", g_get_prgname(), argv[*i]);
	exit(64);
}

static bool
is_option(const char *arg, const char *name)
{
	size_t len = strlen(name);

	return strncmp(arg, name, len) == 0 && (arg[len] == '\0' || arg[len] == '=');
}

/* Where a standard descriptor is closed the next file or socket would take its number, and be read as the input or
 * printed into. What stands there instead fails as a closed one does (EBADF). */
static void
fill_standard(void)
{
	for (int fd = STDIN_FILENO; fd <= STDERR_FILENO; fd++)
		if (fcntl(fd, F_GETFD) < 0) /* the lowest that is free: open() takes it */
			(void)open("/dev/null", fd == STDIN_FILENO ? O_WRONLY : O_RDONLY);
}

void
program_options(int argc, char **argv, struct program_options *out)
{
	GPtrArray *overrides = g_ptr_array_new();
	GPtrArray *rest = g_ptr_array_new();
	char *base = g_path_get_basename(argc > 0 ? argv[0] : "penfold");
	int i;

	fill_standard();
	/* cron and init systems may not set it, and libnotmuch does not look further */
	(void)setenv("HOME", g_get_home_dir(), 0);
	setlocale(LC_ALL, "");
	g_set_prgname(base);
	log_init();
	sandbox_basics();
	(void)signal(SIGPIPE, SIG_IGN);
	(void)signal(SIGXFSZ, SIG_IGN); /* a write then fails, and that is told */
	*out = (struct program_options){ 0 };
	for (i = 1; i < argc && strcmp(argv[i], "--") != 0; i++) {
		if (is_option(argv[i], "--rc"))
			out->rc_path = option_value(argc, argv, &i);
		else if (strcmp(argv[i], "-o") == 0)
			g_ptr_array_add(overrides, option_value(argc, argv, &i));
		else if (strcmp(argv[i], "--json") == 0)
			out->json = true;
		else
			g_ptr_array_add(rest, argv[i]);
	}
	for (; i < argc; i++)
		g_ptr_array_add(rest, argv[i]);
	g_ptr_array_add(overrides, NULL);
	g_ptr_array_add(rest, NULL);
	out->overrides = (const char *const *)g_ptr_array_free(overrides, FALSE);
	out->rest = (char **)g_ptr_array_free(rest, FALSE);
	g_free(base);
}

void
program_options_free(struct program_options *opts)
{
	g_free(opts->rest);
	g_free((gpointer)(guintptr)opts->overrides);
	opts->rest = NULL;
	opts->overrides = NULL;
}

int
program_fail(GError *error)
{
	int code = pf_error_exit_code(error);
	/* it may hold a file's name, an identifier or a server's words; some have several lines */
	char *text = safe_text(error->message, strlen(error->message), SAFE_TEXT_BODY);

	(void)fprintf(stderr, "%s: %s\n", g_get_prgname(), text);
	g_free(text);
	g_error_free(error);
	return code;
}

struct rc *
program_rc(const struct program_options *opts)
{
	GError *error = NULL;
	struct rc *rc = rc_load(opts->rc_path, opts->overrides, &error);

	if (rc == NULL)
		exit(program_fail(error));
	return rc;
}
