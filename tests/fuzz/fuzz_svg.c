/* SPDX-License-Identifier: GPL-3.0-or-later */
/* fuzz_svg.c - any bytes as a logo: findings, and none of them without a line and a text. */
#include "auth/svg.h"

int LLVMFuzzerTestOneInput(const unsigned char *data, size_t len);

int
LLVMFuzzerTestOneInput(const unsigned char *data, size_t len)
{
	GBytes *bytes = g_bytes_new(data, len);
	GBytes *plain = svg_unpack(bytes, NULL);
	GPtrArray *findings = plain == NULL ? NULL : svg_check(plain);

	for (guint i = 0; findings != NULL && i < findings->len; i++) {
		const struct svg_finding *one = g_ptr_array_index(findings, i);
		g_assert_true(one->line > 0 && one->text[0] != '\0');
	}
	g_clear_pointer(&findings, g_ptr_array_unref);
	g_clear_pointer(&plain, g_bytes_unref);
	g_bytes_unref(bytes);
	return 0;
}
