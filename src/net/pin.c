/* SPDX-License-Identifier: GPL-3.0-or-later */
/* STATE/certificates-ACCOUNT.json: {"HOST:PORT": {"sha256": HEX, "since": RFC3339}}. */
#include "net/pin.h"

#include "base/error.h"
#include "base/file.h"
#include "base/jsonl.h"
#include "base/limits.h"
#include "base/paths.h"
#include "base/when.h"

#include <stdlib.h>
#include <string.h>

char *
pin_file(const struct rc *rc, const char *account)
{
	char *dir = rc_state_dir(rc);
	char *path = paths_of_account(dir, "certificates", account, "json");

	g_free(dir);
	return path;
}

char *
pin_server(const char *host, uint16_t port)
{
	return g_strdup_printf("%s:%u", host, port);
}

char *
pin_fingerprint(const char *text)
{
	GString *hex = g_string_new(NULL);

	for (; *text != '\0' && hex->len <= PIN_HEX; text++)
		if (g_ascii_isxdigit(*text))
			g_string_append_c(hex, g_ascii_tolower(*text));
		else if (*text != ':' && *text != ' ')
			break;
	if (*text == '\0' && hex->len == PIN_HEX)
		return g_string_free(hex, FALSE);
	g_string_free(hex, TRUE);
	return NULL;
}

char *
pin_shown(const char *hex)
{
	GString *out = g_string_new(NULL);

	for (size_t i = 0; hex[i] != '\0'; i++) {
		if (i > 0 && i % 2 == 0)
			g_string_append_c(out, ':');
		g_string_append_c(out, g_ascii_toupper(hex[i]));
	}
	return g_string_free(out, FALSE);
}

json_t *
pin_list(const char *file)
{
	GBytes *bytes = file_read(file, LIMIT_PIN_FILE, NULL);
	gsize len = 0;
	const char *text = bytes != NULL ? g_bytes_get_data(bytes, &len) : NULL;
	json_t *all = text != NULL ? json_loadb(text, len, JSON_REJECT_DUPLICATES, NULL) : NULL;

	g_clear_pointer(&bytes, g_bytes_unref);
	if (json_is_object(all))
		return all;
	json_decref(all);
	return json_object();
}

bool
pin_find(const char *file, const char *host, uint16_t port, struct pin *out)
{
	json_t *all = pin_list(file);
	char *server = pin_server(host, port);
	const json_t *one = json_object_get(all, server);
	const char *since = jsonl_string(one, "since"), *text = jsonl_string(one, "sha256");
	char *hex = text != NULL ? pin_fingerprint(text) : NULL;

	for (size_t i = 0; hex != NULL && i < PIN_BYTES; i++)
		out->digest[i] = (unsigned char)(g_ascii_xdigit_value(hex[2 * i]) * 16 +
						 g_ascii_xdigit_value(hex[2 * i + 1]));
	(void)g_strlcpy(out->since, since != NULL ? since : "", sizeof(out->since));
	g_free(server);
	json_decref(all);
	g_free(hex);
	return hex != NULL;
}

char *
pin_of_submission(const struct rc *rc, const struct rc_account *account)
{
	char *file, *server = NULL;
	struct pin pin;

	if (account == NULL || account->smtp == NULL || account->is_mx)
		return NULL;
	file = pin_file(rc, account->name);
	if (pin_find(file, account->smtp->host, account->smtp->port, &pin))
		server = pin_server(account->smtp->host, account->smtp->port);
	g_free(file);
	return server;
}

bool
pin_keep(const char *file, const char *server, const char *hex, GError **error)
{
	json_t *all = pin_list(file);
	char *dir = g_path_get_dirname(file), *text;
	bool is_good;

	if (hex != NULL)
		json_object_set_new(all, server,
		    json_pack("{s:s, s:o}", "sha256", hex, "since",
			when_json(g_get_real_time() / G_USEC_PER_SEC)));
	else
		json_object_del(all, server);
	text = json_dumps(all, JSON_INDENT(1) | JSON_SORT_KEYS);
	is_good = file_make_dir(dir, error) &&
		  file_write_durable(file, text, strlen(text), 0600, error);
	free(text);
	g_free(dir);
	json_decref(all);
	return is_good;
}
