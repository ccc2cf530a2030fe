/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A signed or encrypted message before any engine sees it: entities, layers, protected fields. */
#include "crypto/header_protection.h"
#include "crypto/layers.h"
#include "mime/mail.h"

#include <stdint.h>

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct entity_range parts[8];
	struct entity e;
	struct layer l;
	mail_init();
	entity_init(&e, (const char *)data, size);
	(void)entity_children(&e, parts, 8);
	layer_find(&e, &l);
	layer_clear(&l);
	GString *inner = g_string_new(NULL), *outer = g_string_new(NULL);
	header_protection_write(&e, size & 1, inner, outer);
	g_string_free(inner, TRUE);
	g_string_free(outer, TRUE);
	entity_fini(&e);
	return 0;
}
