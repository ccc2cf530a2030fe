/* SPDX-License-Identifier: GPL-3.0-or-later */
/* compose_dsn.c - the three parts of a delivery report: words for people, fields for
 * programs (RFC 3464 2), the header of the letter. */
#include "mime/compose_dsn.h"

#include "mime/compose_body.h"
#include "mime/compose_header.h"

#include <string.h>

#define MAX_REPLY  700	       /* bytes of a server's words in one field */
#define MAX_HEADER (32u << 10) /* of the original's header */

/* Appended as ASCII without controls; anything else becomes "?". */
static void
append_ascii(GString *out, const char *text, size_t len)
{
	size_t i;

	for (i = 0; i < len; i++) {
		unsigned char c = (unsigned char)text[i];

		g_string_append_c(out, c >= 32 && c < 127 ? (char)c : '?');
	}
}

/* RFC 6533 3: characters beyond ASCII as \x{HEX}. */
static void
append_address(GString *out, const char *address)
{
	const char *p;

	g_string_append(out, g_str_is_ascii(address) ? "rfc822; " : "utf-8; ");
	for (p = address; *p != '\0'; p = g_utf8_next_char(p)) {
		gunichar c = g_utf8_get_char_validated(p, -1);

		if (c > 126 && c < 0x110000)
			g_string_append_printf(out, "\\x{%X}", c);
		else if (*p > 32)
			g_string_append_c(out, *p);
		if (c >= 0x110000)
			break;
	}
	g_string_append(out, "\r\n");
}

static const char *
status_of(const struct compose_dsn *d, const struct compose_dsn_recipient *r)
{
	if (r->status != NULL && r->status[0] == (d->is_late ? '4' : '5'))
		return r->status;
	return d->is_late ? "4.0.0" : "5.0.0";
}

/* --- parts --- */

static char *
words(const struct compose_dsn *d)
{
	GString *text = g_string_new(NULL);
	size_t i;

	g_string_append_printf(text,
	    d->is_late ? "This is Penfold, on your own machine. Your letter\n\n    "
			 "%s\n\nstill waits; "
			 "Penfold goes on trying, and you need not send it again. Not "
			 "yet reached:\n"
		       : "This is Penfold, on your own machine. Your letter\n\n    "
			 "%s\n\ncould not be "
			 "delivered to:\n",
	    d->subject[0] != '\0' ? d->subject : "(no subject)");
	for (i = 0; i < d->n_recipients; i++)
		g_string_append_printf(text, "\n    %s\n    %s\n",
		    d->recipients[i].address,
		    d->recipients[i].reply[0] != '\0' ? d->recipients[i].reply
						      : "no reason was given");
	if (!d->is_late)
		g_string_append_printf(text,
		    "\nThe letter is kept in the outbox as %s: there it can be edited "
		    "and "
		    "sent again.\n",
		    d->id);
	return g_string_free(text, FALSE);
}

static void
append_field_date(GString *out, const char *name, gint64 when)
{
	GString *field = g_string_new(NULL);

	compose_header_date(field, when); /* "Date: ...\r\n" */
	g_string_append_printf(out, "%s%s", name, field->str + strlen("Date"));
	g_string_free(field, TRUE);
}

static void
append_recipient(
    GString *out, const struct compose_dsn *d, const struct compose_dsn_recipient *r)
{
	g_string_append(out, "\r\nFinal-Recipient: ");
	append_address(out, r->address);
	g_string_append_printf(out, "Action: %s\r\nStatus: %s\r\n",
	    d->is_late ? "delayed" : "failed", status_of(d, r));
	if (d->host != NULL) {
		g_string_append(out, "Remote-MTA: dns; ");
		append_ascii(out, d->host, strlen(d->host));
		g_string_append(out, "\r\n");
	}
	if (r->reply[0] != '\0') {
		g_string_append_printf(out, "Diagnostic-Code: %s; ",
		    r->is_server ? "smtp" : "x-penfold");
		append_ascii(out, r->reply, MIN(strlen(r->reply), MAX_REPLY));
		g_string_append(out, "\r\n");
	}
	append_field_date(out, "Last-Attempt-Date", d->now);
	if (d->is_late && d->retry_until > 0)
		append_field_date(out, "Will-Retry-Until", d->retry_until);
}

static void
append_status(GString *out, const struct compose_dsn *d)
{
	size_t i;

	g_string_append_printf(out,
	    "Content-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; "
	    "localhost\r\n"
	    "Original-Envelope-Id: %s\r\n",
	    d->id);
	append_field_date(out, "Arrival-Date", d->arrived);
	for (i = 0; i < d->n_recipients; i++)
		append_recipient(out, d, &d->recipients[i]);
}

/* The header's lines up to the empty one. */
static void
append_original(GString *out, GBytes *original)
{
	gsize len;
	const char *p = g_bytes_get_data(original, &len);
	const char *end = p + MIN(len, MAX_HEADER);

	g_string_append(out, "Content-Type: text/rfc822-headers\r\n\r\n");
	while (p < end) {
		const char *lf = memchr(p, '\n', (size_t)(end - p));
		size_t n = lf != NULL ? (size_t)(lf - p) : (size_t)(end - p);

		if (n > 0 && p[n - 1] == '\r')
			n--;
		if (n == 0)
			break;
		append_ascii(out, p, n);
		g_string_append(out, "\r\n");
		p = lf != NULL ? lf + 1 : end;
	}
}

/* --- the whole --- */

static void
append_head(GString *out, const struct compose_dsn *d)
{
	char *subject = g_strdup_printf("%s: %s",
	    d->is_late ? "Your letter is late" : "Your letter could not be delivered",
	    d->subject);

	g_string_append(out, "From: Penfold <mailer-daemon@localhost>\r\n");
	g_string_append_printf(out, "To: <%s>\r\n", d->to);
	compose_header_text(out, "Subject", subject);
	compose_header_date(out, d->now);
	g_string_append_printf(out,
	    "Message-ID: <%s.%s.%" G_GINT64_FORMAT "@localhost>\r\n"
	    "Auto-Submitted: auto-replied\r\nMIME-Version: 1.0\r\n"
	    "Content-Type: multipart/report; report-type=delivery-status;\r\n"
	    "\tboundary=\"=_%s\"\r\n\r\n",
	    d->id, d->is_late ? "late" : "failed", d->now, d->id);
	g_free(subject);
}

GBytes *
compose_dsn(const struct compose_dsn *d)
{
	GString *out = g_string_new(NULL);
	GByteArray *text = g_byte_array_new();
	char *people = words(d);

	append_head(out, d);
	g_string_append_printf(out, "--=_%s\r\n", d->id);
	/* text alone: there is no file that could be missing */
	(void)compose_body(text, &(struct compose_content){.text = people}, NULL);
	g_string_append_len(out, (const char *)text->data, (gssize)text->len);
	g_string_append_printf(out, "\r\n--=_%s\r\n", d->id);
	append_status(out, d);
	if (d->original != NULL) {
		g_string_append_printf(out, "\r\n--=_%s\r\n", d->id);
		append_original(out, d->original);
	}
	g_string_append_printf(out, "\r\n--=_%s--\r\n", d->id);
	g_byte_array_unref(text);
	g_free(people);
	return g_string_free_to_bytes(out);
}
