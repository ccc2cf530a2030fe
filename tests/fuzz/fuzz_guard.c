/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What an IMAP server sends: through the guard in pieces, and every response through all its readers. */
#include "net/guard.h"
#include "net/imap_names.h"
#include "net/imap_structure.h"

#include "base/labels.h"

#include <stdint.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static char
letter_of(void *user, const char *label)
{
	char *tag = label_tag(label), letter = tag != NULL ? tag[0] : '\0';

	(void)user;
	g_free(tag);
	return letter;
}

static bool
on_event(void *user, const struct guard_event *ev, GError **error)
{
	GPtrArray *boxes = g_ptr_array_new_with_free_func((GDestroyNotify)imap_mailbox_free);
	GArray *uids = g_array_new(FALSE, FALSE, sizeof(guint32));
	struct imap_mailbox *box = imap_reply_list(ev->tokens);
	struct imap_fetched fetched;

	struct imap_names names = {0};

	(void)error;
	for (size_t at = 0; at < imap_tokens_n(ev->tokens) && at < 20; at++)
		g_free(imap_structure_text(ev->tokens, at));
	(void)imap_names_read(&names, ev->tokens);
	imap_names_clear(&names);
	if (box != NULL)
		g_ptr_array_add(boxes, box);
	if (imap_reply_fetch(ev->tokens, &fetched)) {
		imap_reply_keywords(ev->tokens, user, &fetched);
		imap_reply_labels(ev->tokens, MAILBOX_UTF7, letter_of, NULL, &fetched);
		imap_reply_labels(ev->tokens, MAILBOX_UTF8, letter_of, NULL, &fetched);
	}
	(void)imap_reply_copyuid(ev->tokens, uids, uids);
	(void)imap_reply_status(ev->tokens, boxes);
	(void)imap_reply_uids(ev->tokens, 1000, uids);
	(void)imap_reply_code(ev->tokens, "UIDVALIDITY");
	g_array_unref(uids);
	g_ptr_array_unref(boxes);
	return true;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const char *const rows[] = {"keywords.a=Work work", "keywords.b=$Important important", NULL};
	static struct keywords *words; /* which are flags too */
	struct rc *rc = words == NULL ? rc_load("/dev/null", rows, NULL) : NULL;
	struct guard_handler handler = {.on_event = on_event};
	struct guard *g;
	GByteArray *out = g_byte_array_new();
	size_t at = 0, piece = size > 0 ? 1 + data[0] % 97u : 1, used = 0;

	words = words == NULL ? keywords_new(rc) : words;
	rc_free(rc);
	handler.user = words;
	g = guard_new(&handler);
	while (at < size && guard_feed(g, (const char *)data + at, MIN(piece, size - at), &used, out, NULL)) {
		g_assert(used > 0 || out->len > 0);
		g_byte_array_set_size(out, 0);
		at += used;
	}
	g_byte_array_unref(out);
	guard_free(g);
	return 0;
}
