/* SPDX-License-Identifier: GPL-3.0-or-later */
/* manual.c - penfold(1) and penfold-rc(5) in mdoc(7). What the tables know is not written
 * twice; only the prose around them stands here. */
#include "cmd/manual.h"
#include "base/rc_value.h"
#include "client/template.h"
#include "cmd/cmd_letter.h"
#include "cmd/cmd_mutt.h"
#include "cmd/manual_text.h"

#include "cmd/cmd.h"

#include <string.h>

/* ---- text to mdoc */

/* Text with what roff would take for its own escaped: backslashes, and dots and quotes
 * that start a line. `words` in backquotes become literals. */
static void
add_text(GString *out, const char *text)
{
	bool is_literal = false;

	for (const char *p = text; *p != '\0'; p++) {
		bool starts_line = out->len == 0 || out->str[out->len - 1] == '\n';

		if (*p == '`') {
			is_literal = !is_literal;
			g_string_append(out, is_literal ? "\\(lq" : "\\(rq");
			continue;
		}
		if (starts_line && (*p == '.' || *p == '\''))
			g_string_append(out, "\\&");
		if (*p == '\\')
			g_string_append(out, "\\e");
		else if (*p == '-')
			g_string_append(out, "\\-");
		else if (*p == '~')
			g_string_append(out, "\\(ti");
		else if (*p == '^')
			g_string_append(out, "\\(ha");
		else
			g_string_append_c(out, *p);
	}
}

void
manual_paragraphs(GString *out, const char *text)
{
	char **paragraphs = g_strsplit(text, "\n\n", -1);

	for (size_t i = 0; paragraphs[i] != NULL; i++) {
		char **sentences =
		    g_strsplit(g_strdelimit(paragraphs[i], "\n", ' '), ". ", -1);

		if (i > 0)
			g_string_append(out, ".Pp\n");
		for (size_t k = 0; sentences[k] != NULL; k++) {
			add_text(out, sentences[k]);
			g_string_append(out, sentences[k + 1] != NULL ? ".\n" : "\n");
		}
		g_strfreev(sentences);
	}
	g_strfreev(paragraphs);
}

/* An argument of a macro: quoted, since it may hold blanks and words that are macros themselves. One that is a delimiter by
 * itself (mdoc(7)) would end it. */
static void
add_argument(GString *out, const char *text)
{
	g_string_append(out, text[0] != '\0' && text[1] == '\0' && strchr(".,:;()[]?!|", text[0]) != NULL ? " \"\\&" : " \"");
	for (; *text != '\0'; text++) {
		if (*text == '"')
			g_string_append(out, "\\(dq");
		else if (*text == '-')
			g_string_append(out, "\\-");
		else if (*text == '\\')
			g_string_append(out, "\\e");
		else
			g_string_append_c(out, *text);
	}
	g_string_append_c(out, '"');
}

void
manual_macro(GString *out, const char *macro, const char *argument)
{
	g_string_append_printf(out, ".%s", macro);
	add_argument(out, argument);
	g_string_append_c(out, '\n');
}

void
manual_head(GString *out, const char *name, const char *section, const char *summary)
{
	char *title = g_ascii_strup(name, -1);

	g_string_append_printf(out,
	    ".\\\" SPDX-License-Identifier: GPL-3.0-or-later\n"
	    ".\\\" Made by `make docs` from the program's own tables.\n"
	    ".Dd November 21, 2026\n.Dt %s %s\n.Os\n.Sh NAME\n.Nm %s\n.Nd %s\n",
	    title, section, name, summary);
	g_free(title);
}

/* ---- penfold(1) */

static void
add_options(GString *out, const struct cmd_option *options)
{
	if (options == NULL || options->name == NULL)
		return;
	g_string_append(out, ".Bl -tag -width Ds\n");
	for (; options->name != NULL; options++) {
		char *item =
		    options->argument == NULL
			? g_strdup(options->name)
			: g_strdup_printf("%s %s", options->name, options->argument);

		g_string_append(out, ".It Xo\n");
		manual_macro(out, "Li", item);
		g_string_append(out, ".Xc\n");
		manual_paragraphs(out, options->help);
		g_free(item);
	}
	g_string_append(out, ".El\n");
}

static void
add_command(GString *out, const struct command *c)
{
	char *title = c->usage != NULL && c->usage[0] != '\0'
			  ? g_strdup_printf("penfold %s %s", c->name, c->usage)
			  : g_strdup_printf("penfold %s", c->name);
	char *summary = g_strdup_printf("%c%s%s", g_ascii_toupper(c->summary[0]), c->summary + 1,
	    g_str_has_suffix(c->summary, "?") ? "" : ".");

	manual_macro(out, "Ss", c->name);
	manual_macro(out, "Dl", title);
	g_string_append(out, ".Pp\n");
	manual_paragraphs(out, summary);
	if (c->help != NULL && c->help[0] != '\0') {
		g_string_append(out, ".Pp\n");
		manual_paragraphs(out, c->help);
	}
	add_options(out, c->options);
	g_free(summary);
	g_free(title);
}

static const struct {
	const char *code, *meaning;
} exits[] = {
    {"0", "Done."},
    {"1", "A finding, or nothing matched."},
    {"64", "The command line is wrong."},
    {"65", "The input is malformed."},
    {"66", "A file that was named is not there, or cannot be read."},
    {"69", "A service is unavailable or refuses for good."},
    {"70", "A program broke, or was killed."},
    {"74", "A file could not be read or written."},
    {"75", "Try again later."},
    {"76", "A server broke its protocol, or its certificate is not good."},
    {"77", "The log-in was refused, or there is no password."},
    {"78", "The rc file is wrong."},
};

static const struct {
	const char *name, *meaning;
} environment[] = {
    {"PENFOLD_RC", "The rc file, in place of ~/.config/penfold/rc."},
    {"PENFOLD_LIBEXEC", "The folder of the helper programs."},
    {"PENFOLD_DEBUG", "Any value: the log tells more."},
    {"VISUAL, EDITOR", "The editor for letters, when `ui.editor` is not set."},
    {"NO_COLOR", "Any value: the screen has no colours."},
    {"XDG_CONFIG_HOME, XDG_STATE_HOME",
	"Where configuration and state lie, in place of ~/.config and "
	"~/.local/state."},
};

/* Each is run by tests/cmd/t_examples.py. */
static const struct {
	const char *what, *command;
} examples[] = {
    {"A letter from a script:", "echo \"See you at nine.\" | penfold bo@example.net -s Tomorrow"},
    {"The same with a file, tomorrow morning:", "penfold bo@example.net -s Report -a report.pdf --at \"tomorrow 9:00\" <text"},
    {"Unread threads of a person, as JSON, one a line:", "penfold search --json \"from:ann and tag:unread\""},
    {"Out of the inbox, and found again by a tag:", "penfold tag +news -inbox -- from:newsletter@example.net"},
    {"What a message says, without the screen:", "penfold show letter.eml"},
    {"Who really sent it, and why Penfold thinks so:", "penfold auth letter.eml"},
    {"What a server might object to, and the same letter mended:", "penfold check --fix letter.eml >mended.eml"},
    {"An MTA or procmail hands a message over:", "penfold deliver --folder Lists <letter.eml"},
    {"All flagged mail as an mbox:", "penfold export tag:flagged >flagged.mbox"},
    {"From cron: what is due leaves:", "penfold queue run --due"},
    {"Patches by mail:", "git config --global sendemail.sendmailCmd \"penfold send\""},
};

static void
add_examples(GString *out)
{
	g_string_append(out, ".Sh EXAMPLES\n");
	for (size_t i = 0; i < G_N_ELEMENTS(examples); i++) {
		if (i > 0)
			g_string_append(out, ".Pp\n");
		manual_paragraphs(out, examples[i].what);
		manual_macro(out, "Dl", examples[i].command);
	}
}

static void
add_penfold_end(GString *out)
{
	g_string_append(out, ".Sh ENVIRONMENT\n.Bl -tag -width Ds\n");
	for (size_t i = 0; i < G_N_ELEMENTS(environment); i++) {
		manual_macro(out, "It Ev", environment[i].name);
		manual_paragraphs(out, environment[i].meaning);
	}
	g_string_append(out, ".El\n.Sh FILES\n.Bl -tag -width Ds\n");
	manual_macro(out, "It Pa", "~/.config/penfold/rc");
	manual_paragraphs(out, "The configuration: penfold-rc(5).");
	manual_macro(out, "It Pa", "~/Mail");
	manual_paragraphs(
	    out, "The mail: ACCOUNT/FOLDER/{cur,new,tmp}, and the notmuch database.");
	manual_macro(out, "It Pa", "~/.local/state/penfold");
	manual_paragraphs(out, "The queue, drafts, verdicts and the state of each account's "
			    "sync. rows.idx in it "
			    "is a cache and may be deleted.");
	g_string_append(out, ".El\n.Sh EXIT STATUS\n.Bl -tag -width Ds\n");
	for (size_t i = 0; i < G_N_ELEMENTS(exits); i++) {
		manual_macro(out, "It", exits[i].code);
		manual_paragraphs(out, exits[i].meaning);
	}
	g_string_append(out, ".El\n");
	add_examples(out);
	g_string_append(
	    out, ".Sh SEE ALSO\n.Xr penfold-rc 5 ,\n.Xr notmuch-search-terms 7 ,\n.Xr penfold-checks 7 ,\n.Xr penfold-keys 7 ,\n"
	    ".Xr penfold-search 7 ,\n.Xr penfold-tutorial 7\n");
}

/* The ways to call it; the single letters of a letter to write are those of the table. */
static void
add_synopsis(GString *out)
{
	const struct cmd_option *o;

	g_string_append(out, ".Sh SYNOPSIS\n.Nm\n.Nm\n.Ar address ...\n");
	for (o = cmd_letter_options; o->name != NULL; o++) {
		char *value = o->argument != NULL ? g_ascii_strdown(o->argument, -1) : NULL;
		bool again = strstr(o->help, "may be given again") != NULL;

		if (o->name[1] != '-' && value != NULL)
			g_string_append_printf(out, again ? ".Oo Fl %s Ar %s Oc Ns ...\n" : ".Op Fl %s Ar %s\n",
			    o->name + 1, value);
		g_free(value);
	}
	g_string_append(out, ".Nm\n.Ar command\n.Op Ar argument ...\n.Sh DESCRIPTION\n");
}

static GString *
page_penfold(void)
{
	GString *out = g_string_new(NULL);

	manual_head(out, "penfold", "1", "terminal mail user agent with its own delivery");
	add_synopsis(out);
	manual_paragraphs(out,
	    "Penfold reads, writes, checks, queues and submits mail, keeps it on your "
	    "own disk, and says of "
	    "every message who really sent it. Without a command it opens the screen, "
	    "where `?` shows the "
	    "keys; each thing that the screen does is also a command below.\n\n"
	    "FILE may be `-` for standard input, or `id:MESSAGE-ID` for a message of the "
	    "store. QUERY is "
	    "a notmuch query: penfold-search(7). Who is new begins with penfold-tutorial(7).\n\n"
	    "These options are understood by every command:");
	add_options(out, cmd_common_options);
	g_string_append(out, ".Pp\n");
	manual_paragraphs(out,
	    "With addresses, or a mailto: URL, it opens the screen on a new letter. A text on standard input "
	    "means no screen: the letter is checked and queued, and the exit code is 0 once it is on disk. A "
	    "letter takes:");
	add_options(out, cmd_letter_options);
	g_string_append(out, ".Pp\nWithout a command, letters that mutt has:\n");
	add_options(out, cmd_mutt_options);
	g_string_append(out, ".Sh COMMANDS\n");
	for (size_t i = 0; i < cmd_n_commands; i++)
		add_command(out, &cmd_table[i]);
	add_penfold_end(out);
	return out;
}

/* ---- penfold-rc(5) */

char *
manual_type(const struct rc_setting *s)
{
	static const char *const words[] = {
	    [RC_STRING] = "text",
	    [RC_BOOL] = "yes or no",
	    [RC_INT] = "number",
	    [RC_DURATION] = "time (10s, 5m, 2h, 1d, 1w)",
	    [RC_SIZE] = "size (500k, 25M, 1G)",
	    [RC_PATH] = "path",
	    [RC_MAILBOX] = "Name <address>",
	    [RC_COMMAND] = "command",
	};
	char **parts;
	char *text;

	if (s->type != RC_CHOICE && s->type != RC_URL)
		return g_strdup(words[s->type]);
	parts = g_strsplit(s->choices, "|", -1);
	if (s->type == RC_CHOICE) {
		text = g_strjoinv(" | ", parts);
	} else {
		const char *word = rc_value_url_word(s->choices);
		char *schemes;

		if (word != NULL)
			g_clear_pointer(&parts[g_strv_length(parts) - 1], g_free);
		schemes = g_strjoinv(":// | ", parts);
		text = g_strdup_printf("%s:// [user@]host[:port]%s%s", schemes, word != NULL ? ", or " : "",
		    word != NULL ? word : "");
		g_free(schemes);
	}
	g_strfreev(parts);
	return text;
}

static void
add_setting(GString *out, const struct rc_setting *s)
{
	char *type = manual_type(s);

	g_string_append(out, ".It Xo\n");
	manual_macro(out, "Ic", s->key);
	g_string_append(out, "=\n");
	manual_macro(out, "Ar", type);
	g_string_append(out, ".Xc\n");
	manual_paragraphs(out, s->help);
	if (s->repeat)
		g_string_append(out, "It may stand several times.\n");
	if (s->fallback != NULL) {
		char *text = g_strdup_printf("The default is `%s`.", s->fallback);

		add_text(out, text);
		g_string_append_c(out, '\n');
		g_free(text);
	}
	g_free(type);
}

static void
add_variables(GString *out)
{
	g_string_append(out, ".Pp\n");
	manual_paragraphs(out,
	    "The variables of a template, first those of the letter that is answered or sent on. A date takes a format "
	    "of strftime(3), as in `${date:%d %B %Y}`. `$${` is `${` itself.");
	g_string_append(out, ".Bl -tag -width Ds\n");
	for (size_t i = 0; i < template_n_variables; i++) {
		char *mark = g_strdup_printf("${%s}", template_variables[i].name);

		manual_macro(out, "It Ic", mark);
		manual_paragraphs(out, template_variables[i].help);
		g_free(mark);
	}
	g_string_append(out, ".El\n");
}

static void
add_section(GString *out, size_t first)
{
	const char *section = rc_settings[first].section;
	char *title = rc_section_is_named(section)
			  ? g_strdup_printf("[%s \"name\"]", section)
			  : g_strdup_printf("[%s]", section);

	manual_macro(out, "Ss", title);
	g_free(title);
	manual_paragraphs(out, rc_section_help(section));
	if (rc_section_is_free(section))
		return;
	g_string_append(out, ".Bl -tag -width Ds\n");
	for (size_t i = first;
	     i < rc_n_settings && strcmp(rc_settings[i].section, section) == 0; i++)
		add_setting(out, &rc_settings[i]);
	g_string_append(out, ".El\n");
	if (strcmp(section, "template") == 0)
		add_variables(out);
}

static const char syntax[] =
    "The file is read from `$PENFOLD_RC`, else `~/.config/penfold/rc`. It is UTF-8 text "
    "of sections and "
    "settings, as git's configuration is. Names of sections and settings are the same in "
    "upper and lower "
    "case. An unknown name is an error that says the line and the name that was probably "
    "meant: see "
    "`penfold config check`.\n\n"
    "A comment starts with `#` or `;` at the start of a line or after a blank. A "
    "backslash at the end of a "
    "line goes on in the next. A value is taken as it stands; put double quotes around "
    "all of it to keep "
    "blanks at its ends, a comment sign, or the escapes \\\\, \\\", \\n and \\t. An "
    "empty value unsets what stood "
    "before it. Of a setting that stands several times the last one counts, unless it "
    "may repeat.\n\n"
    "`include = FILE` before the first section, or `path = FILE` in the section "
    "[include], reads another "
    "file there; a relative path starts at the including file's folder.\n\n"
    "Commands are split into words as a shell would do it, with single and double quotes "
    "and backslashes, "
    "but no shell runs them: no variables, no pipes.\n\n"
    "A file with a password in it is refused when others may read it.\n\n"
    "On the command line `-o section.key=value` and `-o section.name.key=value` win over "
    "the file.";

static GString *
page_rc(void)
{
	GString *out = g_string_new(NULL);

	manual_head(out, "penfold-rc", "5", "configuration of penfold");
	g_string_append(out, ".Sh DESCRIPTION\n");
	manual_paragraphs(out, syntax);
	g_string_append(out, ".Sh SETTINGS\n");
	for (size_t i = 0; i < rc_n_settings; i++)
		if (i == 0 ||
		    strcmp(rc_settings[i].section, rc_settings[i - 1].section) != 0)
			add_section(out, i);
	g_string_append(out,
	    ".Sh EXAMPLES\nAn account with its servers, and a local one:\n"
	    ".Bd -literal -offset indent\n"
	    "[account \"work\"]\n"
	    "address          = Ann Example <ann@example.org>\n"
	    "password-command = pass mail/work\n"
	    "imap             = imaps://imap.example.org\n"
	    "smtp             = submission://smtp.example.org\n\n"
	    "[account \"local\"]\n"
	    "address = Ann <ann@localhost.example>\n"
	    ".Ed\n"
	    "People of a directory (LDAP), or of an address book on a server (CardDAV), offered where addresses are typed,\n"
	    "by the two programs that lie beside this documentation:\n"
	    ".Bd -literal -offset indent\n"
	    "[addresses]\n"
	    "query-command = sh /usr/local/share/doc/penfold/contrib/addresses/people-ldap \\e\n"
	    "    -H ldaps://ldap.example.org -b dc=example,dc=org\n\n"
	    "[addresses]\n"
	    "query-command = python3 /usr/local/share/doc/penfold/contrib/addresses/people-carddav \\e\n"
	    "    --user ann --password-command \"pass dav\" https://dav.example.org/ann/book/\n"
	    ".Ed\n.Sh SEE ALSO\n.Xr penfold 1\n");
	return out;
}

static const struct {
	const char *name;
	GString *(*make)(void);
} pages[] = {
    {"penfold", page_penfold},
    {"penfold-rc", page_rc},
    {"penfold-keys", manual_keys},
    {"penfold-search", manual_search},
    {"penfold-tutorial", manual_tutorial},
};

GString *
manual_page(const char *name, GError **error)
{
	GString *names = g_string_new(NULL);

	for (size_t i = 0; i < G_N_ELEMENTS(pages); i++) {
		if (strcmp(name, pages[i].name) == 0) {
			g_string_free(names, TRUE);
			return pages[i].make();
		}
		g_string_append_printf(names, "%s%s", i > 0 ? ", " : "", pages[i].name);
	}
	g_set_error(error, PF_ERROR, PF_ERROR_USAGE, "there is no page \"%s\"; there are: %s", name, names->str);
	g_string_free(names, TRUE);
	return NULL;
}
