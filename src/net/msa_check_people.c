/* SPDX-License-Identifier: GPL-3.0-or-later */
/* msa_check_people.c - who sends and who receives. */
#include "net/msa_check_letter.h"

#include "base/error.h"
#include "mime/compose_address.h"
#include "mime/compose_header.h"

#include <string.h>

#define VISIBLE_RECIPIENTS 20
#define MANY_RECIPIENTS	   100 /* RFC 5321 4.5.3.1.8: what every server takes at once */

static const struct compose_address *
mailbox(const GPtrArray *list, guint i)
{
	return list->pdata[i];
}

/* --- authors --- */

static void
from_missing(struct msa_checker *c)
{
	if (msa_letter_count(c->letter, "From") == 0)
		msa_check_find(c, NULL, "The letter has no From field.");
}

static void
from_empty(struct msa_checker *c)
{
	const struct msa_field *f = msa_letter_find(c->letter, "From");
	char *value = msa_letter_value(c->letter, "From");
	GPtrArray *list = compose_address_list(value, NULL);

	if (f != NULL && list != NULL && list->len == 0)
		msa_check_find(c, NULL, "From names no address.");
	g_clear_pointer(&list, g_ptr_array_unref);
	g_free(value);
}

/* A ":" outside quotes and address is that of a group (RFC 6854). */
static bool
has_group(const char *value)
{
	bool is_quoted = false, is_literal = false;

	for (; *value != '\0'; value++) {
		if (*value == '\\' && value[1] != '\0')
			value++;
		else if (*value == '"')
			is_quoted = !is_quoted;
		else if (!is_quoted && (*value == '[' || *value == ']'))
			is_literal = *value == '[';
		else if (*value == ':' && !is_quoted && !is_literal)
			return true;
	}
	return false;
}

static void
from_group(struct msa_checker *c)
{
	static const char *const names[] = {"From", "Sender"};

	for (size_t i = 0; i < G_N_ELEMENTS(names); i++) {
		char *value = msa_letter_value(c->letter, names[i]);

		if (has_group(value))
			msa_check_find(c, names[i],
			    "A group in %s: many servers and readers refuse it.", names[i]);
		g_free(value);
	}
}

static void
sender_missing(struct msa_checker *c)
{
	GPtrArray *from = msa_letter_addresses(c->letter, "From");

	if (from->len > 1 && msa_letter_count(c->letter, "Sender") == 0)
		msa_check_find(
		    c, NULL, "There are %u authors, and no Sender field.", from->len);
	g_ptr_array_unref(from);
}

static void
add_sender(struct msa_mend *m)
{
	int at = msa_mend_find(m, "From");
	char *value = at >= 0 ? msa_mend_value(m, (guint)at) : g_strdup("");
	GPtrArray *from = compose_address_list(value, NULL);

	if (from != NULL && from->len > 1 && msa_mend_find(m, "Sender") < 0) {
		GString *field = g_string_new(NULL);

		g_ptr_array_set_size(from, 1);
		compose_header_addresses(field, "Sender", from);
		msa_mend_add(m, field);
	}
	g_clear_pointer(&from, g_ptr_array_unref);
	g_free(value);
}

static bool
is_needless(GPtrArray *from, GPtrArray *sender)
{
	return from != NULL && sender != NULL && from->len == 1 && sender->len == 1 &&
	       compose_address_equal(mailbox(from, 0)->spec, mailbox(sender, 0)->spec);
}

static void
sender_same(struct msa_checker *c)
{
	GPtrArray *from = msa_letter_addresses(c->letter, "From");
	GPtrArray *sender = msa_letter_addresses(c->letter, "Sender");

	if (is_needless(from, sender))
		msa_check_find(c, NULL, "Sender says the same as From.");
	g_ptr_array_unref(from);
	g_ptr_array_unref(sender);
}

static void
drop_sender(struct msa_mend *m)
{
	int at = msa_mend_find(m, "Sender"), of = msa_mend_find(m, "From");
	char *text = at >= 0 ? msa_mend_value(m, (guint)at) : g_strdup("");
	char *other = of >= 0 ? msa_mend_value(m, (guint)of) : g_strdup("");
	GPtrArray *sender = compose_address_list(text, NULL);
	GPtrArray *from = compose_address_list(other, NULL);

	if (at >= 0 && is_needless(from, sender))
		msa_mend_set(m, (guint)at, "");
	g_clear_pointer(&sender, g_ptr_array_unref);
	g_clear_pointer(&from, g_ptr_array_unref);
	g_free(text);
	g_free(other);
}

static void
sender_several(struct msa_checker *c)
{
	GPtrArray *sender = msa_letter_addresses(c->letter, "Sender");

	if (sender->len > 1)
		msa_check_find(c, NULL, "Sender names %u addresses, and may name one.",
		    sender->len);
	g_ptr_array_unref(sender);
}

/* Who answers for this sending: of a letter sent on, who does that. */
static GPtrArray *
authors(const struct msa_letter *letter)
{
	return msa_letter_addresses(letter,
	    msa_letter_count(letter, "Resent-From") > 0 ? "Resent-From" : "From");
}

static void
from_foreign(struct msa_checker *c)
{
	GPtrArray *list = authors(c->letter);
	const char *const *own = c->envelope->own;

	if (own != NULL && list->len > 0) {
		const char *spec = mailbox(list, 0)->spec;
		char *ascii = compose_address_ascii(spec, NULL);

		while (*own != NULL && !compose_address_equal(*own, spec) &&
		       (ascii == NULL || !compose_address_equal(*own, ascii)))
			own++;
		if (*own == NULL)
			msa_check_find(
			    c, NULL, "%s is not an address of this account.", spec);
		g_free(ascii);
	}
	g_ptr_array_unref(list);
}

static void
sender_domain(struct msa_checker *c)
{
	GPtrArray *from = authors(c->letter);
	const char *sender = c->envelope->sender;

	if (sender != NULL && *sender != '\0' && from->len > 0) {
		char *ascii = compose_address_ascii(mailbox(from, 0)->spec, NULL);
		const char *of = compose_address_domain(sender);

		if (ascii != NULL &&
		    g_ascii_strcasecmp(compose_address_domain(ascii), of) != 0)
			msa_check_find(c, NULL,
			    "The letter is sent as %s and written as %s: SPF does not speak "
			    "for the author then.",
			    sender, ascii);
		g_free(ascii);
	}
	g_ptr_array_unref(from);
}

static void
sender_foreign(struct msa_checker *c)
{
	if (c->envelope->wish != NULL && c->envelope->sender != NULL)
		msa_check_find(c, NULL,
		    "%s is no address of this account, and was asked for as the envelope's "
		    "sender. The letter is sent as %s, and bounces go there.",
		    c->envelope->wish, c->envelope->sender);
}

/* --- recipients --- */

static guint
header_recipients(const struct msa_letter *letter)
{
	static const char *const names[] = {
	    "To", "Cc", "Bcc", "Resent-To", "Resent-Cc", "Resent-Bcc"};
	guint n = 0;

	for (size_t i = 0; i < G_N_ELEMENTS(names); i++) {
		GPtrArray *list = msa_letter_addresses(letter, names[i]);

		n += list->len;
		g_ptr_array_unref(list);
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
recipient_literal(struct msa_checker *c)
{
	const char *const *r = c->envelope->recipients;

	for (; r != NULL && *r != NULL; r++)
		if (*compose_address_domain(*r) == '[')
			msa_check_find(c, NULL,
			    "%s: an address in brackets in place of a domain; most servers "
			    "refuse it.",
			    *r);
}

static void
recipients_many(struct msa_checker *c)
{
	const char *const *r = c->envelope->recipients;
	guint n = r != NULL ? g_strv_length((char **)(guintptr)r)
			    : header_recipients(c->letter);

	if (n > MANY_RECIPIENTS)
		msa_check_find(c, NULL,
		    "The letter goes to %u addresses; some servers take no more than %d.", n,
		    MANY_RECIPIENTS);
}

static void
recipients_visible(struct msa_checker *c)
{
	static const char *const names[] = {"To", "Cc"};
	guint n = 0;

	for (size_t i = 0; i < G_N_ELEMENTS(names); i++) {
		GPtrArray *list = msa_letter_addresses(c->letter, names[i]);

		n += list->len;
		g_ptr_array_unref(list);
	}
	if (n > VISIBLE_RECIPIENTS)
		msa_check_find(c, NULL,
		    "All %u recipients will see each other's addresses. Bcc would hide "
		    "them.",
		    n);
}

/* clang-format off */
const struct msa_check_row msa_check_people_rows[] = {
	{"from-missing", MSA_CHECK_ERROR, "From", "The letter has no From field.", "RFC 5322 3.6.2", from_missing, NULL},
	{"from-empty", MSA_CHECK_ERROR, "From", "From names no address.", "RFC 5322 3.6.2", from_empty, NULL},
	{"sender-several", MSA_CHECK_ERROR, "Sender", "Sender names more than one address.", "RFC 5322 3.6.2", sender_several, NULL},
	{"recipients-none", MSA_CHECK_ERROR, "To", "The letter has no recipient.", "RFC 5322 3.6.3", recipients_none, NULL},
	{"recipient-syntax", MSA_CHECK_ERROR, "recipient", "An address of the envelope is malformed or too long.", "RFC 5321 4.1.2", recipient_syntax, NULL},
	{"domain-incomplete", MSA_CHECK_ERROR, "recipient", "The domain of a recipient is not complete.", "RFC 6409 4.2", domain_dotless, NULL},
	{"from-group", MSA_CHECK_WARN, "From", "A group stands in From or Sender.", "RFC 6854 3", from_group, NULL},
	{"from-foreign", MSA_CHECK_WARN, "From", "The author is no address of the account.", "RFC 6409 6.1", from_foreign, NULL},
	{"sender-domain", MSA_CHECK_WARN, "From", "The envelope's sender is of another domain than the author.", "RFC 6409 6.1", sender_domain, NULL},
	{"sender-foreign", MSA_CHECK_WARN, "sender", "The sender that was asked for is no address of the account.", "RFC 6409 6.1", sender_foreign, NULL},
	{"recipient-utf8", MSA_CHECK_WARN, "recipient", "A name before the @ is not ASCII: the server must take SMTPUTF8.", "RFC 6531 3.4", recipient_utf8, NULL},
	{"recipient-literal", MSA_CHECK_WARN, "recipient", "An IP address in brackets stands in place of a domain.", "RFC 5321 4.1.3", recipient_literal, NULL},
	{"recipients-many", MSA_CHECK_WARN, "recipient", "There are more than 100 recipients.", "RFC 5321 4.5.3.1.8", recipients_many, NULL},
	{"recipients-visible", MSA_CHECK_WARN, "To", "More than 20 recipients will see each other's addresses.", "RFC 5322 3.6.3", recipients_visible, NULL},
	{"sender-missing", MSA_CHECK_FIX, "Sender", "There are several authors and no Sender.", "RFC 5322 3.6.2", sender_missing, add_sender},
	{"sender-same", MSA_CHECK_FIX, "Sender", "Sender says the same as From.", "RFC 5322 3.6.2", sender_same, drop_sender},
	{"recipients-duplicate", MSA_CHECK_FIX, "recipient", "A recipient is named twice.", "RFC 5321 4.1.1.3", recipients_duplicate, NULL},
	{NULL, MSA_CHECK_FIX, NULL, NULL, NULL, NULL, NULL},
};
/* clang-format on */
