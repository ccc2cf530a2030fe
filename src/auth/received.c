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

/* RFC 3848: ESMTPS, ESMTPSA, LMTPS, LMTPSA, and RFC 6531's UTF8 forms. */
static bool
is_tls_protocol(const char *with)
{
	size_t len = strlen(with);

	if (len > 0 && with[len - 1] == 'a')
		len--;
	return len > 3 && with[len - 1] == 's' &&
	       (strstr(with, "smtp") != NULL || strstr(with, "lmtp") != NULL);
}

/* "(using TLSv1.3 with cipher ...)", "(version=TLS1_3 cipher=...)", "(TLS1.3)": in a
 * comment, which a client does not write. */
static void
note_tls(struct received *out, const char *comment)
{
	const char *at = strstr(comment, "tls");

	while (at != NULL && !g_ascii_isdigit(at[3]) && at[3] != 'v')
		at = strstr(at + 3, "tls");
	if (at == NULL || out->tls != NULL)
		return;
	out->tls = g_strndup(at, strspn(at, "tlsv0123456789._"));
	g_strdelimit(out->tls, "_", '.');
}

/* "(HELO name)" of qmail, "(EHLO name)" of others, "(LHLO name)": the client's own word, before what the server saw of
 * it. */
static char *
helo_comment(const char *comment)
{
	static const char *const verbs[] = {"(helo ", "(ehlo ", "(lhlo "};

	for (size_t i = 0; i < G_N_ELEMENTS(verbs); i++)
		if (g_str_has_prefix(comment, verbs[i])) {
			const char *name = comment + strlen(verbs[i]);
			return g_strndup(name, strcspn(name, " )"));
		}
	return NULL;
}

/* "(authenticated sender: NAME)", which Postfix puts behind what it saw of the client. */
static void
note_login(struct received *out, const char *comment)
{
	static const char begin[] = "(authenticated sender: ";

	if (out->login == NULL && g_str_has_prefix(comment, begin))
		out->login = g_strndup(comment + strlen(begin), strcspn(comment + strlen(begin), " )"));
}

/* A comment behind "from": the first that is not the client's own word is the server's. */
static void
take_comment(struct received *out, const char *comment)
{
	char *helo = out->from_info == NULL && out->helo == NULL ? helo_comment(comment) : NULL;

	if (helo != NULL)
		out->helo = helo;
	else if (out->from_info == NULL)
		out->from_info = g_strdup(comment);
	else {
		note_tls(out, comment);
		note_login(out, comment);
	}
}

void
received_init(struct received *out, const char *bytes, size_t len)
{
	struct words w = {.p = bytes, .end = bytes + MIN(len, TEXT_MAX)};
	bool is_after_from = false;
	char *word;

	*out = (struct received){.time = -1};
	for (; w.p < w.end; g_free(word)) {
		/* "name(comment)": a client may call itself so, and the comment is then its own word too */
		bool is_glued = *w.p == '(' && w.p > bytes && !is_blank(w.p[-1]);
		word = next_word(&w);
		if (word == NULL)
			break;
		if (word[0] == '(') {
			if (!is_after_from)
				note_tls(out, word);
			else if (!is_glued)
				take_comment(out, word);
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
	if (out->tls == NULL && out->with != NULL && is_tls_protocol(out->with))
		out->tls = g_strdup("yes");
}

void
received_fini(struct received *received)
{
	g_free(received->from);
	g_free(received->helo);
	g_free(received->from_info);
	g_free(received->by);
	g_free(received->login);
	g_free(received->with);
	g_free(received->tls);
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

static bool
is_address(const char *text)
{
	GInetAddress *address = g_inet_address_new_from_string(text);
	bool is_one = address != NULL;

	g_clear_object(&address);
	return is_one;
}

/* "[1.2.3.4]" or "[ipv6:2001:db8::1]" at p. Owned; NULL when it is none. */
static char *
literal_at(const char *p)
{
	const char *end = *p == '[' ? strchr(p, ']') : NULL;

	if (end == NULL)
		return NULL;
	char *text = g_strndup(p + 1, (gsize)(end - p - 1));
	if (g_str_has_prefix(text, "ipv6:"))
		memmove(text, text + strlen("ipv6:"), strlen(text) - strlen("ipv6:") + 1);
	if (!is_address(text))
		g_clear_pointer(&text, g_free);
	return text;
}

/* Is the "[" at p within a word such as "helo=..." or "ident=..."? */
static bool
is_in_assignment(const char *info, const char *p)
{
	while (p > info && !is_blank(p[-1]) && p[-1] != '(' && p[-1] != '=')
		p--;
	return p > info && p[-1] == '=';
}

/* The next address literal of a comment that the client did not name itself; *at is moved behind its "[". Owned; NULL. */
static char *
next_literal(const char *info, const char **at)
{
	for (const char *p = strchr(*at, '['); p != NULL; p = strchr(p + 1, '[')) {
		char *text = is_in_assignment(info, p) ? NULL : literal_at(p);
		*at = p + 1;
		if (text != NULL)
			return text;
	}
	return NULL;
}

/* The last of them, since names that a client's network may have chosen stand before its address; else the comment
 * itself. */
static char *
address_in(const char *info)
{
	const char *at = info;
	char *text = NULL, *next;

	while ((next = next_literal(info, &at)) != NULL) {
		g_free(text);
		text = next;
	}
	if (text != NULL)
		return text;
	size_t len = strlen(info);
	char *bare = len > 2 ? g_strndup(info + 1, len - 2) : g_strdup("");
	if (!is_address(bare))
		g_clear_pointer(&bare, g_free);
	return bare;
}

/* What Exim writes: "(helo=NAME)", "([ADDRESS] helo=NAME)". Owned; NULL. */
static char *
helo_in(const char *info)
{
	const char *at = strstr(info, "helo=");

	if (at == NULL || (at != info + 1 && at[-1] != ' '))
		return NULL;
	at += strlen("helo=");
	return g_strndup(at, strcspn(at, " )"));
}

char *
received_address(const struct received *received)
{
	const char *info = received->from_info, *from = received->from;

	if (from == NULL)
		return NULL;
	if (info == NULL)
		return received->helo != NULL && is_address(from) ? g_strdup(from) : NULL;
	char *helo = helo_in(info), *ip = address_in(info);
	/* "from [ADDRESS] (helo=NAME)": the address is the server's own word only in that
	 * form */
	if (ip == NULL && helo != NULL)
		ip = literal_at(from);
	g_free(helo);
	return ip;
}

static bool
is_private_text(const char *ip)
{
	GInetAddress *address = g_inet_address_new_from_string(ip);
	bool is_one = address != NULL && is_private(address);

	g_clear_object(&address);
	return is_one;
}

/* Where a comment has several addresses all must be private. */
bool
received_is_private(const struct received *received, bool *has_address_out)
{
	char *ip = received_address(received), *one;
	const char *info = received->from_info, *at = info;
	bool is_all = ip != NULL && is_private_text(ip);

	for (; is_all && info != NULL && (one = next_literal(info, &at)) != NULL; g_free(one))
		is_all = is_private_text(one);
	*has_address_out = ip != NULL;
	g_free(ip);
	return is_all;
}

bool
received_is_authenticated(const struct received *received)
{
	const char *with = received->with;
	size_t len = with == NULL ? 0 : strlen(with);

	return len > 4 && with[len - 1] == 'a' && strstr(with, "mtp") != NULL;
}

bool
received_client(const struct received *received, char **ip_out, char **helo_out)
{
	*helo_out = NULL;
	*ip_out = received_address(received);
	if (*ip_out == NULL)
		return false;
	if (received->helo != NULL)
		*helo_out = g_strdup(received->helo);
	else if (received->from_info != NULL)
		*helo_out = helo_in(received->from_info);
	if (*helo_out == NULL)
		*helo_out = g_strdup(received->from);
	return true;
}
