/* SPDX-License-Identifier: GPL-3.0-or-later */
/* msa_check_header.c - fields as such, and the bytes of the whole letter. */
#include "net/msa_check_letter.h"

#include "base/limits.h"
#include "mime/part_scan.h"

#include <string.h>

#define LARGE_BYTES (25u << 20) /* what the great providers take, after base64 */
#define FOLD_COLS   78

/* --- fields --- */

/* The "From " line of an mbox stands before the header and is no part of it. */
static bool
is_mbox_line(const struct msa_letter *letter, guint i)
{
	const struct msa_field *f = msa_letter_field(letter, i);

	return i == 0 && f->len > 5 && memcmp(f->start, "From ", 5) == 0;
}

static void
mbox_line(struct msa_checker *c)
{
	if (c->letter->fields->len > 0 && is_mbox_line(c->letter, 0))
		msa_check_find(c, NULL, "An mbox line (\"From ...\") stands before the header.");
}

static void
drop_mbox_line(struct msa_mend *m)
{
	const GString *first = m->fields->len > 0 ? m->fields->pdata[0] : NULL;

	if (first != NULL && g_str_has_prefix(first->str, "From "))
		msa_mend_set(m, 0, "");
}

static void
field_syntax(struct msa_checker *c)
{
	guint i;

	for (i = 0; i < c->letter->fields->len; i++) {
		const struct msa_field *f = msa_letter_field(c->letter, i);
		char *where = g_strdup_printf("line %zu", f->line);

		if (f->name_len == 0 && !is_mbox_line(c->letter, i))
			msa_check_find(c, where, "This line of the header is no field.");
		g_free(where);
	}
}

static void
field_repeated(struct msa_checker *c)
{
	static const char *const once[] = {"From", "Date", "Sender", "Reply-To", "To",
	    "Cc", "Message-ID", "In-Reply-To", "References", "Subject", "MIME-Version",
	    "Content-Type", "Content-Transfer-Encoding",
	    "Content-ID", "Content-Description", "Content-Disposition", "Bcc"};
	size_t i;

	for (i = 0; i < G_N_ELEMENTS(once); i++) {
		size_t n = msa_letter_count(c->letter, once[i]);

		if (n > 1)
			msa_check_find(c, once[i], "The field %s stands there %zu times.",
			    once[i], n);
	}
}

/* Would this line of a field be empty without its blanks? RFC 5322 4.2: obsolete. */
static bool
is_blank_line(const char *p, const char *end)
{
	const char *q = p;

	while (q < end && (*q == ' ' || *q == '\t'))
		q++;
	return q > p && (q == end || *q == '\r' || *q == '\n');
}

static void
blank_fold(struct msa_checker *c)
{
	for (guint i = 0; i < c->letter->fields->len; i++) {
		const struct msa_field *f = msa_letter_field(c->letter, i);
		const char *p = f->start, *end = f->start + f->len;

		while ((p = memchr(p, '\n', (size_t)(end - p))) != NULL && ++p < end) {
			if (!is_blank_line(p, end))
				continue;
			msa_check_find(c, NULL,
			    "A line of the header holds only blanks (line %zu and after).",
			    f->line);
			break;
		}
	}
}

static void
drop_blank_folds(struct msa_mend *m)
{
	for (guint i = 0; i < m->fields->len; i++) {
		const GString *field = m->fields->pdata[i];
		const char *p = field->str, *end = p + field->len;
		GString *out = g_string_sized_new(field->len);

		while (p < end) {
			const char *lf = memchr(p, '\n', (size_t)(end - p));
			const char *next = lf != NULL ? lf + 1 : end;

			if (p == field->str || !is_blank_line(p, next))
				g_string_append_len(out, p, next - p);
			p = next;
		}
		msa_mend_take(m, i, out);
	}
}

/* A CR or NUL in a value: what writes a field from a form or a file may have let a
 * stranger write the next one. */
static void
header_injection(struct msa_checker *c)
{
	for (guint i = 0; i < c->letter->fields->len; i++) {
		const struct msa_field *f = msa_letter_field(c->letter, i);

		for (size_t k = 0; k < f->len; k++) {
			bool is_end = f->start[k] == '\r' && k + 1 < f->len &&
				      f->start[k + 1] == '\n';

			if ((f->start[k] != '\r' || is_end) && f->start[k] != '\0')
				continue;
			msa_check_find(c, NULL, "The field in line %zu holds a bare CR or a NUL.",
			    f->line);
			break;
		}
	}
}

/* --- long lines --- */

/* The longest line of a field, and the longest piece between blanks. */
static void
measure(const struct msa_field *f, size_t *line_out, size_t *piece_out)
{
	size_t line = 0, piece = 0;

	*line_out = *piece_out = 0;
	for (size_t i = 0; i < f->len; i++) {
		char ch = f->start[i];

		line = ch == '\n' ? 0 : line + (ch != '\r');
		piece = ch == '\n' || ch == ' ' || ch == '\t' ? 0 : piece + 1;
		*line_out = MAX(*line_out, line);
		*piece_out = MAX(*piece_out, piece);
	}
}

static void
find_long(struct msa_checker *c, bool can_fold)
{
	for (guint i = 0; i < c->letter->fields->len; i++) {
		const struct msa_field *f = msa_letter_field(c->letter, i);
		size_t line, piece;

		measure(f, &line, &piece);
		if (line > COMPOSE_WIRE_LINE && (piece < COMPOSE_WIRE_LINE) == can_fold)
			msa_check_find(c, NULL,
			    can_fold ? "The field in line %zu has a line over 998 octets."
				     : "The field in line %zu has over 998 octets without a "
				       "blank: it cannot be folded.",
			    f->line);
	}
}

static void
header_long(struct msa_checker *c)
{
	find_long(c, true);
}

static void
header_unfoldable(struct msa_checker *c)
{
	find_long(c, false);
}

/* Break the lines of a field at blanks (RFC 5322 2.2.3): the blanks stay, so that it
 * unfolds to what it was. */
static void
fold(GString *out, const char *p, const char *end)
{
	size_t cols = 0;

	while (p < end) {
		const char *q = p;

		while (q < end && (*q == ' ' || *q == '\t'))
			q++;
		while (q < end && *q != ' ' && *q != '\t' && *q != '\n')
			q++;
		if (q < end && *q == '\n')
			q++;
		if (cols > 0 && cols + (size_t)(q - p) > FOLD_COLS &&
		    (*p == ' ' || *p == '\t')) {
			g_string_append(out, "\r\n");
			cols = 0;
		}
		g_string_append_len(out, p, q - p);
		cols = q[-1] == '\n' ? 0 : cols + (size_t)(q - p);
		p = q;
	}
}

static void
fold_long(struct msa_mend *m)
{
	for (guint i = 0; i < m->fields->len; i++) {
		const GString *field = m->fields->pdata[i];
		const struct msa_field f = {.start = field->str, .len = field->len};
		size_t line, piece;
		GString *out;

		measure(&f, &line, &piece);
		if (line <= COMPOSE_WIRE_LINE)
			continue;
		out = g_string_sized_new(field->len + 100);
		fold(out, field->str, field->str + field->len);
		msa_mend_take(m, i, out);
	}
}

/* --- bytes --- */

static void
nul_byte(struct msa_checker *c)
{
	if (c->letter->wire.nul > 0)
		msa_check_find(
		    c, "body", "The letter holds %zu NUL bytes.", c->letter->wire.nul);
}

static void
line_ends(struct msa_checker *c)
{
	const struct compose_wire *w = &c->letter->wire;

	if (w->bare_cr + w->bare_lf > 0 || !w->ends_in_line_end)
		msa_check_find(c, "body", "Lines do not all end in CR LF.");
}

static void
mend_nothing(struct msa_mend *m)
{
	(void)m; /* taking the letter apart mended the line ends */
}

static void
bcc_present(struct msa_checker *c)
{
	static const char *const names[] = {"Bcc", "Resent-Bcc"};
	size_t i;

	for (i = 0; i < G_N_ELEMENTS(names); i++) {
		if (msa_letter_count(c->letter, names[i]) > 0)
			msa_check_find(
			    c, names[i], "%s would show hidden recipients.", names[i]);
	}
}

static void
drop_bcc(struct msa_mend *m)
{
	for (guint i = 0; i < m->fields->len; i++)
		if (msa_mend_is(m, i, "Bcc") || msa_mend_is(m, i, "Resent-Bcc"))
			msa_mend_set(m, i, "");
}

static void
large(struct msa_checker *c)
{
	gsize size = g_bytes_get_size(c->letter->bytes);

	if (size > LARGE_BYTES)
		msa_check_find(c, "body",
		    "The letter has %zu MB: many servers refuse that.", size >> 20);
}

static void
server_size(struct msa_checker *c)
{
	const struct smtp_offer *offer = c->envelope->offer;
	gsize size = g_bytes_get_size(c->letter->bytes);

	if (offer != NULL && offer->size > 0 && size > offer->size)
		msa_check_find(c, "body",
		    "The letter has %.1f MB, and the account's server takes %.1f MB at "
		    "most.",
		    (double)size / 1e6, (double)offer->size / 1e6);
}

static void
over_limit(struct msa_checker *c)
{
	if (!c->letter->facts.is_readable && g_bytes_get_size(c->letter->bytes) > 0)
		msa_check_find(c, NULL,
		    "The letter is too deep or has too many parts, fields or addresses: not "
		    "everything could be looked at.");
}

/* clang-format off */
const struct msa_check_row msa_check_header_rows[] = {
	{"mbox-line", MSA_CHECK_FIX, "line 1", "An mbox line stands before the header.", "RFC 5322 2.2", mbox_line, drop_mbox_line},
	{"field-syntax", MSA_CHECK_ERROR, "header", "A line of the header is no field.", "RFC 5322 2.2", field_syntax, NULL},
	{"field-repeated", MSA_CHECK_ERROR, "header", "A field that may stand once is there more often.", "RFC 5322 3.6", field_repeated, NULL},
	{"header-injection", MSA_CHECK_ERROR, "header", "A field holds a bare CR or a NUL, as smuggled fields do.", "RFC 5322 2.2", header_injection, NULL},
	{"header-unfoldable", MSA_CHECK_ERROR, "header", "A header line of over 998 octets cannot be folded.", "RFC 5322 2.1.1", header_unfoldable, NULL},
	{"nul-byte", MSA_CHECK_ERROR, "body", "The letter holds NUL bytes.", "RFC 5322 4", nul_byte, NULL},
	{"server-size", MSA_CHECK_ERROR, "body", "The letter is larger than the account's server takes.", "RFC 1870 3", server_size, NULL},
	{"over-limit", MSA_CHECK_WARN, "body", "The letter is past a limit, and was not looked at as a whole.", "RFC 6409 6.3", over_limit, NULL},
	{"large", MSA_CHECK_WARN, "body", "The letter is over 25 MB.", "RFC 1870 3", large, NULL},
	{"field-blank-fold", MSA_CHECK_FIX, "header", "A folded line holds only blanks.", "RFC 5322 3.2.2", blank_fold, drop_blank_folds},
	{"header-long", MSA_CHECK_FIX, "header", "A header line is over 998 octets.", "RFC 5322 2.1.1", header_long, fold_long},
	{"line-ends", MSA_CHECK_FIX, "body", "Lines do not all end in CR LF.", "RFC 5321 2.3.8", line_ends, mend_nothing},
	{"bcc-present", MSA_CHECK_FIX, "Bcc", "A Bcc field would show hidden recipients.", "RFC 5321 7.2", bcc_present, drop_bcc},
	{NULL, MSA_CHECK_FIX, NULL, NULL, NULL, NULL, NULL},
};
/* clang-format on */
