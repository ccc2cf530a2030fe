/* SPDX-License-Identifier: GPL-3.0-or-later */
/* penfold help: the command table, read aloud. */
#include "cmd/cmd_mutt.h"

#include <stdio.h>
#include <string.h>

static void
print_options(const struct cmd_option *options)
{
	for (; options != NULL && options->name != NULL; options++)
		(void)printf("  %s%s%-*s %s\n", options->name, options->argument != NULL ? " " : "",
		    (int)(16 - MIN(strlen(options->name), 15)),
		    options->argument != NULL ? options->argument : "", options->help);
}

static int
print_overview(void)
{
	(void)printf("usage: penfold                       read and write mail\n"
		     "       penfold ADDRESS... [-s SUBJECT] [-c CC] [-b BCC] [-a FILE] [--sign] [--encrypt] [< BODY]\n"
		     "       penfold COMMAND [OPTION...]\n\n");
	for (size_t i = 0; i < cmd_n_commands; i++)
		(void)printf("  %-10s %s\n", cmd_table[i].name, cmd_table[i].summary);
	(void)printf("\nEvery command takes:\n");
	print_options(cmd_common_options);
	(void)printf("\nWithout a command:\n");
	print_options(cmd_mutt_options);
	(void)printf("\n`penfold help COMMAND` tells more; penfold(1) tells all.\n");
	return 0;
}

int
cmd_help(struct cmd_context *ctx, int argc, char **argv)
{
	(void)ctx;
	if (argc < 2)
		return print_overview();
	for (size_t i = 0; i < cmd_n_commands; i++) {
		const struct command *c = &cmd_table[i];

		if (strcmp(c->name, argv[1]) != 0)
			continue;
		(void)printf("usage: penfold %s %s\n\n%s\n\n", c->name, c->usage, c->help);
		print_options(c->options);
		return 0;
	}
	return cmd_fail(g_error_new(PF_ERROR, PF_ERROR_USAGE, "no such command: %s", argv[1]));
}
