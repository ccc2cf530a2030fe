/* SPDX-License-Identifier: GPL-3.0-or-later */
/* resend.c - Resent fields. What was there stays to the byte, so that signatures hold. */
#include "mime/resend.h"

#include "mime/compose_address.h"
#include "mime/compose_header.h"

#include <stdbool.h>
#include <string.h>

static bool
add_people(GString *out, const char *name, const char *text, GError **error)
{
	GPtrArray *list = compose_address_list(text, error);
	if (list == NULL)
		return false;
	compose_header_addresses(out, name, list);
	g_ptr_array_unref(list);
	return true;
}

static void
add_id(GString *out, const char *from)
{
	GPtrArray *list = compose_address_list(from, NULL);
	const struct compose_address *a = list != NULL && list->len > 0 ? list->pdata[0] : NULL;
	char *ascii = a != NULL ? compose_address_ascii(a->spec, NULL) : NULL;
	char *uuid = g_uuid_string_random();
	g_string_append_printf(out, "Resent-Message-ID: <%s@%s>\r\n", uuid,
	    ascii != NULL ? compose_address_domain(ascii) : "localhost");
	g_free(uuid);
	g_free(ascii);
	g_clear_pointer(&list, g_ptr_array_unref);
}

/* Bytes of an mbox's envelope line in front. */
static size_t
envelope_line(const char *bytes, size_t len)
{
	const char *nl = len > 5 && memcmp(bytes, "From ", 5) == 0 ? memchr(bytes, '\n', len) : NULL;
	return nl != NULL ? (size_t)(nl + 1 - bytes) : 0;
}

GBytes *
resend_bytes(GBytes *letter, const char *from, const char *to, gint64 now, GError **error)
{
	GString *block = g_string_new(NULL);
	gsize len;
	const char *bytes = g_bytes_get_data(letter, &len);
	g_string_append(block, "Resent-");
	compose_header_date(block, now);
	if (!add_people(block, "Resent-From", from, error) ||
	    !add_people(block, "Resent-To", to, error)) {
		g_string_free(block, TRUE);
		return NULL;
	}
	add_id(block, from);
	size_t skip = len > 0 ? envelope_line(bytes, len) : 0;
	if (len > skip)
		g_string_append_len(block, bytes + skip, (gssize)(len - skip));
	return g_string_free_to_bytes(block);
}
