/* SPDX-License-Identifier: GPL-3.0-or-later */
/* lookalike.c - a small table of confusables (after Unicode UTS 39), chosen for what
 * stands in domain names. */
#include "auth/lookalike.h"

#include <idn2.h>
#include <string.h>

/* clang-format off */
static const struct {
	gunichar from;
	const char *to;
} confusables[] = {
	/* digits */
	{'0', "o"}, {'1', "l"}, {'5', "s"}, {'i', "l"}, {'|', "l"},
	/* Latin */
	{0x131, "l"}, {0x269, "l"}, {0x1c0, "l"}, {0x251, "a"}, {0x261, "g"}, {0x142, "l"}, {0xf8, "o"},
	{0x237, "j"}, {0x1bf, "p"}, {0x28b, "v"}, {0x192, "f"},
	/* small capitals */
	{0x1d00, "a"}, {0x299, "b"}, {0x1d04, "c"}, {0x1d05, "d"}, {0x1d07, "e"}, {0xa730, "f"}, {0x262, "g"},
	{0x29c, "h"}, {0x26a, "l"}, {0x1d0a, "j"}, {0x1d0b, "k"}, {0x29f, "l"}, {0x1d0d, "m"}, {0x274, "n"},
	{0x1d0f, "o"}, {0x1d18, "p"}, {0x280, "r"}, {0xa731, "s"}, {0x1d1b, "t"}, {0x1d1c, "u"}, {0x1d20, "v"},
	{0x1d21, "w"}, {0x28f, "y"}, {0x1d22, "z"},
	{0xe6, "ae"}, {0x153, "oe"}, {0x111, "d"}, {0x127, "h"}, {0x167, "t"}, {0x180, "b"}, {0xdf, "ss"},
	/* Cyrillic */
	{0x430, "a"}, {0x432, "b"}, {0x435, "e"}, {0x43a, "k"}, {0x43c, "m"}, {0x43d, "h"}, {0x43e, "o"},
	{0x440, "p"}, {0x441, "c"}, {0x442, "t"}, {0x443, "y"}, {0x445, "x"}, {0x455, "s"}, {0x456, "l"},
	{0x457, "l"}, {0x458, "j"}, {0x475, "v"}, {0x4bd, "e"}, {0x4d5, "ae"}, {0x4bb, "h"}, {0x501, "d"}, {0x51b, "q"}, {0x51d, "w"}, {0x4cf, "l"},
	{0x450, "e"}, {0x451, "e"}, {0x491, "r"}, {0x433, "r"}, {0x44c, "b"}, {0x437, "3"},
	/* Greek */
	{0x3b1, "a"}, {0x3b5, "e"}, {0x3b7, "n"}, {0x3b9, "l"}, {0x3ba, "k"}, {0x3bd, "v"}, {0x3bf, "o"},
	{0x3c1, "p"}, {0x3c4, "t"}, {0x3c5, "u"}, {0x3c7, "x"}, {0x3c9, "w"}, {0x3b3, "y"}, {0x3b2, "b"},
	{0x3bc, "u"}, {0x3c3, "o"},
	/* Armenian */
	{0x578, "n"}, {0x57d, "u"}, {0x585, "o"}, {0x561, "w"}, {0x570, "h"}, {0x566, "q"}, {0x581, "g"},
};

/* Pairs that read as one letter in most type faces. */
static const struct {
	const char *from, *to;
} pairs[] = {{"rn", "m"}, {"vv", "w"}, {"cl", "d"}, {"nn", "m"}};
/* clang-format on */

static char *
to_unicode(const char *domain)
{
	char *out = NULL;

	if (idn2_to_unicode_8z8z(domain, &out, 0) != IDN2_OK || out == NULL)
		return g_strdup(domain);
	char *copy = g_utf8_validate(out, -1, NULL) ? g_strdup(out) : g_strdup(domain);
	idn2_free(out);
	return copy;
}

static void
append_like(GString *out, gunichar c)
{
	for (size_t i = 0; i < G_N_ELEMENTS(confusables); i++)
		if (confusables[i].from == c) {
			g_string_append(out, confusables[i].to);
			return;
		}
	g_string_append_unichar(out, c);
}

bool
lookalike_is_invisible(gunichar c)
{
	return c == 0xad || c == 0x180e || c == 0x200b || (c >= 0x2060 && c <= 0x2064) || c == 0xfeff ||
	       (c >= 0xe0000 && c <= 0xe007f);
}

char *
lookalike_plain(const char *text)
{
	char *valid = g_utf8_make_valid(text, -1);
	char *parts = g_utf8_normalize(valid, -1, G_NORMALIZE_NFKC);
	GString *out = g_string_new(NULL);

	for (const char *p = parts; p != NULL && *p != '\0'; p = g_utf8_next_char(p)) {
		gunichar c = g_utf8_get_char(p);
		if (c == 0x3002) /* the dot of RFC 3490 section 3.1 that is no compatible form */
			g_string_append_c(out, '.');
		else if (!lookalike_is_invisible(c) && g_unichar_type(c) != G_UNICODE_FORMAT)
			g_string_append_unichar(out, c);
	}
	g_free(parts);
	g_free(valid);
	return g_string_free(out, FALSE);
}

/* Letters as the Latin ones that they resemble, without case, accents and hyphens. Owned. */
static GString *
fold(const char *utf8)
{
	char *folded = g_utf8_casefold(utf8, -1);
	char *parts = g_utf8_normalize(folded, -1, G_NORMALIZE_NFKD);
	GString *out = g_string_new(NULL);

	for (const char *p = parts; p != NULL && *p != '\0'; p = g_utf8_next_char(p)) {
		gunichar c = g_utf8_get_char(p);
		if (!g_unichar_ismark(c) && c != '-')
			append_like(out, c);
	}
	g_free(parts);
	g_free(folded);
	return out;
}

char *
lookalike_skeleton(const char *domain)
{
	char *utf8 = to_unicode(domain);
	GString *out = fold(utf8);

	for (size_t i = 0; i < G_N_ELEMENTS(pairs); i++)
		g_string_replace(out, pairs[i].from, pairs[i].to, 0);
	g_free(utf8);
	return g_string_free(out, FALSE);
}

static gint
by_text(gconstpointer a, gconstpointer b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

char *
lookalike_name(const char *name)
{
	char *plain = lookalike_plain(name);
	char **words = g_strsplit_set(plain, " \t,;\"'", -1);
	GPtrArray *folded = g_ptr_array_new_with_free_func(g_free);

	for (size_t i = 0; words[i] != NULL; i++)
		if (words[i][0] != '\0')
			g_ptr_array_add(folded, g_string_free(fold(words[i]), FALSE));
	g_ptr_array_sort(folded, by_text);
	bool is_full = folded->len >= 2;
	g_ptr_array_add(folded, NULL);
	char *out = is_full ? g_strjoinv(" ", (char **)folded->pdata) : NULL;
	g_ptr_array_unref(folded);
	g_strfreev(words);
	g_free(plain);
	return out;
}

static bool
goes_with_latin(GUnicodeScript script)
{
	return script == G_UNICODE_SCRIPT_LATIN || script == G_UNICODE_SCRIPT_COMMON ||
	       script == G_UNICODE_SCRIPT_INHERITED || script == G_UNICODE_SCRIPT_HAN ||
	       script == G_UNICODE_SCRIPT_HIRAGANA || script == G_UNICODE_SCRIPT_KATAKANA ||
	       script == G_UNICODE_SCRIPT_HANGUL || script == G_UNICODE_SCRIPT_BOPOMOFO;
}

static bool
is_mixed_label(const char *p, const char *end)
{
	bool has_latin = false, has_other = false;

	for (; p < end; p = g_utf8_next_char(p)) {
		GUnicodeScript script = g_unichar_get_script(g_utf8_get_char(p));
		has_latin = has_latin || script == G_UNICODE_SCRIPT_LATIN;
		has_other = has_other || !goes_with_latin(script);
	}
	return has_latin && has_other;
}

bool
lookalike_is_mixed(const char *domain)
{
	char *utf8 = to_unicode(domain);
	bool is_mixed = false;

	for (const char *p = utf8; !is_mixed && *p != '\0';) {
		size_t len = strcspn(p, ".");
		is_mixed = is_mixed_label(p, p + len);
		p += len + (p[len] == '.' ? 1 : 0);
	}
	g_free(utf8);
	return is_mixed;
}

bool
lookalike_is_near(const char *a, const char *b)
{
	size_t n = strlen(a), m = strlen(b), from = 0, to = 0;

	if (n > m + 1 || m > n + 1 || strcmp(a, b) == 0)
		return false;
	while (a[from] != '\0' && a[from] == b[from])
		from++;
	while (to < n - from && to < m - from && a[n - 1 - to] == b[m - 1 - to])
		to++;
	size_t left_a = n - from - to, left_b = m - from - to;
	return (left_a <= 1 && left_b <= 1) ||
	       (left_a == 2 && left_b == 2 && a[from] == b[from + 1] &&
		   a[from + 1] == b[from]);
}

char *
lookalike_display(const char *domain)
{
	return lookalike_is_mixed(domain) ? g_strdup(domain) : to_unicode(domain);
}
