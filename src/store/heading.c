/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Subject and From: notmuch's reading, or ours where notmuch's is known to lose text. */
#include "store/heading.h"

#include "base/mailbox_text.h"
#include "mime/encoded_word.h"
#include "mime/header.h"
#include "mime/source.h"
#include "store/author.h"

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

/* The first mailbox as "Name <address>"; NULL when none can be read. Owned. */
static char *
first_mailbox(const char *raw)
{
	GPtrArray *list = header_addresses(raw, NULL);
	const struct header_address *a = list->len > 0 ? g_ptr_array_index(list, 0) : NULL;
	char *text = a != NULL && a->address[0] != '\0' ? mailbox_text_as_came(a->name, a->address) : NULL;

	g_ptr_array_unref(list);
	return text;
}

/* Would the list show the same author by either? */
static bool
is_same_author(const char *a, const char *b)
{
	char *name_a = author_display(a), *name_b = author_display(b);
	char *address_a = author_address(a), *address_b = author_address(b);
	bool is_same = strcmp(name_a, name_b) == 0 && strcmp(address_a, address_b) == 0;

	g_free(name_a);
	g_free(name_b);
	g_free(address_a);
	g_free(address_b);
	return is_same;
}

static char *
reading_of_from(notmuch_message_t *message, const char *raw)
{
	char *text = raw != NULL ? first_mailbox(raw) : NULL;

	if (text != NULL && !is_misread(raw) && is_same_author(text, notmuch_message_get_header(message, "from")))
		g_clear_pointer(&text, g_free);
	return text;
}

notmuch_status_t
heading_note(notmuch_message_t *message, const char *bytes, size_t len)
{
	bool is_broken;
	size_t head = source_header_len(bytes, len, &is_broken);
	struct header *h = header_of_bytes(bytes, is_broken ? head : len);
	notmuch_status_t status = NOTMUCH_STATUS_SUCCESS;

	for (size_t i = 0; i < G_N_ELEMENTS(kept) && status == NOTMUCH_STATUS_SUCCESS; i++) {
		const char *raw = header_last(h, kept[i].name);
		char *text;

		if (strcmp(kept[i].name, "from") == 0)
			text = reading_of_from(message, raw);
		else
			text = is_broken || is_misread(raw) ? header_text(raw, NULL) : NULL;
		/* behind a line that is no field notmuch reads on; nobody judges what stands there */
		if (text == NULL && raw == NULL && is_broken)
			text = g_strdup("");
		if (text != NULL && (is_broken || text[0] != '\0'))
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
