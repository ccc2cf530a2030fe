/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Keywords and labels of a FETCH response as letters, and back. */
#include "net/imap_reply.h"

#include <stdlib.h>
#include <string.h>

static bool
list_has(const struct imap_tokens *tokens, size_t list, const char *word)
{
	size_t end = list != 0 ? imap_tokens_at(tokens, list)->next : 0;

	for (size_t at = list + 1; at < end; at++)
		if (imap_token_is(imap_tokens_at(tokens, at), word))
			return true;
	return false;
}

static int
compare_letters(const void *a, const void *b)
{
	return *(const char *)a - *(const char *)b;
}

static void
add_letter(struct imap_fetched *f, char letter)
{
	size_t n = strlen(f->flags);

	if (letter == '\0' || n + 1 >= IMAP_FLAGS_MAX || strchr(f->flags, letter) != NULL)
		return;
	f->flags[n] = letter;
	f->flags[n + 1] = '\0';
	qsort(f->flags, n + 1, 1, compare_letters);
}

void
imap_reply_keywords(const struct imap_tokens *tokens, const struct keywords *keywords,
    struct imap_fetched *f)
{
	const struct keyword *k;

	for (size_t i = 0; f->has_flags && (k = keywords_nth(keywords, i)) != NULL; i++)
		if (!k->is_label && list_has(tokens, f->flags_at, k->keyword))
			add_letter(f, k->letter);
}

void
imap_reply_labels(const struct imap_tokens *tokens, enum mailbox_code code, imap_label_fn fn,
    void *user, struct imap_fetched *f)
{
	size_t end = f->labels_at != 0 ? imap_tokens_at(tokens, f->labels_at)->next : 0;

	for (size_t at = f->labels_at + 1; at < end; at++) {
		const struct imap_token *tok = imap_tokens_at(tokens, at);
		char *text = tok->type != IMAP_TOKEN_LIST ? g_strndup(tok->p, tok->len) : NULL;
		char *label = text != NULL ? mailbox_label_decode(text, code) : NULL;

		if (label != NULL)
			add_letter(f, fn(user, label));
		g_free(label);
		g_free(text);
	}
}

char *
imap_labels_text(const char *letters, const struct keywords *keywords, enum mailbox_code code)
{
	const struct keyword *k;
	GString *out = g_string_new(NULL);

	for (size_t i = 0; (k = keywords_nth(keywords, i)) != NULL; i++) {
		const char *label = keyword_label(k);
		char *wire = strchr(letters, k->letter) == NULL ? NULL
			     : label[0] == '\\'		? g_strdup(label)
								: mailbox_label_encode(label, code);

		if (wire != NULL)
			g_string_append_printf(out, "%s%s", out->len > 0 ? " " : "", wire);
		g_free(wire);
	}
	return g_string_free(out, FALSE);
}
