/* SPDX-License-Identifier: GPL-3.0-or-later */
/* links.c - link numbers, the URLs of plain text, and the check whether a link's words claim another
 * host. */
#include "mime/links.h"

#include "base/jsonl.h"
#include "base/limits.h"
#include "base/safe_text.h"

#include <idn2.h>
#include <string.h>

#define MAX_LINKS 5000
#define MAX_JSON (1u << 20) /* bytes of targets in links_json() */

struct link {
	char *url;   /* UTF-8 */
	char *claim; /* host that the words name and the target has not; or NULL */
};

struct links {
	GPtrArray *list;
	GHashTable *numbers; /* url (borrowed from list) -> number */
};

static void
link_free(void *p)
{
	struct link *link = p;
	g_free(link->url);
	g_free(link->claim);
	g_free(link);
}

struct links *
links_new(void)
{
	struct links *links = g_new0(struct links, 1);
	links->list = g_ptr_array_new_with_free_func(link_free);
	links->numbers = g_hash_table_new(g_str_hash, g_str_equal);
	return links;
}

void
links_free(struct links *links)
{
	if (!links)
		return;
	g_hash_table_unref(links->numbers);
	g_ptr_array_unref(links->list);
	g_free(links);
}

static bool
has_prefix(const char *text, const char *prefix)
{
	return g_ascii_strncasecmp(text, prefix, strlen(prefix)) == 0;
}

static bool
leads_outside(const char *href)
{
	return has_prefix(href, "http://") || has_prefix(href, "https://") ||
	    has_prefix(href, "ftp://") || has_prefix(href, "mailto:") || has_prefix(href, "//");
}

/* As browsers do: blanks at the ends and line ends within do not count. Owned. */
static char *
clean_url(const char *href)
{
	GString *out = g_string_new(NULL);
	for (const char *p = href; *p && out->len < LIMIT_URL; p++)
		if (*p != '\n' && *p != '\r' && *p != '\t')
			g_string_append_c(out, *p);
	char *valid = g_utf8_make_valid(out->str, (gssize)out->len);
	g_string_free(out, TRUE);
	return g_strstrip(valid);
}

unsigned
links_add(struct links *links, const char *href)
{
	char *url = clean_url(href);
	unsigned n = GPOINTER_TO_UINT(g_hash_table_lookup(links->numbers, url));
	if (n > 0 || !leads_outside(url) || links->list->len >= MAX_LINKS) {
		g_free(url);
		return n;
	}
	struct link *link = g_new0(struct link, 1);
	link->url = url;
	g_ptr_array_add(links->list, link);
	n = links->list->len;
	g_hash_table_insert(links->numbers, url, GUINT_TO_POINTER(n));
	return n;
}

/* What no IDNA rule takes stays as it is: it is shown, not connected to. */
static char *
to_ascii(const char *host)
{
	uint8_t *out = NULL;
	if (!g_str_is_ascii(host) &&
	    idn2_lookup_u8((const uint8_t *)host, &out, IDN2_NFC_INPUT | IDN2_NONTRANSITIONAL) ==
		IDN2_OK) {
		char *copy = g_strdup((const char *)out);
		idn2_free(out);
		return copy;
	}
	return g_ascii_strdown(host, -1);
}

char *
links_host(const char *url)
{
	const char *start = strstr(url, "//");
	if (!start || has_prefix(url, "mailto:"))
		return NULL;
	start += 2;
	while (*start == '/' || *start == '\\')
		start++;
	size_t len = strcspn(start, "/?#\\");
	for (size_t i = len; i-- > 0;) { /* user@host: the host is what counts */
		if (start[i] == '@') {
			len -= i + 1;
			start += i + 1;
			break;
		}
	}
	const char *colon = *start == '[' ? NULL : memchr(start, ':', len);
	if (colon)
		len = (size_t)(colon - start);
	char *host = g_strndup(start, len);
	char *ascii = to_ascii(host);
	g_free(host);
	return ascii;
}

static bool
is_common_ending(const char *host)
{
	static const char *const endings[] = { ".com", ".org", ".net", ".edu", ".gov", ".io",
		".info", ".biz", ".de", ".uk", ".fr", ".eu", ".ch", ".nl", ".it", ".es", ".se",
		".no", ".dk", ".is", ".fi", ".pl", ".ru", ".cn", ".jp", ".au", ".ca", ".us",
		".br", ".in", ".bank", ".app", ".dev", ".example" };
	for (size_t i = 0; i < G_N_ELEMENTS(endings); i++)
		if (g_str_has_suffix(host, endings[i]))
			return true;
	return false;
}

/* The host that words name: a URL, www.something, or one word that ends like a host. Owned or
 * NULL. */
static char *
claimed_host(const char *words)
{
	while (*words == ' ')
		words++;
	if (has_prefix(words, "http://") || has_prefix(words, "https://"))
		return links_host(words);
	size_t len = strspn(words,
	    "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.-");
	if (words[len] != '\0' && !strchr(" /?:", words[len]))
		return NULL;
	char *raw = g_strndup(words, len);
	char *host = g_ascii_strdown(raw, -1);
	g_free(raw);
	if (strchr(host, '.') && (g_str_has_prefix(host, "www.") || is_common_ending(host)))
		return host;
	g_free(host);
	return NULL;
}

static const char *
without_www(const char *host)
{
	return g_str_has_prefix(host, "www.") ? host + 4 : host;
}

/* Equal, or one a subdomain of the other. */
static bool
is_same_site(const char *a, const char *b)
{
	a = without_www(a);
	b = without_www(b);
	size_t na = strlen(a);
	size_t nb = strlen(b);
	const char *longer = na >= nb ? a : b;
	const char *shorter = na >= nb ? b : a;
	size_t extra = na >= nb ? na - nb : nb - na;
	return strcmp(longer + extra, shorter) == 0 && (extra == 0 || longer[extra - 1] == '.');
}

static struct link *
link_at(const struct links *links, unsigned n)
{
	return n >= 1 && n <= links->list->len ? links->list->pdata[n - 1] : NULL;
}

void
links_words(struct links *links, unsigned n, const char *words)
{
	struct link *link = link_at(links, n);
	char *host = link ? links_host(link->url) : NULL;
	char *claim = host ? claimed_host(words) : NULL;
	if (claim && !link->claim && !is_same_site(claim, host))
		link->claim = g_steal_pointer(&claim);
	g_free(claim);
	g_free(host);
}

bool
links_is_plain(const struct links *links, unsigned n, const char *words)
{
	const struct link *link = link_at(links, n);
	return link && has_prefix(link->url, "mailto:") &&
	    g_ascii_strcasecmp(link->url + strlen("mailto:"), words) == 0;
}

char *
links_mark(const struct links *links, unsigned n)
{
	const struct link *link = link_at(links, n);
	char *host = link && link->claim ? links_host(link->url) : NULL;
	char *mark = host ? g_strdup_printf(" [%u: leads to %s]", n, host) : g_strdup_printf("[%u]", n);
	g_free(host);
	return mark;
}

static void
list_one(const struct link *link, unsigned n, struct layout *l)
{
	char *host = links_host(link->url);
	GString *line = g_string_new(NULL);
	g_string_append_printf(line, "[%u] ", n);
	if (host && *host)
		g_string_append_printf(line, "%s  ", host);
	g_string_append(line, link->url);
	if (link->claim)
		g_string_append_printf(line, "  (its words say %s)", link->claim);
	char *display = safe_text(line->str, line->len, SAFE_TEXT_LINE);
	layout_wrap(l, "", "    ", display, LINE_LINK);
	g_free(display);
	g_string_free(line, TRUE);
	g_free(host);
}

unsigned
links_count(const struct links *links)
{
	return links->list->len;
}

void
links_list(const struct links *links, unsigned from, struct layout *l)
{
	if (links->list->len > from)
		layout_line(l, "", LINE_TEXT);
	for (unsigned i = from; i < links->list->len && !l->stopped; i++)
		list_one(links->list->pdata[i], i + 1, l);
}

json_t *
links_json(const struct links *links)
{
	json_t *out = json_array();
	size_t bytes = 0;
	for (unsigned i = 0; i < links->list->len && bytes < MAX_JSON; i++) {
		const struct link *link = links->list->pdata[i];
		char *host = links_host(link->url);
		bytes += strlen(link->url) + 64;
		json_array_append_new(out,
		    json_pack("{s:i, s:o, s:o, s:o}", "n", (int)i + 1, "url",
			jsonl_text(link->url, -1), "host", jsonl_text(host, -1), "claim",
			jsonl_text(link->claim, -1)));
		g_free(host);
	}
	return out;
}

/* Bytes of the URL that begins at text: up to a blank or a bracket, without the punctuation of the
 * sentence around it; a closing parenthesis only when it was opened within. */
static size_t
url_length(const char *text)
{
	size_t n = strcspn(text, " \t\r\n<>\"`|\\^{}");
	int open = 0;
	for (size_t i = 0; i < n; i++)
		open += text[i] == '(' ? 1 : text[i] == ')' ? -1 : 0;
	while (n > 0 && (strchr(".,;:!?'*_", text[n - 1]) || (text[n - 1] == ')' && open < 0))) {
		open += text[n - 1] == ')';
		n--;
	}
	return n;
}

void
links_find(struct links *links, const char *utf8)
{
	static const char *const schemes[] = { "https://", "http://", "ftp://", "mailto:" };
	for (const char *p = strchr(utf8, ':'); p; p = strchr(p + 1, ':')) {
		for (size_t i = 0; i < G_N_ELEMENTS(schemes); i++) {
			size_t head = strcspn(schemes[i], ":");
			const char *start = p - head;
			if ((size_t)(p - utf8) < head || !has_prefix(start, schemes[i]) ||
			    (start > utf8 && g_ascii_isalnum(start[-1])))
				continue;
			size_t n = url_length(start);
			char *url = g_strndup(start, n);
			if (n > strlen(schemes[i]))
				(void)links_add(links, url);
			g_free(url);
			break;
		}
	}
}
