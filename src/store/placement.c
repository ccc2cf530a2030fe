/* SPDX-License-Identifier: GPL-3.0-or-later */
/* From the places of a message's files to its tags. */
#include "store/placement.h"

#include "store/index_keywords.h"
#include "store/maildir.h"
#include "store/standin.h"

#include "base/placeholder.h"

#include <string.h>

static void
add_real_files(struct index *ix, const char *standin, GPtrArray *out)
{
	GPtrArray *real = state_standins_of_path(index_state(ix), index_relative(ix, standin));

	for (guint i = 0; i < real->len; i++) {
		const struct state_standin *s = g_ptr_array_index(real, i);
		char *path = g_strconcat(index_root(ix), "/", s->path, NULL);
		char *now = index_locate(path);

		g_ptr_array_add(out, now != NULL ? now : g_strdup(path));
		g_free(path);
	}
	g_ptr_array_unref(real);
}

/* Move the file of the smallest rank to the front. */
static void
best_first(struct index *ix, GPtrArray *files)
{
	guint best = 0;
	unsigned best_rank = G_MAXUINT;

	for (guint i = 0; i < files->len; i++) {
		unsigned rank =
		    folder_rank(folders_of_path(index_folders(ix), g_ptr_array_index(files, i)));

		if (rank < best_rank) {
			best_rank = rank;
			best = i;
		}
	}
	if (best > 0) {
		gpointer first = files->pdata[0];

		files->pdata[0] = files->pdata[best];
		files->pdata[best] = first;
	}
}

GPtrArray *
placement_files(struct index *ix, notmuch_message_t *message)
{
	GPtrArray *out = g_ptr_array_new_with_free_func(g_free);
	notmuch_filenames_t *names = notmuch_message_get_filenames(message);

	for (; names != NULL && notmuch_filenames_valid(names);
	     notmuch_filenames_move_to_next(names)) {
		const char *path = notmuch_filenames_get(names);

		if (standin_is_path(ix, path))
			add_real_files(ix, path, out);
		else
			g_ptr_array_add(out, g_strdup(path));
	}
	if (names != NULL)
		notmuch_filenames_destroy(names);
	best_first(ix, out);
	return out;
}

bool
placement_is_standin(struct index *ix, notmuch_message_t *message)
{
	notmuch_filenames_t *names = notmuch_message_get_filenames(message);
	bool found = false;

	for (; names != NULL && notmuch_filenames_valid(names) && !found;
	     notmuch_filenames_move_to_next(names))
		found = standin_is_path(ix, notmuch_filenames_get(names));
	if (names != NULL)
		notmuch_filenames_destroy(names);
	return found;
}

static bool
is_unseen(const char *path)
{
	char *flags = maildir_flags(path);
	bool unseen = strchr(flags, 'S') == NULL;

	g_free(flags);
	return unseen;
}

void
placement_of_files(struct index *ix, GPtrArray *files, const char *without, struct placement *out)
{
	unsigned sent = 0, drafts = 0, trash = 0, junk = 0;

	*out = (struct placement){ 0 };
	for (guint i = 0; i < files->len; i++) {
		const char *path = g_ptr_array_index(files, i);
		enum folder_role role = folders_of_path(index_folders(ix), path)->role;

		if (g_strcmp0(path, without) == 0)
			continue;
		out->n_files++;
		sent += role == FOLDER_SENT;
		drafts += role == FOLDER_DRAFTS;
		trash += role == FOLDER_TRASH;
		junk += role == FOLDER_JUNK;
		out->has_inbox = out->has_inbox || role == FOLDER_INBOX;
		out->has_plain = out->has_plain || role == FOLDER_PLAIN;
		out->has_unseen_inbox =
		    out->has_unseen_inbox || (role == FOLDER_INBOX && is_unseen(path));
	}
	out->is_sent = out->n_files > 0 && sent == out->n_files;
	out->is_draft = out->n_files > 0 && drafts == out->n_files;
	out->is_trash = out->n_files > 0 && trash == out->n_files;
	out->is_junk = out->n_files > 0 && junk == out->n_files;
}

void
placement_of(struct index *ix, notmuch_message_t *message, struct placement *out)
{
	GPtrArray *files = placement_files(ix, message);

	placement_of_files(ix, files, NULL, out);
	g_ptr_array_unref(files);
}

static notmuch_status_t
set_tag(notmuch_message_t *message, const char *tag, bool on)
{
	return on ? notmuch_message_add_tag(message, tag) : notmuch_message_remove_tag(message, tag);
}

notmuch_status_t
placement_tag_partial(struct index *ix, notmuch_message_t *message)
{
	GPtrArray *files = placement_files(ix, message);
	bool is_partial = files->len > 0;

	for (guint i = 0; i < files->len; i++)
		is_partial = is_partial && placeholder_is(g_ptr_array_index(files, i));
	g_ptr_array_unref(files);
	return set_tag(message, "partial", is_partial);
}

/* flag: what the file names say about tags when notmuch cannot see them, behind a stand-in. */
static const struct {
	char flag;
	const char *tag;
	bool is_inverse;
} flag_tags[] = {
	{ 'D', "draft", false },
	{ 'F', "flagged", false },
	{ 'P', "passed", false },
	{ 'R', "replied", false },
	{ 'S', "unread", true },
};

static notmuch_status_t
tag_flags_of_standin(struct index *ix, notmuch_message_t *message)
{
	GPtrArray *files = placement_files(ix, message);
	GString *flags = g_string_new(NULL);
	notmuch_status_t status = NOTMUCH_STATUS_SUCCESS;

	for (guint i = 0; i < files->len; i++) {
		char *one = maildir_flags(g_ptr_array_index(files, i));

		g_string_append(flags, one);
		g_free(one);
	}
	for (size_t i = 0; i < G_N_ELEMENTS(flag_tags) && status == NOTMUCH_STATUS_SUCCESS; i++) {
		bool is_there = strchr(flags->str, flag_tags[i].flag) != NULL;

		status = set_tag(message, flag_tags[i].tag, is_there != flag_tags[i].is_inverse);
	}
	g_string_free(flags, TRUE);
	g_ptr_array_unref(files);
	return status;
}

notmuch_status_t
placement_tag_flags(struct index *ix, notmuch_message_t *message)
{
	struct placement at;
	notmuch_status_t status;

	if (!index_has_flag_sync(ix))
		return NOTMUCH_STATUS_SUCCESS;
	status = placement_is_standin(ix, message) ? tag_flags_of_standin(ix, message)
						   : notmuch_message_maildir_flags_to_tags(message);
	if (status == NOTMUCH_STATUS_SUCCESS)
		status = index_keywords_arrived(ix, message);
	placement_of(ix, message, &at);
	/* What one wrote is not unread, whoever filed it without the flag. But a letter to oneself is
	 * new mail in the inbox: one's own copy, always seen, does not speak for that one. */
	if (status == NOTMUCH_STATUS_SUCCESS && (at.is_sent || at.is_draft))
		status = notmuch_message_remove_tag(message, "unread");
	if (status == NOTMUCH_STATUS_SUCCESS && at.has_unseen_inbox)
		status = notmuch_message_add_tag(message, "unread");
	return status;
}

/* Does this tag of new.tags fit the place? */
static bool
is_fitting(struct index *ix, notmuch_message_t *message, const char *tag, bool is_filed)
{
	const struct folder *folder;
	GPtrArray *files = placement_files(ix, message);
	bool fits = true;

	if (files->len > 0) {
		folder = folders_of_path(index_folders(ix), g_ptr_array_index(files, 0));
		if (strcmp(tag, "inbox") == 0)
			fits = folder->role == FOLDER_INBOX || (folder->role == FOLDER_PLAIN && !is_filed);
		else if (strcmp(tag, "unread") == 0)
			fits = folder->role != FOLDER_SENT && folder->role != FOLDER_DRAFTS;
	}
	g_ptr_array_unref(files);
	return fits;
}

notmuch_status_t
placement_tag_new(struct index *ix, notmuch_message_t *message, bool is_filed)
{
	const char *const *tags = index_new_tags(ix);
	notmuch_status_t status = NOTMUCH_STATUS_SUCCESS;
	struct placement at;

	for (size_t i = 0; tags[i] != NULL && status == NOTMUCH_STATUS_SUCCESS; i++)
		if (is_fitting(ix, message, tags[i], is_filed))
			status = notmuch_message_add_tag(message, tags[i]);
	if (status == NOTMUCH_STATUS_SUCCESS)
		status = placement_tag_flags(ix, message);
	placement_of(ix, message, &at);
	if (status == NOTMUCH_STATUS_SUCCESS && at.is_sent)
		status = notmuch_message_add_tag(message, "sent");
	if (status == NOTMUCH_STATUS_SUCCESS && at.is_trash)
		status = notmuch_message_add_tag(message, "deleted");
	if (status == NOTMUCH_STATUS_SUCCESS && at.is_junk)
		status = notmuch_message_add_tag(message, "spam");
	return status;
}

notmuch_status_t
placement_tag_moved(struct index *ix, notmuch_message_t *message, const struct placement *before)
{
	struct placement now;
	notmuch_status_t status = NOTMUCH_STATUS_SUCCESS;

	placement_of(ix, message, &now);
	if (now.has_inbox != before->has_inbox)
		status = set_tag(message, "inbox", now.has_inbox);
	else if (before->has_plain && !now.has_plain && !now.has_inbox)
		status = notmuch_message_remove_tag(message, "inbox"); /* archived, or deleted, where it had been sorted to */
	if (status == NOTMUCH_STATUS_SUCCESS && now.is_trash != before->is_trash)
		status = set_tag(message, "deleted", now.is_trash);
	if (status == NOTMUCH_STATUS_SUCCESS && now.is_junk != before->is_junk)
		status = set_tag(message, "spam", now.is_junk);
	/* A letter of one's own comes back by a list or to oneself: it is new there. */
	if (status == NOTMUCH_STATUS_SUCCESS && now.has_unseen_inbox && before->is_sent)
		status = notmuch_message_add_tag(message, "unread");
	return status;
}

notmuch_status_t
placement_tag_landed(struct index *ix, notmuch_message_t *message, const char *path)
{
	enum folder_role role = folders_of_path(index_folders(ix), path)->role;
	notmuch_status_t status;

	if (role != FOLDER_INBOX || !is_unseen(path))
		return NOTMUCH_STATUS_SUCCESS;
	status = notmuch_message_add_tag(message, "inbox");
	return status == NOTMUCH_STATUS_SUCCESS ? notmuch_message_add_tag(message, "unread") : status;
}

bool
placement_keeps_seen(struct index *ix, const char *path, bool is_told, const struct placement *at)
{
	enum folder_role role = folders_of_path(index_folders(ix), path)->role;

	if (is_unseen(path))
		return false;
	return role == FOLDER_SENT || role == FOLDER_DRAFTS || (!is_told && at->has_unseen_inbox);
}
