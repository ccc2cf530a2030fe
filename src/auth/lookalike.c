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
	{0xe6, "ae"}, {0x153, "oe"}, {0x111, "d"}, {0x127, "h"}, {0x167, "t"}, {0x180, "b"}, {0xdf, "ss"},
	/* Cyrillic */
	{0x430, "a"}, {0x432, "b"}, {0x435, "e"}, {0x43a, "k"}, {0x43c, "m"}, {0x43d, "h"}, {0x43e, "o"},
	{0x440, "p"}, {0x441, "c"}, {0x442, "t"}, {0x443, "y"}, {0x445, "x"}, {0x455, "s"}, {0x456, "l"},
	{0x457, "l"}, {0x458, "j"}, {0x4bb, "h"}, {0x501, "d"}, {0x51b, "q"}, {0x51d, "w"}, {0x4cf, "l"},
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

char *
lookalike_skeleton(const char *domain)
{
	char *utf8 = to_unicode(domain), *folded = g_utf8_casefold(utf8, -1);
	char *parts = g_utf8_normalize(folded, -1, G_NORMALIZE_NFKD);
	GString *out = g_string_new(NULL);

	for (const char *p = parts; p != NULL && *p != '\0'; p = g_utf8_next_char(p)) {
		gunichar c = g_utf8_get_char(p);
		if (!g_unichar_ismark(c) && c != '-')
			append_like(out, c);
	}
	for (size_t i = 0; i < G_N_ELEMENTS(pairs); i++)
		g_string_replace(out, pairs[i].from, pairs[i].to, 0);
	g_free(parts);
	g_free(folded);
	g_free(utf8);
	return g_string_free(out, FALSE);
}

static bool
is_mixed_label(const char *p, const char *end)
{
	bool has_latin = false, has_like = false;

	for (; p < end; p = g_utf8_next_char(p)) {
		GUnicodeScript script = g_unichar_get_script(g_utf8_get_char(p));
		has_latin = has_latin || script == G_UNICODE_SCRIPT_LATIN;
		has_like = has_like || script == G_UNICODE_SCRIPT_CYRILLIC ||
			   script == G_UNICODE_SCRIPT_GREEK ||
			   script == G_UNICODE_SCRIPT_ARMENIAN;
	}
	return has_latin && has_like;
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
