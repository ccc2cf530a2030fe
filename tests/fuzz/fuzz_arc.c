/* SPDX-License-Identifier: GPL-3.0-or-later */
/* fuzz_arc.c - any bytes as a message with a chain, and a key that verifies nothing: no
 * chain passes. */
#include "auth/arc.h"
#include "lookup/dns_zone.h"

#include <string.h>

int LLVMFuzzerTestOneInput(const unsigned char *data, size_t len);

int
LLVMFuzzerTestOneInput(const unsigned char *data, size_t len)
{
	struct message *message = message_new(len == 0 ? "" : (const char *)data, len);
	struct dkim_verifier v;

	dkim_verifier_init(&v);
	v.message = message;
	v.dns = dns_session_new(NULL);
	v.keys = dkim_keys_new();
	arc_prefetch(v.message, v.dns);
	struct arc *arc = arc_new(&v);
	g_assert_true(arc->result != ARC_PASS && arc->sets->len <= 150);
	arc_free(arc);
	dkim_keys_free(v.keys);
	dns_session_free(v.dns);
	message_free(message);
	dkim_verifier_fini(&v);
	return 0;
}
