/* SPDX-License-Identifier: GPL-3.0-or-later */
/* fuzz_dkim_key.c - any bytes as a key record: a key that is accepted is of a size that
 * is allowed. */
#include "auth/dkim_key.h"

#include <string.h>

int LLVMFuzzerTestOneInput(const unsigned char *data, size_t len);

int
LLVMFuzzerTestOneInput(const unsigned char *data, size_t len)
{
	struct dkim_keys *keys = dkim_keys_new();
	char *record = g_strndup((const char *)data, len);
	const struct dkim_key *key = dkim_keys_get(keys, record, NULL, NULL, NULL);

	if (key != NULL && key->pkey != NULL)
		g_assert_true(
		    key->bits == 256 || (key->bits >= 1024 && key->bits <= 4096));
	g_free(record);
	dkim_keys_free(keys);
	return 0;
}
