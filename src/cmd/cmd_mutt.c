/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The letters that people who come from mutt type: each opens the screen at a place, or prints. */
#include "cmd/cmd_mutt.h"

#include "ui/ui.h"

#include <stdio.h>
#include <string.h>

const struct cmd_option cmd_mutt_options[] = {
	{ "-f", "FOLDER", "Open the screen at this folder." },
	{ "-p", NULL, "Open the screen at the letters that are not finished." },
	{ "-y", NULL, "Open the screen at the list of all mail." },
	{ "-e", "ACTION", "Do this action of the screen's once it is there, as `:` does; may be given again." },
	{ "-z", NULL, "Exit with 1 when the inbox is empty." },
	{ "-Z", NULL, "Exit with 1 when there is no unread message in the inbox." },
	{ "-A", "ALIAS", "Print the addresses that this begins, best first." },
	{ "-Q", "KEY", "Print a setting (section.key)." },
	{ "-D", NULL, "Print all settings." },
	{ "-v", NULL, "Print the version." },
	{ "-n", NULL, "Accepted: there is no system-wide rc." },
	{ "-x", NULL, "Accepted: letters from standard input are always sent without a screen." },
	{ NULL, NULL, NULL },
};

bool
cmd_mutt_is_asked(int argc, char **argv)
{
	return argc >= 2 && argv[1][0] == '-' && argv[1][1] != '\0' && argv[1][2] == '\0' &&
	    strchr("fpyezZAQDvnx", argv[1][1]) != NULL;
}

static int
print_addresses(struct cmd_context *ctx, const char *alias)
{
	GError *error = NULL;
	json_t *answer = supervisor_call(client_search(cmd_client(ctx)),
	    json_pack("{s:s, s:s, s:s}", "op", "complete", "what", "address", "prefix", alias), NULL, 0,
	    0, NULL, NULL, &error);
	json_t *items = json_object_get(answer, "items"), *item;
	int code = json_array_size(items) > 0 ? 0 : 1;
	size_t i;

	if (answer == NULL)
		return cmd_fail(error);
	json_array_foreach(items, i, item)
		if (json_is_string(item))
			(void)printf("%s\n", json_string_value(item));
	json_decref(answer);
	return code;
}

/* -1: the screen is wanted; else an exit code. */
static int
check_inbox(struct cmd_context *ctx, bool only_unread)
{
	GError *error = NULL;
	json_t *answer = supervisor_call(client_search(cmd_client(ctx)),
	    json_pack("{s:s, s:s}", "op", "count", "query",
		only_unread ? "tag:inbox and tag:unread" : "tag:inbox"),
	    NULL, 0, 0, NULL, NULL, &error);
	gint64 n = jsonl_int(answer, "messages", 0);

	if (answer == NULL)
		return cmd_fail(error);
	json_decref(answer);
	if (n > 0)
		return -1;
	(void)fprintf(stderr, "penfold: the inbox has no %smessage\n", only_unread ? "unread " : "");
	return 1;
}

static int
print_all(struct cmd_context *ctx)
{
	char name[] = "config", show[] = "show", *argv[] = { name, show, NULL };

	return cmd_config(ctx, 2, argv);
}

/* "section.key" or "section.name.key"; the name may have dots. */
static int
print_setting(struct cmd_context *ctx, const char *text)
{
	const struct rc *rc = cmd_rc(ctx);
	char *section = g_strdup(text);
	char *name = strchr(section, '.'), *key = strrchr(section, '.');
	const struct rc_setting *setting = NULL;

	if (key != NULL) {
		*key++ = '\0';
		name = name + 1 == key ? NULL : name;
		if (name != NULL)
			*name++ = '\0';
		setting = rc_setting_find(section, key);
	}
	if (setting == NULL || setting->secret) {
		g_free(section);
		return cmd_fail(g_error_new(PF_ERROR, PF_ERROR_USAGE,
		    "%s: no setting that can be printed; see penfold config keys", text));
	}
	for (const char *const *value = rc_list(rc, section, name, key); *value != NULL; value++)
		(void)printf("%s\n", *value);
	g_free(section);
	return 0;
}

static int
usage(const char *arg)
{
	return cmd_fail(g_error_new(PF_ERROR, PF_ERROR_USAGE,
	    "%s: unknown option, or its value is missing; see penfold help", arg));
}

/* Those that print or decide; -1 when the screen is wanted. */
static int
run_letter(struct cmd_context *ctx, char letter, const char *value, GPtrArray *commands)
{
	switch (letter) {
	case 'f':
		g_ptr_array_add(commands, g_strdup_printf("folder %s", value));
		return -1;
	case 'p':
		g_ptr_array_add(commands, g_strdup("drafts"));
		return -1;
	case 'y':
		g_ptr_array_add(commands, g_strdup("folder All mail"));
		return -1;
	case 'e':
		g_ptr_array_add(commands, g_strdup(value));
		return -1;
	case 'z':
	case 'Z':
		return check_inbox(ctx, letter == 'Z');
	case 'A':
		return print_addresses(ctx, value);
	case 'Q':
		return print_setting(ctx, value);
	case 'D':
		return print_all(ctx);
	case 'v':
		(void)printf("penfold %s\n", PENFOLD_VERSION);
		return 0;
	default: /* -n, -x */
		return -1;
	}
}

int
cmd_mutt(struct cmd_context *ctx, int argc, char **argv)
{
	struct ui_opts opts = { .options = ctx->opts };
	GPtrArray *commands = g_ptr_array_new_with_free_func(g_free);
	GError *error = NULL;
	int code = -1;

	for (int i = 1; i < argc && code < 0; i++) {
		bool takes_value = strlen(argv[i]) == 2 && strchr("feAQ", argv[i][1]) != NULL;

		if (!cmd_mutt_is_asked(2, argv + i - 1) || (takes_value && i + 1 >= argc))
			code = usage(argv[i]);
		else
			code = run_letter(ctx, argv[i][1], takes_value ? argv[i + 1] : NULL, commands);
		i += takes_value;
	}
	g_ptr_array_add(commands, NULL);
	if (code < 0) {
		opts.rc = cmd_rc(ctx);
		opts.commands = (const char *const *)commands->pdata;
		code = ui_run(&opts, &error);
	}
	g_ptr_array_unref(commands);
	return error != NULL ? cmd_fail(error) : code;
}
