/* SPDX-License-Identifier: GPL-3.0-or-later */
/* msa_check_content.c - checks of what the writer wrote: things that people regret a
 * minute later. */
#include "net/msa_check_letter.h"
#include "mime/part_scan.h"
#include "net/msa_list.h"

#include <string.h>

#define AUTOCRYPT_MAX 10240 /* bytes: what Autocrypt 1.1 asks a header to stay within */

/* What speaks of an attachment, casefolded, whole words. */
static const char *const attachment_words[] = {
    /* en */ "attached",
    "attachment",
    "attachments",
    "attaching",
    "enclosed",
    /* de */ "anhang",
    "anhänge",
    "angehängt",
    "angehängte",
    "beigefügt",
    "beigefügte",
    "anbei",
    /* fr */ "ci-joint",
    "ci-jointe",
    "ci-joints",
    "pièce jointe",
    "pièces jointes",
    /* nl */ "bijlage",
    "bijlagen",
    "bijgevoegd",
    "bijgevoegde",
    "bijgesloten",
    /* es */ "adjunto",
    "adjunta",
    "adjuntos",
    "adjuntas",
    /* it */ "allegato",
    "allegata",
    "allegati",
    "allego",
    /* pl */ "załącznik",
    "załączniku",
    "załączam",
    /* sv */ "bifogad",
    "bifogar",
    "bilaga",
    /* da, nb */ "vedhæftet",
    "vedlagt",
    /* ru */ "вложение",
    "вложении",
    "приложение",
    /* pt */ "anexo",
    "anexos",
    "anexado",
    "anexada",
};

/* A line that begins what is not the writer's own. */
static bool
is_end_of_own_text(const char *line)
{
	return strcmp(line, "-- ") == 0 || strcmp(line, "--") == 0 ||
	       g_str_has_prefix(line, "-----Original Message") ||
	       g_str_has_prefix(line, "---------- Forwarded message") ||
	       g_str_has_prefix(line, "Begin forwarded message") ||
	       g_str_has_prefix(line, "----- Forwarded message");
}

/* What the writer wrote himself: neither quotes nor signature nor what he forwards.
 * Owned. */
static char *
own_text(const char *text)
{
	char **lines = g_strsplit(text, "\n", -1);
	GString *own = g_string_new(NULL);
	size_t i;

	for (i = 0; lines[i] != NULL && !is_end_of_own_text(lines[i]); i++) {
		if (lines[i][0] != '>')
			g_string_append_printf(own, "%s\n", lines[i]);
	}
	g_strfreev(lines);
	return g_string_free(own, FALSE);
}

static bool
is_word_at(const char *text, const char *p, size_t len)
{
	gunichar before = p > text ? g_utf8_get_char(g_utf8_prev_char(p)) : ' ';
	gunichar after = g_utf8_get_char(p + len);

	return !g_unichar_isalnum(before) && !g_unichar_isalnum(after);
}

static bool
has_word(const char *text, const char *word)
{
	const char *p = text;

	while ((p = strstr(p, word)) != NULL) {
		if (is_word_at(text, p, strlen(word)))
			return true;
		p += strlen(word);
	}
	return false;
}

static void
attachment_forgotten(struct msa_checker *c)
{
	char *own, *text;
	size_t i;

	if (c->letter->facts.attachments > 0)
		return;
	own = own_text(c->letter->facts.text);
	text = g_utf8_casefold(own, -1);
	for (i = 0; i < G_N_ELEMENTS(attachment_words); i++) {
		if (!has_word(text, attachment_words[i]))
			continue;
		msa_check_find(c, "body",
		    "The text says \"%s\", and nothing is attached.",
		    attachment_words[i]);
		break;
	}
	g_free(text);
	g_free(own);
}

/* Has any part a byte that shows? Text that nobody can decode is some. */
static bool
has_content(const struct msa_letter *letter)
{
	const char *bytes = g_bytes_get_data(letter->bytes, NULL);

	for (guint i = 0; i < letter->parts->len; i++) {
		const struct part *part = &g_array_index(letter->parts, struct part, i);

		/* the first part within stands right behind */
		if (i + 1 < letter->parts->len && part[1].parent == i)
			continue;
		for (size_t at = part->body; at < part->end; at++)
			if (strchr(" \t\r\n", bytes[at]) == NULL)
				return true;
	}
	return false;
}

static void
body_empty(struct msa_checker *c)
{
	const struct compose_facts *facts = &c->letter->facts;

	if (facts->is_readable && facts->attachments == 0 && !has_content(c->letter))
		msa_check_find(c, NULL, "The letter has no text.");
}

/* Does line i only introduce the quote below it? "On Monday Bob wrote:" */
static bool
is_attribution(char **lines, size_t i)
{
	size_t next = i + 1;

	while (lines[next] != NULL && *lines[next] == '\0')
		next++;
	return g_str_has_suffix(lines[i], ":") && lines[next] != NULL &&
	       *lines[next] == '>';
}

/* An answer that was sent off too early: quotes, and not a word of one's own. */
static void
body_quoted(struct msa_checker *c)
{
	char **lines = g_strsplit(c->letter->facts.text, "\n", -1);
	bool has_quote = false, has_own = false;
	size_t i;

	for (i = 0; lines[i] != NULL && !is_end_of_own_text(lines[i]); i++) {
		g_strchomp(lines[i]);
		has_quote = has_quote || *lines[i] == '>';
		has_own = has_own || (*lines[i] != '>' && *lines[i] != '\0' &&
					 !is_attribution(lines, i));
	}
	g_strfreev(lines);
	if (has_quote && !has_own && c->letter->facts.attachments == 0)
		msa_check_find(c, NULL, "The letter only quotes: there is no word of your own.");
}

static void
attachment_changed(struct msa_checker *c)
{
	const char *const *name = c->envelope->changed;

	for (; name != NULL && *name != NULL; name++)
		msa_check_find(c, "attachment",
		    "%s changed after it was attached: what is sent is the file as it is "
		    "now.",
		    *name);
}

static void
private_key(struct msa_checker *c)
{
	const char *p = c->letter->facts.text;

	while ((p = strstr(p, "-----BEGIN ")) != NULL) {
		const char *key = strstr(p, "PRIVATE KEY"), *end = strchr(p, '\n');

		if (key != NULL && (end == NULL || key < end)) {
			msa_check_find(c, "body", "The text holds a private key.");
			return;
		}
		p += strlen("-----BEGIN ");
	}
}

/* What git sends is code, which may hold any mark. */
static bool
is_patch(const char *text)
{
	return g_str_has_prefix(text, "diff --git ") ||
	       strstr(text, "\ndiff --git ") != NULL;
}

/* ">>> write here <<<", and the end of a merge conflict; quotes look nearly the same. */
static bool
has_bracket_mark(const char *text)
{
	return g_regex_match_simple(
	    "^>>>[^>\n].*<<<\\s*$|^=======\\s*$[^>]*^>>>>>>> \\S", text, G_REGEX_MULTILINE, 0);
}

static void
template_left(struct msa_checker *c)
{
	/* the first in two halves: it is none of ours */
	static const char *const marks[] = {("FIX" "ME"), "XXXX", "{{", "<<<<<<<"};
	char *own = own_text(c->letter->facts.text);
	size_t i;

	if (is_patch(c->letter->facts.text)) {
		g_free(own);
		return;
	}
	for (i = 0; i < G_N_ELEMENTS(marks); i++) {
		if (strstr(own, marks[i]) != NULL)
			msa_check_find(
			    c, "body", "The text still holds \"%s\".", marks[i]);
	}
	if (has_bracket_mark(c->letter->facts.text))
		msa_check_find(c, "body", "The text still holds \">>>\".");
	g_free(own);
}

/* A request for a receipt that a whole list would answer. */
static void
receipt_list(struct msa_checker *c)
{
	if (msa_letter_count(c->letter, "Disposition-Notification-To") > 0 &&
	    msa_list_among(c->recipients))
		msa_check_find(c, NULL, "Every reader of the list is asked for a receipt.");
}

static void
autocrypt_large(struct msa_checker *c)
{
	static const char *const names[] = {"Autocrypt", "OpenPGP"};

	for (size_t i = 0; i < G_N_ELEMENTS(names); i++) {
		const struct msa_field *f = msa_letter_find(c->letter, names[i]);

		if (f != NULL && f->len > AUTOCRYPT_MAX)
			msa_check_find(c, names[i],
			    "%s has %zu kB: some servers refuse such a header.", names[i],
			    f->len >> 10);
	}
}

/* clang-format off */
const struct msa_check_row msa_check_content_rows[] = {
	{"private-key", MSA_CHECK_WARN, "body", "The text holds a private key.", "RFC 6409 6.3", private_key, NULL},
	{"attachment-forgotten", MSA_CHECK_WARN, "body", "The text speaks of an attachment, and there is none.", "RFC 6409 6.3", attachment_forgotten, NULL},
	{"body-empty", MSA_CHECK_WARN, "body", "The letter has no text.", "RFC 6409 6.3", body_empty, NULL},
	{"body-quoted", MSA_CHECK_WARN, "body", "The letter only quotes.", "RFC 6409 6.3", body_quoted, NULL},
	{"attachment-changed", MSA_CHECK_WARN, "attachment", "An attached file changed since.", "RFC 6409 6.3", attachment_changed, NULL},
	{"template-left", MSA_CHECK_WARN, "body", "The text still holds marks of a template.", "RFC 6409 6.3", template_left, NULL},
	{"receipt-list", MSA_CHECK_WARN, "Disposition-Notification-To", "A mailing list is asked for receipts.", "RFC 8098 2.1", receipt_list, NULL},
	{"autocrypt-large", MSA_CHECK_WARN, "Autocrypt", "The Autocrypt header is over 10 kB.", "RFC 5322 2.1.1", autocrypt_large, NULL},
	{NULL, MSA_CHECK_WARN, NULL, NULL, NULL, NULL, NULL},
};
/* clang-format on */
