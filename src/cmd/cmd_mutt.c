/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The letters that people who come from mutt type: each opens the screen at a place, or prints. */
#include "cmd/cmd_mutt.h"

#include "base/log.h"
#include "base/rc_value.h"
#include "base/safe_text.h"
#include "cmd/cmd_letter.h"
#include "cmd/cmd_screen.h"

#include <stdio.h>
#include <string.h>

const struct cmd_option cmd_mutt_options[] = {
	{ "-f", "FOLDER", "Open the screen at this folder; with -z, ask about it." },
	{ "-p", NULL, "Open the screen at the letters that are not finished." },
	{ "-y", NULL, "Open the screen and choose a folder." },
	{ "-R", NULL, "Open the screen to look only: no mail is changed or fetched." },
	{ "-e", "ACTION", "Do this action of the screen's once it is there, as `:` does; may be given again." },
	{ "-E", NULL, "Write what was edited back to the file of -H or -i when the letter is sent." },
	{ "-B", NULL, "Open no screen: the letter's text is read from standard input to its end." },
	{ "-z", NULL, "Exit with 1 when the inbox, or the folder of -f, is empty." },
	{ "-Z", NULL, "Exit with 1 when there is no unread message in the inbox." },
	{ "-A", "ALIAS", "Print the addresses that this begins, best first." },
	{ "-Q", "KEY", "Print a setting (section.key); with -O, what it is for." },
	{ "-D", NULL, "Print all settings, secrets left out; with -O, what each is for." },
	{ "-d", "LEVEL", "Log what happens, from level 1 on to standard error or the file of -l." },
	{ "-l", "FILE", "The file for -d." },
	{ "-m", "TYPE", "Accepted for Maildir, which all folders are; penfold import reads mbox." },
	{ "-v", NULL, "Print the version; -vv, the licence." },
	{ "-h", NULL, "Print the help." },
	{ "-n", NULL, "Accepted: there is no system-wide rc." },
	{ "-x", NULL, "Accepted: letters from standard input are always sent without a screen." },
	{ "-S", NULL, "Accepted behind -D: secrets are never printed." },
	{ "-O", NULL, "With -D or -Q: what the settings are for." },
	{ "-G", NULL, "Refused, as is -g: Penfold reads no news." },
	{ NULL, NULL, NULL },
};

/* The letters of a letter to write stand in cmd_letter.c. */
#define WITH_VALUE "feAQdlmgscbaHi"
#define ALONE	   "pyREBzZDvhnxSOG"

bool
cmd_mutt_is_asked(int argc, char **argv)
{
	return argc >= 2 && argv[1][0] == '-' && argv[1][1] != '\0' &&
	    strchr(WITH_VALUE ALONE, argv[1][1]) != NULL;
}

/* "-nRy" as "-n -R -y", "-fInbox" as "-f Inbox", each as getopt() would have it. A letter that nobody knows
 * stays, to be complained about. Owned. */
static char **
spread(int argc, char **argv)
{
	GPtrArray *out = g_ptr_array_new();
	bool is_over = false;

	for (int i = 0; i < argc; i++) {
		bool is_option = i > 0 && !is_over && argv[i][0] == '-' && argv[i][1] != '-' && argv[i][1] != '\0';
		const char *p = argv[i] + 1;

		is_over = is_over || (i > 0 && strcmp(argv[i], "--") == 0);
		if (!is_option) {
			g_ptr_array_add(out, g_strdup(argv[i]));
			continue;
		}
		while (*p != '\0') {
			g_ptr_array_add(out, g_strdup_printf("-%c", *p));
			if (strchr(ALONE, *p++) != NULL)
				continue;
			if (*p != '\0')
				g_ptr_array_add(out, g_strdup(p));
			else if (i + 1 < argc)
				g_ptr_array_add(out, g_strdup(argv[++i]));
			break;
		}
	}
	g_ptr_array_add(out, NULL);
	return (char **)g_ptr_array_free(out, FALSE);
}

/* One "Name <address>" out of mail; what is none is a name. */
static void
print_address(const char *text, bool json)
{
	char *name = NULL, *address = NULL, *line;

	if (!json) {
		line = safe_line(text);
		(void)printf("%s\n", line);
		g_free(line);
		return;
	}
	if (!rc_value_mailbox(text, &name, &address, NULL))
		name = g_strdup(text);
	cmd_print_json(json_pack("{s:s, s:s?}", "name", name, "address", address));
	g_free(name);
	g_free(address);
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
		print_address(json_string_value(item), ctx->opts->json);
	json_decref(answer);
	return code;
}

/* Its messages, as notmuch asks for them: "work/Lists" is a whole name, "Lists" that of any account. Owned. */
static char *
folder_query(const char *folder)
{
	char *escaped = g_regex_escape_string(folder, -1), *query;

	query = strchr(folder, '"') == NULL
	    ? g_strdup_printf("folder:\"/(^|\\/)%s$/\"", escaped)
	    : g_strdup("tag:inbox");
	g_free(escaped);
	return query;
}

/* -1: the screen is wanted; else an exit code. folder NULL: the inbox. */
static int
check_folder(struct cmd_context *ctx, const char *folder, bool only_unread)
{
	GError *error = NULL;
	char *query = only_unread	  ? g_strdup("tag:inbox and tag:unread")
	    : folder != NULL ? folder_query(folder)
					  : g_strdup("tag:inbox");
	json_t *answer = supervisor_call(client_search(cmd_client(ctx)),
	    json_pack("{s:s, s:s}", "op", "count", "query", query), NULL, 0, 0, NULL, NULL, &error);
	gint64 n = jsonl_int(answer, "messages", 0);

	g_free(query);
	if (answer == NULL)
		return cmd_fail(error);
	json_decref(answer);
	if (n > 0)
		return -1;
	if (folder != NULL) {
		char *safe = safe_line(folder);

		(void)fprintf(stderr, "penfold: %s has no message\n", safe);
		g_free(safe);
	} else {
		(void)fprintf(stderr, "penfold: the inbox has no %smessage\n", only_unread ? "unread " : "");
	}
	return 1;
}

static int
print_all(struct cmd_context *ctx, bool wants_help)
{
	char name[] = "config", show[] = "show", keys[] = "keys";
	char *argv[] = { name, wants_help ? keys : show, NULL };

	return cmd_config(ctx, 2, argv);
}

static void
print_values(const struct rc_setting *setting, const char *const *values, bool wants_help)
{
	for (; *values != NULL; values++)
		(void)printf("%s\n", *values);
	if (wants_help && setting->help != NULL)
		(void)printf("# %s\n", setting->help);
}

static void
print_values_json(const struct rc_setting *setting, const char *name, const char *const *values, bool is_default,
    bool wants_help)
{
	json_t *list = json_array();

	for (; *values != NULL; values++)
		json_array_append_new(list, jsonl_text(*values, -1));
	cmd_print_json(json_pack("{s:s, s:s?, s:s, s:o, s:b, s:s*}", "section", setting->section, "name", name, "key",
	    setting->key, "value", list, "default", is_default, "help", wants_help ? setting->help : NULL));
}

/* "section.key" or "section.name.key"; the name may have dots. */
static int
print_setting(struct cmd_context *ctx, const char *text, bool wants_help)
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
	const char *const *values = rc_list(rc, section, name, key);
	const char *const fallback[] = {setting->fallback, NULL};
	bool is_default = *values == NULL && setting->fallback != NULL;
	if (is_default)
		values = fallback;
	if (ctx->opts->json)
		print_values_json(setting, name, values, is_default, wants_help);
	else
		print_values(setting, values, wants_help);
	g_free(section);
	return 0;
}

static int
usage(const char *arg)
{
	return cmd_fail(g_error_new(PF_ERROR, PF_ERROR_USAGE,
	    "%s: unknown option, or its value is missing; see penfold help", arg));
}

static int
refuse(enum pf_error code, const char *sentence)
{
	return cmd_fail(g_error_new_literal(PF_ERROR, (int)code, sentence));
}

/* What the letters ask for that are about the whole run. */
struct wanted {
	struct cmd_screen screen;
	GPtrArray *commands;
	const char *folder;
	bool has_help; /* -O */
	int n_versions;
};

/* -d LEVEL: for us, and for the helpers by their environment. */
static int
start_log(const char *level)
{
	guint64 n;

	if (!g_ascii_string_to_unsigned(level, 10, 0, 9, &n, NULL))
		return refuse(PF_ERROR_USAGE, "-d takes a level from 0 to 9");
	if (n > 0)
		(void)g_setenv("PENFOLD_DEBUG", "1", TRUE);
	log_init();
	return -1;
}

/* Letters that go with all others; -1 to go on. */
static int
take_common(struct wanted *w, char letter, const char *value)
{
	switch (letter) {
	case 'e':
		g_ptr_array_add(w->commands, g_strdup(value));
		return -1;
	case 'R':
		w->screen.is_read_only = true;
		return -1;
	case 'B':
		w->screen.is_batch = true;
		return -1;
	case 'E':
		w->screen.wants_write_back = true;
		return -1;
	case 'O':
		w->has_help = true;
		return -1;
	case 'd':
		return start_log(value);
	case 'l':
		return log_to_file(value) ? -1 : refuse(PF_ERROR_IO, "-l: the file cannot be written");
	case 'm':
		if (g_ascii_strcasecmp(value, "maildir") == 0)
			return -1;
		return refuse(PF_ERROR_USAGE,
		    "-m: all folders are Maildir; `penfold import` reads an mbox, `penfold export` writes one");
	case 'G':
	case 'g':
		return refuse(PF_ERROR_UNAVAILABLE, "Penfold reads no news; lists by mail are in the screen's folders");
	default: /* -n, -x, -S */
		return -1;
	}
}

/* Those that print or decide; -1 when the screen is wanted. */
static int
run_letter(struct cmd_context *ctx, struct wanted *w, char letter, const char *value)
{
	switch (letter) {
	case 'f':
		w->folder = value;
		g_ptr_array_add(w->commands, g_strdup_printf("folder %s", value));
		return -1;
	case 'p':
		g_ptr_array_add(w->commands, g_strdup("drafts"));
		return -1;
	case 'y':
		g_ptr_array_add(w->commands, g_strdup("folder"));
		return -1;
	case 'z':
	case 'Z':
		return check_folder(ctx, w->folder, letter == 'Z');
	case 'A':
		return print_addresses(ctx, value);
	case 'Q':
		return print_setting(ctx, value, w->has_help);
	case 'D':
		return print_all(ctx, w->has_help);
	default:
		return usage("-");
	}
}

int
cmd_mutt_version(struct cmd_context *ctx, int n)
{
	const char *licence = n > 1 ? "GPL-3.0-or-later" : NULL;

	if (ctx->opts->json) {
		cmd_print_json(json_pack("{s:s, s:s*}", "version", PENFOLD_VERSION, "licence", licence));
		return 0;
	}
	(void)printf("penfold %s\n", PENFOLD_VERSION);
	if (licence != NULL)
		(void)printf("License %s: you may use, read, change and pass it on; there is no warranty.\n", licence);
	return 0;
}

/* Take what goes with all others out of argv; -1 to go on. */
static int
take_all_common(struct wanted *w, int *argc, char **argv)
{
	int n = 1, code = -1;
	bool is_over = false;

	for (int i = 1; i < *argc; i++) {
		bool is_letter = !is_over && argv[i][0] == '-' && argv[i][1] != '\0' && argv[i][2] == '\0';
		bool has_value = is_letter && strchr(WITH_VALUE, argv[i][1]) != NULL;

		is_over = is_over || strcmp(argv[i], "--") == 0;
		if (has_value && i + 1 >= *argc)
			return usage(argv[i]);
		if (is_letter && strchr("eREBOdlmGgnxSv", argv[i][1]) != NULL) {
			w->n_versions += argv[i][1] == 'v';
			if (code < 0)
				code = take_common(w, argv[i][1], has_value ? argv[i + 1] : NULL);
			i += has_value;
			continue;
		}
		argv[n++] = argv[i];
		if (has_value)
			argv[n++] = argv[++i];
	}
	argv[n] = NULL;
	*argc = n;
	return code;
}

/* Is a letter to be written: by an address, a mailto: or one of its options? */
static bool
wants_letter(int argc, char **argv)
{
	for (int i = 1; i < argc; i++) {
		if (argv[i][0] != '-' || argv[i][1] == '-' || strchr("scbaHi", argv[i][1]) != NULL)
			return true;
		i += strchr(WITH_VALUE, argv[i][1]) != NULL;
	}
	return false;
}

static int
run_screen(struct cmd_context *ctx, struct wanted *w, int argc, char **argv)
{
	struct ui_opts opts = { .options = ctx->opts };
	GError *error = NULL;
	int code = -1;

	/* -f comes first: -z asks about it */
	for (int pass = 0; pass < 2 && code < 0; pass++) {
		for (int i = 1; i < argc && code < 0; i++) {
			bool has_value = strchr(WITH_VALUE, argv[i][1]) != NULL;

			if (strchr("fpyzZAQD", argv[i][1]) == NULL)
				code = usage(argv[i]);
			else if ((pass == 0) == (argv[i][1] == 'f'))
				code = run_letter(ctx, w, argv[i][1], has_value ? argv[i + 1] : NULL);
			i += has_value;
		}
	}
	if (code >= 0)
		return code;
	g_ptr_array_add(w->commands, NULL);
	opts.rc = cmd_rc(ctx);
	opts.commands = (const char *const *)w->commands->pdata;
	opts.is_read_only = w->screen.is_read_only;
	code = cmd_screen(ctx, &opts, &error);
	return error != NULL ? cmd_fail(error) : code;
}

int
cmd_mutt(struct cmd_context *ctx, int argc, char **argv)
{
	struct wanted w = { .commands = g_ptr_array_new_with_free_func(g_free) };
	char **all = spread(argc, argv), **words;
	int n = (int)g_strv_length(all);
	int code;

	words = g_memdup2(all, sizeof(*all) * ((gsize)n + 1));
	code = take_all_common(&w, &n, words);
	if (code >= 0) {
		;
	} else if (w.n_versions > 0) {
		code = cmd_mutt_version(ctx, w.n_versions);
	} else if (n > 1 && strcmp(words[1], "-h") == 0) {
		code = cmd_help(ctx, 1, words);
	} else if (w.screen.is_batch || w.screen.wants_write_back || wants_letter(n, words)) {
		g_ptr_array_add(w.commands, NULL);
		w.screen.commands = (const char *const *)w.commands->pdata;
		code = cmd_letter(ctx, &w.screen, n, words);
	} else {
		code = run_screen(ctx, &w, n, words);
	}
	g_ptr_array_unref(w.commands);
	g_free(words);
	g_strfreev(all);
	return code;
}
