/* SPDX-License-Identifier: GPL-3.0-or-later */
/* msa_check.c - runs the rows, sorts their findings, and mends what can be mended. */
#include "net/msa_check.h"

#include "base/jsonl.h"
#include "mime/compose_address.h"
#include "mime/compose_header.h"
#include "net/msa_check_letter.h"

#include <stdarg.h>
#include <string.h>
#include <sys/random.h>

static const char *const level_names[] = {"error", "warn", "fix"};

void
msa_check_find(struct msa_checker *c, const char *where, const char *format, ...)
{
	va_list args;
	char *text;

	va_start(args, format);
	text = g_strdup_vprintf(format, args);
	va_end(args);
	json_array_append_new(c->findings,
	    json_pack("{s:s, s:s, s:o, s:o, s:s}", "code", c->row->code, "level",
		level_names[c->row->level], "where", jsonl_text(where, -1), "text",
		jsonl_text(text, -1), "ref", c->row->ref));
	g_free(text);
}

static void
run_rows(
    struct msa_checker *c, const struct msa_check_row *rows, enum msa_check_level level)
{
	for (c->row = rows; c->row->code != NULL; c->row++) {
		if (c->row->level == level)
			c->row->run(c);
	}
}

json_t *
msa_check(GBytes *bytes, const struct msa_envelope *envelope)
{
	struct msa_letter letter;
	struct msa_checker c = {
	    .letter = &letter, .envelope = envelope, .findings = json_array()};
	enum msa_check_level level;

	msa_letter_init(&letter, bytes);
	for (level = MSA_CHECK_ERROR; level <= MSA_CHECK_FIX; level++) {
		run_rows(&c, msa_check_header_rows, level);
		run_rows(&c, msa_check_content_rows, level);
	}
	msa_letter_fini(&letter);
	return c.findings;
}

bool
msa_check_ok(const json_t *findings)
{
	size_t i;

	for (i = 0; i < json_array_size(findings); i++) {
		const char *level = jsonl_string(json_array_get(findings, i), "level");

		if (level != NULL && strcmp(level, level_names[MSA_CHECK_ERROR]) == 0)
			return false;
	}
	return true;
}

/* --- mending --- */

static GBytes *
crlf_bytes(GBytes *bytes)
{
	gsize len, i;
	const char *data = g_bytes_get_data(bytes, &len);
	GString *out = g_string_sized_new(len + len / 32 + 2);

	for (i = 0; i < len; i++) {
		if (data[i] == '\r' && i + 1 < len && data[i + 1] == '\n')
			continue;
		if (data[i] == '\n' || data[i] == '\r')
			g_string_append(out, "\r\n");
		else
			g_string_append_c(out, data[i]);
	}
	if (out->len < 2 || memcmp(out->str + out->len - 2, "\r\n", 2) != 0)
		g_string_append(out, "\r\n");
	return g_string_free_to_bytes(out);
}

/* The domain for a new Message-ID: the sender's, else the author's; owned. */
static char *
id_domain(const struct msa_letter *letter, const struct msa_envelope *envelope)
{
	const struct msa_field *from = msa_letter_find(letter, "From");
	char *value = from != NULL ? msa_field_value(from) : g_strdup("");
	GPtrArray *list = compose_address_list(value, NULL);
	const char *spec = envelope->sender;
	char *ascii, *domain;

	if ((spec == NULL || *spec == '\0') && list != NULL && list->len > 0)
		spec = ((const struct compose_address *)list->pdata[0])->spec;
	ascii = spec != NULL ? compose_address_ascii(spec, NULL) : NULL;
	domain =
	    g_strdup(ascii != NULL ? compose_address_domain(ascii) : "penfold.invalid");
	g_free(ascii);
	g_clear_pointer(&list, g_ptr_array_unref);
	g_free(value);
	return domain;
}

static void
add_message_id(
    GString *out, const struct msa_letter *letter, const struct msa_envelope *envelope)
{
	char *domain = id_domain(letter, envelope);
	guint8 random[16];
	size_t i;

	if (getrandom(random, sizeof(random), 0) != (ssize_t)sizeof(random))
		g_error("the kernel gives no random bytes");
	g_string_append(out, "Message-ID: <");
	for (i = 0; i < sizeof(random); i++)
		g_string_append_printf(out, "%02x", random[i]);
	g_string_append_printf(out, "@%s>\r\n", domain);
	g_free(domain);
}

static void
add_missing(
    GString *out, const struct msa_letter *letter, const struct msa_envelope *envelope)
{
	if (msa_letter_count(letter, "Date") == 0)
		compose_header_date(out, envelope->now);
	if (msa_letter_count(letter, "Message-ID") == 0)
		add_message_id(out, letter, envelope);
	if (msa_letter_count(letter, "MIME-Version") == 0 &&
	    msa_letter_count(letter, "Content-Type") > 0)
		g_string_append(out, "MIME-Version: 1.0\r\n");
}

GBytes *
msa_check_fix(GBytes *bytes, const struct msa_envelope *envelope)
{
	GBytes *crlf = crlf_bytes(bytes);
	struct msa_letter letter;
	gsize len, used = 0;
	const char *data = g_bytes_get_data(crlf, &len);
	GString *out = g_string_sized_new(len + 200);
	guint i;

	msa_letter_init(&letter, crlf);
	for (i = 0; i < letter.fields->len; i++) {
		const struct msa_field *f =
		    &g_array_index(letter.fields, struct msa_field, i);

		used = (gsize)(f->start - data) + f->len;
		if (!msa_field_is(f, "Bcc") && !msa_field_is(f, "Resent-Bcc"))
			g_string_append_len(out, f->start, (gssize)f->len);
	}
	add_missing(out, &letter, envelope);
	g_string_append_len(out, data + used, (gssize)(len - used));
	msa_letter_fini(&letter);
	g_bytes_unref(crlf);
	return g_string_free_to_bytes(out);
}
