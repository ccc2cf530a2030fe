/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a POP3 server sends: each line through all readers of lines, the whole through the reader of bodies. */
#include "net/pop3_list.h"

#include <stdint.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *text = g_strndup((const char *)data, size), **lines = g_strsplit(text, "\n", -1);
	struct pop3_listing *l = pop3_listing_new();
	struct pop3_reply reply;
	struct pop3_caps caps;
	struct pop3_body body;
	GByteArray *out = g_byte_array_new();
	guint n_odd;

	pop3_caps_init(&caps);
	for (char **line = lines; *line != NULL; line++) {
		pop3_reply_parse(*line, &reply);
		g_free(pop3_reply_timestamp(reply.text));
		pop3_caps_feed(&caps, *line);
		g_assert_true(pop3_listing_uidl(l, *line, NULL) && pop3_listing_size(l, *line, NULL));
	}
	g_ptr_array_unref(pop3_listing_items(l, size % 2 != 0, &n_odd));
	pop3_body_init(&body, size % 3 == 0);
	g_assert_cmpuint(pop3_body_feed(&body, (const char *)data, size, out), <=, size);
	g_assert_cmpuint(out->len, <=, size);
	g_byte_array_unref(out);
	pop3_caps_fini(&caps);
	pop3_listing_free(l);
	g_strfreev(lines);
	g_free(text);
	return 0;
}
