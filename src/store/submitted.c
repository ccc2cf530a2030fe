/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Our own letters, known again by the copy that was kept when they were sent. */
#include "store/submitted.h"

#include "mime/header.h"
#include "store/folders.h"
#include "store/placement.h"

#include <string.h>

struct search {
	struct index *ix;
	const char *message_id;
	const char *key;  /* of the file that is looked for; NULL: path is it */
	const char *path; /* its name now; NULL: not found */
	char *own_path;
	bool found;
};

static enum folder_role
role_of(struct index *ix, const char *path)
{
	return folders_of_path(index_folders(ix), path)->role;
}

/* Where the text begins: after the first empty line. */
static const char *
text_start(const char *p, const char *end)
{
	while (p < end) {
		const char *lf = memchr(p, '\n', (size_t)(end - p));

		if (lf == NULL)
			return end;
		if (lf == p || (lf == p + 1 && *p == '\r'))
			return lf + 1;
		p = lf + 1;
	}
	return end;
}

/* Two texts that differ at most in CR, and in line ends at the very end. */
static bool
is_same_text(const char *a, const char *a_end, const char *b, const char *b_end)
{
	while (a_end > a && (a_end[-1] == '\n' || a_end[-1] == '\r'))
		a_end--;
	while (b_end > b && (b_end[-1] == '\n' || b_end[-1] == '\r'))
		b_end--;
	for (;;) {
		while (a < a_end && *a == '\r')
			a++;
		while (b < b_end && *b == '\r')
			b++;
		if (a == a_end || b == b_end)
			return a == a_end && b == b_end;
		if (*a++ != *b++)
			return false;
	}
}

static bool
is_same_head(const char *a, size_t a_len, const char *b, size_t b_len)
{
	static const char *const names[] = { "from", "to", "cc", "subject", "date" };
	struct header *ha = header_of_bytes(a, a_len), *hb = header_of_bytes(b, b_len);
	bool same = true;

	for (size_t i = 0; i < G_N_ELEMENTS(names); i++)
		same = same && header_count(ha, names[i]) <= 1 &&
		    g_strcmp0(header_last(ha, names[i]), header_last(hb, names[i])) == 0;
	header_free(ha);
	header_free(hb);
	return same;
}

static bool
is_same_letter(const char *path, const char *sent)
{
	GMappedFile *a = g_mapped_file_new(path, FALSE, NULL);
	GMappedFile *b = g_mapped_file_new(sent, FALSE, NULL);
	bool same = false;

	if (a != NULL && b != NULL && g_mapped_file_get_length(a) > 0 &&
	    g_mapped_file_get_length(b) > 0) {
		const char *pa = g_mapped_file_get_contents(a), *pb = g_mapped_file_get_contents(b);
		size_t la = g_mapped_file_get_length(a), lb = g_mapped_file_get_length(b);

		same = is_same_text(text_start(pa, pa + la), pa + la, text_start(pb, pb + lb),
			   pb + lb) &&
		    is_same_head(pa, la, pb, lb);
	}
	g_clear_pointer(&a, g_mapped_file_unref);
	g_clear_pointer(&b, g_mapped_file_unref);
	return same;
}

/* The one of these files with the wanted key. */
static void
find_file(struct search *s, const GPtrArray *files)
{
	for (guint i = 0; s->key != NULL && i < files->len && s->path == NULL; i++) {
		char *key = index_key(s->ix, g_ptr_array_index(files, i));

		if (strcmp(key, s->key) == 0 && g_file_test(g_ptr_array_index(files, i), G_FILE_TEST_IS_REGULAR))
			s->path = s->own_path = g_strdup(g_ptr_array_index(files, i));
		g_free(key);
	}
}

static notmuch_status_t
find_sent_copy(notmuch_database_t *db, void *user)
{
	struct search *s = user;
	notmuch_message_t *message = NULL;
	notmuch_status_t status = index_find(db, s->message_id, &message);
	GPtrArray *files;

	if (status != NOTMUCH_STATUS_SUCCESS || message == NULL)
		return status;
	files = placement_files(s->ix, message);
	find_file(s, files);
	for (guint i = 0; s->path != NULL && i < files->len && !s->found; i++) {
		const char *file = g_ptr_array_index(files, i);

		s->found = role_of(s->ix, file) == FOLDER_SENT && strcmp(file, s->path) != 0 &&
		    is_same_letter(s->path, file);
	}
	g_ptr_array_unref(files);
	notmuch_message_destroy(message);
	return NOTMUCH_STATUS_SUCCESS;
}

static bool
is_own_role(enum folder_role role)
{
	return role == FOLDER_SENT || role == FOLDER_DRAFTS;
}

char *
submitted_locate(struct index *ix, const char *key, const char *message_id, bool *is_submitted_out)
{
	struct search s = { .ix = ix, .key = key, .message_id = message_id };

	if (message_id != NULL)
		(void)index_read(ix, find_sent_copy, &s, NULL); /* then it is looked for in its folder */
	*is_submitted_out = s.own_path != NULL && (s.found || is_own_role(role_of(ix, s.own_path)));
	return s.own_path;
}

bool
submitted_is(struct index *ix, const char *path, const char *message_id)
{
	struct search s = { .ix = ix, .path = path, .message_id = message_id };
	enum folder_role role = role_of(ix, path);

	if (is_own_role(role))
		return true;
	return message_id != NULL && index_read(ix, find_sent_copy, &s, NULL) && s.found;
}

struct filed {
	struct index *ix;
	const char *account, *message_id;
	bool found;
};

static notmuch_status_t
find_filed(notmuch_database_t *db, void *user)
{
	struct filed *f = user;
	notmuch_message_t *message = NULL;
	notmuch_status_t status = index_find(db, f->message_id, &message);
	GPtrArray *files;

	if (status != NOTMUCH_STATUS_SUCCESS || message == NULL)
		return status;
	files = placement_files(f->ix, message);
	for (guint i = 0; i < files->len; i++) {
		const struct folder *folder =
		    folders_of_path(index_folders(f->ix), g_ptr_array_index(files, i));

		f->found = f->found || (folder->role == FOLDER_SENT &&
					   strcmp(folder->account, f->account) == 0);
	}
	g_ptr_array_unref(files);
	notmuch_message_destroy(message);
	return NOTMUCH_STATUS_SUCCESS;
}

bool
submitted_is_filed(struct index *ix, const char *account, const char *message_id, bool *is_filed_out,
    GError **error)
{
	struct filed f = { .ix = ix, .account = account, .message_id = message_id };

	if (!index_read(ix, find_filed, &f, error))
		return false;
	*is_filed_out = f.found;
	return true;
}
