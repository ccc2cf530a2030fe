/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Operation of penfold-store: which of the files that have just come can be judged before they are indexed, so that their
 * verdicts go into the index along with them. Only what is plainly new, and a stranger's: the verdict on all else
 * wants to know what the index says of it, and a report is read when it is named. */
#include "programs/store_ops.h"

#include "base/file.h"
#include "base/placeholder.h"
#include "mime/header.h"
#include "mime/report.h"
#include "store/message.h"

#include <unistd.h>

#define HEAD_BYTES (64u << 10) /* of a message */

static void
add_addresses(GHashTable *out, const char *mailboxes)
{
	GPtrArray *list = header_addresses(mailboxes, NULL);

	for (guint i = 0; i < list->len; i++) {
		const struct header_address *one = g_ptr_array_index(list, i);

		g_hash_table_add(out, g_utf8_strdown(one->address, -1));
	}
	g_ptr_array_unref(list);
}

/* Set of the user's addresses, in lower case. */
static GHashTable *
own_addresses(const struct rc *rc)
{
	GHashTable *own = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	const struct rc_account *const *accounts = rc_accounts(rc);

	for (size_t i = 0; accounts[i] != NULL; i++) {
		const char *const *alias = rc_list(rc, "account", accounts[i]->name, "aliases");

		add_addresses(own, accounts[i]->address);
		for (; *alias != NULL; alias++)
			add_addresses(own, *alias);
	}
	return own;
}

static bool
is_from(GHashTable *own, const char *from)
{
	GHashTable *authors = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	GHashTableIter iter;
	gpointer address;
	bool found = false;

	add_addresses(authors, from);
	g_hash_table_iter_init(&iter, authors);
	while (!found && g_hash_table_iter_next(&iter, &address, NULL))
		found = g_hash_table_contains(own, address);
	g_hash_table_unref(authors);
	return found;
}

/* Has the index a message of its id, or is it one that cannot be told by it? */
static bool
is_known(struct store_program *p, const struct header *h)
{
	GPtrArray *ids = header_ids(header_last(h, "Message-ID"));
	bool is = ids->len != 1 || message_is_known(p->index, g_ptr_array_index(ids, 0));

	g_ptr_array_unref(ids);
	return is;
}

static bool
is_plain(struct store_program *p, GHashTable *own, const char *path)
{
	int fd = placeholder_is(path) ? -1 : file_open_regular(path, true);
	char *head = g_malloc(HEAD_BYTES);
	ssize_t n = fd >= 0 ? read(fd, head, HEAD_BYTES) : -1;
	bool found = n > 0 && !report_is_likely(head, (size_t)n);

	if (fd >= 0)
		close(fd);
	if (found) {
		struct header *h = header_of_bytes(head, (size_t)n);

		found = !is_from(own, header_last(h, "From")) && !is_known(p, h);
		header_free(h);
	}
	g_free(head);
	return found;
}

void
store_op_arriving(struct helper_request *r, void *state)
{
	struct store_program *p = state;
	GError *error = NULL;
	GPtrArray *paths = store_strings(r, "paths", &error);
	GHashTable *own;

	if (paths == NULL) {
		helper_fail(r, error);
		return;
	}
	own = own_addresses(index_rc(p->index));
	for (guint i = 0; i < paths->len && !helper_is_cancelled(r); i++) {
		const char *asked = g_ptr_array_index(paths, i);
		char *path = index_path(p->index, asked, NULL);

		if (path != NULL && is_plain(p, own, path))
			helper_event(r, "message", json_pack("{s:o, s:o}", "path", jsonl_text(asked, -1), "account",
			    jsonl_text(folders_of_path(index_folders(p->index), path)->account, -1)));
		g_free(path);
	}
	g_hash_table_unref(own);
	g_ptr_array_unref(paths);
	helper_done(r, NULL);
}
