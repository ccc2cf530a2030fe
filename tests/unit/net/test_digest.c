/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test_digest.c - the digits are those of GLib, whatever the length. */
#include "net/digest.h"

static void
test_same(void)
{
	guint i;

	for (i = 0; i < 300; i++) {
		guint8 *data = g_malloc(i + 1);
		GBytes *bytes;
		char *want, *got;
		guint k;

		for (k = 0; k < i; k++)
			data[k] = (guint8)(k * 7 + i);
		bytes = g_bytes_new_take(data, i);
		want = g_compute_checksum_for_bytes(G_CHECKSUM_SHA256, bytes);
		got = digest_sha256(bytes);
		g_assert_cmpstr(got, ==, want);
		g_free(want);
		g_free(got);
		g_bytes_unref(bytes);
	}
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/digest/same-as-glib", test_same);
	return g_test_run();
}
