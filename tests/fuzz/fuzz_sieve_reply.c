/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a ManageSieve server says, a line of it. */
#include "net/sieve_reply.h"

#include <stdint.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	GPtrArray *tokens = sieve_tokens_new();
	struct sieve_end end;
	gint64 literal;

	if (sieve_reply_feed((const char *)data, size, tokens, &literal))
		g_assert_true(literal >= -1);
	sieve_reply_end(tokens, &end);
	g_assert_true(end.status != SIEVE_GOES_ON || end.said == NULL);
	g_ptr_array_unref(tokens);
	return 0;
}
