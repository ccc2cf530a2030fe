/* SPDX-License-Identifier: GPL-3.0-or-later */
/* store_sign.c - the last change of a letter's bytes: what is signed is what is queued,
 * sent and filed. */
#include "programs/store_sign.h"

#include "base/file.h"
#include "base/log.h"
#include "base/supervisor.h"
#include "net/msa_list.h"

#include <string.h>
#include <unistd.h>

#define DEADLINE_MS 90000 /* dkim-passphrase-command has 60 s */
#define DNS_MS	    4000  /* for the first use of a key */
#define DEAF_S	    600	  /* no question after one without an answer */
#define SEEN_MAX    (1u << 20)

static struct supervisor *
helper(struct store_program *p, struct supervisor **slot, const char *program)
{
	GPtrArray *argv;

	if (*slot != NULL)
		return *slot;
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
	*slot = supervisor_new(program, (const char *const *)argv->pdata);
	g_ptr_array_unref(argv);
	return *slot;
}

struct supervisor *
store_sign_crypt(struct store_program *p)
{
	return helper(p, &p->crypt, "penfold-crypt");
}

void
store_sign_end(struct store_program *p)
{
	supervisor_free(p->crypt, true);
	supervisor_free(p->auth, true);
	p->crypt = p->auth = NULL;
}

static bool
is_to_list(const struct store_program *p, const struct store_letter *letter)
{
	const char *mode = rc_string(p->rc, "account", letter->account->name, "dkim-list");

	if (strcmp(mode, "auto") != 0)
		return strcmp(mode, "yes") == 0;
	return msa_list_among((const char *const *)letter->recipients->pdata);
}

static json_t *
ask(struct store_program *p, const struct store_letter *letter, gint64 now, GError **error)
{
	gsize len;
	const char *data = g_bytes_get_data(letter->bytes, &len);
	int fd = file_memory(data, len, error);
	json_t *answer = NULL;

	if (fd >= 0) {
		answer = supervisor_call(helper(p, &p->crypt, "penfold-crypt"),
		    json_pack("{s:s, s:s, s:b, s:I}", "op", "dkim-sign", "account",
			letter->account->name, "to_list", is_to_list(p, letter), "now",
			(json_int_t)now),
		    &fd, 1, DEADLINE_MS, NULL, NULL, error);
		close(fd);
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

/* --- the first use of a key --- */

/* Lines "NAME SHA256-OF-RECORD": keys that the DNS was seen to publish. */
static char *
seen_path(const struct store_program *p)
{
	return g_build_filename(p->state_dir, "dkim-published", NULL);
}

static char *
seen_line(const json_t *key)
{
	const char *name = jsonl_string(key, "name"), *record = jsonl_string(key, "record");
	char *hash = g_compute_checksum_for_string(
	    G_CHECKSUM_SHA256, record != NULL ? record : "", -1);
	char *line = g_strdup_printf("%s %s\n", name != NULL ? name : "", hash);

	g_free(hash);
	return line;
}

static char *
seen_text(const struct store_program *p)
{
	char *path = seen_path(p);
	GBytes *bytes = file_read(path, SEEN_MAX, NULL);
	gsize len = 0;
	const char *data = bytes != NULL ? g_bytes_get_data(bytes, &len) : NULL;
	char *text = g_strndup(data != NULL ? data : "", len);

	g_clear_pointer(&bytes, g_bytes_unref);
	g_free(path);
	return text;
}

/* Not to be written down costs one more question to the DNS. */
static void
remember(const struct store_program *p, const char *text, const char *line)
{
	char *path = seen_path(p), *all = g_strconcat(text, line, NULL);
	GError *error = NULL;

	if (!file_write_durable(path, all, strlen(all), 0600, &error)) {
		log_warn("dkim", "%s", error->message);
		g_error_free(error);
	}
	g_free(path);
	g_free(all);
}

static void
find(json_t *findings, const char *code, const json_t *text)
{
	json_array_append_new(findings,
	    json_pack("{s:s, s:s, s:s, s:O, s:s}", "code", code, "level", "warn", "where",
		"From", "text", text, "ref", "RFC 6376 3.6.2"));
}

/* May the key sign? A key that the DNS does not publish makes every signature a wrong one.
 * A DNS that does not answer is no reason. */
static bool
is_published(struct store_program *p, const json_t *key, json_t *findings)
{
	char *text = seen_text(p), *line = seen_line(key);
	json_t *answer = NULL, *told;
	const char *state = "match";

	if (strstr(text, line) == NULL && g_get_monotonic_time() >= p->deaf_until) {
		answer = supervisor_call(helper(p, &p->auth, "penfold-auth"),
		    json_pack("{s:s, s:[O], s:i}", "op", "dkim-record", "keys", key,
			"timeout_ms", DNS_MS),
		    NULL, 0, DNS_MS + 5000, NULL, NULL, NULL);
		told = json_array_get(json_object_get(answer, "keys"), 0);
		state = jsonl_string(told, "state");
		if (g_strcmp0(state, "match") == 0)
			remember(p, text, line);
		else if (state == NULL || strcmp(state, "unsure") == 0)
			p->deaf_until = g_get_monotonic_time() + DEAF_S * G_USEC_PER_SEC;
		else
			find(findings, "dkim-record",
			    json_object_get(
				json_array_get(json_object_get(told, "findings"), 0), "text"));
	}
	bool is_ok = g_strcmp0(state, "missing") != 0 && g_strcmp0(state, "differs") != 0;
	json_decref(answer);
	g_free(line);
	g_free(text);
	return is_ok;
}

bool
store_sign(struct store_program *p, struct store_letter *letter, gint64 now,
    json_t *findings, GError **error)
{
	const json_t *keys, *why;
	json_t *answer, *fields;
	bool is_ok;
	size_t i;

	if (rc_list(p->rc, "account", letter->account->name, "dkim-key")[0] == NULL)
		return true;
	answer = ask(p, letter, now, error);
	if (answer == NULL)
		return false;
	json_array_foreach(json_object_get(answer, "skipped"), i, why)
		find(findings, "dkim-unsigned", why);
	fields = json_object_get(answer, "fields");
	keys = json_object_get(answer, "keys");
	for (i = json_array_size(fields); i > 0; i--)
		if (!is_published(p, json_array_get(keys, i - 1), findings))
			json_array_remove(fields, i - 1);
	is_ok = put_on_top(letter, fields, error);
	json_decref(answer);
	return is_ok;
}
