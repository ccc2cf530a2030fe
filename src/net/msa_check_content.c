/* SPDX-License-Identifier: GPL-3.0-or-later */
/* msa_check_content.c - checks of what the writer wrote: things that people regret a
 * minute later. */
#include "net/msa_check_letter.h"

#include <string.h>

/* What speaks of an attachment, casefolded, whole words. */
static const char *const attachment_words[] = {
    /* en */ "attached",
    "attachment",
    "attachments",
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

static void
body_empty(struct msa_checker *c)
{
	const struct compose_facts *facts = &c->letter->facts;

	if (facts->is_readable && facts->attachments == 0 &&
	    strspn(facts->text, " \t\n") == strlen(facts->text))
		msa_check_find(c, "body", "The letter has no text.");
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

static void
template_left(struct msa_checker *c)
{
	/* the first in two halves: it is none of ours */
	static const char *const marks[] = {("FIX" "ME"), "XXXX", "{{", "<<<<<<<"};
	char *own = own_text(c->letter->facts.text);
	size_t i;

	for (i = 0; i < G_N_ELEMENTS(marks); i++) {
		if (strstr(own, marks[i]) != NULL)
			msa_check_find(
			    c, "body", "The text still holds \"%s\".", marks[i]);
	}
	g_free(own);
}

/* clang-format off */
const struct msa_check_row msa_check_content_rows[] = {
	{ "private-key", MSA_CHECK_WARN, "RFC 6409 6.3", private_key },
	{ "attachment-forgotten", MSA_CHECK_WARN, "RFC 6409 6.3", attachment_forgotten },
	{ "body-empty", MSA_CHECK_WARN, "RFC 6409 6.3", body_empty },
	{ "template-left", MSA_CHECK_WARN, "RFC 6409 6.3", template_left },
	{ NULL, MSA_CHECK_WARN, NULL, NULL },
};
/* clang-format on */
