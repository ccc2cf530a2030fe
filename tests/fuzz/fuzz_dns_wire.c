/* SPDX-License-Identifier: GPL-3.0-or-later */
/* fuzz_dns_wire.c - any bytes as an answer of the DNS: strings where it is well, none where it is not, none that a NUL
 * cuts short, and no more of them than a packet holds. */
#include "lookup/dns_wire.h"

int LLVMFuzzerTestOneInput(const unsigned char *data, size_t len);

int
LLVMFuzzerTestOneInput(const unsigned char *data, size_t len)
{
	static const enum dns_type types[] = {DNS_A, DNS_CNAME, DNS_PTR, DNS_MX, DNS_TXT, DNS_AAAA, DNS_SRV, DNS_TLSA};

	for (size_t i = 0; i < G_N_ELEMENTS(types); i++) {
		struct dns_answer *answer = dns_wire_answer(data, len, types[i]);

		g_assert_true((answer->status == DNS_OK) == (answer->strings->len > 0));
		g_assert_cmpuint(answer->strings->len, <=, len);
		for (guint k = 0; k < answer->strings->len; k++)
			g_assert_nonnull(g_ptr_array_index(answer->strings, k));
		dns_answer_free(answer);
	}
	return 0;
}
