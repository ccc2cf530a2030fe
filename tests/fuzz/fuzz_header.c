/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A whole message: pre-screen, parse, header, parts, text, answer. */
#include "mime/html.h"
#include "mime/reply.h"
#include "mime/show.h"

#include <stdint.h>

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const char *const own[] = { "a@b.example", NULL };
	const struct reply_opts opts = { .mode = REPLY_ALL, .own = own, .from = own[0] };
	struct source s;
	mail_init();
	html_init();
	source_init(&s, (const char *)data, size);
	json_decref(show_json(&s, 40, 1 << 20));
	json_decref(reply_draft(&s, &opts, NULL));
	source_fini(&s);
	return 0;
}
