/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Operation of penfold-auth: whom the user writes to, so that others who look like them are seen. */
#include "programs/auth_again.h"
#include "programs/auth_program.h"

#include "auth/address.h"

#include <string.h>

struct contacts *
auth_contacts_new(const GPtrArray *own)
{
	struct contacts *contacts = contacts_new();

	for (guint i = 0; i < own->len && g_ptr_array_index(own, i) != NULL; i++)
		contacts_add(contacts, "", g_ptr_array_index(own, i));
	return contacts;
}

/* "Name <addr-spec>", as `complete` gives it. */
static void
add_mailbox(struct contacts *contacts, const char *mailbox)
{
	struct addresses *list = addresses_new(mailbox, strlen(mailbox));

	for (guint i = 0; i < list->items->len; i++) {
		const struct address *one = g_ptr_array_index(list->items, i);

		contacts_add(contacts, one->display, one->text);
	}
	addresses_free(list);
}

void
auth_op_contacts(struct helper_request *r, void *state)
{
	struct auth_program *program = state;
	const json_t *items = json_object_get(helper_args(r), "items");
	const json_t *one;
	size_t i;

	contacts_free(program->contacts);
	program->contacts = auth_contacts_new(program->own);
	json_array_foreach(items, i, one)
		if (json_is_string(one))
			add_mailbox(program->contacts, json_string_value(one));
	helper_done(r, json_pack("{s:I, s:o}", "known", (json_int_t)json_array_size(items), "again",
	    auth_again_take(program->again, program->contacts)));
}
