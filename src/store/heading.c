/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Subject and From: notmuch's reading, or ours where notmuch's is known to lose text. */
#include "store/heading.h"

#include "mime/encoded_word.h"
#include "mime/header.h"

#include <string.h>

static const struct {
	const char *name, *property;
} kept[] = {
	{ "subject", "penfold.subject" },
	{ "from", "penfold.from" },
};

/* Does joining words change the value, so that GMime would have lost some of it? */
static bool
is_misread(const char *raw)
{
	char *mended = raw != NULL ? encoded_word_mend(raw) : NULL;
	bool differs = mended != NULL && strcmp(mended, raw) != 0;

	g_free(mended);
	return differs;
}

/* The first mailbox as "Name <address>". Owned. */
static char *
first_mailbox(const char *raw)
{
	GPtrArray *list = header_addresses(raw, NULL);
	char *text = NULL;

	if (list->len > 0) {
		const struct header_address *a = g_ptr_array_index(list, 0);

		text = a->name != NULL ? g_strdup_printf("%s <%s>", a->name, a->address)
				       : g_strdup(a->address);
	}
	g_ptr_array_unref(list);
	return text;
}

notmuch_status_t
heading_note(notmuch_message_t *message, const char *bytes, size_t len)
{
	struct header *h = header_of_bytes(bytes, len);
	notmuch_status_t status = NOTMUCH_STATUS_SUCCESS;

	for (size_t i = 0; i < G_N_ELEMENTS(kept) && status == NOTMUCH_STATUS_SUCCESS; i++) {
		const char *raw = header_last(h, kept[i].name);
		char *text;

		if (!is_misread(raw))
			continue;
		text = strcmp(kept[i].name, "from") == 0 ? first_mailbox(raw) : header_text(raw, NULL);
		if (text != NULL && text[0] != '\0')
			status = notmuch_message_add_property(message, kept[i].property, text);
		g_free(text);
	}
	header_free(h);
	return status;
}

const char *
heading_of(notmuch_message_t *message, const char *name)
{
	const char *value = NULL;

	for (size_t i = 0; i < G_N_ELEMENTS(kept); i++)
		if (strcmp(kept[i].name, name) == 0)
			(void)notmuch_message_get_property(message, kept[i].property, &value);
	if (value == NULL)
		value = notmuch_message_get_header(message, name);
	return value != NULL ? value : "";
}
