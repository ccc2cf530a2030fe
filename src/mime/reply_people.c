/* SPDX-License-Identifier: GPL-3.0-or-later */
/* reply_people.c - set arithmetic over the address fields of a message. */
#include "mime/reply_people.h"

#include <string.h>

/* Addresses are compared folded. Domains and, against the letter of RFC 5321 2.4 but as all the world
 * does, local parts have no case. */
static char *
fold(const char *address)
{
	return g_utf8_casefold(address, -1);
}

char *
reply_people_mailbox(const char *name, const char *address)
{
	if (!name || !*name || strcmp(name, address) == 0)
		return g_strdup(address);
	GString *out = g_string_new(NULL);
	bool quote = strpbrk(name, "()<>[]:;@\\,.\"") != NULL;
	if (quote)
		g_string_append_c(out, '"');
	for (const char *p = name; *p; p++) {
		if (quote && (*p == '"' || *p == '\\'))
			g_string_append_c(out, '\\');
		g_string_append_c(out, (guchar)*p < ' ' || *p == 127 ? ' ' : *p);
	}
	if (quote)
		g_string_append_c(out, '"');
	g_string_append_printf(out, " <%s>", address);
	return g_string_free(out, FALSE);
}

/* An address that can stand in a draft: controls would be refused there. */
static bool
is_usable(const char *address)
{
	if (!strchr(address, '@'))
		return false;
	for (const char *p = address; *p; p++)
		if ((guchar)*p <= ' ' || *p == 127 || *p == '<' || *p == '>')
			return false;
	return true;
}

static void
add(GPtrArray *out, GHashTable *seen, const struct header_address *a)
{
	if (!is_usable(a->address))
		return;
	if (g_hash_table_add(seen, fold(a->address)))
		g_ptr_array_add(out, reply_people_mailbox(a->name, a->address));
}

static void
add_field(GPtrArray *out, GHashTable *seen, const struct header *h, const char *field)
{
	GPtrArray *list = header_addresses(header_last(h, field), NULL);
	for (size_t i = 0; i < list->len; i++)
		add(out, seen, list->pdata[i]);
	g_ptr_array_unref(list);
}

/* Folded addr-spec -> the mailbox as configured (borrowed from opts). */
static GHashTable *
own_table(const struct reply_opts *opts)
{
	GHashTable *own = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	for (const char *const *p = opts->own; p && *p; p++) {
		GPtrArray *list = header_addresses(*p, NULL);
		for (size_t i = 0; i < list->len; i++) {
			const struct header_address *a = list->pdata[i];
			g_hash_table_insert(own, fold(a->address), (char *)(guintptr)*p);
		}
		g_ptr_array_unref(list);
	}
	return own;
}

/* The configured mailbox that a field names first, borrowed, or NULL. */
static const char *
own_in(const struct header *h, const char *field, GHashTable *own)
{
	const char *found = NULL;
	GPtrArray *list = header_addresses(header_last(h, field), NULL);
	for (size_t i = 0; i < list->len && !found; i++) {
		const struct header_address *a = list->pdata[i];
		char *key = fold(a->address);
		found = g_hash_table_lookup(own, key);
		g_free(key);
	}
	g_ptr_array_unref(list);
	return found;
}

/* The address that the message was written to; of our own mail the one it was written from. */
static char *
choose_from(const struct header *h, GHashTable *own, const struct reply_opts *opts)
{
	static const char *const fields[] = { "From", "To", "Cc", "Bcc", "Delivered-To",
		"X-Original-To", "Envelope-To", "Resent-To" };
	const char *found = NULL;
	for (size_t i = 0; i < G_N_ELEMENTS(fields) && !found; i++)
		found = own_in(h, fields[i], own);
	if (!found)
		found = opts->from ? opts->from : (opts->own ? opts->own[0] : NULL);
	/* the default has a name where the list may have none */
	if (found && opts->from && !strchr(found, '<') && strstr(opts->from, found))
		found = opts->from;
	return g_strdup(found);
}

/* "<mailto:list@example.org?subject=x>" (RFC 2369); "NO" and other schemes give nothing. */
static void
add_list_post(GPtrArray *out, GHashTable *seen, const struct header *h)
{
	const char *raw = header_last(h, "List-Post");
	const char *at = raw ? strstr(raw, "<mailto:") : NULL;
	if (!at)
		return;
	at += strlen("<mailto:");
	char *address = g_uri_unescape_segment(at, at + strcspn(at, "?>"), NULL);
	if (address && g_utf8_validate(address, -1, NULL)) {
		struct header_address a = { NULL, address };
		add(out, seen, &a);
	}
	g_free(address);
}

/* Our own addresses are taken from the start: they are never added. */
static void
hide_own(GHashTable *seen, GHashTable *own)
{
	GHashTableIter iter;
	void *key;
	g_hash_table_iter_init(&iter, own);
	while (g_hash_table_iter_next(&iter, &key, NULL))
		g_hash_table_add(seen, g_strdup(key));
}

static void
add_sender(struct reply_people *p, GHashTable *seen, const struct header *h, bool is_ours)
{
	if (is_ours) { /* one goes on with one's own letter: to those it went to */
		add_field(p->to, seen, h, "To");
		return;
	}
	add_field(p->to, seen, h, "Reply-To");
	if (p->to->len == 0)
		add_field(p->to, seen, h, "From");
}

static void
add_everybody(struct reply_people *p, GHashTable *seen, GHashTable *own, const struct header *h,
    bool is_ours)
{
	hide_own(seen, own);
	/* what the author asks for with an answer to all, as mutt and the lists know it */
	if (!is_ours)
		add_field(p->to, seen, h, "Mail-Followup-To");
	if (p->to->len > 0)
		return;
	add_sender(p, seen, h, is_ours);
	add_field(p->cc, seen, h, "To");
	add_field(p->cc, seen, h, "Cc");
}

void
reply_people_init(struct reply_people *p, const struct header *h, const struct reply_opts *opts)
{
	GHashTable *own = own_table(opts);
	GHashTable *seen = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	bool is_ours = own_in(h, "From", own) != NULL;
	p->to = g_ptr_array_new_with_free_func(g_free);
	p->cc = g_ptr_array_new_with_free_func(g_free);
	p->from = choose_from(h, own, opts);
	switch (opts->mode) {
	case REPLY_SENDER:
		add_sender(p, seen, h, is_ours);
		break;
	case REPLY_ALL:
		add_everybody(p, seen, own, h, is_ours);
		if (p->to->len + p->cc->len == 0) { /* a letter between our own addresses */
			g_hash_table_remove_all(seen);
			add_sender(p, seen, h, is_ours);
		}
		break;
	case REPLY_LIST:
		hide_own(seen, own);
		add_field(p->to, seen, h, "Mail-Followup-To");
		if (p->to->len == 0)
			add_list_post(p->to, seen, h);
		break;
	case REPLY_FORWARD:
	case REPLY_FORWARD_ATTACHED:
	case REPLY_EDIT:
	case REPLY_ACCEPT:
	case REPLY_TENTATIVE:
	case REPLY_DECLINE:
		break;
	}
	if (p->to->len == 0) { /* a draft wants somebody in To */
		GPtrArray *none = p->to;
		p->to = p->cc;
		p->cc = none;
	}
	g_hash_table_unref(seen);
	g_hash_table_unref(own);
}

void
reply_people_fini(struct reply_people *p)
{
	g_ptr_array_unref(p->to);
	g_ptr_array_unref(p->cc);
	g_free(p->from);
}
