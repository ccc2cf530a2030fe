/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The writer of rows.idx: rows are gathered in memory, sorted, written beside the old file. */
#include "base/row_index.h"
#include "base/row_index_format.h"

#include "base/file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

struct row_index_writer {
	struct row_index_header header;
	GArray *rows;	 /* struct row_index_record */
	GArray *folders; /* struct row_index_folder_record */
	GByteArray *blob;
	GHashTable *shared; /* text -> offset, for what repeats much */
	GHashTable *folder_numbers;
};

struct row_index_writer *
row_index_writer_new(const char *uuid, guint64 revision)
{
	struct row_index_writer *w = g_new0(struct row_index_writer, 1);

	memcpy(w->header.magic, ROW_INDEX_MAGIC, sizeof(w->header.magic));
	w->header.version = ROW_INDEX_VERSION;
	w->header.byte_order = ROW_INDEX_BYTE_ORDER;
	g_strlcpy(w->header.uuid, uuid, sizeof(w->header.uuid));
	w->header.revision = revision;
	w->rows = g_array_new(FALSE, TRUE, sizeof(struct row_index_record));
	w->folders = g_array_new(FALSE, TRUE, sizeof(struct row_index_folder_record));
	w->blob = g_byte_array_new();
	w->shared = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	w->folder_numbers = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	g_byte_array_append(w->blob, (const guint8 *)"", 1); /* offset 0 is "" */
	return w;
}

void
row_index_writer_free(struct row_index_writer *w)
{
	if (w == NULL)
		return;
	g_array_unref(w->rows);
	g_array_unref(w->folders);
	g_byte_array_unref(w->blob);
	g_hash_table_unref(w->shared);
	g_hash_table_unref(w->folder_numbers);
	g_free(w);
}

static uint32_t
put(struct row_index_writer *w, const char *text)
{
	uint32_t offset = w->blob->len;

	if (text[0] == '\0')
		return 0;
	g_byte_array_append(w->blob, (const guint8 *)text, (guint)strlen(text) + 1);
	return offset;
}

static uint32_t
put_shared(struct row_index_writer *w, const char *text)
{
	gpointer known = g_hash_table_lookup(w->shared, text);
	uint32_t offset;

	if (known != NULL)
		return GPOINTER_TO_UINT(known);
	offset = put(w, text);
	g_hash_table_insert(w->shared, g_strdup(text), GUINT_TO_POINTER(offset));
	return offset;
}

static uint32_t
put_folders(struct row_index_writer *w, const struct row *row)
{
	static const guint8 padding[4];
	uint32_t offset;

	if (w->blob->len % 4 != 0)
		g_byte_array_append(w->blob, padding, 4 - w->blob->len % 4);
	offset = w->blob->len;
	if (row->n_folders > 0)
		g_byte_array_append(w->blob, (const guint8 *)row->folders,
		    (guint)(row->n_folders * sizeof(row->folders[0])));
	return offset;
}

void
row_index_writer_add(struct row_index_writer *w, const struct row *row)
{
	struct row_index_record r = { .date = row->date,
		.size = row->size,
		.count = row->count,
		.total = row->total,
		.flags = row->flags,
		.verdict = row->verdict,
		.n_folders = row->n_folders };

	r.thread = put(w, row->thread);
	r.id = put(w, row->id);
	r.subject = put(w, row->subject);
	r.authors = put_shared(w, row->authors);
	r.domain = put_shared(w, row->domain);
	r.tags = put_shared(w, row->tags);
	r.folders = put_folders(w, row);
	g_array_append_val(w->rows, r);
	for (guint32 i = 0; i < row->n_folders; i++) {
		const struct row_folder_count *count = &row->folders[i];
		struct row_index_folder_record *f;

		g_assert(count->folder < w->folders->len);
		f = &g_array_index(w->folders, struct row_index_folder_record, count->folder);
		f->total += count->total;
		f->unread += count->unread;
	}
}

guint32
row_index_writer_folder(struct row_index_writer *w, const char *account, const char *folder,
    const char *role)
{
	char *key = g_strdup_printf("%zu %s/%s", strlen(account), account, folder);
	gpointer known = g_hash_table_lookup(w->folder_numbers, key);
	struct row_index_folder_record f = { 0 };

	if (known != NULL) {
		g_free(key);
		return GPOINTER_TO_UINT(known) - 1;
	}
	f.account = put_shared(w, account);
	f.folder = put_shared(w, folder);
	f.role = put_shared(w, role);
	g_array_append_val(w->folders, f);
	g_hash_table_insert(w->folder_numbers, key, GUINT_TO_POINTER(w->folders->len));
	return w->folders->len - 1;
}

guint32
row_index_writer_n_rows(const struct row_index_writer *w)
{
	return w->rows->len;
}

static gint
compare_rows(gconstpointer a, gconstpointer b, gpointer user)
{
	const struct row_index_record *x = a, *y = b;
	const struct row_index_writer *w = user;

	if (x->date != y->date)
		return x->date > y->date ? -1 : 1;
	return strcmp((const char *)w->blob->data + x->thread, (const char *)w->blob->data + y->thread);
}

static bool
write_parts(const struct row_index_writer *w, int fd, GError **error)
{
	return file_write_all(fd, &w->header, sizeof(w->header), error) &&
	    file_write_all(fd, w->rows->data, w->rows->len * sizeof(struct row_index_record), error) &&
	    file_write_all(fd, w->folders->data,
		w->folders->len * sizeof(struct row_index_folder_record), error) &&
	    file_write_all(fd, w->blob->data, w->blob->len, error);
}

/* Records are multiples of 8 bytes, so each part starts aligned. */
static void
lay_out(struct row_index_writer *w)
{
	struct row_index_header *h = &w->header;

	G_STATIC_ASSERT(sizeof(*h) % 8 == 0 && sizeof(struct row_index_record) % 8 == 0 &&
	    sizeof(struct row_index_folder_record) % 8 == 0);
	g_byte_array_append(w->blob, (const guint8 *)"", 1); /* ends in NUL after any counts */
	h->n_rows = w->rows->len;
	h->n_folders = w->folders->len;
	h->rows_offset = sizeof(*h);
	h->folders_offset = h->rows_offset + w->rows->len * sizeof(struct row_index_record);
	h->blob_offset =
	    h->folders_offset + w->folders->len * sizeof(struct row_index_folder_record);
	h->blob_len = w->blob->len;
}

bool
row_index_writer_finish(struct row_index_writer *w, const char *path, GError **error)
{
	char *temporary = g_strdup_printf("%s.XXXXXX", path);
	int fd = g_mkstemp_full(temporary, O_WRONLY | O_CLOEXEC, 0600);
	bool ok = fd >= 0;

	g_array_sort_with_data(w->rows, compare_rows, w);
	lay_out(w);
	if (!ok)
		g_set_error(error, PF_ERROR, PF_ERROR_IO, "%s: cannot write beside it: %s", path,
		    g_strerror(errno));
	ok = ok && write_parts(w, fd, error);
	if (fd >= 0)
		close(fd);
	if (ok && rename(temporary, path) != 0) {
		g_set_error(error, PF_ERROR, PF_ERROR_IO, "%s: %s", path, g_strerror(errno));
		ok = false;
	}
	if (!ok && fd >= 0)
		unlink(temporary);
	g_free(temporary);
	row_index_writer_free(w);
	return ok;
}
