/* SPDX-License-Identifier: GPL-3.0-or-later */
/* manual_screen.c - the pages on the screen: keys and mutt's patterns come from the tables that they are read by. */
#include "cmd/manual_text.h"

#include "cmd/foreign.h"
#include "ui/help.h"
#include "ui/pattern.h"
#include "ui/presets.h"

#include <string.h>

/* ---- penfold-keys(7) */

static const char keys_text[] =
    "A key is written as here: `a`, `C-l` with Control, `M-v` with Alt or behind Escape, `Enter`, `F1`. Two that "
    "follow each other are parted by a blank, alternatives by a comma. A number before a key repeats it, or says how "
    "far: `3 d`, `5 G`. `;` before a key in the list means all marked threads. `?` shows the keys of the view that is open, and `/` "
    "searches in that page.\n\n"
    "Each action has a name, which `:` takes, with completion by Tab, and which the rc file takes in a section of the "
    "view: [keys.index] with the line `archive = e`. [macro \"NAME\"] binds several "
    "keys to one; `[ui] keys = mutt`, vim, emacs or alpine begins with the keys of that program; see penfold-rc(5).";

static void
add_action(GString *out, const struct action *a)
{
	char *item = a->keys != NULL && *a->keys != '\0' ? g_strdup(a->keys) : g_strdup_printf(":%s", a->name);
	char *name = a->arg != NULL ? g_strdup_printf("%s %s", a->name, a->arg) : g_strdup(a->name);
	char *text = g_strdup_printf("%s  (%s)", a->help, name);

	manual_macro(out, "It", item);
	manual_paragraphs(out, text);
	g_free(text);
	g_free(name);
	g_free(item);
}

static void
add_preset(GString *out, const char *preset)
{
	const struct preset_key *k;

	manual_macro(out, "Ss", preset);
	g_string_append(out, ".Bl -tag -width Ds\n");
	for (size_t i = 0; (k = presets_nth(i)) != NULL; i++) {
		char *text = g_strdup_printf("%s  (%s)", k->action, k->section);

		if (strcmp(k->preset, preset) == 0 && *k->keys != '\0') {
			manual_macro(out, "It", k->keys);
			manual_paragraphs(out, text);
		}
		g_free(text);
	}
	g_string_append(out, ".El\n");
}

GString *
manual_keys(void)
{
	GString *out = g_string_new(NULL);
	const struct action_set *set;
	const struct preset_key *k;
	const char *last = "";

	manual_head(out, "penfold-keys", "7", "keys of the screen");
	g_string_append(out, ".Sh DESCRIPTION\n");
	manual_paragraphs(out, keys_text);
	g_string_append(out, ".Sh KEYS\n");
	for (size_t i = 0; (set = help_set(i)) != NULL; i++) {
		if (set->actions[0].name == NULL)
			continue;
		char *title = set->section != NULL ? g_strdup_printf("%s: [keys.%s]", set->title, set->section)
						   : g_strdup(set->title);

		manual_macro(out, "Ss", title);
		g_string_append(out, ".Bl -tag -width Ds\n");
		for (const struct action *a = set->actions; a->name != NULL; a++)
			add_action(out, a);
		g_string_append(out, ".El\n");
		g_free(title);
	}
	g_string_append(out, ".Sh PRESETS\n");
	manual_paragraphs(out, "Where a preset differs from the keys above. In brackets: the view, by its name in the rc file.");
	for (size_t i = 0; (k = presets_nth(i)) != NULL; i++) {
		if (strcmp(k->preset, last) != 0)
			add_preset(out, k->preset);
		last = k->preset;
	}
	g_string_append(out, ".Sh SEE ALSO\n.Xr penfold 1 ,\n.Xr penfold-rc 5 ,\n.Xr penfold-tutorial 7\n");
	return out;
}

/* ---- penfold-search(7) */

static const struct {
	const char *query, *meaning;
} terms[] = {
    {"invoice", "the word, or one of the same stem, anywhere in a message"},
    {"\"annual report\"", "these words beside each other"},
    {"from:ann", "a word of the sender's name or address; likewise `to:` (To, Cc and Bcc) and `subject:`"},
    {"tag:unread", "a tag: unread, flagged, inbox, sent, replied, attachment, signed, encrypted, draft, muted, snoozed, awaiting, "
		   "and your own"},
    {"folder:work/INBOX", "messages in this folder, by account and name; `path:work/**` for all of an account"},
    {"date:march..may", "a time: `date:today`, `date:1week..`, `date:..2024`, `date:yesterday..today`"},
    {"attachment:pdf", "a word of an attachment's name; `mimetype:application/pdf` for its type"},
    {"property:auth=fail", "the verdict on the sender: pass, pass-spf, pass-other, modified, fail, fail-soft, suspect, "
			   "none; `property:security=encrypted` for how it was shown"},
    {"id:MESSAGE-ID", "one message; `thread:ID` for a thread"},
    {"from:ann and not tag:replied", "`and`, `or`, `not`, and brackets; words beside each other mean `and`"},
    {"query:lists", "a search that was kept under this name by `:save-search`"},
};

static const char search_text[] =
    "Searches are notmuch queries, on the command line, behind the keys `\\` (all mail), `l` (what the list shows), `T` "
    "(to mark) and in [filter] rules alike. `/` is another thing: it looks for the very letters among the senders and subjects of the "
    "list, or in the text of the message that is open. Results come while you type; Tab completes prefixes, tags, "
    "folders and addresses. What is searched for is marked in the message that is then opened.";

GString *
manual_search(void)
{
	GString *out = g_string_new(NULL);
	const char *query;
	char letter;

	manual_head(out, "penfold-search", "7", "searching mail");
	g_string_append(out, ".Sh DESCRIPTION\n");
	manual_paragraphs(out, search_text);
	g_string_append(out, ".Sh TERMS\n.Bl -tag -width Ds\n");
	for (size_t i = 0; i < G_N_ELEMENTS(terms); i++) {
		manual_macro(out, "It", terms[i].query);
		manual_paragraphs(out, terms[i].meaning);
	}
	g_string_append(out, ".El\n.Sh PATTERNS OF MUTT\n");
	manual_paragraphs(out,
	    "Where the screen asks for a search, mutt's patterns are understood too, and mean the query beside them. `!` is "
	    "not, `|` is or. `~d <3d` is the last three days, `~d >2w` what is older than two weeks; d, w, m and y are "
	    "the units.");
	g_string_append(out, ".Bl -tag -width Ds\n");
	for (size_t i = 0; pattern_nth(i, &letter, &query); i++) {
		char *item = g_strdup_printf(strstr(query, "%s") != NULL ? "~%c WORD" : "~%c", letter);
		char **parts = g_strsplit(query, "%s", -1);
		char *text = g_strjoinv("WORD", parts);

		manual_macro(out, "It", item);
		manual_paragraphs(out, text);
		g_free(text);
		g_strfreev(parts);
		g_free(item);
	}
	g_string_append(out, ".El\n.Sh SEE ALSO\n.Xr penfold 1 ,\n.Xr notmuch-search-terms 7 ,\n.Xr penfold-keys 7\n");
	return out;
}

/* ---- penfold-tutorial(7) */

static const struct {
	const char *title, *text;
} lessons[] = {
    {"The account",
	"`penfold` on an empty home asks for your address, name and password, finds the servers, logs in to them, and only then "
	"writes the account into the rc file. `penfold setup --from ~/.muttrc` takes one over from mutt; it reads the files of " FOREIGN_PROGRAMS ". Who wants to look around first runs `make demo` in the source: mail of its own, "
	"no network."},
    {"Reading",
	"`j` and `k` move, `Enter` opens, `q` goes one level up, `?` lists the keys of where you are. `Space` reads on: page by page, "
	"then the next unread message. `Tab` leaps to it. Keys that are faster than the mail wait for it, and `Esc` drops them. In a thread `Z` shows all its messages below each other. `v` lists what is "
	"attached, `l` the links with the host that each really leads to, `H` all header fields, `A` the other form of the text."},
    {"Who wrote it",
	"The first column of the list is the verdict on the sender, made by Penfold itself: a tick always stands beside the domain that "
	"vouches for the message, ! is a warning, and the line above each text says it in words. `@` shows all of it: DKIM, "
	"SPF, DMARC, the way that the message came, and the sender's history with you."},
    {"Putting away",
	"`a` archives, `d` moves to the trash, `s` to another folder, `F` flags, `+` and `-` change tags; `u` takes back any of it, step by step, and "
	"`C-r` does it again. `t` marks threads, `T` all that match; then `;` and a key is for all of them. `M` mutes a "
	"thread, `S` has it come back later (`tomorrow`, `fri 9:30`, `2w`), `W` when nobody has answered by then."},
    {"Finding",
	"`\\` searches all mail as you type, `/` the list, `l` narrows the list. `c` goes to a folder, `J` and `K` to its neighbours, `C-t` opens "
	"another list in a tab. `:save-search NAME` keeps a search beside the folders. See penfold-search(7)."},
    {"Writing",
	"`m` writes, `r` answers, `g` answers everybody, `L` the list, `f` sends on. Addresses complete by Tab from the mail that you have. Your editor "
	"runs in a tab of its own: `C-]` leads to the mail and back. On the page behind it `y` sends, `a` attaches, "
	"`e` edits again, `P` puts off, `Y` sends later. What is forgotten, an attachment or a subject, is asked for before."},
    {"What was sent",
	"A letter that is called queued is on the disk. For some seconds `u` takes it back, and leaving Penfold sends it; `O` shows what waits, why, and when it is tried "
	"again. No connection is needed to write; `$` sends and fetches at once."},
    {"Making it yours",
	"`:settings` opens the rc file in your editor and takes it in when you leave; a mistake is told with its line and the "
	"name that was probably meant. Keys, macros, themes, columns, signatures, templates and filters are there: penfold-rc(5). "
	"`[ui] keys = mutt` (or vim, emacs, alpine) begins with the keys that you know. Everything that the screen does is also a "
	"command that prints JSON: penfold(1)."},
};

GString *
manual_tutorial(void)
{
	GString *out = g_string_new(NULL);

	manual_head(out, "penfold-tutorial", "7", "the first hour with penfold");
	g_string_append(out, ".Sh DESCRIPTION\n");
	manual_paragraphs(
	    out, "A walk through a day of mail. Each key below is in penfold-keys(7), and `?` shows it on the screen.");
	for (size_t i = 0; i < G_N_ELEMENTS(lessons); i++) {
		manual_macro(out, "Ss", lessons[i].title);
		manual_paragraphs(out, lessons[i].text);
	}
	g_string_append(out,
	    ".Sh SEE ALSO\n.Xr penfold 1 ,\n.Xr penfold-rc 5 ,\n.Xr penfold-keys 7 ,\n.Xr penfold-search 7\n");
	return out;
}
