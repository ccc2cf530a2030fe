/* SPDX-License-Identifier: GPL-3.0-or-later */
/* fuzz_authres.c - any bytes as an Authentication-Results field, as an address list, as a
 * Received field and as a date: parsed or refused, with nothing left over. */
#include "auth/address.h"
#include "auth/authres.h"
#include "auth/received.h"
#include "auth/rfc_date.h"

int LLVMFuzzerTestOneInput(const unsigned char *data, size_t len);

int
LLVMFuzzerTestOneInput(const unsigned char *data, size_t len)
{
	const char *bytes = len == 0 ? "" : (const char *)data;
	struct authres *authres = authres_new(bytes, len, NULL);
	struct received received;
	gint64 seconds;

	g_assert_true(authres == NULL || authres->id[0] != '\0');
	authres_free(authres);
	addresses_free(addresses_new(bytes, len));
	char *ip, *helo;
	bool has_address;
	received_init(&received, bytes, len);
	(void)received_is_private(&received, &has_address);
	g_assert_true(received_client(&received, &ip, &helo) == has_address);
	g_free(ip);
	g_free(helo);
	received_fini(&received);
	(void)rfc_date_parse(bytes, len, &seconds);
	return 0;
}
