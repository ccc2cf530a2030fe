/* SPDX-License-Identifier: GPL-3.0-or-later */
/* penfold: the screen when called alone, a letter when called with an address, else a
 * command. */
#include "base/error.h"
#include "base/rc_nearest.h"
#include "base/safe_text.h"
#include "cmd/cmd.h"
#include "cmd/cmd_letter.h"
#include "cmd/cmd_setup.h"
#include "cmd/cmd_mutt.h"
#include "cmd/cmd_screen.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

static int
count_args(char **args)
{
	int n = 0;

	while (args[n] != NULL)
		n++;
	return n;
}

/* argv as the commands want it: the name first, then what program_options() left. */
static char **
with_name(char *name, char **rest, int n)
{
	char **argv = g_new0(char *, (gsize)n + 2);

	argv[0] = name;
	for (int i = 0; i < n; i++)
		argv[i + 1] = rest[i];
	return argv;
}

/* A word that is no command: the nearest is named, never guessed. */
static int
unknown(const char *name)
{
	const char **names = g_new0(const char *, cmd_n_commands);
	char *safe = safe_line(name);

	for (size_t i = 0; i < cmd_n_commands; i++)
		names[i] = cmd_table[i].name;
	const char *near = rc_nearest(name, names, cmd_n_commands);
	if (near != NULL)
		(void)fprintf(stderr, "penfold: no such command: %s; did you mean %s?\n",
		    safe, near);
	else
		(void)fprintf(stderr,
		    "penfold: no such command: %s; `penfold help` lists them\n", safe);
	g_free(safe);
	g_free(names);
	return 64;
}

static int
open_screen(struct cmd_context *ctx)
{
	struct ui_opts opts = {.options = ctx->opts};
	GError *error = NULL;
	int code;

	if (cmd_setup_is_due(ctx) && cmd_setup_first(ctx))
		cmd_forget(ctx); /* the rc file has an account now */
	opts.rc = cmd_rc(ctx);
	code = cmd_screen(ctx, &opts, &error);

	return error != NULL ? cmd_fail(error) : code;
}

/* The option of one of the lists (each ends with a NULL name) that the word is, "--width=40" as well. */
static const struct cmd_option *
option_of(const char *word, const struct cmd_option *list)
{
	size_t len = strcspn(word, "=");

	for (; list != NULL && list->name != NULL; list++)
		if (strlen(list->name) == len && strncmp(list->name, word, len) == 0)
			return list;
	return NULL;
}

/* A "--word" that the command does not have, or that stands without its value or with one that it does not take. */
struct odd_option {
	const char *word; /* NULL: all is in order */
	const struct cmd_option *option; /* NULL: the command has none of the name */
};

static struct odd_option
odd_option(const struct command *command, int argc, char **argv)
{
	for (int i = 1; i < argc && strcmp(argv[i], "--") != 0; i++) {
		if (strncmp(argv[i], "--", 2) != 0)
			continue;
		const struct cmd_option *option = option_of(argv[i], command->options);
		bool has_value = strchr(argv[i], '=') != NULL;
		if (option == NULL)
			option = option_of(argv[i], cmd_common_options);
		bool wants_value = option != NULL && option->argument != NULL;
		if (option == NULL || (has_value && !wants_value) || (wants_value && !has_value && i + 1 == argc))
			return (struct odd_option){argv[i], option};
		if (wants_value && !has_value)
			i++;
	}
	return (struct odd_option){NULL, NULL};
}

static int
refuse_value(const struct command *command, const struct cmd_option *option)
{
	if (option->argument == NULL)
		return cmd_fail(g_error_new(PF_ERROR, PF_ERROR_USAGE, "%s %s takes no value", command->name, option->name));
	return cmd_fail(g_error_new(PF_ERROR, PF_ERROR_USAGE, "%s %s needs a value: %s", command->name, option->name,
	    option->argument));
}

static int
refuse_option(const struct command *command, const char *word)
{
	const char *names[64];
	size_t n = 0;

	for (const struct cmd_option *o = command->options; o != NULL && o->name != NULL; o++)
		if (n < G_N_ELEMENTS(names))
			names[n++] = o->name;
	const char *near = rc_nearest(word, names, n);
	char *hint = near != NULL ? g_strdup_printf("did you mean %s?", near)
				  : g_strdup_printf("`penfold help %s` lists them", command->name);
	int code = cmd_fail(g_error_new(PF_ERROR, PF_ERROR_USAGE, "%s has no option %s; %s",
	    command->name, word, hint));
	g_free(hint);
	return code;
}

/* send passes over the options of sendmail that it does not have, and help gets words of others. */
static int
run_command(struct cmd_context *ctx, const struct command *command, int argc, char **argv)
{
	bool takes_any = command->run == cmd_send || command->run == cmd_help;
	struct odd_option odd = {NULL, NULL};

	if (!takes_any)
		odd = odd_option(command, argc, argv);
	if (odd.word == NULL)
		return command->run(ctx, argc, argv);
	if (odd.option != NULL)
		return refuse_value(command, odd.option);
	if (strcmp(odd.word, "--help") == 0) {
		char *words[] = {argv[0], argv[0], NULL};
		return cmd_help(ctx, 2, words);
	}
	return refuse_option(command, odd.word);
}

static int
dispatch(struct cmd_context *ctx, int argc, char **argv)
{
	const struct command *command;

	if (argc < 2)
		return open_screen(ctx);
	if (strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "-h") == 0)
		return cmd_help(ctx, 1, argv);
	if (strcmp(argv[1], "--version") == 0)
		return cmd_mutt_version(ctx, 1);
	if (cmd_letter_is_asked(argc, argv) || cmd_mutt_is_asked(argc, argv))
		return cmd_mutt(ctx, argc, argv);
	command = cmd_find(argv[1]);
	return command != NULL ? run_command(ctx, command, argc - 1, argv + 1) : unknown(argv[1]);
}

/* Words that are not UTF-8 would be mangled on their way into a letter, a query or the rc; only the name of a file
 * may be so. */
static bool
is_readable(char *const *args)
{
	for (; *args != NULL; args++) {
		char *safe;

		if (g_utf8_validate(*args, -1, NULL) || access(*args, F_OK) == 0)
			continue;
		safe = safe_line(*args);
		(void)fprintf(stderr, "penfold: \"%s\" is not UTF-8, and no file of that name is here\n", safe);
		g_free(safe);
		return false;
	}
	return true;
}

/* Installed as sendmail or mailq, penfold is that program. */
static int
run_by_name(struct cmd_context *ctx, const char *name, int argc, char **argv)
{
	char send[] = "send", queue[] = "queue", list[] = "list";
	char *mailq[] = {queue, list, NULL};

	if (strcmp(name, "mailq") == 0)
		return cmd_queue(ctx, 2, mailq);
	if (strcmp(name, "sendmail") != 0)
		return dispatch(ctx, argc, argv);
	argv[0] = send;
	return cmd_send(ctx, argc, argv);
}

/* What was printed did not all get out: a full disk is an error. A reader that left (head, a pager) is none. */
static int
check_output(int code)
{
	bool is_bad = fflush(stdout) != 0;
	int why;

	if (!is_bad && !ferror(stdout))
		return code;
	why = errno;
	if (cmd_reader_left())
		return code;
	(void)fprintf(stderr, "penfold: standard output cannot be written: %s\n",
	    is_bad ? g_strerror(why) : "something of it is missing");
	return 74;
}

int
main(int argc, char **argv)
{
	struct program_options opts;
	struct cmd_context ctx = {&opts, NULL, NULL};
	const char *rc;
	char **args;
	int n, code;

	program_options(argc, argv, &opts);
	n = count_args(opts.rest);
	args = with_name(argv[0], opts.rest, n);
	/* -F is mutt's letter for the rc; in send it is sendmail's, the full name. */
	if (n > 0 && strcmp(args[1], "send") != 0 &&
	    strcmp(g_get_prgname(), "sendmail") != 0) {
		n++;
		while ((rc = cmd_take_option(&n, args, "-F")) != NULL)
			opts.rc_path = rc;
		n--;
	}
	code = is_readable(args + 1) ? check_output(run_by_name(&ctx, g_get_prgname(), n + 1, args)) : 64;
	cmd_forget(&ctx);
	g_free(args);
	program_options_free(&opts);
	return code;
}
