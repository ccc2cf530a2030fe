/* SPDX-License-Identifier: GPL-3.0-or-later */
/* cmd_complete.c - what may follow the words of a command line, for the shells of
 * contrib/completion: "word TAB meaning", a line each. All of it comes from the tables. */
#include "cmd/cmd_complete.h"

#include "base/row_index.h"
#include "cmd/cmd_mutt.h"

#include <stdio.h>
#include <string.h>

/* What is offered, and how much of it was typed already. */
struct offer {
	const char *typed;
};

static void
put(const struct offer *offer, const char *word, const char *meaning)
{
	if (g_str_has_prefix(word, offer->typed))
		(void)printf("%s\t%s\n", word, meaning != NULL ? meaning : "");
}

static void
put_options(const struct offer *offer, const struct cmd_option *options)
{
	for (; options != NULL && options->name != NULL; options++)
		put(offer, options->name, options->help);
}

static void
put_commands(const struct offer *offer)
{
	for (size_t i = 0; i < cmd_n_commands; i++)
		put(offer, cmd_table[i].name, cmd_table[i].summary);
}

/* The words of a usage that stand for themselves: "list", "run" of "[list | run [ID]]". */
static void
put_actions(const struct offer *offer, const char *usage)
{
	for (const char *p = usage; *p != '\0';) {
		size_t n = strspn(p, "abcdefghijklmnopqrstuvwxyz-");
		bool is_whole = p == usage || strchr("[ |", p[-1]) != NULL;
		if (n > 1 && is_whole && *p != '-') {
			char *word = g_strndup(p, n);
			put(offer, word, NULL);
			g_free(word);
		}
		p += n > 0 ? n : 1;
	}
}

/* The rc is asked as far as it can be read: a wrong line is not for this moment to tell. */
static void
put_accounts(const struct offer *offer, const struct program_options *opts)
{
	struct rc *rc = rc_load(opts->rc_path, opts->overrides, NULL);

	if (rc == NULL)
		return;
	for (const struct rc_account *const *a = rc_accounts(rc); *a != NULL; a++)
		put(offer, (*a)->name, (*a)->address);
	rc_free(rc);
}

/* "section.key=" for -o; a named section's keys want its name, which is not guessed. */
static void
put_settings(const struct offer *offer)
{
	for (const struct rc_setting *s = rc_settings; s < rc_settings + rc_n_settings; s++) {
		if (rc_section_is_named(s->section) || strcmp(s->key, "*") == 0)
			continue;
		char *word = g_strdup_printf("%s.%s=", s->section, s->key);
		put(offer, word, s->help);
		g_free(word);
	}
}

/* What the judge leaves to be searched for. */
static void
put_verdicts(const struct offer *offer)
{
	for (unsigned i = ROW_VERDICT_UNEVALUATED + 1; i < ROW_VERDICT_DOUBTFUL; i++) {
		char *word = g_strconcat("property:auth=", row_verdict_name(i), NULL);
		put(offer, word, "messages with this verdict on their sender");
		g_free(word);
	}
	for (size_t i = 0; row_verdict_deceits[i] != NULL; i++) {
		char *word = g_strconcat("property:auth-flag=", row_verdict_deceits[i], NULL);
		put(offer, word, "messages that look made to deceive in this way");
		g_free(word);
	}
}

static void
put_after(const struct offer *offer, const struct program_options *opts,
    const struct command *command, const char *before)
{
	if (strcmp(before, "--account") == 0) {
		put_accounts(offer, opts);
	} else if (strcmp(before, "-o") == 0) {
		put_settings(offer);
	} else if (*offer->typed == '-') {
		put_options(offer, command->options);
		put_options(offer, cmd_common_options);
	} else if (strcmp(command->name, "help") == 0) {
		put_commands(offer);
	} else {
		if (strcmp(before, command->name) == 0)
			put_actions(offer, command->usage);
		if (strstr(command->usage, "ACCOUNT") != NULL)
			put_accounts(offer, opts);
		if (strstr(command->usage, "QUERY") != NULL)
			put_verdicts(offer);
	}
}

int
cmd_complete(const struct program_options *opts, int n, char *const *words)
{
	struct offer offer = {n > 0 ? words[n - 1] : ""};
	const struct command *command = n > 1 ? cmd_find(words[0]) : NULL;

	if (command != NULL) {
		put_after(&offer, opts, command, words[n - 2]);
	} else if (n > 1) {
		if (strcmp(words[n - 2], "-o") == 0)
			put_settings(&offer);
	} else {
		put_commands(&offer);
		if (*offer.typed == '-') {
			put_options(&offer, cmd_common_options);
			put_options(&offer, cmd_letter_options);
			put_options(&offer, cmd_mutt_options);
		}
	}
	return 0;
}
