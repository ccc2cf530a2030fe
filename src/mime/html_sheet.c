/* SPDX-License-Identifier: GPL-3.0-or-later */
/* html_sheet.c - see html_sheet.h. */
#include "mime/html_sheet.h"

#include "base/limits.h"

#include <glib.h>
#include <string.h>

#define MAX_RULES   2000u
#define MAX_MATCHES 32u /* rules for one element */
#define MAX_CLASSES 16
#define MAX_DEPTH   6 /* compounds of a selector */
#define MAX_WORK    4000000u /* elements looked at for what stands within something */
#define MAX_SAME    32u /* rules of one name: an element looks through them all */

/* "span.preheader#top" */
struct compound {
	char *tag;	/* lower case, or NULL */
	char **names;	/* ".class" or "#id", all of which it wants */
	bool is_child;	/* of the one before it: ">" */
};

struct rule {
	GArray *compounds; /* the last one is for the element, the others for what it is in */
	struct html_style style;
	unsigned weight, order;
};

struct html_sheet {
	GHashTable *rules; /* a name or a tag -> GPtrArray of struct rule */
	size_t bytes;
	unsigned n_rules, work;
	bool is_partial;
};

static void
compound_clear(void *data)
{
	struct compound *c = data;
	g_free(c->tag);
	g_strfreev(c->names);
}

static void
rule_free(void *data)
{
	struct rule *r = data;
	g_array_unref(r->compounds);
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
	const struct compound *last =
	    &g_array_index(r->compounds, struct compound, r->compounds->len - 1);
	const char *key = last->names[0] ? last->names[0] : last->tag;
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

/* One compound at p; what is behind it, NULL for what is not as simple as that. */
static const char *
take_compound(struct rule *r, const char *p, bool is_child)
{
	GPtrArray *names = g_ptr_array_new();
	const char *start = p;
	while (is_name_char(*p))
		p++;
	struct compound c = {p > start ? g_ascii_strdown(start, p - start) : NULL, NULL, is_child};
	r->weight += c.tag != NULL;
	while ((*p == '.' || *p == '#') && is_name_char(p[1])) {
		const char *name = p++;
		while (is_name_char(*p))
			p++;
		g_ptr_array_add(names, g_strndup(name, (gsize)(p - name)));
		r->weight += *name == '#' ? 10000 : 100;
	}
	g_ptr_array_add(names, NULL);
	c.names = (char **)g_ptr_array_free(names, FALSE);
	g_array_append_val(r->compounds, c);
	return p > start ? p : NULL;
}

/* "td .preheader > p"; NULL for what is not as simple as that. Owned. */
static struct rule *
rule_of_selector(const char *p)
{
	struct rule *r = g_new0(struct rule, 1);
	bool is_child = false;
	r->compounds = g_array_new(FALSE, FALSE, sizeof(struct compound));
	g_array_set_clear_func(r->compounds, compound_clear);
	while (p && *p && r->compounds->len < MAX_DEPTH) {
		p = take_compound(r, p, is_child);
		if (!p || *p == '\0')
			break;
		const char *next = p + strspn(p, " \t\r\n\f>");
		is_child = memchr(p, '>', (size_t)(next - p)) != NULL;
		p = next > p && *next ? next : NULL;
	}
	if (p && *p == '\0' && r->compounds->len > 0)
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
		if (!r) {
			s->is_partial = s->is_partial || style.ground;
			continue;
		}
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
has_word(const char *words, const char *word)
{
	size_t len = strlen(word);
	for (const char *p = words; p && (p = strstr(p, word)); p += len)
		if ((p == words || g_ascii_isspace(p[-1])) &&
		    (p[len] == '\0' || g_ascii_isspace(p[len])))
			return true;
	return false;
}

static bool
is_for(const struct compound *c, const struct html_named *element)
{
	if (c->tag && strcmp(c->tag, element->tag) != 0)
		return false;
	for (size_t i = 0; c->names[i]; i++)
		if (c->names[i][0] == '#' ? g_strcmp0(element->id, c->names[i] + 1) != 0
					  : !has_word(element->classes, c->names[i] + 1))
			return false;
	return true;
}

/* Is the last of the path what the rule is for? The nearest element that fits is taken for
 * each compound; with ">" before another that may be one too near, and the rule is not for
 * it then. */
static bool
is_for_path(struct html_sheet *s, const struct rule *r, const struct html_named *path,
    size_t depth)
{
	const struct compound *all = (const struct compound *)(const void *)r->compounds->data;
	size_t at = depth;
	if (r->compounds->len > 1 && s->work > MAX_WORK)
		return false;
	for (guint i = r->compounds->len; i > 0; i--) {
		const struct compound *c = &all[i - 1];
		bool is_next = i == r->compounds->len || all[i].is_child;
		do {
			if (at == 0)
				return false;
			at--;
			s->work++;
		} while (!is_for(c, &path[at]) && !is_next);
		if (!is_for(c, &path[at]))
			return false;
	}
	return true;
}

/* Those under a key that are for this element, lightest first. */
static size_t
match(struct html_sheet *s, const char *key, const struct html_named *path,
    size_t depth, const struct rule *found[MAX_MATCHES], size_t n)
{
	const GPtrArray *same = g_hash_table_lookup(s->rules, key);
	for (guint i = 0; same && i < same->len && n < MAX_MATCHES; i++) {
		const struct rule *r = same->pdata[i];
		if (!is_for_path(s, r, path, depth))
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
html_sheet_apply(struct html_sheet *s, const struct html_named *path, size_t depth,
    struct html_style *style)
{
	const struct rule *found[MAX_MATCHES];
	const struct html_named *own = &path[depth - 1];
	if (s->n_rules == 0)
		return;
	size_t n = match(s, own->tag, path, depth, found, 0);
	char **words = g_strsplit_set(own->classes ? own->classes : "", " \t\r\n", MAX_CLASSES);
	for (size_t i = 0; words[i]; i++) {
		char *key = g_strconcat(".", words[i], NULL);
		n = match(s, key, path, depth, found, n);
		g_free(key);
	}
	char *key = g_strconcat("#", own->id, NULL);
	n = match(s, key, path, depth, found, n);
	g_free(key);
	for (size_t i = 0; i < n; i++)
		html_style_over(style, &found[i]->style);
	g_strfreev(words);
}

unsigned
html_sheet_n_rules(const struct html_sheet *s)
{
	return s->n_rules;
}

bool
html_sheet_is_partial(const struct html_sheet *s)
{
	return s->is_partial;
}
