/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Tags that are IMAP keywords, and the letters for them in the names of files. A letter that comes or
 * goes takes its tag along; a tag that was there before the table of keywords is not touched. */
#include "store/index_keywords.h"

#include "store/index_files.h"
#include "store/maildir.h"
#include "store/placement.h"

#include <string.h>

static notmuch_status_t
set(notmuch_message_t *message, const char *tag, bool on)
{
	return on ? notmuch_message_add_tag(message, tag) : notmuch_message_remove_tag(message, tag);
}

bool
index_message_has_tag(notmuch_message_t *message, const char *tag)
{
	notmuch_tags_t *tags = notmuch_message_get_tags(message);
	bool found = false;

	for (; tags != NULL && notmuch_tags_valid(tags) && !found; notmuch_tags_move_to_next(tags))
		found = strcmp(notmuch_tags_get(tags), tag) == 0;
	if (tags != NULL)
		notmuch_tags_destroy(tags);
	return found;
}

notmuch_status_t
index_keywords_arrived(struct index *ix, notmuch_message_t *message)
{
	GPtrArray *files;
	const struct keyword *k;
	notmuch_status_t status = NOTMUCH_STATUS_SUCCESS;

	index_keywords_refresh(ix);
	if (keywords_nth(index_keywords(ix), 0) == NULL)
		return status;
	files = placement_files(ix, message);
	for (guint f = 0; f < files->len; f++) {
		char *flags = maildir_flags(g_ptr_array_index(files, f));

		for (size_t i = 0; (k = keywords_nth(index_keywords(ix), i)) != NULL; i++)
			if (status == NOTMUCH_STATUS_SUCCESS && strchr(flags, k->letter) != NULL)
				status = set(message, k->tag, true);
		g_free(flags);
	}
	g_ptr_array_unref(files);
	return status;
}

notmuch_status_t
index_keywords_renamed(struct index *ix, notmuch_message_t *message, const char *from,
    const char *to)
{
	char *before = maildir_flags(from), *after = maildir_flags(to);
	const struct keyword *k;
	notmuch_status_t status = NOTMUCH_STATUS_SUCCESS;

	index_keywords_refresh(ix);
	for (size_t i = 0; (k = keywords_nth(index_keywords(ix), i)) != NULL; i++) {
		bool was = strchr(before, k->letter) != NULL, is = strchr(after, k->letter) != NULL;

		if (status == NOTMUCH_STATUS_SUCCESS && was != is)
			status = set(message, k->tag, is);
	}
	g_free(before);
	g_free(after);
	return status;
}

bool
index_keywords_concern(struct index *ix, const char *const *changes)
{
	const struct keyword *k;

	index_keywords_refresh(ix);
	for (size_t i = 0; changes[i] != NULL; i++)
		for (size_t n = 0; (k = keywords_nth(index_keywords(ix), n)) != NULL; n++)
			if (strcmp(changes[i] + 1, k->tag) == 0 || g_str_has_suffix(changes[i], "/*"))
				return true;
	return false;
}

/* The letters that the message's tags stand for, over those of a name. Owned. */
static char *
letters(struct index *ix, notmuch_message_t *message, const char *old)
{
	GString *out = g_string_new(NULL);
	const struct keyword *k;

	for (const char *p = old; *p != '\0'; p++)
		if (keywords_of_letter(index_keywords(ix), *p) == NULL)
			g_string_append_c(out, *p);
	for (size_t i = 0; (k = keywords_nth(index_keywords(ix), i)) != NULL; i++)
		if (index_message_has_tag(message, k->tag))
			g_string_append_c(out, k->letter);
	return g_string_free(out, FALSE);
}

void
index_keywords_write(struct index *ix, notmuch_database_t *db, notmuch_message_t *stale)
{
	notmuch_message_t *message = NULL; /* as it is now: its files may have been renamed */
	GPtrArray *files;
	bool is_standin;

	if (index_find(db, notmuch_message_get_message_id(stale), &message) !=
		NOTMUCH_STATUS_SUCCESS ||
	    message == NULL)
		return;
	files = placement_files(ix, message);
	is_standin = placement_is_standin(ix, message);
	for (guint f = 0; f < files->len; f++) {
		const char *path = g_ptr_array_index(files, f);
		char *old = maildir_flags(path), *now = letters(ix, message, old), *to = NULL;

		if (strspn(old, now) != strlen(old) || strspn(now, old) != strlen(now))
			/* a file that another program just renamed: the next scan finds it */
			(void)(maildir_set_flags(path, now, &to, NULL) &&
			    index_rename_file(ix, db, path, to, is_standin, NULL));
		g_free(to);
		g_free(now);
		g_free(old);
	}
	g_ptr_array_unref(files);
	notmuch_message_destroy(message);
}
