/* SPDX-License-Identifier: GPL-3.0-or-later */
/* lookalike.c - a small table of confusables (after Unicode UTS 39), chosen for what
 * stands in domain names. */
#include "mime/lookalike.h"

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
	/* with hooks, bars and tails */
	{0x253, "b"}, {0x183, "b"}, {0x188, "c"}, {0x23c, "c"}, {0x256, "d"}, {0x257, "d"}, {0x247, "e"}, {0x25b, "e"},
	{0x260, "g"}, {0x1e5, "g"}, {0x266, "h"}, {0x268, "l"}, {0x249, "j"}, {0x29d, "j"}, {0x199, "k"}, {0x19a, "l"},
	{0x26b, "l"}, {0x26c, "l"}, {0x26d, "l"}, {0x271, "m"}, {0x14b, "n"}, {0x19e, "n"}, {0x272, "n"}, {0x273, "n"},
	{0x275, "o"}, {0x1a5, "p"}, {0x1d7d, "p"}, {0x24b, "q"}, {0x2a0, "q"}, {0x24d, "r"}, {0x27c, "r"}, {0x27d, "r"},
	{0x27e, "r"}, {0x23f, "s"}, {0x282, "s"}, {0x1ab, "t"}, {0x1ad, "t"}, {0x288, "t"}, {0x289, "u"}, {0x28a, "u"},
	{0x2c74, "v"}, {0x2c73, "w"}, {0x1b4, "y"}, {0x24f, "y"}, {0x1b6, "z"}, {0x225, "z"}, {0x290, "z"}, {0x291, "z"},
	/* small capitals */
	{0x1d00, "a"}, {0x299, "b"}, {0x1d04, "c"}, {0x1d05, "d"}, {0x1d07, "e"}, {0xa730, "f"}, {0x262, "g"},
	{0x29c, "h"}, {0x26a, "l"}, {0x1d0a, "j"}, {0x1d0b, "k"}, {0x29f, "l"}, {0x1d0d, "m"}, {0x274, "n"},
	{0x1d0f, "o"}, {0x1d18, "p"}, {0x280, "r"}, {0xa731, "s"}, {0x1d1b, "t"}, {0x1d1c, "u"}, {0x1d20, "v"},
	{0x1d21, "w"}, {0x28f, "y"}, {0x1d22, "z"},
	{0xe6, "ae"}, {0x153, "oe"}, {0x111, "d"}, {0x127, "h"}, {0x167, "t"}, {0x180, "b"}, {0xdf, "ss"},
	/* Cyrillic */
	{0x430, "a"}, {0x432, "b"}, {0x435, "e"}, {0x43a, "k"}, {0x43c, "m"}, {0x43d, "h"}, {0x43e, "o"},
	{0x440, "p"}, {0x441, "c"}, {0x442, "t"}, {0x443, "y"}, {0x445, "x"}, {0x455, "s"}, {0x456, "l"},
	{0x457, "l"}, {0x458, "j"}, {0x475, "v"}, {0x4bd, "e"}, {0x4d5, "ae"}, {0x4bb, "h"}, {0x501, "d"}, {0x51b, "q"},
	{0x51d, "w"}, {0x4cf, "l"},
	{0x450, "e"}, {0x451, "e"}, {0x491, "r"}, {0x433, "r"}, {0x44c, "b"}, {0x437, "3"},
	{0x45b, "h"}, {0x461, "w"}, {0x4af, "y"}, {0x4b3, "x"}, {0x4c0, "l"}, {0x4e9, "o"}, {0x501, "d"}, {0x50d, "g"},
	/* Greek */
	{0x3b1, "a"}, {0x3b5, "e"}, {0x3b7, "n"}, {0x3b9, "l"}, {0x3ba, "k"}, {0x3bd, "v"}, {0x3bf, "o"},
	{0x3c1, "p"}, {0x3c4, "t"}, {0x3c5, "u"}, {0x3c7, "x"}, {0x3c9, "w"}, {0x3b3, "y"}, {0x3b2, "b"},
	{0x3bc, "u"}, {0x3c3, "o"}, {0x3f2, "c"}, {0x3f3, "j"},
	/* Armenian */
	{0x578, "n"}, {0x57d, "u"}, {0x585, "o"}, {0x561, "w"}, {0x570, "h"}, {0x566, "q"}, {0x581, "g"},
	{0x56b, "h"}, {0x56c, "l"}, {0x575, "j"}, {0x582, "l"}, {0x584, "p"},
	/* Cherokee, its small letters folded */
	{0x13a0, "d"}, {0x13a1, "r"}, {0x13a2, "t"}, {0x13a5, "l"}, {0x13a9, "y"}, {0x13aa, "a"}, {0x13ab, "j"}, {0x13ac, "e"},
	{0x13b3, "w"}, {0x13b7, "m"}, {0x13bb, "h"}, {0x13be, "o"}, {0x13c0, "g"}, {0x13c2, "h"}, {0x13c3, "z"}, {0x13cf, "b"},
	{0x13d2, "r"}, {0x13d4, "w"}, {0x13d5, "s"}, {0x13d9, "v"}, {0x13da, "s"}, {0x13de, "l"}, {0x13df, "c"}, {0x13e2, "p"},
	{0x13e6, "k"}, {0x13e7, "d"}, {0x13f3, "g"}, {0x13f4, "b"},
	/* Coptic and Lisu */
	{0x2c85, "r"}, {0x2c93, "l"}, {0x2c95, "k"}, {0x2c99, "m"}, {0x2c9b, "n"}, {0x2c9f, "o"}, {0x2ca3, "p"}, {0x2ca5, "c"},
	{0x2ca7, "t"}, {0x2ca9, "y"}, {0x2cad, "x"}, {0xa4d0, "b"}, {0xa4d1, "p"}, {0xa4d2, "d"}, {0xa4d3, "d"}, {0xa4d4, "t"},
	{0xa4d6, "g"}, {0xa4d7, "k"}, {0xa4d9, "j"}, {0xa4da, "c"}, {0xa4dc, "z"}, {0xa4dd, "f"}, {0xa4df, "m"}, {0xa4e0, "n"},
	{0xa4e1, "l"}, {0xa4e2, "s"}, {0xa4e3, "r"}, {0xa4e6, "v"}, {0xa4e7, "h"}, {0xa4ea, "w"}, {0xa4eb, "x"}, {0xa4ec, "y"},
	{0xa4ee, "a"}, {0xa4f0, "e"}, {0xa4f2, "l"}, {0xa4f3, "o"}, {0xa4f4, "u"},
	/* what is round in other scripts */
	{0x5e1, "o"}, {0x647, "o"}, {0x966, "o"}, {0x9e6, "o"}, {0xa66, "o"}, {0xae6, "o"}, {0xb20, "o"}, {0xb66, "o"},
	{0xbe6, "o"}, {0xc66, "o"}, {0xce6, "o"}, {0xd20, "o"}, {0xd66, "o"}, {0xe50, "o"}, {0xed0, "o"}, {0x101d, "o"},
	{0x1040, "o"}, {0x12d0, "o"}, {0x3007, "o"}, {0x10ff, "o"}, {0x5d5, "l"}, {0x5df, "l"}, {0x627, "l"},
	/* signs that stand between letters and are hardly seen */
	{0xb7, ""}, {0x30fb, ""}, {0x5f3, ""}, {0x2d9, ""}, {0x2bb, ""}, {0x2bc, ""},
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

	if (strstr(domain, "xn--") == NULL)
		return g_strdup(domain);
	if (idn2_to_unicode_8z8z(domain, &out, 0) != IDN2_OK || out == NULL)
		return g_strdup(domain);
	char *copy = g_utf8_validate(out, -1, NULL) ? g_strdup(out) : g_strdup(domain);
	idn2_free(out);
	return copy;
}

static void
append_like(GString *out, gunichar c)
{
	if (c >= 'a' && c <= 'z' && c != 'i') {
		g_string_append_c(out, (char)c);
		return;
	}
	if (c >= 0xab70 && c <= 0xabbf) /* small letters of Cherokee, which not every table of cases has */
		c -= 0xab70 - 0x13a0;
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

char **
lookalike_words(const char *name)
{
	char *plain = lookalike_plain(name);
	char **words = g_strsplit_set(plain, " \t,;:/|()[]\"'", -1);

	g_free(plain);
	return words;
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

/* A sign between letters, as only a trick has it; "l\u00b7l" is Catalan. */
static bool
is_odd_sign(const char *utf8, const char *p)
{
	gunichar c = g_utf8_get_char(p);

	if (c == 0xb7 && p > utf8 && p[-1] == 'l' && *g_utf8_next_char(p) == 'l')
		return false;
	return !g_unichar_isprint(c) || lookalike_is_invisible(c) || (c >= 0x80 && g_unichar_ispunct(c));
}

/* Would these letters be written as this name? A name of U-labels that nobody can register hides something. */
static bool
is_written_so(const char *utf8, const char *domain)
{
	char *back = NULL;
	bool is_same = idn2_to_ascii_8z(utf8, &back, IDN2_NFC_INPUT | IDN2_NONTRANSITIONAL) == IDN2_OK &&
		       g_ascii_strcasecmp(back, domain) == 0;

	idn2_free(back);
	return is_same;
}

/* Letters of another script that all look Latin: "\u0430\u0440\u0440\u04cf\u0435". */
static bool
is_dressed_up(const char *p, const char *end)
{
	bool has_letters = false;

	for (; p < end; p = g_utf8_next_char(p)) {
		gunichar c = g_utf8_get_char(p);
		GString *like = g_string_new(NULL);
		append_like(like, c);
		bool is_ascii = g_str_is_ascii(like->str), is_latin = g_unichar_get_script(c) == G_UNICODE_SCRIPT_LATIN;
		g_string_free(like, TRUE);
		if (!is_ascii || is_latin)
			return false;
		has_letters = has_letters || c >= 0x80;
	}
	return has_letters;
}

/* Is a label so that stands before a top-level domain of Latin letters, where other words are looked for? */
static bool
has_dressed_up(const char *utf8)
{
	const char *top = strrchr(utf8, '.');
	bool has = false;

	for (const char *p = utf8; !has && top != NULL && g_str_is_ascii(top) && p < top;) {
		size_t len = strcspn(p, ".");
		has = is_dressed_up(p, p + len);
		p += len + 1;
	}
	return has;
}

char *
lookalike_display(const char *domain)
{
	char *utf8 = to_unicode(domain);
	bool deceives = lookalike_is_mixed(domain) || has_dressed_up(utf8) || !is_written_so(utf8, domain);

	for (const char *p = utf8; !deceives && *p != '\0'; p = g_utf8_next_char(p))
		deceives = is_odd_sign(utf8, p);
	if (!deceives)
		return utf8;
	g_free(utf8);
	return g_strdup(domain);
}

char *
lookalike_address(const char *address)
{
	const char *at = strrchr(address, '@');
	char *ascii = NULL, *shown, *out;

	if (at == NULL || (g_str_is_ascii(at) && strstr(at, "xn--") == NULL) || !g_utf8_validate(at, -1, NULL) ||
	    idn2_to_ascii_8z(at + 1, &ascii, IDN2_NFC_INPUT | IDN2_NONTRANSITIONAL) != IDN2_OK)
		return g_strdup(address);
	shown = lookalike_display(ascii);
	out = g_strdup_printf("%.*s@%s", (int)(at - address), address, shown);
	g_free(shown);
	idn2_free(ascii);
	return out;
}
