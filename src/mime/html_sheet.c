/* SPDX-License-Identifier: GPL-3.0-or-later */
/* html_sheet.c - see html_sheet.h. */
#include "mime/html_sheet.h"

#include "base/limits.h"

#include <glib.h>
#include <string.h>

#define MAX_RULES   2000u
#define MAX_MATCHES 32u /* rules for one element */
#define MAX_CLASSES 16
#define MAX_SAME    32u /* rules of one name: an element looks through them all */

struct rule {
	char *tag;    /* lower case, or NULL */
	char **names; /* ".class" or "#id", all of which it wants */
	struct html_style style;
	unsigned weight, order;
};

struct html_sheet {
	GHashTable *rules; /* a name or a tag -> GPtrArray of struct rule */
	size_t bytes;
	unsigned n_rules;
};

static void
rule_free(void *data)
{
	struct rule *r = data;
	g_free(r->tag);
	g_strfreev(r->names);
	g_free(r);
}

struct html_sheet *
html_sheet_new(void)
{
	struct html_sheet *s = g_new0(struct html_sheet, 1);
	s->rules = g_hash_table_new_full(
	    g_str_hash, g_str_equal, g_free, (GDestroyNotify)g_ptr_array_unref);
	return s;
}

void
html_sheet_free(struct html_sheet *s)
{
	if (!s)
		return;
	g_hash_table_unref(s->rules);
	g_free(s);
}

static void
keep(struct html_sheet *s, struct rule *r)
{
	const char *key = r->names[0] ? r->names[0] : r->tag;
	GPtrArray *same = g_hash_table_lookup(s->rules, key);
	if (!same) {
		same = g_ptr_array_new_with_free_func(rule_free);
		g_hash_table_insert(s->rules, g_strdup(key), same);
	}
	r->order = s->n_rules++;
	if (same->len < MAX_SAME)
		g_ptr_array_add(same, r);
	else
		rule_free(r);
}

static bool
is_name_char(char c)
{
	return g_ascii_isalnum(c) || c == '-' || c == '_' || (c & 0x80);
}

/* "span.preheader#top"; NULL for what is not as simple as that. Owned. */
static struct rule *
rule_of_selector(const char *text)
{
	GPtrArray *names = g_ptr_array_new();
	const char *p = text;
	while (is_name_char(*p))
		p++;
	struct rule *r = g_new0(struct rule, 1);
	r->tag = p > text ? g_ascii_strdown(text, p - text) : NULL;
	r->weight = r->tag != NULL;
	while ((*p == '.' || *p == '#') && is_name_char(p[1])) {
		const char *start = p++;
		while (is_name_char(*p))
			p++;
		g_ptr_array_add(names, g_strndup(start, (gsize)(p - start)));
		r->weight += *start == '#' ? 10000 : 100;
	}
	g_ptr_array_add(names, NULL);
	r->names = (char **)g_ptr_array_free(names, FALSE);
	if (*p == '\0' && p > text)
		return r;
	rule_free(r);
	return NULL;
}

/* All that stands in a page stands in its body. */
static const char *
without_body(const char *selector)
{
	static const char *const outer[] = {"html ", "body "};
	for (size_t i = 0; i < G_N_ELEMENTS(outer); i++)
		if (g_ascii_strncasecmp(selector, outer[i], strlen(outer[i])) == 0)
			selector += strlen(outer[i]);
	return selector;
}

static void
add_rule(struct html_sheet *s, const char *selectors, const char *declarations)
{
	struct html_style style = {0};
	if (!html_style_declare(&style, declarations))
		return;
	char **all = g_strsplit(selectors, ",", 64);
	for (size_t i = 0; all[i] && s->n_rules < MAX_RULES; i++) {
		struct rule *r = rule_of_selector(without_body(g_strstrip(all[i])));
		if (!r)
			continue;
		r->style = style;
		keep(s, r);
	}
	g_strfreev(all);
}

/* "@media screen" and "@media all" are for everybody; "@media print" is not, nor one with
 * a condition. */
static bool
is_for_all(const char *at_rule)
{
	return g_ascii_strncasecmp(at_rule, "@media", 6) == 0 && !strchr(at_rule, '(') &&
	       (strstr(at_rule, "screen") || strstr(at_rule, "all"));
}

/* What is behind the block that p is in. */
static char *
skip_block(char *p)
{
	unsigned depth = 1;
	while (*p && depth > 0) {
		depth += *p == '{';
		depth -= *p == '}';
		p++;
	}
	return p;
}

static char *
blank_comments(const char *css, size_t len)
{
	static const char *const marks[] = {"<!--", "-->"};
	char *out = g_strndup(css, len), *at = out;
	while ((at = strstr(at, "/*"))) {
		char *end = strstr(at + 2, "*/");
		size_t n = end ? (size_t)(end + 2 - at) : strlen(at);
		memset(at, ' ', n);
		at += n;
	}
	for (size_t i = 0; i < G_N_ELEMENTS(marks); i++)
		for (at = out; (at = strstr(at, marks[i])); at += strlen(marks[i]))
			memset(at, ' ', strlen(marks[i]));
	return out;
}

void
html_sheet_add(struct html_sheet *s, const char *css, size_t len)
{
	len = MIN(len, LIMIT_CSS - s->bytes);
	s->bytes += len;
	char *text = blank_comments(css, len), *p = text;
	while (*p) {
		p += strspn(p, " \t\r\n\f;}"); /* a } ends an @media that is for all */
		char *head = p;
		p += strcspn(p, *p == '@' ? "{;" : "{}");
		if (*p != '{') {
			p += *p != '\0';
			continue;
		}
		*p++ = '\0';
		if (*head == '@') {
			p = is_for_all(head) ? p : skip_block(p);
			continue;
		}
		char *body = p;
		p += strcspn(p, "}");
		if (*p)
			*p++ = '\0';
		add_rule(s, head, body);
	}
	g_free(text);
}

static bool
has_names(const struct rule *r, char **own)
{
	for (size_t i = 0; r->names[i]; i++)
		if (!g_strv_contains((const char *const *)own, r->names[i]))
			return false;
	return true;
}

/* Those under a key that are for this element, lightest first. */
static size_t
match(const struct html_sheet *s, const char *key, const char *tag, char **own,
    const struct rule *found[MAX_MATCHES], size_t n)
{
	const GPtrArray *same = g_hash_table_lookup(s->rules, key);
	for (guint i = 0; same && i < same->len && n < MAX_MATCHES; i++) {
		const struct rule *r = same->pdata[i];
		if ((r->tag && strcmp(r->tag, tag) != 0) || !has_names(r, own))
			continue;
		size_t at = n++;
		for (; at > 0 && (found[at - 1]->weight > r->weight ||
				     (found[at - 1]->weight == r->weight &&
					 found[at - 1]->order > r->order));
		     at--)
			found[at] = found[at - 1];
		found[at] = r;
	}
	return n;
}

void
html_sheet_apply(const struct html_sheet *s, const char *tag, const char *classes,
    const char *id, struct html_style *style)
{
	const struct rule *found[MAX_MATCHES];
	GPtrArray *own = g_ptr_array_new_with_free_func(g_free);
	if (s->n_rules == 0)
		classes = id = NULL;
	char **words = g_strsplit_set(classes ? classes : "", " \t\r\n", MAX_CLASSES);
	for (size_t i = 0; words[i]; i++)
		if (*words[i])
			g_ptr_array_add(own, g_strconcat(".", words[i], NULL));
	if (id)
		g_ptr_array_add(own, g_strconcat("#", id, NULL));
	g_ptr_array_add(own, NULL);
	size_t n = match(s, tag, tag, (char **)own->pdata, found, 0);
	for (guint i = 0; i + 1 < own->len; i++)
		n = match(s, own->pdata[i], tag, (char **)own->pdata, found, n);
	for (size_t i = 0; i < n; i++)
		html_style_over(style, &found[i]->style);
	g_strfreev(words);
	g_ptr_array_unref(own);
}
