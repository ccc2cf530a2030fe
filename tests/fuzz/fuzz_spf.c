/* SPDX-License-Identifier: GPL-3.0-or-later */
/* fuzz_spf.c - any bytes as an SPF record that includes itself: it ends, within ten
 * look-ups. */
#include "auth/spf.h"
#include "lookup/dns_zone.h"

#include <string.h>

int LLVMFuzzerTestOneInput(const unsigned char *data, size_t len);

int
LLVMFuzzerTestOneInput(const unsigned char *data, size_t len)
{
	char *text = g_strndup((const char *)data, len),
	     *utf8 = g_utf8_make_valid(text, -1);
	struct dns *dns = dns_zone_new(
	    json_pack("{s:{s:[s], s:[s]}}", "x.example", "TXT", utf8, "A", "192.0.2.1"));
	struct dns_session *session = dns_session_new(dns);
	const struct spf_query query = {
	    .ip = "192.0.2.1", .helo = "h.example", .from = "a@x.example"};
	struct spf *spf = spf_new(&query, session);

	g_assert_cmpuint(spf->lookups, <=, 11);
	spf_free(spf);
	dns_session_free(session);
	dns_free(dns);
	g_free(utf8);
	g_free(text);
	return 0;
}
