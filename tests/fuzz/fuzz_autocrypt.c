/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Autocrypt fields of a stranger's header, and a field's value alone. */
#include "mime/autocrypt.h"
#include "mime/mail.h"

#include <stdint.h>

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct autocrypt a;
	mail_init();
	struct header *h = header_of_bytes((const char *)data, size);
	if (autocrypt_of_header(h, &a))
		autocrypt_clear(&a);
	header_free(h);
	char *value = g_strndup((const char *)data, size);
	if (autocrypt_parse(value, &a))
		autocrypt_clear(&a);
	g_free(value);
	return 0;
}
