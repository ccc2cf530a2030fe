/* SPDX-License-Identifier: GPL-3.0-or-later */
/* fuzz_bimi.c - any bytes as an assertion record and as a logotype extension. */
#include "auth/bimi_record.h"
#include "auth/logotype.h"

int LLVMFuzzerTestOneInput(const unsigned char *data, size_t len);

int
LLVMFuzzerTestOneInput(const unsigned char *data, size_t len)
{
	char *text = g_strndup((const char *)data, len);
	struct bimi_record *record = bimi_record_new(text, NULL);
	GBytes *logo = logotype_logo(data, len, NULL);

	g_assert_true(record == NULL || record->location == NULL ||
		      g_ascii_strncasecmp(record->location, "https://", 8) == 0);
	bimi_record_free(record);
	g_clear_pointer(&logo, g_bytes_unref);
	g_free(text);
	return 0;
}
