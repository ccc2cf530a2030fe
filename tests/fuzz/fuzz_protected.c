/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A message and what it wraps: protected header fields, read. */
#include "crypto/header_protection.h"
#include "mime/mail.h"

#include <stdint.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static bool
is_odd(const char *address, const void *user)
{
	return address[0] & (user == NULL);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct header_protection h;
	struct entity outer, inner;
	mail_init();
	entity_init(&outer, (const char *)data, size);
	entity_init(&inner, outer.bytes + outer.body, size - outer.body);
	header_protection_read(&h, &outer, &inner, size & 1, size & 2, is_odd, NULL);
	header_protection_clear(&h);
	entity_fini(&inner);
	entity_fini(&outer);
	return 0;
}
