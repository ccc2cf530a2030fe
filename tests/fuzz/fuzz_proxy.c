/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a proxy answers, by each scheme. */
#include "net/proxy_talk.h"

#include <stdint.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static char user[] = "u", socks[] = "socks5h", http[] = "http";
	struct rc_url proxy = {.scheme = size % 2 != 0 ? socks : http, .user = size % 2 != 0 ? user : NULL};
	struct proxy_talk talk = {.proxy = &proxy, .host = size % 3 != 0 ? "a.example" : "::1", .port = 1};
	GByteArray *out = g_byte_array_new();
	bool is_open = false, is_good = proxy_talk_begin(&talk, out, NULL);

	for (size_t i = 0; is_good && !is_open && i < size; i++)
		is_good = proxy_talk_feed(&talk, data[i], out, &is_open, NULL);
	g_assert_cmpuint(out->len, <, 512);
	proxy_talk_end(&talk);
	g_byte_array_unref(out);
	return 0;
}
