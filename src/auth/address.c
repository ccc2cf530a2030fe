/* SPDX-License-Identifier: GPL-3.0-or-later */
/* address.c - an address list scanner: one pass, a handful of states, no recursion. A
 * library that guesses what a malformed From was meant to be may guess another author
 * than the one that a thief wants shown; here everything that looks like an addr-spec in
 * the place of one counts. */
#include "auth/address.h"

#include "auth/domain.h"
#include "base/limits.h"
#include "mime/charset.h"
#include "mime/param.h"
#include "mime/transfer.h"

#include <string.h>

/* An addr-spec that grows: blanks may stand around "@" and "." only (RFC 5322 section 4.4), and words elsewhere are
 * parted by GAP, which no field has. */
#define GAP '\n'

struct spec {
	GString *text;
	bool has_gap; /* blanks since the last octet */
};

struct scanner {
	const char *p, *end;
	GString *phrase;   /* words before "<", or the bare addr-spec */
	GString *comment;  /* the last one */
	struct spec spec;  /* the phrase as an addr-spec */
	struct spec angle; /* between "<" and ">" */
	bool has_angle;
	bool has_name; /* words stood before it: those behind it are no name */
	struct addresses *out;
};

static bool
is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

/* Past the comment that starts at p, however deep; unclosed: the end. Its text to out. */
static const char *
take_comment(const char *p, const char *end, GString *out)
{
	size_t depth = 0;

	g_string_truncate(out, 0);
	for (; p < end; p++) {
		if (*p == '\\' && p + 1 < end)
			p++;
		else if (*p == '(' && depth++ == 0)
			continue;
		else if (*p == ')' && --depth == 0)
			return p + 1;
		if (*p != '\r' && *p != '\n')
			g_string_append_c(out, *p == '\0' ? '?' : *p);
	}
	return end;
}

static void
spec_put(struct spec *spec, char c)
{
	GString *text = spec->text;

	if (is_blank(c)) {
		spec->has_gap = text->len > 0;
		return;
	}
	if (spec->has_gap && strchr("@.", c) == NULL && strchr("@.", text->str[text->len - 1]) == NULL)
		g_string_append_c(text, GAP);
	spec->has_gap = false;
	g_string_append_c(text, c);
}

static void
spec_reset(struct spec *spec)
{
	g_string_truncate(spec->text, 0);
	spec->has_gap = false;
}

/* A quoted string goes on: a domain has none (RFC 5322 section 3.4.1), and who glued it on would judge another
 * domain than is shown. The quote that stays makes the domain unreadable. */
static void
mark_in_domain(struct spec *spec)
{
	if (strchr(spec->text->str, '@') != NULL)
		g_string_append_c(spec->text, '"');
}

/* One that does not end takes all the rest: what is in it is no address. */
static const char *
take_quoted(const char *p, const char *end, GString *out)
{
	const char *behind = param_quoted(p, end, out);

	return behind != NULL ? behind : end;
}

static void
address_free(gpointer data)
{
	struct address *address = data;

	g_free(address->display);
	g_free(address->local);
	g_free(address->domain);
	g_free(address->text);
	g_free(address);
}

/* "<@a,@b:c@d>" is the obsolete route: the mailbox is c@d. */
static const char *
without_route(const char *spec)
{
	const char *colon = spec[0] == '@' ? strchr(spec, ':') : NULL;

	return colon != NULL ? colon + 1 : spec;
}

static void
add_one(struct scanner *s, const char *spec, const char *display)
{
	spec = without_route(spec);
	const char *at = strrchr(spec, '@');

	if (at == NULL || at == spec || at[1] == '\0') {
		s->out->is_malformed = true;
		return;
	}
	if (s->out->items->len >= LIMIT_ADDRESSES)
		return;
	struct address *address = g_new0(struct address, 1);
	address->text = g_strdup(spec);
	address->local = g_strndup(spec, (gsize)(at - spec));
	address->domain = domain_ascii(at + 1, -1);
	address->display = address_decode(display, strlen(display));
	g_strstrip(address->display);
	if (address->domain == NULL && at[1] != '[')
		s->out->is_malformed = true;
	g_ptr_array_add(s->out->items, address);
}

/* Two addresses side by side, without a comma, are two; words before one belong to it. A word behind it does not: the
 * domain would be one that stands nowhere. */
static void
add_mailbox(struct scanner *s, const char *spec, const char *display)
{
	char **words = g_strsplit(spec, (const char[]){GAP, '\0'}, -1);
	guint n = 0;

	for (size_t i = 0; words[i] != NULL; i++)
		n += strchr(words[i], '@') != NULL ? 1 : 0;
	for (size_t i = 0; n > 1 && words[i] != NULL; i++)
		if (strchr(words[i], '@') != NULL)
			add_one(s, words[i], display);
	s->out->is_malformed = s->out->is_malformed || words[0] == NULL || words[1] != NULL;
	char *whole = g_strjoinv("", words);
	bool has_word_behind = words[0] != NULL && words[1] != NULL && strchr(words[g_strv_length(words) - 1], '@') == NULL;
	if (n == 1 && has_word_behind) {
		char *unreadable = g_strdup(spec); /* GAP is no octet of a domain */
		add_one(s, g_strdelimit(unreadable, (const char[]){GAP, '\0'}, ' '), display);
		g_free(unreadable);
	} else if (n <= 1)
		add_one(s, whole, display);
	g_free(whole);
	g_strfreev(words);
}

static bool
has_words(const char *text)
{
	while (is_blank(*text))
		text++;
	return *text != '\0';
}

/* The words beside "<...>", else the comment. */
static const char *
display_of(const struct scanner *s)
{
	return s->has_angle && has_words(s->phrase->str) ? s->phrase->str : s->comment->str;
}

/* At "," ";" or the end: what was gathered is a mailbox or nothing. */
static void
finish(struct scanner *s)
{
	if (s->has_angle)
		add_mailbox(s, s->angle.text->str, display_of(s));
	else if (s->spec.text->len > 0)
		add_mailbox(s, s->spec.text->str, display_of(s));
	/* behind "<...>": one more, whatever the sender meant */
	if (s->has_angle && strchr(s->spec.text->str, '@') != NULL) {
		add_mailbox(s, s->spec.text->str, "");
		s->out->is_malformed = true;
	}
	g_string_truncate(s->phrase, 0);
	g_string_truncate(s->comment, 0);
	spec_reset(&s->spec);
	spec_reset(&s->angle);
	s->has_angle = s->has_name = false;
}

static void
take_angle(struct scanner *s)
{
	if (s->has_angle) { /* "<a@b> <c@d>": two mailboxes, whatever the sender meant */
		add_mailbox(s, s->angle.text->str, s->phrase->str);
		s->out->is_malformed = true;
		spec_reset(&s->angle);
	}
	bool is_nested = false;
	s->has_angle = true;
	s->has_name = has_words(s->phrase->str);
	spec_reset(&s->spec); /* it was a name */
	for (s->p++; s->p < s->end && *s->p != '>';) {
		if (*s->p == '<') { /* "<<a@b>>": what is innermost is shown as the address */
			spec_reset(&s->angle);
			is_nested = s->out->is_malformed = true;
			s->p++;
		} else if (*s->p == '(') {
			s->p = take_comment(s->p, s->end, s->comment);
		} else if (*s->p == '"') {
			mark_in_domain(&s->angle);
			s->p = take_quoted(s->p, s->end, s->angle.text);
		} else {
			if (*s->p != '\0')
				spec_put(&s->angle, *s->p);
			s->p++;
		}
	}
	if (s->p == s->end)
		s->out->is_malformed = true;
	while (s->p < s->end && *s->p == '>') {
		s->p++;
		if (!is_nested)
			break;
	}
}

static void
take_word(struct scanner *s)
{
	if (*s->p == '"') {
		size_t before = s->phrase->len;
		mark_in_domain(&s->spec);
		s->p = take_quoted(s->p, s->end, s->phrase);
		g_string_append(s->spec.text, s->phrase->str + before);
		if (s->has_name)
			g_string_truncate(s->phrase, before);
		return;
	}
	char c = *s->p++;
	if (c == '\0')
		c = '?';
	spec_put(&s->spec, c);
	if (c != '\r' && c != '\n' && !s->has_name)
		g_string_append_c(s->phrase, c == '\t' ? ' ' : c);
}

static void
take_colon(struct scanner *s)
{
	/* "name:" opens a group; its name is no display name of anyone */
	s->out->has_group = true;
	s->p++;
	if (s->out->group == NULL)
		s->out->group = g_strstrip(address_decode(s->phrase->str, s->phrase->len));
	g_string_truncate(s->phrase, 0);
	spec_reset(&s->spec);
}

struct addresses *
addresses_new(const char *bytes, size_t len)
{
	struct scanner s = {.p = bytes, .end = bytes + MIN(len, LIMIT_HEADER_VALUE)};

	s.out = g_new0(struct addresses, 1);
	s.out->items = g_ptr_array_new_with_free_func(address_free);
	s.phrase = g_string_new(NULL);
	s.comment = g_string_new(NULL);
	s.spec.text = g_string_new(NULL);
	s.angle.text = g_string_new(NULL);
	while (s.p < s.end) {
		switch (*s.p) {
		case '(':
			s.p = take_comment(s.p, s.end, s.comment);
			break;
		case '<':
			take_angle(&s);
			break;
		case ':':
			take_colon(&s);
			break;
		case ',':
		case ';':
			finish(&s);
			s.p++;
			break;
		default:
			take_word(&s);
		}
	}
	finish(&s);
	g_string_free(s.phrase, TRUE);
	g_string_free(s.comment, TRUE);
	g_string_free(s.spec.text, TRUE);
	g_string_free(s.angle.text, TRUE);
	return s.out;
}

void
addresses_free(struct addresses *addresses)
{
	if (addresses == NULL)
		return;
	g_ptr_array_unref(addresses->items);
	g_free(addresses->group);
	g_free(addresses);
}

/* The text of a "Q" word: "_" is a space, "=XX" an octet (RFC 2047 section 4.2). */
static GString *
decode_q(const char *p, size_t len)
{
	GString *out = g_string_sized_new(len);

	for (size_t i = 0; i < len; i++) {
		if (p[i] == '=' && i + 2 < len && g_ascii_isxdigit(p[i + 1]) &&
		    g_ascii_isxdigit(p[i + 2])) {
			g_string_append_c(
			    out, (char)(g_ascii_xdigit_value(p[i + 1]) * 16 +
					g_ascii_xdigit_value(p[i + 2])));
			i += 2;
		} else {
			g_string_append_c(out, p[i] == '_' ? ' ' : p[i]);
		}
	}
	return out;
}

/* NULL for a charset that nobody knows. A NUL ends nothing here: what stands behind it may be shown. */
static char *
to_utf8(const char *charset, const char *bytes, gsize len)
{
	gsize n = 0;

	if (g_ascii_strcasecmp(charset, "utf-8") == 0 ||
	    g_ascii_strcasecmp(charset, "us-ascii") == 0)
		return g_utf8_make_valid(bytes, (gssize)len);
	char *text =
	    g_convert_with_fallback(bytes, (gssize)len, "UTF-8", charset_meant(charset), "?", NULL, &n, NULL);
	for (gsize i = 0; text != NULL && i < n; i++)
		if (text[i] == '\0')
			text[i] = '?';
	return text;
}

/* The encoded word at p ("=?charset?Q?text?="), decoded; *next is behind it. NULL when it
 * is none. */
static char *
decode_word(const char *p, const char *end, const char **next)
{
	const char *q1 =
	    end - p > 6 && p[1] == '?' ? memchr(p + 2, '?', (size_t)(end - p - 2)) : NULL;

	if (q1 == NULL || end - q1 < 5 || q1[2] != '?' || q1 - p > 60)
		return NULL;
	const char *text = q1 + 3;
	const char *close = g_strstr_len(text, end - text, "?=");
	char kind = g_ascii_tolower(q1[1]);
	if (close == NULL || (kind != 'q' && kind != 'b'))
		return NULL;
	char *charset = g_strndup(p + 2, (gsize)(q1 - p - 2));
	char *star = strchr(charset, '*'); /* RFC 2231 section 5: a language */
	if (star != NULL)
		*star = '\0';
	char *out;
	if (kind == 'q') {
		GString *bytes = decode_q(text, (size_t)(close - text));
		out = to_utf8(charset, bytes->str, bytes->len);
		g_string_free(bytes, TRUE);
	} else {
		GByteArray *bytes = transfer_base64_bytes(text, (size_t)(close - text));
		out = to_utf8(charset, (const char *)bytes->data, bytes->len);
		g_byte_array_unref(bytes);
	}
	g_free(charset);
	*next = close + 2;
	return out;
}

char *
address_decode(const char *bytes, size_t len)
{
	const char *p = bytes, *end = bytes + MIN(len, LIMIT_HEADER_VALUE);
	GString *out = g_string_new(NULL);
	size_t after_word = 0; /* where out ended after an encoded word, else 0 */

	while (p < end) {
		const char *next;
		char *word = *p == '=' ? decode_word(p, end, &next) : NULL;
		if (word != NULL) {
			/* blanks between two encoded words are not shown (section 6.2) */
			if (after_word > 0)
				g_string_truncate(out, after_word);
			g_string_append(out, word);
			g_free(word);
			after_word = out->len;
			p = next;
			continue;
		}
		if (!is_blank(*p))
			after_word = 0;
		if (*p != '\r' && *p != '\n')
			g_string_append_c(out, *p == '\0' ? '?' : *p);
		p++;
	}
	char *valid = g_utf8_make_valid(out->str, (gssize)out->len);
	g_string_free(out, TRUE);
	return valid;
}
