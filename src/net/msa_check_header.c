/* SPDX-License-Identifier: GPL-3.0-or-later */
/* msa_check_header.c - checks of fields, addresses and bytes. */
#include "net/msa_check_letter.h"

#include "base/error.h"
#include "mime/compose_address.h"

#include <string.h>

#define VISIBLE_RECIPIENTS 20
#define CLOCK_SLACK_S	   86400
#define LARGE_BYTES	   (25u << 20) /* what the great providers take, after base64 */

static void
check_present(struct msa_checker *c, const char *name)
{
	if (msa_letter_count(c->letter, name) == 0)
		msa_check_find(c, name, "The letter has no %s field.", name);
}

static void
from_missing(struct msa_checker *c)
{
	check_present(c, "From");
}

static void
date_missing(struct msa_checker *c)
{
	check_present(c, "Date");
}

static void
message_id_missing(struct msa_checker *c)
{
	check_present(c, "Message-ID");
}

static void
mime_version_missing(struct msa_checker *c)
{
	if (msa_letter_count(c->letter, "Content-Type") > 0)
		check_present(c, "MIME-Version");
}

static void
field_repeated(struct msa_checker *c)
{
	static const char *const once[] = {"From", "Date", "Sender", "Reply-To", "To",
	    "Cc", "Message-ID", "In-Reply-To", "References", "Subject", "MIME-Version",
	    "Content-Type", "Content-Transfer-Encoding"};
	size_t i;

	for (i = 0; i < G_N_ELEMENTS(once); i++) {
		size_t n = msa_letter_count(c->letter, once[i]);

		if (n > 1)
			msa_check_find(c, once[i], "The field %s stands there %zu times.",
			    once[i], n);
	}
}

static void
field_syntax(struct msa_checker *c)
{
	guint i;

	for (i = 0; i < c->letter->fields->len; i++) {
		const struct msa_field *f =
		    &g_array_index(c->letter->fields, struct msa_field, i);
		char *where = g_strdup_printf("line %zu", f->line);

		if (f->name_len == 0)
			msa_check_find(c, where, "This line of the header is no field.");
		g_free(where);
	}
}

static void
blank_fold(struct msa_checker *c)
{
	guint i;

	for (i = 0; i < c->letter->fields->len; i++) {
		const struct msa_field *f =
		    &g_array_index(c->letter->fields, struct msa_field, i);
		const char *p = f->start, *end = f->start + f->len;

		while ((p = memchr(p, '\n', (size_t)(end - p))) != NULL && ++p < end) {
			const char *q = p;

			while (q < end && (*q == ' ' || *q == '\t'))
				q++;
			if (q > p && q < end && (*q == '\r' || *q == '\n'))
				msa_check_find(c, "header",
				    "A line of the header holds only spaces (line %zu "
				    "and after).",
				    f->line);
		}
	}
}

static void
address_syntax(struct msa_checker *c)
{
	static const char *const names[] = {
	    "From", "Sender", "Reply-To", "To", "Cc", "Bcc"};
	size_t i;

	for (i = 0; i < G_N_ELEMENTS(names); i++) {
		const struct msa_field *f = msa_letter_find(c->letter, names[i]);
		char *value = f != NULL ? msa_field_value(f) : NULL;
		GError *error = NULL;
		GPtrArray *list =
		    value != NULL ? compose_address_list(value, &error) : NULL;

		if (error != NULL)
			msa_check_find(c, names[i], "%s", error->message);
		else if (list != NULL && list->len == 0 && strcmp(names[i], "From") == 0)
			msa_check_find(c, names[i], "From names no address.");
		g_clear_error(&error);
		g_clear_pointer(&list, g_ptr_array_unref);
		g_free(value);
	}
}

/* --- envelope --- */

static guint
header_recipients(const struct msa_letter *letter)
{
	static const char *const names[] = {"To", "Cc", "Bcc"};
	guint n = 0;
	size_t i;

	for (i = 0; i < G_N_ELEMENTS(names); i++) {
		const struct msa_field *f = msa_letter_find(letter, names[i]);
		char *value = f != NULL ? msa_field_value(f) : g_strdup("");
		GPtrArray *list = compose_address_list(value, NULL);

		n += list != NULL ? list->len : 0;
		g_clear_pointer(&list, g_ptr_array_unref);
		g_free(value);
	}
	return n;
}

static void
recipients_none(struct msa_checker *c)
{
	const char *const *r = c->envelope->recipients;

	if (r != NULL ? r[0] == NULL : header_recipients(c->letter) == 0)
		msa_check_find(c, "To", "The letter has no recipient.");
}

static void
recipient_syntax(struct msa_checker *c)
{
	const char *const *r = c->envelope->recipients;
	const char *sender = c->envelope->sender;
	GError *error = NULL;

	if (sender != NULL && *sender != '\0' &&
	    !compose_address_check(sender, NULL, &error))
		msa_check_find(c, "sender", "%s", error->message);
	g_clear_error(&error);
	for (; r != NULL && *r != NULL; r++) {
		if (!compose_address_check(*r, NULL, &error))
			msa_check_find(c, "recipient", "%s", error->message);
		g_clear_error(&error);
	}
}

static void
domain_dotless(struct msa_checker *c)
{
	const char *const *r = c->envelope->recipients;

	for (; r != NULL && *r != NULL && !c->envelope->is_local; r++) {
		const char *domain = compose_address_domain(*r);

		if (*domain != '\0' && *domain != '[' && strchr(domain, '.') == NULL &&
		    g_str_is_ascii(domain))
			msa_check_find(c, "recipient",
			    "%s: the domain \"%s\" is not complete.", *r, domain);
	}
}

static void
recipients_duplicate(struct msa_checker *c)
{
	const char *const *r = c->envelope->recipients;
	size_t i, k;

	for (i = 0; r != NULL && r[i] != NULL; i++) {
		for (k = 0; k < i && !compose_address_equal(r[i], r[k]); k++)
			;
		if (k < i)
			msa_check_find(c, "recipient", "%s is named twice.", r[i]);
	}
}

static void
recipient_utf8(struct msa_checker *c)
{
	const char *const *r = c->envelope->recipients;

	for (; r != NULL && *r != NULL; r++) {
		char *local = g_strndup(*r, (gsize)(compose_address_domain(*r) - *r));

		if (!g_str_is_ascii(local))
			msa_check_find(c, "recipient",
			    "%s has letters beyond ASCII before the @: some servers "
			    "cannot take it.",
			    *r);
		g_free(local);
	}
}

static void
recipients_visible(struct msa_checker *c)
{
	guint n = header_recipients(c->letter);

	if (n > VISIBLE_RECIPIENTS)
		msa_check_find(c, "To",
		    "All %u recipients will see each other's addresses. Bcc would hide "
		    "them.",
		    n);
}

static void
from_foreign(struct msa_checker *c)
{
	const struct msa_field *f = msa_letter_find(c->letter, "From");
	char *value = f != NULL ? msa_field_value(f) : g_strdup("");
	GPtrArray *list = compose_address_list(value, NULL);
	const char *const *own = c->envelope->own;

	if (own != NULL && list != NULL && list->len > 0) {
		const char *spec = ((const struct compose_address *)list->pdata[0])->spec;
		char *ascii = compose_address_ascii(spec, NULL);

		while (*own != NULL && !compose_address_equal(*own, spec) &&
		       (ascii == NULL || !compose_address_equal(*own, ascii)))
			own++;
		if (*own == NULL)
			msa_check_find(
			    c, "From", "%s is not an address of this account.", spec);
		g_free(ascii);
	}
	g_clear_pointer(&list, g_ptr_array_unref);
	g_free(value);
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
line_long(struct msa_checker *c)
{
	const struct compose_wire *w = &c->letter->wire;
	char *where = g_strdup_printf("line %zu", w->first_long_line);

	if (w->long_lines > 0)
		msa_check_find(c, where, "%zu lines are longer than %d bytes.",
		    w->long_lines, COMPOSE_WIRE_LINE);
	g_free(where);
}

static void
line_ends(struct msa_checker *c)
{
	const struct compose_wire *w = &c->letter->wire;

	if (w->bare_cr + w->bare_lf > 0 || !w->ends_in_line_end)
		msa_check_find(c, "body", "Lines do not all end in CR LF.");
}

static void
eight_bit(struct msa_checker *c)
{
	if (c->letter->wire.header_eight_bit > 0)
		msa_check_find(c, "header",
		    "The header holds bytes beyond ASCII: only servers with SMTPUTF8 "
		    "take it.");
	if (c->letter->wire.eight_bit > 0)
		msa_check_find(c, "body",
		    "The body holds 8-bit bytes: only servers with 8BITMIME take it.");
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
large(struct msa_checker *c)
{
	gsize size = g_bytes_get_size(c->letter->bytes);

	if (size > LARGE_BYTES)
		msa_check_find(c, "body",
		    "The letter has %zu MB: many servers refuse that.", size >> 20);
}

/* --- values --- */

static void
message_id_syntax(struct msa_checker *c)
{
	const struct msa_field *f = msa_letter_find(c->letter, "Message-ID");
	char *value = f != NULL ? msa_field_value(f) : NULL;
	size_t len = value != NULL ? strlen(value) : 0;
	const char *at = value != NULL ? strchr(value, '@') : NULL;

	if (value != NULL && (len < 5 || len > 250 || value[0] != '<' ||
				 value[len - 1] != '>' || at == NULL || at == value + 1 ||
				 at[1] == '>' || strpbrk(value, " \t()") != NULL))
		msa_check_find(c, "Message-ID", "%s is no message id.", value);
	g_free(value);
}

static void
date_off(struct msa_checker *c)
{
	const struct msa_field *f = msa_letter_find(c->letter, "Date");
	char *value = f != NULL ? msa_field_value(f) : NULL;
	gint64 date;

	if (value != NULL && !compose_facts_date(value, &date))
		msa_check_find(c, "Date", "%s is no date.", value);
	else if (value != NULL && ABS(date - c->envelope->now) > CLOCK_SLACK_S)
		msa_check_find(c, "Date", "%s is more than a day away from now.", value);
	g_free(value);
}

static void
subject_empty(struct msa_checker *c)
{
	const struct msa_field *f = msa_letter_find(c->letter, "Subject");
	char *value = f != NULL ? msa_field_value(f) : g_strdup("");

	if (*value == '\0')
		msa_check_find(c, "Subject", "The letter has no subject.");
	g_free(value);
}

/* clang-format off */
const struct msa_check_row msa_check_header_rows[] = {
	{ "from-missing", MSA_CHECK_ERROR, "RFC 5322 3.6.2", from_missing },
	{ "field-repeated", MSA_CHECK_ERROR, "RFC 5322 3.6", field_repeated },
	{ "field-syntax", MSA_CHECK_ERROR, "RFC 5322 2.2", field_syntax },
	{ "field-blank-fold", MSA_CHECK_ERROR, "RFC 5322 3.2.2", blank_fold },
	{ "address-syntax", MSA_CHECK_ERROR, "RFC 5322 3.4", address_syntax },
	{ "recipients-none", MSA_CHECK_ERROR, "RFC 5322 3.6.3", recipients_none },
	{ "recipient-syntax", MSA_CHECK_ERROR, "RFC 5321 4.1.2", recipient_syntax },
	{ "domain-incomplete", MSA_CHECK_ERROR, "RFC 6409 4.2", domain_dotless },
	{ "nul-byte", MSA_CHECK_ERROR, "RFC 5322 4", nul_byte },
	{ "line-long", MSA_CHECK_ERROR, "RFC 5322 2.1.1", line_long },
	{ "from-foreign", MSA_CHECK_WARN, "RFC 6409 6.1", from_foreign },
	{ "recipient-utf8", MSA_CHECK_WARN, "RFC 6531 3.4", recipient_utf8 },
	{ "recipients-visible", MSA_CHECK_WARN, "RFC 5322 3.6.3", recipients_visible },
	{ "eight-bit", MSA_CHECK_WARN, "RFC 6152 2", eight_bit },
	{ "message-id-syntax", MSA_CHECK_WARN, "RFC 5322 3.6.4", message_id_syntax },
	{ "date-off", MSA_CHECK_WARN, "RFC 5322 3.3", date_off },
	{ "large", MSA_CHECK_WARN, "RFC 1870 3", large },
	{ "subject-empty", MSA_CHECK_WARN, "RFC 5322 3.6.5", subject_empty },
	{ "recipients-duplicate", MSA_CHECK_FIX, "RFC 5321 4.1.1.3", recipients_duplicate },
	{ "line-ends", MSA_CHECK_FIX, "RFC 5321 2.3.8", line_ends },
	{ "bcc-present", MSA_CHECK_FIX, "RFC 5321 7.2", bcc_present },
	{ "date-missing", MSA_CHECK_FIX, "RFC 6409 8.2", date_missing },
	{ "message-id-missing", MSA_CHECK_FIX, "RFC 6409 8.3", message_id_missing },
	{ "mime-version-missing", MSA_CHECK_FIX, "RFC 2045 4", mime_version_missing },
	{ NULL, MSA_CHECK_FIX, NULL, NULL },
};
/* clang-format on */
