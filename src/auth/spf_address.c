/* SPDX-License-Identifier: GPL-3.0-or-later */
/* spf_address.c - see spf_address.h. */
#include "auth/spf_address.h"

#include <arpa/inet.h>
#include <string.h>

bool
spf_address_parse(const char *text, struct spf_address *out)
{
	static const unsigned char mapped[12] = {
	    0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff};

	*out = (struct spf_address){.family = AF_INET};
	if (inet_pton(AF_INET, text, out->bytes) == 1)
		return true;
	if (inet_pton(AF_INET6, text, out->bytes) != 1)
		return false;
	out->family = AF_INET6;
	if (memcmp(out->bytes, mapped, sizeof mapped) == 0) {
		out->family = AF_INET;
		memmove(out->bytes, out->bytes + sizeof mapped, 4);
	}
	return true;
}

bool
spf_address_has_prefix(
    const struct spf_address *address, const unsigned char *bytes, unsigned prefix)
{
	unsigned whole = prefix / 8, rest = prefix % 8;

	if (memcmp(address->bytes, bytes, whole) != 0)
		return false;
	return rest == 0 || (address->bytes[whole] ^ bytes[whole]) >> (8 - rest) == 0;
}

char *
spf_address_text(const struct spf_address *address)
{
	char text[INET6_ADDRSTRLEN];

	if (inet_ntop(address->family, address->bytes, text, sizeof text) == NULL)
		return g_strdup("");
	return g_strdup(text);
}

char *
spf_address_dotted(const struct spf_address *address)
{
	if (address->family == AF_INET)
		return spf_address_text(address);
	GString *out = g_string_new(NULL);
	for (size_t i = 0; i < 16; i++)
		g_string_append_printf(out, "%s%X.%X", i == 0 ? "" : ".",
		    address->bytes[i] >> 4, address->bytes[i] & 15);
	return g_string_free(out, FALSE);
}

char *
spf_address_reverse(const struct spf_address *address)
{
	char *dotted = spf_address_dotted(address);
	char **parts = g_strsplit(dotted, ".", -1);
	GString *out = g_string_new(NULL);

	for (guint i = g_strv_length(parts); i > 0; i--)
		g_string_append_printf(out, "%s.", parts[i - 1]);
	g_string_append(out, address->family == AF_INET ? "in-addr.arpa" : "ip6.arpa");
	g_strfreev(parts);
	g_free(dotted);
	return g_string_free(out, FALSE);
}
