/* SPDX-License-Identifier: GPL-3.0-or-later */
/* received.c - reads the clauses of a Received field in the order they stand, whatever
 * else a server writes between them. */
#include "auth/received.h"

#include "auth/rfc_date.h"

#include <gio/gio.h>
#include <string.h>

enum { TEXT_MAX = 8192 };

struct words {
	const char *p, *end;
};

static bool
is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

/* The next word, or a whole comment with its parentheses; NULL at the end. Owned. */
static char *
next_word(struct words *w)
{
	unsigned depth = 0;

	while (w->p < w->end && is_blank(*w->p))
		w->p++;
	const char *from = w->p;
	if (from >= w->end)
		return NULL;
	if (*from == ';')
		return g_strndup(w->p++, 1);
	bool is_comment = *from == '(';
	for (; w->p < w->end; w->p++) {
		if (*w->p == '(')
			depth++;
		else if (*w->p == ')' && depth > 0 && --depth == 0 && is_comment) {
			w->p++;
			break;
		} else if (depth == 0 && (is_blank(*w->p) || *w->p == ';'))
			break;
		if (!is_comment && depth > 0) /* "name(comment)" */
			break;
	}
	return g_ascii_strdown(from, w->p - from);
}

static void
take(char **slot, struct words *w)
{
	char *word = next_word(w);

	if (*slot == NULL)
		*slot = word;
	else
		g_free(word);
}

void
received_init(struct received *out, const char *bytes, size_t len)
{
	struct words w = {.p = bytes, .end = bytes + MIN(len, TEXT_MAX)};
	bool is_after_from = false;
	char *word;

	*out = (struct received){.time = -1};
	for (; (word = next_word(&w)) != NULL; g_free(word)) {
		if (word[0] == '(') {
			if (is_after_from && out->from_info == NULL)
				out->from_info = g_strdup(word);
			continue;
		}
		bool is_from = strcmp(word, "from") == 0;
		if (is_from)
			take(&out->from, &w);
		else if (strcmp(word, "by") == 0)
			take(&out->by, &w);
		else if (strcmp(word, "with") == 0)
			take(&out->with, &w);
		else if (word[0] == ';')
			(void)rfc_date_parse(w.p, (size_t)(w.end - w.p), &out->time);
		is_after_from = is_from;
	}
}

void
received_fini(struct received *received)
{
	g_free(received->from);
	g_free(received->from_info);
	g_free(received->by);
	g_free(received->with);
}

static bool
is_private(GInetAddress *address)
{
	return g_inet_address_get_is_loopback(address) ||
	       g_inet_address_get_is_site_local(address) ||
	       g_inet_address_get_is_link_local(address) ||
	       /* fc00::/7, RFC 4193 */
	       (g_inet_address_get_family(address) == G_SOCKET_FAMILY_IPV6 &&
		   (g_inet_address_to_bytes(address)[0] & 0xfe) == 0xfc);
}

bool
received_is_private(const struct received *received, bool *has_address_out)
{
	const char *text = received->from_info;
	bool is_all_private = true;

	*has_address_out = false;
	if (text == NULL)
		return false;
	char **words = g_strsplit_set(text, "[]() \t\r\n=,", -1);
	for (size_t i = 0; words[i] != NULL; i++) {
		const char *word = g_str_has_prefix(words[i], "ipv6:")
				       ? words[i] + strlen("ipv6:")
				       : words[i];
		GInetAddress *address = g_inet_address_new_from_string(word);
		if (address == NULL)
			continue;
		*has_address_out = true;
		is_all_private = is_all_private && is_private(address);
		g_object_unref(address);
	}
	g_strfreev(words);
	return *has_address_out && is_all_private;
}
