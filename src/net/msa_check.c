/* SPDX-License-Identifier: GPL-3.0-or-later */
/* msa_check.c - runs the rows, sorts their findings, and mends what can be mended. */
#include "net/msa_check.h"

#include "base/jsonl.h"
#include "mime/compose_address.h"
#include "mime/recode.h"
#include "net/msa_check_letter.h"

#include <stdarg.h>
#include <string.h>

#define TEXT_MAX     500 /* bytes of one finding */
#define FINDINGS_MAX 20 /* of one row: a letter of a thousand bad fields says it once */

static const char *const level_names[] = {"error", "warn", "fix"};

const struct msa_check_row *const msa_check_tables[] = {msa_check_header_rows,
    msa_check_word_rows, msa_check_value_rows, msa_check_address_rows,
    msa_check_people_rows, msa_check_mime_rows, msa_check_content_rows,
    msa_check_reply_rows, NULL};

static size_t
count_of_row(const struct msa_checker *c)
{
	size_t n = 0, i;
	const json_t *one;

	json_array_foreach(c->findings, i, one)
		n += strcmp(jsonl_string(one, "code"), c->row->code) == 0;
	return n;
}

/* A sentence may quote a value of any length. */
static void
clip(char *text)
{
	size_t at = TEXT_MAX;

	if (strlen(text) <= TEXT_MAX)
		return;
	while (at > 0 && ((unsigned char)text[at] & 0xc0) == 0x80)
		at--;
	memcpy(text + at, "...", 4);
}

void
msa_check_find(struct msa_checker *c, const char *where, const char *format, ...)
{
	va_list args;
	char *text;

	if (count_of_row(c) >= FINDINGS_MAX)
		return;
	va_start(args, format);
	text = g_strdup_vprintf(format, args);
	va_end(args);
	clip(text);
	json_array_append_new(c->findings,
	    json_pack("{s:s, s:s, s:o, s:o, s:s}", "code", c->row->code, "level",
		level_names[c->row->level], "where",
		jsonl_text(where != NULL ? where : c->row->where, -1), "text",
		jsonl_text(text, -1), "ref", c->row->ref));
	g_free(text);
}

static void
run_level(struct msa_checker *c, enum msa_check_level level)
{
	for (size_t i = 0; msa_check_tables[i] != NULL; i++)
		for (c->row = msa_check_tables[i]; c->row->code != NULL; c->row++)
			if (c->row->level == level)
				c->row->run(c);
}

json_t *
msa_check(GBytes *bytes, const struct msa_envelope *envelope)
{
	struct msa_letter letter;
	struct msa_checker c = {
	    .letter = &letter, .envelope = envelope, .findings = json_array()};
	GPtrArray *named = msa_check_recipients(bytes);
	enum msa_check_level level;

	c.recipients = envelope->recipients != NULL ? envelope->recipients
						    : (const char *const *)named->pdata;
	msa_letter_init(&letter, bytes);
	for (level = MSA_CHECK_ERROR; level <= MSA_CHECK_FIX; level++)
		run_level(&c, level);
	msa_letter_fini(&letter);
	g_ptr_array_unref(named);
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

GBytes *
msa_check_fix(GBytes *bytes, const struct msa_envelope *envelope)
{
	struct msa_mend mend;
	GBytes *letter, *recoded;

	msa_mend_init(&mend, bytes, envelope);
	for (size_t i = 0; msa_check_tables[i] != NULL; i++)
		for (const struct msa_check_row *row = msa_check_tables[i];
		     row->code != NULL; row++)
			if (row->fix != NULL)
				row->fix(&mend);
	letter = msa_mend_letter(&mend);
	if (mend.wants_recoding) {
		recoded = recode_letter(letter);
		g_bytes_unref(letter);
		letter = recoded;
	}
	msa_mend_fini(&mend);
	return letter;
}

GPtrArray *
msa_check_recipients(GBytes *bytes)
{
	static const char *const names[] = {"To", "Cc", "Bcc"};
	GPtrArray *out = g_ptr_array_new_with_free_func(g_free);
	struct msa_letter letter;

	msa_letter_init(&letter, bytes);
	for (size_t i = 0; i < G_N_ELEMENTS(names); i++) {
		GPtrArray *list = msa_letter_addresses(&letter, names[i]);

		for (guint k = 0; k < list->len; k++)
			g_ptr_array_add(out,
			    g_strdup(((const struct compose_address *)list->pdata[k])->spec));
		g_ptr_array_unref(list);
	}
	msa_letter_fini(&letter);
	g_ptr_array_add(out, NULL);
	return out;
}
