/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Replies of an SMTP server, line by line, then taken as the answer to EHLO. */
#include "net/smtp_caps.h"
#include "net/smtp_reply.h"

#include <stdint.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const char *p = (const char *)data, *end = p + size;
	struct smtp_reply r;
	struct smtp_caps caps;

	smtp_reply_init(&r);
	smtp_caps_init(&caps);
	while (p < end) {
		const char *lf = memchr(p, '\n', (size_t)(end - p)),
			   *stop = lf != NULL ? lf : end;

		if (!smtp_reply_feed(&r, p, (size_t)(stop - p), NULL))
			break;
		if (r.is_whole) {
			g_free(smtp_reply_explain(&r));
			smtp_caps_parse(&caps, r.text->str);
			smtp_reply_reset(&r);
		}
		p = lf != NULL ? lf + 1 : end;
	}
	smtp_caps_fini(&caps);
	smtp_reply_fini(&r);
	return 0;
}
