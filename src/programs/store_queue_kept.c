/* SPDX-License-Identifier: GPL-3.0-or-later */
/* store_queue_kept.c - what sendmail's letters become that are taken back. The queue has the only copy of them: whoever
 * handed it over has forgotten it. */
#include "programs/store_queue_kept.h"

#include "base/error.h"
#include "base/file.h"
#include "base/jsonl.h"
#include "base/limits.h"
#include "base/log.h"
#include "mime/compose_address.h"
#include "mime/compose_facts.h"
#include "programs/store_ops.h"
#include "store/folders.h"
#include "store/index_add.h"
#include "store/maildir.h"
#include "store/queue.h"

#include <string.h>
#include <unistd.h>

#define INDEX_PATIENCE_MS 2000 /* with who writes to the index: who takes a letter back waits for the answer */

/* Add the addr-specs in ASCII that the field names. */
static void
add_named(GPtrArray *specs, GBytes *letter, const char *field)
{
	char *value = compose_facts_field(letter, field, false);
	GPtrArray *list = value != NULL ? compose_address_list(value, NULL) : NULL;

	for (guint i = 0; list != NULL && i < list->len; i++) {
		char *ascii = compose_address_ascii(((const struct compose_address *)list->pdata[i])->spec, NULL);

		if (ascii != NULL)
			g_ptr_array_add(specs, ascii);
	}
	g_clear_pointer(&list, g_ptr_array_unref);
	g_free(value);
}

static bool
is_among(const GPtrArray *specs, const char *recipient)
{
	for (guint i = 0; i < specs->len; i++)
		if (compose_address_equal(specs->pdata[i], recipient))
			return true;
	return false;
}

/* "Bcc: ..." with its line end, a recipient a line, or "". Owned. */
static char *
hidden_field(GBytes *letter, const struct queue_entry *entry)
{
	GString *out = g_string_new(NULL);
	GPtrArray *named = g_ptr_array_new_with_free_func(g_free);

	add_named(named, letter, "To");
	add_named(named, letter, "Cc");
	for (guint i = 0; i < entry->recipients->len; i++) {
		const struct queue_recipient *r = entry->recipients->pdata[i];

		if (r->fate != QUEUE_FATE_SENT && !is_among(named, r->address))
			g_string_append_printf(out, "%s%s", out->len > 0 ? ",\r\n " : "Bcc: ", r->address);
	}
	if (out->len > 0)
		g_string_append(out, "\r\n");
	g_ptr_array_unref(named);
	return g_string_free(out, FALSE);
}

static bool
is_sent_on(GBytes *letter)
{
	char *from = compose_facts_field(letter, "Resent-From", false);
	bool is_it = from != NULL;

	g_free(from);
	return is_it;
}

static const char *
folder_name(struct store_program *p, const struct queue_entry *entry)
{
	const char *name = folders_name_of_role(index_folders(p->index), entry->account, FOLDER_DRAFTS);

	return name != NULL ? name : "Drafts"; /* the account is gone from the rc file */
}

static bool
write_both(const char *folder, const char *field, GBytes *letter, char **path_out, GError **error)
{
	struct maildir_delivery *d = maildir_begin(folder, error);
	gsize len;
	const char *bytes = g_bytes_get_data(letter, &len);

	if (d != NULL && file_write_all(maildir_fd(d), field, strlen(field), error) &&
	    file_write_all(maildir_fd(d), bytes, len, error) && maildir_sync(d, error)) {
		char *cur = g_build_filename(folder, "cur", NULL);
		bool is_good = maildir_commit(d, "DS", path_out, error) && file_sync_dir(cur, error);

		g_free(cur);
		return is_good;
	}
	maildir_abort(d);
	return false;
}

bool
store_queue_keep(struct store_program *p, struct queue *q, const struct queue_entry *entry, char **path_out,
    GError **error)
{
	char *from = queue_path(q, entry->id), *folder, *field;
	GBytes *letter = access(from, F_OK) == 0 ? file_read(from, LIMIT_LITERAL, error) : NULL;
	bool is_good = letter != NULL || access(from, F_OK) != 0;

	*path_out = NULL;
	if (letter != NULL && !is_sent_on(letter)) {
		folder = maildir_path(index_root(p->index), entry->account, folder_name(p, entry), error);
		field = hidden_field(letter, entry);
		is_good = folder != NULL && maildir_create(folder, error) && write_both(folder, field, letter, path_out, error);
		g_free(field);
		g_free(folder);
	}
	g_clear_pointer(&letter, g_bytes_unref);
	g_free(from);
	return is_good;
}

static void
note_id(const struct index_added *added, void *user)
{
	*(json_t **)user = added->id != NULL ? jsonl_text(added->id, -1) : json_null();
}

json_t *
store_queue_kept(struct store_program *p, const struct queue_entry *entry, const char *path)
{
	json_t *id = json_null();
	struct index_add job = {.paths = &path, .n = 1, .on_added = note_id, .user = &id};
	guint indexed, failed;
	GError *error = NULL;

	index_set_patience(p->index, INDEX_PATIENCE_MS);
	if (!index_add(p->index, &job, &indexed, &failed, &error)) {
		log_info("queue", "%s: to be indexed by the next scan: %s", path, error->message);
		g_error_free(error);
	}
	index_set_patience(p->index, 0);
	return json_pack("{s:o, s:o, s:o, s:o}", "path", jsonl_text(path, -1), "account", jsonl_text(entry->account, -1),
	    "folder", jsonl_text(folder_name(p, entry), -1), "id", id);
}
