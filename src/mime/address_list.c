/* SPDX-License-Identifier: GPL-3.0-or-later */
/* address_list.c - the mailboxes of a field. GMime reads it; where it leaves one out,
 * each is read alone, so that an address against the grammar costs no reader of the
 * letter their place. */
#include "mime/header.h"

#include "mime/encoded_word.h"
#include "mime/header_private.h"
#include "mime/lookalike.h"

#include "base/limits.h"

#include <string.h>

#define MAX_ADDR_SPEC 320 /* RFC 5321 4.5.3.1: 64 + 1 + 255 */

static void
address_free(void *p)
{
	struct header_address *a = p;
	g_free(a->name);
	g_free(a->address);
	g_free(a);
}

static void
add_mailbox(GPtrArray *out, const char *name, const char *address)
{
	struct header_address *a = g_new0(struct header_address, 1);
	a->name = name && *name ? header_clean(g_strdup(name)) : NULL;
	a->address = header_clean(lookalike_address(address));
	g_ptr_array_add(out, a);
}

struct place {
	InternetAddressList *list; /* borrowed */
	int next;
};

/* Members of groups in line, by a stack: groups may be nested as deep as the text was
 * allowed to. */
static void
flatten(InternetAddressList *list, GPtrArray *out)
{
	GArray *stack = g_array_new(FALSE, FALSE, sizeof(struct place));
	struct place first = {list, 0};
	g_array_append_val(stack, first);
	while (stack->len > 0 && out->len < LIMIT_ADDRESSES) {
		struct place *at = &g_array_index(stack, struct place, stack->len - 1);
		if (at->next >= internet_address_list_length(at->list)) {
			g_array_set_size(stack, stack->len - 1);
			continue;
		}
		InternetAddress *ia =
		    internet_address_list_get_address(at->list, at->next++);
		if (INTERNET_ADDRESS_IS_GROUP(ia)) {
			struct place inner = {internet_address_group_get_members(
						  INTERNET_ADDRESS_GROUP(ia)),
			    0};
			if (inner.list)
				g_array_append_val(stack, inner);
			continue;
		}
		const char *address =
		    internet_address_mailbox_get_addr(INTERNET_ADDRESS_MAILBOX(ia));
		add_mailbox(out, internet_address_get_name(ia), address ? address : "");
	}
	g_array_free(stack, TRUE);
}

/* Too many colons for GMime's recursive group parser? The pre-screen refuses such mail;
 * this guards every other way in. */
static bool
is_parsable(const char *raw)
{
	size_t colons = 0;
	for (const char *p = raw; *p; p++)
		colons += *p == ':';
	return colons <= LIMIT_GROUP_COLONS;
}

static bool
is_addr_spec(const char *p, size_t len)
{
	const char *at = memchr(p, '@', len);
	if (len > MAX_ADDR_SPEC || !at || at == p || at == p + len - 1)
		return false;
	for (size_t i = 0; i < len; i++)
		if ((guchar)p[i] <= ' ' || p[i] == 127 || strchr("<>(),;", p[i]))
			return false;
	return true;
}

/* Behind the quoted string that begins at p; p + 1 when it never ends, and then none ends
 * any more. */
static const char *
skip_quoted(const char *p, bool *is_open)
{
	for (const char *q = p + 1; *q && !*is_open; q++) {
		if (*q == '"')
			return q + 1;
		q += *q == '\\' && q[1];
	}
	*is_open = true;
	return p + 1;
}

/* A field that does not parse, as one with escapes in a display name, still has addresses
 * within < and
 * >, outside of quoted strings: better found than an answer to nobody. They are looked
 * for in the encoded text, so that none can hide in an encoded word. One pass. */
static void
recover(const char *raw, const char *charset, GPtrArray *out)
{
	const char *start = raw, *p = raw;
	bool is_open = false;
	while (*p && out->len < LIMIT_ADDRESSES) {
		if (*p == '"' && !is_open) {
			p = skip_quoted(p, &is_open);
			continue;
		}
		size_t len = *p == '<' ? strcspn(p + 1, "<>") : 0;
		if (len == 0 || p[1 + len] != '>' || !is_addr_spec(p + 1, len)) {
			p++;
			continue;
		}
		char *name = g_strndup(start, (gsize)(p - start)),
		     *spec = g_strndup(p + 1, len);
		char *text = header_text(name + strspn(name, ",; \t\r\n"), charset);
		g_strstrip(text);
		if (*text == '"' && !*skip_quoted(text, &(bool){false}))
			g_mime_utils_unquote_string(text);
		add_mailbox(out, text, spec);
		g_free(text);
		g_free(spec);
		g_free(name);
		start = p += len + 2;
	}
}

/* What GMime makes of the text; the number of mailboxes it found. */
static guint
parse(const char *raw, const char *charset, GPtrArray *out)
{
	char *whole = encoded_word_mend(raw);
	GMimeParserOptions *options = header_options(charset);
	InternetAddressList *list = internet_address_list_parse(options, whole);
	g_mime_parser_options_free(options);
	g_free(whole);
	guint before = out->len;
	if (list) {
		flatten(list, out);
		g_object_unref(list);
	}
	return out->len - before;
}

/* Behind the comment that begins at p (RFC 5322 3.2.2), or the end of what never ends. */
static const char *
skip_comment(const char *p)
{
	size_t depth = 0;
	for (; *p; p++) {
		if (*p == '\\' && p[1])
			p++;
		else if (*p == '(')
			depth++;
		else if (*p == ')' && --depth == 0)
			return p + 1;
	}
	return p;
}

/* Behind the encoded word that begins at p (RFC 2047 2), whose text may hold any sign but
 * blanks and "?"; p + 1 when none does. */
static const char *
skip_word(const char *p)
{
	const char *q = p + 1;
	for (int part = 0; part < 3; part++) {
		if (*q != '?')
			return p + 1;
		q++;
		q += strcspn(q, "? \t\r\n");
	}
	return q[0] == '?' && q[1] == '=' ? q + 2 : p + 1;
}

/* One mailbox of a list: to the next comma or semicolon that separates. The name of a
 * group goes. *is_open: a quoted string without an end was met. */
static const char *
next_item(const char *p, bool *is_open, GString *item)
{
	char until = '\0';
	g_string_truncate(item, 0);
	while (*p && (until || (*p != ',' && *p != ';'))) {
		const char *start = p;
		if (*p == '(' && !until)
			p = skip_comment(p);
		else if (*p == '=' && !until)
			p = skip_word(p);
		else if (*p == '"' && !until)
			p = skip_quoted(p, is_open);
		else if (until && *p == until)
			until = '\0', p++;
		else if (!until && (*p == '<' || *p == '['))
			until = *p++ == '<' ? '>' : ']';
		else if (!until && *p == ':')
			g_string_truncate(item, 0), start = ++p;
		else
			p++;
		g_string_append_len(item, start, p - start);
	}
	g_strstrip(item->str);
	return *p ? p + 1 : p;
}

static bool
is_item(const GString *item)
{
	return *item->str && !(*item->str == '(' && *skip_comment(item->str) == '\0');
}

static guint
n_items(const char *raw)
{
	GString *item = g_string_new(NULL);
	bool is_open = false;
	guint n = 0;
	while (*raw && n < LIMIT_ADDRESSES) {
		raw = next_item(raw, &is_open, item);
		n += is_item(item);
	}
	g_string_free(item, TRUE);
	return n;
}

/* The bare address, its name in a comment behind it (RFC 5322 A.6.3), or a name alone. */
static void
add_bare(char *item, const char *charset, GPtrArray *out)
{
	size_t len = strlen(item);
	char *comment = len > 0 && item[len - 1] == ')' ? strchr(item, '(') : NULL;
	size_t spec = comment ? (size_t)(comment - item) : len;
	while (spec > 0 && g_ascii_isspace(item[spec - 1]))
		spec--;
	if (is_addr_spec(item, spec) && !strstr(item, "=?")) {
		char *name = comment ? g_strndup(comment + 1, strlen(comment) - 2) : NULL;
		char *text = header_text(name, charset), *address = g_strndup(item, spec);
		char *decoded = header_text(address, charset);
		add_mailbox(out, text, decoded);
		g_free(decoded);
		g_free(address);
		g_free(text);
		g_free(name);
		return;
	}
	if (g_str_has_suffix(item, "<>")) /* the null address, as reports have it */
		item[len - 2] = '\0';
	char *text = header_text(item, charset);
	add_mailbox(out, g_strstrip(text), "");
	g_free(text);
}

/* Has each of them an address? An encoded word is none (RFC 2047 5). */
static bool
has_address(const GPtrArray *list, guint from)
{
	for (guint i = from; i < list->len; i++) {
		const char *address =
		    ((const struct header_address *)list->pdata[i])->address;
		if (!*address ||
		    (g_str_has_prefix(address, "=?") && !strchr(address, '@')))
			return false;
	}
	return list->len > from;
}

/* "a@b@c": the last one has the domain (RFC 5321 4.1.2), as where the author is judged. GMime would cut it off, and
 * show the address of somebody else. */
static bool
has_two_ats(const char *p)
{
	bool is_seen = false;
	for (; *p; p++) {
		if (*p == '@' && is_seen)
			return true;
		if (*p == '@')
			is_seen = true;
		else if (strchr(" \t\r\n,;:<>()\"", *p))
			is_seen = false;
	}
	return false;
}

static void
add_item(char *item, const char *charset, GPtrArray *out)
{
	guint before = out->len;
	if (!has_two_ats(item) && parse(item, charset, out) > 0 && has_address(out, before))
		return;
	g_ptr_array_set_size(out, (gint)before);
	recover(item, charset, out);
	if (out->len == before)
		add_bare(item, charset, out);
}

/* "PayPal, Inc. <a@b.example>": words before a comma that somebody forgot to quote. They are no mailbox: they are
 * the beginning of the next one's name, whose address would be hidden behind them. */
static void
join_words(GPtrArray *list)
{
	for (guint i = list->len; i > 1; i--) {
		struct header_address *one = list->pdata[i - 2], *next = list->pdata[i - 1];
		const char *words = *one->address ? one->address : one->name;
		if ((*one->address && one->name) || !words || strchr(words, '@') || !next->name ||
		    !strchr(next->address, '@'))
			continue;
		char *name = g_strdup_printf("%s, %s", words, next->name);
		g_free(next->name);
		next->name = name;
		g_ptr_array_remove_index(list, i - 2);
	}
}

static GPtrArray *
read_addresses(const char *raw, const char *charset)
{
	GPtrArray *out = g_ptr_array_new_with_free_func(address_free);
	if (!raw || !*raw)
		return out;
	if (!is_parsable(raw)) {
		recover(raw, charset, out);
		if (out->len == 0) {
			char *text = header_text(raw, charset);
			add_mailbox(out, text, "");
			g_free(text);
		}
		return out;
	}
	guint n = n_items(raw);
	if (!has_two_ats(raw) && parse(raw, charset, out) >= n && (n == 0 || has_address(out, 0)))
		return out;
	g_ptr_array_set_size(out, 0);
	GString *item = g_string_new(NULL);
	bool is_open = false;
	while (*raw && out->len < LIMIT_ADDRESSES) {
		raw = next_item(raw, &is_open, item);
		if (is_item(item))
			add_item(item->str, charset, out);
	}
	g_string_free(item, TRUE);
	return out;
}

GPtrArray *
header_addresses(const char *raw, const char *charset)
{
	GPtrArray *list = read_addresses(raw, charset);
	join_words(list);
	return list;
}
