/* SPDX-License-Identifier: GPL-3.0-or-later */
/* fuzz_guise.c - any bytes as the author of a message, held against contacts: whom it looks like. */
#include "auth/guise.h"
#include "mime/lookalike.h"

#include <string.h>

int LLVMFuzzerTestOneInput(const unsigned char *data, size_t len);

int
LLVMFuzzerTestOneInput(const unsigned char *data, size_t len)
{
	static struct contacts *contacts; /* the same for all */
	GString *bytes = g_string_new("List-Post: <mailto:talk@lists.example>\nFrom: ");
	struct author author;
	struct guise guise;

	if (contacts == NULL) {
		contacts = contacts_new();
		contacts_add(contacts, "Carla Long", "carla@friend.example");
		contacts_add(contacts, "", "talk@lists.example");
	}
	g_string_append_len(bytes, (const char *)data, (gssize)len);
	struct message *message = message_new(bytes->str, bytes->len);
	author_init(&author, message);
	guise_init(&guise, message, &author, contacts);
	if (author.domain != NULL && author.address != NULL)
		g_free(guise_mark(&author, guise.original, contacts));
	g_assert_true(guise.shown == NULL || g_utf8_validate(guise.shown, -1, NULL));
	guise_fini(&guise);
	author_fini(&author);
	message_free(message);
	g_string_free(bytes, TRUE);
	return 0;
}
