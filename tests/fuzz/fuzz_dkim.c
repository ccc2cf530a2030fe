/* SPDX-License-Identifier: GPL-3.0-or-later */
/* fuzz_dkim.c - any bytes as a message to be judged, without a DNS, and as a key record:
 * there is always a verdict, and its JSON can always be written. */
#include "auth/verdict_json.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const unsigned char *data, size_t len);

int
LLVMFuzzerTestOneInput(const unsigned char *data, size_t len)
{
	static const char *const ids[] = {"example.org", "*.example.net", NULL};
	static const char *const own[] = {"me@example.org", NULL}, *const logins[] = {"u1", NULL};
	static struct contacts *contacts; /* costs more than a message */
	struct dkim_keys *keys = dkim_keys_new();
	contacts = contacts == NULL ? contacts_new() : contacts;
	const struct verdict_context context = {.trusted_ids = ids,
	    .own_addresses = own,
	    .own_logins = logins,
	    .contacts = contacts,
	    .keys = keys,
	    .now = 1790000000};
	struct verdict *verdict =
	    verdict_new(len == 0 ? "" : (const char *)data, len, &context);
	json_t *object = verdict_json(verdict);
	char *dump = json_dumps(object, 0), *record = g_strndup((const char *)data, len);

	g_assert_nonnull(dump);
	(void)dkim_keys_get(keys, record, NULL, NULL, NULL); /* kept by keys */
	g_free(record);
	free(dump);
	json_decref(object);
	verdict_free(verdict);
	dkim_keys_free(keys);
	return 0;
}
