/* SPDX-License-Identifier: GPL-3.0-or-later */
/* fuzz_dmarc.c - any bytes as the DMARC record of a domain and of its parent: the walk
 * ends, and the organizational domain is the author's or above it. */
#include "auth/dmarc.h"
#include "auth/domain.h"
#include "lookup/dns_zone.h"

int LLVMFuzzerTestOneInput(const unsigned char *data, size_t len);

int
LLVMFuzzerTestOneInput(const unsigned char *data, size_t len)
{
	char *text = g_strndup((const char *)data, len),
	     *utf8 = g_utf8_make_valid(text, -1);
	struct dns *dns = dns_zone_new(json_pack("{s:{s:[s]}, s:{s:[s]}}",
	    "_dmarc.a.x.example", "TXT", utf8, "_dmarc.example", "TXT", utf8));
	struct dns_session *session = dns_session_new(dns);
	struct dmarc *dmarc = dmarc_new("a.x.example", session);

	g_assert_true(domain_is_within("a.x.example", dmarc->org));
	(void)dmarc_align(dmarc, "b.x.example", session);
	dmarc_free(dmarc);
	dns_session_free(session);
	dns_free(dns);
	g_free(utf8);
	g_free(text);
	return 0;
}
