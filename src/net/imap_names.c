/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Names of mailboxes with the namespaces that the server told. */
#include "net/imap_names.h"

#include <string.h>

#define MAX_PREFIXES 64

void
imap_names_clear(struct imap_names *n)
{
	g_clear_pointer(&n->prefix, g_free);
	g_clear_pointer(&n->personal, g_ptr_array_unref);
	g_clear_pointer(&n->foreign, g_ptr_array_unref);
}

/* The prefixes of one kind: NIL or (("prefix" "delimiter" ...) ...). */
static void
read_kind(const struct imap_tokens *tokens, size_t at, GPtrArray *prefixes)
{
	const struct imap_token *list = imap_tokens_at(tokens, at);

	if (list == NULL || list->type != IMAP_TOKEN_LIST)
		return;
	for (size_t i = at + 1; i < list->next && prefixes->len < MAX_PREFIXES;) {
		const struct imap_token *one = imap_tokens_at(tokens, i);
		char *prefix = one->type == IMAP_TOKEN_LIST && one->next > i + 1
				   ? imap_token_text(imap_tokens_at(tokens, i + 1))
				   : NULL;

		if (prefix != NULL)
			g_ptr_array_add(prefixes, prefix);
		i = one->next;
	}
}

bool
imap_names_read(struct imap_names *n, const struct imap_tokens *tokens)
{
	size_t at = 1;

	if (!imap_token_is(imap_tokens_at(tokens, 0), "NAMESPACE"))
		return false;
	imap_names_clear(n);
	n->personal = g_ptr_array_new_with_free_func(g_free);
	n->foreign = g_ptr_array_new_with_free_func(g_free);
	for (int kind = 0; kind < 3 && imap_tokens_at(tokens, at) != NULL; kind++) {
		read_kind(tokens, at, kind == 0 ? n->personal : n->foreign);
		at = imap_tokens_at(tokens, at)->next;
	}
	if (n->personal->len > 0)
		n->prefix = g_strdup(g_ptr_array_index(n->personal, 0));
	return true;
}

/* INBOX may be written in any case, also at the head of a prefix. */
static bool
has_prefix(const char *wire, const char *prefix)
{
	size_t n = strlen(prefix), inbox = strlen("INBOX");

	if (n > inbox && g_ascii_strncasecmp(prefix, "INBOX", inbox) == 0)
		return g_ascii_strncasecmp(wire, "INBOX", inbox) == 0 &&
		       strncmp(wire + inbox, prefix + inbox, n - inbox) == 0;
	return strncmp(wire, prefix, n) == 0;
}

static bool
has_one_of(const GPtrArray *prefixes, const char *wire)
{
	for (guint i = 0; prefixes != NULL && i < prefixes->len; i++) {
		const char *prefix = g_ptr_array_index(prefixes, i);
		if (prefix[0] != '\0' && has_prefix(wire, prefix))
			return true;
	}
	return false;
}

static bool
is_prefixed(const struct imap_names *n)
{
	return n->prefix != NULL && n->prefix[0] != '\0';
}

bool
imap_names_is_foreign(const struct imap_names *n, const char *wire)
{
	if (g_ascii_strcasecmp(wire, "INBOX") == 0)
		return false;
	if (is_prefixed(n))
		return !has_one_of(n->personal, wire);
	return has_one_of(n->foreign, wire) && !has_one_of(n->personal, wire);
}

/* Would the folder be taken for INBOX, for something below it, or for a mailbox outside? */
static bool
is_ambiguous(const char *folder)
{
	return folder[0] == '~' || g_ascii_strcasecmp(folder, "INBOX") == 0 ||
	       g_ascii_strncasecmp(folder, "INBOX/", 6) == 0;
}

char *
imap_names_folder(const struct imap_names *n, const char *wire, char delimiter)
{
	char *folder, *outside;

	if (!is_prefixed(n) || g_ascii_strcasecmp(wire, "INBOX") == 0)
		return mailbox_name_to_folder(wire, delimiter, n->code);
	if (has_prefix(wire, n->prefix) && wire[strlen(n->prefix)] != '\0') {
		folder = mailbox_name_to_folder(
		    wire + strlen(n->prefix), delimiter, n->code);
		if (folder != NULL && !is_ambiguous(folder) && folder[0] != '/')
			return folder;
		g_free(folder);
		if (g_ascii_strncasecmp(n->prefix, "INBOX", 5) == 0)
			return mailbox_name_to_folder(wire, delimiter, n->code);
	}
	folder = mailbox_name_to_folder(wire, delimiter, n->code);
	outside = folder != NULL ? g_strconcat("~", folder, NULL) : NULL;
	g_free(folder);
	return outside;
}

/* The wire names that the folder may be of, one by one. */
static char *
candidate(const struct imap_names *n, const char *folder, char delimiter, int which)
{
	char *wire, *whole;

	if (which == 0)
		return mailbox_name_from_folder(folder, delimiter, n->code);
	if (which == 1)
		return folder[0] == '~'
			   ? mailbox_name_from_folder(folder + 1, delimiter, n->code)
			   : NULL;
	wire = mailbox_name_from_folder(folder, delimiter, n->code);
	whole = wire != NULL ? g_strconcat(n->prefix, wire, NULL) : NULL;
	g_free(wire);
	return whole;
}

char *
imap_names_wire(const struct imap_names *n, const char *folder, char delimiter)
{
	if (!is_prefixed(n))
		return candidate(n, folder, delimiter, 0);
	for (int which = 2; which >= 0; which--) {
		char *wire = candidate(n, folder, delimiter, which);
		char *again = wire != NULL ? imap_names_folder(n, wire, delimiter) : NULL;
		bool is_it = g_strcmp0(again, folder) == 0;

		g_free(again);
		if (is_it)
			return wire;
		g_free(wire);
	}
	return NULL;
}
