/* SPDX-License-Identifier: GPL-3.0-or-later */
/* People from files of the user's own. They are read anew each time: they are small, and he may be
 * editing them. */
#include "store/address_book.h"

#include "base/file.h"
#include "base/limits.h"
#include "base/mailbox_text.h"
#include "mime/card.h"

#include <string.h>

#define MAX_CARD_FILE (1u << 20)
#define MAX_CARDS 2000 /* files of one folder */

struct finding {
	char *prefix; /* folded */
	GPtrArray *out;
	guint limit;
};

/* Does a word of text begin with the prefix? */
static bool
matches(const struct finding *f, const char *text)
{
	char *folded = g_utf8_casefold(text, -1);
	bool found = false;
	for (const char *p = folded; !found && (p = strstr(p, f->prefix)) != NULL; p++)
		found = p == folded || !g_ascii_isalnum(p[-1]);
	g_free(folded);
	return found;
}

/* Takes the text. */
static void
add(struct finding *f, char *text)
{
	if (f->out->len < f->limit &&
	    !g_ptr_array_find_with_equal_func(f->out, text, g_str_equal, NULL))
		g_ptr_array_add(f->out, text);
	else
		g_free(text);
}

/* aliases */

/* A word and the blanks behind it; owned, NULL at the end. */
static char *
take_word(const char **p)
{
	size_t n = strcspn(*p, " \t");
	char *word = n > 0 ? g_strndup(*p, n) : NULL;
	*p += n;
	*p += strspn(*p, " \t");
	return word;
}

/* The people of an alias: up to a comment, outside of quotes. */
static char *
take_people(const char *text)
{
	bool quoted = false;
	size_t n = 0;
	for (; text[n] != '\0'; n++) {
		if (text[n] == '"')
			quoted = !quoted;
		else if (text[n] == '#' && !quoted && (n == 0 || text[n - 1] == ' '))
			break;
	}
	return g_strstrip(g_strndup(text, n));
}

bool
address_book_alias(const char *line, char **key_out, char **people_out)
{
	const char *p = line + strspn(line, " \t");
	char *word = take_word(&p);
	bool is_alias = g_strcmp0(word, "alias") == 0;
	g_free(word);
	if (!is_alias)
		return false;
	while ((word = take_word(&p)) != NULL && g_str_equal(word, "-group")) {
		g_free(word);
		g_free(take_word(&p));
	}
	*key_out = word;
	*people_out = take_people(p);
	if (word != NULL && **people_out != '\0')
		return true;
	g_free(*key_out);
	g_free(*people_out);
	return false;
}

static char *
read_text(const char *path, size_t limit)
{
	GBytes *bytes = file_read(path, limit, NULL);
	gsize len = 0;
	const char *data = bytes != NULL ? g_bytes_get_data(bytes, &len) : NULL;
	char *text = data != NULL ? g_utf8_make_valid(data, (gssize)len) : g_strdup("");
	g_clear_pointer(&bytes, g_bytes_unref);
	return text;
}

/* Of each alias in a file, until it returns false. */
typedef bool (*alias_fn)(const char *key, const char *people, void *user);

static void
each_alias(const char *path, alias_fn fn, void *user)
{
	char *text = read_text(path, LIMIT_ALIAS_FILE);
	bool more = true;
	/* a backslash at its end joins a line with the next */
	GString *joined = g_string_new(text);
	g_string_replace(joined, "\\\n", " ", 0);
	char **lines = g_strsplit(joined->str, "\n", -1);
	for (size_t i = 0; more && lines[i] != NULL; i++) {
		char *key, *people;
		if (!address_book_alias(g_strchomp(lines[i]), &key, &people))
			continue;
		more = fn(key, people, user);
		g_free(key);
		g_free(people);
	}
	g_strfreev(lines);
	g_string_free(joined, TRUE);
	g_free(text);
}

static bool
offer_alias(const char *key, const char *people, void *user)
{
	struct finding *f = user;
	if (matches(f, key) || matches(f, people))
		add(f, g_strdup(people));
	return true;
}

/* The last one of a key counts, as in mutt. */
struct wanted {
	const char *key;
	char *people;
};

static bool
take_alias(const char *key, const char *people, void *user)
{
	struct wanted *w = user;
	if (g_ascii_strcasecmp(key, w->key) == 0) {
		g_free(w->people);
		w->people = g_strdup(people);
	}
	return true;
}

char *
address_book_people(const struct rc *rc, const char *key)
{
	struct wanted w = { key, NULL };
	char *path = rc_path_value(rc, "addresses", NULL, "alias-file");
	if (path != NULL && *key != '\0')
		each_alias(path, take_alias, &w);
	g_free(path);
	return w.people;
}

/* cards */

static bool
take_card(const char *name, const char *address, void *user)
{
	struct finding *f = user;
	if (strchr(address, '@') == NULL || (!matches(f, name) && !matches(f, address)))
		return true;
	add(f, mailbox_text(name, address));
	return f->out->len < f->limit;
}

static void
find_cards(struct finding *f, const char *folder)
{
	GDir *dir = g_dir_open(folder, 0, NULL);
	const char *name;
	for (unsigned n = 0; dir != NULL && n < MAX_CARDS && (name = g_dir_read_name(dir)) != NULL; n++) {
		if (!g_str_has_suffix(name, ".vcf"))
			continue;
		char *path = g_build_filename(folder, name, NULL);
		char *text = read_text(path, MAX_CARD_FILE);
		card_addresses(text, strlen(text), take_card, f);
		g_free(text);
		g_free(path);
	}
	if (dir != NULL)
		g_dir_close(dir);
}

void
address_book_find(const struct rc *rc, const char *prefix, GPtrArray *out, guint limit)
{
	struct finding f = { g_utf8_casefold(prefix, -1), out, limit };
	char *aliases = rc_path_value(rc, "addresses", NULL, "alias-file");
	char *cards = rc_path_value(rc, "addresses", NULL, "vcard-folder");
	if (aliases != NULL && *f.prefix != '\0')
		each_alias(aliases, offer_alias, &f);
	if (cards != NULL && *f.prefix != '\0')
		find_cards(&f, cards);
	g_free(cards);
	g_free(aliases);
	g_free(f.prefix);
}
