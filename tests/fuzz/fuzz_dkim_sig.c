/* SPDX-License-Identifier: GPL-3.0-or-later */
/* fuzz_dkim_sig.c - any bytes as the value of a DKIM-Signature, an ARC-Message-Signature
 * and an ARC-Seal. */
#include "auth/dkim_sig.h"

#include <string.h>

int LLVMFuzzerTestOneInput(const unsigned char *data, size_t len);

int
LLVMFuzzerTestOneInput(const unsigned char *data, size_t len)
{
	GString *raw = g_string_new("dkim-signature:");
	size_t colon = raw->len - 1;

	g_string_append_len(raw, (const char *)data, (gssize)len);
	for (enum dkim_sig_kind kind = DKIM_SIGNATURE; kind <= DKIM_ARC_SEAL; kind++) {
		struct dkim_sig sig;
		if (dkim_sig_init(&sig, kind, raw->str, raw->len, colon, NULL))
			g_assert_true(
			    sig.cut_from <= sig.cut_to && sig.cut_to <= raw->len);
		dkim_sig_fini(&sig);
	}
	g_string_free(raw, TRUE);
	return 0;
}
