/* SPDX-License-Identifier: GPL-3.0-or-later */
/* store_recipients.c - whom a letter of another program's goes to: sendmail's arguments, and its -t. */
#include "programs/store_recipients.h"

#include "base/error.h"
#include "base/jsonl.h"
#include "mime/compose_address.h"
#include "mime/compose_facts.h"
#include "mime/prescreen.h"

#include <string.h>

static bool
add_field_recipients(GPtrArray *specs, GBytes *bytes, const char *name, GError **error)
{
	char *value = compose_facts_list(bytes, name);
	GPtrArray *list = value != NULL ? compose_address_list(value, error) : NULL;
	bool good = value == NULL || list != NULL;
	guint i;

	for (i = 0; list != NULL && i < list->len; i++)
		g_ptr_array_add(specs,
		    g_strdup(((const struct compose_address *)list->pdata[i])->spec));
	g_clear_pointer(&list, g_ptr_array_unref);
	g_free(value);
	return good;
}

/* A letter that is sent on goes to those of its Resent fields alone (RFC 5322 3.6.6). */
static bool
add_fields_recipients(GPtrArray *specs, GBytes *bytes, GError **error)
{
	static const char *const fields[] = {"Resent-To", "Resent-Cc", "Resent-Bcc", "To", "Cc", "Bcc"};
	guint before = specs->len;

	for (size_t i = 0; i < G_N_ELEMENTS(fields); i++) {
		if (i == 3 && specs->len > before)
			return true;
		if (!add_field_recipients(specs, bytes, fields[i], error))
			return false;
	}
	return true;
}

/* A letter past a limit is not taken apart, and then nobody could be found in its header. */
static bool
may_be_read(GBytes *bytes, GError **error)
{
	struct prescreen found;
	gsize len;
	const char *data = g_bytes_get_data(bytes, &len);

	prescreen_scan(data, len, &found);
	if (found.finding == PRESCREEN_OK)
		return true;
	g_set_error(error, PF_ERROR, PF_ERROR_LIMIT,
	    "its recipients cannot be taken from its header: %s. Give them as arguments", prescreen_text(found.finding));
	return false;
}

/* One argument of sendmail's may be "<ann@x.example>", "Ann <ann@x.example>" or a list of such. What is none of that is
 * taken as it stands, and told of where it is looked at. */
static void
add_given(GPtrArray *specs, const char *text)
{
	GPtrArray *list = strpbrk(text, "<,") != NULL ? compose_address_list(text, NULL) : NULL;

	for (guint i = 0; list != NULL && i < list->len; i++)
		g_ptr_array_add(specs, g_strdup(((const struct compose_address *)list->pdata[i])->spec));
	if (list == NULL || list->len == 0)
		g_ptr_array_add(specs, g_strdup(text));
	g_clear_pointer(&list, g_ptr_array_unref);
}

GPtrArray *
store_recipients(const json_t *args, GBytes *bytes, GError **error)
{
	GPtrArray *specs = g_ptr_array_new_with_free_func(g_free);
	const json_t *given = json_object_get(args, "recipients");
	bool good = true;
	size_t i;

	for (i = 0; i < json_array_size(given); i++) {
		const char *text = json_string_value(json_array_get(given, i));

		add_given(specs, text != NULL ? text : "");
	}
	if (jsonl_bool(args, "extract", false) || jsonl_string(args, "resend_from") != NULL)
		good = may_be_read(bytes, error) && add_fields_recipients(specs, bytes, error);
	if (good)
		return specs;
	g_ptr_array_unref(specs);
	return NULL;
}
