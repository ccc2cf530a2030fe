/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The table of keywords: read from the rc once, small, and looked through from end to end. */
#include "base/keywords.h"

#include "base/log.h"

#include <string.h>

struct keywords {
	GArray *list; /* struct keyword */
};

static void
clear(gpointer p)
{
	struct keyword *k = p;

	g_free(k->keyword);
	g_free(k->tag);
}

/* RFC 3501 9: flag-keyword is an atom. */
static bool
is_atom(const char *word)
{
	for (const char *p = word; *p != '\0'; p++)
		if (!g_ascii_isgraph(*p) || strchr("(){%*\"\\]", *p) != NULL)
			return false;
	return word[0] != '\0';
}

static gint
compare(gconstpointer a, gconstpointer b)
{
	return ((const struct keyword *)a)->letter - ((const struct keyword *)b)->letter;
}

/* A tag that stands for a flag or a place already cannot be one of these. */
static bool
is_free_tag(const char *tag)
{
	static const char *const taken[] = { "unread", "flagged", "replied", "passed", "draft",
		"inbox", "deleted", "spam", NULL };

	return tag[0] != '\0' && !g_strv_contains(taken, tag);
}

static void
add(struct keywords *k, const char *key, const char *value)
{
	char **words = g_strsplit_set(value, " \t", 2);
	struct keyword entry = { .letter = key[0] };

	if (words[0] != NULL && words[1] != NULL && key[1] == '\0' && g_ascii_islower(key[0]) &&
	    keywords_of_letter(k, key[0]) == NULL && is_atom(words[0]) &&
	    is_free_tag(g_strstrip(words[1]))) {
		entry.keyword = g_strdup(words[0]);
		entry.tag = g_strdup(words[1]);
		g_array_append_val(k->list, entry);
	} else {
		log_warn("keywords", "left out: %s = %s", key, value);
	}
	g_strfreev(words);
}

struct keywords *
keywords_new(const struct rc *rc)
{
	struct keywords *k = g_new0(struct keywords, 1);
	const char *const *pairs = rc_pairs(rc, "keywords");

	k->list = g_array_new(FALSE, FALSE, sizeof(struct keyword));
	g_array_set_clear_func(k->list, clear);
	for (size_t i = 0; pairs[i] != NULL; i += 2)
		add(k, pairs[i], pairs[i + 1]);
	g_array_sort(k->list, compare);
	return k;
}

void
keywords_free(struct keywords *k)
{
	if (k == NULL)
		return;
	g_array_unref(k->list);
	g_free(k);
}

const struct keyword *
keywords_nth(const struct keywords *k, size_t i)
{
	return k != NULL && i < k->list->len ? &g_array_index(k->list, struct keyword, i) : NULL;
}

const struct keyword *
keywords_of_letter(const struct keywords *k, char letter)
{
	const struct keyword *entry;

	for (size_t i = 0; (entry = keywords_nth(k, i)) != NULL; i++)
		if (entry->letter == letter)
			return entry;
	return NULL;
}
