/* SPDX-License-Identifier: GPL-3.0-or-later */
/* smtp_offer.c - STATE/offer-ACCOUNT.json: {host, size, smtputf8}. */
#include "net/smtp_offer.h"

#include "base/file.h"
#include "base/jsonl.h"
#include "base/log.h"
#include "base/paths.h"

#include <stdlib.h>
#include <string.h>

#define FILE_MAX 4096

void
smtp_offer_load(
    const char *state_dir, const char *account, const char *host, struct smtp_offer *out)
{
	char *path = paths_of_account(state_dir, "offer", account, "json");
	GBytes *bytes = file_read(path, FILE_MAX, NULL);
	gsize len = 0;
	const char *text = bytes != NULL ? g_bytes_get_data(bytes, &len) : NULL;
	json_t *obj = text != NULL ? json_loadb(text, len, 0, NULL) : NULL;

	*out = (struct smtp_offer){0};
	if (g_strcmp0(jsonl_string(obj, "host"), host) == 0 && host != NULL) {
		out->is_known = true;
		out->size = (guint64)MAX(jsonl_int(obj, "size", 0), 0);
		out->has_smtputf8 = jsonl_bool(obj, "smtputf8", false);
	}
	json_decref(obj);
	g_clear_pointer(&bytes, g_bytes_unref);
	g_free(path);
}

void
smtp_offer_keep(const char *state_dir, const char *account, const char *host,
    const struct smtp_caps *caps)
{
	struct smtp_offer old;
	GError *error = NULL;
	json_t *obj;
	char *text, *path;

	smtp_offer_load(state_dir, account, host, &old);
	if (old.is_known && old.size == caps->size &&
	    old.has_smtputf8 == caps->has_smtputf8)
		return;
	obj = json_pack("{s:o, s:I, s:b}", "host", jsonl_text(host, -1), "size",
	    (json_int_t)caps->size, "smtputf8", caps->has_smtputf8);
	text = json_dumps(obj, JSON_COMPACT);
	path = paths_of_account(state_dir, "offer", account, "json");
	if (!file_write_durable(path, text, strlen(text), 0600, &error)) {
		log_warn("send", "account=%s %s", account, error->message);
		g_error_free(error);
	}
	g_free(path);
	free(text);
	json_decref(obj);
}
