/* SPDX-License-Identifier: GPL-3.0-or-later */
/* penfold help: the command table, read aloud. */
#include "cmd/cmd_complete.h"
#include "cmd/cmd_letter.h"
#include "cmd/cmd_mutt.h"

#include <stdio.h>
#include <string.h>

enum { TEXT_END = 80, LABEL_MAX = 24 };

/* The rest of a text that begins at column `at`, wrapped; line ends of its own are kept. */
static void
print_wrapped(int at, const char *text)
{
	size_t room = (size_t)(TEXT_END - at);

	for (;;) {
		size_t n = strcspn(text, "\n");
		if (n > room) {
			for (n = room; n > 0 && text[n] != ' '; n--)
				;
			n = n > 0 ? n : room;
		}
		(void)printf("%.*s\n", (int)n, text);
		text += n;
		text += *text == '\n' ? 1 : strspn(text, " ");
		if (*text == '\0')
			return;
		(void)printf("%*s", at, "");
	}
}

/* "  label  text"; a label that is longer than the column has a line of its own. */
static void
print_pair(const char *label, int cols, const char *text)
{
	(void)printf("  %-*s", cols, label);
	if ((int)strlen(label) > cols)
		(void)printf("\n  %-*s", cols, "");
	(void)printf("  ");
	print_wrapped(2 + cols + 2, text);
}

/* "--name ARGUMENT". Owned. */
static char *
label_of(const struct cmd_option *option)
{
	return option->argument == NULL
	    ? g_strdup(option->name)
	    : g_strdup_printf("%s %s", option->name, option->argument);
}

static void
print_options(const struct cmd_option *options)
{
	int cols = 0;

	for (const struct cmd_option *o = options; o != NULL && o->name != NULL; o++) {
		char *label = label_of(o);
		int n = (int)strlen(label);
		if (n <= LABEL_MAX)
			cols = MAX(cols, n);
		g_free(label);
	}
	for (; options != NULL && options->name != NULL; options++) {
		char *label = label_of(options);
		print_pair(label, cols, options->help);
		g_free(label);
	}
}

static void
print_commands(void)
{
	int cols = 0;

	for (size_t i = 0; i < cmd_n_commands; i++)
		cols = MAX(cols, (int)strlen(cmd_table[i].name));
	for (size_t i = 0; i < cmd_n_commands; i++)
		print_pair(cmd_table[i].name, cols, cmd_table[i].summary);
}

static int
print_overview(void)
{
	(void)printf("usage: penfold                       read and write mail\n"
		     "       penfold ADDRESS... [-s SUBJECT] [OPTION...] [< TEXT]\n"
		     "       penfold COMMAND [OPTION...]\n\n");
	print_commands();
	(void)printf("\nEvery command takes:\n");
	print_options(cmd_common_options);
	(void)printf("\nA letter takes:\n");
	print_options(cmd_letter_options);
	(void)printf("\nWithout a command, as mutt:\n");
	print_options(cmd_mutt_options);
	(void)printf("\n`penfold help COMMAND` tells more; penfold(1) tells all.\n");
	return 0;
}

static json_t *
options_json(const struct cmd_option *options)
{
	json_t *out = json_array();

	for (const struct cmd_option *o = options; o != NULL && o->name != NULL; o++)
		json_array_append_new(out,
		    json_pack("{s:s, s:s?, s:s}", "name", o->name, "argument", o->argument, "help", o->help));
	return out;
}

/* only: one command; NULL for all. */
static void
print_table(const struct command *only)
{
	json_t *list = json_array();

	for (const struct command *c = cmd_table; c < cmd_table + cmd_n_commands; c++)
		if (only == NULL || only == c)
			json_array_append_new(list,
			    json_pack("{s:s, s:s, s:s, s:s, s:o}", "name", c->name, "usage", c->usage, "summary", c->summary,
				"help", c->help, "options", options_json(c->options)));
	cmd_print_json(json_pack("{s:o}", "commands", list));
}

int
cmd_help(struct cmd_context *ctx, int argc, char **argv)
{
	const struct command *c = NULL;

	if (argc > 2 && strcmp(argv[1], "--complete") == 0)
		return cmd_complete(ctx->opts, argc - 3, argv + 3);
	if (argc > 1 && (c = cmd_find(argv[1])) == NULL)
		return cmd_fail(g_error_new(PF_ERROR, PF_ERROR_USAGE, "no such command: %s", argv[1]));
	if (ctx->opts->json) {
		print_table(c);
		return 0;
	}
	if (c == NULL)
		return print_overview();
	(void)printf("usage: penfold %s %s\n\n", c->name, c->usage);
	print_wrapped(0, c->help);
	(void)printf("\n");
	print_options(c->options);
	return 0;
}
