/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The table of keywords: read from the rc once, small, and looked through from end to end. */
#include "base/keywords.h"

#include "base/labels.h"
#include "base/log.h"

#include <string.h>
#include <sys/stat.h>

struct keywords {
	GArray *list;	   /* struct keyword, by letter */
	char *labels_path; /* the file of labels, and its size when it was read */
	off_t labels_size;
	bool is_full; /* it has no letter left for another */
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

static const struct keyword *
of_tag(const struct keywords *k, const char *tag)
{
	const struct keyword *entry;

	for (size_t i = 0; (entry = keywords_nth(k, i)) != NULL; i++)
		if (strcmp(entry->tag, tag) == 0)
			return entry;
	return NULL;
}

/* Where the rc gives its tag to another keyword, the label has its first byte in hexadecimal. */
static void
on_label(void *user, char letter, const char *label)
{
	struct keywords *k = user;
	struct keyword entry = { .letter = letter, .is_label = true };
	char *tag = label_tag(label);

	if (tag == NULL || keywords_of_letter(k, letter) != NULL) {
		g_free(tag);
		return;
	}
	entry.keyword = g_strdup(label);
	entry.tag = of_tag(k, tag) == NULL ? g_steal_pointer(&tag)
					   : g_strdup_printf("%%%02X%s", (unsigned char)tag[0], tag + 1);
	g_array_append_val(k->list, entry);
	g_free(tag);
}

void
keywords_refresh(struct keywords *k)
{
	struct stat st;

	if (stat(k->labels_path, &st) != 0 || st.st_size == k->labels_size)
		return;
	k->labels_size = st.st_size;
	k->is_full = false;
	labels_read(k->labels_path, on_label, k);
	g_array_sort(k->list, compare);
}

const char *
keyword_label(const struct keyword *k)
{
	return !k->is_label && g_ascii_strcasecmp(k->keyword, "$Important") == 0 ? "\\Important" : k->keyword;
}

char
keywords_label(struct keywords *k, const char *label, bool is_any, GError **error)
{
	char taken[64] = "", *tag, letter;
	const struct keyword *entry;
	GError *why = NULL;

	for (int own = 0; own < 2; own++) /* the rc's first */
		for (size_t i = 0; (entry = keywords_nth(k, i)) != NULL; i++)
			if (entry->is_label == own && (is_any || !own) && strcmp(keyword_label(entry), label) == 0)
				return entry->letter;
	tag = is_any ? label_tag(label) : NULL;
	if (tag == NULL || k->is_full || strpbrk(label, "\r\n") != NULL) {
		g_free(tag);
		return '\0';
	}
	g_free(tag);
	for (size_t i = 0, n = 0; (entry = keywords_nth(k, i)) != NULL && n + 1 < sizeof(taken); i++)
		taken[n++] = entry->letter;
	letter = labels_add(k->labels_path, label, taken, &why);
	if (letter != '\0' || why == NULL)
		keywords_refresh(k);
	k->is_full = letter == '\0' && why == NULL;
	if (why != NULL)
		g_propagate_error(error, why);
	return letter;
}

struct keywords *
keywords_new(const struct rc *rc)
{
	struct keywords *k = g_new0(struct keywords, 1);
	const char *const *pairs = rc_pairs(rc, "keywords");

	k->list = g_array_new(FALSE, FALSE, sizeof(struct keyword));
	g_array_set_clear_func(k->list, clear);
	k->labels_path = labels_path(rc);
	for (size_t i = 0; pairs[i] != NULL; i += 2)
		add(k, pairs[i], pairs[i + 1]);
	g_array_sort(k->list, compare);
	keywords_refresh(k);
	return k;
}

void
keywords_free(struct keywords *k)
{
	if (k == NULL)
		return;
	g_array_unref(k->list);
	g_free(k->labels_path);
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
