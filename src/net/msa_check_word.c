/* SPDX-License-Identifier: GPL-3.0-or-later */
/* msa_check_word.c - text in the header: 7-bit by RFC 2047, or UTF-8 where that cannot be
 * (RFC 6532). */
#include "net/msa_check_letter.h"

#include "mime/compose_address.h"
#include "mime/compose_header.h"

#include <string.h>

#define WORD_MAX 75 /* RFC 2047 2 */

static const char *const address_fields[] = {"From", "Sender", "Reply-To", "To", "Cc", "Bcc",
    "Resent-From", "Resent-Sender", "Resent-To", "Resent-Cc"};
/* No encoded word may stand here (RFC 2047 5 (3)), and nothing else makes them ASCII. */
static const char *const bare_fields[] = {"Message-ID", "In-Reply-To", "References",
    "Received", "Date", "Return-Path", "MIME-Version", "Content-Type",
    "Content-Transfer-Encoding", "Content-Disposition", "Content-ID", "Resent-Message-ID",
    "Resent-Date", "DKIM-Signature", "List-ID", "List-Post", "List-Unsubscribe"};

static bool
is_among(const char *field, size_t len, const char *const *names, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (strlen(names[i]) == len &&
		    g_ascii_strncasecmp(field, names[i], len) == 0)
			return true;
	return false;
}

static bool
is_address_field(const char *name, size_t len)
{
	return is_among(name, len, address_fields, G_N_ELEMENTS(address_fields));
}

static bool
is_bare_field(const char *name, size_t len)
{
	return is_among(name, len, bare_fields, G_N_ELEMENTS(bare_fields));
}

static bool
has_eight_bit(const char *text)
{
	for (; *text != '\0'; text++)
		if ((unsigned char)*text > 127)
			return true;
	return false;
}

/* Control characters: C0 but TAB, DEL, C1 (RFC 6532 3.1, RFC 5322 2.2). */
static bool
has_control(const char *text)
{
	const char *p;

	if (!g_utf8_validate(text, -1, NULL))
		return false;
	for (p = text; *p != '\0'; p = g_utf8_next_char(p)) {
		gunichar c = g_utf8_get_char(p);

		if ((c < 32 && c != '\t') || (c >= 127 && c < 160))
			return true;
	}
	return false;
}

static bool
is_nfc(const char *text)
{
	char *nfc = g_utf8_normalize(text, -1, G_NORMALIZE_NFC);
	bool is_same = nfc == NULL || strcmp(nfc, text) == 0;

	g_free(nfc);
	return is_same;
}

/* Is there an encoded word in the value that is too long? */
static bool
has_long_word(const char *value)
{
	const char *p = value;

	while ((p = strstr(p, "=?")) != NULL) {
		const char *end = p + 2;
		unsigned marks = 0;

		while (*end != '\0' && *end != ' ' && *end != '\t' &&
		       !(marks >= 2 && end[0] == '?' && end[1] == '='))
			marks += *end++ == '?';
		if (*end == '?' && end + 2 - p > WORD_MAX)
			return true;
		p = end;
	}
	return false;
}

/* Does its value stay within 7 bits if it is written anew? Not a UTF-8 name before "@". */
static bool
may_encode(const char *name, size_t len, const char *value)
{
	GPtrArray *list;
	bool is_ok = true;

	if (!g_utf8_validate(value, -1, NULL) || is_bare_field(name, len))
		return false;
	if (!is_address_field(name, len))
		return true;
	list = compose_address_list(value, NULL);
	for (guint i = 0; list != NULL && i < list->len; i++) {
		char *ascii = compose_address_ascii(
		    ((const struct compose_address *)list->pdata[i])->spec, NULL);

		is_ok = is_ok && ascii != NULL && g_str_is_ascii(ascii);
		g_free(ascii);
	}
	is_ok = is_ok && list != NULL;
	g_clear_pointer(&list, g_ptr_array_unref);
	return is_ok;
}

/* --- findings --- */

typedef bool (*word_test)(const char *name, size_t len, const char *value);

static void
find_fields(struct msa_checker *c, word_test is_wrong, const char *format)
{
	for (guint i = 0; i < c->letter->fields->len; i++) {
		const struct msa_field *f = msa_letter_field(c->letter, i);
		char *value = msa_field_value(f);
		char *name = g_strndup(f->start, f->name_len);

		if (f->name_len > 0 && is_wrong(name, f->name_len, value))
			msa_check_find(c, name, "%s %s", name, format);
		g_free(name);
		g_free(value);
	}
}

static bool
is_no_utf8(const char *name, size_t len, const char *value)
{
	(void)name;
	(void)len;
	return !g_utf8_validate(value, -1, NULL);
}

static void
header_charset(struct msa_checker *c)
{
	find_fields(c, is_no_utf8, "holds bytes that are no UTF-8: nobody can tell what they say.");
}

/* RFC 2231 has a form for those: the rows parameter-... mend them. */
static bool
has_parameters(const char *name)
{
	return g_ascii_strcasecmp(name, "Content-Type") == 0 ||
	       g_ascii_strcasecmp(name, "Content-Disposition") == 0;
}

static bool
is_kept_eight_bit(const char *name, size_t len, const char *value)
{
	return has_eight_bit(value) && g_utf8_validate(value, -1, NULL) &&
	       !may_encode(name, len, value) && !has_parameters(name);
}

/* In A-labels the domain is ASCII; what stands before the @ never is. */
static bool
has_eight_bit_local(const char *spec)
{
	const char *at = strrchr(spec, '@');
	char *local = g_strndup(spec, at != NULL ? (gsize)(at - spec) : strlen(spec));
	bool found = has_eight_bit(local);

	g_free(local);
	return found;
}

static void
header_utf8(struct msa_checker *c)
{
	find_fields(c, is_kept_eight_bit,
	    "holds UTF-8 that cannot be encoded: only servers with SMTPUTF8 take it.");
}

/* Is there anything that only SMTPUTF8 carries (RFC 6531 3.4)? */
static bool
needs_smtputf8(const struct msa_checker *c)
{
	const char *const *r = c->envelope->recipients != NULL ? c->envelope->recipients
							       : c->recipients;

	for (; r != NULL && *r != NULL; r++)
		if (has_eight_bit_local(*r))
			return true;
	for (guint i = 0; i < c->letter->fields->len; i++) {
		const struct msa_field *f = msa_letter_field(c->letter, i);
		char *value = msa_field_value(f);
		char *name = g_strndup(f->start, f->name_len);
		bool is_kept = is_kept_eight_bit(name, f->name_len, value);

		g_free(name);
		g_free(value);
		if (is_kept)
			return true;
	}
	return false;
}

static void
server_utf8(struct msa_checker *c)
{
	const struct smtp_offer *offer = c->envelope->offer;

	if (offer != NULL && offer->is_known && !offer->has_smtputf8 &&
	    needs_smtputf8(c))
		msa_check_find(c, NULL,
		    "An address or a field is not in ASCII, and the account's server has "
		    "no SMTPUTF8.");
}

static void
server_pinned(struct msa_checker *c)
{
	if (c->envelope->pinned != NULL)
		msa_check_find(c, NULL,
		    "The server %s is trusted by its certificate's fingerprint alone, on your word.",
		    c->envelope->pinned);
}

static bool
is_raw(const char *name, size_t len, const char *value)
{
	return has_eight_bit(value) && may_encode(name, len, value);
}

static void
header_eight_bit(struct msa_checker *c)
{
	find_fields(c, is_raw, "holds bytes beyond ASCII that are not encoded.");
}

static bool
is_decomposed(const char *name, size_t len, const char *value)
{
	return is_raw(name, len, value) && !is_nfc(value);
}

static void
header_nfc(struct msa_checker *c)
{
	find_fields(c, is_decomposed, "holds characters in pieces (not in the form NFC).");
}

static bool
is_controlled(const char *name, size_t len, const char *value)
{
	(void)name;
	(void)len;
	return has_control(value);
}

static void
header_control(struct msa_checker *c)
{
	find_fields(c, is_controlled, "holds control characters.");
}

static bool
is_long(const char *name, size_t len, const char *value)
{
	return has_long_word(value) && may_encode(name, len, value);
}

static void
encoded_word_long(struct msa_checker *c)
{
	find_fields(c, is_long, "holds an encoded word over 75 characters.");
}

/* RFC 2047 5: not within a quoted string, an address, or a field without phrases. */
static bool
is_misplaced(const char *name, size_t len, const char *value)
{
	bool is_quoted = false, is_angle = false, is_address = is_address_field(name, len);
	const char *p;

	if (strstr(value, "=?") == NULL || g_ascii_strcasecmp(name, "Received") == 0)
		return false;
	if (is_bare_field(name, len) && !g_str_has_prefix(name, "List"))
		return g_regex_match_simple(
		    "=\\?[^? ]+\\?[bq]\\?[^? ]*\\?=", value, G_REGEX_CASELESS | G_REGEX_RAW, 0);
	for (p = value; is_address && *p != '\0'; p++) {
		if (*p == '\\' && p[1] != '\0')
			p++;
		else if (*p == '"')
			is_quoted = !is_quoted;
		else if (!is_quoted && (*p == '<' || *p == '>'))
			is_angle = *p == '<';
		else if ((is_quoted || is_angle) && p[0] == '=' && p[1] == '?' &&
			 strstr(p + 2, "?=") != NULL)
			return true;
	}
	return false;
}

static void
encoded_word_place(struct msa_checker *c)
{
	find_fields(c, is_misplaced,
	    "holds an encoded word where none is read as such (quotes, an address, an id).");
}

/* --- mending --- */

/* Display names decoded, addresses as they are. */
static void
write_addresses(GString *out, const char *name, const char *value)
{
	GPtrArray *list = compose_address_list(value, NULL);

	for (guint i = 0; list != NULL && i < list->len; i++) {
		struct compose_address *a = list->pdata[i];
		char *plain = compose_facts_text(a->name);

		g_free(a->name);
		a->name = plain;
	}
	if (list != NULL)
		compose_header_addresses(out, name, list);
	g_clear_pointer(&list, g_ptr_array_unref);
}

static void
write_anew(struct msa_mend *m, guint i, const char *name, const char *value)
{
	char *nfc = g_utf8_normalize(value, -1, G_NORMALIZE_NFC);
	GString *out = g_string_new(NULL);
	char *text;

	if (is_address_field(name, strlen(name))) {
		write_addresses(out, name, nfc != NULL ? nfc : value);
	} else {
		text = compose_facts_text(nfc != NULL ? nfc : value);
		compose_header_text(out, name, text);
		g_free(text);
	}
	if (out->len > 0)
		msa_mend_set(m, i, out->str);
	g_string_free(out, TRUE);
	g_free(nfc);
}

/* Control characters in a bare field become blanks; the others are written anew, which
 * does the same. */
static void
blank_controls(struct msa_mend *m, guint i)
{
	GString *field = m->fields->pdata[i];

	for (gsize k = 0; k < field->len; k++) {
		unsigned char c = (unsigned char)field->str[k];
		bool is_end = c == '\n' || (c == '\r' && field->str[k + 1] == '\n');

		if ((c < 32 && c != '\t' && !is_end) || c == 127)
			field->str[k] = ' ';
	}
}

static void
mend_words(struct msa_mend *m)
{
	for (guint i = 0; i < m->fields->len; i++) {
		const GString *field = m->fields->pdata[i];
		const char *colon = memchr(field->str, ':', field->len);
		size_t len = colon != NULL ? (size_t)(colon - field->str) : 0;
		char *name = g_strndup(field->str, len);
		char *value = msa_mend_value(m, i);

		if (len == 0 || strpbrk(name, " \t\r\n") != NULL)
			(void)0; /* no field: a check of its own says so */
		else if (is_raw(name, len, value) || is_long(name, len, value))
			write_anew(m, i, name, value);
		else if (has_control(value))
			blank_controls(m, i);
		g_free(name);
		g_free(value);
	}
}

/* clang-format off */
const struct msa_check_row msa_check_word_rows[] = {
	{"header-charset", MSA_CHECK_ERROR, "header", "A field holds bytes that are no UTF-8.", "RFC 6532 3.1", header_charset, NULL},
	{"header-utf8", MSA_CHECK_WARN, "header", "A field holds UTF-8 that cannot be encoded: the server must take SMTPUTF8.", "RFC 6531 3.4", header_utf8, NULL},
	{"server-utf8", MSA_CHECK_ERROR, "header", "Something is not in ASCII, and the account's server has no SMTPUTF8.", "RFC 6531 3.2", server_utf8, NULL},
	{"server-pinned", MSA_CHECK_WARN, "envelope", "The account's server is trusted by its certificate's fingerprint alone; told by this command only.", "RFC 9525 6.6", server_pinned, NULL},
	{"encoded-word-place", MSA_CHECK_WARN, "header", "An encoded word stands where none is read as such.", "RFC 2047 5", encoded_word_place, NULL},
	{"header-eight-bit", MSA_CHECK_FIX, "header", "A field holds bytes beyond ASCII that are not encoded.", "RFC 2047 2", header_eight_bit, mend_words},
	{"header-nfc", MSA_CHECK_FIX, "header", "A field holds decomposed characters.", "RFC 6532 3.1", header_nfc, NULL},
	{"header-control", MSA_CHECK_FIX, "header", "A field holds control characters.", "RFC 6532 3.1", header_control, NULL},
	{"encoded-word-long", MSA_CHECK_FIX, "header", "An encoded word has over 75 characters.", "RFC 2047 2", encoded_word_long, NULL},
	{NULL, MSA_CHECK_FIX, NULL, NULL, NULL, NULL, NULL},
};
/* clang-format on */
