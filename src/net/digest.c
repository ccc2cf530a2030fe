/* SPDX-License-Identifier: GPL-3.0-or-later */
/* digest.c - bytes to hex digits. */
#include "net/digest.h"

#include <openssl/evp.h>

char *
digest_sha256(GBytes *bytes)
{
	static const char digits[] = "0123456789abcdef";
	unsigned char md[EVP_MAX_MD_SIZE];
	unsigned int n = 0, i;
	gsize len;
	const void *data = g_bytes_get_data(bytes, &len);
	char *hex;

	/* nothing to hash is no NULL for OpenSSL */
	if (EVP_Digest(data != NULL ? data : "", len, md, &n, EVP_sha256(), NULL) != 1)
		return NULL;
	hex = g_malloc0(2 * n + 1);
	for (i = 0; i < n; i++) {
		hex[2 * i] = digits[md[i] >> 4];
		hex[2 * i + 1] = digits[md[i] & 15];
	}
	return hex;
}
