/* SPDX-License-Identifier: GPL-3.0-or-later */
/* store_sign.c - the last change of a letter's bytes: what is signed is what is queued,
 * sent and filed. */
#include "programs/store_sign.h"

#include "base/file.h"
#include "base/supervisor.h"
#include "net/msa_list.h"

#include <stdio.h>
#include <string.h>

#define DEADLINE_MS 90000 /* dkim-passphrase-command has 60 s */

static struct supervisor *
crypt_helper(struct store_program *p)
{
	GPtrArray *argv;

	if (p->crypt != NULL)
		return p->crypt;
	argv = g_ptr_array_new();
	if (p->opts->rc_path != NULL) {
		g_ptr_array_add(argv, (gpointer)(guintptr) "--rc");
		g_ptr_array_add(argv, (gpointer)(guintptr)p->opts->rc_path);
	}
	for (size_t i = 0; p->opts->overrides[i] != NULL; i++) {
		g_ptr_array_add(argv, (gpointer)(guintptr) "-o");
		g_ptr_array_add(argv, (gpointer)(guintptr)p->opts->overrides[i]);
	}
	g_ptr_array_add(argv, (gpointer)(guintptr) "--serve");
	g_ptr_array_add(argv, NULL);
	p->crypt = supervisor_new("penfold-crypt", (const char *const *)argv->pdata);
	g_ptr_array_unref(argv);
	return p->crypt;
}

void
store_sign_end(struct store_program *p)
{
	supervisor_free(p->crypt, true);
	p->crypt = NULL;
}

static bool
is_to_list(const struct store_program *p, const struct store_letter *letter)
{
	const char *mode = rc_string(p->rc, "account", letter->account->name, "dkim-list");

	if (strcmp(mode, "auto") != 0)
		return strcmp(mode, "yes") == 0;
	return msa_list_among((const char *const *)letter->recipients->pdata);
}

/* The letter in an unnamed file: bytes travel as descriptors. */
static FILE *
to_file(GBytes *bytes, GError **error)
{
	FILE *file = tmpfile();
	gsize len;
	const char *data = g_bytes_get_data(bytes, &len);

	if (file == NULL)
		g_set_error_literal(
		    error, PF_ERROR, PF_ERROR_IO, "cannot make a temporary file");
	else if (!file_write_all(fileno(file), data, len, error))
		g_clear_pointer(&file, fclose);
	return file;
}

static json_t *
ask(struct store_program *p, const struct store_letter *letter, gint64 now, GError **error)
{
	FILE *file = to_file(letter->bytes, error);
	json_t *answer = NULL;

	if (file != NULL) {
		int fd = fileno(file);

		answer = supervisor_call(crypt_helper(p),
		    json_pack("{s:s, s:s, s:b, s:I}", "op", "dkim-sign", "account",
			letter->account->name, "to_list", is_to_list(p, letter), "now",
			(json_int_t)now),
		    &fd, 1, DEADLINE_MS, NULL, NULL, error);
		(void)fclose(file);
	}
	if (answer == NULL)
		g_prefix_error(error, "account \"%s\": signing with DKIM: ",
		    letter->account->name);
	return answer;
}

/* Is it a header field and nothing else? The helper's word is checked like a stranger's. */
static bool
is_field(const char *text)
{
	size_t len = text != NULL ? strlen(text) : 0;

	if (len < 20 || len > 16384 || !g_str_has_prefix(text, "DKIM-Signature: ") ||
	    !g_str_has_suffix(text, "\r\n"))
		return false;
	for (const char *p = text; (p = strchr(p, '\n')) != NULL; p++)
		if (p == text || p[-1] != '\r' ||
		    (p[1] != '\0' && p[1] != '\t' && p[1] != ' '))
			return false;
	return g_str_is_ascii(text);
}

static bool
put_on_top(struct store_letter *letter, const json_t *fields, GError **error)
{
	GByteArray *out = g_byte_array_new();
	gsize len;
	const guint8 *data = g_bytes_get_data(letter->bytes, &len);
	const json_t *field;
	size_t i;

	json_array_foreach(fields, i, field) {
		const char *text = json_string_value(field);

		if (!is_field(text)) {
			g_set_error_literal(error, PF_ERROR, PF_ERROR_PROTOCOL,
			    "penfold-crypt gave something else than a signature");
			g_byte_array_unref(out);
			return false;
		}
		g_byte_array_append(out, (const guint8 *)text, (guint)strlen(text));
	}
	g_byte_array_append(out, data, (guint)len);
	g_bytes_unref(letter->bytes);
	letter->bytes = g_byte_array_free_to_bytes(out);
	return true;
}

bool
store_sign(struct store_program *p, struct store_letter *letter, gint64 now,
    json_t *findings, GError **error)
{
	const json_t *why;
	json_t *answer;
	bool is_ok;
	size_t i;

	if (rc_list(p->rc, "account", letter->account->name, "dkim-key")[0] == NULL)
		return true;
	answer = ask(p, letter, now, error);
	if (answer == NULL)
		return false;
	json_array_foreach(json_object_get(answer, "skipped"), i, why)
		json_array_append_new(findings,
		    json_pack("{s:s, s:s, s:s, s:O, s:s}", "code", "dkim-unsigned", "level",
			"warn", "where", "From", "text", why, "ref", "RFC 6376 5.1"));
	is_ok = put_on_top(letter, json_object_get(answer, "fields"), error);
	json_decref(answer);
	return is_ok;
}
