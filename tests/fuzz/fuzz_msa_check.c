/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The checks before a letter leaves, and what mends it: where no error is left, nothing else is left to be
 * mended, and mending again changes nothing. */
#include "base/jsonl.h"
#include "net/msa_check.h"

#include <string.h>

int LLVMFuzzerTestOneInput(const unsigned char *data, size_t len);

int
LLVMFuzzerTestOneInput(const unsigned char *data, size_t len)
{
	const struct msa_envelope envelope = { .now = 1790000000 };
	GBytes *letter = g_bytes_new_static(data, len);
	GBytes *fixed = msa_check_fix(letter, &envelope), *again = msa_check_fix(fixed, &envelope);
	json_t *before = msa_check(letter, &envelope), *left = msa_check(fixed, &envelope);

	for (size_t i = 0; msa_check_ok(left) && i < json_array_size(left); i++)
		g_assert_cmpstr(jsonl_string(json_array_get(left, i), "level"), ==, "warn");
	g_assert(!msa_check_ok(left) || g_bytes_equal(fixed, again));
	json_decref(before);
	json_decref(left);
	g_bytes_unref(again);
	g_bytes_unref(fixed);
	g_bytes_unref(letter);
	return 0;
}
