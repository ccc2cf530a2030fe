/* SPDX-License-Identifier: GPL-3.0-or-later */
/* msa_check_mime.c - the structure of a letter and how its parts are encoded. */
#include "net/msa_check_letter.h"

#include "mime/part_scan.h"
#include "mime/recode.h"
#include "mime/recode_param.h"

#include <string.h>

static const struct part *
part_at(const struct msa_checker *c, guint i)
{
	return &g_array_index(c->letter->parts, struct part, i);
}

static const char *
bytes_of(const struct msa_checker *c)
{
	return g_bytes_get_data(c->letter->bytes, NULL);
}

static void
find_at(struct msa_checker *c, const struct part *part, const char *text)
{
	char *where = g_strdup_printf("line %zu", part->line);

	msa_check_find(c, where, "%s: %s", part->type, text);
	g_free(where);
}

/* --- structure --- */

static void
find_fault(struct msa_checker *c, enum part_fault fault, const char *text)
{
	for (guint i = 0; i < c->letter->parts->len; i++)
		if (part_at(c, i)->fault == fault)
			find_at(c, part_at(c, i), text);
}

static void
type_syntax(struct msa_checker *c)
{
	find_fault(c, PART_TYPE_SYNTAX, "the Content-Type is malformed.");
}

static void
type_repeated(struct msa_checker *c)
{
	for (guint i = 1; i < c->letter->parts->len; i++)
		if (part_at(c, i)->fault == PART_TYPE_REPEATED)
			find_at(c, part_at(c, i), "there is more than one Content-Type.");
}

static void
boundary_missing(struct msa_checker *c)
{
	find_fault(c, PART_BOUNDARY_MISSING, "there is no boundary.");
}

static void
boundary_syntax(struct msa_checker *c)
{
	find_fault(c, PART_BOUNDARY_SYNTAX,
	    "the boundary is not 1 to 70 of the characters that may stand in one.");
}

static void
boundary_repeated(struct msa_checker *c)
{
	find_fault(
	    c, PART_BOUNDARY_REPEATED, "the boundary is taken for that of a part around it.");
}

static void
boundary_unused(struct msa_checker *c)
{
	find_fault(c, PART_BOUNDARY_UNUSED, "the boundary divides nothing.");
}

static void
part_not_closed(struct msa_checker *c)
{
	find_fault(c, PART_NOT_CLOSED, "the last boundary line is missing.");
}

/* --- encodings --- */

static bool
is_identity(const char *encoding)
{
	return strcmp(encoding, "7bit") == 0 || strcmp(encoding, "8bit") == 0 ||
	       strcmp(encoding, "binary") == 0;
}

static void
encoding_composite(struct msa_checker *c)
{
	for (guint i = 0; i < c->letter->parts->len; i++) {
		const struct part *part = part_at(c, i);

		/* RFC 6532 3.5 lets message/global be encoded */
		if (part->encoding != NULL && part_is_composite(part) &&
		    !is_identity(part->encoding) &&
		    strcmp(part->type, "message/global") != 0)
			find_at(c, part, "what holds other parts may not be encoded.");
	}
}

static void
encoding_unknown(struct msa_checker *c)
{
	for (guint i = 0; i < c->letter->parts->len; i++) {
		const struct part *part = part_at(c, i);

		if (part->encoding != NULL && !is_identity(part->encoding) &&
		    strcmp(part->encoding, "quoted-printable") != 0 &&
		    strcmp(part->encoding, "base64") != 0 &&
		    !g_str_has_prefix(part->encoding, "x-"))
			find_at(c, part, "there is no such Content-Transfer-Encoding.");
	}
}

/* The first part that needs this; counts the bytes of all. */
static void
find_need(struct msa_checker *c, unsigned need, const char *text)
{
	for (guint i = 0; i < c->letter->parts->len; i++)
		if (!part_is_sealed(c->letter->parts, i) &&
		    (recode_needs(bytes_of(c), part_at(c, i)) & need) != 0)
			find_at(c, part_at(c, i), text);
}

static void
eight_bit(struct msa_checker *c)
{
	find_need(c, RECODE_EIGHT_BIT,
	    "8-bit bytes as they are: only servers with 8BITMIME take them.");
}

static void
line_long(struct msa_checker *c)
{
	find_need(c, RECODE_LONG, "a line is longer than 998 bytes.");
}

static void
encoded_wide(struct msa_checker *c)
{
	find_need(c, RECODE_WIDE, "an encoded line is longer than 76 characters.");
}

static void
from_line(struct msa_checker *c)
{
	find_need(c, RECODE_FROM,
	    "a line begins with \"From \": on its way \">\" may be put before it.");
}

static void
charset_label(struct msa_checker *c)
{
	find_need(c, RECODE_CHARSET, "the text is UTF-8 and is not called so.");
}

static void
want_recoding(struct msa_mend *m)
{
	m->wants_recoding = true;
}

/* --- what stays as it is --- */

/* Bytes over 127 and lines over the limit in [from, to). */
static void
measure(const char *from, const char *to, bool *high_out, bool *long_out)
{
	size_t line = 0;

	*high_out = *long_out = false;
	for (; from < to; from++) {
		line = *from == '\n' ? 0 : line + (*from != '\r');
		*high_out = *high_out || (unsigned char)*from > 127;
		*long_out = *long_out || line > COMPOSE_WIRE_LINE;
	}
}

/* A part that may not be recoded: under a signature, or an attached message. */
static bool
is_fixed(const struct msa_checker *c, guint i)
{
	const struct part *part = part_at(c, i);

	return part_is_sealed(c->letter->parts, i)
		   ? !part_is_composite(part) || g_str_has_prefix(part->type, "message/")
		   : g_str_has_prefix(part->type, "message/");
}

static void
find_fixed(struct msa_checker *c, bool is_sealed, bool wants_long, const char *text)
{
	for (guint i = 0; i < c->letter->parts->len; i++) {
		const struct part *part = part_at(c, i);
		bool high, is_long;

		if (!is_fixed(c, i) || part_is_sealed(c->letter->parts, i) != is_sealed)
			continue;
		measure(bytes_of(c) + part->body, bytes_of(c) + part->end, &high, &is_long);
		if (wants_long ? is_long : high)
			find_at(c, part, text);
	}
}

static void
signed_eight_bit(struct msa_checker *c)
{
	find_fixed(c, true, false,
	    "8-bit bytes under a signature: encoding them on the way would break it.");
}

static void
attached_eight_bit(struct msa_checker *c)
{
	find_fixed(c, false, false,
	    "8-bit bytes in an attached message: only servers with 8BITMIME take them.");
}

static void
line_fixed(struct msa_checker *c)
{
	static const char text[] =
	    "a line is longer than 998 bytes, where nothing may be changed.";

	find_fixed(c, true, true, text);
	find_fixed(c, false, true, text);
}

/* --- labels --- */

/* A text part in the clear that says UTF-8 (or nothing) and is not. */
static void
charset_wrong(struct msa_checker *c)
{
	for (guint i = 0; i < c->letter->parts->len; i++) {
		const struct part *part = part_at(c, i);
		const char *body = bytes_of(c) + part->body;
		bool is_utf8 = part->charset == NULL ||
			       g_ascii_strcasecmp(part->charset, "utf-8") == 0 ||
			       g_ascii_strcasecmp(part->charset, "us-ascii") == 0;

		if (is_utf8 && g_str_has_prefix(part->type, "text/") &&
		    (part->encoding == NULL || is_identity(part->encoding)) &&
		    !g_utf8_validate(body, (gssize)(part->end - part->body), NULL) &&
		    memchr(body, '\0', part->end - part->body) == NULL)
			find_at(c, part, "the text is not in the charset that it names.");
	}
}

static void
find_params(struct msa_checker *c, unsigned kind, const char *text)
{
	for (guint i = 0; i < c->letter->parts->len; i++) {
		const struct part *part = part_at(c, i);

		if (!part_is_sealed(c->letter->parts, i) &&
		    (recode_param_needs(bytes_of(c) + part->head, part->body - part->head) &
			kind) != 0)
			find_at(c, part, text);
	}
}

static void
parameter_encoded_word(struct msa_checker *c)
{
	find_params(c, RECODE_PARAM_ENCODED_WORD,
	    "a file name as an encoded word: RFC 2231 has another form.");
}

static void
parameter_eight_bit(struct msa_checker *c)
{
	find_params(c, RECODE_PARAM_EIGHT_BIT,
	    "a file name or the like beyond ASCII: RFC 2231 has a form for it.");
}

static void
attachment_empty(struct msa_checker *c)
{
	for (guint i = 0; i < c->letter->parts->len; i++) {
		const struct part *part = part_at(c, i);

		if (part->is_attachment && part->body >= part->end)
			find_at(c, part, "an attachment of no byte.");
	}
}

/* clang-format off */
const struct msa_check_row msa_check_mime_rows[] = {
	{"content-type-syntax", MSA_CHECK_ERROR, "body", "A Content-Type is malformed.", "RFC 2045 5.1", type_syntax, NULL},
	{"content-type-repeated", MSA_CHECK_ERROR, "body", "A part has more than one Content-Type.", "RFC 2045 5", type_repeated, NULL},
	{"boundary-missing", MSA_CHECK_ERROR, "body", "A multipart has no boundary.", "RFC 2046 5.1.1", boundary_missing, NULL},
	{"boundary-syntax", MSA_CHECK_ERROR, "body", "A boundary is too long or has characters that may not stand in one.", "RFC 2046 5.1.1", boundary_syntax, NULL},
	{"boundary-repeated", MSA_CHECK_ERROR, "body", "A boundary is taken for that of a part around it.", "RFC 2046 5.1.2", boundary_repeated, NULL},
	{"boundary-unused", MSA_CHECK_ERROR, "body", "A boundary divides nothing.", "RFC 2046 5.1.1", boundary_unused, NULL},
	{"part-not-closed", MSA_CHECK_ERROR, "body", "The last boundary line of a multipart is missing.", "RFC 2046 5.1.1", part_not_closed, NULL},
	{"encoding-composite", MSA_CHECK_ERROR, "body", "A multipart or message is encoded as a whole.", "RFC 2045 6.4", encoding_composite, NULL},
	{"encoding-unknown", MSA_CHECK_ERROR, "body", "There is no such Content-Transfer-Encoding.", "RFC 2045 6.1", encoding_unknown, NULL},
	{"signed-eight-bit", MSA_CHECK_ERROR, "body", "There are 8-bit bytes under a signature.", "RFC 3156 3", signed_eight_bit, NULL},
	{"line-fixed", MSA_CHECK_ERROR, "body", "A line is over 998 octets where nothing may be changed.", "RFC 5322 2.1.1", line_fixed, NULL},
	{"attached-eight-bit", MSA_CHECK_WARN, "body", "There are 8-bit bytes in an attached message.", "RFC 2046 5.2.1", attached_eight_bit, NULL},
	{"charset-wrong", MSA_CHECK_WARN, "body", "A text is not in the charset that it names.", "RFC 2046 4.1.2", charset_wrong, NULL},
	{"attachment-empty", MSA_CHECK_WARN, "body", "An attachment has no byte.", "RFC 6409 6.3", attachment_empty, NULL},
	{"eight-bit", MSA_CHECK_FIX, "body", "There are 8-bit bytes: the server must take 8BITMIME.", "RFC 6152 2", eight_bit, want_recoding},
	{"line-long", MSA_CHECK_FIX, "body", "A line of the body is over 998 octets.", "RFC 5322 2.1.1", line_long, want_recoding},
	{"encoded-line-wide", MSA_CHECK_FIX, "body", "A line of quoted-printable or base64 is over 76 characters.", "RFC 2045 6.7", encoded_wide, want_recoding},
	{"from-line", MSA_CHECK_FIX, "body", "A line begins with \"From \", which relays change.", "RFC 2049 3", from_line, want_recoding},
	{"parameter-encoded-word", MSA_CHECK_FIX, "body", "A file name is written as an encoded word.", "RFC 2231 1", parameter_encoded_word, want_recoding},
	{"parameter-eight-bit", MSA_CHECK_FIX, "body", "A file name or the like is beyond ASCII and not encoded.", "RFC 2231 4", parameter_eight_bit, want_recoding},
	{"charset-label", MSA_CHECK_FIX, "body", "A text is UTF-8 and is not called so.", "RFC 2046 4.1.2", charset_label, want_recoding},
	{NULL, MSA_CHECK_FIX, NULL, NULL, NULL, NULL, NULL},
};
/* clang-format on */
